"""Held-out scenes with their truth, as proofs of layout and control ask for them, and what eyes find of them in painted pictures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image

from ..latents import decode, encode_images
from ..perception.agreement import mask_iou
from ..perception.detector import Box, Detector, iou
from ..perception.segmenter import EmbeddedSegmenter
from ..training.repainting import paintable
from ..world import Scene, canonical_caption, phrase, render, sample_scene
from ..world.render import Rendered
from .arms import ModuleBench

SEED = 7_000_003  # of the scenes; training and its watched scenes draw from others
FOUND = 0.5  # IoU from which a thing counts as in its place


@dataclass(frozen=True, eq=False)
class Truths:
    """Scenes as they should be painted.

    Attributes:
        scenes: what they show.
        drawn: their renders.
        prompts: their captions.
        oracle: the renders after the autoencoder, the best that painting can reach.
    """

    scenes: tuple[Scene, ...]
    drawn: tuple[Rendered, ...]
    prompts: tuple[str, ...]
    oracle: tuple[Image.Image, ...]


def truths(bench: ModuleBench, kind: str | None = None) -> Truths:
    """As many scenes as the bench has units, of things that the painter has learned.

    Args:
        bench: gives number and autoencoder.
        kind: one of `world.scene.KINDS`; a mix without empty scenes when None.
    """
    rng, scenes = np.random.default_rng(SEED), list[Scene]()
    while len(scenes) < bench.units:
        scenes.append(sample_scene(rng, names=paintable(), kind=kind, mix=(0.45, 0.3, 0.1, 0.15, 0)))
    return truths_of(bench, scenes)


def truths_of(bench: ModuleBench, scenes: Sequence[Scene]) -> Truths:
    """These scenes with their renders and captions."""
    drawn = tuple(render(scene) for scene in scenes)
    oracle: list[Image.Image] = []
    for first in range(0, len(drawn), 16):
        part = [picture.image for picture in drawn[first : first + 16]]
        oracle += decode(bench.model, encode_images(bench.model, part))
    return Truths(tuple(scenes), drawn, tuple(canonical_caption(scene) for scene in scenes), tuple(oracle))


def boxes_found(image: Image.Image, scene: Scene, eyes: Detector) -> list[Box | None]:
    """Where eyes see each thing of a scene; things of one phrase are dealt out so that each is the nearest one left."""
    phrases = list(dict.fromkeys(phrase(thing) for thing in scene.things))
    left = list(eyes.detect(image, phrases))
    found: list[Box | None] = []
    for thing in scene.things:
        mine = [one for one in left if one.phrase == phrase(thing)]
        best = max(mine, key=lambda one: iou(one.box, thing.box), default=None)
        if best is not None:
            left.remove(best)
        found.append(None if best is None else best.box)
    return found


def placed(image: Image.Image, scene: Scene, eyes: Detector) -> tuple[float, float, float]:
    """Of the things of a scene: mean IoU with their boxes, share in place (IoU of at least one half), share found at all."""
    found = boxes_found(image, scene, eyes)
    overlaps = [iou(box, thing.box) if box else 0.0 for box, thing in zip(found, scene.things, strict=True)]
    return float(np.mean(overlaps)), float(np.mean([o >= FOUND for o in overlaps])), float(np.mean([box is not None for box in found]))


@lru_cache(maxsize=1)
def _segmenter() -> EmbeddedSegmenter:
    return EmbeddedSegmenter.load()


def outlined(image: Image.Image, scene: Scene, drawn: Rendered, eyes: Detector) -> float:
    """Mean IoU of the things' outlines with their masks: found by phrase, outlined by the segmenter; a miss counts 0."""
    found = boxes_found(image, scene, eyes)
    masks = iter(_segmenter().segment(image, boxes=[box for box in found if box is not None]))
    overlaps = [0.0 if box is None else mask_iou(np.asarray(next(masks), bool), mask) for box, mask in zip(found, drawn.masks, strict=True)]
    return float(np.mean(overlaps))


def outlines_followed(image: Image.Image, scene: Scene, drawn: Rendered) -> float:
    """The same where each thing should be, whatever stands there: a map tells outlines, and without words nobody can know of what."""
    masks = _segmenter().segment(image, boxes=[thing.box for thing in scene.things])
    return float(np.mean([mask_iou(np.asarray(found, bool), mask) for found, mask in zip(masks, drawn.masks, strict=True)]))


def rated(pictures: Sequence[Image.Image], rate: Callable[[Image.Image, int], float]) -> list[float]:
    """One number for each picture."""
    return [rate(picture, index) for index, picture in enumerate(pictures)]
