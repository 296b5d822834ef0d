"""What must not be done is not done; what is excepted stays; where nothing was understood, what is missing is asked for."""

from pathlib import Path

import pytest
from double import session_of, things

from pentimento.agent.benches.routing.notation import meaning
from pentimento.agent.grammar.requests import Context
from pentimento.agent.grammar.understand import understand
from pentimento.tools.wording import parse_request

DAY, NIGHT = (parse_request(f"two balloons, a dog, an elephant and a tree {where}") for where in ("in a meadow", "at night"))
HERE = Context(wanted=NIGHT, picture=True, number=2, pictures=2, scenes=(DAY, NIGHT), before=1, line=(1,))


def meant(words: str, context: Context = HERE) -> str:
    return meaning(understand(words, context))


@pytest.mark.parametrize(
    "words",
    [
        "do not remove the dog",
        "don't move the dog",
        "please don't touch the dog",
        "never delete the dog",
        "you must not change the dog",
        "leave the dog alone",
        "leave the dog where it is",
        "hands off the dog",
        "keep the dog",
        "the dog stays",
        "the dog should not be moved",
        "the dog is not to be removed",
        "I don't want the dog removed",
        "I don't want you to remove the dog",
        "I would rather you did not touch the dog",
        "don't you dare delete the dog",
        "no need to remove the dog",
    ],
)
def test_what_is_forbidden_is_not_done_and_that_is_said(tmp_path: Path, words: str) -> None:
    session = session_of(tmp_path, "a dog and a tree")
    before = session.image
    assert "The dog stays as it is" in session.say(words).text and session.image == before


@pytest.mark.parametrize(
    "words",
    [
        "don't add a cat",
        "don't put a cat there",
        "don't undo",
        "no, don't",
        "don't do anything",
        "do not change anything",
        "change nothing",
        "no changes please",
        "never touch the background",
        "don't replace the dog with a cat",
        "i didn't ask for a cat",
        "I do not want to remove the dog",
        "don't show a cat",
        "a cat is not needed",
        "don't keep the attempt",
    ],
)
def test_nothing_is_done(words: str) -> None:
    assert meant(words) == "remark"


@pytest.mark.parametrize(
    "words",
    ["I didn't ask for night", "i don't want night", "it should not be night", "don't make it night", "the night should go", "it is too dark"],
)
def test_a_place_that_is_not_wanted_gives_way_to_the_one_before(words: str) -> None:
    assert meant(words) == "background(meadow)"


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("I don't want the tree", "remove(tree)"),
        ("nobody asked for the tree", "remove(tree)"),
        ("I didn't ask for a tree", "remove(tree)"),
        ("make the dog blue, don't change the tree", "recolour(dog -> blue)"),
        ("don't touch the dog, make the tree red", "recolour(tree -> red)"),
        ("don't move the dog but make it blue", "recolour(dog -> blue)"),
        ("add a cat but don't move the dog", "add(cat)"),
        ("add a cat without moving the dog", "add(cat)"),
        ("make it snow but keep the dog", "background(snow)"),
        ("remove the dog but not the tree", "remove(dog)"),
        ("the dog should stay, the tree can go", "remove(tree)"),
        ("the dog should be a cat, not a horse", "replace(dog -> cat)"),
        ("no i said the dog must be blue", "recolour(dog -> blue)"),
        ("keep it", "keep"),
        ("never mind the dog, remove the tree", "remove(tree)"),
        ("no dog but a cat", "replace(dog -> cat)"),
        ("the elephant wants the dog gone", "remove(dog)"),
        ("make more big elephant", "resize(elephant -> bigger)"),
        ("undo the elephant", "remark"),
        ("what can I undo?", "remark"),
        ("too many things", "remark"),
        ("do not hesitate to remove the dog", "remove(dog)"),
        ("don't you think the dog should be red?", "recolour(dog -> red)"),
        ("don't keep the dog", "remove(dog)"),
        ("leave everything as it is", "keep"),
    ],
)
def test_the_rest_of_a_wish_is_done(words: str, what: str) -> None:
    assert meant(words) == what


@pytest.mark.parametrize(
    "words",
    [
        "take everything away except the dog",
        "take all away but the dog",
        "get rid of all but the dog",
        "keep only the dog",
        "just the dog should stay",
        "remove the rest, keep the dog",
        "remove all the others, only the dog stays",
        "clear everything apart from the dog",
        "delete everyone but the dog",
        "the dog can stay, all the rest must go",
        "get rid of everything that is not the dog",
        "remove everything, leave the dog alone",
    ],
)
def test_all_the_others_go(words: str) -> None:
    assert meant(words) == "remove(balloon); remove(elephant); remove(tree)"


