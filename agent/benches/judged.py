"""What the judge says about checks: the rules of `engine/proofs/world/facts.py` for the ledger's kinds."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from ...engine.judging import Judge
from ...engine.judging.judge import Found, Look
from ...engine.world.scene import holds
from ...tools.checks import Check
from ...tools.scene import sides
from ...tools.seeing import split_phrase

if TYPE_CHECKING:
    from PIL.Image import Image

SURE = 0.5  # least probability of a colour word
BIG, SMALL = 0.5, 0.38  # longer sides that are big, or small; the world draws big things from 0.64 and small ones up to 0.30


class Examiner:
    """The judge, asked about checks.

    Args:
        judge: who looks.
    """

    def __init__(self, judge: Judge) -> None:
        self.judge = judge

    @classmethod
    def load(cls) -> "Examiner":
        """With the shipped judge.

        Raises:
            ModelNotFound: it has no weights.
        """
        return cls(Judge.load())

    def answers(self, checks: Sequence[Check], image: "Image") -> dict[str, bool]:
        """For each check whether it holds; one whose parent does not hold does not hold either.

        Raises:
            ValueError: a check of a kind that the judge cannot tell, such as identity.
        """
        look = self.judge.look(image)
        own = {check.id: self._holds(check, look) for check in checks}
        known = {check.id: check for check in checks}

        def settled(name: str, above: frozenset[str]) -> bool:
            parents = (p for p in known[name].parents if p in known and p not in above)
            return own[name] and all(settled(p, above | {name}) for p in parents)

        return {check.id: settled(check.id, frozenset()) for check in checks}

    def right(self, checks: Sequence[Check], image: "Image") -> bool:
        """Whether every check holds."""
        return all(self.answers(checks, image).values())

    def _things(self, phrase: str, look: Look, *, counting: bool = False) -> list[Found]:
        """Things of a phrase, the surest first."""
        _size, colour, noun = split_phrase(phrase)
        least = self.judge.counts if counting else self.judge.exists
        return [t for t in look.things if t.noun == noun and t.score >= least and (colour is None or t.sure_of(colour) >= SURE)]

    def _holds(self, check: Check, look: Look) -> bool:
        things = self._things(check.subject, look)
        match check.kind:
            case "exists":
                return bool(things)
            case "absent":
                return not things
            case "count":
                return len(self._things(check.subject, look, counting=True)) == int(check.value or 1)
            case "attribute":
                return bool(things) and all(t.sure_of(check.value) >= SURE for t in things)
            case "size":
                return bool(things) and _sized(check.value, things)
            case "relation":
                others = self._things(check.object, look)
                return bool(things) and bool(others) and holds(check.value, things[0].box, others[0].box)
            case "background":
                return max(look.places, key=lambda name: look.places[name]) == check.value
            case _:
                raise ValueError(f"the judge cannot tell about {check.kind}")


def _sized(size: str, things: Iterable[Found]) -> bool:
    longest = [max(sides(t.box)) for t in things]
    return max(longest) >= BIG if size == "big" else min(longest) <= SMALL


def share(answers: Mapping[str, bool]) -> float:
    """Share of checks that hold; 1 where there are none."""
    return sum(answers.values()) / len(answers) if answers else 1.0
