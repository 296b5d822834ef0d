"""Writes down what a chat model answered, and plays it back: a conversation with a server, repeated without one.

A recording is a JSON-lines file of (digest of the question, reply). Playing back looks a question up by its digest, so a changed
question is noticed instead of being answered with words that were meant for another one.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path

from .errors import RecordingExhausted
from .port import Chat, Message, Reply, Schema


def digest(messages: Sequence[Message], tools: Sequence[Schema], schema: Schema | None) -> str:
    """Names a question: equal conversations with equal tools have equal digests."""
    parts = [m.model_dump_json() for m in messages] + [json.dumps(dict(t), sort_keys=True) for t in tools]
    parts.append(json.dumps(dict(schema), sort_keys=True) if schema else "")
    return hashlib.sha256("\x1e".join(parts).encode()).hexdigest()[:32]


class RecordedChat:
    """Plays back a recording, or makes one when another chat is given.

    Args:
        file: the recording; made if it is not there and `source` is given.
        source: who is asked, and whose answers are written down, where the recording has none.
    """

    def __init__(self, file: Path, source: Chat | None = None) -> None:
        """Reads the recording, if there is one."""
        self._file = file
        self._source = source
        self._replies: dict[str, list[Reply]] = {}
        if file.exists():
            for line in file.read_text(encoding="utf-8").splitlines():
                row = json.loads(line)
                self._replies.setdefault(row["question"], []).append(Reply.model_validate(row["reply"]))

    @property
    def name(self) -> str:
        """The recording, and who was recorded."""
        return f"recorded:{self._source.name if self._source else self._file.stem}"

    @property
    def sees(self) -> bool:
        """Whether the one who is recorded accepts pictures; a recording alone accepts what it was made with."""
        return self._source.sees if self._source else True

    def reply(
        self,
        messages: Sequence[Message],
        *,
        tools: Sequence[Schema] = (),
        schema: Schema | None = None,
        heard: Callable[[str], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Reply:
        """Gives the recorded answer to exactly this question; see `Chat.reply`.

        Raises:
            RecordingExhausted: the question is not in the recording and nobody can be asked.
        """
        question = digest(messages, tools, schema)
        waiting = self._replies.get(question, [])
        if waiting:
            answer = waiting.pop(0)
            if heard and answer.text:
                heard(answer.text)
            return answer
        if self._source is None:
            raise RecordingExhausted(f"{self._file.name} has no answer left for this question ({question[:8]})")
        answer = self._source.reply(messages, tools=tools, schema=schema, heard=heard, cancelled=cancelled)
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"question": question, "reply": answer.model_dump(mode="json")}) + "\n")
        return answer
