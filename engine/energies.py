"""Energies: losses over what one forward pass shows, which the latent descends before a step.

Attend-and-Excite, layout guidance, attention refocusing and self-guidance are all "forward, loss over attention maps or x0,
gradient with respect to the latent, move, perhaps again". Energies of several techniques are summed and share ONE backward.

The move is x <- x - stride·sqrt(1 - alpha)·g / RMS(g), for each lane by itself: published step sizes are tuned to one latent
size and one model, while a step in units of the noise's deviation transfers (Pentimento's own rule).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import torch

from .attention import Recorded, Sites
from .branch import POSITIVE
from .denoiser import Prediction
from .errors import TechniqueMisuse
from .schedule import Step
from .shapes import Latents, PerLane

if TYPE_CHECKING:
    from .technique import Run


@dataclass(frozen=True, eq=False)
class Shown:
    """What a loss may look at; all of it carries gradients to the latent.

    Attributes:
        predicted: of the positive branch of every lane alone.
        step: where the run stands.
        run: for words, sizes and lanes.
    """

    predicted: Prediction
    step: Step
    run: "Run"

    @property
    def x0(self) -> Latents:
        """Prediction of the clean latent."""
        return self.predicted.x0

    @property
    def maps(self) -> Recorded:
        """The recorded attention probabilities.

        Raises:
            TechniqueMisuse: no energy asked for a record.
        """
        if self.predicted.maps is None:
            raise TechniqueMisuse("no attention was recorded; give the energy `record=Sites(...)`")
        return self.predicted.maps

    def pixels(self) -> torch.Tensor:
        """The prediction decoded, (lanes, 3, H, W) in [-1, 1], with gradients."""
        from .latents import to_pixels

        return to_pixels(self.run.model, self.x0)


Loss: TypeAlias = Callable[[Shown], PerLane]


@dataclass(frozen=True, eq=False)
class Energy:
    """A loss and how eagerly it is followed.

    Attributes:
        loss: Shown -> (lanes,), one value for each lane; lanes are summed, never averaged. Zero for a lane it does not mean.
        record: layers whose maps it reads.
        stride: RMS of a move in units of the noise's deviation, 0.02 to 0.1.
        rounds: most moves in this step, at least 1.
        enough: a lane whose loss is at or under this is left alone.
        weight: share of this energy where several pull at one lane.
    """

    loss: Loss
    record: tuple[Sites, ...] = ()
    stride: float = 0.05
    rounds: int = 1
    enough: float = 0.0
    weight: float = 1.0


@torch.enable_grad()
def descend(x: Latents, step: Step, run: "Run", energies: Sequence[Energy]) -> Latents:
    """Moves the latent down the sum of some energies.

    Args:
        x: (lanes, channels, h, w).
        step: where the run stands.
        run: the door to the network.
        energies: those of all active techniques.

    Returns:
        The moved latent, without a graph.
    """
    lanes = run.lanes(step).only(POSITIVE)
    record = tuple(dict.fromkeys(sites for energy in energies for sites in energy.record))
    for done in range(max(energy.rounds for energy in energies)):
        current = [energy for energy in energies if done < energy.rounds]
        x = x.detach().requires_grad_()
        shown = Shown(run.denoise(x, step, lanes=lanes, record=record), step, run)
        losses = torch.stack([energy.loss(shown).float() for energy in current])  # (energies, lanes)
        wanted = losses.detach() > torch.tensor([energy.enough for energy in current], device=x.device)[:, None]
        if not wanted.any():
            break
        weights = torch.tensor([energy.weight for energy in current], device=x.device)[:, None] * wanted
        gradient = run.gradient((losses * weights).sum(), x)
        rms = gradient.square().mean((1, 2, 3), keepdim=True).sqrt().clamp(min=1e-20)
        strides = torch.tensor([energy.stride for energy in current], device=x.device)[:, None] * wanted  # (energies, lanes)
        length = strides.amax(0)[:, None, None, None] * step.level.noise
        x = x - length * gradient / rms
    return x.detach()
