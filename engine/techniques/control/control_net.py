"""ControlNet: a trained copy of the encoder reads a map and steers the frozen U-Net."""

from dataclasses import dataclass, field, replace
from typing import Any

import torch

from ...branch import Branch, Residuals, SideCall
from ...schedule import Step
from ...technique import Run, Technique
from .hints import Hint, Hints, by_lane, fitting, of_rows


@dataclass(frozen=True, eq=False)
class ControlNet(Technique):
    """Add what a copy of the encoder says about a map to every skip and to the middle: skip_i + strength·c_i(x, t, text, map).

    Source: Zhang et al. 2023, arXiv:2302.05543, section 3; `ControlNetModel` of diffusers runs unchanged.
    Differs: the last step of a window that ends within a step belongs to it here, and not in diffusers' pipeline.

    Attributes:
        network: a `ControlNetModel`; see `backbones.sides.load_control_net`.
        hints: maps, of as many channels as the network reads.
        strength: multiple of all residuals; called `controlnet_conditioning_scale` in diffusers.
        window: share of the run in which it acts; `control_guidance_start` and `_end` in diffusers.
    """

    network: Any
    hints: Hints
    _side: "_Side | None" = field(default=None, kw_only=True, repr=False)

    def begin(self, run: Run) -> Technique:
        """Checks the network against the U-Net, and the hints against the network and the latent.

        Raises:
            ModelCannot: the network was made for another U-Net.
        """
        fitting(self.network.config.block_out_channels, run)
        hints = by_lane(self.hints, run, int(self.network.config.conditioning_channels))
        return replace(self, _side=_Side(self.network, hints, self.strength))

    def condition(self, branch: Branch, step: Step) -> Branch:
        """Every branch of the lane is steered, the unconditional one too."""
        assert self._side is not None
        return branch.with_side(self._side) if branch.lane in self._side.hints else branch


@dataclass(frozen=True, eq=False)
class _Side:
    network: Any
    hints: dict[str, Hint]
    strength: float

    def __call__(self, call: SideCall) -> Residuals:
        kind: torch.dtype = next(self.network.parameters()).dtype
        down, mid = self.network(
            call.x.to(kind),
            call.t,
            call.context.to(kind),
            of_rows(self.hints, call.rows).to(kind),
            conditioning_scale=self.strength,
            added_cond_kwargs=call.added,
            return_dict=False,
        )
        return Residuals(down=tuple(part.to(call.x) for part in down), mid=mid.to(call.x))
