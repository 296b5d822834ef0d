"""Held-out figures of the eyes: on pictures that no training saw, after the autoencoder's round trip.

The figures judge the eyes, not the painter: the pictures are renders, so the truth is exact.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image

from ..intervals import Estimate, bootstrap
from ..world import BACKGROUNDS, COLOURS, OBJECTS, Scene, canonical_caption, render, sample_scene
from ..world.vocabulary import NATURAL
from .claims import Claim, broken, claim, related
from .colours import name_colour
from .detector import Box, Detection, Detector, iou
from .eyes import Eyes
from .scorer import Scorer
from .segmenter import Segmenter

SEED = 5_000_011
LEAST = 0.05  # detections below it cannot change a figure


@dataclass(frozen=True)
class Exhibit:
    """A held-out picture with its truth.

    Attributes:
        scene: what it shows.
        image: 64 pixels a side.
        masks: visible pixels of each thing.
    """

    scene: Scene
    image: Image.Image
    masks: tuple[np.ndarray, ...]


@lru_cache(maxsize=8)
def held_out(count: int, *, seed: int = SEED, mended: bool = True, painted: bool = False, kind: str | None = None) -> tuple[Exhibit, ...]:
    """Pictures that training never draws.

    Args:
        count: how many.
        seed: of the draw.
        mended: whether the pictures pass through the embedded autoencoder, as painted ones do.
        painted: whether the embedded painter paints them over instead; they show only what it was taught.
        kind: of scene, as `sample_scene` has it; mixed when None.
    """
    from ..training.pictures import round_trip
    from ..training.repainting import paintable, repainted

    rng = np.random.default_rng(seed)
    scenes = [sample_scene(rng, names=paintable() if painted else None, kind=kind, mix=(0.35, 0.25, 0.1, 0.3, 0.0)) for _ in range(count)]
    drawn = [render(scene) for scene in scenes]
    pixels = [d.pixels for d in drawn]
    if painted:
        pixels = [p for at in range(0, count, 16) for p in repainted(np.stack(pixels[at : at + 16]), scenes[at : at + 16], rng)]
    elif mended:
        pixels = [back for at in range(0, count, 32) for back in round_trip(np.stack(pixels[at : at + 32]), rng)]
    return tuple(Exhibit(s, Image.fromarray(p), d.masks) for s, p, d in zip(scenes, pixels, drawn, strict=True))


def average_precision(found: list[tuple[float, bool]], wanted: int) -> float:
    """Area under the precision-recall curve (all points)."""
    if not wanted:
        return float("nan")
    ranked = sorted(found, key=lambda pair: -pair[0])
    hits = np.cumsum([right for _, right in ranked]) if ranked else np.zeros(0)
    precision = hits / np.arange(1, len(hits) + 1)
    recall = hits / wanted
    best = np.maximum.accumulate(precision[::-1])[::-1]
    return float(np.sum(np.diff(np.concatenate([[0], recall])) * best))


def matched(detections: list[Detection], boxes: list[Box]) -> list[tuple[float, bool]]:
    """Score of each detection and whether it found a box that no better one had found (IoU ≥ 0.5)."""
    free = list(boxes)
    out = []
    for one in sorted(detections, key=lambda d: -d.score):
        best = max(free, key=lambda b: iou(one.box, b), default=None)
        right = best is not None and iou(one.box, best) >= 0.5
        if best is not None and right:
            free.remove(best)
        out.append((one.score, right))
    return out


@dataclass(frozen=True)
class Looked:
    """What the detector did with one picture.

    Attributes:
        nouns: detections of bare nouns, each with whether it was right.
        coloured: the same of colour + noun.
        wanted: things there.
        wanted_coloured: coloured things there.
        confused: of each coloured thing that was found, whether another colour's phrase scored higher.
        counts: of each noun, how many things there are and the scores of its detections.
    """

    nouns: list[tuple[float, bool]]
    coloured: list[tuple[float, bool]]
    wanted: int
    wanted_coloured: int
    confused: list[bool]
    counts: list[tuple[int, list[float]]]


def look(detector: Detector, exhibit: Exhibit) -> Looked:
    """Asks for all nouns, then for the colourable ones that are there in every colour: confusing those is what matters."""
    things = exhibit.scene.things
    found = detector.detect(exhibit.image, list(OBJECTS), LEAST)
    nouns: list[tuple[float, bool]] = []
    counts = []
    for noun in OBJECTS:
        mine = [d for d in found if d.phrase == noun]
        boxes = [t.box for t in things if t.name == noun]
        nouns += matched(mine, boxes)
        counts.append((len(boxes), [d.score for d in mine]))
    here = {t.name for t in things if OBJECTS[t.name].colourable}
    found = detector.detect(exhibit.image, [f"{c} {n}" for n in here for c in COLOURS], LEAST)
    coloured: list[tuple[float, bool]] = []
    for noun in here:
        for colour in COLOURS:
            if NATURAL.get(noun) == colour and any(t.name == noun and t.colour is None for t in things):
                continue
            mine = [d for d in found if d.phrase == f"{colour} {noun}"]
            coloured += matched(mine, [t.box for t in things if t.name == noun and t.colour == colour])
    confused = []
    for thing in things:
        near = [d for d in found if d.phrase.endswith(thing.name) and iou(d.box, thing.box) >= 0.5]
        if thing.colour and near:
            confused.append(max(near, key=lambda d: d.score).phrase != f"{thing.colour} {thing.name}")
    return Looked(nouns, coloured, len(things), sum(t.colour is not None for t in things), confused, counts)


def f1(found: list[tuple[float, bool]], wanted: int, threshold: float) -> float:
    """Harmonic mean of precision and recall above a threshold."""
    kept = [right for score, right in found if score > threshold]
    return 2 * sum(kept) / max(len(kept) + wanted, 1)


def _summary(looked: list[Looked], threshold: float | None = None) -> dict[str, float]:
    nouns = [pair for one in looked for pair in one.nouns]
    coloured = [pair for one in looked for pair in one.coloured]
    wanted, wanted_coloured = sum(one.wanted for one in looked), sum(one.wanted_coloured for one in looked)
    if threshold is None:
        grid = [float(t) for t in np.arange(0.1, 0.9, 0.02)]
        threshold = max(grid, key=lambda t: f1(nouns, wanted, t) + f1(coloured, wanted_coloured, t))
    level = threshold
    confused = [wrong for one in looked for wrong in one.confused]
    exact = [sum(s > level for s in scores) == number for one in looked for number, scores in one.counts if number]
    absent = [any(s > level for s in scores) for one in looked for number, scores in one.counts if not number]
    return {
        "ap50": average_precision(nouns, wanted),
        "ap50_coloured": average_precision(coloured, wanted_coloured),
        "f1": f1(nouns, wanted, level),
        "f1_coloured": f1(coloured, wanted_coloured, level),
        "count_exact": float(np.mean(exact)),
        "false_alarm": float(np.mean(absent)),
        "wrong_colour": float(np.mean(confused)) if confused else float("nan"),
        "threshold": round(level, 2),
    }


def detector_figures(detector: Detector, *, count: int = 200, seed: int = SEED, painted: bool = False) -> dict[str, float]:
    """Finding, colours and counting.

    Args:
        detector: what is measured.
        count: scenes.
        seed: of the scenes.
        painted: see `held_out`.

    Returns:
        ap50 and f1 of nouns and, `_coloured`, of colour + noun; count_exact, the share of nouns in a picture that are counted
        right; false_alarm, the share of absent nouns that are seen; wrong_colour, the share of found coloured things on which
        another colour scores higher; threshold, where both F1 together are best and at which the shares are taken.
    """
    return _summary([look(detector, e) for e in held_out(count, seed=seed, painted=painted)])


@dataclass(frozen=True)
class Outline:
    """How well a thing was outlined: IoU of the mask prompted by its true box, and of the one by a point inside."""

    name: str
    by_box: float
    by_point: float


def segmenter_samples(segmenter: Segmenter, *, count: int, seed: int = SEED, mended: bool = True) -> list[Outline]:
    """Every thing that can be seen, outlined; in renders as they are where they are not `mended`."""
    rng = np.random.default_rng(seed + 1)
    found = []
    for exhibit in held_out(count, seed=seed, mended=mended):
        for thing, mask in zip(exhibit.scene.things, exhibit.masks, strict=True):
            ys, xs = np.nonzero(mask)
            if not len(xs):
                continue
            pick = int(rng.integers(len(xs)))
            point = ((xs[pick] + 0.5) / 64, (ys[pick] + 0.5) / 64)
            boxed, pointed = segmenter.segment(exhibit.image, boxes=[thing.box], points=[point])
            by_box, by_point = (float((said & mask).sum() / (said | mask).sum()) for said in (boxed, pointed))
            found.append(Outline(thing.name, by_box, by_point))
    return found


def segmenter_figures(segmenter: Segmenter, *, count: int = 100, seed: int = SEED) -> dict[str, float]:
    """Mean IoU of masks prompted by the true box and by a point inside.

    Args:
        segmenter: what is measured.
        count: scenes.
        seed: of the scenes.
    """
    found = segmenter_samples(segmenter, count=count, seed=seed)
    return {"iou_box": float(np.mean([o.by_box for o in found])), "iou_point": float(np.mean([o.by_point for o in found]))}


def _pairs(count: int, seed: int, how: str | None = None) -> Iterator[tuple[Exhibit, Claim, Claim]]:
    """True and broken sentences about held-out pictures; facts about two things are broken in pictures of two."""
    rng = np.random.default_rng(seed + 2)
    for exhibit in held_out(count, seed=seed, kind="pair" if how in ("relation", "swap") else None):
        scene = related(exhibit.scene, rng) if how == "relation" else exhibit.scene
        true = Claim(scene, "whole", int(rng.integers(2**31))) if how else claim(scene, rng)
        false = broken(true, rng, how)
        if false is not None:
            yield exhibit, true, false


def fit_yes(scorer: Scorer, *, count: int = 200, seed: int = SEED + 77) -> tuple[float, float]:
    """Fits the logistic calibration of single checks (Platt 1999) on true and broken sentences.

    Args:
        scorer: its raw logits are used.
        count: scenes, other than those that are measured on.
        seed: of the scenes.

    Returns:
        slope per logit, and offset.
    """
    from scipy.optimize import minimize

    logits, truths = [], []
    for exhibit, true, false in _pairs(count, seed):
        logits += scorer.score(exhibit.image, [true.text, false.text])
        truths += [1.0, 0.0]
    x, y = np.asarray(logits), np.asarray(truths)
    middle, spread = x.mean(), x.std() + 1e-6

    def cost(parameters: np.ndarray) -> float:
        z = parameters[0] * (x - middle) / spread + parameters[1]
        return float(np.mean(np.logaddexp(0, z) - y * z))

    found = minimize(cost, np.asarray([1.0, 0.0])).x
    return float(found[0] / spread), float(found[1] - found[0] * middle / spread)


def scorer_samples(scorer: Scorer, *, count: int, seed: int = SEED) -> dict[str, list[float]]:
    """One value a picture for each of the scorer's figures; see `scorer_figures`."""
    values: dict[str, list[float]] = {"binding": [], "brier": []}
    for exhibit, true, false in _pairs(count, seed):
        values["binding"].append(float(np.diff(scorer.score(exhibit.image, [false.text, true.text]))[0] > 0))
        values["brier"].append((scorer.yes(exhibit.image, true.text) - 1) ** 2 / 2 + scorer.yes(exhibit.image, false.text) ** 2 / 2)
    for how in ("colour", "noun", "count", "relation", "swap"):
        scores = [scorer.score(e.image, [false.text, true.text]) for e, true, false in _pairs(count, seed + 7, how)]
        values[f"binding_{how}"] = [float(pair[1] > pair[0]) for pair in scores]
    places = [f"a photo {where}" for where in BACKGROUNDS.values()]
    exhibits = held_out(count, seed=seed)
    values["background"] = [float(list(BACKGROUNDS)[int(np.argmax(scorer.score(e.image, places)))] == e.scene.background) for e in exhibits]
    distinct = {canonical_caption(e.scene): e.image for e in exhibits}
    texts = list(distinct)[:100]
    logits = np.stack([scorer.score(distinct[text], texts) for text in texts])  # (pictures, sentences)
    for name, best in (("recall", logits.argmax(0)), ("recall_of_text", logits.argmax(1))):
        values[name] = [float(found == index) for index, found in enumerate(best)]
    return values


