"""Pictures that the painter paints for the bench: in batches, and each kept on disk, so that a run that was cut goes on."""

import hashlib
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from ...backbones.model import Model
from ...sampling import sample
from ...schedule import Schedule
from ...techniques.guidance.classifier_free import ClassifierFree

STEPS = 25
GUIDANCE = 3.0  # with which the tools paint on the embedded profile
LANES = 16

Paint = Callable[[Sequence[str], Sequence[int]], list[Image.Image]]


def plainly(model: Model, steps: int = STEPS, guidance: float = GUIDANCE) -> Paint:
    """Plain sampling: one shot, guidance and nothing else."""

    def paint(prompts: Sequence[str], seeds: Sequence[int]) -> list[Image.Image]:
        return sample(model, list(prompts), techniques=[ClassifierFree(guidance)], schedule=Schedule(steps), seed=list(seeds)).images

    return paint


class Gallery:
    """Pictures by prompt and seed.

    Args:
        paint: paints a batch.
        name: of the painter and its settings; pictures of another name are other pictures.
        folder: where they are kept.
        said: called with a line of progress.
    """

    def __init__(self, paint: Paint, name: str, folder: Path, said: Callable[[str], None] = lambda line: print(line, file=sys.stderr)) -> None:
        self.paint, self.folder, self.said = paint, folder / name, said

    def _file(self, prompt: str, seed: int) -> Path:
        named = hashlib.sha256(f"{seed} {prompt}".encode()).hexdigest()[:24]
        return self.folder / f"{named}.png"

    def pictures(self, wanted: Sequence[tuple[str, int]]) -> list[Image.Image]:
        """Gives the pictures of prompts and seeds, painting those that are not there yet."""
        missing = [pair for pair in dict.fromkeys(wanted) if not self._file(*pair).is_file()]
        self.folder.mkdir(parents=True, exist_ok=True)
        for at in range(0, len(missing), LANES):
            batch = missing[at : at + LANES]
            for (prompt, seed), image in zip(batch, self.paint([p for p, _ in batch], [s for _, s in batch]), strict=True):
                file = self._file(prompt, seed)
                image.save(f"{file}.new", "PNG")
                os.replace(f"{file}.new", file)
            self.said(f"painted {at + len(batch)} of {len(missing)} ({len(wanted) - len(missing)} were there)")
        return [_opened(self._file(*pair)) for pair in wanted]


def _opened(file: Path) -> Image.Image:
    with Image.open(file, formats=["PNG"]) as image:
        return image.convert("RGB")


def grid(images: Sequence[Image.Image], columns: int, side: int = 128, gap: int = 4) -> Image.Image:
    """Pictures in rows, in the order given."""
    rows = -(-len(images) // columns)
    sheet = Image.new("RGB", (columns * (side + gap) - gap, rows * (side + gap) - gap), "white")
    for index, image in enumerate(images):
        tile = image.resize((side, side), Image.Resampling.LANCZOS if image.width > side else Image.Resampling.NEAREST)
        sheet.paste(tile, (index % columns * (side + gap), index // columns * (side + gap)))
    return sheet


def stacked(images: Sequence[Image.Image]) -> np.ndarray:
    """Pictures of one size as (n, h, w, 3) uint8."""
    return np.stack([np.asarray(image.convert("RGB")) for image in images])
