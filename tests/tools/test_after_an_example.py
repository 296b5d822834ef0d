"""`generate` after an example: its colours and its place are taken over, words say the rest, and what cannot be done is refused."""

from pathlib import Path

import numpy as np
import pytest

from pentimento.engine.perception.likeness import histogram
from pentimento.engine.world import Scene, Thing, render
from pentimento.engine.world.scene import place
from pentimento.tools import Studio, call
from pentimento.tools.canvas import Canvas
from pentimento.tools.errors import CannotCombine, EmptyPrompt, NeedsModel, UnknownHandle
from pentimento.tools.generate import Painted
from pentimento.tools.sharing import known_recipe
from pentimento.tools.wording import Wanted

BALLOON = Scene((Thing("balloon", "purple", "", place("balloon", 0.5, (0.5, 0.5))),), "sunset", 4)
APPLE = Scene((Thing("apple", "green", "", place("apple", 0.5, (0.5, 0.6))),), "snow", 4)


@pytest.fixture
def embedded(tmp_path: Path) -> Studio:
    return Studio(tmp_path)


def put(studio: Studio, scene: Scene) -> str:
    return studio.artifacts.put_image(render(scene, 64).image)


def generate(studio: Studio, prompt: str, **more: object) -> Painted:
    made = call("generate", {"prompt": prompt, "seed": 1, **more}, studio)
    assert isinstance(made, Painted)
    return made


def overlap(studio: Studio, painted: Painted, example: str) -> float:
    one, other = (histogram(studio.artifacts.get_image(handle)) for handle in (painted.image, example))
    return float(np.minimum(one, other).sum())


def test_without_words_the_example_says_what_to_paint(embedded: Studio) -> None:
    for scene, caption in ((BALLOON, "a purple balloon at sunset"), (APPLE, "a green apple in the snow")):
        made = generate(embedded, "", like=put(embedded, scene))
        assert made.caption == caption and "after the example" in made.sentence
        assert embedded.eyes.detector.detect(embedded.artifacts.get_image(made.image), [scene.things[0].name])


def test_it_is_more_than_its_words(embedded: Studio) -> None:
    example = put(embedded, BALLOON)
    assert generate(embedded, "", like=example, steps=2).image != generate(embedded, "a purple balloon at sunset", steps=2).image


def test_where_no_eye_finds_words_the_example_speaks_for_itself(embedded: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    """Paired: the thing in its colour is there after the example and not after another one, though nobody named it."""
    monkeypatch.setattr("pentimento.tools.examples.scene_of", lambda image, studio: Wanted())
    one, other = put(embedded, BALLOON), put(embedded, APPLE)
    there = {example: 0 for example in (one, other)}
    for seed in (1, 2, 3, 4):
        for example in there:
            made = generate(embedded, "", like=example, seed=seed)
            assert made.caption == "" and made.sentence == "Painted a picture after the example (plain)."
            there[example] += bool(embedded.eyes.detector.detect(embedded.artifacts.get_image(made.image), ["purple balloon"]))
    assert there[one] >= 2 and there[other] == 0


def test_beside_words_it_brings_its_colours(embedded: Studio) -> None:
    """Paired: same words, same seeds; each example draws the picture nearer to itself than to the other, and than none does."""
    one, other = put(embedded, BALLOON), put(embedded, APPLE)
    gains, margins = [], []
    for seed in (1, 2, 3):
        plain, mine, theirs = (generate(embedded, "a dog", seed=seed, **more) for more in ({}, {"like": one}, {"like": other}))
        gains.append(overlap(embedded, mine, one) - overlap(embedded, plain, one))
        margins.append(overlap(embedded, mine, one) - overlap(embedded, theirs, one))
    assert np.mean(gains) > 0.1 and np.mean(margins) > 0.1


def test_the_place_may_be_said_beside_it(embedded: Studio) -> None:
    assert generate(embedded, "an empty scene at night", like=put(embedded, APPLE), steps=1).caption == "a green apple at night"


def test_its_recipe_names_the_example_and_cannot_be_shared(embedded: Studio) -> None:
    example = put(embedded, APPLE)
    for more, shareable in (({}, True), ({"like": example}, False)):
        made = generate(embedded, "a dog", steps=1, **more)
        recipe = embedded.artifacts.recipe(made.image) or {}
        assert recipe.get("like") == more.get("like")
        assert known_recipe(Canvas(embedded.artifacts.get_image(made.image), recipe, None, embedded, seed=1, steps=1)) is shareable


def test_several_things_after_an_example_are_led_to_their_places(embedded: Studio) -> None:
    assert generate(embedded, "a dog and a cat", like=put(embedded, APPLE), steps=1).technique == "layout_guidance"


def test_what_cannot_be_is_refused(embedded: Studio, studio: Studio, picture: str) -> None:
    example = put(embedded, APPLE)
    with pytest.raises(CannotCombine, match="example"):
        generate(embedded, "a dog and a cat", like=example, technique="one_by_one")
    with pytest.raises(EmptyPrompt):
        generate(embedded, "")
    with pytest.raises(UnknownHandle):
        generate(embedded, "a dog", like="image:0123456789abcdef")
    with pytest.raises(NeedsModel):
        generate(studio, "a dog", like=picture)


def test_its_weights_count_only_where_there_is_an_example(embedded: Studio) -> None:
    usual = embedded.fingerprint_for("generate", {"prompt": "a dog"})
    assert usual == embedded.fingerprint_for("generate", {"prompt": "a dog", "like": None})
    assert embedded.fingerprint_for("generate", {"prompt": "a dog", "like": "image:0"}).startswith(usual + "+")
