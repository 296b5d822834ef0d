"""Readers of changes to the picture as it is. Each takes a clause and gives its intents, or None where the clause says something else.

A reader accounts for every token: a clause with something that it has no use for is not its own.
"""

from collections.abc import Callable

from ..tools.wording import MOST, Wish
from .clause import Clause, phrase_of
from .requests import Add, Background, Count, Intent, Move, NotUnderstood, Recolour, Remove, Replace, Resize, Session, Swap
from .sight import Sight, Unreadable
from .tagging import Phrase, Token

Read = list[Intent] | None
WISHES = ("should", "must", "want", "wants", "need", "needs", "make", "could", "can", "would", "to be", "let", "please", "if", "like", "has to", "have to")
INVERSE = {"big": "smaller", "small": "bigger", "bigger": "smaller", "smaller": "bigger"}
STRAIGHT = {"big": "bigger", "small": "smaller", "bigger": "bigger", "smaller": "smaller"}


def swaps(clause: Clause, sight: Sight) -> Read:
    """Two things change places."""
    bare = not clause.of("verb") and len(clause.things) == 2
    moved = clause.marked("places") and (bare or clause.does("swap", "change", "make", "be", "put", "move", "want", "replace"))
    if not (clause.does("swap") or moved) or not clause.only({"thing"}, ("swap", "put", "move", "replace")):
        return None
    if clause.marked("instead of", "from"):
        return None
    things = [phrase_of(t) for t in clause.things] or [Phrase(definite=True, pronoun=True, plural=True)]
    if len(things) == 1 and (things[0].plural or things[0].extra == "both"):
        meant = sight.present(things[0])
        return [Swap(meant[0], meant[1])] if len(meant) == 2 else None
    if len(things) != 2 or (any(indefinite(t) for t in things) and not clause.marked("places")):
        return None
    if clause.marked("for") and not clause.marked("places") and not sight.shows(things[1]):
        return None
    first, second = sight.one(things[0]), sight.one(things[1])
    return [Swap(first, second)] if first != second else None


def counts(clause: Clause, sight: Sight) -> Read:
    """A kind of thing as often as a number says."""
    if not sight.context.picture or not clause.only({"thing", "number"}, ("double", "shrink", "remove", "put", "move", "grow", "raise", "lower", "vanish", "paint")):
        return None
    times = next((int(t.value.split()[1]) for t in clause.of("mark") if t.value.startswith("times")), None)
    numbers = [int(t.value) for t in clause.of("number")]
    things = [phrase_of(t) for t in clause.things]
    if clause.marked("enough") and clause.marked("not") and len(things) <= 1:
        if things and things[0].plural and not things[0].count and sight.kin(things[0]):
            return [Session("fix")]  # "there are not enough cats"
        return []  # what comes next says how many
    if clause.marked("doubled") and len(things) == 1 and not numbers:
        wish = sight.one(Phrase(noun=things[0].noun, colour=things[0].colour, pronoun=things[0].pronoun, plural=True))
        return [Count(wish, wish.count * 2)]
    if len(things) == 1 and things[0].extra == "of" and things[0].count and not numbers and not clause.does("remove", "vanish"):
        return _counted(sight, things[0], things[0].count)  # "keep only one of the cats"
    if clause.marked("not") and len(things) == 1 and len(numbers) == 1 and getattr(clause.before(clause.things[0]), "value", "") == "not":
        return _counted(sight, things[0], numbers[0])  # "not two cats but three"
    if clause.marked("instead of", "not", "from") and len(things) == 1 and len(numbers) == 1 and things[0].plural:
        return _counted(sight, things[0], things[0].count or 2)
    if (clause.marked("less") or clause.said_any("too many")) and len(things) == 1 and things[0].count:
        wish = sight.one(Phrase(noun=things[0].noun, colour=things[0].colour, plural=True))
        return [Count(wish, wish.count - things[0].count)] if wish.count > things[0].count else [Remove(wish)]
    if clause.marked("instead of", "without", "no", "as well", "again", "same", "for") or len(things) > 2:
        return None
    if clause.does("remove", "vanish") and not clause.does("make"):
        return _fewer(clause, sight, things)
    if clause.does("double") and len(things) == 1 and not numbers:
        factor = next(({"triple": 3, "quadruple": 4}.get(t.value, 2) for t in clause.of("verb") if "double" in t.classes), 2)
        return [Count(wish, wish.count * factor) for wish in (sight.one(things[0]),) if wish.count * factor <= MOST]
    if len(things) == 2 and things[0].pronoun and things[1].count and not things[0].plural:
        things = things[1:]  # "make it three dogs"
    if clause.does("paint") and not numbers and not times:
        return None
    if len(things) == 1 and things[0].extra != "more" and not things[0].extra == "of":
        if times and not numbers:
            return _counted(sight, things[0], times)
        if len(numbers) == 1 and (clause.does("shrink", "grow", "raise", "lower", "make", "change", "be", "want", "put", "move") or clause.marked("only", "enough", "to", "must")):
            return _counted(sight, things[0], numbers[0])
        bare = not clause.of("verb", "number", "mark", "whole") and things[0].number and sight.kin(things[0]) and things[0].colour is None and not things[0].size
        if bare and sum(w.count for w in sight.kin(things[0])) not in (1, things[0].count) or (bare and (things[0].count or 0) > 1):
            return _counted(sight, things[0], things[0].count or 1)
        if things[0].count and not numbers and not things[0].definite and _few(clause):
            return _counted(sight, things[0], things[0].count, seen=_states(clause))
    if not things and numbers and len(numbers) == 1 and (sight.fresh or sight.last) and (_few(clause) or clause.marked("enough")):
        return [] if clause.marked("not") else _counted(sight, Phrase(definite=True, pronoun=True), numbers[0])
    return None


