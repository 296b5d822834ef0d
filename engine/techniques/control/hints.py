"""Hints: the pictures that side networks read, one for all lanes or one for each.

The embedded side networks read six channels, so that one network serves four kinds of map and tells them apart: a kind that
is not given is all zeros. (Kinds that shared channels would need a code that says which one it is.)
"""

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias, get_args

import numpy as np
import torch
from PIL import Image

from ...branch import Row
from ...errors import BadInput, ModelCannot
from ...technique import Run

Hint: TypeAlias = torch.Tensor
"""(1, channels, height, width), float32 in [0, 1], at the picture's size."""

Hints: TypeAlias = Hint | Mapping[str, Hint]
"""One for every lane, or by lane; lanes that are not named are not steered."""

Kind: TypeAlias = Literal["edge", "scribble", "depth", "segmentation"]

KINDS: tuple[Kind, ...] = get_args(Kind)
PLACES: dict[Kind, slice] = {"edge": slice(0, 1), "scribble": slice(1, 2), "depth": slice(2, 3), "segmentation": slice(3, 6)}
"""Channels of each kind in the embedded networks' hint."""

WIDTH = 6
"""Channels of the embedded networks' hint."""


def stacked(maps: Mapping[Kind, Image.Image | np.ndarray]) -> Hint:
    """Puts maps of one size into the channels of the embedded networks' hint.

    Args:
        maps: by kind; grey pictures, RGB for segments, or arrays of uint8 or of floats in [0, 1].

    Returns:
        (1, 6, height, width).

    Raises:
        BadInput: no maps, an unknown kind, different sizes, or a wrong number of channels.
    """
    arrays = {kind: _shares(value) for kind, value in maps.items()}
    sizes = {array.shape[:2] for array in arrays.values()}
    if len(sizes) != 1 or not set(arrays) <= set(KINDS):
        raise BadInput(f"maps {sorted(arrays)} of sizes {sorted(sizes)}: maps of one size are needed, of kinds {KINDS}")
    hint = torch.zeros(1, WIDTH, *sizes.pop())
    for kind, array in arrays.items():
        place = PLACES[kind]
        if array.shape[2] != place.stop - place.start:
            raise BadInput(f"a map of kind {kind!r} has {place.stop - place.start} channels, this one {array.shape[2]}")
        hint[0, place] = torch.from_numpy(array).permute(2, 0, 1)
    return hint


def _shares(value: Image.Image | np.ndarray) -> np.ndarray:
    """(height, width, channels) float32 in [0, 1]."""
    array = np.asarray(value)
    array = array.astype(np.float32) / (255 if array.dtype == np.uint8 else 1)
    return array[..., None] if array.ndim == 2 else array


def by_lane(hints: Hints, run: Run, channels: int) -> dict[str, Hint]:
    """Gives each steered lane its hint, on the run's device.

    Raises:
        BadInput: a hint whose channels or size do not fit, or no lane of the run is named.
    """
    named = dict(hints) if isinstance(hints, Mapping) else dict.fromkeys(run.prompts, hints)
    run.require_lanes(*named)
    height, width = (side * run.model.factor for side in run.noise.shape[-2:])
    for lane, hint in named.items():
        if hint.shape != (1, channels, height, width):
            raise BadInput(f"hint of lane {lane!r} has shape {tuple(hint.shape)}; (1, {channels}, {height}, {width}) is needed")
    if not named:
        raise BadInput("no lane has a hint")
    return {lane: hint.to(run.noise.device) for lane, hint in named.items()}


def fitting(widths: Sequence[int], run: Run) -> None:
    """Refuses a side network that was made for another U-Net.

    Raises:
        ModelCannot: the widths of their blocks differ.
    """
    ours = list(run.model.unet.config.block_out_channels)
    if list(widths) != ours:
        raise ModelCannot(f"this side network is of widths {list(widths)}, the U-Net of {ours}; use the one that was trained for it")


def of_rows(values: Mapping[str, torch.Tensor], rows: Sequence[Row]) -> torch.Tensor:
    """Stacks what belongs to the lane of each row."""
    return torch.cat([values[lane] for lane, _ in rows])
