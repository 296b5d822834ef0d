"""Reads that only one of several is as it should be: "only one balloon is pink" wants the others pink too, "can both be" speaks of balloons."""

import re
from collections.abc import Callable, Sequence

from ...engine.world.vocabulary import OBJECTS
from .clause import Clause, indefinite, phrase_of
from .counting import Read
from .phrases import Phrase
from .requests import Recolour, Remark, Session
from .sight import Sight
from .spelling import Word
from .tokens import Token

TOLD = ("is", "are", "was", "were", "looks", "look", "turned", "became", "came out", "got", "has become")
SAME_COLOUR = re.compile(r" same colours? (?:as|like|of) | (?:in|into|to) (?:the )?colours? of | (?:as|like) the \w+ 's colour | coloured like ")
ALONE = frozenset("be are should could can must in to , . ? please and look bigger smaller red green blue yellow pink purple white black of".split())
"""Words behind a "both" that stands for a noun."""


def partly(clause: Clause, sight: Sight) -> Read:
    """The others in the colour that only one of several has."""
    things = [phrase_of(t) for t in clause.things]
    if not sight.context.picture or len(things) != 1 or clause.marked("not", "no", "without"):
        return None
    if not clause.only({"thing", "colour"}) or not clause.said_any(*TOLD) or clause.does("want", "give") or clause.said_any("should", "must"):
        return None
    colours = [t.value for t in clause.of("colour")]
    if not clause.marked("only") and things[0].extra != "of":
        return None
    one = things[0].count == 1 or things[0].number == "one" or things[0].extra == "of"
    if not one or len(colours) != 1 or things[0].colour:
        return None
    named = Phrase(noun=things[0].noun, definite=True, plural=True, pronoun=things[0].pronoun)
    if not things[0].pronoun and not sight.kin(named):
        return None
    others = [w for w in sight.present(named) if w.colour != colours[0]]
    return [Recolour(w, colours[0]) for w in others] or [Session("fix")]


def like_another(clause: Clause, sight: Sight) -> Read:
    """A thing in the colour of another one: "make the dog the same colour as the cat"."""
    things = [phrase_of(t) for t in clause.things if phrase_of(t).noun]
    if not sight.context.picture or len(things) != 2 or not SAME_COLOUR.search(clause.said) or clause.of("ground", "side", "relation", "number"):
        return None
    if not all(sight.shows(p) and not indefinite(p) for p in things) or clause.does("remove", "add", "replace"):
        return None
    colour = sight.one(things[1]).colour
    if colour is None:
        told = f"Nobody has said which colour the {things[1].noun} has, so say the colour for the {things[0].noun}. Nothing was changed."
        return [Remark(told=told, about=sight.one(things[0]))]
    return [Recolour(w, colour) for w in sight.present(things[0])]


def both_named(words: Sequence[Word], tokens: Callable[[Sequence[Word]], Sequence[Token]]) -> tuple[Word, ...]:
    """Words with the noun for "both" where one of a kind was spoken of before: "only one balloon is pink, can both be pink"."""
    for at, word in enumerate(words):
        after = words[at + 1].said if at + 1 < len(words) else "."
        if word.said != "both" or after not in ALONE or [w.said for w in words[at + 1 : at + 3]] == ["of", "the"]:
            continue
        before = [t.phrase for t in tokens(words[:at]) if t.phrase is not None and t.phrase.noun]
        if not before or before[-1].noun not in OBJECTS or not (before[-1].number == "one" or before[-1].extra == "of"):
            return tuple(words)
        last = at + (3 if after == "of" else 1)
        plural = OBJECTS[before[-1].noun].plural
        return (*words[: at + 1], Word(plural, plural), *words[last:])
    return tuple(words)
