"""Facts about pictures, and what eyes, labels or the truth say about them, by one set of rules for all.

Source: GenEval (Ghosh et al. 2023, arXiv:2310.11513), section 3: the surest thing of a noun answers for colour and position, counts
must be exact, and each fact of a prompt must hold.
Differs: eyes and classes are the embedded world's, so a figure is never a GenEval figure; the background is a fact, too.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ...perception.detector import Box
from ...world import BACKGROUNDS, COLOURS, RELATIONS, Scene
from ...world.scene import holds as related
from ...world.vocabulary import INVERSE, NATURAL

FactKind = Literal["exists", "count", "colour", "background", "relation"]
FACTS: tuple[FactKind, ...] = ("exists", "count", "colour", "background", "relation")


@dataclass(frozen=True)
class Fact:
    """One thing that can be said about a picture.

    Attributes:
        kind: what is said.
        noun: of what; empty for the background.
        value: the number, colour, background or relation.
        other: the other noun of a relation.
    """

    kind: FactKind
    noun: str = ""
    value: str = ""
    other: str = ""


@dataclass(frozen=True)
class Sighted:
    """A thing in a picture, as somebody sees it.

    Attributes:
        noun: what it is.
        colours: words that are true of it.
        box: xyxy in fractions; None if nobody said where it is.
    """

    noun: str
    colours: frozenset[str]
    box: Box | None = None


@dataclass(frozen=True)
class Sight:
    """What somebody says is in a picture.

    Attributes:
        things: that are there, the surest first.
        counts: how many there are of a noun, as somebody counts who must be surer than of a thing's being there.
        background: where it is.
        doubtful: nouns of which nobody can say whether they are there.
    """

    things: tuple[Sighted, ...]
    counts: Mapping[str, int]
    background: str
    doubtful: frozenset[str] = frozenset()

    def first(self, noun: str) -> Sighted | None:
        """The surest thing of a noun."""
        return next((thing for thing in self.things if thing.noun == noun), None)


def holds(fact: Fact, sight: Sight) -> bool:
    """Whether a fact is so in somebody's eyes."""
    if fact.kind == "background":
        return sight.background == fact.value
    if fact.kind == "count":
        return sight.counts.get(fact.noun, 0) == int(fact.value)
    thing = sight.first(fact.noun)
    if thing is None:
        return False
    if fact.kind == "colour":
        return fact.value in thing.colours
    if fact.kind == "relation":
        other = sight.first(fact.other)
        return other is not None and thing.box is not None and other.box is not None and related(fact.value, thing.box, other.box)
    return True


def true_colours(noun: str, colour: str | None) -> frozenset[str]:
    """Words that are true of a thing: its colour, or the one that the colours it was drawn in may be called."""
    word = colour or NATURAL.get(noun)
    return frozenset({word} if word else ())


def truth_of(scene: Scene) -> Sight:
    """What a rendered scene shows."""
    things = tuple(Sighted(t.name, true_colours(t.name, t.colour), t.box) for t in scene.things)
    return Sight(things, Counter(t.name for t in scene.things), scene.background)


@dataclass(frozen=True)
class Question:
    """A fact that is asked about, with the answer."""

    fact: Fact
    true: bool


def questions(truth: Sight, names: Sequence[str], rng: np.random.Generator, named: Mapping[str, str]) -> Iterator[Question]:
    """Asks about a picture: of every kind as many facts that are so as facts that are not.

    Args:
        truth: what is there.
        names: nouns that may be asked for.
        rng: chooses the false facts.
        named: nouns whose things have all the same colour word, said by nobody to be the colours it was drawn in.
    """
    here = [noun for noun in truth.counts if noun not in truth.doubtful]
    absent = [noun for noun in names if noun not in truth.counts and noun not in truth.doubtful]
    yield from (Question(Fact("exists", noun), True) for noun in here)
    wrong = rng.permutation(absent)[: max(1, len(here))] if absent else ()
    yield from (Question(Fact("exists", str(noun)), False) for noun in wrong)
    for noun in here:
        number = truth.counts[noun]
        other = number + 1 if number == 1 or rng.random() < 0.5 else number - 1
        yield from (Question(Fact("count", noun, str(n)), n == number) for n in (number, other))
    for noun, colour in named.items():
        if noun in here:
            others = [c for n, c in named.items() if n != noun and c != colour] or [c for c in COLOURS if c != colour]
            yield from (Question(Fact("colour", noun, c), c == colour) for c in (colour, str(rng.choice(others))))
    if truth.background:
        elsewhere = str(rng.choice([place for place in BACKGROUNDS if place != truth.background]))
        yield from (Question(Fact("background", "", place), place == truth.background) for place in (truth.background, elsewhere))
    single = [noun for noun in here if truth.counts[noun] == 1 and (thing := truth.first(noun)) and thing.box]
    if len(single) == 2:
        for relation in RELATIONS:
            if holds(Fact("relation", single[0], relation, single[1]), truth):
                yield from (Question(Fact("relation", single[0], r, single[1]), r == relation) for r in (relation, INVERSE[relation]))


def colour_words(scene: Scene) -> dict[str, str]:
    """Nouns of a scene whose things all have one and the same colour word."""
    words: dict[str, set[str | None]] = {}
    for thing in scene.things:
        words.setdefault(thing.name, set()).add(thing.colour)
    return {noun: colour for noun, said in words.items() if len(said) == 1 and (colour := next(iter(said))) is not None}
