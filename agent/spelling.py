"""Makes a typed request regular: one case, no courtesies, likely misspellings mended.

Verbs have to be mended before patterns can match; how timidly is decided in `tools/spelling.py`.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from ..engine.world.vocabulary import BACKGROUNDS, COLOURS, COUNTS, OBJECTS, SIZES
from ..tools.lexicon import FILLERS, SYNONYMS
from ..tools.spelling import nearest

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
    return frozenset((*nouns, *COLOURS, *BACKGROUNDS, *COUNTS, *(s for s in SIZES if s), *VERBS, *SMALL, *SYNONYMS, *FILLERS))


def mended(word: str) -> str:
    """The known word that a misspelling most likely means, or the word itself."""
    known = lexicon()
    return word if word in known else nearest(word, known) or word
