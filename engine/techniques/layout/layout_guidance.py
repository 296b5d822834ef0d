"""Layout guidance: phrases are led into boxes by their cross-attention, without training."""

from collections import Counter
from dataclasses import dataclass, field, replace
from functools import partial

import torch

from ...attention import Sites
from ...branch import POSITIVE
from ...energies import Energy, Shown
from ...errors import BadInput
from ...schedule import Step, Window
from ...shapes import PerLane
from ...technique import Run, Technique

Box = tuple[float, float, float, float]
"""(left, top, right, bottom) as fractions of width and height."""


@dataclass(frozen=True)
class LayoutGuidance(Technique):
    """Move the latent until each phrase's attention lies in its box: energy = mean of (1 - inside / all)² over heads and tokens.

    Source: Chen et al. 2024, arXiv:2304.03373, section 3.2 (backward guidance), equation 4.
    Differs: moves are a share of the noise's deviation instead of 30·(1 - alpha)·gradient, which belongs to one size of
    latent; a box covers cells by area, since cut to whole cells a thin box is empty and its energy constant. Layers of the
    encoder count too, and defaults go further and longer (published: energy 0.2, 10 of 51 steps), as small models need.

    Attributes:
        boxes: (phrase of the prompt, box) pairs. A phrase that is given twice means its next occurrence.
        lane: the lane whose prompt holds the phrases; every lane by default.
        stride: length of a move in deviations of the noise, 0.02 to 0.1.
        rounds: most moves a step.
        enough: energy that ends the moves of a step.
        strength: multiple of the stride.
        window: share of the run in which it acts.
    """

    boxes: tuple[tuple[str, Box], ...]
    lane: str | None = None
    stride: float = 0.1
    rounds: int = 5
    enough: float = 0.05
    window: Window = field(default=Window(0.0, 0.4), kw_only=True)
    _sites: Sites | None = field(default=None, kw_only=True, repr=False)

    def __post_init__(self) -> None:
        if not self.boxes or self.stride <= 0 or self.rounds < 1:
            raise BadInput(f"{len(self.boxes)} boxes, stride {self.stride}, rounds {self.rounds}: at least one box, all above 0")
        for phrase, (left, top, right, bottom) in self.boxes:
            if not (0 <= left < right <= 1 and 0 <= top < bottom <= 1):
                raise BadInput(f"box of {phrase!r} is {(left, top, right, bottom)}; 0 <= left < right <= 1 and 0 <= top < bottom <= 1 are needed")

    def begin(self, run: Run) -> Technique:
        """Finds the phrases and the layers that hold the layout."""
        lanes = tuple(run.prompts) if self.lane is None else (self.lane,)
        run.require_lanes(*lanes)
        for lane in lanes:
            _spans(run, lane, self)
        # 8² and 16² of Stable Diffusion, both of the embedded painter's; a map under 8² cannot hold a box.
        sites = Sites("cross", smallest=max(8, run.semantic // 2), largest=max(16, run.semantic + 1))
        return replace(self, _sites=sites)

    def energies(self, step: Step) -> tuple[Energy, ...]:
        """Some moves a step, fewer where the phrases are in place."""
        assert self._sites is not None
        loss = partial(_outside, sites=self._sites, technique=self)
        return (Energy(loss, (self._sites,), self.strength * self.stride, self.rounds, self.enough),)


def coverage(box: Box, height: int, width: int) -> torch.Tensor:
    """Share of each cell that a box covers, (height, width); a box thinner than a cell is widened to one."""

    def axis(low: float, high: float, cells: int) -> torch.Tensor:
        low, high = low * cells, high * cells
        if high - low < 1:
            low = min(max((low + high - 1) / 2, 0), cells - 1)
            high = low + 1
        starts = torch.arange(cells, dtype=torch.float32)
        return ((starts + 1).clamp(max=high) - starts.clamp(min=low)).clamp(0, 1)

    left, top, right, bottom = box
    return torch.outer(axis(top, bottom, height), axis(left, right, width))


def _spans(run: Run, lane: str, technique: LayoutGuidance) -> tuple[tuple[int, ...], ...]:
    read, seen, found = run.model.words(run.prompts[lane]), Counter[str](), []
    for phrase, _ in technique.boxes:
        found.append(read.find(phrase, seen[phrase.casefold()]))
        seen[phrase.casefold()] += 1
    return tuple(found)


def _outside(shown: Shown, *, sites: Sites, technique: LayoutGuidance) -> PerLane:
    losses = []
    for lane in shown.run.prompts:
        if technique.lane not in (None, lane):
            losses.append(shown.x0.new_zeros(()))
            continue
        spans = _spans(shown.run, lane, technique)
        terms = []
        for site, maps in shown.maps.sites.items():
            if site not in sites:
                continue
            mine = maps[shown.maps.rows[lane, POSITIVE]]  # (heads, pixels, tokens)
            for span, (_, box) in zip(spans, technique.boxes, strict=True):
                attended = mine[:, :, list(span)]  # (heads, pixels, span)
                inside = coverage(box, site.height, site.width).to(mine).flatten()
                share = (attended * inside[:, None]).sum(1) / attended.sum(1).clamp(min=1e-12)
                terms.append((1 - share).square().mean())
        losses.append(torch.stack(terms).mean())
    return torch.stack(losses)
