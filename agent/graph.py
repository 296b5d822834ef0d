"""The edit graph: which picture came from which, which one is current, and the ways back and forth.

Nothing here is stored. A run's events are read once and give nodes (steps) and a place (head, what redo would bring, names).
"""

import re
from dataclasses import dataclass, field
from typing import Any

from ..tools.checks import Verdict
from .errors import NoSuchPicture, NothingToRedo, NothingToUndo
from .run import IMPORT, Acted, Asked, Judged, Moved, Promised, Run

NUMBER = re.compile(r"-?[0-9]{1,9}")
SHOWN = frozenset({"upscale", "compare"})  # tools whose picture is to be looked at, not to go on from


@dataclass(frozen=True)
class Node:
    """A step with everything needed to do it again, and what was thought of its picture."""

    step: int
    turn: int
    tool: str
    args: dict[str, Any]
    seed: int | None
    fingerprint: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    kept: bool
    seconds: float
    parent: int | None
    image: str | None


def nodes(run: Run) -> dict[int, Node]:
    """Every step of a run as a node, by number."""
    # A picture is judged again as the mark of later edits; its own ledger is the first one.
    verdicts = {e.step: e.verdicts for e in reversed(run.events) if isinstance(e, Judged)}
    kept = set(place(run).pictures)
    made: dict[int, Node] = {}
    turn = 0
    for event in run.events:
        turn += isinstance(event, Asked)
        if isinstance(event, Acted):
            args = dict(event.call.args or {})
            made[event.step] = Node(
                event.step,
                turn,
                event.call.tool,
                args,
                args.get("seed"),
                event.fingerprint,
                event.inputs,
                event.outputs,
                verdicts.get(event.step, ()),
                event.step in kept,
                event.seconds,
                event.parent,
                event.image,
            )
    return made


@dataclass(frozen=True)
class Place:
    """Where a session stands.

    Attributes:
        head: the step whose picture is current; None is the empty canvas.
        redo: what redo would bring back, the next one last.
        pictures: the steps whose pictures were kept, in the order in which the user first got them: number 1 is the first.
        came_from: for each of them, the picture that was current before it.
        names: names the user gave to pictures.
        wanted: for each kept step, the scene that was wanted when it was kept.
        current_wanted: the wanted scene of the head.
    """

    head: int | None = None
    redo: tuple[int, ...] = ()
    pictures: tuple[int, ...] = ()
    came_from: dict[int, int | None] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)
    promised: dict[int, Promised] = field(default_factory=dict)

    @property
    def promise(self) -> Promised | None:
        """The ledger that the current picture was made for."""
        return None if self.head is None else self.promised.get(self.head)

    @property
    def number(self) -> int | None:
        """The current picture's number as the user counts, None on the empty canvas."""
        return self.pictures.index(self.head) + 1 if self.head in self.pictures else None


def place(run: Run) -> Place:
    """Reads where the session stands from its events."""
    head: int | None = None
    redo: list[int] = []
    pictures: list[int] = []
    came_from: dict[int, int | None] = {}
    names: dict[str, int] = {}
    promised: dict[int, Promised] = {}
    turn = 0
    made_in: dict[int, int] = {}  # the turn of each step, and the ledger of each turn
    ledgers: dict[int, Promised] = {}
    held: set[int] = set()  # steps that this turn's ledger was held against
    for event in run.events:
        if isinstance(event, Asked):
            turn += 1
            held.clear()
        elif isinstance(event, Acted):
            made_in[event.step] = turn
        elif isinstance(event, Promised):
            ledgers[turn] = event
        elif isinstance(event, Judged):
            held.add(event.step)
        elif isinstance(event, Moved):
            if event.why == "name":
                if event.name is not None and event.head is not None:
                    names[event.name] = event.head
                continue
            if event.why == "undo" and head is not None:
                redo.append(head)
            elif event.why == "redo" and redo:
                redo.pop()
            elif event.why in ("kept", "go"):
                redo.clear()
            if event.why == "kept" and event.head is not None:
                if event.head not in came_from:
                    pictures.append(event.head)
                    came_from[event.head] = head
                owner = turn if event.head in held else made_in.get(event.head)  # what was turned down may be kept many turns later
                if owner in ledgers:
                    promised[event.head] = ledgers[owner]
            head = event.head
    return Place(head, tuple(redo), tuple(pictures), came_from, names, promised)


