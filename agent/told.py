"""What a session's calls give back to a program."""

from dataclasses import dataclass
from pathlib import Path

from .run import Event


@dataclass(frozen=True)
class Turn:
    """What one request brought.

    Attributes:
        text: the answer.
        image: the current picture's handle, None on the empty canvas.
        number: the current picture's number, None on the empty canvas.
        ledger: (status, words) of each check on it.
        reason: why the turn ended.
        events: everything that happened.
    """

    text: str
    image: str | None
    number: int | None
    ledger: tuple[tuple[str, str], ...]
    reason: str
    events: tuple[Event, ...]


@dataclass(frozen=True)
class Comparison:
    """How two pictures differ.

    Attributes:
        text: in words.
        image: both side by side, the difference outlined.
        file: the same as a file.
    """

    text: str
    image: str
    file: Path
