"""Reads what must not be done, and what is excepted: "don't move the dog", "I don't want yellow", "remove everything except the dog".

What is denied is never done: where nothing else is wished, it is said that it stays, or asked what shall be instead.
"""

import re
from collections.abc import Sequence

from ...engine.world.vocabulary import BACKGROUNDS, COLOURS
from ...tools.wording import Wish
from .clause import Clause, indefinite, phrase_of
from .earlier import scenes_before
from .edits import STRAIGHT
from .requests import Background, Intent, Recolour, Remark, Remove, Resize
from .sight import Sight, Unreadable
from .spelling import Word

FORBIDDING = re.compile(
    r"^ (?:no |please |but |and |hey |stop |oh |wait )*(?:do not|never|must not|(?:you )?(?:should|must|may|can) not) "
    r"(?:ever |please |you dare |just |even )*(?:remove|delete|erase|move|change|touch|alter|replace|paint|repaint|recolour|colour|"
    r"resize|enlarge|shrink|swap|turn|take|drop|hide|add|put|make|"
    r"lose|modify) "
)
"""Something is not to be done."""
LEFT = re.compile(r"^ (?:please |and |but )*(?:leave|let) (?:the|my|that|this) .*(?: alone| be| as (?:it|he|she|they) (?:is|are)) $")
ATTRIBUTE = (
    r"(?: (?:the |a )?(?P<what>{words}))(?: (?:one|ones|colour|background|scene|here|there|at all|any more|please|again|in|one))* $"
)
UNWANTED = re.compile(
    r" (?:(?:do|does|did|would|should|must|shall|may|can|was|were|is|are) not|not|never) (?:really |even |ever )*"
    r"(?:want|wants|wanted|need|like|ask for|asked for|order|ordered|said|say|mean|be|to be|supposed to be|become|have)"
    r"(?: (?:it|this|that|them|him|her|anything|the \w+|the whole thing))?(?: (?:to be|be|in|at|on|with|painted|coloured))*"
    + ATTRIBUTE.format(words="|".join((*COLOURS, *BACKGROUNDS)))
)
BARE = re.compile(r"^ (?:eww |ew |no |but |please )*(?:not|no)(?: in)?" + ATTRIBUTE.format(words="|".join(COLOURS)))
DAY = re.compile(
    r"^ (?:(?:make|turn|change|want|i|we|would|like|let|have|should|be|can|it|this|that|everything|to|in|into|the|a|please) )*"
    r"(?:day|daytime|daylight) $"
)
"""The place that is not at night."""
EXCEPTING = frozenset({"except", "excluding", "besides", "save", "minus", "without"})
ALL = frozenset({"everything", "all", "everybody", "everyone", "anything", "things"})


def denied(clause: Clause, sight: Sight) -> list[Intent] | None:
    """What is not wanted so: nothing is done, or the colour or place is asked for that shall be instead."""
    if not sight.context.picture or sight.context.wanted is None:
        return None
    if DAY.search(clause.said) and not clause.of("colour", "ground") and {t.value for t in clause.of("unknown")} <= {"day", "daytime", "daylight"}:
        return [_instead_of_place("night", sight)]
    if clause.of("unknown"):
        return None
    unwanted = UNWANTED.search(clause.said) or BARE.search(clause.said)
    grounds, colours = [t.value for t in clause.of("ground")], [t.value for t in clause.of("colour")]
    made = re.search(r" (?:do not|never) (?:make|set|paint|put) (?:it |this |that |everything )?(?:in |at |on )?(?:the |a )?\w+ $", clause.said)
    if made is not None and len(grounds) == 1 and not colours and not any(phrase_of(t).noun for t in clause.things):
        return [_instead_of_place(grounds[0], sight)]
    if unwanted is not None and len({*grounds, *colours}) == 1:
        return [_instead_of_place(grounds[0], sight)] if grounds else _instead_of_colour(clause, colours[0], sight)
    if not (FORBIDDING.search(clause.said) or LEFT.search(clause.said)) or clause.marked("instead", "than", "but", "without"):
        return None
    if grounds or clause.marked("with", "to", "into") or any(indefinite(phrase_of(t)) for t in clause.things):
        return [Remark(told="Nothing was changed.")] if FORBIDDING.search(clause.said) and not clause.of("stop") else None
    named = [phrase_of(t) for t in clause.things]
    if any(not sight.shows(p) for p in named):
        return None
    words = " and ".join(f"the {p.noun}" for p in named if p.noun) or ("the background" if clause.of("whole") else "everything")
    plural = len(named) > 1 or any(p.plural for p in named)
    return [Remark(told=f"{words[:1].upper()}{words[1:]} {'stay as they are' if plural else 'stays as it is'}; nothing was changed.")]


