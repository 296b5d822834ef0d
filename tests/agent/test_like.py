"""Pictures as examples: "something like this picture" paints a new one after it; other wishes with "like" stay what they are."""

from pathlib import Path

import pytest
from double import PaperStudio, paper_session, session_of, shown

from pentimento.agent.benches.routing.notation import meaning
from pentimento.agent.grammar.requests import Context, Like
from pentimento.agent.grammar.understand import understand
from pentimento.tools.wording import Wanted, parse_request

HERE = shown(parse_request("a red car and a dog"))
TWO = Context(wanted=Wanted(), picture=True, number=2, pictures=2, scenes=(parse_request("a cat at night"), None))


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("something like this", "like(this: )"),
        ("paint something like this picture, please", "like(this: )"),
        ("here is a photo, paint something similar", "like(this: )"),
        ("use this image as inspiration", "like(this: )"),
        ("a boat in the style of this photo", "like(this: boat)"),
        ("use this photo as a reference and paint a boat", "like(this: boat)"),
        ("I would like a cat that looks like this", "like(this: cat)"),
        ("a blue cat and a tree with the colours of this picture", "like(this: blue cat, tree)"),
        ("something like that but at night", "like(this: | night)"),
    ],
)
def test_a_given_picture_is_an_example(words: str, meant: str) -> None:
    assert meaning(understand(words, Context(given=True))).replace("  ", " ") == meant


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("something like picture 1", "like(1: cat | night)"),
        ("a boat in the style of picture one", "like(1: boat)"),
        ("a boat similar to picture 2", "like(2: boat)"),
    ],
)
def test_so_is_any_picture_of_the_session(words: str, meant: str) -> None:
    assert meaning(understand(words, TWO)) == meant


def test_the_current_picture_is_one_with_all_that_it_shows() -> None:
    assert understand("paint something like this", HERE) == (Like(HERE.wanted or Wanted(), 0),)


@pytest.mark.parametrize(
    "words",
    [
        "I like this picture",
        "I would like a dog",
        "we don't like it",
        "make it like picture 1",
        "another one like this",
        "something like this but at night",
        "like this, but with a cat",
        "add a cat like this one",
        "replace the dog with one like this",
        "what is it like?",
        "a boat in the style of picture 9",
    ],
)
def test_not_everything_with_like_is_an_example(words: str) -> None:
    assert not any(isinstance(i, Like) for i in understand(words, HERE))


def test_lines_to_follow_and_lessons_stay_what_they_are() -> None:
    given = Context(given=True)
    assert meaning(understand("a red car along edges like in this photo", given)) == "control(edge: red car)"
    assert meaning(understand("this is my dog, learn it as bo", given)) == "learn(bo: dog)"


def test_the_planner_hands_the_example_on(tmp_path: Path) -> None:
    studio = PaperStudio()
    session = paper_session(tmp_path, studio)
    session.say("a red car")
    first = session.image
    session.say("a cat")
    session.say("a boat like this", [b"beach"])
    given = next(handle for handle, seen in studio.pictures.items() if seen == frozenset({"beach"}))
    session.say("something like picture 1")
    asked = [args for name, args in studio.calls if name == "generate" and "like" in args]
    assert [(args["like"], args["prompt"]) for args in asked] == [(given, "a boat"), (first, "a red car")]


def test_what_an_example_was_seen_to_show_is_promised(tmp_path: Path) -> None:
    studio = PaperStudio()
    paint = studio._generate
    studio._generate = lambda **args: paint(**args | {"prompt": "a dog"}).model_copy(update={"caption": "a dog"})  # type: ignore[method-assign]
    turn = session_of(tmp_path, studio=studio).say("something like this", [b"beach"])
    assert ("pass", "there is a dog") in turn.ledger and "after the example: a dog" in turn.text


def test_a_promise_is_made_only_of_what_was_said(tmp_path: Path) -> None:
    session = session_of(tmp_path)
    assert session.say("something like this", [b"beach"]).ledger == ()
    assert [promise for _, promise in session.say("a cat like this", [b"beach"]).ledger], "the cat is promised"
