"""Readers of changes to the picture as it is. Each takes a clause and gives its intents, or None where the clause says something else.

A reader accounts for every token: a clause with something that it has no use for is not its own.
"""

from collections.abc import Callable

from ...tools.wording import Wish
from .adding import adds, having, placed
from .clause import Clause, definite, indefinite, phrase_of
from .counting import Read, counted, counts
from .phrases import Phrase
from .requests import Background, Move, Recolour, Remove, Replace, Resize, Swap
from .sight import Sight
from .swapping import swaps
from .tokens import Token

WISHES = (
    "should",
    "must",
    "want",
    "wants",
    "need",
    "needs",
    "make",
    "could",
    "can",
    "would",
    "to be",
    "let",
    "please",
    "if",
    "like",
    "has to",
    "have to",
)
FINE = ("cute", "so cute", "nice", "cool", "lovely", "great", "good", "pretty", "sweet", "fun", "awesome", "perfect", "beautiful", "amazing", "fab")
DISLIKED = ("dislike", "hate", "detest", "regret", "loathe", "despise", "not fond of", "not a fan of", "no fan of", "bothers me")
OPPOSITE = {"left": "right", "right": "left"}
VANISHING = frozenset({"vanish", "disappear", "evaporate", "pop"})
"""Verbs that some use for what they make of a thing."""
INVERSE = {"big": "smaller", "small": "bigger", "bigger": "smaller", "smaller": "bigger"}
STRAIGHT = {"big": "bigger", "small": "smaller", "bigger": "bigger", "smaller": "smaller"}


def replaces(clause: Clause, sight: Sight) -> Read:
    """Something else in the place of a thing."""
    prefer = clause.said_any("prefer") and clause.said_any("over", "to")
    if not sight.context.picture or not clause.only(
        {"thing", "relation"} if prefer else {"thing"}, ("replace", "swap", "paint", "put", "add", "remove", "move")
    ):
        return None
    things = clause.things
    if len(things) == 1 and (clause.marked("instead") or clause.said_any("i meant", "i mean")):
        return _corrected(clause, sight, phrase_of(things[0]))
    if len(things) == 3 and phrase_of(things[0]).pronoun and clause.marked("not"):
        things = things[1:]  # "it should be a cat, not a dog"
    if len(things) != 2:
        return None
    old, new = _old_and_new(clause, sight, things)
    if old is None or new is None:
        return None
    if clause.marked("where") and new.definite and sight.shows(new) and new.noun:
        return [Swap(sight.one(new), sight.one(old))]  # "put the dog where the car is"
    if new.noun and new.noun == old.noun and clause.marked("instead of") and not clause.does("replace") and new.count and sight.kin(old):
        return counted(sight, old, new.count)
    meant = sight.present(old)
    if new.noun and new.count and all(w.noun == new.noun for w in meant) and not clause.does("replace"):
        return counted(sight, new, new.count)
    if new.noun and all(w.noun == new.noun for w in meant) and new.count is None and not clause.does("replace"):
        new = Phrase(colour=new.colour, size=new.size)
    if not new.noun:  # "make the car a red one", "turn the house into a tiny house"
        return [Recolour(w, new.colour) for w in meant] if new.colour else [Resize(w, STRAIGHT[new.size]) for w in meant] if new.size else None
    return [Replace(wish, sight.new(new)) for wish in meant]


