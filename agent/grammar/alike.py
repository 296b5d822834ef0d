"""Asks which of several alike is meant: two red balloons are one wish, so that a change of "the second one" would change both."""

from collections.abc import Sequence

from ...tools.wording import Wish
from .clause import Clause, phrase_of
from .phrases import Phrase
from .requests import Add, Intent, Move, Recolour, Replace, Resize, Which
from .sight import Sight
from .tokens import Token

NEW = frozenset({"add", "put", "place", "set", "give", "want", "draw"})
"""Verbs that one new thing may go with: "put one balloon on the left"."""


def which_of(clause: Clause, sight: Sight, edits: Sequence[Intent] | None) -> Which | None:
    """What to ask where a clause speaks of one of several alike, and what was read from it would do something else.

    Args:
        clause: what was said.
        sight: what it may refer to.
        edits: what it was read as; None where nothing could be read.
    """
    for token in clause.things:
        phrase = phrase_of(token)
        alike = _alike(phrase, sight)
        if alike and _one(clause, token) and _misses(clause, phrase, alike, edits):
            return Which(alike[0].noun)
    return None


def _alike(phrase: Phrase, sight: Sight) -> list[Wish]:
    """The shown things of several that a phrase may mean one of."""
    several = [t for t in sight.things if t.count > 1 or sight.things.count(t) > 1]
    return [t for t in several if phrase.noun in ("", t.noun) and phrase.colour in (None, t.colour)]


def _one(clause: Clause, token: Token) -> bool:
    """Whether one of several is meant: "the second one", "one of the balloons", "one balloon", "the other balloon", "the left balloon"."""
    phrase, before = phrase_of(token), clause.before(token)
    if phrase.plural or phrase.extra in ("more", "both", "all"):
        return False
    sided = before is not None and before.kind == "side" and before.end == token.start and before.end - before.start <= 2 and not phrase.article
    return phrase.ordinal is not None or phrase.number == "one" or phrase.extra == "other" or (phrase.extra == "of" and phrase.count == 1) or sided


def _misses(clause: Clause, phrase: Phrase, alike: Sequence[Wish], edits: Sequence[Intent] | None) -> bool:
    """Whether what was read changes all of them, or adds another one, or does not know what to do."""
    changing = clause.does("make", "change", "colour", "move", "grow", "shrink") and not any(t.value in NEW for t in clause.of("verb"))
    told = clause.of("colour", "size", "side", "relation") or any(phrase_of(t).change for t in clause.things)
    if not edits:
        return bool(edits is None and changing and told)
    for edit in edits:
        if isinstance(edit, Recolour | Move | Resize | Replace) and (edit.old if isinstance(edit, Replace) else edit.what) in alike:
            return True
        if isinstance(edit, Add) and edit.what.noun == phrase.noun and changing and told:
            return True
    return False
