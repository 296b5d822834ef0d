"""Pictures are spoken of by number and name, and the log answers what changed, which is better and what it cost."""

from dataclasses import replace
from pathlib import Path

import pytest
from double import PaperStudio, session_of, things

from pentimento.agent import graph
from pentimento.agent.benches.routing.notation import meaning
from pentimento.agent.grammar.requests import Context
from pentimento.agent.grammar.understand import understand
from pentimento.agent.session import Session
from pentimento.tools.wording import Wanted, Wish

ALWAYS = set(range(1, 50))
DAY, NIGHT = (Wanted(things=(Wish(noun="car", colour="red"), Wish(noun="dog")), background=name) for name in ("meadow", "night"))
NAMED = Context(wanted=DAY, picture=True, number=4, pictures=4, before=3, scenes=(DAY, NIGHT, NIGHT, DAY), names=(("evening", 2), ("red balloon", 3)))
WINTER = replace(NAMED, names=(("winter", 2), ("red balloon", 3)))


def number(session: Session) -> int | None:
    return graph.place(session.run).number


@pytest.mark.parametrize("words", ["go to 1", "go back to 1", "back to 1", "return to 1"])
def test_going_to_the_first_picture_merges_nothing(tmp_path: Path, words: str) -> None:
    session = session_of(tmp_path, "a house", "add a dog", "add a tree")
    assert "Picture 1 is current again." in session.say(words).text and number(session) == 1


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        *[(words, "go(winter)") for words in ("bring winter back", "load winter", "show me winter again", "go back to the winter picture")],
        *[(words, "background(snow)") for words in ("make it winter", "I want winter", "put it in winter")],
        ("bring the red balloon back", "go(red balloon)"),
        ("compare this with the first picture", "compare(1, 4)"),
        ("compare it to number 2", "compare(2, 4)"),
        ("compare it with winter", "compare(2, 4)"),
        ("a white cat in front of the car", "add(white cat | below red car)"),
        ("put the dog behind the car", "move(dog -> above red car)"),
        ("a white cat in front of the house", "missing(house)"),
        ("put a sunset behind them", "background(sunset)"),
        *[(words, "undo") for words in ("delete the last picture", "throw this picture away", "delete picture 4", "delete the picture")],
        *[(words, "delete") for words in ("delete picture 2", "throw picture 1 away", "delete all pictures", "delete the first picture")],
        ("delete the dog from the picture", "remove(dog)"),
    ],
)
def test_pictures_are_spoken_of_by_name_by_number_and_by_this(words: str, meant: str) -> None:
    assert meaning(understand(words, WINTER)) == meant


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("save picture 1", "go(1); export; go(4)"),
        ("download the second picture", "go(2); export; go(4)"),
        ("save picture 4", "export"),
        ("save picture 2 as dusk", "go(2); name(dusk); go(4)"),
    ],
)
def test_a_picture_is_saved_and_the_current_one_stays(words: str, meant: str) -> None:
    assert meaning(understand(words, NAMED)) == meant


def test_no_picture_is_ever_deleted(tmp_path: Path) -> None:
    session = session_of(tmp_path, "a house", "add a dog", "add a tree")
    before = session.image
    text = session.say("delete picture 1").text
    assert "Nothing is ever deleted" in text and "`undo`" in text and session.image == before
    session.say("throw this picture away")
    assert things(session) == {"house", "dog"}


TWO_SIDES = "balloon left of cake | balloon right of cake"


@pytest.mark.parametrize("words", ["what changed?", "what's different now?", "what is different from before?", "what did you change?"])
def test_what_changed_compares_with_the_picture_before(tmp_path: Path, words: str) -> None:
    session = session_of(tmp_path, "a red car", "add a dog", "remove the car")
    assert "Only in picture 2: red car. Only in picture 3: ." in session.say(words).text
    session.say("go to 1")
    assert "none before it" in session.say("what changed?").text


@pytest.mark.parametrize("words", ["make three versions of this", "give me three variations", "show me a few alternatives"])
def test_versions_are_painted_one_at_a_time(tmp_path: Path, words: str) -> None:
    session = session_of(tmp_path, "a cake", "add a dog")
    turn = session.say(words)
    assert "One at a time" in turn.text and turn.number == 3 and things(session) == {"cake", "dog"}
    assert isinstance(session.studio, PaperStudio) and session.studio.calls[-1][0] == "generate"
    assert session.say("again").number == 4


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("which one did you like more, this or birthday?", 'picture 2 ("birthday") keeps more'),
        ("which is better, 1 or 2?", 'Picture 1 keeps 3 of 5 promises, picture 2 ("birthday") all 2 promises'),
        ("which one is best?", 'Picture 2 ("birthday") keeps most of what was promised (all 2 promises)'),
        ("what's your favourite?", "for you to say"),
    ],
)
def test_better_is_what_keeps_more_of_its_promises(tmp_path: Path, words: str, part: str) -> None:
    studio = PaperStudio(faults=["-dog"] * 99, broken_edits=ALWAYS)
    session = session_of(tmp_path, "a red car and a dog", "a cake", "call this birthday", "go to 1", studio=studio)
    assert part in session.say(words).text and number(session) == 1


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("go back to birthday and add a house behind the dog", "not made to show a dog; it shows a cake"),
        ("go to 1, then add a unicorn", 'do not know "unicorn"'),
        ("back to birthday and make the horse bigger", "not made to show a horse"),
    ],
)
def test_a_picture_is_gone_back_to_whatever_comes_of_the_rest(tmp_path: Path, words: str, part: str) -> None:
    session = session_of(tmp_path, "a cake", "call this birthday", "a dog")
    text = session.say(words).text
    assert "Picture 1 is current again." in text and "The rest is left out." in text and part in text and things(session) == {"cake"}


def test_the_rest_is_read_against_the_picture_gone_back_to(tmp_path: Path) -> None:
    session = session_of(tmp_path, "a cake and a dog", "call this birthday", "a red car")
    session.say("go back to birthday and add a house behind the dog")
    assert things(session) == {"cake", "dog", "house"}


@pytest.mark.parametrize("words", ["how long did all of this take?", "how much did that cost?", "how many tries did you need?"])
def test_what_it_cost_is_told_from_the_log(tmp_path: Path, words: str) -> None:
    session = session_of(tmp_path, "a cake", "add a dog", studio=PaperStudio(broken_edits={1}))
    text = session.say(words).text
    assert "2 pictures painted, 1 repair tried, 2 engine calls" in text and "3 pictures painted, 1 repair tried" in text
    assert "nothing" in session_of(tmp_path / "fresh").say(words).text


def test_pictures_are_told_from_the_log(tmp_path: Path) -> None:
    session = session_of(tmp_path, "a red car at sunset", "add a dog", "put them in the snow")
    assert 'Picture 2 is now called "base"' in session.say("call picture 2 base").text and number(session) == 3
    assert "Picture 1 and picture 2" in session.say("which picture has the sunset?").text
    assert "Picture 3 of 3 is current" in session.say("which picture is this?").text
    assert "made to show a red car and a dog at sunset" in session.say("go to base").text
    session.say("go to 3")
    session.say("use the background of base")
    assert things(session) == {"red car", "dog", "@sunset"}
    session.say("go to 3")
    session.say("2 back")
    assert number(session) == 1
