"""What a technique is, and what it may ask of the run it takes part in.

A technique is a frozen dataclass of hyper-parameters that offers a method for each seam it needs and nothing else. The loop
asks only techniques that are active: strength other than 0, and inside their window.
"""

import contextlib
import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import torch

from .attention import Edit, Sites, semantic
from .branch import POSITIVE, Branch, Branches, Lanes, Text
from .denoiser import Prediction, denoise
from .errors import Cancelled, TechniqueConflict, TechniqueMisuse
from .schedule import Step, Window
from .shapes import Latents

if TYPE_CHECKING:
    from .backbones.model import Model
    from .energies import Energy

__all__ = ["Cost", "Run", "Technique", "Window", "check_claims"]


@dataclass(frozen=True, kw_only=True)
class Technique:
    """Base of all techniques; every method here does nothing.

    Attributes:
        strength: 0 is exactly plain sampling; what 1 means is the technique's to say.
        window: share of the run in which it acts; weights are on the model in that share only.
    """

    strength: float = 1.0
    window: Window = Window()

    def active(self, step: Step) -> bool:
        """Whether the loop asks this technique at this step."""
        return self.strength != 0 and step in self.window

    def claims(self) -> frozenset[str]:
        """Names of things it cannot share with another technique, such as "solver"."""
        return frozenset()

    @contextlib.contextmanager
    def weights(self, model: "Model") -> Iterator[None]:
        """Changes weights or tokens of the model and leaves it bit-identical; prompts are encoded inside."""
        yield

    def begin(self, run: "Run") -> "Technique":
        """Gives the object that is used in this run; state lives there."""
        return self

    def branches(self, branches: Branches, step: Step) -> Branches:
        """Adds predictions to one lane and sets their weights."""
        return branches

    def condition(self, branch: Branch, step: Step) -> Branch:
        """Adds tokens, grounding, side networks or channels to one prediction, or replaces its text."""
        return branch

    def edits(self, step: Step) -> tuple[Edit, ...]:
        """Edits of attention in every call of this step that does not name its own."""
        return ()

    def record(self, step: Step) -> tuple[Sites, ...]:
        """Layers whose probabilities the loop's own call brings back, in `Prediction.maps`."""
        return ()

    def energies(self, step: Step) -> tuple["Energy", ...]:
        """Losses that the latent descends before the step; all techniques' energies share one backward pass."""
        return ()

    def before_step(self, x: Latents, step: Step, run: "Run") -> Latents:
        """Changes the latent that enters the step."""
        return x

    def prediction(self, predicted: Prediction, x: Latents, step: Step, run: "Run") -> Prediction:
        """Changes the combined prediction."""
        return predicted

    def after_step(self, x: Latents, predicted: Prediction, step: Step, run: "Run") -> Latents:
        """Changes the latent that leaves the step; it stands at `step.next`."""
        return x


def check_claims(techniques: Sequence[Technique]) -> None:
    """Refuses techniques that claim the same thing.

    Raises:
        TechniqueConflict: names both.
    """
    owners: dict[str, Technique] = {}
    for technique in techniques:
        for thing in sorted(technique.claims()):
            if thing in owners:
                mine, other = type(technique).__name__, type(owners[thing]).__name__
                raise TechniqueConflict(f"{other} and {mine} both claim {thing!r}; use one of them")
            owners[thing] = technique


@dataclass
class Cost:
    """What a run has spent.

    Attributes:
        calls: forward passes of the U-Net, however many rows.
        rows: rows of all these passes together.
        backwards: backward passes.
    """

    calls: int = 0
    rows: int = 0
    backwards: int = 0


