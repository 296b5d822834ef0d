"""Finds phrases in pictures: the embedded OWL-ViT and, on the photo profiles, Grounding DINO, behind one protocol."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from PIL import Image

from ..errors import BadInput
from ..world.vocabulary import COLOURS, COUNTS, OBJECTS, SIZES
from .stem import whole

Box = tuple[float, float, float, float]
DOUBLE = 0.3  # things of the embedded world hardly cover each other, so boxes of one phrase that overlap by more are one thing
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
            Detections, best first; instances of one phrase do not overlap by more than half (the embedded one's: by more than `DOUBLE`).
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
    left = sorted(found, key=lambda d: -d.score)
    phrases = np.asarray([d.phrase for d in left])
    x0, y0, x1, y1 = np.asarray([d.box for d in left], np.float64).reshape(-1, 4).T
    area = (x1 - x0) * (y1 - y0)
    free = np.ones(len(left), bool)
    for index in range(len(left)):
        if not free[index]:
            continue
        width = (np.minimum(x1, x1[index]) - np.maximum(x0, x0[index])).clip(min=0)
        both = width * (np.minimum(y1, y1[index]) - np.maximum(y0, y0[index])).clip(min=0)
        double = (both > limit * (area + area[index] - both)) & (phrases == phrases[index])
        double[: index + 1] = False
        free &= ~double
    return [one for one, kept in zip(left, free, strict=True) if kept]


def pixels_of(image: Image.Image, side: int = 64) -> torch.Tensor:
    """A picture as the embedded eyes take it: (1, 3, side, side) in [-1, 1]."""
    if image.size != (side, side):
        image = image.resize((side, side), Image.Resampling.BOX if image.width > side else Image.Resampling.BICUBIC)
    return torch.from_numpy(np.asarray(image.convert("RGB"), np.float32)).permute(2, 0, 1)[None] / 127.5 - 1


_SILENT = {"a", "an", "the", *SIZES, *COUNTS}
_SINGULAR = {word.plural: word.name for word in OBJECTS.values()}


def plain_phrase(phrase: str) -> str:
    """What the embedded detector is asked for a phrase: "Two small red cars" is looked for as "red car".

    Raises:
        BadInput: the phrase is not a noun of the world with at most a colour before it.
    """
    words = [_SINGULAR.get(w, w) for w in phrase.lower().replace(",", " ").split() if w not in _SILENT]
    if not words or words[-1] not in OBJECTS or any(w not in COLOURS for w in words[:-1]) or len(words) > 2:
        raise BadInput(f"the embedded detector cannot look for {phrase!r}; say one of {', '.join(OBJECTS)}, with a colour word if you like")
    return " ".join(words)


class EmbeddedDetector:
    """The detector trained on the embedded world.

    Args:
        model: an `OwlViTForObjectDetection` for 64-pixel pictures.
        tokenizer: the word-level tokenizer it was trained with.
        threshold: calibrated least score.
    """

    def __init__(self, model: Any, tokenizer: Any, threshold: float) -> None:
        self.model, self.tokenizer, self.threshold = model, tokenizer, threshold
        self._read: dict[str, torch.Tensor] = {}

    @classmethod
    def load(cls, folder: Path = FOLDER) -> "EmbeddedDetector":
        """Reads the shipped weights.

        Raises:
            ModelNotFound: no weights are there.
            UnsupportedModel: they are of another architecture.
        """
        from transformers import OwlViTForObjectDetection, PreTrainedTokenizerFast

        model = whole(OwlViTForObjectDetection, folder)
        tokenizer = PreTrainedTokenizerFast.from_pretrained(folder, local_files_only=True)
        return cls(model, tokenizer, json.loads((folder / "calibration.json").read_text())["threshold"])

    def _texts(self, phrases: Sequence[str]) -> torch.Tensor:
        """Embeddings of phrases, (phrases, width); each phrase is read once."""
        new = [p for p in dict.fromkeys(phrases) if p not in self._read]
        if new:
            ids = self.tokenizer(new, padding="max_length", truncation=True, return_tensors="pt").input_ids
            read = self.model.owlvit.get_text_features(input_ids=ids, attention_mask=(ids > 0).long())
            self._read |= dict(zip(new, read if isinstance(read, torch.Tensor) else read.pooler_output, strict=True))
        return torch.stack([self._read[p] for p in phrases])

    def detect(self, image: Image.Image, phrases: Sequence[str], threshold: float | None = None) -> list[Detection]:
        """Finds every instance of every phrase; see `Detector`.

        Raises:
            BadInput: a phrase is not of the embedded world.
        """
        if not phrases:
            return []
        least = self.threshold if threshold is None else threshold
        asked = [plain_phrase(p) for p in phrases]
        with torch.inference_mode():
            features = self.model.image_embedder(pixel_values=pixels_of(image))[0]  # (1, side, side, width)
            flat = features.flatten(1, 2)
            logits, _ = self.model.class_predictor(flat, self._texts(asked)[None])
            boxes = self.model.box_predictor(flat, features)[0].tolist()
        scores = logits[0].sigmoid()  # (patches, phrases)
        found = []
        for patch, query in (scores > least).nonzero().tolist():
            cx, cy, w, h = boxes[patch]
            box = (max(cx - w / 2, 0.0), max(cy - h / 2, 0.0), min(cx + w / 2, 1.0), min(cy + h / 2, 1.0))
            found.append(Detection(phrases[query], float(scores[patch, query]), box))
        return without_doubles(found, DOUBLE)
