"""What people type is understood as the table says."""

import pytest
from utterances import TABLE

from pentimento.agent.requests import (
    Add,
    Ask,
    Background,
    Context,
    Go,
    Intent,
    Learn,
    Move,
    Name,
    NotUnderstood,
    Paint,
    Recolour,
    Remove,
    Replace,
    Resize,
    Session,
)
from pentimento.agent.understand import understand
from pentimento.tools.wording import Wanted, Wish, parse_request

CONTEXT = Context(wanted=parse_request("a red car and a dog in a meadow"), picture=True, concepts=("bo",), names=("sunny",))


def thing(wish: Wish) -> str:
    words = [str(wish.count) if wish.count > 1 else "", wish.size, wish.colour or "", wish.noun]
    return " ".join(word for word in words if word)


def scene(wanted: Wanted) -> str:
    names = [thing(t) for t in wanted.things]
    parts = [", ".join(names)]
    for relation in wanted.relations:
        parts.append(f"{thing(wanted.things[relation.subject])} {relation.name} {thing(wanted.things[relation.object])}")
    if wanted.background and wanted.background != "plain":
        parts.append(wanted.background)
    parts += [f"no {name}" for name in wanted.absent]
    return " | ".join(parts)


def shown(intent: Intent) -> str:
    match intent:
        case Paint(wanted=wanted):
            return f"paint({scene(wanted)})"
        case Replace(old=old, new=new):
            return f"replace({thing(old)} -> {thing(new)})"
        case Remove(what=what):
            return f"remove({thing(what)})"
        case Add(what=what, where=where, beside=beside):
            place = f" | {where} {thing(beside)}" if beside else f" | {where}" if where else ""
            return f"add({thing(what)}{place})"
        case Recolour(what=what, colour=colour):
            return f"recolour({thing(what)} -> {colour})"
        case Move(what=what, where=where, beside=beside):
            return f"move({thing(what)} -> {where}{f' {thing(beside)}' if beside else ''})"
        case Resize(what=what, size=size):
            return f"resize({thing(what)} -> {size})"
        case Background(name=name):
            return f"background({name})"
        case Learn(name=name, noun=noun):
            return f"learn({name}{f': {noun}' if noun else ''})"
        case Session(verb=verb, count=count):
            return verb if count == 1 else f"{verb}({count})"
        case Go(target=target):
            return f"go({target})"
        case Name(name=name):
            return f"name({name})"
        case Ask():
            return "ask"
        case NotUnderstood(unknown=unknown, missing=missing):
            return f"missing({missing})" if missing else f"unknown({', '.join(unknown)})" if unknown else "empty"
    raise AssertionError(intent)


@pytest.mark.parametrize(("text", "meaning"), TABLE, ids=[t[:40] or "nothing" for t, _ in TABLE])
def test_utterance(text: str, meaning: str) -> None:
    given = meaning.startswith("learn")
    context = Context(CONTEXT.wanted, CONTEXT.picture, CONTEXT.concepts, CONTEXT.names, given)
    found = "; ".join(shown(i) for i in understand(text, context))
    if meaning.startswith("unknown("):  # which of the other words it stumbles over does not matter
        assert found.startswith("unknown(") and meaning[8:-1].split(", ")[0] in found
    else:
        assert found == meaning
