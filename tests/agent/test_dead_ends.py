"""Places in a conversation where people got stuck: after each answer it must be clear what happened and what can be done."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from double import PaperStudio, session_of, shown, things

from pentimento.agent.benches.routing.notation import meaning
from pentimento.agent.grammar.requests import Context
from pentimento.agent.grammar.understand import understand
from pentimento.agent.offline import OfflinePlanner
from pentimento.tools.wording import Wanted, Wish, parse_request

ALWAYS = set(range(1, 50))
CATS = Wanted(things=(Wish(noun="cat", colour="blue"), Wish(noun="cat")))
DAY, NIGHT = (Wanted(things=(Wish(noun="car", colour="red"), Wish(noun="dog")), background=name) for name in ("meadow", "night"))
NAMED = Context(wanted=DAY, picture=True, number=4, pictures=4, before=3, scenes=(DAY, NIGHT, NIGHT, DAY), names=(("evening", 2), ("red balloon", 3)))


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


@pytest.mark.parametrize("colour", ["orange", "brown", "grey"])
def test_a_colour_that_nobody_knows_repeats_nothing(colour: str) -> None:
    assert meaning(understand(f"make the second one {colour}", shown(CATS))) == f"unknown({colour})"


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        *[(words, "export") for words in ("save it please", "save the picture", "save this", "where is the file?", "where did you save it?")],
        *[(words, "help") for words in ("start over", "start from scratch", "let's start over", "I don't understand")],
        *[(words, "ledger") for words in ("is it good now?", "is that good?", "does it look good?")],
        *[(words, "thanks") for words in ("I'm done", "leave it like that. thanks", "leave it", "it is good now")],
        *[(words, "again") for words in ("can you try it another way?", "do it differently")],
        *[(words, "go(1)") for words in ("go to one", "back to one", "go back to one")],
        ("start over. A red car on the beach", "paint(red car | beach)"),
        ("start over, I want a house", "paint(house)"),
        ("make it cute", "unknown(make, it)"),
        ("save it as sunny", "name(sunny)"),
        ("compare 3 with 1", "compare(3, 1)"),
        ("compare 1 with 3", "compare(1, 3)"),
        ("go back to the night one", "go(3)"),
        ("compare evening and red balloon", "compare(2, 3)"),
        ("go back to the red balloon", "go(red balloon)"),
        ("add a red balloon", "add(red balloon)"),
    ],
)
def test_what_is_said_in_passing_is_understood(words: str, meant: str) -> None:
    assert meaning(understand(words, NAMED)) == meant


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("use this as the background", "unknown(background)"),
        ("use this as my style", "like(this: )"),
        ("learn this as one", "unknown(one)"),
        ("learn this as Mia", "learn(mia)"),
        ("this is my cat Mia", "learn(mia: cat)"),
    ],
)
def test_words_of_the_world_and_of_the_interface_are_no_names(words: str, meant: str) -> None:
    assert meaning(understand(words, shown(DAY, given=True))) == meant


@pytest.mark.parametrize("words", ["this is my dog", "learn this", "save these pictures"])
def test_a_lesson_without_a_name_asks_for_one(tmp_path: Path, words: str) -> None:
    session = session_of(tmp_path, "a red car")
    before = session.image
    assert "What shall I call it?" in session.say(words, pictures=(b"dog",)).text and session.image == before


def test_things_stand_in_front_of_others_and_behind_them_in_a_new_picture() -> None:
    assert meaning(understand("a white dog in front of a house", Context())) == "paint(white dog, house | white dog below house)"
    assert meaning(understand("a white dog behind a house", Context())) == "paint(white dog, house | white dog above house)"


@pytest.mark.parametrize(
    ("words", "part"),
    [
        *[(words, "colours I know are red, yellow") for words in ("the dog should be brown", "make the dog magenta", "I want a golden dog")],
        *[(words, "places I know are") for words in ("make the whole thing happen in a garden", "put it in a park", "a jungle background")],
        ("add a unicorn", "I can paint dog"),
    ],
)
def test_what_is_known_instead_is_of_the_same_kind(tmp_path: Path, words: str, part: str) -> None:
    text = session_of(tmp_path, "a dog").say(words).text
    assert part in text and "Did you mean" not in text


@pytest.mark.parametrize("words", ["the dog", "no the dog", "first one red"])
def test_what_is_known_is_never_called_unknown(tmp_path: Path, words: str) -> None:
    assert "do not know" not in session_of(tmp_path, "a dog and two white cakes").say(words).text


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        *[(words, "background(beach)") for words in ("I liked the earlier background better", "the old background", "the background from before")],
        ("go back to the original background", "background(meadow)"),
        ("the earlier colour of the car", "recolour(blue car -> green)"),
        ("give the car its original colour back", "recolour(blue car -> red)"),
        ("I preferred the old colour of the dog", "remark"),
        ("I liked the earlier version better", "undo"),
    ],
)
def test_one_property_is_as_it_was_before(words: str, meant: str) -> None:
    told = ("a red car and a dog in a meadow", "a green car and a dog on a beach", "a blue car and a dog in the snow")
    scenes = tuple(parse_request(text) for text in told)
    context = Context(wanted=scenes[2], picture=True, number=3, pictures=3, scenes=scenes, before=2, line=(2, 1))
    assert meaning(understand(words, context)) == meant


def test_a_background_that_never_changed_takes_nothing_back(tmp_path: Path) -> None:
    session = session_of(tmp_path, "a red car", "add a dog")
    before = session.image
    assert "The background was plain all along." in session.say("i liked the earlier background better").text and session.image == before


@pytest.mark.parametrize("words", ["hi, i'd like a picture for my daughter's birthday", "can you paint something nice", "I need a birthday card"])
def test_who_has_not_said_what_is_invited_to(tmp_path: Path, words: str) -> None:
    text = session_of(tmp_path).say(words).text
    assert "Say what it should show" in text and "do not know" not in text and "I know these words" not in text


CROWD = replace(shown(parse_request("a dog, an elephant, two balloons and a tree at night")), last=(Wish(noun="balloon", count=2),))


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        *[(words, "remark") for words in ("do not remove the dog", "don't move the dog", "please don't delete the tree", "leave the dog alone")],
        *[(words, "background(plain)") for words in ("don't make it night", "I don't want night", "it should not be night")],
        ("remove everything except the dog", "remove(elephant); remove(balloon); remove(tree)"),
        ("take all things away but the dog", "remove(elephant); remove(balloon); remove(tree)"),
        ("keep only the dog and the tree", "remove(elephant); remove(balloon)"),
        ("make everything blue but the tree", "recolour(dog -> blue); recolour(elephant -> blue); recolour(balloon -> blue)"),
        ("the balloons are hiding the elephant, make them smaller", "resize(balloon -> smaller)"),
        ("the dog wants a cake", "add(cake)"),
        ("the elephant would like an apple", "add(apple)"),
        ("put a red balloon in the sky", "add(red balloon | top)"),
        ("it would be lovely to have a cat left of the tree too", "add(cat | left of tree)"),
        ("add a few roses", "add(3 rose)"),
        ("add two or three apples", "add(3 apple)"),
        ("make the dog bigger then the tree", "resize(dog -> bigger)"),
        ("make it day", "background(plain)"),
    ],
)
def test_what_is_denied_or_excepted_is_not_done(words: str, meant: str) -> None:
    assert meaning(understand(words, CROWD)) == meant


@pytest.mark.parametrize("words", ["I don't want it yellow", "not yellow!", "the umbrella should not be yellow", "eww its yellow i dont want yellow"])
def test_a_colour_that_is_not_wanted_is_asked_for(tmp_path: Path, words: str) -> None:
    session = session_of(tmp_path, "a dog and a yellow umbrella")
    assert "Which colour shall the umbrella have instead" in session.say(words).text and "yellow umbrella" in things(session)
    session.say("pink")
    assert "pink umbrella" in things(session)


@pytest.mark.parametrize("words", ["try again", "again", "nothing happened", "you changed nothing", "it's the same as before", "it didn't work"])
def test_an_edit_that_failed_is_what_is_tried_again(tmp_path: Path, words: str) -> None:
    session = session_of(tmp_path, "a red car and a dog", "make the dog black", studio=PaperStudio(broken_edits=set(range(1, 7))))
    assert "black dog" not in things(session)
    session.say(words)
    assert things(session) == {"red car", "black dog"}


@pytest.mark.parametrize("words", ["dog color", "kitty wants a friend", "make kitty fly", "cat"])
def test_what_is_there_is_no_reason_for_a_picture_without_the_rest(tmp_path: Path, words: str) -> None:
    session = session_of(tmp_path, "a dog and a cat")
    before = session.image
    session.say(words)
    assert session.image == before
    assert "This is a new picture; to have it in the old one" in session.say("cake").text


@pytest.mark.parametrize("words", ["surprise me", "paint whatever you like", "You choose!", "something random please"])
def test_who_leaves_it_to_the_painter_gets_a_picture(tmp_path: Path, words: str) -> None:
    session, other = session_of(tmp_path / "a"), session_of(tmp_path / "b")
    session.say(words)
    other.say(words)
    assert session.image is not None and things(session) == things(other), "the same seed, the same surprise"
    shown_first = things(session)
    session.say("surprise me")
    assert things(session) != shown_first


def test_starting_over_leaves_the_pictures(tmp_path: Path) -> None:
    session = session_of(tmp_path, "a red car", "add a dog")
    before, turn = session.image, session.say("start over")
    assert "starts from nothing" in turn.text and turn.number == 2 and session.image == before
