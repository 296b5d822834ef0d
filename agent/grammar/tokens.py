"""A piece of a clause that means something."""

from dataclasses import dataclass, field

from .phrases import Phrase

Kind = str  # thing, verb, colour, size, side, relation, ground, whole, number, ordinal, mark, stop, unknown


@dataclass(frozen=True)
class Token:
    """A piece of a clause that means something.

    Attributes:
        kind: what it is.
        value: a verb's base form, a colour, a side, …
        start: the first of its words.
        end: one after the last of its words.
        phrase: of a thing.
        classes: of a verb.
    """

    kind: Kind
    value: str
    start: int
    end: int
    phrase: Phrase | None = None
    classes: frozenset[str] = field(default=frozenset())
