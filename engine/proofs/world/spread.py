"""What a rate of success does not say: how far painted pictures are from renders as a whole, whether seeds differ, what was memorised.

Distances are taken in the judge's features (the mean over the picture of its fused features), so none of these figures is an FID or
LPIPS, whose networks saw photographs.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from PIL import Image

from ...intervals import Estimate, bootstrap, ratio
from ...world import caption, render, sample_scene
from .gallery import Gallery, stacked
from .painting import Redo, asked
from .record import Part
from .tasks import again

SEED = 7_700_017
Describe = Callable[[Sequence[Image.Image]], np.ndarray]  # pictures to (n, width)


def frechet(a: np.ndarray, b: np.ndarray) -> float:
    """Fréchet distance of two sets of features taken as normal distributions.

    Source: Heusel et al. 2017, arXiv:1706.08500, equation 6: |μa - μb|² + tr(Σa + Σb - 2 (Σa Σb)^½). The trace of the root is the
    sum of the roots of the eigenvalues of Σa Σb, which are not negative.

    Args:
        a: (n, width).
        b: (m, width).
    """
    first, second = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    roots = np.sqrt(np.linalg.eigvals(first @ second).real.clip(min=0)).sum()
    return float(np.square(a.mean(0) - b.mean(0)).sum() + np.trace(first) + np.trace(second) - 2 * roots)


def frechet_estimate(a: np.ndarray, b: np.ndarray, *, seed: int = 0, draws: int = 200) -> Estimate:
    """The distance of what the sets were drawn from: two small sets of one kind are always some way apart, and that much is taken off.

    Source: bootstrap correction of bias and pivotal interval (Efron & Tibshirani 1993, sections 10.6 and 13.3): resampled sets are
    farther apart than the sets themselves by as much as those are than their sources.
    """
    rng = np.random.default_rng(seed)
    value = frechet(a, b)
    drawn = [frechet(a[rng.integers(len(a), size=len(a))], b[rng.integers(len(b), size=len(b))]) for _ in range(draws)]
    low, high = np.quantile(drawn, (0.025, 0.975))
    corrected, lower, upper = (max(0.0, float(2 * value - v)) for v in (np.mean(drawn), high, low))
    return Estimate(corrected, lower, upper, min(len(a), len(b)))


def nearest(those: np.ndarray, among: np.ndarray) -> np.ndarray:
    """Distance of each row to the nearest row of another set."""
    squares = np.square(those).sum(1)[:, None] + np.square(among).sum(1)[None] - 2 * those @ among.T
    return np.asarray(np.sqrt(squares.clip(min=0)).min(1))


def shrunken(images: Sequence[Image.Image], side: int = 32) -> np.ndarray:
    """Pixels of small copies, (n, 3·side²), in [0, 1]."""
    pixels = stacked([image.resize((side, side), Image.Resampling.BOX) for image in images])
    return (pixels.reshape(len(images), -1) / 255).astype(np.float32)


def training_pictures(names: Sequence[str], kinds: Sequence[dict[str, Any]], count: int, seed: Sequence[int]) -> list[Image.Image]:
    """Scenes as the painter's pool draws them; with the pool's own seed and kinds, the very first it was trained on.

    Args:
        names: nouns that the painter was taught.
        kinds: what `sample_scene` draws each block of 64 from, in turn.
        count: how many.
        seed: of the pool.
    """
    rng = np.random.default_rng(seed)
    images: list[Image.Image] = []
    while len(images) < count:
        kind = kinds[len(images) // 64 % len(kinds)]
        scenes = [sample_scene(rng, names=tuple(names), backdrops=512, **kind) for _ in range(64)]
        images += [render(scene).image for scene in scenes]
        for scene in scenes:
            caption(scene, rng)  # the pool chooses its wording here: what comes next depends on it
    return images[:count]


def measure_spread(
    names: Sequence[str],
    gallery: Gallery,
    describe: Describe,
    through: Redo,
    *,
    count: int,
    seeds: int,
    memory: Sequence[Image.Image],
) -> Part:
    """Likeness to renders, diversity and memorisation, on the pictures that the painter was judged by.

    Args:
        names: nouns that the painter was taught.
        gallery: gives the pictures.
        describe: the judge's features.
        through: pictures after encoder and decoder.
        count: prompts a kind.
        seeds: pictures a prompt; diversity needs two.
        memory: pictures that the painter was trained on.
    """
    rng = np.random.default_rng(SEED)
    prompts = [pair for kind in asked(names, count, seeds).values() for pair in kind]
    painted = gallery.pictures([(task.prompt, own[0]) for task, own in prompts])
    renders = through([render(task.scene).image for task, _ in prompts])
    anew = through([render(again(task.scene, rng)).image for task, _ in prompts])
    seen, true, other = describe(painted), describe(renders), describe(anew)
    figures = {"frechet.painted": frechet_estimate(seen, true), "frechet.renders": frechet_estimate(other, true)}
    if seeds > 1:
        second = gallery.pictures([(task.prompt, own[1]) for task, own in prompts])
        apart, usual = np.linalg.norm(seen - describe(second), axis=1), np.linalg.norm(true - other, axis=1)
        figures["diversity.features"] = ratio(apart, usual)
        apart = np.linalg.norm(shrunken(painted) - shrunken(second), axis=1)
        figures["diversity.pixels"] = ratio(apart, np.linalg.norm(shrunken(renders) - shrunken(anew), axis=1))
    kept = through(memory)
    for name, of in (("features", describe), ("pixels", shrunken)):
        near, fresh = nearest(of(painted), of(kept)), nearest(of(renders), of(kept))
        figures[f"memory.{name}"] = ratio(near, fresh)
        figures[f"memory.copies_{name}"] = bootstrap((near < np.quantile(fresh, 0.01)).astype(float))
    made: dict[str, str | int | float] = {"prompts a kind": count, "seeds a prompt": seeds, "training scenes": len(memory)}
    return Part(made, figures)
