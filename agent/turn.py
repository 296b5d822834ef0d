"""Reads a turn: what waits to be done, what was made, what it was made from, which picture is the best.

Functions of a run and nothing else, so the loop can be stopped after any event and go on.
"""

from collections.abc import Sequence

from ..tools.checks import Check
from .graph import image_of, place
from .run import Acted, Asked, Call, Decided, Event, Failed, Judged, Moved, Promised, Remedy, Run

AS_IT_WAS = "the picture as it was"  # why the picture that an edit has to beat is the best so far
PAINTING = frozenset({"generate", "control", "inpaint", "edit", "merge"})  # tools whose picture may become the current one


def pending(turn: Sequence[Event]) -> Call | None:
    """The next call that was decided and not made yet, those that stand behind a failed one included."""
    settled = {e.call.id for e in turn if isinstance(e, Acted | Failed) and e.call is not None}
    settled |= {e.call for e in turn if isinstance(e, Moved) and e.call is not None}
    for event in turn:
        if isinstance(event, Decided):
            for call in event.calls:
                if call.id not in settled:
                    return call
    return None


def planned(turn: Sequence[Event]) -> bool:
    """Whether the planner has said that it is done."""
    return any(isinstance(e, Decided) and e.by == "planner" and not e.calls for e in turn)


def mending(run: Run) -> int | None:
    """The step whose picture the planner wants repaired as it is, without painting anything; None in other turns."""
    if planners(run.turn) or not any(isinstance(e, Decided) and e.mend for e in run.turn):
        return None
    gone = [e.head for e in run.turn if isinstance(e, Moved) and e.why in ("undo", "redo", "go")]
    return gone[-1] if gone else place(run.before_turn).head


def made(turn: Sequence[Event]) -> tuple[Acted, ...]:
    """The steps of a turn that could become the current picture: the planner's last, and the last of each repair (all of a fan)."""
    return planners(turn) + _repairs(turn)


def planners(turn: Sequence[Event]) -> tuple[Acted, ...]:
    """The planner's last painting step, if it made one."""
    steps = [step for event in turn if isinstance(event, Decided) and event.by == "planner" for step in _painted(turn, event)]
    return tuple(steps[-1:])


def _repairs(turn: Sequence[Event]) -> tuple[Acted, ...]:
    found: list[Acted] = []
    for event in turn:
        if isinstance(event, Decided) and event.remedy is not None:
            steps = _painted(turn, event)
            if event.remedy.operation == "again":
                found += steps
            elif steps and steps[-1].call.id == event.calls[-1].id:  # a remedy that broke off half-way made nothing
                found.append(steps[-1])
    return tuple(found)


def _painted(turn: Sequence[Event], decision: Decided) -> list[Acted]:
    """What a decision's calls painted, in their order."""
    acted = {e.call.id: e for e in turn if isinstance(e, Acted) and e.call.tool in PAINTING and e.image}
    return [acted[c.id] for c in decision.calls if c.id in acted]


def unjudged(run: Run) -> Acted | Judged | None:
    """What must be looked at next: the picture as it was before an edit, then each picture that was made."""
    turn = run.turn
    judged = {e.step for e in turn if isinstance(e, Judged)}
    candidates = made(turn)
    first = mending(run) or base(run, candidates[0])
    if first is not None and first not in judged:
        image = image_of(run, first)
        assert image is not None
        return Judged(step=first, image=image, accepted=True)
    return next((step for step in candidates if step.step not in judged), None)


def turned_down(run: Run) -> bool:
    """Whether the edit that was asked for was turned down and nothing came in its place: the picture is as it was, whatever it keeps."""
    mark = best(run)
    return mark is not None and mark.why == AS_IT_WAS and any(isinstance(e, Judged) and not e.accepted for e in run.turn)


def last_judged(run: Run) -> Run | None:
    """The run up to the last turn in which somebody looked at a picture; None where nobody did."""
    while run.turn and not any(isinstance(e, Judged) for e in run.turn):
        run = run.before_turn
    return run if run.turn else None


def lineage(run: Run, step: Acted) -> tuple[Acted, ...]:
    """The painting steps of this turn that led to a step, the step itself first."""
    turn = [e for e in run.turn if isinstance(e, Acted) and e.call.tool in PAINTING]
    by_image = {e.image: e for e in turn if e.image}
    chain = [step]
    while (source := (chain[-1].call.args or {}).get("image")) in by_image and by_image[source] not in chain:
        chain.append(by_image[source])
    return tuple(chain)


