"""Scenes painted over by the painter: still the same scene at a low level, another picture at the highest."""

import numpy as np

from pentimento.engine.training.pictures import Pictures, round_trip
from pentimento.engine.training.repainting import paintable, repainted
from pentimento.engine.world import render, sample_scene


def test_the_level_says_how_much_is_painted_over() -> None:
    rng = np.random.default_rng(5)
    scenes = [sample_scene(rng, names=paintable(), kind="single") for _ in range(4)]
    pixels = np.stack([render(scene).pixels for scene in scenes])
    mended = round_trip(pixels, rng, noise=0.0).astype(float)
    away = [float(np.abs(repainted(pixels, scenes, np.random.default_rng(1), level=level) - mended).mean()) for level in (0.02, 0.3, 1.0)]
    assert away[0] < away[1] < away[2]
    assert away[0] < 4


def test_a_share_of_refreshments_is_painted_over_and_shows_what_the_painter_knows() -> None:
    always = Pictures(np.random.default_rng(2), painted=1.0)
    always.refresh(6)
    assert {thing.name for seen in always.items for thing in seen.scene.things} <= set(paintable())
    for seen in always.items:
        assert seen.pixels.shape == (64, 64, 3)
        assert len(seen.masks) == len(seen.scene.things)
        assert not np.array_equal(seen.pixels, render(seen.scene).pixels)