@dataclass(eq=False)
class Run:
    """One run of the loop: what techniques may read, and the door to the network.

    Attributes:
        model: the networks; change nothing in it outside `Technique.weights`.
        prompts: by lane, in the order of the latent's first axis.
        steps: the plan.
        noise: the initial noise, (lanes, channels, h, w).
        techniques: as `begin` gave them back.
        cost: what was spent so far.
    """

    model: "Model"
    prompts: Mapping[str, str]
    steps: tuple[Step, ...]
    noise: Latents
    techniques: tuple[Technique, ...] = ()
    cancelled: Callable[[], bool] | None = None
    cost: Cost = field(default_factory=Cost)
    _texts: dict[str | None, Text] = field(default_factory=dict)
    _lanes: tuple[int, Lanes] | None = None

    @property
    def semantic(self) -> int:
        """Resolution of the attention maps that hold the layout."""
        return semantic(max(self.noise.shape[-2:]))

    def text(self, prompt: str | None) -> Text:
        """Encodes a prompt, once a run; None is the unconditional text."""
        if prompt not in self._texts:
            self._texts[prompt] = self.model.encode_text([prompt])[0]
        return self._texts[prompt]

    def forget_texts(self) -> None:
        """Lets prompts be encoded again; the loop calls it when weights have changed."""
        self._texts.clear()
        self._lanes = None

    def tokens(self, lane: str, phrase: str) -> tuple[int, ...]:
        """Positions of a phrase in the text of a lane.

        Raises:
            WordNotFound: the prompt of the lane does not have it.
        """
        return self.model.words(self.prompts[lane]).find(phrase)

    def active(self, step: Step) -> tuple[Technique, ...]:
        """The techniques that are asked at this step, in order."""
        return tuple(technique for technique in self.techniques if technique.active(step))

    def lanes(self, step: Step) -> Lanes:
        """All lanes with all their branches, conditioned and ready to be denoised."""
        if self._lanes is None or self._lanes[0] != step.index:
            self._lanes = step.index, self._built(step)
        return self._lanes[1]

    def _built(self, step: Step) -> Lanes:
        active, built = self.active(step), []
        for lane, prompt in self.prompts.items():
            branches = Branches(lane, (Branch(POSITIVE, prompt),))
            for technique in active:
                branches = technique.branches(branches, step)
            ready = []
            for branch in branches.checked():
                branch = branch if branch.text is not None else branch.replace(text=self.text(branch.prompt))
                for technique in active:
                    branch = technique.condition(branch, step)
                ready.append(branch)
            built.append(dataclasses.replace(branches, items=tuple(ready)))
        return Lanes(tuple(built))

    def edits(self, step: Step) -> tuple[Edit, ...]:
        """All edits of attention at this step, in order."""
        return tuple(edit for technique in self.active(step) for edit in technique.edits(step))

    def denoise(
        self,
        x: Latents,
        step: Step,
        *,
        lanes: Lanes | None = None,
        edits: Sequence[Edit] | None = None,
        record: Sites | Sequence[Sites] = (),
    ) -> Prediction:
        """Asks the network; the only door to it.

        Args:
            x: one row for each lane; gradients flow if it asks for them and they are enabled.
            step: tells the time.
            lanes: those of the run by default; `run.lanes(step).only("positive")` is a second opinion.
            edits: those of the run by default.
            record: layers whose probabilities come back as `maps`.

        Raises:
            Cancelled: the caller asked to stop.
        """
        if self.cancelled is not None and self.cancelled():
            raise Cancelled("stopped at the caller's request")
        lanes = self.lanes(step) if lanes is None else lanes
        edits = self.edits(step) if edits is None else edits
        self.cost.calls += 1
        self.cost.rows += sum(len(branches) for branches in lanes)
        return denoise(self.model, x, step, lanes, edits, (record,) if isinstance(record, Sites) else tuple(record))

    def gradient(self, loss: torch.Tensor, x: Latents) -> Latents:
        """The gradient of a loss with respect to a latent; counts as one backward pass."""
        self.cost.backwards += 1
        return torch.autograd.grad(loss, x)[0]

    def require_lanes(self, *names: str) -> None:
        """Says which lanes a technique needs; call it in `begin`.

        Raises:
            TechniqueMisuse: one of them is missing.
        """
        missing = [name for name in names if name not in self.prompts]
        if missing:
            raise TechniqueMisuse(f"lanes {missing} are needed; give prompts as a mapping, e.g. {{{missing[0]!r}: 'a cat', …}}")
