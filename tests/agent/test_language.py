"""The port to chat models, against a real local server and its faults."""

import json
import re
from pathlib import Path

import pytest
from chat_server import ChatServer, Say
from pydantic import SecretStr

from pentimento.engine.language import (
    Chat,
    LanguageConfig,
    LanguageError,
    Message,
    RecordedChat,
    Reply,
    ScriptedChat,
    json_object,
    open_chat,
)

KEY = "sk-canary-1234567890"
TOOL = {
    "name": "generate",
    "description": "Paint a picture.",
    "parameters": {"type": "object", "properties": {"prompt": {"type": "string"}}, "required": ["prompt"]},
}
HELLO = (Message(role="system", text="You paint."), Message(role="user", text="a red car"))
PNG = b"\x89PNG\r\n\x1a\n"


def chat_at(server: ChatServer, **settings: object) -> Chat:
    values = {"base_url": server.base_url, "model": "tiny", "api_key": SecretStr(KEY), "timeout": 5, "retries": 0}
    return open_chat(LanguageConfig.model_validate(values | settings))


def test_streams_words_and_tool_calls() -> None:
    said: list[str] = []
    with ChatServer([Say("I paint a car", (("generate", '{"prompt": "a red car"}'), ("look", "{}")))]) as server:
        reply = chat_at(server).reply(HELLO, tools=[TOOL], heard=said.append)
    assert reply.text.strip() == "I paint a car" and "".join(said).strip() == "I paint a car"
    assert [(c.name, c.arguments) for c in reply.calls] == [("generate", {"prompt": "a red car"}), ("look", {})]
    assert reply.usage.total > 0
    body = server.asked[0]
    assert body["stream"] is True and body["tools"][0]["function"]["name"] == "generate"
    assert [m["role"] for m in body["messages"]] == ["system", "user"]


def test_pictures_go_in_user_messages_and_handles_in_tool_messages() -> None:
    first = Reply(calls=({"id": "a", "name": "generate", "arguments": {"prompt": "x"}},)).calls  # type: ignore[arg-type]
    messages = (
        *HELLO,
        Message(role="assistant", calls=first),
        Message(role="tool", text="image:00ff", answers="a"),
        Message(role="user", text="This is image:00ff.", pictures=(PNG,)),
    )
    with ChatServer([Say("fine")]) as server:
        chat_at(server, vision=True).reply(messages, tools=[TOOL])
    sent = server.asked[0]["messages"]
    assert sent[3]["role"] == "tool" and sent[3]["content"] == "image:00ff"
    assert sent[4]["content"][1]["image_url"]["url"].startswith("data:image/png;base64,")
    assert all("image_url" not in json.dumps(m) for m in sent[:4])


def test_schema_asks_for_json() -> None:
    schema = {"title": "ledger", "type": "object", "properties": {"ok": {"type": "boolean"}}}
    with ChatServer([Say('Sure:\n```json\n{"ok": true}\n```')]) as server:
        reply = chat_at(server).reply(HELLO, schema=schema)
    assert json_object(reply.text) == {"ok": True}
    assert server.asked[0]["response_format"]["json_schema"]["name"] == "ledger"


FAULTS = {
    "language_unauthorised": Say(status=401),
    "language_rate_limited": Say(status=429, retry_after="0"),
    "language_server_failed": Say(status=500),
    "language_request_refused": Say(status=404),
    "language_answer_cut": Say("one two three four", cut_after=3),
    "language_answer_empty": Say(""),
    "language_refused": Say(refusal="I cannot paint that"),
}


@pytest.mark.parametrize("code", FAULTS)
def test_faults_are_typed(code: str) -> None:
    with ChatServer([FAULTS[code]]) as server, pytest.raises(LanguageError) as caught:
        chat_at(server).reply(HELLO, tools=[TOOL])
    assert caught.value.code == code and caught.value.hint
    assert KEY not in str(caught.value) and KEY not in repr(caught.value)


@pytest.mark.parametrize(
    "line",
    [
        Say("one two three", cut_after=2, reset=True),
        Say("one", finish="length"),
        Say(calls=(("generate", '{"prompt": "a red'),), cut_after=3),
    ],
    ids=["broken connection", "output limit", "in the middle of a call"],
)
def test_cut_answers_are_noticed(line: Say) -> None:
    with ChatServer([line]) as server, pytest.raises(LanguageError) as caught:
        chat_at(server).reply(HELLO, tools=[TOOL])
    assert caught.value.code == "language_answer_cut"


SCHEMA_FAULTS = {
    "language_answer_cut": (Say('{"ok": tr', finish="length"), Say('{"ok": true}', cut_after=2), Say('{"ok": true} or not', cut_after=2, reset=True)),
    "language_refused": (Say('{"ok"', finish="content_filter"), Say(refusal="no")),
    "language_server_failed": (Say(status=500),),
    "language_request_refused": (Say(status=400),),
}


