"""What the offline planner does about wishes that are no single edit: numbers, places exchanged, masks, maps, pairs, and words from the run.

Some need a look first ("swap the house and the balloon": which stands where?); then the planner looks, and plans when it has seen.
"""

import re
from collections.abc import Sequence
from typing import Any

from ..engine.world.vocabulary import BACKGROUNDS, INVERSE, OBJECTS
from ..tools.lexicon import SYNONYMS
from ..tools.scene import Corners, centre
from ..tools.wording import Wanted, Wish, articled, caption_of, parse_request, prompt_of
from . import accounts, answers
from .grammar import accounting
from .grammar.requests import Control, Count, Forget, Inpaint, Intent, Learn, Like, Move, Pair, Remark, Segment, Session, Swap, Vary, Which
from .graph import drawn, image_of, place
from .run import Acted, Asked, Call, Failed, Judged, Moved, Run
from .turn import AS_IT_WAS, best, last_judged

Plan = tuple[list[Call], str]
"""Calls, and words where something needs to be said."""
NO_PICTURE = "There is no picture yet. Say what you would like to see."
GREETING = 'Hello! Say what you would like to see, for example "a red car and a dog on a beach".'
WELCOME = "You are welcome. Say what you would like to see next."
KEPT = "Nothing is ever deleted, so that every picture can be gone back to. `undo` leaves the current one, `go 1` leads to the first."
LOOK, SEEN, LEFT = "where", "seen", "left"  # first parts of the names of calls that only look: before a plan, in it, after an inpainting


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
    name = f"p{number}"
    match intent:
        case Session(verb="why") if accounting.YOU_CHANGED.search(said_now(run)):
            return _changed(run, name)
        case Remark(told=told):
            return [], told
        case Session(verb=verb) if verb in TOLD:
            return [], _told(run, verb, concepts)
        case Session(verb="keep"):
            return _kept(run, name)
        case Forget(name=concept):
            return [Call(id=name, tool="forget", args={"concept": concept})], ""
        case Pair(verb=verb, first=first, second=second):
            asked = verb == "compare" and accounting.asks_for_better(said_now(run))
            said = accounts.better(run, first, second) if asked else ""
            return [Call(id=name, tool=verb, args={"first": first, "second": second})], said
        case Learn(name=concept, noun=noun):
            return _learned(run, concept, noun, name)
        case Vary() if wanted is not None:
            return [Call(id=name, tool="generate", args={"prompt": prompt_of(wanted)})], ""
        case Control(kind=kind, wanted=scene):
            return _controlled(run, kind, scene, name)
        case Like(wanted=scene, picture=example):
            return _exemplified(run, scene, example, image, name)
        case Count(what=what, number=many) if image is not None:
            return _counted(run, image, what, many, number)
        case Segment(what=what) if image is not None:
            return [Call(id=name, tool="segment", args={"image": image, "phrases": [what.phrase]})], ""
        case Inpaint(wanted=scene) if image is not None:
            return _inpainted(run, image, scene, wanted, name)
        case Swap(first=first, second=second):
            return [], f"I cannot see where the {first.phrase} and the {second.phrase} stand, so I left them there."
    return None


def question(which: Which) -> str:
    """Asks which of several things is meant."""
    if not which.choices:
        return f"Which one do you mean by {which.noun!r}? Name the thing. Nothing was changed."
    named = [f"the {wish.phrase}" for wish in which.choices]
    subject = which.noun if which.noun in OBJECTS else "one"
    return f"Which {subject}: {', '.join(named[:-1])} or {named[-1]}?" if len(named) > 1 else f"Which {subject}: {named[0]}?"


# -- looking first --------------------------------------------------------------------------------------------------------------------


def looks(intents: Sequence[Intent], image: str | None, wanted: Wanted | None) -> tuple[Call, ...]:
    """What has to be looked at before intents can be planned."""
    swaps = [i for i in intents if isinstance(i, Swap) and _promised(i, wanted) is None]
    if image is None:
        return ()
    return tuple(
        Call(id=f"{LOOK}.{n}", tool="segment", args={"image": image, "phrases": [i.first.phrase, i.second.phrase]}) for n, i in enumerate(swaps, 1)
    )


