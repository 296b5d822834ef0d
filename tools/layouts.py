"""Where things go: a planner by rules, what makes a layout good, and where there is room for one thing more.

Source: validation follows LMD (Lian et al. 2023, arXiv:2305.13655); relations use GenEval's position rule (Ghosh et al. 2023,
arXiv:2310.11513), the one the judge uses.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

import numpy as np

from ..engine.world.scene import holds
from ..engine.world.vocabulary import BACKGROUNDS, OBJECTS, RELATIONS
from .errors import CannotCombine, NoRoom
from .scene import Corners, Layout, Region, area, centre, iou, placed, shared, sides
from .wording import Wanted, Wish

LEAST, MOST = 0.2, 0.9  # sides; an eighth of the picture is one cell of the map that leads things into boxes
APART = 0.15  # centres of like things
OVERLAP = 0.1
TOUCH = 0.12  # share of a thing that one more may cover
EDGE = 0.03  # free space at the frame
RESTARTS = 200
ENOUGH = 8  # restarts after which the best layout without faults is taken
GRID = (0.16, 0.33, 0.5, 0.67, 0.84)
SCALES = (1.0, 0.88, 0.76)
SIDE = {1: 0.5, 2: 0.43, 3: 0.34, 4: 0.38, 5: 0.32, 6: 0.32}
ROWS = (0.3, 0.72)  # heights of two rows, in which four things and more stand


@dataclass(frozen=True)
class Item:
    """One single thing that needs a box.

    Attributes:
        wish: index of its wish.
        phrase: its words.
        noun: its noun.
        side: preferred longer side.
        ratio: width over height.
        place: a side of the picture, or None.
    """

    wish: int
    phrase: str
    noun: str
    side: float
    ratio: float
    place: str | None


def items_of(wanted: Wanted) -> tuple[Item, ...]:
    """Every single thing of a wanted scene, counts spelled out."""
    total = sum(wish.count for wish in wanted.things)
    return tuple(
        Item(index, wish.phrase, wish.noun, _side(wish, total), _ratio(wish.noun), wish.place)
        for index, wish in enumerate(wanted.things)
        for _ in range(wish.count)
    )


def _side(wish: Wish, total: int) -> float:
    usual = SIDE.get(total, 0.22)
    if wish.size == "small":
        return min(0.26, usual)
    return min(0.72 if total == 1 else 0.5 if total == 2 else usual * 1.2, 0.8) if wish.size == "big" else usual


def _ratio(noun: str) -> float:
    from ..engine.world.sprites import aspect

    return min(max(aspect(noun), 0.6), 1.6) if noun in OBJECTS else 1.0


def faults(boxes: Sequence[Corners], items: Sequence[Item], wanted: Wanted) -> list[str]:
    """What is wrong with some boxes, in words; nothing for a good layout."""
    found = []
    for item, box in zip(items, boxes, strict=True):
        if not (0 <= box[0] < box[2] <= 1 and 0 <= box[1] < box[3] <= 1):
            found.append(f"the box of {item.phrase} leaves the frame")
        elif min(sides(box)) < LEAST * 0.6 - 1e-6 or max(sides(box)) > MOST + 1e-6:
            found.append(f"the box of {item.phrase} is too small or too large")
        if item.place is not None and not at_place(box, item.place):
            found.append(f"{item.phrase} is not at the {item.place}")
    for i, one in enumerate(boxes):
        for j in range(i):
            if iou(one, boxes[j]) > OVERLAP + 1e-6:
                found.append(f"the boxes of {items[j].phrase} and {items[i].phrase} overlap")
            if items[i].noun == items[j].noun and _distance(one, boxes[j]) < APART:
                found.append(f"two boxes of {items[i].noun} stand at one place")
    found += [f"{a.phrase} is not {name} {b.phrase}" for a, name, b in _broken(boxes, items, wanted)]
    return found


def _broken(boxes: Sequence[Corners], items: Sequence[Item], wanted: Wanted) -> list[tuple[Item, str, Item]]:
    broken = []
    for relation in wanted.relations:
        for i, one in enumerate(items):
            for j, other in enumerate(items):
                if one.wish == relation.subject and other.wish == relation.object and relation.name in RELATIONS:
                    if not holds(relation.name, boxes[i], boxes[j]):
                        broken.append((one, relation.name, other))
    return broken


def at_place(box: Corners, place: str) -> bool:
    """Whether a box is at a side of the picture."""
    x, y = centre(box)
    return {"left": x < 0.42, "right": x > 0.58, "top": y < 0.42, "bottom": y > 0.58, "middle": abs(x - 0.5) < 0.2 and abs(y - 0.5) < 0.25}[place]


def _distance(a: Corners, b: Corners) -> float:
    (ax, ay), (bx, by) = centre(a), centre(b)
    return float(np.hypot(ax - bx, ay - by))


# -- the planner by rules -------------------------------------------------------------------------------------------------------------


def planned(wanted: Wanted) -> Layout:
    """A layout for a wanted scene, the same for the same scene.

    Raises:
        NoRoom: too many things.
        CannotCombine: relations that contradict each other.
    """
    items = items_of(wanted)
    if len(items) > 16:
        raise NoRoom(f"{len(items)} things do not fit into one picture")
    return layout_of(_boxes(items, wanted), items, wanted)


def layout_of(boxes: Sequence[Corners], items: Sequence[Item], wanted: Wanted) -> Layout:
    """Boxes of items as a layout."""
    regions = tuple(Region(phrase=item.phrase, box=_rounded(box)) for item, box in zip(items, boxes, strict=True))
    background = BACKGROUNDS[wanted.background] if wanted.background in BACKGROUNDS else wanted.background or ""
    return Layout(regions=regions, background=background, negative=wanted.absent)


def _rounded(box: Corners) -> Corners:
    return round(box[0], 4), round(box[1], 4), round(box[2], 4), round(box[3], 4)


def _boxes(items: Sequence[Item], wanted: Wanted) -> list[Corners]:
    """Greedy placement on a grid, in random orders, until nothing is wrong."""
    rng = np.random.default_rng(zlib.crc32(repr((items, wanted.relations)).encode()))
    best: list[Corners] = []
    cost = np.inf
    for attempt in range(RESTARTS):
        order = sorted(range(len(items)), key=lambda i: (-items[i].side, i)) if attempt == 0 else rng.permutation(len(items)).tolist()
        shrunk = 1.0 if attempt < RESTARTS // 2 else 0.8
        boxes = _greedy(items, wanted, order, rng, shrunk, attempt > 0)
        wrong = len(faults(boxes, items, wanted))
        spent = wrong * 10 + _unease(boxes, items, _abreast(items, wanted))
        if spent < cost:
            best, cost = boxes, spent
        if cost < 10 and attempt >= ENOUGH:
            break
    left = faults(best, items, wanted)
    if left:
        contradiction = any(" is not " in fault for fault in left)
        raise CannotCombine(f"no layout is possible: {left[0]}", "leave out one of the relations") if contradiction else NoRoom(
            f"no layout is possible: {left[0]}", "ask for fewer things"
        )
    return best


def _abreast(items: Sequence[Item], wanted: Wanted) -> int:
    """How many things share the width of the picture; those in one column share nothing."""
    return 1 if any(relation.name in ("above", "below") for relation in wanted.relations) else len(items)


def _unease(boxes: Sequence[Corners], items: Sequence[Item], abreast: int) -> float:
    """How far a layout is from a well-balanced one: things off their place, smaller than they should be, all on one side."""
    shrunk = sum(max(0.0, 1 - max(sides(box)) / item.side) for box, item in zip(boxes, items, strict=True))
    middle = sum(centre(box)[0] for box in boxes) / max(len(boxes), 1)
    return sum(_off_centre(box, abreast) for box in boxes) + 2 * shrunk + 3 * abs(middle - 0.5)


def _greedy(
    items: Sequence[Item], wanted: Wanted, order: Sequence[int], rng: np.random.Generator, shrunk: float, jitter: bool
) -> list[Corners]:
    placed_boxes: dict[int, Corners] = {}
    crowd = _abreast(items, wanted)
    columns, rows = ((*GRID, *_columns(crowd)), (*GRID, *ROWS)) if crowd > 3 else (GRID, GRID)
    for index in order:
        item = items[index]
        choices = []
        for scale in SCALES:
            side = max(item.side * scale * shrunk, LEAST)
            width, height = (side, side / item.ratio) if item.ratio >= 1 else (side * item.ratio, side)
            for x in columns:
                for y in rows:
                    shift = rng.uniform(-0.05, 0.05, 2) if jitter else (0.0, 0.0)
                    choices.append((scale, inset((x + shift[0], y + shift[1]), width, height)))
        costs = [unfitness(box, index, placed_boxes, items, wanted) + (1 - scale) * 0.8 for scale, box in choices]
        placed_boxes[index] = choices[int(np.argmin(costs))][1]
    return [placed_boxes[index] for index in range(len(items))]


def inset(middle: tuple[float, float], width: float, height: float) -> Corners:
    """A box around a point, a little away from the frame where there is room."""
    x = min(max(middle[0], width / 2 + EDGE), 1 - width / 2 - EDGE) if width < 1 - 2 * EDGE else 0.5
    y = min(max(middle[1], height / 2 + EDGE), 1 - height / 2 - EDGE) if height < 1 - 2 * EDGE else 0.5
    return placed((x, y), width, height)


def unfitness(box: Corners, index: int, others: dict[int, Corners], items: Sequence[Item], wanted: Wanted) -> float:
    """How badly a box fits what is placed already, and what is still to come."""
    item = items[index]
    cost = _off_centre(box, _abreast(items, wanted))
    if item.place is not None and not at_place(box, item.place):
        cost += 6
    for other, its in others.items():
        cost += 20 * shared(box, its) / max(min(area(box), area(its)), 1e-6)
        if items[other].noun == item.noun and _distance(box, its) < APART:
            cost += 5
    for relation in wanted.relations:
        for other, its in others.items():
            if item.wish == relation.subject and items[other].wish == relation.object and not holds(relation.name, box, its):
                cost += 8
            if item.wish == relation.object and items[other].wish == relation.subject and not holds(relation.name, its, box):
                cost += 8
        pull = {"left of": (-1, 0), "right of": (1, 0), "above": (0, -1), "below": (0, 1)}.get(relation.name, (0, 0))
        sign = 1 if item.wish == relation.subject else -1 if item.wish == relation.object else 0
        x, y = centre(box)  # leave room on the side where the other one goes
        cost -= 0.6 * sign * (pull[0] * (x - 0.5) + pull[1] * (y - 0.5))
    return cost


def _off_centre(box: Corners, crowd: int = 1) -> float:
    """How far a box is from where a painter expects things: side by side on the ground, two or three of them evenly spread, more in two rows."""
    x, y = centre(box)
    if crowd > 3:
        return 0.5 * min(abs(x - at) for at in _columns(crowd)) + 0.5 * min(abs(y - row) for row in ROWS)
    return 0.5 * min(abs(x - (i + 0.5) / crowd) for i in range(crowd)) + 1.2 * abs(y - 0.6)


def _columns(crowd: int) -> tuple[float, ...]:
    """Where the things of two rows stand."""
    count = (crowd + 1) // 2
    return tuple((i + 0.5) / count for i in range(count))


def free_place(
    taken: Sequence[Corners],
    side: float,
    ratio: float,
    *,
    where: str | None = None,
    relation: tuple[str, Corners] | None = None,
    near: tuple[float, float] | None = None,
) -> Corners:
    """The best free box for one thing more.

    Args:
        taken: boxes that are occupied.
        side: preferred longer side; it is made smaller where there is no room.
        ratio: width over height.
        where: a side of the picture.
        relation: (relation, box) that must hold for the new box.
        near: where its centre should rather be; the middle of the picture when None.

    Raises:
        NoRoom: nothing fits.
    """
    for scale in (1.0, 0.85, 0.7, 0.6):
        length = max(side * scale, LEAST)
        width, height = (length, length / ratio) if ratio >= 1 else (length * ratio, length)
        best: tuple[float, Corners] | None = None
        for x in np.linspace(0, 1, 25):
            for y in np.linspace(0, 1, 25):
                box = inset((float(x), float(y)), width, height)
                if where in ("left", "right", "top", "bottom", "middle") and not at_place(box, where):
                    continue
                if relation is not None and relation[0] in RELATIONS and not holds(relation[0], box, relation[1]):
                    continue
                covered = max((shared(box, other) / max(min(area(box), area(other)), 1e-6) for other in taken), default=0.0)
                cost = 4 * covered + (_off_centre(box) if near is None else hypot(*(a - b for a, b in zip(centre(box), near, strict=True))))
                if covered <= TOUCH and (best is None or cost < best[0]):
                    best = cost, box
        if best is not None:
            return best[1]
    raise NoRoom("there is no free place for it")
