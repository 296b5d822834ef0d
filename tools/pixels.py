"""Work on pixels that needs no network: widen a mask, put a change back into a picture, fill a hole, recolour, cut and paste."""

from typing import TYPE_CHECKING

import numpy as np

from ..engine.world.vocabulary import COLOURS
from .scene import Corners

if TYPE_CHECKING:
    from PIL.Image import Image

Mask = np.ndarray  # (height, width) bool


def widened(mask: Mask, pixels: int) -> Mask:
    """A mask grown by some pixels in every direction (a disc)."""
    from scipy.ndimage import distance_transform_edt

    if pixels <= 0 or not mask.any():
        return mask.copy()
    away: np.ndarray = distance_transform_edt(~mask)
    return np.asarray(away <= pixels, bool)


def differing(one: "Image", other: "Image") -> Mask:
    """The pixels in which two pictures of the same size are not equal."""
    return np.asarray((np.asarray(one.convert("RGB")) != np.asarray(other.convert("RGB"))).any(-1), bool)


def merged(before: "Image", after: "Image", region: Mask, soft: int = 2) -> "Image":
    """A changed picture whose pixels outside a region are those from before, to the last bit.

    Args:
        before: RGB.
        after: RGB of the same size.
        region: where `after` counts.
        soft: pixels inside the region's border over which the two are mixed.
    """
    from PIL import Image
    from scipy.ndimage import distance_transform_edt

    old, new = np.asarray(before.convert("RGB"), np.float32), np.asarray(after.convert("RGB"), np.float32)
    # The frame is no border of the region: padding says so.
    depth = distance_transform_edt(np.pad(region, 1, mode="edge"))[1:-1, 1:-1]
    share = np.clip(depth / (soft + 1), 0, 1)[..., None] * region[..., None]
    mixed = (old * (1 - share) + new * share).round().clip(0, 255).astype(np.uint8)
    mixed[~region] = np.asarray(before.convert("RGB"))[~region]
    return Image.fromarray(mixed)


def filled(image: "Image", hole: Mask) -> "Image":
    """A picture whose hole is filled smoothly from its rim (the membrane equation, solved coarse to fine).

    Rows count more than columns, because backgrounds change slowly sideways: sky stays sky and ground stays ground.
    """
    from PIL import Image

    pixels = np.asarray(image.convert("RGB"), np.float64)
    if not hole.any() or hole.all():
        return image.convert("RGB").copy()
    known = ~hole
    guess = pixels.copy()
    overall = pixels[known].mean(0)
    for row in range(len(pixels)):  # first guess: the row's own known pixels, nearest counting most
        columns = np.flatnonzero(known[row])
        if len(columns):
            missing = np.flatnonzero(hole[row])
            for channel in range(3):
                guess[row, missing, channel] = np.interp(missing, columns, pixels[row, columns, channel])
        else:
            guess[row] = overall
    for _ in range(60):
        padded = np.pad(guess, ((1, 1), (1, 1), (0, 0)), mode="edge")
        across = padded[1:-1, :-2] + padded[1:-1, 2:]
        along = padded[:-2, 1:-1] + padded[2:, 1:-1]
        smooth = (0.4 * across + 0.1 * along).reshape(guess.shape)
        guess[hole] = smooth[hole]
    return Image.fromarray(guess.round().clip(0, 255).astype(np.uint8))


def recoloured(image: "Image", mask: Mask, colour: str) -> "Image":
    """A picture with what a mask covers in another colour; light and shade stay.

    The rule is the world's own (`engine/world/sprites.py`): luminance around its median is mapped through the colour, darker below,
    towards white above.
    """
    from PIL import Image

    pixels = np.asarray(image.convert("RGB"), np.float64) / 255
    luminance = pixels @ np.asarray([0.299, 0.587, 0.114])
    middle = float(np.median(luminance[mask])) if mask.any() else 0.5
    target = np.asarray(COLOURS[colour], np.float64) / 255
    below = np.clip(luminance / max(middle, 1e-3), 0, 1)[..., None] ** 1.15
    above = np.clip((luminance - middle) / max(1 - middle, 1e-3), 0, 1)[..., None]
    rgb = target * below
    rgb = rgb + (1 - rgb) * above * (0.35 if colour == "black" else 0.6)
    changed = pixels.copy()
    changed[mask] = rgb[mask]
    return Image.fromarray((changed * 255).round().clip(0, 255).astype(np.uint8))


def moved(image: "Image", mask: Mask, source: Corners, target: Corners) -> tuple["Image", Mask]:
    """What a mask covers, cut out and put somewhere else, perhaps at another size; the hole is filled.

    Args:
        image: RGB.
        mask: of the thing.
        source: box around it.
        target: where it goes.

    Returns:
        The picture, and the mask of the thing at its new place.
    """
    from PIL import Image

    width, height = image.size
    old, new = _corners(source, width, height), _corners(target, width, height)
    size = new[2] - new[0], new[3] - new[1]
    piece = image.convert("RGB").crop(old).resize(size, Image.Resampling.BICUBIC)
    outline = Image.fromarray(mask[old[1] : old[3], old[0] : old[2]].astype(np.uint8) * 255)
    alpha = outline.resize(size, Image.Resampling.BILINEAR)
    canvas = filled(image, widened(mask, 2))
    canvas.paste(piece, new[:2], alpha)
    there = np.zeros((height, width), bool)
    there[new[1] : new[3], new[0] : new[2]] = np.asarray(alpha) > 127
    return canvas, there


def box_mask(box: Corners, width: int, height: int) -> Mask:
    """The pixels of a box."""
    left, top, right, bottom = _corners(box, width, height)
    mask = np.zeros((height, width), bool)
    mask[top:bottom, left:right] = True
    return mask


def box_of(mask: Mask) -> Corners:
    """The smallest box around a mask that is not empty."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    height, width = mask.shape
    return columns[0] / width, rows[0] / height, (columns[-1] + 1) / width, (rows[-1] + 1) / height


def _corners(box: Corners, width: int, height: int) -> tuple[int, int, int, int]:
    left, top = min(round(box[0] * width), width - 1), min(round(box[1] * height), height - 1)
    return left, top, max(round(box[2] * width), left + 1), max(round(box[3] * height), top + 1)
