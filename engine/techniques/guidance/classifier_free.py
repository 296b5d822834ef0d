"""Classifier-free guidance: away from what the network would paint without the prompt."""

from dataclasses import dataclass

from ...branch import POSITIVE, Branch, Branches
from ...schedule import Step
from ...technique import Technique

NEGATIVE = "negative"


def with_negative(branches: Branches, prompt: str | None = None) -> Branches:
    """Lets a negative branch take the rest; the positive branch, if it took it, counts once."""
    if branches[POSITIVE].weight is None:
        branches = branches.weighted(POSITIVE, 1.0)
    return branches if NEGATIVE in branches else branches.add(Branch(NEGATIVE, prompt))


@dataclass(frozen=True)
class ClassifierFree(Technique):
    """Follow the prompt more closely: x0 = negative + guidance_scale·(positive - negative).

    Source: Ho & Salimans 2022, arXiv:2207.12598, equation 6 with w = guidance_scale - 1.
    Differs: `strength` s scales the guidance, 1 + s·(guidance_scale - 1), so that 0 is the prompt alone.

    Attributes:
        guidance_scale: 1 is the prompt alone; 3 to 9 are usual.
        negative: what the picture is led away from; None is the model's unconditional text.
        strength: share of the guidance.
        window: share of the run in which it acts.
    """

    guidance_scale: float = 7.5
    negative: str | None = None

    def branches(self, branches: Branches, step: Step) -> Branches:
        """Adds the negative branch, which takes the rest, and weighs the positive one."""
        scale = 1 + self.strength * (self.guidance_scale - 1)
        if scale == 1:
            return branches
        branches = with_negative(branches, self.negative)
        if self.negative is not None:
            branches = branches.swap(branches[NEGATIVE].replace(prompt=self.negative, text=None))
        weight = branches[POSITIVE].weight
        assert weight is not None
        return branches.weighted(POSITIVE, scale * weight)
