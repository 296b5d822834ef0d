"""Held-out figures of the eyes: on renders that no training saw, after the autoencoder's round trip."""

from collections.abc import Iterator

import numpy as np
from PIL import Image

from ..world import BACKGROUNDS, COLOURS, OBJECTS, Scene, render, sample_scene
from ..world.vocabulary import NATURAL
from .detector import Detection, Detector, iou
from .scorer import Scorer
from .segmenter import Segmenter

SEED = 5_000_011


def held_out(count: int, *, seed: int = SEED, mended: bool = True) -> Iterator[tuple[Scene, Image.Image, tuple[np.ndarray, ...]]]:
    """Scenes, their pictures and masks that training seeds never draw.

    Args:
        count: how many.
        seed: of the draw.
        mended: whether the pictures pass through the embedded autoencoder.
    """
    from ..training.pictures import round_trip

    rng = np.random.default_rng(seed)
    for _ in range(count):
        scene = sample_scene(rng, mix=(0.35, 0.25, 0.1, 0.3, 0.0))
        drawn = render(scene)
        pixels = round_trip(drawn.pixels[None], rng)[0] if mended else drawn.pixels
        yield scene, Image.fromarray(pixels), drawn.masks


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


def _matched(detections: list[Detection], boxes: list[tuple[float, float, float, float]]) -> list[tuple[float, bool]]:
    free = list(boxes)
    out = []
    for one in sorted(detections, key=lambda d: -d.score):
        best = max(free, key=lambda b: iou(one.box, b), default=None)
        right = best is not None and iou(one.box, best) >= 0.5
        if right:
            free.remove(best)  # type: ignore[arg-type]
        out.append((one.score, right))
    return out


def detector_figures(detector: Detector, *, count: int = 200, seed: int = SEED) -> dict[str, float]:
    """AP50 of nouns and of colour + noun, best threshold, and how often a wrong colour fires.

    Args:
        detector: what is measured.
        count: scenes.
        seed: of the scenes.

    Returns:
        ap50, ap50_coloured, f1 and threshold (best F1 over nouns), wrong_colour (share of coloured objects on which some
        other colour's phrase scores highest).
    """
    nouns: list[tuple[float, bool]] = []
    coloured: list[tuple[float, bool]] = []
    wanted = wanted_coloured = mistaken = 0
    for scene, image, _ in held_out(count, seed=seed):
        for group in (nouns, coloured):
            phrases = list(OBJECTS)
            if group is coloured:
                # The same nouns in every colour: a wrong colour on the right object is the mistake that matters.
                phrases = [f"{c} {n}" for n in {t.name for t in scene.things if OBJECTS[t.name].colourable} for c in COLOURS]
            detections = detector.detect(image, phrases, threshold=0.05)
            for phrase in phrases:
                words = phrase.split()
                boxes = [t.box for t in scene.things if t.name == words[-1] and (len(words) == 1 or t.colour == words[0])]
                if len(words) == 2 and NATURAL.get(words[1]) == words[0] and any(t.name == words[1] and not t.colour for t in scene.things):
                    continue
                group += _matched([d for d in detections if d.phrase == phrase], boxes)
                if group is nouns:
                    wanted += len(boxes)
                else:
                    wanted_coloured += len(boxes)
            if group is coloured:
                for thing in scene.things:
                    near = [d for d in detections if d.phrase.endswith(thing.name) and iou(d.box, thing.box) >= 0.5]
                    if thing.colour and near:
                        mistaken += max(near, key=lambda d: d.score).phrase != f"{thing.colour} {thing.name}"
    best = (0.0, 0.3)
    for threshold in np.arange(0.1, 0.75, 0.05):
        kept = [right for score, right in nouns if score > threshold]
        hits = sum(kept)
        f1 = 2 * hits / max(len(kept) + wanted, 1)
        best = max(best, (f1, float(threshold)))
    return {
        "ap50": average_precision(nouns, wanted),
        "ap50_coloured": average_precision(coloured, wanted_coloured),
        "f1": best[0],
        "threshold": round(best[1], 2),
        "wrong_colour": mistaken / max(wanted_coloured, 1),
    }


