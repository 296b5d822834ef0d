"""What a chat model answered is remembered on disk: by everything it depends on, whole or not at all, and never what was unreadable."""

import os
import random
from pathlib import Path
from typing import Any

import pytest
from chat_server import ChatServer, Say
from pydantic import SecretStr

from pentimento.agent.run import Decided
from pentimento.agent.session import Session
from pentimento.engine.language import (
    CachedChat,
    LanguageConfig,
    LanguageError,
    Message,
    Reply,
    ScriptedChat,
    ServerFailed,
    ToolRequest,
    Usage,
    open_chat,
)
from pentimento.prompts import version

KEY = "sk-canary-1234567890"
ASKED = (Message(role="user", text="a secret red car"),)
TOOL = {"name": "generate", "description": "Paint.", "parameters": {"type": "object"}}
SCHEMA = {"title": "ledger", "type": "object"}
SAID = Reply(text='{"a": 1}', calls=(ToolRequest(id="1", name="generate", arguments={"prompt": "x"}),), usage=Usage(read=9, written=3))


def cached(folder: Path, *lines: Reply | LanguageError, settings: str = "t0", most_bytes: int = 2**20) -> CachedChat:
    return CachedChat(ScriptedChat(lines), folder, settings, most_bytes=most_bytes)


def test_an_equal_question_costs_nothing_and_is_heard_once(tmp_path: Path) -> None:
    said: list[str] = []
    assert cached(tmp_path, SAID).reply(ASKED, tools=[TOOL], schema=SCHEMA, heard=said.append).usage.total == 12
    again = cached(tmp_path).reply(ASKED, tools=[TOOL], schema=SCHEMA, heard=said.append)
    assert (again.text, again.calls, again.usage.total) == (SAID.text, SAID.calls, 0)
    assert said == [SAID.text, SAID.text]


def test_whatever_the_answer_depends_on_makes_another_question(tmp_path: Path) -> None:
    cached(tmp_path, SAID).reply(ASKED, tools=[TOOL], schema=SCHEMA)
    other = Reply(text='{"a": 2}')
    seen = (Message(role="user", text=ASKED[0].text, pictures=(b"\x89PNG",)),)
    for settings, messages, tools, schema in (
        ("t1", ASKED, [TOOL], SCHEMA),
        ("t0", seen, [TOOL], SCHEMA),
        ("t0", ASKED, [], SCHEMA),
        ("t0", ASKED, [TOOL], None),
    ):
        assert cached(tmp_path, other, settings=settings).reply(messages, tools=tools, schema=schema).text == other.text


def test_settings_are_those_that_change_answers() -> None:
    base = LanguageConfig(base_url="http://localhost:1/v1", model="tiny", temperature=0)
    changing: list[dict[str, Any]] = [{"base_url": "http://localhost:2/v1"}, {"model": "big"}, {"temperature": 0.5}]
    others: list[dict[str, Any]] = [{"timeout": 5.0}, {"retries": 0}, {"api_key": SecretStr(KEY)}]
    assert len({base.model_copy(update=change).answering for change in (*changing, {})}) == 4
    assert {base.model_copy(update=change).answering for change in others} == {base.answering}
    assert version() in base.answering and len(version()) == 16


def test_what_could_not_be_read_is_asked_again(tmp_path: Path) -> None:
    broken = Reply(calls=(ToolRequest(id="1", name="generate", arguments=None, raw='{"prompt'),))
    assert cached(tmp_path, broken, SAID).reply(ASKED, tools=[TOOL]) == broken
    assert cached(tmp_path, SAID).reply(ASKED, tools=[TOOL]) == SAID
    words = Reply(text="as you wish")
    assert cached(tmp_path, words).reply(ASKED, schema=SCHEMA) == words
    assert cached(tmp_path, SAID).reply(ASKED, schema=SCHEMA) == SAID
    with pytest.raises(LanguageError):
        cached(tmp_path, ServerFailed("broken")).reply(ASKED)
    assert cached(tmp_path, words).reply(ASKED) == words, "a fault is no answer"


def test_a_damaged_entry_is_a_miss_and_is_rewritten(tmp_path: Path) -> None:
    cached(tmp_path, SAID).reply(ASKED)
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    chance = random.Random(3)
    damaged = [b"", b"{", b"[]", b"null", b'{"sum": 1, "reply": {}}', whole[: len(whole) // 2]]
    for _ in range(100):
        place = chance.randrange(len(whole))
        damaged.append(whole[:place] + bytes([whole[place] ^ (1 << chance.randrange(8))]) + whole[place + 1 :])
    for data in damaged:
        file.write_bytes(data)
        found = cached(tmp_path, SAID).reply(ASKED)
        assert (found.text, found.calls) == (SAID.text, SAID.calls)
        assert cached(tmp_path).reply(ASKED).text == SAID.text, "the entry is whole again"
    assert [f.name for f in tmp_path.iterdir()] == [file.name], "no temporary file stays"


def test_a_folder_that_cannot_be_written_costs_no_answer(tmp_path: Path) -> None:
    blocked = tmp_path / "answers"
    blocked.write_text("a file")
    assert cached(blocked, SAID).reply(ASKED) == SAID


def test_the_folder_stays_small_and_keeps_what_was_needed(tmp_path: Path) -> None:
    def question(number: int) -> tuple[Message, ...]:
        return (Message(role="user", text=str(number)),)

    for number in range(20):
        cached(tmp_path, Reply(text="word " * 200), most_bytes=12_000).reply(question(number))
        for place, file in enumerate(sorted(tmp_path.iterdir(), key=lambda f: f.stat().st_mtime_ns)):
            os.utime(file, (place, place))  # clocks of some file systems are coarse
        assert cached(tmp_path, most_bytes=12_000).reply(question(0)).text.startswith("word"), "it is needed every time"
    assert 2 < len(list(tmp_path.iterdir())) < 20 and sum(f.stat().st_size for f in tmp_path.iterdir()) <= 12_000


def test_entries_hold_no_question_and_no_key(tmp_path: Path) -> None:
    with ChatServer([Say("fine")]) as server:
        config = LanguageConfig(base_url=server.base_url, model="tiny", api_key=SecretStr(KEY), retries=0)
        chat = open_chat(config, memory=tmp_path)
        assert chat.reply(ASKED).text.strip() == "fine" and chat.reply(ASKED).text.strip() == "fine"
        assert len(server.asked) == 1
    (file,) = tmp_path.iterdir()
    said = file.read_text()
    assert "secret" not in said and KEY not in said and "127.0.0.1" not in said and KEY not in repr(chat)


def test_sessions_of_one_home_share_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ChatServer([Say("I am a painter.", usage=(50, 4)), Say("Still one.", usage=(60, 3))]) as server:
        monkeypatch.setenv("PENTIMENTO_CONFIG", str(tmp_path / "none.toml"))
        monkeypatch.setenv("PENTIMENTO_LLM_BASE_URL", server.base_url)
        monkeypatch.setenv("PENTIMENTO_LLM_MODEL", "tiny")
        told: list[tuple[str, int]] = []
        heard: list[str] = []
        for name in ("one", "two"):
            with Session.open(tmp_path, name=name, planner="llm", heard=heard.append) as session:
                turn = session.say("who are you?")
                told.append((turn.text, next(e.tokens for e in turn.events if isinstance(e, Decided))))
                if name == "two":  # saying it again is another question: the conversation is longer
                    assert session.say("who are you?").text == "Still one."
    assert told == [("I am a painter.", 54), ("I am a painter.", 0)] and len(server.asked) == 2
    assert "".join(heard).split() == "I am a painter. I am a painter. Still one.".split()
