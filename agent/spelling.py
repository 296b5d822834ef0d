"""Makes a typed request regular: one case, no courtesies, likely misspellings mended.

Mending is timid on purpose: "coat" must not become "cat" unseen. A word is changed only when exactly one known word is a swap of two
neighbouring letters away, or, for words of five letters and more with the same first letter, one letter (two from seven letters on).
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from ..engine.world.vocabulary import BACKGROUNDS, COLOURS, COUNTS, OBJECTS, SIZES

VERBS = (
    "replace swap exchange substitute turn change transform convert make remove delete erase take away add insert place put move shift "
    "paint colour recolour draw create show shrink enlarge undo redo upscale learn remember describe export history background picture "
    "without should bigger smaller larger above below under right left middle instead everything"
).split()
SMALL = (
    "the and with this that it them into from next there their these those then than for was saw what where how "
    "many form more most concept concepts pictures images photo photos version called named image photo step"
).split()
COURTESY = re.compile(
    r"\b(?:please|pls|thanks|thank you|kindly|i(?:'d| would) like (?:you to |to see |to have )?|i want you to|now|just|maybe)\b,?|"
    r"^(?:(?:could you|can you|would you|will you|let's|lets|hey|hi|hello|ok|okay|well)\b,? ?)+"
)


def tidy(text: str, names: Iterable[str] = ()) -> str:
    """Makes a request regular.

    Args:
        text: what was typed.
        names: words that must stay as they are: concepts, named pictures.
    """
    said = text.lower().replace("’", "'").replace("color", "colour").replace("gray", "grey")
    said = re.sub(r"[\"“”!?()]+|\.+(?=\s|$)", " ", said)
    said = re.sub(r"\s*,\s*", ", ", said)
    kept = frozenset(word for name in names for word in name.lower().split())
    said = re.sub(r"[a-z]+", lambda found: found[0] if found[0] in kept else mended(found[0]), said)
    said = COURTESY.sub(" ", said)
    return re.sub(r"\s+", " ", said).strip(" ,.")


@lru_cache(maxsize=1)
def lexicon() -> frozenset[str]:
    """Words that a misspelling may be mended to."""
    nouns = [w for o in OBJECTS.values() for w in (o.name, o.plural)]
    return frozenset((*nouns, *COLOURS, *BACKGROUNDS, *COUNTS, *(s for s in SIZES if s), *VERBS, *SMALL))


def mended(word: str) -> str:
    """The known word that a misspelling most likely means, or the word itself."""
    known = lexicon()
    if len(word) < 3 or word in known:
        return word
    near = [k for k in known if _swapped(word, k)]
    if not near and len(word) >= 5:
        most = 2 if len(word) >= 7 else 1
        far = {k: _distance(word, k) for k in known if len(k) >= 5 and k[0] == word[0]}
        nearest = min(far.values(), default=most + 1)
        near = [k for k, d in far.items() if d == nearest <= most]
    return near[0] if len(near) == 1 else word


def _swapped(a: str, b: str) -> bool:
    """Whether two neighbouring letters changed places."""
    if len(a) != len(b):
        return False
    off = [i for i in range(len(a)) if a[i] != b[i]]
    return len(off) == 2 and off[1] == off[0] + 1 and a[off[0]] == b[off[1]] and a[off[1]] == b[off[0]]


def _distance(a: str, b: str) -> int:
    """Levenshtein distance."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row = row, [i]
        for j, y in enumerate(b, 1):
            row.append(min(before[j] + 1, row[-1] + 1, before[j - 1] + (x != y)))
    return row[-1]
