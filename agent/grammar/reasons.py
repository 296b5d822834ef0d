"""Leaves out the reasons that people give in known words: "my son says there are no such dogs, so make the blue one black".

`asides.py` leaves out what nobody knows, where a request could not be read with it. A reason in known words can be read, and would be taken
for a wish. So it is told by its form alone: a person, or a day, is what it speaks of, it wishes for nothing, and the wish behind it says by
itself what it is about.
"""

from collections.abc import Sequence

from .clause import indefinite, phrase_of
from .people import PEOPLE
from .spelling import Word
from .tagging import Tagger
from .telling import OWN
from .tokens import Token

SPEAKING = frozenset("i we he she they me".split())
WISHING = frozenset(
    "want wants wanted need needs needed please would should must shall could let prefer rather wish wishes instead ask asks asked make ought".split()
)
COUNTING = frozenset("that much many far big small large huge tiny good nice long few little as".split())
"""Words that "so" only measures."""
STOPS = (".", "?")
POINTING = frozenset("it them him her one ones this that these those there its their his".split())
BARE = frozenset("gap empty emptiness space room bare nothing hole void blank missing vacant".split())
PLACES = frozenset({"there", "its", "their"})
STATES = frozenset("free visible clear alone safe happy empty uncovered readable legible unobstructed".split())


def unreasoned(words: Sequence[Word], tagger: Tagger, given: bool) -> tuple[Word, ...]:
    """Words without the reasons around a wish.

    Args:
        words: of a whole request.
        tagger: cuts them into tokens.
        given: whether pictures came with the request: what is said of them may be a lesson.
    """
    words = _there(_because(tuple(words), tagger), tagger)
    for at in range(2, len(words) - 1):
        first = max((i + 1 for i in range(at) if words[i].said in STOPS), default=0)
        end = next((i for i in range(at, len(words)) if words[i].said in STOPS), len(words))
        if words[at].said not in ("so", "hence", "therefore", "thus") or words[at + 1].said in COUNTING:
            continue
        reason, wish = words[first:at], words[at + 1 : end]
        if _purpose(reason, wish, tagger):
            return (*_trimmed(words[:at]), *words[end:])
        if not given and _personal(reason) and _by_itself(reason, wish, tagger):
            return (*words[:first], *words[at + 1 :])
    return words


def _there(words: tuple[Word, ...], tagger: Tagger) -> tuple[Word, ...]:
    """Words with the place that is said to be empty behind what is wished there: "there is a gap on the left, how about a chair?"."""
    at = next((i for i, w in enumerate(words) if w.said in (",", *STOPS)), len(words))
    gap, wish = words[:at], words[at + 1 :]
    tokens, wished = tagger.tokens(gap), tagger.tokens(wish)
    sides = [t for t in tokens if t.kind == "side"]
    bare = len(sides) == 1 and bool({w.said for w in gap} & BARE) and not _named(tokens) and not {w.said for w in gap} & WISHING
    things = [phrase_of(t) for t in wished if t.kind == "thing" and phrase_of(t).noun]
    new = len(things) == 1 and indefinite(things[0]) and not any(t.kind in ("side", "relation", "ground") for t in wished)
    if not bare or not new:
        return words
    said = [w for w in wish if w.said not in ("there", "it", "?", ".")] if {"there", "it"} & {w.said for w in wish} else list(wish)
    return (*(w for w in said if w.said not in STOPS), *(Word(w, w) for w in ("on", "the", sides[0].value)))


def _because(words: tuple[Word, ...], tagger: Tagger) -> tuple[Word, ...]:
    """Words without "because …" before or behind a wish."""
    at = next((i for i, w in enumerate(words[:-2]) if w.said == "because"), None)
    if at is None or words[at + 1].said == "of":
        return words
    end = next((i for i in range(at, len(words)) if words[i].said in STOPS or words[i].said == ","), len(words))
    before, after = _trimmed(words[:at]), words[end:]
    alone = not any(t.kind in ("thing", "colour", "ground", "verb", "side") for t in tagger.tokens(before))
    if alone and not (after[1:] and _named(tagger.tokens(after))):
        return words  # "because the dog is ugly, remove it"
    return (*before, *after) if before or after else words


def _personal(words: Sequence[Word]) -> bool:
    """Whether words speak of who wishes, or of people around them: "my son insists …", "it is my birthday"."""
    said = [w.said for w in words if w.said not in (",", "and", "but", "well", "oh", "hey", "when", "since", "as")]
    if said[:2] in (["it", "is"], ["this", "is"], ["today", "is"], ["tomorrow", "is"]):
        return len(said) > 3 and (said[2] in OWN or said[2] == "for")
    owned = said[:1] and (said[0] in OWN or said[0] == "the") and bool(PEOPLE & set(said[1:4]))
    return len(said) > 2 and (said[0] in SPEAKING or said[0] in PEOPLE or bool(owned))


def _by_itself(reason: Sequence[Word], wish: Sequence[Word], tagger: Tagger) -> bool:
    """Whether the wish is clear without its reason, and the reason wishes for nothing else."""
    told, wished = tagger.tokens(reason), tagger.tokens(wish)
    if not wished or any(t.kind == "unknown" for t in wished):
        return False
    same = _named(told) and _named(told) <= _named(wished)
    if {w.said for w in reason} & WISHING and not same:
        return False
    if any(t.value == "too" for t in told):
        return False  # "I find the dog too big, so shrink the car as well"
    pointing = {w.said for w in wish} & POINTING
    if not any(t.kind in ("ground", "side", "relation") for t in told):
        pointing -= {"there"}  # nothing was said that it could mean
    things = any(t.kind == "thing" and (phrase_of(t).noun or phrase_of(t).colour) for t in wished)
    return not pointing or (things and not pointing & PLACES)


def _purpose(wish: Sequence[Word], purpose: Sequence[Word], tagger: Tagger) -> bool:
    """Whether the words behind "so" only say what a wish is good for: "…, so the house is free"."""
    if not purpose or purpose[0].said not in ("the", "my", "our", "both", "all") or purpose[-1].said not in STATES:
        return False
    tokens = tagger.tokens(purpose)
    return all(t.kind in ("thing", "verb", "unknown", "mark") for t in tokens) and bool(_named(tagger.tokens(wish)))


def _named(tokens: Sequence[Token]) -> frozenset[str]:
    """What is named: things, colours and places."""
    things = {phrase_of(t).noun or phrase_of(t).colour or "" for t in tokens if t.kind == "thing"}
    return frozenset({*things, *(t.value for t in tokens if t.kind in ("colour", "ground"))} - {""})


def _trimmed(words: Sequence[Word]) -> tuple[Word, ...]:
    last = len(words)
    while last and words[last - 1].said == ",":
        last -= 1
    return tuple(words[:last])
