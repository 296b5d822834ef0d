"""Scenes with the maps that side networks read, and how well painted pictures follow them: shared by ControlNet and T2I-Adapter.

A sample carries one kind of map, now and then two, so that one network learns every kind and their sum. A share of the captions is
empty: with a caption that tells the layout a map teaches nothing (Zhang et al. 2023, arXiv:2302.05543, section 3.4).
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import Any, ClassVar, TypeAlias

import numpy as np
import torch

from ..backbones.loading import load_model
from ..backbones.model import Model
from ..perception.agreement import edge_f1, foreground, mask_iou
from ..perception.annotators import canny, scribble
from ..sampling import sample
from ..schedule import Schedule
from ..technique import Technique
from ..techniques.control.hints import KINDS, Hint, Kind, stacked
from ..techniques.guidance.classifier_free import ClassifierFree
from ..world import Scene, canonical_caption, caption, render, sample_scene
from ..world.maps import depth_map, segmentation_map
from ..world.render import Rendered
from .frozen import FOLDER, FrozenPainter
from .painter import LEARNED, word_masks
from .pool import Item, Pool, dropped
from .precision import autocast
from .stage import EMBEDDED, Stage, batches

MIX: dict[str, Any] = {"mix": (0.42, 0.28, 0.12, 0.15, 0.03), "plain": 0.3}
BOTH = 0.2  # share of samples with a second kind of map
HUES = ("red", "yellow", "green", "blue", "purple", "pink")  # stand out from a plain background
STEPS = 8
GUIDANCE = 3.0
WATCHED = 24  # fixed scenes

Steering: TypeAlias = Callable[[dict[str, Hint]], Technique]
"""Gives the technique that steers each lane by its hint."""


@lru_cache(maxsize=1)
def watching_painter(device: torch.device) -> Model:
    """The shipped painter as the engine runs it, for watching what a module does."""
    return load_model(FOLDER, device=device)


def map_of(kind: Kind, scene: Scene, drawn: Rendered) -> np.ndarray:
    """One map of a rendered scene: (height, width) or (height, width, 3), uint8 or shares."""
    if kind == "depth":
        return np.asarray(depth_map(drawn))
    if kind == "segmentation":
        return np.asarray(segmentation_map(scene, drawn))
    return np.asarray(canny(drawn.image) if kind == "edge" else scribble(drawn.image))


def hint_of(kinds: Sequence[Kind], scene: Scene, drawn: Rendered) -> Hint:
    """The side networks' input for some kinds of map, (1, 6, height, width)."""
    return stacked({kind: map_of(kind, scene, drawn) for kind in kinds})


class HintedScenes:
    """Makes samples: latents, caption, hint, where things are, and where words should look.

    Args:
        painter: encodes pictures and captions.
        rng: where chance comes from.
        kinds: of map.
    """

    def __init__(self, painter: FrozenPainter, rng: np.random.Generator, kinds: Sequence[Kind] = KINDS) -> None:
        self.painter, self.rng, self.kinds = painter, rng, tuple(kinds)
        self.empty = painter.ids([""])[0]

    def make(self, count: int) -> list[Item]:
        """Gives new samples.

        Returns:
            Of each scene latents (4, 16, 16) half, ids (tokens,), maps (6, 64, 64) uint8, coverage by things (1, 16, 16) half, and
            where each word should look (tokens, 16, 16) half.
        """
        scenes = [sample_scene(self.rng, names=LEARNED, backdrops=512, **MIX) for _ in range(count)]
        drawn = [render(scene) for scene in scenes]
        latents = self.painter.encode(np.stack([d.pixels for d in drawn])).half()
        texts = [caption(scene, self.rng) for scene in scenes]
        ids = self.painter.ids(texts)
        items: list[Item] = []
        for scene, picture, text, latent, row in zip(scenes, drawn, texts, latents, ids, strict=True):
            both = len(self.kinds) > 1 and self.rng.random() < BOTH
            kinds = self.rng.choice(len(self.kinds), 2 if both else 1, replace=False)
            hint = (hint_of([self.kinds[k] for k in kinds], scene, picture)[0] * 255).round().byte()
            things = torch.from_numpy((picture.depth > 0).reshape(1, 16, 4, 16, 4).mean((2, 4), dtype=np.float32))
            places = torch.from_numpy(word_masks(scene, picture.masks, text))
            items.append((latent, row, hint, things.half(), places.half()))
        return items

    def batches(self, size: int, empty: float) -> Iterator[Item]:
        """Endless batches; this share of the captions is empty."""
        pool = Pool(self.make, self.rng, capacity=8_000)

        def draw() -> Item:
            latents, ids, hints, things, places = pool.batch(size)
            which = torch.from_numpy(self.rng.random(size) < empty)
            return latents, dropped(ids, self.empty, which), hints.float() / 255, things, places * ~which[:, None, None, None]

        return batches(draw, ahead=2)


