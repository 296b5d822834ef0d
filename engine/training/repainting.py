"""Rendered scenes painted over by the embedded painter: pictures as it paints them, of which the truth is known.

Source: SDEdit (Meng et al. 2022, arXiv:2108.01073), the engine's image-to-image: noise is added up to a level, and the painter takes it
away again, told what the scene shows. At low levels things stay where they are and become what the painter makes of them, so that
eyes can be trained and measured on its hand.
"""

import json
from functools import lru_cache

import numpy as np
from PIL import Image

from ..backbones.loading import load_model
from ..backbones.model import Model
from ..latents import encode_images
from ..sampling import sample
from ..schedule import Schedule
from ..techniques.guidance.classifier_free import ClassifierFree
from ..world import Scene, caption
from .precision import autocast
from .stage import EMBEDDED

STEPS = 6
LEVELS = (0.15, 0.42)  # share of the noise levels, drawn for each batch


@lru_cache(maxsize=1)
def painter() -> Model:
    """The shipped painter."""
    return load_model(EMBEDDED / "painter")


@lru_cache(maxsize=1)
def paintable() -> tuple[str, ...]:
    """Names of the things that the shipped painter was taught."""
    return tuple(json.loads((EMBEDDED / "painter" / "world.json").read_text())["objects"])


def repainted(pixels: np.ndarray, scenes: list[Scene], rng: np.random.Generator, *, level: float | None = None, guidance: float = 2.0) -> np.ndarray:
    """Paints pictures over.

    Args:
        pixels: (n, 64, 64, 3) uint8.
        scenes: what they show; only `paintable` things.
        rng: where chance comes from.
        level: share of the noise levels, in (0, 1]; drawn from `LEVELS` when None.
        guidance: classifier-free guidance scale.

    Returns:
        (n, 64, 64, 3) uint8.
    """
    level = float(rng.uniform(*LEVELS)) if level is None else level
    with autocast():
        painted = sample(
            painter(),
            [caption(scene, rng) for scene in scenes],
            techniques=[ClassifierFree(guidance)],
            schedule=Schedule(round(STEPS / level), level),
            seed=[int(s) for s in rng.integers(2**31, size=len(scenes))],
            start=encode_images(painter(), [Image.fromarray(p) for p in pixels]),
        )
    return np.stack([np.asarray(image) for image in painted.images])
