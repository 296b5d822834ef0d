"""The planner that asks a chat model: the run becomes messages, the model's tool calls become decisions.

A call that cannot be made is answered with its typed error, and the model may mend it; `budget.mistakes` says how often.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..engine.language import AnswerEmpty, Chat, Schema, ToolRequest
from ..tools import CATALOGUE
from . import verbs
from .decide import Mind
from .promising import promised
from .run import Acted, Call, Decided, Promised, Run
from .transcript import messages

MOST_CALLS = 8  # of one answer; a model that writes more is shown what came of these, and goes on
MOST_RAW = 300  # characters of arguments that are no object, kept to be shown to the model


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
        concepts: gives the names of the learned concepts.
    """

    chat: Chat
    grammar: Mind | None = None
    profile: str = ""
    picture: Callable[[str], bytes] | None = None
    heard: Callable[[str], None] | None = None
    cancelled: Callable[[], bool] | None = None
    concepts: Callable[[], Sequence[str]] = tuple

    @property
    def name(self) -> str:
        """Which model decides."""
        return self.chat.name

    def decide(self, run: Run) -> Decided:
        """Asks the model for its next calls, or its last words; see `Mind.decide`."""
        told = messages(run, self.profile, self.picture if self.chat.sees else None)
        try:
            reply = self.chat.reply(told, tools=schemas(), heard=self.heard, cancelled=self.cancelled)
        except AnswerEmpty:
            if not any(isinstance(e, Acted) for e in run.turn):
                raise
            return Decided()  # small models say nothing when the work is done
        number = sum(isinstance(e, Decided) for e in run.turn) + 1
        calls = tuple(_call(request, f"{number}-{nth}") for nth, request in enumerate(reply.calls[:MOST_CALLS], 1))
        return Decided(calls=calls, text=reply.text.strip(), tokens=reply.usage.total)

    def promise(self, run: Run) -> Promised:
        """Reads the request by the grammar where it fits, and by the model under a schema otherwise."""
        if self.grammar is not None:
            by_grammar = self.grammar.promise(run)
            if by_grammar.checks:
                return by_grammar
        return promised(run, self.chat, self.concepts(), self.cancelled)

    def edits_given(self, text: str) -> bool:
        """Never: the model is shown what comes along, and its calls say which picture they are about."""
        return False


def schemas() -> list[Schema]:
    """Function schemas of everything a model may call: the catalogue, and the session verbs."""
    return [*(tool.schema() for tool in CATALOGUE.values()), *verbs.schemas()]


def _call(request: ToolRequest, name: str) -> Call:
    """A request as a call. Broken JSON becomes a call without arguments, which acting refuses with a reason."""
    return Call(id=name, tool=request.name, args=request.arguments, raw=request.raw[:MOST_RAW])
