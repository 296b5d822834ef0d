"""DDIM inversion, pinning, and blended latent diffusion."""

import pytest
import torch

from pentimento.engine import DDIM, Euler, Schedule, load_model, sample
from pentimento.engine.errors import BadInput, BadSchedule, TechniqueConflict, TechniqueMisuse
from pentimento.engine.techniques import BlendedLatentDiffusion, ClassifierFree, Pinning, invert

PICTURE = torch.randn(1, 4, 16, 16, generator=torch.Generator().manual_seed(1))
RIGHT = torch.zeros(1, 1, 16, 16)
RIGHT[..., 8:] = 1


@pytest.mark.parametrize("kind", ["sd", "sd_v", "sdxl"])
def test_inversion_leads_back_to_the_picture_and_nearer_with_more_steps(tiny_folders, kind):
    model = load_model(tiny_folders[kind])

    def miss(steps: int) -> float:
        way = invert(model, PICTURE, "a cat", schedule=Schedule(steps))
        back = sample(model, "a cat", schedule=Schedule(steps), start=way.end)
        return float((back.latents - PICTURE).abs().mean())

    other = float((sample(model, "a cat", schedule=Schedule(25), seed=1).latents - PICTURE).abs().mean())
    assert miss(100) < 0.5 * miss(25) < 0.5 * other


def test_inversion_is_that_of_diffusers(tiny_sd):
    """With eps-prediction both tell the network the noisier level; compared with DDIMInverseScheduler on the same U-Net."""
    from diffusers import DDIMInverseScheduler

    from pentimento.engine.backbones.tiny import SCHEDULER

    peer = DDIMInverseScheduler.from_config(SCHEDULER, timestep_spacing="leading", steps_offset=1)
    peer.set_timesteps(10)
    way = invert(tiny_sd, PICTURE, "a cat", schedule=Schedule(10))
    assert [level.t for level in way.levels[1:]] == peer.timesteps.tolist()
    text, x = tiny_sd.encode_text(["a cat"])[0].embeddings[None], PICTURE
    with torch.no_grad():
        for t in peer.timesteps:
            x = peer.step(tiny_sd.unet(x, t, text).sample, t, x).prev_sample
    assert torch.allclose(way.end.latents, x, atol=1e-3)


def test_inversion_of_a_part_of_the_run(tiny_sd):
    schedule = Schedule(50, 0.5)
    way = invert(tiny_sd, PICTURE, "a cat", schedule=schedule)
    assert len(way.latents) == 26
    assert (sample(tiny_sd, "a cat", schedule=schedule, start=way.end).latents - PICTURE).abs().mean() < 0.2


def test_pinning_gives_the_source_back_exactly_whatever_the_guidance(tiny_sd):
    schedule = Schedule(6)
    way = invert(tiny_sd, PICTURE, "a cat", schedule=schedule)
    lanes = {"source": "a cat", "target": "a dog"}
    pinned = sample(tiny_sd, lanes, schedule=schedule, start=way.end, techniques=[ClassifierFree(7.5), Pinning(way)])
    assert torch.equal(pinned.latents[0], PICTURE[0])
    free = sample(tiny_sd, lanes, schedule=schedule, start=way.end, techniques=[ClassifierFree(7.5)])
    assert torch.allclose(pinned.latents[1], free.latents[1], atol=1e-5)
    assert not torch.allclose(free.latents[0], PICTURE[0], atol=0.01)


def test_pinning_needs_its_lane_its_levels_and_its_own_course(tiny_sd):
    way = invert(tiny_sd, PICTURE, "a cat", schedule=Schedule(6))
    lanes = {"source": "a cat"}
    with pytest.raises(TechniqueMisuse, match="needed"):
        sample(tiny_sd, "a cat", schedule=Schedule(6), techniques=[Pinning(way)])
    with pytest.raises(BadSchedule, match="same steps"):
        sample(tiny_sd, lanes, schedule=Schedule(7), techniques=[Pinning(way)])
    with pytest.raises(TechniqueConflict, match="course of lane 'source'"):
        sample(tiny_sd, lanes, schedule=Schedule(6), techniques=[Pinning(way), Pinning(way)])


@pytest.mark.parametrize("solver", [DDIM(), Euler()])
@pytest.mark.parametrize("kernels", [(), (5, 3)])
def test_outside_the_mask_the_source_is_kept_exactly(tiny_sd, solver, kernels):
    blend = BlendedLatentDiffusion(PICTURE, RIGHT, kernels)
    painted = sample(tiny_sd, ["a cat", "a dog"], schedule=Schedule(6), solver=solver, techniques=[blend], seed=[1, 2])
    assert torch.equal(painted.latents[..., :8], PICTURE.expand(2, -1, -1, -1)[..., :8])
    assert not torch.allclose(painted.latents[..., 8:], PICTURE[..., 8:], atol=0.1)


def test_the_source_is_put_back_at_the_level_just_reached(tiny_sd):
    blend = BlendedLatentDiffusion(PICTURE, RIGHT)
    painted = sample(tiny_sd, "a cat", schedule=Schedule(6), techniques=[blend])
    noise = torch.randn(1, 4, 16, 16, generator=torch.Generator().manual_seed(0))
    for level, latents in list(zip(painted.trajectory.levels, painted.trajectory.latents, strict=True))[1:-1]:
        assert torch.allclose(latents[..., :8], level.noised(PICTURE, noise)[..., :8], atol=1e-6)


def test_wide_masks_come_first(tiny_sd):
    blend = BlendedLatentDiffusion(PICTURE, RIGHT, (5, 3))
    painted = sample(tiny_sd, "a cat", schedule=Schedule(6), techniques=[blend])
    noise = torch.randn(1, 4, 16, 16, generator=torch.Generator().manual_seed(0))
    kept = []
    for level, latents in list(zip(painted.trajectory.levels, painted.trajectory.latents, strict=True))[1:]:
        source = PICTURE if level.t == -1 else level.noised(PICTURE, noise)
        kept.append(int(torch.isclose(latents, source, atol=1e-6).all(1).all(1).sum()))
    assert kept == [6, 6, 7, 7, 8, 8]


def test_masks_that_do_not_fit_are_refused(tiny_sd):
    with pytest.raises(BadInput, match="differ in size"):
        BlendedLatentDiffusion(PICTURE, torch.zeros(1, 1, 8, 8))
    with pytest.raises(BadInput, match="odd"):
        BlendedLatentDiffusion(PICTURE, RIGHT, (4,))
    with pytest.raises(BadInput, match="the run paints"):
        sample(tiny_sd, "a cat", schedule=Schedule(6), size=(32, 32), techniques=[BlendedLatentDiffusion(PICTURE, RIGHT)])
