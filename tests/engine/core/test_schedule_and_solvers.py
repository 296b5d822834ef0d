"""Grids of levels and moves of the solvers against diffusers' schedulers."""

import diffusers
import pytest
import torch

from pentimento.engine import DDIM, DPMSolverPP2M, Euler, Schedule, Window
from pentimento.engine.backbones.tiny import SCHEDULER
from pentimento.engine.errors import BadSchedule, UnsupportedModel
from pentimento.engine.schedule import NoiseLevels, Step
from pentimento.engine.solvers import Solver

# diffusers' Euler and DPM-Solver schedulers convert tensors in a way that numpy 2 warns about.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning")
LEVELS = NoiseLevels.from_config(SCHEDULER)
PEERS = {"DDIMScheduler": DDIM(), "EulerDiscreteScheduler": Euler(), "DPMSolverMultistepScheduler": DPMSolverPP2M()}


@pytest.mark.parametrize("spacing", ["leading", "trailing", "linspace"])
@pytest.mark.parametrize("steps", [1, 7, 25, 50])
@pytest.mark.parametrize("name", PEERS)
def test_times_are_those_of_diffusers(name, steps, spacing):
    peer = getattr(diffusers, name).from_config(SCHEDULER, timestep_spacing=spacing)
    peer.set_timesteps(steps)
    ours = [step.level.t for step in Schedule(steps, spacing=spacing).plan(LEVELS, PEERS[name])]
    assert ours == pytest.approx(peer.timesteps.tolist())


@pytest.mark.parametrize("name", PEERS)
@pytest.mark.parametrize("strength", [0.3, 1.0])
def test_moves_are_those_of_diffusers(name, strength):
    peer = getattr(diffusers, name).from_config(SCHEDULER, timestep_spacing="trailing", prediction_type="epsilon")
    peer.set_timesteps(20)
    plan = Schedule(20, strength, spacing="trailing").plan(LEVELS, PEERS[name])
    if hasattr(peer, "set_begin_index"):
        peer.set_begin_index(20 - len(plan))
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(1, 4, 8, 8, generator=generator)
    theirs, history = x / plan[0].level.alpha ** 0.5 if name.startswith("Euler") else x, []
    for step, t in zip(plan, peer.timesteps[20 - len(plan) :], strict=True):
        eps = torch.randn(x.shape, generator=generator)
        peer.scale_model_input(theirs, t)
        theirs = peer.step(eps, t, theirs).prev_sample
        x0 = (x - step.level.noise * eps) / step.level.alpha**0.5
        x = PEERS[name].step(x, x0, step, history, None)
        history = [(step, x0)]
    assert torch.allclose(x, theirs, atol=2e-4)


def test_ancestral_ddim_is_that_of_diffusers():
    peer = diffusers.DDIMScheduler.from_config(SCHEDULER)
    peer.set_timesteps(10)
    step = Schedule(10).plan(LEVELS, DDIM())[3]
    x, eps, noise = torch.randn(3, 1, 4, 8, 8, generator=torch.Generator().manual_seed(1))
    theirs = peer.step(eps, int(step.level.t), x, eta=0.7, variance_noise=noise).prev_sample
    x0 = (x - step.level.noise * eps) / step.level.alpha**0.5
    assert torch.allclose(DDIM(0.7).step(x, x0, step, [], noise), theirs, atol=1e-5)


def test_a_run_backwards_visits_the_same_levels():
    forward = Schedule(10, 0.5).plan(LEVELS, DDIM())
    backward = Schedule(10, 0.5, reverse=True).plan(LEVELS, DDIM())
    assert [step.next for step in backward] == [step.level for step in reversed(forward)]
    assert all(step.told == step.next for step in backward)


@pytest.mark.parametrize("solver", [DPMSolverPP2M(), DDIM(eta=0.5)])
def test_only_deterministic_first_order_runs_backwards(solver: Solver):
    step = Schedule(10, reverse=True).plan(LEVELS, DDIM())[3]
    with pytest.raises(BadSchedule):
        solver.step(torch.zeros(1), torch.zeros(1), step, [], torch.zeros(1))


def test_windows_count_steps_without_rounding_errors():
    plan = Schedule(15).plan(LEVELS, DDIM())

    def inside(window: Window) -> list[int]:
        return [step.index for step in plan if step in window]

    assert inside(Window(0.0, 0.2)) == [0, 1, 2]
    assert inside(Window(0.2, 0.4)) == [3, 4, 5]
    assert inside(Window()) == list(range(15))
    assert inside(Window(0.5, 0.5)) == []


@pytest.mark.parametrize(
    "make",
    [
        lambda: Schedule(0),
        lambda: Schedule(10, 0.0),
        lambda: Schedule(10, 1.2),
        lambda: Schedule(10, 0.05),
        lambda: Window(0.6, 0.4),
        lambda: Window(-0.1, 0.4),
    ],
)
def test_impossible_schedules_and_windows_are_refused(make):
    with pytest.raises(BadSchedule):
        make()


@pytest.mark.parametrize("change", [{"beta_schedule": "squaredcos_cap_v2"}, {"rescale_betas_zero_snr": True}])
def test_unknown_noise_schedules_are_refused(change):
    with pytest.raises(UnsupportedModel):
        NoiseLevels.from_config(SCHEDULER | change)


def test_share_is_a_part_of_the_run_that_is_taken():
    plan = Schedule(20, 0.5).plan(LEVELS, DDIM())
    assert plan[0] == Step(0, 10, plan[0].level, plan[0].level, plan[1].level)
    assert plan[5].share == 0.5 and plan[-1].last
