"""The kinds of change, one function each: from what is asked to a region, words and boxes, and the painter's work on them."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ..engine.world.vocabulary import BACKGROUNDS, COLOURS, OBJECTS
from .errors import CannotCombine, NothingFound, UnknownWords
from .instructions import Change, bare
from .layouts import free_place
from .painting import Reading, Repainted, only_background, read_prompt, repaint, told, wanted_from, without_it
from .pixels import box_mask, box_of, merged, moved, recoloured, widened
from .places import background_of, scene_of, things_in
from .scene import Corners, centre, placed, sides
from .seeing import Seen
from .segment import known_phrases, located
from .sharing import can_share, shared_attention
from .wording import Relation, Wanted, Wish, parse_request, world_words

if TYPE_CHECKING:
    from PIL.Image import Image

    from .studio import Studio

RIM = 2  # pixels around a thing that belong to it: what the segmenter's outline misses
BLEND = 0.4  # share of the noise with which a hole and the rim of what was pasted are painted over
OVER = 0.6  # the same for a thing that was recoloured and is to look painted
FADE = 0.7  # the same for a hole that was filled
FACTOR = {"bigger": 1.35, "smaller": 0.7}


@dataclass(frozen=True)
class Done:
    """A change that was made."""

    image: "Image"
    region: np.ndarray
    reading: Reading
    technique: str
    did: str


class Canvas:
    """A picture that is being changed, and what is known about it.

    Args:
        image: RGB, at the painter's size.
        recipe: how it was made, if anybody knows.
        said: what the caller says it shows.
        studio: services.
        seed: of this change.
        steps: of a whole run.
    """

    def __init__(
        self, image: "Image", recipe: Mapping[str, Any] | None, said: str | None, studio: "Studio", *, seed: int, steps: int | None
    ) -> None:
        """Takes the picture; nothing is looked at yet."""
        self.image, self.recipe, self.said, self.studio = image, recipe, said, studio
        self.seed, self.steps = seed, steps
        self.seen = Seen(image, studio.eyes)

    @cached_property
    def scene(self) -> Wanted:
        """What the picture shows: by the caller's words, its recipe, or a look; the background always has a name."""
        concepts = self.studio.concepts.names()
        scene = parse_request(self.said, concepts) if self.said else None
        if scene is None or scene.unknown or not (scene.things or scene.background):
            scene = wanted_from(self.recipe)
        if scene is None:
            return scene_of(self.image, self.studio)
        if scene.background is None:
            # A picture that was painted without a place has the plain one; another one is looked at.
            known = self.recipe is not None and self.recipe.get("tool") in ("generate", "control")
            scene = scene.model_copy(update={"background": "plain" if known else background_of(self.image, self.studio) or "plain"})
        return scene

    def wish(self, words: str) -> Wish:
        """One kind of thing, from words.

        Raises:
            UnknownWords: the embedded world has no such thing.
            CannotCombine: the words name no thing, or several.
        """
        read = parse_request(words, self.studio.concepts.names())
        if not self.studio.settings.embedded and (read.unknown or len(read.things) != 1):
            return Wish(noun=bare(words))
        strange = [*read.unknown, *(w.noun for w in read.things if w.noun in OBJECTS and w.noun not in self.studio.objects())]
        if strange:
            raise UnknownWords(strange, world_words(self.studio.objects(), self.studio.concepts.names()))
        if len(read.things) != 1:
            raise CannotCombine(f"{words!r} names {len(read.things)} things; an edit changes one", "make several edits")
        return read.things[0]

    def places(self, wish: Wish) -> list[Corners]:
        """Where a thing is, as many places as it is wanted.

        Raises:
            NothingFound: nowhere.
        """
        phrase = known_phrases((Wish(noun=wish.noun, colour=wish.colour).phrase,), self.studio)[0]
        found = [box for _, box in located(phrase, self.seen)]
        if not found:
            raise NothingFound(f"I see no {phrase} in the picture")
        return found[: wish.count]

    def others(self, *taken: Corners) -> list[Corners]:
        """Where everything else is."""
        if not self.studio.settings.embedded:
            nouns = [wish.noun for wish in self.scene.things]
            boxes = [box for noun in nouns for _, box in located(noun, self.seen)]
        else:
            boxes = [box for _, _, box in things_in(self.image, self.studio)]
        return [box for box in boxes if all(np.abs(np.subtract(box, t)).max() > 0.02 and _within(box, t) < 0.6 for t in taken)]

    def mask(self, boxes: Sequence[Corners], rim: int = RIM) -> np.ndarray:
        """The outline of what some boxes show, with a rim."""
        whole = np.zeros((self.image.height, self.image.width), bool)
        for box in boxes:
            whole |= self.seen.mask(box)
        return widened(whole, rim)

    def box_mask(self, box: Corners) -> np.ndarray:
        """The pixels of a box."""
        return box_mask(box, self.image.width, self.image.height)

    def told(self, target: Wanted, change: Change) -> Reading:
        """The words for the changed scene."""
        if self.studio.settings.embedded:
            return told(target, self.studio)
        return read_prompt(_reworded(self.said or "", change), self.studio)

    def repaint(self, region: np.ndarray, reading: Reading, **more: Any) -> Repainted:
        """Paints a region of this picture again."""
        return repaint(self.image, region, reading, self.studio, seed=self.seed, steps=self.steps, **more)


