"""What a turn may cost. Asked in one place (`loop.py`), before anything is spent."""

from dataclasses import dataclass

from .run import Acted, Decided, Event, Failed, Judged, Promised
from .turn import refusals

SLOW = frozenset({"customize"})  # learning takes its minute whatever the budget of painting is


@dataclass(frozen=True)
class Budget:
    """Limits of one turn.

    Attributes:
        rounds: repairs that may be tried; one that a tool refused is none.
        calls: tool calls, the planner's and the repairs' together.
        seconds: time in tools, learning not counted.
        tokens: tokens of the chat model, for planning, the ledger, layouts and looking.
        mistakes: answers of the planner that may hold calls which fail; after so many its turn ends.
        patience: repairs in a row that may bring nothing; 1 never goes back to try another way.
    """

    rounds: int = 6
    calls: int = 24
    seconds: float = 120.0
    tokens: int = 100_000
    mistakes: int = 3
    patience: int = 3


@dataclass(frozen=True)
class Spent:
    """What a turn has cost so far; the fields are those of `Budget`."""

    rounds: int = 0
    calls: int = 0
    seconds: float = 0.0
    tokens: int = 0
    mistakes: int = 0
    engine_calls: int = 0

    def over(self, budget: Budget) -> str | None:
        """The name of the first limit that leaves nothing to spend, None if there is some of everything."""
        for name in ("calls", "seconds", "tokens"):
            if getattr(self, name) >= getattr(budget, name):
                return name
        return None


def spent(turn: tuple[Event, ...]) -> Spent:
    """Adds up what the events of a turn cost."""
    acted = [e for e in turn if isinstance(e, Acted)]
    failed = [e for e in turn if isinstance(e, Failed)]
    decided = [e for e in turn if isinstance(e, Decided)]
    wrong = {f.call.id for f in failed if f.call is not None}
    return Spent(
        rounds=sum(d.by == "repair" for d in decided) - len(refusals(turn)),
        calls=len(acted) + sum(f.call is not None for f in failed),
        seconds=sum(a.seconds for a in acted if a.reused is None and a.call.tool not in SLOW),
        tokens=sum(e.tokens for e in turn if isinstance(e, Decided | Promised | Judged)) + sum(_tokens(a) for a in acted if a.reused is None),
        # Calls of one answer fail together and are mended together, so answers are counted.
        mistakes=sum(d.by == "planner" and any(c.id in wrong for c in d.calls) for d in decided),
        engine_calls=sum(a.engine_calls for a in acted if a.reused is None),
    )


def _tokens(acted: Acted) -> int:
    """What a tool says that asking a chat model has cost it."""
    told = acted.result.get("tokens", 0)
    return told if isinstance(told, int) else 0
