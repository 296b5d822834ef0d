"""Noise levels of a model, and the order in which a run visits them.

Levels are variance preserving: x = sqrt(alpha)·x0 + sqrt(1 - alpha)·noise, alpha falling from 1 (clean) towards 0. Grids of
times are those of Lin et al. 2024 (arXiv:2305.08891, table 2) as diffusers builds them, so that runs agree step by step.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import torch

from .errors import BadSchedule, UnsupportedModel
from .shapes import Latents

Spacing: TypeAlias = Literal["leading", "trailing", "linspace"]


@dataclass(frozen=True)
class Level:
    """A noise level.

    Attributes:
        t: time that the network is told, 0 to 999; -1 is clean.
        alpha: share of signal in the variance; called `alpha_bar` or `alphas_cumprod` elsewhere.
    """

    t: float
    alpha: float

    @property
    def sigma(self) -> float:
        """Noise over signal: sqrt((1 - alpha) / alpha)."""
        return math.sqrt((1 - self.alpha) / self.alpha) if self.alpha > 0 else math.inf

    @property
    def noise(self) -> float:
        """Standard deviation of the noise in the latent: sqrt(1 - alpha)."""
        return math.sqrt(1 - self.alpha)

    def noised(self, x0: Latents, noise: Latents) -> Latents:
        """Brings clean latents to this level."""
        return math.sqrt(self.alpha) * x0 + self.noise * noise


@dataclass(frozen=True)
class Step:
    """One step of a run.

    Attributes:
        index: 0 for the first step that is taken.
        count: how many steps the run takes.
        level: of the latent that enters the step.
        told: what the network is told; differs from `level` only when the run goes backwards.
        next: level of the latent that leaves the step.
    """

    index: int
    count: int
    level: Level
    told: Level
    next: Level

    @property
    def share(self) -> float:
        """How much of the run is done when the step begins, in [0, 1)."""
        return self.index / self.count

    @property
    def last(self) -> bool:
        """Whether no step follows."""
        return self.index == self.count - 1


@dataclass(frozen=True)
class Window:
    """A share of the run: steps with start <= index / count < end.

    Attributes:
        start: 0 is the first step (the noisiest, unless the run goes backwards).
        end: 1 includes the last step.
    """

    start: float = 0.0
    end: float = 1.0

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end <= 1:
            raise BadSchedule(f"window {self.start}…{self.end} must satisfy 0 <= start <= end <= 1")

    def __contains__(self, step: Step) -> bool:
        # 0.2 of 15 steps is 3 steps: rounding errors of the product must not decide.
        return self.start * step.count - 1e-9 <= step.index < self.end * step.count - 1e-9


@dataclass(frozen=True, eq=False)
class NoiseLevels:
    """The noise schedule that a model was trained with.

    Attributes:
        alphas: (times,), float64, alpha for each time.
        spacing: how the model's own configuration spreads steps over times.
        offset: added to times with leading spacing.
        final_one: whether DDIM ends at alpha = 1 (else at that of time 0).
    """

    alphas: np.ndarray
    spacing: Spacing = "leading"
    offset: int = 0
    final_one: bool = True

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> "NoiseLevels":
        """Reads the configuration of a diffusers scheduler.

        Raises:
            UnsupportedModel: the betas are none of linear, scaled_linear or given ones.
        """
        times, kind = int(config.get("num_train_timesteps", 1000)), config.get("beta_schedule", "linear")
        start, end = float(config.get("beta_start", 1e-4)), float(config.get("beta_end", 0.02))
        if config.get("trained_betas") is not None:
            betas = torch.tensor(config["trained_betas"], dtype=torch.float32)
        elif kind == "linear":
            betas = torch.linspace(start, end, times, dtype=torch.float32)
        elif kind == "scaled_linear":
            betas = torch.linspace(start**0.5, end**0.5, times, dtype=torch.float32) ** 2
        else:
            raise UnsupportedModel(f"noise schedule {kind!r} is not known; linear and scaled_linear are")
        if config.get("rescale_betas_zero_snr"):
            raise UnsupportedModel("zero terminal SNR (rescale_betas_zero_snr) is not supported; switch it off in scheduler_config.json")
        # float32 like diffusers, so that levels agree to the last bit; float64 only from here on.
        alphas = torch.cumprod(1 - betas, 0).double().numpy()
        spacing = config.get("timestep_spacing", "leading")
        return cls(alphas, spacing, int(config.get("steps_offset", 0)), bool(config.get("set_alpha_to_one", True)))

    def at(self, t: float) -> Level:
        """The level of a time; sigma is interpolated between whole times, as k-diffusion does."""
        whole = int(t)
        if whole == t:
            return Level(t, float(self.alphas[whole]))
        sigmas = np.sqrt((1 - self.alphas) / self.alphas)
        sigma = float(np.interp(t, np.arange(len(sigmas)), sigmas))
        return Level(t, 1 / (1 + sigma**2))


@dataclass(frozen=True)
class Schedule:
    """How many steps a run takes, where it starts and which way it goes.

    Attributes:
        steps: steps from pure noise to clean.
        strength: share of them that is taken, (0, 1]; below 1 the run starts at a level with signal (image-to-image).
        reverse: from clean to noisy (inversion).
        spacing: how steps are spread over times; the model's own by default.
    """

    steps: int = 25
    strength: float = 1.0
    reverse: bool = False
    spacing: Spacing | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.steps <= 1000:
            raise BadSchedule(f"steps = {self.steps}: give a number from 1 to 1000")
        if not 0 < self.strength <= 1:
            raise BadSchedule(f"strength = {self.strength}: give a share in (0, 1]")
        if int(self.steps * self.strength) < 1:
            raise BadSchedule(f"strength {self.strength} of {self.steps} steps is less than one step; raise one of them")

    def plan(self, levels: NoiseLevels, solver: "Grid") -> tuple[Step, ...]:
        """Lays out the run.

        Args:
            levels: of the model.
            solver: knows which times it asks for and where it ends.
        """
        times = solver.times(levels, self.steps, self.spacing or levels.spacing)
        visited = [*(levels.at(t) for t in times), solver.clean(levels)][-int(self.steps * self.strength) - 1 :]
        count = len(visited) - 1
        if self.reverse:
            visited.reverse()
            return tuple(Step(i, count, visited[i], visited[i + 1], visited[i + 1]) for i in range(count))
        return tuple(Step(i, count, visited[i], visited[i], visited[i + 1]) for i in range(count))


class Grid:
    """What a schedule asks of a solver; `solvers.Solver` builds on it."""

    def times(self, levels: NoiseLevels, steps: int, spacing: Spacing) -> list[float]:
        """Times that are visited, noisiest first."""
        total = len(levels.alphas)
        if spacing == "leading":
            return [float(i * (total // steps) + levels.offset) for i in reversed(range(steps))]
        if spacing == "trailing":
            return [float(t) - 1 for t in np.arange(total, 0, -total / steps).round()[:steps]]
        return [float(t) for t in np.linspace(0, total - 1, steps).round()[::-1]]

    def clean(self, levels: NoiseLevels) -> Level:
        """The level at which a run ends."""
        return Level(-1, 1.0)
