"""After an edit that failed, what people say about it asks for that edit once more, and never for a new picture."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from double import PaperStudio, paper_session
from double import session_of as begun

from pentimento.agent.benches.routing.notation import meaning
from pentimento.agent.offline import OfflinePlanner
from pentimento.agent.session import Session
from pentimento.tools.checks import Check, Verdict

ALWAYS = set(range(1, 99))


class Careless(PaperStudio):
    """Every edit changes something else, whatever paints it."""

    def opinion(self, checks: Sequence[Check], image: str, before: str | None) -> list[Verdict]:
        verdicts = super().opinion(checks, image, before)
        return [v.model_copy(update={"status": "fail"}) if v.kind == "unchanged_outside" else v for v in verdicts]


def meant(session: Session) -> str:
    assert isinstance(session.crew.mind, OfflinePlanner)
    return meaning(session.crew.mind.intents(session.run))


def session_of(tmp_path: Path, *said: str, broken: set[int] = ALWAYS) -> Session:
    return begun(tmp_path, *said, studio=PaperStudio(broken_edits=broken))


FAILED = ("a red car and a dog", "make the dog black")


@pytest.mark.parametrize(
    "words",
    [
        "try again",
        "again",
        "try once more",
        "another way",
        "do it another way",
        "keep trying",
        "retry",
        "fix it",
        "nothing happened",
        "you changed nothing",
        "it didn't work",
        "i see no difference",
        "it looks the same",
        "it is the same picture",
        "it is not black",
        "thats not black",
        "still not black",
        "the dog is still not black",
        "the dog isn't black yet",
    ],
)
def test_a_failed_edit_is_tried_anew(tmp_path: Path, words: str) -> None:
    session = session_of(tmp_path, *FAILED, broken={1, 2, 3, 4})
    assert session.turn().number == 1 and "stays as it was" in session.turn().text
    session.say(words)
    assert meant(session) == "recolour(dog -> black)"
    assert session.turn().number == 2 and session.studio.pictures[session.image] == {"red car", "black dog"}  # type: ignore[index, attr-defined]


@pytest.mark.parametrize(
    ("edit", "words", "what"),
    [
        *[("add a tree", words, "add(tree)") for words in ("there is no tree", "i see no tree", "the tree is missing", "still no tree")],
        *[("add a tree", words, "add(tree)") for words in ("you forgot the tree", "where is the tree?", "it is not there")],
        *[("change the background to night", words, "background(night)") for words in ("it is not night", "it is still a meadow")],
        *[("replace the dog with a cat", words, "replace(dog -> cat)") for words in ("it is still a dog", "i see no cat", "the dog is still there")],
        *[
            ("remove the dog", words, "remove(dog)")
            for words in ("the dog is still there", "it's still there", "it is not gone", "i still see the dog")
        ],
        *[("move the dog to the right", words, "move(dog -> right)") for words in ("it's still on the left", "the dog is not on the right")],
    ],
)
def test_a_complaint_is_about_the_edit_that_failed(tmp_path: Path, edit: str, words: str, what: str) -> None:
    session = paper_session(tmp_path, Careless())
    for said in ("a red car and a dog in a meadow", edit, words):
        session.say(said)
    assert meant(session) == what and session.turn().number == 1


@pytest.mark.parametrize(
    ("edit", "words", "what"),
    [
        ("make the dog black", "it is not black", "recolour(black dog -> black)"),
        ("move the dog to the right", "it's still on the left", "move(dog -> right)"),
        ("change the background to night", "it is not night", "background(night)"),
        ("replace the dog with a cat", "it is still a dog", "fix"),
    ],
)
def test_a_complaint_about_an_edit_that_seemed_well_is_heard(tmp_path: Path, edit: str, words: str, what: str) -> None:
    session = session_of(tmp_path, "a red car and a dog in a meadow", edit, words, broken=set())
    assert meant(session).replace("(dog -> black)", "(black dog -> black)") == what


@pytest.mark.parametrize("words", ["the dog is not blue", "it should not be black", "add a tree", "make it white", "a house"])
def test_another_wish_is_not_that_edit(tmp_path: Path, words: str) -> None:
    assert "black" not in meant(session_of(tmp_path, *FAILED, words))


def test_it_is_tried_again_however_often(tmp_path: Path) -> None:
    session = session_of(tmp_path, *FAILED, "what do you see?", *["try again"] * 3, "fix it", "it is not black", "again")
    assert meant(session) == "recolour(dog -> black)" and session.turn().number == 1


@pytest.mark.parametrize(
    ("words", "part"),
    [
        *[(words, "`keep the attempt` takes the last attempt") for words in ("yes", "ok", "sure", "yes please")],
        ("no", "The picture stays as it is"),
        *[(words, "so that you can look at it") for words in ("show me the attempt", "show the attempts", "let me see the attempt")],
        ("why not?", 'You asked: "make the dog black"'),
    ],
)
def test_the_offer_is_answered_plainly(tmp_path: Path, words: str, part: str) -> None:
    session = session_of(tmp_path, *FAILED)
    before = session.image
    assert part in session.say(words).text and session.image == before


def test_after_an_edit_that_went_well_again_means_another_one(tmp_path: Path) -> None:
    session = session_of(tmp_path, *FAILED, broken=set())
    assert session.say("again").number == 3 and meant(session) == "again"


PAINTED_ANEW = ("a red car and a dog in a meadow", "a cat")


@pytest.mark.parametrize(
    "words",
    [
        "I just wanted a cat added, not a new picture",
        "I wanted the cat to be added",
        "I didn't ask for a new picture",
        "no, add it to the old picture",
        "keep the rest",
        "bring the dog back",
    ],
)
def test_a_new_picture_that_was_not_meant_is_taken_back_and_the_thing_added(tmp_path: Path, words: str) -> None:
    session = session_of(tmp_path, *PAINTED_ANEW, words, broken=set())
    assert session.studio.pictures[session.image] == {"red car", "dog", "cat", "@meadow"}  # type: ignore[index, attr-defined]


@pytest.mark.parametrize("words", ["where did the dog go?", "where is the car?", "the dog is gone"])
def test_what_is_missed_is_told_of(tmp_path: Path, words: str) -> None:
    session = session_of(tmp_path, *PAINTED_ANEW, broken=set())
    assert "is in picture 1" in session.say(words).text and session.turn().number == 2
