"""Recalling things: only what a picture shows is drawn anew, and where it shows it."""

import numpy as np
import pytest
from PIL import Image

from pentimento.engine.perception.detector import Detection, EmbeddedDetector, iou
from pentimento.engine.recall import Fit, cleared, covered, drawn_over, emptied, planted, recall
from pentimento.engine.training.pictures import round_trip
from pentimento.engine.upscaling import upscale
from pentimento.engine.world import Scene, Thing, render, sample_scene
from pentimento.engine.world.scene import place
from pentimento.engine.world.vocabulary import HELD_OUT


@pytest.fixture(scope="module")
def detector() -> EmbeddedDetector:
    return EmbeddedDetector.load()


class Says:
    """A detector that says what it is told."""

    def __init__(self, *found: Detection) -> None:
        self.found = list(found)

    def detect(self, image: Image.Image, phrases: object, threshold: float | None = None) -> list[Detection]:
        return self.found


def test_most_things_are_recalled_after_the_autoencoder_with_their_colours_and_nothing_else_is(detector: EmbeddedDetector) -> None:
    rng = np.random.default_rng(90_001)
    scenes = [sample_scene(rng, mix=(0.5, 0.3, 0.1, 0.1)) for _ in range(24)]
    pictures = round_trip(np.stack([render(scene).pixels for scene in scenes]), rng, noise=0.05)
    things = right = exact = wrong = 0
    for scene, pixels in zip(scenes, pictures, strict=True):
        fits = recall(Image.fromarray(pixels), detector)
        for fit in fits:
            mine = [t for t in scene.things if (t.name, t.colour) == (fit.name, fit.colour) and iou(t.box, fit.box) > 0.5]
            right, wrong = right + bool(mine), wrong + (not mine)
            exact += any(t.box == fit.box for t in mine)
        things += len(scene.things)
    assert right >= 0.75 * things and exact >= 0.5 * things
    assert wrong <= 0.05 * things


def test_a_thing_that_the_world_does_not_teach_is_not_taken_for_another(detector: EmbeddedDetector) -> None:
    rng = np.random.default_rng(90_002)
    scenes = [
        Scene((Thing(name, None, "", place(name, side, (0.5, 0.5))),), backdrop, 1)
        for name in HELD_OUT
        for side in (0.4, 0.6)
        for backdrop in ("plain", "meadow")
    ]
    pictures = round_trip(np.stack([render(scene).pixels for scene in scenes]), rng, noise=0.05)
    assert [recall(Image.fromarray(pixels), detector) for pixels in pictures] == [[]] * len(scenes)


def test_a_mistaken_detector_recalls_nothing() -> None:
    scene = Scene((Thing("car", "red", "", place("car", 0.5, (0.5, 0.5))),), "meadow", 3)
    picture = render(scene).image
    box = scene.things[0].box
    assert recall(picture, Says(Detection("elephant", 0.9, box))) == []
    assert recall(picture, Says(Detection("car", 0.9, (0.0, 0.0, 0.3, 0.2)))) == []
    found = recall(picture, Says(Detection("car", 0.9, box)))
    assert [(fit.name, fit.colour, fit.box) for fit in found] == [("car", "red", box)]


def test_a_box_that_is_a_little_off_is_corrected() -> None:
    thing = Thing("dog", "blue", "", place("dog", 0.4, (0.45, 0.55)))
    x0, y0, x1, y1 = thing.box
    off = (x0 + 0.04, y0 - 0.03, x1 - 0.02, y1 + 0.04)
    found = recall(render(Scene((thing,), "beach", 5)).image, Says(Detection("dog", 0.8, off)))
    assert [fit.thing for fit in found] == [thing]


@pytest.mark.parametrize("front", [0, 1])
def test_what_lies_in_front_is_drawn_in_front(front: int) -> None:
    near, far = Thing("apple", None, "", place("apple", 0.5, (0.42, 0.5))), Thing("dog", None, "", place("dog", 0.4, (0.8, 0.5)))
    things = (far, near) if front else (near, far)
    picture = render(Scene(things, "plain", 1)).image
    found = recall(picture, Says(*(Detection(thing.name, 0.9, thing.box) for thing in things)))
    assert [fit.name for fit in found] == [thing.name for thing in things]


def test_emptying_fills_from_around_and_touches_nothing_else() -> None:
    picture = np.broadcast_to(np.linspace(0, 1, 32)[None, :, None], (32, 32, 3)).copy()
    away = np.zeros((32, 32), bool)
    away[10:20, 12:18] = True
    holed = picture.copy()
    holed[away] = (1, 0, 0)
    filled = emptied(holed, away, 1.5)
    assert np.array_equal(filled[~away], picture[~away])
    assert np.abs(filled - picture).max() < 0.15
    whole = emptied(holed, np.ones((32, 32), bool), 1.5)
    assert np.allclose(whole, whole[0, 0])


def test_what_is_drawn_over_is_the_worlds_own_picture_at_every_size() -> None:
    thing = Thing("boat", "green", "", (0.25, 0.375, 0.75, 0.875))
    fit = Fit("boat", "green", (16, 24, 48, 56), 1.0, 0.0)
    for size in (64, 256):
        drawn, empty = render(Scene((thing,), "sea", 2), size), render(Scene((), "sea", 2), size)
        assert np.abs(drawn_over(empty.pixels / 255, [fit]) - drawn.pixels / 255).max() < 0.01
        assert (covered([fit], size) > 0.5).sum() == drawn.masks[0].sum()


def test_without_fits_a_picture_stays_as_it_is_and_other_sizes_are_enlarged_too() -> None:
    picture = np.random.default_rng(0).random((64, 64, 3)).astype(np.float32)
    assert cleared(picture, []) is picture
    assert upscale(Image.new("RGB", (40, 24), "red")).size == (160, 96)


def test_a_thing_planted_elsewhere_has_edges_of_the_new_place(detector: EmbeddedDetector) -> None:
    rng = np.random.default_rng(90_003)
    nearer, outlined = [], []
    for name in ("house", "tree", "balloon", "car"):
        thing = Thing(name, None, "", place(name, 0.45, (0.5, 0.6)))
        here, there, empty = (render(Scene(things, where, 4)) for things, where in (((thing,), "night"), ((thing,), "snow"), ((), "snow")))
        before = Image.fromarray(round_trip(here.pixels[None], rng, noise=0.05)[0])
        fits = recall(before, detector)
        assert [fit.name for fit in fits] == [name]
        cut = np.where(here.masks[0][..., None], np.asarray(before), empty.pixels)  # along the true outline, which no segmenter beats
        rim = (covered(fits, 64) > 0.02) & (covered(fits, 64) < 0.98)
        planting = np.asarray(planted(empty.image, fits))
        nearer.append(np.square(planting[rim] / 255.0 - there.pixels[rim] / 255.0).mean())
        outlined.append(np.square(cut[rim] / 255.0 - there.pixels[rim] / 255.0).mean())
        assert np.array_equal(planting[:4], empty.pixels[:4])
    assert np.mean(nearer) < 0.5 * np.mean(outlined)
    assert planted(before, []) is before