def _old_and_new(clause: Clause, sight: Sight, things: list[Token]) -> tuple[Phrase | None, Phrase | None]:
    first, second = (phrase_of(t) for t in things)
    if clause.marked("instead of", "than"):
        rest = clause.after(lambda t: t.kind == "mark" and t.value in ("instead of", "than"))
        marked = next((t for t in rest if t.kind == "thing"), None)
        return (first, second) if marked is things[0] else (second, first)
    if clause.marked("where") and clause.index(next(t for t in clause.of("mark") if t.value == "where")) < clause.index(things[0]):
        return first, second  # "where the dog sat, a turtle rests now"
    if clause.marked("where", "in place") or clause.said_any("'s place", "'s spot", "prefer"):
        return second, first
    if clause.does("make") and indefinite(first) and not indefinite(second) and clause.marked("from", "of"):
        return second, first  # "make a boat of the car"
    denied = [t for t in things if (b := clause.before(t)) is not None and b.value == "not"]
    if len(denied) == 1 and sight.shows(phrase_of(denied[0])):
        other = second if denied[0] is things[0] else first
        return phrase_of(denied[0]), None if sight.shows(other) and not indefinite(other) else other
    if (
        first.pronoun
        and clause.does("want")
        and not clause.does("be", "make", "change")
        and clause.index(things[0]) < clause.index(next(t for t in clause.tokens if t.kind == "verb"))
    ):
        return None, None  # "it needs a tree"
    strange = [p for p in (first, second) if not sight.shows(p)]
    if denied and not sight.kin(phrase_of(denied[0])) and phrase_of(denied[0]).noun:
        return None, None
    if clause.does("replace"):
        if clause.does("swap") and strange == [second] and not indefinite(second) and _joined(clause, things):
            return None, None  # "swap the car and the tree": there is no tree
        if not clause.marked("with", "for", "by", "to", "into", "against") and strange != [second]:
            return None, None
        if strange == [first] or (indefinite(first) and not indefinite(second)):
            return second, first
        return first, second
    bare = not clause.of("verb", "mark") and second.article and bool(first.noun) and not indefinite(first) and not having(clause, ())
    if not clause.of("verb") and (clause.marked("to", "into") or bare) and strange == [second]:
        return first, second  # "dog into cat"
    changed = any(t.value == "change" for t in clause.of("verb")) and indefinite(second)  # "change the dog with a cat"
    if clause.does("paint", "put", "add", "move") or clause.marked("from") or (clause.marked("with") and not changed):
        return None, None
    between = clause.tokens[clause.index(things[0]) : clause.index(things[1])]
    if having(clause, between):
        return None, None  # "the dog should have a crown", "the dog wants a balloon"
    if any(t.value == "give" for t in clause.of("verb")):
        return None, None  # "give the dog a friend, a cat"
    if clause.does("change", "make", "be", "want") and (indefinite(second) or strange == [second]) and not indefinite(first):
        return (first, second) if definite(first, sight) else (None, None)
    return None, None


def _corrected(clause: Clause, sight: Sight, new: Phrase) -> Read:
    """Something else for what was talked about last: "horse instead", "no, I meant a horse"."""
    free = all(t.classes & {"want", "be", "give", "make"} or not t.classes for t in clause.of("verb")) and not clause.of("ground", "side", "relation")
    if not free or not new.noun or new.definite or sight.kin(new) or clause.marked("not", "no", "without", "with", "for", "where"):
        return None
    meant = sight.present(Phrase(definite=True, pronoun=True))
    return [Replace(meant[0], sight.new(new))] if len(meant) == 1 else None


def _joined(clause: Clause, things: list[Token]) -> bool:
    """Whether two things stand on the two sides of "and"."""
    between = clause.tokens[clause.index(things[0]) + 1 : clause.index(things[1])]
    return [t.value for t in between] == ["and"]


def backgrounds(clause: Clause, sight: Sight) -> Read:
    """The same things somewhere else."""
    if not sight.context.picture:
        return None
    grounds = clause.of("ground")
    verbs = ("replace", "put", "move", "vanish", "swap", "paint", "remove", "colour", *(() if clause.things else ("add",)))
    if not clause.only({"ground", "thing", "side"} if clause.of("whole") else {"ground", "thing"}, verbs) or clause.marked("empty"):
        return None
    if not grounds:
        backdrop = any(t.kind == "whole" and t.value == "background" for t in clause.tokens)
        if backdrop and not clause.things and (clause.does("remove") or clause.marked("no", "without")):
            return [Background("plain")]
        return None
    here = sight.context.wanted.background if sight.context.wanted is not None else None
    if len(grounds) == 1 and grounds[0].value == "plain" and clause.of("whole", "stop") and clause.marked("no", "without") and not clause.things:
        return [Background("plain")]  # "no scenery, just plain"
    if len(grounds) == 1 and grounds[0].value != "plain" and (clause.does("remove") or clause.marked("no", "without")):
        return [Background("plain")] if grounds[0].value == here and not clause.things else None
    if any(phrase_of(t).noun for t in clause.things) and (clause.does("remove") or clause.marked("no", "without")):
        return None  # "away with the house, and the beach becomes a meadow" is to be cut first
    if len(grounds) == 1 and grounds[0].value == "plain" and clause.of("whole") and not clause.things:
        return [Background("plain")]  # "strip the backdrop down to plain"
    named = list({t.value: t for t in grounds if not _left_behind(clause, t)}.values())
    if len(named) > 1 and here in [t.value for t in named]:
        named = [t for t in named if t.value != here]
    strangers = [t for t in clause.things if not definite(phrase_of(t), sight)]
    if len(named) != 1 or strangers or clause.does("paint") and any(phrase_of(t).noun for t in clause.things):
        return None
    if any(phrase_of(t).noun for t in clause.things):
        wished = clause.said_any("would", "should", "could", "belong", "belongs")
        if not (wished or clause.does("put", "move", "make", "give", "want", "be", "vanish")):
            return None
        for token in clause.things:
            sight.present(phrase_of(token))
    return [Background(named[0].value)]


