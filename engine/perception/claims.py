"""Sentences about scenes: true ones, false ones that differ in a single fact, and which of them hold of another scene.

False sentences that keep the words and break one fact are what teaches a dual encoder to bind them (NegCLIP, Yuksekgonul et
al. 2022, arXiv:2210.01936), and what a judge must tell from the truth.
"""

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np

from ..world import BACKGROUNDS, COLOURS, OBJECTS, Scene, Thing, caption
from ..world.captions import phrase, with_article
from ..world.scene import holds
from ..world.vocabulary import INVERSE, NATURAL, RELATIONS

OPENINGS = ("", "a photo ", "a picture ")


@dataclass(frozen=True)
class Claim:
    """Something said about a scene.

    Attributes:
        scene: what is claimed, as a scene; only what `kind` names counts.
        kind: "whole" (all things and the place), "place", or "thing" (one thing is there).
        wording: seed of the choice of words.
        index: the thing that a "thing" claim is about.
    """

    scene: Scene
    kind: str
    wording: int
    index: int = 0

    @property
    def text(self) -> str:
        """The sentence."""
        rng = np.random.default_rng(self.wording)
        if self.kind == "place":
            return str(rng.choice(OPENINGS)) + BACKGROUNDS[self.scene.background]
        if self.kind == "thing":
            thing = self.scene.things[self.index]
            opening = str(rng.choice(["", "", "a photo of ", "there is "]))
            return opening + with_article(phrase(thing if rng.random() < 0.5 else replace(thing, size="")))
        return caption(self.scene, rng)


def related(scene: Scene, rng: np.random.Generator) -> Scene:
    """The scene with a relation stated, where two different things stand in one and none is stated yet."""
    if scene.relation is not None or len(scene.things) != 2 or scene.things[0].name == scene.things[1].name:
        return scene
    first, second = (int(i) for i in rng.permutation(2))
    held = [r for r in RELATIONS if holds(r, scene.things[first].box, scene.things[second].box)]
    return replace(scene, relation=(first, str(rng.choice(held)), second)) if held else scene


def claim(scene: Scene, rng: np.random.Generator) -> Claim:
    """Says something true: mostly everything, now and then only the place or one thing; every other pair is said to stand in a relation."""
    chance, wording = rng.random(), int(rng.integers(2**31))
    plain = replace(scene, absent=None)
    if chance < 0.2 or not scene.things:
        return Claim(plain, "place", wording)
    if chance < 0.4:
        return Claim(plain, "thing", wording, int(rng.integers(len(scene.things))))
    return Claim(related(plain, rng) if rng.random() < 0.5 else plain, "whole", wording)


def suits(wanted: Thing, shown: Thing) -> bool:
    """Whether a thing may be called what is wanted; a colour it was drawn in counts in favour."""
    if wanted.name != shown.name:
        return False
    return wanted.colour in (None, shown.colour) or (shown.colour is None and NATURAL.get(shown.name) == wanted.colour)


def may_hold(said: Claim, scene: Scene) -> bool:
    """Whether a claim could be true of another scene (relations and sizes are taken for granted)."""
    if said.kind == "thing":
        return any(suits(said.scene.things[said.index], t) for t in scene.things)
    if said.kind == "place" or (said.scene.background != "plain" and said.scene.background != scene.background):
        return said.scene.background == scene.background
    groups = Counter((t.name, t.colour) for t in said.scene.things)
    firsts = {(t.name, t.colour): t for t in said.scene.things}
    return all(sum(suits(firsts[key], t) for t in scene.things) >= count for key, count in groups.items())


def _colour(scene: Scene, index: int, rng: np.random.Generator) -> Scene | None:
    thing = scene.things[index]
    if not OBJECTS[thing.name].colourable:
        return None
    others = [c for c in COLOURS if c != thing.colour and (thing.colour or NATURAL.get(thing.name) != c)]
    wrong = str(rng.choice(others))
    alike = all(t.name == thing.name for t in scene.things)
    things = tuple(replace(t, colour=wrong) if alike or i == index else t for i, t in enumerate(scene.things))
    return replace(scene, things=things)


