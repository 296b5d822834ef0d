"""Eyes for photographs: Grounding DINO, SAM and CLIP from a hub or local folders, behind the protocols of this room.

Sources: Grounding DINO (Liu et al. 2023, arXiv:2303.05499), Segment Anything (Kirillov et al. 2023, arXiv:2304.02643),
CLIP (Radford et al. 2021, arXiv:2103.00020). The combination is Grounded-SAM (Ren et al. 2024, arXiv:2401.14159).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from PIL import Image

from ..errors import ModelNotFound
from .detector import Box, Detection, without_doubles
from .segmenter import Mask, Point

DETECTOR = "IDEA-Research/grounding-dino-tiny"
SEGMENTER = "facebook/sam-vit-base"
SCORER = "openai/clip-vit-large-patch14"


def _loaded(loader: Any, where: str, offline: bool, **options: Any) -> Any:
    """Loads a part of a model, safetensors only.

    Raises:
        ModelNotFound: the weights are neither in the folder nor in the cache, and may not or cannot be fetched.
    """
    try:
        return loader.from_pretrained(where, local_files_only=offline, **options)
    except (OSError, ValueError) as error:
        raise ModelNotFound(
            f"the weights of {where!r} are not here; download them (`huggingface-cli download {where}`) or name a local folder"
        ) from error


class HubDetector:
    """Grounding DINO.

    Args:
        where: hub id or local folder.
        offline: never fetch.
        threshold: least score.
        device: where it runs.

    Raises:
        ModelNotFound: the weights are not there.
    """

    def __init__(self, where: str = DETECTOR, *, offline: bool = False, threshold: float = 0.3, device: str = "cpu") -> None:
        from transformers import AutoTokenizer, GroundingDinoForObjectDetection, GroundingDinoImageProcessorPil

        self.model = _loaded(GroundingDinoForObjectDetection, where, offline, use_safetensors=True).to(device).eval()
        self.images = _loaded(GroundingDinoImageProcessorPil, where, offline)
        self.tokenizer = _loaded(AutoTokenizer, where, offline)
        self.threshold, self.device = threshold, device

    def detect(self, image: Image.Image, phrases: Sequence[str], threshold: float | None = None) -> list[Detection]:
        """Finds every instance of every phrase, one phrase a pass: phrases must not compete for the same tokens."""
        least = self.threshold if threshold is None else threshold
        pixels = self.images(images=image.convert("RGB"), return_tensors="pt").to(self.device)
        found: list[Detection] = []
        for phrase in phrases:
            text = self.tokenizer(f"{phrase.lower()} .", return_tensors="pt").to(self.device)
            with torch.inference_mode():
                out = self.model(**pixels, **text)
            scores = out.logits[0].sigmoid().amax(-1)
            for index in (scores > least).nonzero().flatten().tolist():
                cx, cy, w, h = out.pred_boxes[0, index].tolist()
                box = (max(cx - w / 2, 0.0), max(cy - h / 2, 0.0), min(cx + w / 2, 1.0), min(cy + h / 2, 1.0))
                found.append(Detection(phrase, float(scores[index]), box))
        return without_doubles(found)


class HubSegmenter:
    """SAM.

    Args:
        where: hub id or local folder.
        offline: never fetch.
        device: where it runs.

    Raises:
        ModelNotFound: the weights are not there.
    """

    def __init__(self, where: str = SEGMENTER, *, offline: bool = False, device: str = "cpu") -> None:
        from transformers import SamImageProcessorPil, SamModel

        self.model = _loaded(SamModel, where, offline, use_safetensors=True).to(device).eval()
        self.images = _loaded(SamImageProcessorPil, where, offline)
        self.device = device

    def segment(self, image: Image.Image, boxes: Sequence[Box] = (), points: Sequence[Point] = ()) -> list[Mask]:
        """Outlines one thing a box, then one a point; the best of SAM's three masks each."""
        if not boxes and not points:
            return []
        inputs = self.images(images=image.convert("RGB"), return_tensors="pt")
        reshaped = inputs["reshaped_input_sizes"][0].tolist()  # (height, width) inside the padded square
        scale = torch.tensor([reshaped[1], reshaped[0]], dtype=torch.float32)
        masks: list[Mask] = []
        with torch.inference_mode():
            embedded = self.model.get_image_embeddings(inputs["pixel_values"].to(self.device))
            prompts: list[dict[str, torch.Tensor]] = []
            if boxes:
                prompts.append({"input_boxes": (torch.tensor(boxes).view(-1, 2, 2) * scale).view(1, -1, 4)})
            if points:
                spots = (torch.tensor(points) * scale)[None, :, None]
                prompts.append({"input_points": spots, "input_labels": torch.ones(spots.shape[:3], dtype=torch.long)})
            for prompt in prompts:
                out = self.model(image_embeddings=embedded, **{k: v.to(self.device) for k, v in prompt.items()})
                full = self.images.post_process_masks(out.pred_masks.cpu(), inputs["original_sizes"], inputs["reshaped_input_sizes"])[0]
                best = out.iou_scores[0].argmax(-1).tolist()
                masks += [np.asarray(full[i, b], bool) for i, b in enumerate(best)]
        return masks


class HubScorer:
    """CLIP.

    Args:
        where: hub id or local folder.
        offline: never fetch.
        device: where it runs.

    Raises:
        ModelNotFound: the weights are not there.
    """

    def __init__(self, where: str = SCORER, *, offline: bool = False, device: str = "cpu") -> None:
        from transformers import CLIPImageProcessorPil, CLIPModel, CLIPTokenizer

        self.model = _loaded(CLIPModel, where, offline, use_safetensors=True).to(device).eval()
        self.images = _loaded(CLIPImageProcessorPil, where, offline)
        self.tokenizer = _loaded(CLIPTokenizer, where, offline)
        self.device = device

    def embed(self, image: Image.Image) -> torch.Tensor:
        """Unit embedding of a picture, (width,)."""
        pixels = self.images(images=image.convert("RGB"), return_tensors="pt")["pixel_values"].to(self.device)
        with torch.inference_mode():
            embedded = self.model.visual_projection(self.model.vision_model(pixel_values=pixels).pooler_output)[0]
        return (embedded / embedded.norm()).cpu()

    def score(self, image: Image.Image, texts: Sequence[str]) -> list[float]:
        """Scaled cosine similarities."""
        tokens = self.tokenizer(list(texts), padding=True, truncation=True, return_tensors="pt").to(self.device)
        with torch.inference_mode():
            text = self.model.text_projection(self.model.text_model(**tokens).pooler_output)
        text = (text / text.norm(dim=-1, keepdim=True)).cpu()
        return [float(self.model.logit_scale.detach().exp()) * float(s) for s in text @ self.embed(image)]

    def yes(self, image: Image.Image, text: str) -> float:
        """Probability of the text against its negation (CLIP has no calibration of its own)."""
        pair = np.asarray(self.score(image, [text, f"no {text}"]))
        odds = np.exp(pair - pair.max())
        return float(odds[0] / odds.sum())
