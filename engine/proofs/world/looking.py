"""The eyes: the critic's three models and the judge on held-out pictures, confusions of colours, and how far a "yes" can be believed."""

from collections.abc import Iterator, Sequence

import numpy as np

from ...intervals import Estimate, ratio
from ...judging import Judge, JudgeDetector
from ...perception.claims import broken, claim
from ...perception.detector import Detector, iou
from ...perception.eyes import Eyes
from ...perception.measure import LEAST, Exhibit, detector_estimates, held_out, measure_eyes, segmenter_samples
from ...perception.scorer import Scorer
from ...perception.segmenter import Segmenter
from ...world import COLOURS
from .record import Part, Rows, kept

SEED = 5_400_029
BINS = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0)


def measure_looking(eyes: Eyes, judge: Judge, *, scenes: int, seed: int = SEED) -> Part:
    """Both sets of eyes on the same pictures, by the same code.

    Args:
        eyes: the critic's.
        judge: the judge.
        scenes: held-out scenes of each kind of picture.
        seed: of the scenes.
    """
    figures = measure_eyes(eyes, count=scenes, seed=seed) | detector_estimates(JudgeDetector(judge), "judge", count=scenes, seed=seed)
    exhibits = held_out(scenes, seed=seed)
    tables: dict[str, Rows] = {}
    for name, detector in (("detector", eyes.detector), ("judge", JudgeDetector(judge))):
        figures[f"{name}.fires_on_other_colour"], rows = confusion(detector, exhibits)
        tables[f"What the {name} calls a found thing (columns) of a colour (rows)"] = rows
    figures["scorer.calibration_error"], tables["How often what the scorer believes is so"] = calibration(eyes.scorer, exhibits, seed)
    tables["How well the segmenter outlines each thing, by its box / by a point in it"] = outlined(eyes.segmenter, scenes, seed)
    levels = {"detector": getattr(eyes.detector, "threshold", LEAST), "judge, there": judge.exists, "judge, counted": judge.counts}
    return Part({"scenes": scenes, "seed": seed, **{f"threshold ({n})": v for n, v in levels.items()}}, kept(figures), tables)


def confusion(detector: Detector, exhibits: Sequence[Exhibit]) -> tuple[Estimate, Rows]:
    """How often a coloured phrase fires on a thing of another colour, and which colour is taken for which."""
    words = list(COLOURS)
    counts = np.zeros((len(words), len(words)), int)
    level = getattr(detector, "threshold", 0.3)
    fired, asked = [], []
    for exhibit in exhibits:
        wrong = total = 0
        for thing in exhibit.scene.things:
            if thing.colour is None:
                continue
            near = [d for d in detector.detect(exhibit.image, [f"{c} {thing.name}" for c in words], LEAST) if iou(d.box, thing.box) >= 0.5]
            total += len(words) - 1
            wrong += len({d.phrase for d in near if d.score >= level} - {f"{thing.colour} {thing.name}"})
            if near:
                best = max(near, key=lambda d: d.score).phrase.split()[0]
                counts[words.index(thing.colour), words.index(best)] += 1
        fired.append(wrong)
        asked.append(total)
    rows = [["", *words], *([word, *(str(n) if n else "·" for n in row)] for word, row in zip(words, counts, strict=True))]
    return ratio(fired, asked), rows


def outlined(segmenter: Segmenter, scenes: int, seed: int) -> Rows:
    """Mean IoU by thing, in renders as they are and after the autoencoder's round trip, the worst first; and of all but the worst."""
    rendered, mended = (segmenter_samples(segmenter, count=scenes, seed=seed, mended=way) for way in (False, True))
    by_thing = {name: [(o, m) for o, m in zip(rendered, mended, strict=True) if o.name == name] for name in {o.name for o in rendered}}
    order = sorted(by_thing, key=lambda name: np.mean([m.by_box for _, m in by_thing[name]]))
    rest = [pair for name in order[1:] for pair in by_thing[name]]
    rows: Rows = [["thing", "n", "as rendered", "after the round trip"]]
    for name, pairs in [*((name, by_thing[name]) for name in order), (f"all but {order[0]}", rest)]:
        cells = (f"{np.mean([p[i].by_box for p in pairs]):.2f} / {np.mean([p[i].by_point for p in pairs]):.2f}" for i in (0, 1))
        rows.append([name, str(len(pairs)), *cells])
    return rows


def calibration(scorer: Scorer, exhibits: Sequence[Exhibit], seed: int) -> tuple[Estimate, Rows]:
    """Expected calibration error of single checks, true and broken sentences in equal numbers, and the curve behind it.

    Source: Naeini et al. 2015 (AAAI), with bins that are narrow at the ends, where decisions are made.
    """
    rng = np.random.default_rng(seed + 3)
    believed, so, of = [], [], []
    for index, exhibit in enumerate(exhibits):
        true = claim(exhibit.scene, rng)
        false = broken(true, rng)
        if false is not None:
            believed += [scorer.yes(exhibit.image, true.text), scorer.yes(exhibit.image, false.text)]
            so += [1.0, 0.0]
            of += [index, index]
    share, truth, picture = np.asarray(believed), np.asarray(so), np.asarray(of)
    rows: Rows = [["believed", "sentences", "mean belief", "so"]]
    for low, high, mine in _bins(share):
        rows.append([f"{low:g} – {high:g}", str(mine.sum()), f"{share[mine].mean():.2f}", f"{truth[mine].mean():.2f}"])
    pictures = np.unique(picture)
    draws = []
    for _ in range(500):
        drawn = np.concatenate([np.flatnonzero(picture == p) for p in rng.choice(pictures, len(pictures))])
        draws.append(_gap(share[drawn], truth[drawn]))
    low, high = np.quantile(draws, (0.025, 0.975))
    return Estimate(_gap(share, truth), float(low), float(high), len(pictures)), rows


def _bins(share: np.ndarray) -> Iterator[tuple[float, float, np.ndarray]]:
    """Ends and members of each bin that is not empty."""
    number = np.digitize(share, BINS[1:-1])
    for index, (low, high) in enumerate(zip(BINS[:-1], BINS[1:], strict=True)):
        if (number == index).any():
            yield low, high, number == index


def _gap(share: np.ndarray, truth: np.ndarray) -> float:
    """Mean distance of belief and truth, bin by bin."""
    return float(sum(mine.mean() * abs(share[mine].mean() - truth[mine].mean()) for _, _, mine in _bins(share)))
