"""`pentimento bench world`: measures the embedded models part by part, and writes the record, the grids and the page."""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from PIL import Image

from ...backbones.loading import load_model
from ...backbones.model import Model
from ...errors import EngineError
from ...judging import Judge
from ...latents import decode, encode_images
from ...perception.eyes import embedded_eyes
from ...training.painter import EARLY, LATE
from ...training.repainting import paintable
from ...training.stage import EMBEDDED
from ...upscaling import upscale
from .agreement import measure_agreement
from .cost import measure_cost
from .gallery import GUIDANCE, STEPS, Gallery, grid, plainly
from .labels import read_labels, write_sheets
from .looking import measure_looking
from .page import page
from .painting import asked, measure_painting
from .pixels import measure_pixels
from .record import Part, figures_of, missed, read, to_json
from .sights import through_critic, through_judge
from .spread import measure_spread, training_pictures

PARTS = ("eyes", "pixels", "painter", "grids", "spread", "agreement", "cost")
SHOWN = 8  # prompts of a grid: the first ones, whatever became of them
MEMORY = 2_048  # training scenes of each stage of the painter's curriculum


@dataclass
class World:
    """What is measured, loaded when it is first asked for.

    Attributes:
        count: prompts a kind.
        seeds: pictures a prompt.
        scenes: held-out scenes.
        cache: where painted pictures are kept.
        docs: folder of labels.
        grids: folder of the grids; None draws none.
    """

    count: int
    seeds: int
    scenes: int
    cache: Path
    docs: Path
    grids: Path | None = None

    @cached_property
    def model(self) -> Model:
        """The painter."""
        return load_model(EMBEDDED / "painter")

    @cached_property
    def judge(self) -> Judge:
        """The second set of eyes."""
        return Judge.load()

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Nouns that the painter was taught."""
        return paintable()

    @cached_property
    def gallery(self) -> Gallery:
        """Painted pictures."""
        return Gallery(plainly(self.model), f"{self.model.fingerprint}-{STEPS}-{GUIDANCE:g}", self.cache)

    def through(self, images: Sequence[Image.Image]) -> list[Image.Image]:
        """Pictures after encoder and decoder."""
        batches = [images[at : at + 32] for at in range(0, len(images), 32)]
        return [back for batch in batches for back in decode(self.model, encode_images(self.model, batch))]

    def features(self, images: Sequence[Image.Image]) -> np.ndarray:
        """The judge's features, (n, width)."""
        return np.stack([look.features for look in self.judge.looks(images)])

    def measure(self, part: str) -> Part:
        """Measures a part, one of `PARTS`."""
        work: dict[str, Callable[[], Part]] = {
            "eyes": lambda: measure_looking(embedded_eyes(), self.judge, scenes=self.scenes),
            "pixels": lambda: measure_pixels(self.through, upscale, scenes=self.scenes),
            "painter": self._painter,
            "grids": lambda: Part({"prompts a kind": SHOWN, "seeds a prompt": min(2, self.seeds), "steps": STEPS}, {}, grids=self._grids()),
            "spread": self._spread,
            "agreement": self._agreement,
            "cost": lambda: measure_cost(self.model, EMBEDDED),
        }
        found = work[part]()
        return replace(found, made={**found.made, "painter": self.model.fingerprint})

    def _painter(self) -> Part:
        found = measure_painting(self.names, self.gallery, through_judge(self.judge), self.through, count=self.count, seeds=self.seeds)
        return replace(found, made={**found.made, "steps": STEPS, "guidance": GUIDANCE})

    def _grids(self) -> dict[str, str]:
        """Draws the first prompts of each kind with their first two seeds, as a person gets to see them."""
        captions: dict[str, str] = {}
        if self.grids is None:
            return captions
        self.grids.mkdir(parents=True, exist_ok=True)
        for kind, prompts in asked(self.names, self.count, self.seeds).items():
            first = prompts[:SHOWN]
            wanted = [(task.prompt, own[row]) for row in range(min(2, self.seeds)) for task, own in first]
            file = f"{kind.replace(' ', '-')}.png"
            grid([upscale(image) for image in self.gallery.pictures(wanted)], len(first)).save(self.grids / file, optimize=True)
            said = " · ".join(task.prompt for task, _ in first)
            captions[file] = f"The first {len(first)} prompts of the kind *{kind}*, a row for each seed, not chosen: {said}."
        return captions

    def _spread(self) -> Part:
        memory = [p for kind, seed in ((EARLY, [0, 0]), (LATE, [0, 1])) for p in training_pictures(self.names, [kind], MEMORY, seed)]
        return measure_spread(self.names, self.gallery, self.features, self.through, count=self.count, seeds=self.seeds, memory=memory)

    def _agreement(self) -> Part:
        eyes, judge = through_critic(embedded_eyes()), through_judge(self.judge)
        labels = read_labels(self.docs)
        return measure_agreement(self.names, self.gallery, eyes, judge, labels, count=self.count, scenes=self.scenes)


