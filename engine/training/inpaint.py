"""Trains inpainting on the frozen painter: a region is painted to fit its caption and what surrounds it.

Source: Rombach et al. 2022, arXiv:2112.10752 (mask and masked picture as five more input channels, zero at first); Imagen Editor
(Wang et al. 2023, arXiv:2212.06909, section 3.2) for masks that cover objects, without which a model need not read its caption.
Differs: low-rank changes instead of a full fine-tuning; the true masks of the rendered things; the region counts three times.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image, ImageDraw
from scipy.ndimage import binary_dilation
from torch import nn

from ..backbones.model import Model
from ..backbones.module_weights import ModuleWeights
from ..latents import decode, encode_images
from ..perception.detector import Detector, EmbeddedDetector
from ..perception.likeness import outside, psnr
from ..sampling import sample
from ..schedule import Schedule
from ..techniques.editing.inpainting import Inpainting, blanked
from ..techniques.guidance.classifier_free import ClassifierFree
from ..world import COLOURS, OBJECTS, Scene, Thing, caption, render, sample_scene
from ..world.captions import phrase, with_article
from ..world.render import Rendered
from ..world.scene import place
from .low_rank import Adapter, LowRankStage
from .painter import LATE
from .pool import Item, Pool, dropped
from .precision import autocast
from .repainting import paintable, painter
from .stage import batches

SIDE = 64
EMPTY = 0.1  # share of captions left out
REGION = 2.0  # how much more the cells of the region count
KINDS = ("mask", "box", "anywhere", "all")
SHARES = (0.35, 0.3, 0.28, 0.07)
GUIDANCE, STEPS = 1.5, 12  # of the pictures that are measured; more guidance pulls what should stay away from what it was
WATCHED = 36


def stroke(rng: np.random.Generator) -> np.ndarray:
    """A free-form region: a thick line that turns a few times; (64, 64) bool."""
    image = Image.new("L", (SIDE, SIDE))
    points = [(float(x), float(y)) for x, y in rng.uniform(0, SIDE, (int(rng.integers(2, 6)), 2))]
    width = int(rng.integers(6, 16))
    draw = ImageDraw.Draw(image)
    draw.line(points, fill=255, width=width, joint="curve")
    for x, y in points:
        draw.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=255)
    return np.asarray(image) > 0


def box_mask(box: tuple[float, float, float, float], margin: int = 0) -> np.ndarray:
    """The pixels of a box that is widened by some pixels; (64, 64) bool."""
    return ~outside(box, (SIDE, SIDE), margin)


def draw_region(scene: Scene, drawn: Rendered, rng: np.random.Generator) -> tuple[np.ndarray, str]:
    """A region to paint again, and what is asked for.

    Returns:
        (64, 64) bool with at least one pixel set, and a caption: of the thing that is covered or of the scene; where no thing is
        touched, often of the empty background, which is what a removal asks for.
    """
    kind = str(rng.choice(KINDS, p=SHARES))
    said = caption(scene, rng)
    if kind == "all":
        return np.ones((SIDE, SIDE), bool), said
    if scene.things and kind in ("mask", "box"):
        index = int(rng.integers(len(scene.things)))
        thing, mask = scene.things[index], drawn.masks[index]
        if kind == "mask" and mask.any():
            around = int(rng.integers(1, 9))  # an exact outline would give the shape away
            region = binary_dilation(mask, iterations=around)
        else:
            region = box_mask(thing.box, int(rng.integers(0, 7)))
        return region, with_article(phrase(thing)) if rng.random() < 0.5 else said
    if rng.random() < 0.5:
        region = stroke(rng)
    else:
        x, y = rng.uniform(0, 0.75, 2)
        w, h = rng.uniform(0.15, 0.6, 2)
        region = box_mask((float(x), float(y), float(min(x + w, 1)), float(min(y + h, 1))))
    free = not any((mask & region).any() for mask in drawn.masks)
    return region, caption(Scene((), scene.background, scene.seed), rng) if free and rng.random() < 0.7 else said


@dataclass(frozen=True)
class Asked:
    """A picture, a region of it, and a thing that is to be there instead of what was.

    Attributes:
        scene: before.
        old: the thing that was there.
        new: the thing that is asked for, in a box of its own shape around the same centre.
        region: (64, 64) bool, both boxes and a rim.
    """

    scene: Scene
    old: Thing
    new: Thing
    region: np.ndarray

    @property
    def thing(self) -> str:
        """The new thing in words, without article."""
        return phrase(self.new)


def draw_asked(rng: np.random.Generator, count: int) -> list[Asked]:
    """Regions of scenes of two things, in which something else is asked for than was there."""
    asked = []
    for _ in range(count):
        scene = sample_scene(rng, names=paintable(), kind="pair", backdrops=512)
        old = scene.things[int(rng.integers(len(scene.things)))]
        name = str(rng.choice([name for name in paintable() if name not in {thing.name for thing in scene.things}]))
        colour = str(rng.choice(list(COLOURS))) if OBJECTS[name].colourable and rng.random() < 0.6 else None
        side = max(old.box[2] - old.box[0], old.box[3] - old.box[1])
        new = Thing(name, colour, "", place(name, side, old.centre))
        asked.append(Asked(scene, old, new, box_mask(old.box, 4) | box_mask(new.box, 2)))
    return asked


def centred_in(asked: Asked, picture: Image.Image, eyes: Detector) -> bool:
    """Whether the thing that was asked for is found with its centre in the region."""
    for found in eyes.detect(picture, [asked.thing]):
        x, y = (min(int(SIDE * (found.box[at] + found.box[at + 2]) / 2), SIDE - 1) for at in (0, 1))
        if asked.region[y, x]:
            return True
    return False


def painted_into(model: Model, asked: Sequence[Asked], module: ModuleWeights, guidance: float = GUIDANCE) -> dict[str, float]:
    """Paints things into regions and judges the pictures, without putting the old pixels back.

    Returns:
        there: share of the things that are found with their centre in the region; below_ceiling: decibels by which the rest of the
        picture is further from the source than the autoencoder's round trip of it.
    """
    detector = EmbeddedDetector.load()
    there: list[bool] = []
    lost: list[float] = []
    for start in range(0, len(asked), 12):
        part = asked[start : start + 12]
        before = [render(one.scene).image for one in part]
        each = [Inpainting.of(model, old, one.region) for old, one in zip(before, part, strict=True)]
        together = Inpainting(torch.cat([one.kept for one in each]), torch.cat([one.repaint for one in each]), module)
        prompts, seeds = [with_article(one.thing) for one in part], list(range(start, start + len(part)))
        with autocast():
            painted = sample(model, prompts, techniques=[ClassifierFree(guidance), together], schedule=Schedule(STEPS), seed=seeds).images
        for one, picture, old, ceiling in zip(part, painted, before, decode(model, encode_images(model, before)), strict=True):
            there.append(centred_in(one, picture, detector))
            rest = ~binary_dilation(one.region, iterations=4)
            if rest.any():
                lost.append(psnr(ceiling, old, rest) - psnr(picture, old, rest))
    return {"there": float(np.mean(there)), "below_ceiling": float(np.mean(lost))}


class InpaintStage(LowRankStage):
    """Inpainting's place in the training queue."""

    name = "inpaint"
    channels = 5
    steps = 6_500

    def data(self, rng: np.random.Generator) -> Iterator[Item]:
        """Batches of latents, mask and masked picture (five channels), token ids."""
        empty = self.painter.ids([""])[0]

        def make(count: int) -> list[Item]:
            scenes = [sample_scene(rng, names=paintable(), backdrops=512, **LATE) for _ in range(count)]
            drawn = [render(scene) for scene in scenes]
            regions = [draw_region(scene, one, rng) for scene, one in zip(scenes, drawn, strict=True)]
            pixels = torch.from_numpy(np.stack([one.pixels for one in drawn])).permute(0, 3, 1, 2).float() / 127.5 - 1
            masked = torch.cat([blanked(one[None], region) for one, (region, _) in zip(pixels, regions, strict=True)])
            latents, kept = self.painter.encode_pixels(torch.cat([pixels, masked])).chunk(2)
            covers = torch.from_numpy(np.stack([region.reshape(16, 4, 16, 4).any((1, 3)) for region, _ in regions]))[:, None].float()
            nearest = torch.from_numpy(np.stack([region[::4, ::4] for region, _ in regions]))[:, None].float()  # diffusers' way
            masks = torch.where(torch.from_numpy(rng.random((count, 1, 1, 1)) < 0.5), covers, nearest)
            ids = self.painter.ids([said for _, said in regions])
            shown = torch.cat([masks, kept], dim=1)
            return [(latent.half(), channels.half(), row) for latent, channels, row in zip(latents, shown, ids, strict=True)]

        pool = Pool(make, rng, share=0.15)

        def draw() -> Item:
            latents, shown, ids = pool.batch(self.batch)
            return latents, shown, dropped(ids, empty, torch.from_numpy(rng.random(self.batch) < EMPTY))

        return batches(draw, ahead=2)

    def loss(self, model: nn.Module, batch: Item) -> torch.Tensor:
        """v-error at drawn levels."""
        latents, shown, ids = batch
        assert isinstance(model, Adapter)
        frozen = self.painter.to(latents.device)
        drawn = frozen.noised(latents)
        with model.worn(frozen, shown):
            said = frozen.velocity(drawn.x, drawn.steps, frozen.read(ids))
        return drawn.error(said, 1 + REGION * shown[:, :1])

    def measure(self, model: nn.Module) -> dict[str, float]:
        """Share of held-out regions in which the thing appears that was asked for, and what happens to the rest."""
        assert isinstance(model, Adapter)
        return painted_into(painter(), draw_asked(np.random.default_rng(1_000_003), WATCHED), model.weights())
