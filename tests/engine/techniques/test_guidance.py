"""Classifier-free guidance and composition are sums of predictions."""

import pytest
import torch

from pentimento.engine import DDIM, Schedule, sample
from pentimento.engine.errors import BadInput
from pentimento.engine.technique import Run
from pentimento.engine.techniques import ClassifierFree, Composable, Concept

SHORT = Schedule(4)


def predicted(model, *techniques):
    """The prediction of one step."""
    steps = SHORT.plan(model.levels, DDIM())
    run = Run(model, {"0": "a cat"}, steps, torch.randn(1, 4, 16, 16, generator=torch.Generator().manual_seed(0)))
    run.techniques = tuple(technique.begin(run) for technique in techniques)
    return run.denoise(run.noise, steps[1])


@pytest.mark.parametrize("negative", [None, "a dog"])
def test_guidance_leads_away_from_the_negative(tiny_sd, negative):
    guided = predicted(tiny_sd, ClassifierFree(5.0, negative))
    positive, away = guided.branch("positive"), guided.branch("negative")
    assert torch.allclose(guided.x0, away + 5.0 * (positive - away), atol=1e-4)
    assert guided.lanes["0"]["negative"].prompt == negative


def test_strength_scales_the_guidance(tiny_sd):
    half, low = predicted(tiny_sd, ClassifierFree(5.0, strength=0.5)), predicted(tiny_sd, ClassifierFree(3.0))
    assert torch.allclose(half.x0, low.x0, atol=1e-6)


def test_scale_one_costs_nothing(tiny_sd):
    assert sample(tiny_sd, "a cat", schedule=SHORT, techniques=[ClassifierFree(1.0)]).cost.rows == 4


@pytest.mark.parametrize("guided_first", [True, False])
def test_and_not_join_guidance_in_either_order(tiny_sd, guided_first):
    where = torch.zeros(32, 32)
    where[:, 16:] = 1
    pair = [ClassifierFree(4.0), Composable((Concept("a dog", 2.0, where), Concept("red", -1.5)))]
    mixed = predicted(tiny_sd, *(pair if guided_first else pair[::-1]))
    rest, positive = mixed.branch("negative"), mixed.branch("positive")
    dog, red = mixed.branch("concept 0"), mixed.branch("concept 1")
    right = torch.zeros(16, 16)
    right[:, 8:] = 1
    assert torch.allclose(mixed.x0, rest + 4 * (positive - rest) + 2 * right * (dog - rest) - 1.5 * (red - rest), atol=1e-4)


def test_one_concept_of_weight_w_is_classifier_free_guidance(tiny_sd):
    """The prompt counts once, and the same words w - 1 times more."""
    a = sample(tiny_sd, "a cat", schedule=SHORT, techniques=[Composable((Concept("a cat", 3.0),))])
    b = sample(tiny_sd, "a cat", schedule=SHORT, techniques=[ClassifierFree(4.0)])
    assert torch.allclose(a.latents, b.latents, atol=1e-4)


def test_concepts_join_only_their_lane(tiny_sd):
    two = {"a": "a cat", "b": "a dog"}
    plain = sample(tiny_sd, two, schedule=SHORT)
    mixed = sample(tiny_sd, two, schedule=SHORT, techniques=[Composable((Concept("red", 2.0),), lane="b")])
    assert torch.allclose(plain.latents[0], mixed.latents[0], atol=1e-5)
    assert not torch.allclose(plain.latents[1], mixed.latents[1], atol=1e-3)


def test_concepts_without_words_or_with_wrong_maps_are_refused():
    with pytest.raises(BadInput):
        Composable((Concept(" ", 1.0),))
    with pytest.raises(BadInput):
        Composable((Concept("a dog", 1.0, torch.zeros(1, 4, 4)),))
