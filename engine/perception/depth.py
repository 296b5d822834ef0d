"""Says what is nearer in a picture of the embedded world: a small U-Net that learned the world's layers.

The world's depth is the order of its layers (`world.maps.depth_map`), which only shows where one thing covers another: things that
stand apart are all near, and how they are ordered cannot be told.

Source: U-Net (Ronneberger et al. 2015, arXiv:1505.04597).
"""

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.nn import functional as F

from .detector import pixels_of
from .stem import Block, fill, stored

FOLDER = Path(__file__).parent.parent / "embedded" / "depth"
SIDE = 64  # pixels a side of the pictures it sees


class DepthEstimator(nn.Module):
    """Maps pictures, (n, 3, h, w) in [-1, 1], to how near each pixel is, (n, 1, h, w) in [0, 1]; 0 is the background.

    Args:
        widths: channels at full, half, quarter … size.
    """

    def __init__(self, widths: Sequence[int] = (16, 48, 96, 128)) -> None:
        super().__init__()
        self.widths = list(widths)
        floors = list(zip(widths, widths[1:], strict=False))
        self.enter = nn.Conv2d(3, widths[0], 3, padding=1)
        self.down = nn.ModuleList(Block(upper) for upper, _ in floors)
        self.shrink = nn.ModuleList(nn.Conv2d(upper, lower, 3, 2, 1) for upper, lower in floors)
        self.bottom = nn.Sequential(Block(widths[-1]), Block(widths[-1]))
        self.grow = nn.ModuleList(nn.Conv2d(lower, 4 * upper, 1) for upper, lower in floors)
        self.up = nn.ModuleList(Block(upper) for upper, _ in floors)
        self.leave = nn.Conv2d(widths[0], 1, 3, padding=1)

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        """Estimates; sides must be multiples of the coarsest cell's."""
        x = self.enter(pixels)
        skipped = []
        for block, shrink in zip(self.down, self.shrink, strict=True):
            x = block(x)
            skipped.append(x)
            x = shrink(F.silu(x))
        x = self.bottom(x)
        for grow, block, skip in reversed(list(zip(self.grow, self.up, skipped, strict=True))):
            x = block(F.pixel_shuffle(grow(x), 2) + skip)
        return torch.sigmoid(self.leave(F.silu(x)).float())

    def save(self, folder: Path) -> None:
        """Writes the weights in bfloat16, which packs better and estimates as well, and the shape."""
        from safetensors.torch import save_file

        folder.mkdir(parents=True, exist_ok=True)
        save_file({k: v.bfloat16().contiguous() for k, v in self.state_dict().items()}, folder / "model.safetensors")
        (folder / "config.json").write_text(json.dumps({"widths": self.widths}) + "\n")

    @classmethod
    def load(cls, folder: Path = FOLDER) -> "DepthEstimator":
        """Reads what `save` wrote.

        Raises:
            ModelNotFound: no weights are there.
            UnsupportedModel: they are damaged or of another architecture.
        """
        weights = stored(folder)
        model = cls(**json.loads((folder / "config.json").read_text()))
        fill(model, weights, folder)
        return model.eval().requires_grad_(False)


@lru_cache(maxsize=1)
def embedded_depth() -> DepthEstimator:
    """The estimator that ships with the package; loaded once.

    Raises:
        ModelNotFound: the weights are not in the package.
    """
    return DepthEstimator.load(FOLDER)


def estimated(model: DepthEstimator, image: Image.Image) -> np.ndarray:
    """How near each pixel of a picture of any size is: (height, width) float32 in [0, 1]."""
    with torch.inference_mode():
        near = model(pixels_of(image, SIDE))
        if image.size != (SIDE, SIDE):
            near = F.interpolate(near, (image.height, image.width), mode="bilinear", align_corners=False)
    return np.asarray(near[0, 0].numpy())


def depth(image: Image.Image) -> Image.Image:
    """How near things are by the embedded estimator (mode "L", 255 = foremost), as `world.maps.depth_map` has it of renders.

    Raises:
        ModelNotFound: the weights are not in the package.
    """
    return Image.fromarray((estimated(embedded_depth(), image) * 255).round().astype(np.uint8))