@pytest.mark.parametrize(("code", "line"), [(code, line) for code, lines in SCHEMA_FAULTS.items() for line in lines])
def test_faults_under_a_schema_are_the_same_faults(code: str, line: Say) -> None:
    """The client takes another way through its code where an answer has a schema."""
    schema = {"title": "ledger", "type": "object", "properties": {"ok": {"type": "boolean"}}}
    with ChatServer([line]) as server, pytest.raises(LanguageError) as caught:
        chat_at(server).reply(HELLO, schema=schema)
    assert caught.value.code == code


@pytest.mark.parametrize("text", ['{"ok": tr', "[1, 2]", "certainly!", '{"other": 1}'])
def test_words_that_break_the_schema_are_handed_on(text: str) -> None:
    schema = {"title": "ledger", "type": "object", "properties": {"ok": {"type": "boolean"}}, "required": ["ok"], "additionalProperties": False}
    with ChatServer([Say(text)]) as server:
        assert chat_at(server).reply(HELLO, schema=schema).text.strip() == text


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"<html>busy</html>"])
def test_bodies_that_are_no_stream_are_typed(body: bytes) -> None:
    with ChatServer([Say(raw=body)]) as server, pytest.raises(LanguageError):
        chat_at(server).reply(HELLO)


def test_broken_arguments_are_handed_on() -> None:
    with ChatServer([Say(calls=(("generate", '{"prompt": "a red'),))]) as server:
        call = chat_at(server).reply(HELLO, tools=[TOOL]).calls[0]
    assert call.arguments is None and call.raw.startswith('{"prompt"')


def test_server_faults_are_retried_within_the_bound() -> None:
    with ChatServer([Say(status=500), Say("well")]) as server:
        assert chat_at(server, retries=1).reply(HELLO).text.strip() == "well"
    assert len(server.asked) == 2


def test_too_long_slow_and_cancelled() -> None:
    with ChatServer([Say("word " * 500), Say("late", wait=0.6), Say("a b c")]) as server:
        with pytest.raises(LanguageError) as caught:
            chat_at(server, most_characters=100).reply(HELLO)
        assert caught.value.code == "language_answer_too_long"
        with pytest.raises(LanguageError) as caught:
            chat_at(server, timeout=0.2).reply(HELLO)
        assert caught.value.code == "language_timeout"
        with pytest.raises(LanguageError) as caught:
            chat_at(server).reply(HELLO, cancelled=lambda: True)
        assert caught.value.code == "cancelled"


def test_tokens_are_the_servers_or_an_estimate_with_the_tools() -> None:
    with ChatServer([Say("fine", usage=(70, 5)), Say("fine"), Say("fine"), Say(calls=(("generate", json.dumps({"prompt": "x" * 400})),))]) as server:
        chat = chat_at(server)
        told = chat.reply(HELLO).usage
        plain, with_tools, call = chat.reply(HELLO).usage, chat.reply(HELLO, tools=[TOOL]).usage, chat.reply(HELLO).usage
    assert (told.read, told.written) == (70, 5)
    assert with_tools.read >= plain.read + len(json.dumps(TOOL)) // 4 > 0
    assert call.written >= 100, "what a model writes into a call is written too"


@pytest.mark.parametrize("name", ["", "paint like a master!", "x" * 200, "naïve"])
def test_invented_names_go_back_as_names_that_servers_take(name: str) -> None:
    call = {"id": "a", "name": name, "arguments": {}}
    messages = (*HELLO, Message.model_validate({"role": "assistant", "calls": [call]}), Message(role="tool", text="error", answers="a"))
    with ChatServer([Say("sorry")]) as server:
        chat_at(server).reply(messages, tools=[TOOL])
    assert re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", server.asked[0]["messages"][2]["tool_calls"][0]["function"]["name"])


def test_unreachable_server_is_typed() -> None:
    with ChatServer() as server:
        gone = chat_at(server)
    with pytest.raises(LanguageError) as caught:
        gone.reply(HELLO)
    assert caught.value.code == "language_unreachable" and KEY not in str(caught.value)


def test_configuration_environment_over_file(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[language]\nmodel = "filed"\nbase_url = "http://localhost:1/v1"\nvision = true\n')
    config = LanguageConfig.load({"PENTIMENTO_LLM_MODEL": "named", "OPENAI_BASE_URL": "http://x/v1", "OPENAI_API_KEY": KEY}, file)
    assert (config.model, config.base_url, config.vision) == ("named", "http://localhost:1/v1", True)
    assert KEY not in repr(config) and KEY not in config.model_dump_json()
    with pytest.raises(LanguageError) as caught:
        LanguageConfig.load({"PENTIMENTO_LLM_TIMEOUT": "soon"}, file)
    assert "timeout" in str(caught.value)
    with pytest.raises(LanguageError) as caught:
        open_chat(LanguageConfig())
    assert caught.value.code == "language_not_configured"


def test_recording_plays_back_and_notices_other_questions(tmp_path: Path) -> None:
    file = tmp_path / "talk.jsonl"
    made = RecordedChat(file, ScriptedChat([Reply(text="hello")])).reply(HELLO, tools=[TOOL])
    again = RecordedChat(file)
    assert again.reply(HELLO, tools=[TOOL]) == made
    with pytest.raises(LanguageError):
        again.reply(HELLO, tools=[TOOL])
    with pytest.raises(LanguageError):
        RecordedChat(file).reply(HELLO[:1])
