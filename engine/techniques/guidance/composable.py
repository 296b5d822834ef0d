"""Composable diffusion: several prompts pull at one picture, some of them away."""

from dataclasses import dataclass

import torch
from torch.nn import functional as F

from ...branch import Branch, Branches
from ...errors import BadInput
from ...schedule import Step
from ...technique import Run, Technique
from .classifier_free import with_negative


@dataclass(frozen=True, eq=False)
class Concept:
    """One prompt that takes part.

    Attributes:
        prompt: what it says.
        weight: above 0 is AND, below 0 is NOT; 2 to 7.5 are usual, NOT wants half of that.
        where: (h, w) in [0, 1], 1 where it counts, of any size; everywhere by default.
    """

    prompt: str
    weight: float
    where: torch.Tensor | None = None


@dataclass(frozen=True, eq=False)
class Composable(Technique):
    """Join concepts with AND and NOT: x0 = rest + Σ weight·(concept - rest), beside the prompt itself.

    Source: Liu et al. 2022, arXiv:2206.01714, equations 11 and 13.
    Differs: a weight may be a map, which makes regional prompts; all concepts are one batched call for any number of lanes.
    The negative prompt of classifier-free guidance is something else: it moves the rest itself.

    Attributes:
        concepts: the prompts that join.
        lane: the lane they join; every lane by default.
        strength: share of all weights.
        window: share of the run in which it acts; NOT is best kept to the first 0.6.
    """

    concepts: tuple[Concept, ...]
    lane: str | None = None

    def __post_init__(self) -> None:
        for concept in self.concepts:
            if not concept.prompt.strip():
                raise BadInput("a concept needs words")
            if concept.where is not None and concept.where.ndim != 2:
                raise BadInput(f"`where` of {concept.prompt!r} has shape {tuple(concept.where.shape)}; (h, w) is needed")

    def begin(self, run: Run) -> Technique:
        """Brings the maps to the latent's size."""
        size = (run.noise.shape[-2], run.noise.shape[-1])
        return Composable(
            tuple(
                c if c.where is None else Concept(c.prompt, c.weight, F.adaptive_avg_pool2d(c.where[None].to(run.noise), size)[0])
                for c in self.concepts
            ),
            self.lane,
            strength=self.strength,
            window=self.window,
        )

    def branches(self, branches: Branches, step: Step) -> Branches:
        """Adds one branch for each concept."""
        if self.lane is not None and branches.lane != self.lane:
            return branches
        branches = with_negative(branches)
        taken = sum(branch.name.startswith("concept ") for branch in branches)
        for i, concept in enumerate(self.concepts):
            weight = self.strength * concept.weight
            branches = branches.add(Branch(f"concept {taken + i}", concept.prompt, weight if concept.where is None else weight * concept.where))
        return branches
