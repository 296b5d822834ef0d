"""Trains the embedded segmenter: a tiny SAM that outlines what a box or a point shows.

Source: Segment Anything (Kirillov et al. 2023, arXiv:2304.02643): 20·focal + dice + error of the predicted IoU.
Differs: one mask a prompt (scenes are not ambiguous); 64-pixel pictures in 4-pixel patches, so a mask comes out at the
picture's own resolution; patches come from a convolutional stem, and a map of single pixels goes straight to the masks; a box is
answered from near (`perception.zoom`), a point from far and then as a box.
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
from ..perception.zoom import Box, Window, around, box_in, seen_through
from .pictures import Pictures, Seen, roughened
from .pool import Item
from .stage import EMBEDDED, Stage, batches, loaded

JITTER = 1.2  # pixels, largest deviation of a box's sides
WIDE = 0.5  # room around a thing in a wide window, as a share of its longer side
OFF = 0.2  # deviation of the sides of such a window, as a share of the thing's longer side


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


def asked_of(seen: list[Seen], rng: np.random.Generator) -> list[tuple[np.ndarray, Box]]:
    """Draws a thing of each picture: its mask, (64, 64) bool, and the exact box of what can be seen of it; anything of an empty picture."""
    asked: list[tuple[np.ndarray, Box]] = []
    for picture in seen:
        visible = [mask for mask in picture.masks if mask.sum() >= 12]
        if not visible:  # nothing to outline anywhere
            asked.append((np.zeros((64, 64), bool), (16.0, 16.0, 48.0, 48.0)))
            continue
        mask = visible[int(rng.integers(len(visible)))]
        ys, xs = np.nonzero(mask)
        asked.append((mask, (float(xs.min()), float(ys.min()), float(xs.max() + 1), float(ys.max() + 1))))
    return asked


def far(seen: list[Seen], rng: np.random.Generator) -> Item:
    """Pictures with a point on a thing: half of them whole, half seen through a window that is wider than the thing and off it.

    Returns:
        pixels (n, 3, 64, 64), points (n, 1, 1, 2) inside the masks, masks (n, 1, 64, 64).
    """
    pixels = roughened(seen, rng)
    views, points, masks = [], [], []
    for picture, (mask, exact) in zip(pixels, asked_of(seen, rng), strict=True):
        window: Window = (0, 0, 64)
        if rng.random() < 0.5:
            span = max(exact[2] - exact[0], exact[3] - exact[1])
            x0, y0, x1, y1 = (float(value) for value in np.asarray(exact) + rng.normal(0, OFF * span, 4))
            window = around((x0, y0, max(x1, x0 + 3), max(y1, y0 + 3)), WIDE)
        shown = (seen_through(torch.from_numpy(mask)[None].float(), window, 64) > 0.5)[0].numpy()
        ys, xs = np.nonzero(shown if shown.any() else ~shown)
        pick = int(rng.integers(len(xs)))
        views.append(seen_through(picture, window, 64))
        points.append([[[xs[pick] + 0.5, ys[pick] + 0.5]]])
        masks.append(shown[None])
    return torch.stack(views), torch.tensor(points, dtype=torch.float32), torch.from_numpy(np.stack(masks)).float()


def near(seen: list[Seen], rng: np.random.Generator) -> Item:
    """Things seen through windows, each with its box, whose sides are off by a pixel or so: so are a detector's.

    Returns:
        pixels (n, 3, 64, 64), boxes (n, 1, 4) in pixels of the view, masks (n, 1, 64, 64).
    """
    pixels = roughened(seen, rng)
    views, boxes, masks = [], [], []
    for picture, (mask, exact) in zip(pixels, asked_of(seen, rng), strict=True):
        off = rng.normal(0, rng.uniform(0, JITTER), 4)
        x0, y0, x1, y1 = (float(value) for value in np.asarray(exact) + off)
        box = (x0, y0, max(x1, x0 + 3), max(y1, y0 + 3))
        window = around(box)
        views.append(seen_through(picture, window, 64))
        boxes.append([box_in(box, window, 64)])
        masks.append((seen_through(torch.from_numpy(mask)[None].float(), window, 64) > 0.5).float())
    return torch.stack(views), torch.tensor(boxes, dtype=torch.float32), torch.stack(masks)


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
    batch = 12
    steps = 7_000
    decay = 0.998
    measure_every = 500

    def build(self) -> nn.Module:
        """A fresh segmenter."""
        return new()

    def data(self, rng: np.random.Generator) -> Iterator[Item]:
        """Pictures from far with points and from near with boxes, and the masks they ask for."""
        pool = Pictures(rng, capacity=6_000)

        def draw() -> Item:
            return (*far(pool.take(self.batch // 3), rng), *near(pool.take(self.batch - self.batch // 3), rng))

        return batches(draw)

    def loss(self, model: nn.Module, batch: Item) -> torch.Tensor:
        """Mask and IoU errors by point from far and by box from near."""
        pixels, points, pointed, views, boxes, boxed = batch
        labels = torch.ones(points.shape[:3], dtype=torch.long, device=points.device)
        by_point = model(pixel_values=pixels, input_points=points, input_labels=labels, multimask_output=False)
        by_box = model(pixel_values=views, input_boxes=boxes, multimask_output=False)
        return outline_error(by_point, pointed) + 2 * outline_error(by_box, boxed)

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
