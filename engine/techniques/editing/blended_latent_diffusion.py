"""Blended latent diffusion: paint inside a mask, keep the source outside it at every noise level."""

from dataclasses import dataclass, replace
from typing import Self

from torch.nn import functional as F

from ...denoiser import Prediction
from ...errors import BadInput
from ...schedule import Step
from ...shapes import Latents, Mask
from ...technique import Run, Technique


@dataclass(frozen=True, eq=False)
class BlendedLatentDiffusion(Technique):
    """Repaint a region: after each step, cells outside the mask are the source, noised to the level just reached.

    Source: Avrahami et al. 2023, arXiv:2206.02779, algorithm 1 and section 4.4 (progressive mask shrinking).
    Differs: the source is noised to the *next* level, with the run's own noise, and is clean at the end; the released script
    is one level too noisy. This is also what diffusers does when it inpaints with a 4-channel U-Net.

    Attributes:
        source: clean latents, one row for all lanes or one for each.
        repaint: 1 = paint again, 0 = keep; the size of the latent.
        kernels: odd sizes of squares that widen the mask, largest first, each for an equal share of the run; the mask itself
            comes last. Thin regions need them.
        strength: share of the source that is put back outside the mask.
        window: share of the run in which it acts.
    """

    source: Latents
    repaint: Mask
    kernels: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.repaint.ndim != 4 or self.repaint.shape[-2:] != self.source.shape[-2:]:
            raise BadInput(f"mask {tuple(self.repaint.shape)} and source {tuple(self.source.shape)} differ in size; use latent_mask")
        if any(kernel < 1 or kernel % 2 == 0 for kernel in self.kernels):
            raise BadInput(f"kernels {self.kernels} must be odd")

    def begin(self, run: Run) -> Self:
        """Brings source and mask to the run's device."""
        if self.source.shape[-2:] != run.noise.shape[-2:]:
            raise BadInput(f"source is {tuple(self.source.shape[-2:])}, the run paints {tuple(run.noise.shape[-2:])} latent cells")
        return replace(self, source=self.source.to(run.noise), repaint=self.repaint.to(run.noise))

    def after_step(self, x: Latents, predicted: Prediction, step: Step, run: Run) -> Latents:
        """Puts the source back where nothing is to be painted."""
        kept = self.source.expand_as(x) if step.last else step.next.noised(self.source, run.noise)
        keep = self.strength * (1 - self._mask(step))
        return keep * kept + (1 - keep) * x

    def _mask(self, step: Step) -> Mask:
        """The mask of this step: the widened ones first, the mask itself in the last share."""
        stage = int(step.share * (len(self.kernels) + 1))
        if stage >= len(self.kernels):
            return self.repaint
        kernel = self.kernels[stage]
        return F.max_pool2d(self.repaint, kernel, stride=1, padding=kernel // 2)
