"""What a turn's request may refer to, read from the run: the current picture, names, and what was talked about in earlier turns.

Nothing is stored: earlier requests are read again, which takes milliseconds, so that any prefix of a run means what it meant then.
"""

from collections.abc import Sequence
from functools import lru_cache

from ..tools.wording import Wanted, Wish
from .graph import drawn, place
from .requests import Context, Intent, Paint, Vary, Which
from .run import Asked, Run
from .understand import mentioned, understand

FAR = 8  # turns; what was talked about longer ago is no "it" any more


def wanted_before(run: Run) -> Wanted | None:
    """The scene that the current picture was made to show."""
    promise = place(run.before_turn).promise
    return None if promise is None or promise.wanted is None else Wanted.model_validate(promise.wanted)


def context_of(run: Run, concepts: Sequence[str], back: int = FAR) -> Context:
    """What this turn's request may refer to.

    Args:
        run: the session, its last turn begun.
        concepts: names of the learned concepts.
        back: how many earlier turns are asked what "it" means.
    """
    asked = run.turn[0]
    assert isinstance(asked, Asked)
    here = place(run.before_turn)
    wanted = wanted_before(run)
    numbers = {step: number for number, step in enumerate(here.pictures, 1)}
    before = here.came_from.get(here.head) if here.head is not None else None
    last, question = _talked_about(run.before_turn, tuple(concepts), back)
    shown = wanted.things if wanted is not None else ()
    return Context(
        wanted=wanted,
        picture=here.head is not None,
        concepts=tuple(concepts),
        names=tuple((name, numbers[step]) for name, step in here.names.items() if step in numbers),
        number=here.number,
        pictures=len(here.pictures),
        before=numbers.get(before) if before is not None else None,
        given=any(h.startswith("image:") for h in asked.pictures),
        masked=drawn(run) is not None,
        last=_still(last, shown),
        asked=question[0] if question else "",
        choices=tuple(w for w in question[1].choices if w in shown) if question else (),
    )


def _still(last: Sequence[Wish], shown: Sequence[Wish]) -> tuple[Wish, ...]:
    """What was talked about, as the picture shows it now."""
    found = []
    for wish in last:
        kin = [t for t in shown if t.noun == wish.noun]
        found += [t for t in kin if t.colour == wish.colour][:1] or (kin if len(kin) == 1 else [])
    return tuple(dict.fromkeys(found))


def _talked_about(run: Run, concepts: tuple[str, ...], back: int) -> tuple[tuple[Wish, ...], tuple[str, Which] | None]:
    """The things of the last turn that mentioned any, and the question that the last turn left open, with its request."""
    if not run.turn or not back:
        return (), None
    asked = run.turn[0]
    assert isinstance(asked, Asked)
    context = context_of(run, concepts, back - 1)
    intents = read(asked.text, context)
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
