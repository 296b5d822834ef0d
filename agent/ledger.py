"""How one ledger compares with another: what holds, what is broken, what was lost.

The checks themselves come from the grammar (`tools.wording`) or from a chat model (`llm.py`); the verdicts from a critic.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ..tools.checks import Verdict

MOST_CHECKS = 20  # more than this from a model is noise, not diligence (techniques note, section 2)


@dataclass(frozen=True, order=True)
class Score:
    """How well a picture keeps its promises; compares by what holds, then by what is certainly broken, then by evidence.

    Attributes:
        passed: how many checks hold.
        intact: minus how many certainly do not.
        margin: mean confidence of the checks that hold, rounded so that noise does not decide.
    """

    passed: int
    intact: int
    margin: float = 0.0


def score(verdicts: Sequence[Verdict]) -> Score:
    """Sums up the verdicts on one picture."""
    passed = [v for v in verdicts if v.status == "pass"]
    failed = sum(v.status == "fail" for v in verdicts)
    return Score(len(passed), -failed)


def broken(verdicts: Sequence[Verdict]) -> tuple[Verdict, ...]:
    """The verdicts on promises that certainly do not hold."""
    return tuple(v for v in verdicts if v.status == "fail")


def doubtful(verdicts: Sequence[Verdict]) -> tuple[Verdict, ...]:
    """The verdicts that nobody could give."""
    return tuple(v for v in verdicts if v.status == "unsure")


def lost(before: Sequence[Verdict], after: Sequence[Verdict]) -> tuple[str, ...]:
    """Ids of checks that held before and do not any more: the harm of an edit."""
    held = {v.check for v in before if v.status == "pass"}
    return tuple(v.check for v in after if v.check in held and v.status == "fail")
