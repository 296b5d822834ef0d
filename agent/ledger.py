"""The ledger: what a picture must show, as typed checks, and how one ledger compares with another.

A request in the embedded world's language is read by its grammar (`tools.wording`); other requests are read by a chat model under a
schema, and what it claims is filtered: a check about something that the request does not mention is a hallucination.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..engine.language import Chat, LanguageError, Message, json_object
from ..tools.checks import Check, Verdict
from .run import Promised

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
