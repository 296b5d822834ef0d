"""What the judge sees in pictures: things with colours and boxes, the background, and features for comparing sets of pictures."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from ..errors import ModelNotFound
from ..perception.detector import Box, Detection, pixels_of, plain_phrase
from ..world.vocabulary import NATURAL
from .network import GRID, HUES, NOUNS, PLACES, SIDE, Answers, JudgeNet, cell_centres, corners

FOLDER = Path(__file__).parent.parent / "embedded" / "judge"
LEAST = 0.05  # what is less likely is not even listed
COVERED = 0.6  # share of the smaller box that two boxes of one thing have in common; things of the world share at most a tenth


@dataclass(frozen=True)
class Found:
    """A thing that the judge sees.

    Attributes:
        noun: what it is.
        colour: its colour word, or None for the colours it was drawn in.
        score: how sure it is of the noun, in [0, 1].
        box: xyxy in fractions.
        hues: probability of each colour word, and under "" that it has the colours it was drawn in.
    """

    noun: str
    colour: str | None
    score: float
    box: Box
    hues: dict[str, float]

    def sure_of(self, colour: str) -> float:
        """Probability that a colour word is true of it; the colours it was drawn in may be what the word says."""
        return self.hues[colour] + (self.hues[""] if NATURAL.get(self.noun) == colour else 0.0)


@dataclass(frozen=True, eq=False)
class Look:
    """One picture under the judge.

    Attributes:
        things: all that may be there, best first; hold their scores against the judge's thresholds.
        places: probability of each background.
        features: (width,) for comparing sets of pictures.
    """

    things: tuple[Found, ...]
    places: dict[str, float]
    features: np.ndarray


class Judge:
    """Looks at pictures of the embedded world.

    Args:
        network: trained.
        exists: least score of a thing that is there.
        counts: least score of a thing that is counted (GenEval, Ghosh et al. 2023, arXiv:2310.11513, asks more of those).
    """

    name = "judge"

    def __init__(self, network: JudgeNet, exists: float, counts: float) -> None:
        self.network, self.exists, self.counts = network.eval(), exists, counts

    @classmethod
    def load(cls, folder: Path = FOLDER) -> "Judge":
        """Reads the shipped weights.

        Raises:
            ModelNotFound: no weights are there.
        """
        from safetensors.torch import load_file

        if not (folder / "model.safetensors").is_file():
            raise ModelNotFound(f"no weights in {folder}; train them with `make train STAGE=judge`")
        shape = json.loads((folder / "config.json").read_text())
        network = JudgeNet(tuple(shape["widths"]), tuple(shape["blocks"]), shape["neck"])
        network.load_state_dict({name: value.float() for name, value in load_file(folder / "model.safetensors").items()})
        return cls(network.requires_grad_(False), **json.loads((folder / "calibration.json").read_text()))

    def looks(self, images: Sequence[Image.Image], batch: int = 64) -> list[Look]:
        """Looks at several pictures; larger ones are made small first."""
        found: list[Look] = []
        for at in range(0, len(images), batch):
            pixels = torch.cat([pixels_of(image, SIDE) for image in images[at : at + batch]])
            with torch.inference_mode():
                answers = self.network(pixels)
            found += read(answers)
        return found

    def look(self, image: Image.Image) -> Look:
        """Looks at one picture."""
        return self.looks([image])[0]

    def objects(self, image: Image.Image, *, counting: bool = False) -> list[Found]:
        """The things that are there, best first.

        Args:
            image: RGB, any size.
            counting: hold them against the threshold for counting instead of that for being there.
        """
        least = self.counts if counting else self.exists
        return [thing for thing in self.look(image).things if thing.score >= least]

    def background(self, image: Image.Image) -> str:
        """Where it is, a key of `BACKGROUNDS`."""
        places = self.look(image).places
        return max(places, key=lambda name: places[name])


def read(answers: Answers) -> list[Look]:
    """Turns what the network says into things, one look for each picture.

    A cell speaks for its best noun; of boxes that share most of the smaller one the surest stays, whatever its noun.
    """
    likely, best = answers.nouns.sigmoid().max(1)  # (n, GRID, GRID)
    scores = (likely * answers.centred.sigmoid()).sqrt()
    boxes = (corners(answers.sides) / SIDE).clamp(0, 1)
    hues = answers.hues.log_softmax(1)
    places = answers.places.softmax(1)
    looks = []
    for row in range(len(scores)):
        order = scores[row].flatten().argsort(descending=True).tolist()
        kept: list[tuple[int, Box]] = []
        for cell in order:
            y, x = divmod(cell, GRID)
            if scores[row, y, x] < LEAST:
                break
            x0, y0, x1, y1 = boxes[row, :, y, x].tolist()
            box = (x0, y0, x1, y1)
            if x1 > x0 and y1 > y0 and all(_covered(box, other) <= COVERED for _, other in kept):
                kept.append((cell, box))
        things = tuple(_thing(cell, box, scores[row], best[row], hues[row], likely[row]) for cell, box in kept)
        named = dict(zip(PLACES, places[row].tolist(), strict=True))
        looks.append(Look(things, named, answers.features[row].numpy().astype(np.float64)))
    return looks


def _covered(a: Box, b: Box) -> float:
    """Intersection over the smaller box."""
    width, height = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    return width * height / min((a[2] - a[0]) * (a[3] - a[1]), (b[2] - b[0]) * (b[3] - b[1]))


def _thing(cell: int, box: Box, scores: torch.Tensor, best: torch.Tensor, hues: torch.Tensor, likely: torch.Tensor) -> Found:
    """A thing with its colour, on which the cells in the middle of its box vote, each as loud as it is sure of the noun."""
    y, x = divmod(cell, GRID)
    noun = int(best[y, x])
    at = cell_centres() / SIDE
    middle = [((low + high) / 2, (high - low) / 4) for low, high in ((box[0], box[2]), (box[1], box[3]))]
    inside = ((at - middle[1][0]).abs() <= middle[1][1])[:, None] & ((at - middle[0][0]).abs() <= middle[0][1])[None]
    loud = likely * (inside & (best == noun))
    loud[y, x] = likely[y, x]
    votes = (hues * loud).sum((1, 2)) / loud.sum()
    chances = dict(zip(HUES, votes.softmax(0).tolist(), strict=True))
    colour = max(chances, key=lambda name: chances[name])
    return Found(NOUNS[noun], colour or None, float(scores[y, x]), box, chances)


class JudgeDetector:
    """The judge behind the detectors' protocol, so that both sets of eyes are measured by the same code.

    Args:
        judge: who looks.
    """

    def __init__(self, judge: Judge) -> None:
        self.judge, self.threshold = judge, judge.exists
        self._last: tuple[Image.Image, Look] | None = None

    def detect(self, image: Image.Image, phrases: Sequence[str], threshold: float | None = None) -> list[Detection]:
        """Finds every instance of every phrase; a coloured phrase is as sure as noun and colour together.

        Raises:
            BadInput: a phrase is not of the embedded world.
        """
        if self._last is None or self._last[0] is not image:
            self._last = (image, self.judge.look(image))
        least = self.threshold if threshold is None else threshold
        found = []
        for phrase in phrases:
            *colour, noun = plain_phrase(phrase).split()
            for thing in self._last[1].things:
                score = thing.score * (thing.sure_of(colour[0]) if colour else 1.0)
                if thing.noun == noun and score > least:
                    found.append(Detection(phrase, score, thing.box))
        return sorted(found, key=lambda d: -d.score)
