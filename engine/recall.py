"""Recognises the world's things in a small picture, and draws them anew at any size.

What the autoencoder lost of a thing cannot be computed from its output; it can be recalled. The detector says what may be where; then
sprite, colour and box are fitted until the scene that they give, shrunk, is the picture that is there. Only what passes that test is
recalled, and whatever the world does not know, or the painter painted otherwise, is left to the upscaler's network.

Source: super-resolution from references (TTSR, Yang et al. 2020, arXiv:2006.04139), which here are the world's own sprites; a large
picture is right only if it shrinks to the small one (PULSE, Menon et al. 2020, arXiv:2003.03808).
Differs: references are fitted by search over boxes on the world's grid, not by attention, so that edges fall on the right pixel.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image
from scipy.ndimage import binary_dilation, gaussian_filter

from .perception.detector import Detection, Detector, iou
from .world.scene import CELLS, Box, Thing
from .world.sprites import aspect, scaled
from .world.vocabulary import COLOURS, OBJECTS

SEEN = 0.35  # least score of a detection that is worth a fit: what is not there fails the fit
ROUNDS = 24  # of the search for a box; each looks at every neighbour of the best so far
RIM = 3  # cells around a box that are compared too
BLUR = 0.6  # cells; the autoencoder's pictures are softer than renders
EXPLAINED = 0.7  # share of what a thing changes in a picture that its sprite must account for
OFF = 0.1  # largest root mean square error inside a thing, of shares of the range
FADING = 0.4  # of the blurred rim around a thing: all of it would bring edges from further away to where they are not (docs/world/tried.md)
DOUBLE = 0.5  # fits that overlap by more are of one thing

Cells = tuple[int, int, int, int]


@dataclass(frozen=True)
class Fit:
    """A sprite in its place.

    Attributes:
        name: of the thing.
        colour: a key of `COLOURS`, or None for the colours it was drawn in.
        cells: box on the world's grid, xyxy.
        explained: share of what the thing changes in the picture that the sprite accounts for, at most 1.
        off: root mean square error inside the thing, of shares of the range.
    """

    name: str
    colour: str | None
    cells: Cells
    explained: float
    off: float

    @property
    def box(self) -> Box:
        """In fractions of the picture."""
        x0, y0, x1, y1 = (value / CELLS for value in self.cells)
        return x0, y0, x1, y1

    @property
    def thing(self) -> Thing:
        """As the world names it."""
        return Thing(self.name, self.colour, "", self.box)


def layer(fit: Fit, size: int) -> tuple[np.ndarray, tuple[int, int, int, int]]:
    """A fit's sprite at a size, (h, w, 4) pre-multiplied in [0, 1], and its corners in pixels."""
    x0, y0, x1, y1 = (round(value * size / CELLS) for value in fit.cells)
    return scaled(fit.name, fit.colour, x1 - x0, y1 - y0), (x0, y0, x1, y1)


def covered(fits: Sequence[Fit], size: int) -> np.ndarray:
    """How much of every pixel sprites cover, (size, size) in [0, 1]."""
    free = np.ones((size, size), np.float32)
    for fit in fits:
        drawn, (x0, y0, x1, y1) = layer(fit, size)
        free[y0:y1, x0:x1] *= 1 - drawn[..., 3]
    return 1 - free


def drawn_over(picture: np.ndarray, fits: Sequence[Fit]) -> np.ndarray:
    """A picture with sprites painted over it, the first one rearmost.

    Args:
        picture: (size, size, 3) in [0, 1].
        fits: what is painted.
    """
    canvas = picture.copy()
    for fit in fits:
        drawn, (x0, y0, x1, y1) = layer(fit, len(picture))
        window = canvas[y0:y1, x0:x1]
        window *= 1 - drawn[..., 3:]
        window += drawn[..., :3]
    return canvas


