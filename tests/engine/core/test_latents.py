"""Pixels, latents and masks."""

import numpy as np
import pytest
import torch
from PIL import Image

from pentimento.engine import decode, encode_images, latent_mask
from pentimento.engine.errors import BadInput
from pentimento.engine.latents import from_images, to_images


def test_pictures_survive_the_way_to_pixels_and_back():
    array = np.random.default_rng(0).integers(0, 256, (8, 12, 3), np.uint8)
    pixels = from_images([Image.fromarray(array)])
    assert pixels.shape == (1, 3, 8, 12) and pixels.abs().max() <= 1
    assert np.array_equal(np.asarray(to_images(pixels)[0]), array)


def test_encoding_is_repeatable_and_decoding_gives_the_size_back(tiny_sd):
    picture = Image.new("RGB", (96, 64), (200, 30, 60))
    latents = encode_images(tiny_sd, [picture, picture])
    assert latents.shape == (2, 4, 16, 24)
    assert torch.equal(latents, encode_images(tiny_sd, [picture, picture]))
    assert [image.size for image in decode(tiny_sd, latents)] == [(96, 64)] * 2
    drawn = encode_images(tiny_sd, [picture], torch.Generator().manual_seed(0))
    assert not torch.equal(drawn, latents[:1])


@pytest.mark.parametrize("sizes", [[], [(64, 64), (32, 32)], [(62, 64)]])
def test_pictures_that_do_not_fit_are_refused(tiny_sd, sizes):
    with pytest.raises(BadInput):
        encode_images(tiny_sd, [Image.new("RGB", size) for size in sizes])


def test_thin_masks_survive_unless_asked_otherwise(tiny_sd):
    thin = np.zeros((64, 64), bool)
    thin[:, 21] = True
    assert latent_mask(thin, tiny_sd).sum() == 16
    assert latent_mask(thin, tiny_sd, "nearest").sum() == 0
    assert latent_mask(Image.fromarray((thin * 255).astype(np.uint8)), tiny_sd).sum() == 16


@pytest.mark.parametrize("shape", [(64,), (64, 64, 3), (63, 64)])
def test_masks_that_do_not_fit_are_refused(tiny_sd, shape):
    with pytest.raises(BadInput):
        latent_mask(np.zeros(shape), tiny_sd)