def placed(run: Run, intents: Sequence[Intent], wanted: Wanted | None) -> tuple[Intent, ...]:
    """The intents with each exchange of places as the move that brings it about, where it is known which thing stands where."""
    found: list[Intent] = []
    for intent in intents:
        relation = (_promised(intent, wanted) or _seen(run, intent)) if isinstance(intent, Swap) else None
        found.append(Move(intent.first, INVERSE[relation], intent.second) if relation is not None and isinstance(intent, Swap) else intent)
    return tuple(found)


def _promised(swap: Swap, wanted: Wanted | None) -> str | None:
    """How the first thing stands to the second, as the picture was made to show it."""
    for relation in wanted.relations if wanted is not None else ():
        pair = wanted.things[relation.subject], wanted.things[relation.object]  # type: ignore[union-attr]
        if pair in ((swap.first, swap.second), (swap.second, swap.first)):
            return relation.name if pair[0] == swap.first else INVERSE[relation.name]
    return None


def _seen(run: Run, swap: Swap) -> str | None:
    """How the first thing stands to the second, as this turn's look shows it."""
    boxes: dict[str, Corners] = {}
    for step in (e for e in run.turn if isinstance(e, Acted) and e.call.id.startswith(f"{LOOK}.")):
        for found in reversed(step.result.get("found", ())):  # the surest comes first
            boxes[found["phrase"]] = tuple(found["box"]) if "box" in found else (0, 0, 0, 0)
    if swap.first.phrase not in boxes or swap.second.phrase not in boxes:
        return None
    (x, y), (u, v) = centre(boxes[swap.first.phrase]), centre(boxes[swap.second.phrase])
    if abs(u - x) >= abs(v - y):
        return "left of" if x < u else "right of"
    return "above" if y < v else "below"


def covered(run: Run) -> tuple[str, ...]:
    """What this turn's look after an inpainting did not find any more."""
    missing: list[str] = []
    for event in run.turn:
        if isinstance(event, Acted) and event.call.id.startswith(f"{LEFT}."):
            missing += event.result.get("missing", ())
        elif isinstance(event, Failed) and event.call is not None and event.call.id.startswith(f"{LEFT}.") and event.code == "nothing_found":
            missing += (event.call.args or {}).get("phrases", ())
    return tuple(missing)


def taken_over(run: Run) -> Wanted | None:
    """What this turn's picture after an example was told to show: what the example shows goes for what nobody said."""
    told = [e.result.get("caption") for e in run.turn if isinstance(e, Acted) and e.call.tool == "generate" and (e.call.args or {}).get("like")]
    scene = parse_request(told[-1]) if told and isinstance(told[-1], str) and told[-1] else None
    return scene if scene is not None and scene.things and not scene.unknown else None


# -- calls ----------------------------------------------------------------------------------------------------------------------------


def _kept(run: Run, name: str) -> Plan:
    """Takes the attempt that was turned down last; where the last picture was accepted, only if an attempt is spoken of."""
    said = said_now(run)
    before = last_judged(run.before_turn)
    turned_down = [e for e in run.before_turn.events if isinstance(e, Judged) and not e.accepted]
    mark = best(before) if before is not None else None
    meant = bool(ATTEMPT.search(said))
    if LEFT_ALONE.search(said) or (mark is not None and mark.why != AS_IT_WAS and not meant):
        number = place(run).number
        return [], f"Picture {number} stays as it is." if number else "There is no picture yet."
    if not turned_down:
        return [], "No attempt was turned down. Nothing was changed."
    return [Call(id=name, tool="keep", args={"step": turned_down[-1].step})], ""


def _changed(run: Run, name: str) -> Plan:
    """What was done last and why, and how the current picture differs from the one that it was made from."""
    here = place(run)
    before = here.came_from.get(here.head) if here.head is not None else None
    if here.number is None or before not in here.pictures:
        return [], _reasons(run)
    args = {"first": here.pictures.index(before) + 1, "second": here.number}
    return [Call(id=name, tool="compare", args=args)], _reasons(run)


def waved_off(run: Run) -> bool:
    """Whether "never mind", or a complaint, is said of a request that changed nothing: there is nothing to take back."""
    before = run.before_turn.turn
    moved = any(isinstance(e, Moved) for e in before)
    return bool(before) and not moved and not BACK.search(said_now(run))


