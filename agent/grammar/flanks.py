"""Puts in what "on either side" says: "a cake with a balloon on each side" has one balloon left of it, and one right of it.

Words become words, so that every reader understands them: two things, each at a place of its own. What is there already is only added to.
"""

from collections.abc import Sequence

from ...engine.world.vocabulary import OBJECTS, article
from ...tools.wording import MOST
from .clause import indefinite, phrase_of
from .phrases import Phrase
from .sight import Sight, Unreadable
from .spelling import Word
from .tagging import Tagger
from .thesaurus import NUMBERS
from .tokens import Token

EACH = frozenset({"each", "every"})
SIDES = frozenset({"either", "both", "opposite"}) | EACH
LEADING = frozenset({"on", "at", "to", "by", "from"})
FRAMED = frozenset({"flanked", "framed", "bordered"})
FRAMING = frozenset({"flanking", "framing", "bordering", "flank"})
HAVING = frozenset("with has have having gets get needs need wants want should could be and deserves showing , is are placed put one".split())
"""Words between a thing and what stands on its sides."""
LINKING = frozenset({"is", "be", "that", "are", "should", "could", "must", "standing", "sitting"})
GIVEN = frozenset({"want", "give", "have", "put", "show", "make", "let", "see", "paint", "draw", "get", "place", "set", "need", "like"})
"""Verbs that a wish to add something takes the place of."""


def flanked(words: Sequence[Word], tagger: Tagger, sight: Sight) -> tuple[Word, ...]:
    """Words with one thing left and one right of another, where they speak of its sides.

    Args:
        words: of a whole request.
        tagger: cuts words into tokens.
        sight: what is there already.
    """
    words = tuple(words)
    said = [w.said for w in words]
    if not (SIDES | FRAMED | FRAMING | {"between", "left"}) & set(said):
        return words
    things = [t for t in tagger.tokens(words) if t.kind == "thing"]
    for at in range(len(words)):
        found = _sides(said, at, things) or _framed(said, at, things)
        if found is not None:
            return _placed(words, found, sight) or words
    return words


class _Found:
    """What stands on the sides of what, and which words say so."""

    def __init__(self, first: int, last: int, new: Sequence[Token], whole: Token | None, each: bool) -> None:
        self.first, self.last, self.new, self.whole, self.each = first, last, new, whole, each


def _sides(said: Sequence[str], at: int, things: Sequence[Token]) -> _Found | None:
    """Reads "… on either side (of …)", with what stands there before it: "a cake with a balloon on each side"."""
    start = at
    if said[at] in LEADING and at + 1 < len(said):
        at += 1 + (said[at + 1] == "the")
    if said[at : at + 3] == ["left", "and", "right"] or said[at : at + 4] == ["left", "and", "the", "right"]:
        end, each = at + 3 + (said[at + 2] == "the"), False
        end += said[end : end + 1] in (["side"], ["sides"])
        if said[end : end + 1] != ["of"]:
            return None  # "the left and right balloon"
    elif at + 1 < len(said) and said[at] in SIDES and said[at + 1] in ("side", "sides"):
        end, each = at + 2, said[at] in EACH
    else:
        return None
    before = [t for t in things if t.end <= start]
    if not before or (start and said[start - 1] in (",", ".") and said[end : end + 1] == ["of"]):
        return _ahead(said, start, end, each, things)
    between = said[before[-1].end : start]
    if any(w not in HAVING for w in between) or not indefinite(phrase_of(before[-1])) and not _bare(phrase_of(before[-1])):
        return None
    new, each = before[-1], each and "one" not in between
    if said[end : end + 1] == ["of"]:
        whole = next((t for t in things if t.start == end + 1), None)
        if whole is not None and phrase_of(whole).pronoun and len(before) > 1:  # "a castle with a tree on either side of it"
            return _Found(before[-2].start, whole.end, [new], before[-2], each)
        return _Found(new.start, whole.end, [new], whole, each) if whole is not None else None
    held = [t for t in before[:-1] if all(w in HAVING or w in ("a", "an") for w in said[t.end : new.start])]
    whole = held[-1] if held else None
    return _Found(whole.start if whole is not None else new.start, end, [new], whole, each)


