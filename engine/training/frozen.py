"""A frozen painter and its loss at drawn noise levels: what the training of every control module shares.

The painter is kept beside the model that is trained, never inside it: checkpoints, averages and what ships hold the module alone.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from diffusers import AutoencoderKL, DDIMScheduler, UNet2DConditionModel
from transformers import CLIPTextModel

from ..world.tokenizer import build_tokenizer
from .levels import Levels, Noised, noised
from .painter import watch
from .precision import autocast
from .stage import EMBEDDED

FOLDER = EMBEDDED / "painter"


class FrozenPainter:
    """The shipped painter in full precision, without gradients of its own.

    Attributes:
        unet: gradients flow through it to what is trained; call it by `velocity`.
        seen: cross-attention maps of its last call, (n, pixels, tokens) of each layer.
        vae: the autoencoder.
        text_encoder: reads captions.
        tokenizer: the world's words.
        noise: the schedule it was trained on.
        levels: how levels are drawn for training.
    """

    def __init__(self) -> None:
        def network(kind: Any, part: str) -> Any:
            return kind.from_pretrained(FOLDER / part, use_safetensors=True).float().eval().requires_grad_(False)

        self.unet: Any = network(UNet2DConditionModel, "unet").to(memory_format=torch.channels_last)
        self.seen = watch(self.unet)  # explicit attention, whose backward pass takes half as long on a CPU
        self.vae: Any = network(AutoencoderKL, "vae")
        self.text_encoder: Any = network(CLIPTextModel, "text_encoder")
        self.tokenizer = build_tokenizer()
        self.noise = DDIMScheduler.from_pretrained(FOLDER / "scheduler")
        self.levels = Levels(self.noise)

    def ids(self, texts: Sequence[str]) -> torch.Tensor:
        """Token ids, (texts, tokens)."""
        return torch.tensor(self.tokenizer(list(texts), padding="max_length", truncation=True).input_ids)

    @torch.no_grad()
    def read(self, ids: torch.Tensor) -> torch.Tensor:
        """What cross-attention reads, (texts, tokens, width)."""
        read: torch.Tensor = self.text_encoder(ids)[0]
        return read

    @torch.no_grad()
    def encode(self, pixels: np.ndarray) -> torch.Tensor:
        """Clean latents, scaled as the U-Net takes them.

        Args:
            pixels: (n, height, width, 3) uint8.
        """
        tensor = torch.from_numpy(np.ascontiguousarray(pixels)).permute(0, 3, 1, 2).float() / 127.5 - 1
        return self.encode_pixels(tensor)

    @torch.no_grad()
    def encode_pixels(self, pixels: torch.Tensor) -> torch.Tensor:
        """The same for (n, 3, height, width) in [-1, 1], for pictures with parts blanked out."""
        with autocast():
            mean = self.vae.encode(pixels).latent_dist.mean
        return mean.float() * float(self.vae.config.scaling_factor)

    def velocity(self, x: torch.Tensor, steps: torch.Tensor, text: torch.Tensor, **more: Any) -> torch.Tensor:
        """What the U-Net says, with gradients where they are enabled.

        Args:
            x: (n, channels, h, w), noisy.
            steps: (n,) time steps.
            text: (n, tokens, width).
            more: further arguments of the U-Net, such as a control network's residuals.
        """
        self.seen.clear()
        said: torch.Tensor = self.unet(x, steps, text, return_dict=False, **more)[0]
        return said

    def noised(self, latents: torch.Tensor) -> Noised:
        """Adds noise at drawn levels to clean latents."""
        return noised(self.noise, self.levels, latents)

    def to(self, device: torch.device) -> "FrozenPainter":
        """Moves what a training step runs: U-Net and text encoder. The autoencoder stays where data is drawn, on the CPU."""
        self.unet.to(device)
        self.text_encoder.to(device)
        return self
