"""A small notation for wordings, so that tables of them stay readable: `take … back`, `(new|other) {pic}`, `roll (the)? dice`.

Words stand in their base form. "…" is up to six words, "(a|b c)" one of several, "(a)?" may be missing, "{x}" one of a named group,
"^" and "$" the ends. A pattern is looked for anywhere in what was said.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

GAP = r"(?:\S+ ){0,6}?"


@lru_cache(maxsize=4096)
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern without groups as a regular expression over " words with one space around each "."""
    made = ""
    for part in re.findall(r"\([^()]*\)\??|\S+", pattern):
        if part == "…":
            made += GAP
        elif part == "^":
            made += r"(?<=^ )"
        elif part == "$":
            made += "$"
        elif part.startswith("("):
            options = sorted(part.rstrip("?")[1:-1].split("|"), key=len, reverse=True)  # "this one" before "this"
            inside = "|".join("$" if option == "$" else f"{re.escape(option.strip())} " for option in options)
            made += f"(?:{inside})" + ("?" if part.endswith("?") else "")
        else:
            made += re.escape(part) + " "
    return re.compile(r"(?<= )" + made)


def expanded(patterns: str, groups: Mapping[str, str]) -> tuple[str, ...]:
    """The patterns of a table, one a line, with the named groups put in."""
    lines = []
    for line in patterns.strip().splitlines():
        filled = re.sub(r"\{(\w+)\}", lambda found: f"({groups[found[1]]})", line.strip())
        lines.append(filled)
    return tuple(line for line in lines if line)


def found(patterns: Iterable[str], plain: str) -> re.Match[str] | None:
    """Where the first pattern that fits is, None where none does."""
    return next((match for match in (compiled(p).search(f" {plain} ") for p in patterns) if match), None)


def words_in(patterns: Iterable[str]) -> frozenset[str]:
    """The words that patterns are made of."""
    return frozenset(word for pattern in patterns for word in re.findall(r"[a-z]{3,}", pattern))
