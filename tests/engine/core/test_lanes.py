"""Lanes, branches and their weights."""

import pytest
import torch

from pentimento.engine.branch import Branch, Branches, Lanes
from pentimento.engine.errors import TechniqueMisuse


def lane(*branches: Branch) -> Branches:
    return Branches("here", branches)


def test_branches_know_their_lane():
    assert lane(Branch("positive"))["positive"].row == ("here", "positive")


def test_one_branch_takes_the_rest():
    lane(Branch("a", weight=7.0), Branch("b", weight=-2.0), Branch("c")).checked()
    with pytest.raises(TechniqueMisuse, match="take the rest"):
        lane(Branch("a"), Branch("b")).checked()


@pytest.mark.parametrize("weight", [0.4, torch.full((4, 4), 0.4)])
def test_weights_without_a_rest_sum_to_one(weight):
    lane(Branch("a", weight=0.6), Branch("b", weight=weight)).checked()
    with pytest.raises(TechniqueMisuse, match="sum to"):
        lane(Branch("a", weight=0.7), Branch("b", weight=weight)).checked()


def test_names_are_unique_and_unknown_names_are_told():
    with pytest.raises(TechniqueMisuse, match="two branches"):
        lane(Branch("a"), Branch("a"))
    with pytest.raises(TechniqueMisuse, match="no branch 'b'"):
        lane(Branch("a")).weighted("b", 1.0)


def test_only_gives_the_whole_weight():
    lanes = Lanes((lane(Branch("a", weight=3.0), Branch("b")), Branches("there", (Branch("a", weight=2.0), Branch("b")))))
    assert list(lanes.rows) == [("here", "a"), ("here", "b"), ("there", "a"), ("there", "b")]
    only = lanes.only("a")
    assert list(only.rows) == [("here", "a"), ("there", "a")]
    assert all(branch.weight is None for branches in only for branch in branches)
    assert lanes.pick(["there"]).names == ("there",)
    assert lanes.index("there") == 1
    with pytest.raises(TechniqueMisuse, match="no lane 'nowhere'"):
        lanes["nowhere"]


def test_channels_are_appended_in_order():
    branch = Branch("a").with_channels(torch.ones(1, 2, 2)).with_channels(torch.zeros(4, 2, 2))
    assert branch.channels.shape == (5, 2, 2) and branch.channels[0].all() and not branch.channels[1:].any()
