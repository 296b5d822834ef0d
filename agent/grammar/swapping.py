"""Reads that two things change places: "swap the dog and the car", "swap left and right".

Or each where the other is: "the cats where the house is, and the house where the cats are".
"""

from .clause import Clause, indefinite, phrase_of
from .counting import Read
from .phrases import Phrase
from .requests import Remark, Swap
from .sight import Sight


def swaps(clause: Clause, sight: Sight) -> Read:
    """Two things change places."""
    crossed = _crossed(clause, sight)
    if crossed is not None:
        return [crossed]
    sides = {t.value for t in clause.of("side")} in ({"left", "right"}, {"top", "bottom"}) and clause.only({"side"}, ("swap",))
    if sides and clause.does("swap") and not clause.things:
        if len(sight.things) == 2 and all(w.count == 1 for w in sight.things):
            return [Swap(*sight.things)]
        return [Remark(told='Which two things shall change places? Say "swap the dog and the cat", for example. Nothing was changed yet.')]
    bare = not clause.of("verb") and len(clause.things) == 2
    moved = clause.marked("places") and (bare or clause.does("swap", "change", "make", "be", "put", "move", "want", "replace", "vanish"))
    if not (clause.does("swap") or moved) or not clause.only({"thing"}, ("swap", "put", "move", "replace", "vanish")):
        return None
    if clause.marked("instead of", "from"):
        return None
    things = [phrase_of(t) for t in clause.things] or [Phrase(definite=True, pronoun=True, plural=True)]
    if len(things) > 2 and sum(bool(p.noun) for p in things) == 2:
        things = [p for p in things if p.noun]  # "the dog and the car, switch them around"
    if len(things) == 1 and (things[0].plural or things[0].extra == "both"):
        meant = sight.present(things[0])
        return [Swap(meant[0], meant[1])] if len(meant) == 2 else None
    if len(things) != 2 or (any(indefinite(t) for t in things) and not clause.marked("places")):
        return None
    if clause.marked("for") and not clause.marked("places") and not sight.shows(things[1]):
        return None
    first, second = sight.one(things[0]), sight.one(things[1])
    return [Swap(first, second)] if first != second else None


def _crossed(clause: Clause, sight: Sight) -> Swap | None:
    """Each of two things where the other is: "the cats where the house is and the house where the cats are"."""
    named = [phrase_of(t) for t in clause.things if phrase_of(t).noun]
    nouns = [p.noun for p in named]
    if (
        len(nouns) != 4
        or sum(t.value == "where" for t in clause.of("mark")) != 2
        or nouns[0] == nouns[1]
        or nouns != [*nouns[:2], nouns[1], nouns[0]]
    ):
        return None
    return Swap(sight.one(named[0]), sight.one(named[1]))
