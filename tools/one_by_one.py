"""Paints a picture thing by thing: an empty place first, then each thing into its box.

Source: IterInpaint (Cho et al. 2023, arXiv:2304.06671, section 4): one inpainting run for each box, told of nothing but its thing.
Differs: the place is painted first instead of last, so that every thing is painted into its surroundings and none is ever cut out; what
stands already is spared by its outline, not by its box; things further up, which are further away, come first.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from .painting import Reading, only_background, repaint, told
from .pixels import box_mask, widened
from .scene import Region
from .seeing import Seen
from .wording import Wanted, parse_request

if TYPE_CHECKING:
    from PIL.Image import Image

    from .studio import Studio

RIM = 1  # pixels around a box that its thing may use


def one_by_one(reading: Reading, regions: Sequence[Region], negative: str, studio: "Studio", *, seed: int, steps: int) -> "Image":
    """A picture of a wanted scene.

    Args:
        reading: what the picture should show; it must have been read as a scene.
        regions: a box for each single thing.
        negative: what to lead away from while the empty place is painted.
        studio: services; one whose painter has an inpainting module.
        seed: of the place; each thing takes the next one.
        steps: of each run; there is one more than there are things.
    """
    from ..engine import Schedule
    from ..engine.techniques import ClassifierFree

    place = told(only_background(reading.wanted), studio)
    guided = ClassifierFree(studio.settings.guidance_scale, negative or None)
    image = studio.sample(place.words, techniques=[guided], schedule=Schedule(steps), seed=seed).images[0]
    taken = np.zeros((image.height, image.width), bool)
    names = studio.concepts.names()
    for number, region in enumerate(sorted(regions, key=lambda r: r.box[3]), 1):
        where = widened(box_mask(region.box, image.width, image.height), RIM) & ~taken
        if not where.any():  # a box that others cover completely: the critic will miss the thing
            continue
        thing = parse_request(region.phrase, names).things[0].model_copy(update={"count": 1})
        alone = told(Wanted(things=(thing,)), studio)
        boxes = [(f"{thing.colour} {alone.nouns[0]}" if thing.colour else alone.nouns[0], region.box)]
        image = repaint(image, where, alone, studio, seed=seed + number, steps=steps, boxes=boxes, local=alone.words).image
        taken |= Seen(image, studio.eyes).mask(region.box)
    return image
