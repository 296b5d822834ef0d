"""Asks a chat model for a JSON object, and lets it mend an answer that cannot be used, once.

What the object means is the caller's business; nothing in an answer is ever run.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from ...prompts import render
from .errors import AnswerCut, AnswerEmpty, AnswerMalformed, AnswerTooLong, CallCancelled, LanguageError, ModelRefused
from .port import Chat, Message, Schema, json_object

TRIES = 2
MOST_REPEATED = 4000  # characters of a faulty answer that the model is shown again
UNUSABLE = (AnswerMalformed, AnswerCut, AnswerEmpty, AnswerTooLong, ModelRefused)  # the model's faults; the others are the exchange's

T = TypeVar("T")


@dataclass(frozen=True)
class Structured(Generic[T]):
    """What a model answered under a schema.

    Attributes:
        value: what could be read; None where both answers were unusable.
        fault: what is wrong with the last answer; empty where nothing is.
        tokens: what the asking cost.
    """

    value: T | None
    fault: str
    tokens: int


def ask(
    chat: Chat,
    question: Message,
    schema: Schema,
    read: Callable[[dict[str, Any]], tuple[T, str]],
    cancelled: Callable[[], bool] | None = None,
) -> Structured[T]:
    """Asks, and where the answer is faulty asks once more with the fault.

    Args:
        chat: who is asked.
        question: what is asked.
        schema: JSON schema of the answer.
        read: gives what it can use of an object, and what is wrong with the rest ("" is nothing). A second answer of which it can
            use nothing does not replace the first.
        cancelled: asked while the model answers.

    Raises:
        LanguageError: the model could not be asked at all.
    """
    said = [question]
    kept: T | None = None
    fault, tokens = "", 0
    for _ in range(TRIES):
        text = ""
        try:
            reply = chat.reply(said, schema=schema, cancelled=cancelled)
            tokens += reply.usage.total
            text = reply.text[:MOST_REPEATED]
            value, fault = read(json_object(reply.text))
            kept = value or kept
        except UNUSABLE as error:
            fault = str(error)
        except LanguageError as error:
            if kept is None or isinstance(error, CallCancelled):
                raise
            fault = str(error)  # what the first answer brought is better than nothing
            break
        if not fault:
            break
        said += [Message(role="assistant", text=text)] if text else []
        said.append(Message(role="user", text=render("mend", fault=fault)))
    return Structured(kept, fault, tokens)
