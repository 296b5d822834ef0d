"""What was measured, with which verdict, for programs and for people."""

import json
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np

from ..intervals import Estimate, mcnemar, paired

SAME = 1e-5  # largest difference of latents at strength 0
SPECIFIC = 0.5  # share of the gain that a shuffled condition may reach
Verdict = Literal["holds", "undecided", "fails", "unspecific", "vacuous"]
Arms = dict[str, list[float]]


@dataclass(frozen=True)
class Figure:
    """One claim of one technique, as measured.

    Attributes:
        technique: its class.
        source: the paper.
        claim: what is said.
        judge: who looked.
        arms: mean of plain, method and shuffled.
        gain: method over plain, paired.
        shuffled: shuffled over plain, paired.
        threshold: least gain.
        p: McNemar's, for rates.
        verdict: holds (gain at least the threshold and its interval above 0), fails, undecided (too few units to say),
            unspecific (a shuffled condition gains more than half as much), or vacuous (plain sampling leaves nothing to measure).
        guard: what must not get worse, in words and numbers.
    """

    technique: str
    source: str
    claim: str
    judge: str
    arms: dict[str, float]
    gain: Estimate
    shuffled: Estimate
    threshold: float
    p: float | None
    verdict: Verdict
    guard: str = ""


@dataclass(frozen=True)
class Report:
    """All figures of one measurement."""

    model: str
    units: int
    steps: int
    zero: dict[str, float]
    figures: tuple[Figure, ...]

    @property
    def holds(self) -> bool:
        """Whether strength 0 is plain everywhere and no claim fails."""
        return all(gap <= SAME for gap in self.zero.values()) and all(figure.verdict != "fails" for figure in self.figures)

    def to_json(self) -> str:
        """Everything, for programs."""
        return json.dumps(asdict(self) | {"holds": self.holds}, indent=2)

    def to_markdown(self) -> str:
        """A page for people; says with which command it was made."""
        lines = [
            "# What the techniques do on the embedded painter",
            "",
            f"Written by `python -m pentimento.engine.proofs --units {self.units} --steps {self.steps} --write docs/techniques.md`; model "
            f"`{self.model}`. Every unit is a prompt with its seed, painted plain, with the method, and with a shuffled condition. Gains are "
            "paired, with 95 % bootstrap intervals; thresholds were fixed before. `hue` judges by colour and connected pixels, `detector` is "
            "the embedded detector. A verdict is `vacuous` where plain sampling leaves nothing to measure with that judge.",
            "",
            "| technique | claim | judge | plain | method | shuffled | gain | needed | McNemar p | verdict | guard |",
            "|---|---|---|---|---|---|---|---|---|---|---|",
        ]
        for f in self.figures:
            arms = " | ".join(f"{f.arms[arm]:.2f}" for arm in ("plain", "method", "shuffled"))
            p = "" if f.p is None else f"{f.p:.2g}"
            cells = (f"{f.technique} ({f.source})", f.claim, f.judge, arms, str(f.gain), f"{f.threshold:+.2f}", p, f.verdict, f.guard)
            lines.append(f"| {' | '.join(cells)} |")
        lines += ["", "Largest difference of latents between strength 0 and plain sampling:", ""]
        return "\n".join([*lines, *(f"- {name}: {gap:.1e}" for name, gap in self.zero.items())]) + "\n"


def figure(
    technique: type,
    source: str,
    claim: str,
    judge: str,
    arms: Arms,
    threshold: float,
    *,
    rate: bool = False,
    informative: bool = True,
    guard: str = "",
) -> Figure:
    """Compares the arms; the sign of the threshold says whether the figure should rise or fall."""
    gain, shuffled = paired(arms["method"], arms["plain"]), paired(arms["shuffled"], arms["plain"])
    sign = 1 if threshold > 0 else -1
    near, far = sorted((sign * gain.low, sign * gain.high))
    verdict: Verdict
    if not informative:
        verdict = "vacuous"
    elif sign * gain.value >= abs(threshold) and near > 0:
        verdict = "holds" if sign * shuffled.value <= SPECIFIC * sign * gain.value else "unspecific"
    else:
        verdict = "undecided" if far >= abs(threshold) else "fails"
    p = mcnemar([v == 1 for v in arms["method"]], [v == 1 for v in arms["plain"]]) if rate else None
    means = {name: float(np.mean(values)) for name, values in arms.items()}
    return Figure(technique.__name__, source, claim, judge, means, gain, shuffled, threshold, p, verdict, guard)


def no_arms() -> Arms:
    """Three empty arms."""
    return {"plain": [], "method": [], "shuffled": []}
