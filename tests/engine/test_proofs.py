"""The judges of the proofs on rendered scenes, whose truth is known, and the verdicts on made-up figures."""

import numpy as np
import pytest
from PIL import Image

from pentimento.engine.perception.detector import iou
from pentimento.engine.perception.likeness import histogram, outside, psnr
from pentimento.engine.proofs.bench import HUES, Unit
from pentimento.engine.proofs.judges import HueJudge
from pentimento.engine.proofs.report import Report, figure
from pentimento.engine.techniques import LayoutGuidance
from pentimento.engine.world import Scene, Thing, render
from pentimento.engine.world.scene import place


def scene(first: str, second: str, seed: int) -> tuple[Image.Image, tuple[Thing, ...]]:
    things = (Thing("car", first, "", place("car", 0.4, (0.26, 0.4))), Thing("house", second, "", place("house", 0.4, (0.74, 0.6))))
    return render(Scene(things, "plain", seed)).image, things


def test_hues_of_rendered_things_are_found_where_they_are_and_not_where_they_are_not() -> None:
    judge, hits, overlaps, wrong = HueJudge(), 0, [], 0
    pairs = [(a, b) for a in HUES for b in HUES if a != b]
    for seed, (first, second) in enumerate(pairs):
        image, things = scene(first, second, seed)
        for thing in things:
            box = judge.find(image, f"{thing.colour} {thing.name}")
            hits += box is not None
            overlaps += [iou(box, thing.box)] if box else []
        wrong += sum(judge.find(image, hue) is not None for hue in HUES if hue not in (first, second))
    assert hits >= 0.95 * 2 * len(pairs)
    assert np.mean(overlaps) > 0.6
    assert wrong <= 0.1 * 2 * len(pairs)


def test_pixels_outside_a_box_are_compared_alone() -> None:
    image, things = scene("red", "blue", 0)
    repainted = image.copy()
    repainted.paste((0, 0, 0), (20, 20, 30, 30))
    box = (20 / 64, 20 / 64, 30 / 64, 30 / 64)
    assert psnr(image, repainted, outside(box, image.size)) == 60
    assert psnr(image, repainted, ~outside(box, image.size)) < 20


def test_histograms_tell_colours_apart_and_ignore_grey() -> None:
    red, blue = (histogram(Image.new("RGB", (8, 8), colour)) for colour in ((224, 42, 46), (40, 110, 235)))
    assert np.minimum(red, red).sum() == pytest.approx(1)
    assert np.minimum(red, blue).sum() == 0
    assert histogram(Image.new("RGB", (8, 8), "grey")).sum() == 0


def verdict(plain: float, method: float, shuffled: float, threshold: float = 0.1, **more: bool) -> str:
    arms = {name: [value] * 8 for name, value in (("plain", plain), ("method", method), ("shuffled", shuffled))}
    return figure(LayoutGuidance, "", "", "", arms, threshold, **more).verdict


def test_verdicts() -> None:
    assert verdict(0.2, 0.5, 0.2) == "holds"
    assert verdict(0.2, 0.5, 0.5) == "unspecific"
    assert verdict(0.2, 0.25, 0.2) == "fails"
    assert verdict(0.9, 0.2, 0.9, threshold=-0.4) == "holds"
    assert verdict(0.2, 0.5, 0.2, informative=False) == "vacuous"
    noisy = {"plain": [0.0, 1, 0, 0], "method": [1.0, 0, 0, 1], "shuffled": [0.0] * 4}
    assert figure(LayoutGuidance, "", "", "", noisy, 0.1).verdict == "undecided"


def test_a_report_fails_when_strength_zero_is_not_plain() -> None:
    assert Report("m", 1, 1, {"A": 0.0}, ()).holds
    assert not Report("m", 1, 1, {"A": 1e-3}, ()).holds
    assert "1.0e-03" in Report("m", 1, 1, {"A": 1e-3}, ()).to_markdown()


def test_a_unit_says_its_prompts() -> None:
    unit = Unit(("apple", "car"), ("red", "blue", "green"), 0)
    assert unit.prompt == "a red apple and a blue car"
    assert unit.target == "a green apple and a blue car"
