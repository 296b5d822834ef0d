"""Which known word a misspelling most likely means. Timid on purpose: a wrong guess is worse than a question."""

from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The one known word that is near enough, or None where there is none, or more than one.

    Near are: two neighbouring letters swapped (from three letters on); one letter wrong, missing or too many, or two from eight letters
    on, with the same first letter (from five letters on).

    Args:
        word: lower case.
        known: lower case.
    """
    if len(word) < 3 or not word.isalpha():
        return None
    words = tuple(dict.fromkeys(known))
    near = [k for k in words if swapped(word, k)]
    if not near and len(word) >= 5:
        reach = {k: distance(word, k) for k in words if len(k) >= 4 and k[0] == word[0] and abs(len(k) - len(word)) <= 2}
        near = [k for k, d in reach.items() if d <= (2 if max(len(k), len(word)) >= 8 else 1)]
        if len(near) > 1:  # "elefants" is nearer to "elephants" than to "elephant"
            best = min(reach[k] for k in near)
            near = [k for k in near if reach[k] == best]
    return near[0] if len(near) == 1 else None


def swapped(a: str, b: str) -> bool:
    """Whether two neighbouring letters changed places."""
    if len(a) != len(b):
        return False
    off = [i for i in range(len(a)) if a[i] != b[i]]
    return len(off) == 2 and off[1] == off[0] + 1 and a[off[0]] == b[off[1]] and a[off[1]] == b[off[0]]


def distance(a: str, b: str) -> int:
    """Levenshtein distance."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row = row, [i]
        for j, y in enumerate(b, 1):
            row.append(min(before[j] + 1, row[-1] + 1, before[j - 1] + (x != y)))
    return row[-1]
