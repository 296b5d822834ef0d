"""What people type is understood as the table says."""

from dataclasses import replace

import pytest
from utterances import TABLE

from pentimento.agent.benches.routing.notation import meaning as meaning_of
from pentimento.agent.grammar.requests import Context, Paint
from pentimento.agent.grammar.understand import understand
from pentimento.tools.wording import Wanted, Wish, parse_request

CONTEXT = Context(
    wanted=parse_request("a red car and a dog in a meadow"), picture=True, concepts=("bo",), names=(("sunny", 1),), number=2, pictures=2, before=1
)


@pytest.mark.parametrize(("text", "meaning"), TABLE, ids=[t[:40] or "nothing" for t, _ in TABLE])
def test_utterance(text: str, meaning: str) -> None:
    found = meaning_of(understand(text, replace(CONTEXT, given=meaning.startswith("learn"))))
    if meaning.startswith("unknown("):  # which of the words it stumbles over does not matter: nothing is done
        assert found.startswith("unknown(") and meaning[8:-1].split(", ")[0] in found
    else:
        assert found == meaning


def _earlier() -> Context:
    """Four pictures: a tree in the snow, two cats, two cats and a balloon, a red car and a dog; the last is current."""
    told = ("a tree in the snow", "two cats on the beach", "two cats and a balloon on the beach", "a red car and a dog in a meadow")
    scenes = tuple(parse_request(text) for text in told)
    return replace(CONTEXT, wanted=scenes[-1], scenes=scenes, number=4, pictures=4, before=3, names=(("castle", 2),))


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("go back to the picture with the tree", "go(1)"),
        ("the one with two cats", "go(3)"),
        ("return to the version without the balloon", "go(2)"),
        ("please restore the image that had a balloon", "go(3)"),
        ("show me the picture with the tree again", "go(1)"),
        ("let's go back to the one in the snow", "go(1)"),
        ("go back to the picture with the house", "missing(house)"),
        ("go back to the version with three cats", "missing(cat)"),
        ("back to the castle", "go(castle)"),
        ("go back to the picture with the castle", "go(castle)"),
        ("show me the first one again", "go(1)"),
        ("I want the picture without a dog", "remove(dog)"),
    ],
)
def test_a_picture_is_found_by_what_it_was_made_to_show(text: str, meaning: str) -> None:
    context = _earlier()
    wanted = {"return to the version without the balloon": context.scenes[2]}.get(text, context.wanted)
    number = 3 if wanted is not context.wanted else 4
    assert meaning_of(understand(text, replace(context, wanted=wanted, number=number, said_at=number))) == meaning


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("make one of them yellow", "which(one)"),
        ("one of them should go", "which(one)"),
        ("swap the car and the tree", "missing(tree)"),
        ("swap the car and the dog", "swap(red car, dog)"),
        ("swap the dog for a cat", "replace(dog -> cat)"),
        ("show me the first one again", "go(1)"),
        ("add a dog that is weird and a unicorn", "unknown(weird, unicorn)"),
        ("patch it up", "fix"),
        ("horse instead", "which(it)"),
    ],
)
def test_what_fits_two_things_or_none_is_not_done(text: str, meaning: str) -> None:
    assert meaning_of(understand(text, CONTEXT)) == meaning


@pytest.mark.parametrize(
    "words",
    [
        "a dog on the left and a cat on the right in the snow",
        "on the left a dog and on the right a cat, in the snow",
        "paint a dog on the left and a cat on the right in the snow",
    ],
)
def test_a_scene_told_side_by_side_is_one_picture(words: str) -> None:
    here = Context(wanted=Wanted(things=(Wish(noun="cake"),), background="meadow"), picture=True, number=1, pictures=1)
    (intent,) = understand(words, here)
    assert isinstance(intent, Paint) and intent.wanted.background == "snow"
    assert {(w.noun, w.place) for w in intent.wanted.things} == {("dog", "left"), ("cat", "right")}
