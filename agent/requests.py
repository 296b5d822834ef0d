"""What a person can ask for in the embedded world, as values. `understand.py` reads them from words.

A request becomes a tuple of intents in the order said. Nothing is guessed: a word that is neither known nor a likely misspelling makes
the intent `NotUnderstood`, which names it.
"""

from dataclasses import dataclass, field

from ..tools.wording import Wanted, Wish


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