def base(run: Run, step: Acted) -> int | None:
    """The step whose picture, from before this turn, a step is an edit of; None where it was painted from nothing."""
    source = (lineage(run, step)[-1].call.args or {}).get("image")
    return next((s.step for s in run.before_turn.steps if source is not None and s.image == source), None)


def best(run: Run) -> Judged | None:
    """The last picture of the turn that was accepted."""
    accepted = [e for e in run.turn if isinstance(e, Judged) and e.accepted]
    return accepted[-1] if accepted else None


def rounds_without_gain(turn: Sequence[Event]) -> int:
    """How many repairs in a row gave a picture and brought nothing; one that was refused says nothing about others."""
    count = 0
    for repair in _rounds(turn):
        judged = [e for e in repair if isinstance(e, Judged)]
        count = 0 if any(e.accepted for e in judged) else count + (bool(judged) or not _refused(repair))
    return count


def _rounds(turn: Sequence[Event]) -> list[list[Event]]:
    """The events of each repair, its decision first."""
    found: list[list[Event]] = []
    for event in turn:
        if isinstance(event, Decided) and event.by == "repair":
            found.append([])
        if found:
            found[-1].append(event)
    return found


def _refused(repair: Sequence[Event]) -> bool:
    return any(isinstance(e, Failed) and e.call is not None for e in repair) and not any(isinstance(e, Judged) for e in repair)


def remedies(turn: Sequence[Event]) -> tuple[Remedy, ...]:
    """The repairs that were tried in a turn."""
    return tuple(e.remedy for e in turn if isinstance(e, Decided) and e.remedy is not None)


def remedy_of(turn: Sequence[Event], step: Acted) -> Remedy | None:
    """The repair that made a picture; None where the planner made it."""
    made_by = next((e for e in turn if isinstance(e, Decided) and any(c.id == step.call.id for c in e.calls)), None)
    return made_by.remedy if made_by is not None else None


def refusals(turn: Sequence[Event]) -> tuple[Remedy, ...]:
    """The repairs that gave no picture, since a tool refused: there was no room, nothing to be found, no such technique here."""
    found = (repair[0] for repair in _rounds(turn) if _refused(repair))
    return tuple(e.remedy for e in found if isinstance(e, Decided) and e.remedy is not None)


def fresh(run: Run, promise: Promised) -> frozenset[str]:
    """Ids of the checks that this turn's request brought: those that the current picture was not held to before."""
    earlier = place(run.before_turn).promise
    known = {_meaning(c) for c in earlier.checks} if earlier is not None else set()
    return frozenset(c.id for c in promise.checks if _meaning(c) not in known)


def given_up(run: Run, promise: Promised) -> frozenset[str]:
    """Ids of the checks on which earlier turns have worked in vain, back to the one that painted the picture from nothing."""
    tried: set[tuple[str, ...]] = set()
    earlier = run.before_turn
    while earlier.turn:
        meant = {c.id: _meaning(c) for e in earlier.turn if isinstance(e, Promised) for c in e.checks}
        mark = best(earlier)
        mended = {v.check for v in mark.verdicts if v.status == "pass"} if mark is not None else set()
        tried |= {meant[check] for remedy in remedies(earlier.turn) for check in remedy.targets if check in meant and check not in mended}
        if any(e.call.tool == "generate" for e in planners(earlier.turn)):
            break
        earlier = earlier.before_turn
    return frozenset(c.id for c in promise.checks if _meaning(c) in tried)


def _meaning(check: Check) -> tuple[str, ...]:
    """What a check asks, whatever its id in this turn."""
    return tuple(str(part) for part in (check.kind, check.subject, check.value, check.object))


def gains(events: Sequence[Event]) -> int:
    """How many repairs made the picture better."""
    gained, repairing = 0, False
    for event in events:
        if isinstance(event, Asked):
            repairing = False
        elif isinstance(event, Decided):
            repairing = event.by == "repair"
        elif isinstance(event, Judged) and repairing and event.accepted:
            gained, repairing = gained + 1, False  # of a fan of pictures several may be accepted in turn: one gain
    return gained
