"""Painting thing by thing: each into its box, told of nothing else; where a painter cannot, layouts lead it."""

from pathlib import Path

import numpy as np
import pytest

from pentimento.tools import Studio, call
from pentimento.tools.errors import CannotCombine
from pentimento.tools.pixels import box_mask, widened
from pentimento.tools.scene import Region

BOXES = {"car": (0.05, 0.4, 0.45, 0.8), "tree": (0.55, 0.3, 0.95, 0.8)}
LAYOUT = {"regions": [{"phrase": name, "box": list(box)} for name, box in BOXES.items()]}


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    made = Studio(tmp_path)
    if made.inpainting is None:
        pytest.skip("the inpainting module is not trained yet")
    return made


def test_several_things_are_painted_one_by_one_and_a_single_one_at_once(studio: Studio) -> None:
    two = call("generate", {"prompt": "a car and a tree", "layout": LAYOUT, "seed": 1, "steps": 2}, studio)
    assert two.technique == "one_by_one"
    assert studio.engine_calls == 3 * 2 * 2  # the place and two things, two steps, two branches
    recipe = studio.artifacts.recipe(two.image) or {}
    assert [phrase for phrase, _ in recipe["boxes"]] == ["car", "tree"]
    assert call("generate", {"prompt": "three dogs", "seed": 1, "steps": 1}, studio).technique == "one_by_one"
    assert call("generate", {"prompt": "a car", "seed": 1, "steps": 1}, studio).technique == "plain"


def test_outside_all_boxes_the_empty_place_stays(studio: Studio) -> None:
    given = {"prompt": "a car and a tree in a meadow", "seed": 1, "steps": 3}
    two = studio.artifacts.get_image(call("generate", {**given, "layout": LAYOUT}, studio).image)
    alone = {**given, "prompt": "a car in a meadow", "layout": {"regions": LAYOUT["regions"][:1]}}
    one = studio.artifacts.get_image(call("generate", alone, studio).image)
    tree = widened(box_mask(BOXES["tree"], 64, 64), 4)
    assert np.array_equal(np.asarray(two)[~tree], np.asarray(one)[~tree])
    assert not np.array_equal(np.asarray(two)[tree], np.asarray(one)[tree])


def test_a_painter_without_the_module_is_led_by_layouts(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Studio, "inpainting", None)
    assert call("generate", {"prompt": "a car and a tree", "seed": 1, "steps": 2}, studio).technique == "layout_guidance"
    with pytest.raises(CannotCombine):
        call("generate", {"prompt": "a car and a tree", "technique": "one_by_one", "seed": 1}, studio)


def test_a_box_that_others_cover_is_left_out_instead_of_breaking(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    from pentimento.tools import one_by_one as module
    from pentimento.tools.painting import read_prompt

    monkeypatch.setattr(module.Seen, "mask", lambda self, box: np.ones((64, 64), bool))  # the first thing fills the picture
    regions = [Region(phrase=name, box=box) for name, box in BOXES.items()]
    before = studio.engine_calls
    module.one_by_one(read_prompt("a car and a tree", studio), regions, "", studio, seed=1, steps=1)
    assert studio.engine_calls - before == 2 * 2  # the place and one thing
