"""The kinds of change, one function each: from what is asked to a region, words and boxes, and the painter's work on them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..engine.world.captions import with_article
from ..engine.world.vocabulary import BACKGROUNDS, COLOURS, OBJECTS
from .canvas import RIM, Canvas
from .errors import CannotCombine, UnknownWords
from .instructions import Change
from .layouts import free_place
from .painting import Reading, Repainted, only_background, repaint, told, without_it
from .pixels import box_of, merged, moved, recoloured, widened
from .room import AWAY, room_beside
from .scene import Corners, centre, placed, sides
from .seeing import Seen
from .sharing import can_share, known_recipe, shared_attention
from .targets import coloured, grown, index_of, one_apart, related, swapped
from .wording import Wanted, Wish

if TYPE_CHECKING:
    from PIL.Image import Image


BLEND = 0.4  # share of the noise with which a hole and the rim of what was pasted are painted over
OVER = 0.6  # the same for a thing that was recoloured and is to look painted
FADE = 0.7  # the same for a hole that was filled
SMALL, ROOMY = 0.3, 5  # in a region that fits a small thing tightly, mostly nothing is painted: so much rim it gets, in pixels
EDGE = 0.15  # from the side that a thing is moved to, to its centre, if it is small enough
FACTOR = {"bigger": 1.35, "smaller": 0.7}
Piece = tuple[np.ndarray, Corners, Corners]
"""What is cut out, (height, width) bool, the box around it, and the box into which it is pasted."""


@dataclass(frozen=True)
class Done:
    """A change that was made."""

    image: "Image"
    region: np.ndarray
    reading: Reading
    technique: str
    did: str


def _spoken(reading: Reading, noun: str) -> str:
    """The words that stand for a noun in a caption."""
    if reading.wanted is not None:
        for wish, words in zip(reading.wanted.things, reading.nouns, strict=True):
            if wish.noun == noun:
                return f"{wish.colour} {words}" if wish.colour else words
    return noun


# -- one function each ----------------------------------------------------------------------------------------------------------------


def recolour(canvas: Canvas, change: Change, technique: str, auto: bool) -> Done:
    """A thing in another colour."""
    wish = canvas.wish(change.subject)
    boxes = canvas.places(wish, change.which)
    if canvas.studio.settings.embedded and wish.noun in OBJECTS and not OBJECTS[wish.noun].colourable:
        raise UnknownWords((f"{change.value} {wish.noun}",), [o.name for o in OBJECTS.values() if o.colourable and o.name in canvas.studio.objects()])
    target = swapped(one_apart(canvas.scene, wish, change), wish, coloured(canvas.scene, wish, change))
    reading = canvas.told(target, change)
    did = f"Made the {change.called} {change.value}"
    mask = canvas.mask(boxes)
    if technique == "prompt_to_prompt":
        if known_recipe(canvas) or (not auto and can_share(canvas)):  # by inversion only if wished: slower, and less like the picture
            painted = shared_attention(canvas, reading, wish.noun, wish.noun)
            after = Seen(painted, canvas.studio.eyes)
            region = mask.copy()
            for box in boxes:
                region |= widened(after.mask(box), RIM)
            return Done(merged(canvas.image, painted, region), region, reading, "prompt_to_prompt", did)
        if not auto:
            raise CannotCombine("prompt-to-prompt needs to know what the picture shows", "say it as source_prompt, or leave the technique to auto")
        technique = "recolour"
    if change.value not in COLOURS:
        done = canvas.repaint(mask, reading, strength=0.8)
        return Done(done.image, done.region, reading, "masked", did)
    start = recoloured(canvas.image, canvas.mask(boxes, 0), change.value)
    done = canvas.repaint(mask, reading, strength=OVER if technique == "masked" else 0.25, start=start)
    return Done(done.image, done.region, reading, technique, did)


def replace(canvas: Canvas, change: Change, technique: str, auto: bool) -> Done:
    """Something else in the place of a thing."""
    old, new = canvas.wish(change.subject), canvas.wish(change.value)
    boxes = canvas.places(old, change.which)
    index = index_of(canvas.scene, old)
    count = canvas.scene.things[index].count if index is not None and old.count == 1 == len(boxes) else len(boxes)
    # "The cat" leaves open how many come; whoever says "the two cats with a dog" wants one.
    many = new.count if old.count > 1 or change.which else max(new.count, min(count, len(boxes), 4))
    target = swapped(one_apart(canvas.scene, old, change), old, new.model_copy(update={"count": many}))
    reading = canvas.told(target, change)
    did = f"Replaced the {change.called} with {_article(new, change.value)}"
    goals = [_reshaped(box, new.noun) for box in boxes]
    regions = [canvas.mask([box], RIM + 1) | canvas.box_mask(goal) for box, goal in zip(boxes, goals, strict=True)]
    spared = canvas.others(*boxes)
    if spared:  # what stands close by is not painted over
        free = ~canvas.mask(spared, 1) | canvas.mask(boxes, 0)
        regions = [region & free for region in regions]
    region = np.logical_or.reduce(regions)
    if technique == "prompt_to_prompt":
        if not can_share(canvas):
            raise CannotCombine("prompt-to-prompt needs to know what the picture shows", "say it as source_prompt, or leave the technique to auto")
        painted = shared_attention(canvas, reading, old.noun, new.noun)
        return Done(merged(canvas.image, painted, region), region, reading, "prompt_to_prompt", did)
    done = _painted_into(goals[:many], regions[:many], reading, new, canvas)
    if many >= len(boxes):
        return Done(done.image, done.region, reading, "masked", did)
    emptied = _without(done.image, np.logical_or.reduce(regions[many:]), canvas, change)
    return Done(emptied.image, region, reading, "masked", did)


def _without(image: "Image", hole: np.ndarray, canvas: Canvas, change: Change) -> Repainted:
    """A picture whose hole shows the place alone: inside it nothing is wanted, so the painter is told of an empty one."""
    empty = canvas.told(only_background(canvas.scene), change)
    return without_it(image, hole, empty, canvas.studio, seed=canvas.seed, steps=canvas.steps, strength=FADE)


def _alone(reading: Reading, new: Wish, goals: Sequence[Corners], canvas: Canvas) -> dict[str, Any]:
    """Where a new thing goes and what the region shows there, for a single one; several share the words of the whole picture."""
    if len(goals) != 1:
        return {}
    local = told(Wanted(things=(new.model_copy(update={"count": 1}),)), canvas.studio).words if canvas.studio.settings.embedded else ""
    return {"boxes": [(_spoken(reading, new.noun), goals[0])], "local": local}


def _reshaped(box: Corners, noun: str) -> Corners:
    """A box for another thing at the same place: as large, in its own shape."""
    from ..engine.world.sprites import aspect

    side = max(*sides(box), 0.25)
    ratio = aspect(noun) if noun in OBJECTS else 1.0
    return placed(centre(box), side * min(ratio, 1.0), side / max(ratio, 1.0))


def remove(canvas: Canvas, change: Change, technique: str, auto: bool) -> Done:
    """A thing less."""
    wish = canvas.wish(change.subject)
    boxes = canvas.places(wish, change.which)
    hole = canvas.mask(boxes, RIM + 1)
    spared = canvas.others(*boxes)
    if spared:
        hole &= ~canvas.mask(spared, 0)
    left = swapped(canvas.scene, wish, None)
    done = _without(canvas.image, hole, canvas, change)
    reading = canvas.told(left if canvas.studio.settings.embedded else only_background(canvas.scene), change)  # for the recipe
    return Done(done.image, done.region, reading, "remove", f"Removed the {change.called}")


def add(canvas: Canvas, change: Change, technique: str, auto: bool) -> Done:
    """A thing more, at a free place; what it is to stand beside moves over where there is none."""
    from ..engine.world.sprites import aspect

    new = canvas.wish(change.value)
    taken = canvas.others()
    side = {"small": 0.27, "": 0.4, "big": 0.6}[new.size] * (0.85 if len(taken) > 1 else 1)
    ratio = aspect(new.noun) if new.noun in OBJECTS else 1.0
    where = change.where if not change.other and change.where in ("left", "right", "top", "bottom", "middle") else new.place
    goals: list[Corners] = []
    relation, cleared = None, None
    anchor = canvas.places(canvas.wish(change.other))[0] if change.other and change.where else None
    if anchor is not None and change.where in AWAY:
        rest = canvas.others(anchor)
        roomy, there = room_beside(anchor, rest, max(side, SMALL), ratio, change.where)
        goal = placed(centre(roomy), *(length * min(1.0, side / SMALL) for length in sides(roomy)))
        if there != anchor:
            cleared = _moved_over(canvas, anchor, there, change)
            canvas, taken = canvas.as_it_is(cleared.image), [*rest, there]
        goals, relation = [goal], (change.where, there)
    while len(goals) < new.count:
        goals.append(free_place([*taken, *goals], side, ratio, where=where, relation=relation))
    target = grown(canvas.scene, new)
    reading = canvas.told(target, change)
    spared = canvas.mask(taken, 0) if taken else np.zeros((canvas.image.height, canvas.image.width), bool)
    regions = [widened(canvas.box_mask(goal), RIM if max(sides(goal)) >= SMALL else ROOMY) & ~spared for goal in goals]
    done = _painted_into(goals, regions, reading, new, canvas)
    did = f"Added {_article(new, change.value)}"
    if cleared is None:
        return Done(done.image, done.region, reading, "masked", did)
    did += f"; the {change.other} moved over to make room"
    return Done(done.image, done.region | cleared.region, reading, "masked", did)


def _article(wish: Wish, words: str) -> str:
    """Words for one thing with their article; several, and names of concepts, take none."""
    return with_article(words) if wish.count == 1 and wish.noun in OBJECTS else words


def _moved_over(canvas: Canvas, anchor: Corners, there: Corners, change: Change) -> Done:
    """The picture with one thing a little away from where it stood."""
    mask = canvas.seen.mask(anchor)
    tight = box_of(mask)
    x, y = (b - a for a, b in zip(centre(anchor), centre(there), strict=True))
    goal = tight[0] + x, tight[1] + y, tight[2] + x, tight[3] + y
    return _pasted(canvas, [(mask, tight, goal)], canvas.scene, change, "")


def _painted_into(goals: Sequence[Corners], regions: Sequence[np.ndarray], reading: Reading, new: Wish, canvas: Canvas) -> Repainted:
    """New things of one kind, each in its region: one after the other by a painter that can be told of one alone, else all at once."""
    if canvas.studio.inpainting is None or reading.concepts:
        return canvas.repaint(np.logical_or.reduce(regions), reading, **_alone(reading, new, goals, canvas))
    image = canvas.image
    for number, (goal, region) in enumerate(zip(goals, regions, strict=True)):
        alone = _alone(reading, new, [goal], canvas)
        image = repaint(image, region, reading, canvas.studio, seed=canvas.seed + number, steps=canvas.steps, **alone).image
    return Repainted(image, np.logical_or.reduce(regions))


def background(canvas: Canvas, change: Change, technique: str, auto: bool) -> Done:
    """The same things somewhere else."""
    from ..engine.recall import planted

    if canvas.studio.settings.embedded and change.value not in BACKGROUNDS:
        raise UnknownWords((change.value,), tuple(BACKGROUNDS))
    kept = canvas.others()
    region = canvas.around(kept)
    value = change.value if change.value in BACKGROUNDS else None
    target = canvas.scene.model_copy(update={"background": value})
    reading = canvas.told(target, change)
    # Where the things stand nothing is painted; told of them, the painter would paint them once more beside themselves.
    empty = canvas.told(only_background(target), change) if kept and canvas.studio.settings.embedded else reading
    done = canvas.repaint(region, empty, soft=1)
    image = merged(canvas.image, planted(done.image, canvas.recalled(kept)), region, 0)
    return Done(image, done.region, reading, "background", f"Changed the background to {change.value}")


def move(canvas: Canvas, change: Change, technique: str, auto: bool) -> Done:
    """A thing, or several of a kind, at another place."""
    wish = canvas.wish(change.subject)
    boxes = canvas.places(wish, change.which)
    relation = None
    if change.other:
        relation = change.where, canvas.places(canvas.wish(change.other))[0]
    where = None if change.other else change.where
    pieces: list[Piece] = []
    for box in boxes:
        mask = canvas.seen.mask(box)
        tight = box_of(mask)
        width, height = sides(tight)
        taken = [*canvas.others(*boxes), *(goal for _, _, goal in pieces)]
        near = _shifted(centre(tight), where)
        pieces.append((mask, tight, free_place(taken, max(width, height), width / height, where=where, relation=relation, near=near)))
    target = related(one_apart(canvas.scene, wish, change), wish, change.where, canvas.wish(change.other) if change.other else None)
    goal = f"{change.where} the {change.other}" if change.other else f"to the {change.where}"
    return _pasted(canvas, pieces, target, change, f"Moved the {change.called} {goal}")


def _shifted(at: tuple[float, float], where: str | None) -> tuple[float, float]:
    """Where a thing goes that is moved to a side: there, as high or as far right as before; otherwise as near as it can."""
    x, y = at
    return {"left": (EDGE, y), "right": (1 - EDGE, y), "top": (x, EDGE), "bottom": (x, 1 - EDGE), "middle": (0.5, 0.5)}.get(where or "", at)


def resize(canvas: Canvas, change: Change, technique: str, auto: bool) -> Done:
    """A thing, or several of a kind, in another size, standing where they stood."""
    wish = canvas.wish(change.subject)
    factor = FACTOR[change.value]
    pieces: list[Piece] = []
    for box in canvas.places(wish, change.which):
        mask = canvas.seen.mask(box)
        tight = box_of(mask)
        width, height = (min(side * factor, 0.95) for side in sides(tight))
        (x, _), bottom = centre(tight), tight[3]
        pieces.append((mask, tight, placed((x, bottom - height / 2), width, height)))
    size = "big" if change.value == "bigger" else "small"
    index = index_of(canvas.scene, wish)
    known = wish if index is None else canvas.scene.things[index]
    alone = {"count": 1} if change.which else {}
    target = swapped(one_apart(canvas.scene, wish, change), wish, known.model_copy(update={"size": size} | alone))
    return _pasted(canvas, pieces, target, change, f"Made the {change.called} {change.value}")


def _pasted(canvas: Canvas, pieces: Sequence[Piece], target: Wanted, change: Change, did: str) -> Done:
    """Cuts, pastes, fills the holes, and paints both over lightly."""
    image = canvas.image
    region, inner = np.zeros((2, image.height, image.width), bool)
    for mask, source, goal in pieces:
        image, there = moved(image, mask, source, goal)
        region |= widened(mask, RIM + 1) | widened(there, RIM)
        inner |= ~widened(~there, RIM)  # the heart of the thing stays as it was cut out
    reading = canvas.told(target, change)
    done = repaint(image, region & ~inner, reading, canvas.studio, seed=canvas.seed, steps=canvas.steps, strength=BLEND)
    return Done(merged(canvas.image, done.image, region, 0), region, reading, "move", did)


CHANGES: dict[str, Callable[[Canvas, Change, str, bool], Done]] = {
    "recolour": recolour,
    "replace": replace,
    "remove": remove,
    "add": add,
    "background": background,
    "move": move,
    "resize": resize,
}
