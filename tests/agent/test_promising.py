"""A request becomes checks by a chat model: validated, mended once, given up honestly, and never more than data."""

import json
from pathlib import Path
from typing import Any, get_args

import pytest
from chat_server import ChatServer, Say
from double import PaperStudio, paper_session

from pentimento.agent.budget import spent
from pentimento.agent.llm import LanguagePlanner
from pentimento.agent.offline import OfflinePlanner
from pentimento.agent.promising import KINDS, LEDGER, read, sound
from pentimento.agent.run import Promised
from pentimento.agent.session import Session
from pentimento.agent.told import Turn
from pentimento.engine.language import LanguageConfig, Reply, ScriptedChat, ServerFailed, ToolRequest, Usage, open_chat
from pentimento.tools.checks import Check, Kind
from pentimento.tools.seeing import Seen


def row(name: str, kind: str, subject: str = "", value: str = "", object: str = "", parents: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"id": name, "kind": kind, "subject": subject, "value": value, "object": object, "parents": list(parents)}


DRAGON = row("a", "exists", "dragon")
GOLDEN = row("b", "attribute", "dragon", "golden", parents=("a",))


def answer(*rows: Any) -> str:
    return json.dumps({"checks": rows})


def promised(
    folder: Path, *answers: str | ServerFailed, text: str = "a golden dragon", prompt: str = "a dog"
) -> tuple[Promised, Turn, ScriptedChat]:
    """The ledger of a turn in which the model paints, is done, and is asked what must be visible."""
    lines: list[Any] = [Reply(calls=(ToolRequest(id="1", name="generate", arguments={"prompt": prompt}),)), Reply(text="Done.")]
    lines += [Reply(text=a, usage=Usage(read=100, written=10)) if isinstance(a, str) else a for a in answers]
    chat = ScriptedChat(lines)
    planner = LanguagePlanner(chat, OfflinePlanner(), concepts=lambda: ("mia",))
    turn = paper_session(folder, PaperStudio(), mind=planner).say(text)
    return next(e for e in turn.events if isinstance(e, Promised)), turn, chat


def test_a_list_becomes_checks_that_are_looked_at(tmp_path: Path) -> None:
    promise, turn, chat = promised(tmp_path, answer(DRAGON, GOLDEN))
    assert promise.source == "model" and [c.id for c in promise.checks] == ["a", "b"]
    assert promise.tokens == 110 and spent(turn.events).tokens == 110, "the list costs tokens of the turn"
    assert "mia" in chat.asked[-1][0].text and len(chat.asked) == 3
    assert {status for status, _ in turn.ledger} <= {"fail", "not_asked"}


def test_invented_doubled_and_orphaned_rows_are_left_out(tmp_path: Path) -> None:
    rows = (DRAGON, GOLDEN, row("c", "exists", "golden spaceship"), row("d", "relation", "dragon", "above", "dog", ("nobody",)), DRAGON)
    promise, _, chat = promised(tmp_path, answer(*rows))
    assert [c.id for c in promise.checks] == ["a", "b"] and len(chat.asked) == 3, "nothing of that is a fault to be mended"


FAULTY = {
    "words": "There must be a golden dragon.",
    "half JSON": '{"checks": [{"id": "a", "kind"',
    "no list": '{"checks": "all of it"}',
    "row without subject": answer({"id": "a", "kind": "exists"}),
    "unknown kind": answer(row("a", "beauty", "dragon")),
    "the loop's own kind": answer(row("a", "unchanged_outside", "dragon")),
    "row that is no object": answer(["exists", "dragon"]),
    "unknown field": answer({**DRAGON, "code": "__import__('os')"}),
    "count in words": answer(row("a", "count", "dragon", "a few")),
    "relation to nothing": answer(row("a", "relation", "dragon", "above")),
    "unknown relation": answer(row("a", "relation", "dragon", "beside", "dragon")),
    "size of another kind": answer(row("a", "size", "dragon", "enormous")),
    "identity of nobody": answer(row("a", "identity", "dragon")),
    "colour without a word": answer(row("a", "attribute", "dragon")),
}