def _ahead(said: Sequence[str], start: int, end: int, each: bool, things: Sequence[Token]) -> _Found | None:
    """Reads "on either side of the house, put a tree"."""
    whole = next((t for t in things if t.start == end + 1), None) if said[end : end + 1] == ["of"] else None
    new = next((t for t in things if whole is not None and t.start >= whole.end), None)
    if whole is None or new is None or not (indefinite(phrase_of(new)) or _bare(phrase_of(new))):
        return None
    between = said[whole.end : new.start]
    return _Found(start, new.end, [new], whole, each) if set(between) <= GIVEN | HAVING | {"add", "i", "would"} else None


def _framed(said: Sequence[str], at: int, things: Sequence[Token]) -> _Found | None:
    """Reads "a cake flanked by two balloons", "a house between two trees", "two trees flanking the house"."""
    before = next((t for t in things if t.end <= at and set(said[t.end : at]) <= LINKING), None)
    after = next((t for t in things if t.start >= at + 1), None)
    if before is None or after is None:
        return None
    if said[at] in FRAMING and after.start == at + 1 and indefinite(phrase_of(before)) | _bare(phrase_of(before)):
        return _Found(before.start, after.end, [before], after, False)
    by = said[at] in FRAMED and said[at + 1] in ("by", "with") and after.start == at + 2
    if not by and not (said[at] == "between" and after.start == at + 1 and phrase_of(after).count == 2):
        return None
    other = next((t for t in things if said[after.end : after.end + 1] == ["and"] and t.start == after.end + 1), None)
    if phrase_of(after).plural or other is None:
        return _Found(before.start, after.end, [after], before, False) if phrase_of(after).plural else None
    return _Found(before.start, other.end, [after, other], before, False)


def _bare(phrase: Phrase) -> bool:
    """Whether several are named without a number: "balloons"."""
    return bool(phrase.noun) and phrase.plural and not phrase.definite


def _placed(words: tuple[Word, ...], found: _Found, sight: Sight) -> tuple[Word, ...] | None:
    """The words with a thing at each side; None where that would be more of them than the world can show."""
    phrases = [phrase_of(t) for t in found.new]
    if any(not p.noun for p in phrases):
        return None
    number = phrases[0].count or 1
    each = number if found.each or number == 1 else number // 2
    if len(phrases) == 1 and (2 * each > MOST or (not found.each and number % 2 and number > 1)):
        return None
    left, right = (_named(p, each if len(phrases) == 1 else p.count or 1) for p in (phrases[0], phrases[-1]))
    before, after = words[: found.first], words[found.last :]
    if found.whole is None:
        joint = _said("and add" if sight.context.picture else "and")
        return (*before, *left, *_said("on the left"), *joint, *right, *_said("on the right"), *after)
    whole = phrase_of(found.whole)
    shown = _shown(whole, sight)
    if not shown:
        named = words[found.whole.start : found.whole.end]
        if whole.pronoun:
            return None
        if found.whole.start == found.first and found.new[0].start > found.whole.start:  # "a cake with a balloon on its left and …"
            return (*before, *named, *_said("with"), *left, *_said("on its left and"), *right, *_said("on its right"), *after)
        again = _said(f"the {whole.words}")
        return (*before, *left, *_said("left of"), *named, *_said("and"), *right, *_said("right of"), *again, *after)
    while before and before[-1].said in GIVEN | {"me", "us", "i", "we", "would", "to", "add"}:
        before = before[:-1]
    target = _said(f"the {shown}")
    return (*before, *_said("add"), *left, *_said("left of"), *target, *_said("and add"), *right, *_said("right of"), *target, *after)


def _shown(whole: Phrase, sight: Sight) -> str:
    """What the picture shows that a phrase means, in words; empty where it is something new."""
    if not sight.context.picture or indefinite(whole) or not sight.shows(whole):
        return ""
    try:
        return sight.one(whole).phrase
    except Unreadable:
        return ""


def _named(phrase: Phrase, number: int) -> tuple[Word, ...]:
    """A thing as often as it stands on one side."""
    like = " ".join(w for w in (phrase.size, phrase.colour or "", phrase.noun) if w)
    if number == 1:
        return _said(f"{article(like)} {like}")
    counted = next(word for word, value in NUMBERS.items() if value == number)
    plural = OBJECTS[phrase.noun].plural if phrase.noun in OBJECTS else phrase.noun
    return _said(f"{counted} {like.removesuffix(phrase.noun)}{plural}")


def _said(text: str) -> tuple[Word, ...]:
    return tuple(Word(w, w) for w in text.split())
