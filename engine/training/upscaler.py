"""Trains the upscaler on pairs: a scene at 64 pixels after the autoencoder's round trip, and the same scene at 256.

Details can only be given back to what is recognised. So while it learns, every floor of the network is also asked which
thing is at a place, of which colour, and how far from its box's left and top the place lies: the world knows, and who can
answer knows all that the details depend on. Without questions nothing was gained on Lanczos in the first 600 steps, since
the error of pixels hardly tells what a thing is. What answers is not shipped.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from diffusers import AutoencoderKL
from torch import nn
from torch.nn import functional as F

from ..upscaling import FACTOR, Upscaler
from ..world import COLOURS, OBJECTS, Rendered, Scene, render, sample_scene
from .pool import Item, Pool
from .precision import autocast
from .stage import EMBEDDED, Stage, batches, loaded

CROP = 40  # pixels of the small picture that most samples show: things fill more of it than of the whole
NOISE = 0.06  # deviation of the latents' noise as a share of their own: a sampled latent is a little off every real one
OBJECT_WEIGHT = 6.0  # pixels of objects count more: they are few, and what people look at
ASKED = 0.2  # weight of the questions, over all floors
THINGS = len(OBJECTS) + 1  # the first is none
TINTS = len(COLOURS) + 1  # the first is as drawn


def answers(scene: Scene, drawn: Rendered) -> np.ndarray:
    """What is at every pixel of a drawn scene.

    Returns:
        (4, size, size) float16: number of the thing (0 is none), number of its colour (0 is as drawn), and how far from the
        left and from the top of the thing's box the pixel lies, in [0, 1].
    """
    size = len(drawn.pixels)
    centres = (np.arange(size) + 0.5) / size
    found = np.zeros((4, size, size), np.float16)
    for thing, mask in zip(scene.things, drawn.masks, strict=True):
        x0, y0, x1, y1 = thing.box
        found[0, mask] = 1 + list(OBJECTS).index(thing.name)
        found[1, mask] = 1 + list(COLOURS).index(thing.colour) if thing.colour else 0
        found[2, mask] = np.broadcast_to((centres - x0) / (x1 - x0), mask.shape)[mask]
        found[3, mask] = np.broadcast_to((centres[:, None] - y0) / (y1 - y0), mask.shape)[mask]
    return found


def _tensor(pictures: Sequence[np.ndarray]) -> torch.Tensor:
    return torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2)


def _signed(pixels: torch.Tensor) -> torch.Tensor:
    """Bytes in [-1, 1]."""
    return pixels.float() / 127.5 - 1


@torch.no_grad()
def pairs(vae: AutoencoderKL, rng: np.random.Generator, count: int, *, clean: float = 0.15, backdrops: int = 64, spread: float = 0.0) -> Item:
    """Draws scenes at both sizes.

    Args:
        vae: the autoencoder whose outputs are to be mended.
        rng: where chance comes from.
        count: how many scenes.
        clean: share of small pictures that skip the autoencoder.
        backdrops: how many variants of each background are drawn from.
        spread: how much the latents' noise varies from picture to picture, as a share of it.

    Returns:
        small (count, 3, 64, 64) and large (count, 3, 256, 256) uint8, object masks (count, 1, 256, 256) bool, and
        `answers` (count, 4, 64, 64).
    """
    scenes = [sample_scene(rng, backdrops=backdrops) for _ in range(count)]
    small, large = [render(s, 64) for s in scenes], [render(s, 256) for s in scenes]
    low = _tensor([s.pixels for s in small])
    with autocast():
        latents = vae.encode(_signed(low)).latent_dist.mean.float()
        level = NOISE * latents.std() * torch.from_numpy(rng.uniform(1 - spread, 1 + spread, (count, 1, 1, 1))).float()
        mended = vae.decode(latents + level * torch.from_numpy(rng.normal(size=latents.shape)).float()).sample.float().clamp(-1, 1)
    through = torch.from_numpy(rng.random(count) >= clean)
    low[through] = ((mended[through] + 1) * 127.5).round().byte()
    masks = torch.from_numpy(np.stack([np.any([*s.masks, np.zeros((256, 256), bool)], axis=0) for s in large]))[:, None]
    told = torch.from_numpy(np.stack([answers(scene, drawn) for scene, drawn in zip(scenes, small, strict=True)]))
    return low, _tensor([s.pixels for s in large]), masks, told


def shipped_vae() -> AutoencoderKL:
    """The embedded autoencoder."""
    return AutoencoderKL.from_pretrained(EMBEDDED / "painter" / "vae", use_safetensors=True, local_files_only=True).float().eval()


def cut(batch: Item, crop: int, rng: np.random.Generator) -> Item:
    """One window of each pair, over a thing where there is one.

    Args:
        batch: as `pairs` gives it.
        crop: side of the window in pixels of the small pictures, a multiple of eight.
        rng: where chance comes from.
    """
    side = batch[0].shape[-1]
    windows: list[Item] = []
    for row in zip(*batch, strict=True):
        spots = row[-1][0].nonzero()
        seen = spots[int(rng.integers(len(spots)))].tolist() if len(spots) else rng.integers(side, size=2).tolist()
        y, x = (min(max(place - int(rng.integers(crop)), 0), side - crop) for place in seen)
        scales = [part.shape[-1] // side for part in row]
        windows.append(tuple(p[:, k * y : k * (y + crop), k * x : k * (x + crop)] for p, k in zip(row, scales, strict=True)))
    return tuple(torch.stack(column) for column in zip(*windows, strict=True))


class Taught(nn.Module):
    """The upscaler, and what answers questions on every floor while it learns."""

    def __init__(self) -> None:
        super().__init__()
        self.upscaler = Upscaler()
        widths = reversed(self.upscaler.shape["widths"])
        self.answer = nn.ModuleList(nn.Conv2d(width, THINGS + TINTS + 2, 1) for width in widths)

    def forward(self, pixels: torch.Tensor) -> tuple[torch.Tensor, list[torch.Tensor]]:
        """Large pictures (n, 3, 4h, 4w), and each floor's answers (n, THINGS + TINTS + 2, …); sides must be multiples of eight."""
        floors = self.upscaler.floors(pixels)
        large = F.interpolate(pixels, scale_factor=FACTOR, mode="bicubic") + self.upscaler.details(floors[-1]).float()
        return large, [answer(floor).float() for answer, floor in zip(self.answer, floors, strict=True)]


