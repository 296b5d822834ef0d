"""Noise levels of training, and noisy pictures that go astray."""

import pytest
import torch
from diffusers import DDIMScheduler

from pentimento.engine.training.instruct import astray
from pentimento.engine.training.levels import Levels, Noised, noised

NOISE = DDIMScheduler(beta_schedule="scaled_linear", prediction_type="v_prediction")


def clean_of(drawn: Noised, velocity: torch.Tensor) -> torch.Tensor:
    """What a velocity says of the clean latents."""
    return drawn.kept.sqrt() * drawn.x - (1 - drawn.kept).sqrt() * velocity


@pytest.fixture
def drawn() -> tuple[torch.Tensor, Noised]:
    torch.manual_seed(0)
    latents = torch.randn(8, 4, 16, 16)
    return latents, noised(NOISE, Levels(NOISE), latents)


def test_what_is_wanted_leads_to_the_clean_latents(drawn: tuple[torch.Tensor, Noised]) -> None:
    latents, level = drawn
    assert torch.allclose(clean_of(level, level.wanted), latents, atol=1e-4)


def test_gone_astray_the_same_latents_are_wanted(drawn: tuple[torch.Tensor, Noised]) -> None:
    latents, level = drawn
    gone = level.drifted(torch.randn(8, 4, 16, 16))
    assert not torch.allclose(gone.x, level.x, atol=1e-2)
    assert torch.allclose(clean_of(gone, gone.wanted), latents, atol=1e-4)
    assert not torch.allclose(clean_of(gone, level.wanted), latents, atol=1e-2)  # the old answer would keep the mistake


def test_some_pictures_go_astray_and_some_do_not() -> None:
    torch.manual_seed(0)
    gone = astray(torch.randn(200, 4, 16, 16)).square().mean((1, 2, 3))
    assert 60 < int((gone == 0).sum()) < 140
    assert float(gone.max()) < 2