def _left_behind(clause: Clause, ground: Token) -> bool:
    before = clause.before(ground)
    while before is not None and ((before.kind == "verb" and "be" in before.classes) or (before.kind == "mark" and before.value == "to")):
        before = clause.before(before)
    return before is not None and before.kind == "mark" and before.value in ("instead of", "from", "than", "no", "without", "not", "less")


def recolours(clause: Clause, sight: Sight) -> Read:
    """A thing in another colour."""
    turning = any(t.value in ("go", "turn") and a.kind == "colour" for t, a in zip(clause.tokens, clause.tokens[1:], strict=False))
    verbs = ("colour", "paint", "put", "move", *(("swap", "replace") if clause.said_any("colour") else ()), *(("vanish",) if turning else ()))
    upon = {"relation"} if len(clause.things) == 1 and clause.of("colour") and clause.said_any("on") else set()  # "a bit of green on the car"
    if not sight.context.picture or clause.marked("gone", "in place") or not clause.only({"thing", "colour", *upon}, verbs):
        return None
    named = [t.value for t in clause.of("colour")]
    if len(named) == 2 and not clause.things and clause.does("make", "change", "swap", "replace"):
        return [Recolour(w, named[1]) for w in sight.things if w.colour == named[0]] or None  # "turn red into blue"
    things = _named(clause)
    colours = {t.value for t in clause.of("colour") if not _left_behind(clause, t)}
    if not colours and clause.of("colour") and things and clause.marked("not"):
        for thing in things:
            sight.present(thing)  # "should the cat not be blue?" where there is none
        return []  # "the car should not be red": what comes next says what it should be
    if not colours:
        return _rather(clause, sight, things)
    if len(colours) == 2 and things and clause.does("swap", "replace") and clause.marked("for", "with", "by"):
        colours -= {w.colour for t in things for w in sight.present(t)}  # "swap the blue of the cats for green"
    if len(colours) != 1 or any(indefinite(t) and not t.definite for t in things) or clause.marked("no", "without") or _beside(clause):
        return None
    meant = [w for t in things for w in sight.present(t)] if things else _everything(clause, sight)
    return [Recolour(wish, next(iter(colours))) for wish in meant]


def _beside(clause: Clause) -> bool:
    """Whether something is to go with what is named; "with the black" is only how it is coloured."""
    return any(t.value == "with" and a.kind != "colour" for t, a in zip(clause.tokens, [*clause.tokens[1:], *clause.tokens[:1]], strict=True))


def _measures(clause: Clause) -> list[Phrase]:
    """What something is only compared with: "bigger than the car"."""
    return [
        phrase_of(t)
        for t in clause.things
        if (b := clause.before(t)) is not None
        and b.kind == "mark"
        and (b.value in ("than", "as") or (b.value == "for" and clause.marked("too", "enough")))
    ]


def _named(clause: Clause) -> list[Phrase]:
    """What a clause is about: its nouns, and pronouns only where there are none ("the car, make it blue")."""
    things = [phrase_of(t) for t in clause.things if (b := clause.before(t)) is None or b.value != "not"]
    return [p for p in things if not p.pronoun] or things


def _everything(clause: Clause, sight: Sight) -> tuple[Wish, ...]:
    """What a clause without a thing is about: all of them, or what was talked about last."""
    whole = any(t.value == "everything" for t in clause.of("whole"))
    return sight.present(Phrase(definite=True, pronoun=True, plural=whole, extra="all" if whole else ""))