def emptied(picture: np.ndarray, away: np.ndarray, reach: float) -> np.ndarray:
    """A picture whose taken-away part is filled from around it.

    Source: normalised convolution (Knutsson & Westin 1993), at doubling widths until every pixel has been reached.

    Args:
        picture: (h, w, 3).
        away: (h, w) bool.
        reach: pixels, of the narrowest filter.
    """
    filled = picture.copy()
    left, width = away.copy(), reach
    if away.all():
        return np.broadcast_to(picture.mean((0, 1)), picture.shape).copy()
    while left.any():
        weight = gaussian_filter((~away).astype(np.float32), width)
        near = left & (weight > 0.02)
        blurred = np.stack([gaussian_filter(picture[..., c] * ~away, width) for c in range(3)], -1)
        filled[near] = (blurred / np.maximum(weight, 1e-6)[..., None])[near]
        left &= ~near
        width *= 2
    return filled


class Fitting:
    """Fits sprites to one part of a picture.

    Args:
        picture: (CELLS, CELLS, 3) in [0, 1].
        box: where a thing was seen, in cells, not yet on the grid.
    """

    def __init__(self, picture: np.ndarray, box: Sequence[float]) -> None:
        x0, y0, x1, y1 = (round(v) for v in box)
        self.left, self.top = max(x0 - RIM - 3, 0), max(y0 - RIM - 3, 0)
        self.right, self.bottom = min(x1 + RIM + 3, CELLS), min(y1 + RIM + 3, CELLS)
        here = np.zeros((CELLS, CELLS), bool)
        here[max(y0 - 1, 0) : y1 + 1, max(x0 - 1, 0) : x1 + 1] = True
        self.wanted = picture[self.top : self.bottom, self.left : self.right]
        self.behind = emptied(picture, here, 1.5)[self.top : self.bottom, self.left : self.right]
        self.unexplained = float(np.square(self.wanted - self.behind).sum()) + 1e-6

    def fit(self, name: str, colour: str | None, cells: Cells) -> Fit:
        """How well a sprite in a box gives the picture."""
        x0, y0, x1, y1 = cells
        drawn = scaled(name, colour, x1 - x0, y1 - y0)
        made, cover = self.behind.copy(), np.zeros(self.behind.shape[:2], np.float32)
        rows, columns = slice(y0 - self.top, y1 - self.top), slice(x0 - self.left, x1 - self.left)
        made[rows, columns] = made[rows, columns] * (1 - drawn[..., 3:]) + drawn[..., :3]
        cover[rows, columns] = drawn[..., 3]
        made = gaussian_filter(made, (BLUR, BLUR, 0))
        square = np.square(made - self.wanted).sum(-1)
        off = float(np.sqrt((square * cover).sum() / max(float(cover.sum()), 1.0) / 3))
        return Fit(name, colour, cells, 1 - float(square.sum()) / self.unexplained, off)

    def inside(self, cells: Cells) -> bool:
        """Whether a box is one, and lies in the part."""
        x0, y0, x1, y1 = cells
        return self.left <= x0 and self.top <= y0 and x1 <= self.right and y1 <= self.bottom and min(x1 - x0, y1 - y0) >= 4

    def best(self, name: str, start: Cells) -> Fit | None:
        """The best fit of a thing, climbing from a box; None where no box near it is possible."""
        if not self.inside(start):
            return None
        colours: list[str | None] = [None, *(COLOURS if OBJECTS[name].colourable else ())]
        found = max((self.fit(name, colour, start) for colour in colours), key=lambda fit: fit.explained)
        for _ in range(ROUNDS):
            near = [self.fit(name, found.colour, cells) for cells in neighbours(name, found.cells) if self.inside(cells)]
            better = max(near, key=lambda fit: fit.explained, default=found)
            if better.explained <= found.explained:
                break
            found = better
        return max((self.fit(name, colour, found.cells) for colour in colours), key=lambda fit: fit.explained)


