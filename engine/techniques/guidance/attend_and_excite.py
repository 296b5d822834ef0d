"""Attend-and-Excite: no word of the prompt is forgotten."""

from collections import Counter
from dataclasses import dataclass, field, replace
from functools import partial

import torch
from torch.nn import functional as F

from ...attention import Sites
from ...energies import Energy, Shown
from ...errors import BadInput
from ...schedule import Step, Window
from ...shapes import PerLane
from ...technique import Run, Technique

REFINED = {0.0: 0.05, 0.2: 0.5, 0.4: 0.8}
"""Share of the run -> least excitation that is insisted on there: steps 0, 10, 20 of 50 (section 3.2, released configuration)."""

ROUNDS = 5  # 20 in the released configuration; moves here are longer, and 20 of them blur a small latent


@dataclass(frozen=True)
class AttendAndExcite(Technique):
    """Move the latent until the most neglected word is attended somewhere: loss = max over words of 1 - max over cells.

    Source: Chefer et al. 2023, arXiv:2301.13826, algorithm 1; smoothing and thresholds of the released code.
    Differs: moves are a share of the noise's deviation, since the published step of 20 belongs to Stable Diffusion 1.4; of
    three refined steps each ends when its excitation is reached, without a further move; only words compete in the softmax,
    not the padding behind them.

    Attributes:
        words: nouns of the prompt; of a phrase the last token counts. A word that is given twice means its next occurrence.
        lane: the lane whose prompt they stand in; every lane by default.
        stride: first move, in deviations of the noise; it falls by the square root of a line from 1 to one half.
        temperature: factor before the softmax over words; without one all maxima are nearly alike. Published: 100, for
            more tokens.
        strength: multiple of the stride.
        window: share of the run in which it acts.
    """

    words: tuple[str, ...]
    lane: str | None = None
    stride: float = 0.05
    temperature: float = 30.0
    window: Window = field(default=Window(0.0, 0.5), kw_only=True)
    _sites: Sites | None = field(default=None, kw_only=True, repr=False)

    def __post_init__(self) -> None:
        if not self.words or self.stride <= 0 or self.temperature <= 0:
            raise BadInput(f"words {self.words!r}, stride {self.stride} and temperature {self.temperature}: at least one word, both above 0")

    def begin(self, run: Run) -> Technique:
        """Finds the words and the layers that hold the layout."""
        lanes = tuple(run.prompts) if self.lane is None else (self.lane,)
        run.require_lanes(*lanes)
        for lane in lanes:
            _positions(run, lane, self.words)
        # 16² of Stable Diffusion; 8² and 16² of the embedded painter, of which 8² alone is too coarse for its small things.
        sites = Sites("cross", smallest=run.semantic, largest=max(16, run.semantic + 1))
        return replace(self, _sites=sites)

    def energies(self, step: Step) -> tuple[Energy, ...]:
        """One move a step; at three steps as many as it takes."""
        assert self._sites is not None
        stride = self.strength * self.stride * (1 - 0.5 * step.share) ** 0.5
        least = next((REFINED[at] for at in REFINED if step.index == round(at * step.count)), None)
        loss = partial(_neglect, sites=self._sites, technique=self)
        if least is None:
            return (Energy(loss, (self._sites,), stride),)
        return (Energy(loss, (self._sites,), stride, rounds=ROUNDS, enough=1 - least),)


def excitation(maps: torch.Tensor, tokens: tuple[int, ...], last: int, temperature: float) -> torch.Tensor:
    """How strongly each token is attended at its best cell.

    Args:
        maps: (all tokens, h, w) of one lane.
        tokens: those that are meant.
        last: the last token that belongs to a word; begin, end and padding do not compete.
        temperature: factor before the softmax.

    Returns:
        (tokens,) in [0, 1].
    """
    shares = (temperature * maps[1 : last + 1]).softmax(0)[[token - 1 for token in tokens]]  # (tokens, h, w)
    # The released kernel is exp(-(x / 2σ)²) with σ = 0.5, not a Gaussian of σ; thresholds are tuned to it.
    line = torch.exp(-torch.tensor([1.0, 0.0, 1.0], device=maps.device))
    kernel = torch.outer(line, line) / line.sum() ** 2
    padded = F.pad(shares[:, None], (1, 1, 1, 1), mode="reflect")
    return F.conv2d(padded, kernel[None, None]).amax((1, 2, 3))


def _positions(run: Run, lane: str, words: tuple[str, ...]) -> tuple[int, ...]:
    """The last token of each word, which holds its summary under the text encoder's causal mask."""
    read, seen, found = run.model.words(run.prompts[lane]), Counter[str](), []
    for word in words:
        found.append(read.find(word, seen[word.casefold()])[-1])
        seen[word.casefold()] += 1
    return tuple(found)


def _neglect(shown: Shown, *, sites: Sites, technique: AttendAndExcite) -> PerLane:
    losses = []
    for lane in shown.run.prompts:
        if technique.lane not in (None, lane):
            losses.append(shown.x0.new_zeros(()))
            continue
        last = max(token for word in shown.run.model.words(shown.run.prompts[lane]).items for token in word.tokens)
        tokens = _positions(shown.run, lane, technique.words)
        excited = excitation(shown.maps.of(lane, at=sites), tokens, last, technique.temperature)
        losses.append((1 - excited).clamp(min=0).amax())
    return torch.stack(losses)
