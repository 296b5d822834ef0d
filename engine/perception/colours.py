"""Names the colour of what a mask covers, by a rule on its pixels."""

from functools import lru_cache

import numpy as np
from PIL import Image

from ..world.vocabulary import COLOURS

CHROMA = 17.0  # below it a pixel has no hue worth a vote (Lab units)
SHARE = 0.3  # a thing is black, white or grey when fewer of its pixels than this have a hue


def to_lab(rgb: np.ndarray) -> np.ndarray:
    """Converts sRGB in [0, 1], (..., 3), to CIE Lab under D65."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    matrix = np.asarray([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]])
    xyz = linear @ matrix.T / np.asarray([0.95047, 1.0, 1.08883])
    cubic = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = np.moveaxis(cubic, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], -1)


@lru_cache(maxsize=1)
def _centres() -> tuple[tuple[str, ...], np.ndarray]:
    names = tuple(COLOURS)
    return names, to_lab(np.asarray([COLOURS[n] for n in names], float) / 255)


def colour_shares(image: Image.Image, mask: np.ndarray) -> dict[str, float]:
    """How much of a masked thing speaks for each colour word.

    Shading moves a colour's lightness, so coloured pixels vote by hue and chroma (a, b) with lightness at a quarter of
    its weight; pixels without chroma vote for black or white by lightness.

    Args:
        image: RGB.
        mask: (height, width) bool of the image's size.

    Returns:
        A share for every word of `COLOURS`; they sum to one, or are all zero for an empty mask.
    """
    names, centres = _centres()
    shares = dict.fromkeys(names, 0.0)
    pixels = np.asarray(image.convert("RGB"), float)[mask] / 255
    if not len(pixels):
        return shares
    lab = to_lab(pixels)
    chroma = np.hypot(lab[:, 1], lab[:, 2])
    hued = [i for i, n in enumerate(names) if n not in ("black", "white")]
    if (chroma > CHROMA).mean() < SHARE:
        dark = float((lab[:, 0] < 52).mean())
        shares["black"], shares["white"] = dark, 1 - dark
        return shares
    voters = lab[chroma > CHROMA]
    away = (voters[:, None] - centres[hued][None]) * np.asarray([0.5, 1.0, 1.0])
    nearest = np.argmin(np.square(away).sum(-1), 1)
    for index, name in enumerate(hued):
        shares[names[name]] = float((nearest == index).mean())
    return shares


def name_colour(image: Image.Image, mask: np.ndarray) -> tuple[str, float]:
    """The colour word of a masked thing.

    Args:
        image: RGB.
        mask: (height, width) bool of the image's size.

    Returns:
        The word with the largest share and that share as confidence; ("", 0.0) for an empty mask.
    """
    shares = colour_shares(image, mask)
    best = max(shares, key=lambda n: shares[n])
    return (best, shares[best]) if shares[best] > 0 else ("", 0.0)
