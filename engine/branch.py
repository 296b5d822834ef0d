"""Lanes and branches: who is painted, and which predictions are summed for it.

A lane is an image being sampled. A branch is one prediction for a lane: its text, extra tokens, grounding, extra channels
and side networks. The guided prediction of a lane is Σ weight·prediction; the weights of a lane sum to one, and the branch
whose weight is None takes the rest. Classifier-free guidance (Ho & Salimans 2022, arXiv:2207.12598), AND and NOT (Liu et
al. 2022, arXiv:2206.01714) and two-scale editing (Brooks et al. 2023, arXiv:2211.09800) are all such sums.
"""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, Self, TypeAlias

import torch

from .errors import TechniqueMisuse

POSITIVE = "positive"
"""The branch that every lane starts with: the prompt itself."""

Weight: TypeAlias = float | torch.Tensor | None
"""A number, an (h, w) map over the latent, or None: the rest, so that the weights of a lane sum to one."""

Row: TypeAlias = tuple[str, str]
"""(lane, branch): the name of one row of a batched call."""


@dataclass(frozen=True, eq=False)
class Text:
    """A prompt as the network reads it.

    Attributes:
        prompt: the words; None is the unconditional text.
        embeddings: (tokens, text width).
        pooled: (pooled width), for families that ask for it (SDXL).
    """

    prompt: str | None
    embeddings: torch.Tensor
    pooled: torch.Tensor | None = None


@dataclass(frozen=True, eq=False)
class Residuals:
    """What a side network adds inside the U-Net; every tensor has one row for each row of its call.

    Attributes:
        down: added to the skips of the down blocks, in order (ControlNet).
        mid: added after the middle block (ControlNet).
        within: added inside the down blocks, one for each (T2I-Adapter).
    """

    down: tuple[torch.Tensor, ...] = ()
    mid: torch.Tensor | None = None
    within: tuple[torch.Tensor, ...] = ()


@dataclass(frozen=True, eq=False)
class SideCall:
    """What a side network is shown: only the rows of the branches that carry it.

    Attributes:
        x: (rows, channels, h, w), the noisy latent, without extra channels.
        t: time that the network is told.
        context: (rows, tokens, text width).
        added: the U-Net's `added_cond_kwargs` for these rows (SDXL), or None.
        rows: (lane, branch) of each row.
    """

    x: torch.Tensor
    t: torch.Tensor
    context: torch.Tensor
    added: dict[str, torch.Tensor] | None
    rows: tuple[Row, ...]


class SideNetwork(Protocol):
    """A network that is run beside the U-Net, once a call, on all rows that carry it."""

    def __call__(self, call: SideCall) -> Residuals:
        """Gives the residuals of these rows."""


@dataclass(frozen=True, eq=False)
class Branch:
    """One prediction for a lane.

    Attributes:
        name: unique in its lane.
        prompt: words; None is the unconditional text of the model.
        weight: share in the sum of the lane; None takes the rest.
        lane: filled in by `Branches`.
        text: filled in by the engine from `prompt` before `condition` is asked, unless it was given.
        tokens: each (n, text width), appended to the text for cross-attention.
        channels: (c, h, w) that are concatenated to the latent, in the order the model was trained with.
        grounding: arguments of the U-Net's `position_net` (GLIGEN) without the batch axis.
        sides: side networks that steer this branch.
    """

    name: str
    prompt: str | None = None
    weight: Weight = None
    lane: str = ""
    text: Text | None = None
    tokens: tuple[torch.Tensor, ...] = ()
    channels: torch.Tensor | None = None
    grounding: Mapping[str, torch.Tensor] | None = None
    sides: tuple[SideNetwork, ...] = ()

    @property
    def row(self) -> Row:
        """Name of this branch's row in a batched call."""
        return self.lane, self.name

    def replace(self, **changes: object) -> Self:
        """Gives a copy with other fields."""
        return dataclasses.replace(self, **changes)  # type: ignore[arg-type]

    def with_tokens(self, tokens: torch.Tensor) -> Self:
        """Appends (n, text width) tokens to the text."""
        return self.replace(tokens=(*self.tokens, tokens))

    def with_side(self, side: SideNetwork) -> Self:
        """Adds a side network."""
        return self.replace(sides=(*self.sides, side))

    def with_channels(self, channels: torch.Tensor) -> Self:
        """Appends (c, h, w) input channels."""
        return self.replace(channels=channels if self.channels is None else torch.cat([self.channels, channels]))


