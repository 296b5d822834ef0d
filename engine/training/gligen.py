"""Trains GLIGEN's gates on the frozen painter: phrases are painted into boxes.

Source: Li et al. 2023, arXiv:2301.07093, sections 4.1, 4.2 and supplement (null grounding 10 %, empty captions 50 %).
Differs: at most eight boxes a picture, padded to the thirty slots that diffusers' pipeline gives; learning rate 8e-4 instead of 5e-5,
and five times that for the openings of the gates, as short training of a small network wants; cells are told which box's
token to look at (training/looking.py), at first that alone; in one quadrant each thing is painted but never gets a box.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
import torch

from ..backbones.gated import Gates, fused, is_alpha
from ..perception.agreement import hue_box
from ..perception.detector import iou
from ..sampling import sample
from ..schedule import Schedule, Window
from ..techniques.guidance.classifier_free import ClassifierFree
from ..techniques.layout.gligen import Boxes, Gligen
from ..world import Scene, Thing, canonical_caption, caption, render, sample_scene
from ..world.captions import phrase
from ..world.scene import Box
from .frozen import FrozenPainter
from .hinted import GUIDANCE, STEPS, WATCHED, watching_painter
from .levels import Noised
from .looking import MOST, SLOTS, Led, Remembered, found, grounding, looking_loss
from .painter import LEARNED
from .pool import Item, Pool, dropped
from .precision import autocast
from .stage import EMBEDDED, Stage, batches, loaded

FOLDER = EMBEDDED / "gligen"
MIX: dict[str, Any] = {"mix": (0.34, 0.34, 0.12, 0.18, 0.02), "plain": 0.3}
EMPTY = 0.5  # share of empty captions: with one that tells the layout the gates stay shut
NULL = 0.1  # share of samples without grounding
LOOKING = 0.05  # weight of the error of where cells look
LOOK_FIRST = 2_000  # steps in which cells learn where to look, and nothing flows through the gates
REMEMBERED = 16  # samples of such a step, of which `batch` are new
ACTING = 0.6  # share of a run with few steps in which the gates are open
HUES = ("red", "yellow", "green", "blue")  # far enough apart to be told by hue alone
WITHHELD = {name: index % 4 for index, name in enumerate(LEARNED)}
"""Thing -> the quadrant in which it never gets a box in training: what it does there was not learned by heart."""


def quadrant(box: Box) -> int:
    """Where a box has its centre: 0 top left, 1 top right, 2 bottom left, 3 bottom right."""
    return int(box[0] + box[2] >= 1) + 2 * int(box[1] + box[3] >= 1)


class GroundedScenes:
    """Makes samples: latents, caption, boxes, phrase features, which boxes count, and where things are.

    Args:
        painter: encodes pictures, captions and phrases.
        rng: where chance comes from.
    """

    def __init__(self, painter: FrozenPainter, rng: np.random.Generator) -> None:
        self.painter, self.rng = painter, rng
        self.empty = painter.ids([""])[0]
        self.features: dict[str, torch.Tensor] = {}  # the world has a few hundred phrases

    @torch.no_grad()
    def feature(self, words: str) -> torch.Tensor:
        """The text encoder's state at the end of a phrase, (width,)."""
        if words not in self.features:
            device = next(self.painter.text_encoder.parameters()).device
            self.features[words] = self.painter.text_encoder(self.painter.ids([words]).to(device)).pooler_output[0].float().cpu()
        return self.features[words]

    def said(self, thing: Thing) -> str:
        """A thing's phrase, sometimes without its size, sometimes the noun alone: layouts name things in all these ways."""
        words = phrase(thing).split()
        if self.rng.random() < 0.5 and thing.size:
            words = words[1:]
        return thing.name if self.rng.random() < 0.15 else " ".join(words)

    def make(self, count: int) -> list[Item]:
        """Gives new samples."""
        scenes = [sample_scene(self.rng, names=LEARNED, backdrops=512, **MIX) for _ in range(count)]
        drawn = [render(scene) for scene in scenes]
        latents = self.painter.encode(np.stack([d.pixels for d in drawn])).half()
        ids = self.painter.ids([caption(scene, self.rng) for scene in scenes])
        width = int(self.painter.unet.config.cross_attention_dim)
        items: list[Item] = []
        for scene, picture, latent, row in zip(scenes, drawn, latents, ids, strict=True):
            boxes, features, counts = torch.zeros(MOST, 4), torch.zeros(MOST, width), torch.zeros(MOST)
            told = [thing for thing in scene.things if WITHHELD.get(thing.name) != quadrant(thing.box)]
            for i, thing in enumerate([] if self.rng.random() < NULL else told[:MOST]):
                boxes[i], features[i], counts[i] = torch.tensor(thing.box), self.feature(self.said(thing)), 1
            things = torch.from_numpy((picture.depth > 0).reshape(1, 16, 4, 16, 4).mean((2, 4), dtype=np.float32))
            items.append((latent, row, boxes, features, counts, things.half()))
        return items

    def fixed(self, count: int, size: int) -> Iterator[Item]:
        """Some batches of new samples, in single precision."""
        for _ in range(count):
            yield tuple(
                torch.stack(part).float() if part[0].is_floating_point() else torch.stack(part) for part in zip(*self.make(size), strict=True)
            )

    def batches(self, size: int) -> Iterator[Item]:
        """Endless batches; half of the captions are empty."""
        pool = Pool(self.make, self.rng, capacity=12_000)

        def draw() -> Item:
            latents, ids, *grounding = pool.batch(size)
            which = torch.from_numpy(self.rng.random(size) < EMPTY)
            return latents, dropped(ids, self.empty, which), *grounding

        return batches(draw, ahead=2)


