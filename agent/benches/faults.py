"""Scenes of the world that break one promise of a wanted scene, as the painter paints them: truth for measuring critic and repairs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from PIL import Image

from ...engine.training.pictures import round_trip
from ...engine.training.repainting import paintable, repainted
from ...engine.world import COLOURS, OBJECTS, Scene, Thing, canonical_caption, render, sample_scene
from ...engine.world.scene import holds, place
from ...engine.world.vocabulary import BACKGROUNDS, NATURAL, RELATIONS
from ...tools.checks import Check
from ...tools.seeing import split_phrase
from ...tools.wording import Wanted, parse_request
from ..repair import OPERATIONS

LEVEL = 0.3  # share of the noise with which scenes are painted over
KINDS = tuple(kind for kind, operation in OPERATIONS.items() if operation)


@dataclass(frozen=True)
class Fault:
    """A scene, and what is wanted instead.

    Attributes:
        kind: of the check that is broken.
        shown: what the picture shows.
        wanted: what it should show.
    """

    kind: str
    shown: Scene
    wanted: Scene


def _with(scene: Scene, *things: Thing, **more: Any) -> Scene:
    return replace(scene, things=things, relation=None, absent=None, **more)


def _absent(rng: np.random.Generator) -> Fault:
    drawn = sample_scene(rng, names=paintable(), kind="pair")
    scene = _with(drawn, *drawn.things)
    return Fault("absent", scene, replace(scene, things=scene.things[:1], absent=scene.things[1].name))


def _count(rng: np.random.Generator) -> Fault:
    scene = sample_scene(rng, names=paintable(), kind="count")
    more = rng.random() < 0.5 or len(scene.things) == 4
    fewer = _with(scene, *scene.things[:-1])
    return Fault("count", scene, fewer) if more else Fault("count", fewer, scene)


def _relation(rng: np.random.Generator) -> Fault:
    while True:
        scene = sample_scene(rng, names=paintable(), kind="relation")
        a, b = scene.things
        relation = next(r for r in RELATIONS if holds(r, a.box, b.box))
        swapped = (replace(a, box=place(a.name, max(_sides(a)), b.centre)), replace(b, box=place(b.name, max(_sides(b)), a.centre)))
        if holds(relation, swapped[0].box, swapped[1].box):
            continue
        return Fault("relation", _with(scene, *swapped), replace(scene, relation=(0, relation, 1), absent=None))


def _exists(rng: np.random.Generator) -> Fault:
    scene = sample_scene(rng, names=paintable(), kind="pair")
    return Fault("exists", _with(scene, scene.things[0]), _with(scene, *scene.things))


def _attribute(rng: np.random.Generator) -> Fault:
    while True:
        scene = sample_scene(rng, names=paintable(), kind="pair")
        first, *rest = scene.things
        if OBJECTS[first.name].colourable:
            now, then = rng.choice(list(COLOURS), 2, replace=False)
            old, new = replace(first, colour=str(now)), replace(first, colour=str(then))
            return Fault("attribute", _with(scene, old, *rest), _with(scene, new, *rest))


def _size(rng: np.random.Generator) -> Fault:
    scene = sample_scene(rng, names=paintable(), kind="single")
    thing = scene.things[0]
    small, big = (replace(thing, size=size, box=place(thing.name, side, thing.centre)) for size, side in (("small", 0.27), ("big", 0.7)))
    shown, wanted = (small, big) if rng.random() < 0.5 else (big, small)
    return Fault("size", _with(scene, shown), _with(scene, wanted))


def _background(rng: np.random.Generator) -> Fault:
    scene = sample_scene(rng, names=paintable(), kind="pair")
    other = str(rng.choice([name for name in BACKGROUNDS if name != scene.background]))
    return Fault("background", _with(scene, *scene.things), _with(scene, *scene.things, background=other))


DRAW: dict[str, Callable[[np.random.Generator], Fault]] = {
    "absent": _absent,
    "count": _count,
    "relation": _relation,
    "exists": _exists,
    "attribute": _attribute,
    "size": _size,
    "background": _background,
}


def _sides(thing: Thing) -> tuple[float, float]:
    return thing.box[2] - thing.box[0], thing.box[3] - thing.box[1]


def wanted_of(scene: Scene) -> Wanted:
    """A scene as the agent would have read it from words."""
    read = parse_request(canonical_caption(scene))
    return read.model_copy(update={"background": scene.background, "absent": (scene.absent,) if scene.absent else ()})


def draw(kind: str, number: int, seed: int, *, painted: bool = True) -> tuple[Fault, Image.Image]:
    """A fault and a picture of what it shows.

    Args:
        kind: of the check that is broken.
        number: of the fault.
        seed: of the series.
        painted: painted over by the painter; else the render after the autoencoder's round trip.
    """
    rng = np.random.default_rng([seed, KINDS.index(kind), number])
    fault = DRAW[kind](rng)
    pixels = render(fault.shown).pixels[None]
    shown = repainted(pixels, [fault.shown], rng, level=LEVEL) if painted else round_trip(pixels, rng)
    return fault, Image.fromarray(shown[0])


def painted_over(scene: Scene, seed: Sequence[int]) -> Image.Image:
    """A picture of a scene as the painter paints."""
    return Image.fromarray(repainted(render(scene).pixels[None], [scene], np.random.default_rng(seed), level=LEVEL)[0])


def true_of(check: Check, scene: Scene) -> bool | None:
    """Whether a check holds of a scene; None where words do not settle it, as for the colour of what has the colours it was drawn in."""

    def things(phrase: str) -> list[Thing]:
        _size, colour, noun = split_phrase(phrase)
        return [t for t in scene.things if t.name == noun and colour in (None, t.colour)]

    mine = things(check.subject)
    match check.kind:
        case "exists":
            return bool(mine)
        case "absent":
            return not mine
        case "count":
            return len(mine) == int(check.value or 1)
        case "attribute":
            if any(t.colour is None and NATURAL.get(t.name) is not None for t in mine):
                return None
            return bool(mine) and all(t.colour == check.value for t in mine)
        case "size":
            return bool(mine) and all(t.size == check.value for t in mine)
        case "relation":
            others = things(check.object)
            return bool(mine) and bool(others) and all(holds(check.value, a.box, b.box) for a in mine for b in others)
        case "background":
            return scene.background == check.value
        case _:
            return None
