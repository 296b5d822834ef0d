"""The embedded world: emoji scenes whose captions, boxes, masks, layers and edit pairs are known exactly."""

from .captions import canonical_caption, caption, phrase
from .edits import EditPair, edit_pair
from .render import Rendered, render
from .scene import Scene, Thing, sample_scene
from .vocabulary import BACKGROUNDS, COLOURS, COUNTS, OBJECTS, RELATIONS, SIZES, ObjectWord

__all__ = [
    "BACKGROUNDS",
    "COLOURS",
    "COUNTS",
    "OBJECTS",
    "RELATIONS",
    "SIZES",
    "EditPair",
    "ObjectWord",
    "Rendered",
    "Scene",
    "Thing",
    "canonical_caption",
    "caption",
    "edit_pair",
    "phrase",
    "render",
    "sample_scene",
]
