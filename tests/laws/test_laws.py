"""What is true of every technique, whatever it does (style.md §8)."""

import dataclasses
import functools
import itertools

import pytest
import torch
from catalogue import EXAMPLES, STEPS, Example, picture

from pentimento.engine import Model, Sampled, Schedule, Technique, Window, sample, techniques

EXACT = 1e-5
SCHEDULE = Schedule(STEPS)
SHORT = Schedule(STEPS, strength=0.4)  # pairs are many; these two steps are part of every example's run


def run(model: Model, prompts: dict[str, str], *techniques: Technique, schedule: Schedule = SCHEDULE) -> Sampled:
    start = picture() if schedule.strength < 1 else None
    return sample(model, prompts, techniques=techniques, schedule=schedule, seed=5, start=start)


def gap(a: Sampled, b: Sampled) -> float:
    return float((a.latents - b.latents).abs().max())


@pytest.fixture(params=EXAMPLES, ids=lambda example: example.name)
def example(request: pytest.FixtureRequest) -> Example:
    return request.param


def test_it_does_something(tiny_sd: Model, example: Example) -> None:
    plain, painted = run(tiny_sd, example.prompts), run(tiny_sd, example.prompts, example.make(tiny_sd))
    assert gap(plain, painted) > 1e-3
    assert torch.isfinite(painted.latents).all()


def test_strength_zero_is_plain_sampling_without_extra_calls(tiny_sd: Model, example: Example) -> None:
    plain = run(tiny_sd, example.prompts)
    off = run(tiny_sd, example.prompts, dataclasses.replace(example.make(tiny_sd), strength=0.0))
    assert gap(plain, off) <= EXACT
    assert off.cost == plain.cost


def test_weights_and_tokens_come_back_bit_identical(tiny_sd: Model, example: Example) -> None:
    modules = (tiny_sd.unet, tiny_sd.vae, *tiny_sd.text_encoders)
    technique = example.make(tiny_sd)
    before = [{name: value.clone() for name, value in module.state_dict().items()} for module in modules]
    tokenizers, expansions = tiny_sd.tokenizers, dict(tiny_sd.expansions)
    run(tiny_sd, example.prompts, technique)
    for module, old in zip(modules, before, strict=True):
        new = module.state_dict()
        assert new.keys() == old.keys()
        assert all(torch.equal(new[name], old[name]) for name in old)
    assert tiny_sd.tokenizers is tokenizers
    assert tiny_sd.expansions == expansions


def test_it_does_nothing_outside_its_window(tiny_sd: Model, example: Example) -> None:
    plain = run(tiny_sd, example.prompts)
    never = run(tiny_sd, example.prompts, dataclasses.replace(example.make(tiny_sd), window=Window(0.5, 0.5)))
    assert gap(plain, never) <= EXACT
    assert never.cost == plain.cost
    late = run(tiny_sd, example.prompts, dataclasses.replace(example.make(tiny_sd), window=Window(0.6, 1.0)))
    for untouched, latents in zip(plain.trajectory.latents[:4], late.trajectory.latents[:4], strict=True):
        assert (untouched - latents).abs().max() <= EXACT
    assert gap(plain, late) > 1e-4


def test_the_same_seed_gives_the_same_picture(tiny_sd: Model, example: Example) -> None:
    first, again = (run(tiny_sd, example.prompts, example.make(tiny_sd)) for _ in range(2))
    assert torch.equal(first.latents, again.latents)
    assert first.cost == again.cost


@pytest.mark.parametrize("example", [e for e in EXAMPLES if e.alone], ids=lambda e: e.name)
def test_a_batch_equals_its_lanes_one_by_one(tiny_sd: Model, example: Example) -> None:
    together = run(tiny_sd, example.prompts, example.make(tiny_sd))
    for row, (lane, prompt) in enumerate(example.prompts.items()):
        alone = run(tiny_sd, {lane: prompt}, example.make(tiny_sd))
        assert (together.latents[row] - alone.latents[0]).abs().max() <= 2e-3 * together.latents.abs().max()


@functools.cache
def solo(model: Model, example: Example, prompts: tuple[tuple[str, str], ...]) -> Sampled:
    return run(model, dict(prompts), example.make(model), schedule=SHORT)


@pytest.mark.parametrize(("first", "second"), list(itertools.permutations(EXAMPLES, 2)), ids=lambda example: example.name)
def test_it_stacks_with_every_other_technique(tiny_sd: Model, first: Example, second: Example) -> None:
    prompts = second.prompts if first.alone else first.prompts
    both = run(tiny_sd, prompts, first.make(tiny_sd), second.make(tiny_sd), schedule=SHORT)
    assert torch.isfinite(both.latents).all()
    for one in (first, second):
        assert gap(both, solo(tiny_sd, one, tuple(prompts.items()))) > 1e-5


def test_every_technique_is_held_to_the_laws() -> None:
    named = {name for name in techniques.__all__ if isinstance(kind := getattr(techniques, name), type) and issubclass(kind, Technique)}
    assert named == {example.name.split(" ")[0] for example in EXAMPLES}
