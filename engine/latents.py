"""Pixels to latents and back, and masks in both sizes."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
import torch
from PIL import Image
from torch.nn import functional as F

from .errors import BadInput
from .shapes import Latents, Mask, Pixels

if TYPE_CHECKING:
    from .backbones.model import Model


def latent_size(model: "Model", size: tuple[int, int]) -> tuple[int, int]:
    """(height, width) of the latent for (width, height) in pixels.

    Raises:
        BadInput: a side is not a positive multiple of the autoencoder's factor.
    """
    width, height = size
    if width <= 0 or height <= 0 or width % model.factor or height % model.factor:
        raise BadInput(f"size {width}×{height}: both sides must be positive multiples of {model.factor}")
    return height // model.factor, width // model.factor


def from_images(images: Sequence[Image.Image]) -> Pixels:
    """Turns pictures of one size into pixels in [-1, 1].

    Raises:
        BadInput: no pictures, or of different sizes.
    """
    if not images or len({image.size for image in images}) != 1:
        raise BadInput(f"pictures of one size are needed, got sizes {[image.size for image in images]}")
    stacked = np.stack([np.asarray(image.convert("RGB"), np.float32) for image in images])
    return 2 * (torch.from_numpy(stacked).permute(0, 3, 1, 2) / 255) - 1


def to_images(pixels: Pixels) -> list[Image.Image]:
    """Turns pixels in [-1, 1] into RGB pictures; values outside are cut."""
    shares = (pixels.detach().float() / 2 + 0.5).clamp(0, 1).cpu().permute(0, 2, 3, 1).numpy()
    return [Image.fromarray((share * 255).round().astype(np.uint8)) for share in shares]


def to_pixels(model: "Model", latents: Latents) -> Pixels:
    """Decodes, with gradients if they are enabled; values are not cut."""
    scaled = latents / float(model.vae.config.scaling_factor)
    pixels: Pixels = model.vae.decode(scaled.to(model.vae.dtype), return_dict=False)[0]
    return pixels.float()


def decode(model: "Model", latents: Latents) -> list[Image.Image]:
    """Paints latents as pictures, one for each lane."""
    with torch.no_grad():
        return to_images(to_pixels(model, latents.to(model.device)))


def encode_images(model: "Model", images: Sequence[Image.Image], generator: torch.Generator | None = None) -> Latents:
    """Encodes pictures of one size.

    Args:
        model: whose autoencoder is used.
        images: sides must be multiples of the autoencoder's factor.
        generator: draws from the posterior as diffusers does; without it the posterior's mean is taken, which is repeatable.

    Raises:
        BadInput: no pictures, different sizes, or a size the autoencoder does not take.
    """
    return encode_pixels(model, from_images(images), generator)


def encode_pixels(model: "Model", pixels: Pixels, generator: torch.Generator | None = None) -> Latents:
    """Encodes pixels in [-1, 1]; see `encode_images`.

    Raises:
        BadInput: a size the autoencoder does not take.
    """
    latent_size(model, (pixels.shape[-1], pixels.shape[-2]))
    with torch.no_grad():
        posterior = model.vae.encode(pixels.to(model.device, model.vae.dtype)).latent_dist
        latents: Latents = posterior.mode() if generator is None else posterior.sample(generator)
    return latents.float() * float(model.vae.config.scaling_factor)


def latent_mask(mask: np.ndarray | Image.Image, model: "Model", rule: Literal["cover", "nearest"] = "cover") -> Mask:
    """Brings a mask of pixels to the latent's grid.

    Args:
        mask: (H, W), bool or in [0, 1] or a grey picture; 1 keeps its meaning. Cut at one half.
        model: gives the factor.
        rule: "cover" sets a cell if any pixel of it is set, so that thin masks survive; "nearest" takes one pixel of each
            cell, as diffusers' inpainting does.

    Returns:
        (1, 1, h, w), 0 or 1.

    Raises:
        BadInput: not two axes, or sides that are no multiples of the factor.
    """
    if isinstance(mask, Image.Image):
        array = np.asarray(mask.convert("L"), np.float32) / 255
    else:
        array = np.asarray(mask, np.float32)
    if array.ndim != 2:
        raise BadInput(f"a mask has two axes, this one has shape {array.shape}")
    height, width = latent_size(model, (array.shape[1], array.shape[0]))
    pixels = torch.from_numpy((array >= 0.5).astype(np.float32))[None, None]
    cells = F.max_pool2d(pixels, model.factor) if rule == "cover" else F.interpolate(pixels, (height, width))
    return cells.to(model.device)
