"""Trains the embedded detector: a tiny OWL-ViT that finds phrases such as "car" and "red car".

Source: OWL-ViT (Minderer et al. 2022, arXiv:2205.06230).
Differs: objects never share a centre here, so the patch under an object's centre is its prediction (no Hungarian
matching), and every patch is scored against every phrase of the world at once. That dense signal takes the place of
image-text pre-training.
"""

import json
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from transformers import OwlViTConfig, OwlViTForObjectDetection
from transformers.image_transforms import center_to_corners_format
from transformers.loss.loss_for_object_detection import generalized_box_iou

from ..perception.detector import Detector
from ..world import COLOURS, OBJECTS
from ..world.tokenizer import build_tokenizer
from ..world.vocabulary import NATURAL
from .pictures import Pictures, Seen, roughened
from .stage import EMBEDDED, Stage, batches, loaded

GRID = 8  # patches a side
LENGTH = 8  # tokens of a phrase
TORN = 0.08  # share of pictures torn to pieces: blobs of the right colour are no things
PAINTED = 0.3  # share of pictures painted over by the painter: its hand is what the critic will see
NOUNS = tuple(OBJECTS)
COLOURED = tuple(f"{c} {n}" for n in OBJECTS if OBJECTS[n].colourable for c in COLOURS)
PHRASES = NOUNS + COLOURED
INDEX = {phrase: index for index, phrase in enumerate(PHRASES)}


def new() -> OwlViTForObjectDetection:
    """The architecture with fresh weights; the heads start small and expect nothing (a tiny model never recovers else)."""
    tokenizer = build_tokenizer(LENGTH)
    config = OwlViTConfig(
        text_config={
            "vocab_size": len(tokenizer),
            "hidden_size": 128,
            "intermediate_size": 256,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "max_position_embeddings": LENGTH,
            "pad_token_id": tokenizer.pad_token_id,
            "bos_token_id": tokenizer.bos_token_id,
            "eos_token_id": tokenizer.eos_token_id,
        },
        vision_config={
            "hidden_size": 192,
            "intermediate_size": 384,
            "num_hidden_layers": 5,
            "num_attention_heads": 6,
            "image_size": 64,
            "patch_size": 8,
        },
        projection_dim=128,
    )
    model = OwlViTForObjectDetection(config)
    for part in model.modules():
        if isinstance(part, nn.Linear | nn.Conv2d):
            part.reset_parameters()  # the library's initialisation is made for pre-trained sizes
    for head in (model.box_head, model.class_head):
        for part in head.modules():
            if isinstance(part, nn.Linear):
                nn.init.normal_(part.weight, std=0.02)
                nn.init.zeros_(part.bias)
    nn.init.zeros_(model.class_head.logit_shift.weight)
    nn.init.constant_(model.class_head.logit_shift.bias, -0.4)
    nn.init.zeros_(model.class_head.logit_scale.weight)
    nn.init.constant_(model.class_head.logit_scale.bias, 9.0)
    return model


