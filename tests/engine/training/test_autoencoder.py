"""The autoencoder: a silent channel is seen and drawn anew, and the shipped one has none."""

import numpy as np
import pytest
import torch
from diffusers import AutoencoderKL

from pentimento.engine.training import autoencoder
from pentimento.engine.training.stage import EMBEDDED


@pytest.fixture
def shipped() -> AutoencoderKL:
    return AutoencoderKL.from_pretrained(EMBEDDED / "painter" / "vae", use_safetensors=True, local_files_only=True).float().eval()


def test_the_shipped_autoencoder_needs_every_channel(shipped: AutoencoderKL) -> None:
    whole = autoencoder.psnr(shipped, size=64)["psnr"]
    without = autoencoder.psnr_without_channels(shipped)
    assert whole > 26
    assert max(without) < whole - 1


def test_only_a_silent_channel_is_drawn_anew(shipped: AutoencoderKL) -> None:
    with torch.no_grad():
        shipped.quant_conv.weight[3] = 0
        shipped.quant_conv.bias[3] = 0
        shipped.decoder.conv_in.weight[:, 3] = 0
    others = shipped.quant_conv.weight[[0, 1, 2]].clone()
    assert autoencoder.revive(shipped) == [3]
    assert torch.equal(shipped.quant_conv.weight[[0, 1, 2]], others)
    pixels, _ = autoencoder.picture_batch(np.random.default_rng(3), 8)
    with torch.no_grad():
        latents = shipped.encode(pixels).latent_dist.mean
    assert 0.5 < float(latents[:, 3].std()) < 2
    assert shipped.decoder.conv_in.weight[:, 3].abs().sum() > 0
