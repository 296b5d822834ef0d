"""`generate` by GLIGEN: every thing has its own box, all are painted in one run; where there are no gates it says so."""

from pathlib import Path

import numpy as np
import pytest

from pentimento.engine.perception.detector import iou
from pentimento.tools import Studio, call
from pentimento.tools.errors import BadArguments, CannotCombine

LAYOUT = {"regions": [{"phrase": "red car", "box": [0.05, 0.1, 0.5, 0.5]}, {"phrase": "tree", "box": [0.5, 0.45, 0.95, 0.95]}]}
DOGS = {"regions": [{"phrase": "dog", "box": [0.05 + at, 0.3, 0.3 + at, 0.7]} for at in (0.0, 0.33, 0.66)]}


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    made = Studio(tmp_path)
    if made.gates is None:
        pytest.skip("GLIGEN's gates are not trained yet")
    return made


def test_each_thing_has_its_own_box_in_one_run(studio: Studio) -> None:
    painted = call("generate", {"prompt": "three dogs", "layout": DOGS, "technique": "gligen", "seed": 1, "steps": 2}, studio)
    assert painted.technique == "gligen" and studio.engine_calls == 2 * 2  # two steps, two branches
    recipe = studio.artifacts.recipe(painted.image) or {}
    assert [phrase for phrase, _ in recipe["boxes"]] == ["dog"] * 3
    assert not hasattr(studio.painter.unet, "position_net") or studio.painter.unet.position_net is None, "the painter is as it was"


def test_boxes_decide_where_things_lie(studio: Studio) -> None:
    one, other = LAYOUT["regions"]
    exchanged = {"regions": [{**one, "box": other["box"]}, {**other, "box": one["box"]}]}

    def overlap(layout: dict[str, list[dict[str, object]]]) -> float:
        found = []
        for seed in (1, 2):
            made = call("generate", {"prompt": "a red car and a tree", "layout": layout, "technique": "gligen", "seed": seed}, studio)
            image = studio.artifacts.get_image(made.image)
            for region in (one, other):
                seen = studio.eyes.detector.detect(image, [str(region["phrase"])])
                found.append(max((iou(s.box, region["box"]) for s in seen), default=0.0))
        return float(np.mean(found))

    assert overlap(LAYOUT) > overlap(exchanged) + 0.2


def test_control_fills_boxes_by_gligen(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"prompt": "a red car and a tree", "kind": "boxes", "layout": LAYOUT, "seed": 1, "steps": 2}
    painted = call("control", given, studio)
    same = call("generate", {"prompt": "a red car and a tree", "layout": LAYOUT, "technique": "gligen", "seed": 1, "steps": 2}, studio)
    assert painted.image == same.image
    monkeypatch.setattr(Studio, "gates", None)
    assert call("control", given, studio).image != same.image, "without gates, prompts for regions and guidance of attention do it"


def test_a_layout_names_no_more_things_than_the_prompt(studio: Studio) -> None:
    with pytest.raises(BadArguments, match="not so often"):
        call("generate", {"prompt": "two dogs", "layout": DOGS, "technique": "gligen", "steps": 1}, studio)


def test_without_gates_it_is_refused(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Studio, "gates", None)
    with pytest.raises(CannotCombine, match="gates"):
        call("generate", {"prompt": "a car and a tree", "technique": "gligen", "seed": 1}, studio)
