"""Maps of drawn scenes say what is where, and what is in front."""

import numpy as np

from pentimento.engine.world import Scene, Thing, render
from pentimento.engine.world.maps import SEGMENT_COLOURS, depth_map, segmentation_map
from pentimento.engine.world.vocabulary import HELD_OUT, OBJECTS

SCENE = Scene((Thing("car", "red", "", (0.1, 0.3, 0.6, 0.7)), Thing("dog", None, "", (0.4, 0.4, 0.9, 0.9))), "meadow", 3)


def test_segments_have_the_colour_of_their_class_and_the_rest_is_black() -> None:
    drawn = render(SCENE)
    seen = segmentation_map(SCENE, drawn)
    for thing, mask in zip(SCENE.things, drawn.masks, strict=True):
        assert mask.any() and (seen[mask] == SEGMENT_COLOURS[thing.name]).all()
    assert not seen[drawn.depth == 0].any()


def test_colours_of_classes_differ_and_none_is_black() -> None:
    colours = [SEGMENT_COLOURS[name] for name in (*OBJECTS, *HELD_OUT)]
    assert len(set(colours)) == len(colours) and (0, 0, 0) not in colours


def test_depth_shows_the_later_thing_in_front() -> None:
    drawn = render(SCENE)
    near = depth_map(drawn)
    assert [int(np.median(near[mask])) for mask in drawn.masks] == [128, 255]
    assert near[0, 0] == 0
