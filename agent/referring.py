"""What a turn's request may refer to, read from the run: the current picture, names, and what was talked about in earlier turns.

Nothing is stored in the run: earlier requests are read again, so that any prefix of a run means what it meant then.
"""

import itertools
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TypeAlias

from ..tools.wording import Wanted, Wish
from .errors import SessionError
from .grammar.asking import spoken
from .grammar.choices import still_open
from .grammar.requests import Context, Go, Intent, Like, Name, NotUnderstood, Paint, Recolour, Remark, Session, Vary, Which
from .grammar.retries import complaint, disputed, repeats, retried
from .grammar.settling import mentioned
from .grammar.understand import understand
from .grammar.ways import without_way
from .graph import Place, drawn, go, place, redo, undo
from .ledger import broken
from .run import Asked, Event, Promised, Run
from .scenes import still
from .surprises import surprise
from .turn import best, fresh, last_judged, turned_down

FAR = 8  # turns; what was talked about longer ago is no "it" any more
Talked: TypeAlias = tuple[tuple[Wish, ...], tuple[str, Which] | None]
"""Things that were mentioned, and an open question with its request."""
MANY = 1024
REMEMBERED: dict[tuple[object, ...], tuple[tuple[Event | None, ...], tuple[Context, tuple[Intent, ...]]]] = {}
"""Turns that were read, by the events that they begin with: a run only ever grows, so that these tell what was before them."""


def wanted_at(run: Run) -> Wanted | None:
    """The scene that the current picture was made to show."""
    return _wanted_of(place(run).promise)


def _wanted_of(promise: Promised | None) -> Wanted | None:
    return None if promise is None or promise.wanted is None else Wanted.model_validate(promise.wanted)


def moved(run: Run, intents: Sequence[Intent]) -> Run:
    """The run as it was before this turn, with the turn's first intents carried out as far as they only go back or forth.

    What is said behind them is about the picture that is current then. Where they cannot be carried out, nothing is.
    """
    there = run.before_turn
    try:
        for intent in itertools.takewhile(moving, intents):
            match intent:
                case Session(verb="undo", count=count):
                    for _ in range(count):
                        there = there.plus(undo(there))
                case Session(verb="redo"):
                    there = there.plus(redo(there))
                case Go(target=target):
                    there = there.plus(go(there, target))
    except SessionError:
        return run.before_turn
    return there


def moving(intent: Intent) -> bool:
    """Whether an intent makes another picture the current one, or names it."""
    return isinstance(intent, Go | Name) or (isinstance(intent, Session) and intent.verb in ("undo", "redo"))


def intents_of(run: Run, concepts: Sequence[str], back: int = FAR) -> tuple[Intent, ...]:
    """What this turn's request asks for."""
    return _understood(run, tuple(concepts), back)[1]


def _understood(run: Run, concepts: tuple[str, ...], back: int) -> tuple[Context, tuple[Intent, ...]]:
    """What this turn's request may refer to, and what it asks for; what was found is remembered, for every later turn asks for it again."""
    earlier = run.before_turn.events
    marks = (run.turn[0], earlier[-1] if earlier else None)
    key = (*(id(mark) for mark in marks), len(earlier), concepts, back)
    known = REMEMBERED.get(key)
    if known is None or any(mine is not theirs for mine, theirs in zip(marks, known[0], strict=True)):
        known = (marks, _understood_anew(run, concepts, back))
        if len(REMEMBERED) >= MANY:
            REMEMBERED.clear()
        REMEMBERED[key] = known
    return known[1]


def _understood_anew(run: Run, concepts: tuple[str, ...], back: int) -> tuple[Context, tuple[Intent, ...]]:
    """What this turn's request may refer to, and what it asks for."""
    asked = run.turn[0]
    assert isinstance(asked, Asked)
    talked = _talked_about(run.before_turn, concepts, back)
    context = _context(run, concepts, run.before_turn, talked)
    intents = read(asked.text, context)
    surprised = surprise(run, intents, not context.picture)
    if surprised is not None:
        return context, surprised
    meant = _retried(run, concepts, back, context, intents)
    if meant is not None:
        return context, meant
    if len(intents) < 2 or not moving(intents[0]):
        return context, intents
    return context, read(asked.text, _context(run, concepts, moved(run, intents), talked))