def neighbours(name: str, cells: Cells) -> list[Cells]:
    """Boxes a cell away: moved, with one side moved, or grown and shrunk in a thing's own proportions."""
    x0, y0, x1, y1 = cells
    found = [(x0 + dx, y0 + dy, x1 + dx, y1 + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1) if dx or dy]
    for step in (-1, 1):
        found += [(x0 + step, y0, x1, y1), (x0, y0 + step, x1, y1), (x0, y0, x1 + step, y1), (x0, y0, x1, y1 + step)]
        ratio = aspect(name)
        longer = max(x1 - x0, y1 - y0) + 2 * step
        width, height = (longer, round(longer / ratio)) if ratio >= 1 else (round(longer * ratio), longer)
        left, top = round((x0 + x1 - width) / 2), round((y0 + y1 - height) / 2)
        found.append((left, top, left + width, top + height))
    return found


def _start(name: str, box: Box) -> Cells:
    """A seen box on the grid, in a thing's own proportions, inside the picture."""
    x0, y0, x1, y1 = (value * CELLS for value in box)
    ratio = aspect(name)
    width = np.sqrt((x1 - x0) * (y1 - y0) * ratio)
    w, h = (min(max(round(side), 4), CELLS) for side in (width, width / ratio))
    left = min(max(round((x0 + x1 - w) / 2), 0), CELLS - w)
    top = min(max(round((y0 + y1 - h) / 2), 0), CELLS - h)
    return left, top, left + w, top + h


def recall(image: Image.Image, detector: Detector) -> list[Fit]:
    """The things of a picture whose sprites, shrunk, look as the picture does there.

    Args:
        image: RGB, `CELLS` pixels a side.
        detector: says what may be where.

    Returns:
        Fits, the rearmost first.
    """
    picture = np.asarray(image.convert("RGB"), np.float32) / 255
    seen: list[Detection] = detector.detect(image, list(OBJECTS), SEEN)
    fits: list[Fit] = []
    for one in seen:
        start = _start(one.phrase, one.box)
        fit = Fitting(picture, [value * CELLS for value in one.box]).best(one.phrase, start)
        if fit is not None and fit.explained >= EXPLAINED and fit.off <= OFF:
            fits.append(fit)
    kept: list[Fit] = []
    for fit in sorted(fits, key=lambda fit: -fit.explained):
        if all(iou(fit.box, other.box) <= DOUBLE for other in kept):
            kept.append(fit)
    return _layered(picture, kept)


def _layered(picture: np.ndarray, fits: list[Fit]) -> list[Fit]:
    """Fits in the order in which they explain the picture best: of two that overlap, either may lie in front."""
    order = list(fits)
    for _ in order:
        for at in range(len(order) - 1):
            here, there = order[at], order[at + 1]
            both = (covered([here], CELLS) > 0.5) & (covered([there], CELLS) > 0.5)
            if both.any():
                errors = [float(np.square(drawn_over(picture, pair) - picture)[both].sum()) for pair in ((here, there), (there, here))]
                if errors[1] < errors[0]:
                    order[at : at + 2] = [there, here]
    return order


def planted(image: Image.Image, fits: Sequence[Fit]) -> Image.Image:
    """A picture with things in it as soft as the autoencoder draws them, so that their edges are of the place where they now stand.

    Args:
        image: RGB, `CELLS` pixels a side.
        fits: what `recall` found in the picture from which the things come.
    """
    if not fits:
        return image
    picture = np.asarray(image.convert("RGB"), np.float32) / 255
    near = binary_dilation(covered(fits, CELLS) > 0.02, np.ones((3, 3), bool))[..., None]
    soft = gaussian_filter(drawn_over(picture, fits), (BLUR, BLUR, 0))
    return Image.fromarray((np.where(near, soft, picture) * 255).round().clip(0, 255).astype(np.uint8))


def cleared(picture: np.ndarray, fits: Sequence[Fit]) -> np.ndarray:
    """A picture in which the things that are to be drawn anew have faded, rims included.

    Args:
        picture: (CELLS, CELLS, 3) in [0, 1].
        fits: what `recall` found.
    """
    if not fits:
        return picture
    halo = binary_dilation(covered(fits, CELLS) > 0.02, np.ones((3, 3), bool))
    return picture + FADING * (emptied(picture, halo, 1.0) - picture)
