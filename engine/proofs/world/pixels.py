"""Autoencoder and upscaler on held-out scenes: decibels, colours that survive, edges that do not ring."""

from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image
from scipy.ndimage import binary_dilation, binary_erosion, maximum_filter, minimum_filter

from ...intervals import Estimate, ratio
from ...perception.colours import name_colour
from ...world import Rendered, Scene, render, sample_scene
from .gallery import stacked
from .record import Part

SEED = 5_800_079
SIDE, LARGE = 64, 256
NEAR = 4  # pixels of the large picture to either side of a thing's edge

Redo = Callable[[Sequence[Image.Image]], list[Image.Image]]


def measure_pixels(through: Redo, enlarge: Callable[[Image.Image], Image.Image], *, scenes: int, seed: int = SEED) -> Part:
    """Both networks on the same scenes.

    Args:
        through: pictures to pictures of the same size, by encoder and decoder.
        enlarge: a 64-pixel picture to a 256-pixel one.
        scenes: held-out scenes.
        seed: of the scenes.
    """
    rng = np.random.default_rng(seed)
    chosen = [sample_scene(rng, mix=(0.4, 0.3, 0.1, 0.2)) for _ in range(scenes)]
    drawn = [render(scene, SIDE) for scene in chosen]
    back = through([d.image for d in drawn])
    figures = _autoencoder(chosen, drawn, back) | _upscaler(chosen, back, enlarge)
    return Part({"scenes": scenes, "seed": seed}, figures)


def decibels(errors: Sequence[float], values: Sequence[float]) -> Estimate:
    """PSNR from each scene's squared error (of shares of the range) and number of values."""
    found = ratio(errors, values)
    value, low, high = (float(-10 * np.log10(max(v, 1e-9))) for v in (found.value, found.high, found.low))
    return Estimate(value, low, high, found.count)


def gain(theirs: Sequence[float], ours: Sequence[float]) -> Estimate:
    """By how many dB our errors are smaller, from each scene's squared errors."""
    better = ratio(theirs, ours)
    value, low, high = (float(10 * np.log10(v)) for v in (better.value, better.low, better.high))
    return Estimate(value, low, high, better.count)


def _autoencoder(scenes: Sequence[Scene], drawn: Sequence[Rendered], back: Sequence[Image.Image]) -> dict[str, Estimate]:
    errors = np.square((stacked(back).astype(float) - stacked([d.image for d in drawn])) / 255).mean(-1)  # (n, h, w)
    inside = np.stack([np.any(d.masks, axis=0) for d in drawn])
    size = inside[0].size
    figures = {
        "autoencoder.psnr": decibels(errors.sum((1, 2)).tolist(), [float(size)] * len(drawn)),
        "autoencoder.psnr_objects": decibels((errors * inside).sum((1, 2)).tolist(), inside.sum((1, 2)).tolist()),
    }
    for name, pictures in (("autoencoder.colours", back), ("autoencoder.colours_before", [d.image for d in drawn])):
        right, asked = [], []
        for scene, image, picture in zip(scenes, drawn, pictures, strict=True):
            named = [(t.colour, name_colour(picture, m)[0]) for t, m in zip(scene.things, image.masks, strict=True) if t.colour and m.any()]
            right.append(sum(a == b for a, b in named))
            asked.append(len(named))
        figures[name] = ratio(right, asked)
    return figures


def _upscaler(scenes: Sequence[Scene], small: Sequence[Image.Image], enlarge: Callable[[Image.Image], Image.Image]) -> dict[str, Estimate]:
    ways: dict[str, Callable[[Image.Image], Image.Image]] = {
        "upscaler": enlarge,
        "lanczos": lambda image: image.resize((LARGE, LARGE), Image.Resampling.LANCZOS),
        "bilinear": lambda image: image.resize((LARGE, LARGE), Image.Resampling.BILINEAR),
    }
    errors: dict[str, list[float]] = {name: [] for name in ways}
    beyond: dict[str, list[float]] = {name: [] for name in ways}
    sizes = []
    for scene, image in zip(scenes, small, strict=True):
        large = render(scene, LARGE)
        inside = np.any(large.masks, axis=0)
        sizes.append(float(inside.sum()))
        for name, way in ways.items():
            made = np.asarray(way(image).convert("RGB"), float)
            errors[name].append(float(np.square((made - large.pixels) / 255).mean(-1)[inside].sum()))
            beyond[name].append(overshoot(made, large.pixels.astype(float), inside))
    return {
        "upscaler.psnr_objects": decibels(errors["upscaler"], sizes),
        "upscaler.psnr_objects_lanczos": decibels(errors["lanczos"], sizes),
        "upscaler.gain": gain(errors["lanczos"], errors["upscaler"]),
        "upscaler.ringing": ratio(beyond["upscaler"], beyond["bilinear"]),
        "upscaler.ringing_lanczos": ratio(beyond["lanczos"], beyond["bilinear"]),
    }


def overshoot(made: np.ndarray, true: np.ndarray, inside: np.ndarray) -> float:
    """How far a picture goes beyond what the true one shows nearby, summed along the edges of things.

    A picture rings if it is brighter than the brightest or darker than the darkest that is really near. Bilinear enlargement never
    goes beyond its own input, so what it shows of this is the input's error.

    Args:
        made: (h, w, 3).
        true: (h, w, 3).
        inside: (h, w) bool, where things are.
    """
    edge = binary_dilation(inside, iterations=NEAR) & ~binary_erosion(inside, iterations=NEAR)
    window = (2 * NEAR + 1, 2 * NEAR + 1, 1)
    over = np.maximum(made - maximum_filter(true, window), 0) + np.maximum(minimum_filter(true, window) - made, 0)
    return float(over.mean(-1)[edge].sum())
