"""The port to chat and vision-language models: one protocol, four implementations.

`Chat` is what planners, critics and layout tools talk to. `open_chat` gives the one the configuration names (OpenAI, or any server
that speaks its protocol); `ScriptedChat` answers from a list; `RecordedChat` writes down or plays back another one's answers;
`CachedChat` asks each question once. `ask` asks for JSON and lets a faulty answer be mended once.
LangChain is imported when the first message is sent, not here.
"""

from .cached import CachedChat
from .config import LanguageConfig, open_chat
from .errors import (
    AnswerCut,
    AnswerEmpty,
    AnswerMalformed,
    AnswerTooLong,
    CallCancelled,
    LanguageError,
    ModelRefused,
    NotConfigured,
    RateLimited,
    RecordingExhausted,
    RequestRefused,
    ServerFailed,
    ServerTimedOut,
    ServerUnreachable,
    Unauthorised,
)
from .port import Chat, Message, Reply, Schema, ToolRequest, Usage, json_object
from .recorded import RecordedChat
from .scripted import ScriptedChat
from .structured import Structured, ask

__all__ = [
    "AnswerCut",
    "AnswerEmpty",
    "AnswerMalformed",
    "AnswerTooLong",
    "CachedChat",
    "CallCancelled",
    "Chat",
    "LanguageConfig",
    "LanguageError",
    "Message",
    "ModelRefused",
    "NotConfigured",
    "RateLimited",
    "RecordedChat",
    "RecordingExhausted",
    "Reply",
    "Schema",
    "RequestRefused",
    "ScriptedChat",
    "ServerFailed",
    "ServerTimedOut",
    "ServerUnreachable",
    "Structured",
    "ToolRequest",
    "Unauthorised",
    "Usage",
    "ask",
    "json_object",
    "open_chat",
]
