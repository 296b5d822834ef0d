"""What can go wrong between us and a chat model.

LanguageError
├── NotConfigured        no server or model is named
├── ServerUnreachable    nobody answers at the address
├── ServerTimedOut       somebody answers too slowly
├── ServerFailed         the server says it is broken (5xx)
├── Unauthorised         the key is missing or wrong (401, 403)
├── RateLimited          too many requests (429)
├── RequestRefused       the server does not take this request (400, 404, 422)
├── AnswerCut            the answer ended in the middle
├── AnswerTooLong        the answer passed the length we accept
├── AnswerEmpty          the answer holds neither words nor tool calls
├── AnswerMalformed      the answer is not the JSON that was asked for
├── ModelRefused         the model declines
├── CallCancelled        the user stopped waiting
└── RecordingExhausted   a scripted or recorded chat has no answer left

A message never holds a key: addresses are named, headers are not.
"""


class LanguageError(Exception):
    """A chat model could not be asked, or answered something unusable.

    Attributes:
        code: a short name that programs compare.
        hint: what the user can do.
    """

    code = "language"
    hint = "try again, or go on with the offline planner (--planner offline)"

    def __init__(self, message: str, hint: str | None = None) -> None:
        """Says what was wrong and, if it differs from the class's advice, what to do."""
        super().__init__(message)
        if hint is not None:
            self.hint = hint


class NotConfigured(LanguageError):
    """No chat model is named."""

    code = "language_not_configured"
    hint = "set PENTIMENTO_LLM_MODEL (and PENTIMENTO_LLM_BASE_URL, PENTIMENTO_LLM_API_KEY), or use --planner offline"


class ServerUnreachable(LanguageError):
    """Nobody answers at the address."""

    code = "language_unreachable"
    hint = "check the address and that the server runs; the session goes on, and --planner offline needs no server"


class ServerTimedOut(LanguageError):
    """The answer took longer than the configured timeout."""

    code = "language_timeout"
    hint = "raise PENTIMENTO_LLM_TIMEOUT, or choose a smaller model"


class ServerFailed(LanguageError):
    """The server reported a fault of its own."""

    code = "language_server_failed"
    hint = "look at the server's log; asking again later may help"


class Unauthorised(LanguageError):
    """The server does not accept the key."""

    code = "language_unauthorised"
    hint = "set PENTIMENTO_LLM_API_KEY (or OPENAI_API_KEY) to a key this server accepts"


class RateLimited(LanguageError):
    """The server asks us to slow down."""

    code = "language_rate_limited"
    hint = "wait a little and ask again"


class RequestRefused(LanguageError):
    """The server does not take this request: an unknown model, or a feature it lacks (tools, pictures)."""

    code = "language_request_refused"
    hint = "check the model's name, and that it supports tool calls (and pictures, if any were sent)"


class AnswerCut(LanguageError):
    """The answer ended in the middle."""

    code = "language_answer_cut"
    hint = "ask again; if it happens every time, raise the server's output limit"


class AnswerTooLong(LanguageError):
    """The answer passed the length we accept."""

    code = "language_answer_too_long"
    hint = "ask again; the model may be repeating itself"


class AnswerEmpty(LanguageError):
    """The answer holds neither words nor tool calls."""

    code = "language_answer_empty"
    hint = "ask again in other words"


class AnswerMalformed(LanguageError):
    """The answer is not the JSON that was asked for."""

    code = "language_answer_malformed"
    hint = "ask again; if it happens every time, the model is too small for structured answers"


class ModelRefused(LanguageError):
    """The model declines to answer."""

    code = "language_refused"
    hint = "ask for something else, or choose another model"


class CallCancelled(LanguageError):
    """The user stopped waiting."""

    code = "cancelled"
    hint = "nothing was changed"


class RecordingExhausted(LanguageError):
    """A scripted or recorded chat has no answer left for this question."""

    code = "language_recording_exhausted"
    hint = "record the conversation again: the questions have changed"
