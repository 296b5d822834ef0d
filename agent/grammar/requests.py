"""What a person can ask for in the embedded world, as values. `understand.py` reads them from words.

A request becomes a tuple of intents in the order said. Nothing is guessed: a word that is neither known nor a likely misspelling makes
the intent `NotUnderstood`, which names it.
"""

from dataclasses import dataclass, field

from ...tools.wording import Wanted, Wish


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
    """Something else in the place of a thing; `which` as in `Recolour`."""

    old: Wish
    new: Wish
    which: str = ""


@dataclass(frozen=True)
class Remove(Intent):
    """A thing less."""

    what: Wish


@dataclass(frozen=True)
class Add(Intent):
    """A thing more; `where` is a side of the picture, or a relation to `beside`; `instead` of what was removed just before."""

    what: Wish
    where: str = ""
    beside: Wish | None = None
    instead: bool = False


@dataclass(frozen=True)
class Recolour(Intent):
    """A thing in another colour; `which` is one of several alike, such as "second" or "left"."""

    what: Wish
    colour: str
    which: str = ""


@dataclass(frozen=True)
class Move(Intent):
    """A thing at another place: a side of the picture, or a relation to `beside`; `which` as in `Recolour`."""

    what: Wish
    where: str
    beside: Wish | None = None
    which: str = ""


@dataclass(frozen=True)
class Resize(Intent):
    """A thing "bigger" or "smaller"; `which` as in `Recolour`."""

    what: Wish
    size: str
    which: str = ""


@dataclass(frozen=True)
class Background(Intent):
    """The same things somewhere else."""

    name: str


@dataclass(frozen=True)
class Count(Intent):
    """As many of a kind of thing as the number says, in the picture as it is."""

    what: Wish
    number: int


@dataclass(frozen=True)
class Swap(Intent):
    """Two things, each where the other stands."""

    first: Wish
    second: Wish


@dataclass(frozen=True)
class Vary(Intent):
    """The current wish painted anew with changes: another background, and things for things; None stands for no thing."""

    background: str | None = None
    changes: tuple[tuple[Wish | None, Wish | None], ...] = ()


@dataclass(frozen=True)
class Control(Intent):
    """A scene painted along the lines, the depth or the regions of a picture that came with the request."""

    kind: str
    wanted: Wanted


@dataclass(frozen=True)
class Like(Intent):
    """A new picture after an example: picture `picture` by its number; 0 is the one that came with the request, else the current one.

    `wanted` is what it should show; nothing where the example alone says it.
    """

    wanted: Wanted
    picture: int = 0


@dataclass(frozen=True)
class Inpaint(Intent):
    """Something in the region that the user drew; nothing fills it with what surrounds it."""

    wanted: Wanted = Wanted()


@dataclass(frozen=True)
class Segment(Intent):
    """The outline of a thing."""

    what: Wish


@dataclass(frozen=True)
class Pair(Intent):
    """Two pictures, by their numbers: to "compare" or to "merge"."""

    verb: str
    first: int
    second: int


@dataclass(frozen=True)
class Learn(Intent):
    """A concept from the pictures that came with the request."""

    name: str
    noun: str | None = None


@dataclass(frozen=True)
class Forget(Intent):
    """A concept less in the library."""

    name: str


@dataclass(frozen=True)
class Session(Intent):
    """Something about the session.

    Undo, redo, again, fix, keep, delete, history, ledger, why, concepts, export, upscale, help, thanks; changed, best, cost.
    """

    verb: str
    count: int = 1


@dataclass(frozen=True)
class Remark(Session):
    """Nothing is done and something is said: that a thing was never otherwise, or stays; `about` is what "it" means afterwards."""

    verb: str = "remark"
    told: str = ""
    about: Wish | None = None


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
class Which(Intent):
    """Words that fit several things, so that the person has to say which: "the dog" of two, "it" where nothing was mentioned."""

    noun: str
    choices: tuple[Wish, ...] = ()


@dataclass(frozen=True)
class NotUnderstood(Intent):
    """Words that this world does not know, or a thing that the picture does not show.

    `nameless` where a lesson lacks the name; `told` says what cannot be done, where that is known.
    """

    unknown: tuple[str, ...] = ()
    missing: str = ""
    suggestions: tuple[str, ...] = ()
    nameless: bool = False
    told: str = ""


@dataclass(frozen=True)
class Context:
    """What a request may refer to.

    Attributes:
        wanted: what the current picture was made to show; None where there is no picture or nobody knows.
        picture: whether there is a current picture.
        concepts: names of learned concepts.
        names: names the user gave to pictures, each with the picture's number.
        number: the current picture's number, as the user counts.
        pictures: how many pictures there are.
        scenes: what each picture was made to show, by number; None where nobody knows.
        said_at: the number of the picture that was current when the request was said, where its first words already led elsewhere.
        before: the number of the picture that was current before this one; None where there was none.
        line: the numbers of the pictures that led to this one, the last one first.
        given: whether pictures came with the request.
        masked: whether the user drew a mask.
        last: what was talked about last: what "it" means.
        asked: the request that the user was asked "which one?" about, just before this one.
        choices: what could be chosen then.
        chosen: what was chosen.
    """

    wanted: Wanted | None = None
    picture: bool = False
    concepts: tuple[str, ...] = ()
    names: tuple[tuple[str, int], ...] = ()
    number: int | None = None
    pictures: int = 0
    scenes: tuple[Wanted | None, ...] = ()
    said_at: int | None = None
    before: int | None = None
    line: tuple[int, ...] = ()
    given: bool = False
    masked: bool = False
    last: tuple[Wish, ...] = ()
    asked: str = ""
    choices: tuple[Wish, ...] = ()
    chosen: tuple[Wish, ...] = ()
