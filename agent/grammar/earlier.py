"""Reads "I liked the earlier background better": one property of the picture as it was before, and nothing else taken back."""

import re
from collections.abc import Sequence

from ...engine.world.vocabulary import BACKGROUNDS
from ...tools.wording import Wanted, Wish
from .clause import Clause, phrase_of
from .pictures import references
from .requests import Background, Intent, Recolour, Remark
from .sight import Sight
from .spelling import Word

BEFORE = r"(?:earlier|previous|former|old|older|prior|last|original|first|initial|other|preceding)"
BACKDROP = r"(?:background|backdrop|scenery|setting|surroundings|landscape)"
PLACE = re.compile(
    rf" (?P<when>{BEFORE}) {BACKDROP} (?!picture|version|image)| {BACKDROP} (?:of|from|in) (?:the )?(?P<of>{BEFORE}) |"
    rf" {BACKDROP} (?:that )?(?:we|i|you|it|there) (?:had|was|used)(?: there)? (?:before|earlier|previously|first|at first|originally) "
    rf"| {BACKDROP} (?:from )?(?:before|earlier)(?: back)? $"
)
COLOUR = re.compile(
    rf" (?P<when>{BEFORE}) colours? | colours? (?:of|from) (?:the )?(?P<of>{BEFORE}) | colours? (?:that )?(?:it|he|she|they|the \w+) (?:had|was) "
    r"(?:before|earlier|first|at first|originally) | colours? (?:from )?(?:before|earlier)(?: back)? $"
)
OLDEST = frozenset({"original", "first", "initial"})
ELSEWHERE = re.compile(r" (?:compare|what was|what is|which|undo|how|why|difference|describe|tell|remember|was it|forget|not the) ")


def earlier(clause: Clause, sight: Sight) -> list[Intent] | None:
    """The background, or a thing's colour, as it was before.

    Args:
        clause: what was said.
        sight: what it may refer to.
    """
    context = sight.context
    if not context.picture or context.wanted is None or clause.of("size", "number") or clause.does("remove", "add") or ELSEWHERE.search(clause.said):
        return None
    place, colour = PLACE.search(clause.said), COLOUR.search(clause.said)
    scenes = scenes_before(sight)
    if place is not None and not clause.of("ground", "colour") and not any(phrase_of(t).noun for t in clause.things):
        return [_background(context.wanted, scenes, _oldest(place))]
    if colour is not None and not clause.of("ground", "colour"):
        named = [phrase_of(t) for t in clause.things if phrase_of(t).noun] or [phrase_of(t) for t in clause.things if phrase_of(t).pronoun]
        meant = [w for p in named for w in sight.present(p)] or list(sight.last if len(sight.last) == 1 else sight.things[:2])
        return [_colour(meant[0], scenes, _oldest(colour))] if len(dict.fromkeys(meant)) == 1 else None
    return None


def of_picture(words: Sequence[Word], clause: Clause, sight: Sight) -> list[Intent] | None:
    """The background of another picture: "use the background of picture 3"."""
    context = sight.context
    found = re.search(rf" {BACKDROP} (?:of|from|in|as in|like in|that is in) (?:the )?", clause.said)
    if found is None or not context.picture or clause.of("colour", "size", "ground") or ELSEWHERE.search(clause.said) or clause.does("remove"):
        return None
    refs = references(words, sight, loose=False)
    names = dict(context.names)
    if len(refs) != 1 or any(phrase_of(t).noun and phrase_of(t).noun not in names for t in clause.things):
        return None
    number = names[refs[0]] if isinstance(refs[0], str) else refs[0]
    number = number if number > 0 else context.pictures + 1 + number
    scene = context.scenes[number - 1] if 0 < number <= len(context.scenes) else None
    return [Background(scene.background or "plain")] if scene is not None and number != context.number else None


def scenes_before(sight: Sight) -> list[Wanted]:
    """What the pictures that led to this one were made to show, the last one first, as far as they are of the same things."""
    context = sight.context
    known = [context.scenes[n - 1] for n in context.line if 0 < n <= len(context.scenes)]
    here = {w.noun for w in sight.things}
    return [scene for scene in known if scene is not None and (not here or here & {t.noun for t in scene.things})]


def _oldest(said: re.Match[str]) -> bool:
    return bool(OLDEST & {word for word in said.groups() if word})


def _background(wanted: Wanted, scenes: list[Wanted], oldest: bool) -> Intent:
    """The nearest other background among the pictures that led to this one, or the first one."""
    here = wanted.background or "plain"
    found = [scene.background or "plain" for scene in scenes]
    others = [name for name in (found[::-1][:1] if oldest else found) if name != here]
    if others:
        return Background(others[0])
    told = "The background was plain all along." if here == "plain" else f"The background was the same all along: {BACKGROUNDS[here]}."
    return Remark(told=told if scenes else "This is the first picture: there is no earlier background.")


def _colour(wish: Wish, scenes: list[Wanted], oldest: bool) -> Intent:
    """The colour that a thing had before it was changed."""
    kin = [[t for t in scene.things if t.noun == wish.noun] for scene in scenes]
    found = [things[0].colour for things in kin if len(things) == 1]
    others = [colour for colour in (found[::-1][:1] if oldest else found) if colour != wish.colour]
    if others and others[0] is not None:
        return Recolour(wish, others[0])
    if others:
        return Remark(told=f"Nobody had said which colour the {wish.noun} should have before; say one, or `undo`.")
    return Remark(told=f"The {wish.noun} was {wish.colour} all along." if wish.colour else f"The colour of the {wish.noun} was never changed.")
