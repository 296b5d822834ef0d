"""A piece of a request: its words with their tokens, and how it is cut in two."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from .clause import Clause
from .spelling import Word
from .tokens import Token


@dataclass(frozen=True)
class Part:
    """Words that belong together, and their tokens."""

    words: tuple[Word, ...]
    tokens: tuple[Token, ...]

    @property
    def clause(self) -> Clause:
        """The tokens as a clause."""
        return Clause(self.tokens, " " + " ".join(w.said for w in self.words if w.said not in (",", ".", "?")) + " ")


def stripped(words: Sequence[Word]) -> tuple[Word, ...]:
    """Words without the marks and joints around them."""
    first, last = 0, len(words)
    while first < last and words[first].said in (",", ".", "?", "then"):
        first += 1
    while last > first and words[last - 1].said in (",", ".", "and", "then", "but", "so"):
        last -= 1
    return tuple(words[first:last])


def cut(part: Part, stop: Token) -> tuple[Part | None, Part | None]:
    """The two sides of a joint; None for a side without words."""

    def side(words: tuple[Word, ...], tokens: tuple[Token, ...], shift: int) -> Part | None:
        moved = tuple(replace(t, start=t.start - shift, end=t.end - shift) for t in tokens)
        return Part(words, moved) if words and any(t.kind != "stop" for t in moved) else None

    left = side(part.words[: stop.start], tuple(t for t in part.tokens if t.end <= stop.start), 0)
    right = side(part.words[stop.end :], tuple(t for t in part.tokens if t.start >= stop.end), stop.end)
    return left, right


def leftover(part: Part) -> tuple[str, ...]:
    """The words that may be what was not understood, where none of them is strange by itself."""
    told = [" ".join(w.said for w in part.words[t.start : t.end]) for t in part.tokens if t.kind not in ("mark", "stop")]
    return tuple(dict.fromkeys(word for word in told if word)) or tuple(w.said for w in part.words if w.said not in (",", ".", "?"))
