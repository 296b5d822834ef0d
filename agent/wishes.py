"""What the offline planner does about wishes that are no single edit: variations, numbers, failed checks, given pictures, two pictures at once."""

from collections.abc import Sequence
from typing import Any

from ..tools.wording import Wanted, Wish, caption_of
from . import answers
from .graph import drawn, place
from .remedies import LOCAL, Broken, indefinite
from .repair import table
from .requests import Control, Count, Forget, Inpaint, Intent, Pair, Segment, Session, Swap, Vary, Which
from .run import Asked, Call, Decided, Judged, Promised, Run

Plan = tuple[list[Call], str]
"""Calls, and words where something needs to be said."""
WELCOME = "You are welcome. Say what you would like to see next."


def planned(run: Run, intent: Intent, image: str | None, wanted: Wanted | None, concepts: Sequence[str], number: int) -> Plan | None:
    """The calls of a wish; None where it is of another kind.

    Args:
        run: the session, its last turn begun.
        intent: the wish.
        image: the picture it is about.
        wanted: what that was made to show; for a variation, what the new one is to show.
        concepts: names of the learned concepts.
        number: of the first call.
    """
    match intent:
        case Session(verb="thanks"):
            return [], WELCOME
        case Session(verb="concepts"):
            return [], f"I have learned {', '.join(concepts)}." if concepts else "I have learned no concepts yet; `learn this as NAME` with pictures teaches one."
        case Session(verb="ledger"):
            return [], _ledger(run)
        case Session(verb="why"):
            return [], _reasons(run)
        case Session(verb="keep"):
            return _kept(run, number)
        case Session(verb="fix"):
            return _mended(run, image, number)
        case Forget(name=name):
            return [], f"I cannot forget {name} from here; its folder under `concepts` may be deleted. Nothing was changed."
        case Pair(verb=verb, first=first, second=second):
            return [Call(id=f"p{number}", tool=verb, args={"first": first, "second": second})], ""
        case Vary() if wanted is not None:
            return [Call(id=f"p{number}", tool="generate", args={"prompt": caption_of(wanted)})], ""
        case Control(kind=kind, wanted=scene):
            return _controlled(run, kind, scene, number)
        case Count(what=what, number=many) if image is not None:
            return _counted(image, what, many, number)
        case Segment(what=what) if image is not None:
            return [Call(id=f"p{number}", tool="segment", args={"image": image, "phrases": [what.phrase]})], ""
        case Inpaint(wanted=scene) if image is not None:
            return _inpainted(run, image, scene, number)
        case Swap(first=first, second=second):
            example = f"move the {first.phrase} left of the {second.phrase}"
            return [], f'I can move one thing at a time: say where it should stand, for example "{example}". Nothing was changed.'
    return None


def question(which: Which) -> str:
    """Asks which of several things is meant."""
    if not which.choices:
        return f"Which one do you mean by {which.noun!r}? Name the thing. Nothing was changed."
    named = [f"the {wish.phrase}" for wish in which.choices]
    subject = "one" if which.noun in ("it", "them", "that", "this") else which.noun
    return f"Which {subject}: {', '.join(named[:-1])} or {named[-1]}?" if len(named) > 1 else f"Which {subject}: {named[0]}?"


def counted(wanted: Wanted, intent: Count) -> Wanted:
    """The wanted scene with another number of one kind of thing."""
    things = tuple(t.model_copy(update={"count": intent.number}) if t == intent.what else t for t in wanted.things)
    return wanted.model_copy(update={"things": things})


def _ledger(run: Run) -> str:
    head = place(run.before_turn).head
    lines = answers.ledger_lines(run.before_turn, head) if head is not None else ()
    if not lines:
        return "Nothing was checked yet."
    failed = [words for status, words in lines if status == "fail"]
    unsure = [words for status, words in lines if status not in ("pass", "fail")]
    told = f"{sum(status == 'pass' for status, _ in lines)} of {len(lines)} checks hold."
    told += f" Not there: {'; '.join(failed)}." if failed else ""
    return told + (f" Unsure: {'; '.join(unsure)}." if unsure else "")


def _reasons(run: Run) -> str:
    """What was done in the turn before, and why."""
    turn = run.before_turn.turn
    asked = next((e.text for e in turn if isinstance(e, Asked)), "")
    done = [f"{e.remedy.operation} ({e.remedy.way.replace('_', ' ')})" for e in turn if isinstance(e, Decided) and e.remedy is not None]
    judged = [f"step {e.step}: {e.why}" for e in turn if isinstance(e, Judged)]
    told = [f'You asked: "{asked}".' if asked else "Nothing was asked yet."]
    told += [f"Repairs that I tried: {', '.join(done)}."] if done else []
    told += [f"What came of it: {'; '.join(judged)}."] if judged else []
    return " ".join([*told, "`pentimento show` tells everything."])


def _kept(run: Run, number: int) -> Plan:
    turned_down = [e for e in run.before_turn.events if isinstance(e, Judged) and not e.accepted]
    if not turned_down:
        return [], "No attempt was turned down. Nothing was changed."
    return [Call(id=f"p{number}", tool="keep", args={"step": turned_down[-1].step})], ""


def _mended(run: Run, image: str | None, number: int) -> Plan:
    """The first repair of what the ledger says failed; what is left is the loop's work."""
    here = place(run.before_turn)
    promise = here.promise
    judged = next((e for e in reversed(run.before_turn.events) if isinstance(e, Judged) and e.image == image), None)
    if image is None or judged is None or promise is None:
        return [], "There is nothing to repair yet."
    failed = {v.check: v for v in judged.verdicts if v.status == "fail"}
    for row in table():
        for check in promise.checks:
            if check.kind == row.kind and check.id in failed:
                broken = Broken(image, check, failed[check.id], _phrase(promise, check.subject), f"p{number}")
                calls = next((made for way in row.ways if way in LOCAL and (made := LOCAL[way](broken))), ())
                if calls:
                    return list(calls), ""
    return [], "I see nothing that failed and that I know how to repair. `again` paints it with another seed."


def _phrase(promise: Promised, noun: str) -> str:
    wanted = Wanted.model_validate(promise.wanted) if promise.wanted is not None else Wanted()
    return next((wish.phrase for wish in wanted.things if noun in (wish.noun, wish.phrase)), noun)


def _counted(image: str, what: Wish, many: int, number: int) -> Plan:
    """Adds or removes one after the other."""
    words = f"add {indefinite(what.phrase)}" if many > what.count else f"remove the {what.phrase}"
    calls: list[Call] = []
    for nth in range(abs(many - what.count)):
        source = image if nth == 0 else f"$p{number + nth - 1}.image"
        calls.append(Call(id=f"p{number + nth}", tool="edit", args={"image": source, "instruction": words}))
    return calls, "" if calls else f"There should be {many} already."


def _controlled(run: Run, kind: str, scene: Wanted, number: int) -> Plan:
    asked = run.turn[0]
    given = [h for h in asked.pictures if h.startswith("image:")] if isinstance(asked, Asked) else []
    if not given:
        return [], "I need a picture whose lines I should follow."
    args: dict[str, Any] = {"prompt": caption_of(scene), "kind": kind, "image": given[0]}
    return [Call(id=f"p{number}", tool="control", args=args)], ""


def _inpainted(run: Run, image: str, scene: Wanted, number: int) -> Plan:
    mask = drawn(run)
    if mask is None:
        return [], "I need a mask of the place: draw one and send it along."
    prompt = caption_of(scene) if scene.things or scene.background else ""
    return [Call(id=f"p{number}", tool="inpaint", args={"image": image, "region": mask, "prompt": prompt})], ""
