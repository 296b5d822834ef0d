"""A painter that draws a coloured square for each thing, and eyes that find the squares: real pixels, real masks, a real log, no networks.

`generate` draws the things of its prompt along the bottom; `edit` replaces, removes, or adds on a side. Everything else is the package's own.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from double import begun
from PIL import Image
from scipy.ndimage import label

from pentimento.agent.act import Hands
from pentimento.agent.critic import EyesCritic
from pentimento.agent.offline import OfflinePlanner
from pentimento.agent.run import Event
from pentimento.agent.session import Session
from pentimento.agent.store import Log
from pentimento.tools import CATALOGUE, Result, Studio, call
from pentimento.tools.generate import Painted
from pentimento.tools.inpaint import Edited
from pentimento.tools.wording import parse_request

Box = tuple[int, int, int, int]
COLOURS = {"car": (200, 0, 0), "dog": (120, 70, 0), "cat": (200, 120, 0), "tree": (0, 120, 0), "house": (120, 120, 160), "balloon": (200, 0, 200)}
SIDES: dict[str, Box] = {"left": (4, 4, 20, 20), "right": (44, 4, 60, 20), "top": (24, 4, 40, 20)}
GROUND: tuple[Box, ...] = ((4, 44, 20, 60), (24, 44, 40, 60), (44, 44, 60, 60))


class Squares:
    """Eyes that know each thing by its colour."""

    name, threshold = "squares", 0.5

    def __init__(self) -> None:
        self.detector = self.segmenter = self.scorer = self

    def concepts(self) -> dict[str, Any]:
        return {}

    def detect(self, image: Image.Image, phrases: Sequence[str], threshold: float | None = None) -> list[Any]:
        known = [phrase for phrase in phrases if phrase.split()[-1] in COLOURS]
        return [_Seen(phrase, box) for phrase in known for box in boxes_of(image, phrase.split()[-1])]

    def score(self, image: Image.Image, texts: Sequence[str]) -> list[float]:
        return [0.0] * len(texts)

    def segment(self, image: Image.Image, boxes: Sequence[tuple[float, ...]] = (), points: Sequence[Any] = ()) -> list[np.ndarray]:
        return [region_of((round(64 * b[0]), round(64 * b[1]), round(64 * b[2]), round(64 * b[3]))) for b in boxes]


class _Seen:
    def __init__(self, phrase: str, box: Box) -> None:
        self.phrase, self.score, self.box = phrase, 0.9, tuple(side / 64 for side in box)


def boxes_of(image: Image.Image, noun: str) -> list[Box]:
    """Where squares of a thing's colour are."""
    found, count = label((np.asarray(image) == COLOURS[noun]).all(-1))
    boxes = []
    for number in range(1, count + 1):
        rows, columns = np.nonzero(found == number)
        boxes.append((int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1))
    return boxes


def region_of(box: Box) -> np.ndarray:
    mask = np.zeros((64, 64), bool)
    mask[box[1] : box[3], box[0] : box[2]] = True
    return mask


class Drawing(Studio):
    """A studio that draws squares.

    Attributes:
        calls: what was really computed, by tool.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.eyes = Squares()  # type: ignore[assignment]
        self.calls: list[str] = []

    def fingerprint_for(self, tool: str, args: Any) -> str:
        return "squares"

    def enlarged(self, image: Image.Image) -> Image.Image:
        return image.resize((256, 256), Image.Resampling.NEAREST) if image.width == 64 else image

    def use(self, name: str, args: Any, studio: Any) -> Result:
        self.calls.append(name)
        if name == "generate":
            return self._generate(**args)
        return self._edit(**args) if name == "edit" else call(name, args, self)

    def _generate(self, prompt: str, seed: int, **_: Any) -> Result:
        image = Image.new("RGB", (64, 64), (220, 230, seed % 100 + 100))
        for wish, box in zip(parse_request(prompt).things, GROUND, strict=False):
            image.paste(COLOURS[wish.noun], box)
        return Painted(image=self.artifacts.put_image(image), seed=seed, technique="plain", caption=prompt)

    def _edit(self, image: str, instruction: str, seed: int, **_: Any) -> Result:
        picture = self.artifacts.get_image(image)
        paper = picture.getpixel((0, 0))
        if match := re.fullmatch(r"replace the (\w+) with an? (\w+)", instruction):
            box, ink = boxes_of(picture, match[1])[0], COLOURS[match[2]]
        elif match := re.fullmatch(r"remove the (\w+)", instruction):
            box, ink = boxes_of(picture, match[1])[0], paper
        else:
            match = re.fullmatch(r"add an? (\w+) on the (\w+)", instruction)
            assert match, instruction
            box, ink = SIDES[match[2]], COLOURS[match[1]]
        picture.paste(ink, box)  # type: ignore[arg-type]
        region = region_of((box[0] - 2, box[1] - 2, box[2] + 2, box[3] + 2))
        return Edited(image=self.artifacts.put_image(picture), region=self.artifacts.put_mask(region), technique="masked", seed=seed)


def drawing_session(folder: Path, *, name: str = "s", seen: list[Event] | None = None) -> Session:
    """A real session whose pictures are squares."""
    log, studio = Log(folder / "log.sqlite"), Drawing(folder)
    run = begun(log, name)
    watch = seen.append if seen is not None else None
    hands = Hands(studio, log.recall, None, CATALOGUE, studio.use)
    return Session(run, log, studio, OfflinePlanner(), folder, hands=hands, critic=EyesCritic(studio), watch=watch)
