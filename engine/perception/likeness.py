"""How alike two pictures are: pixels, and shares of colours. No weights."""

from functools import partial

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter

from .colours import to_lab
from .detector import Box


def psnr(a: Image.Image, b: Image.Image, where: np.ndarray) -> float:
    """Peak signal-to-noise ratio over some pixels, in decibels; 60 at most."""
    difference = (np.asarray(a.convert("RGB"), float) - np.asarray(b.convert("RGB"), float))[where]
    return float(min(60.0, 10 * np.log10(255**2 / max(float(np.square(difference).mean()), 1e-9))))


def ssim(a: Image.Image, b: Image.Image, where: np.ndarray) -> float:
    """Structural similarity, mean over some pixels of that of brightness; other pixels count as alike, or windows at the rim would see them.

    Source: Wang et al. 2004, IEEE TIP 13(4): Gaussian window with standard deviation 1.5, K1 = 0.01, K2 = 0.03; masked as in PIE-Bench
    (Ju et al. 2023, arXiv:2310.01506), which blanks the edited region in both pictures.

    Args:
        a: RGB.
        b: of the same size.
        where: (height, width) bool, with at least one pixel set.
    """
    x, y = (np.asarray(image.convert("L"), float) for image in (a, b))
    y = np.where(where, y, x)
    near = partial(gaussian_filter, sigma=1.5, truncate=3.5)
    mx, my = near(x), near(y)
    vx, vy, both = near(x * x) - mx * mx, near(y * y) - my * my, near(x * y) - mx * my
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    return float((((2 * mx * my + c1) * (2 * both + c2)) / ((mx * mx + my * my + c1) * (vx + vy + c2)))[where].mean())


def outside(box: Box, size: tuple[int, int], margin: int = 4) -> np.ndarray:
    """Pixels outside a box that is widened by a latent cell."""
    width, height = size
    mask = np.ones((height, width), bool)
    left, top, right, bottom = (round(value * side) for value, side in zip(box, (width, height) * 2, strict=True))
    mask[max(top - margin, 0) : bottom + margin, max(left - margin, 0) : right + margin] = False
    return mask


def histogram(image: Image.Image) -> np.ndarray:
    """Shares of coloured pixels over 8 hues and 3 lightnesses; sums to one, or is all zeros on a grey picture."""
    lab = to_lab(np.asarray(image.convert("RGB"), float) / 255).reshape(-1, 3)
    lab = lab[np.hypot(lab[:, 1], lab[:, 2]) > 15]
    hue = np.arctan2(lab[:, 2], lab[:, 1])
    counts: np.ndarray = np.histogram2d(hue, lab[:, 0], bins=(8, 3), range=((-np.pi, np.pi), (0, 100)))[0]
    shares: np.ndarray = counts / max(counts.sum(), 1)
    return shares
