"""Checks: what a picture must show, one fact each, and what eyes say about them.

Source: facts with parents as in DSG (Cho et al. 2024, arXiv:2310.18235), answered by detector rules as in VPEval and GenEval (Ghosh et
al. 2023, arXiv:2310.11513) and by a pixel rule for colours.
Differs: a verdict may be "unsure", and a child of a fact that does not hold is "not_asked", all the way down.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from ..engine.world.captions import with_article
from ..engine.world.vocabulary import OBJECTS
from .scene import Corners

if TYPE_CHECKING:
    from PIL.Image import Image

Kind = Literal["exists", "count", "absent", "attribute", "relation", "background", "unchanged_outside", "identity", "size", "style"]
Status = Literal["pass", "fail", "unsure", "not_asked"]
Opinion = Literal["yes", "no", "unsure", "no answer"]
_Text = Annotated[str, BeforeValidator(lambda value: str(value) if isinstance(value, int) and not isinstance(value, bool) else value)]


WHOLE = "picture"
"""What a relation to a side is a relation to: "the dog is at the left of the picture"."""


class Check(BaseModel):
    """One fact that a picture must show.

    Attributes:
        id: unique in its ledger.
        kind: which rule answers it.
        subject: a noun phrase without article.
        value: the number, colour, size, relation or background.
        object: the other thing of a relation, or `WHOLE` where its value is a side of the picture.
        parents: ids of checks that must hold before this one makes sense.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1, max_length=200)
    kind: Kind
    subject: str = Field(min_length=1, max_length=200)
    value: _Text = Field(default="", max_length=200)
    object: str = Field(default="", max_length=200)
    parents: tuple[str, ...] = ()


class Evidence(BaseModel):
    """Why a verdict is what it is.

    Attributes:
        boxes: where the eyes saw the subject, best first.
        scores: how sure they were, one for each box.
        eye: which eye answered.
        sentence: the reason for a reader.
        opinions: where several eyes of different kinds looked, what each said: (eye, answer).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    boxes: tuple[Corners, ...] = ()
    scores: tuple[float, ...] = ()
    eye: str = ""
    sentence: str = ""
    opinions: tuple[tuple[str, Opinion], ...] = ()


class Verdict(BaseModel):
    """What the eyes say about a check.

    Attributes:
        check: the check's id.
        kind: the check's kind.
        status: pass, fail, unsure (nobody knows) or not_asked (a parent does not hold).
        confidence: of the status, in [0, 1].
        evidence: why.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    check: str
    kind: Kind
    status: Status
    confidence: float = Field(default=0.5, ge=0, le=1)
    evidence: Evidence = Evidence()


def judge(
    checks: Sequence[Check], picture: "Image", eyes: Any, *, before: "Image | None" = None, region: np.ndarray | None = None
) -> list[Verdict]:
    """Holds a picture against checks.

    Args:
        checks: in any order; parents may stand behind their children.
        picture: RGB.
        eyes: detector, segmenter and scorer; one that is missing makes its checks unsure.
        before: the picture it was edited from, for `unchanged_outside`.
        region: (height, width) bool of what the edit was free to change.

    Returns:
        One verdict for each check, in the order of the checks.
    """
    from .seeing import Seen

    return settled(checks, Seen(picture, eyes, checks, before, region).verdict)


def settled(checks: Sequence[Check], answer: Callable[[Check], Verdict]) -> list[Verdict]:
    """Answers checks in the order of their parents; a child of what does not hold is not asked, all the way down.

    Args:
        checks: in any order.
        answer: gives the verdict on a check whose parents hold.

    Returns:
        One verdict for each check, in the order of the checks.
    """
    known = {check.id: check for check in checks}
    verdicts: dict[str, Verdict] = {}

    def settle(check: Check, above: frozenset[str]) -> Verdict:
        if check.id in verdicts:
            return verdicts[check.id]
        failed = None
        for name in check.parents:
            if name in known and name not in above:  # a circle of parents is cut where it closes
                parent = settle(known[name], above | {check.id})
                if parent.status != "pass" and failed is None:
                    failed = name
        if failed is not None:
            verdict = Verdict(check=check.id, kind=check.kind, status="not_asked", evidence=Evidence(sentence=f"depends on {failed}"))
        else:
            verdict = answer(check)
        verdicts[check.id] = verdict
        return verdict

    return [settle(check, frozenset()) for check in checks]


# -- in words -------------------------------------------------------------------------------------------------------------------------


def sentence(check: Check) -> str:
    """A check in words: "two dogs", "the car is red", "the cat is left of the tree"."""
    subject, value, other = check.subject, check.value, check.object
    match check.kind:
        case "exists":
            return f"there is {with_article(subject) if subject.split()[-1] in OBJECTS else subject}"
        case "count":
            return f"exactly {value} {_plural(subject) if value != '1' else subject}"
        case "absent":
            return f"no {subject}"
        case "attribute":
            return f"the {subject} is {value}"
        case "relation" if other == WHOLE:
            return f"the {subject} is {'in' if value == 'middle' else 'at'} the {value}"
        case "relation":
            return f"the {subject} is {value} the {other}"
        case "background":
            return f"the background is {value or subject}"
        case "identity":
            return f"it is {subject}"
        case "style":
            return f"the style is {value}"
        case _:
            return f"the {subject} is {value}"


def _plural(noun: str) -> str:
    word = OBJECTS.get(noun)
    return word.plural if word is not None else f"{noun}s"
