"""GLIGEN: phrases are painted into boxes."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from PIL import Image

from ..backbones.gated import Gates
from ..perception.detector import Detector
from ..schedule import Window
from ..techniques.layout.gligen import Gligen
from ..training.gligen import FOLDER, WITHHELD, boxes_of
from ..training.looking import SLOTS
from ..world import Scene
from ..world.scene import place
from .arms import ModuleBench, Proof, arms, guarded, proof
from .truths import placed, truths, truths_of

# Fixed before any figure was seen, from the notes on the paper.
GAIN = 0.25  # least gain in mean IoU
PRESENCE = 0.03  # most that presence may fall
ACTING = 0.6  # share of the run with open gates
SWEEP = (0.1, 0.2, 0.3)  # shorter shares, over which the overlap must rise
SLACK = 0.01  # of one step of the sweep, for chance
NOVEL = 0.8  # least share of the overlap where thing and place never met in training
LARGEST = 0.45  # longer side of a thing that must fit into a quadrant


def prove_gligen(bench: ModuleBench) -> Iterable[Proof]:
    """Things lie in their boxes; in the boxes of another scene they lie there, and not in their own."""
    truth = truths(bench, "pair")
    scenes, others = truth.scenes, truth.scenes[1:] + truth.scenes[:1]
    gates = Gates.load(FOLDER, bench.model.unet)

    def into(boxes: tuple[Scene, ...], part: slice, share: float = ACTING) -> Gligen:
        moved = (exchanged(scene, place) for scene, place in zip(scenes[part], boxes[part], strict=True))
        layouts = {str(i): boxes_of(scene) for i, scene in enumerate(moved)}
        return Gligen(layouts, gates, SLOTS, window=Window(0.0, share))

    bench.check_zero(truth.prompts, partial(into, scenes))
    pictures = {
        "plain": bench.paint(truth.prompts),
        "method": bench.paint(truth.prompts, partial(into, scenes)),
        "shuffled": bench.paint(truth.prompts, partial(into, others)),
        "oracle": list(truth.oracle),
    }
    shorter = [bench.paint(truth.prompts, partial(into, scenes, share=share)) for share in SWEEP]
    moved = tuple(exchanged(scene, other) for scene, other in zip(scenes, others, strict=True))
    for name, eyes in bench.eyes.items():
        overlap, inside, found = arms(), arms(), arms()
        for arm, painted in pictures.items():
            for scene, image in zip(scenes, painted, strict=True):
                mean, share, there = placed(image, scene, eyes)
                overlap[arm].append(mean)
                inside[arm].append(share)
                found[arm].append(there)
        rising = [float(np.mean(overlap["plain"])), *(overlapping(painted, scenes, eyes) for painted in shorter)]
        there, plainly = float(np.mean(found["method"])), float(np.mean(found["plain"]))
        kept = there >= plainly - PRESENCE and all(after >= before - SLACK for before, after in zip(rising, rising[1:], strict=False))
        shares = ", ".join(f"{share:g}: {value:.2f}" for share, value in zip((0.0, *SWEEP), rising, strict=True))
        borrowed = overlapping(pictures["shuffled"], moved, eyes)
        guard = f"things found {there:.2f}, plain {plainly:.2f}; shuffled in the borrowed boxes {borrowed:.2f}; IoU by share of the run {shares}"
        for claim, values, least in (("mean IoU with the boxes", overlap, GAIN), ("share of things with IoU ≥ 0.5", inside, 0.0)):
            one = proof(Gligen, "arXiv:2301.07093", claim, name, values, guard=guard)
            yield guarded(one, kept and one.gain.value >= least)
    yield from prove_novel(bench, gates, truth.scenes)


def prove_novel(bench: ModuleBench, gates: Gates, scenes: Sequence[Scene]) -> Iterable[Proof]:
    """A thing alone lies in its box, too, where it never had one in training; shuffled is its box elsewhere."""
    alone = [replace(scene, things=scene.things[:1], relation=None) for scene in scenes]
    novel = truths_of(bench, [moved_to(scene, WITHHELD[scene.things[0].name]) for scene in alone])
    seen = [moved_to(scene, (WITHHELD[scene.things[0].name] + 1 + i % 3) % 4) for i, scene in enumerate(alone)]

    def into(wanted: Sequence[Scene], part: slice) -> Gligen:
        return Gligen({str(i): boxes_of(scene) for i, scene in enumerate(wanted[part])}, gates, SLOTS, window=Window(0.0, ACTING))

    elsewhere = bench.paint(novel.prompts, partial(into, seen))
    pictures = {
        "plain": bench.paint(novel.prompts),
        "method": bench.paint(novel.prompts, partial(into, novel.scenes)),
        "shuffled": elsewhere,
        "oracle": list(novel.oracle),
    }
    for name, eyes in bench.eyes.items():
        overlap = {
            arm: [placed(image, scene, eyes)[0] for image, scene in zip(painted, novel.scenes, strict=True)] for arm, painted in pictures.items()
        }
        trained = overlapping(elsewhere, seen, eyes)
        share = float(np.mean(overlap["method"])) / max(trained, 1e-6)
        guard = f"{share:.2f} of {trained:.2f}, the IoU where thing and place were trained together; {NOVEL} is needed"
        one = proof(Gligen, "arXiv:2301.07093", "IoU of one thing where it never had a box", name, overlap, guard=guard)
        yield guarded(one, share >= NOVEL)


def moved_to(scene: Scene, quadrant: int) -> Scene:
    """A scene's one thing in the middle of a quadrant, as large as before if it fits there."""
    (thing,) = scene.things
    side = min(max(thing.box[2] - thing.box[0], thing.box[3] - thing.box[1]), LARGEST)
    centre = (0.25 + 0.5 * (quadrant % 2), 0.25 + 0.5 * (quadrant // 2))
    return replace(scene, things=(replace(thing, box=place(thing.name, side, centre)),))


def exchanged(scene: Scene, other: Scene) -> Scene:
    """A scene's things in the boxes of another one's."""
    return replace(scene, things=tuple(replace(thing, box=place.box) for thing, place in zip(scene.things, other.things, strict=True)))


def overlapping(pictures: Sequence[Image.Image], scenes: Sequence[Scene], eyes: Detector) -> float:
    """Mean IoU of things with their boxes."""
    return float(np.mean([placed(image, scene, eyes)[0] for image, scene in zip(pictures, scenes, strict=True)]))
