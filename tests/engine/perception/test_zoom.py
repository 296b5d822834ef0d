"""Looking from near: windows, and the way there and back."""

import numpy as np
import pytest
import torch

from pentimento.engine.perception.zoom import LEAST, NOTHING, around, bounds, box_in, put_back, seen_through


def disc(x: float, y: float, radius: float, size: int = 64) -> torch.Tensor:
    """Logits of a disc, positive inside."""
    rows, columns = torch.meshgrid(torch.arange(size) + 0.5, torch.arange(size) + 0.5, indexing="ij")
    return radius - torch.hypot(columns - x, rows - y)


@pytest.mark.parametrize("box", [(20.0, 10.0, 40.0, 30.0), (0.0, 0.0, 6.0, 3.0), (50.0, 40.0, 64.0, 64.0)])
def test_a_window_holds_its_box_with_room(box: tuple[float, float, float, float]) -> None:
    left, top, side = around(box)
    x0, y0, x1, y1 = box_in(box, (left, top, side), 64)
    assert side >= LEAST and 0 < x0 < x1 < 64 and 0 < y0 < y1 < 64
    assert abs(x0 + x1 - 64) <= 64 / side + 1e-6 and abs(y0 + y1 - 64) <= 64 / side + 1e-6  # in the middle, to half a pixel


@pytest.mark.parametrize("place", [(32, 32, 9), (5, 30, 9), (60, 60, 7), (32, 32, 25)])
def test_what_is_seen_from_near_comes_back_to_its_place(place: tuple[float, float, float]) -> None:
    x, y, radius = place
    logits = disc(x, y, radius)
    window = around((x - radius, y - radius, x + radius, y + radius))
    back = put_back(seen_through(logits[None], window, 64)[0], window, (64, 64))
    first, second = (logits > 0).numpy(), (back > 0).numpy()
    assert (first & second).sum() / (first | second).sum() > 0.95
    left, top, side = window
    if 0 <= left and left + side < 64 and 0 <= top and top + side < 64:
        assert back[0, 0] == NOTHING


def test_beyond_its_edge_a_picture_goes_on() -> None:
    picture = torch.rand(3, 64, 64)
    view = seen_through(picture, (-16, 0, 16), 16)
    assert torch.allclose(view, picture[:, :16, :1].expand(3, 16, 16), atol=1e-6)


def test_the_box_around_a_point_leaves_specks_out_and_joins_near_pieces() -> None:
    logits = torch.maximum(torch.maximum(disc(20, 20, 5), disc(31, 20, 5)), disc(58, 58, 2))
    assert bounds(logits, (20, 20)) == (15, 15, 36, 25)
    assert bounds(logits, (58, 58)) == (56, 56, 60, 60)
    assert bounds(logits, (5, 50)) == (15, 15, 36, 25)  # a point that was left out itself: the largest piece
    nothing = bounds(torch.full((64, 64), -1.0), (30, 40))
    assert nothing == (30 - LEAST / 2, 40 - LEAST / 2, 30 + LEAST / 2, 40 + LEAST / 2)
    assert np.isfinite(nothing).all()
