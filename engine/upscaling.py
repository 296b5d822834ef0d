"""The embedded ×4 upscaler: 64-pixel pictures become the 256-pixel pictures that people see.

What the autoencoder lost is not in its output, but the world has few things, and what is recognised can be drawn anew (`recall`).
For all else there is a network that predicts what bicubic enlargement misses.

Source: a U-Net (Ronneberger et al. 2015, arXiv:1505.04597) of residual blocks, grown by pixel-shuffle (Shi et al. 2016,
arXiv:1609.05158).
Differs: it is trained on autoencoder outputs, so that it also mends them; most of its width lies where it sees whole things.
Full-size layers are bound by memory, so the last shuffle comes after the last convolution.
"""

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.nn import functional as F

from .recall import cleared, drawn_over, recall
from .world.scene import CELLS

if TYPE_CHECKING:
    from .perception.detector import Detector

FACTOR = 4
FOLDER = Path(__file__).parent / "embedded" / "upscaler"


class Block(nn.Module):
    """A residual pair of 3×3 convolutions, the identity at first.

    Args:
        width: channels.
        normed: whether groups of channels are normalised first; not where it would cost more than the convolutions.
    """

    def __init__(self, width: int, *, normed: bool) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(8, width) if normed else nn.Identity()
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.second = _silent(nn.Conv2d(width, width, 3, padding=1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Adds what the pair finds, (n, width, h, w)."""
        return x + self.second(F.silu(self.first(self.norm(x))))


def _silent(layer: nn.Conv2d) -> nn.Conv2d:
    """Makes a layer give zeros until it has learned."""
    nn.init.zeros_(layer.weight)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


class Upscaler(nn.Module):
    """Maps (n, 3, h, w) in [-1, 1] to (n, 3, 4h, 4w).

    Args:
        widths: channels at full, half, quarter and eighth size of the input.
        depth: blocks on every floor, going down and going up.
        fine: channels at twice the input's size.
    """

    def __init__(self, widths: Sequence[int] = (48, 96, 160, 224), depth: int = 2, fine: int = 24) -> None:
        super().__init__()
        self.shape: dict[str, Any] = {"widths": list(widths), "depth": depth, "fine": fine}
        floors = list(zip(widths, widths[1:], strict=False))

        def blocks(width: int) -> nn.Sequential:
            return nn.Sequential(*(Block(width, normed=width > widths[0]) for _ in range(depth)))

        self.enter = nn.Conv2d(3, widths[0], 3, padding=1)
        self.down = nn.ModuleList(blocks(upper) for upper, _ in floors)
        self.shrink = nn.ModuleList(nn.Conv2d(upper, lower, 3, stride=2, padding=1) for upper, lower in floors)
        self.bottom = blocks(widths[-1])
        self.grow = nn.ModuleList(nn.Conv2d(lower, 4 * upper, 1) for upper, lower in floors)
        self.join = nn.ModuleList(nn.Conv2d(2 * upper, upper, 1) for upper, _ in floors)
        self.up = nn.ModuleList(blocks(upper) for upper, _ in floors)
        self.finer = nn.Conv2d(widths[0], 4 * fine, 3, padding=1)
        self.mend = Block(fine, normed=False)
        self.leave = _silent(nn.Conv2d(fine, 12, 3, padding=1))

    def floors(self, pixels: torch.Tensor) -> list[torch.Tensor]:
        """What the U-Net makes of pictures on its way up.

        Args:
            pixels: (n, 3, h, w) in [-1, 1]; sides must be multiples of eight.

        Returns:
            (n, widths[3], h/8, w/8), then twice the size each, up to (n, widths[0], h, w).
        """
        x = self.enter(pixels.contiguous(memory_format=torch.channels_last))  # a third faster on a CPU
        skipped = []
        for blocks, shrink in zip(self.down, self.shrink, strict=True):
            x = blocks(x)
            skipped.append(x)
            x = shrink(F.silu(x))
        found = [self.bottom(x)]
        for grow, join, blocks, skip in reversed(list(zip(self.grow, self.join, self.up, skipped, strict=True))):
            found.append(blocks(join(torch.cat([F.pixel_shuffle(grow(found[-1]), 2), skip], 1))))
        return found

    def details(self, top: torch.Tensor) -> torch.Tensor:
        """What bicubic enlargement misses, from the uppermost floor: (n, 3, 4h, 4w)."""
        x = self.mend(F.pixel_shuffle(self.finer(F.silu(top)), 2))
        return F.pixel_shuffle(self.leave(F.silu(x)), 2)

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        """Enlarges pictures of any size four times."""
        height, width = pixels.shape[-2:]
        floor = 2 ** len(self.shrink)
        padded = F.pad(pixels, (0, -width % floor, 0, -height % floor), mode="replicate")
        details = self.details(self.floors(padded)[-1])[..., : FACTOR * height, : FACTOR * width]
        return F.interpolate(pixels, scale_factor=FACTOR, mode="bicubic") + details

    def save(self, folder: Path) -> None:
        """Writes the weights in bfloat16, which packs better and enlarges as well, and the shape."""
        from safetensors.torch import save_file

        folder.mkdir(parents=True, exist_ok=True)
        save_file({k: v.bfloat16().contiguous() for k, v in self.state_dict().items()}, folder / "model.safetensors")
        (folder / "config.json").write_text(json.dumps(self.shape) + "\n")

    @classmethod
    def load(cls, folder: Path = FOLDER) -> "Upscaler":
        """Reads what `save` wrote.

        Raises:
            FileNotFoundError: no weights are there.
        """
        from safetensors.torch import load_file

        model = cls(**json.loads((folder / "config.json").read_text()))
        model.load_state_dict({k: v.float() for k, v in load_file(folder / "model.safetensors").items()})
        return model.eval().requires_grad_(False).to(memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]


@lru_cache(maxsize=1)
def _embedded() -> Upscaler:
    return Upscaler.load()


@lru_cache(maxsize=1)
def _eyes() -> "Detector":
    from .perception.detector import EmbeddedDetector

    return EmbeddedDetector.load()


def by_network(picture: np.ndarray, model: Upscaler) -> np.ndarray:
    """Enlarges four times by the network alone, kept within what bilinear enlargement shows nearby, so that no edge rings.

    Args:
        picture: (h, w, 3) in [0, 1].
        model: any upscaler.

    Returns:
        (4h, 4w, 3) in [0, 1].
    """
    pixels = torch.from_numpy(np.ascontiguousarray(picture, np.float32)).permute(2, 0, 1)[None]
    with torch.inference_mode():
        smooth = F.interpolate(pixels, scale_factor=FACTOR, mode="bilinear")
        most, least = F.max_pool2d(smooth, 3, 1, 1), -F.max_pool2d(-smooth, 3, 1, 1)
        large = ((model(2 * pixels - 1) + 1) / 2).clamp(least, most)[0]
    return large.permute(1, 2, 0).numpy()


def upscale(image: Image.Image, model: Upscaler | None = None) -> Image.Image:
    """Enlarges a picture of the embedded world four times: things that are recognised are drawn anew, the rest is the network's.

    Args:
        image: RGB; nothing is recognised in other sizes than the world's 64×64.
        model: the network; the shipped one when None.

    Returns:
        RGB, four times as wide and high.

    Raises:
        ModelNotFound: the detector's weights are not there.
        FileNotFoundError: the network's weights are not there.
    """
    picture = np.asarray(image.convert("RGB"), np.float32) / 255
    fits = recall(image, _eyes()) if image.size == (CELLS, CELLS) else []
    large = drawn_over(by_network(cleared(picture, fits), model or _embedded()), fits)
    return Image.fromarray((large.clip(0, 1) * 255).round().astype(np.uint8))