def _noun(scene: Scene, index: int, rng: np.random.Generator) -> Scene | None:
    thing = scene.things[index]
    name = str(rng.choice([n for n in OBJECTS if n not in {t.name for t in scene.things}]))
    colour = thing.colour if OBJECTS[name].colourable else None
    alike = all(t.name == thing.name for t in scene.things)
    things = tuple(replace(t, name=name, colour=colour) if alike or i == index else t for i, t in enumerate(scene.things))
    return replace(scene, things=things)


def _place(scene: Scene, index: int, rng: np.random.Generator) -> Scene | None:
    return replace(scene, background=str(rng.choice([b for b in BACKGROUNDS if b not in (scene.background, "plain")])))


def _count(scene: Scene, index: int, rng: np.random.Generator) -> Scene | None:
    if len(scene.things) < 1 or len({t.name for t in scene.things}) > 1:
        return None
    wrong = int(rng.choice([n for n in (2, 3, 4) if n != len(scene.things)]))
    return replace(scene, things=(scene.things[0],) * wrong)


def _added(scene: Scene, index: int, rng: np.random.Generator) -> Scene | None:
    if len(scene.things) != 1:
        return None
    name = str(rng.choice([n for n in OBJECTS if n != scene.things[0].name]))
    colour = str(rng.choice(list(COLOURS))) if OBJECTS[name].colourable and rng.random() < 0.5 else None
    return replace(scene, things=(*scene.things, Thing(name, colour, "", scene.things[0].box)))


def _relation(scene: Scene, index: int, rng: np.random.Generator) -> Scene | None:
    if scene.relation is None:
        return None
    first, relation, second = scene.relation
    return replace(scene, relation=(first, INVERSE[relation], second))


def _swap(scene: Scene, index: int, rng: np.random.Generator) -> Scene | None:
    if len(scene.things) != 2:
        return None
    a, b = scene.things
    if a.name == b.name or None in (a.colour, b.colour) or a.colour == b.colour:
        return None
    return replace(scene, things=(replace(a, colour=b.colour), replace(b, colour=a.colour)))


BREAKS = {"colour": _colour, "noun": _noun, "place": _place, "count": _count, "added": _added, "relation": _relation, "swap": _swap}
# How often each is tried; the rare ones need rare scenes, so they go first where they apply.
WEIGHTS = {"colour": 2.0, "noun": 2.0, "place": 1.0, "count": 1.0, "added": 0.7, "relation": 6.0, "swap": 6.0}


def broken(said: Claim, rng: np.random.Generator, how: str | None = None) -> Claim | None:
    """The same sentence with one fact wrong.

    Args:
        said: a true claim.
        rng: where chance comes from.
        how: a key of `BREAKS`; drawn from those that apply when None.

    Returns:
        A false claim in the same wording, or None where that fact cannot be broken.
    """
    scene = said.scene
    if said.kind == "place":
        elsewhere = str(rng.choice([b for b in BACKGROUNDS if b != scene.background]))
        return replace(said, scene=replace(scene, background=elsewhere)) if how in (None, "place") else None
    index = said.index if said.kind == "thing" else int(rng.integers(len(scene.things)))
    kinds = [how] if how else ["colour", "noun"] if said.kind == "thing" else list(BREAKS)
    weights = np.asarray([WEIGHTS[k] for k in kinds])
    for kind in rng.choice(kinds, size=len(kinds), replace=False, p=weights / weights.sum()):
        wrong = BREAKS[str(kind)](scene, index, rng)
        if wrong is None:
            continue
        false = replace(said, scene=wrong)
        if said.kind == "thing" and may_hold(false, scene):
            continue
        if false.text != said.text:
            return false
    return None
