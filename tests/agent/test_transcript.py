"""What a chat model is told of a session: of bounded size however long it is, with every picture's handle still to be found."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from double import PaperStudio, paper_session

from pentimento.agent import graph
from pentimento.agent.act import Hands
from pentimento.agent.llm import MOST_CALLS, LanguagePlanner
from pentimento.agent.memory import memory
from pentimento.agent.offline import OfflinePlanner
from pentimento.agent.run import Acted, Answered, Asked, Call, Decided, Event, Failed, Moved, Opened, Run, Stopped
from pentimento.agent.transcript import messages, shortened, size
from pentimento.engine.language import Message, Reply, ScriptedChat, ToolRequest

BOUND = 40_000  # characters, pictures and tool schemas apart: the sum of the limits in `transcript.py` and `memory.py`, rounded up
COLOURS = ("red", "blue", "green", "yellow", "purple")


def current(told: Sequence[Message]) -> str:
    """The current picture, as the record names it."""
    found = re.search(r"The current picture is (image:[0-9a-f]{16})", told[0].text)
    assert found is not None
    return found[1]


def reply(tool: str, **args: Any) -> Reply:
    return Reply(calls=(ToolRequest(id="x", name=tool, arguments=args),))


def test_sixty_turns_are_told_in_bounded_size(tmp_path: Path) -> None:
    lines: list[Any] = []
    said: list[str] = []
    for number in range(60):
        colour = COLOURS[number % 5]
        if number % 3 == 0:
            said.append(f"a {colour} car and a dog")
            lines += [reply("generate", prompt=said[-1]), Reply(text="There you are. " * 20)]
        elif number % 3 == 1:
            said.append(f"make the car {COLOURS[(number + 2) % 5]}")
            lines += [lambda told, text=said[-1]: reply("edit", image=current(told), instruction=text), Reply(text="Done.")]
        else:
            said.append(f"what do you see in picture {number}?")
            lines += [lambda told: reply("look", image=current(told)), Reply(text="I see what you see.")]
    chat = ScriptedChat(lines)
    session = paper_session(tmp_path, PaperStudio(), mind=LanguagePlanner(chat, OfflinePlanner()))
    for nth, text in enumerate(said):
        turn = session.say(text)
        assert turn.reason in ("satisfied", "answered"), turn.text
        if nth == 20:
            session.name("sunny")
    pictures = [graph.image_of(session.run, step) for step in graph.place(session.run).pictures]
    assert len(pictures) == 40
    sizes = [size(told) for told in chat.asked]
    assert max(sizes) < BOUND and max(sizes[-20:]) < 1.7 * max(sizes[20:40]), "the size has a limit"
    record = chat.asked[-1][0].text
    for place, picture in enumerate(pictures, 1):
        assert f" {place} {picture}" in record
    assert '"sunny"' in record and current(chat.asked[-1]) == session.image == pictures[-1]
    assert "→ 40 " in record and re.search(r"make the car \w+, from 39, (\d) of \1 checks hold", record)
    assert "turn 3: what do you see in picture 2?" in record, "words that made no picture are kept too"
    shown = [m.text for m in chat.asked[-1] if m.role == "user"]
    assert shown[-1] == said[-1] and said[-2] in shown and said[0] not in shown
    for told in chat.asked:
        ids = [c.id for m in told for c in m.calls]
        assert len(set(ids)) == len(ids) and ids == [m.answers for m in told if m.role == "tool"], "each call is answered once"


def painted(pictures: int, name: str = "") -> Run:
    """A session of so many turns, each of which painted a picture; the tenth is named, and is current."""
    events: list[Event] = [Opened(session="s", seed=1, profile="embedded", version="0")]
    for step in range(1, pictures + 1):
        image = f"image:{step:016x}"
        call = Call(id="1", tool="generate", args={"prompt": "a car"})
        events += [Asked(text=f"request {step} " + "please " * 50), Decided(calls=(call,))]
        events.append(Acted(step=step, call=call, key="", parent=None, outputs=(image,), result={"image": image, "seed": step}, said="painted"))
        events += [Moved(head=step, why="kept"), Answered(text="Painted. " * 30), Stopped(reason="satisfied")]
    if pictures >= 10:
        events += [Moved(head=10, why="name", name=name), Moved(head=10, why="go")]
    return Run(events=(*events, Asked(text="what now?")))


def test_a_thousand_pictures_find_room_by_need() -> None:
    run = painted(1000, "the best")
    record = memory(run, 1000)
    assert len(record) < 9_000
    assert f'→ 10 image:{10:016x} "the best": request 10' in record and f"1000 image:{1000:016x}: request 1000" in record
    numbers = [int(n) for n in re.findall(r"^[→ ] (\d+) image", record, re.M)]
    assert numbers == sorted(numbers) and len(numbers) > 100 and set(range(900, 1001)) <= set(numbers)


def test_a_short_session_is_told_whole() -> None:
    told = messages(painted(2), "the profile", None)
    assert [m.role for m in told] == ["system", *["user", "assistant", "tool", "assistant"] * 2, "user"]
    assert "the profile" in told[0].text and "image:0000000000000002" in told[3 + 4].text and told[-1].text == "what now?"


def test_the_picture_at_hand_is_shown_and_earlier_ones_are_not() -> None:
    told = messages(painted(3), "", lambda handle: handle.encode())
    assert [m.pictures for m in told if m.pictures] == [(b"image:0000000000000003",)] and told[-1].role == "user"


def test_no_answer_of_a_model_breaks_the_bound(tmp_path: Path) -> None:
    """A flood of calls, of arguments, of words: the next question is of the usual size, and well formed."""
    huge = "x " * 60_000
    flood = [
        Reply(text=huge, calls=tuple(ToolRequest(id=str(n), name="look", arguments={"image": huge, "question": huge}) for n in range(300))),
        Reply(calls=(ToolRequest(id="1", name=huge, arguments=None, raw=huge),)),
        Reply(calls=(ToolRequest(id="1", name="look", arguments={huge[:n]: n for n in range(1, 3000)} | {"list": [huge] * 9}),)),
        Reply(text="Done."),
    ]
    chat = ScriptedChat(flood)
    session = paper_session(tmp_path, PaperStudio(), mind=LanguagePlanner(chat, OfflinePlanner()))
    turn = session.say(f"look at this: {huge}")
    assert session.run.done and turn.text
    assert len(chat.asked) >= 3 and max(map(size, chat.asked)) < BOUND
    assert len(next(e for e in session.run.turn if isinstance(e, Decided)).calls) == MOST_CALLS
    assert any(isinstance(e, Failed) for e in session.run.turn)


def test_results_are_shortened_to_what_is_still_right() -> None:
    found = [{"phrase": f"thing {n}", "box": [0.123456, 0.2, 0.5, 0.7], "note": "", "more": None} for n in range(30)]
    short = shortened({"found": found, "missing": [], "said": "word " * 200, "score": 0.98765})
    assert short["found"][0] == {"phrase": "thing 0", "box": [0.123, 0.2, 0.5, 0.7]} and short["found"][-1] == "… 18 more"
    assert "missing" not in short and len(short["said"]) == 300 and short["score"] == 0.988


def test_calls_of_other_planners_are_told_with_what_was_meant(tmp_path: Path) -> None:
    """A session may go on with another planner, whose calls name earlier results and are numbered anew in each turn."""
    studio = PaperStudio()
    session = paper_session(tmp_path, studio)
    session.say("a red car and a dog")
    session.say("replace the dog with a cat and make the car blue")
    chat = ScriptedChat([Reply(text="Yes.")])
    session.crew = replace(session.crew, mind=LanguagePlanner(chat, OfflinePlanner()))
    session.say("are you still there?")
    (told,) = chat.asked
    ids = [c.id for m in told for c in m.calls]
    assert len(set(ids)) == len(ids) >= 2
    assert all("$" not in str(c.arguments) for m in told for c in m.calls)
    assert isinstance(session.crew.hands, Hands)


@pytest.mark.parametrize("given", ["image", "mask"])
def test_what_the_person_gave_is_found_later(given: str) -> None:
    handle = f"{given}:{'ab' * 8}"
    run = painted(0)
    first = (*run.events[:1], Asked(text="remember this", pictures=(handle,)), Answered(text="I will."), Stopped(reason="answered"))
    later = painted(30).events[1:]
    assert f"turn 1: {handle}" in messages(Run(events=(*first, *later)), "", None)[0].text
