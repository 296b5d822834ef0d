"""Reads what people take back in the same breath: "a green car, no, sorry, a green truck" wishes for a truck alone.

What comes behind the word of correction stands in for the last thing of its kind before it: a thing for a thing, a colour for a colour, a
number for a number. A whole new wish stands in for everything before it. Where nothing of its kind was said, nothing was taken back.
"""

import re
from collections.abc import Sequence

from ...tools.lexicon import SYNONYMS
from .clause import indefinite, phrase_of
from .markers import INDEFINITE
from .spelling import Word
from .tagging import Tagger
from .thesaurus import NUMBERS
from .tokens import Token

HESITATION = r"(?: (?:actually|oh|hmm|hm|ah|er|erm|well|oops|whoops|yeah|ugh|but|or|and|ok|okay|nah|nope|[,.?]))*"
AMENDS = (
    r"(?:no(?= [,.] | (?:no|sorry|wait|hang|hold|actually|make|rather|better|i|scratch|strike|on|let) )"
    r"|(?<! am )(?<! so )(?<! be )sorry(?= [,.] | no | i )|(?<! not )(?<! to )wait(?= (?:[,.?]|no|actually|make|i|let|a|an|the|on) )"
    r"|(?:hang|hold) on(?! to)|(?:scratch|strike) that(?= [,.] | make | a | the )|correction|on second thoughts?|i mean(?:t)?(?! it)|or rather"
    r"|(?<= [,.?] )or better(?: yet)?|but actually|change of plans?|pardon"
    r"|make that(?= (?:two|three|four|one|2|3|4|a|an|in|green|red|blue|yellow|black|white|pink|purple) ))"
)
GOING_ON = (
    r"(?: (?:[,.?]|no|sorry|wait|hang on|hold on|actually|instead|make (?:that|it)(?= (?:a|an|two|three|four|one|2|3|4) )"
    r"|i mean(?:t)?|rather|better|yet|let us (?:say|do|have|make it|go with|go for)))*"
)
TAKEN_BACK = re.compile(rf"(?= ){HESITATION} {AMENDS}{GOING_ON} ")
WISHED = frozenset("enough better nicer should would prefer prettier".split())
"""Words that make a wish of what is said behind a correction, so that nothing before it is needed."""
HELD = frozenset({"keep", "leave", "undo", "redo", "stay", "do", "see", "have"})
"""Verbs that go back behind what was said before the correction."""


def corrected(words: Sequence[Word], tagger: Tagger) -> tuple[Word, ...]:
    """Words without what the speaker took back at once.

    Args:
        words: of a whole request, regular.
        tagger: cuts them into tokens.
    """
    said = " " + " ".join(w.said for w in words) + " "
    at = 0
    while match := TAKEN_BACK.search(said, at):
        before, after = words[: len(said[: match.start() + 1].split())], words[len(said[: match.end()].split()) :]
        mended = _mended(before, after, tagger) if before and after else None
        if mended is not None:
            return corrected(mended, tagger)
        at = match.end() - 1
    return tuple(words)


