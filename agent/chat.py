"""The terminal chat: type what you want, see the steps go by, find every picture as a file.

Lines that begin with "/" are commands; everything else goes to the planner. No fault ends the chat: it says what was wrong and waits.
"""

import shlex
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import TextIO

from ..engine.language import LanguageError
from ..tools.errors import ToolError
from . import answers, graph
from .errors import AgentError
from .run import Acted, Decided, Event, Failed, Judged, Moved
from .session import Session
from .told import Turn

COMMANDS = """Commands:
  /with FILE… : TEXT   say TEXT with pictures (examples of a concept)
  /open FILE [MASK]    edit a picture of your own; the mask is white where it may change
  /mask FILE : TEXT    say TEXT about a part of the current picture, which the mask shows in white
  /compare N M         how two pictures differ
  /merge N M           a picture with the changes of both
  /undo [N] /redo      one picture back (or N), or forth again
  /go N|NAME           make an earlier picture current; what you ask next starts a branch there
  /branch NAME         give the current picture a name
  /history             the pictures so far
  /show [N]            the ledger of a picture, and where its file is
  /keep STEP           take a picture that the critic turned down
  /export [FILE]       write the session as a script
  /quit"""
MARKS = {"pass": "✓", "fail": "✗", "unsure": "?", "not_asked": "·"}


class Chat:
    """A chat in the terminal.

    Args:
        session: what it talks to; its events are shown as they happen.
        out: where it writes.
        colours: whether to use them.
    """

    def __init__(self, session: Session, out: TextIO | None = None) -> None:
        """Keeps the session; nothing is written yet."""
        self.session = session
        self.out = out or sys.stdout
        self._commands: dict[str, Callable[[str], str]] = {
            "undo": lambda rest: self._moved(self.session.undo(_whole(rest) or 1)),
            "redo": lambda rest: self._moved(self.session.redo()),
            "go": lambda rest: self._moved(self.session.go(_number(rest))),
            "branch": lambda rest: self._moved(self.session.name(rest.strip() or "branch")),
            "keep": lambda rest: self._moved(self.session.keep(_whole(rest))),
            "history": lambda rest: self.session.history,
            "show": self._show,
            "with": self._with,
            "open": self._open,
            "mask": self._mask,
            "compare": self._compare,
            "merge": self._merge,
            "export": self._export,
            "help": lambda rest: COMMANDS,
        }

    def run(self, lines: TextIO | None = None) -> None:
        """Reads lines until they end or `/quit` comes."""
        source = lines or sys.stdin
        name = self.session.run.opened.session
        self.say(f"Pentimento, session {name}. Say what you would like to see; /help lists the commands, /quit ends.")
        going_on = self.session.resume()
        if going_on is not None:
            self._answer(going_on)
        while True:
            self.out.write("\n> ")
            self.out.flush()
            line = source.readline()
            if not line or line.strip() in ("/quit", "/exit", "quit", "exit"):
                break
            if line.strip():
                self.hear(line.strip())
        self.say(f"Bye. Go on with: pentimento chat --session {name}")

    def hear(self, line: str) -> None:
        """Does one line. Faults are told, never raised."""
        try:
            if line.startswith("/"):
                command, _, rest = line[1:].partition(" ")
                if command not in self._commands:
                    self.say(f"There is no command /{command}.\n{COMMANDS}")
                    return
                said = self._commands[command](rest)
                if said:
                    self.say(said)
                return
            with _interruptible(self.session):
                self._answer(self.session.say(line))
        except ToolError as error:
            self.say(f"{error.message}. {error.hint}")
        except (AgentError, LanguageError) as error:
            self.say(f"{error}. {error.hint}")
        except ValueError as error:  # quotes that do not close, in a line that names files
            self.say(f"I cannot read that line: {error}.")

    def say(self, text: str) -> None:
        """Writes a line for the user."""
        self.out.write(f"{text}\n")
        self.out.flush()

    def watch(self, event: Event) -> None:
        """Shows an event as it happens, in one line."""
        line = progress(event)
        if line:
            self.say(f"  {line}")

    # commands

    def _with(self, rest: str) -> str:
        files, colon, text = rest.partition(":")
        if not colon or not files.strip():
            return "Write it so: /with one.png two.png : learn this as Mia"
        with _interruptible(self.session):
            self._answer(self.session.say(text.strip(), [Path(f) for f in shlex.split(files)]))
        return ""

    def _open(self, rest: str) -> str:
        files = [Path(file) for file in shlex.split(rest)]
        if len(files) not in (1, 2):
            return "Write it so: /open picture.png, or with a mask: /open picture.png mask.png"
        self._answer(self.session.give(*files))
        return ""

    def _mask(self, rest: str) -> str:
        file, colon, text = rest.partition(":")
        if not colon or len(shlex.split(file)) != 1:
            return "Write it so: /mask mask.png : put a cat there"
        with _interruptible(self.session):
            self._answer(self.session.say(text.strip(), mask=Path(shlex.split(file)[0])))
        return ""

    def _compare(self, rest: str) -> str:
        which = rest.split()
        if len(which) != 2:
            return "Write it so: /compare 1 2"
        found = self.session.compare(*map(_number, which))
        return f"{found.text}\n  comparison: {found.file}"

    def _merge(self, rest: str) -> str:
        which = rest.split()
        if len(which) != 2:
            return "Write it so: /merge 2 3"
        with _interruptible(self.session):
            self._answer(self.session.merge(*map(_number, which)))
        return ""

    def _export(self, rest: str) -> str:
        file = Path(rest.strip() or f"{self.session.run.opened.session}.yaml")
        return f"Written: {self.session.export(file)}. Repeat it with: pentimento run {file}"

    def _show(self, rest: str) -> str:
        here = graph.place(self.session.run)
        number = _whole(rest) if rest.strip() else here.number
        if not number or not 1 <= number <= len(here.pictures):
            return f"This session has {len(here.pictures)} pictures."
        step = here.pictures[number - 1]
        lines = [f"  {MARKS[status]} {words}" for status, words in answers.ledger_lines(self.session.run, step)]
        node = graph.nodes(self.session.run)[step]
        seed = f", seed {node.seed}" if node.seed is not None else ""
        made = f"step {step}: {node.tool}{seed}, {node.seconds:.1f} s"
        return "\n".join([f"Picture {number} ({made}): {self.session.picture_file(number)}", *lines])

    # answers

    def _moved(self, turn: Turn) -> str:
        return f"Picture {turn.number} is current." if turn.number else "The canvas is empty."

    def _answer(self, turn: Turn) -> None:
        self.say(turn.text)
        for event in turn.events:
            if isinstance(event, Acted) and event.call.tool in graph.SHOWN:
                self.say(f"  {event.call.tool}: {self.session.step_file(event)}")
        changed = any(isinstance(e, Moved) for e in turn.events)
        if turn.image is None or not changed or turn.number is None:
            return
        for status, words in turn.ledger:
            self.say(f"  {MARKS[status]} {words}")
        self.say(f"  picture {turn.number}: {self.session.picture_file(turn.number)}")


