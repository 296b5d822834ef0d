"""How much of what people look at the upscaler gives back, beside Lanczos, from damaged and from undamaged pictures.

Unlike `bench world`, whose definitions these are, the latents carry the noise that training gives them: it stands for a
sampler's small errors. `pentimento bench upscaler` measures; `--sheet FILE` draws the first scenes side by side, for looking.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache, partial
from pathlib import Path

import numpy as np
from PIL import Image

from ..intervals import Estimate, ratio
from ..upscaling import Upscaler, by_network, upscale
from .world.pixels import decibels, gain, overshoot

SEED = 1_000_003
SIDE = 256
Enlarge = Callable[[Image.Image], Image.Image]


@dataclass(frozen=True)
class Shown:
    """A held-out scene.

    Attributes:
        truth: (256, 256, 3) uint8.
        objects: (256, 256) bool.
        clean: the same scene drawn at 64 pixels.
        mended: that after the autoencoder's round trip with slightly noisy latents, as the painter would give it.
    """

    truth: np.ndarray
    objects: np.ndarray
    clean: Image.Image
    mended: Image.Image


@lru_cache(maxsize=4)
def held_out(count: int, seed: int = SEED) -> tuple[Shown, ...]:
    """Scenes that hold things, from a seed of their own, on backgrounds that training hardly draws."""
    from ..training.upscaler import pairs, shipped_vae

    vae = shipped_vae()
    shown: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    for clean in (1.0, 0.0):  # the same scenes twice
        low, large, things, _ = pairs(vae, np.random.default_rng(seed), 2 * count, clean=clean, backdrops=2**31)
        shown.append((low.permute(0, 2, 3, 1).numpy(), large.permute(0, 2, 3, 1).numpy(), things[:, 0].numpy()))
    (clean_low, high, masks), (mended_low, _, _) = shown
    with_things = [i for i in range(2 * count) if masks[i].any()][:count]
    return tuple(Shown(high[i], masks[i], Image.fromarray(clean_low[i]), Image.fromarray(mended_low[i])) for i in with_things)


def lanczos(image: Image.Image) -> Image.Image:
    """The filter to beat."""
    return image.resize((SIDE, SIDE), Image.Resampling.LANCZOS)


def by(model: Upscaler) -> Enlarge:
    """Enlarging by a network alone."""

    def enlarge(image: Image.Image) -> Image.Image:
        return Image.fromarray((by_network(np.asarray(image, np.float32) / 255, model) * 255).round().astype(np.uint8))

    return enlarge


def figures(model: Upscaler, *, count: int, seed: int = SEED) -> dict[str, Estimate]:
    """PSNR inside things and ringing, with 95 % intervals over scenes.

    Args:
        model: what is measured.
        count: scenes.
        seed: of the scenes.

    Returns:
        psnr, psnr_lanczos and gain (of the first over the second) in dB after the autoencoder's round trip, ringing (sum of what
        goes beyond the truth at the edges of things, as a multiple of what Lanczos does), and the same four with `_clean` from
        pictures that the autoencoder has not touched, so that one sees what it costs; gain_network, without anything recalled.
    """
    ways: dict[str, Enlarge] = {"ours": partial(upscale, model=model.eval()), "network": by(model), "lanczos": lanczos}
    scenes = held_out(count, seed)
    sizes = [float(shown.objects.sum()) for shown in scenes]
    found: dict[str, Estimate] = {}
    for which, small in (("", [shown.mended for shown in scenes]), ("_clean", [shown.clean for shown in scenes])):
        errors: dict[str, list[float]] = {name: [] for name in ways}
        beyond: dict[str, list[float]] = {name: [] for name in ways}
        for name, enlarge in ways.items():
            for shown, image in zip(scenes, small, strict=True):
                made = np.asarray(enlarge(image), float)
                errors[name].append(float(np.square((made - shown.truth) / 255).mean(-1)[shown.objects].sum()))
                beyond[name].append(overshoot(made, shown.truth.astype(float), shown.objects))
        found |= {
            f"psnr{which}": decibels(errors["ours"], sizes),
            f"psnr_lanczos{which}": decibels(errors["lanczos"], sizes),
            f"gain{which}": gain(errors["lanczos"], errors["ours"]),
            f"gain_network{which}": gain(errors["lanczos"], errors["network"]),
            f"ringing{which}": ratio(beyond["ours"], beyond["lanczos"]),
        }
    return found


def sheet(model: Upscaler, count: int, seed: int = SEED) -> Image.Image:
    """The first held-out scenes, one a row: truth, autoencoder's round trip in its own pixels, Lanczos of it, ours."""
    page = Image.new("RGB", (4 * (SIDE + 4), count * (SIDE + 4)), "white")
    for row, shown in enumerate(held_out(count, seed)):
        raw = shown.mended.resize((SIDE, SIDE), Image.Resampling.NEAREST)
        for column, picture in enumerate((Image.fromarray(shown.truth), raw, lanczos(shown.mended), upscale(shown.mended, model.eval()))):
            page.paste(picture, (column * (SIDE + 4), row * (SIDE + 4)))
    return page


def main(arguments: Sequence[str] = ()) -> int:
    """`pentimento bench upscaler`: measures the shipped upscaler; a table, or one JSON object.

    Args:
        arguments: `--json`, `--count N` scenes, `--seed S`, `--sheet FILE` to draw the first eight scenes instead.
    """
    import argparse
    import json

    parser = argparse.ArgumentParser(prog="pentimento bench upscaler", description="Held-out figures of the embedded upscaler.")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--count", type=int, default=100, help="scenes")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--sheet", type=Path, help="draw the first eight scenes to this file: truth, round trip, Lanczos, ours")
    given = parser.parse_args(list(arguments))
    model = Upscaler.load()
    if given.sheet is not None:
        sheet(model, 8, given.seed).save(given.sheet)
        return 0
    found = figures(model, count=given.count, seed=given.seed)
    if given.json:
        print(json.dumps({"seed": given.seed, "scenes": given.count, "figures": {name: asdict(value) for name, value in found.items()}}))
        return 0
    print("| figure | value | 95 % interval | n |\n|---|---|---|---|")
    for name, value in found.items():
        print(f"| {name} | {value.value:.3f} | {value.low:.3f} – {value.high:.3f} | {value.count} |")
    return 0
