"""Trains the embedded autoencoder: 64-pixel scenes to 4×16×16 latents and back.

The network is a stock `diffusers.AutoencoderKL` with two down-samplings (Rombach et al. 2022, arXiv:2112.10752).
Differs: no KL term. With one, even at weight 1e-6, one of the four channels went silent and stayed so (docs/world.md);
a channel found silent when training goes on is drawn anew. Instead the decoder sees latents with a little noise of fixed
size, which bounds what they can carry and makes the decoder forgive a sampler's small errors; the posterior's deviation
is set to that size at export. Some batches are decoded from latents averaged to half their size and must give the picture
at half its size (EQ-VAE, Kouzelis et al. 2025, arXiv:2502.09509): such latents are smoother, and easier to paint.
"""

from collections.abc import Iterator

import numpy as np
import torch
from diffusers import AutoencoderKL
from torch.nn import functional as F

from ..world import Scene, render, sample_scene
from .stage import EMBEDDED, Stage, batches

NOISE = 0.08  # deviation of the latents' noise, as a share of their own
HALVED = 0.3  # share of batches decoded at half size
SILENT = 0.3  # dB: a channel whose loss costs less carries nothing
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
    """Reconstruction (absolute, squared and of edges), heavier on objects, from slightly noisy latents."""
    latents = model.encode(pixels).latent_dist.mean
    if torch.rand(()) < HALVED:
        latents, pixels, masks = (F.avg_pool2d(part, 2) for part in (latents, pixels, masks))
    noisy = latents + NOISE * latents.detach().std() * torch.randn_like(latents)
    decoded = model.decode(noisy).sample.float()
    weight = 1 + (OBJECT_WEIGHT - 1) * masks
    error = decoded - pixels
    value = (weight * (error.abs() + 2 * error.square())).mean()
    across, down = error[..., 1:] - error[..., :-1], error[..., 1:, :] - error[..., :-1, :]
    value = value + 0.5 * (across.abs().mean() + down.abs().mean())
    return value + 1e-3 * latents.float().square().mean()  # keeps the latents' scale from drifting


@torch.no_grad()
def fold_scaling(model: AutoencoderKL, seed: int = 7) -> None:
    """Makes the latents zero-mean and of unit deviation (one scale for all channels) inside the quant convolutions.

    Plain diffusers then needs `scaling_factor` 1. The posterior's deviation becomes `NOISE`.
    """
    pixels, _ = picture_batch(np.random.default_rng(seed), 256)
    latents = torch.cat([model.encode(part).latent_dist.mean for part in pixels.split(32)])
    mean, deviation = latents.mean((0, 2, 3)), latents.std()
    forth, back = model.quant_conv, model.post_quant_conv
    assert forth is not None and forth.bias is not None and back is not None and back.bias is not None
    channels = len(mean)
    back.bias += back.weight[..., 0, 0] @ mean
    back.weight *= deviation
    forth.bias[:channels] -= mean
    forth.weight[:channels] /= deviation
    forth.bias[:channels] /= deviation
    forth.weight[channels:] = 0
    forth.bias[channels:] = 2 * float(np.log(NOISE))
    model.register_to_config(scaling_factor=1.0)


@torch.no_grad()
def psnr(model: AutoencoderKL, seed: int = 1_000_003, size: int = 128) -> dict[str, float]:
    """PSNR in dB on held-out scenes: over the picture, and over object pixels alone."""
    pixels, masks = picture_batch(np.random.default_rng(seed), size)
    decoded = torch.cat([model.decode(model.encode(p).latent_dist.mean).sample for p in pixels.split(32)]).clamp(-1, 1)
    squared = (decoded - pixels).square() / 4
    everywhere = squared.mean()
    inside = (squared * masks).sum() / (3 * masks.sum())
    return {"psnr": float(-10 * everywhere.log10()), "psnr_objects": float(-10 * inside.log10())}


@torch.no_grad()
def psnr_without_channels(model: AutoencoderKL, seed: int = 1_000_003, size: int = 64) -> list[float]:
    """PSNR in dB with each latent channel replaced by its mean: a channel whose loss costs nothing is silent."""
    pixels, _ = picture_batch(np.random.default_rng(seed), size)
    latents = model.encode(pixels).latent_dist.mean
    found = []
    for channel in range(latents.shape[1]):
        without = latents.clone()
        without[:, channel] = latents[:, channel].mean()
        found.append(float(-10 * ((model.decode(without).sample.clamp(-1, 1) - pixels).square() / 4).mean().log10()))
    return found


@torch.no_grad()
def revive(model: AutoencoderKL) -> list[int]:
    """Draws silent channels anew, with unit deviation, in place, and returns which they were.

    A channel that the decoder ignores and the encoder leaves constant has no gradient to wake it.
    """
    pixels, masks = picture_batch(np.random.default_rng(11), 64)
    whole = psnr(model, size=64)["psnr"]
    silent = [channel for channel, without in enumerate(psnr_without_channels(model)) if whole - without < SILENT]
    if not silent:
        return silent
    fresh = new()
    forth, back = model.quant_conv, model.post_quant_conv
    assert forth is not None and forth.bias is not None and back is not None
    for channel in silent:
        model.encoder.conv_out.weight[channel] = fresh.encoder.conv_out.weight[channel]
        forth.weight[channel] = 0
        forth.weight[channel, channel] = 1
        forth.bias[channel] = 0
        values = model.encode(pixels).latent_dist.mean[:, channel]
        forth.weight[channel] /= values.std()
        forth.bias[channel] = -values.mean() / values.std()
        back.weight[channel] = 0
        back.weight[:, channel] = 0
        back.weight[channel, channel] = 1
        model.decoder.conv_in.weight[:, channel] = fresh.decoder.conv_in.weight[:, channel]
    return silent


class Autoencoder(Stage):
    """The autoencoder's place in the training queue."""

    name = "autoencoder"
    learning_rate = 1.5e-3
    batch = 8
    steps = 7_000
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
        without = psnr_without_channels(model)  # type: ignore[arg-type]
        return psnr(model) | {f"psnr_without_{channel}": value for channel, value in enumerate(without)}  # type: ignore[arg-type]

    def shipped(self) -> dict[str, torch.Tensor] | None:
        """The shipped autoencoder, silent channels drawn anew."""
        folder = EMBEDDED / "painter" / "vae"
        if not folder.is_dir():
            return None
        model = AutoencoderKL.from_pretrained(folder, use_safetensors=True, local_files_only=True).float()
        revive(model)
        return model.state_dict()  # type: ignore[no-any-return]

    def export(self, model: torch.nn.Module) -> None:
        """Saves in diffusers' format with the scaling folded in."""
        fold_scaling(model)  # type: ignore[arg-type]
        model.half().save_pretrained(self.folder("painter") / "vae")  # type: ignore[operator]


class Decoder(Autoencoder):
    """Goes on training the decoder alone, on the encoder that shipped: the painter's latents stay what they are."""

    name = "decoder"
    learning_rate = 1e-3
    steps = 8_000
    measure_every = 500

    def build(self) -> torch.nn.Module:
        """The shipped autoencoder with a frozen encoder."""
        model = AutoencoderKL.from_pretrained(self.folder("painter") / "vae", use_safetensors=True).float()
        model.encoder.requires_grad_(False)
        assert model.quant_conv is not None
        model.quant_conv.requires_grad_(False)
        return model  # type: ignore[no-any-return]

    def export(self, model: torch.nn.Module) -> None:
        """Saves it where it came from."""
        model.half().save_pretrained(self.folder("painter") / "vae")  # type: ignore[operator]
