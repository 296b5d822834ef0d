"""Whether a known edit was made: by the detector where things come and go, by rules on pixels where colours or backgrounds change."""

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from ..world.captions import phrase
from ..world.render import render
from .colours import name_colour
from .detector import Detector, iou

if TYPE_CHECKING:
    from ..world.edits import EditPair
    from ..world.scene import Thing

NEAR = 0.3  # least overlap of a found thing with where it should be


def new_thing(pair: "EditPair") -> "Thing | None":
    """The thing that is there only afterwards, as it is there."""
    before = set(pair.before.things)
    return next((thing for thing in pair.after.things if thing not in before), None)


def old_thing(pair: "EditPair") -> "Thing | None":
    """The thing that is there only before, as it was there."""
    after = set(pair.after.things)
    return next((thing for thing in pair.before.things if thing not in after), None)


def was_made(pair: "EditPair", picture: Image.Image, detector: Detector) -> bool:
    """Judges a picture against an edit whose truth is known.

    Args:
        pair: the edit.
        picture: what came out, of the world's native size.
        detector: finds nouns and coloured nouns.

    Returns:
        add, replace: the new thing is found, and the old one is not · remove: the old thing is not found · move: the thing is found
        where it should be · recolour: it is found in its place, and the colour rule names the new colour · background: nearer to
        the new background than to the old one around all things.
    """
    old, new = old_thing(pair), new_thing(pair)
    if pair.kind == "background":
        return _nearer(pair, picture)
    if pair.kind in ("remove", "replace") and old is not None and detector.detect(picture, [old.name]):
        return False
    if new is None:
        return True
    boxes = [found.box for found in detector.detect(picture, [new.name if pair.kind in ("recolour", "move") else phrase(new)])]
    if pair.kind == "add":
        return bool(boxes)
    stayed = old.box if pair.kind == "move" and old is not None else None  # a short way leaves old and new place overlapping
    there = any(iou(box, new.box) >= NEAR and (stayed is None or iou(box, new.box) > iou(box, stayed)) for box in boxes)
    return there and (pair.kind != "recolour" or _colour(pair, new, picture) == new.colour)


def _colour(pair: "EditPair", thing: "Thing", picture: Image.Image) -> str:
    drawn = render(pair.after, picture.width)
    return name_colour(picture, drawn.masks[pair.after.things.index(thing)])[0]


def _nearer(pair: "EditPair", picture: Image.Image) -> bool:
    around = np.ones((picture.height, picture.width), bool)
    drawn = [render(scene, picture.width) for scene in (pair.before, pair.after)]
    for mask in (mask for one in drawn for mask in one.masks):
        around &= ~mask
    seen = np.asarray(picture.convert("RGB"), float)[around]
    before, after = (float(np.square(seen - one.pixels[around]).mean()) for one in drawn)
    return after < before
