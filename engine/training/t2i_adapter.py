"""Trains the embedded T2I-Adapter on the frozen painter: a light pyramid for edges, scribbles, depth and segments.

Source: Mou et al. 2023, arXiv:2302.08453, section 3.2 and 3.4 (times are drawn with t = (1 - u³)·T: a map counts where the layout
forms); `T2IAdapter` of diffusers.
Differs: six channels for four kinds of map, as the embedded ControlNet has; learning rate 4e-4 instead of 1e-5.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
import torch
from diffusers import T2IAdapter as Network

from ..techniques.control.hints import WIDTH
from ..techniques.control.t2i_adapter import T2IAdapter
from .frozen import FrozenPainter
from .hinted import HintedScenes, followed, watching_painter
from .levels import Levels
from .stage import EMBEDDED, Stage

FOLDER = EMBEDDED / "adapter"


class Early(Levels):
    """Draws times t = (1 - u³)·T: half of them are among the noisiest eighth."""

    def draw(self, count: int) -> torch.Tensor:
        """Time steps, (count,) int64; u is spread evenly over [0, 1)."""
        u = (torch.arange(count) + torch.rand(count)) / count
        return ((1 - u**3) * len(self.snr)).long().clamp(max=len(self.snr) - 1)


class AdapterStage(Stage):
    """The adapter's place in the training queue."""

    name = "adapter"
    learning_rate = 4e-4
    weight_decay = 0.01
    batch = 8
    steps = 8_000
    decay = 0.998
    measure_every = 500

    @cached_property
    def painter(self) -> FrozenPainter:
        """What is steered; its levels are drawn early."""
        painter = FrozenPainter()
        painter.levels = Early(painter.noise)
        return painter

    def build(self) -> torch.nn.Module:
        """A fresh pyramid as wide as the painter's encoder.

        Its first layer and all biases are zero, so that it starts at plain painting; the paper's starts at random.
        """
        made: Any = Network
        config = self.painter.unet.config
        factor = 2 ** (len(self.painter.vae.config.block_out_channels) - 1)
        model = made(in_channels=WIDTH, channels=list(config.block_out_channels), num_res_blocks=2, downscale_factor=factor)
        for name, parameter in model.named_parameters():
            if name.endswith(".bias") or name == "adapter.conv_in.weight":
                torch.nn.init.zeros_(parameter)
        assert isinstance(model, torch.nn.Module)
        return model

    def data(self, rng: np.random.Generator) -> Iterator[tuple[torch.Tensor, ...]]:
        """Batches of scenes with maps."""
        return HintedScenes(self.painter, rng).batches(self.batch)

    def loss(self, model: torch.nn.Module, batch: tuple[torch.Tensor, ...]) -> torch.Tensor:
        """The painter's v-error with the pyramid's features, at mostly noisy levels."""
        latents, ids, hints, things = batch
        painter = self.painter.to(latents.device)
        drawn, text = painter.noised(latents), painter.read(ids)
        said = painter.velocity(drawn.x, drawn.steps, text, down_intrablock_additional_residuals=list(model(hints)))
        return drawn.error(said, 1 + 2 * drawn.visible * things)

    @torch.no_grad()
    def measure(self, model: torch.nn.Module) -> dict[str, float]:
        """How well painted pictures follow each kind of map."""
        return followed(watching_painter(next(model.parameters()).device), lambda hints: T2IAdapter(model, hints))

    def shipped(self) -> dict[str, torch.Tensor] | None:
        """The shipped pyramid."""
        from safetensors.torch import load_file

        file = FOLDER / "diffusion_pytorch_model.safetensors"
        return {name: tensor.float() for name, tensor in load_file(file).items()} if file.is_file() else None

    def export(self, model: torch.nn.Module) -> None:
        """Writes a folder that `T2IAdapter.from_pretrained` loads."""
        network: Any = model
        network.half().save_pretrained(self.folder("adapter"))
