"""`edit` by InstructPix2Pix: the painter reads the instruction; what it did not touch is put back; what it never learned is refused."""

from pathlib import Path

import numpy as np
import pytest

from pentimento.engine.backbones.tiny import build_tiny_sd
from pentimento.engine.world import Scene, Thing, render
from pentimento.engine.world.scene import place
from pentimento.tools import Studio, call
from pentimento.tools.edit import Edited
from pentimento.tools.errors import CannotCombine, NeedsModel, UnknownWords

UMBRELLA, DOG = Thing("umbrella", "purple", "", place("umbrella", 0.42, (0.28, 0.6))), Thing("dog", None, "", place("dog", 0.36, (0.75, 0.6)))
SCENE = Scene((UMBRELLA, DOG), "beach", 5)
SAID = "a purple umbrella and a dog on a beach"


@pytest.fixture
def embedded(tmp_path: Path) -> Studio:
    return Studio(tmp_path)


@pytest.fixture
def beach(embedded: Studio) -> str:
    return embedded.artifacts.put_image(render(SCENE, 64).image)


def edit(studio: Studio, picture: str, instruction: str, **more: object) -> Edited:
    asked = {"image": picture, "instruction": instruction, "source_prompt": SAID, "technique": "instruct_pix2pix", "seed": 1}
    made = call("edit", asked | more, studio)
    assert isinstance(made, Edited)
    return made


@pytest.mark.parametrize(
    ("instruction", "caption", "gone", "there"),
    [
        ("make the umbrella pink", "a pink umbrella and a dog on a beach", "", "pink umbrella"),
        ("replace the dog with a cat", "a purple umbrella and a cat on a beach", "dog", "cat"),
        ("remove the dog", "a purple umbrella on a beach", "dog", "purple umbrella"),
    ],
)
def test_the_instruction_is_followed_and_the_rest_is_kept(
    embedded: Studio, beach: str, instruction: str, caption: str, gone: str, there: str
) -> None:
    made = edit(embedded, beach, instruction)
    assert (made.technique, made.caption) == ("instruct_pix2pix", caption)
    before, after = (np.asarray(embedded.artifacts.get_image(h)) for h in (beach, made.image))
    region = embedded.artifacts.get_mask(made.region)
    assert (before[~region] == after[~region]).all() and 0.02 < region.mean() < 0.5
    eyes = embedded.eyes.detector
    picture = embedded.artifacts.get_image(made.image)
    assert eyes.detect(picture, [there]) and not (gone and eyes.detect(picture, [gone]))


def test_a_place_changes_around_the_things(embedded: Studio, beach: str) -> None:
    made = edit(embedded, beach, "change the background to night")
    assert made.caption == "a purple umbrella and a dog at night"
    region = embedded.artifacts.get_mask(made.region)
    inside = embedded.artifacts.get_image(made.image).convert("L")
    before = np.asarray(embedded.artifacts.get_image(beach).convert("L"), float)
    assert np.asarray(inside, float)[region].mean() < before[region].mean() - 60, "the beach is bright, the night is dark"
    assert all(embedded.eyes.detector.detect(embedded.artifacts.get_image(made.image), [noun]) for noun in ("umbrella", "dog"))


@pytest.mark.parametrize(
    ("instruction", "error", "part"),
    [
        ("add a cat", CannotCombine, "left of"),
        ("add two cats left of the dog", CannotCombine, "one thing"),
        ("move the dog left of the umbrella", CannotCombine, "side"),
        ("make the second dog blue", CannotCombine, "alike"),
        ("make the dog bigger", CannotCombine, "resize"),
        ("put it on the moon", UnknownWords, "moon"),
    ],
)
def test_what_it_never_learned_is_refused(embedded: Studio, beach: str, instruction: str, error: type[Exception], part: str) -> None:
    with pytest.raises(error, match=part):
        edit(embedded, beach, instruction)


def test_several_alike_are_refused(embedded: Studio, beach: str) -> None:
    with pytest.raises(CannotCombine, match="there are 2"):
        edit(embedded, beach, "make the dog blue", source_prompt="two dogs on a beach")


def test_another_painter_says_what_is_missing(studio: Studio, picture: str) -> None:
    with pytest.raises(NeedsModel):
        call("edit", {"image": picture, "instruction": "remove the dog", "technique": "instruct_pix2pix"}, studio)


def test_a_painter_made_for_instructions_needs_no_module(tmp_path: Path, beach: str) -> None:
    folder = build_tiny_sd(tmp_path / "eight", in_channels=8)
    other = Studio(tmp_path, models={"painter": folder})
    changed = edit(other, beach, "put it at night", steps=2)
    assert changed.technique == "instruct_pix2pix" and other.engine_calls == 2 * 3, "two steps of three branches"


def test_its_weights_count_only_where_it_is_asked_for(embedded: Studio) -> None:
    plain, asked = ({"instruction": "remove the dog", "technique": name} for name in ("auto", "instruct_pix2pix"))
    usual = embedded.fingerprint_for("edit", plain)
    assert usual == embedded.fingerprint_for("edit", {}) and embedded.fingerprint_for("edit", asked).startswith(usual + "+")