def asked_loss(given: torch.Tensor, told: torch.Tensor) -> torch.Tensor:
    """How wrong answers are: cross-entropy of thing and of colour, absolute error of the place.

    Args:
        given: (n, THINGS + TINTS + 2, h, w).
        told: as `answers` says it, of the same size or a multiple; colour and place count on things alone.
    """
    step = told.shape[-1] // given.shape[-1]
    told = told[..., step // 2 :: step, step // 2 :: step]
    thing, tint, place = given.split((THINGS, TINTS, 2), 1)
    there = (told[:, 0] > 0).float()
    value = ((1 + 2 * there) * F.cross_entropy(thing, told[:, 0].long(), reduction="none")).mean()
    value = value + 0.5 * (there * F.cross_entropy(tint, told[:, 1].long(), reduction="none")).mean()
    return value + 2 * (there[:, None] * (place - told[:, 2:]).abs()).mean()


def picture_loss(made: torch.Tensor, wanted: torch.Tensor, masks: torch.Tensor) -> torch.Tensor:
    """Absolute and squared error, heavier on objects, plus the error of edges.

    Args:
        made: (n, 3, h, w).
        wanted: the same in [-1, 1].
        masks: (n, 1, h, w), 1 on objects.
    """
    error = made - wanted
    weight = 1 + (OBJECT_WEIGHT - 1) * masks
    value = (weight * (error.abs() + 2 * error.square())).mean() * 3 / OBJECT_WEIGHT
    across, down = error[..., 1:] - error[..., :-1], error[..., 1:, :] - error[..., :-1, :]
    return value + 0.5 * (across.abs().mean() + down.abs().mean())


class Upscaling(Stage):
    """The upscaler's place in the training queue."""

    name = "upscaler"
    learning_rate = 1.5e-3
    weight_decay = 0.0
    batch = 8
    steps = 16_000
    decay = 0.999
    measure_every = 1_000

    def build(self) -> nn.Module:
        """A fresh upscaler that can be asked."""
        return Taught().to(memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]

    def data(self, rng: np.random.Generator) -> Iterator[Item]:
        """Windows of pairs; every fourth batch shows half as many whole pictures, since that is what is enlarged in use."""
        vae = shipped_vae()

        def make(count: int) -> list[Item]:
            return list(zip(*pairs(vae, rng, count, spread=1.0), strict=True))

        pool = Pool(make, rng, capacity=1_500, first=512, share=0.25)

        def draw() -> Item:
            if rng.random() < 0.25:
                return pool.batch(self.batch // 2)
            return cut(pool.batch(self.batch), CROP, rng)

        return batches(draw)

    def loss(self, model: nn.Module, batch: Item) -> torch.Tensor:
        """Error of the picture and of the answers."""
        low, high, masks, told = batch
        made, given = model(_signed(low))
        return picture_loss(made, _signed(high), masks.float()) + ASKED * sum(asked_loss(floor, told) for floor in given) / len(given)

    def measure(self, model: nn.Module) -> dict[str, float]:
        """Held-out decibels inside things over Lanczos, with what is recalled and without."""
        from ..proofs.enlarging import figures

        assert isinstance(model, Taught)
        device = next(model.parameters()).device
        found = figures(model.upscaler.cpu(), count=48)
        model.to(device)
        return {name: found[name].value for name in ("gain", "gain_network")}

    def shipped(self) -> dict[str, torch.Tensor] | None:
        """The shipped weights; what answers begins anew."""
        held = loaded(EMBEDDED / "upscaler")
        if held is None:
            return None
        fresh = Taught().answer.state_dict()
        return {f"upscaler.{name}": value for name, value in held.items()} | {f"answer.{name}": value for name, value in fresh.items()}

    def export(self, model: nn.Module) -> None:
        """Writes the folder that `upscale` reads."""
        assert isinstance(model, Taught)
        model.upscaler.save(self.folder("upscaler"))