@dataclass(frozen=True, eq=False)
class Branches:
    """The branches of one lane.

    Attributes:
        lane: name of the lane.
        items: its branches; names are unique.
    """

    lane: str
    items: tuple[Branch, ...]

    def __post_init__(self) -> None:
        names = [branch.name for branch in self.items]
        if len(set(names)) != len(names):
            raise TechniqueMisuse(f"lane {self.lane!r} has two branches of one name among {names}; rename one")
        object.__setattr__(self, "items", tuple(b if b.lane == self.lane else b.replace(lane=self.lane) for b in self.items))

    def __iter__(self) -> Iterator[Branch]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __contains__(self, name: str) -> bool:
        return any(branch.name == name for branch in self.items)

    def __getitem__(self, name: str) -> Branch:
        for branch in self.items:
            if branch.name == name:
                return branch
        raise TechniqueMisuse(f"lane {self.lane!r} has no branch {name!r}; it has {[b.name for b in self.items]}")

    @property
    def rest(self) -> Branch | None:
        """The branch that takes the rest, if there is one."""
        return next((branch for branch in self.items if branch.weight is None), None)

    def add(self, *branches: Branch) -> Self:
        """Appends branches."""
        return dataclasses.replace(self, items=self.items + branches)

    def swap(self, branch: Branch) -> Self:
        """Puts a branch in the place of the one with its name."""
        self[branch.name]
        return dataclasses.replace(self, items=tuple(branch if b.name == branch.name else b for b in self.items))

    def weighted(self, name: str, weight: Weight) -> Self:
        """Sets the weight of one branch."""
        return self.swap(self[name].replace(weight=weight))

    def only(self, name: str) -> Self:
        """Keeps one branch and gives it the whole weight."""
        return dataclasses.replace(self, items=(self[name].replace(weight=None),))

    def checked(self) -> Self:
        """Returns itself if the weights sum to one.

        Raises:
            TechniqueMisuse: two branches take the rest, or none does and the weights do not sum to one.
        """
        rests = [branch.name for branch in self.items if branch.weight is None]
        if len(rests) > 1:
            raise TechniqueMisuse(f"lane {self.lane!r}: {rests} all take the rest (weight None); only one can")
        if not rests:
            total = torch.as_tensor(sum(branch.weight for branch in self.items))  # type: ignore[misc]
            if not torch.allclose(total.float(), torch.ones(()), atol=1e-5):
                raise TechniqueMisuse(f"lane {self.lane!r}: weights sum to {total.mean():.4g}, not 1; give one branch None")
        return self


@dataclass(frozen=True, eq=False)
class Lanes:
    """All lanes of a call, in the order of the latent's first axis."""

    items: tuple[Branches, ...]

    def __iter__(self) -> Iterator[Branches]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, lane: str) -> Branches:
        for branches in self.items:
            if branches.lane == lane:
                return branches
        raise TechniqueMisuse(f"there is no lane {lane!r}; lanes are {list(self.names)}")

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the lanes, in order."""
        return tuple(branches.lane for branches in self.items)

    @property
    def rows(self) -> dict[Row, int]:
        """Which row of a batched call belongs to which branch of which lane."""
        return {branch.row: row for row, branch in enumerate(branch for branches in self.items for branch in branches)}

    def index(self, lane: str) -> int:
        """Place of a lane in the latent's first axis.

        Raises:
            TechniqueMisuse: there is no such lane.
        """
        self[lane]
        return self.names.index(lane)

    def only(self, branch: str) -> Self:
        """Keeps one branch of each lane and gives it the whole weight."""
        return dataclasses.replace(self, items=tuple(branches.only(branch) for branches in self.items))

    def pick(self, lanes: Sequence[str]) -> Self:
        """Keeps some lanes; the latent of the call then has these only."""
        return dataclasses.replace(self, items=tuple(self[lane] for lane in lanes))

    def swap(self, branch: Branch) -> Self:
        """Puts a branch in the place of the one with its lane and name."""
        return dataclasses.replace(self, items=tuple(b.swap(branch) if b.lane == branch.lane else b for b in self.items))
