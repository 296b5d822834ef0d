"""IP-Adapter: a picture as part of the prompt."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

import torch
from torch.nn import functional as F

from ...attention import CROSS, Call, Edit
from ...backbones.image_prompt import ImagePromptWeights
from ...errors import BadInput
from ...schedule import Step
from ...shapes import Heads
from ...technique import Run, Technique
from ..guidance.classifier_free import NEGATIVE


@dataclass(frozen=True, eq=False)
class IPAdapter(Technique):
    """Let every cross-attention layer also read an image's tokens, with keys and values of their own.

    output = Attention(q, k_text, v_text) + strength·Attention(q, k_image, v_image). The negative branch reads the tokens of an
    all-zero embedding.

    Source: Ye et al. 2023, arXiv:2308.06721, equation 5; zeros for the unconditional image as in the released code.
    Differs: added beside the layer's own output by an edit, so that edits of the text's attention do not see it.

    Attributes:
        embedding: of the image, (1 or lanes, width); see `ImageEncoder.embed`.
        module: what was learned.
        where: (h, w) in [0, 1], 1 where the image counts, of any size; everywhere by default.
        strength: 1 follows the image, 0.5 to 0.6 leave room for words.
        window: share of the run in which it acts.
    """

    embedding: torch.Tensor
    module: ImagePromptWeights
    where: torch.Tensor | None = None
    _reads: Mapping[str, tuple[torch.Tensor, torch.Tensor]] = field(default_factory=dict, kw_only=True, repr=False)
    _lanes: tuple[str, ...] = field(default=(), kw_only=True, repr=False)

    def __post_init__(self) -> None:
        width = self.module.projection["proj.weight"].shape[1]
        if self.embedding.ndim != 2 or self.embedding.shape[1] != width:
            raise BadInput(f"embedding {tuple(self.embedding.shape)}: (1 or lanes, {width}) is needed; another encoder made it")
        if self.where is not None and self.where.ndim != 2:
            raise BadInput(f"`where` has shape {tuple(self.where.shape)}; (h, w) is needed")

    def begin(self, run: Run) -> Self:
        """Makes keys and values of every layer once: for each lane, and last for no image."""
        lanes = tuple(run.prompts)
        if len(self.embedding) not in (1, len(lanes)):
            raise BadInput(f"{len(self.embedding)} embeddings for {len(lanes)} lanes; give one, or one for each")
        module = self.module.to(run.model.device)
        images = self.embedding.to(run.noise).expand(len(lanes), -1)
        tokens = module.tokens(torch.cat([images, torch.zeros_like(images[:1])]))  # (lanes + 1, tokens, width)
        reads = {layer: (F.linear(tokens, module.keys[layer]), F.linear(tokens, module.values[layer])) for layer in module.keys}
        where = None if self.where is None else self.where.to(run.noise)
        return replace(self, where=where, _reads=reads, _lanes=lanes)

    def edits(self, step: Step) -> tuple[Edit, ...]:
        """Adds what the image says beside what the text says."""
        return (Edit(CROSS, output=self._beside),)

    def _beside(self, call: Call, q: Heads, k: Heads, v: Heads, output: Heads) -> Heads:
        which = [len(self._lanes) if branch == NEGATIVE else self._lanes.index(lane) for lane, branch in call.rows]
        keys, values = (part[which].to(q).unflatten(2, (q.shape[1], -1)).transpose(1, 2) for part in self._reads[call.site.name])
        said = F.scaled_dot_product_attention(q, keys, values)  # (rows, heads, pixels, d)
        if self.where is not None:
            grid = F.adaptive_avg_pool2d(self.where[None], (call.site.height, call.site.width))
            said = said * grid.flatten()[:, None].to(said)
        return output + self.strength * said