def _few(clause: Clause) -> bool:
    return clause.marked("only", "enough", "must", "with", "there") or clause.does("be", "make", "want", "give", "put")


def _states(clause: Clause) -> bool:
    """Whether a clause says what is seen, and not what is wanted: "there is only one cat"."""
    told = clause.said_any("is", "are", "has", "see", "sees", "shows", "got", "find", "count", "was", "were")
    return told and not clause.said_any(
        "should", "must", "want", "need", "make", "could", "would", "ought", "please", "let", "like", "prefer", "enough", "plenty", "rather", "wish", "love"
    )


def _counted(sight: Sight, phrase: Phrase, number: int, *, seen: bool = False) -> Read:
    """As many as were said; where that was promised already, or fewer are seen than promised, the promise is to be kept."""
    if not phrase.pronoun and not sight.kin(phrase):
        return None
    bare = Phrase(noun=phrase.noun, colour=phrase.colour, size=phrase.size, definite=True, pronoun=phrase.pronoun)
    wish = sight.one(bare)
    if number == wish.count or (seen and number < wish.count):
        return [Session("fix")]
    if not 1 <= number <= MOST:
        raise Unreadable(NotUnderstood(unknown=(phrase.number or str(number),)))
    return [Count(wish, number)]


def _fewer(clause: Clause, sight: Sight, things: list[Phrase]) -> Read:
    """Some of several like things go: "remove one of the cats", "the second cat has to go"."""
    if len(things) != 1 or clause.of("number"):
        return None
    phrase = things[0]
    if not phrase.noun or not sight.kin(phrase) or not (phrase.count or phrase.ordinal is not None or indefinite(phrase)):
        return None
    gone = phrase.count or 1
    fits = sight.present(Phrase(noun=phrase.noun, colour=phrase.colour, size=phrase.size, plural=True, definite=True))
    if len(fits) != 1 or fits[0].count <= gone:
        return None
    return [Count(fits[0], fits[0].count - gone)]


