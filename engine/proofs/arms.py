"""Five arms on the same units: plain, method, zero, shuffled, oracle. How trained modules are proven.

The gain of the method over plain is held against what is left to gain: the oracle is the true picture after the autoencoder. A module
that merely sharpens pictures fails on the shuffled arm, where the condition is another unit's.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from PIL import Image

from ..backbones.model import Model
from ..intervals import Estimate, paired
from ..perception.detector import Detector
from ..sampling import Sampled, sample
from ..schedule import Schedule
from ..shapes import Latents
from ..technique import Technique
from ..techniques.guidance.classifier_free import ClassifierFree

SAME = 1e-5  # largest difference of latents at strength 0
SPECIFIC = 0.5  # share of the gain that a shuffled condition may reach
CLOSED = 0.5  # share of the gap between plain and oracle that a trained module closes
TOGETHER = 8  # pictures of one run
Verdict = Literal["holds", "undecided", "fails", "unspecific", "vacuous"]
Arms = dict[str, list[float]]


def arms() -> Arms:
    """Four empty arms; the fifth, zero, is plain to the last digit or the proof fails (`Proven.zero`)."""
    return {"plain": [], "method": [], "shuffled": [], "oracle": []}


@dataclass(frozen=True)
class Proof:
    """One claim of one module.

    Attributes:
        module: its technique.
        source: the paper.
        claim: what is measured; more is better.
        eyes: who looked.
        means: of the arms.
        gain: method over plain, paired.
        shuffled: shuffled over plain, paired.
        closed: share of the gap between plain and oracle that the method closes.
        needed: least share.
        verdict: holds (the gap is closed as far as needed and the gain's interval lies above 0), unspecific (a shuffled condition
            gains more than half as much), undecided (the interval still reaches what is needed), fails (or a guard
            does), or vacuous (no gap).
        guard: what must not get worse, in words and numbers.
    """

    module: str
    source: str
    claim: str
    eyes: str
    means: dict[str, float]
    gain: Estimate
    shuffled: Estimate
    closed: float
    needed: float
    verdict: Verdict
    guard: str = ""


def proof(technique: type, source: str, claim: str, eyes: str, values: Arms, *, needed: float = CLOSED, guard: str = "") -> Proof:
    """Compares the arms."""
    means = {arm: float(np.mean(value)) for arm, value in values.items()}
    gain, shuffled = paired(values["method"], values["plain"]), paired(values["shuffled"], values["plain"])
    gap = means["oracle"] - means["plain"]
    closed = gain.value / gap if gap > 1e-6 else 0.0
    verdict: Verdict
    if gap <= 1e-6:
        verdict = "vacuous"
    elif closed >= needed and gain.low > 0:
        verdict = "holds" if shuffled.value <= SPECIFIC * gain.value else "unspecific"
    else:
        verdict = "undecided" if gain.high >= needed * gap else "fails"
    return Proof(technique.__name__, source, claim, eyes, means, gain, shuffled, closed, needed, verdict, guard)


def guarded(one: Proof, kept: bool) -> Proof:
    """A claim that holds only where nothing got worse that must not."""
    return one if kept or one.verdict != "holds" else replace(one, verdict="fails")


@dataclass
class ModuleBench:
    """What the proofs of modules share.

    Attributes:
        model: the painter.
        eyes: who judges, by name; no module was trained through them.
        units: of each proof.
        steps: of a run.
        guidance: classifier-free guidance scale.
        zero: largest difference of latents between strength 0 and plain, by technique.
    """

    model: Model
    eyes: dict[str, Detector]
    units: int
    steps: int
    guidance: float = 4.0
    zero: dict[str, float] = field(default_factory=dict)

    def paint(
        self,
        prompts: Sequence[str],
        technique: Callable[[slice], Technique | Sequence[Technique]] | None = None,
        *,
        start: Latents | None = None,
        strength: float = 1.0,
        guidance: float | None = None,
    ) -> list[Image.Image]:
        """Paints every prompt with the seed of its place, some at a time.

        Args:
            prompts: one for each unit.
            technique: gives the technique, or several, for the units of a slice; none is plain sampling.
            start: clean latents to start from (SDEdit), one row for each unit.
            strength: share of the noise levels that is used then.
            guidance: another scale than the bench's.
        """
        painted: list[Image.Image] = []
        for first in range(0, len(prompts), TOGETHER):
            part = slice(first, first + TOGETHER)
            painted += self._sampled(prompts, part, technique, start, strength, guidance).images
        return painted

    def check_zero(self, prompts: Sequence[str], technique: Callable[[slice], Technique]) -> None:
        """Strength 0 against plain, on two units."""
        two = slice(0, 2)
        off = self._sampled(prompts, two, lambda part: replace(technique(part), strength=0.0))
        gap = float((off.latents - self._sampled(prompts, two, None).latents).abs().max())
        self.zero[type(technique(two)).__name__] = gap

    def _sampled(
        self,
        prompts: Sequence[str],
        part: slice,
        technique: Callable[[slice], Technique | Sequence[Technique]] | None,
        start: Latents | None = None,
        strength: float = 1.0,
        guidance: float | None = None,
    ) -> Sampled:
        texts = list(prompts[part])
        guided = ClassifierFree(self.guidance if guidance is None else guidance)
        given = () if technique is None else technique(part)
        return sample(
            self.model,
            texts,
            techniques=[guided, *((given,) if isinstance(given, Technique) else given)],
            schedule=Schedule(max(1, round(self.steps / strength)), strength=strength),
            seed=list(range(part.start, part.start + len(texts))),
            start=None if start is None else start[part],
        )
