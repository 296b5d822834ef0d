"""Asks for what a request leaves out, where every word of it is known: "What shall I do with the dog?", "Which cake shall be red?"."""

from collections.abc import Sequence

from ...engine.world.vocabulary import BACKGROUNDS, OBJECTS
from ...tools.wording import Wanted, Wish, caption_of
from .clause import Clause, phrase_of
from .phrases import Phrase
from .requests import Context, Intent, NotUnderstood
from .sight import Sight
from .spelling import regular
from .tagging import Tagger

IDLE = frozenset({"be", "have", "want", "see", "mean", "need", "like", "show", "look", "give", "say"})
ACTS = {"remove": "remove", "move": "move", "swap": "swap", "replace": "replace", "colour": "colour", "grow": "make bigger", "shrink": "make smaller"}


def _clause(text: str, context: Context) -> Clause:
    words = regular(text, context.concepts)
    return Clause(Tagger(context.concepts).tokens(words), f" {' '.join(w.said for w in words)} ")


def _shown(clause: Clause, context: Context) -> list[Phrase]:
    sight = Sight(context)
    return [p for p in map(phrase_of, clause.things) if p.noun and sight.kin(p)]


def unsaid(text: str, context: Context) -> str:
    """A question for what a request leaves out; empty where it is not clear what that is.

    Args:
        text: the request.
        context: what it may refer to.
    """
    if not context.picture or context.wanted is None or not context.wanted.things:
        return ""
    clause = _clause(text, context)
    named = list(dict.fromkeys(p.noun for p in _shown(clause, context)))
    strangers = [p for p in map(phrase_of, clause.things) if p.noun and p.noun not in named]
    if strangers or len(named) > 1 or clause.of("unknown"):
        return ""
    colours = list(dict.fromkeys(t.value for t in clause.of("colour"))) or [c for t in clause.things if (c := phrase_of(t).colour) is not None]
    kin = [w for w in context.wanted.things if w.noun in named]
    several = sum(w.count for w in kin) > 1
    if len(colours) == 1:
        return _coloured(colours[0], named, several, clause, context.wanted.things)
    busy = [t for t in clause.of("verb") if t.value not in IDLE and "be" not in t.classes]
    if named and not colours and not busy and not clause.of("side", "relation", "size", "ground", "number"):
        said = f"the {_plural(named[0]) if several else named[0]}"
        pronoun = "them" if several else "it"
        return f'What shall I do with {said}? Say "make {pronoun} blue", "remove {pronoun}" or "move {pronoun} to the left", for example.'
    if named or colours:
        return ""
    if len(clause.of("ground")) == 1 and not busy:
        place = clause.of("ground")[0].value
        return f'Shall it be {BACKGROUNDS[place]}? Then say "change the background to {place}".'
    act = next((ACTS[c] for t in busy for c in sorted(t.classes) if c in ACTS), "")
    bare = not clause.of("side", "relation", "size", "number") and not clause.things
    return f"What shall I {act}: {_choices(context.wanted.things)}?" if act and bare else ""


def _coloured(colour: str, named: Sequence[str], several: bool, clause: Clause, shown: Sequence[Wish]) -> str:
    """Asks for what is to have a colour."""
    if clause.marked("not"):
        return "Which colour shall it have instead?" if not named else f"Which colour shall the {named[0]} have instead?"
    if named and several:
        return f'Which {named[0]} shall be {colour}? I can make all of them {colour}: say "make the {_plural(named[0])} {colour}".'
    if named:
        return f'Shall the {named[0]} be {colour}? Then say "make the {named[0]} {colour}".'
    return f'Which one shall be {colour}: {_choices(shown)}? Say "make the {shown[0].noun} {colour}", for example.'


def _plural(noun: str) -> str:
    return OBJECTS[noun].plural if noun in OBJECTS else noun


def _choices(things: Sequence[Wish]) -> str:
    names = [caption_of(Wanted(things=(w,))) for w in dict.fromkeys(things)]
    names = [f"the {n.removeprefix('a ').removeprefix('an ')}" for n in names]
    return f"{', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else names[0]


def spoken(text: str, context: Context, intents: Sequence[Intent]) -> tuple[Wish, ...]:
    """The one thing that a request names that could not be read: what is said next may call it "it"."""
    if context.wanted is None or not all(isinstance(i, NotUnderstood) and not i.missing for i in intents):
        return ()
    clause = _clause(text, context)
    other = next((p for t in clause.things if (p := phrase_of(t)).extra == "other" and not p.noun), None)
    if other is not None and context.last:
        kin = [w for w in context.wanted.things if w.noun == context.last[0].noun and w not in context.last]
        return tuple(kin) if len(kin) == 1 else ()  # "the other one should be chocolate", and then "ok white"
    nouns = {p.noun for p in _shown(clause, context)}
    meant = tuple(dict.fromkeys(w for w in context.wanted.things if w.noun in nouns))
    return meant if len(nouns) == 1 else ()