def _rather(clause: Clause, sight: Sight, things: list[Phrase]) -> Read:
    """Reads "a blue car would be nicer": the car, in blue."""
    if (
        len(things) == 1
        and things[0].colour
        and not things[0].noun
        and things[0].article
        and clause.only({"thing"})
        and not clause.does("paint", "add")
    ):
        return [Recolour(wish, things[0].colour) for wish in sight.present(Phrase(definite=True, pronoun=True))]  # "a green one"
    if len(things) != 1 or not things[0].colour or things[0].definite or things[0].count not in (None, 1) or things[0].extra:
        return None
    kin = sight.kin(things[0])
    bare = not clause.of("verb", "mark") and repainted(things[0], sight)
    if (
        len(kin) != 1
        or kin[0].colour == things[0].colour
        or not (
            bare  # "green balloon please"
            or
            clause.said_any("better", "nicer", "prefer", "rather", "prettier", "instead", "how about", "what about", "go for", "go with")
            or (not things[0].article and clause.said_any(*(f"would be {how}" for how in FINE)))  # "pink tree would be cute"
        )
    ):
        return None
    return [Recolour(kin[0], things[0].colour)]


def repainted(phrase: Phrase, sight: Sight) -> bool:
    """Whether something that is shown is named without an article, in another colour: "green balloon please"."""
    kin = sight.kin(phrase)
    bare = phrase.colour is not None and not (phrase.article or phrase.count or phrase.definite or phrase.size)
    return bare and len(kin) == 1 and kin[0].colour != phrase.colour and phrase.plural == (kin[0].count > 1)


def resizes(clause: Clause, sight: Sight) -> Read:
    """A thing bigger or smaller."""
    if clause.marked("gone", "in place"):
        return None
    if not sight.context.picture or not clause.only({"thing", "size"}, ("grow", "shrink", "put", "move", "double", "paint")):
        return None
    things = [p for p in _named(clause) if p not in _measures(clause)]
    sizes = {t.value for t in clause.of("size") if t.value}
    changes = {t.change for t in things if t.change}
    verbs = {"bigger" for t in clause.of("verb") if "grow" in t.classes} | {"smaller" for t in clause.of("verb") if "shrink" in t.classes}
    if clause.does("double") and clause.said_any("size"):
        verbs = {"bigger"}
    positive = sizes <= {"big", "small"}
    told = clause.said_any("is", "are", "looks", "look", "seems", "was", "came", "turned out") and not clause.said_any(*WISHES)
    excess = any(t.value == "too" and after.kind in ("size", "thing") for t, after in zip(clause.tokens, clause.tokens[1:], strict=False))
    turned = INVERSE if excess or (positive and (clause.marked("not") or told)) else STRAIGHT
    asked = verbs if clause.said_any("looks", "look", "seems", "is", "are") else set()  # "the dog looks tiny, can it grow?"
    found = asked or {turned[s] for s in sizes} or {turned[c] for c in changes} or verbs
    if len(found) != 1 or (changes and not all(t.change for t in things)) or any(indefinite(t) and not t.change for t in things):
        return None
    also = clause.marked("as well") and things and not all((t.change or t.definite) and sight.kin(t) for t in things)
    if also or clause.marked("no", "without", "same") or (any(t.value != "everything" for t in clause.of("whole")) and not things):
        return None
    meant = [w for t in things for w in sight.present(_unchanged(t))] if things else _everything(clause, sight)
    return [Resize(wish, next(iter(found))) for wish in meant]


def _unchanged(phrase: Phrase) -> Phrase:
    return Phrase(noun=phrase.noun, definite=True, pronoun=phrase.pronoun, plural=phrase.plural, colour=phrase.colour,
                  extra=phrase.extra, ordinal=phrase.ordinal)  # fmt: skip


