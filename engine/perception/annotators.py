"""Turns a picture into the maps that dense control reads: edges, soft edges, scribbles, a colour palette, what is near, what is where.

All but the last two are pixel rules, so they run anywhere; a small network tells what is near, and eyes tell what is where. ControlNet
(Zhang et al. 2023, arXiv:2302.05543) names the kinds.
"""

from collections.abc import Callable

import numpy as np
from PIL import Image
from scipy import ndimage

from ..errors import BadInput
from ..world.maps import SEGMENT_COLOURS
from ..world.vocabulary import OBJECTS
from .depth import depth
from .detector import Detection, iou
from .eyes import Eyes


def _gradient(image: Image.Image, blur: float) -> tuple[np.ndarray, np.ndarray]:
    """Sobel derivatives of the blurred colour channels, at each pixel those of the channel that changes most: (gx, gy)."""
    colour = np.asarray(image.convert("RGB"), np.float32) / 255
    smooth = ndimage.gaussian_filter(colour, (blur, blur, 0))
    gx, gy = (ndimage.correlate1d(ndimage.correlate1d(smooth, [-1, 0, 1], along), [0.25, 0.5, 0.25], 1 - along) for along in (1, 0))
    strongest = np.hypot(gx, gy).argmax(-1)[..., None]
    return np.take_along_axis(gx, strongest, -1)[..., 0], np.take_along_axis(gy, strongest, -1)[..., 0]


def canny(image: Image.Image, low: float = 0.04, high: float = 0.1, blur: float = 0.8) -> Image.Image:
    """Thin edges that are strong, or hang together with strong ones.

    Source: Canny 1986, IEEE PAMI 8(6): gradient, non-maximum suppression along it, hysteresis.
    Differs: takes the gradient of the colour channel that changes most, since the embedded world is colourful.

    Args:
        image: RGB.
        low: least gradient of an edge, as a share of the full range a pixel.
        high: least gradient that starts an edge.
        blur: deviation of the smoothing in pixels.

    Returns:
        A mode "L" picture of the same size; 255 = edge.

    Raises:
        BadInput: not 0 < low <= high.
    """
    if not 0 < low <= high:
        raise BadInput(f"canny thresholds must satisfy 0 < low <= high, not {low} and {high}")
    gx, gy = _gradient(image, blur)
    strength = np.hypot(gx, gy)
    sector = np.round(np.degrees(np.arctan2(gy, gx)) / 45).astype(int) % 4  # along x, diagonal, along y, other diagonal
    padded = np.pad(strength, 1)
    height, width = strength.shape
    thin = np.zeros(strength.shape, bool)
    for index, (dy, dx) in enumerate(((0, 1), (1, 1), (1, 0), (1, -1))):
        ahead = padded[1 + dy : 1 + dy + height, 1 + dx : 1 + dx + width]
        behind = padded[1 - dy : 1 - dy + height, 1 - dx : 1 - dx + width]
        thin |= (sector == index) & (strength >= ahead) & (strength > behind)
    weak = thin & (strength > low)
    labels, count = ndimage.label(weak, np.ones((3, 3)))
    kept = np.zeros(count + 1, bool)
    kept[np.unique(labels[weak & (strength > high)])] = True
    kept[0] = False
    return Image.fromarray(kept[labels].astype(np.uint8) * 255)


def soft_edge(image: Image.Image, blur: float = 1.0) -> Image.Image:
    """Blurred gradient magnitude, scaled so that the strongest hundredth is white (mode "L")."""
    strength = np.hypot(*_gradient(image, blur))
    return Image.fromarray((np.clip(strength / max(float(np.quantile(strength, 0.99)), 1e-4), 0, 1) * 255).astype(np.uint8))


def thinned(shape: np.ndarray) -> np.ndarray:
    """The skeleton of a shape.

    Source: Zhang and Suen 1984, CACM 27(3).

    Args:
        shape: (height, width) bool.
    """
    current = np.pad(shape.astype(bool), 1)
    while True:
        before = current.copy()
        for first in (True, False):
            ring = [np.roll(current, (-dy, -dx), (0, 1)) for dy, dx in ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))]
            north, _, east, _, south, _, west, _ = ring
            near = sum(r.astype(int) for r in ring)
            rises = sum((~a & b).astype(int) for a, b in zip(ring, ring[1:] + ring[:1], strict=True))
            one, other = (north & east & south, east & south & west) if first else (north & east & west, north & south & west)
            current = current & ~(current & (near >= 2) & (near <= 6) & (rises == 1) & ~one & ~other)
        if np.array_equal(before, current):
            return current[1:-1, 1:-1]


def scribble(image: Image.Image, share: float = 0.5, width: int = 1) -> Image.Image:
    """The skeleton of the soft edges, drawn with a pen (mode "L").

    Args:
        image: RGB.
        share: least soft edge that is drawn, in [0, 1].
        width: of the pen in pixels.
    """
    lines = thinned(np.asarray(soft_edge(image)) > share * 255)
    if width > 1:
        lines = ndimage.binary_dilation(lines, iterations=width - 1)
    return Image.fromarray(lines.astype(np.uint8) * 255)


def palette(image: Image.Image, cells: int = 8) -> Image.Image:
    """Mean colours on a grid of cells, at the picture's size (RGB)."""
    small = image.convert("RGB").resize((cells, cells), Image.Resampling.BOX)
    return small.resize(image.size, Image.Resampling.NEAREST)


def segmentation(image: Image.Image, eyes: Eyes, same: float = 0.5) -> Image.Image:
    """What is where, in the colours of the world's classes (RGB, black = nothing), as `world.maps.segmentation_map` has it of renders.

    Args:
        image: RGB.
        eyes: find all nouns of the world and outline them.
        same: boxes that overlap by more are one thing, which goes by its likeliest name.
    """
    things: list[Detection] = []
    for one in eyes.detector.detect(image, list(OBJECTS)):  # best first
        if all(iou(one.box, other.box) <= same for other in things):
            things.append(one)
    colours = np.zeros((image.height, image.width, 3), np.uint8)
    masks = eyes.segmenter.segment(image, boxes=[one.box for one in things])
    for one, mask in reversed(list(zip(things, masks, strict=True))):  # in doubt a pixel belongs to the surer one
        colours[mask] = SEGMENT_COLOURS[one.phrase]
    return Image.fromarray(colours)


ANNOTATORS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "canny": canny,
    "soft_edge": soft_edge,
    "scribble": scribble,
    "palette": palette,
    "depth": depth,
}
SEEING: dict[str, Callable[[Image.Image, Eyes], Image.Image]] = {"segmentation": segmentation}


def annotate(kind: str, image: Image.Image, eyes: Eyes | None = None) -> Image.Image:
    """Runs the annotator of that name with its defaults.

    Args:
        kind: a key of `ANNOTATORS` or `SEEING`.
        image: RGB.
        eyes: for those of `SEEING`.

    Raises:
        BadInput: there is no such annotator here, or it needs eyes.
        ModelNotFound: it is "depth", and the weights are not in the package.
    """
    if kind in ANNOTATORS:
        return ANNOTATORS[kind](image)
    if kind not in SEEING:
        raise BadInput(f"no annotator {kind!r}; there are {', '.join((*ANNOTATORS, *SEEING))}")
    if eyes is None:
        raise BadInput(f"the annotator {kind!r} needs eyes; give them, or take one of {', '.join(ANNOTATORS)}")
    return SEEING[kind](image, eyes)
