"""What a picture is wanted to show once intents are carried out, one after the other."""

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from typing import Any

from ..engine.world.vocabulary import RELATIONS
from ..tools.wording import AT, MOST, Relation, Wanted, Wish
from .grammar.requests import Add, Background, Control, Count, Inpaint, Intent, Like, Move, Paint, Recolour, Remove, Replace, Resize, Vary

SIDES = frozenset(AT)
FOREMOST = frozenset({"first", "left", "top"})
"""Which of several alike stands before the others, so that "the first one" means it later, too."""


def followed(wanted: Wanted | None, intents: Sequence[Intent]) -> Iterator[tuple[Intent, Wanted | None]]:
    """Each intent with the scene that is wanted before it, its things being called as they are by then.

    "Make the car green and bigger" speaks of a red car both times; the second time it is green.

    Args:
        wanted: the scene before the first intent.
        intents: in the order said.
    """
    renamed: dict[Wish, Wish] = {}
    for said in intents:
        intent = _renamed(said, renamed, wanted)
        yield intent, wanted
        if isinstance(said, Recolour) and isinstance(intent, Recolour) and not said.which:
            renamed[said.what] = intent.what.model_copy(update={"colour": intent.colour})
        wanted = after(wanted, intent)


def _renamed(intent: Intent, renamed: dict[Wish, Wish], wanted: Wanted | None) -> Intent:
    shown = wanted.things if wanted is not None else ()
    changes: dict[str, Any] = {}
    for part in fields(intent):
        wish = getattr(intent, part.name)
        if isinstance(wish, Wish) and part.name != "new" and not (isinstance(intent, Add) and part.name == "what"):
            changes[part.name] = still(renamed.get(wish, wish), shown)
    return replace(intent, **changes) if changes else intent


def still(wish: Wish, shown: Sequence[Wish]) -> Wish:
    """A thing as it is shown now: of its colour, or the only one of its kind; itself where it is not shown."""
    kin = [t for t in shown if t.noun == wish.noun]
    alike = [t for t in kin if t.colour == wish.colour and t.size == wish.size] or [t for t in kin if t.colour == wish.colour]
    return next(iter(alike), kin[0] if len(kin) == 1 else wish)


def after(wanted: Wanted | None, intent: Intent) -> Wanted | None:
    """The scene that is wanted once an intent is carried out; None where nobody knows what the picture shows."""
    if isinstance(intent, Paint | Control):
        return intent.wanted
    if isinstance(intent, Like):
        return intent.wanted if intent.wanted != Wanted() else None
    if wanted is None:
        return None
    things = list(wanted.things)
    if isinstance(intent, Recolour | Move | Resize | Replace) and intent.which:
        return _one_apart(wanted, intent)
    match intent:
        case Replace(old=old, new=new):
            return _with(wanted, [new if t == old else t for t in things], gone=old)
        case Remove(what=what):
            return _with(wanted, [t for t in things if t != what], gone=what)
        case Add(what=what, where=where, beside=beside):
            what = what.model_copy(update={"place": where}) if beside is None and where in SIDES else what
            if beside is not None and _stands(wanted, what, beside):  # on the other side: both places are promised, each of one of them
                grown = wanted.model_copy(update={"things": (*things, what), "absent": tuple(a for a in wanted.absent if a != what.noun)})
                return _related(grown, what, where, beside, at=len(things))
            grown = _with(wanted, _joined(things, what))
            return _related(grown, what, where, beside) if beside is not None else grown
        case Recolour(what=what, colour=colour):
            others = [t for t in things if t != what]
            painted = what.model_copy(update={"colour": colour})
            if what in things and len(_joined(others, painted)) == len(others):  # alike now: they are counted together
                return _with(_with(wanted, others, gone=what), _joined(others, painted))
            return _with(wanted, [painted if t == what else t for t in things])
        case Count(what=what, number=number):
            wanted = _merged(wanted, what)
            what, things = _all_of(wanted, what), list(wanted.things)
            return _with(wanted, [t.model_copy(update={"count": number}) if t == what else t for t in things])
        case Move(what=what, where=where, beside=beside):
            there = what.model_copy(update={"place": where if beside is None and where in SIDES else None})
            freed = _with(wanted, [there if t == what else t for t in things], moved=what)
            return _related(freed, there, where, beside) if beside is not None else freed
        case Background(name=name):
            return wanted.model_copy(update={"background": name})
        case Inpaint(wanted=scene):
            return _with(wanted, [*things, *(t for t in scene.things if t not in things)])
        case Vary(background=name, changes=changes):
            return _varied(wanted, name, changes)
    return wanted