def removes(clause: Clause, sight: Sight) -> Read:
    """A thing less."""
    here = sight.context.wanted.background if sight.context.wanted is not None else None
    if not sight.context.picture or any(t.value != here for t in clause.of("ground")):
        return None
    if not clause.things and clause.does("remove") and clause.said_any("everything", "it all") and not clause.of("number"):
        if not clause.said_any("else", "except", "but"):
            return [Remove(w) for w in sight.things]
    if not clause.things and clause.does("remove") and clause.said_any("the rest", "everything else", "all else", "the others") and sight.fresh:
        return [Remove(w) for w in sight.things if w not in sight.last]
    if not clause.things or not clause.only({"thing", "ground"}, ("remove", "vanish", "move", "paint", "put", "suit")):
        return None
    if clause.marked("only") and clause.said_any("remain", "stay", "be left") and all(phrase_of(t).definite for t in clause.things):
        stays = [w for t in clause.things for w in sight.present(phrase_of(t))]
        return [Remove(w) for w in sight.things if w not in stays]
    things = [phrase_of(t) for t in clause.things]
    unwanted = (
        clause.marked("not") and (clause.does("want") or clause.said_any("not like", "should not be", "must not be", "not be"))
    ) or clause.said_any(*DISLIKED)
    unwanted = unwanted or (clause.marked("not") and clause.said_any("belong", "belongs", "fit", "fits", "fit in", "fits in"))
    unwanted = unwanted or (clause.said_any("not stay", "not remain") and not clause.marked("there", "where"))
    first_verb = next(iter(clause.of("verb")), None)
    opening = first_verb is clause.tokens[0] and first_verb.value in VANISHING  # "vanish the car"
    asked = clause.tokens[-1].kind == "verb" and clause.said_any("could", "can", "would", "may", "might")
    going = clause.does("vanish") and (asked or clause.marked("must", "not") or clause.does("make") or clause.said.endswith(" goes "))
    first = next((t for t in clause.things if phrase_of(t).noun), clause.things[0])
    marks = [t for t in clause.tokens[: clause.index(first)] if t.kind == "mark"]
    none = {"without"} if phrase_of(first).definite else {"no", "without"}  # "no, the car" takes back what was said, not the car
    spare = (clause.marked("no longer") or any(m.value in none for m in marks)) and not clause.does("add", "put")
    out = not clause.of("verb") and clause.said.endswith((" out ", " away "))  # "dog out"
    if clause.marked("only") and clause.does("want") and len(clause.things) > 1 and not clause.does("remove"):
        return None  # "I only want the red dog, so the blue one can leave"
    if clause.marked("where", "places") and not clause.does("remove"):
        return None  # "can the balloon go where the cats are?"
    told = clause.does("remove") or out or opening or unwanted or going or spare or clause.marked("gone")
    if not told or clause.marked("instead of", "with", "same"):
        return None
    if clause.said_any("everything except", "everything but", "all but", "all except"):
        kept = [w for t in things for w in sight.present(t)]
        return [Remove(w) for w in sight.things if w not in kept]
    if any(t.phrase is not None and not t.phrase.noun and t.phrase.pronoun for t in clause.things) and any(t.noun for t in things):
        things = [t for t in things if t.noun]
    return [Remove(wish) for thing in things for wish in sight.present(thing)]


def moves(clause: Clause, sight: Sight) -> Read:
    """A thing at another place."""
    verbs = ("move", "put", "raise", "lower", "vanish", "swap", "add")
    if (
        not sight.context.picture
        or not clause.only({"thing", "side", "relation"}, verbs)
        or not (clause.of("side", "relation") or clause.does("raise", "lower"))
    ):
        return None
    side, relation, targets, beside = placed(clause)
    beyond = side in OPPOSITE and clause.said_any(f"too far {side}", f"too far to the {side}", f"too far on the {side}", f"too much to the {side}")
    if beyond:
        return [Move(w, OPPOSITE[side]) for t in targets for w in sight.present(phrase_of(t))] or None  # "the tree is too far right"
    there = clause.of("thing") and all(phrase_of(t).definite and sight.shows(phrase_of(t)) for t in clause.things)
    loose = clause.marked("with") and not there and clause.tokens[0].kind not in ("side", "relation")
    if clause.marked("instead of"):  # "above the cats rather than the house"
        targets = [t for t in targets if getattr(clause.before(t), "value", "") != "instead of"]
    if clause.marked("no", "without", "same", "as well") or loose:
        return None
    if not clause.things and side and all(t.value == "everything" for t in clause.of("whole")) and not clause.does("paint"):
        return [Move(wish, side) for wish in _everything(clause, sight)]
    if clause.does("raise", "lower") and not side and relation is None:
        side = "top" if clause.does("raise") else "bottom"
    if not targets or (not side and relation is None) or any(indefinite(phrase_of(t)) for t in targets):
        return None
    if any(not sight.shows(phrase_of(t)) and not (phrase_of(t).definite) for t in targets):
        return None
    if clause.marked("with") and len(targets) > 1:
        targets = [t for t in targets if not phrase_of(t).pronoun]  # "arrange it with the cats at the bottom"
    targets = [t for t in targets if phrase_of(t).noun] or targets  # "the car, could it be moved?"
    meant = [w for t in targets for w in sight.present(phrase_of(t))]
    if beside is None:
        return [Move(wish, side) for wish in meant] if side else None
    other = sight.one(phrase_of(beside))
    return [Move(wish, relation or side or "right of", None if not relation and side else other) for wish in meant if wish != other]


READERS: tuple[Callable[[Clause, Sight], Read], ...] = (
    swaps,
    counts,
    replaces,
    backgrounds,
    recolours,
    resizes,
    removes,
    moves,
    adds,
)
