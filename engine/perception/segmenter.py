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

FOLDER = Path(__file__).parent.parent / "embedded" / "segmenter"
Point = tuple[float, float]
Mask = np.ndarray  # (height, width) bool


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
        """Outlines what the prompts show; see `Segmenter`."""
        if not boxes and not points:
            return []
        outlined: list[torch.Tensor] = []
        with torch.inference_mode():
            embedded = self.model.get_image_embeddings(pixels_of(image))
            if boxes:
                corners = torch.tensor(boxes, dtype=torch.float32)[None] * 64
                out = self.model(image_embeddings=embedded, input_boxes=corners, multimask_output=False)
                outlined += list(out.pred_masks[0, :, 0])
            if points:
                spots = torch.tensor(points, dtype=torch.float32)[None, :, None] * 64
                ones = torch.ones(spots.shape[:3], dtype=torch.long)
                out = self.model(image_embeddings=embedded, input_points=spots, input_labels=ones, multimask_output=False)
                outlined += list(out.pred_masks[0, :, 0])
        masks = []
        for logits in outlined:
            if image.size != (64, 64):
                size = (image.height, image.width)
                logits = torch.nn.functional.interpolate(logits[None, None], size, mode="bilinear", align_corners=False)[0, 0]
            masks.append((logits > 0).numpy())
        return masks
