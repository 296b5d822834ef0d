"""Pictures that come with a request: one that is to be edited is edited, and not the current one."""

import io
from pathlib import Path

import pytest
from double import PaperStudio, paper_session
from drawing import COLOURS, drawing_session
from PIL import Image

from pentimento.agent import graph
from pentimento.agent.offline import OfflinePlanner
from pentimento.agent.run import Acted


def test_a_picture_that_comes_with_an_edit_is_what_is_edited(tmp_path: Path) -> None:
    studio = PaperStudio()
    session = paper_session(tmp_path, studio)
    session.say("a red car and a dog")
    mine = session.image
    session.say("add a tree", [b"beach"])
    assert session.image is not None and studio.pictures[session.image] == frozenset({"beach", "tree"})
    assert graph.place(session.run).number == 3, "the given picture is number 2, so that one can go back to it"
    edits = [e for e in session.run.steps if isinstance(e, Acted) and e.call.tool == "edit"]
    assert (edits[-1].call.args or {})["image"] != mine
    session.undo(2)
    assert session.image == mine


def test_a_picture_that_is_looked_at_is_the_given_one(tmp_path: Path) -> None:
    session = paper_session(tmp_path, PaperStudio())
    session.say("a red car and a dog")
    assert "beach" in session.say("what do you see?", [b"beach"]).text


def test_pictures_to_learn_from_are_no_pictures_to_edit(tmp_path: Path) -> None:
    session = paper_session(tmp_path, PaperStudio())
    session.say("a red car and a dog")
    before = session.image
    session.say("learn this as mia, a dog", [b"mia"])
    assert session.image == before and graph.place(session.run).number == 1


@pytest.mark.parametrize(
    ("words", "edited"),
    [
        ("make the car blue", True),
        ("put it in the snow", True),
        ("what is this?", True),
        ("replace the dog with a cat", True),
        ("learn this as mia, a dog", False),
        ("a red car along these edges", False),
        ("use this as a sketch for a house", False),
        ("a dog on the beach", False),
        ("undo", False),
    ],
)
def test_what_a_picture_is_sent_for(words: str, edited: bool) -> None:
    assert OfflinePlanner().edits_given(words) is edited


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("a red boat on the sea at sunset", "A picture has one place only"),
        ("a house in a meadow", ""),
        ("a red boat on the sea, the wide ocean", ""),
    ],
)
def test_a_place_that_is_left_out_is_named(tmp_path: Path, words: str, told: str) -> None:
    text = paper_session(tmp_path, PaperStudio()).say(words).text
    assert told in text if told else "one place" not in text


def test_a_question_about_another_picture_looks_at_that_one(tmp_path: Path) -> None:
    session = paper_session(tmp_path, PaperStudio())
    session.say("a red car")
    session.say("a house")
    assert "car" in session.say("what is in picture 1?").text and "house" in session.say("what is in the picture?").text
    assert "picture 7" in session.say("what is in picture 7?").text


def test_a_given_picture_is_looked_at_so_that_one_can_speak_of_it(tmp_path: Path) -> None:
    session = drawing_session(tmp_path)
    picture = Image.new("RGB", (64, 64), (220, 230, 200))
    picture.paste(COLOURS["dog"], (4, 44, 20, 60))
    written = io.BytesIO()
    picture.save(written, "PNG")
    assert "I see a dog" in session.give(written.getvalue()).text
    assert "it shows a dog" in session.say("remove the tree").text
    turn = session.say("replace the dog with a cat")
    assert ("pass", "there is a cat") in turn.ledger and ("pass", "no dog") in turn.ledger


@pytest.mark.parametrize("words", ["the same but at night", "something like this but with a cat instead of the elephant", "make it three dogs"])
def test_what_nobody_knows_cannot_be_varied_and_that_is_said(tmp_path: Path, words: str) -> None:
    session = paper_session(tmp_path, PaperStudio())
    session.give(b"photo")
    before = session.image
    text = session.say(words).text
    assert session.image == before and "broke" not in text and text
