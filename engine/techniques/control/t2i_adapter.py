"""T2I-Adapter: a light pyramid reads a map once, and its features are added inside the encoder at every step."""

from dataclasses import dataclass, field, replace
from typing import Any

import torch

from ...branch import Branch, Residuals, SideCall
from ...schedule import Step, Window
from ...technique import Run, Technique
from .hints import Hints, by_lane, fitting, of_rows

WORDS_LAST = Window(0.0, 0.9)
"""Where the embedded adapter acts: the last details are left to the words, for its features know shapes and blur what fills them."""


@dataclass(frozen=True, eq=False)
class T2IAdapter(Technique):
    """Add strength·F_i(map) at the end of each block of the encoder.

    Source: Mou et al. 2023, arXiv:2302.08453, section 3.2; `T2IAdapter` of diffusers runs unchanged. F does not depend on time or
    text, so it runs once a run and costs nothing a step.

    Attributes:
        network: a diffusers `T2IAdapter`; see `backbones.sides.load_t2i_adapter`.
        hints: maps, of as many channels as the network reads.
        strength: multiple of the features; called `adapter_conditioning_scale` in diffusers.
        window: share of the run in which it acts.
    """

    network: Any
    hints: Hints
    _side: "_Side | None" = field(default=None, kw_only=True, repr=False)

    def begin(self, run: Run) -> Technique:
        """Reads every map once.

        Raises:
            ModelCannot: the network was made for another U-Net.
        """
        fitting(self.network.config.channels, run)
        hints = by_lane(self.hints, run, int(self.network.config.in_channels))
        kind: torch.dtype = next(self.network.parameters()).dtype
        levels = self.network(torch.cat([hint.to(kind) for hint in hints.values()]))  # each (lanes, width, h, w)
        features = tuple(dict(zip(hints, (self.strength * level.to(run.model.dtype)).split(1), strict=True)) for level in levels)
        return replace(self, _side=_Side(features))

    def condition(self, branch: Branch, step: Step) -> Branch:
        """Every branch of the lane is steered, the unconditional one too."""
        assert self._side is not None
        return branch.with_side(self._side) if branch.lane in self._side.features[0] else branch


@dataclass(frozen=True, eq=False)
class _Side:
    """Features by level and lane."""

    features: tuple[dict[str, torch.Tensor], ...]

    def __call__(self, call: SideCall) -> Residuals:
        return Residuals(within=tuple(of_rows(level, call.rows) for level in self.features))
