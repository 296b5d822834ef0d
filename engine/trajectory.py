"""What a run passed through, as a value."""

from dataclasses import dataclass

from .errors import BadSchedule
from .schedule import Level
from .shapes import Latents


@dataclass(frozen=True, eq=False)
class Noised:
    """Latents that stand at a noise level; a run that is given them starts there and adds no noise.

    Attributes:
        latents: variance preserving.
        level: where they stand.
    """

    latents: Latents
    level: Level


@dataclass(frozen=True, eq=False)
class Trajectory:
    """The latents of a run, from the first to the last.

    Attributes:
        levels: one more than the run has steps.
        latents: of each level.
    """

    levels: tuple[Level, ...]
    latents: tuple[Latents, ...]

    @property
    def end(self) -> Noised:
        """Where the run arrived."""
        return Noised(self.latents[-1], self.levels[-1])

    def at(self, level: Level) -> Latents:
        """The latents of a level.

        Raises:
            BadSchedule: the run did not pass through that level.
        """
        for mine, latents in zip(self.levels, self.latents, strict=True):
            if abs(mine.alpha - level.alpha) < 1e-9:
                return latents
        raise BadSchedule(f"no latents at time {level.t:g}; use the same steps, strength and spacing in both directions")
