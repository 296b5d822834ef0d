"""What the detector's code does around the network: phrases, suppression, pictures of any size."""


import numpy as np
import pytest
import torch
from PIL import Image

from pentimento.engine.errors import BadInput, ModelNotFound
from pentimento.engine.perception.detector import Detection, EmbeddedDetector, iou, pixels_of, plain_phrase, without_doubles
from pentimento.engine.perception.measure import average_precision, matched
from pentimento.engine.training.detector import LENGTH, new
from pentimento.engine.world.tokenizer import build_tokenizer


def test_boxes_overlap_as_geometry_says() -> None:
    assert iou((0, 0, 1, 1), (0, 0, 1, 1)) == 1
    assert iou((0, 0, 0.5, 1), (0.5, 0, 1, 1)) == 0
    assert iou((0, 0, 0.5, 1), (0.25, 0, 0.75, 1)) == pytest.approx(1 / 3)
    assert iou((0.3, 0.3, 0.3, 0.3), (0.3, 0.3, 0.3, 0.3)) == 0


def test_doubles_go_neighbours_and_other_phrases_stay() -> None:
    best = Detection("car", 0.9, (0.1, 0.1, 0.5, 0.5))
    double = Detection("car", 0.6, (0.12, 0.1, 0.52, 0.5))
    neighbour = Detection("car", 0.5, (0.4, 0.1, 0.8, 0.5))
    other = Detection("red car", 0.4, (0.1, 0.1, 0.5, 0.5))
    assert without_doubles([neighbour, double, other, best]) == [best, neighbour, other]
    assert without_doubles([]) == []


def test_every_kept_detection_suppresses_only_what_it_doubles() -> None:
    rng = np.random.default_rng(0)
    corners = rng.uniform(0, 0.6, (60, 2))
    found = [Detection(str(rng.choice(["car", "dog"])), float(rng.random()), (x, y, x + 0.3, y + 0.3)) for x, y in corners.tolist()]
    kept: list[Detection] = []  # one by one, as the algorithm is written in books
    for one in sorted(found, key=lambda d: -d.score):
        if all(other.phrase != one.phrase or iou(other.box, one.box) <= 0.3 for other in kept):
            kept.append(one)
    assert without_doubles(found, 0.3) == kept and 2 < len(kept) < 60


@pytest.mark.parametrize(
    ("asked", "looked"),
    [("car", "car"), ("Two small red cars", "red car"), ("a big dog", "dog"), ("the butterflies", "butterfly"), ("glasses", "glasses")],
)
def test_phrases_become_what_the_detector_knows(asked: str, looked: str) -> None:
    assert plain_phrase(asked) == looked


@pytest.mark.parametrize("asked", ["", "zebra", "red", "car red", "shiny car", "red blue car"])
def test_what_it_cannot_look_for_is_said(asked: str) -> None:
    with pytest.raises(BadInput, match="cannot look for"):
        plain_phrase(asked)


def test_a_picture_of_any_size_and_mode_is_seen_alike() -> None:
    small = Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 64, 3)).astype(np.uint8))
    large = small.resize((256, 256), Image.Resampling.NEAREST).convert("RGBA")
    assert torch.allclose(pixels_of(small), pixels_of(large), atol=0.01)
    assert pixels_of(small).shape == (1, 3, 64, 64) and -1 <= float(pixels_of(small).min()) <= float(pixels_of(small).max()) <= 1


def test_answers_do_not_depend_on_the_company_of_a_phrase() -> None:
    torch.manual_seed(0)
    eye = EmbeddedDetector(new().eval(), build_tokenizer(LENGTH), 0.02)
    image = Image.fromarray(np.random.default_rng(1).integers(0, 255, (64, 64, 3)).astype(np.uint8))
    alone = eye.detect(image, ["red car"], 0.0)
    together = [d for d in eye.detect(image, ["dog", "red car", "blue car"], 0.0) if d.phrase == "red car"]
    assert len(alone) == len(together) > 0
    assert max(abs(a.score - b.score) for a, b in zip(alone, together, strict=True)) < 1e-5
    assert eye.detect(image, []) == [] and eye.detect(image, ["car"], 1.0) == []


def test_missing_weights_are_named(tmp_path) -> None:  # type: ignore[no-untyped-def]
    from pentimento.engine.perception.scorer import EmbeddedScorer
    from pentimento.engine.perception.segmenter import EmbeddedSegmenter

    for eye in (EmbeddedDetector, EmbeddedSegmenter, EmbeddedScorer):
        with pytest.raises(ModelNotFound, match="make train STAGE=nothing"):
            eye.load(tmp_path / "nothing")


def test_precision_is_counted_right() -> None:
    assert average_precision([(0.9, True), (0.8, True)], 2) == 1
    assert average_precision([(0.9, False), (0.8, True)], 1) == 0.5
    assert average_precision([], 3) == 0 and np.isnan(average_precision([], 0))
    twice = matched([Detection("car", 0.9, (0, 0, 1, 1)), Detection("car", 0.8, (0, 0, 1, 1))], [(0, 0, 1, 1)])
    assert twice == [(0.9, True), (0.8, False)]  # one thing is found once
