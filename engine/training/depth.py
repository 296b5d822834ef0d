"""Trains the depth estimator on the world's layers.

Source: mean absolute error and the error of gradients at several scales, as in MegaDepth (Li & Snavely 2018, arXiv:1804.00607, section 4).
Differs: errors are squared while small, since the order of things that stand apart cannot be seen and the mean is the best answer; no
free scale and shift, since the world's background is always 0.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.nn import functional as F

from ..perception.depth import DepthEstimator, estimated
from ..world import Rendered, Scene, Thing, render
from ..world.scene import CELLS, overlap
from .pictures import Pictures, Seen, mixed, roughened, round_trip
from .stage import EMBEDDED, Stage, batches, loaded

CROWDED = 0.5  # share of scenes whose things are pushed over each other: only there layers can be seen
SCALES = 3  # of the gradients
SEED = 6_100_037  # of the held-out scenes


def crowded(scene: Scene, rng: np.random.Generator) -> Scene:
    """The scene with its things moved towards the first, so that some cover others; a relation is no longer stated."""
    if len(scene.things) < 2:
        return scene
    first = scene.things[0]
    things: list[Thing] = [first]
    for thing in scene.things[1:]:
        share = rng.uniform(0.3, 0.8)
        x0, y0, x1, y1 = (round(v * CELLS) for v in thing.box)
        dx, dy = (round(share * (a - b) * CELLS) for a, b in zip(first.centre, thing.centre, strict=True))
        dx, dy = min(max(dx, -x0), CELLS - x1), min(max(dy, -y0), CELLS - y1)
        things.append(replace(thing, box=((x0 + dx) / CELLS, (y0 + dy) / CELLS, (x1 + dx) / CELLS, (y1 + dy) / CELLS)))
    return replace(scene, things=tuple(things), relation=None)


def scene_of_layers(rng: np.random.Generator, names: tuple[str, ...] | None) -> Scene:
    """A scene, half of the time one whose things cover each other."""
    scene = mixed(rng, names)
    return crowded(scene, rng) if rng.random() < CROWDED else scene


def nearness(seen: Sequence[Seen]) -> torch.Tensor:
    """The world's depth by visible masks: (n, 1, 64, 64), as `Rendered.depth` has it."""
    out = np.zeros((len(seen), 1, 64, 64), np.float32)
    for row, picture in zip(out, seen, strict=True):
        for index, mask in enumerate(picture.masks):
            row[0, mask] = (index + 1) / len(picture.masks)
    return torch.from_numpy(out)


def depth_error(near: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    """Error of the map and, at halved sizes, of its gradients; maps are (n, 1, h, w)."""
    value = F.smooth_l1_loss(near, wanted, beta=0.5)
    off = near - wanted
    for scale in range(SCALES):
        coarse = F.avg_pool2d(off, 2**scale) if scale else off
        value = value + 0.5 * ((coarse[..., 1:] - coarse[..., :-1]).abs().mean() + (coarse[..., 1:, :] - coarse[..., :-1, :]).abs().mean()) / SCALES
    return value


def orders(drawn: Rendered, scene: Scene, near: np.ndarray) -> list[float]:
    """Of each pair of things of which one visibly covers the other: whether the covering one is estimated nearer."""
    told = []
    for front in range(len(scene.things)):
        for back in range(front):
            covered = overlap(scene.things[front].box, scene.things[back].box) >= 0.2
            masks = drawn.masks[front], drawn.masks[back]
            if covered and min(m.sum() for m in masks) >= 20:
                told.append(float(near[masks[0]].mean() > near[masks[1]].mean()))
    return told


def depth_samples(model: DepthEstimator, *, count: int, seed: int = SEED) -> dict[str, list[float]]:
    """Held-out figures, one value a picture ("order": one a pair).

    Args:
        model: what is measured.
        count: scenes that training never draws, half of them crowded, after the autoencoder's round trip.
        seed: of the scenes.

    Returns:
        error, the mean absolute error; areas, the overlap of what is estimated nearer than an eighth with the things; order, see `orders`.
    """
    rng = np.random.default_rng(seed)
    scenes = [scene_of_layers(rng, None) for _ in range(count)]
    drawn = [render(scene) for scene in scenes]
    pixels = [p for at in range(0, count, 32) for p in round_trip(np.stack([d.pixels for d in drawn[at : at + 32]]), rng)]
    values: dict[str, list[float]] = {"error": [], "areas": [], "order": []}
    for scene, truth, picture in zip(scenes, drawn, pixels, strict=True):
        near = estimated(model, Image.fromarray(picture))
        there, seen = truth.depth > 0, near > 0.125
        values["error"].append(float(np.abs(near - truth.depth).mean()))
        if there.any():
            values["areas"].append(float((seen & there).sum() / (seen | there).sum()))
        values["order"] += orders(truth, scene, near)
    return values


class DepthStage(Stage):
    """The depth estimator's place in the training queue."""

    name = "depth"
    learning_rate = 1e-3
    batch = 16
    steps = 2_500
    decay = 0.998
    measure_every = 500

    def build(self) -> nn.Module:
        """A fresh estimator."""
        return DepthEstimator()

    def data(self, rng: np.random.Generator) -> Iterator[tuple[torch.Tensor, ...]]:
        """Pictures and how near their pixels are."""
        pool = Pictures(rng, capacity=8_000, draw=scene_of_layers)

        def draw() -> tuple[torch.Tensor, ...]:
            seen = pool.take(self.batch)
            return roughened(seen, rng), nearness(seen)

        return batches(draw)

    def loss(self, model: nn.Module, batch: tuple[torch.Tensor, ...]) -> torch.Tensor:
        """See `depth_error`."""
        pixels, wanted = batch
        return depth_error(model(pixels), wanted)

    def measure(self, model: nn.Module) -> dict[str, float]:
        """Held-out error, areas and order of layers; see `depth_samples`."""
        assert isinstance(model, DepthEstimator)
        device = next(model.parameters()).device
        figures = {name: float(np.mean(values)) for name, values in depth_samples(model.cpu().eval(), count=120).items()}
        model.to(device)
        return figures

    def shipped(self) -> dict[str, torch.Tensor] | None:
        """The shipped weights."""
        return loaded(EMBEDDED / "depth")

    def export(self, model: nn.Module) -> None:
        """Writes the folder that the annotator reads."""
        assert isinstance(model, DepthEstimator)
        model.save(self.folder("depth"))