def segmenter_figures(segmenter: Segmenter, *, count: int = 100, seed: int = SEED) -> dict[str, float]:
    """Mean IoU of masks prompted by the true box and by a point inside.

    Args:
        segmenter: what is measured.
        count: scenes.
        seed: of the scenes.
    """
    rng = np.random.default_rng(seed + 1)
    by_box, by_point = [], []
    for scene, image, masks in held_out(count, seed=seed):
        for thing, mask in zip(scene.things, masks, strict=True):
            ys, xs = np.nonzero(mask)
            if not len(xs):
                continue
            pick = int(rng.integers(len(xs)))
            point = ((xs[pick] + 0.5) / 64, (ys[pick] + 0.5) / 64)
            boxed, pointed = segmenter.segment(image, boxes=[thing.box], points=[point])
            by_box.append((boxed & mask).sum() / (boxed | mask).sum())
            by_point.append((pointed & mask).sum() / max((pointed | mask).sum(), 1))
    return {"iou_box": float(np.mean(by_box)), "iou_point": float(np.mean(by_point))}


def _right_and_wrong(count: int, seed: int) -> Iterator[tuple[Scene, Image.Image, str, str]]:
    from ..training.scorer import corrupted, said

    rng = np.random.default_rng(seed + 2)
    for scene, image, _ in held_out(count, seed=seed):
        state = rng.bit_generator.state
        right = said(scene, rng)
        rng.bit_generator.state = state
        wrong = said(corrupted(scene, np.random.default_rng(int(rng.integers(2**31)))), rng)
        if right != wrong:
            yield scene, image, right, wrong


def fit_yes(scorer: Scorer, *, count: int = 200, seed: int = SEED + 77) -> tuple[float, float]:
    """Fits the logistic calibration of single checks (Platt 1999) on right and corrupted captions.

    Args:
        scorer: its raw logits are used.
        count: scenes, other than those that are measured on.
        seed: of the scenes.

    Returns:
        slope per logit, and offset.
    """
    from scipy.optimize import minimize

    logits, truths = [], []
    for _, image, right, wrong in _right_and_wrong(count, seed):
        logits += scorer.score(image, [right, wrong])
        truths += [1.0, 0.0]
    x, y = np.asarray(logits), np.asarray(truths)
    middle, spread = x.mean(), x.std() + 1e-6

    def cost(parameters: np.ndarray) -> float:
        z = parameters[0] * (x - middle) / spread + parameters[1]
        return float(np.mean(np.logaddexp(0, z) - y * z))

    found = minimize(cost, np.asarray([1.0, 0.0])).x
    return float(found[0] / spread), float(found[1] - found[0] * middle / spread)


def scorer_figures(scorer: Scorer, *, count: int = 200, seed: int = SEED) -> dict[str, float]:
    """Recall among 100 scenes, choice between a right and a corrupted caption, backgrounds, and calibration.

    Args:
        scorer: what is measured.
        count: scenes.
        seed: of the scenes.
    """
    from ..world import canonical_caption

    triples = list(_right_and_wrong(count, seed))
    binding = [np.argmax(scorer.score(image, [right, wrong])) == 0 for _, image, right, wrong in triples]
    places = [f"a photo {where}" for where in BACKGROUNDS.values()]
    background = [list(BACKGROUNDS)[int(np.argmax(scorer.score(image, places)))] == scene.background for scene, image, _, _ in triples]
    distinct = {canonical_caption(scene): image for scene, image, _, _ in triples}
    texts = list(distinct)[:100]
    recall = [int(np.argmax(scorer.score(distinct[text], texts))) == index for index, text in enumerate(texts)]
    sure = [(scorer.yes(image, right), 1.0) for _, image, right, _ in triples] + [(scorer.yes(image, wrong), 0.0) for _, image, _, wrong in triples]
    brier = np.mean([(p - t) ** 2 for p, t in sure])
    return {"binding": float(np.mean(binding)), "background": float(np.mean(background)), "recall": float(np.mean(recall)), "brier": float(brier)}
