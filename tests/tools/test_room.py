"""Room for an addition: nothing moves where there is room, and where there is none the other thing makes it."""

import pytest

from pentimento.engine.world.scene import holds
from pentimento.tools.errors import NoRoom
from pentimento.tools.layouts import TOUCH
from pentimento.tools.room import ENOUGH, room_beside
from pentimento.tools.scene import Corners, area, shared, sides

LOW: Corners = (0.2, 0.4, 0.7, 0.9)  # stands on the ground


@pytest.mark.parametrize("relation", ["above", "right of"])
def test_nothing_moves_where_there_is_room(relation: str) -> None:
    goal, there = room_beside((0.05, 0.5, 0.45, 0.9), [], 0.35, 1.0, relation)
    assert there == (0.05, 0.5, 0.45, 0.9) and holds(relation, goal, there) and max(sides(goal)) >= ENOUGH * 0.35


@pytest.mark.parametrize(
    ("relation", "anchor", "way"),
    [
        ("below", LOW, (0, -1)),
        ("above", (0.2, 0.1, 0.7, 0.6), (0, 1)),
        ("left of", (0.1, 0.3, 0.6, 0.8), (1, 0)),
        ("right of", (0.4, 0.3, 0.9, 0.8), (-1, 0)),
    ],
)
def test_the_other_thing_moves_over_where_there_is_none(relation: str, anchor: Corners, way: tuple[int, int]) -> None:
    goal, there = room_beside(anchor, [], 0.4, 1.0, relation)
    assert holds(relation, goal, there) and max(sides(goal)) >= ENOUGH * 0.4
    shift = there[0] - anchor[0], there[1] - anchor[1]
    assert (shift[0] * way[0] > 0 or shift[1] * way[1] > 0) and 0 in (round(shift[0], 6), round(shift[1], 6))
    assert sides(there) == pytest.approx(sides(anchor)) and min(there) >= 0 and max(there) <= 1


def test_it_does_not_move_into_others() -> None:
    above: Corners = (0.2, 0.0, 0.7, 0.2)
    _, there = room_beside(LOW, [above], 0.3, 1.0, "below")
    assert there != LOW and shared(there, above) <= TOUCH * min(area(there), area(above))
    with pytest.raises(NoRoom):
        room_beside(LOW, [(0.2, 0.02, 0.7, 0.38)], 0.4, 1.0, "below")


def test_a_full_picture_is_said_to_be_full() -> None:
    with pytest.raises(NoRoom):
        room_beside((0.0, 0.0, 1.0, 1.0), [], 0.4, 1.0, "below")
