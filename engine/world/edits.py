"""Before/after pairs with the instruction that leads from one to the other."""

from dataclasses import dataclass, replace

import numpy as np

from .captions import phrase, with_article
from .scene import CELLS, Box, Scene, Thing, holds, overlap, place, sample_scene
from .vocabulary import BACKGROUNDS, COLOURS, OBJECTS, RELATIONS

KINDS = ("add", "remove", "replace", "recolour", "move", "background")


@dataclass(frozen=True)
class EditPair:
    """A known edit.

    Attributes:
        before: the scene as it was.
        after: the scene as asked for; everything not named by the instruction is identical.
        kind: one of `KINDS`.
        instruction: the request in words.
        region: xyxy box in fractions outside which the pictures are identical, or None when the whole picture changes.
    """

    before: Scene
    after: Scene
    kind: str
    instruction: str
    region: Box | None


def _union(*boxes: Box) -> Box:
    return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)


def _swapped(scene: Scene, index: int, thing: Thing) -> Scene:
    things = scene.things[:index] + (thing,) + scene.things[index + 1 :]
    return replace(scene, things=things, relation=None, absent=None)


def _others(scene: Scene, names: tuple[str, ...] | None) -> list[str]:
    present = {t.name for t in scene.things}
    return [n for n in (names or tuple(OBJECTS)) if n not in present]


def edit_pair(rng: np.random.Generator, *, kind: str | None = None, names: tuple[str, ...] | None = None, placed: bool = False) -> EditPair:
    """Draws an edit at random.

    Args:
        rng: where chance comes from.
        kind: one of `KINDS`; drawn evenly when None.
        names: objects to draw from; all when None.
        placed: whether additions say where, beside a thing that is there; a picture edited without a mask can only be held against
            the true one where the instruction says what that is.
    """
    wanted = kind or str(rng.choice(KINDS))
    while True:
        scene = sample_scene(rng, names=names, kind=str(rng.choice(["single", "pair"])))
        scene = replace(scene, absent=None)
        index = int(rng.integers(len(scene.things)))
        made = (_add_beside if placed and wanted == "add" else _BUILDERS[wanted])(rng, scene, index, names)
        if made is not None:
            return made


def _newcomer(rng: np.random.Generator, scene: Scene, names: tuple[str, ...] | None) -> tuple[str, str | None]:
    name = str(rng.choice(_others(scene, names)))
    return name, str(rng.choice(list(COLOURS))) if OBJECTS[name].colourable and rng.random() < 0.5 else None


def _add(rng: np.random.Generator, scene: Scene, index: int, names: tuple[str, ...] | None) -> EditPair | None:
    name, colour = _newcomer(rng, scene, names)
    for _ in range(40):
        box = place(name, float(rng.uniform(0.3, 0.42)), (float(rng.uniform(0.1, 0.9)), float(rng.uniform(0.2, 0.9))))
        if all(overlap(box, t.box) < 0.05 for t in scene.things):
            new = Thing(name, colour, "", box)
            after = replace(scene, things=(*scene.things, new), relation=None)
            return EditPair(scene, after, "add", f"add {with_article(phrase(new))}", box)
    return None


def _add_beside(rng: np.random.Generator, scene: Scene, index: int, names: tuple[str, ...] | None) -> EditPair | None:
    name, colour = _newcomer(rng, scene, names)
    old = scene.things[index]
    for _ in range(20):
        relation = str(rng.choice(RELATIONS))
        box = _beside(place(name, float(rng.uniform(0.3, 0.4)), (0.5, 0.5)), old.box, relation)
        inside = min(box) >= 0 and max(box) <= 1
        if inside and holds(relation, box, old.box) and all(overlap(box, t.box) < 0.05 for t in scene.things):
            new = Thing(name, colour, "", box)
            after = replace(scene, things=(*scene.things, new), relation=None)
            said = f"add {with_article(phrase(new))} {relation} the {phrase(old)}"
            return EditPair(scene, after, "add", said, box)
    return None


def _beside(box: Box, other: Box, relation: str) -> Box:
    """A box of the same shape, a cell away from the other: on one floor with it, or above or below its middle."""
    width, height, gap = box[2] - box[0], box[3] - box[1], 1 / CELLS
    x = {"left of": other[0] - gap - width, "right of": other[2] + gap}.get(relation, (other[0] + other[2] - width) / 2)
    y = {"above": other[1] - gap - height, "below": other[3] + gap}.get(relation, other[3] - height)
    x, y = round(x * CELLS) / CELLS, round(y * CELLS) / CELLS
    return x, y, x + width, y + height


def _remove(rng: np.random.Generator, scene: Scene, index: int, names: tuple[str, ...] | None) -> EditPair | None:
    gone = scene.things[index]
    after = replace(scene, things=scene.things[:index] + scene.things[index + 1 :], relation=None)
    return EditPair(scene, after, "remove", f"remove the {phrase(gone)}", gone.box)


def _replace(rng: np.random.Generator, scene: Scene, index: int, names: tuple[str, ...] | None) -> EditPair | None:
    old = scene.things[index]
    side = max(old.box[2] - old.box[0], old.box[3] - old.box[1])
    name = str(rng.choice(_others(scene, names)))
    new = Thing(name, None, old.size, place(name, side, old.centre))
    after = _swapped(scene, index, new)
    said = f"replace the {phrase(old)} with {with_article(name)}"
    return EditPair(scene, after, "replace", said, _union(old.box, new.box))


def _recolour(rng: np.random.Generator, scene: Scene, index: int, names: tuple[str, ...] | None) -> EditPair | None:
    old = scene.things[index]
    if not OBJECTS[old.name].colourable:
        return None
    colour = str(rng.choice([c for c in COLOURS if c != old.colour]))
    after = _swapped(scene, index, replace(old, colour=colour))
    return EditPair(scene, after, "recolour", f"make the {phrase(old)} {colour}", old.box)


def _move(rng: np.random.Generator, scene: Scene, index: int, names: tuple[str, ...] | None) -> EditPair | None:
    old = scene.things[index]
    side = max(old.box[2] - old.box[0], old.box[3] - old.box[1])
    where = str(rng.choice(["left", "right", "top", "bottom"]))
    centre = {"left": (0.15, 0.5), "right": (0.85, 0.5), "top": (0.5, 0.15), "bottom": (0.5, 0.85)}[where]
    relation = {"left": "left of", "right": "right of", "top": "above", "bottom": "below"}[where]
    target = (centre[0], old.centre[1]) if where in ("left", "right") else (old.centre[0], centre[1])
    new = replace(old, box=place(old.name, side, target))
    rest = [t for i, t in enumerate(scene.things) if i != index]
    if not holds(relation, new.box, old.box) or any(overlap(new.box, t.box) > 0.1 for t in rest):
        return None
    said = f"move the {phrase(old)} to the {where}"
    return EditPair(scene, _swapped(scene, index, new), "move", said, _union(old.box, new.box))


def _background(rng: np.random.Generator, scene: Scene, index: int, names: tuple[str, ...] | None) -> EditPair | None:
    new = str(rng.choice([b for b in BACKGROUNDS if b not in (scene.background, "plain")]))
    after = replace(scene, background=new)
    return EditPair(scene, after, "background", f"put it {BACKGROUNDS[new]}", None)


_BUILDERS = {
    "add": _add,
    "remove": _remove,
    "replace": _replace,
    "recolour": _recolour,
    "move": _move,
    "background": _background,
}