def _instead_of_place(place: str, sight: Sight) -> Intent:
    """Plain, where the picture is at the place that is not wanted."""
    context = sight.context
    here = (context.wanted.background if context.wanted is not None else None) or "plain"
    if place != here:
        return Remark(told=f"The background is {'plain' if here == 'plain' else BACKGROUNDS[here]} already; nothing was changed.")
    others = [scene.background for scene in scenes_before(sight) if scene.background not in (None, place)]
    return Background(others[0] or "plain") if others else Background("plain" if place != "plain" else "meadow")


def _instead_of_colour(clause: Clause, colour: str, sight: Sight) -> list[Intent] | None:
    """A question for the colour, or the one it had before the last change."""
    named = [phrase_of(t) for t in clause.things if phrase_of(t).noun]
    shown = [w for w in sight.things if w.colour == colour]
    try:
        meant = [w for p in named for w in sight.present(p)] if named else [w for w in sight.last if w in shown] or shown
    except Unreadable:
        return None
    if not meant or not all(w in shown for w in meant):
        return None
    others = ", ".join(c for c in COLOURS if c != colour)
    return [Remark(told=f"Which colour shall the {meant[0].noun} have instead: {others}? Nothing was changed yet.", about=meant[0])]


def excepted(words: Sequence[Word], clause: Clause, sight: Sight) -> list[Intent] | None:
    """Everything but what is named is removed, or gets a colour or size; "keep only the dog" removes the others."""
    if not sight.context.picture or not sight.things or clause.of("unknown", "ground", "relation", "side", "number"):
        return None
    at = _exception(words)
    kept = [phrase_of(t) for t in clause.things if at is not None and t.start > at]
    if at is not None and kept and len(kept) == len([t for t in clause.things if phrase_of(t).noun]):
        others = _others(kept, sight)
        if others is None:
            return None
        colours, sizes = [t.value for t in clause.of("colour")], [t.value for t in clause.of("size")]
        if clause.does("remove", "vanish") and not colours and not sizes:
            return [Remove(w) for w in others]
        if len(colours) == 1 and not sizes:
            return [Recolour(w, colours[0]) for w in others]
        if len(sizes) == 1 and not colours and sizes[0] in STRAIGHT:
            return [Resize(w, STRAIGHT[sizes[0]]) for w in others]
        return None
    things = [phrase_of(t) for t in clause.things]
    only = clause.marked("only") and all(t.value in ("keep", "leave", "have", "want", "need", "show", "see", "let") for t in clause.of("verb"))
    told = clause.marked("not", "no", "with", "without", "instead", "as well", "must", "missing", "wrong", "there", "turned", "gone", "same", "again")
    if not only or told or clause.of("colour", "size", "ordinal") or not things or clause.marked("enough", "than", "to", "of", "in", "at", "from"):
        return None
    if any(p.pronoun or indefinite(p) or not p.noun or p.extra in ("more", "other", "of") for p in things) or "?" in {w.said for w in words}:
        return None
    others = _others(things, sight)
    return [Remove(w) for w in others] if others else None


def _exception(words: Sequence[Word]) -> int | None:
    """Where "except" stands behind "everything"."""
    said = [w.said for w in words]
    first = next((i for i, w in enumerate(said) if w in ALL), None)
    if first is None:
        return None
    for at in range(first + 1, len(said)):
        if said[at] in EXCEPTING or said[at : at + 2] in (["apart", "from"], ["other", "than"]):
            return at
        if said[at] == "but" and said[at - 1] != ",":
            return at
    return None


def _others(kept: Sequence[object], sight: Sight) -> list[Wish] | None:
    """What is shown beside what is named; None where something named is not there."""
    try:
        stays = [w for p in kept for w in sight.present(p)]  # type: ignore[arg-type]
    except Unreadable:
        return None
    return list(dict.fromkeys(w for w in sight.things if w not in stays))
