"""Intents as short strings, so that a table of meanings can be written by hand and compared exactly."""

from collections.abc import Sequence

from ....tools.wording import Wanted, Wish
from ...grammar.requests import (
    Add,
    Ask,
    Background,
    Control,
    Count,
    Forget,
    Go,
    Inpaint,
    Intent,
    Learn,
    Like,
    Move,
    Name,
    NotUnderstood,
    Paint,
    Pair,
    Recolour,
    Remove,
    Replace,
    Resize,
    Segment,
    Session,
    Swap,
    Vary,
    Which,
)


def meaning(intents: Sequence[Intent]) -> str:
    """What a request means: its intents in the order said."""
    return "; ".join(shown(intent) for intent in intents)


def _which(intent: Recolour | Move | Resize | Replace) -> str:
    """Which one of several alike, as the first word."""
    return f"{intent.which} " if intent.which else ""


def shown(intent: Intent) -> str:
    """One intent as a string; things that are shown already are named without their number."""
    match intent:
        case Paint(wanted=wanted):
            return f"paint({scene(wanted)})"
        case Vary():
            return f"vary({', '.join(_changes(intent))})"
        case Replace(old=old, new=new):
            return f"replace({_which(intent)}{old.phrase} -> {thing(new)})"
        case Remove(what=what):
            return f"remove({what.phrase})"
        case Add(what=what, where=where, beside=beside):
            place = f" | {where} {beside.phrase}" if beside else f" | {where}" if where else ""
            return f"add({thing(what)}{place})"
        case Recolour(what=what, colour=colour):
            return f"recolour({_which(intent)}{what.phrase} -> {colour})"
        case Move(what=what, where=where, beside=beside):
            return f"move({_which(intent)}{what.phrase} -> {where}{f' {beside.phrase}' if beside else ''})"
        case Resize(what=what, size=size):
            return f"resize({_which(intent)}{what.phrase} -> {size})"
        case Count(what=what, number=number):
            return f"count({what.phrase} -> {number})"
        case Swap(first=first, second=second):
            return f"swap({first.phrase}, {second.phrase})"
        case Background(name=name):
            return f"background({name})"
        case Control(kind=kind, wanted=wanted):
            return f"control({kind}: {scene(wanted)})"
        case Like(wanted=wanted, picture=picture):
            return f"like({picture or 'this'}: {scene(wanted)})"
        case Inpaint(wanted=wanted):
            return f"inpaint({scene(wanted)})"
        case Segment(what=what):
            return f"segment({what.phrase})"
        case Learn(name=name, noun=noun):
            return f"learn({name}{f': {noun}' if noun else ''})"
        case _:
            return _said(intent)


def _said(intent: Intent) -> str:
    """An intent that is not about what a picture shows."""
    match intent:
        case Forget(name=name):
            return f"forget({name})"
        case Session(verb=verb, count=count):
            return verb if count == 1 else f"{verb}({count})"
        case Pair(verb=verb, first=first, second=second):
            return f"{verb}({first}, {second})"
        case Go(target=target):
            return f"go({target})"
        case Name(name=name):
            return f"name({name})"
        case Ask():
            return "ask"
        case Which(noun=noun):
            return f"which({noun})"
        case NotUnderstood(unknown=unknown, missing=missing):
            return f"missing({missing})" if missing else f"unknown({', '.join(unknown)})" if unknown else "empty"
    raise AssertionError(intent)


def thing(wish: Wish) -> str:
    """A thing that is wanted, with its number where there are several."""
    return f"{wish.count} {wish.phrase}" if wish.count > 1 else wish.phrase


def scene(wanted: Wanted) -> str:
    """A wanted scene: things, then relations, background and what must not be there; a plain background goes without saying."""
    parts = [", ".join(thing(t) for t in wanted.things)]
    for relation in wanted.relations:
        parts.append(f"{wanted.things[relation.subject].phrase} {relation.name} {wanted.things[relation.object].phrase}")
    if wanted.background and wanted.background != "plain":
        parts.append(wanted.background)
    return " | ".join([*parts, *(f"no {name}" for name in wanted.absent)])


def _changes(vary: Vary) -> list[str]:
    told = [vary.background] if vary.background else []
    for old, new in vary.changes:
        if old is None or new is None:
            told.append(f"no {old.phrase}" if old is not None else thing(new) if new is not None else "")
        else:
            told.append(f"{old.phrase} -> {thing(new)}")
    return told
