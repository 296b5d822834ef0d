"""Likeness of pictures outside an edit: what was changed is not seen, what was not is."""

import numpy as np
import pytest
from PIL import Image

from pentimento.engine.perception.likeness import outside, psnr, ssim


def noise(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (64, 64, 3)).astype(np.uint8)


def test_ssim_sees_only_what_is_compared() -> None:
    before = noise(0)
    after = before.copy()
    after[20:40, 20:40] = noise(1)[20:40, 20:40]
    rest = np.ones((64, 64), bool)
    rest[20:40, 20:40] = False
    a, b = Image.fromarray(before), Image.fromarray(after)
    assert ssim(a, b, rest) == pytest.approx(1.0), "not even at the rim of the edit"
    assert ssim(a, b, ~rest) < 0.3
    after[50:60] = 255 - after[50:60]
    assert ssim(a, Image.fromarray(after), rest) < 0.9
    assert ssim(b, a, rest) == pytest.approx(ssim(a, b, rest))


def test_ssim_of_flat_pictures_is_the_term_of_brightness() -> None:
    a, b = (Image.new("RGB", (64, 64), (grey,) * 3) for grey in (100, 140))
    c1 = (0.01 * 255) ** 2
    assert ssim(a, b, np.ones((64, 64), bool)) == pytest.approx((2 * 100 * 140 + c1) / (100**2 + 140**2 + c1))


def test_psnr_and_the_pixels_outside_a_box() -> None:
    free = outside((0.25, 0.25, 0.5, 0.75), (64, 64), margin=4)
    assert not free[12:52, 12:36].any() and free.sum() == 64 * 64 - 40 * 24
    a, b = noise(2), noise(2)
    b[~free] = 0
    assert psnr(Image.fromarray(a), Image.fromarray(b), free) == 60.0
    b[0] = a[0] ^ 8  # one of 64 rows off by eight levels
    assert psnr(Image.fromarray(a), Image.fromarray(b), np.ones((64, 64), bool)) < 20
    assert psnr(Image.fromarray(a), Image.fromarray(b), free) == pytest.approx(10 * np.log10(255**2 / (64 * 64 / free.sum())))
