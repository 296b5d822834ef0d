"""Room for one thing more beside another: where there is hardly any, the other one moves over."""

from collections.abc import Sequence

from .errors import NoRoom
from .layouts import TOUCH, free_place
from .scene import Corners, area, centre, placed, shared, sides

AWAY = {"below": (0, -1), "above": (0, 1), "left of": (1, 0), "right of": (-1, 0)}
"""Relation of the new thing -> the way in which the other one makes room."""
ENOUGH = 0.9  # of the size that is wanted: a thing that is squeezed in is hardly painted, and not recognised
STEP, STEPS = 1 / 24, 12


def room_beside(anchor: Corners, others: Sequence[Corners], side: float, ratio: float, relation: str) -> tuple[Corners, Corners]:
    """Where a new thing goes beside another one, and where that one stands then: as it stood, wherever there is room.

    Args:
        anchor: box of the other one.
        others: boxes of everything else.
        side: longer side of the new one.
        ratio: its width over its height.
        relation: that must hold: "left of", "right of", "above", "below".

    Raises:
        NoRoom: nothing fits, even if the other one moves.
    """
    squeezed: tuple[Corners, Corners] | None = None
    (at_x, at_y), (x, y) = centre(anchor), AWAY[relation]
    for step in range(STEPS + 1):
        there = placed((at_x + x * step * STEP, at_y + y * step * STEP), *sides(anchor)) if step else anchor
        if step and any(shared(there, other) > TOUCH * min(area(there), area(other)) for other in others):
            continue
        try:
            goal = free_place([*others, there], side, ratio, relation=(relation, there))
        except NoRoom:
            continue
        if max(sides(goal)) >= ENOUGH * side:
            return goal, there  # steps that the frame stops only repeat the last one
        squeezed = squeezed or (goal, there)
    if squeezed is None:
        raise NoRoom("there is no free place for it")
    return squeezed
