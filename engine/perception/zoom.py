"""Looking at one thing from near: a square of the picture around a box, enlarged so that everything is seen at one size.

On 64 pixels a small thing is some two hundred of them, and its outline half of those. Seen from near, the same network spends all of
its tokens on the thing, and what it learned of a thing's shape at one size serves at every size.
Source: zoom-in for small things in click segmentation (Sofiiuk et al. 2020, f-BRS, arXiv:2001.10331, section 3.3).
"""

from collections.abc import Sequence

import numpy as np
import torch
from scipy.ndimage import binary_dilation, label
from torch.nn import functional as F

Box = tuple[float, float, float, float]
Window = tuple[int, int, int]
"""Left, top and side of a square in pixels; it may reach beyond the picture."""

ROOM = 0.2  # around the box, as a share of its longer side
LEAST = 12  # pixels a side
GAP = 1  # pixels by which every piece reaches towards others
NOTHING = -20.0  # logit outside of a window


def around(box: Box, room: float = ROOM) -> Window:
    """The window in which a thing is looked at.

    Args:
        box: xyxy in pixels.
        room: around the box, as a share of its longer side.
    """
    longest = max(box[2] - box[0], box[3] - box[1])
    side = max(round(longest * (1 + 2 * room)), LEAST)
    return round((box[0] + box[2] - side) / 2), round((box[1] + box[3] - side) / 2), side


def seen_through(pixels: torch.Tensor, window: Window, side: int) -> torch.Tensor:
    """One picture through a window; beyond its edge it goes on as at the edge.

    Args:
        pixels: (channels, height, width).
        window: what is looked at.
        side: pixels a side of the view.

    Returns:
        (channels, side, side).
    """
    left, top, span = window
    height, width = pixels.shape[-2:]
    rows = torch.arange(top, top + span).clamp(0, height - 1)
    columns = torch.arange(left, left + span).clamp(0, width - 1)
    cut = pixels[:, rows][:, :, columns][None]
    view: torch.Tensor = F.interpolate(cut, (side, side), mode="bilinear", align_corners=False, antialias=span > side)[0]
    return view


def box_in(box: Box, window: Window, side: int) -> Box:
    """A box in the pixels of a view."""
    left, top, span = window
    x0, y0, x1, y1 = box
    scale = side / span
    return (x0 - left) * scale, (y0 - top) * scale, (x1 - left) * scale, (y1 - top) * scale


def put_back(view: torch.Tensor, window: Window, size: tuple[int, int]) -> torch.Tensor:
    """Logits of a view in their place in the picture.

    Args:
        view: (side, side).
        window: through which it was seen.
        size: (height, width) of the picture.

    Returns:
        (height, width), `NOTHING` outside of the window.
    """
    left, top, span = window
    height, width = size
    small = F.interpolate(view[None, None], (span, span), mode="bilinear", align_corners=False, antialias=True)[0, 0]
    canvas = torch.full(size, NOTHING)
    x0, y0, x1, y1 = max(left, 0), max(top, 0), min(left + span, width), min(top + span, height)
    canvas[y0:y1, x0:x1] = small[y0 - top : y1 - top, x0 - left : x1 - left]
    return canvas


def bounds(logits: torch.Tensor, point: Sequence[float]) -> Box:
    """The box of what was outlined around a point, in pixels; a small one around it where nothing was.

    Specks that were outlined elsewhere do not count; pieces that are nearly joined, such as the halves of glasses, do.

    Args:
        logits: (height, width), above 0 where the thing is.
        point: (x, y) in pixels, on the thing.
    """
    there = (logits > 0).numpy()
    joined, count = label(binary_dilation(there, iterations=GAP))
    x, y = point
    home = joined[min(max(int(y), 0), there.shape[0] - 1), min(max(int(x), 0), there.shape[1] - 1)]
    if not home and count:  # the point itself was left out: the largest piece is meant
        home = int(np.bincount(joined[there], minlength=2)[1:].argmax()) + 1
    ys, xs = np.nonzero(there & (joined == home)) if count else (np.zeros(0), np.zeros(0))
    if not len(xs):
        return x - LEAST / 2, y - LEAST / 2, x + LEAST / 2, y + LEAST / 2
    return float(xs.min()), float(ys.min()), float(xs.max() + 1), float(ys.max() + 1)
