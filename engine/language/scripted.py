"""A chat model that answers from a list: for tests, and for showing a conversation without a server."""

from collections.abc import Callable, Sequence

from .errors import LanguageError, RecordingExhausted
from .port import Message, Reply, Schema

Line = Reply | LanguageError | Callable[[Sequence[Message]], Reply]


class ScriptedChat:
    """Gives the next line of a script, whatever is asked.

    Args:
        lines: replies in order; an error is raised instead of answered; a function is called with the conversation.
        sees: whether it claims to accept pictures.

    Attributes:
        asked: the conversations it was shown, in order.
    """

    name = "scripted"

    def __init__(self, lines: Sequence[Line], *, sees: bool = False) -> None:
        """Takes the script; see the class."""
        self._lines = list(lines)
        self.sees = sees
        self.asked: list[tuple[Message, ...]] = []

    def reply(
        self,
        messages: Sequence[Message],
        *,
        tools: Sequence[Schema] = (),
        schema: Schema | None = None,
        heard: Callable[[str], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Reply:
        """Gives the next line; see `Chat.reply`.

        Raises:
            RecordingExhausted: the script has no line left.
            LanguageError: the script says so.
        """
        self.asked.append(tuple(messages))
        if not self._lines:
            raise RecordingExhausted(f"the script has {len(self.asked) - 1} lines and was asked once more")
        line = self._lines.pop(0)
        if isinstance(line, LanguageError):
            raise line
        answer = line if isinstance(line, Reply) else line(messages)
        if heard and answer.text:
            heard(answer.text)
        return answer