def replaces(clause: Clause, sight: Sight) -> Read:
    """Something else in the place of a thing."""
    prefer = clause.said_any("prefer") and clause.said_any("over", "to")
    if not sight.context.picture or not clause.only({"thing", "relation"} if prefer else {"thing"}, ("replace", "swap", "paint", "put", "add", "remove", "move")):
        return None
    things = clause.things
    if len(things) != 2:
        return None
    old, new = _old_and_new(clause, sight, things)
    if old is None or new is None:
        return None
    if clause.marked("where") and new.definite and sight.shows(new) and new.noun:
        return [Swap(sight.one(new), sight.one(old))]  # "put the dog where the car is"
    if new.noun and new.noun == old.noun and clause.marked("instead of") and not clause.does("replace") and new.count and sight.kin(old):
        return _counted(sight, old, new.count)
    meant = sight.present(old)
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
    if clause.marked("where", "in place") or clause.said_any("'s place", "'s spot", "prefer"):
        return second, first
    if clause.does("make") and indefinite(first) and not indefinite(second) and clause.marked("from", "of"):
        return second, first  # "make a boat of the car"
    denied = [t for t in things if (b := clause.before(t)) is not None and b.value == "not"]
    if len(denied) == 1 and sight.shows(phrase_of(denied[0])):
        other = second if denied[0] is things[0] else first
        return phrase_of(denied[0]), None if sight.shows(other) and not indefinite(other) else other
    if first.pronoun and clause.does("want") and not clause.does("be", "make", "change") and clause.index(things[0]) < clause.index(
        next(t for t in clause.tokens if t.kind == "verb")
    ):
        return None, None  # "it needs a tree"
    strange = [p for p in (first, second) if not sight.shows(p)]
    if clause.does("replace"):
        if not clause.marked("with", "for", "by", "to", "into", "against"):
            return None, None
        if strange == [first] or (indefinite(first) and not indefinite(second)):
            return second, first
        return first, second
    if clause.does("paint", "put", "add", "move") or clause.marked("from", "with"):
        return None, None
    if any(t.value == "give" for t in clause.of("verb")) and first.pronoun:
        return None, None  # "give it a friend"
    if clause.does("change", "make", "be", "want") and (indefinite(second) or strange == [second]) and not indefinite(first):
        return (first, second) if _definite(first, sight) else (None, None)
    return None, None


def _definite(phrase: Phrase, sight: Sight) -> bool:
    return phrase.definite or (not indefinite(phrase) and sight.shows(phrase))


def indefinite(phrase: Phrase) -> bool:
    """Whether a phrase is about something new: "a dog", "two dogs", "another one"."""
    return not phrase.definite and (phrase.article or phrase.count is not None or phrase.extra == "more")


def backgrounds(clause: Clause, sight: Sight) -> Read:
    """The same things somewhere else."""
    if not sight.context.picture:
        return None
    grounds = clause.of("ground")
    verbs = ("replace", "put", "move", "vanish", "swap", "paint", "remove", "colour")
    if not clause.only({"ground", "thing", "side"} if clause.of("whole") else {"ground", "thing"}, verbs) or clause.marked("empty"):
        return None
    if not grounds:
        backdrop = any(t.kind == "whole" and t.value == "background" for t in clause.tokens)
        if backdrop and not clause.things and (clause.does("remove") or clause.marked("no", "without")):
            return [Background("plain")]
        return None
    here = sight.context.wanted.background if sight.context.wanted is not None else None
    if len(grounds) == 1 and (clause.does("remove") or clause.marked("no", "without")):
        return [Background("plain")] if grounds[0].value == here and not clause.things else None
    named = list({t.value: t for t in grounds if not _left_behind(clause, t)}.values())
    if len(named) > 1 and here in [t.value for t in named]:
        named = [t for t in named if t.value != here]
    strangers = [t for t in clause.things if not _definite(phrase_of(t), sight)]
    if len(named) != 1 or strangers or clause.does("paint") and any(phrase_of(t).noun for t in clause.things):
        return None
    if any(phrase_of(t).noun for t in clause.things):
        if not (clause.does("put", "move", "make", "give", "want", "be", "vanish")):
            return None
        for token in clause.things:
            sight.present(phrase_of(token))
    return [Background(named[0].value)]


def _left_behind(clause: Clause, ground: Token) -> bool:
    before = clause.before(ground)
    while before is not None and before.kind == "verb" and "be" in before.classes:
        before = clause.before(before)
    return before is not None and before.kind == "mark" and before.value in ("instead of", "from", "than", "no", "without", "not")


def recolours(clause: Clause, sight: Sight) -> Read:
    """A thing in another colour."""
    verbs = ("colour", "paint", "put", "move", *(("swap", "replace") if clause.said_any("colour") else ()))
    if not sight.context.picture or not clause.only({"thing", "colour"}, verbs):
        return None
    things = _named(clause)
    colours = {t.value for t in clause.of("colour") if not _left_behind(clause, t)}
    if not colours and clause.of("colour") and things and clause.marked("not"):
        return []  # "the car should not be red": what comes next says what it should be
    if not colours:
        return _rather(clause, sight, things)
    if len(colours) != 1 or any(indefinite(t) and not t.definite for t in things) or clause.marked("with", "no", "without"):
        return None
    meant = [w for t in things for w in sight.present(t)] if things else _everything(clause, sight)
    return [Recolour(wish, next(iter(colours))) for wish in meant]


