"""Trains the embedded detector: a tiny OWL-ViT that finds phrases such as "car" and "red car".

Source: OWL-ViT (Minderer et al. 2022, arXiv:2205.06230).
Differs: objects never share a centre here, so every patch in the middle of an object is its prediction (no Hungarian matching;
centre sampling as in FCOS, Tian et al. 2019, arXiv:1904.01355, section 3.2), and every patch is scored against every phrase
of the world at once. That dense signal takes the place of image-text pre-training. Patches come from a convolutional stem.
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

from ..perception.detector import Detector
from ..perception.stem import stemmed
from ..world import COLOURS, OBJECTS
from ..world.tokenizer import build_tokenizer
from ..world.vocabulary import NATURAL
from .pictures import Pictures, Seen, roughened
from .stage import EMBEDDED, Stage, batches, loaded

GRID = 8  # patches a side
VISION = {
    "hidden_size": 192,
    "intermediate_size": 384,
    "num_hidden_layers": 4,
    "num_attention_heads": 6,
    "image_size": 64,
    "patch_size": 64 // GRID,
    "stem": [[48, 1, 2], [128, 2, 2], [192, 1, 2]],  # width, blocks and stride of each level
}
MIDDLE = 0.7  # share of a box's sides inside which patches answer for the thing
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
        vision_config=VISION,
        projection_dim=128,
    )
    model: OwlViTForObjectDetection = stemmed(OwlViTForObjectDetection(config))
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


def middle(box: tuple[float, float, float, float]) -> np.ndarray:
    """Patches that answer for a thing: those whose centres lie in the middle of its box, and the one under the box's centre.

    Args:
        box: xyxy in fractions.

    Returns:
        (GRID, GRID) bool, rows first.
    """
    at = (np.arange(GRID) + 0.5) / GRID
    rows, columns = (np.abs(at - (low + high) / 2) <= MIDDLE * (high - low) / 2 for low, high in ((box[1], box[3]), (box[0], box[2])))
    inside = rows[:, None] & columns[None]
    inside[min(int((box[1] + box[3]) / 2 * GRID), GRID - 1), min(int((box[0] + box[2]) / 2 * GRID), GRID - 1)] = True
    return np.asarray(inside)


def truth(seen: list[Seen]) -> tuple[torch.Tensor, ...]:
    """What the right answers are.

    Returns:
        classes (n, patches, phrases): 1 right, 0 wrong, -1 does not count; boxes (n, patches, 4) as centre and size; share
        (n, patches): each patch's part in speaking for its thing, summing to one a thing, 0 where there is none.
    """
    classes = torch.zeros(len(seen), GRID * GRID, len(PHRASES))
    boxes = torch.zeros(len(seen), GRID * GRID, 4)
    share = torch.zeros(len(seen), GRID * GRID)
    for row, picture in enumerate(seen):
        owner = np.full((GRID, GRID), -1)
        extents: dict[int, tuple[float, float, float, float]] = {}
        for index, mask in enumerate(picture.masks):
            if mask.any():
                ys, xs = np.nonzero(mask)
                extents[index] = (xs.min() / 64, ys.min() / 64, (xs.max() + 1) / 64, (ys.max() + 1) / 64)
                owner[middle(extents[index])] = index  # later things lie in front
        for index, (x0, y0, x1, y1) in extents.items():
            thing, mine = picture.scene.things[index], torch.from_numpy(owner.ravel() == index)
            classes[row, mine, INDEX[thing.name]] = 1
            if thing.colour:
                classes[row, mine, INDEX[f"{thing.colour} {thing.name}"]] = 1
            elif thing.name in NATURAL and OBJECTS[thing.name].colourable:
                classes[row, mine, INDEX[f"{NATURAL[thing.name]} {thing.name}"]] = -1
            boxes[row, mine] = torch.tensor([(x0 + x1) / 2, (y0 + y1) / 2, x1 - x0, y1 - y0], dtype=torch.float32)
            share[row, mine] = 1 / mine.sum().clamp(min=1)
    return classes, boxes, share


def generalised_iou(ours: torch.Tensor, theirs: torch.Tensor) -> torch.Tensor:
    """Overlap of each pair of boxes, negative where they lie apart.

    Source: Rezatofighi et al. 2019, arXiv:1902.09630.

    Args:
        ours: (n, 4) as centre and size.
        theirs: the same.

    Returns:
        (n,) in (-1, 1].
    """
    a, b = center_to_corners_format(ours), center_to_corners_format(theirs)
    both = (torch.minimum(a[:, 2:], b[:, 2:]) - torch.maximum(a[:, :2], b[:, :2])).clamp(min=0).prod(1)
    either = (ours[:, 2:].prod(1) + theirs[:, 2:].prod(1) - both).clamp(min=1e-6)
    around = (torch.maximum(a[:, 2:], b[:, 2:]) - torch.minimum(a[:, :2], b[:, :2])).prod(1).clamp(min=1e-6)
    return both / either - (around - either) / around


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
    steps = 9_000
    decay = 0.998
    measure_every = 1_500

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
        pixels, classes, boxes, share = batch
        assert isinstance(model, OwlViTForObjectDetection)
        logits, guessed = predict(model, pixels, self.ids.to(pixels.device))
        counts = (classes >= 0).float()
        target = classes.clamp(min=0)
        chance = logits.sigmoid()
        off = target * (1 - chance) + (1 - target) * chance
        focal = F.binary_cross_entropy_with_logits(logits, target, reduction="none") * off.square()
        focal = focal * (0.25 * target + 0.75 * (1 - target) * 0.34) * counts
        has = share > 0
        value = 2 * focal.sum() / has.sum().clamp(min=1)
        weight = share[has] / share.sum().clamp(min=1)  # a small thing counts as much as a big one
        at, right = logits[has], classes[has]
        nouns, coloured = len(NOUNS), right[:, len(NOUNS) :]
        value = value + 0.5 * (weight * F.cross_entropy(at[:, :nouns], right[:, :nouns].argmax(1), reduction="none")).sum()
        painted = coloured.amax(1) > 0
        if painted.any():
            chosen = F.cross_entropy(at[painted][:, nouns:], coloured[painted].argmax(1), reduction="none")
            value = value + 0.5 * (weight[painted] * chosen).sum() / weight[painted].sum()
        ours, theirs = guessed[has], boxes[has]
        return value + (weight * (5 * (ours - theirs).abs().sum(1) + 2 * (1 - generalised_iou(ours, theirs)))).sum()

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
