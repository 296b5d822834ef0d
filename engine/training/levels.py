"""Noise levels as the painter and its control modules are trained on them: how they are drawn, and the error of what is said of them."""

from dataclasses import dataclass, replace

import torch
from diffusers import DDIMScheduler

GAMMA = 5.0


class Levels:
    """Draws noise levels in proportion to min(SNR + 1, γ) / (SNR + 1).

    Source: min-SNR weights for v-prediction (Hang et al. 2023, arXiv:2303.09556).
    Differs: a distribution instead of a weight, so that no sample is spent on levels that hardly count.

    Args:
        noise: the schedule.
    """

    def __init__(self, noise: DDIMScheduler) -> None:
        kept = noise.alphas_cumprod
        self.snr = kept / (1 - kept)
        share = (self.snr + 1).clamp(max=GAMMA) / (self.snr + 1)
        self.distribution = (share / share.sum()).cumsum(0)

    def draw(self, count: int) -> torch.Tensor:
        """Time steps, (count,) int64; one from each of `count` equal shares of the distribution, which calms the gradient."""
        even = (torch.arange(count) + torch.rand(count)) / count
        return torch.searchsorted(self.distribution, even).clamp(max=len(self.distribution) - 1)


@dataclass(frozen=True, eq=False)
class Noised:
    """Latents at drawn levels and what the painter should say of them.

    Attributes:
        x: (n, channels, h, w), noisy.
        steps: (n,) time steps.
        wanted: (n, channels, h, w), the velocity.
        visible: (n, 1, 1, 1), 1 where the level shows what the picture holds (SNR > 0.5).
        kept: (n, 1, 1, 1), the share of the signal's power at the level (ᾱ).
    """

    x: torch.Tensor
    steps: torch.Tensor
    wanted: torch.Tensor
    visible: torch.Tensor
    kept: torch.Tensor

    def drifted(self, drift: torch.Tensor) -> "Noised":
        """The same clean latents wanted of a noisy picture that has gone astray, as one in a run has.

        A network that is trained on true noisy pictures alone learns to trust them; in a run they hold its own earlier mistakes, which
        then stay and grow.

        Source: Ning et al. 2023, arXiv:2301.11706 (input perturbation against exposure bias).
        Differs: what is added is part of the picture, not of the noise.

        Args:
            drift: (n, channels, h, w), added to the clean latents in the noisy ones alone; in units of the noise's deviation at the
                level, as a run's mistakes are of the order of what its level hides.
        """
        return replace(self, x=self.x + (self.kept * (1 - self.kept)).sqrt() * drift, wanted=self.wanted + self.kept * drift)

    def error(self, predicted: torch.Tensor, weight: torch.Tensor | None = None) -> torch.Tensor:
        """Mean square error of the velocity.

        Args:
            predicted: what the network said.
            weight: (n, 1, h, w), how much each cell counts; its mean does not matter.
        """
        square = (predicted.float() - self.wanted).square()
        return square.mean() if weight is None else (square * weight).mean() / weight.mean()


def noised(noise: DDIMScheduler, levels: Levels, latents: torch.Tensor) -> Noised:
    """Adds noise at drawn levels to clean latents.

    Args:
        noise: the schedule.
        levels: how levels are drawn from it.
        latents: (n, channels, h, w).
    """
    fresh = torch.randn_like(latents)
    steps = levels.draw(len(latents)).to(latents.device)
    snr = levels.snr.to(latents.device)[steps][:, None, None, None]
    x, wanted = noise.add_noise(latents, fresh, steps), noise.get_velocity(latents, fresh, steps)  # type: ignore[arg-type]
    return Noised(x, steps, wanted, (snr > 0.5).float(), snr / (snr + 1))