def _measures(clause: Clause) -> list[Phrase]:
    """What something is only compared with: "bigger than the car"."""
    return [phrase_of(t) for t in clause.things if (b := clause.before(t)) is not None and b.kind == "mark" and b.value in ("than", "as")]


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
    if len(things) == 1 and things[0].colour and not things[0].noun and things[0].article and not clause.of("verb"):
        return [Recolour(wish, things[0].colour) for wish in sight.present(Phrase(definite=True, pronoun=True))]  # "a green one"
    if len(things) != 1 or not things[0].colour or not indefinite(things[0]) or things[0].count not in (None, 1) or things[0].extra:
        return None
    kin = sight.kin(things[0])
    if len(kin) != 1 or kin[0].colour == things[0].colour or not clause.said_any("better", "nicer", "prefer", "rather", "prettier", "instead", "how about", "what about"):
        return None
    return [Recolour(kin[0], things[0].colour)]


def resizes(clause: Clause, sight: Sight) -> Read:
    """A thing bigger or smaller."""
    if not sight.context.picture or not clause.only({"thing", "size"}, ("grow", "shrink", "put", "double")):
        return None
    things = [p for p in _named(clause) if p not in _measures(clause)]
    sizes = {t.value for t in clause.of("size") if t.value}
    changes = {t.change for t in things if t.change}
    verbs = {"bigger" for t in clause.of("verb") if "grow" in t.classes} | {"smaller" for t in clause.of("verb") if "shrink" in t.classes}
    if clause.does("double") and clause.said_any("size"):
        verbs = {"bigger"}
    positive = sizes <= {"big", "small"}
    told = clause.said_any("is", "are", "looks", "look", "seems", "was", "came", "turned out") and not clause.said_any(*WISHES)
    turned = INVERSE if clause.marked("too") or (positive and (clause.marked("not") or told)) else STRAIGHT
    found = {turned[s] for s in sizes} or {turned[c] for c in changes} or verbs
    if len(found) != 1 or (changes and not all(t.change for t in things)) or any(indefinite(t) and not t.change for t in things):
        return None
    if clause.marked("no", "without", "as well", "same") or (any(t.value != "everything" for t in clause.of("whole")) and not things):
        return None
    meant = [w for t in things for w in sight.present(_unchanged(t))] if things else _everything(clause, sight)
    return [Resize(wish, next(iter(found))) for wish in meant]


def _unchanged(phrase: Phrase) -> Phrase:
    return Phrase(noun=phrase.noun, definite=True, pronoun=phrase.pronoun, plural=phrase.plural, colour=phrase.colour,
                  extra=phrase.extra, ordinal=phrase.ordinal)  # fmt: skip


def removes(clause: Clause, sight: Sight) -> Read:
    """A thing less."""
    if not sight.context.picture or not clause.things or not clause.only({"thing"}, ("remove", "vanish", "move", "paint", "put")):
        return None
    things = [phrase_of(t) for t in clause.things]
    unwanted = (clause.marked("not") and (clause.does("want") or clause.said_any("not like", "should not be", "must not be", "not be"))) or clause.said_any(
        "dislike", "hate", "detest", "bothers me"
    )
    going = clause.does("vanish") and (clause.marked("must", "not") or clause.does("make"))
    first = next((t for t in clause.things if phrase_of(t).noun), clause.things[0])
    marks = [t for t in clause.tokens[: clause.index(first)] if t.kind == "mark"]
    spare = (clause.marked("no longer") or any(m.value in ("no", "without") for m in marks)) and not clause.does("add", "put")
    if not (clause.does("remove") or unwanted or going or spare or clause.marked("gone")) or clause.marked("instead of", "with", "same", "again"):
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
    if not sight.context.picture or not clause.only({"thing", "side", "relation"}, verbs) or not (clause.of("side", "relation") or clause.does("raise", "lower")):
        return None
    if clause.marked("no", "without", "same", "as well") or (clause.marked("with") and clause.tokens[0].kind not in ("side", "relation")):
        return None
    side, relation, targets, beside = placed(clause)
    if not clause.things and side and not clause.of("whole") and not clause.does("paint"):
        return [Move(wish, side) for wish in sight.present(Phrase(definite=True, pronoun=True))]
    if clause.does("raise", "lower") and not side and relation is None:
        side = "top" if clause.does("raise") else "bottom"
    if not targets or (not side and relation is None) or any(indefinite(phrase_of(t)) for t in targets):
        return None
    if any(not sight.shows(phrase_of(t)) and not (phrase_of(t).definite) for t in targets):
        return None
    meant = [w for t in targets for w in sight.present(phrase_of(t))]
    if beside is None:
        return [Move(wish, side) for wish in meant] if side else None
    other = sight.one(phrase_of(beside))
    return [Move(wish, relation or side or "right of", None if not relation and side else other) for wish in meant if wish != other]


