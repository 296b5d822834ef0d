"""How far the two sets of eyes can be trusted: each one's precision and recall by kind of fact, and how often they agree.

Asked about renders and painted-over renders, whose truth is known, and about painted pictures that a person labelled.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from ...intervals import Estimate, bootstrap, ratio
from ...perception.measure import held_out
from ...world import OBJECTS
from .facts import FACTS, Question, Sight, colour_words, holds, questions, truth_of
from .gallery import Gallery
from .labels import Labelled
from .painting import asked
from .record import Part, Rows, kept
from .sights import Onlooker

SEED = 5_600_051


@dataclass(frozen=True)
class Case:
    """A picture of which something is known.

    Attributes:
        image: what the eyes get to see.
        truth: what is there.
        named: nouns with a colour word that is certainly right.
    """

    image: Image.Image
    truth: Sight
    named: Mapping[str, str]


def rendered(count: int, *, painted: bool, seed: int = SEED) -> list[Case]:
    """Renders after the autoencoder's round trip, or painted over by the painter."""
    return [Case(e.image, truth_of(e.scene), colour_words(e.scene)) for e in held_out(count, seed=seed, painted=painted)]


def labelled(those: Sequence[Labelled]) -> list[Case]:
    """Painted pictures with what a person saw."""
    return [Case(one.image, one.sight, one.named) for one in those]


def compared(name: str, cases: Sequence[Case], names: Sequence[str], critic: Onlooker, judge: Onlooker) -> tuple[dict[str, Estimate], Rows]:
    """Questions about pictures, put to both.

    Args:
        name: of this set of pictures.
        cases: the pictures.
        names: nouns that may be asked for.
        critic: the critic's eyes.
        judge: the judge.

    Returns:
        Figures, and a table of them by kind of fact.
    """
    rng = np.random.default_rng(SEED)
    put = [list(questions(case.truth, names, rng, case.named)) for case in cases]
    images = [case.image for case in cases]
    answers = {who: sights for who, sights in (("critic", critic(images)), ("judge", judge(images)))}
    figures: dict[str, Estimate] = {}
    rows: Rows = [["fact", "questions", "agree", "critic: precision", "recall", "judge: precision", "recall"]]
    for kind in FACTS:
        of_kind = [[q for q in those if q.fact.kind == kind] for those in put]
        total = sum(len(those) for those in of_kind)
        if not total:
            continue
        figures[f"{name}.{kind}.agree"] = _agreement(of_kind, answers["critic"], answers["judge"])
        for who, sights in answers.items():
            figures |= {f"{name}.{kind}.{who}.{what}": found for what, found in _precision_and_recall(of_kind, sights).items()}
        keys = ("agree", "critic.precision", "critic.recall", "judge.precision", "judge.recall")
        cells = (figures.get(f"{name}.{kind}.{key}") for key in keys)
        rows.append([kind, str(total), *(f"{c.value:.2f} [{c.low:.2f}, {c.high:.2f}]" if c else "" for c in cells)])
    return figures, rows


def _agreement(put: Sequence[Sequence[Question]], a: Sequence[Sight], b: Sequence[Sight]) -> Estimate:
    same = [sum(holds(q.fact, one) == holds(q.fact, other) for q in those) for those, one, other in zip(put, a, b, strict=True)]
    return ratio(same, [len(those) for those in put])


def _precision_and_recall(put: Sequence[Sequence[Question]], sights: Sequence[Sight]) -> dict[str, Estimate]:
    said = [[(holds(q.fact, sight), q.true) for q in those] for those, sight in zip(put, sights, strict=True)]
    right = [sum(yes and true for yes, true in those) for those in said]
    wholes = {"precision": [sum(yes for yes, _ in those) for those in said], "recall": [sum(true for _, true in those) for those in said]}
    return {what: ratio(right, whole) for what, whole in wholes.items() if sum(whole)}


def measure_agreement(
    names: Sequence[str], gallery: Gallery, critic: Onlooker, judge: Onlooker, labels: Sequence[Labelled], *, count: int, scenes: int
) -> Part:
    """All sets of pictures.

    Args:
        names: nouns that the painter was taught.
        gallery: gives painted pictures.
        critic: the critic's eyes.
        judge: the judge.
        labels: painted pictures with what a person saw; may be empty.
        count: prompts a kind of which the first picture is looked at by both.
        scenes: renders, and as many painted-over ones.
    """
    figures: dict[str, Estimate] = {}
    tables: dict[str, Rows] = {}
    sets = [("renders", "Renders", rendered(scenes, painted=False), tuple(OBJECTS)), ("over", "Painted over", rendered(scenes, painted=True), names)]
    if labels:
        sets.append(("labelled", "Painted, labelled by looking", labelled(labels), names))
        figures["labelled.recognised"] = bootstrap([float(bool(one.sight.things)) for one in labels])
    for name, title, cases, nouns in sets:
        found, tables[f"{title} ({len(cases)} pictures)"] = compared(name, cases, nouns, critic, judge)
        figures |= found
    rows: Rows = [["kind of prompt", "critic: fulfilled", "judge: fulfilled", "agree"]]
    for kind, prompts in asked(names, count, 1).items():
        images = gallery.pictures([(task.prompt, own[0]) for task, own in prompts])
        facts = [task.facts for task, _ in prompts]
        ours, theirs = ([float(all(holds(f, s) for f in fs)) for fs, s in zip(facts, eyes(images), strict=True)] for eyes in (critic, judge))
        same = bootstrap([float(a == b) for a, b in zip(ours, theirs, strict=True)])
        figures[f"agree.{kind}"] = same
        rows.append([kind, f"{np.mean(ours):.2f}", f"{np.mean(theirs):.2f}", str(same)])
    tables["Painted pictures of the prompts, one a prompt"] = rows
    made: dict[str, str | int | float] = {"scenes": scenes, "prompts a kind": count, "labelled pictures": len(labels)}
    if labels:
        made["share of these with a thing that could be named"] = round(figures["labelled.recognised"].value, 3)
    return Part(made, kept(figures), tables)
