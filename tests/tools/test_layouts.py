"""Layouts: the rule planner, repair of garbage, free places, and a chat model's plan that is checked."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pentimento.engine.language import Reply, ScriptedChat, ServerUnreachable, Usage
from pentimento.engine.world import canonical_caption, sample_scene
from pentimento.engine.world.scene import holds
from pentimento.tools import Studio, ToolError, call
from pentimento.tools.errors import CannotCombine, EmptyPrompt, NoRoom, UnknownWords
from pentimento.tools.layout_repair import repaired
from pentimento.tools.layouts import faults, free_place, items_of, planned
from pentimento.tools.wording import parse_request

WORDS = ("dog", "red car", "tree", "cats", "nothing", "dog #2", "house", "")
NUMBER = st.floats(-3, 3, allow_nan=False) | st.sampled_from([float("nan"), float("inf"), 0.0, 1.0, 0.5, 1e9])


def good(wanted, layout) -> None:
    items = items_of(wanted)
    assert [r.phrase for r in layout.regions] == [i.phrase for i in items]
    assert faults([r.box for r in layout.regions], items, wanted) == []


def test_the_rule_planner_satisfies_every_caption() -> None:
    rng = np.random.default_rng(11)
    for _ in range(120):
        wanted = parse_request(canonical_caption(sample_scene(rng)))
        good(wanted, planned(wanted))


@pytest.mark.parametrize(
    "text",
    [
        "a red car left of two dogs in the snow",
        "a cat above a house and a dog",
        "three balloons above a house",
        "a dog on the left and a cat on the right",
        "a dog, a cat, a car, a tree and a house",
        "four apples and a cake",
        "a small cat and a big tree",
    ],
)
def test_harder_layouts(text: str) -> None:
    wanted = parse_request(text)
    good(wanted, planned(wanted))
    assert planned(wanted) == planned(wanted)


@given(st.lists(st.tuples(st.sampled_from(WORDS), st.tuples(NUMBER, NUMBER, NUMBER, NUMBER)), max_size=6), st.integers(0, 3))
@settings(max_examples=1000, deadline=None)
def test_any_garbage_is_repaired(given_boxes, which) -> None:
    wanted = parse_request(("a dog and a red car", "a red car left of a dog", "two dogs", "a tree above a house")[which])
    layout, _ = repaired(given_boxes, wanted)
    good(wanted, layout)


def test_a_good_layout_is_left_alone() -> None:
    wanted = parse_request("a red car left of a dog")
    given_boxes = [("red car", (0.05, 0.4, 0.4, 0.7)), ("dog", (0.6, 0.4, 0.95, 0.75))]
    layout, notes = repaired(given_boxes, wanted)
    assert [r.box for r in layout.regions] == [box for _, box in given_boxes]
    assert notes == ()


def test_contradictions_are_said() -> None:
    wanted = parse_request("a car left of a dog")
    both = wanted.model_copy(update={"relations": (*wanted.relations, wanted.relations[0].model_copy(update={"name": "right of"}))})
    with pytest.raises(CannotCombine):
        planned(both)


def test_free_places_keep_the_relation() -> None:
    car = (0.1, 0.5, 0.5, 0.8)
    box = free_place([car], 0.4, 1.0, relation=("above", car))
    assert holds("above", box, car)
    with pytest.raises(NoRoom):
        free_place([(0.0, 0.0, 1.0, 1.0)], 0.4, 1.0)


# -- the tool -------------------------------------------------------------------------------------------------------------------------


def test_plan_layout_by_rules(studio: Studio) -> None:
    result = call("plan_layout", {"prompt": "a red car left of a dog in the snow"}, studio)
    assert result.by == "rules"
    assert result.layout.background == "in the snow"
    assert "red car" in result.sentence


@pytest.mark.parametrize(
    ("prompt", "error"),
    [("", EmptyPrompt), ("  ", EmptyPrompt), ("a giraffe", UnknownWords), ("an empty beach", EmptyPrompt), ("x" * 9000, ToolError)],
)
def test_plan_layout_refuses(studio: Studio, prompt: str, error: type[ToolError]) -> None:
    with pytest.raises(error):
        call("plan_layout", {"prompt": prompt}, studio)


def test_a_chat_model_plans(studio: Studio) -> None:
    plan = {
        "objects": [{"phrase": "red car", "box": [0.6, 0.4, 0.95, 0.7]}, {"phrase": "dog", "box": [0.05, 0.4, 0.4, 0.8]}],
        "background": "in the snow",
    }
    studio.language = ScriptedChat([Reply(text=f"Sure: {json.dumps(plan)}")])
    result = call("plan_layout", {"prompt": "a red car left of a dog"}, studio)
    assert result.by == "model"
    assert any("swapped" in note for note in result.repairs)
    car, dog = (r.box for r in result.layout.regions)
    assert holds("left of", car, dog)


def test_pixels_are_read_as_fractions(studio: Studio) -> None:
    plan = {"objects": [{"phrase": "dog", "box": [100, 100, 400, 400]}]}
    studio.language = ScriptedChat([Reply(text=json.dumps(plan))])
    result = call("plan_layout", {"prompt": "a dog"}, studio)
    assert result.layout.regions[0].box == pytest.approx((100 / 512, 100 / 512, 400 / 512, 400 / 512), abs=1e-3)


def test_a_broken_plan_is_sent_back_once(studio: Studio) -> None:
    good_plan = json.dumps({"objects": [{"phrase": "dog", "box": [0.2, 0.2, 0.7, 0.7]}]})
    chat = ScriptedChat([Reply(text="no json", usage=Usage(read=10, written=2)), Reply(text=good_plan, usage=Usage(read=20, written=3))])
    studio.language = chat
    result = call("plan_layout", {"prompt": "a dog"}, studio)
    assert result.by == "model" and result.tokens == 35, "both answers cost"
    assert len(chat.asked) == 2


@pytest.mark.parametrize("line", [Reply(text="{}"), Reply(text='{"objects": 3}'), ServerUnreachable("nobody answers")])
def test_rules_take_over_and_say_so(studio: Studio, line) -> None:
    studio.language = ScriptedChat([line, Reply(text="still no")])
    result = call("plan_layout", {"prompt": "a dog"}, studio)
    assert result.by == "rules"
    assert "rules planned instead" in result.note
