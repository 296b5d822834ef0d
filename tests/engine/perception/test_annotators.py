"""Annotators draw what they are named for."""

import numpy as np
import pytest
from PIL import Image

from pentimento.engine.errors import BadInput
from pentimento.engine.perception import Detection, Eyes
from pentimento.engine.perception import depth as depths
from pentimento.engine.perception.annotators import ANNOTATORS, SEEING, annotate, canny, palette, scribble, segmentation, soft_edge, thinned
from pentimento.engine.perception.depth import DepthEstimator
from pentimento.engine.world.maps import SEGMENT_COLOURS


@pytest.fixture
def square() -> Image.Image:
    pixels = np.full((64, 64, 3), 230, np.uint8)
    pixels[20:44, 16:40] = (200, 30, 40)
    return Image.fromarray(pixels)


def test_canny_draws_the_outline_of_a_square_once(square: Image.Image) -> None:
    edges = np.asarray(canny(square)) > 0
    ys, xs = np.nonzero(edges)
    near = np.minimum.reduce([abs(ys - 19.5), abs(ys - 43.5), abs(xs - 15.5), abs(xs - 39.5)])
    assert near.max() <= 1.5  # nothing away from the border
    assert 80 <= edges.sum() <= 100  # a border of 96 pixels, one pixel wide


def test_canny_keeps_weak_edges_only_beside_strong_ones() -> None:
    pixels = np.full((64, 64), 128, np.uint8)
    pixels[:, 20:] = np.linspace(150, 255, 64).astype(np.uint8)[:, None]  # a line that fades out: connected
    pixels[:, 48:] = pixels[:, 48:] - 22  # a weak line of its own
    image = Image.fromarray(pixels).convert("RGB")
    edges = np.asarray(canny(image, low=0.03, high=0.2)) > 0
    assert edges[2:62, 17:23].any(1).all()
    assert not edges[:, 44:52].any()
    assert (np.asarray(canny(image, low=0.03, high=0.05)) > 0)[:, 44:52].any()


def test_equal_colours_of_other_brightness_have_no_edge_and_thresholds_are_checked() -> None:
    assert not np.asarray(canny(Image.new("RGB", (32, 32), "red"))).any()
    with pytest.raises(BadInput, match="low <= high"):
        canny(Image.new("RGB", (8, 8)), low=0.5, high=0.1)


def test_a_skeleton_is_thin_and_connected() -> None:
    from scipy.ndimage import label

    bar = np.zeros((30, 60), bool)
    bar[10:20, 5:55] = True
    lines = thinned(bar)
    assert lines.sum(0).max() <= 3 and label(lines, np.ones((3, 3)))[1] == 1 and lines[:, 15:45].any(0).all()


def test_soft_edges_scribbles_and_palettes(square: Image.Image) -> None:
    soft = np.asarray(soft_edge(square), int)
    assert soft[20, 28] > 200 > 40 > soft[32, 28] and soft[5, 5] == 0
    drawn = np.asarray(scribble(square, width=2)) > 0
    assert drawn[18:22, 24:32].any() and not drawn[30:34, 26:30].any()
    cells = np.asarray(palette(square))
    assert len(np.unique(cells.reshape(-1, 3), axis=0)) <= 64 and tuple(cells[28, 28]) == (200, 30, 40)


def test_every_annotator_keeps_the_size_and_an_unknown_one_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(depths, "embedded_depth", lambda: DepthEstimator().eval())
    image = Image.effect_noise((50, 70), 60).convert("RGB")
    for kind in ANNOTATORS:
        assert annotate(kind, image).size == image.size
    with pytest.raises(BadInput, match="no annotator 'pose'.*canny.*segmentation"):
        annotate("pose", image)
    for kind in SEEING:
        with pytest.raises(BadInput, match="needs eyes"):
            annotate(kind, image)


class Scripted:
    """Finds what it is told to find, and outlines boxes with themselves."""

    def __init__(self, *found: Detection) -> None:
        self.found = found

    def detect(self, image, phrases, threshold=None):  # type: ignore[no-untyped-def]
        return [d for d in self.found if d.phrase in phrases]

    def segment(self, image, boxes=(), points=()):  # type: ignore[no-untyped-def]
        y, x = (np.arange(64) + 0.5) / 64, (np.arange(64) + 0.5) / 64
        return [(y[:, None] > b[1]) & (y[:, None] < b[3]) & (x > b[0]) & (x < b[2]) for b in boxes]


def test_a_segmentation_map_has_the_colours_of_classes_and_doubt_goes_to_the_surer_name() -> None:
    car, truck = Detection("car", 0.9, (0.0, 0.0, 0.5, 0.5)), Detection("truck", 0.6, (0.02, 0.0, 0.5, 0.5))
    tree = Detection("tree", 0.5, (0.375, 0.0, 1.0, 1.0))
    scripted = Scripted(car, truck, tree)
    eyes = Eyes(scripted, scripted, scripted, "scripted")  # type: ignore[arg-type]
    image = Image.new("RGB", (64, 64))
    seen = np.asarray(annotate("segmentation", image, eyes))
    assert tuple(seen[10, 10]) == tuple(seen[10, 28]) == SEGMENT_COLOURS["car"] != SEGMENT_COLOURS["tree"] == tuple(seen[60, 60])
    assert not seen[50, 10].any() and not (seen == SEGMENT_COLOURS["truck"]).all(-1).any()
    nothing = Scripted()
    assert not np.asarray(segmentation(image, Eyes(nothing, nothing, nothing, "scripted"))).any()  # type: ignore[arg-type]
