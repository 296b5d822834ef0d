"""The shipped eyes are good enough to judge with: modest gates on held-out pictures after the autoencoder's round trip.

The gates guard against broken weights. What the eyes can do, with intervals, is what `measure_eyes` says.
"""

import numpy as np
import pytest
from PIL import Image

from pentimento.engine.perception import Eyes, embedded_eyes
from pentimento.engine.perception.measure import SEED, detector_figures, held_out, measure_eyes, scorer_figures, segmenter_figures
from pentimento.engine.world import Scene, Thing, render

UNSEEN = SEED + 1_000  # not the scenes that calibrated thresholds


@pytest.fixture(scope="module")
def eyes() -> Eyes:
    return embedded_eyes()


def test_eyes_load_once(eyes: Eyes) -> None:
    assert embedded_eyes() is eyes and eyes.name == "embedded"


def test_the_detector_finds_names_and_counts(eyes: Eyes) -> None:
    figures = detector_figures(eyes.detector, count=80, seed=UNSEEN)
    assert figures["ap50"] >= 0.7 and figures["ap50_coloured"] >= 0.7
    assert figures["f1"] >= 0.65 and figures["f1_coloured"] >= 0.65
    assert figures["wrong_colour"] <= 0.08 and figures["false_alarm"] <= 0.05


def test_the_segmenter_outlines_what_a_box_or_a_point_shows(eyes: Eyes) -> None:
    figures = segmenter_figures(eyes.segmenter, count=50, seed=UNSEEN)
    assert figures["iou_box"] >= 0.75 and figures["iou_point"] >= 0.6


def test_the_scorer_knows_places_and_binds_words(eyes: Eyes) -> None:
    figures = scorer_figures(eyes.scorer, count=80, seed=UNSEEN)
    assert figures["background"] >= 0.85
    assert figures["binding"] >= 0.75 and figures["recall"] >= 0.3
    assert figures["brier"] < 0.23  # a coin says 0.25


def test_masks_have_the_pictures_size(eyes: Eyes) -> None:
    drawn = render(Scene((Thing("car", "red", "", (0.2, 0.4, 0.8, 0.8)),), "meadow", 1), 256)
    box, point = eyes.segmenter.segment(drawn.image, boxes=[(0.2, 0.4, 0.8, 0.8)], points=[(0.5, 0.6)])
    assert box.shape == point.shape == (256, 256) and box.dtype == bool
    assert (box & drawn.masks[0]).sum() / (box | drawn.masks[0]).sum() > 0.6
    assert eyes.segmenter.segment(drawn.image) == []


def test_a_picture_of_nothing_is_nothing(eyes: Eyes) -> None:
    pictures = [e.image for e in held_out(20, seed=UNSEEN)]
    rng = np.random.default_rng(0)
    alarms = 0
    for image in pictures:
        # Squares of 4 pixels: one of 8 can hold a whole dog's face, which is no mistake to see.
        pixels = np.asarray(image).reshape(16, 4, 16, 4, 3).swapaxes(1, 2).reshape(256, 4, 4, 3)
        mixed = pixels[rng.permutation(256)].reshape(16, 16, 4, 4, 3).swapaxes(1, 2).reshape(64, 64, 3)
        alarms += len(eyes.detector.detect(Image.fromarray(np.ascontiguousarray(mixed)), ["car", "dog", "house"]))
    assert alarms <= 3  # of sixty questions about shuffled patches


def test_figures_come_with_intervals(eyes: Eyes) -> None:
    figures = measure_eyes(eyes, count=12, seed=UNSEEN)
    assert {"detector.ap50", "segmenter.iou_box", "scorer.binding", "colours.named"} <= set(figures)
    assert all(f.low <= f.value <= f.high and f.count > 0 for n, f in figures.items() if "ap50" not in n)

