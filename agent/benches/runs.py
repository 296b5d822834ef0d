"""Runs one task in one arm and says what came of it.

Arms: `plain` paints the words once · `best_of_plain` and `best_of_agent` paint as often as the full loop's engine calls allow, and the
critic chooses · `chain` is the loop that gives up at the first repair that brings nothing · `full` is the loop as it ships · `repaired`,
`repaired_chain` are the same on a first picture that is painted plainly, `repaired_once` stops there after its first repair, and
`best_of_repaired` paints plainly for as many calls. Costs are counted also for steps that were taken from another arm's log, so that
sharing them is free for the machine and for nobody's score.
"""

import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from PIL import Image
from scipy.ndimage import binary_dilation

from ...engine.judging import JudgeDetector
from ...engine.perception.detector import iou
from ...engine.perception.edits import old_thing, was_made
from ...engine.perception.likeness import outside, psnr, ssim
from ...engine.world import render
from ...tools import Studio
from ...tools.checks import judge
from ..act import seed_for
from ..budget import Budget
from ..decide import Mind
from ..ledger import Score, score
from ..run import Acted, Asked, Call, Decided, Judged, Promised, Run, Stopped
from ..session import Session
from .judged import Examiner
from .suites import Task

FULL = replace(Budget(), calls=60, seconds=1e9)  # the shipped rounds and patience; the machine's speed must not decide
CHAIN = replace(FULL, patience=1)
ONCE = replace(FULL, rounds=1)
BUDGETS = {
    "first": replace(FULL, rounds=0),
    "chain": CHAIN,
    "full": FULL,
    "repaired": FULL,
    "repaired_chain": CHAIN,
    "repaired_once": ONCE,
}
MARGIN = 4  # pixels around a region that an edit may touch


@dataclass(frozen=True)
class Result:
    """What one arm made of one task.

    Attributes:
        task: the task's name.
        arm: the arm's.
        solved: whether all that must hold does, by the judge.
        checks: for each check whether it holds.
        first: the same for the arm's first picture.
        rows: samples that went through the U-Net.
        seconds: in tools.
        rounds: repairs that were tried.
        reason: why the last turn stopped; empty for arms without a loop.
        psnr: decibels outside the region of an edit, None where there is none.
        ssim: the same, structural similarity.
        stayed: share of the other things that are where they were.
        drift: structural similarity with the first picture of a session, turn by turn, wherever nothing was ever changed.
        painter: fingerprint of all weights that paint and look.
    """

    task: str
    arm: str
    solved: bool
    checks: dict[str, bool]
    first: dict[str, bool]
    rows: int
    seconds: float
    rounds: int = 0
    reason: str = ""
    psnr: float | None = None
    ssim: float | None = None
    stayed: float | None = None
    drift: list[float] = field(default_factory=list)
    painter: str = ""


@dataclass(frozen=True)
class Plainly:
    """A planner whose pictures are painted by words and guidance alone, so that there is something to repair."""

    mind: Mind

    @property
    def name(self) -> str:
        """Of the other planner."""
        return self.mind.name

    def decide(self, run: Run) -> Decided:
        """What the other planner decides, painted plainly."""
        decided = self.mind.decide(run)
        calls = tuple(c.model_copy(update={"args": {**(c.args or {}), "technique": "plain"}}) if c.tool == "generate" else c for c in decided.calls)
        return decided.model_copy(update={"calls": calls})

    def promise(self, run: Run) -> Promised:
        """What the other planner promises."""
        return self.mind.promise(run)

    def edits_given(self, text: str) -> bool:
        """What the other planner thinks of a picture that comes along."""
        return self.mind.edits_given(text)