def placed(clause: Clause) -> tuple[str, str | None, list[Token], Token | None]:
    """Where a clause puts things: (side, relation, the things that are put, the thing they are put beside)."""
    sides = list(dict.fromkeys(t.value for t in clause.of("side")))
    relation = next(iter(clause.of("relation")), None)
    beside = None
    if relation is not None:
        beside = next((t for t in clause.tokens[clause.index(relation) + 1 :] if t.kind == "thing"), None)
    targets = [t for t in clause.things if t is not beside]
    if len(sides) > 1 or len(clause.of("relation")) > 1:
        return "", None, [], None  # more than one place: to be cut first
    return sides[0] if sides else "", relation.value if relation is not None and beside is not None else None, targets, beside


def adds(clause: Clause, sight: Sight) -> Read:
    """A thing more, perhaps at a place."""
    verbs = ("add", "put", "paint", "colour", "move", "grow", "vanish", "remove", "forget")
    if not sight.context.picture or not clause.things or not clause.only({"thing", "side", "relation", "colour", "ground"}, verbs):
        return None
    if clause.marked("no", "without", "same", "instead of", "again") or (clause.marked("not") and not clause.does("forget")):
        return None
    here = sight.context.wanted.background if sight.context.wanted is not None else None
    if any(t.value != here for t in clause.of("ground")) or any(t.value == "background" for t in clause.of("whole")):
        return None
    side, relation, targets, beside = placed(clause)
    new = [t for t in targets if phrase_of(t).noun and (indefinite(phrase_of(t)) or not sight.shows(phrase_of(t)))]
    old = [t for t in targets if t not in new and not (phrase_of(t).pronoun and not clause.does("give"))]
    if not new or any(phrase_of(t).definite and not phrase_of(t).extra and phrase_of(t).noun not in sight.context.concepts for t in new):
        return None
    if old and ((beside is not None and not phrase_of(beside).pronoun) or not (clause.does("give") or clause.marked("for"))):
        return None
    coloured = _with_colour(clause, new)
    if coloured is None or not _more(clause, sight, new, beside, bool(side)):
        return None
    if old:  # "give the dog a crown on top"
        beside, relation, side = old[0], relation or {"top": "above", "bottom": "below"}.get(side, ""), ""
    other = sight.one(phrase_of(beside)) if beside is not None else None
    if other is not None and relation:
        return [Add(wish, relation, other) for wish in coloured(sight)]
    instead = clause.marked("instead", "in place", "there")
    return [Add(wish, side, instead=instead) for wish in coloured(sight)]


def _with_colour(clause: Clause, new: list[Token]) -> Callable[[Sight], list[Wish]] | None:
    """What makes the wishes of new things, a colour behind the last of them counted in: "add a car in red"."""
    colours = clause.of("colour")
    if len(colours) > 1 or (colours and (len(new) != 1 or phrase_of(new[0]).colour)):
        return None

    def made(sight: Sight) -> list[Wish]:
        wishes = [sight.new(phrase_of(t)) for t in new]
        return [w.model_copy(update={"colour": colours[0].value}) for w in wishes] if colours else wishes

    return made


def _more(clause: Clause, sight: Sight, new: list[Token], beside: Token | None, sided: bool) -> bool:
    """Whether something is to be added, and not a new picture painted."""
    if clause.does("add", "forget") or clause.marked("as well", "inside", "missing", "there", "in place") or any(phrase_of(t).extra == "more" or phrase_of(t).ordinal for t in new):
        return True
    if beside is not None and _definite(phrase_of(beside), sight):
        return True
    if clause.marked("for") and any(_definite(phrase_of(t), sight) for t in clause.things if t not in new):
        return True  # "a crown for the dog"
    if clause.does("put", "move") or clause.said_any("include", "also"):
        return True
    if clause.of("ground") or clause.said_any("new picture", "picture of", "image of"):
        return False
    first = clause.tokens[0]
    if first.kind == "mark" and first.value in ("with", "and"):
        return True
    if clause.does("want", "be", "give") and not clause.of("relation") and not any(t.value in ("show", "give") for t in clause.of("verb")):
        return not any("paint" in t.classes for t in clause.of("verb"))
    return sided and beside is None and len(new) == 1


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
