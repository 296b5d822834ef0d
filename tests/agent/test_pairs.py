"""Two pictures of a session: compare and merge by number, through the planner and without one, undone, exported and repeated."""

from dataclasses import replace
from pathlib import Path

import pytest
from drawing import Drawing, boxes_of, drawing_session
from PIL import Image

from pentimento.agent import graph
from pentimento.agent.decide import ScriptedMind
from pentimento.agent.errors import CannotMerge, NoSuchPicture
from pentimento.agent.pairs import merged_scene
from pentimento.agent.replay import Replayed, replay
from pentimento.agent.run import Acted, Call, Decided, Failed, Opened, Promised
from pentimento.agent.scripts import read_script, script_of
from pentimento.agent.session import Session
from pentimento.tools.errors import RegionsTouch
from pentimento.tools.wording import parse_request


def image(session: Session) -> Image.Image:
    assert session.image is not None
    return session.studio.artifacts.get_image(session.image)


def branched(folder: Path) -> Session:
    """1: car and dog · 2: from 1, dog → cat, then 3: a tree on the left · 4: from 1, a balloon on the right."""
    session = drawing_session(folder)
    for words in ("a car and a dog", "replace the dog with a cat", "add a tree on the left", "go back to the first one"):
        session.say(words)
    assert session.say("add a balloon on the right").number == 4
    return session


def test_a_merge_has_the_changes_of_both_branches(tmp_path: Path) -> None:
    session = branched(tmp_path)
    turn = session.merge(3, 4)
    merged = image(session)
    assert turn.number == 5 and turn.reason == "satisfied" and "Joined both" in turn.text
    assert [len(boxes_of(merged, noun)) for noun in ("car", "cat", "dog", "tree", "balloon")] == [1, 1, 0, 1, 1]
    words = {words for status, words in turn.ledger if status == "pass"}
    assert {"there is a cat", "there is a tree", "there is a balloon", "there is a car", "no dog"} <= words and len(words) == len(turn.ledger)
    step = session.run.steps[-1]
    assert step.call.tool == "merge" and step.key and step.parent == 4 and len(step.inputs) == 6 and step.image == session.image
    assert [graph.place(session.run).pictures.index(s) + 1 for s in graph.sources(session.run, step.step)] == [3, 4]
    assert "(from 3 and 4)" in session.history
    assert session.say("replace the balloon with a house").number == 6, "the merged scene is what later words are about"


def test_undo_goes_through_merges(tmp_path: Path) -> None:
    session = branched(tmp_path)
    fourth = session.image
    merged = session.merge(-2, -1).image
    session.say("remove the car")
    assert session.say("undo the last two").image == fourth
    assert session.redo().image == merged and session.redo().number == 6
    assert session.undo(3).number == 1, "six was made on five, five when four was current, four on one"
    assert session.say("redo").image == fourth
    session.go(2)
    again = session.merge(2, 4)
    assert again.number == 7 and session.undo().number == 2


def test_a_merge_can_be_merged_again(tmp_path: Path) -> None:
    session = branched(tmp_path)
    session.merge(2, 4)
    session.go(4)
    session.say("add a house on the top")
    turn = session.merge(5, 6)
    assert turn.number == 7
    assert [len(boxes_of(image(session), noun)) for noun in ("car", "cat", "balloon", "house")] == [1, 1, 1, 1]
    step = session.run.steps[-1].call.args
    assert step is not None and step["base"] == graph.image_of(session.run, graph.kept(session.run, 4)), "the nearest common picture"


def test_what_cannot_be_merged_changes_nothing_and_says_why(tmp_path: Path) -> None:
    session = branched(tmp_path)
    session.say("a house")
    session.go(1)
    session.say("replace the dog with a tree")
    events = session.run.events
    for pair, kind, words in (
        ((2, 6), RegionsTouch, "overlap at the bottom"),
        ((4, 5), CannotMerge, "picture 4 goes back to picture 1, which was painted from nothing, picture 5 was painted from nothing"),
        ((1, 3), CannotMerge, "picture 3 was made from picture 1"),
        ((2, 2), CannotMerge, "the same picture"),
        ((2, 9), NoSuchPicture, "no picture 9"),
        ((0, 1), NoSuchPicture, "no picture 0"),
        (("sunny", 1), NoSuchPicture, "sunny"),
    ):
        with pytest.raises(kind, match=words) as caught:
            session.merge(*pair)
        assert caught.value.hint and session.run.events == events


