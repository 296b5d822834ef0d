"""Makes a good layout of one that somebody else planned: a chat model, or a person.

Source: LMD and SLD (Lian et al. 2023, arXiv:2305.13655; Wu et al. 2023, arXiv:2311.16090).
Differs: a box that leaves the frame is pushed back alone instead of scaling the whole layout; what cannot be repaired is planned anew.
"""

from collections.abc import Sequence

import numpy as np

from ..engine.world.scene import holds
from ..engine.world.vocabulary import OBJECTS
from .layouts import GRID, LEAST, MOST, OVERLAP, Item, faults, inset, items_of, layout_of, planned, unfitness
from .scene import Corners, Layout, area, centre, iou, placed, sides
from .wording import Wanted


def repaired(given: Sequence[tuple[str, Corners]], wanted: Wanted) -> tuple[Layout, tuple[str, ...]]:
    """Makes a good layout of one that somebody else planned.

    Args:
        given: (phrase, box) pairs; boxes of any finite numbers.
        wanted: what the picture should show.

    Returns:
        A layout without faults, and what was done, in words.

    Raises:
        NoRoom: too many things.
        CannotCombine: relations that contradict each other.
    """
    items = items_of(wanted)
    boxes, notes = _matched(given, items)
    if any(box is None for box in boxes):
        missing = sorted({item.phrase for item, box in zip(items, boxes, strict=True) if box is None})
        notes.append(f"planned a place for {', '.join(missing)}")
    full = _completed(boxes, items, wanted)
    full = [_framed(box, notes, item) for box, item in zip(full, items, strict=True)]
    full = _separated(full, notes)
    full = _related(full, items, wanted, notes)
    if faults(full, items, wanted):
        notes.append("planned anew by rules")
        return planned(wanted), tuple(notes)
    return layout_of(full, items, wanted), tuple(notes)


def _matched(given: Sequence[tuple[str, Corners]], items: Sequence[Item]) -> tuple[list[Corners | None], list[str]]:
    """Gives each item the best box with its noun; boxes of things nobody asked for are dropped."""
    notes: list[str] = []
    left = []
    for phrase, box in given:
        ordered = (min(box[0], box[2]), min(box[1], box[3]), max(box[0], box[2]), max(box[1], box[3]))
        if not np.isfinite(ordered).all() or area(ordered) < 1e-4 or ordered[0] >= 1 or ordered[1] >= 1 or ordered[2] <= 0 or ordered[3] <= 0:
            notes.append(f"dropped an empty box of {phrase}")
        elif ordered[0] <= 0 and ordered[1] <= 0 and ordered[2] >= 1 and ordered[3] >= 1:
            notes.append(f"dropped a box of {phrase} that covers everything")
        else:
            left.append((set(_singular(phrase).split()), phrase, ordered))
    boxes: list[Corners | None] = []
    for item in items:
        fits = [entry for entry in left if item.noun in entry[0]]
        fits.sort(key=lambda entry: -len(entry[0] & set(item.phrase.split())))
        boxes.append(fits[0][2] if fits else None)
        if fits:
            left.remove(fits[0])
    notes += [f"dropped a box of {phrase}, which nobody asked for" for _, phrase, _ in left]
    return boxes, notes


def _singular(phrase: str) -> str:
    plurals = {o.plural: o.name for o in OBJECTS.values()}
    return " ".join(plurals.get(word, word) for word in phrase.lower().replace("#", " ").split())


def _completed(boxes: Sequence[Corners | None], items: Sequence[Item], wanted: Wanted) -> list[Corners]:
    """Finds places for items that have none."""
    rng = np.random.default_rng(0)
    known = {index: box for index, box in enumerate(boxes) if box is not None}
    for index, item in enumerate(items):
        if index not in known:
            side = max(item.side, LEAST)
            width, height = (side, side / item.ratio) if item.ratio >= 1 else (side * item.ratio, side)
            choices = [inset((x, y), width, height) for x in GRID for y in GRID]
            known[index] = min(choices, key=lambda box: unfitness(box, index, known, items, wanted) + rng.uniform(0, 1e-6))
    return [known[index] for index in range(len(items))]


def _framed(box: Corners, notes: list[str], item: Item) -> Corners:
    """A box of allowed size inside the frame."""
    width, height = (min(max(side, LEAST), MOST) for side in sides(box))
    fixed = placed(centre(box), width, height)
    if max(abs(a - b) for a, b in zip(fixed, box, strict=True)) > 1e-6:
        notes.append(f"moved or resized the box of {item.phrase} to fit the frame")
    return fixed


def _separated(boxes: list[Corners], notes: list[str]) -> list[Corners]:
    """Pushes boxes apart along the axis of least penetration, the smaller one more; then shrinks what still overlaps."""
    boxes = list(boxes)
    moved = False
    for turn in range(40):
        clash = [(i, j) for i in range(len(boxes)) for j in range(i) if iou(boxes[i], boxes[j]) > OVERLAP * 0.9]
        if not clash:
            break
        moved = True
        for i, j in clash:
            a, b = boxes[i], boxes[j]
            if turn >= 20:  # pushing alone did not do it
                boxes[i], boxes[j] = _shrunk(a), _shrunk(b)
                continue
            dx, dy = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
            share = area(b) / max(area(a) + area(b), 1e-9)
            (ax, ay), (bx, by) = centre(a), centre(b)
            way = (1 if ax >= bx else -1, 0) if dx < dy else (0, 1 if ay >= by else -1)
            push = min(dx, dy) + 0.01
            boxes[i] = placed((ax + way[0] * push * share, ay + way[1] * push * share), *sides(a))
            boxes[j] = placed((bx - way[0] * push * (1 - share), by - way[1] * push * (1 - share)), *sides(b))
    if moved:
        notes.append("pushed overlapping boxes apart")
    return boxes


def _shrunk(box: Corners) -> Corners:
    width, height = sides(box)
    return placed(centre(box), max(width * 0.95, LEAST), max(height * 0.95, LEAST))


def _related(boxes: list[Corners], items: Sequence[Item], wanted: Wanted, notes: list[str]) -> list[Corners]:
    """Swaps the boxes of a pair whose relation does not hold, if that helps."""
    for relation in wanted.relations:
        ones = [i for i, item in enumerate(items) if item.wish == relation.subject]
        others = [i for i, item in enumerate(items) if item.wish == relation.object]
        if len(ones) == len(others) == 1 and not holds(relation.name, boxes[ones[0]], boxes[others[0]]):
            swapped = list(boxes)
            a, b = boxes[ones[0]], boxes[others[0]]
            swapped[ones[0]], swapped[others[0]] = placed(centre(b), *sides(a)), placed(centre(a), *sides(b))
            if len(faults(swapped, items, wanted)) < len(faults(boxes, items, wanted)):
                boxes = swapped
                notes.append(f"swapped {items[ones[0]].phrase} and {items[others[0]].phrase}")
    return boxes
