"""Sentences about scenes are true, and broken ones are false, in the same wording."""

from dataclasses import replace

import numpy as np

from pentimento.engine.perception.claims import BREAKS, Claim, broken, claim, may_hold, related, suits
from pentimento.engine.world import Scene, Thing, sample_scene

CAR = Thing("car", "red", "", (0.1, 0.4, 0.4, 0.7))
DOG = Thing("dog", "blue", "", (0.6, 0.4, 0.9, 0.8))
SCENE = Scene((CAR, DOG), "beach", 1, (0, "left of", 1))


def test_each_fact_can_be_broken() -> None:
    rng = np.random.default_rng(0)
    said = Claim(SCENE, "whole", 5)
    assert "a red car left of a blue dog on a beach" in said.text
    texts = {how: broken(said, rng, how) for how in BREAKS}
    assert texts["swap"] and "a blue car left of a red dog" in texts["swap"].text
    assert texts["relation"] and "a red car right of a blue dog" in texts["relation"].text
    assert texts["count"] is None and texts["added"] is None  # two different things, nothing to count or to add
    assert all(one is None or one.text != said.text for one in texts.values())
    three = Claim(Scene((CAR, CAR, CAR), "plain", 1), "whole", 5)
    wrong = broken(three, rng, "count")
    assert wrong and ("two red cars" in wrong.text or "four red cars" in wrong.text)


def test_what_is_claimed_may_hold_and_what_is_broken_does_not() -> None:
    rng = np.random.default_rng(1)
    kinds = set()
    for _ in range(300):
        scene = sample_scene(rng)
        said = claim(scene, rng)
        kinds.add(said.kind)
        assert may_hold(said, scene)
        wrong = broken(said, rng)
        if wrong is not None and said.kind != "whole":
            assert not may_hold(wrong, scene)
    assert kinds == {"whole", "place", "thing"}


def test_natural_colours_are_no_evidence_against() -> None:
    natural = replace(CAR, colour=None)
    assert suits(CAR, natural) and suits(natural, CAR)  # a car is drawn red; a red car is a car
    assert not suits(replace(CAR, colour="green"), natural) and not suits(replace(CAR, name="truck"), CAR)


def test_a_relation_is_stated_only_where_it_holds_and_only_of_two_different_things() -> None:
    rng = np.random.default_rng(2)
    stated = {related(replace(SCENE, relation=None), rng).relation for _ in range(20)}
    assert stated == {(0, "left of", 1), (1, "right of", 0)}
    beside = replace(DOG, box=CAR.box)
    for scene in (replace(SCENE, things=(CAR, beside), relation=None), replace(SCENE, things=(CAR, CAR), relation=None), SCENE):
        assert related(scene, rng) is scene  # on top of each other; two of a kind; one is stated already
    told = [claim(replace(SCENE, relation=None), rng) for _ in range(200)]
    whole = [c.scene.relation is not None for c in told if c.kind == "whole"]
    assert 0.3 < np.mean(whole) < 0.7
