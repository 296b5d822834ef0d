"""ControlNet and T2I-Adapter: painted pictures follow the map that they were given, whatever its kind.

The condition is extracted again from what was painted: edges and scribbles by the same rules, outlines of things (for segments and
depth) by eyes and the segmenter.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from PIL import Image
from scipy.stats import spearmanr

from ..backbones.sides import load_control_net, load_t2i_adapter
from ..intervals import median_ratio
from ..perception.agreement import edge_f1
from ..perception.annotators import canny, scribble
from ..technique import Technique
from ..techniques.control.control_net import ControlNet
from ..techniques.control.hints import KINDS, Hint, Kind
from ..techniques.control.t2i_adapter import WORDS_LAST, T2IAdapter
from ..training.hinted import hint_of
from ..training.stage import EMBEDDED
from ..world.captions import NO_WORDS
from .arms import Arms, ModuleBench, Proof, arms, guarded, proof
from .truths import Truths, outlined, outlines_followed, placed, rated, truths

# Fixed before any figure was seen, from the notes on the papers.
NEEDED = {"ControlNet": 0.5, "T2IAdapter": 0.4}  # share of the gap
PRESENCE = 0.03  # most that presence may fall
WORDLESS = 0.8  # share of the score that is left without a caption: the map carries the layout, not the words
SCALES = (0.25, 0.5, 0.75)  # between plain and full strength the score must rise
RISING = 0.9  # least rank correlation of score and scale
SLOWER = 1.03  # most that the adapter may cost
TIMED = 5  # pairs of runs
TOGETHER: tuple[Kind, Kind] = ("edge", "segmentation")
COMPOSED = 0.85  # share of the score of each of two maps alone that is left with both

Steer = Callable[[dict[str, Hint], float], Technique]


def prove_control_net(bench: ModuleBench) -> Iterable[Proof]:
    """One network for all kinds of map."""
    network = load_control_net(EMBEDDED / "control", device=bench.model.device)
    return prove_control(bench, "arXiv:2302.05543", lambda hints, scale: ControlNet(network, hints, strength=scale))


def prove_adapter(bench: ModuleBench) -> Iterable[Proof]:
    """One pyramid for all kinds of map, which costs next to nothing a step."""
    network = load_t2i_adapter(EMBEDDED / "adapter", device=bench.model.device)
    steer: Steer = lambda hints, scale: T2IAdapter(network, hints, strength=scale, window=WORDS_LAST)  # noqa: E731
    cost, left = slowdown(bench, steer), composed(bench, steer)
    both = ", ".join(f"{claim} {share:.2f}" for claim, share in left.items())
    for one in prove_control(bench, "arXiv:2302.08453", steer):
        one = replace(one, guard=f"{one.guard}; time against plain {cost}; left with edges and segments together: {both} ({COMPOSED} is needed)")
        yield guarded(one, cost.low <= SLOWER and min(left.values()) >= COMPOSED)


def prove_control(bench: ModuleBench, source: str, steer: Steer) -> Iterable[Proof]:
    """Every kind of map on the same scenes.

    Args:
        bench: paints and looks.
        source: the paper.
        steer: gives the technique for hints by lane and a strength.
    """
    truth = truths(bench)
    plain = bench.paint(truth.prompts)
    kind_of = type(steer({}, 1.0))
    for kind in KINDS:
        hints = [hint_of([kind], scene, drawn) for scene, drawn in zip(truth.scenes, truth.drawn, strict=True)]
        others = hints[1:] + hints[:1]

        def by(mine: list[Hint], part: slice, scale: float = 1.0) -> Technique:
            return steer({str(i): hint for i, hint in enumerate(mine[part])}, scale)

        if kind == KINDS[0]:
            bench.check_zero(truth.prompts, partial(by, hints))
        pictures = {
            "plain": plain,
            "method": bench.paint(truth.prompts, partial(by, hints)),
            "shuffled": bench.paint(truth.prompts, partial(by, others)),
            "oracle": list(truth.oracle),
        }
        wordless = bench.paint([NO_WORDS] * bench.units, partial(by, hints), guidance=1.0)
        between = [bench.paint(truth.prompts, partial(by, hints, scale=scale)) for scale in SCALES]
        for claim, eyes, rate in scores(kind, truth, bench):
            values: Arms = arms()
            for arm, painted in pictures.items():
                values[arm] = rated(painted, rate)
            borrowed = rated(pictures["shuffled"], lambda image, i, rate=rate: rate(image, (i + 1) % bench.units))  # type: ignore[misc]
            steps = [float(np.mean(each)) for each in (values["plain"], *(rated(p, rate) for p in between), values["method"])]
            rising = round(float(spearmanr(range(len(steps)), steps).statistic), 6) if len(set(steps)) > 1 else 0.0  # .9 is 0.8999…
            alone = left_without_words(kind, rate, pictures, wordless, truth)
            kept, said = unharmed(pictures, truth, bench, borrowed, alone, rising)
            one = proof(kind_of, source, claim, eyes, values, needed=NEEDED[kind_of.__name__], guard=said)
            yield guarded(one, kept)


def scores(kind: Kind, truth: Truths, bench: ModuleBench) -> list[tuple[str, str, Callable[[Image.Image, int], float]]]:
    """What is compared with the map: (claim, who looks, score of a picture against the truth of a unit)."""
    if kind in ("edge", "scribble"):
        lines: Callable[[Image.Image], Image.Image] = canny if kind == "edge" else scribble
        wanted = [lines(drawn.image) for drawn in truth.drawn]
        return [(f"F1 of {kind} pixels within 2 pixels", "rule", lambda image, i: edge_f1(lines(image), wanted[i]))]

    def outlines(image: Image.Image, i: int, eyes: Any) -> float:
        return outlined(image, truth.scenes[i], truth.drawn[i], eyes)

    return [(f"mean IoU of things' outlines from {kind}", name, partial(outlines, eyes=eyes)) for name, eyes in bench.eyes.items()]


def left_without_words(
    kind: Kind, rate: Callable[[Image.Image, int], float], pictures: dict[str, list[Image.Image]], wordless: list[Image.Image], truth: Truths
) -> float:
    """Share of the score that is left without a caption.

    Outlines are then looked for where things should be, whatever stands there, and what plain sampling has there is taken off: a
    segmenter that is shown a box always finds something in it.
    """
    if kind in ("edge", "scribble"):
        return float(np.mean(rated(wordless, rate))) / max(float(np.mean(rated(pictures["method"], rate))), 1e-9)

    def followed(painted: list[Image.Image]) -> float:
        return float(np.mean(rated(painted, lambda image, i: outlines_followed(image, truth.scenes[i], truth.drawn[i]))))

    plain = followed(pictures["plain"])
    return (followed(wordless) - plain) / max(followed(pictures["method"]) - plain, 1e-9)


def unharmed(
    pictures: dict[str, list[Image.Image]], truth: Truths, bench: ModuleBench, borrowed: Sequence[float], alone: float, rising: float
) -> tuple[bool, str]:
    """Whether nothing got worse, and in words and numbers what was looked at."""
    name, eyes = next(iter(bench.eyes.items()))
    there = {arm: float(np.mean(rated(pictures[arm], lambda image, i: placed(image, truth.scenes[i], eyes)[2]))) for arm in ("plain", "method")}
    kept = there["method"] >= there["plain"] - PRESENCE and alone >= WORDLESS and rising >= RISING
    said = f"things found by {name} {there['method']:.2f}, plain {there['plain']:.2f}; shuffled against the borrowed map {np.mean(borrowed):.2f}; "
    return kept, said + f"without words {alone:.2f} of it; rank correlation with the scale {rising:.2f}"


def composed(bench: ModuleBench, steer: Steer) -> dict[str, float]:
    """What is left of each map's score when two maps of a scene steer together: (claim, who looks) -> share of its score alone."""
    truth = truths(bench)

    def painted(kinds: Sequence[Kind]) -> list[Image.Image]:
        hints = [hint_of(kinds, scene, drawn) for scene, drawn in zip(truth.scenes, truth.drawn, strict=True)]
        return bench.paint(truth.prompts, lambda part: steer({str(i): hint for i, hint in enumerate(hints[part])}, 1.0))

    both, shares = painted(TOGETHER), dict[str, float]()
    for kind in TOGETHER:
        alone = painted([kind])
        for claim, eyes, rate in scores(kind, truth, bench):
            shares[f"{claim} [{eyes}]"] = float(np.mean(rated(both, rate))) / max(float(np.mean(rated(alone, rate))), 1e-9)
    return shares


def slowdown(bench: ModuleBench, steer: Steer) -> Any:
    """Process time of a run with the technique over that of a plain run, paired."""
    truth = truths(replace(bench, units=2))
    hints = [hint_of(["edge"], scene, drawn) for scene, drawn in zip(truth.scenes, truth.drawn, strict=True)]
    seconds: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(TIMED + 1):  # the first pair warms up
        for steered in (True, False):
            began = time.process_time()
            bench.paint(truth.prompts, (lambda part: steer({str(i): h for i, h in enumerate(hints[part])}, 1.0)) if steered else None)
            if turn:
                seconds[steered].append(time.process_time() - began)
    return median_ratio(seconds[True], seconds[False])