def scorer_figures(scorer: Scorer, *, count: int = 200, seed: int = SEED) -> dict[str, float]:
    """How well words are told apart.

    Args:
        scorer: what is measured.
        count: scenes.
        seed: of the scenes.

    Returns:
        binding, the share of pictures whose true sentence beats the same with one fact broken (chance 0.5), and the same by the
        kind of fact; brier, the squared error of `yes`; background, the share named right among eleven; recall, the share of
        captions whose picture is the best of a hundred; recall_of_text, the share of pictures whose caption is.
    """
    return {name: float(np.mean(values)) for name, values in scorer_samples(scorer, count=count, seed=seed).items() if values}


def colour_samples(namer: Callable[[Image.Image, np.ndarray], tuple[str, float]] = name_colour, *, count: int, seed: int = SEED) -> list[float]:
    """Whether the colour of each coloured thing is named right, given its true mask."""
    named = []
    for exhibit in held_out(count, seed=seed):
        for thing, mask in zip(exhibit.scene.things, exhibit.masks, strict=True):
            if thing.colour and mask.any():
                named.append(float(namer(exhibit.image, mask)[0] == thing.colour))
    return named


def detector_estimates(detector: Detector, name: str, *, count: int, seed: int) -> dict[str, Estimate]:
    """Figures of a detector at its own threshold, on renders (`name.`) and on painted-over renders (`name_painted.`), bootstrapped over pictures."""
    level = getattr(detector, "threshold", 0.3)
    figures = {}
    for prefix, painted in ((name, False), (f"{name}_painted", True)):
        looked = [look(detector, e) for e in held_out(count, seed=seed, painted=painted)]
        point = _summary(looked, level)
        rng = np.random.default_rng(seed)
        draws = [_summary([looked[i] for i in rng.integers(count, size=count)], level) for _ in range(300)]
        for key, value in point.items():
            if key != "threshold":
                low, high = np.nanquantile([draw[key] for draw in draws], (0.025, 0.975))
                figures[f"{prefix}.{key}"] = Estimate(value, float(low), float(high), count)
    return figures


