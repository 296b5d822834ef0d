"""Places in a conversation where people got stuck: after each answer it must be clear what happened and what can be done."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from double import PaperStudio, paper_session

from pentimento.agent import graph
from pentimento.agent.offline import OfflinePlanner
from pentimento.agent.session import Session

ALWAYS = set(range(1, 50))


def session_of(tmp_path: Path, *said: str, studio: PaperStudio | None = None) -> Session:
    session = paper_session(tmp_path, studio or PaperStudio())
    for words in said:
        session.say(words)
    return session


def things(session: Session) -> frozenset[str]:
    assert isinstance(session.studio, PaperStudio) and session.image is not None
    return session.studio.pictures[session.image]


def number(session: Session) -> int | None:
    return graph.place(session.run).number


@pytest.mark.parametrize("words", ["go to 1", "go back to 1", "back to 1", "return to 1"])
def test_going_to_the_first_picture_merges_nothing(tmp_path: Path, words: str) -> None:
    session = session_of(tmp_path, "a house", "add a dog", "add a tree")
    assert "Picture 1 is current again." in session.say(words).text and number(session) == 1


def test_keep_it_leaves_a_picture_that_was_accepted(tmp_path: Path) -> None:
    session = session_of(tmp_path, "a red car and a dog", "make the dog black", studio=PaperStudio(broken_edits={1}))
    before = session.image
    assert "Picture 2 stays" in session.say("keep it").text and session.image == before
    assert "is picture 3 now" in session.say("keep the rejected attempt").text and session.image != before


def test_leaving_it_as_it_is_takes_no_failed_attempt(tmp_path: Path) -> None:
    session = session_of(tmp_path, "a red car and a dog", "make the dog black", studio=PaperStudio(broken_edits=ALWAYS))
    before = session.image
    assert "stays as it is" in session.say("leave it as it is").text and session.image == before


def test_the_answer_to_a_failed_edit_can_be_typed(tmp_path: Path) -> None:
    session = session_of(tmp_path, "a red car and a dog", studio=PaperStudio(broken_edits=ALWAYS))
    before, turn = session.image, session.say("make the dog black")
    assert "still not so: the dog is black" in turn.text and "`keep the attempt`" in turn.text
    assert "picture 2 now" in session.say("keep the attempt").text and session.image != before


@pytest.mark.parametrize("words", ["never mind", "forget it", "that is wrong"])
def test_nothing_is_undone_where_nothing_was_done(tmp_path: Path, words: str) -> None:
    session = session_of(tmp_path, "a red car", "make the car blue", "add a unicorn")
    assert "Nothing was changed by that" in session.say(words).text and things(session) == {"blue car"}
    session.say("undo")
    assert things(session) == {"red car"}
    assert "`redo` brings" in session.say("undo").text
    assert "`redo`" in session.say("undo").text, "and says so again where nothing is left to undo"


def test_a_forgotten_concept_is_not_asked_about(tmp_path: Path) -> None:
    session = session_of(tmp_path)
    names = ["mia"]

    def forget(name: str) -> str:
        names.remove(name)
        return f"forgotten/{name}.json"

    session.studio.concepts = SimpleNamespace(forget=forget)  # type: ignore[assignment]
    session.crew = replace(session.crew, mind=OfflinePlanner(lambda: tuple(names)))
    text = session.say("forget mia").text
    assert "forgotten mia" in text and "do not know" not in text and names == []


def test_what_failed_is_told_after_the_failure_and_later(tmp_path: Path) -> None:
    session = session_of(tmp_path, "a red car and a dog", "make the car green", studio=PaperStudio(broken_edits=ALWAYS))
    assert "Not there: the car is green" in session.say("what failed?").text
    why = session.say("why did it fail?").text
    assert 'You asked: "make the car green".' in why and "still not so: the car is green" in why
    assert "colour_car" not in why and "rolled back" not in why and "pentimento show" not in why


def test_known_words_are_not_called_unknown(tmp_path: Path) -> None:
    session = session_of(tmp_path, "a red car and a dog")
    for words in ("can you make it nicer?", "do something else"):
        text = session.say(words).text
        assert "do not know" not in text and "Nothing was changed" in text and "`help`" in text
    assert 'I do not know "unicorn"' in session.say("add a unicorn").text


def test_what_is_not_there_is_said_with_its_article(tmp_path: Path) -> None:
    session = session_of(tmp_path, "a red car and a dog")
    assert "to show an umbrella" in session.say("make the umbrella blue").text
    assert "cannot tell what" in session.say("remove the second dog").text


def test_an_edit_that_changed_something_else_is_tried_again_and_explained(tmp_path: Path) -> None:
    session = session_of(tmp_path, "a red car and a dog", studio=PaperStudio(careless_edits=ALWAYS))
    before, turn = session.image, session.say("move the dog to the left")
    assert turn.image == before and "something else changed with it" in turn.text and "None of" in turn.text
    again = session_of(tmp_path / "again", "a red car and a dog", studio=PaperStudio(careless_edits={1}))
    assert again.say("move the dog to the left").number == 2, "the second try was careful"


def test_things_that_become_alike_are_counted_together(tmp_path: Path) -> None:
    session = session_of(tmp_path, "a blue cat and a yellow cat")
    turn = session.say("make the yellow cat blue")
    assert [words for _, words in turn.ledger].count("there is a blue cat") <= 1
    assert "Which" not in session.say("remove the blue cat").text or "or the blue cat" not in session.turn().text
