"""The emoji themselves: loaded once, recoloured by name, scaled to a box.

Art: Microsoft Fluent Emoji (MIT); see `emoji/LICENSE`.
"""

from functools import lru_cache
from importlib.resources import files
from io import BytesIO

import numpy as np
from PIL import Image

from .vocabulary import COLOURS


@lru_cache(maxsize=64)
def sprite(name: str) -> Image.Image:
    """Loads an emoji, cropped to what is drawn.

    Args:
        name: a key of `vocabulary.OBJECTS` or `vocabulary.HELD_OUT`.

    Returns:
        An RGBA image, at most 256 pixels a side.
    """
    data = (files(__package__) / "emoji" / f"{name}.webp").read_bytes()
    return Image.open(BytesIO(data), formats=["WEBP"]).convert("RGBA")


def aspect(name: str) -> float:
    """Width over height of an emoji."""
    width, height = sprite(name).size
    return width / height


def _recoloured(pixels: np.ndarray, colour: str) -> np.ndarray:
    """Maps luminance around its median through a colour: darker below, towards white above.

    Args:
        pixels: (h, w, 4) float in [0, 1].
        colour: a key of `vocabulary.COLOURS`.
    """
    luminance = pixels[..., :3] @ np.asarray([0.299, 0.587, 0.114], np.float32)
    solid = pixels[..., 3] > 0.5
    middle = float(np.median(luminance[solid]))
    target = np.asarray(COLOURS[colour], np.float32) / 255
    below = np.clip(luminance / max(middle, 1e-3), 0, 1)[..., None] ** 1.15
    above = np.clip((luminance - middle) / max(1 - middle, 1e-3), 0, 1)[..., None]
    rgb = target * below
    rgb = rgb + (1 - rgb) * above * (0.35 if colour == "black" else 0.6)
    return np.concatenate([rgb, pixels[..., 3:]], -1)


@lru_cache(maxsize=512)
def coloured(name: str, colour: str | None) -> Image.Image:
    """An emoji in a named colour, or as it was drawn when the colour is None (pre-multiplied alpha)."""
    pixels = np.asarray(sprite(name), np.float32) / 255
    if colour is not None:
        pixels = _recoloured(pixels, colour)
    pixels[..., :3] *= pixels[..., 3:]
    return Image.fromarray((pixels * 255).round().astype(np.uint8), "RGBa")


@lru_cache(maxsize=20_000)
def scaled(name: str, colour: str | None, width: int, height: int) -> np.ndarray:
    """A coloured emoji at a size in pixels: (height, width, 4) float32 in [0, 1], pre-multiplied."""
    image = coloured(name, colour).resize((width, height), Image.Resampling.BOX if width < 100 else Image.Resampling.LANCZOS)
    return np.asarray(image, np.float32) / 255
