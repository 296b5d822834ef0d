"""Several things of a kind: which one is meant, all of them, one each on either side."""

from dataclasses import replace
from pathlib import Path

import pytest
from double import session_of, shown, things

from pentimento.agent import graph
from pentimento.agent.benches.routing.notation import meaning
from pentimento.agent.grammar.requests import Context, Which
from pentimento.agent.grammar.understand import understand
from pentimento.agent.offline import instruction
from pentimento.agent.scenes import after, followed
from pentimento.tools.wording import Wanted, Wish, caption_of, parse_request

TWO_SIDES = "balloon left of cake | balloon right of cake"
BALLOONS = Wanted(things=(Wish(noun="balloon", colour="red", count=2), Wish(noun="dog")))


def test_things_that_become_alike_are_counted_together(tmp_path: Path) -> None:
    session = session_of(tmp_path, "a blue cat and a yellow cat")
    turn = session.say("make the yellow cat blue")
    told = [words for _, words in turn.ledger]
    assert "exactly 2 cats" in told and len(told) == len(set(told))
    promise = graph.place(session.run).promise
    assert promise is not None and promise.wanted is not None
    assert [(t["noun"], t["colour"], t["count"]) for t in promise.wanted["things"]] == [("cat", "blue", 2)]


@pytest.mark.parametrize(
    ("words", "meant", "scene"),
    [
        ("make one of the balloons green", "recolour(first red balloon -> green)", "a green balloon and a red balloon"),
        ("make the second one green", "recolour(second red balloon -> green)", "a red balloon and a green balloon"),
        ("make the left one blue", "recolour(left red balloon -> blue)", "a blue balloon and a red balloon"),
        ("make one green", "recolour(first red balloon -> green)", "a green balloon and a red balloon"),
        ("first one blue", "recolour(first red balloon -> blue)", "a blue balloon and a red balloon"),
        ("one should be green", "recolour(first red balloon -> green)", "a green balloon and a red balloon"),
        ("and the second one blue too", "recolour(second red balloon -> blue)", "a red balloon and a blue balloon"),
        ("swap a balloon for a cat", "replace(first red balloon -> cat)", "a red balloon and a cat"),
        ("make one balloon bigger", "resize(first red balloon -> bigger)", "two red balloons"),
        ("move one balloon to the left", "move(first red balloon -> left)", "a red balloon and a red balloon"),
        ("replace the second balloon with a cat", "replace(second red balloon -> cat)", "a red balloon and a cat"),
    ],
)
def test_one_of_several_alike_is_told_apart(words: str, meant: str, scene: str) -> None:
    balloons = Wanted(things=BALLOONS.things[:1])
    (intent,) = understand(words, shown(balloons))
    assert meaning([intent]) == meant
    which = meant.split("(")[1].split()[0]
    assert f"the {which} red balloon" in instruction(intent, balloons)
    wanted = after(balloons, intent)
    assert wanted is not None and caption_of(wanted) == scene


@pytest.mark.parametrize(
    "words",
    [
        "make one red and the other blue",
        "one red, one blue please",
        "make them red and blue",
        "colour the balloons red and blue",
        "make one red and another one blue",
    ],
)
def test_two_alike_get_a_colour_each(words: str) -> None:
    scene = parse_request("two balloons and a house")
    intents = understand(words, shown(scene))
    assert meaning(intents) == "recolour(first balloon -> red); recolour(balloon -> blue)"
    told = [instruction(intent, before) for intent, before in followed(scene, intents)]
    assert told == ["make the first balloon red", "make the balloon blue"]


@pytest.mark.parametrize("words", ["make the left cake red", "make the left one smaller", "the left one is too big"])
def test_which_of_two_that_differ_is_asked_for_by_their_colours(words: str) -> None:
    scene = parse_request("a white cake and a cake")
    (asked,) = understand(words, shown(scene))
    assert isinstance(asked, Which) and asked.choices == scene.things


def test_it_and_the_other_one_follow_what_was_told_apart(tmp_path: Path) -> None:
    session = session_of(tmp_path, "two dogs and a tree", "make the left one black", "make the other one red", "make it bigger")
    calls = [args["instruction"] for tool, args in session.studio.calls if tool == "edit"]  # type: ignore[attr-defined]
    assert calls == ["make the left dog black", "make the dog red", "make the red dog bigger"]


