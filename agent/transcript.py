"""A run as the messages a chat model sees: rules, the record, the last turns, and the present one in detail.

The run is the memory and the messages are a projection of it, of bounded size however long the session is: results are shortened
where they say the same for longer, earlier turns are told in brief, and what is older stands in the record (`memory.py`) only.
Pictures go into user messages (many servers refuse them in tool messages); tool messages hold handles and one sentence.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ..engine.language import Message, ToolRequest
from ..prompts import render
from .graph import image_of, place
from .memory import cut, memory
from .run import IMPORT, Acted, Answered, Asked, Call, Decided, Event, Failed, Moved, Run, handles

MOST_TURNS = 12  # earlier turns that are shown at most
MOST_EARLIER = 5000  # characters of all of them together
MOST_REQUEST = 8000  # characters of the present request
MOST_DETAIL = 6000  # characters of calls and results of the present turn that are told in detail; those before them are told in brief
MOST_RESULT = 1500  # characters of one call's arguments, or of its result, in detail
BRIEF = 300  # the same in brief
MOST_ITEMS = 12  # of a list in a result


def messages(run: Run, profile: str, picture: Callable[[str], bytes] | None) -> tuple[Message, ...]:
    """The run as a conversation.

    Args:
        run: the session, in the middle of a turn.
        profile: what the model should know about the painter.
        picture: gives pictures for a model that sees; None for one that does not.
    """
    turns = _turns(run)
    present = _told(len(turns), turns[-1], run, MOST_REQUEST, MOST_DETAIL)
    if picture is not None:
        asked = turns[-1][0]
        given = asked.pictures if isinstance(asked, Asked) else ()
        present[0] = present[0].model_copy(update={"pictures": tuple(picture(h) for h in given if h.startswith("image:"))})
        painted = [e.image for e in turns[-1] if isinstance(e, Acted) and e.image]
        shown = painted[-1] if painted else image_of(run, place(run).head)
        if shown is not None:
            present.append(Message(role="user", text=render("shown", image=shown), pictures=(picture(shown),)))
    earlier: list[Message] = []
    first = len(turns)  # the first turn that is shown
    room = MOST_EARLIER
    while first > max(1, len(turns) - MOST_TURNS):
        told = _told(first - 1, turns[first - 2], run, BRIEF, 0)
        room -= size(told)
        if room < 0:
            break
        earlier = told + earlier
        first -= 1
    rules = Message(role="system", text=render("system", profile=profile, memory=memory(run, first)))
    return (rules, *earlier, *present)


def size(told: Sequence[Message]) -> int:
    """Characters of messages, calls and their arguments included."""
    return sum(len(m.text) + sum(len(c.name) + _length(c.arguments) for c in m.calls) for m in told)


def _length(value: Any) -> int:
    return len(json.dumps(value, ensure_ascii=False))


def _turns(run: Run) -> list[tuple[Event, ...]]:
    """The events of each turn, the present one last."""
    starts = [i for i, e in enumerate(run.events) if isinstance(e, Asked)]
    return [run.events[start:end] for start, end in zip(starts, [*starts[1:], len(run.events)], strict=True)]


def _told(number: int, turn: Sequence[Event], run: Run, most: int, detail: int) -> list[Message]:
    """A turn as messages.

    Args:
        number: the turn's, so that ids of calls are unique in the conversation.
        turn: its events.
        run: the session.
        most: characters of the request and of the answer.
        detail: characters of what is told in detail: the last calls of the turn, as many as find room.
    """
    decisions = [e for e in turn if isinstance(e, Decided) and e.by == "planner"]
    exchanges = _exchanges([call for e in decisions for call in e.calls if call.tool != IMPORT], turn, run, detail)
    made: list[Message] = []
    for event in turn:
        match event:
            case Asked():
                given = f"\n\n{render('given', pictures=', '.join(event.pictures[:MOST_ITEMS]))}" if event.pictures else ""
                made.append(Message(role="user", text=_ended(event.text, most) + given))
            case Decided(by="planner", calls=calls) if own := [c for c in calls if c.id in exchanges]:
                ids = {c.id: f"t{number}-{c.id}" for c in own}
                requests = tuple(ToolRequest(id=ids[c.id], name=cut(c.tool, 64), arguments=exchanges[c.id].arguments) for c in own)
                made.append(Message(role="assistant", text=_ended(event.text, BRIEF), calls=requests))
                made += [Message(role="tool", text=exchanges[c.id].said, answers=ids[c.id]) for c in own]
            case Answered():
                made.append(Message(role="assistant", text=_ended(event.text, most)))
            case _:
                continue  # repairs and verdicts are the program's business, and imports the user's; the record has what came of them
    return made


def _ended(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


# -- calls and results ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Exchange:
    """A call and what came of it, as the model reads them."""

    arguments: dict[str, Any]
    said: str

    @property
    def size(self) -> int:
        return _length(self.arguments) + len(self.said)


def _exchanges(calls: Sequence[Call], turn: Sequence[Event], run: Run, room: int) -> dict[str, _Exchange]:
    """The calls of a turn by id: from the last backwards in detail while there is room, those before them in brief."""
    became = _became(turn)
    made: dict[str, _Exchange] = {}
    for call in reversed(calls):
        told = _exchange(call, became.get(call.id), run, MOST_RESULT)
        room -= told.size
        made[call.id] = told if room >= 0 else _exchange(call, became.get(call.id), run, BRIEF)
    return made


def _became(turn: Sequence[Event]) -> dict[str, Acted | Failed | Moved]:
    """What became of each call of a turn, by its id."""
    found: dict[str, Acted | Failed | Moved] = {}
    for event in turn:
        if isinstance(event, Acted | Failed) and event.call is not None:
            found[event.call.id] = event
        elif isinstance(event, Moved) and event.call is not None:
            found[event.call] = event
    return found


def _exchange(call: Call, event: Acted | Failed | Moved | None, run: Run, most: int) -> _Exchange:
    """A call and what came of it, in at most so many characters each."""
    args = call.args or {}
    if isinstance(event, Acted):  # a planner may have named earlier results instead of handles
        done = event.call.args or {}
        args = {name: done.get(name, value) for name, value in args.items()}
    return _Exchange(_arguments(args, most), _ended(_answer(event, call, run, most), most))


def _answer(event: Acted | Failed | Moved | None, call: Call, run: Run, most: int) -> str:
    match event:
        case Acted():
            said = cut(event.said, BRIEF // 2)
            whole = f"{said} {json.dumps(shortened(event.result), ensure_ascii=False)}"
            # Half an object would be none: where it is too long, better the handles alone.
            return whole if len(whole) <= most and most > BRIEF else f"{said} {' '.join(handles(event.result))}"
        case Failed() if call.args is None:
            return render("no_object", tool=cut(call.tool, 64), raw=cut(call.raw, BRIEF // 2))
        case Failed():
            return render("failed", code=event.code, message=event.message.rstrip("."), hint=event.hint)
        case Moved():
            where = image_of(run, event.head)
            return render("moved", current=where) if where is not None else render("emptied")
        case _:
            return render("undone")


def shortened(value: Any) -> Any:
    """A result in fewer words: without what is empty, long lists and texts cut, numbers rounded."""
    match value:
        case dict():
            return {k: shortened(v) for k, v in value.items() if v not in (None, "", [], {}, ())}
        case list() | tuple():
            more = [f"… {len(value) - MOST_ITEMS} more"] if len(value) > MOST_ITEMS else []
            return [*(shortened(v) for v in value[:MOST_ITEMS]), *more]
        case str():
            return cut(value, BRIEF)
        case float():
            return round(value, 3)
        case _:
            return value


def _arguments(args: dict[str, Any], most: int) -> dict[str, Any]:
    """A call's arguments; where they are long, those that are plain, cut, so that what is left is still right in itself."""
    if _length(args) <= most:
        return args
    plain = {k: v for k, v in args.items() if isinstance(v, str | int | float) and len(k) <= 64}
    each = max(most // max(len(plain), 1) - 64, 24)  # a handle has 22 characters
    chosen: dict[str, Any] = {}
    for name, value in plain.items():
        chosen[name] = cut(value, each) if isinstance(value, str) else value
        if _length(chosen) > most:
            del chosen[name]
            break
    return chosen