def _within(box: Corners, other: Corners) -> float:
    from .scene import area, shared

    return shared(box, other) / max(min(area(box), area(other)), 1e-9)


def _reworded(said: str, change: Change) -> str:
    """A free caption after a change."""
    if change.kind == "background":
        return f"{said}, {change.value} background" if said else f"{change.value} background"
    if change.kind == "remove":
        return "background"
    new = change.value if change.kind in ("replace", "add") else f"{change.value} {change.subject}".strip()
    if change.kind in ("replace", "recolour") and re.search(rf"\b{re.escape(change.subject)}\b", said):
        return re.sub(rf"\b{re.escape(change.subject)}\b", new, said)
    return f"{said} and a {new}" if said and change.kind == "add" else f"a {new}"


def _index(scene: Wanted, wish: Wish) -> int | None:
    """Which wish of the scene is meant."""
    same = [i for i, t in enumerate(scene.things) if t.noun == wish.noun]
    fits = [i for i in same if wish.colour in (None, scene.things[i].colour)]
    return (fits or same or [None])[0]  # type: ignore[list-item]


def _swapped(scene: Wanted, old: Wish, new: Wish | None) -> Wanted:
    """The scene with one wish replaced, or gone; relations that still make sense stay."""
    index = _index(scene, old)
    things = list(scene.things)
    if index is None:
        return scene if new is None else scene.model_copy(update={"things": (*things, new)})
    if new is not None:
        things[index] = new
        return scene.model_copy(update={"things": tuple(things)})
    if things[index].count > old.count:
        things[index] = things[index].model_copy(update={"count": things[index].count - old.count})
        return scene.model_copy(update={"things": tuple(things)})
    kept = [r for r in scene.relations if index not in (r.subject, r.object)]
    moved_up = tuple(r.model_copy(update={"subject": r.subject - (r.subject > index), "object": r.object - (r.object > index)}) for r in kept)
    return scene.model_copy(update={"things": tuple(things[:index] + things[index + 1 :]), "relations": moved_up})


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
    boxes = canvas.places(wish)
    if canvas.studio.settings.embedded and wish.noun in OBJECTS and not OBJECTS[wish.noun].colourable:
        raise UnknownWords((f"{change.value} {wish.noun}",), [o.name for o in OBJECTS.values() if o.colourable and o.name in canvas.studio.objects()])
    target = _swapped(canvas.scene, wish, _coloured(canvas.scene, wish, change.value))
    reading = canvas.told(target, change)
    did = f"Made the {change.subject} {change.value}"
    mask = canvas.mask(boxes)
    if technique == "prompt_to_prompt":
        if can_share(canvas):
            painted = shared_attention(canvas, reading, wish.noun, wish.noun)
            after = Seen(painted, canvas.studio.eyes)
            region = mask.copy()
            for box in boxes:
                region |= widened(after.mask(box), RIM)
            return Done(merged(canvas.image, painted, region), region, reading, "prompt_to_prompt", did)
        if not auto:
            raise CannotCombine("prompt-to-prompt needs to know what the picture shows", "say it as source_prompt, or leave the technique to auto")
        technique = "masked"
    if change.value not in COLOURS:
        done = canvas.repaint(mask, reading, strength=0.8)
        return Done(done.image, done.region, reading, "masked", did)
    start = recoloured(canvas.image, canvas.mask(boxes, 0), change.value)
    done = canvas.repaint(mask, reading, strength=OVER if technique == "masked" else 0.25, start=start)
    return Done(done.image, done.region, reading, technique, did)


