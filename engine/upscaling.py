"""The embedded ×4 upscaler: 64-pixel pictures become the 256-pixel pictures that people see.

Source: residual blocks without normalisation and pixel-shuffle, as in EDSR (Lim et al. 2017, arXiv:1707.02921).
Differs: it predicts what bicubic enlargement misses, and is trained on autoencoder outputs, so that it also mends them.
"""

import json
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.nn import functional as F

FACTOR = 4
FOLDER = Path(__file__).parent / "embedded" / "upscaler"


class Upscaler(nn.Module):
    """Maps (n, 3, h, w) in [-1, 1] to (n, 3, 4h, 4w).

    Args:
        width: channels of the residual blocks.
        blocks: how many of them.
    """

    def __init__(self, width: int = 40, blocks: int = 6) -> None:
        super().__init__()
        self.shape = {"width": width, "blocks": blocks}
        self.enter = nn.Conv2d(3, width, 3, padding=1)
        self.blocks = nn.ModuleList(
            nn.Sequential(nn.Conv2d(width, width, 3, padding=1), nn.ReLU(), nn.Conv2d(width, width, 3, padding=1)) for _ in range(blocks)
        )
        self.grow = nn.ModuleList([nn.Conv2d(width, 4 * width, 3, padding=1), nn.Conv2d(width, 64, 3, padding=1)])
        self.leave = nn.Conv2d(16, 3, 3, padding=1)
        nn.init.zeros_(self.leave.weight)
        nn.init.zeros_(self.leave.bias)  # type: ignore[arg-type]

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        """Enlarges pictures four times."""
        x = self.enter(pixels)
        for block in self.blocks:
            x = x + block(x)
        for grow in self.grow:
            x = F.pixel_shuffle(F.relu(grow(x)), 2)
        return F.interpolate(pixels, scale_factor=FACTOR, mode="bicubic") + self.leave(x)

    def save(self, folder: Path) -> None:
        """Writes half-precision weights and the shape."""
        from safetensors.torch import save_file

        folder.mkdir(parents=True, exist_ok=True)
        save_file({k: v.half().contiguous() for k, v in self.state_dict().items()}, folder / "model.safetensors")
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
        return model.eval().requires_grad_(False)


@lru_cache(maxsize=1)
def _embedded() -> Upscaler:
    return Upscaler.load()


def upscale(image: Image.Image) -> Image.Image:
    """Enlarges a picture of the embedded world four times.

    Args:
        image: RGB, best at the world's 64 pixels.

    Returns:
        RGB, four times as wide and high.
    """
    pixels = torch.from_numpy(np.asarray(image.convert("RGB"), np.float32)).permute(2, 0, 1)[None] / 127.5 - 1
    with torch.inference_mode():
        large = _embedded()(pixels)[0].clamp(-1, 1)
    return Image.fromarray(((large.permute(1, 2, 0) + 1) * 127.5).round().byte().numpy())