def watched_layouts(count: int) -> list[Scene]:
    """Fixed scenes of two things of different hues, which can be found again without eyes."""
    rng, scenes = np.random.default_rng(1_000_003), list[Scene]()
    while len(scenes) < count:
        scene = sample_scene(rng, names=LEARNED, kind="pair", plain=1.0)
        colours = [thing.colour for thing in scene.things]
        if len(set(colours)) == 2 and all(colour in HUES for colour in colours):
            scenes.append(scene)
    return scenes


def boxes_of(scene: Scene) -> Boxes:
    """The layout of a scene."""
    return tuple((phrase(thing), thing.box) for thing in scene.things)


class GligenStage(Stage):
    """The gates' place in the training queue."""

    name = "gligen"
    learning_rate = 8e-4
    weight_decay = 0.0
    batch = 4  # early learning is bound by steps
    steps = 7_500
    decay = 0.998
    measure_every = 500

    def __init__(self) -> None:
        self.seen: dict[int, list[torch.Tensor]] = {}

    @cached_property
    def painter(self) -> FrozenPainter:
        """What the gates are put into."""
        return FrozenPainter()

    @cached_property
    def remembered(self) -> Remembered:
        """What the painter's blocks held for the latest samples."""
        return Remembered(Gates(self.painter.unet))

    def build(self) -> torch.nn.Module:
        """Fresh gates, closed."""
        gates = Gates(self.painter.unet)
        self.watch(gates)
        return gates

    def watch(self, gates: Gates) -> None:
        """Lets gates leave how their cells attend; to be repeated once the engine, which has a processor of its own, has worn them."""
        seen = self.seen.setdefault(id(gates), [])
        for fuser in gates.fusers.values():
            fuser.attn.set_processor(Led(seen))  # type: ignore[operator, union-attr]

    def groups(self, model: torch.nn.Module) -> list[dict[str, Any]]:
        """Openings of gates learn five times as fast."""
        named = list(model.named_parameters())
        return [
            {"params": [value for name, value in named if not is_alpha(name)], "pace": 1.0},
            {"params": [value for name, value in named if is_alpha(name)], "pace": 5.0},
        ]

    def data(self, rng: np.random.Generator) -> Iterator[tuple[torch.Tensor, ...]]:
        """Batches of scenes with boxes."""
        return GroundedScenes(self.painter, rng).batches(self.batch)

    def loss(self, model: torch.nn.Module, batch: tuple[torch.Tensor, ...]) -> torch.Tensor:
        """At first where cells look; then also the painter's v-error with gates, where things count three times if the level shows them."""
        assert isinstance(model, Gates)
        latents, ids, boxes, features, counts, things = batch
        painter, seen = self.painter.to(latents.device), self.seen[id(model)]
        drawn, text = painter.noised(latents), painter.read(ids)
        if self.step < LOOK_FIRST:
            self.remembered.add(self.held(drawn, text, model), boxes, features, counts)
            return self.remembered.loss(model, seen, REMEMBERED)
        seen.clear()
        with fused(painter.unet, model):
            said = painter.velocity(drawn.x, drawn.steps, text, cross_attention_kwargs={"gligen": grounding(boxes, features, counts)})
        return drawn.error(said, 1 + 2 * drawn.visible * things) + LOOKING * looking_loss(seen, boxes, counts)

    @torch.no_grad()
    def held(self, drawn: Noised, text: torch.Tensor, gates: Gates) -> dict[str, torch.Tensor]:
        """What blocks hold between their two attentions, where gates sit; (n, pixels, width) each."""
        left: dict[str, torch.Tensor] = {}

        def leave(path: str) -> Any:
            return lambda _norm, given: left.update({path: given[0]})

        hooks = [self.painter.unet.get_submodule(path).norm2.register_forward_pre_hook(leave(path)) for path in gates.fusers]
        try:
            self.painter.velocity(drawn.x, drawn.steps, text)
        finally:
            for hook in hooks:
                hook.remove()
        return left

    @torch.no_grad()
    def measure(self, model: torch.nn.Module) -> dict[str, float]:
        """IoU of painted things with their boxes, found by hue; how far the gates are open; how much cells look at their boxes."""
        assert isinstance(model, Gates)
        looks = self.looks(model)
        scenes = watched_layouts(WATCHED)
        painter = watching_painter(next(model.parameters()).device)
        layouts = {str(i): boxes_of(scene) for i, scene in enumerate(scenes)}
        with autocast(painter.device.type):
            painted = sample(
                painter,
                {str(i): canonical_caption(scene) for i, scene in enumerate(scenes)},
                techniques=[Gligen(layouts, model, SLOTS, window=Window(0.0, ACTING)), ClassifierFree(GUIDANCE)],
                schedule=Schedule(STEPS),
                seed=list(range(len(scenes))),
            )
        self.seen[id(model)].clear()
        overlaps = []
        for scene, image in zip(scenes, painted.images, strict=True):
            found = [hue_box(image, thing.colour or "") for thing in scene.things]
            overlaps += [iou(box, thing.box) if box else 0.0 for box, thing in zip(found, scene.things, strict=True)]
        return {"box_iou": float(np.mean(overlaps)), "openness": model.openness, "looks": looks}

    def looks(self, model: Gates) -> float:
        """Of all that cells in boxes look at, the share that goes to these boxes, on fixed scenes without gates."""
        self.watch(model)
        fixed, device = Remembered(model), next(model.parameters()).device
        for latents, ids, boxes, features, counts, _things in GroundedScenes(self.painter, np.random.default_rng(1_000_003)).fixed(2, 16):
            drawn = self.painter.noised(latents.to(device))
            fixed.add(self.held(drawn, self.painter.read(ids.to(device)), model), boxes.to(device), features.to(device), counts.to(device))
        seen = self.seen[id(model)]
        boxes, counts = fixed.look(model, seen, range(32))
        return found(seen, boxes, counts)

    def shipped(self) -> dict[str, torch.Tensor] | None:
        """The shipped gates."""
        return loaded(FOLDER)

    def export(self, model: torch.nn.Module) -> None:
        """Writes what differs from the painter; `write_gated` makes the complete folder."""
        assert isinstance(model, Gates)
        model.save(self.folder("gligen"))