def measure_eyes(eyes: Eyes, *, count: int = 200, seed: int = SEED + 1_000) -> dict[str, Estimate]:
    """All figures of a set of eyes with sample sizes and 95 % intervals.

    The scenes are other than those that calibrated thresholds; intervals are bootstrapped over pictures (the segmenter's and the
    colours' over things).

    Args:
        eyes: what is measured.
        count: scenes.
        seed: of the scenes.
    """
    figures = detector_estimates(eyes.detector, "detector", count=count, seed=seed)
    for name, mended in (("segmenter", True), ("segmenter_rendered", False)):
        found = segmenter_samples(eyes.segmenter, count=min(count, 100), seed=seed, mended=mended)
        figures |= {f"{name}.iou_box": bootstrap([o.by_box for o in found]), f"{name}.iou_point": bootstrap([o.by_point for o in found])}
    figures |= {f"scorer.{n}": bootstrap(v) for n, v in scorer_samples(eyes.scorer, count=count, seed=seed).items() if v}
    figures["colours.named"] = bootstrap(colour_samples(count=count, seed=seed))
    return figures


def main(arguments: Sequence[str] = ()) -> int:
    """`pentimento bench eyes`: measures the shipped eyes; a table, or one JSON object.

    Args:
        arguments: `--json`, `--count N` scenes, `--seed S`, `--detector FOLDER` for other weights.
    """
    import argparse
    import json
    from dataclasses import asdict, replace
    from pathlib import Path

    from .detector import EmbeddedDetector
    from .eyes import embedded_eyes

    parser = argparse.ArgumentParser(prog="pentimento bench eyes", description="Held-out figures of the embedded eyes.")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--count", type=int, default=200, help="scenes")
    parser.add_argument("--seed", type=int, default=SEED + 1_000)
    parser.add_argument("--detector", type=Path, help="a folder with another detector's weights, to compare")
    given = parser.parse_args(list(arguments))
    eyes = embedded_eyes()
    if given.detector is not None:
        eyes = replace(eyes, detector=EmbeddedDetector.load(given.detector))
    figures = measure_eyes(eyes, count=given.count, seed=given.seed)
    if given.json:
        print(json.dumps({"seed": given.seed, "scenes": given.count, "figures": {n: asdict(e) for n, e in figures.items()}}))
        return 0
    print(f"{given.count} scenes from seed {given.seed}, after the autoencoder's round trip (`painted`: painted over); 95 % bootstrap intervals\n")
    print("| figure | value | 95 % interval | n |\n|---|---|---|---|")
    for name, figure in figures.items():
        print(f"| {name} | {figure.value:.3f} | {figure.low:.3f} – {figure.high:.3f} | {figure.count} |")
    return 0
