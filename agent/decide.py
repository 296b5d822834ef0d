"""Who decides what to do next. Three minds ship with the package: `offline`, `llm` and `scripted`."""

from collections.abc import Sequence
from typing import Protocol

from ..engine.language import LanguageError
from .run import Decided, Promised, Run


class Mind(Protocol):
    """A planner. Everything it knows is in the run, so the same run gives the same decision."""

    @property
    def name(self) -> str:
        """Who decides, for the record."""
        ...

    def decide(self, run: Run) -> Decided:
        """Chooses the next calls; none means that the turn's work is done and `text` is for the user.

        Raises:
            LanguageError: a chat model was needed and could not be asked.
        """
        ...

    def promise(self, run: Run) -> Promised:
        """Says what the picture that this turn makes must show.

        Raises:
            LanguageError: a chat model was needed and could not be asked.
        """
        ...

    def edits_given(self, text: str) -> bool:
        """Whether a request that is about to be made with one picture asks to edit or look at that picture, and not at the current one."""
        ...


class ScriptedMind:
    """Decides what a list says, whatever the run is.

    Args:
        decisions: decisions in order; an error is raised instead.
        promises: ledgers in order; an empty one when the list is over.
    """

    name = "scripted"

    def __init__(self, decisions: Sequence[Decided | LanguageError], promises: Sequence[Promised] = ()) -> None:
        """Takes the script; see the class."""
        self._decisions = list(decisions)
        self._promises = list(promises)

    def decide(self, run: Run) -> Decided:
        """Gives the next decision; an empty one when the script is over."""
        if not self._decisions:
            return Decided()
        decision = self._decisions.pop(0)
        if isinstance(decision, LanguageError):
            raise decision
        return decision

    def promise(self, run: Run) -> Promised:
        """Gives the next ledger."""
        return self._promises.pop(0) if self._promises else Promised(source="nobody")

    def edits_given(self, text: str) -> bool:
        """Never: what is to be done with a picture stands in the script."""
        return False
