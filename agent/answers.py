"""What the user reads: the end of a turn, the ledger, the history. Sentences are made from events; no model writes them."""

from collections.abc import Collection, Sequence

from ..tools.checks import Check, Verdict
from ..tools.checks import sentence as sentence
from .graph import nodes, place, sources
from .ledger import UNCHANGED, broken, disputed, doubtful
from .run import Acted, Asked, Decided, Failed, Judged, Moved, Promised, Run
from .turn import AS_IT_WAS, PAINTING, best, gains, made, planners, remedies, remedy_of

REASONS = {
    "rounds": "I stopped because the rounds for repairs are used up.",
    "calls": "I stopped because the tool calls of one request are used up.",
    "seconds": "I stopped because the time for one request is used up.",
    "tokens": "I stopped because the tokens for one request are used up.",
    "no_gain": "I stopped because several repairs in a row brought nothing.",
    "no_remedy": "I know no other way to repair that.",
    "as_before": "I tried that before in vain and left it alone now; `fix it` tries again.",
    "unsure": "I cannot tell about the rest; please look yourself.",
    "unjudged": "Nobody looked at it.",
    "cancelled": "Stopped on request.",
    "interrupted": "That turn was interrupted; what was finished is kept.",
}


def summary(run: Run, reason: str) -> str:
    """The answer at the end of a turn: the planner's words, what went wrong, what the picture shows and what it does not."""
    turn = run.turn
    lines: list[str] = []
    said = [e.text for e in turn if isinstance(e, Decided) and e.by == "planner" and e.text]
    lines += said[-1:]
    troubles = [e for e in turn if isinstance(e, Failed) and _matters(e, turn)]
    if planners(turn) and all(e.call is not None for e in troubles):
        troubles = []  # the planner found another way, and says so itself
    lines += [f"{_sentence(e.message)} {_sentence(e.hint)}".strip() for e in troubles[-1:]]
    mark = best(run)
    if mark is not None:
        lines.append(_state(run, mark))
    elif made(turn):
        lines.append("The picture is painted.")
    if reason in REASONS and not (reason == "cancelled" and troubles):
        lines.append(REASONS[reason])
    return " ".join(line for line in lines if line) or "Done."


def _matters(event: Failed, turn: Sequence[object]) -> bool:
    """Whether the user should read about a failure: repairs that did not work are not worth a sentence."""
    repairs = {c.id for d in turn if isinstance(d, Decided) and d.by == "repair" for c in d.calls}
    if event.call is not None and event.call.id in repairs:
        return False
    return event.call is None or event.code != "missing_result"


def _state(run: Run, mark: Judged) -> str:
    tried = remedies(run.turn)
    judged = [e for e in run.turn if isinstance(e, Judged)]
    as_it_was = mark.why == AS_IT_WAS
    if as_it_was and len(judged) == 1:
        opening = "I looked at the picture again and changed nothing."
    elif as_it_was:
        attempts = [e for e in judged if e is not mark]
        said = "The attempt was no better" if len(attempts) == 1 else f"None of {len(attempts)} attempts was better"
        opening = f"{said} ({reason(run, attempts[-1])}), so the picture stays as it was; `keep the attempt` takes the last one all the same."
    else:
        opening = f"{done(run)}."
        if tried:
            won = gains(run.turn)
            told = "and it helped" if won else "in vain"
            opening += f" I tried a repair, {told}." if len(tried) == 1 else f" I tried {len(tried)} repairs; {won or 'none'} helped."
    checks = _checks(run)
    bad = [_named(checks, v) for v in broken(mark.verdicts)]
    dim = [_named(checks, v) for v in doubtful(mark.verdicts)]
    count = len(mark.verdicts)
    held = sum(v.status == "pass" for v in mark.verdicts)
    told = f" {held} of {count} checks hold." if count else ""
    if bad:
        told += f" Not there yet: {'; '.join(bad)}."
    if dim:
        told += f" Unsure: {'; '.join(dim)}."
    silent = sorted({eye for v in mark.verdicts for eye, answer in v.evidence.opinions[1:] if answer == "no answer"})
    if silent:
        told += f" {' and '.join(silent)} gave no answer to some of it."
    return opening + told


def done(run: Run) -> str:
    """What the planner's steps did, in words, so that a request that was misread is seen at once; no full stop."""
    chosen = {c.id for e in run.turn if isinstance(e, Decided) and e.by == "planner" for c in e.calls}
    told: list[str] = []
    for step in (e for e in run.turn if isinstance(e, Acted) and e.call.id in chosen and e.call.tool in PAINTING):
        did, caption = step.result.get("did"), step.result.get("caption")
        if isinstance(did, str) and did:
            told.append(did)
        elif step.call.tool == "generate" and isinstance(caption, str) and caption:
            told.append(f"A new picture{' after the example' if (step.call.args or {}).get('like') else ''}: {caption}")
        else:
            told.append(step.said.rstrip(".") or "Painted")
    first, *rest = told or ["painted"]
    return "; ".join([first[:1].upper() + first[1:], *(words[:1].lower() + words[1:] for words in dict.fromkeys(rest))])


