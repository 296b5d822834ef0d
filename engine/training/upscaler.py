"""Trains the upscaler on pairs: a scene at 64 pixels after the autoencoder's round trip, and the same scene at 256."""

from collections.abc import Iterator

import numpy as np
import torch
from diffusers import AutoencoderKL
from torch import nn

from ..upscaling import FACTOR, Upscaler
from ..world import render, sample_scene
from .stage import EMBEDDED, Stage, batches, loaded

CROP = 32  # pixels of the small picture a sample uses; the network is local, and four crops teach more than one picture


def pairs(vae: AutoencoderKL, rng: np.random.Generator, count: int, clean: float = 0.15) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Draws scenes at both sizes.

    Args:
        vae: the autoencoder whose outputs are to be mended.
        rng: where chance comes from.
        count: how many scenes.
        clean: share of small pictures that skip the autoencoder.

    Returns:
        small (count, 3, 64, 64) and large (count, 3, 256, 256) in [-1, 1], and object masks (count, 1, 256, 256).
    """
    scenes = [sample_scene(rng, backdrops=128) for _ in range(count)]
    small, large = [render(s, 64) for s in scenes], [render(s, 256) for s in scenes]

    def tensor(pictures: list[np.ndarray]) -> torch.Tensor:
        return torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float() / 127.5 - 1

    low = tensor([s.pixels for s in small])
    with torch.no_grad():
        latents = vae.encode(low).latent_dist.mean
        # A sampled latent is a little off every real one: noise makes the mender expect that.
        latents = latents + 0.06 * latents.std() * torch.randn_like(latents)
        mended = vae.decode(latents).sample.clamp(-1, 1)
    keep = torch.from_numpy(rng.random(count) < clean)
    low = torch.where(keep[:, None, None, None], low, mended)
    masks = torch.from_numpy(np.stack([np.any([*s.masks, np.zeros((256, 256), bool)], axis=0) for s in large]))[:, None].float()
    return low, tensor([s.pixels for s in large]), masks


def _vae() -> AutoencoderKL:
    return AutoencoderKL.from_pretrained(EMBEDDED / "painter" / "vae", use_safetensors=True).float().eval()


@torch.no_grad()
def psnr(model: nn.Module, seed: int = 1_000_003, count: int = 48) -> dict[str, float]:
    """Object PSNR in dB on held-out scenes, of the upscaler and of Lanczos enlargement."""
    from PIL import Image

    low, high, masks = pairs(_vae(), np.random.default_rng(seed), count, clean=0.0)
    pictures = ((low + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy()
    enlarged = np.stack([np.asarray(Image.fromarray(p).resize((256, 256), Image.Resampling.LANCZOS)) for p in pictures])
    lanczos = torch.from_numpy(enlarged).permute(0, 3, 1, 2).float() / 127.5 - 1
    device = next(model.parameters()).device
    ours = torch.cat([model(part.to(device)).cpu() for part in low.split(8)]).clamp(-1, 1)

    def inside(guess: torch.Tensor) -> float:
        error = ((guess - high).square() / 4 * masks).sum() / (3 * masks.sum())
        return float(-10 * error.log10())

    return {"psnr_objects": inside(ours), "psnr_objects_lanczos": inside(lanczos)}


class Upscaling(Stage):
    """The upscaler's place in the training queue."""

    name = "upscaler"
    learning_rate = 1e-3
    weight_decay = 0.0
    batch = 16
    steps = 2_000
    measure_every = 500

    def build(self) -> nn.Module:
        """A fresh upscaler."""
        return Upscaler()

    def data(self, rng: np.random.Generator) -> Iterator[tuple[torch.Tensor, ...]]:
        """Crops of pairs, cut where objects are likelier than not."""
        vae = _vae()

        def draw() -> tuple[torch.Tensor, ...]:
            low, high, masks = pairs(vae, rng, 4)
            cut: list[tuple[torch.Tensor, ...]] = []
            for index in range(self.batch):
                picture = index % 4
                x, y = rng.integers(0, 64 - CROP + 1, 2)
                a, b = slice(y, y + CROP), slice(x, x + CROP)
                c, d = slice(FACTOR * y, FACTOR * (y + CROP)), slice(FACTOR * x, FACTOR * (x + CROP))
                cut.append((low[picture, :, a, b], high[picture, :, c, d], masks[picture, :, c, d]))
            return tuple(torch.stack(column) for column in zip(*cut, strict=True))

        return batches(draw)

    def loss(self, model: nn.Module, batch: tuple[torch.Tensor, ...]) -> torch.Tensor:
        """Absolute error, heavier on objects, plus the error of edges."""
        low, high, masks = batch
        made = model(low).float()
        value = ((1 + 2 * masks) * (made - high).abs()).mean()
        across = (made[..., 1:] - made[..., :-1] - high[..., 1:] + high[..., :-1]).abs().mean()
        down = (made[..., 1:, :] - made[..., :-1, :] - high[..., 1:, :] + high[..., :-1, :]).abs().mean()
        return value + across + down

    def measure(self, model: nn.Module) -> dict[str, float]:
        """Held-out object PSNR beside Lanczos."""
        return psnr(model)

    def shipped(self) -> dict[str, torch.Tensor] | None:
        """The shipped weights."""
        return loaded(EMBEDDED / "upscaler")

    def export(self, model: nn.Module) -> None:
        """Writes the folder that `upscale` reads."""
        assert isinstance(model, Upscaler)
        model.save(self.folder("upscaler"))
