"""Draws a scene at any size, with everything a picture normally hides: masks, visible parts, layers."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from .backgrounds import backdrop
from .scene import Scene, Thing
from .sprites import scaled


@dataclass(frozen=True)
class Rendered:
    """A drawn scene and its ground truth.

    Attributes:
        pixels: (size, size, 3) uint8.
        masks: for each thing the visible pixels, (size, size) bool.
        depth: (size, size) float32; 0 = background, then 1/n … 1 from the rearmost to the foremost of n things.
    """

    pixels: np.ndarray
    masks: tuple[np.ndarray, ...]
    depth: np.ndarray

    @property
    def image(self) -> Image.Image:
        """The picture as PIL, RGB."""
        return Image.fromarray(self.pixels)


def corners(thing: Thing, size: int) -> tuple[int, int, int, int]:
    """The box of a thing in pixels, xyxy, at least one pixel wide and high."""
    x0, y0, x1, y1 = (round(v * size) for v in thing.box)
    return x0, y0, max(x1, x0 + 1), max(y1, y0 + 1)


def render(scene: Scene, size: int = 64) -> Rendered:
    """Draws a scene.

    Args:
        scene: what to draw; boxes must lie inside the frame.
        size: side in pixels; the same scene at another size shows the same things at the same places.
    """
    canvas = backdrop(scene.background, scene.seed, size).copy()
    masks: list[np.ndarray] = []
    depth = np.zeros((size, size), np.float32)
    for index, thing in enumerate(scene.things):
        x0, y0, x1, y1 = corners(thing, size)
        layer = scaled(thing.name, thing.colour, x1 - x0, y1 - y0)
        window = canvas[y0:y1, x0:x1]
        window *= 1 - layer[..., 3:]
        window += layer[..., :3]
        mask = np.zeros((size, size), bool)
        mask[y0:y1, x0:x1] = layer[..., 3] > 0.5
        for earlier in masks:
            earlier &= ~mask
        masks.append(mask)
        depth[mask] = (index + 1) / len(scene.things)
    return Rendered((canvas.clip(0, 1) * 255).round().astype(np.uint8), tuple(masks), depth)
