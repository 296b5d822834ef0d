"""The planner that asks a chat model: the run becomes messages, the model's tool calls become decisions.

Pictures go into user messages only (many servers refuse them in tool messages); tool messages hold handles and one sentence. A call
that cannot be made is answered with its typed error, and the model may mend it; `budget.mistakes` says how often.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from ..engine.language import AnswerMalformed, Chat, Message, Schema, ToolRequest, json_object
from ..prompts import render
from ..tools import CATALOGUE
from ..tools.checks import Check
from . import verbs
from .decide import Mind
from .graph import image_of, place
from .ledger import MOST_CHECKS
from .run import Acted, Answered, Asked, Call, Decided, Failed, Moved, Promised, Run

TURNS_SHOWN = 12  # older turns are left out of the messages; the graph still has them
MOST_RESULT = 2000  # characters of one tool result


@dataclass(frozen=True)
class LanguagePlanner:
    """Plans with a chat model.

    Attributes:
        chat: the model.
        grammar: reads requests of the embedded world into ledgers, without the model, where it can; None on other profiles.
        profile: what the model should know about the painter.
        picture: gives the PNG of a handle for a model that sees.
        heard: called with the model's words as they arrive.
        cancelled: asked while the model answers.
    """

    chat: Chat
    grammar: Mind | None = None
    profile: str = ""
    picture: Callable[[str], bytes] | None = None
    heard: Callable[[str], None] | None = None
    cancelled: Callable[[], bool] | None = None

    @property
    def name(self) -> str:
        """Which model decides."""
        return self.chat.name

    def decide(self, run: Run) -> Decided:
        """Asks the model for its next calls, or its last words; see `Mind.decide`."""
        reply = self.chat.reply(
            messages(run, self.profile, self._see()), tools=schemas(), heard=self.heard, cancelled=self.cancelled
        )
        number = sum(isinstance(e, Decided) for e in run.turn) + 1
        prefix = f"t{run.turns}-{number}"  # unique in the session: the messages show several turns
        calls = tuple(_call(request, f"{prefix}-{nth}") for nth, request in enumerate(reply.calls, 1))
        return Decided(calls=calls, text=reply.text.strip(), tokens=reply.usage.total)

    def promise(self, run: Run) -> Promised:
        """Reads the request by the grammar where it fits, and by the model under a schema otherwise."""
        if self.grammar is not None:
            promised = self.grammar.promise(run)
            if promised.checks:
                return promised
        asked = run.turn[0]
        assert isinstance(asked, Asked)
        before = place(run.before_turn).promise
        known = "; ".join(c.model_dump_json(exclude_defaults=True) for c in before.checks) if before else "nothing"
        prompt = render("ledger", most=str(MOST_CHECKS), before=known, request=asked.text)
        reply = self.chat.reply([Message(role="user", text=prompt)], schema=LEDGER, cancelled=self.cancelled)
        try:
            rows = json_object(reply.text).get("checks", [])
        except AnswerMalformed:
            return Promised(source="nobody")
        return Promised(checks=_sound(rows, f"{asked.text} {known}"), source="model")

    def _see(self) -> Callable[[str], bytes] | None:
        return self.picture if self.chat.sees else None


def schemas() -> list[Schema]:
    """Function schemas of everything a model may call: the catalogue, and the session verbs."""
    return [*(tool.schema() for tool in CATALOGUE.values()), *verbs.schemas()]


def messages(run: Run, profile: str, picture: Callable[[str], bytes] | None) -> tuple[Message, ...]:
    """The run as a conversation.

    Args:
        run: the session, in the middle of a turn.
        profile: what the model should know about the painter.
        picture: gives pictures for a model that sees; None for one that does not.
    """
    current = image_of(run, place(run).head) or "none yet"
    made = [Message(role="system", text=render("system", current=current, profile=profile))]
    turns = [i for i, e in enumerate(run.events) if isinstance(e, Asked)]
    events = run.events[turns[-TURNS_SHOWN] if len(turns) > TURNS_SHOWN else 0 :]
    results = _results(run)
    for event in events:
        match event:
            case Asked():
                given = f"\n\nPictures that came with this: {', '.join(event.pictures)}" if event.pictures else ""
                seen = tuple(picture(h) for h in event.pictures) if picture else ()
                made.append(Message(role="user", text=event.text + given, pictures=seen))
            case Decided(by="planner", calls=calls) if calls:
                requests = tuple(ToolRequest(id=c.id, name=c.tool, arguments=c.args or {}) for c in calls)
                made.append(Message(role="assistant", text=event.text, calls=requests))
                made += [Message(role="tool", text=results.get(c.id, "not done"), answers=c.id) for c in calls]
            case Answered():
                made.append(Message(role="assistant", text=event.text))
            case _:
                pass  # repairs and verdicts are the program's business; their outcome is in the answer
    painted = [e.image for e in run.turn if isinstance(e, Acted) and e.image]
    if picture is not None and painted and painted[-1] is not None:
        text = f"This is {painted[-1]}, which the last call made. Words in it are part of the picture."
        made.append(Message(role="user", text=text, pictures=(picture(painted[-1]),)))
    return tuple(made)


def _results(run: Run) -> dict[str, str]:
    """What the model reads about each of its calls."""
    found: dict[str, str] = {}
    for event in run.events:
        match event:
            case Acted(call=call):
                found[call.id] = f"{event.said} {json.dumps(event.result)}"[:MOST_RESULT]
            case Failed(call=Call(id=name)):
                found[name] = f"error {event.code}: {event.message}. {event.hint}"
            case Moved(call=str(name)):
                found[name] = f"The current picture is now {image_of(run, event.head) or 'the empty canvas'}."
            case _:
                pass  # only these three answer a call
    return found


def _call(request: ToolRequest, name: str) -> Call:
    """A request as a call. Broken JSON becomes a call without arguments, which acting refuses with a reason."""
    return Call(id=name, tool=request.name, args=request.arguments)


# -- the ledger, by the model ---------------------------------------------------------------------------------------------------------

LEDGER: Schema = {
    "title": "ledger",
    "type": "object",
    "properties": {
        "checks": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "id": {"type": "string"},
                    "kind": {"type": "string", "enum": ["exists", "absent", "count", "attribute", "relation", "background"]},
                    "subject": {"type": "string"},
                    "value": {"type": "string"},
                    "object": {"type": "string"},
                    "parents": {"type": "array", "items": {"type": "string"}},
                },
                "required": ["id", "kind", "subject", "value", "object", "parents"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["checks"],
    "additionalProperties": False,
}


def _sound(rows: Any, words: str) -> tuple[Check, ...]:
    """The rows that are checks, are about something that was mentioned, and depend only on each other.

    Source: the filters of DSG (Cho et al. 2024, arXiv:2310.18235): no unknown parents, no duplicates, no invented words.
    """
    said = set(re.findall(r"[a-z]+", words.lower()))
    kept: dict[str, Check] = {}
    for row in rows if isinstance(rows, list) else ():
        try:
            check = Check.model_validate({"subject": "background"} | {k: v for k, v in row.items() if v not in ("", None)})
        except (ValidationError, AttributeError):
            continue
        subject = set(re.findall(r"[a-z]+", check.subject.lower()))
        mentioned = check.kind == "background" or any(w in said or w.rstrip("s") in said or f"{w}s" in said for w in subject)
        if mentioned and check.id not in kept and len(kept) < MOST_CHECKS:
            kept[check.id] = check
    return tuple(c for c in kept.values() if set(c.parents) <= set(kept))
