"""How much of what people look at the upscaler gives back, beside Lanczos and beside what an undamaged picture would give.

`pentimento bench upscaler` measures; `--sheet FILE` draws the first scenes side by side, for looking.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch.nn import functional as F

from ..intervals import Estimate, bootstrap, paired
from ..upscaling import Upscaler

SEED = 1_000_003
SIDE = 256
REACH = 9  # pixels: the window within which an edge's own brightest and darkest count
EDGE = 0.5  # least range within the window that is an edge, of 2 in all
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

    vae, shown = shipped_vae(), []
    for clean in (1.0, 0.0):  # the same scenes twice
        low, high, masks, _ = pairs(vae, np.random.default_rng(seed), 2 * count, clean=clean, backdrops=2**31)
        shown.append((low.permute(0, 2, 3, 1).numpy(), high.permute(0, 2, 3, 1).numpy(), masks[:, 0].numpy()))
    (clean_low, high, masks), (mended_low, _, _) = shown
    with_things = [i for i in range(2 * count) if masks[i].any()][:count]
    return tuple(Shown(high[i], masks[i], Image.fromarray(clean_low[i]), Image.fromarray(mended_low[i])) for i in with_things)


def lanczos(image: Image.Image) -> Image.Image:
    """The filter to beat."""
    return image.resize((SIDE, SIDE), Image.Resampling.LANCZOS)


def by(model: Upscaler) -> Enlarge:
    """Enlarging by a model."""

    def enlarge(image: Image.Image) -> Image.Image:
        pixels = torch.from_numpy(np.asarray(image, np.float32)).permute(2, 0, 1)[None] / 127.5 - 1
        with torch.inference_mode():
            large = model(pixels)[0].clamp(-1, 1)
        return Image.fromarray(((large.permute(1, 2, 0) + 1) * 127.5).round().byte().numpy())

    return enlarge


def psnr_inside(made: Image.Image, shown: Shown) -> float:
    """PSNR in dB over the pixels of things."""
    error = (np.asarray(made, np.float64) - shown.truth)[shown.objects] / 255
    return float(-10 * np.log10(np.square(error).mean()))


def overshoot(made: Image.Image, shown: Shown) -> float:
    """How far pixels near edges leave the range that the truth has around them, mean in [0, 255].

    What rings is brighter than an edge's bright side or darker than its dark one.
    """
    truth = torch.from_numpy(shown.truth).permute(2, 0, 1)[None].float()
    high = F.max_pool2d(truth, REACH, 1, REACH // 2)
    low = -F.max_pool2d(-truth, REACH, 1, REACH // 2)
    pixels = torch.from_numpy(np.asarray(made, np.float32)).permute(2, 0, 1)[None]
    edges = high - low > EDGE * 127.5
    beyond = (pixels - high).clamp(min=0) + (low - pixels).clamp(min=0)
    return float(beyond[edges].mean())


def figures(model: Upscaler, *, count: int, seed: int = SEED) -> dict[str, Estimate]:
    """PSNR inside things and ringing, each the mean over scenes with its 95 % interval.

    Args:
        model: what is measured.
        count: scenes.
        seed: of the scenes.

    Returns:
        psnr, psnr_lanczos and gain (the first over the second, paired) after the autoencoder's round trip; psnr_clean and
        psnr_lanczos_clean without it, so that one sees what the autoencoder costs; overshoot and overshoot_lanczos after the
        round trip, and both without it.
    """
    model = model.eval()
    ours, scenes = by(model), held_out(count, seed)
    values: dict[str, list[float]] = {}
    for shown in scenes:
        for name, small in (("", shown.mended), ("_clean", shown.clean)):
            for which, enlarge in (("", ours), ("_lanczos", lanczos)):
                made = enlarge(small)
                values.setdefault(f"psnr{which}{name}", []).append(psnr_inside(made, shown))
                values.setdefault(f"overshoot{which}{name}", []).append(overshoot(made, shown))
    found = {name: bootstrap(column) for name, column in values.items()}
    return found | {"gain": paired(values["psnr"], values["psnr_lanczos"])}


def sheet(model: Upscaler, count: int, seed: int = SEED) -> Image.Image:
    """The first held-out scenes, one a row: truth, autoencoder's round trip in its own pixels, Lanczos of it, ours."""
    ours = by(model.eval())
    page = Image.new("RGB", (4 * (SIDE + 4), count * (SIDE + 4)), "white")
    for row, shown in enumerate(held_out(count, seed)):
        raw = shown.mended.resize((SIDE, SIDE), Image.Resampling.NEAREST)
        for column, picture in enumerate((Image.fromarray(shown.truth), raw, lanczos(shown.mended), ours(shown.mended))):
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
