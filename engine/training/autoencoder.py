"""Trains the embedded autoencoder: 64-pixel scenes to 4×16×16 latents and back.

The network is a stock `diffusers.AutoencoderKL` with two down-samplings. The KL weight is tiny, as in latent
diffusion (Rombach et al. 2022, arXiv:2112.10752, section 3.1): it only keeps the latents from drifting apart.
"""

from collections.abc import Iterator

import numpy as np
import torch
from diffusers import AutoencoderKL

from ..world import Scene, render, sample_scene
from .stage import Stage, batches

KL_WEIGHT = 1e-6
OBJECT_WEIGHT = 3.0  # pixels of objects count more: they are small, and what people look at


def new() -> AutoencoderKL:
    """The architecture, with fresh weights."""
    return AutoencoderKL(
        down_block_types=("DownEncoderBlock2D",) * 3,
        up_block_types=("UpDecoderBlock2D",) * 3,
        block_out_channels=(16, 48, 128),
        layers_per_block=1,
        latent_channels=4,
        norm_num_groups=8,
        sample_size=64,
        mid_block_add_attention=False,
        use_quant_conv=True,
        use_post_quant_conv=True,
    )


def picture_batch(rng: np.random.Generator, size: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Draws scenes.

    Returns:
        pixels (size, 3, 64, 64) in [-1, 1] and the union of object masks (size, 1, 64, 64).
    """
    scenes: list[Scene] = [sample_scene(rng, backdrops=256, mix=(0.4, 0.3, 0.1, 0.2)) for _ in range(size)]
    drawn = [render(scene) for scene in scenes]
    pixels = torch.from_numpy(np.stack([d.pixels for d in drawn])).permute(0, 3, 1, 2).float() / 127.5 - 1
    masks = torch.from_numpy(np.stack([np.any(d.masks, axis=0) for d in drawn]))[:, None].float()
    return pixels, masks


def loss(model: AutoencoderKL, pixels: torch.Tensor, masks: torch.Tensor) -> torch.Tensor:
    """Reconstruction (absolute, squared and of edges), heavier on objects, plus the KL term."""
    posterior = model.encode(pixels).latent_dist
    decoded = model.decode(posterior.sample()).sample.float()
    weight = 1 + (OBJECT_WEIGHT - 1) * masks
    error = decoded - pixels
    value = (weight * (error.abs() + 2 * error.square())).mean()
    across, down = error[..., 1:] - error[..., :-1], error[..., 1:, :] - error[..., :-1, :]
    value = value + 0.5 * (across.abs().mean() + down.abs().mean())
    return value + KL_WEIGHT * posterior.kl().float().mean()


@torch.no_grad()
def fold_scaling(model: AutoencoderKL, seed: int = 7) -> None:
    """Writes the latents' deviation into `scaling_factor`, so that plain diffusers sees unit variance."""
    pixels, _ = picture_batch(np.random.default_rng(seed), 256)
    latents = torch.cat([model.encode(part).latent_dist.mean for part in pixels.split(32)])
    model.register_to_config(scaling_factor=float(1 / latents.std()))


@torch.no_grad()
def psnr(model: AutoencoderKL, seed: int = 1_000_003, size: int = 128) -> dict[str, float]:
    """PSNR in dB on held-out scenes: over the picture, and over object pixels alone."""
    pixels, masks = picture_batch(np.random.default_rng(seed), size)
    decoded = torch.cat([model.decode(model.encode(p).latent_dist.mean).sample for p in pixels.split(32)]).clamp(-1, 1)
    squared = (decoded - pixels).square() / 4
    everywhere = squared.mean()
    inside = (squared * masks).sum() / (3 * masks.sum())
    return {"psnr": float(-10 * everywhere.log10()), "psnr_objects": float(-10 * inside.log10())}


class Autoencoder(Stage):
    """The autoencoder's place in the training queue."""

    name = "autoencoder"
    learning_rate = 1.5e-3
    batch = 8
    steps = 3_500
    measure_every = 250

    def build(self) -> torch.nn.Module:
        """A fresh model."""
        return new()

    def data(self, rng: np.random.Generator) -> Iterator[tuple[torch.Tensor, ...]]:
        """Endless batches of pixels and masks."""
        return batches(lambda: picture_batch(rng, self.batch))

    def loss(self, model: torch.nn.Module, batch: tuple[torch.Tensor, ...]) -> torch.Tensor:
        """See `loss` in this file."""
        return loss(model, *batch)  # type: ignore[arg-type]

    def measure(self, model: torch.nn.Module) -> dict[str, float]:
        """Held-out PSNR."""
        return psnr(model)  # type: ignore[arg-type]

    def export(self, model: torch.nn.Module) -> None:
        """Saves in diffusers' format with the scaling folded in."""
        fold_scaling(model)  # type: ignore[arg-type]
        model.half().save_pretrained(self.folder("painter") / "vae")  # type: ignore[operator]