def undo(run: Run, call: str | None = None) -> Moved:
    """The event that goes one picture back.

    Raises:
        NothingToUndo: the canvas is empty.
    """
    here = place(run)
    if here.head is None:
        raise NothingToUndo("there is no picture to undo", "`redo` brings back what was undone" if here.redo else NothingToUndo.hint)
    return Moved(head=here.came_from.get(here.head), why="undo", call=call)


def redo(run: Run, call: str | None = None) -> Moved:
    """The event that brings back what was undone last.

    Raises:
        NothingToRedo: nothing was undone since the last new picture.
    """
    here = place(run)
    if not here.redo:
        raise NothingToRedo("nothing was undone since the last new picture")
    return Moved(head=here.redo[-1], why="redo", call=call)


def go(run: Run, target: int | str, call: str | None = None) -> Moved:
    """The event that makes an earlier picture current; editing goes on from there, as a branch.

    Args:
        run: the session.
        target: a picture's number as the user counts (1 is the first, -1 the last), or a name the user gave.
        call: the call that asked for it.

    Raises:
        NoSuchPicture: there is none of that number or name.
    """
    return Moved(head=kept(run, target), why="go", call=call)


def kept(run: Run, target: int | str) -> int:
    """The step of a kept picture, by its number as the user counts (1 is the first, -1 the last) or the name the user gave.

    Raises:
        NoSuchPicture: there is none of that number or name.
    """
    here = place(run)
    if isinstance(target, str) and target in here.names:
        return here.names[target]
    alike = {name.lower(): step for name, step in here.names.items()}
    if isinstance(target, str) and target.lower() in alike:
        return alike[target.lower()]  # "go to b", where a branch is called "B"
    if isinstance(target, str) and not NUMBER.fullmatch(target):
        known = ", ".join(sorted(here.names)) or "none"
        raise NoSuchPicture(f"no picture is called {target!r}; names in this session: {known}")
    number, count = int(target), len(here.pictures)
    if number == 0 or abs(number) > count:
        raise NoSuchPicture(f"there is no picture {number}; this session has {count}")
    return here.pictures[number - 1 if number > 0 else number]


def name(run: Run, called: str, call: str | None = None) -> Moved:
    """The event that gives the current picture a name.

    Raises:
        NoSuchPicture: the canvas is empty.
    """
    here = place(run)
    if here.head is None:
        raise NoSuchPicture("there is no picture to name yet")
    return Moved(head=here.head, why="name", name=called, call=call)


def keep(run: Run, step: int, call: str | None = None) -> Moved:
    """The event that makes the picture of any step current, also one that was turned down.

    Raises:
        NoSuchPicture: the step made no picture that one could go on from.
    """
    if not 1 <= step <= len(run.steps) or run.step(step).image is None or run.step(step).call.tool in SHOWN:
        raise NoSuchPicture(f"step {step} made no picture to go on from; this session has {len(run.steps)} steps")
    return Moved(head=step, why="kept", call=call)


def sources(run: Run, step: int) -> tuple[int, ...]:
    """The kept pictures that a step's picture is made of: one for an edit, two for a merge, none where it was painted from nothing."""
    steps, pictures = run.steps, place(run).pictures
    first = {s.image: s for s in reversed(steps) if s.image is not None}
    found: dict[int, None] = {}
    seen, waiting = {step}, [steps[step - 1]] if steps[step - 1].call.tool != IMPORT else []
    while waiting:
        made = waiting.pop(0)
        args = made.call.args or {}
        for image in (args[name] for name in ("image", "first", "second") if isinstance(args.get(name), str)):
            # Equal pictures may have been made more than once; the one that was there before counts.
            keeper = next((n for n in pictures if n < made.step and steps[n - 1].image == image), None)
            before = steps[keeper - 1] if keeper is not None else first.get(image)
            if before is None or before.step in seen:
                continue
            seen.add(before.step)
            if before.step in pictures:
                found[before.step] = None
            else:
                waiting.append(before)
    return tuple(found)


def drawn(run: Run) -> str | None:
    """The mask that the user drew for the picture that the turn works on, None if there is none.

    It came with this request, or with the picture when it was taken in.
    """
    asked = run.turn[0] if run.turn else None
    given = asked.pictures if isinstance(asked, Asked) else ()
    head = place(run.before_turn).head
    taken = run.step(head).result.get("mask") if head is not None else None
    return next((handle for handle in given if handle.startswith("mask:")), taken)


def image_of(run: Run, step: int | None) -> str | None:
    """The picture that a step made; None for the empty canvas."""
    return None if step is None else run.step(step).image


def maker(run: Run, image: str) -> Acted | None:
    """The first step that made a picture, None for a picture that came from outside."""
    return next((s for s in run.steps if image in s.outputs), None)
