"""The loop: paint, look, repent. One event at a time, each chosen from the events before it.

A turn goes through: the planner decides and acts until it is done; what it made is promised a ledger and judged; while something is
broken or in doubt and the budget lasts, the repair program chooses a remedy, which is acted and judged; the best picture is kept. A picture is
accepted only if the ledger improves, nothing that held is lost, and nothing outside the edit changed. Since every choice is a function
of the run, a run that was interrupted anywhere goes on where it was.

Source: the loop of SLD (Wu et al. 2023, arXiv:2311.16090), roll-back and fall-back chains of GenArtist (Wang et al. 2024, arXiv:2407.05600).
Differs: acceptance by typed checks with evidence instead of a language model's opinion.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ..engine.language import LanguageError
from ..tools.checks import Verdict
from ..tools.errors import ToolError
from . import answers, repair
from .act import Hands
from .budget import Budget, spent
from .critic import Critic
from .decide import Mind
from .errors import AgentError
from .graph import place
from .ledger import UNCHANGED, broken, doubtful, lost, mended, score
from .pairs import promised_by_both
from .run import Acted, Answered, Decided, Event, Failed, Judged, Moved, Promised, Run, Stopped
from .turn import AS_IT_WAS, best, fresh, lineage, made, mending, pending, planned, planners, remedy_of, rounds_without_gain, turned_down, unjudged

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Crew:
    """Who works on a run."""

    mind: Mind
    hands: Hands
    critic: Critic
    budget: Budget = Budget()
    cancelled: Callable[[], bool] = lambda: False


def advance(run: Run, crew: Crew) -> Event:
    """Gives the next event of an unfinished run."""
    turn = run.turn
    if any(isinstance(e, Answered) for e in turn):
        return Stopped(reason=why_stopped(run, crew.budget))
    if crew.cancelled() and not _halted(turn):
        return Failed(call=None, code="cancelled", message="stopped on request", answer="cancelled")
    if _halted(turn):
        return _close(run, crew.budget)
    over = spent(turn).over(crew.budget)
    call = pending(turn)
    if call is not None and over is None:
        return crew.hands.act(call, run)
    try:
        return _look(run, crew) if over else _think(run, crew)
    except (LanguageError, AgentError, ToolError) as error:
        return Failed(call=None, code=error.code, message=str(error), hint=error.hint, answer="unavailable")
    except Exception as error:  # a fault of ours in planner or critic must not end the user's session; the log says where it is
        log.exception("deciding or judging broke")
        message = f"something of mine broke ({type(error).__name__}: {error})"
        return Failed(call=None, code="internal", message=message, hint="please report this", answer="unavailable")


def _think(run: Run, crew: Crew) -> Event:
    """The next event where nothing is waiting to be done."""
    turn = run.turn
    if not planned(turn):
        if spent(turn).mistakes >= crew.budget.mistakes:
            return Decided(text="I could not find a way to do that.")
        return crew.mind.decide(run)
    return _look(run, crew)


def _look(run: Run, crew: Crew) -> Event:
    """Judges what was made, chooses a repair, or closes the turn. With the budget spent, what is finished is still looked at."""
    if not made(run.turn) and mending(run) is None:
        return _close(run, crew.budget)
    if not any(isinstance(e, Promised) for e in run.turn):
        return promised_by_both(run) or crew.mind.promise(run)
    waiting = unjudged(run)
    if waiting is not None:
        return judge(run, waiting, crew.critic)
    if why_stopped(run, crew.budget) == "":
        chosen = repair.choose(run)
        if chosen is not None:
            return chosen
    return _close(run, crew.budget)


# -- judging --------------------------------------------------------------------------------------------------------------------------


def judge(run: Run, candidate: Acted | Judged, critic: Critic) -> Judged:
    """Holds a picture against the ledger and says whether it becomes the best one."""
    before = critic.tokens
    judged = _judged(run, candidate, critic)
    return judged.model_copy(update={"tokens": critic.tokens - before})


def _judged(run: Run, candidate: Acted | Judged, critic: Critic) -> Judged:
    promise = next(e for e in reversed(run.turn) if isinstance(e, Promised))
    if isinstance(candidate, Judged):  # the picture as it was: the mark that an edit must pass
        verdicts = critic.judge(promise.checks, candidate.image)
        return candidate.model_copy(update={"verdicts": verdicts, "why": AS_IT_WAS})
    assert candidate.image is not None
    before, regions = _origin(run, candidate)
    verdicts = critic.judge(promise.checks, candidate.image, before=before, regions=regions)
    mark = best(run)
    if mark is None:
        return Judged(step=candidate.step, image=candidate.image, verdicts=verdicts, accepted=True, why="the first picture")
    remedy = remedy_of(run.turn, candidate)
    redone = remedy is not None and remedy.operation == "redo" and mark.why == AS_IT_WAS
    asked = fresh(run, promise) if redone or candidate in planners(run.turn) else None
    targets = remedy.targets if remedy is not None else ()
    against = Judged(step=candidate.step, image=candidate.image, verdicts=verdicts, accepted=False)
    return against.model_copy(update=better(mark.verdicts, verdicts, whole=before is None, asked=asked, targets=targets))


def _origin(run: Run, step: Acted) -> tuple[str | None, tuple[str, ...]]:
    """The picture that a step edits, and the regions it was free to change; (None, ()) where the whole picture may differ.

    A chain of edits is compared with the best picture it starts from, so that harm done anywhere along it is seen.
    """
    mark = best(run)
    regions: list[str] = []
    for link in lineage(run, step):
        region = link.result.get("region")
        source = (link.call.args or {}).get("image")
        if not isinstance(region, str) or not isinstance(source, str):
            return None, ()
        regions.append(region)
        if mark is not None and source == mark.image:
            return source, tuple(regions)
    return (source if isinstance(source, str) else None), tuple(regions)


def better(
    mark: Sequence[Verdict],
    verdicts: Sequence[Verdict],
    *,
    whole: bool,
    asked: frozenset[str] | None = None,
    targets: tuple[str, ...] = (),
) -> dict[str, Any]:
    """Whether a picture beats the best one so far, and why: what `Judged` says of it.

    Args:
        mark: verdicts on the best picture.
        verdicts: verdicts on the new one.
        whole: the new one was painted from nothing, so that single checks may be lost if more are won.
        asked: for an edit that the user asked for, the checks that it brought. Where none of them certainly fails, the edit stands:
            eyes that cannot tell (or have no check for it, as for a move to the left) are no reason to refuse what was asked.
        targets: for a repair of a part, the checks it was meant to mend; one of them must be better, or the gain is an accident.
    """
    if any(v.check == UNCHANGED and v.status == "fail" for v in verdicts):
        return {"why": "rolled back: something outside the edit changed", "cause": "harm", "about": (UNCHANGED,)}
    gone = lost(mark, verdicts)
    if gone and not whole:
        return {"why": f"rolled back: it broke {', '.join(gone)}", "cause": "broke", "about": gone}
    if asked is not None and not any(v.status == "fail" for v in verdicts if v.check in asked):
        return {"accepted": True, "why": "accepted: it does what was asked, as far as can be seen"}
    if targets and not whole and not mended(mark, verdicts, targets):
        return {"why": f"rolled back: it did not mend {', '.join(targets)}", "cause": "unmended", "about": targets}
    old, new = score(mark), score(verdicts)
    if new > old:
        more = f"{new.passed} checks hold, {old.passed} did" if new.passed > old.passed else "fewer checks are broken"
        return {"accepted": True, "why": f"accepted: {more}"}
    return {"why": "rolled back: the ledger did not improve", "cause": "no_better"}


# -- stopping -------------------------------------------------------------------------------------------------------------------------


def _halted(turn: Sequence[Event]) -> bool:
    """Whether the turn cannot go on: it was cancelled, the disk is full, or the planner itself failed."""
    return any(isinstance(e, Failed) and (e.call is None or e.answer in ("cancelled", "storage")) for e in turn)


def why_stopped(run: Run, budget: Budget) -> str:
    """Why a turn is over; an empty string where it is not."""
    turn = run.turn
    for event in turn:
        if isinstance(event, Failed) and (event.call is None or event.answer in ("cancelled", "storage")):
            return event.code if event.code in ("cancelled", "interrupted") else "failed"
    mark = best(run)
    if mark is None:
        if planned(turn) and pending(turn) is None:
            return "unjudged" if made(turn) else "answered"
        return spent(turn).over(budget) or "answered"
    if not mark.verdicts:
        return "unjudged"
    if not broken(mark.verdicts) and not doubtful(mark.verdicts) and not turned_down(run):
        return "satisfied"
    over = _exhausted(run, budget)
    return over if not over or broken(mark.verdicts) or turned_down(run) else "unsure"


def _exhausted(run: Run, budget: Budget) -> str:
    """What keeps a turn from trying another repair; an empty string where nothing does."""
    over = spent(run.turn).over(budget)
    if over:
        return over
    if spent(run.turn).rounds >= budget.rounds:
        return "rounds"
    if rounds_without_gain(run.turn) >= budget.patience:
        return "no_gain"
    if repair.choose(run) is not None:
        return ""
    return "as_before" if repair.left_alone(run) else "no_remedy"


def _close(run: Run, budget: Budget) -> Event:
    """Keeps the best picture, then answers."""
    kept = best(run)
    step = kept.step if kept is not None else None
    if step is None:  # made, but never judged: cut short, or nobody could look
        candidates = made(run.turn)
        step = candidates[0].step if candidates else None
    moved = any(isinstance(e, Moved) and e.why == "kept" for e in run.turn)
    if step is not None and not moved and (step != place(run).head or mending(run) is not None):  # what is mended has a promise of its own
        return Moved(head=step, why="kept")
    return Answered(text=answers.summary(run, why_stopped(run, budget)))