@pytest.mark.parametrize(
    "words", ["make everything blue but the tree", "paint everything blue except the tree", "make everything blue, don't change the tree"]
)
def test_all_the_others_get_a_colour(words: str) -> None:
    assert meant(words) == "recolour(balloon -> blue); recolour(dog -> blue); recolour(elephant -> blue)"


ASKED = ("a white dog, a black dog and a tree", "make the dog red")


@pytest.mark.parametrize(
    ("answer", "shown", "part"),
    [
        *[(words, {"white dog", "red dog", "tree"}, "") for words in ("not the white one", "last one", "the other one", "the latter", "blak one")],
        *[(words, {"black dog", "red dog", "tree"}, "I took the white dog.") for words in ("any", "either", "you choose", "doesn't matter")],
        *[(words, {"white dog", "black dog", "red tree"}, "") for words in ("tree", "no, the tree", "I meant the tree")],
        *[(words, {"white dog", "black dog", "tree"}, "nothing is done") for words in ("neither", "none", "none of them", "no", "cancel")],
        *[(words, {"white dog", "black dog", "tree"}, "Which dog:") for words in ("the third one", "3", "the left one")],
        ("both", {"red dog", "tree"}, ""),
        ("the white one and also add a cat", {"black dog", "red dog", "tree", "cat"}, ""),
    ],
)
def test_the_answer_to_which_one(tmp_path: Path, answer: str, shown: set[str], part: str) -> None:
    session = session_of(tmp_path, *ASKED)
    text = session.say(answer).text
    assert part in text
    alike = {"black dog", "white dog"} if "red dog" in shown else set()  # the paper studio recolours all of a kind
    assert things(session) - alike == shown - alike


@pytest.mark.parametrize("words", ["hmm", "what do you see?", "the third one", "asdf"])
def test_a_question_stays_open_until_it_is_answered(words: str, tmp_path: Path) -> None:
    session = session_of(tmp_path, *ASKED, words)
    assert meaning(session.crew.mind.intents(session.run)) != "" and session.say("both").number == 2  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "words", ["it is blue but it should not be", "its blue again", "its still blue", "i don't want blue", "it should not be blue"]
)
def test_a_colour_that_is_not_wanted_is_not_painted_again(tmp_path: Path, words: str) -> None:
    session = session_of(tmp_path, "a house and a tree", "make the house blue")
    before = session.image
    assert "Which colour shall the house have instead" in session.say(words).text and session.image == before


@pytest.mark.parametrize(
    ("words", "part"),
    [
        *[(words, "What shall I do with the dog?") for words in ("the dog", "no the dog", "the dog I mean", "not the dog")],
        *[(words, "shall be red") for words in ("make only one red", "one must be red")],
        ("eww not yellow", "Which colour"),
        ("no pink i said", "shall be pink"),
    ],
)
def test_what_is_missing_is_asked_for(tmp_path: Path, words: str, part: str) -> None:
    text = session_of(tmp_path, "two white cakes and a dog").say(words).text
    assert part in text and "do not know" not in text and "Did you mean" not in text


@pytest.mark.parametrize("words", ["1 red 1 green", "i need 3 apples not only 1", "looks bad", "the dog and the cake"])
def test_known_words_are_not_suggested_for_themselves(tmp_path: Path, words: str) -> None:
    text = session_of(tmp_path, "two white cakes and a dog").say(words).text
    assert "do not know" not in text and "Did you mean" not in text


def test_what_was_named_is_it_afterwards(tmp_path: Path) -> None:
    session = session_of(tmp_path, "two white cakes and a dog", "the dog", "make it blue")
    assert things(session) == {"white cakes", "blue dog"} or "blue dog" in things(session)
    session = session_of(tmp_path / "verb", "a cake, a tree and a dog", "remove")
    assert "Which one" in session.turn().text
    session.say("the tree")
    assert things(session) == {"cake", "dog"}


@pytest.mark.parametrize("words", ["hm", "yes", "what now then", "nope", "dude"])
def test_with_a_picture_there_nobody_is_greeted(tmp_path: Path, words: str) -> None:
    text = session_of(tmp_path, "a red car and a dog").say(words).text
    assert "Say what you would like to see" not in text and "Hello" not in text