def reason(run: Run, judged: Judged) -> str:
    """Why a picture was taken or turned down, in words."""
    checks = _checks(run)
    named = [sentence(checks[name]) for name in judged.about if name in checks]
    match judged.cause:
        case "harm":
            return "something else changed with it"
        case "broke" if named:
            return f"it does not hold any more that {' and that '.join(named)}"
        case "unmended" if named:
            return f"still not so: {'; '.join(named)}"
        case "":
            return judged.why.removeprefix("accepted: ")
    return "it holds no more than before"


def way_of(run: Run, judged: Judged) -> str:
    """How the repair that made a picture went about it; empty where the planner made it."""
    made_by = remedy_of(run.turn, run.step(judged.step))
    if made_by is None:
        return ""
    way = made_by.way.replace("_", " ")
    match made_by.operation:
        case "again":
            return "the same with another seed"
        case "redo":
            return "the same change with another seed"
        case "technique":
            return f"painted anew by {way}"
        case "move":
            return {"other": "moving the other thing", "both": "moving both things", "replant": "painting it elsewhere"}.get(way, "moving it")
        case "count":
            return "adding or taking away one" if way == "one" else "painting all of them anew"
    return {"replace": "painting another one in its place", "replant": "painting it anew", "twice": "twice"}.get(way, f"by {way}")


def _checks(run: Run) -> dict[str, Check]:
    return {c.id: c for e in run.turn if isinstance(e, Promised) for c in e.checks}


def _named(checks: dict[str, Check], verdict: Verdict) -> str:
    if verdict.check == UNCHANGED:
        return "nothing else changed"
    check = checks.get(verdict.check)
    words = sentence(check) if check is not None else verdict.check.replace("_", " ")
    return words + _disputed(verdict)


def _disputed(verdict: Verdict) -> str:
    """Who said what, where two eyes are sure of opposite things. No words of a model's: they may come from inside the picture."""
    if not disputed(verdict):
        return ""
    return f" ({', '.join(f'{eye}: {answer}' for eye, answer in verdict.evidence.opinions)})"


def listed(words: Collection[str]) -> str:
    """A list for a sentence: "a, b and c"."""
    found = list(words)
    return f"{', '.join(found[:-1])} and {found[-1]}" if len(found) > 1 else "".join(found)


def _sentence(text: str) -> str:
    if not text:
        return ""
    first = text if text.startswith("http") else f"{text[:1].upper()}{text[1:]}"
    return first if text.endswith((".", "!", "?")) else f"{first}."


def ledger_lines(run: Run, step: int) -> tuple[tuple[str, str], ...]:
    """The ledger of a step's picture as (status, words), as it stood when the picture was kept."""
    checks: dict[str, Check] = {}
    for event in run.events:
        if isinstance(event, Promised):
            checks = {c.id: c for c in event.checks}
        elif isinstance(event, Judged) and event.step == step and event.verdicts:
            return tuple((v.status, _named(checks, v)) for v in event.verdicts)
    return ()


def lines_of(run: Run, judged: Judged) -> tuple[tuple[str, str], ...]:
    """What was found in a picture of a run's last turn, as (status, words)."""
    checks = _checks(run)
    return tuple((v.status, _named(checks, v)) for v in judged.verdicts)


def history(run: Run) -> str:
    """The kept pictures as a numbered list, the current one marked, branches indented."""
    here = place(run)
    if not here.pictures:
        return "No pictures yet."
    asked = asked_for(run)
    known = nodes(run)
    names = {step: name for name, step in here.names.items()}
    lines = []
    for number, step in enumerate(here.pictures, 1):
        before = " and ".join(str(here.pictures.index(source) + 1) for source in sources(run, step))
        origin = f" (from {before})" if before else ""
        passed = [v.status == "pass" for v in known[step].verdicts]
        ledger = f" [{sum(passed)}/{len(passed)}]" if passed else ""
        mark = "→" if step == here.head else " "
        called = f' "{names[step]}"' if step in names else ""
        lines.append(f"{mark} {number}{called}: {asked.get(step, known[step].tool)}{origin}{ledger}")
    return "\n".join(lines)


def asked_for(run: Run) -> dict[int, str]:
    """For each kept picture the words that asked for it."""
    found: dict[int, str] = {}
    said = ""
    for event in run.events:
        if isinstance(event, Asked):
            said = event.text
        elif isinstance(event, Moved) and event.why == "kept" and event.head is not None:
            found.setdefault(event.head, said)
    return found