@pytest.mark.parametrize("fault", FAULTY)
def test_a_faulty_list_is_mended_once(tmp_path: Path, fault: str) -> None:
    promise, _, chat = promised(tmp_path, FAULTY[fault], answer(DRAGON, GOLDEN))
    assert [c.id for c in promise.checks] == ["a", "b"] and promise.tokens == 220
    question, said, mend = chat.asked[-1]
    assert question.role == mend.role == "user" and said.role == "assistant" and said.text == FAULTY[fault]
    assert mend.text.startswith("That cannot be used: ") and len(mend.text) < 700


@pytest.mark.parametrize("fault", ["words", "no list", "unknown kind"])
def test_what_stays_faulty_is_given_up_honestly(tmp_path: Path, fault: str) -> None:
    promise, turn, chat = promised(tmp_path, FAULTY[fault], FAULTY[fault], answer(DRAGON))
    assert promise.source == "nobody" and promise.checks == () and len(chat.asked) == 4, "asked once more, not twice"
    assert turn.reason == "unjudged" and "Nobody looked at it" in turn.text and turn.number == 1


def test_what_was_right_of_a_faulty_list_is_kept(tmp_path: Path) -> None:
    half = answer(DRAGON, row("b", "size", "dragon", "enormous"))
    for name, second in (("same", half), ("worse", "Sorry!"), ("gone", ServerFailed("broken"))):
        promise, _, _ = promised(tmp_path / name, half, second)
        assert [c.id for c in promise.checks] == ["a"] and promise.source == "model", name


def test_a_server_that_fails_ends_the_turn_and_keeps_the_picture(tmp_path: Path) -> None:
    session = paper_session(tmp_path, PaperStudio(), mind=LanguagePlanner(_failing(), OfflinePlanner()))
    turn = session.say("a golden dragon")
    assert turn.reason == "failed" and turn.number == 1 and "out of order" in turn.text.lower()


def _failing() -> ScriptedChat:
    call = ToolRequest(id="1", name="generate", arguments={"prompt": "a dog"})
    return ScriptedChat([Reply(calls=(call,)), Reply(text="Done."), ServerFailed("the server is out of order")])


def test_over_http_the_schema_is_sent_and_cut_answers_are_mended(tmp_path: Path) -> None:
    paint = Say(calls=(("generate", '{"prompt": "a dog"}'),))
    cut = Say(answer(DRAGON)[:30], finish="length")
    with ChatServer([paint, Say("Done."), cut, Say(answer(DRAGON))]) as server:
        chat = open_chat(LanguageConfig(base_url=server.base_url, model="tiny", retries=0))
        session: Session = paper_session(tmp_path, PaperStudio(), mind=LanguagePlanner(chat))
        promise = next(e for e in session.say("a dragon").events if isinstance(e, Promised))
        shapes = [body["response_format"]["json_schema"]["schema"] for body in server.asked[2:]]
    assert [c.id for c in promise.checks] == ["a"] and shapes == [LEDGER, LEDGER]


def test_a_request_in_another_language_is_held_to_what_was_painted(tmp_path: Path) -> None:
    promise, _, _ = promised(tmp_path, answer(row("a", "exists", "dog")), text="ein Hund, bitte", prompt="a dog")
    assert [c.id for c in promise.checks] == ["a"]


def test_the_kinds_are_those_that_the_eyes_have_rules_for() -> None:
    assert set(KINDS) == set(get_args(Kind)) - {"unchanged_outside"}
    assert LEDGER["properties"]["checks"]["items"]["properties"]["kind"]["enum"] == list(KINDS)
    values = {"count": "two", "attribute": "red", "size": "big", "relation": "left of", "background": "snow", "style": "watercolour"}
    for kind in KINDS:
        subject = "mia" if kind == "identity" else "" if kind in ("background", "style") else "dog"
        checks, fault = read({"checks": [row("a", kind, subject, values.get(kind, ""), "cat" if kind == "relation" else "")]}, ("mia",))
        assert not fault and checks[0].kind == kind
        assert Seen.verdict.__name__ == "verdict" and hasattr(Seen, f"_{kind}")
    assert read({"checks": [row("a", "count", "dog", "two")]}, ())[0][0].value == "2"


def test_words_are_known_in_one_and_many() -> None:
    def kept(subject: str, words: str) -> bool:
        return bool(sound((Check(id="a", kind="exists", subject=subject),), words))

    assert kept("dog", "two dogs") and kept("dogs", "a dog") and kept("small red mouse", "a mouse") and kept("bus", "buses")
    assert kept("fire truck", "a firetruck")
    assert not kept("red cat", "a red dog") and not kept("subject", "a dog")
