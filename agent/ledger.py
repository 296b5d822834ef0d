"""How one ledger compares with another: what holds, what is broken, what was lost.

The checks themselves come from the grammar (`tools.wording`) or from a chat model (`llm.py`); the verdicts from a critic.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ..tools.checks import Verdict

UNCHANGED = "unchanged_outside"  # id and kind of the check that an edit did not reach beyond its region
MOST_CHECKS = 20  # more than this from a model is noise, not diligence (techniques note, section 2)


@dataclass(frozen=True, order=True)
class Score:
    """How well a picture keeps its promises; compares by what holds, then by what is certainly broken.

    Attributes:
        passed: how many checks hold.
        intact: minus how many certainly do not.
    """

    passed: int
    intact: int


def score(verdicts: Sequence[Verdict]) -> Score:
    """Sums up the verdicts on what a picture shows; whether an edit harmed the rest is a question of its own."""
    kept = [v for v in verdicts if v.check != UNCHANGED]
    return Score(sum(v.status == "pass" for v in kept), -sum(v.status == "fail" for v in kept))


def broken(verdicts: Sequence[Verdict]) -> tuple[Verdict, ...]:
    """The verdicts on promises that certainly do not hold."""
    return tuple(v for v in verdicts if v.status == "fail")


def doubtful(verdicts: Sequence[Verdict]) -> tuple[Verdict, ...]:
    """The verdicts that nobody could give."""
    return tuple(v for v in verdicts if v.status == "unsure")


def disputed(verdict: Verdict) -> bool:
    """Whether two eyes are sure of opposite things."""
    return {"yes", "no"} <= {answer for _, answer in verdict.evidence.opinions}


def lost(before: Sequence[Verdict], after: Sequence[Verdict]) -> tuple[str, ...]:
    """Ids of checks that held before and do not any more: the harm of an edit."""
    held = {v.check for v in before if v.status == "pass"}
    return tuple(v.check for v in after if v.check in held and v.status == "fail")


BETTER = {"not_asked": 0, "fail": 0, "unsure": 1, "pass": 2}
"""Status of a check -> how good that is. Where nobody looked since a parent is broken, it is no better than broken."""


def mended(before: Sequence[Verdict], after: Sequence[Verdict], targets: Sequence[str]) -> bool:
    """Whether any of the checks that a repair was meant to mend is better than it was; one in doubt is so only when it certainly holds."""
    was = {v.check: BETTER[v.status] for v in before}
    return any(BETTER[v.status] > was.get(v.check, 0) for v in after if v.check in targets)
