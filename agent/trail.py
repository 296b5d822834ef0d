"""The decision trail: what a session was asked, promised, decided, did, saw, accepted and why it stopped, as text for a reader.

A function of the run and of nothing else. Words of users and models are printed as one plain line: nothing in them moves the cursor.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from ..tools.checks import Check, Verdict, sentence
from .answers import REASONS
from .graph import image_of, place
from .ledger import UNCHANGED
from .run import Acted, Answered, Asked, Call, Decided, Event, Failed, Judged, Moved, Opened, Promised, Run, Stopped
from .turn import AS_IT_WAS

MARKS = {"pass": "✓", "fail": "✗", "unsure": "?", "not_asked": "·"}
LONG = 100  # characters of one argument
ENDS = {
    "satisfied": "Every check holds.",
    "answered": "Nothing was painted that could be judged.",
    "failed": "A fault ended it.",
}
MOVES = {"kept": "kept", "undo": "undone", "redo": "redone", "go": "gone back to", "name": "named"}


def trail(run: Run) -> str:
    """Everything that was decided and why, turn by turn."""
    opened = run.opened
    head = f"Session {opened.session}, profile {opened.profile}, seed {opened.seed}, {run.turns} turns"
    return "\n".join([_line(head), *_Reader(run).lines()])


class _Reader:
    """Reads a run's events in order; remembers the ledger that verdicts are about."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.numbers = {step: number for number, step in enumerate(place(run).pictures, 1)}
        self.checks: dict[str, Check] = {}
        self.turn = 0

    def lines(self) -> Iterator[str]:
        for event in self.run.events:
            yield from self._told(event)

    def _told(self, event: Event) -> Iterator[str]:
        match event:
            case Opened():
                return
            case Asked(text=text, pictures=pictures):
                self.turn += 1
                self.checks = {}
                given = f"  (with {', '.join(pictures)})" if pictures else ""
                yield from ("", f"Turn {self.turn}: {_line(text, 400)}{given}")
            case Promised(checks=checks, source=source):
                self.checks = {c.id: c for c in checks}
                said = "; ".join(_line(sentence(c)) for c in checks) or "nothing that could be checked"
                yield f"  promised, by {_line(source)}: {said}"
            case Decided(by="repair", remedy=remedy) if remedy is not None:
                targets = "; ".join(self._words(name) for name in remedy.targets)
                whole = ", the whole picture anew" if remedy.whole else ""
                yield f"  repair: {_line(remedy.operation)} by {_line(remedy.way)}{whole}, for: {targets}"
            case Decided(calls=calls) if calls:
                said = f", saying: {_line(event.text, 300)}" if event.text else ""
                yield f"  planner chose: {', '.join(_line(call.tool) for call in calls)}{said}"
            case Decided():
                return  # the planner is done; its last words are in the answer
            case Acted():
                yield f"  step {event.step}: {_called(event.call)}"
                yield f"    gave {_line(event.said, 300)} {_cost(event)}"
            case Failed(call=call):
                who = _called(call) if call is not None else "planner"
                yield f"  failed: {who}: {_line(event.message, 300)} [{_line(event.code)}]"
            case Judged():
                yield from self._judged(event)
            case Moved():
                yield f"  {self._moved(event)}"
            case Answered(text=text):
                yield f"  answered: {_line(text, 600)}"
            case Stopped(reason=reason):
                why = ENDS.get(reason) or REASONS.get(reason, "")
                yield f"  stopped: {_line(reason)}{'. ' + why if why else ''}"

    def _judged(self, event: Judged) -> Iterator[str]:
        held = sum(v.status == "pass" for v in event.verdicts)
        seen = f"{held} of {len(event.verdicts)} hold" if event.verdicts else "nothing could be checked"
        outcome = "accepted" if event.accepted else "rolled back"
        why = event.why.removeprefix(f"{outcome}: ")
        yield f"  looked at step {event.step}: {seen}; {'the mark' if why == AS_IT_WAS else outcome}: {_line(why, 200)}"
        for verdict in event.verdicts:
            if verdict.status != "pass":
                yield f"    {MARKS[verdict.status]} {self._words(verdict.check)}: {verdict.status.replace('_', ' ')}{_evidence(verdict)}"

    def _moved(self, event: Moved) -> str:
        if event.head is None:
            return f"{MOVES[event.why]}: the canvas is empty"
        number = self.numbers.get(event.head)
        which = f"picture {number}" if number is not None else "a picture"
        called = f" as {_line(event.name)!r}" if event.name else ""
        return f"{MOVES[event.why]}: {which} (step {event.head}, {image_of(self.run, event.head)}){called}"

    def _words(self, check: str) -> str:
        """A check's words; its name where the ledger does not have it."""
        if check == UNCHANGED:
            return "nothing else changed"
        return _line(sentence(self.checks[check])) if check in self.checks else _line(check.replace("_", " "))


def _called(call: Call) -> str:
    """A call in short: its tool, and each argument as far as it fits."""
    args = " ".join(f"{name}={_short(value)}" for name, value in (call.args or {}).items() if value is not None)
    return f"{_line(call.tool)} {args}".strip()


def _short(value: Any) -> str:
    """An argument in short: text in quotes, handles as they are, lists by their length where they are long."""
    if isinstance(value, str):
        return _line(value) if value.startswith(("image:", "mask:", "control:", "$")) else f'"{_line(value)}"'
    if isinstance(value, list | tuple) and (len(value) > 3 or any(isinstance(part, Mapping) for part in value)):
        return f"({len(value)} of them)"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_short(part) for part in value)}]"
    return f"{{{', '.join(map(_line, value))}}}" if isinstance(value, Mapping) else _line(str(value))


def _cost(event: Acted) -> str:
    """What a step cost."""
    if event.reused is not None:
        return "(known: the same call was made before)"
    calls = f", {event.engine_calls} engine calls" if event.engine_calls else ""
    return f"({event.seconds:.1f} s{calls})"


def _evidence(verdict: Verdict) -> str:
    """Why a verdict is what it is, in short."""
    found = verdict.evidence
    scores = f", scores {', '.join(f'{score:.2f}' for score in found.scores[:4])}" if found.scores else ""
    eye = f" [{_line(found.eye)}{scores}]" if found.eye else ""
    return f" — {_line(found.sentence, 200)}{eye}" if found.sentence else eye


def _line(text: str, most: int = LONG) -> str:
    """Text as one line that cannot move the cursor, cut where it is long."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    line = " ".join(plain.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"