def said_now(run: Run) -> str:
    """What this turn's request says, in lower case."""
    asked = run.turn[0]
    return asked.text.lower() if isinstance(asked, Asked) else ""


def one_place(run: Run, background: str | None) -> str:
    """Words for a request that names two places: a picture has one, and nobody should have to find out which was left out."""
    words = re.findall(r"[a-z]+", said_now(run))
    named = dict.fromkeys(place for word in words if (place := SYNONYMS.get(word, word)) in BACKGROUNDS)
    left = [BACKGROUNDS[place] for place in named if place != background]
    if background is None or background not in named or not left:
        return ""
    return f"A picture has one place only: {BACKGROUNDS[background]}, not {left[0]}."


def _learned(run: Run, concept: str, noun: str | None, name: str) -> Plan:
    pictures = _given(run)
    if not pictures:
        return [], f"I need one to five pictures to learn {concept} from."
    return [Call(id=name, tool="customize", args={"images": pictures, "name": concept, "noun": noun or "thing"})], ""


def _counted(run: Run, image: str, what: Wish, many: int, number: int) -> Plan:
    """Adds what is missing in one edit, or fills the places of those that are too many, the least certain first."""
    boxes = _counted_before(run, what, image)
    seen = len(boxes) if boxes is not None else what.count
    if many > seen:
        words = (
            f"add {articled(what.phrase)}"
            if many - seen == 1
            else f"add {caption_of(Wanted(things=(what.model_copy(update={'count': many - seen}),)))}"
        )
        return [Call(id=f"p{number}", tool="edit", args={"image": image, "instruction": words})], ""
    gone = seen - many
    where: dict[str, Any] = {"boxes": [list(box) for box in boxes[:gone]]} if boxes is not None else {"phrases": [what.phrase]}
    found = f"{SEEN}.p{number}"
    calls = [Call(id=found, tool="segment", args={"image": image, **where})] if gone else []
    for nth in range(gone):
        source = image if nth == 0 else f"$p{number + nth - 1}.image"
        args = {"image": source, "region": f"${found}.found.{nth}.mask", "prompt": ""}
        calls.append(Call(id=f"p{number + nth}", tool="inpaint", args=args))
    return calls, ""


def _counted_before(run: Run, what: Wish, image: str) -> list[Corners] | None:
    """Where the eyes saw a kind of thing in the current picture, the least certain first; None where nobody counted just these."""
    here = place(run)
    promise = here.promise
    if promise is None or promise.wanted is None or image != image_of(run, here.head):
        return None
    if sum(wish.noun == what.noun for wish in Wanted.model_validate(promise.wanted).things) != 1:
        return None
    counts = {c.id for c in promise.checks if c.kind == "count" and c.subject == what.noun}
    judged = [v for e in run.events if isinstance(e, Judged) and e.step == here.head for v in e.verdicts if v.check in counts]
    if not judged or not judged[-1].evidence.boxes:
        return None
    evidence = judged[-1].evidence
    scores = [*evidence.scores, *[1.0] * len(evidence.boxes)]
    return [box for _, box in sorted(zip(scores, evidence.boxes, strict=False))]


def _controlled(run: Run, kind: str, scene: Wanted, name: str) -> Plan:
    given = _given(run)
    if not given:
        return [], "I need a picture whose lines I should follow."
    return [Call(id=name, tool="control", args={"prompt": caption_of(scene), "kind": kind, "image": given[0]})], ""


def _exemplified(run: Run, scene: Wanted, example: int, image: str | None, name: str) -> Plan:
    """Paints after an example: picture of that number, else the one that came along, else the current one."""
    pictures, given = place(run).pictures, _given(run)
    like = image_of(run, pictures[example - 1]) if 0 < example <= len(pictures) else given[0] if given else image
    if like is None:
        return [], "I need a picture to take as an example."
    return [Call(id=name, tool="generate", args={"prompt": prompt_of(scene) if scene != Wanted() else "", "like": like})], ""


