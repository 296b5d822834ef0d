"""Names the colour of what a mask covers, by a rule on its pixels.

A colour word is a curve in Lab: the colour itself, darker where shade falls, towards white where light falls. A pixel votes for
the curves it lies near; a thing that lies near none of them, such as a brown dog, has no colour of the world.
"""

from functools import lru_cache

import numpy as np
from PIL import Image
from scipy.ndimage import binary_erosion

from ..world.vocabulary import COLOURS

REACH = 9.0  # Lab units over which a pixel's vote for a curve fades
FAR = 9.0  # where a thing's typical distance from its curve makes the name a coin's toss (measured, see `name_colour`)
LIGHTNESS = 0.6  # weight of lightness beside a and b: light moves it most


def to_lab(rgb: np.ndarray) -> np.ndarray:
    """Converts sRGB in [0, 1], (..., 3), to CIE Lab under D65."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    matrix = np.asarray([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]])
    xyz = linear @ matrix.T / np.asarray([0.95047, 1.0, 1.08883])
    cubic = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = np.moveaxis(cubic, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], -1)


@lru_cache(maxsize=1)
def _curves() -> np.ndarray:
    """Every colour word's curve, (words, points, 3) in Lab, from shade to light as the world's sprites are shaded."""
    curves = []
    for name, triple in COLOURS.items():
        colour = np.asarray(triple, float) / 255
        # Below its shade a word is no longer told from black, which comes back from the autoencoder with a tint.
        shade = {"white": 0.55, "black": 0.25}.get(name, 0.45)
        light = 0.35 if name == "black" else 0.6
        dark = [colour * s for s in np.linspace(shade, 1, 8)]
        curves.append(to_lab(np.stack(dark + [colour + (1 - colour) * u for u in np.linspace(0, light, 8)[1:]])))
    return np.stack(curves)


def colour_shares(image: Image.Image, mask: np.ndarray) -> dict[str, tuple[float, float]]:
    """How much of a masked thing speaks for each colour word, and how far it lies from that word's curve.

    Args:
        image: RGB.
        mask: (height, width) bool of the image's size; its rim, where the background shines through, is left out when the
            thing is large enough.

    Returns:
        For every word of `COLOURS` its share of the votes and the median distance in Lab units; empty for an empty mask.
    """
    inside = binary_erosion(mask)
    pixels = np.asarray(image.convert("RGB"), float)[inside if inside.sum() >= 12 else mask] / 255
    if not len(pixels):
        return {}
    away = (to_lab(pixels)[:, None, None] - _curves()) * np.asarray([LIGHTNESS, 1.0, 1.0])
    distance = np.sqrt(np.square(away).sum(-1)).min(-1)  # (pixels, words)
    nearness = -np.square(distance) / (2 * REACH**2)
    votes = np.exp(nearness - nearness.max(1, keepdims=True))
    shares = (votes / votes.sum(1, keepdims=True)).mean(0)
    return {name: (float(shares[i]), float(np.median(distance[:, i]))) for i, name in enumerate(COLOURS)}


def name_colour(image: Image.Image, mask: np.ndarray) -> tuple[str, float]:
    """The colour word of a masked thing.

    The confidence is the word's share of the votes, less where the thing lies far from the word's curve. Below 0.4 the thing
    has none of the world's colours: on held-out renders after the autoencoder that is so for most things in the colours they
    were drawn in and for few coloured ones (`measure.colour_samples`, and the tests, hold the figures).

    Args:
        image: RGB.
        mask: (height, width) bool of the image's size.

    Returns:
        The word with the most votes and the confidence in [0, 1]; ("", 0.0) for an empty mask.
    """
    shares = colour_shares(image, mask)
    if not shares:
        return "", 0.0
    best = max(shares, key=lambda n: shares[n][0])
    share, distance = shares[best]
    return best, share / (1 + float(np.exp((distance - FAR) / 1.5)))
