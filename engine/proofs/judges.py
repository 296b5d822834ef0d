"""Eyes that no technique looks through, and what is measured on pixels."""

from typing import Protocol

import numpy as np
from PIL import Image
from scipy.ndimage import label

from ..perception.colours import to_lab
from ..perception.detector import Box, EmbeddedDetector
from ..world.vocabulary import COLOURS


class Judge(Protocol):
    """Says where a coloured thing is."""

    name: str

    def find(self, image: Image.Image, phrase: str) -> Box | None:
        """The box of "red car" in fractions, or None."""


class HueJudge:
    """Takes the largest connected patch of the phrase's hue for the thing, whatever its shape."""

    name = "hue"

    def find(self, image: Image.Image, phrase: str) -> Box | None:
        """Sees the colour only; 20 of 64×64 pixels are the least."""
        lab = to_lab(np.asarray(image.convert("RGB"), float) / 255)
        mine = to_lab(np.asarray([[COLOURS[phrase.split()[0]]]], float) / 255)[0, 0]
        turn = np.arctan2(lab[..., 2], lab[..., 1]) - np.arctan2(mine[2], mine[1])
        near = (np.hypot(lab[..., 1], lab[..., 2]) > 25) & (np.abs(np.angle(np.exp(1j * turn))) < np.deg2rad(25))
        patches, count = label(near)
        sizes = np.bincount(patches.ravel())[1:]
        if not count or sizes.max() < 20:
            return None
        ys, xs = np.nonzero(patches == sizes.argmax() + 1)
        width, height = image.size
        return float(xs.min() / width), float(ys.min() / height), float((xs.max() + 1) / width), float((ys.max() + 1) / height)


class DetectorJudge:
    """The embedded detector at its calibrated threshold."""

    name = "detector"

    def __init__(self) -> None:
        self.detector = EmbeddedDetector.load()

    def find(self, image: Image.Image, phrase: str) -> Box | None:
        """The best detection."""
        found = self.detector.detect(image, [phrase])
        return found[0].box if found else None


def psnr(a: Image.Image, b: Image.Image, where: np.ndarray) -> float:
    """Peak signal-to-noise ratio over some pixels, in decibels; 60 at most."""
    difference = (np.asarray(a.convert("RGB"), float) - np.asarray(b.convert("RGB"), float))[where]
    return float(min(60.0, 10 * np.log10(255**2 / max(float(np.square(difference).mean()), 1e-9))))


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
