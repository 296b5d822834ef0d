"""The painter by the judge: plain sampling on seven kinds of prompts, with the ceiling and the floor of that judge."""

from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image

from ...intervals import bootstrap
from ...world import render
from .facts import holds, truth_of
from .gallery import Gallery
from .record import Part, Rows
from .sights import Onlooker
from .tasks import KINDS, Task, tasks_of

SEED = 7_400_000  # of the noise
Redo = Callable[[Sequence[Image.Image]], list[Image.Image]]


def seeds_of(index: int, seeds: int) -> list[int]:
    """Seeds of a prompt; the first ones stay when there are more of them."""
    return [SEED + 64 * index + k for k in range(seeds)]


def asked(names: Sequence[str], count: int, seeds: int) -> dict[str, list[tuple[Task, list[int]]]]:
    """The prompts of each kind with their seeds."""
    return {kind: [(task, seeds_of(i, seeds)) for i, task in enumerate(tasks_of(kind, names, count))] for kind in KINDS}


def measure_painting(names: Sequence[str], gallery: Gallery, judge: Onlooker, through: Redo, *, count: int, seeds: int) -> Part:
    """How often a picture shows what was asked for.

    The ceiling is the same judge on renders of the prompts after the autoencoder's round trip, which no painter can do better than; the
    floor is the same on the render of another prompt of the kind that does not fulfil this one.

    Args:
        names: nouns that the painter was taught.
        gallery: gives the pictures.
        judge: who looks.
        through: pictures after encoder and decoder.
        count: prompts a kind.
        seeds: pictures a prompt.
    """
    figures = {}
    nouns: dict[str, list[bool]] = {}
    for kind, prompts in asked(names, count, seeds).items():
        wanted = [(task.prompt, seed) for task, own in prompts for seed in own]
        sights = judge(gallery.pictures(wanted))
        fulfilled = [all(holds(f, sight) for f in task.facts) for sight, task in zip(sights, [t for t, own in prompts for _ in own], strict=True)]
        figures[f"painter.{kind}"] = bootstrap(np.reshape(fulfilled, (count, seeds)).mean(1))
        if kind == "single object":
            for (task, _), row in zip(prompts, np.reshape(fulfilled, (count, seeds)), strict=True):
                nouns.setdefault(task.facts[0].noun, []).extend(bool(v) for v in row)
        shown = judge(through([render(task.scene).image for task, _ in prompts]))
        figures[f"ceiling.{kind}"] = bootstrap([float(all(holds(f, s) for f in t.facts)) for (t, _), s in zip(prompts, shown, strict=True)])
        figures[f"floor.{kind}"] = bootstrap([float(all(holds(f, shown[_other(prompts, i)]) for f in t.facts)) for i, (t, _) in enumerate(prompts)])
    rows: Rows = [["noun", "pictures", "seen"], *([n, str(len(v)), f"{np.mean(v):.2f}"] for n, v in sorted(nouns.items()))]
    return Part({"prompts a kind": count, "seeds a prompt": seeds}, figures, {"Single objects by noun": rows})


def _other(prompts: Sequence[tuple[Task, list[int]]], index: int) -> int:
    """The next prompt whose scene does not show what this one asks for."""
    facts = prompts[index][0].facts
    for step in range(1, len(prompts)):
        other = (index + step) % len(prompts)
        if not all(holds(f, truth_of(prompts[other][0].scene)) for f in facts):
            return other
    raise ValueError("every scene fulfils every prompt: there is no floor to measure")
