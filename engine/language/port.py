"""What we say to a chat model and what it says back, whichever library carries it."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict, Field

from .errors import AnswerMalformed

Schema = Mapping[str, Any]


class ToolRequest(BaseModel):
    """A tool call as a model wrote it, before anything was checked.

    Attributes:
        id: what the answer must refer to.
        name: the tool's name, possibly one that does not exist.
        arguments: the arguments, or None where the model wrote something that is not a JSON object.
        raw: the text the model wrote, kept only when `arguments` is None.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    name: str
    arguments: dict[str, Any] | None
    raw: str = ""


class Message(BaseModel):
    """One turn of a conversation with a model.

    Attributes:
        role: who speaks. Pictures are allowed in "user" messages only: many servers refuse them elsewhere.
        text: the words.
        pictures: PNG files.
        calls: the tool calls of an "assistant" message.
        answers: for a "tool" message, the id of the call it answers.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_bytes="base64", val_json_bytes="base64")

    role: Literal["system", "user", "assistant", "tool"]
    text: str = ""
    pictures: tuple[bytes, ...] = ()
    calls: tuple[ToolRequest, ...] = ()
    answers: str | None = None


class Usage(BaseModel):
    """Tokens that an answer cost; estimated where the server does not say."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    read: int = Field(default=0, ge=0)
    written: int = Field(default=0, ge=0)

    @property
    def total(self) -> int:
        """Tokens read and written."""
        return self.read + self.written


class Reply(BaseModel):
    """What a model answered: words, tool calls, or both."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str = ""
    calls: tuple[ToolRequest, ...] = ()
    usage: Usage = Usage()


@runtime_checkable
class Chat(Protocol):
    """A chat model.

    Attributes:
        name: which model answers, for the run's record.
        sees: whether it accepts pictures.
    """

    @property
    def name(self) -> str:
        """Which model answers."""
        ...

    @property
    def sees(self) -> bool:
        """Whether it accepts pictures."""
        ...

    def reply(
        self,
        messages: Sequence[Message],
        *,
        tools: Sequence[Schema] = (),
        schema: Schema | None = None,
        heard: Callable[[str], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Reply:
        """Asks for the next message.

        Args:
            messages: the conversation so far.
            tools: function schemas (`name`, `description`, `parameters`) the model may call.
            schema: JSON schema (with a `title`) that the words must fulfil; `json_object` reads them.
            heard: called with each piece of text as it arrives.
            cancelled: asked between pieces; True stops the call.

        Raises:
            LanguageError: in one of its kinds; no other exception leaves this method for a fault of the server or the model.
        """
        ...


def json_object(text: str) -> dict[str, Any]:
    """Reads the first JSON object in a text, as models wrap theirs in words and fences.

    Raises:
        AnswerMalformed: there is none.
    """
    decoder = json.JSONDecoder()
    start = text.find("{")
    while start >= 0:
        try:
            found, _ = decoder.raw_decode(text, start)
        except json.JSONDecodeError:
            start = text.find("{", start + 1)
            continue
        if isinstance(found, dict):
            return found
        start = text.find("{", start + 1)
    raise AnswerMalformed(f"the model's answer holds no JSON object: {text[:120]!r}")