class Stage:
    """What all runs share.

    Args:
        home: of sessions and pictures.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self.examiner = Examiner.load()
        self.detector = JudgeDetector(self.examiner.judge)
        self.made: dict[str, Acted] = {}  # pictures by the arguments of their call

    def run(self, task: Task, arm: str, rows: int = 0) -> Result:
        """Runs a task.

        Args:
            task: what is asked.
            arm: a key of `ARMS`.
            rows: what an arm that paints several times may spend; at least one picture is painted.
        """
        return ARMS[arm](self, task, arm, rows)

    @cached_property
    def painter(self) -> str:
        """All weights that paint and look."""
        return Studio(self.home).fingerprint_for("generate", {})

    def seed(self, task: Task) -> int:
        """The same for all arms of a task."""
        return crc32(task.name.encode()) % 2**31

    def open(self, task: Task, arm: str, budget: Budget) -> Session:
        """A new session for a task."""
        session = Session.open(self.home, name=f"{task.name}/{arm}", seed=self.seed(task), budget=budget)
        if arm.startswith("repaired"):
            session.crew = replace(session.crew, mind=Plainly(session.crew.mind))
        return session

    # -- arms

    def painted(self, task: Task, arm: str, rows: int) -> Result:
        """Paints the words once, or as often as the budget allows; the critic chooses. The first seed is the one that the agent begins with."""
        with self.open(task, arm, FULL) as session:
            studio, run = session.studio, session.run.plus(Asked(text=task.requests[0]))
            checks = session.crew.mind.promise(run).checks
            args = dict(session.crew.mind.decide(run).calls[0].args or {})
            if arm != "best_of_agent":
                args["technique"] = "plain"
            pictures: list[Image.Image] = []
            best: tuple[Score, int] | None = None
            spent, seconds, seed = 0, 0.0, seed_for(self.seed(task), 1)
            while best is None or (arm != "plain" and spent + spent // len(pictures) <= rows):
                made = self._once(session, {**args, "seed": (seed + len(pictures)) % 2**31})
                pictures.append(studio.artifacts.get_image(str(made.image)))
                spent, seconds = spent + made.engine_calls, seconds + made.seconds
                found = score(judge(checks, pictures[-1], studio.eyes))
                if best is None or found > best[0]:
                    best = found, len(pictures) - 1
            first, last = (self.examiner.answers(task.checks, pictures[at]) for at in (0, best[1]))
            return Result(task.name, arm, all(last.values()), last, first, spent, round(seconds, 2), painter=self.painter)

    def _once(self, session: Session, args: dict[str, Any]) -> Acted:
        """Paints, unless this very picture was painted for this task before: arms share pictures, not costs."""
        key = json.dumps(args, sort_keys=True)
        if key not in self.made:
            acted = session.crew.hands.act(Call(id="b1", tool="generate", args=args), session.run)
            if not isinstance(acted, Acted):
                raise RuntimeError(f"painting {args} gave {acted}")
            self.made[key] = acted
        return self.made[key]

    def talked(self, task: Task, arm: str, rows: int) -> Result:
        """Asks the agent."""
        budget = BUDGETS[arm]
        with self.open(task, arm, budget) as session:
            before = None
            if task.edit is not None:
                before = render(task.edit.before).image
                session.give(_png(before))
            pictures, regions = [], []
            for words in task.requests:
                session.say(words)
                assert session.image is not None
                pictures.append(session.studio.artifacts.get_image(session.image))
                regions.append(_changed(session))
            steps = [e for e in session.run.events if isinstance(e, Acted)]
            stops = [e.reason for e in session.run.events if isinstance(e, Stopped)]
            cost = sum(s.engine_calls for s in steps), round(sum(s.seconds for s in steps), 2)
            rounds = sum(isinstance(e, Decided) and e.by == "repair" for e in session.run.events)
            if before is not None:
                return self._edited(task, arm, before, session, pictures[-1], cost, rounds, stops[-1])
            first = next(e for e in session.run.events if isinstance(e, Judged))
            one = self.examiner.answers(task.checks, session.studio.artifacts.get_image(first.image))
            last = self.examiner.answers(task.checks, pictures[-1])
            drift = _drift(pictures, regions) if len(pictures) > 1 else []
            return Result(task.name, arm, all(last.values()), last, one, *cost, rounds, stops[-1], drift=drift, painter=self.painter)

    def _edited(
        self, task: Task, arm: str, before: Image.Image, session: Session, after: Image.Image, cost: tuple[int, float], rounds: int, reason: str
    ) -> Result:
        pair = task.edit
        assert pair is not None
        old = old_thing(pair)
        kept = [thing for thing in pair.before.things if thing != old or pair.kind == "background"]
        there = [any(iou(found.box, thing.box) >= 0.5 for found in self.detector.detect(after, [thing.name])) for thing in kept]
        first = next((e for e in session.run.turn if isinstance(e, Acted) and e.image and e.call.tool in ("edit", "inpaint")), None)
        one = session.studio.artifacts.get_image(first.image) if first is not None and first.image else before
        made, at_first = was_made(pair, after, self.detector), was_made(pair, one, self.detector)
        free = outside(pair.region, before.size, MARGIN) if pair.region is not None else None
        if free is not None and pair.kind == "add":
            free = ~binary_dilation(_changed(session), iterations=MARGIN)  # the agent is free to choose a place
        rest = free if free is not None and free.any() else None
        return Result(
            task.name,
            arm,
            made,
            {"made": made},
            {"made": at_first},
            *cost,
            rounds,
            reason,
            psnr=None if rest is None else psnr(before, after, rest),
            ssim=None if rest is None else ssim(before, after, rest),
            stayed=float(np.mean(there)) if there else None,
            painter=self.painter,
        )


def _png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def _changed(session: Session) -> np.ndarray:
    """Every pixel that a step of the last turn was free to change; all of them where the picture was painted anew."""
    assert session.image is not None
    size = session.studio.artifacts.get_image(session.image).size
    region = np.zeros(size[::-1], bool)
    for step in (e for e in session.run.turn if isinstance(e, Acted) and e.image):
        mask = step.result.get("region")
        region |= session.studio.artifacts.get_mask(mask) if isinstance(mask, str) else np.ones(size[::-1], bool)
    return region


def _drift(pictures: Sequence[Image.Image], regions: Sequence[np.ndarray]) -> list[float]:
    """Similarity of each later picture with the first one, on what no turn in between was free to change."""
    found, free = [], np.ones(regions[0].shape, bool)
    for picture, region in zip(pictures[1:], regions[1:], strict=True):
        free &= ~region
        if free.any():
            found.append(round(ssim(pictures[0], picture, free), 4))
    return found


ARMS: dict[str, Callable[[Stage, Task, str, int], Result]] = {
    "plain": Stage.painted,
    "best_of_plain": Stage.painted,
    "best_of_agent": Stage.painted,
    "best_of_repaired": Stage.painted,
    "repaired": Stage.talked,
    "repaired_chain": Stage.talked,
    "repaired_once": Stage.talked,
    "first": Stage.talked,
    "chain": Stage.talked,
    "full": Stage.talked,
}
OF_SUITE: dict[str, tuple[str, ...]] = {
    "lmd": ("full", "chain", "plain", "best_of_plain", "best_of_agent"),
    "geneval": ("full", "chain", "plain", "best_of_plain", "best_of_agent"),
    "conceptmix": ("full", "chain", "plain", "best_of_plain", "best_of_agent"),
    "editing": ("full", "chain", "first"),
    "sessions": ("full", "first"),
    "repairing": ("repaired", "repaired_chain", "repaired_once", "plain", "best_of_repaired"),
}
"""Suite -> its arms; the first one sets what others may spend. `first` is the planner's call without any repair."""
