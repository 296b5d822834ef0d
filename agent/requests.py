"""Reads what a person asks for in the embedded world: verbs and patterns here, noun phrases in `tools.wording`.

A request becomes a tuple of intents in the order said. Nothing is guessed: a word that is neither known nor a likely misspelling makes
the intent `NotUnderstood`, which names it.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from ..engine.world.vocabulary import BACKGROUNDS, COLOURS
from ..tools.wording import Wanted, Wish, correct, parse_request

ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5, "5th": 5, "sixth": 6}
ORDINALS |= {"6th": 6, "seventh": 7, "7th": 7, "eighth": 8, "8th": 8, "last": -1, "latest": -1, "newest": -1, "original": 1}
NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "a couple of": 2, "a": 1}
# Verbs that begin a request; words of the world are corrected by `tools.wording`.
VERBS = tuple(
    (
        "replace swap exchange substitute turn change transform convert make remove delete erase take add insert place put move shift "
        "paint colour recolour draw create show shrink enlarge undo redo upscale learn remember describe export history background without"
    ).split()
)
SIDES = {"left": "left", "right": "right", "top": "top", "bottom": "bottom", "up": "top", "down": "bottom", "upper": "top", "lower": "bottom"}
RELATIONS = {
    "left of": "left of",
    "right of": "right of",
    "above": "above",
    "over": "above",
    "on top of": "above",
    "below": "below",
    "under": "below",
    "underneath": "below",
    "beneath": "below",
    "next to": "",
    "beside": "",
    "near": "",
}


@dataclass(frozen=True)
class Intent:
    """One thing the user wants; `words` is the part of the request that says so."""

    words: str = field(default="", kw_only=True, compare=False)


@dataclass(frozen=True)
class Paint(Intent):
    """A new picture of a wanted scene."""

    wanted: Wanted


@dataclass(frozen=True)
class Replace(Intent):
    """Something else in the place of a thing."""

    old: Wish
    new: Wish


@dataclass(frozen=True)
class Remove(Intent):
    """A thing less."""

    what: Wish


@dataclass(frozen=True)
class Add(Intent):
    """A thing more; `where` is a side of the picture, or a relation to `beside`."""

    what: Wish
    where: str = ""
    beside: Wish | None = None


@dataclass(frozen=True)
class Recolour(Intent):
    """A thing in another colour."""

    what: Wish
    colour: str


@dataclass(frozen=True)
class Move(Intent):
    """A thing at another place: a side of the picture, or a relation to `beside`."""

    what: Wish
    where: str
    beside: Wish | None = None


@dataclass(frozen=True)
class Resize(Intent):
    """A thing "bigger" or "smaller"."""

    what: Wish
    size: str


@dataclass(frozen=True)
class Background(Intent):
    """The same things somewhere else."""

    name: str


@dataclass(frozen=True)
class Learn(Intent):
    """A concept from the pictures that came with the request."""

    name: str
    noun: str | None = None


@dataclass(frozen=True)
class Session(Intent):
    """Something about the session: undo, redo, history, help, export, upscale, again."""

    verb: str
    count: int = 1


@dataclass(frozen=True)
class Go(Intent):
    """Back to an earlier picture, by number or by name."""

    target: int | str


@dataclass(frozen=True)
class Name(Intent):
    """A name for the current picture."""

    name: str


@dataclass(frozen=True)
class Ask(Intent):
    """A question about the current picture; an empty one asks for a description."""

    question: str


@dataclass(frozen=True)
class NotUnderstood(Intent):
    """Words that this world does not know, or a thing that the picture does not show."""

    unknown: tuple[str, ...] = ()
    missing: str = ""
    suggestions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Context:
    """What a request may refer to.

    Attributes:
        wanted: what the current picture was made to show; None where there is no picture or nobody knows.
        picture: whether there is a current picture.
        concepts: names of learned concepts.
        names: names the user gave to pictures.
        given: whether pictures came with the request.
    """

    wanted: Wanted | None = None
    picture: bool = False
    concepts: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    given: bool = False