def _one_apart(wanted: Wanted, intent: Recolour | Move | Resize | Replace) -> Wanted:
    """The scene once one of several alike is otherwise than the rest."""
    what = intent.old if isinstance(intent, Replace) else intent.what
    if what not in wanted.things or isinstance(intent, Resize):  # how large each is was never promised
        return wanted
    at, one = wanted.things.index(what), what.model_copy(update={"count": 1})
    rest = [*wanted.things]
    rest[at] = what.model_copy(update={"count": max(1, what.count - 1)})
    match intent:
        case Replace(new=new):
            return _with(wanted, _joined(rest, new))
        case Recolour(colour=colour):
            painted = one.model_copy(update={"colour": colour})
            if intent.which not in FOREMOST or len(_joined(rest, painted)) == len(rest):
                return _with(wanted, _joined(rest, painted))
            behind = [{"subject": r.subject + (r.subject >= at), "object": r.object + (r.object >= at)} for r in wanted.relations]
            shifted = tuple(r.model_copy(update=places) for r, places in zip(wanted.relations, behind, strict=True))
            return wanted.model_copy(update={"things": (*rest[:at], painted, *rest[at:]), "relations": shifted})
        case Move(where=where, beside=beside):
            there = one.model_copy(update={"place": where if beside is None and where in SIDES else None})
            parted = _with(wanted, [*rest, there])
            return parted if beside is None else _related(parted, there, where, beside, at=len(rest))
    return wanted


def without(wanted: Wanted, phrases: Sequence[str]) -> Wanted:
    """The scene without the things that phrases name."""
    for wish in wanted.things:
        if wish.phrase in phrases:
            wanted = _with(wanted, [t for t in wanted.things if t != wish], gone=wish)
    return wanted.model_copy(update={"absent": ()})


def _varied(wanted: Wanted, background: str | None, changes: Sequence[tuple[Wish | None, Wish | None]]) -> Wanted:
    for old, new in changes:
        step: Intent | None = None
        if new is not None:
            step = Add(new) if old is None else Replace(old, new)
        elif old is not None:
            step = Remove(old)
        changed = after(wanted, step) if step is not None else None
        if changed is not None:  # in a picture that is painted anew, only what was to go is kept out by name
            wanted = changed if new is None else changed.model_copy(update={"absent": tuple(a for a in wanted.absent if a in changed.absent)})
    return wanted if background is None else wanted.model_copy(update={"background": background})


def _joined(things: Sequence[Wish], new: Wish) -> list[Wish]:
    """The things with one more; of the same kind and colour they are counted together."""
    for place_in_list, thing in enumerate(things):
        if (thing.noun, thing.colour, thing.size) == (new.noun, new.colour, new.size):
            more = thing.model_copy(update={"count": min(thing.count + new.count, MOST)})
            return [*things[:place_in_list], more, *things[place_in_list + 1 :]]
    return [*things, new]


def _with(wanted: Wanted, things: Sequence[Wish], gone: Wish | None = None, moved: Wish | None = None) -> Wanted:
    """The wanted scene with other things: relations keep pointing at the same things, those of a thing that left or moved are dropped."""
    places = {index: index for index in range(len(wanted.things))}
    if gone is not None and len(things) < len(wanted.things):
        lost = [i for i, t in enumerate(wanted.things) if t == gone]  # several where like things have places of their own
        places = {i: i - sum(i > j for j in lost) for i in places if i not in lost}
    kept = [
        relation.model_copy(update={"subject": places[relation.subject], "object": places[relation.object]})
        for relation in wanted.relations
        if relation.subject in places and relation.object in places and moved not in (wanted.things[relation.subject], wanted.things[relation.object])
    ]
    names = {t.noun for t in things}
    absent = [a for a in wanted.absent if a not in names]
    if gone is not None and gone.noun not in names:
        absent.append(gone.noun)
    return wanted.model_copy(update={"things": tuple(things), "relations": tuple(kept), "absent": tuple(dict.fromkeys(absent))})


def _stands(wanted: Wanted, what: Wish, beside: Wish) -> bool:
    """Whether such a thing stands at some place beside another one already."""
    return any((wanted.things[r.subject], wanted.things[r.object]) == (what, beside) for r in wanted.relations)


def _all_of(wanted: Wanted, what: Wish) -> Wish:
    """The wish that speaks of all things like one, once they are counted together."""
    return next((t for t in wanted.things if t.model_copy(update={"count": what.count}) == what), what)


def _merged(wanted: Wanted, what: Wish) -> Wanted:
    """The wanted scene with like things counted together, which had places of their own."""
    alike = [i for i, t in enumerate(wanted.things) if t == what]
    if len(alike) < 2:
        return wanted
    others = _with(wanted, [t for t in wanted.things if t != what], gone=what)
    every = what.model_copy(update={"count": min(MOST, what.count * len(alike))})
    return others.model_copy(update={"things": (*others.things, every), "absent": wanted.absent})


def _related(wanted: Wanted, what: Wish, where: str, beside: Wish, at: int | None = None) -> Wanted:
    """The wanted scene with one relation more, if both things are in it and the relation is one that can be checked."""
    if what not in wanted.things or beside not in wanted.things or where not in RELATIONS:
        return wanted
    new = Relation(subject=wanted.things.index(what) if at is None else at, name=where, object=wanted.things.index(beside))
    return wanted.model_copy(update={"relations": (*wanted.relations, new)})
