"""Trains the embedded T2I-Adapter on the frozen painter: a light pyramid for edges, scribbles, depth and segments.

Source: Mou et al. 2023, arXiv:2302.08453, section 3.2; `T2IAdapter` of diffusers.
Differs: six channels for four kinds of map, as the embedded ControlNet has; learning rate 4e-4 instead of 1e-5; levels are drawn as the
painter's were, not mostly noisy ones (section 3.4): features work at every step of a run, and where they had hardly been trained they
made one thing of two; words are pulled onto their things, as in the painter's training.
"""

from typing import Any

import torch
from diffusers import T2IAdapter as Network

from ..technique import Technique
from ..techniques.control.hints import WIDTH, Hint
from ..techniques.control.t2i_adapter import T2IAdapter
from .hinted import SideStage
from .painter import attention_loss

LOOKING = 0.2  # weight of where words look


class AdapterStage(SideStage):
    """The adapter's place in the training queue."""

    name = "adapter"
    learning_rate = 4e-4
    steps = 26_700  # the first 12,000 mostly at noisy levels, as in the paper: layouts were followed, but things of a pair lost
    empty = 0.5

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

    def loss(self, model: torch.nn.Module, batch: tuple[torch.Tensor, ...]) -> torch.Tensor:
        """The painter's v-error with the pyramid's features, and where words look."""
        latents, ids, hints, things, places = batch
        painter = self.painter.to(latents.device)
        drawn, text = painter.noised(latents), painter.read(ids)
        said = painter.velocity(drawn.x, drawn.steps, text, down_intrablock_additional_residuals=list(model(hints)))
        return drawn.error(said, 1 + 2 * drawn.visible * things) + LOOKING * attention_loss(painter.seen, places)

    def steering(self, model: torch.nn.Module, hints: dict[str, Hint]) -> Technique:
        """Features of the pyramid inside the encoder."""
        return T2IAdapter(model, hints)
