"""Puts together what is said in pieces, like "dog. smaller. now." or "not a dog! A cat.", so that each thought is one clause.

A piece that says only how, where or in which colour belongs to the short piece before it; the full stop between them is left out.
"""

from collections.abc import Sequence

from .clause import phrase_of
from .markers import REGION
from .spelling import Word
from .tagging import Tagger
from .tokens import Token

SHORT = 4
STOPS = (".", "?")
HOW = frozenset({"colour", "size", "side"})


def together(words: Sequence[Word], tagger: Tagger) -> tuple[Word, ...]:
    """Words without the full stops inside one thought.

    Args:
        words: of a whole request.
        tagger: cuts them into tokens.
    """
    pieces: list[list[Word]] = [[]]
    for word in words:
        pieces[-1].append(word)
        if word.said in STOPS:
            pieces.append([])
    made: list[Word] = []
    before: list[Word] = []
    for piece in pieces:
        refined = _refined(made, piece, tagger)
        if refined is not None:
            made = refined
            continue
        joint = _joint(before, piece, tagger)
        if joint is not None and made and made[-1].said in STOPS:
            made[-1:] = [Word(joint, joint)] if joint else []
            before = [*before[:-1], *piece]
        else:
            before = piece
        made += piece
    return tuple(made)


def _joint(before: Sequence[Word], piece: Sequence[Word], tagger: Tagger) -> str | None:
    """What stands between two pieces of one thought: nothing, or a comma; None where they are two thoughts."""
    first, then = _content(before), _content(piece)
    wish = tagger.tokens(_content(piece[: next((i for i, w in enumerate(piece) if w.said == ","), len(piece))]))
    if first and _shows_where(first):
        return "," if _names_only(wish) else None  # "there, where I circled! A black horse, if you please."
    if not first or not then or len(first) > SHORT or len(then) > SHORT + 2:
        return None
    earlier, later = tagger.tokens(first), tagger.tokens(then)
    if first[0].said == "not" and _names_only(earlier) and _names_only(later):
        return ","  # "not a dog! A cat."
    plain = [t for t in earlier if t.kind not in HOW and t.value != "as well"]
    named = _names_only(plain) or (len(plain) == 2 and plain[0].kind == "verb" and _names_only(plain[1:]))
    if named and [t.kind for t in later] == ["relation", "thing"]:
        return ""  # "a dog too! below the balloon!"
    if first[0].said != "not" and then[0].said == "not" and _names_only(later) and len(things := [t for t in earlier if t.kind == "thing"]) == 1:
        return "," if phrase_of(things[0]).article and phrase_of(later[-1]).article else None  # "I said a cat. Not a dog!"
    if named and all(t.kind in HOW | {"ground"} or t.value == "in" for t in later) and any(t.kind == "ground" for t in later):
        return ""  # "dog. black. in the woods."
    if named and later and all(t.kind in HOW for t in later) and not any(w.said in ("make", "not") for w in then):
        return ""
    placed = all(t.kind in ("mark", "whole") for t in later) and any(w.said in REGION for w in then)
    return "" if named and placed and then[0].said in ("in", "inside", "into", "within", "at", "on") else None


def _refined(made: Sequence[Word], piece: Sequence[Word], tagger: Tagger) -> list[Word] | None:
    """What was said with what the next piece tells of its one new thing: "a hut by the sea? A small white one.", "roses! three of them!"."""
    told = tagger.tokens(_content(piece))
    new = [t for t in tagger.tokens(made) if t.kind == "thing" and phrase_of(t).noun and not phrase_of(t).definite]
    if len(new) != 1 or phrase_of(new[0]).count or not told:
        return None
    said = [w.said for w in _content(piece)]
    end = new[0].end - 1
    if said[1:] == ["of", "them"] and told[0].phrase is not None and phrase_of(told[0]).count and phrase_of(new[0]).plural:
        start = new[0].start
        return [*made[:start], *_content(piece)[:1], *made[start:]]
    if len(told) == 1 and told[0].kind == "number" and phrase_of(new[0]).plural:  # "umbrellas! four!"
        return [*made[: new[0].start], *_content(piece), *made[new[0].start :]]
    one = phrase_of(told[0]) if len(told) == 1 and told[0].kind == "thing" else None
    alike = len(said) > 2 and said[0] in ("a", "an") and said[-1] == "one" and one is not None and not one.noun and not one.definite
    if not alike or len(said) > SHORT + 1:
        return None
    had = {w.said for w in made[new[0].start : end]}
    return [*made[:end], *(w for w in _content(piece)[1:-1] if w.said not in had and w.said != "and"), *made[end:]]


def _shows_where(words: Sequence[Word]) -> bool:
    """Whether words only point at the drawn region: "there, where I circled"."""
    said = {w.said for w in words}
    return said <= REGION | {"where", "i", "have", "it", "over", "right", "just"} and bool(said & {"i", "region", "mask"}) and len(said) > 1


def _content(words: Sequence[Word]) -> list[Word]:
    said = [w for w in words if w.said not in (*STOPS, ",")]
    while said and said[0].said in ("no", "nope", "oh", "please"):
        said = said[1:]
    while said and said[-1].said in ("now", "please", "then"):
        said = said[:-1]
    return said


def _names_only(tokens: Sequence[Token]) -> bool:
    """Whether one thing is named, and nothing else said of it."""
    things = [t for t in tokens if t.kind == "thing"]
    return len(things) == 1 and bool(phrase_of(things[0]).noun) and all(t.kind == "thing" or t.value in ("not", "no") for t in tokens)
