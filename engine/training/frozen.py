"""A frozen painter and its loss at drawn noise levels: what the training of every control module shares.

The painter is kept beside the model that is trained, never inside it: checkpoints, averages and what ships hold the module alone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from diffusers import AutoencoderKL, DDIMScheduler, UNet2DConditionModel
from transformers import CLIPTextModel

from ..world.tokenizer import build_tokenizer
from .painter import watch
from .precision import autocast
from .stage import EMBEDDED

GAMMA = 5.0
FOLDER = EMBEDDED / "painter"
Item = tuple[torch.Tensor, ...]


class Levels:
    """Draws noise levels in proportion to min(SNR + 1, γ) / (SNR + 1).

    Source: min-SNR weights for v-prediction (Hang et al. 2023, arXiv:2303.09556).
    Differs: a distribution instead of a weight, so that no sample is spent on levels that hardly count.

    Args:
        noise: the schedule.
    """

    def __init__(self, noise: DDIMScheduler) -> None:
        kept = noise.alphas_cumprod
        self.snr = kept / (1 - kept)
        share = (self.snr + 1).clamp(max=GAMMA) / (self.snr + 1)
        self.distribution = (share / share.sum()).cumsum(0)

    def draw(self, count: int) -> torch.Tensor:
        """Time steps, (count,) int64; one from each of `count` equal shares of the distribution, which calms the gradient."""
        even = (torch.arange(count) + torch.rand(count)) / count
        return torch.searchsorted(self.distribution, even).clamp(max=len(self.distribution) - 1)


@dataclass(frozen=True, eq=False)
class Noised:
    """Latents at drawn levels and what the painter should say of them.

    Attributes:
        x: (n, channels, h, w), noisy.
        steps: (n,) time steps.
        wanted: (n, channels, h, w), the velocity.
        visible: (n, 1, 1, 1), 1 where the level shows what the picture holds (SNR > 0.5).
    """

    x: torch.Tensor
    steps: torch.Tensor
    wanted: torch.Tensor
    visible: torch.Tensor

    def error(self, predicted: torch.Tensor, weight: torch.Tensor | None = None) -> torch.Tensor:
        """Mean square error of the velocity.

        Args:
            predicted: what the network said.
            weight: (n, 1, h, w), how much each cell counts; its mean does not matter.
        """
        square = (predicted.float() - self.wanted).square()
        return square.mean() if weight is None else (square * weight).mean() / weight.mean()


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
        noise = torch.randn_like(latents)
        steps = self.levels.draw(len(latents)).to(latents.device)
        visible = (self.levels.snr.to(latents.device)[steps] > 0.5).float()[:, None, None, None]
        x, wanted = self.noise.add_noise(latents, noise, steps), self.noise.get_velocity(latents, noise, steps)  # type: ignore[arg-type]
        return Noised(x, steps, wanted, visible)

    def to(self, device: torch.device) -> "FrozenPainter":
        """Moves what a training step runs: U-Net and text encoder. The autoencoder stays where data is drawn, on the CPU."""
        self.unet.to(device)
        self.text_encoder.to(device)
        return self


class Pool:
    """Items that are dear to make (encoded pictures), kept and refreshed while training goes on.

    Args:
        make: gives that many new items, each a tuple of tensors of fixed shapes.
        rng: where chance comes from.
        capacity: how many are kept; the oldest leave.
        first: how many are made before the first batch.
        share: of the batches before which `fresh` new ones are made, twice as many until the pool is full.
        fresh: items of a refreshment.
    """

    def __init__(
        self,
        make: Callable[[int], Sequence[Item]],
        rng: np.random.Generator,
        *,
        capacity: int = 12_000,
        first: int = 1_024,
        share: float = 0.2,
        fresh: int = 8,
    ) -> None:
        self.make, self.rng, self.capacity, self.share, self.fresh = make, rng, capacity, share, fresh
        self.items: list[Item] = []
        self.made = 0
        while self.made < first:
            self.refresh(min(64, first - self.made))

    def refresh(self, count: int) -> None:
        """Makes new items."""
        for item in self.make(count):
            if len(self.items) < self.capacity:
                self.items.append(item)
            else:
                self.items[self.made % self.capacity] = item
            self.made += 1

    def batch(self, size: int) -> Item:
        """A random batch: each part stacked, half precision brought back to single."""
        if self.rng.random() < self.share:
            self.refresh(self.fresh if len(self.items) >= self.capacity else 2 * self.fresh)
        picked = [self.items[i] for i in self.rng.integers(len(self.items), size=size)]
        stacked = (torch.stack(column) for column in zip(*picked, strict=True))
        return tuple(part.float() if part.dtype == torch.float16 else part for part in stacked)


def dropped(ids: torch.Tensor, empty: torch.Tensor, which: torch.Tensor) -> torch.Tensor:
    """Captions of some rows replaced by the empty one, for classifier-free guidance.

    Args:
        ids: (n, tokens).
        empty: (tokens,), the empty caption.
        which: (n,) bool.
    """
    return torch.where(which[:, None], empty[None], ids)
