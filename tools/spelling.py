"""Which known word a misspelling most likely means. Timid on purpose: a wrong guess is worse than a question."""

import re
from collections.abc import Iterable

# Common words that would otherwise be taken for a misspelling of a known one, and mean something else.
REAL = frozenset(
    (
        "agent ample ancient attack backpack baked bat bats beard bears bee beech bench blank blanket bleach blender blink block boarder boast "
        "bolder bored boring "
        "books boots bot bow bows branches brave breach broom building buses butter camel candy cannon cards cast cattle ceiling chain "
        "chase cherries chick cloud clown coat cold colder comet contract course covers crate crow crowd crows crying curtain curtains dawn "
        "deserts dessert dip diver donut drawer drift drone elegant expert farmer fields finger fires fishes fist flags flour foxes freezing "
        "friends frown fur furry giants glass glowing goat grape gravy greek gross hated hates hell holder holes hug insect layer leader lesson "
        "liver louse maker man market mars mountain mountains mouse net others otter pain palace pants paris pasta pastel paths peach peoples "
        "pin pint plan plane planes planet planets plate plates plums pointer porch posture pouch princess printer protect purse puzzle quilt "
        "raining rains rainy retro riding ruler scooter seals seeds sender shark sheep shell shells shirt shoe shoes shops short shoulder "
        "shower sings skates sketchy skull skunk sleeping slice slipper smell smiling snail snake speck spotted stairs stall star stars statue "
        "steak steal steam steel stone stones stool stoop stories stork storm storms stormy story stove streets string sunrise swamp swans tan "
        "tank tee teeth theme themes track tracks trick tricks trunk upside verse voice wafers waist waiter waiters walls wave wet wheat windy "
        "winery witch world writer"
    ).split()
)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The one known word that is near enough, or None where there is none, or more than one.

    Near are: two neighbouring letters swapped (from three letters on); a letter typed twice; double letters typed single, or the other way
    round (from five letters on); in a short word a letter forgotten, or all
    letters in another order; in a longer one a letter wrong, missing or too many, two from eight letters on, the first letter being
    right. A real word is left alone.

    Args:
        word: lower case.
        known: lower case.
    """
    if len(word) < 3 or not word.isalpha() or word in REAL:
        return None
    words = tuple(dict.fromkeys(known))
    near = [k for k in words if swapped(word, k)] or [k for k in words if twice(word, k)] or [k for k in words if doubled(word, k)]
    if not near and len(word) < 5:
        near = [k for k in words if len(k) >= 4 and k[0] == word[0] and (forgotten(word, k) or mixed(word, k))]
    elif not near:
        reach = {k: distance(word, k) for k in words if len(k) >= 4 and k[0] == word[0] and abs(len(k) - len(word)) <= 2}
        near = [k for k, d in reach.items() if d <= (2 if max(len(k), len(word)) >= 8 else 1)]
        if len(near) > 1:  # "elefants" is nearer to "elephants" than to "elephant"
            best = min(reach[k] for k in near)
            near = [k for k in near if reach[k] == best]
        near = near or [k for k in words if len(word) <= 6 and mixed(word, k)]
    if len(near) > 1:  # the last letter is seldom the wrong one
        near = [k for k in near if k[-1] == word[-1]]
    return near[0] if len(near) == 1 else None


def swapped(a: str, b: str) -> bool:
    """Whether two neighbouring letters changed places."""
    if len(a) != len(b):
        return False
    off = [i for i in range(len(a)) if a[i] != b[i]]
    return len(off) == 2 and off[1] == off[0] + 1 and a[off[0]] == b[off[1]] and a[off[1]] == b[off[0]]


def mixed(a: str, b: str) -> bool:
    """Whether the letters are the same in another order, the first in its place."""
    return a[0] == b[0] and sorted(a) == sorted(b)


def forgotten(word: str, meant: str) -> bool:
    """Whether a word lacks one letter of the one that was meant."""
    return len(meant) == len(word) + 1 and any(meant[:i] + meant[i + 1 :] == word for i in range(1, len(meant)))


def twice(word: str, meant: str) -> bool:
    """Whether a word is the one that was meant with a letter typed twice."""
    return len(word) == len(meant) + 1 and any(word[i] == word[i - 1] and word[:i] + word[i + 1 :] == meant for i in range(1, len(word)))


def doubled(word: str, meant: str) -> bool:
    """Whether only the doubling of letters is wrong: "balon"."""
    return len(word) >= 5 and re.sub(r"(.)\1+", r"\1", word) == re.sub(r"(.)\1+", r"\1", meant)


def distance(a: str, b: str) -> int:
    """How many letters are wrong, missing, too many, or swapped with their neighbour (optimal string alignment)."""
    earlier: list[int] = []
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        earlier, before, row = row if i == 1 else before, row, [i]
        for j, y in enumerate(b, 1):
            best = min(before[j] + 1, row[-1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                best = min(best, earlier[j - 2] + 1)
            row.append(best)
    return row[-1]
