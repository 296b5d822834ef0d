"""The judge's network: convolutions alone, one prediction for each of 16×16 cells, a closed set of nouns, colours and backgrounds.

Source: FCOS (Tian et al. 2019, arXiv:1904.01355): classes, distances to the four sides and centre-ness for each cell; features of
several scales are added from coarse to fine as in FPN (Lin et al. 2017, arXiv:1612.03144).
Differs: one output stride (things are at least 14 pixels wide and there are 64), group norms (batches are small), a colour for each
cell, and a background from the coarsest features. No words are read: the critic's eyes read text, these do not.
"""

from typing import NamedTuple

import torch
from torch import nn
from torch.nn import functional as F

from ..world.vocabulary import BACKGROUNDS, COLOURS, OBJECTS

NOUNS = tuple(OBJECTS)
HUES = (*COLOURS, "")  # the last: as it was drawn
PLACES = tuple(BACKGROUNDS)
SIDE = 64  # pixels of a picture
STRIDE = 4  # pixels of a cell
GRID = SIDE // STRIDE
GROUPS = 8
RARE = -4.6  # log-odds of 1 %: a class is expected nowhere until something speaks for it (Lin et al. 2017, arXiv:1708.02002)


class Answers(NamedTuple):
    """What the network says about pictures.

    Attributes:
        nouns: (n, nouns, GRID, GRID) logits.
        hues: (n, colours + 1, GRID, GRID) logits; the last is "as it was drawn".
        sides: (n, 4, GRID, GRID) distances from the cell's centre to left, top, right and bottom, in pixels.
        centred: (n, GRID, GRID) logits of centre-ness.
        places: (n, backgrounds) logits.
        features: (n, width) mean of the fused features.
    """

    nouns: torch.Tensor
    hues: torch.Tensor
    sides: torch.Tensor
    centred: torch.Tensor
    places: torch.Tensor
    features: torch.Tensor


def _step(before: int, after: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(before, after, 3, stride, 1, bias=False), nn.GroupNorm(GROUPS, after), nn.ReLU())


class Residual(nn.Module):
    """Two convolutions added to what came in (He et al. 2016, arXiv:1512.03385).

    Args:
        width: channels.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = _step(width, width)
        self.second = nn.Sequential(nn.Conv2d(width, width, 3, padding=1, bias=False), nn.GroupNorm(GROUPS, width))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(n, width, h, w) in and out."""
        return F.relu(x + self.second(self.first(x)))


class JudgeNet(nn.Module):
    """Maps (n, 3, 64, 64) in [-1, 1] to `Answers`.

    Args:
        widths: channels at half, a quarter, an eighth and a sixteenth of the picture's side.
        blocks: residual blocks at each of them.
        neck: channels of the fused features.
    """

    def __init__(
        self, widths: tuple[int, ...] = (32, 96, 160, 160), blocks: tuple[int, ...] = (1, 2, 2, 1), neck: int = 96
    ) -> None:
        super().__init__()
        self.shape = {"widths": list(widths), "blocks": list(blocks), "neck": neck}
        self.levels = nn.ModuleList(
            nn.Sequential(_step(before, width, 2), *(Residual(width) for _ in range(count)))
            for before, width, count in zip((3, *widths[:-1]), widths, blocks, strict=True)
        )
        self.across = nn.ModuleList(nn.Conv2d(width, neck, 1) for width in widths[1:])
        self.fused = Residual(neck)
        self.what, self.where = _step(neck, neck), _step(neck, neck)
        self.nouns, self.hues = nn.Conv2d(neck, len(NOUNS), 3, padding=1), nn.Conv2d(neck, len(HUES), 3, padding=1)
        self.sides, self.centred = nn.Conv2d(neck, 4, 3, padding=1), nn.Conv2d(neck, 1, 3, padding=1)
        self.places = nn.Linear(widths[-1] + widths[-2], len(PLACES))
        for head in (self.nouns, self.hues, self.sides, self.centred):
            nn.init.normal_(head.weight, std=0.01)
            nn.init.constant_(head.bias, RARE if head is self.nouns else 0.0)  # type: ignore[arg-type]

    def forward(self, pixels: torch.Tensor) -> Answers:
        """Looks at pictures."""
        maps = []
        x = pixels
        for level in self.levels:
            x = level(x)
            maps.append(x)
        wide = torch.cat([maps[-1].mean((2, 3)), maps[-2].mean((2, 3))], 1)
        fused = self.across[-1](maps[-1])
        for lateral, finer in zip(reversed(self.across[:-1]), reversed(maps[1:-1]), strict=True):
            fused = lateral(finer) + F.interpolate(fused, scale_factor=2.0, mode="nearest")
        fused = self.fused(fused)  # (n, neck, GRID, GRID)
        what, where = self.what(fused), self.where(fused)
        sides = 2 * STRIDE * self.sides(where).float().clamp(max=3).exp()  # e^3 cells reach across the picture
        nouns, hues, centred = self.nouns(what).float(), self.hues(what).float(), self.centred(where)[:, 0].float()
        return Answers(nouns, hues, sides, centred, self.places(wide).float(), fused.float().mean((2, 3)))


def cell_centres(device: torch.device | None = None) -> torch.Tensor:
    """Pixel coordinates of the cells' centres along one axis, (GRID,)."""
    return (torch.arange(GRID, device=device) + 0.5) * STRIDE


def corners(sides: torch.Tensor) -> torch.Tensor:
    """Distances to the sides, (n, 4, GRID, GRID), as xyxy boxes in pixels of the same shape."""
    at = cell_centres(sides.device)
    x, y = at[None, None, :], at[None, :, None]
    left, top, right, bottom = sides.unbind(1)
    return torch.stack([x - left, y - top, x + right, y + bottom], 1)
