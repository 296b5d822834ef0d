"""What a picture of the world shows, as values: things with boxes on a background."""

from dataclasses import dataclass, replace

import numpy as np

from .sprites import aspect
from .vocabulary import BACKGROUNDS, COLOURS, INVERSE, OBJECTS, RELATIONS, SIZES

Box = tuple[float, float, float, float]
CELLS = 64  # boxes lie on this grid, so that a scene is the same at 64 and 256 pixels


@dataclass(frozen=True)
class Thing:
    """One object in a scene.

    Attributes:
        name: a key of `OBJECTS` (or `HELD_OUT`).
        colour: a key of `COLOURS`, or None for the colours it was drawn in.
        size: "small", "" or "big".
        box: xyxy in fractions of the picture, y down.
    """

    name: str
    colour: str | None
    size: str
    box: Box

    @property
    def centre(self) -> tuple[float, float]:
        """Centre of the box, (x, y) in fractions."""
        return (self.box[0] + self.box[2]) / 2, (self.box[1] + self.box[3]) / 2


@dataclass(frozen=True)
class Scene:
    """A picture's content. Later things are painted over earlier ones.

    Attributes:
        things: the objects, from back to front.
        background: a key of `BACKGROUNDS`.
        seed: draws the details of the background.
        relation: a relation that a caption may state: (subject index, relation, object index).
        absent: an object that a caption may say is not there.
    """

    things: tuple[Thing, ...]
    background: str
    seed: int
    relation: tuple[int, str, int] | None = None
    absent: str | None = None


def place(name: str, side: float, centre: tuple[float, float]) -> Box:
    """The box of an object whose longer side and centre are given, pushed inside the frame and onto the grid."""
    ratio = aspect(name)
    width, height = (side, side / ratio) if ratio >= 1 else (side * ratio, side)
    w, h = max(round(width * CELLS), 4), max(round(height * CELLS), 4)
    x = min(max(round(centre[0] * CELLS - w / 2), 0), CELLS - w)
    y = min(max(round(centre[1] * CELLS - h / 2), 0), CELLS - h)
    return x / CELLS, y / CELLS, (x + w) / CELLS, (y + h) / CELLS


def overlap(a: Box, b: Box) -> float:
    """Intersection over the smaller box."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    smaller = min((a[2] - a[0]) * (a[3] - a[1]), (b[2] - b[0]) * (b[3] - b[1]))
    return width * height / smaller


def holds(relation: str, a: Box, b: Box, margin: float = 0.1) -> bool:
    """Whether a relation holds between two boxes.

    Source: GenEval (Ghosh et al. 2023, arXiv:2310.11513): centres differ by more than `margin` times the summed sides
    along the axis, and that axis carries more than half of the distance.
    """
    offset = np.asarray([(a[0] + a[2] - b[0] - b[2]) / 2, (a[1] + a[3] - b[1] - b[3]) / 2])
    sides = np.asarray([a[2] - a[0] + b[2] - b[0], a[3] - a[1] + b[3] - b[1]])
    length = float(np.hypot(*offset))
    if length < 1e-6:
        return False
    dx, dy = np.sign(offset) * np.maximum(np.abs(offset) - margin * sides, 0) / length
    return bool({"left of": dx < -0.5, "right of": dx > 0.5, "above": dy < -0.5, "below": dy > 0.5}[relation])


def _side(rng: np.random.Generator, size: str, crowd: int) -> float:
    low, high = SIZES[size]
    if crowd > 1:  # several things must fit side by side
        low, high = min(low, 0.3), min(high, 0.44 if crowd == 2 else 0.36)
    return float(rng.uniform(low, high))


def _arrange(rng: np.random.Generator, names: list[str], sides: list[float], relation: str | None) -> list[Box] | None:
    """Tries places until no two boxes overlap by more than a tenth and the relation holds."""
    for _ in range(60):
        boxes: list[Box] = []
        for name, side in zip(names, sides, strict=True):
            y = rng.normal(0.6, 0.17) if len(names) < 3 else rng.uniform(0.15, 0.85)
            x = rng.normal(0.5, 0.12) if len(names) == 1 else rng.uniform(0.1, 0.9)
            boxes.append(place(name, side, (float(x), float(y))))
        if relation in ("above", "below"):
            boxes = [place(n, s, (float(rng.uniform(0.2, 0.8)), float(rng.uniform(0.1, 0.9)))) for n, s in zip(names, sides, strict=True)]
        crowded = any(overlap(a, b) > 0.1 for i, a in enumerate(boxes) for b in boxes[:i])
        if not crowded and (relation is None or holds(relation, boxes[0], boxes[1])):
            return boxes
    return None


KINDS = ("single", "pair", "relation", "count", "empty")


def sample_scene(
    rng: np.random.Generator,
    *,
    names: tuple[str, ...] | None = None,
    kind: str | None = None,
    mix: tuple[float, ...] = (0.47, 0.25, 0.12, 0.13, 0.03),
    plain: float = 0.2,
    sizes: tuple[float, float, float] = (0.7, 0.15, 0.15),
    backdrops: int = 2**31,
) -> Scene:
    """Draws a scene at random.

    Args:
        rng: where chance comes from; the same state gives the same scene.
        names: objects to draw from; all of `OBJECTS` when None.
        kind: one of `KINDS`, or None to draw it from `mix`.
        mix: probabilities of the kinds in order: single objects, pairs, pairs with a stated relation, two to four of a kind, and
            nothing but the background.
        plain: probability of the plain background.
        sizes: probabilities of no stated size, small, big; things that share a picture are never big.
        backdrops: how many variants of each background are drawn from.

    Returns:
        A scene whose things do not cover each other by more than a tenth.
    """
    pool = list(names or OBJECTS)
    backgrounds = [b for b in BACKGROUNDS if b != "plain"]
    while True:
        what = kind or str(rng.choice(KINDS[: len(mix)], p=mix))
        count = int(rng.integers(2, 5)) if what == "count" else {"single": 1, "pair": 2, "relation": 2, "empty": 0}[what]
        chosen = [str(rng.choice(pool))] * count if what == "count" else [str(n) for n in rng.choice(pool, count, replace=False)]
        stated_sizes = ["" if what == "count" else str(rng.choice(["", "small", "big"], p=sizes)) for _ in chosen]
        if count > 1:
            stated_sizes = ["" if s == "big" else s for s in stated_sizes]
        colours = [str(rng.choice(list(COLOURS))) if OBJECTS[n].colourable and rng.random() < 0.6 else None for n in chosen]
        if what == "count":
            sides, colours = [_side(rng, "", count)] * count, [colours[0]] * count
        else:
            sides = [_side(rng, s, count) for s in stated_sizes]
        relation = str(rng.choice(RELATIONS)) if what == "relation" else None
        boxes = _arrange(rng, chosen, sides, relation)
        if boxes is None:
            continue
        background = "plain" if rng.random() < plain else str(rng.choice(backgrounds))
        things = tuple(Thing(n, c, s, b) for n, c, s, b in zip(chosen, colours, stated_sizes, boxes, strict=True))
        others = [n for n in pool if n not in chosen]
        absent = str(rng.choice(others)) if rng.random() < 0.04 and others else None
        stated = (0, relation, 1) if relation else None
        scene = Scene(things, background, int(rng.integers(backdrops)), stated, absent)
        if stated and rng.random() < 0.5:  # the same fact, said from the other side
            scene = replace(scene, relation=(1, INVERSE[stated[1]], 0))
        return scene