def predict(model: OwlViTForObjectDetection, pixels: torch.Tensor, ids: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Scores every patch of every picture against the same phrases.

    Args:
        model: the detector.
        pixels: (n, 3, 64, 64) in [-1, 1].
        ids: (phrases, LENGTH) token ids.

    Returns:
        logits (n, patches, phrases) and boxes (n, patches, 4) as centre and size, in fractions.
    """
    text = model.owlvit.get_text_features(input_ids=ids, attention_mask=(ids > 0).long())
    text = text if isinstance(text, torch.Tensor) else text.pooler_output
    features = model.image_embedder(pixel_values=pixels)[0]  # (n, side, side, width)
    flat = features.flatten(1, 2)
    logits, _ = model.class_predictor(flat, text[None].expand(len(pixels), -1, -1))
    boxes = model.box_predictor(flat, features)
    return logits.float(), boxes.float()


def truth(seen: list[Seen]) -> tuple[torch.Tensor, ...]:
    """What the right answers are.

    Returns:
        classes (n, patches, phrases): 1 right, 0 wrong, -1 does not count; boxes (n, patches, 4); has (n, patches) bool.
    """
    classes = torch.zeros(len(seen), GRID * GRID, len(PHRASES))
    boxes = torch.zeros(len(seen), GRID * GRID, 4)
    has = torch.zeros(len(seen), GRID * GRID, dtype=torch.bool)
    for row, picture in enumerate(seen):
        for thing, mask in zip(picture.scene.things, picture.masks, strict=True):
            if not mask.any():
                continue
            ys, xs = np.nonzero(mask)
            x0, x1, y0, y1 = xs.min() / 64, (xs.max() + 1) / 64, ys.min() / 64, (ys.max() + 1) / 64
            cx, cy = (x0 + x1) / 2, (y0 + y1) / 2
            patch = min(int(cy * GRID), GRID - 1) * GRID + min(int(cx * GRID), GRID - 1)
            classes[row, patch, INDEX[thing.name]] = 1
            if thing.colour:
                classes[row, patch, INDEX[f"{thing.colour} {thing.name}"]] = 1
            elif thing.name in NATURAL and OBJECTS[thing.name].colourable:
                classes[row, patch, INDEX[f"{NATURAL[thing.name]} {thing.name}"]] = -1
            boxes[row, patch] = torch.tensor([cx, cy, x1 - x0, y1 - y0])
            has[row, patch] = True
    return classes, boxes, has


def phrase_ids() -> torch.Tensor:
    """Token ids of all phrases, (phrases, LENGTH)."""
    return torch.tensor(build_tokenizer(LENGTH)(list(PHRASES), padding="max_length", truncation=True).input_ids)


def torn(seen: Seen, rng: np.random.Generator) -> Seen:
    """The same pixels in shuffled squares of 4 or 8: right colours and textures, and nothing there to find."""
    side = int(rng.choice([4, 8]))
    n = 64 // side
    squares = seen.pixels.reshape(n, side, n, side, 3).swapaxes(1, 2).reshape(n * n, side, side, 3)
    mixed = squares[rng.permutation(n * n)].reshape(n, n, side, side, 3).swapaxes(1, 2).reshape(64, 64, 3)
    return Seen(np.ascontiguousarray(mixed), replace(seen.scene, things=(), relation=None), np.zeros((0, 64, 64), bool))


def nothing_level(detector: Detector, *, count: int = 80, seed: int = 6_000_101, share: float = 0.02) -> float:
    """The score that at most `share` of (torn picture, noun) pairs exceed: below it the detector sees things in blobs."""
    from PIL import Image

    from ..perception.measure import held_out

    rng = np.random.default_rng(seed)
    highest = []
    for exhibit in held_out(count, seed=seed):
        nothing = torn(Seen(np.asarray(exhibit.image), exhibit.scene, np.zeros((0, 64, 64), bool)), rng)
        scores = dict.fromkeys(NOUNS, 0.0)
        for one in detector.detect(Image.fromarray(nothing.pixels), NOUNS, threshold=0.05):
            scores[one.phrase] = max(scores[one.phrase], one.score)
        highest += list(scores.values())
    return round(float(np.quantile(highest, 1 - share)), 2)


class DetectorStage(Stage):
    """The detector's place in the training queue."""

    name = "detector"
    learning_rate = 8e-4
    weight_decay = 1e-3
    batch = 16
    steps = 14_000
    decay = 0.998
    measure_every = 1_000

    def __init__(self) -> None:
        self.ids = phrase_ids()
        self.threshold: float | None = None

    def build(self) -> nn.Module:
        """A fresh detector."""
        return new()

    def data(self, rng: np.random.Generator) -> Iterator[tuple[torch.Tensor, ...]]:
        """Pictures with classes and boxes a patch."""
        pool = Pictures(rng, painted=PAINTED)

        def draw() -> tuple[torch.Tensor, ...]:
            seen = [torn(s, rng) if rng.random() < TORN else s for s in pool.take(self.batch)]
            return (roughened(seen, rng), *truth(seen))

        return batches(draw)

    def loss(self, model: nn.Module, batch: tuple[torch.Tensor, ...]) -> torch.Tensor:
        """Focal loss of all patches and phrases, choice of phrase under each object, and the boxes' error."""
        pixels, classes, boxes, has = batch
        assert isinstance(model, OwlViTForObjectDetection)
        logits, guessed = predict(model, pixels, self.ids.to(pixels.device))
        counts = (classes >= 0).float()
        target = classes.clamp(min=0)
        chance = logits.sigmoid()
        off = target * (1 - chance) + (1 - target) * chance
        focal = F.binary_cross_entropy_with_logits(logits, target, reduction="none") * off.square()
        focal = focal * (0.25 * target + 0.75 * (1 - target) * 0.34) * counts
        objects = has.sum().clamp(min=1)
        value = 2 * focal.sum() / objects
        at, right = logits[has], classes[has]
        nouns, coloured = len(NOUNS), right[:, len(NOUNS) :]
        value = value + 0.5 * F.cross_entropy(at[:, :nouns], right[:, :nouns].argmax(1))
        painted = coloured.amax(1) > 0
        if painted.any():
            value = value + 0.5 * F.cross_entropy(at[painted][:, nouns:], coloured[painted].argmax(1))
        ours, theirs = guessed[has], boxes[has]
        overlap = generalized_box_iou(center_to_corners_format(ours), center_to_corners_format(theirs)).diagonal()
        return value + 5 * (ours - theirs).abs().sum(1).mean() + 2 * (1 - overlap).mean()

    def measure(self, model: nn.Module) -> dict[str, float]:
        """Held-out figures; see `perception.measure`."""
        from ..perception.detector import EmbeddedDetector
        from ..perception.measure import detector_figures

        assert isinstance(model, OwlViTForObjectDetection)
        device = next(model.parameters()).device
        detector = EmbeddedDetector(model.cpu().eval(), build_tokenizer(LENGTH), 0.3)
        figures = detector_figures(detector, count=200)
        painted = detector_figures(detector, count=120, painted=True)
        figures |= {f"{name}_painted": value for name, value in painted.items()}
        figures["threshold"] = round((figures["threshold"] + figures.pop("threshold_painted")) / 2, 2)
        figures["threshold"] = self.threshold = max(figures["threshold"], nothing_level(detector))
        model.to(device)
        return figures

    def shipped(self) -> dict[str, torch.Tensor] | None:
        """The shipped weights."""
        return loaded(EMBEDDED / "detector")

    def export(self, model: nn.Module) -> None:
        """Writes a transformers folder, the tokenizer, and the calibrated threshold."""
        assert isinstance(model, OwlViTForObjectDetection)
        if self.threshold is None:  # this run ended before its first measurement
            self.measure(model)
        folder = self.folder("detector")
        model.half().save_pretrained(folder)
        build_tokenizer(LENGTH).save_pretrained(folder)
        (folder / "calibration.json").write_text(json.dumps({"threshold": self.threshold}) + "\n")
