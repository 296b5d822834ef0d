"""Finds phrases in pictures: the embedded OWL-ViT and, on the photo profiles, Grounding DINO, behind one protocol."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from PIL import Image

Box = tuple[float, float, float, float]
FOLDER = Path(__file__).parent.parent / "embedded" / "detector"


@dataclass(frozen=True)
class Detection:
    """A phrase found in a picture.

    Attributes:
        phrase: the words that were asked for.
        score: confidence in [0, 1].
        box: xyxy in fractions of the picture.
    """

    phrase: str
    score: float
    box: Box


class Detector(Protocol):
    """Whatever finds phrases."""

    def detect(self, image: Image.Image, phrases: Sequence[str], threshold: float | None = None) -> list[Detection]:
        """Finds every instance of every phrase.

        Args:
            image: RGB, any size.
            phrases: noun phrases without article, such as "red car".
            threshold: least score; the detector's calibrated one when None.

        Returns:
            Detections, best first; instances of one phrase do not overlap by more than half.
        """
        ...


def iou(a: Box, b: Box) -> float:
    """Intersection over union of two boxes."""
    width = max(0.0, min(a[2], b[2]) - max(a[0], b[0]))
    height = max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
    both = width * height
    either = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - both
    return both / either if either > 0 else 0.0


def without_doubles(found: list[Detection], limit: float = 0.5) -> list[Detection]:
    """Non-maximum suppression within each phrase."""
    kept: list[Detection] = []
    for one in sorted(found, key=lambda d: -d.score):
        if all(other.phrase != one.phrase or iou(other.box, one.box) <= limit for other in kept):
            kept.append(one)
    return kept


def pixels_of(image: Image.Image, side: int = 64) -> torch.Tensor:
    """A picture as the embedded eyes take it: (1, 3, side, side) in [-1, 1]."""
    if image.size != (side, side):
        image = image.resize((side, side), Image.Resampling.BOX if image.width > side else Image.Resampling.BICUBIC)
    return torch.from_numpy(np.asarray(image.convert("RGB"), np.float32)).permute(2, 0, 1)[None] / 127.5 - 1


class EmbeddedDetector:
    """The detector trained on the embedded world.

    Args:
        model: an `OwlViTForObjectDetection`.
        tokenizer: the word-level tokenizer it was trained with.
        threshold: calibrated least score.
    """

    def __init__(self, model: Any, tokenizer: Any, threshold: float) -> None:
        self.model, self.tokenizer, self.threshold = model, tokenizer, threshold

    @classmethod
    def load(cls, folder: Path = FOLDER) -> "EmbeddedDetector":
        """Reads the shipped weights.

        Raises:
            OSError: no weights are there.
        """
        from transformers import OwlViTForObjectDetection, PreTrainedTokenizerFast

        model = OwlViTForObjectDetection.from_pretrained(folder, use_safetensors=True, local_files_only=True).float().eval()
        tokenizer = PreTrainedTokenizerFast.from_pretrained(folder, local_files_only=True)
        return cls(model, tokenizer, json.loads((folder / "calibration.json").read_text())["threshold"])

    def detect(self, image: Image.Image, phrases: Sequence[str], threshold: float | None = None) -> list[Detection]:
        """Finds every instance of every phrase; see `Detector`."""
        if not phrases:
            return []
        least = self.threshold if threshold is None else threshold
        ids = self.tokenizer(list(phrases), padding="max_length", truncation=True, return_tensors="pt").input_ids
        with torch.inference_mode():
            out = self.model(
                input_ids=ids, pixel_values=pixels_of(image), attention_mask=(ids > 0).long(), return_dict=True
            )  # a phrase whose first id is the pad would be masked out; the start token never is
        scores = out.logits[0].sigmoid()  # (patches, phrases)
        found = []
        for patch, query in (scores > least).nonzero().tolist():
            cx, cy, w, h = out.pred_boxes[0, patch].tolist()
            box = (max(cx - w / 2, 0.0), max(cy - h / 2, 0.0), min(cx + w / 2, 1.0), min(cy + h / 2, 1.0))
            found.append(Detection(phrases[query], float(scores[patch, query]), box))
        return without_doubles(found)
