"""Remembers on disk what a chat model answered, so that an equal question costs nothing.

An entry is named by everything the answer depends on: the model with its settings, the version of the prompts, the conversation, the
tools and the schema. It holds the answer and no question, address or key. Answers that could not be read are not remembered, so
asking again asks the model. The folder may be deleted at any time.
"""

import contextlib
import hashlib
import json
import logging
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from .errors import AnswerMalformed
from .port import Chat, Message, Reply, Schema, Usage, json_object
from .recorded import digest

MOST_BYTES = 64 * 2**20
log = logging.getLogger(__name__)


class CachedChat:
    """Asks another chat, and only what it was not asked before.

    Args:
        source: who is asked.
        folder: where answers are kept; made when the first one is.
        settings: what else the answers depend on: the model's settings, the prompts' version.
        most_bytes: when the folder is larger, the answers that were not needed for longest are removed.
    """

    def __init__(self, source: Chat, folder: Path, settings: str, *, most_bytes: int = MOST_BYTES) -> None:
        """Keeps the arguments; nothing is read yet."""
        self._source = source
        self._folder = folder
        self._settings = settings
        self._most_bytes = most_bytes

    def __repr__(self) -> str:
        """Names who is asked; never the settings."""
        return f"CachedChat({self._source!r})"

    @property
    def name(self) -> str:
        """Which model answers, or answered."""
        return self._source.name

    @property
    def sees(self) -> bool:
        """Whether the model accepts pictures."""
        return self._source.sees

    def reply(
        self,
        messages: Sequence[Message],
        *,
        tools: Sequence[Schema] = (),
        schema: Schema | None = None,
        heard: Callable[[str], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Reply:
        """Gives the remembered answer, which costs no tokens and is heard in one piece, or asks; see `Chat.reply`."""
        whole = "\x1e".join((self.name, self._settings, digest(messages, tools, schema)))
        file = self._folder / f"{hashlib.sha256(whole.encode()).hexdigest()}.json"
        known = _read(file)
        if known is not None:
            if heard is not None and known.text:
                heard(known.text)
            return known
        answer = self._source.reply(messages, tools=tools, schema=schema, heard=heard, cancelled=cancelled)
        if _readable(answer, schema):
            try:
                _write(file, answer)
                self._shrink()
            except OSError as error:  # a full disk must not cost the user the answer
                log.warning("an answer of %s could not be remembered: %s", self.name, error)
        return answer

    def _shrink(self) -> None:
        """Removes what was not needed for longest until the folder is small enough."""
        entries = []
        for path in self._folder.iterdir():
            with contextlib.suppress(FileNotFoundError):  # another process may be shrinking too
                entries.append((path.stat().st_mtime_ns, path.stat().st_size, path))
        total = sum(size for _, size, _ in entries)
        for _, size, path in sorted(entries):
            if total <= self._most_bytes:
                return
            path.unlink(missing_ok=True)
            total -= size


def _readable(answer: Reply, schema: Schema | None) -> bool:
    """Whether an answer is worth giving again: every call has arguments, and words under a schema hold an object."""
    if any(call.arguments is None for call in answer.calls):
        return False
    if schema is None:
        return True
    try:
        json_object(answer.text)
    except AnswerMalformed:
        return False
    return True


def _read(file: Path) -> Reply | None:
    """The answer in a file; None where there is none, or a damaged one."""
    try:
        entry = json.loads(file.read_bytes())
        if entry["sum"] != _sum(entry["reply"]):
            return None
        known = Reply.model_validate_json(entry["reply"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):  # pydantic's error is a ValueError
        return None
    with contextlib.suppress(OSError):
        os.utime(file)  # it was needed just now
    return known.model_copy(update={"usage": Usage()})


def _write(file: Path, answer: Reply) -> None:
    """Writes an answer whole or not at all."""
    reply = answer.model_dump_json()
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=file.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as new:
            json.dump({"sum": _sum(reply), "reply": reply}, new)
        os.replace(name, file)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def _sum(reply: str) -> str:
    return hashlib.sha256(reply.encode()).hexdigest()
