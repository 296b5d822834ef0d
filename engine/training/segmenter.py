"""Trains the embedded segmenter: a tiny SAM that outlines what a box or a point shows.

Source: Segment Anything (Kirillov et al. 2023, arXiv:2304.02643): 20·focal + dice + error of the predicted IoU.
Differs: one mask a prompt (scenes are not ambiguous); 64-pixel pictures in 4-pixel patches, so a mask comes out at the
picture's own resolution; patches come from a convolutional stem, and a map of single pixels goes straight to the masks.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from transformers import SamConfig, SamModel

from ..perception.detail import detailed
from ..perception.stem import complete
from .pictures import Pictures, Seen, roughened
from .stage import EMBEDDED, Stage, batches, loaded

PROMPTS = 2  # things a picture that are asked for; the image is encoded once for all of them


def new() -> SamModel:
    """The architecture with fresh weights.

    Three defaults of the library are made for loading weights, not for training, and each alone ruins a tiny model: the
    vision tower's deviation of 1e-10, the positional encoding's deviation of hidden/2, and linear layers at 0.02.
    """
    config = SamConfig(
        vision_config={
            "hidden_size": 96,
            "output_channels": 64,
            "num_hidden_layers": 3,
            "num_attention_heads": 3,
            "stem": [[32, 1, 2], [96, 1, 2]],  # width, blocks and stride of each level
            "detail": 16,  # channels of the map of single pixels
            "image_size": 64,
            "patch_size": 4,
            "window_size": 0,
            "global_attn_indexes": [0, 1, 2],
            "num_pos_feats": 32,
            "mlp_dim": 192,
            "initializer_range": 0.02,
        },
        prompt_encoder_config={"hidden_size": 64, "image_size": 64, "patch_size": 4, "mask_input_channels": 8},
        mask_decoder_config={"hidden_size": 64, "mlp_dim": 128, "num_attention_heads": 4, "iou_head_hidden_dim": 64},
    )
    model: SamModel = detailed(SamModel(config))
    for part in model.modules():
        if isinstance(part, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            part.reset_parameters()
    model.shared_image_embedding.positional_embedding.data.normal_(0, 1)
    return model


def prompts(seen: list[Seen], rng: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Draws things to outline.

    Returns:
        boxes (n, PROMPTS, 4) in pixels, jittered; points (n, PROMPTS, 1, 2) inside the masks; masks (n, PROMPTS, 64, 64).
    """
    boxes = np.zeros((len(seen), PROMPTS, 4), np.float32)
    points = np.zeros((len(seen), PROMPTS, 1, 2), np.float32)
    masks = np.zeros((len(seen), PROMPTS, 64, 64), np.float32)
    for row, picture in enumerate(seen):
        visible = [m for m in picture.masks if m.sum() >= 12]
        order = rng.permutation(len(visible))
        for column in range(PROMPTS):
            if not visible:  # an empty scene: nothing to outline anywhere
                boxes[row, column] = (8, 8, 56, 56)
                points[row, column, 0] = rng.uniform(8, 56, 2)
                continue
            mask = visible[order[column % len(visible)]]
            ys, xs = np.nonzero(mask)
            exact = np.asarray([xs.min(), ys.min(), xs.max() + 1, ys.max() + 1], np.float32)
            boxes[row, column] = (exact + rng.normal(0, 1.2, 4)).clip(0, 64)
            pick = int(rng.integers(len(xs)))
            points[row, column, 0] = (xs[pick] + 0.5, ys[pick] + 0.5)
            masks[row, column] = mask
    return torch.from_numpy(boxes), torch.from_numpy(points), torch.from_numpy(masks)


def outline_error(out: Any, masks: torch.Tensor) -> torch.Tensor:
    """20 times the focal error, the dice error, and the squared error of the predicted overlap.

    Args:
        out: what the model says, one mask a prompt.
        masks: (n, prompts, 64, 64), 1 = the thing.
    """
    logits = out.pred_masks[:, :, 0].float()  # (n, prompts, 64, 64)
    chance = logits.sigmoid()
    off = masks * (1 - chance) + (1 - masks) * chance
    focal = (F.binary_cross_entropy_with_logits(logits, masks, reduction="none") * off.square()).mean()
    both = (chance * masks).sum((-1, -2))
    dice = 1 - (2 * both + 1) / (chance.sum((-1, -2)) + masks.sum((-1, -2)) + 1)
    with torch.no_grad():
        hard = (logits > 0).float()
        overlap = (hard * masks).sum((-1, -2)) / (hard + masks).clamp(max=1).sum((-1, -2)).clamp(min=1)
    certain = (out.iou_scores[:, :, 0].float() - overlap).square().mean()
    return 20 * focal + dice.mean() + certain


class SegmenterStage(Stage):
    """The segmenter's place in the training queue."""

    name = "segmenter"
    bf16 = False  # no faster here
    learning_rate = 1e-3
    batch = 10
    steps = 3_500
    decay = 0.998
    measure_every = 1_250

    def build(self) -> nn.Module:
        """A fresh segmenter."""
        return new()

    def data(self, rng: np.random.Generator) -> Iterator[tuple[torch.Tensor, ...]]:
        """Pictures with prompts and the masks they ask for."""
        pool = Pictures(rng, capacity=6_000)

        def draw() -> tuple[torch.Tensor, ...]:
            seen = pool.take(self.batch)
            return (roughened(seen, rng), *prompts(seen, rng))

        return batches(draw)

    def loss(self, model: nn.Module, batch: tuple[torch.Tensor, ...]) -> torch.Tensor:
        """Mask and IoU errors of the same things, asked for by box and by point."""
        pixels, boxes, points, masks = batch
        embedded = model.vision_encoder(pixels).last_hidden_state  # type: ignore[operator]
        labels = torch.ones(points.shape[:3], dtype=torch.long, device=points.device)
        by_box = model(image_embeddings=embedded, input_boxes=boxes, multimask_output=False)
        by_point = model(image_embeddings=embedded, input_points=points, input_labels=labels, multimask_output=False)
        return outline_error(by_box, masks) + outline_error(by_point, masks)

    def measure(self, model: nn.Module) -> dict[str, float]:
        """Held-out mean IoU by box and by point."""
        from ..perception.measure import segmenter_figures
        from ..perception.segmenter import EmbeddedSegmenter

        device = next(model.parameters()).device
        figures = segmenter_figures(EmbeddedSegmenter(model.cpu().eval()), count=60)
        model.to(device)
        return figures

    def shipped(self) -> dict[str, torch.Tensor] | None:
        """The shipped weights, with the tensor that is stored once for two."""
        weights = loaded(EMBEDDED / "segmenter")
        return weights and complete(SamModel, weights)

    def export(self, model: nn.Module) -> None:
        """Writes a transformers folder."""
        model.half().save_pretrained(self.folder("segmenter"))  # type: ignore[operator]
