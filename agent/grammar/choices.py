"""Reads the answers to "Which dog: the white dog or the black dog?" that name no choice: "neither", "you choose", "the other one", "no, the tree".

An answer that chooses is completed to the request that was asked about. A question that was not answered stays open.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import fields, replace

from ...tools.wording import Wish
from .clause import Clause, indefinite, phrase_of
from .requests import Ask, Context, Intent, NotUnderstood, Remark, Session, Which
from .sight import Sight, Unreadable
from .spelling import Word
from .tagging import Tagger

ONES = r"(?: (?:of (?:them|these|those|the two|the three|both)|one|ones))?"
AROUND = r"(?:(?:please|oh|hm|hmm|well|then|ok|okay|thanks|sorry|just|actually|no) )*"
NONE = re.compile(
    rf"^{AROUND}(?:(?:neither|none|nothing|not any|no){ONES}|nobody|no thanks?|no thank you|nope|nah|cancel(?: it| that)?|never mind|"
    r"forget (?:it|that|about it)|(?:leave|let) (?:it|them|them all|both)(?: be| alone| as (?:it|they) (?:is|are)| so)?|skip (?:it|that)|stop|"
    r"(?:do not|never) (?:do (?:it|that|anything)|bother|change (?:it|them|anything|any(?: of them)?)))(?: please| thanks| then)*$"
)
"""None of the choices is meant, and nothing is to be done."""
ANY = re.compile(
    rf"^{AROUND}(?:(?:any|whichever|either|whatever){ONES}|i do not (?:care|mind)|i (?:have no preference|am not sure|do not know)|"
    r"it (?:does not|do not|will not) matter|(?:does|do) not matter|no (?:matter|preference)|"
    r"(?:you|it is up to you|up to you|you can|you may)(?: (?:can|may))?(?: (?:choose|decide|pick))?|"
    r"(?:choose|pick|take|use) (?:one|any)(?: of them)?|surprise me|all (?:the )?same(?: to me)?|i do not care which)"
    r"(?: (?:which|which one|you like|you want|is fine|is ok|will do|yourself|please|one|for me|best))*$"
)
"""The choice is left to us."""
OTHER = re.compile(rf"^{AROUND}(?:not (?:this|that)(?: one)? )?(?:the )?other(?: one)?(?: please)?$")
NTH = {"former": 0, "latter": -1}
JOINED = re.compile(r" (?:and also|and then|and|but|then|also|,) ")
OPEN = frozenset({"thanks", "help", "history", "ledger", "why", "concepts", "cost", "best"})
"""What may be asked between a question and its answer."""
ANEW = "asked anew"  # marks a question that was asked before, so that its request goes on being the one that is meant
INSTEAD = frozenset("instead rather not no i mean meant actually sorry please want oh wait but for".split())


def answered(
    words: Sequence[Word],
    context: Context,
    understand: Callable[[str, Context], tuple[Intent, ...]],
    chosen: Callable[[Sequence[Word], Context], tuple[Wish, ...]],
) -> tuple[Intent, ...] | None:
    """What an answer to an open question asks for; None where it names a choice plainly, or is no answer.

    Args:
        words: the answer, regular.
        context: with the question.
        understand: reads a request.
        chosen: what words name among the choices.
    """
    if len(context.choices) < 2:
        return None
    said = " ".join(w.said for w in words if w.said not in (",", ".", "?"))
    free = replace(context, asked="", choices=())

    def take(wish: Wish, told: str = "") -> tuple[Intent, ...]:
        read = understand(context.asked, replace(free, chosen=(wish,)))
        return (*read, Remark(told=told)) if told else read

    if NONE.match(said):
        return (Remark(told="Then nothing is done; the picture stays as it is."),)
    if ANY.match(said):
        return take(context.choices[0], f"I took the {context.choices[0].phrase}.")
    if OTHER.match(said) and len(context.choices) == 2:
        spoken = [w for w in context.choices if w in context.last]
        return take(context.choices[0] if spoken == [context.choices[1]] else context.choices[1])
    bare = [w for w in said.split() if w not in ("the", "one", "please")]
    if len(bare) == 1 and bare[0] in NTH and len(context.choices) == 2:
        return take(context.choices[NTH[bare[0]]])
    if chosen(words, context):
        return None
    return _of_another(words, context, free, take) or _with_more(words, context, free, understand, chosen) or _beyond(words, context)


def _of_another(words: Sequence[Word], context: Context, free: Context, take: Callable[[Wish], tuple[Intent, ...]]) -> tuple[Intent, ...] | None:
    """The same wish for something else that is shown: "no, the tree"."""
    tokens = Tagger(context.concepts).tokens(words)
    named = [t for t in tokens if t.kind == "thing" and phrase_of(t).noun]
    others = {w.said for w in words if not any(t.start <= i < t.end for t in named for i in (words.index(w),))}
    if len(named) != 1 or others - INSTEAD - {",", ".", "?", "the", "that", "this"} or indefinite(phrase_of(named[0])):
        return None
    try:
        meant = Sight(free, ()).present(phrase_of(named[0]))
    except Unreadable:
        return None
    if len(meant) != 1 or meant[0] in context.choices:
        return None
    return tuple(_exchanged(intent, context.choices[0], meant[0]) for intent in take(context.choices[0]))


def _exchanged(intent: Intent, old: Wish, new: Wish) -> Intent:
    """An intent about another thing."""
    return replace(intent, **{f.name: new for f in fields(intent) if getattr(intent, f.name) == old})  # type: ignore[arg-type]


def _with_more(
    words: Sequence[Word],
    context: Context,
    free: Context,
    understand: Callable[[str, Context], tuple[Intent, ...]],
    chosen: Callable[[Sequence[Word], Context], tuple[Wish, ...]],
) -> tuple[Intent, ...] | None:
    """A choice, and another wish behind it: "the white one, and also add a cat"."""
    said = " " + " ".join(w.said for w in words) + " "
    joint = JOINED.search(said)
    if joint is None:
        return None
    at, behind = len(said[: joint.start() + 1].split()), len(said[: joint.end()].split())
    while behind < len(words) and words[behind].said in ("and", "also", "then", ","):
        behind += 1
    meant = chosen(words[:at], context)
    rest = Clause(Tagger(context.concepts).tokens(words[behind:]))
    if not meant or not rest.of("verb"):
        return None
    first = understand(context.asked, replace(free, chosen=meant))
    return (*first, *understand(" ".join(w.typed for w in words[behind:]), replace(free, last=meant)))


def _beyond(words: Sequence[Word], context: Context) -> tuple[Intent, ...] | None:
    """The question again, where an answer counts or points at what is not among the choices: "the third one", "the left one"."""
    tokens = [t for t in Tagger(context.concepts).tokens(words) if t.kind not in ("mark", "stop")]
    phrases = [phrase_of(t) for t in tokens if t.kind == "thing"]
    pointing = all(t.kind in ("ordinal", "number", "side", "size", "colour") for t in tokens if t.kind != "thing")
    nameless = all(not p.noun and (p.definite or p.extra == "of") and (not p.pronoun or p.extra == "of") for p in phrases)
    short = len([w for w in words if w.said not in (",", ".", "?", "please")]) <= 4 and bool({"one", "ones"} & {w.said for w in words})
    counted = len(words) == 1 and words[0].said.isdecimal()
    return asked_anew(context) if tokens and pointing and nameless and (short or counted) else None


def asked_anew(context: Context) -> tuple[Intent, ...]:
    """The open question once more."""
    nouns = {w.noun for w in context.choices}
    return (Which(next(iter(nouns)) if len(nouns) == 1 else "one", context.choices, words=ANEW),)


def still_open(context: Context, intents: Sequence[Intent]) -> tuple[str, Which] | None:
    """The question that was open before a turn and still is, with its request: what was said was no answer, and changed nothing."""
    if not context.asked or len(context.choices) < 2:
        return None
    idle = all(
        isinstance(i, NotUnderstood | Ask) or (isinstance(i, Session) and not isinstance(i, Remark) and i.verb in OPEN) or _anew(i) for i in intents
    )
    question = asked_anew(context)[0]
    assert isinstance(question, Which)
    return (context.asked, question) if idle else None


def _anew(intent: Intent) -> bool:
    return isinstance(intent, Which) and intent.words == ANEW
