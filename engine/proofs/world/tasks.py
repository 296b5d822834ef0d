"""What the painter is asked for: GenEval's six kinds of prompt carried over to the world, and the background.

Source: GenEval (Ghosh et al. 2023, arXiv:2310.11513), table 1.
Differs: nouns, colours and wordings are the embedded world's; half of the prompts also say where it is, since a world of few nouns has
too few prompts otherwise. A prompt comes with a scene that fulfils it, from which judge and truth are checked.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ...world import COLOURS, OBJECTS, Scene, caption, sample_scene
from .facts import Fact

SEED = 7_340_033  # no training, calibration or other figure draws from it
PLAIN = 0.5  # share of prompts that do not say where


@dataclass(frozen=True)
class Task:
    """A prompt with what must be so.

    Attributes:
        kind: a key of `KINDS`.
        prompt: what is asked for.
        facts: what the picture must show.
        scene: a scene that does.
    """

    kind: str
    prompt: str
    facts: tuple[Fact, ...]
    scene: Scene


def _drawn(rng: np.random.Generator, names: Sequence[str], kind: str, colours: int = 0, plain: float = PLAIN) -> Scene:
    """A scene of things of no stated size, the first of which have that many different colours, the others none."""
    scene = sample_scene(rng, names=tuple(names), kind=kind, plain=plain, sizes=(1.0, 0.0, 0.0))
    words = [str(c) for c in rng.choice(list(COLOURS), colours, replace=False)] if colours else []
    things = (replace(t, colour=words[i] if i < colours else None) for i, t in enumerate(scene.things))
    return replace(scene, things=tuple(things), absent=None)


def _colourable(names: Sequence[str]) -> list[str]:
    return [name for name in names if OBJECTS[name].colourable]


def _exist(scene: Scene) -> tuple[Fact, ...]:
    return tuple(Fact("exists", name) for name in dict.fromkeys(t.name for t in scene.things))


def _coloured(scene: Scene) -> tuple[Fact, ...]:
    return tuple(Fact("colour", t.name, t.colour) for t in scene.things if t.colour)


def _counted(scene: Scene) -> tuple[Fact, ...]:
    return (Fact("count", scene.things[0].name, str(len(scene.things))),)


def _related(scene: Scene) -> tuple[Fact, ...]:
    if scene.relation is None:
        return ()
    first, relation, second = scene.relation
    return (Fact("relation", scene.things[first].name, relation, scene.things[second].name),)


def _place(scene: Scene) -> tuple[Fact, ...]:
    return (Fact("background", "", scene.background),)


Draw = Callable[[np.random.Generator, Sequence[str]], Scene]
Rule = Callable[[Scene], tuple[Fact, ...]]
# Kind -> how its scenes are drawn, and which of their facts a picture must show.
KINDS: dict[str, tuple[Draw, Rule]] = {
    "single object": (lambda rng, names: _drawn(rng, names, "single"), _exist),
    "colour": (lambda rng, names: _drawn(rng, _colourable(names), "single", 1), _coloured),
    "two objects": (lambda rng, names: _drawn(rng, names, "pair"), _exist),
    "background": (lambda rng, names: _drawn(rng, names, "single", plain=0.0), _place),
    "counting": (lambda rng, names: _drawn(rng, names, "count"), _counted),
    "position": (lambda rng, names: _drawn(rng, names, "relation"), _related),
    "colour binding": (lambda rng, names: _drawn(rng, _colourable(names), "pair", 2), _coloured),
}


def tasks_of(kind: str, names: Sequence[str], count: int, seed: int = SEED) -> tuple[Task, ...]:
    """Prompts of a kind, all different; fewer are a beginning of more.

    Args:
        kind: a key of `KINDS`.
        names: nouns that the painter was taught.
        count: how many.
        seed: of the draw.

    Raises:
        ValueError: the nouns do not give so many different prompts.
    """
    draw, rule = KINDS[kind]
    rng = np.random.default_rng([seed, list(KINDS).index(kind)])
    tasks: dict[str, Task] = {}
    for _ in range(100 * count):
        if len(tasks) == count:
            return tuple(tasks.values())
        scene = draw(rng, names)
        prompt = caption(scene, rng)
        if prompt not in tasks:
            tasks[prompt] = Task(kind, prompt, rule(scene), scene)
    raise ValueError(f"{len(names)} nouns do not give {count} different prompts of the kind {kind!r}, but {len(tasks)}")


def again(scene: Scene, rng: np.random.Generator) -> Scene:
    """Another scene of the same words: things elsewhere, another picture of the same background."""
    names = tuple(dict.fromkeys(t.name for t in scene.things))
    kind = "relation" if scene.relation else "single" if len(scene.things) == 1 else "pair" if len(names) == 2 else "count"
    colours = {t.name: t.colour for t in scene.things}
    while True:
        other = sample_scene(rng, names=names, kind=kind, sizes=(1.0, 0.0, 0.0))
        if len(other.things) == len(scene.things) and _related(other) == _related(scene):
            things = tuple(replace(t, colour=colours[t.name]) for t in other.things)
            return replace(other, things=things, background=scene.background, absent=None)