def _coloured(scene: Wanted, wish: Wish, colour: str) -> Wish:
    index = _index(scene, wish)
    known = wish if index is None else scene.things[index]
    return known.model_copy(update={"colour": colour})


def replace(canvas: Canvas, change: Change, technique: str, auto: bool) -> Done:
    """Something else in the place of a thing."""
    old, new = canvas.wish(change.subject), canvas.wish(change.value)
    boxes = canvas.places(old)
    index = _index(canvas.scene, old)
    count = canvas.scene.things[index].count if index is not None and old.count == 1 == len(boxes) else len(boxes)
    target = _swapped(canvas.scene, old, new.model_copy(update={"count": max(new.count, min(count, len(boxes), 4))}))
    reading = canvas.told(target, change)
    did = f"Replaced the {change.subject} with {change.value}"
    goals = [_reshaped(box, new.noun) for box in boxes]
    region = canvas.mask(boxes, RIM + 1)
    for goal in goals:
        region |= canvas.box_mask(goal)
    spared = canvas.others(*boxes)
    if spared:  # what stands close by is not painted over
        region &= ~canvas.mask(spared, 1) | canvas.mask(boxes, 0)
    if technique == "prompt_to_prompt":
        if not can_share(canvas):
            raise CannotCombine("prompt-to-prompt needs to know what the picture shows", "say it as source_prompt, or leave the technique to auto")
        painted = shared_attention(canvas, reading, old.noun, new.noun)
        return Done(merged(canvas.image, painted, region), region, reading, "prompt_to_prompt", did)
    led = [(_spoken(reading, new.noun), goals[0])] if len(goals) == 1 else []
    done = canvas.repaint(region, reading, boxes=led)
    return Done(done.image, done.region, reading, "masked", did)


def _reshaped(box: Corners, noun: str) -> Corners:
    """A box for another thing at the same place: as large, in its own shape."""
    from ..engine.world.sprites import aspect

    side = max(*sides(box), 0.25)
    ratio = aspect(noun) if noun in OBJECTS else 1.0
    return placed(centre(box), side * min(ratio, 1.0), side / max(ratio, 1.0))


def remove(canvas: Canvas, change: Change, technique: str, auto: bool) -> Done:
    """A thing less."""
    wish = canvas.wish(change.subject)
    boxes = canvas.places(wish)
    hole = canvas.mask(boxes, RIM + 1)
    spared = canvas.others(*boxes)
    if spared:
        hole &= ~canvas.mask(spared, 0)
    left = _swapped(canvas.scene, wish, None)
    # Inside the hole nothing is wanted, so the painter is told of an empty place; what the picture shows now is kept in the recipe.
    empty = canvas.told(only_background(canvas.scene), change)
    done = without_it(canvas.image, hole, empty, canvas.studio, seed=canvas.seed, steps=canvas.steps, strength=FADE)
    reading = canvas.told(left, change) if canvas.studio.settings.embedded else empty
    return Done(done.image, done.region, reading, "remove", f"Removed the {change.subject}")


def add(canvas: Canvas, change: Change, technique: str, auto: bool) -> Done:
    """A thing more, at a free place."""
    new = canvas.wish(change.value)
    taken = canvas.others()
    relation = None
    if change.other and change.where:
        relation = change.where, canvas.places(canvas.wish(change.other))[0]
    side = {"small": 0.27, "": 0.4, "big": 0.6}[new.size] * (0.85 if len(taken) > 1 else 1)
    where = change.where if not change.other and change.where in ("left", "right", "top", "bottom", "middle") else new.place
    goals: list[Corners] = []
    from ..engine.world.sprites import aspect

    for _ in range(new.count):
        ratio = aspect(new.noun) if new.noun in OBJECTS else 1.0
        goals.append(free_place([*taken, *goals], side, ratio, where=where, relation=relation))
    target = _grown(canvas.scene, new, change)
    reading = canvas.told(target, change)
    region = np.zeros((canvas.image.height, canvas.image.width), bool)
    for goal in goals:
        region |= widened(canvas.box_mask(goal), RIM)
    if taken:
        region &= ~canvas.mask(taken, 0)
    led = [(_spoken(reading, new.noun), goals[0])] if len(goals) == 1 else []
    done = canvas.repaint(region, reading, boxes=led)
    return Done(done.image, done.region, reading, "masked", f"Added {change.value}")


