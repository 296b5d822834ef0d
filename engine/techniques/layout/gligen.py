"""GLIGEN: phrases are painted into boxes by gated self-attention that was trained for it."""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

import torch

from ...backbones.gated import Gates, phrase_features, worn
from ...branch import POSITIVE, Branch
from ...errors import BadInput
from ...schedule import Step, Window
from ...technique import Run, Technique
from .layout_guidance import Box

if TYPE_CHECKING:
    from ...backbones.model import Model

Boxes: TypeAlias = tuple[tuple[str, Box], ...]
"""(phrase, box) pairs."""


@dataclass(frozen=True, eq=False)
class Gligen(Technique):
    """Let visual tokens attend to (phrase, box) tokens: v + strength·tanh(alpha)·attention([v; grounding]).

    Source: Li et al. 2023, arXiv:2301.07093, sections 4.1 to 4.3; scheduled sampling (equation 10) is the window.
    Differs: gates may be apart from the U-Net and are put into it for the share of the run in which they act; `strength` opens
    them by less than they were trained to.

    Attributes:
        layout: boxes of every lane, or by lane; phrases need not stand in the prompt.
        gates: trained gates; None uses those of the U-Net itself.
        slots: grounding tokens, null ones included, as many as in training (30 in every published checkpoint).
        strength: share by which the gates are opened, 0 to 1.
        window: share of the run in which it acts; 0.3 in the paper, longer on few steps and small maps.
    """

    layout: Boxes | Mapping[str, Boxes]
    gates: Gates | None = None
    slots: int = 30
    window: Window = field(default=Window(0.0, 0.3), kw_only=True)
    _grounding: Mapping[str, Mapping[str, torch.Tensor]] = field(default_factory=dict, kw_only=True, repr=False)

    def __post_init__(self) -> None:
        layouts = self.layout.values() if isinstance(self.layout, Mapping) else (self.layout,)
        for boxes in layouts:
            if not 0 < len(boxes) <= self.slots:
                raise BadInput(f"{len(boxes)} boxes; 1 to {self.slots} are possible")
            for phrase, (left, top, right, bottom) in boxes:
                if not (0 <= left < right <= 1 and 0 <= top < bottom <= 1):
                    raise BadInput(f"box of {phrase!r} is {(left, top, right, bottom)}; 0 <= left < right <= 1, and the same downwards, is needed")

    def claims(self) -> frozenset[str]:
        """A U-Net has one set of gates."""
        return frozenset({"grounding"})

    @contextlib.contextmanager
    def weights(self, model: "Model") -> Iterator[None]:
        """Puts the gates in, opened by `strength`."""
        with worn(model, self.gates, self.strength):
            yield

    def begin(self, run: Run) -> Technique:
        """Reads the phrases."""
        layouts = dict(self.layout) if isinstance(self.layout, Mapping) else dict.fromkeys(run.prompts, self.layout)
        run.require_lanes(*layouts)
        return replace(self, _grounding={lane: grounding(run.model, boxes, self.slots) for lane, boxes in layouts.items()})

    def condition(self, branch: Branch, step: Step) -> Branch:
        """Grounds the prompt's own branch; all others get null grounding."""
        if branch.name != POSITIVE or branch.lane not in self._grounding:
            return branch
        return branch.replace(grounding=self._grounding[branch.lane])


def grounding(model: "Model", boxes: Boxes, slots: int) -> dict[str, torch.Tensor]:
    """What the U-Net's `position_net` takes, without the batch axis; slots that are not used are masked."""
    features = phrase_features(model, [phrase for phrase, _ in boxes])
    corners = features.new_tensor([box for _, box in boxes])
    return {
        "boxes": _padded(corners, slots),
        "positive_embeddings": _padded(features, slots),
        "masks": _padded(features.new_ones(len(boxes)), slots),
    }


def _padded(rows: torch.Tensor, slots: int) -> torch.Tensor:
    return torch.cat([rows, rows.new_zeros(slots - len(rows), *rows.shape[1:])])
