"""DDIM inversion: the noise that a picture would have come from, and pinning a lane to the way back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import torch

from ...backbones.model import Model
from ...denoiser import Prediction
from ...sampling import sample
from ...schedule import Schedule, Step
from ...shapes import Latents
from ...solvers import DDIM
from ...technique import Run, Technique
from ...trajectory import Trajectory


def invert(
    model: Model,
    source: Latents,
    prompts: str | Sequence[str] | Mapping[str, str],
    *,
    schedule: Schedule = Schedule(50),  # noqa: B008 - frozen
    techniques: Sequence[Technique] = (),
    cancelled: Callable[[], bool] | None = None,
) -> Trajectory:
    """Runs the sampling equation from clean to noisy.

    Source: Song et al. 2021, arXiv:2010.02502, section 4.3; Mokady et al. 2023, arXiv:2211.09794, section 3.2 (without guidance).
    Differs: at each step the network is told the noisier level, and its answer (eps or v) is read at that level too.

    Args:
        model: the networks.
        source: clean latents; the posterior's mean, so that results are repeatable.
        prompts: what the source shows; no guidance is used.
        schedule: of the way back; give `sample` the same one, and `trajectory.end` as its start.
        techniques: usually none.
        cancelled: asked before every call of the network.

    Returns:
        The latents from clean to noisy.

    Raises:
        BadInput: shapes do not fit.
        Cancelled: `cancelled` said so.
    """
    backwards = replace(schedule, reverse=True)
    return sample(model, prompts, techniques=techniques, schedule=backwards, solver=DDIM(), start=source, cancelled=cancelled).trajectory


@dataclass(frozen=True, eq=False)
class Pinning(Technique):
    """Hold a lane on the trajectory of its inversion, so that the source comes out exactly while other lanes run free.

    Source: Ju et al. 2024, arXiv:2310.01506 (direct inversion), with the difference added back in full.

    Attributes:
        trajectory: from `invert`, with the same steps, strength and spacing as this run.
        lane: the lane that is held; the trajectory has one row.
        strength: 1 is exact; below 1 only a share of the drift is undone.
        window: share of the run in which it acts.
    """

    trajectory: Trajectory
    lane: str = "source"

    def claims(self) -> frozenset[str]:
        """A lane can follow one trajectory only."""
        return frozenset({f"course of lane {self.lane!r}"})

    def begin(self, run: Run) -> Technique:
        """Checks that the lane is there and that the trajectory passes through every level of the run."""
        run.require_lanes(self.lane)
        for step in run.steps:
            self.trajectory.at(step.next)
        return self

    def after_step(self, x: Latents, predicted: Prediction, step: Step, run: Run) -> Latents:
        """Puts the stored latent in the place of the lane's."""
        row = list(run.prompts).index(self.lane)
        stored = self.trajectory.at(step.next)[0].to(x)
        x = x.clone()
        x[row] = torch.lerp(x[row], stored, self.strength)  # exact at 1
        return x