def test_a_planner_may_merge_and_compare_by_number(tmp_path: Path) -> None:
    session = branched(tmp_path)
    merge, compare = (Call(id=tool, tool=tool, args={"first": 2, "second": -1}) for tool in ("merge", "compare"))
    session.crew = replace(session.crew, mind=ScriptedMind([Decided(calls=(merge,)), Decided(), Decided(calls=(compare,)), Decided(text="So.")]))
    turn = session.say("merge the second with the last")
    assert turn.number == 5 and turn.reason == "satisfied"
    promised = next(e for e in turn.events if isinstance(e, Promised))
    assert len(promised.checks) == len(turn.ledger) > 4, "the ledger is that of both, whoever planned"
    before = session.image
    turn = session.say("compare the second with the last")
    step = next(e for e in turn.events if isinstance(e, Acted))
    assert session.image == before and "Only in picture 5: " in step.said and "there is a balloon" in step.said
    call = Call(id="x", tool="merge", args={"first": 1, "second": 2})
    session.crew = replace(session.crew, mind=ScriptedMind([Decided(calls=(call,)), Decided()]))
    turn = session.say("merge the first two")
    failed = next(e for e in turn.events if isinstance(e, Failed))
    assert failed.code == "cannot_merge" and session.image == before and "made from picture 1" in turn.text


def test_a_comparison_is_told_and_shown(tmp_path: Path) -> None:
    session = branched(tmp_path)
    found = session.compare(3, 4)
    assert "Only in picture 3: there is a cat" in found.text and "no dog" in found.text and "% of the pixels differ" in found.text
    with Image.open(found.file) as sheet:
        assert sheet.size == (524, 256)
    assert session.turn().number == 4 and session.run.steps[-1].image == found.image
    with pytest.raises(NoSuchPicture, match="to go on from"):
        session.keep(len(session.run.steps))
    session.say("call this sunny")
    assert session.compare("sunny", 3).text


def repeated(file: Path, home: Path) -> tuple[Replayed, Drawing]:
    session = drawing_session(home, name=f"r{len(list(home.glob('*')))}")
    studio = session.studio
    assert isinstance(studio, Drawing)
    opening = Opened(session="again", seed=5, profile="embedded", version="0")
    done = replay(read_script(file), opening, session.crew.hands, lambda n, e: session.log.append("again", n, e))
    session.close()
    return done, studio


def test_merge_and_compare_are_repeated_bit_for_bit(tmp_path: Path) -> None:
    session = branched(tmp_path / "one")
    session.merge(3, 4)
    session.compare(5, 1)
    file = session.export(tmp_path / "both.yaml")
    text = file.read_text()
    assert "tool: merge" in text and "tool: compare" in text and "base: $s1.image" in text and "image:" not in text.split("steps:")[0]
    done, studio = repeated(file, tmp_path / "two")
    assert done.identical and done.computed == len(done.run.steps) == 6 and studio.calls[-2:] == ["merge", "compare"]
    assert [s.tool for s in script_of(done.run).steps] == [s.tool for s in read_script(file).steps]


def test_scenes_are_merged_by_what_each_branch_changed() -> None:
    base = parse_request("a red car and a dog")
    both = merged_scene(base, parse_request("a blue car and a dog"), parse_request("a red car and a cat and a dog in the snow"))
    assert sorted(w.phrase for w in both.things) == ["blue car", "cat", "dog"] and both.background == "snow"
    more = merged_scene(base, parse_request("a red car and two dogs"), parse_request("a red car and two dogs"))
    assert [w.count for w in more.things] == [1, 3], "each branch added a dog at another place"
    gone = merged_scene(base, parse_request("a red car without dogs"), parse_request("a red car left of a dog"))
    assert [w.noun for w in gone.things] == ["car"] and gone.absent == ("dog",) and gone.relations == ()
