"""Outlines what boxes or points show: the embedded SAM and, on the photo profiles, SAM from a hub, behind one protocol."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from PIL import Image

from .detail import detailed
from .detector import Box, pixels_of
from .stem import whole
from .zoom import around, bounds, box_in, put_back, seen_through

FOLDER = Path(__file__).parent.parent / "embedded" / "segmenter"
Point = tuple[float, float]
Mask = np.ndarray  # (height, width) bool
SIDE = 64  # pixels a side of what it sees


class Segmenter(Protocol):
    """Whatever outlines."""

    def segment(self, image: Image.Image, boxes: Sequence[Box] = (), points: Sequence[Point] = ()) -> list[Mask]:
        """Outlines one thing a box, then one a point.

        Args:
            image: RGB, any size.
            boxes: xyxy in fractions.
            points: (x, y) in fractions, on the thing.

        Returns:
            Masks of the image's size, in the order of the prompts.
        """
        ...


class EmbeddedSegmenter:
    """The segmenter trained on the embedded world.

    Args:
        model: a `SamModel` for 64-pixel pictures.
    """

    def __init__(self, model: Any) -> None:
        self.model = model

    @classmethod
    def load(cls, folder: Path = FOLDER) -> "EmbeddedSegmenter":
        """Reads the shipped weights.

        Raises:
            ModelNotFound: no weights are there.
            UnsupportedModel: they are of another architecture.
        """
        from transformers import SamModel

        return cls(whole(SamModel, folder, detailed))

    def segment(self, image: Image.Image, boxes: Sequence[Box] = (), points: Sequence[Point] = ()) -> list[Mask]:
        """Outlines what the prompts show; see `Segmenter`.

        A point is first answered on the whole picture; what is found there is then, like a box, looked at from near.
        """
        if not boxes and not points:
            return []
        pixels = pixels_of(image)
        asked: list[Box] = [(x0 * SIDE, y0 * SIDE, x1 * SIDE, y1 * SIDE) for x0, y0, x1, y1 in boxes]
        with torch.inference_mode():
            asked += self._pointed(pixels, [(x * SIDE, y * SIDE) for x, y in points])
            outlined = self._near(pixels, asked)
        masks = []
        for logits in outlined:
            if image.size != (SIDE, SIDE):
                size = (image.height, image.width)
                logits = torch.nn.functional.interpolate(logits[None, None], size, mode="bilinear", align_corners=False)[0, 0]
            masks.append((logits > 0).numpy())
        return masks

    def _pointed(self, pixels: torch.Tensor, points: Sequence[Point]) -> list[Box]:
        """Boxes, in pixels, of what points show on the whole picture."""
        if not points:
            return []
        spots = torch.tensor(points, dtype=torch.float32)[None, :, None]
        ones = torch.ones(spots.shape[:3], dtype=torch.long)
        embedded = self.model.get_image_embeddings(pixels)
        out = self.model(image_embeddings=embedded, input_points=spots, input_labels=ones, multimask_output=False)
        return [bounds(logits, point) for logits, point in zip(out.pred_masks[0, :, 0], points, strict=True)]

    def _near(self, pixels: torch.Tensor, boxes: Sequence[Box]) -> list[torch.Tensor]:
        """Logits, (64, 64) each, of what boxes in pixels show, each seen through a window of its own."""
        windows = [around(box) for box in boxes]
        views = torch.stack([seen_through(pixels[0], window, SIDE) for window in windows])
        corners = torch.tensor([[box_in(box, window, SIDE)] for box, window in zip(boxes, windows, strict=True)])
        out = self.model(pixel_values=views, input_boxes=corners, multimask_output=False)
        return [put_back(logits, window, (SIDE, SIDE)) for logits, window in zip(out.pred_masks[:, 0, 0], windows, strict=True)]
