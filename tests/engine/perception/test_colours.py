"""The colour rule names colours under shading and says when a thing has none of them."""

import numpy as np
import pytest
from PIL import Image

from pentimento.engine.perception.colours import name_colour, to_lab
from pentimento.engine.perception.measure import colour_samples, held_out
from pentimento.engine.world import COLOURS, OBJECTS, Scene, Thing, render


def test_lab_of_known_colours() -> None:
    given = np.asarray([[1.0, 1, 1], [0, 0, 0], [1, 0, 0]])
    assert np.allclose(to_lab(given), [[100, 0, 0], [0, 0, 0], [53.24, 80.09, 67.20]], atol=0.05)  # CIE D65 tables


@pytest.mark.parametrize("colour", list(COLOURS))
def test_every_colourable_object_is_named_in_every_colour(colour: str) -> None:
    for name, word in OBJECTS.items():
        if word.colourable:
            drawn = render(Scene((Thing(name, colour, "", (0.2, 0.2, 0.8, 0.8)),), "meadow", 3))
            named, confidence = name_colour(drawn.image, drawn.masks[0])
            assert named == colour and confidence > 0.4, (name, named, confidence)


@pytest.mark.parametrize("name", ["dog", "horse", "chair"])
def test_brown_is_not_a_colour_of_the_world(name: str) -> None:
    drawn = render(Scene((Thing(name, None, "", (0.2, 0.2, 0.8, 0.8)),), "plain", 3))
    assert name_colour(drawn.image, drawn.masks[0])[1] < 0.4


def test_an_empty_mask_has_no_colour() -> None:
    assert name_colour(Image.new("RGB", (8, 8)), np.zeros((8, 8), bool)) == ("", 0.0)


def test_colours_survive_the_autoencoder() -> None:
    named = colour_samples(count=60)  # measured 0.965 on 340 things; the gate leaves room for sixty scenes
    assert len(named) > 30 and np.mean(named) >= 0.88
    sure = [name_colour(e.image, m)[0] == t.colour for e in held_out(60) for t, m in zip(e.scene.things, e.masks, strict=True)
            if t.colour and name_colour(e.image, m)[1] > 0.4]  # fmt: skip
    assert np.mean(sure) >= 0.97  # what is said with confidence is right