def _grown(scene: Wanted, new: Wish, change: Change) -> Wanted:
    same = next((i for i, t in enumerate(scene.things) if (t.noun, t.colour) == (new.noun, new.colour)), None)
    things = list(scene.things)
    if same is not None:
        things[same] = things[same].model_copy(update={"count": min(things[same].count + new.count, 4)})
    else:
        things.append(new)
    absent = tuple(noun for noun in scene.absent if noun != new.noun)
    return scene.model_copy(update={"things": tuple(things), "absent": absent})


def background(canvas: Canvas, change: Change, technique: str, auto: bool) -> Done:
    """The same things somewhere else."""
    if canvas.studio.settings.embedded and change.value not in BACKGROUNDS:
        raise UnknownWords((change.value,), tuple(BACKGROUNDS))
    kept = canvas.others()
    region = ~canvas.mask(kept, 0) if kept else np.ones((canvas.image.height, canvas.image.width), bool)
    value = change.value if change.value in BACKGROUNDS else None
    target = canvas.scene.model_copy(update={"background": value})
    reading = canvas.told(target, change)
    # Where the things stand nothing is painted; told of them, the painter would paint them once more beside themselves.
    empty = canvas.told(only_background(target), change) if kept and canvas.studio.settings.embedded else reading
    done = canvas.repaint(region, empty, soft=1)
    return Done(done.image, done.region, reading, "background", f"Changed the background to {change.value}")


def move(canvas: Canvas, change: Change, technique: str, auto: bool) -> Done:
    """A thing at another place."""
    wish = canvas.wish(change.subject)
    box = canvas.places(wish)[0]
    mask = canvas.seen.mask(box)
    tight = box_of(mask)
    width, height = sides(tight)
    relation = None
    if change.other:
        relation = change.where, canvas.places(canvas.wish(change.other))[0]
    where = None if change.other else change.where
    goal = free_place(canvas.others(box), max(width, height), width / height, where=where, relation=relation)
    target = _related(canvas.scene, wish, change, canvas)
    return _pasted(canvas, mask, tight, goal, target, change, f"Moved the {change.subject} {change.where} {change.other}".strip())


def _related(scene: Wanted, wish: Wish, change: Change, canvas: Canvas) -> Wanted:
    """The scene with the new relation, and without what was said about the old place."""
    index = _index(scene, wish)
    if index is None:
        return scene
    kept = [r for r in scene.relations if index not in (r.subject, r.object)]
    if change.other:
        other = _index(scene, canvas.wish(change.other))
        if other is not None and other != index:
            kept.append(Relation(subject=index, name=change.where, object=other))
    return scene.model_copy(update={"relations": tuple(kept)})


def resize(canvas: Canvas, change: Change, technique: str, auto: bool) -> Done:
    """A thing in another size, standing where it stood."""
    wish = canvas.wish(change.subject)
    box = canvas.places(wish)[0]
    mask = canvas.seen.mask(box)
    tight = box_of(mask)
    factor = FACTOR[change.value]
    width, height = (min(side * factor, 0.95) for side in sides(tight))
    (x, _), bottom = centre(tight), tight[3]
    goal = placed((x, bottom - height / 2), width, height)
    size = "big" if change.value == "bigger" else "small"
    index = _index(canvas.scene, wish)
    known = wish if index is None else canvas.scene.things[index]
    target = _swapped(canvas.scene, wish, known.model_copy(update={"size": size}))
    return _pasted(canvas, mask, tight, goal, target, change, f"Made the {change.subject} {change.value}")


def _pasted(
    canvas: Canvas, mask: np.ndarray, source: Corners, goal: Corners, target: Wanted, change: Change, did: str
) -> Done:
    """Cuts, pastes, fills the hole, and paints both over lightly."""
    pasted, there = moved(canvas.image, mask, source, goal)
    region = widened(mask, RIM + 1) | widened(there, RIM)
    inner = ~widened(~there, RIM)  # the heart of the thing stays as it was cut out
    reading = canvas.told(target, change)
    done = repaint(pasted, region & ~inner, reading, canvas.studio, seed=canvas.seed, steps=canvas.steps, strength=BLEND)
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
