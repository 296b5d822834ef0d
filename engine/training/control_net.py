"""Trains the embedded ControlNet on the frozen painter: one network for edges, scribbles, depth and segments.

Source: Zhang et al. 2023, arXiv:2302.05543, section 3; `ControlNetModel` of diffusers.
Differs: one network reads six channels instead of three, so that four kinds of map share one encoder and can be summed; learning rate
6e-4 instead of 1e-5, as a small network and short training want.
"""

from pathlib import Path
from typing import Any, ClassVar

import torch
from diffusers import ControlNetModel

from ..technique import Technique
from ..techniques.control.control_net import ControlNet
from ..techniques.control.hints import WIDTH, Hint, Kind
from .hinted import SideStage
from .painter import watch
from .stage import STATE

HINT_WIDTHS = (16, 32, 64)  # log2(autoencoder's factor) + 1 entries, so that the hint lands on the latent's grid


class ControlNetStage(SideStage):
    """The ControlNet's place in the training queue."""

    name = "control"
    learning_rate = 6e-4

    def __init__(self) -> None:
        self.seen: dict[int, list[torch.Tensor]] = {}

    def build(self) -> torch.nn.Module:
        """A copy of the painter's encoder whose outputs are zero."""
        network: Any = ControlNetModel
        model = network.from_unet(self.painter.unet, conditioning_embedding_out_channels=HINT_WIDTHS, conditioning_channels=WIDTH)
        model = model.requires_grad_(True).to(memory_format=torch.channels_last)
        self.seen[id(model)] = watch(model)  # explicit attention, as in the painter's training
        assert isinstance(model, torch.nn.Module)
        return model

    def loss(self, model: torch.nn.Module, batch: tuple[torch.Tensor, ...]) -> torch.Tensor:
        """The painter's v-error with what the network adds; things count three times where the level shows them."""
        latents, ids, hints, things, _places = batch
        painter = self.painter.to(latents.device)
        drawn, text = painter.noised(latents), painter.read(ids)
        down, mid = model(drawn.x, drawn.steps, text, hints, return_dict=False)
        said = painter.velocity(drawn.x, drawn.steps, text, down_block_additional_residuals=down, mid_block_additional_residual=mid)
        self.seen[id(model)].clear()
        return drawn.error(said, 1 + 2 * drawn.visible * things)

    def steering(self, model: torch.nn.Module, hints: dict[str, Hint]) -> Technique:
        """ControlNet on every branch."""
        return ControlNet(model, hints)

    def measure(self, model: torch.nn.Module) -> dict[str, float]:
        """How well painted pictures follow each kind of map."""
        figures = super().measure(model)
        self.seen[id(model)].clear()
        return figures


class AloneStage(ControlNetStage):
    """A ControlNet for one kind of map, for a quarter of the steps: what several small networks would be worth at the same cost.

    Its weights are a measurement and do not ship; they stay beside the checkpoints.
    """

    steps = 625
    measure_every = 625

    def shipped(self) -> None:
        """None ships."""
        return None

    def record(self) -> Path:
        """Beside the checkpoints."""
        return STATE / f"{self.name}.json"

    def folder(self, *parts: str) -> Path:
        """Beside the checkpoints."""
        path = STATE.joinpath(*parts)
        path.mkdir(parents=True, exist_ok=True)
        return path


class EdgesAlone(AloneStage):
    """Of edges."""

    name = "control_edge"
    kinds: ClassVar[tuple[Kind, ...]] = ("edge",)


class SegmentsAlone(AloneStage):
    """Of segments."""

    name = "control_segmentation"
    kinds: ClassVar[tuple[Kind, ...]] = ("segmentation",)
