"""Intervals cover, and paired tests see what is there and nothing else."""

import numpy as np
import pytest

from pentimento.engine.intervals import bootstrap, mcnemar, median_ratio, paired, ratio


def test_the_bootstrap_covers_the_mean() -> None:
    rng = np.random.default_rng(0)
    hits = 0
    for trial in range(100):
        found = bootstrap(rng.normal(2, 1, 60), seed=trial, draws=400)
        hits += found.low <= 2 <= found.high
    assert 86 <= hits <= 100


def test_pairing_removes_what_both_share() -> None:
    rng = np.random.default_rng(1)
    shared = rng.normal(0, 10, 50)
    found = paired(shared + 0.5 + rng.normal(0, 0.1, 50), shared)
    assert found.low > 0.4 and found.high < 0.6


def test_mcnemar_is_exact() -> None:
    assert mcnemar([True] * 5, [False] * 5) == pytest.approx(2 / 32)
    assert mcnemar([True, False], [True, False]) == 1.0


def test_ratio_of_equal_times_is_one() -> None:
    found = median_ratio([1.0, 2.0, 3.0], [1.0, 2.0, 3.0])
    assert found.value == found.low == found.high == 1.0


def test_no_values_is_an_error() -> None:
    with pytest.raises(ValueError, match="at least one"):
        bootstrap([])


def test_a_ratio_of_sums_weighs_units_by_their_wholes_and_leaves_empty_ones_out() -> None:
    found = ratio([1, 0, 0, 0], [1, 3, 0, 0])
    assert found.value == 0.25 and found.count == 2
    assert found.low <= 0.25 <= found.high
    with pytest.raises(ValueError, match="whole"):
        ratio([0.0], [0.0])
