"""Chooses what to do about a broken promise. A program, not prose: from what is broken to an operation, from the operation to a way.

Source: the repair table of SLD (Wu et al. 2023, arXiv:2311.16090: add, delete, move, attribute) with GenArtist's fall-back chains
(Wang et al. 2024, arXiv:2407.05600), and sampling anew before editing when less than half holds (best-of-N).
Differs: the rows are ordered by what destroys later work (structure, removals, moves, additions, attributes, background); the ways of a
row are ordered by what a success cost on the world, in samples that went through the U-Net (`repairs.json`, written by `pentimento bench
repairs --write`); once a cheap technique has painted the whole picture anew in vain, the surest come first, for the picture is harder than
those that were measured. A try makes its way dearer, so that it is tried once more, with another seed, only where all others are worse than
that; a way whose tool refused is not tried again for the same checks: another seed does not make room.
Of an edit, what was asked for comes first; what an earlier turn tried in vain is left alone until the user asks for repairs.
Where nothing is broken but something is in doubt, that is worked on in the same way, and only what takes a doubt away is kept. Where two
eyes are sure of opposite things, it is the person who must say.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from math import inf
from pathlib import Path

from ..tools.checks import Check, Verdict
from ..tools.wording import Wanted
from .ledger import broken, disputed, doubtful, score
from .remedies import ANEW, LOCAL, Broken
from .run import Call, Decided, Judged, Promised, Remedy, Run
from .turn import AS_IT_WAS, base, best, fresh, given_up, lineage, made, mending, planners, refusals, remedies, turned_down

FAN = 3  # pictures painted at once when starting over: the cheapest repair there is
TRIES = 2  # of the same way for the same checks
AGAIN = 4  # times that a way is thought to cost more after each try: what failed on a picture mostly fails there again
MEASURED = Path(__file__).parent / "repairs.json"

# The order of rows is the order of work: what comes late is local and cheap, what comes early would destroy it.
OPERATIONS: dict[str, str] = {
    "absent": "remove",
    "count": "count",
    "relation": "move",
    "exists": "add",
    "attribute": "recolour",
    "identity": "",
    "size": "resize",
    "background": "background",
    "style": "",
}
"""Kind of check -> the operation that mends it where it stands; none for what only painting anew can mend."""
LED = ("count", "relation", "exists", "attribute")
BLIND = frozenset({"add", "count"})  # operations that would double what is perhaps there
HELPS = {"gligen": LED, "layout_guidance": LED, "attend_and_excite": ("exists", "attribute")}
"""Techniques that are made for some kinds of checks only."""


@dataclass(frozen=True)
class Row:
    """A line of the repair table.

    Attributes:
        kind: the kind of check it mends.
        ways: (operation, way) in order of preference.
        costs: what a success costs each of them, in samples that go through the U-Net; infinite where none was ever seen.
        misses: tries for each success; infinite where none was ever seen.
    """

    kind: str
    ways: tuple[tuple[str, str], ...]
    costs: tuple[float, ...]
    misses: tuple[float, ...]


def candidates(kind: str) -> tuple[tuple[str, str], ...]:
    """Every way that can mend a kind of check, in no order of merit."""
    return (*(way for way in LOCAL if way[0] == OPERATIONS[kind]), *(way for way in ANEW if kind in HELPS.get(way[1], OPERATIONS)))


@lru_cache(maxsize=1)
def table() -> tuple[Row, ...]:
    """The repair table: the ways of each kind, those that cost least for each success first; what never succeeded or was not measured comes last."""
    known: dict[tuple[str, str, str], tuple[float, float]] = {}
    if MEASURED.is_file():
        for row in json.loads(MEASURED.read_text())["ways"]:
            if row["success"]:
                known[row["kind"], row["operation"], row["way"]] = row["rows"] / row["success"], 1 / row["success"]
    rows = []
    for kind in OPERATIONS:
        ranked = sorted(((*known.get((kind, *way), (inf, inf)), way) for way in candidates(kind)), key=lambda entry: entry[0])
        costs, misses, ways = zip(*ranked, strict=True)
        rows.append(Row(kind, ways, costs, misses))
    return tuple(rows)


WHOLE = frozenset(operation for operation, _ in ANEW)  # operations that paint the whole picture anew


def choose(run: Run) -> Decided | None:
    """The next repair of a turn, or None when nothing that is known is left to try."""
    mark = best(run)
    promise = next((e for e in reversed(run.turn) if isinstance(e, Promised)), None)
    if mark is None or promise is None:
        return None
    checks = {c.id: c for c in promise.checks}
    bad = at_stake(run, mark, promise)
    for remedy in _ranked(run, mark, bad, checks) if bad or turned_down(run) else ():
        calls = _calls(run, remedy, mark, bad, checks)
        if calls:
            return Decided(by="repair", calls=calls, remedy=remedy)
    return None


def at_stake(run: Run, mark: Judged, promise: Promised) -> list[Verdict]:
    """What is to be repaired next: what is broken, or else in doubt, but where two eyes dispute.

    Of an edit, first what was asked for in this turn. What was broken before comes after that, and only where no earlier turn has tried
    it in vain: the user was told, and has asked for something else since. Whoever asks for repairs gets all of them tried again.
    """
    known = {c.id for c in promise.checks}
    first = planners(run.turn)
    everything = mending(run) is not None or (bool(first) and base(run, first[0]) is None)
    asked = fresh(run, promise)
    spent = frozenset[str]() if everything else given_up(run, promise)
    for verdicts in (broken(mark.verdicts), doubtful(mark.verdicts)):
        bad = [v for v in verdicts if v.check in known and not disputed(v)]
        if everything:
            wanted = bad
        elif turned_down(run):
            wanted = [v for v in bad if v.check in asked]
        else:
            wanted = [v for v in bad if v.check in asked] or [v for v in bad if v.check not in spent]
        if wanted:
            return wanted
    return []


def left_alone(run: Run) -> bool:
    """Whether all that is broken was broken before and tried in vain by earlier turns, so that this one lets it be."""
    mark = best(run)
    promise = next((e for e in reversed(run.turn) if isinstance(e, Promised)), None)
    if mark is None or promise is None or turned_down(run) or at_stake(run, mark, promise):
        return False
    return {v.check for v in broken(mark.verdicts)} <= given_up(run, promise)


def _ranked(run: Run, mark: Judged, bad: Sequence[Verdict], checks: dict[str, Check]) -> Iterator[Remedy]:
    """Every remedy that may still be tried, the most promising first."""
    tried = Counter(_same(remedy) for remedy in remedies(run.turn))
    refused = {(_same(remedy), remedy.start) for remedy in refusals(run.turn)}
    everything = tuple(v.check for v in bad)
    first = planners(run.turn)  # nothing where a picture is repaired that is older than the turn
    painted = bool(first) and base(run, first[0]) is None  # from nothing: starting over harms nobody
    as_it_was = bool(first) and mark.why == AS_IT_WAS
    in_doubt = all(v.status == "unsure" for v in bad)
    repainted = any(one.operation == "technique" for one in remedies(run.turn))

    def remedy(operation: str, way: str, targets: tuple[str, ...]) -> Remedy:
        whole = operation in WHOLE
        return Remedy(operation=operation, way=way, targets=targets, whole=whole, start=None if whole else mark.image)

    def is_open(one: Remedy) -> bool:
        fits = painted if one.whole else not (in_doubt and one.operation in BLIND)
        return fits and tried[_same(one)] < TRIES and (_same(one), one.start) not in refused

    ways_of_planner = [(operation, way) for operation, way in LOCAL if first and way == first[0].result.get("technique")]
    for verdict in bad if as_it_was else ():  # what the planner did is a way that was tried already
        tried.update((operation, way, verdict.check) for operation, way in ways_of_planner)

    again, redo = remedy("again", "seed", everything), remedy("redo", "seed", everything)
    if score(mark.verdicts).passed * 2 < len(mark.verdicts) and is_open(again):
        yield again
    if as_it_was and not tried[_same(redo)] and not ways_of_planner:  # the edit itself did not work: the same edit, drawn anew
        yield redo
    columns: list[list[Remedy]] = []
    for row in table():
        for verdict in bad:
            if checks[verdict.check].kind == row.kind:
                ways = [remedy(*way, everything if way[0] in WHOLE else (verdict.check,)) for way in row.ways]
                prices = row.misses if repainted else row.costs
                counted = [(tried[_same(one)], price, one) for one, price in zip(ways, prices, strict=True) if is_open(one)]
                columns.append([one for *_, one in sorted(counted, key=lambda entry: (entry[1] * AGAIN ** entry[0], entry[0]))])
    for ways_of_each in zip_longest(*columns):  # first every broken promise's first way, then the fall-backs
        yield from (one for one in ways_of_each if one is not None)
    if (as_it_was or (in_doubt and first and not painted)) and is_open(redo):
        yield redo


def _same(remedy: Remedy) -> tuple[str, ...]:
    """What makes a remedy the same as an earlier one; painting anew is the same for whatever it is meant to mend."""
    return (remedy.operation, remedy.way, *(() if remedy.whole else remedy.targets))


# -- from a remedy to calls -----------------------------------------------------------------------------------------------------------


def _calls(run: Run, remedy: Remedy, mark: Judged, bad: Sequence[Verdict], checks: dict[str, Check]) -> tuple[Call, ...]:
    """The calls that carry a remedy out; none where it does not apply."""
    name = f"r{len(remedies(run.turn)) + 1}"
    if remedy.operation in WHOLE:
        return _painted_anew(run, remedy, name)
    if remedy.operation == "redo":
        return _redone(run, name)
    verdict = next(v for v in bad if v.check in remedy.targets)
    check = checks[verdict.check]
    return LOCAL[remedy.operation, remedy.way](Broken(mark.image, check, verdict, _phrase(run, check.subject), name))


def _phrase(run: Run, noun: str) -> str:
    """How the wanted scene calls a thing: "small red car" where the check only says "car"."""
    promise = next(e for e in reversed(run.turn) if isinstance(e, Promised))
    wanted = Wanted.model_validate(promise.wanted) if promise.wanted is not None else Wanted()
    return next((wish.phrase for wish in wanted.things if noun in (wish.noun, wish.phrase)), noun)


def _painted_anew(run: Run, remedy: Remedy, name: str) -> tuple[Call, ...]:
    """The turn's painting call again: with other seeds, or with another technique."""
    first = next((s for s in lineage(run, made(run.turn)[0]) if s.call.tool == "generate"), None)
    if first is None:
        return ()
    args = {k: v for k, v in (first.call.args or {}).items() if k != "seed"}
    if remedy.operation == "again":
        return tuple(Call(id=f"{name}.{i + 1}", tool="generate", args=args) for i in range(FAN))
    if first.result.get("technique") == remedy.way:  # it was painted so already; "again" draws another seed
        return ()
    return (Call(id=f"{name}.1", tool="generate", args={**args, "technique": remedy.way}),)


def _redone(run: Run, name: str) -> tuple[Call, ...]:
    """The planner's edit again with other seeds: its calls in order, pointing at each other as before."""
    chain = lineage(run, made(run.turn)[0])
    calls: list[Call] = []
    renamed: dict[str, str] = {}
    for place, step in enumerate(reversed(chain), 1):
        args = {k: v for k, v in (step.call.args or {}).items() if k != "seed"}
        args = {k: renamed.get(v, v) if isinstance(v, str) else v for k, v in args.items()}
        calls.append(Call(id=f"{name}.{place}", tool=step.call.tool, args=args))
        if step.image is not None:
            renamed[step.image] = f"${name}.{place}.image"
    return tuple(calls)
