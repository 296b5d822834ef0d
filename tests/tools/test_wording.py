"""The language of the world: what is read, what is listed as unknown, and that captions are read back as they were meant."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pentimento.engine.world import caption, sample_scene
from pentimento.engine.world.vocabulary import OBJECTS
from pentimento.tools.checks import WHOLE, sentence
from pentimento.tools.promises import checks_of
from pentimento.tools.wording import Relation, Wanted, Wish, caption_of, correct, parse_request, prompt_of


def wishes(text: str, concepts: tuple[str, ...] = ()) -> list[tuple[str, int]]:
    return [(w.phrase, w.count) for w in parse_request(text, concepts).things]


@pytest.mark.parametrize(
    ("text", "things"),
    [
        ("a red car and a dog", [("red car", 1), ("dog", 1)]),
        ("Please paint me THREE yellow balloons!", [("yellow balloon", 3)]),
        ("2 dogs and a sunflower", [("dog", 2), ("sunflower", 1)]),
        ("a small cat next to a big tree", [("small cat", 1), ("big tree", 1)]),
        ("a car in red", [("red car", 1)]),
        ("a dog and a dog", [("dog", 2)]),
        ("a pair of", []),
        ("glasses", [("glasses", 1)]),
        ("two glasses", [("glasses", 2)]),
        ("dogs", [("dog", 2)]),
        ("a kitten", [("cat", 1)]),
        ("an elefant under an umbrela", [("elephant", 1), ("umbrella", 1)]),
        ("a green tree", [("tree", 1)]),
    ],
)
def test_things(text: str, things: list[tuple[str, int]]) -> None:
    assert wishes(text) == things


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("a car left of a dog", (0, "left of", 1)),
        ("a car to the left of a dog", (0, "left of", 1)),
        ("a cat on top of a house", (0, "above", 1)),
        ("a cat over a house", (0, "above", 1)),
        ("a dog under a tree", (0, "below", 1)),
        ("a dog on the right of the car", (0, "right of", 1)),
    ],
)
def test_relations(text: str, relation: tuple[int, str, int]) -> None:
    found = parse_request(text).relations[0]
    assert (found.subject, found.name, found.object) == relation


@pytest.mark.parametrize(
    ("text", "background"),
    [
        ("a dog in the snow", "snow"),
        ("a dog at night", "night"),
        ("an empty beach", "beach"),
        ("a dog in the woods", "forest"),
        ("a boat on the ocean", "sea"),
        ("a dog on a plain background", "plain"),
        ("a dog", None),
    ],
)
def test_backgrounds(text: str, background: str | None) -> None:
    assert parse_request(text).background == background


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("a spaceship and a dog", ("spaceship",)),
        ("a blue tree", ("blue tree",)),
        ("five dogs", ("five",)),
        ("9 dogs", ("9",)),
        ("a dog behind a car", ("behind",)),
        ("asdf qwer", ("asdf", "qwer")),
        ("a coat", ("coat",)),  # never silently a cat
        ("a mouse", ("mouse",)),  # never silently a house
        ("<script>alert(1)</script>", ("script", "alert")),
    ],
)
def test_unknown_words_are_listed_not_guessed(text: str, unknown: tuple[str, ...]) -> None:
    assert set(unknown) <= set(parse_request(text).unknown)


def test_what_is_not_literal_is_told() -> None:
    assert ("elefant", "elephant") in parse_request("an elefant").readings
    assert ("kitten", "cat") in parse_request("a kitten").readings
    assert ("dogs", "two dogs") in parse_request("dogs").readings


def test_without() -> None:
    assert parse_request("a cake without apples").absent == ("apple",)
    assert parse_request("a cake without apples and a dog").absent == ("apple",)
    assert wishes("a cake without apples and a dog") == [("cake", 1), ("dog", 1)]
    assert parse_request("a beach without cats and dogs").absent == ("cat", "dog")


def test_concepts_are_nouns() -> None:
    assert wishes("Bo on a beach", ("bo",)) == [("bo", 1)]
    assert parse_request("bo on a beach").unknown == ("bo",)
    assert caption_of(parse_request("bo on a beach", ("bo",))) == "bo on a beach"


def test_captions_of_the_world_are_read_back() -> None:
    rng = np.random.default_rng(3)
    for _ in range(400):
        scene = sample_scene(rng)
        said = caption(scene, rng)
        wanted = parse_request(said)
        assert not wanted.unknown, said
        assert wanted.background in (scene.background, None), said
        assert sorted(w.noun for w in wanted.things for _ in range(w.count)) == sorted(t.name for t in scene.things), said
        told = {(t.name, t.colour, t.size) for t in scene.things}
        assert {(w.noun, w.colour, w.size) for w in wanted.things} == told, said
        assert len(wanted.relations) == (scene.relation is not None), said
        assert wanted.absent == ((scene.absent,) if scene.absent and scene.things else ()), said
        assert parse_request(caption_of(wanted)) == wanted.model_copy(update={"readings": ()}), said


@given(st.text(max_size=200))
@settings(max_examples=300, deadline=None)
def test_no_text_breaks_the_grammar(text: str) -> None:
    wanted = parse_request(text)
    assert Wanted.model_validate_json(wanted.model_dump_json()) == wanted
    caption_of(wanted)
    checks_of(wanted)


def test_checks() -> None:
    checks = {c.id: c for c in checks_of(parse_request("a red car left of two dogs in the snow without trees"))}
    assert list(checks) == [
        "exists_car",
        "exists_dog",
        "count_car",
        "count_dog",
        "colour_car",
        "relation_car_left_of_dog",
        "background",
        "absent_tree",
    ]
    assert checks["colour_car"].parents == ("exists_car",)
    assert checks["count_dog"].value == "2"
    assert checks["relation_car_left_of_dog"].object == "dog"


def test_two_cars_of_two_colours_are_told_apart() -> None:
    checks = {c.id: c for c in checks_of(parse_request("a red car and a blue car"))}
    assert {"exists_red_car", "exists_blue_car", "count_car"} == set(checks)
    assert checks["count_car"].value == "2"


def test_relations_are_said_in_captions() -> None:
    wanted = Wanted(things=(Wish(noun="car"), Wish(noun="dog")), relations=(Relation(subject=0, name="above", object=1),))
    assert caption_of(wanted) == "a car above a dog"


@pytest.mark.parametrize("word", [o.name for o in OBJECTS.values()])
def test_known_words_stay(word: str) -> None:
    assert correct(word) == word


def test_sides_are_asked_for_and_checked_and_never_told_to_the_painter() -> None:
    wanted = parse_request("a red house on the left and a blue car on the right in a meadow")
    assert caption_of(wanted) == "a red house and a blue car in a meadow"
    assert prompt_of(wanted) == "a red house on the left and a blue car on the right in a meadow"
    assert parse_request(prompt_of(wanted)) == wanted
    sides = {(c.subject, c.value) for c in checks_of(wanted) if c.kind == "relation" and c.object == WHOLE}
    assert sides == {("house", "left"), ("car", "right")}
    assert {sentence(c) for c in checks_of(wanted) if c.object == WHOLE} == {"the house is at the left", "the car is at the right"}
