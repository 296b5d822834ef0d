"""Intervals and paired tests: every figure that is claimed carries one of these."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

import numpy as np


@dataclass(frozen=True)
class Estimate:
    """A mean with its 95 % interval.

    Attributes:
        value: the mean.
        low: lower end.
        high: upper end.
        count: independent units that were drawn (prompts or scenes, not pictures).
    """

    value: float
    low: float
    high: float
    count: int

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}] (n={self.count})"


def bootstrap(values: Sequence[float] | np.ndarray, *, seed: int = 0, draws: int = 2_000) -> Estimate:
    """Percentile bootstrap of a mean.

    Args:
        values: one value an independent unit; pictures of the same prompt must be averaged before.
        seed: of the resampling.
        draws: resamples.

    Raises:
        ValueError: no values.
    """
    data = np.asarray(values, float)
    if data.size == 0:
        raise ValueError("an interval needs at least one value")
    rng = np.random.default_rng(seed)
    means = data[rng.integers(len(data), size=(draws, len(data)))].mean(1)
    low, high = np.quantile(means, (0.025, 0.975))
    return Estimate(float(data.mean()), float(low), float(high), len(data))


def paired(method: Sequence[float] | np.ndarray, plain: Sequence[float] | np.ndarray, *, seed: int = 0) -> Estimate:
    """Bootstrap of the mean difference of two runs over the same units."""
    return bootstrap(np.asarray(method, float) - np.asarray(plain, float), seed=seed)


def ratio(parts: Sequence[float] | np.ndarray, wholes: Sequence[float] | np.ndarray, *, seed: int = 0, draws: int = 2_000) -> Estimate:
    """Percentile bootstrap of a ratio of sums, such as precision: what was right in each picture over what was said of it.

    Args:
        parts: one value an independent unit.
        wholes: likewise; units without a whole count for nothing.
        seed: of the resampling.
        draws: resamples.

    Raises:
        ValueError: the wholes sum to nothing.
    """
    above, below = np.asarray(parts, float), np.asarray(wholes, float)
    if not below.sum():
        raise ValueError("a ratio needs a whole above nought")
    rows = np.random.default_rng(seed).integers(len(below), size=(draws, len(below)))
    sums = below[rows].sum(1)
    drawn = above[rows].sum(1)[sums > 0] / sums[sums > 0]
    low, high = np.quantile(drawn, (0.025, 0.975))
    return Estimate(float(above.sum() / below.sum()), float(low), float(high), int((below > 0).sum()))


def median_ratio(ours: Sequence[float], theirs: Sequence[float], *, seed: int = 0, draws: int = 2_000) -> Estimate:
    """Median of paired ratios with a bootstrap interval, for interleaved timings."""
    ratios = np.asarray(ours, float) / np.asarray(theirs, float)
    rng = np.random.default_rng(seed)
    medians = np.median(ratios[rng.integers(len(ratios), size=(draws, len(ratios)))], axis=1)
    low, high = np.quantile(medians, (0.025, 0.975))
    return Estimate(float(np.median(ratios)), float(low), float(high), len(ratios))


def mcnemar(method: Sequence[bool], plain: Sequence[bool]) -> float:
    """Exact two-sided McNemar p of paired successes.

    Source: McNemar 1947; p = 2·P(Bin(b + c, ½) ≥ max(b, c)) with b gained and c lost.
    """
    gained = sum(m and not p for m, p in zip(method, plain, strict=True))
    lost = sum(p and not m for m, p in zip(method, plain, strict=True))
    total, most = gained + lost, max(gained, lost)
    if total == 0:
        return 1.0
    return min(1.0, 2 * sum(comb(total, k) for k in range(most, total + 1)) / 2**total)
