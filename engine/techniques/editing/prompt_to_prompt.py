"""Prompt-to-Prompt: change words of a prompt and keep the picture, by sharing attention between two lanes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import torch
from torch.nn import functional as F

from ...attention import Call, Edit, Sites
from ...branch import POSITIVE
from ...denoiser import Prediction
from ...errors import BadInput, TechniqueMisuse
from ...schedule import Step, Window
from ...shapes import Latents, Maps
from ...technique import Run, Technique

Kind = Literal["swap", "refine"]
SELF_LARGEST = 16  # released code: self-attention is shared up to 16²

Spelled = tuple[tuple[str, tuple[int, ...]], ...]
"""Words of a prompt with the positions of their tokens."""


@dataclass(frozen=True)
class LocalBlend:
    """Keep the change where the changed words are attended; elsewhere the latent is the source's.

    Source: Hertz et al. 2022, arXiv:2208.01626, section 4 (local editing); max-pool and threshold of the released code.

    Attributes:
        source: words of the source prompt; may be empty where words were added.
        target: words of the target prompt.
        threshold: share of the largest attention at which a cell belongs to the change.
        start: share of the run after which it acts.
    """

    source: tuple[str, ...]
    target: tuple[str, ...]
    threshold: float = 0.3
    start: float = 0.2

    def __post_init__(self) -> None:
        if not self.source and not self.target:
            raise BadInput("local blend needs words of the source or of the target prompt")
        if not 0 < self.threshold < 1 or not 0 <= self.start <= 1:
            raise BadInput(f"threshold {self.threshold} must lie between 0 and 1, start {self.start} in [0, 1]")


@dataclass(frozen=True)
class PromptToPrompt(Technique):
    """Paint the target prompt with the attention of the source prompt: A_target = A_source·alignment, then reweighted.

    Both lanes start from the same noise: give `sample` one seed, or the end of one inversion.

    Source: Hertz et al. 2022, arXiv:2208.01626, algorithm 1 and section 3.2 (word swap, refinement, re-weighting).
    Differs: words are aligned, then their tokens, with a counter for each prompt; the released mapper reads the wrong token
    after a swapped word of another length. Layers of self-attention are named by resolution.

    Attributes:
        source: lane whose picture is kept.
        target: lane that is painted with its attention.
        kind: "swap" for words in the place of words, "refine" for added or removed ones; by default swap where both prompts
            have as many words.
        cross: share of the run in which cross-attention is shared.
        self_attention: share of the run in which self-attention is shared; 0.5 for real pictures.
        reweight: word of the target -> factor of its attention, -2 to 4; acts in the whole window.
        local: keeps the change local.
        strength: share of the source's attention that is taken, of the reweighting, and of the blend.
        window: share of the run in which any of it acts.
    """

    source: str = "source"
    target: str = "target"
    kind: Kind | None = None
    cross: float = 0.8
    self_attention: float = 0.4
    reweight: Mapping[str, float] = field(default_factory=dict)
    local: LocalBlend | None = None
    _alignment: torch.Tensor | None = field(default=None, kw_only=True, repr=False, compare=False)
    _factors: torch.Tensor | None = field(default=None, kw_only=True, repr=False, compare=False)
    _blending: "_Blending | None" = field(default=None, kw_only=True, repr=False, compare=False)
    _largest: int = field(default=SELF_LARGEST, kw_only=True, repr=False)

    def __post_init__(self) -> None:
        if self.source == self.target:
            raise BadInput(f"source and target are both lane {self.source!r}; two lanes are needed")
        if not 0 <= self.cross <= 1 or not 0 <= self.self_attention <= 1:
            raise BadInput(f"cross {self.cross} and self_attention {self.self_attention} are shares of the run, 0 to 1")

    def begin(self, run: Run) -> Technique:
        """Aligns the prompts."""
        run.require_lanes(self.source, self.target)
        rows = [list(run.prompts).index(lane) for lane in (self.source, self.target)]
        if not torch.equal(run.noise[rows[0]], run.noise[rows[1]]):
            raise TechniqueMisuse(f"lanes {self.source!r} and {self.target!r} start from other noise; give one seed for both")
        length = len(run.text(run.prompts[self.source]).embeddings)
        source, target = (
            tuple((word.text, word.tokens) for word in run.model.words(run.prompts[lane]).items if word.tokens) for lane in (self.source, self.target)
        )
        alignment = aligned(source, target, length, self.kind).to(run.noise.device)
        factors = torch.ones(length, device=run.noise.device)
        for word, factor in self.reweight.items():
            factors[list(run.tokens(self.target, word))] = 1 + self.strength * (factor - 1)
        blending = None if self.local is None else _Blending(self.local, run, (self.source, self.target))
        return replace(self, _alignment=alignment, _factors=factors, _blending=blending, _largest=max(SELF_LARGEST, run.semantic + 1))

    def edits(self, step: Step) -> tuple[Edit, ...]:
        """Shares cross-attention, then self-attention of the layout, each in its share of the run."""
        edits = []
        if step in Window(0, self.cross) or self.reweight:
            edits.append(Edit(Sites("cross"), probabilities=self._cross))
        if step in Window(0, self.self_attention):
            # 16² of Stable Diffusion; the embedded painter's whole latent, of which 8² alone holds no outlines.
            edits.append(Edit(Sites("self", largest=self._largest), probabilities=self._self))
        return tuple(edits)

    def record(self, step: Step) -> tuple[Sites, ...]:
        """The maps that say where words are painted."""
        return () if self._blending is None else (self._blending.sites,)

    def after_step(self, x: Latents, predicted: Prediction, step: Step, run: Run) -> Latents:
        """Puts the source's latent back where the changed words are not attended."""
        if self._blending is None or self.local is None:
            return x
        changed = self._blending.mask(predicted, (x.shape[-2], x.shape[-1]))
        if step.share < self.local.start:
            return x
        source, target = (predicted.lanes.index(lane) for lane in (self.source, self.target))
        x = x.clone()
        x[target] = x[target] + self.strength * (1 - changed) * (x[source] - x[target])
        return x

    def _rows(self, call: Call) -> tuple[int, int] | None:
        source, target = call.rows.get((self.source, POSITIVE)), call.rows.get((self.target, POSITIVE))
        return None if source is None or target is None else (source, target)

    def _cross(self, call: Call, probabilities: Maps) -> Maps:
        assert self._alignment is not None and self._factors is not None
        rows = self._rows(call)
        if rows is None:
            return probabilities
        length = len(self._factors)  # tokens that others append keep their own attention
        mine = probabilities[rows[1], ..., :length]  # (heads, pixels, tokens)
        if call.step in Window(0, self.cross):
            taken = self._alignment.any(0)
            shared = probabilities[rows[0], ..., :length] @ self._alignment
            mine = torch.where(taken, mine + self.strength * (shared - mine), mine)
        out = probabilities.clone()
        out[rows[1], ..., :length] = mine * self._factors
        return out

    def _self(self, call: Call, probabilities: Maps) -> Maps:
        rows = self._rows(call)
        if rows is None:
            return probabilities
        source, target = rows
        out = probabilities.clone()
        out[target] = probabilities[target] + self.strength * (probabilities[source] - probabilities[target])
        return out


