"""Says what a scene shows, in several wordings."""

import numpy as np

from .scene import Scene, Thing
from .vocabulary import BACKGROUNDS, COUNTS, HELD_OUT, OBJECTS, article

NO_WORDS = "."  # read as the empty caption: the tokenizer drops marks

NUMBERS = {number: word for word, number in COUNTS.items()}


def phrase(thing: Thing) -> str:
    """The words of a thing without article: "small red car"."""
    return " ".join(word for word in (thing.size, thing.colour or "", thing.name) if word)


def with_article(words: str) -> str:
    """Puts "a" or "an" before a noun phrase; nouns that are always plural take none."""
    if words.split()[-1] in ("glasses", "fireworks"):
        return words
    return f"{article(words)} {words}"


def _plural(thing: Thing) -> str:
    word = OBJECTS.get(thing.name) or HELD_OUT[thing.name]
    return " ".join(w for w in (thing.size, thing.colour or "", word.plural) if w)


def _subjects(scene: Scene) -> str:
    things = scene.things
    if not things:
        return "nothing"
    if scene.relation is not None:
        first, relation, second = scene.relation
        return f"{with_article(phrase(things[first]))} {relation} {with_article(phrase(things[second]))}"
    groups: dict[str, list[Thing]] = {}
    for thing in things:
        groups.setdefault(phrase(thing), []).append(thing)
    parts = [with_article(p) if len(g) == 1 else f"{NUMBERS[len(g)]} {_plural(g[0])}" for p, g in groups.items()]
    return " and ".join(parts)


def canonical_caption(scene: Scene) -> str:
    """The plainest wording: subjects, then where; the plain background is not mentioned."""
    if not scene.things:
        return f"an empty scene {BACKGROUNDS[scene.background]}"
    where = "" if scene.background == "plain" else f" {BACKGROUNDS[scene.background]}"
    without = f" without {OBJECTS[scene.absent].plural}" if scene.absent else ""
    return f"{_subjects(scene)}{where}{without}"


def caption(scene: Scene, rng: np.random.Generator) -> str:
    """One of several wordings, chosen by chance; the order of unrelated subjects varies too."""
    if len(scene.things) == 2 and scene.relation is None and rng.random() < 0.5:
        scene = Scene(scene.things[::-1], scene.background, scene.seed, None, scene.absent)
    said = canonical_caption(scene)
    if scene.background == "plain" and scene.things and rng.random() < 0.3:
        said = f"{said} {BACKGROUNDS['plain']}"
    opening = str(rng.choice(["", "a photo of ", "a picture of ", "there is ", "paint "], p=[0.6, 0.15, 0.1, 0.05, 0.1]))
    return opening + said