def test_the_other_one_is_still_meant_once_its_colour_is_one_that_is_known(tmp_path: Path) -> None:
    session = session_of(tmp_path, "two cakes", "make one of them pink", "the other one should be chocolate", "ok white then")
    calls = [args["instruction"] for tool, args in session.studio.calls if tool == "edit"]  # type: ignore[attr-defined]
    assert calls == ["make the first cake pink", "make the cake white"]


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("make the balloons green", "recolour(red balloon -> green)"),
        ("make both balloons green", "recolour(red balloon -> green)"),
        ("add one balloon on the left", "add(balloon | left)"),
        ("put one balloon on the left", "add(balloon | left)"),
        ("remove one balloon", "count(red balloon -> 1)"),
        ("remove the second one", "count(red balloon -> 1)"),
    ],
)
def test_all_of_several_alike_are_meant_or_another_one(words: str, meant: str) -> None:
    assert meaning(understand(words, shown(BALLOONS))) == meant


def test_one_of_them_goes() -> None:
    alone = Wanted(things=BALLOONS.things[:1])
    assert meaning(understand("remove one of them", shown(alone))) == "count(red balloon -> 1)"
    assert meaning(understand("remove one of them", replace(shown(BALLOONS), last=alone.things))) == "count(red balloon -> 1)"




@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("let's do a cake with a balloon on either side", f"paint(cake, balloon, balloon | {TWO_SIDES})"),
        ("a cake with balloons on both sides", f"paint(cake, balloon, balloon | {TWO_SIDES})"),
        ("a cake flanked by two balloons", f"paint(cake, balloon, balloon | {TWO_SIDES})"),
        ("a cake with two balloons, one on each side", f"paint(cake, balloon, balloon | {TWO_SIDES})"),
        ("a cake between two balloons", f"paint(cake, balloon, balloon | {TWO_SIDES})"),
        ("a tree on either side of the house", "paint(tree, house, tree | tree left of house | tree right of house)"),
        ("on each side of a house a tree", "paint(tree, house, tree | tree left of house | tree right of house)"),
    ],
)
def test_on_either_side_there_is_one_each(words: str, meant: str) -> None:
    assert meaning(understand(words, Context())) == meant


@pytest.mark.parametrize(
    "words",
    [
        "put a balloon on each side of the cake",
        "the cake needs a balloon on either side",
        "I'd like two balloons on either side of it",
        "the cake should be flanked by two balloons",
        "put the cake between two balloons",
    ],
)
def test_on_either_side_of_what_is_there_two_are_added(words: str) -> None:
    context = shown(Wanted(things=(Wish(noun="cake"),)))
    assert meaning(understand(words, context)) == "add(balloon | left of cake); add(balloon | right of cake)"


def test_two_that_are_alike_keep_their_places_and_are_spoken_of_together(tmp_path: Path) -> None:
    session = session_of(tmp_path, "a cake", "put a balloon on each side of the cake")
    told = [words for _, words in session.turn().ledger]
    assert "exactly 2 balloons" in told and sum("left of" in w or "right of" in w for w in told) == 2
    session.say("make both pink")
    assert "pink balloons" in things(session) and "cake" in things(session)
    assert "exactly 1 balloon" in [words for _, words in session.say("remove one balloon").ledger]


@pytest.mark.parametrize(
    ("scene", "words"),
    [
        ("a cake and a red balloon", "hmm only one balloon is pink, can both be pink please"),
        ("a cake and a red balloon", "one of the balloons is pink, make both pink"),
        ("a cake and two red balloons", "only one balloon is pink"),
        ("a cake and two red balloons", "can both be pink"),
        ("a cake and two red balloons", "make both pink"),
        ("a cake and two red balloons", "both of them in pink please"),
    ],
)
def test_both_are_the_two_that_are_spoken_of(scene: str, words: str) -> None:
    assert meaning(understand(words, shown(parse_request(scene)))) == "recolour(red balloon -> pink)"


@pytest.mark.parametrize("answer", ["not the white one", "last one", "the last one"])
def test_which_one_is_answered_in_many_ways(answer: str) -> None:
    context = shown(Wanted(things=(Wish(noun="dog", colour="white"), Wish(noun="dog", colour="black"), Wish(noun="tree"))))
    assert context.wanted is not None
    asked = replace(context, asked="make the dog red", choices=context.wanted.things[:2])
    assert meaning(understand(answer, asked)) == "recolour(black dog -> red)"
