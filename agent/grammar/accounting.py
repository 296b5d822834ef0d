"""Reads questions that the log answers: what changed, which picture is better, what it all cost, several versions of a wish."""

import re
from collections.abc import Sequence

from .clause import Clause, phrase_of
from .requests import Intent, Pair, Session
from .sight import Sight
from .spelling import Word

OPENING = r"^(?:(?:so|and|but|ok|okay|now|tell me|show me|say|remind me|(?:can|could) you (?:tell|show) me|i (?:want|would like) to know) )*"
NOW = r"(?: (?:exactly|now|here|this time|just now|then|in it|in this|about it|in picture|about this|about picture|in this picture|this))*"
SINCE = (
    r"(?: (?:since|from|to|compared to|compared with|compare to|compare with|against|in comparison to|in comparison with) "
    r"(?:before|then|last|last one|last time|last picture|last version|previous|previous one|previous picture|previous version|one before))?"
)
CHANGED = re.compile(
    rf"{OPENING}what (?:(?:exactly|all|just|have|be|do|it|that|actually|else|in it|be it that) )*"
    rf"(?:change|different|new|differ)(?: be)?{NOW}{SINCE}{NOW}$"
    rf"|{OPENING}(?:what|where) be (?:difference|differences|change|changes){NOW}{SINCE}{NOW}$"
    rf"|{OPENING}how (?:be|do) (?:it|this|that|picture) (?:different|differ|change){NOW}{SINCE}{NOW}$"
)
"""What may be asked about the picture and the one that it was made from."""
YOU_CHANGED = re.compile(r"\bwhat (?:exactly |all |else )?(?:do|have|did) you (?:just |actually )?(?:change|alter|edit)\b")
"""The same as a question for what was done, which is answered with the reasons too."""
BETTER = re.compile(
    rf"{OPENING}(?:which|what) (?:(?:one|picture|pictures|version|versions|image|painting|try|these|them|all|all these|all them) )*"
    r"(?:be|do|would|look|come|came|turn|you|i|should|like|prefer|have) ?.*\b(?:best|better|nicest|nicer|favourite|prefer|good"
    r"|(?:like|love) (?:more|most|best|better)|(?:most|more) successful)\b"
    rf"|{OPENING}(?:what|which) be (?:your|you) favourite\b|{OPENING}which (?:do|would) you (?:prefer|choose|pick|like)\b"
    rf"|{OPENING}do you (?:like|prefer) .* (?:or|more|better|best)\b"
)
LONG = re.compile(
    rf"{OPENING}(?:how long|how much time|how many (?:second|seconds|minute|minutes|hour|hours)) .*\b(?:take|need|last|spend|require|be|paint|work)\b"
    rf"|{OPENING}(?:how much|what|how many .*) (?:do|have|be|would|will) .*\b(?:cost|coast|costs)\b|{OPENING}what be (?:cost|coast|price)\b"
    rf"|{OPENING}how many (?:try|tries|attempt|attempts|call|calls|engine call|engine calls|round|rounds|go) "
    r".*\b(?:need|take|make|use|do|have|be|require)\b"
    rf"|{OPENING}how (?:long|expensive|costly) be (?:it|that|this|all)\b|{OPENING}be (?:it|that|this) expensive\b"
)
MANY = r"(?:two|three|four|five|six|ten|\d+|a few|few|some|several|a couple of|a couple|a handful of|a bunch of|multiple|more)"
VERSIONS = re.compile(
    rf"(?<! the)(?<! last)(?<! first)(?<! these)(?<! those)(?<! previous)(?<! both)(?<! my)(?<! our)(?<! of)(?<! back) (?P<n>{MANY}) "
    r"(?:(?:more|other|different|new|alternative|further|fresh|possible|slightly) )*"
    r"(?:version|variation|variant|alternative|option|take|rendition|interpretation|iteration)s "
)
ELSEWHERE = re.compile(r" (?:undo|back|compare|merge|combine|side|go|redo|history|list|we|have i|between|against|ago|save|export) ")
"""Words with which versions are pictures that are there already."""


def account(said: str, clause: Clause, sight: Sight) -> Intent | None:
    """A question that the log answers.

    Args:
        said: the words in their base form.
        clause: what was said.
        sight: what it may refer to.
    """
    names = {name for name, _ in sight.context.names}
    if any(phrase_of(t).noun and phrase_of(t).noun not in names for t in clause.things) or clause.of("colour", "ground", "side", "relation"):
        return None
    context = sight.context
    if context.picture and VERSIONS.search(clause.said) and not ELSEWHERE.search(clause.said):
        return Session("again")
    if LONG.search(said):
        return Session("cost")
    if context.picture and CHANGED.search(said):
        return Pair("compare", context.before, context.number) if context.before and context.number else Session("changed")
    return None


def single(words: Sequence[Word]) -> tuple[Word, ...]:
    """Words with one new thing for "three versions of a red car": they are painted one at a time."""
    said = f" {' '.join(w.said for w in words)} "
    found = VERSIONS.search(said)
    if found is None or not re.match(r"of (?:a|an|two|three|four|some) ", said[found.end() :]):
        return tuple(words)
    first, last = len(said[: found.start() + 1].split()), len(said[: found.end()].split())
    return (*words[:first], *words[last + 1 :])


def asks_for_better(words: str) -> bool:
    """Whether a request that names two pictures asks which of them is better."""
    return bool(re.search(r"\b(?:better|best|prefer|like|love|nicer|nicest|favourite|good)\b", words)) and not re.search(r"\bcompare\b", words)