def _retried(run: Run, concepts: tuple[str, ...], back: int, context: Context, intents: Sequence[Intent]) -> tuple[Intent, ...] | None:
    """What a request means where the last edit was turned down and the picture is still the one it was about: "try again" means that edit."""
    asked = run.turn[0]
    tried = last_judged(run.before_turn)
    if tried is None or not back or place(tried).head != place(run.before_turn).head or not isinstance(asked, Asked):
        return None
    if not turned_down(tried):
        if intents == (Session("fix"),) or not complaint(asked.text):
            return None
        return disputed(asked.text, context, intents, [i for i in _understood(tried, concepts, back - 1)[1] if not isinstance(i, Paint)])
    mark, promise = best(tried), next((e for e in reversed(tried.turn) if isinstance(e, Promised)), None)
    ours = fresh(tried, promise) if promise is not None else frozenset[str]()
    spoiled = any(v.check not in ours for v in broken(mark.verdicts)) if mark is not None else False
    failed = _failed(tried, concepts, back)
    return retried(asked.text, context, intents, failed, spoiled=spoiled, undone=bool(place(run.before_turn).redo)) if failed else None


def _failed(tried: Run, concepts: tuple[str, ...], back: int) -> tuple[Intent, ...]:
    """What the edit of a turn should have done; where that turn tried an earlier one again, what that one should have done."""
    first: Run | None = tried
    while first is not None and isinstance(first.turn[0], Asked) and repeats(first.turn[0].text):
        first = last_judged(first.before_turn)
    if first is None or not turned_down(first) or place(first).head != place(tried).head:
        return ()
    intents = _understood(first, concepts, back - 1)[1]
    return () if any(moving(i) or isinstance(i, Paint | Remark) for i in intents) else intents


def context_of(run: Run, concepts: Sequence[str], at: Run | None = None) -> Context:
    """What this turn's request may refer to.

    Args:
        run: the session, its last turn begun.
        concepts: names of the learned concepts.
        at: the session whose current picture is meant; the one before this turn when None.
    """
    return _context(run, tuple(concepts), at or run.before_turn, _talked_about(run.before_turn, tuple(concepts), FAR))


def _context(run: Run, concepts: tuple[str, ...], there: Run, talked: Talked) -> Context:
    asked = run.turn[0]
    assert isinstance(asked, Asked)
    here = place(there)
    wanted = wanted_at(there)
    numbers = {step: number for number, step in enumerate(here.pictures, 1)}
    before = here.came_from.get(here.head) if here.head is not None else None
    last, question = talked
    shown = wanted.things if wanted is not None else ()
    return Context(
        wanted=wanted,
        picture=here.head is not None,
        concepts=concepts,
        names=tuple((name.lower(), numbers[step]) for name, step in here.names.items() if step in numbers),
        number=here.number,
        pictures=len(here.pictures),
        said_at=place(run.before_turn).number,
        scenes=tuple(_wanted_of(here.promised.get(step)) for step in here.pictures),
        before=numbers.get(before) if before is not None else None,
        line=_line(here, numbers),
        given=any(h.startswith("image:") for h in asked.pictures),
        masked=drawn(run) is not None,
        last=tuple(dict.fromkeys(w for w in (still(wish, shown) for wish in last) if w in shown)),
        asked=question[0] if question else "",
        choices=tuple(w for w in question[1].choices if w in shown) if question else (),
    )


def _line(here: Place, numbers: Mapping[int, int]) -> tuple[int, ...]:
    """The numbers of the pictures that led to the current one, the last one first."""
    found: list[int] = []
    step = here.came_from.get(here.head) if here.head is not None else None
    while step is not None and step in numbers and numbers[step] not in found:
        found.append(numbers[step])
        step = here.came_from.get(step)
    return tuple(found)


def _talked_about(run: Run, concepts: tuple[str, ...], back: int) -> Talked:
    """The things of the last turn that mentioned any, and the question that the last turn left open, with its request; nothing after `back` turns."""
    if not run.turn or not back:
        return (), None
    asked = run.turn[0]
    assert isinstance(asked, Asked)
    context, intents = _understood(run, concepts, back - 1)
    open_question = next((i for i in intents if isinstance(i, Which)), None)
    waiting = still_open(context, intents)
    if waiting is not None:
        return context.last, waiting
    if open_question is not None:
        return context.last, (without_way(asked.text, context.concepts)[0], open_question)
    recoloured = [i.what.model_copy(update={"colour": i.colour}) for i in intents if isinstance(i, Recolour) and not i.which]  # if that succeeded
    things = [*recoloured, *(wish for intent in intents for wish in mentioned(intent))] or list(spoken(asked.text, context, intents))
    if things:
        return tuple(dict.fromkeys(things)), None
    if any(isinstance(i, Paint | Vary | Like) for i in intents):
        return (), None
    return context.last, None


@lru_cache(maxsize=1024)
def read(text: str, context: Context) -> tuple[Intent, ...]:
    """`understand`, apart from the technique that a request may name; one that is no way of doing what is asked for is refused."""
    rest, way = without_way(text, context.concepts)
    intents = understand(rest, context)
    return intents if way is None or way.allows(intents) else (NotUnderstood(told=way.apology),)
