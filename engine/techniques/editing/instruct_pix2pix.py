"""InstructPix2Pix: a picture is changed as an instruction says, without a mask and without inversion."""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self

import torch

from ...branch import POSITIVE, Branch, Branches
from ...errors import BadInput
from ...schedule import Step
from ...shapes import Latents
from ...technique import Run, Technique
from ..guidance.classifier_free import NEGATIVE, with_negative

if TYPE_CHECKING:
    from ...backbones.model import Model
    from ...backbones.module_weights import ModuleWeights

IMAGE = "image"
"""The branch that sees the picture and no instruction."""


@dataclass(frozen=True, eq=False)
class InstructPix2Pix(Technique):
    """Show the network a picture beside the noise, and weigh picture and instruction apart.

    x0 = e(∅, ∅) + image_scale·(e(∅, I) - e(∅, ∅)) + text_scale·(e(c, I) - e(∅, I)), where e(text, picture) is a prediction. The
    prompt of the lane is the instruction; its scale is that of `ClassifierFree`, which stands before this technique in the list
    (1 without it). Behind it, classifier-free guidance would also amplify what the picture says.

    Source: Brooks et al. 2023, arXiv:2211.09800, equation 3; the picture's latents are not scaled, and zeros where no picture is
    shown, as in the released code.
    Differs: the fine-tuned painter may be worn as low-rank changes of a shared base.

    Attributes:
        source: clean latents of the picture, one row for all lanes or one for each, scaled as everywhere in the engine.
        image_scale: how closely the picture is followed; 1 to 2 are usual.
        module: the fine-tuned weights; None if the model itself has the eight input channels.
        strength: share of what the module changes.
        window: share of the run in which the picture is shown.
    """

    source: Latents
    image_scale: float = 1.5
    module: "ModuleWeights | None" = None
    _shown: Mapping[str, torch.Tensor] = field(default_factory=dict, kw_only=True, repr=False)

    def __post_init__(self) -> None:
        if self.source.ndim != 4:
            raise BadInput(f"source has shape {tuple(self.source.shape)}; (1 or lanes, channels, height, width) is needed")

    @contextlib.contextmanager
    def weights(self, model: "Model") -> Iterator[None]:
        """Wears the module, if there is one."""
        with contextlib.nullcontext() if self.module is None else self.module.worn(model, self.strength):
            yield

    def begin(self, run: Run) -> Self:
        """Gives every lane its picture."""
        shape = (self.source.shape[1], *self.source.shape[2:])
        if shape != tuple(run.noise.shape[1:]) or len(self.source) not in (1, len(run.prompts)):
            raise BadInput(f"source {tuple(self.source.shape)} does not fit a run of {tuple(run.noise.shape)}")
        unscaled = self.source.to(run.noise) / float(run.model.vae.config.scaling_factor)
        return replace(self, _shown=dict(zip(run.prompts, unscaled.expand_as(run.noise), strict=True)))

    def branches(self, branches: Branches, step: Step) -> Branches:
        """Adds the branch without words, which reads what the negative one reads."""
        branches = with_negative(branches)
        text = branches[POSITIVE].weight
        assert text is not None
        return branches.add(Branch(IMAGE, branches[NEGATIVE].prompt, self.image_scale - text))

    def condition(self, branch: Branch, step: Step) -> Branch:
        """Shows the picture to every branch but the negative one."""
        picture = self._shown[branch.lane]
        return branch.with_channels(torch.zeros_like(picture) if branch.name == NEGATIVE else picture)