def _parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="pentimento bench world", description="Measure the embedded models on held-out seeds.")
    made.add_argument("--json", action="store_true", help="print one JSON object")
    made.add_argument("--count", type=int, default=100, help="prompts a kind")
    made.add_argument("--seeds", type=int, default=4, help="pictures a prompt")
    made.add_argument("--scenes", type=int, default=200, help="held-out scenes")
    made.add_argument("--parts", default=",".join(PARTS), help=f"some of {','.join(PARTS)}; the others keep the figures of the record")
    made.add_argument("--write", type=Path, metavar="PAGE", help="write the page, such as docs/world.md, with record and grids in docs/world")
    made.add_argument("--sheet", type=Path, metavar="DIR", help="only write a random sample of painted pictures for a person to label")
    made.add_argument("--docs", type=Path, default=Path("docs/world"), help="folder of labels, unless --write names another")
    made.add_argument("--cache", type=Path, default=Path("out/world"), help="where painted pictures are kept")
    return made


def main(arguments: Sequence[str] = ()) -> int:
    """Measures, and says by its status whether every mark that was measured is reached.

    Args:
        arguments: see `--help`.

    Returns:
        0 if all marks of the measured parts are reached; 1 if not, or if all parts were asked for and a mark could not be measured; 2 if
        weights or labels are not as they must be.
    """
    parser = _parser()
    given = parser.parse_args(list(arguments))
    wanted = [part.strip() for part in given.parts.split(",")]
    if unknown := [part for part in wanted if part not in PARTS]:
        parser.error(f"no parts {', '.join(unknown)}; there are {', '.join(PARTS)}")
    if min(given.count, given.seeds, given.scenes) < 1:
        parser.error("--count, --seeds and --scenes must be at least 1")
    docs = given.write.with_suffix("") if given.write else given.docs
    world = World(given.count, given.seeds, given.scenes, given.cache, docs, docs if given.write else None)
    try:
        if given.sheet:
            for file in write_sheets(world.names, world.gallery, world.model.fingerprint, given.sheet):
                print(file)
            return 0
        parts = _measured(world, wanted, given.write)
    except EngineError as error:
        print(f"pentimento: {error}", file=sys.stderr)
        return 2
    print(to_json(parts) if given.json else page(parts, "", docs.name))
    short = missed(figures_of(parts)).values()
    return 1 if False in short or (None in short and len(wanted) == len(PARTS)) else 0


def _measured(world: World, wanted: Sequence[str], to: Path | None) -> dict[str, Part]:
    """Measures parts in their order; the page is written after each, so that a run that is cut keeps what it has."""
    record = world.docs / "figures.json"
    parts = read(record) if to else {}
    for name in (part for part in PARTS if part in wanted):
        print(f"measuring {name}", file=sys.stderr)
        parts[name] = world.measure(name)
        if to:
            world.docs.mkdir(parents=True, exist_ok=True)
            record.write_text(to_json(parts) + "\n")
            tried = world.docs / "tried.md"
            to.write_text(page(parts, tried.read_text() if tried.is_file() else "", world.docs.name))
    return parts