def progress(event: Event) -> str:
    """An event in a few words; empty for those that need none."""
    match event:
        case Decided(by="repair", remedy=remedy) if remedy is not None:
            return f"repair: {remedy.operation} ({remedy.way}) for {', '.join(remedy.targets)}"
        case Decided(tokens=int(tokens)) if tokens:
            return f"planner: {', '.join(c.tool for c in event.calls) or 'done'} ({tokens} tokens)"
        case Acted(reused=int(step)):
            return f"{event.call.tool}: known from step {step}"
        case Acted():
            return f"{event.call.tool}: {event.said} ({event.seconds:.1f} s)"
        case Failed(call=call):
            return f"{call.tool if call else 'planner'}: {event.message}"
        case Judged(verdicts=verdicts) if verdicts:
            held = sum(v.status == "pass" for v in verdicts)
            return f"looked at step {event.step}: {held} of {len(verdicts)} hold; {event.why}"
        case _:
            return ""


class _interruptible:
    """Makes Ctrl-C end the turn instead of the program; a second one ends the program."""

    def __init__(self, session: Session) -> None:
        """Remembers whose turn it is."""
        self._session = session

    def __enter__(self) -> None:
        """Catches Ctrl-C from here."""
        try:
            self._old = signal.signal(signal.SIGINT, self._stop)
        except ValueError:  # not in the main thread, where signals cannot be caught
            self._old = None

    def _stop(self, number: int, frame: FrameType | None) -> None:
        if self._session.cancelled:
            raise KeyboardInterrupt
        self._session.cancel()

    def __exit__(self, *_: object) -> None:
        """Gives Ctrl-C back."""
        if self._old is not None:
            signal.signal(signal.SIGINT, self._old)


def _number(text: str) -> int | str:
    text = text.strip().lstrip("#")
    return int(text) if text.lstrip("-").isdigit() else text


def _whole(text: str) -> int:
    text = text.strip().lstrip("#")
    return int(text) if text.isdigit() else 0

