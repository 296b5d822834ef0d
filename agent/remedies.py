"""From a remedy to the calls that carry it out: the ways in which one broken promise can be mended on the picture as it is.

Source: the operations of SLD (Wu et al. 2023, arXiv:2311.16090: add, delete, move, attribute).
Differs: each has several ways; which comes first is measured (`repair.py`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..engine.world.vocabulary import INVERSE
from ..tools.checks import WHOLE, Check, Verdict
from ..tools.wording import MOST, Wanted, articled, caption_of, parse_request
from .run import Call


@dataclass(frozen=True)
class Broken:
    """A promise that does not hold, and the picture in which it does not.

    Attributes:
        image: the picture's handle.
        check: the promise.
        verdict: what the critic saw.
        phrase: how the wanted scene calls the check's subject: "small red car" where the check says "car".
        name: how the calls are named: "r1" gives "r1.1", "r1.2".
    """

    image: str
    check: Check
    verdict: Verdict
    phrase: str
    name: str

    @property
    def all(self) -> str:
        """Everything that the critic saw of the subject: "two balloons", or "balloon" for one."""
        return counted(self.check.subject, len(self.verdict.evidence.boxes)) if len(self.verdict.evidence.boxes) > 1 else self.check.subject

    @property
    def at_side(self) -> bool:
        """Whether it is a promise of a side of the picture, not of another thing."""
        return self.check.object == WHOLE

    @property
    def as_many(self) -> str:
        """As many as that, as the wanted scene calls them."""
        return counted(self.phrase, len(self.verdict.evidence.boxes))

    def edits(self, *instructions: str, technique: str | None = None) -> tuple[Call, ...]:
        """One edit after the other, each of the picture that the one before gave."""
        calls: list[Call] = []
        for number, words in enumerate(instructions, 1):
            args: dict[str, Any] = {"image": self.image if number == 1 else f"${self.name}.{number - 1}.image", "instruction": words}
            if technique is not None:
                args["technique"] = technique
            calls.append(Call(id=f"{self.name}.{number}", tool="edit", args=args))
        return tuple(calls)

    def cleared(self, **where: Any) -> tuple[Call, ...]:
        """The outline of something, filled with what surrounds it."""
        found = Call(id=f"{self.name}.1", tool="segment", args={"image": self.image, **where})
        filled = Call(id=f"{self.name}.2", tool="inpaint", args={"image": self.image, "region": f"${self.name}.1.found.0.mask", "prompt": ""})
        return found, filled


def counted(phrase: str, number: int) -> str:
    """A number of things in words: "two red cars", "a red car"; a concept's name stays as it is."""
    wish = parse_request(phrase)
    if number < 2 or len(wish.things) != 1 or wish.unknown:
        return articled(phrase)
    return caption_of(Wanted(things=(wish.things[0].model_copy(update={"count": min(number, MOST)}),)))


def _count(broken: Broken) -> tuple[Call, ...]:
    """Removes the least certain one when there are too many, adds one when there are too few."""
    evidence, wanted = broken.verdict.evidence, int(broken.check.value or 1)
    seen = len(evidence.boxes)
    if seen < wanted:
        return broken.edits(f"add {articled(broken.phrase)}")
    if seen == wanted:
        return ()
    least = min(range(seen), key=lambda i: evidence.scores[i] if i < len(evidence.scores) else 1.0)
    return broken.cleared(boxes=[list(evidence.boxes[least])])


def _counted_out(broken: Broken) -> tuple[Call, ...]:
    """All of them go, and as many as are wanted come back."""
    evidence, wanted = broken.verdict.evidence, int(broken.check.value or 1)
    gone = [f"remove the {broken.check.subject}"] * len(evidence.boxes)
    return broken.edits(*gone, *[f"add {articled(broken.phrase)}"] * wanted)


def _size(broken: Broken) -> str:
    return "bigger" if broken.check.value == "big" else "smaller"


def _where(broken: Broken) -> str:
    return f"to the {broken.check.value}" if broken.at_side else f"{broken.check.value} the {broken.check.object}"


AWAY = {"left of": "right", "right of": "left", "above": "bottom", "below": "top"}
"""Relation -> where the second thing makes room for it."""

LOCAL: dict[tuple[str, str], Callable[[Broken], tuple[Call, ...]]] = {
    ("remove", "inpaint"): lambda b: b.cleared(phrases=[b.check.subject]),
    ("remove", "edit"): lambda b: b.edits(f"remove the {b.check.subject}"),
    ("count", "one"): _count,
    ("count", "anew"): _counted_out,
    ("add", "edit"): lambda b: b.edits(f"add {articled(b.phrase)}"),
    ("recolour", "recolour"): lambda b: b.edits(f"make the {b.all} {b.check.value}", technique="recolour"),
    ("recolour", "masked"): lambda b: b.edits(f"make the {b.all} {b.check.value}", technique="masked"),
    ("recolour", "replace"): lambda b: b.edits(f"replace the {b.all} with {b.as_many}"),
    ("move", "edit"): lambda b: b.edits(f"move the {b.check.subject} {_where(b)}"),
    ("move", "other"): lambda b: () if b.at_side else b.edits(f"move the {b.check.object} {INVERSE[b.check.value]} the {b.check.subject}"),
    ("move", "both"): lambda b: () if b.at_side else b.edits(
        f"move the {b.check.object} to the {AWAY[b.check.value]}", f"move the {b.check.subject} {b.check.value} the {b.check.object}"
    ),
    ("move", "replant"): lambda b: b.edits(f"remove the {b.check.subject}", f"add {articled(b.phrase)} {_where(b)}"),
    ("resize", "edit"): lambda b: b.edits(f"make the {b.check.subject} {_size(b)}"),
    ("resize", "twice"): lambda b: b.edits(*[f"make the {b.check.subject} {_size(b)}"] * 2),
    ("resize", "replant"): lambda b: b.edits(f"remove the {b.check.subject}", f"add {articled(b.phrase)}"),
    ("background", "background"): lambda b: b.edits(f"change the background to {b.check.value or b.check.subject}", technique="background"),
}
"""(operation, way) -> the calls that mend a broken promise so; none where it does not apply."""

ANEW: tuple[tuple[str, str], ...] = (
    ("technique", "one_by_one"),
    ("technique", "gligen"),
    ("technique", "layout_guidance"),
    ("technique", "attend_and_excite"),
    ("again", "seed"),
)
"""Ways that paint the whole picture anew: another technique, or other seeds, which come last among equals."""
