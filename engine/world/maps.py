"""Maps of a drawn scene that dense control reads and no picture shows: which thing is where, and what is nearer.

Canny edges and scribbles come from the picture itself; see `perception.annotators`.
"""

import numpy as np

from .render import Rendered
from .scene import Scene
from .vocabulary import HELD_OUT, OBJECTS


def _label_colour(label: int) -> tuple[int, int, int]:
    """Colour of a class number: its bits are dealt to the three channels, highest first."""
    channels = [0, 0, 0]
    for place in range(7, -1, -1):
        for channel in range(3):
            channels[channel] |= (label >> channel & 1) << place
        label >>= 3
    return channels[0], channels[1], channels[2]


SEGMENT_COLOURS: dict[str, tuple[int, int, int]] = {name: _label_colour(i + 1) for i, name in enumerate((*OBJECTS, *HELD_OUT))}
"""Name of a thing -> RGB in a segmentation map; black is no thing.

Source: the colour map of PASCAL VOC (Everingham et al. 2010, IJCV 88), on which ADE20K's palettes build.
"""


def segmentation_map(scene: Scene, drawn: Rendered) -> np.ndarray:
    """Visible pixels of every thing in the colour of its class, (height, width, 3) uint8.

    Args:
        scene: names the things.
        drawn: where they are.
    """
    colours = np.zeros((*drawn.depth.shape, 3), np.uint8)
    for thing, mask in zip(scene.things, drawn.masks, strict=True):
        colours[mask] = SEGMENT_COLOURS[thing.name]
    return colours


def depth_map(drawn: Rendered) -> np.ndarray:
    """How near things are, (height, width) uint8: 0 is the background, 255 the foremost thing."""
    return (drawn.depth * 255).round().astype(np.uint8)
