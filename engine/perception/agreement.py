"""How well two pictures agree about where things are: edges, areas, boxes. Pixel rules, no weights.

What can be measured without eyes does not depend on how well eyes were trained, so training watches these.
"""

from collections.abc import Sequence

import numpy as np
from PIL import Image
from scipy import ndimage
from scipy.optimize import linear_sum_assignment

from ..world.vocabulary import COLOURS
from .colours import to_lab
from .detector import Box, iou

TOLERANCE = 2.0  # pixels, as in the proof protocol of the embedded world
BORDER = 3  # pixels of the frame that tell the backdrop's colour
CONTRAST = 14.0  # ΔE in CIELab from the backdrop that makes a pixel part of a thing


def edge_f1(found: np.ndarray | Image.Image, wanted: np.ndarray | Image.Image, tolerance: float = TOLERANCE) -> float:
    """Harmonic mean of precision and recall of edge pixels, which may lie a little aside.

    Source: Martin, Fowlkes & Malik 2004, IEEE PAMI 26(5), section 3.
    Differs: each pixel looks for the nearest one by itself, without a one-to-one matching.

    Args:
        found: (height, width), nonzero = edge.
        wanted: the same, of the truth.
        tolerance: largest distance of a match in pixels.

    Returns:
        A share in [0, 1]; 1 if neither has an edge.
    """
    a, b = np.asarray(found) > 0, np.asarray(wanted) > 0
    if not a.any() or not b.any():
        return float(a.any() == b.any())
    precision = float((ndimage.distance_transform_edt(~b)[a] <= tolerance).mean())
    recall = float((ndimage.distance_transform_edt(~a)[b] <= tolerance).mean())
    return 2 * precision * recall / max(precision + recall, 1e-9)


def mask_iou(found: np.ndarray, wanted: np.ndarray) -> float:
    """Intersection over union of two bool masks; 1 if both are empty."""
    union = int((found | wanted).sum())
    return float((found & wanted).sum()) / union if union else 1.0


def foreground(image: Image.Image) -> np.ndarray:
    """Pixels that differ from the colour of the frame; for coloured things on an even backdrop only.

    Returns:
        (height, width) bool, without specks and holes.
    """
    lab = to_lab(np.asarray(image.convert("RGB"), float) / 255)
    frame = np.ones(lab.shape[:2], bool)
    frame[BORDER:-BORDER, BORDER:-BORDER] = False
    apart = np.linalg.norm(lab - np.median(lab[frame], axis=0), axis=-1) > CONTRAST
    return np.asarray(ndimage.binary_fill_holes(ndimage.binary_opening(apart)), bool)


def blobs(mask: np.ndarray, least: int = 20) -> list[Box]:
    """Boxes of connected parts, in fractions of the picture.

    Args:
        mask: (height, width) bool.
        least: pixels of a part that counts.
    """
    labels, count = ndimage.label(mask)
    height, width = mask.shape
    boxes = []
    for index, (rows, columns) in enumerate(ndimage.find_objects(labels, count)):
        if int((labels[rows, columns] == index + 1).sum()) >= least:
            boxes.append((columns.start / width, rows.start / height, columns.stop / width, rows.stop / height))
    return boxes


def hue_box(image: Image.Image, colour: str, least: int = 20) -> Box | None:
    """The box of the largest connected patch of a colour word's hue, whatever its shape; None if there is none.

    Args:
        image: any size.
        colour: a key of `COLOURS` that has a hue.
        least: pixels of a patch that counts.
    """
    lab = to_lab(np.asarray(image.convert("RGB"), float) / 255)
    mine = to_lab(np.asarray([[COLOURS[colour]]], float) / 255)[0, 0]
    turn = np.arctan2(lab[..., 2], lab[..., 1]) - np.arctan2(mine[2], mine[1])
    near = (np.hypot(lab[..., 1], lab[..., 2]) > 25) & (np.abs(np.angle(np.exp(1j * turn))) < np.deg2rad(25))
    patches, count = ndimage.label(near)
    sizes = np.bincount(patches.ravel())[1:]
    if not count or sizes.max() < least:
        return None
    ys, xs = np.nonzero(patches == sizes.argmax() + 1)
    width, height = image.size
    return float(xs.min() / width), float(ys.min() / height), float((xs.max() + 1) / width), float((ys.max() + 1) / height)


def matched_iou(found: Sequence[Box], wanted: Sequence[Box]) -> float:
    """Mean IoU of the wanted boxes with what was found, matched one to one so that the sum is greatest; a miss counts 0.

    Source: Kuhn 1955 (the Hungarian method), as detectors are matched in DETR (Carion et al. 2020, arXiv:2005.12872).
    """
    if not wanted:
        return 1.0
    if not found:
        return 0.0
    table = np.asarray([[iou(a, b) for b in found] for a in wanted])
    rows, columns = linear_sum_assignment(-table)
    return float(table[rows, columns].sum()) / len(wanted)
