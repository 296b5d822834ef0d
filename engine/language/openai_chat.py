"""OpenAI's chat-completions protocol through LangChain: OpenAI itself, and every server that speaks like it.

LangChain's `bind_tools` carries the tool schemas and its chunks put streamed tool calls together. What this file adds: one tree of
errors instead of three libraries', calls whose JSON is broken handed on as such, answers that were cut off noticed.
"""

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

from . import errors
from .config import LanguageConfig
from .port import Message, Reply, Schema, ToolRequest, Usage

CUT = "the server stopped in the middle of its answer"
LIMIT = "the model reached its output limit in the middle of its answer"
FILTERED = "the server's content filter stopped the answer"


class OpenAIChat:
    """Asks a chat-completions server. The connection is made at the first question.

    Args:
        config: address, model and key.
    """

    def __init__(self, config: LanguageConfig) -> None:
        """Keeps the configuration; the connection waits."""
        self._config = config
        self._model: Any = None

    def __repr__(self) -> str:
        """Names model and address; never the key."""
        return f"OpenAIChat(model={self._config.model!r}, base_url={self._config.base_url!r})"

    @property
    def name(self) -> str:
        """The model's name at its server."""
        return self._config.model

    @property
    def sees(self) -> bool:
        """Whether the configuration says that the model accepts pictures."""
        return self._config.vision

    def reply(
        self,
        messages: Sequence[Message],
        *,
        tools: Sequence[Schema] = (),
        schema: Schema | None = None,
        heard: Callable[[str], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Reply:
        """Streams one answer; see `Chat.reply`."""
        asked: Any = self._open()
        if tools:
            asked = asked.bind_tools([dict(t) for t in tools])
        if schema is not None:
            shape = {"name": str(schema.get("title", "answer")), "schema": dict(schema)}
            asked = asked.bind(response_format={"type": "json_schema", "json_schema": shape})
        whole: Any = None
        length = 0
        try:
            for piece in asked.stream([_outgoing(m) for m in messages]):
                if cancelled is not None and cancelled():
                    raise errors.CallCancelled("stopped while the model was answering")
                length += len(piece.text) + sum(len(c.get("args") or "") for c in piece.tool_call_chunks)
                if length > self._config.most_characters:
                    raise errors.AnswerTooLong(f"the answer is longer than {self._config.most_characters} characters")
                if heard is not None and piece.text:
                    heard(piece.text)
                whole = piece if whole is None else whole + piece
        except errors.LanguageError:
            raise
        except Exception as error:  # three libraries raise their own; all of them are faults of the exchange
            raise _translated(error, self._config, begun=whole is not None) from None
        return _incoming(whole, messages, tools)

    def _open(self) -> Any:
        if self._model is None:
            from pydantic import SecretStr

            settings: dict[str, Any] = {
                "model": self._config.model,
                "base_url": self._config.base_url,
                # Local servers take any key, but the client refuses to start without one.
                "api_key": self._config.api_key or SecretStr("none"),
                "timeout": self._config.timeout,
                "max_retries": self._config.retries,
            }
            if self._config.temperature is not None:
                settings["temperature"] = self._config.temperature
            self._model = _refusing_model()(**settings)
        return self._model


def _refusing_model() -> Any:
    """Makes the LangChain class, with one mend: streamed refusals are kept instead of dropped."""
    from langchain_openai import ChatOpenAI

    class _ChatOpenAI(ChatOpenAI):
        def _convert_chunk_to_generation_chunk(self, chunk: dict, *args: Any, **kwargs: Any) -> Any:  # type: ignore[type-arg]
            made = super()._convert_chunk_to_generation_chunk(chunk, *args, **kwargs)
            choices = chunk.get("choices") or []
            refusal = choices and (choices[0].get("delta") or {}).get("refusal")
            if made is not None and refusal:
                made.message.additional_kwargs["refusal"] = refusal
            return made

    return _ChatOpenAI


def _outgoing(message: Message) -> Any:
    """Turns our message into LangChain's."""
    import base64

    from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage

    if message.role == "system":
        return SystemMessage(message.text)
    if message.role == "tool":
        return ToolMessage(content=message.text, tool_call_id=message.answers or "")
    if message.role == "assistant":
        calls = [{"name": _sendable(c.name), "args": c.arguments or {}, "id": c.id, "type": "tool_call"} for c in message.calls]
        return AIMessage(content=message.text, tool_calls=calls)
    if not message.pictures:
        return HumanMessage(message.text)
    blocks: list[Any] = [{"type": "text", "text": message.text}]
    for picture in message.pictures:
        blocks.append({"type": "image", "base64": base64.b64encode(picture).decode(), "mime_type": "image/png"})
    return HumanMessage(content=blocks)


def _sendable(name: str) -> str:
    """A tool's name as servers take it. Models invent names that no server accepts back, and the mistake must be shown to be mended."""
    return re.sub(r"[^a-zA-Z0-9_-]", "_", name)[:64] or "unnamed"


def _incoming(whole: Any, messages: Sequence[Message], tools: Sequence[Schema]) -> Reply:
    """Reads a complete LangChain chunk; says what is wrong with one that is not."""
    if whole is None:
        raise errors.AnswerCut(CUT)
    refusal = whole.additional_kwargs.get("refusal")
    if refusal:
        raise errors.ModelRefused(f"the model declines: {str(refusal)[:200]}")
    reason = whole.response_metadata.get("finish_reason")
    if reason == "length":
        raise errors.AnswerCut(LIMIT)
    if reason == "content_filter":
        raise errors.ModelRefused(FILTERED)
    if reason is None:  # a stream that ends without saying why was cut
        raise errors.AnswerCut(CUT)
    calls = _calls(whole)
    if not calls and not whole.text.strip():
        raise errors.AnswerEmpty("the model answered with neither words nor tool calls")
    return Reply(text=whole.text, calls=calls, usage=_usage(whole, messages, tools))


def _calls(whole: Any) -> tuple[ToolRequest, ...]:
    """Reads the tool calls from their raw pieces: LangChain's own reading mends half-written JSON, which hides a cut."""
    calls = []
    for place, chunk in enumerate(whole.tool_call_chunks):
        raw = chunk.get("args") or ""
        try:
            parsed = json.loads(raw) if raw.strip() else {}
        except json.JSONDecodeError:
            parsed = None
        arguments = parsed if isinstance(parsed, dict) else None
        calls.append(
            ToolRequest(
                id=chunk.get("id") or f"call_{place}",
                name=chunk.get("name") or "",
                arguments=arguments,
                raw="" if arguments is not None else raw[:2000],
            )
        )
    return tuple(calls)


def _usage(whole: Any, messages: Sequence[Message], tools: Sequence[Schema]) -> Usage:
    """What the server says, or LangChain's estimate: most servers but OpenAI's say nothing in a stream unless asked, and not all may be."""
    from langchain_core.messages import AIMessage
    from langchain_core.messages.utils import count_tokens_approximately

    said = whole.usage_metadata
    if said:
        return Usage(read=said.get("input_tokens", 0), written=said.get("output_tokens", 0))
    read = count_tokens_approximately([_outgoing(m) for m in messages], tools=[dict(t) for t in tools])
    calls = "".join(c.get("args") or "" for c in whole.tool_call_chunks)
    return Usage(read=read, written=count_tokens_approximately([AIMessage(whole.text + calls)]))


def _translated(error: Exception, config: LanguageConfig, *, begun: bool) -> errors.LanguageError:
    """Turns a library's exception into ours. Messages are ours too: theirs may quote headers."""
    import httpx2
    import openai

    where = config.base_url or "OpenAI"
    # Under a schema the client itself notices these two, and raises before the last piece arrives.
    if isinstance(error, openai.LengthFinishReasonError):
        return errors.AnswerCut(LIMIT)
    if isinstance(error, openai.ContentFilterFinishReasonError):
        return errors.ModelRefused(FILTERED)
    if isinstance(error, openai.APITimeoutError | httpx2.TimeoutException):
        return errors.ServerTimedOut(f"{where} did not answer within {config.timeout:g} s")
    if isinstance(error, openai.APIConnectionError | httpx2.TransportError):
        if begun:
            return errors.AnswerCut(CUT)
        return errors.ServerUnreachable(f"{where} cannot be reached")
    if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
        return errors.Unauthorised(f"{where} does not accept the key ({error.status_code})")
    if isinstance(error, openai.RateLimitError):
        return errors.RateLimited(f"{where} asks for fewer requests (429)")
    if isinstance(error, openai.APIStatusError):
        if error.status_code >= 500:
            return errors.ServerFailed(f"{where} failed ({error.status_code})")
        return errors.RequestRefused(f"{where} does not take this request for {config.model!r} ({error.status_code})")
    if isinstance(error, openai.APIError):  # an error event inside the stream
        return errors.ServerFailed(f"{where} reported an error in the middle of its answer")
    if isinstance(error, json.JSONDecodeError):
        return errors.AnswerCut(f"{where} sent something that is not JSON")
    return errors.ServerFailed(f"{where} answered in a way the client does not understand ({type(error).__name__})")