def aligned(source: Spelled, target: Spelled, length: int, kind: Kind | None = None) -> torch.Tensor:
    """Which source token each target token takes its attention from.

    Args:
        source: words with their tokens, in order.
        target: the same of the other prompt.
        length: tokens that the network reads.
        kind: swap or refine; by default swap where both have as many words.

    Returns:
        (source tokens, target tokens). Each column is one source token, a share of a swapped word's, or all zeros: the
        target's own attention is kept.

    Raises:
        BadInput: a swap between prompts of different numbers of words.
    """
    kind = kind or ("swap" if len(source) == len(target) else "refine")
    if kind == "swap" and len(source) != len(target):
        raise BadInput(f"a swap needs as many words, here are {len(source)} and {len(target)}; use refine")
    pairs = list(zip(range(len(source)), range(len(target)), strict=True)) if kind == "swap" else _matches(source, target)
    matrix = torch.zeros(length, length)
    matrix[0, 0] = 1  # begin
    for i, j in pairs:
        mine, theirs = source[i][1], target[j][1]
        if len(mine) == len(theirs):
            matrix[list(mine), list(theirs)] = 1
        else:  # the span keeps its total mass
            matrix[torch.tensor(mine)[:, None], torch.tensor(theirs)] = 1 / len(theirs)
    # End and padding follow the last word of each prompt.
    tails = [max((token for _, tokens in words for token in tokens), default=0) + 1 for words in (source, target)]
    rest = length - max(tails)
    matrix[range(tails[0], tails[0] + rest), range(tails[1], tails[1] + rest)] = 1
    return matrix


def _matches(source: Spelled, target: Spelled) -> list[tuple[int, int]]:
    """Longest common sequence of words: Needleman & Wunsch 1970 with gap 0, match 1 and no mismatches."""
    best = [[0] * (len(target) + 1) for _ in range(len(source) + 1)]
    for i in reversed(range(len(source))):
        for j in reversed(range(len(target))):
            same = source[i][0] == target[j][0]
            best[i][j] = best[i + 1][j + 1] + 1 if same else max(best[i + 1][j], best[i][j + 1])
    pairs, i, j = [], 0, 0
    while i < len(source) and j < len(target):
        if source[i][0] == target[j][0]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i + 1][j] >= best[i][j + 1]:
            i += 1
        else:
            j += 1
    return pairs


class _Blending:
    """Word maps of one run, summed over its steps as the released code does."""

    def __init__(self, local: LocalBlend, run: Run, lanes: tuple[str, str]) -> None:
        self.local = local
        self.sites = Sites("cross", ("down", "up"), smallest=run.semantic, largest=run.semantic + 1)
        words = zip(lanes, (local.source, local.target), strict=True)
        self.tokens = {lane: tuple(token for word in given for token in run.tokens(lane, word)) for lane, given in words}
        self.total: dict[str, torch.Tensor] = {}

    def mask(self, predicted: Prediction, size: tuple[int, int]) -> torch.Tensor:
        """(h, w), 1 = the change is kept."""
        assert predicted.maps is not None
        changed = torch.zeros(size, dtype=torch.bool, device=predicted.x.device)
        for lane, tokens in self.tokens.items():
            if not tokens:
                continue
            seen = predicted.maps.of(lane, at=self.sites)[list(tokens)].mean(0)
            self.total[lane] = seen if lane not in self.total else self.total[lane] + seen
            wide = F.interpolate(F.max_pool2d(self.total[lane][None, None], 3, 1, 1), size)[0, 0]
            changed |= wide > self.local.threshold * wide.max()
        return changed.float()
