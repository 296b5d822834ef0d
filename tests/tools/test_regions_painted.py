"""Repainting with a painter that was taught to see the mask: what it is told, and when it is used."""

from typing import Any

import numpy as np
import pytest

from pentimento.engine.backbones.module_weights import ModuleWeights
from pentimento.engine.backbones.tiny import tiny_module
from pentimento.engine.perception.detector import EmbeddedDetector
from pentimento.engine.techniques import Inpainting, LayoutGuidance
from pentimento.engine.training.inpaint import centred_in, draw_asked
from pentimento.engine.world import render
from pentimento.tools import Studio, call
from pentimento.tools.profiles import EMBEDDED

FEW = {"seed": 1, "steps": 3}


@pytest.fixture
def seen(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[type]]]:
    """What the painter was told in each run, and by which techniques it was led."""
    runs: list[tuple[str, list[type]]] = []
    paint = studio.sample

    def sample(prompts: Any, **settings: Any) -> Any:
        runs.append((prompts, [type(technique) for technique in settings["techniques"]]))
        return paint(prompts, **settings)

    monkeypatch.setattr(studio, "sample", sample)
    return runs


@pytest.fixture
def taught(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> ModuleWeights:
    """A module for the studio's painter."""
    module = tiny_module(studio.painter.unet, 5)
    monkeypatch.setattr(Studio, "inpainting", property(lambda self: module))
    return module


def test_a_taught_painter_is_told_of_the_region_alone(studio: Studio, picture: str, taught: ModuleWeights, seen: list[Any]) -> None:
    call("edit", {"image": picture, "instruction": "replace the dog with a blue cat", **FEW}, studio)
    words, led = seen[-1]
    assert words == "a blue cat" and Inpainting in led and LayoutGuidance not in led


def test_an_untaught_one_is_told_of_the_whole_picture(studio: Studio, picture: str, seen: list[Any]) -> None:
    assert studio.inpainting is None  # this painter is not the shipped one
    call("edit", {"image": picture, "instruction": "replace the dog with a blue cat", **FEW}, studio)
    words, led = seen[-1]
    assert "red car" in words and "blue cat" in words and Inpainting not in led and LayoutGuidance in led


def test_several_things_are_added_one_after_the_other(studio: Studio, picture: str, taught: ModuleWeights, seen: list[Any]) -> None:
    call("edit", {"image": picture, "instruction": "add two apples", **FEW}, studio)
    assert [words for words, _ in seen] == ["an apple"] * 2
    assert all(Inpainting in led for _, led in seen)


def test_what_is_removed_is_painted_as_an_empty_place(studio: Studio, picture: str, taught: ModuleWeights, seen: list[Any]) -> None:
    call("edit", {"image": picture, "instruction": "remove the dog", **FEW}, studio)
    assert [words for words, _ in seen] == ["an empty scene in a meadow"] and Inpainting in seen[-1][1]


def test_a_run_from_a_start_sees_what_the_mask_would_hide(studio: Studio, picture: str, taught: ModuleWeights, seen: list[Any]) -> None:
    call("edit", {"image": picture, "instruction": "make the dog smaller", **FEW}, studio)
    assert seen and all(Inpainting not in led for _, led in seen)


def test_the_shipped_painter_paints_into_a_region_what_it_is_asked_for_and_nothing_else_changes(tmp_path: Any) -> None:
    if not (EMBEDDED / "inpaint").is_dir():
        pytest.skip("the module is not trained")
    studio, detector = Studio(tmp_path), EmbeddedDetector.load()
    there = []
    for seed, asked in enumerate(draw_asked(np.random.default_rng(70_001), 6)):
        before = render(asked.scene).image
        picture, region = studio.artifacts.put_image(before), studio.artifacts.put_mask(asked.region)
        made = call("inpaint", {"image": picture, "region": region, "prompt": f"a {asked.thing}", "dilate": 0, "seed": seed, "steps": 12}, studio)
        after = studio.artifacts.get_image(made.image)
        there.append(centred_in(asked, after, detector))
        rest = ~studio.artifacts.get_mask(made.region)
        assert (np.asarray(after)[rest] == np.asarray(before)[rest]).all()
    assert sum(there) >= 5  # of 6; plain sampling of the words puts few of them into the region

