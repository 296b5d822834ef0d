"""Says how well words fit a picture: the embedded CLIP and, on the photo profiles, CLIP from a hub, behind one protocol."""

import json
from collections.abc import Sequence
from math import exp
from pathlib import Path
from typing import Any, Protocol

import torch
from PIL import Image

from .detector import pixels_of
from .stem import whole

KEPT = 4_096  # texts whose embeddings are kept
FOLDER = Path(__file__).parent.parent / "embedded" / "scorer"


class Scorer(Protocol):
    """Whatever weighs words against pictures."""

    def score(self, image: Image.Image, texts: Sequence[str]) -> list[float]:
        """Scaled cosine similarities (logits) of a picture and texts; a softmax over them compares the texts."""
        ...

    def yes(self, image: Image.Image, text: str) -> float:
        """Calibrated probability that a text is true of a picture."""
        ...

    def embed(self, image: Image.Image) -> torch.Tensor:
        """Unit embedding of a picture, (width,)."""
        ...


class EmbeddedScorer:
    """The scorer trained on the embedded world.

    Args:
        model: a `CLIPModel` for 64-pixel pictures.
        tokenizer: the word-level tokenizer it was trained with.
        slope: of the calibration of `yes`, per logit.
        offset: of the calibration.
    """

    def __init__(self, model: Any, tokenizer: Any, slope: float, offset: float) -> None:
        self.model, self.tokenizer, self.slope, self.offset = model, tokenizer, slope, offset
        self._read: dict[str, torch.Tensor] = {}

    @classmethod
    def load(cls, folder: Path = FOLDER) -> "EmbeddedScorer":
        """Reads the shipped weights.

        Raises:
            ModelNotFound: no weights are there.
            UnsupportedModel: they are of another architecture.
        """
        from transformers import CLIPModel, PreTrainedTokenizerFast

        model = whole(CLIPModel, folder)
        tokenizer = PreTrainedTokenizerFast.from_pretrained(folder, local_files_only=True)
        return cls(model, tokenizer, **json.loads((folder / "calibration.json").read_text()))

    def embed(self, image: Image.Image) -> torch.Tensor:
        """Unit embedding of a picture, (width,)."""
        with torch.inference_mode():
            out = self.model.vision_model(pixel_values=pixels_of(image)).pooler_output
            embedded = self.model.visual_projection(out)[0]
        return embedded / embedded.norm()

    def _texts(self, texts: Sequence[str]) -> torch.Tensor:
        """Unit embeddings of texts, (texts, width); what was read lately is not read again."""
        new = [t for t in dict.fromkeys(texts) if t not in self._read]
        if len(self._read) + len(new) > KEPT:
            self._read, new = {}, list(dict.fromkeys(texts))
        if new:
            ids = self.tokenizer(new, padding="longest", truncation=True, return_tensors="pt").input_ids
            with torch.inference_mode():
                out = self.model.text_model(input_ids=ids, attention_mask=(ids > 0).long()).pooler_output
                embedded = self.model.text_projection(out)
            self._read |= dict(zip(new, embedded / embedded.norm(dim=-1, keepdim=True), strict=True))
        return torch.stack([self._read[t] for t in texts])

    def score(self, image: Image.Image, texts: Sequence[str]) -> list[float]:
        """Scaled cosine similarities; see `Scorer`."""
        if not texts:
            return []
        scale = float(self.model.logit_scale.detach().exp().clamp(max=100))
        return [scale * float(s) for s in self._texts(texts) @ self.embed(image)]

    def yes(self, image: Image.Image, text: str) -> float:
        """Calibrated probability that a text is true of a picture."""
        logit = self.slope * self.score(image, [text])[0] + self.offset
        return 1 / (1 + exp(-min(max(logit, -40), 40)))
