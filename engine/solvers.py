"""Solvers: how the next latent follows from this one and the prediction of the clean image.

In variance preserving latents all three are one move, x' = sqrt(alpha')·D + sqrt(1 - alpha')·eps with eps = what D leaves of
x; they differ in D, in the times they visit and in where they start.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from .errors import BadSchedule
from .schedule import Grid, Level, NoiseLevels, Spacing, Step
from .shapes import Latents


def eps_of(x: Latents, x0: Latents, level: Level) -> Latents:
    """The noise that x holds at this level if x0 is the clean image."""
    return (x - math.sqrt(level.alpha) * x0) / level.noise


@dataclass(frozen=True)
class Solver(Grid):
    """First-order move; the base of the solvers."""

    def begin(self, noise: Latents, first: Level, spacing: Spacing) -> Latents:
        """The latent that a run from pure noise starts with."""
        return noise

    def step(self, x: Latents, x0: Latents, step: Step, history: Sequence[tuple[Step, Latents]], noise: Latents | None) -> Latents:
        """Moves from `step.level` to `step.next`.

        Args:
            x: the latent that enters.
            x0: prediction of the clean image.
            step: where the run stands.
            history: earlier steps with their x0, oldest first.
            noise: fresh noise, for solvers that ask for it (`noisy`).
        """
        # While inverting, the prediction was made as if x stood at the level that the network was told (see `Step.told`).
        eps = eps_of(x, x0, step.told)
        if step.told is not step.level:
            x0 = (x - step.level.noise * eps) / math.sqrt(step.level.alpha)
        return step.next.noised(x0, eps)

    @property
    def noisy(self) -> bool:
        """Whether steps need fresh noise."""
        return False


@dataclass(frozen=True)
class DDIM(Solver):
    """Deterministic or ancestral first-order sampling.

    Source: Song et al. 2021, arXiv:2010.02502, equations 12 and 16.
    Differs: the next level is that of the next step; diffusers takes t - 1000 // steps, which is the same whenever the grid
    is regular.

    Attributes:
        eta: 0 is deterministic, 1 adds as much noise as DDPM.
    """

    eta: float = 0.0

    @property
    def noisy(self) -> bool:
        """Whether steps need fresh noise."""
        return self.eta > 0

    def clean(self, levels: NoiseLevels) -> Level:
        """Ends at alpha = 1 or, if the model says so, at that of time 0."""
        return Level(-1, 1.0 if levels.final_one else float(levels.alphas[0]))

    def step(self, x: Latents, x0: Latents, step: Step, history: Sequence[tuple[Step, Latents]], noise: Latents | None) -> Latents:
        """Moves from `step.level` to `step.next`."""
        if not self.noisy:
            return super().step(x, x0, step, history, noise)
        if step.told is not step.level:
            raise BadSchedule(f"eta = {self.eta}: a run backwards must be deterministic; use DDIM(eta=0)")
        here, there = step.level.alpha, step.next.alpha
        deviation = self.eta * math.sqrt((1 - there) / (1 - here) * (1 - here / there))
        assert noise is not None
        direction = math.sqrt(max(0.0, 1 - there - deviation**2)) * eps_of(x, x0, step.level)
        return math.sqrt(there) * x0 + direction + deviation * noise


@dataclass(frozen=True)
class Euler(Solver):
    """Euler's method for the probability-flow equation in sigma.

    Source: Karras et al. 2022, arXiv:2206.00364, algorithm 1 without churn; the discrete form of k-diffusion.
    Differs: written in variance preserving latents, where its move is that of DDIM.
    """

    def times(self, levels: NoiseLevels, steps: int, spacing: Spacing) -> list[float]:
        """As for DDIM, but linspace times are not rounded."""
        if spacing == "linspace":
            return [float(t) for t in np.linspace(0, len(levels.alphas) - 1, steps, dtype=np.float32)[::-1]]
        return super().times(levels, steps, spacing)

    def begin(self, noise: Latents, first: Level, spacing: Spacing) -> Latents:
        """Pure noise of the first sigma; with leading spacing, as if there were signal beside it."""
        return noise if spacing == "leading" else first.noise * noise


@dataclass(frozen=True)
class DPMSolverPP2M(Solver):
    """Second-order multistep solver for the clean image.

    Source: Lu et al. 2022, arXiv:2211.01095, algorithm 2 (midpoint form), as diffusers' `DPMSolverMultistepScheduler`.
    """

    def times(self, levels: NoiseLevels, steps: int, spacing: Spacing) -> list[float]:
        """One more interval than steps, unless trailing."""
        total = len(levels.alphas)
        if spacing == "leading":
            return [float(i * (total // (steps + 1)) + levels.offset) for i in reversed(range(1, steps + 1))]
        if spacing == "linspace":
            return [float(t) for t in np.linspace(0, total - 1, steps + 1).round()[::-1][:-1]]
        return super().times(levels, steps, spacing)

    def step(self, x: Latents, x0: Latents, step: Step, history: Sequence[tuple[Step, Latents]], noise: Latents | None) -> Latents:
        """Moves from `step.level` to `step.next`."""
        if step.told is not step.level:
            raise BadSchedule("DPM-Solver++ does not run backwards; invert with DDIM")
        if not history or step.last:
            return super().step(x, x0, step, history, noise)
        before, x0_before = history[-1]
        # lambda = log(sqrt(alpha) / sqrt(1 - alpha)) = -log(sigma)
        r = math.log(before.level.sigma / step.level.sigma) / math.log(step.level.sigma / step.next.sigma)
        d = x0 + (x0 - x0_before) / (2 * r)
        ratio = step.next.noise / step.level.noise
        return ratio * x + (math.sqrt(step.next.alpha) - ratio * math.sqrt(step.level.alpha)) * d


def fresh_noise(shape: torch.Size, generators: Sequence[torch.Generator]) -> Latents:
    """Draws (lanes, channels, height, width) noise, each lane from its own generator on the CPU."""
    return torch.cat([torch.randn((1, *shape[1:]), generator=generator) for generator in generators])
