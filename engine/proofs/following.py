"""Prompt following: Attend-and-Excite, layout guidance, NOT."""

from collections.abc import Iterable

import numpy as np

from ..intervals import paired
from ..perception.detector import Box, iou
from ..schedule import Window
from ..technique import Technique
from ..techniques.guidance.attend_and_excite import AttendAndExcite
from ..techniques.guidance.composable import Composable, Concept
from ..techniques.layout.layout_guidance import LayoutGuidance
from ..world.captions import with_article
from ..world.scene import holds
from .bench import GUIDANCE, Bench
from .report import Figure, figure, no_arms

# Fixed before any figure was seen, from the notes on each paper.
PRESENCE_GAIN = 0.10
IOU_GAIN = 0.10
RELATION_GAIN = 0.20
NOT_FALL = 0.40
INFORMATIVE = (0.1, 0.9)  # a plain rate outside says nothing about a method that repairs


def prove_attend_and_excite(bench: Bench) -> Iterable[Figure]:
    """Both things of a prompt are there more often; exciting "a" and "and" instead must not help."""
    both = {judge.name: no_arms() for judge in bench.judges}
    for unit in bench.units:
        pictures = {
            "plain": bench.paint(unit.prompt, unit.seed),
            "method": bench.paint(unit.prompt, unit.seed, AttendAndExcite(unit.names)),
            "shuffled": bench.paint(unit.prompt, unit.seed, AttendAndExcite(("and",))),
        }
        for judge in bench.judges:
            for arm, picture in pictures.items():
                both[judge.name][arm].append(float(all(judge.find(picture, phrase) for phrase in unit.phrases)))
    bench.check_zero(AttendAndExcite(bench.units[0].names), bench.units[0].prompt)
    for name, arms in both.items():
        told = bool(INFORMATIVE[0] <= np.mean(arms["plain"]) <= INFORMATIVE[1])
        yield figure(AttendAndExcite, "arXiv:2301.13826", "both things are there", name, arms, PRESENCE_GAIN, rate=True, informative=told)


LAYOUTS: tuple[tuple[str, Box, Box], ...] = (
    ("left of", (0.06, 0.3, 0.46, 0.7), (0.54, 0.3, 0.94, 0.7)),
    ("right of", (0.54, 0.3, 0.94, 0.7), (0.06, 0.3, 0.46, 0.7)),
    ("above", (0.3, 0.06, 0.7, 0.46), (0.3, 0.54, 0.7, 0.94)),
    ("below", (0.3, 0.54, 0.7, 0.94), (0.3, 0.06, 0.7, 0.46)),
)


def prove_layout_guidance(bench: Bench) -> Iterable[Figure]:
    """Things lie in their boxes and stand in the relation of the boxes; swapped boxes must not help."""
    inside = {judge.name: no_arms() for judge in bench.judges}
    related = {judge.name: no_arms() for judge in bench.judges}
    for index, unit in enumerate(bench.units):
        relation, *boxes = LAYOUTS[index % len(LAYOUTS)]
        pictures = {
            "plain": bench.paint(unit.prompt, unit.seed),
            "method": bench.paint(unit.prompt, unit.seed, LayoutGuidance(tuple(zip(unit.phrases, boxes, strict=True)))),
            "shuffled": bench.paint(unit.prompt, unit.seed, LayoutGuidance(tuple(zip(unit.phrases, boxes[::-1], strict=True)))),
        }
        for judge in bench.judges:
            for arm, picture in pictures.items():
                found = [judge.find(picture, phrase) for phrase in unit.phrases]
                inside[judge.name][arm].append(float(np.mean([iou(box, want) if box else 0.0 for box, want in zip(found, boxes, strict=True)])))
                related[judge.name][arm].append(float(bool(found[0] and found[1] and holds(relation, found[0], found[1]))))
    bench.check_zero(LayoutGuidance(((bench.units[0].names[0], LAYOUTS[0][1]),)), bench.units[0].prompt)
    for name, arms in inside.items():
        seen = float(np.mean(arms["plain"])) > 0
        yield figure(LayoutGuidance, "arXiv:2304.03373", "mean IoU with the boxes", name, arms, IOU_GAIN, informative=seen)
        yield figure(LayoutGuidance, "arXiv:2304.03373", "relation of the boxes", name, related[name], RELATION_GAIN, rate=True, informative=seen)


def prove_not(bench: Bench) -> Iterable[Figure]:
    """NOT takes a thing away and leaves the other; NOT of a thing the prompt lacks must not."""
    gone = {judge.name: no_arms() for judge in bench.judges}
    kept = {judge.name: no_arms() for judge in bench.judges}

    def without(words: str) -> Technique:
        return Composable((Concept(with_article(words), -GUIDANCE / 2),), window=Window(0.0, 0.6))

    for unit in bench.units:
        lacking = f"{unit.colours[2]} {unit.names[1]}"
        pictures = {
            "plain": bench.paint(unit.prompt, unit.seed),
            "method": bench.paint(unit.prompt, unit.seed, without(unit.phrases[1])),
            "shuffled": bench.paint(unit.prompt, unit.seed, without(lacking)),
        }
        for judge in bench.judges:
            for arm, picture in pictures.items():
                gone[judge.name][arm].append(float(judge.find(picture, unit.phrases[1]) is not None))
                kept[judge.name][arm].append(float(judge.find(picture, unit.phrases[0]) is not None))
    bench.check_zero(without("dog"), bench.units[0].prompt)
    for name, arms in gone.items():
        seen = float(np.mean(arms["plain"])) >= NOT_FALL
        guard = f"other thing {paired(kept[name]['method'], kept[name]['plain'])}"
        yield figure(Composable, "arXiv:2206.01714", "presence after NOT", name, arms, -NOT_FALL, rate=True, informative=seen, guard=guard)