def _mended(before: Sequence[Word], after: Sequence[Word], tagger: Tagger) -> tuple[Word, ...] | None:
    """What was meant; None where nothing is taken back."""
    earlier = tagger.tokens(before)
    later = [t for t in tagger.tokens(after) if t.kind != "stop" and t.value not in ("in", "to", "at", "only", "into", "for", "with")]
    if not later:
        return None
    first = later[0]
    end = next((i for i, w in enumerate(after) if w.said in (".", "?")), len(after))
    if first.kind == "verb" and first.value not in HELD and "be" not in first.classes:
        return _anew(before, after, earlier, [t for t in later if t.end <= end])
    if first.kind == "thing" and any(w.said in WISHED for w in after[first.end : end]) and phrase_of(first).noun:
        return tuple(after)
    alike = [t for t in reversed(earlier) if _alike(t, first)]
    same = [t for t in alike if t.kind == "thing" and first.kind == "thing" and phrase_of(t).noun == phrase_of(first).noun]
    old = next(iter(same or alike), None)  # "two apples in a bowl, no, three apples"
    lost = next((t for t in reversed(earlier) if t.kind == "unknown"), None) if first.kind in ("side", "ground") else None
    old = old or lost
    if old is None:
        return None
    start, stop, new = _in_place(before, after, earlier, old, first)
    if first.kind == "thing" and len(later) > 1 and after[first.end].said == "and" and later[1].kind == "thing" and old in earlier[2:]:
        start = _list_start(earlier, old)  # "a dog and a tree, I mean a dog and a rose"
    if first.kind == "relation" and any(phrase_of(t).pronoun for t in later[1:2] if t.kind == "thing"):
        return (*before[:start], *new, *before[old.end :], *after[later[1].end :])
    rest = before[stop:]
    if any(t.kind == "ground" for t in later) and any(t.kind == "ground" and t.start >= stop for t in earlier):
        rest = ()  # "a horse in the snow, no, an elephant on the beach"
    return (*before[:start], *new, *rest, *after[first.end :])


def _alike(old: Token, new: Token) -> bool:
    """Whether one token can stand in for another."""
    if old.kind == "thing":
        phrase = phrase_of(old)
        if new.kind == "thing":
            meant = phrase_of(new)
            same = indefinite(phrase) == indefinite(meant) or not (meant.article or meant.count or meant.definite)
            return bool(phrase.noun) and bool(meant.noun or meant.colour or meant.size) and same
        if new.kind == "colour":
            return phrase.colour is not None
        return new.kind == "number" and bool(phrase.noun) and not phrase.definite
    return old.kind == new.kind and old.kind in ("colour", "number", "side", "relation", "ground", "size")


def _in_place(
    before: Sequence[Word], after: Sequence[Word], earlier: Sequence[Token], old: Token, new: Token
) -> tuple[int, int, tuple[Word, ...]]:
    """What gives way, and the words that take its place."""
    said = tuple(after[new.start : new.end])
    start, stop = old.start, old.end
    if old.kind == "thing" and new.kind == "colour":
        at = next((i for i in range(start, len(before)) if SYNONYMS.get(before[i].said, before[i].said) == phrase_of(old).colour), len(before))
        return at, at + 1, said  # its colour may come later: "a horse, white, no, black"
    if old.kind == "thing" and new.kind == "number":
        return start, start + (before[start].said in INDEFINITE or before[start].said in NUMBERS), said
    if old.kind == "thing" and not phrase_of(new).noun:  # "a red car, no, a blue one"
        head = (before[stop - 1],)
        return start, stop, (*(said[:-1] if said[-1].said in ("one", "ones") else said), *head)
    if new.kind == "relation":  # its other thing gives way too
        stop = next((t.end for t in earlier if t.kind == "thing" and t.start >= stop), stop)
    return start, stop, said


def _list_start(earlier: Sequence[Token], last: Token) -> int:
    """Where two things that are named together begin, the last of them known."""
    at = earlier.index(last)
    first, joint = earlier[at - 2 : at]
    return first.start if first.kind == "thing" and joint.value == "and" else last.start


def _anew(before: Sequence[Word], after: Sequence[Word], earlier: Sequence[Token], later: Sequence[Token]) -> tuple[Word, ...] | None:
    """A whole new wish; what it calls "it" is what was spoken of last."""
    if any(t.kind == "ground" or (t.phrase is not None and t.phrase.noun) for t in later):
        return tuple(after)
    shown = next((t for t in reversed(earlier) if t.phrase is not None and t.phrase.noun and t.phrase.definite), None)
    if shown is None or not any(t.phrase is not None and t.phrase.pronoun for t in later):
        return None
    return (*before[shown.start : shown.end], Word(",", ","), *after)