def watched_scenes(count: int) -> list[Scene]:
    """Fixed scenes of coloured things on a plain background, on which areas can be told without eyes."""
    rng, scenes = np.random.default_rng(1_000_003), list[Scene]()
    while len(scenes) < count:
        scene = sample_scene(rng, names=LEARNED, mix=(0.5, 0.5, 0, 0, 0), plain=1.0)
        if all(thing.colour in HUES for thing in scene.things):
            scenes.append(scene)
    return scenes


def followed(model: Model, steer: Steering, kinds: Sequence[Kind] = KINDS) -> dict[str, float]:
    """Paints the fixed scenes with every kind of map and compares edges and areas with those of the truth.

    Args:
        model: the painter.
        steer: gives the technique for hints by lane.
        kinds: of map.

    Returns:
        For each kind "edges_…" (F1 within 2 pixels) and "areas_…" (IoU of all things together).
    """
    scenes = watched_scenes(WATCHED)
    drawn = [render(scene) for scene in scenes]
    figures: dict[str, float] = {}
    for kind in kinds:
        hints = {str(i): hint_of([kind], scene, picture) for i, (scene, picture) in enumerate(zip(scenes, drawn, strict=True))}
        with autocast(model.device.type):
            painted = sample(
                model,
                {str(i): canonical_caption(scene) for i, scene in enumerate(scenes)},
                techniques=[steer(hints), ClassifierFree(GUIDANCE)],
                schedule=Schedule(STEPS),
                seed=list(range(len(scenes))),
            )
        edges = [edge_f1(canny(image), canny(truth.image)) for image, truth in zip(painted.images, drawn, strict=True)]
        areas = [mask_iou(foreground(image), truth.depth > 0) for image, truth in zip(painted.images, drawn, strict=True)]
        figures |= {f"edges_{kind}": float(np.mean(edges)), f"areas_{kind}": float(np.mean(areas))}
    return figures


class SideStage(Stage):
    """What the training of every side network shares: data, the metric that is watched, and a folder of diffusers' own form.

    Attributes:
        kinds: of map that the network learns.
        empty: share of empty captions.
    """

    kinds: ClassVar[tuple[Kind, ...]] = KINDS
    empty: ClassVar[float] = 0.5
    weight_decay = 0.01
    batch = 4  # early learning is bound by steps
    steps = 2_500
    decay = 0.998
    measure_every = 500

    @cached_property
    def painter(self) -> FrozenPainter:
        """What is steered."""
        return FrozenPainter()

    def steering(self, model: torch.nn.Module, hints: dict[str, Hint]) -> Technique:
        """The technique that steers by the network."""
        raise TypeError(f"{type(self).__name__} must say how it steers")

    def data(self, rng: np.random.Generator) -> Iterator[Item]:
        """Batches of scenes with maps."""
        return HintedScenes(self.painter, rng, self.kinds).batches(self.batch, self.empty)

    @torch.no_grad()
    def measure(self, model: torch.nn.Module) -> dict[str, float]:
        """How well painted pictures follow each kind of map; the loss shows nothing when control sets in."""
        return followed(watching_painter(next(model.parameters()).device), lambda hints: self.steering(model, hints), self.kinds)

    def shipped(self) -> dict[str, torch.Tensor] | None:
        """The shipped network."""
        from safetensors.torch import load_file

        file = EMBEDDED / self.name / "diffusion_pytorch_model.safetensors"
        return {name: tensor.float() for name, tensor in load_file(file).items()} if file.is_file() else None

    def export(self, model: torch.nn.Module) -> None:
        """Writes a folder that the network's own class of diffusers loads."""
        network: Any = model
        network.half().save_pretrained(self.folder(self.name))