def _inpainted(run: Run, image: str, scene: Wanted, wanted: Wanted | None, name: str) -> Plan:
    """Paints in the mask; a look at the picture then tells what the mask covered, so that nobody promises that any more."""
    mask = drawn(run)
    if mask is None:
        return [], "I need a mask of the place: draw one and send it along."
    prompt = caption_of(scene) if scene.things or scene.background else ""
    calls = [Call(id=name, tool="inpaint", args={"image": image, "region": mask, "prompt": prompt})]
    if wanted is not None and wanted.things:
        phrases = [wish.phrase for wish in wanted.things]
        calls.append(Call(id=f"{LEFT}.{name}", tool="segment", args={"image": f"${name}.image", "phrases": phrases}))
    return calls, ""


def _given(run: Run) -> list[str]:
    """The pictures that came with the request."""
    asked = run.turn[0]
    return [h for h in asked.pictures if h.startswith("image:")] if isinstance(asked, Asked) else []


# -- words ----------------------------------------------------------------------------------------------------------------------------

ATTEMPT = re.compile(
    r"\b(?:anyway|all the same|attempts?|try|tries|step|rejected|rejecting|refused|discarded|tossed|declined|thrown|unaccepted|dismissed|failed"
    r"|(?:turn|turned|threw|roll|rolled|throw|take|took) (?:\w+ )?(?:down|back|out|away))\b"
)
"""Words for a picture that was turned down."""
LEFT_ALONE = re.compile(r"\bleave (?:it|that|this|everything)\b.*\b(?:as|like|alone|so)\b")
BACK = re.compile(
    r"\b(?:undo|revert|restore|return|back|before|previous|earlier|former|prior|old|last|cancel|remove|delete|throw|discard|trash|reverse|rewind|unmake|ctrl)\b"
)
"""Words that ask for an earlier picture, whatever was done last."""
TOLD = frozenset({"delete", "thanks", "concepts", "ledger", "why", "history", "best", "cost", "changed"})


def _told(run: Run, verb: str, concepts: Sequence[str]) -> str:
    """What a request for words is answered with."""
    match verb:
        case "thanks":
            return WELCOME if place(run).pictures else GREETING
        case "delete":
            return KEPT
        case "history":
            return answers.history(run)
        case "best":
            return accounts.best_of(run.before_turn)
        case "cost":
            return accounts.cost(run.before_turn)
        case "changed":
            return "This picture was painted from nothing: there is none before it to compare it with." if place(run).number else NO_PICTURE
        case "concepts":
            none = "I have learned no concepts yet; `learn this as NAME` with pictures teaches one."
            return f"I have learned {', '.join(concepts)}." if concepts else none
        case "ledger":
            return _ledger(run)
        case _:
            return _reasons(run)


def _ledger(run: Run) -> str:
    """What holds of the current picture; of the wish that came to nothing, where that was the last thing that was tried."""
    here = run.before_turn
    head = place(here).head
    lines = answers.ledger_lines(here, head) if head is not None else ()
    tried = last_judged(here)
    mark = best(tried) if tried is not None else None
    if tried is not None and mark is not None and mark.step == head:
        lines = answers.lines_of(tried, mark)
    if not lines:
        return "Nothing was checked yet."
    failed = [words for status, words in lines if status == "fail"]
    unsure = [words for status, words in lines if status not in ("pass", "fail")]
    told = f"{sum(status == 'pass' for status, _ in lines)} of {len(lines)} checks hold."
    told += f" Not there: {'; '.join(failed)}." if failed else ""
    return told + (f" Unsure: {'; '.join(unsure)}." if unsure else "")


def _reasons(run: Run) -> str:
    """What was tried last, by which tool and seed, and why it was taken or not."""
    tried = last_judged(run.before_turn)
    if tried is None:
        return "Nothing was painted or checked yet, so there is nothing to explain."
    asked = next((e.text for e in tried.turn if isinstance(e, Asked)), "")
    told = [f'You asked: "{asked}".']
    judged = [e for e in tried.turn if isinstance(e, Judged) and e.why != AS_IT_WAS]
    for number, event in enumerate(judged, 1):
        way = answers.way_of(tried, event)
        told.append(f"Attempt {number}{f', {way}' if way else ''}: {answers.reason(tried, event)}. {_made(tried.step(event.step))}")
    return " ".join(told)


def _made(step: Acted) -> str:
    """How a picture was made, so that it can be made again."""
    seed = (step.call.args or {}).get("seed")
    return step.said if seed is None else f"{step.said.rstrip('.')}; by `{step.call.tool}`, seed {seed}."
