"""Inpainting by a network that sees the mask: the region is painted to fit what surrounds it."""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, Self

import numpy as np
import torch
from PIL import Image

from ...branch import Branch
from ...errors import BadInput
from ...latents import encode_pixels, from_images, latent_mask
from ...schedule import Step
from ...shapes import Latents, Mask, Pixels
from ...technique import Run, Technique

if TYPE_CHECKING:
    from ...backbones.model import Model
    from ...backbones.module_weights import ModuleWeights


@dataclass(frozen=True, eq=False)
class Inpainting(Technique):
    """Show the network the mask and the picture without the region, beside the noise.

    Source: Rombach et al. 2022, arXiv:2112.10752, section 4.5, as released for Stable Diffusion: channels are noise, mask, picture.
    Differs: the fine-tuned painter may be worn as low-rank changes of a shared base. What is outside the region is asked for, not
    enforced; put the old pixels back, or add `BlendedLatentDiffusion`.

    Attributes:
        kept: clean latents of the picture whose region is blanked to grey, one row for all lanes or one for each; see `of`.
        repaint: 1 = paint again, 0 = keep; the size of the latent.
        module: the fine-tuned weights; None if the model itself has the nine input channels.
        strength: share of what the module changes.
        window: share of the run in which mask and picture are shown.
    """

    kept: Latents
    repaint: Mask
    module: "ModuleWeights | None" = None
    _shown: Mapping[str, torch.Tensor] = field(default_factory=dict, kw_only=True, repr=False)

    def __post_init__(self) -> None:
        if self.kept.ndim != 4 or self.repaint.ndim != 4 or self.repaint.shape[-2:] != self.kept.shape[-2:]:
            raise BadInput(f"mask {tuple(self.repaint.shape)} and kept {tuple(self.kept.shape)} differ in size; use Inpainting.of")

    @classmethod
    def of(
        cls,
        model: "Model",
        picture: Image.Image,
        region: np.ndarray | Image.Image,
        module: "ModuleWeights | None" = None,
        *,
        rule: Literal["cover", "nearest"] = "cover",
        generator: torch.Generator | None = None,
    ) -> Self:
        """Makes it from pixels.

        Args:
            model: whose autoencoder reads the picture.
            picture: sides must be multiples of the autoencoder's factor.
            region: of the same size, 1 = paint again; cut at one half.
            module: the fine-tuned weights.
            rule: how the region comes to the latent's grid; "nearest" is diffusers' way and loses thin regions.
            generator: draws from the posterior as diffusers does; its mean is taken without one.

        Raises:
            BadInput: region and picture differ in size.
        """
        repaint = latent_mask(region, model, rule)
        return cls(encode_pixels(model, blanked(from_images([picture]), region), generator), repaint, module)

    @contextlib.contextmanager
    def weights(self, model: "Model") -> Iterator[None]:
        """Wears the module, if there is one."""
        with contextlib.nullcontext() if self.module is None else self.module.worn(model, self.strength):
            yield

    def begin(self, run: Run) -> Self:
        """Gives every lane its mask and its picture."""
        if self.kept.shape[1:] != run.noise.shape[1:] or not {len(self.kept), len(self.repaint)} <= {1, len(run.prompts)}:
            raise BadInput(f"kept {tuple(self.kept.shape)} does not fit a run of {tuple(run.noise.shape)}")
        mask, kept = self.repaint.to(run.noise).expand(len(run.noise), -1, -1, -1), self.kept.to(run.noise).expand_as(run.noise)
        return replace(self, _shown=dict(zip(run.prompts, torch.cat([mask, kept], dim=1), strict=True)))

    def condition(self, branch: Branch, step: Step) -> Branch:
        """Shows mask and picture to every branch, also to the negative one."""
        return branch.with_channels(self._shown[branch.lane])


def blanked(pixels: Pixels, region: np.ndarray | Image.Image) -> Pixels:
    """Pixels whose region is grey, the middle of their range.

    Args:
        pixels: (1, 3, height, width) in [-1, 1].
        region: 1 = blank; cut at one half.

    Raises:
        BadInput: region and pixels differ in size.
    """
    share = np.asarray(region.convert("L"), np.float32) / 255 if isinstance(region, Image.Image) else np.asarray(region, np.float32)
    if share.shape != tuple(pixels.shape[-2:]):
        raise BadInput(f"the region is {share.shape}, the picture {tuple(pixels.shape[-2:])} (height, width); they must be of one size")
    return pixels * torch.from_numpy(share < 0.5).to(pixels)
