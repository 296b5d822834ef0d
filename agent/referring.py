"""What a turn's request may refer to, read from the run: the current picture, names, and what was talked about in earlier turns.

Nothing is stored: earlier requests are read again, which takes milliseconds, so that any prefix of a run means what it meant then.
"""

import itertools
from collections.abc import Sequence
from functools import lru_cache
from typing import TypeAlias

from ..tools.wording import Wanted, Wish
from .errors import SessionError
from .graph import drawn, go, place, redo, undo
from .requests import Context, Go, Intent, Name, Paint, Session, Vary, Which
from .run import Asked, Promised, Run
from .scenes import still
from .settling import mentioned
from .understand import understand

FAR = 8  # turns; what was talked about longer ago is no "it" any more
Talked: TypeAlias = tuple[tuple[Wish, ...], tuple[str, Which] | None]
"""Things that were mentioned, and an open question with its request."""


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
    """What this turn's request may refer to, and what it asks for; each earlier turn is read once."""
    asked = run.turn[0]
    assert isinstance(asked, Asked)
    talked = _talked_about(run.before_turn, concepts, back)
    context = _context(run, concepts, run.before_turn, talked)
    intents = read(asked.text, context)
    if len(intents) < 2 or not moving(intents[0]):
        return context, intents
    return context, read(asked.text, _context(run, concepts, moved(run, intents), talked))


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
        names=tuple((name, numbers[step]) for name, step in here.names.items() if step in numbers),
        number=here.number,
        pictures=len(here.pictures),
        said_at=place(run.before_turn).number,
        scenes=tuple(_wanted_of(here.promised.get(step)) for step in here.pictures),
        before=numbers.get(before) if before is not None else None,
        given=any(h.startswith("image:") for h in asked.pictures),
        masked=drawn(run) is not None,
        last=tuple(dict.fromkeys(w for w in (still(wish, shown) for wish in last) if w in shown)),
        asked=question[0] if question else "",
        choices=tuple(w for w in question[1].choices if w in shown) if question else (),
    )


def _talked_about(run: Run, concepts: tuple[str, ...], back: int) -> Talked:
    """The things of the last turn that mentioned any, and the question that the last turn left open, with its request; nothing after `back` turns."""
    if not run.turn or not back:
        return (), None
    asked = run.turn[0]
    assert isinstance(asked, Asked)
    context, intents = _understood(run, concepts, back - 1)
    open_question = next((i for i in intents if isinstance(i, Which)), None)
    if open_question is not None:
        return context.last, (asked.text, open_question)
    things = [wish for intent in intents for wish in mentioned(intent)]
    if things:
        return tuple(dict.fromkeys(things)), None
    if any(isinstance(i, Paint | Vary) for i in intents):
        return (), None
    return context.last, None


@lru_cache(maxsize=1024)
def read(text: str, context: Context) -> tuple[Intent, ...]:
    """`understand`, remembering what was read before."""
    return understand(text, context)
