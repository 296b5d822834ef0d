"""The prompts that are painted, and the model that paints them plain, with a method, and with strength 0."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from PIL import Image

from ..backbones.model import Model
from ..sampling import Sampled, sample
from ..schedule import Schedule
from ..technique import Technique
from ..techniques.guidance.classifier_free import ClassifierFree
from ..world.captions import with_article
from ..world.vocabulary import OBJECTS
from .judges import Judge

HUES = ("red", "yellow", "green", "blue")  # far enough apart to be told by hue alone
GUIDANCE = 4.0


@dataclass(frozen=True)
class Unit:
    """A prompt of two coloured things.

    Attributes:
        names: two nouns.
        colours: three hues: of the first thing, of the second, and one that the prompt lacks.
        seed: of the noise.
    """

    names: tuple[str, str]
    colours: tuple[str, str, str]
    seed: int

    @property
    def phrases(self) -> tuple[str, str]:
        """What the prompt asks for."""
        return f"{self.colours[0]} {self.names[0]}", f"{self.colours[1]} {self.names[1]}"

    @property
    def recoloured(self) -> str:
        """The first thing in the third hue."""
        return f"{self.colours[2]} {self.names[0]}"

    @property
    def prompt(self) -> str:
        """Both things."""
        return " and ".join(with_article(phrase) for phrase in self.phrases)

    @property
    def target(self) -> str:
        """The same with the first thing recoloured."""
        return f"{with_article(self.recoloured)} and {with_article(self.phrases[1])}"


def units_of(model: Model, count: int) -> tuple[Unit, ...]:
    """Prompts of two different coloured things that the painter has learned; the same for the same count."""
    known = json.loads((model.folder / "world.json").read_text())["objects"]
    names = [name for name in known if OBJECTS[name].colourable]
    rng = np.random.default_rng(11)
    units = []
    for index in range(count):
        first, second = (str(name) for name in rng.choice(names, 2, replace=False))
        colours = tuple(str(colour) for colour in rng.choice(HUES, 3, replace=False))
        units.append(Unit((first, second), (colours[0], colours[1], colours[2]), index))
    return tuple(units)


@dataclass
class Bench:
    """What all proofs share: the model, the units, the plain pictures."""

    model: Model
    judges: tuple[Judge, ...]
    units: tuple[Unit, ...]
    steps: int
    zero: dict[str, float] = field(default_factory=dict)
    _plain: dict[tuple[str, int], Image.Image] = field(default_factory=dict)

    def paint(self, prompt: str, seed: int, *techniques: Technique) -> Image.Image:
        """One picture; plain ones are kept, since several proofs ask for them."""
        key = (prompt, seed)
        if techniques or key not in self._plain:
            image = self._sample(prompt, seed, techniques).images[0]
            if techniques:
                return image
            self._plain[key] = image
        return self._plain[key]

    def lanes(self, prompts: dict[str, str], seed: int, *techniques: Technique) -> list[Image.Image]:
        """Several pictures from one noise."""
        return self._sample(prompts, seed, techniques).images

    def check_zero(self, technique: Technique, prompts: str | dict[str, str]) -> None:
        """Strength 0 against plain, on one unit."""
        off = self._sample(prompts, 0, (replace(technique, strength=0.0),)).latents
        self.zero[type(technique).__name__] = float((off - self._sample(prompts, 0, ()).latents).abs().max())

    def _sample(self, prompts: str | Mapping[str, str], seed: int, techniques: Sequence[Technique]) -> Sampled:
        guided = [*techniques, ClassifierFree(GUIDANCE)]
        return sample(self.model, prompts, techniques=guided, schedule=Schedule(self.steps), seed=seed)
