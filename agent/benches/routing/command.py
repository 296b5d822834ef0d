"""How well requests are understood without a language model: `pentimento bench routing --json`.

Each utterance is read in its context, and what was read is compared with what was meant, as strings. What was understood is then planned,
and every call of the plan must fit the arguments of its tool. Rows of the held-out half are never shown.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ....engine.intervals import bootstrap
from ....tools import CATALOGUE
from ...act import REFERENCE
from ...grammar.requests import NotUnderstood, Which
from ...graph import image_of, kept
from ...offline import OfflinePlanner
from ...pairs import PAIRS
from ...run import Call, Run
from ...verbs import VERBS
from .contexts import CONCEPTS, context, handle
from .notation import meaning

HALVES = ("open", "held")


@dataclass(frozen=True)
class Row:
    """An utterance, and what came of it.

    Attributes:
        context: where it is said.
        text: the utterance.
        meant: what it means.
        read: what was understood.
        calls: how many calls were planned.
        faults: what does not fit, one for each such call.
        table: the file it stands in; the held half has one for each writer.
    """

    context: str
    text: str
    meant: str
    read: str
    calls: int = 0
    faults: tuple[str, ...] = ()
    table: str = ""

    @property
    def right(self) -> bool:
        """Whether it was understood as it was meant, with every argument."""
        return self.read == self.meant

    @property
    def kind(self) -> str:
        """What kind of wish it is: the first intent's name."""
        return self.meant.split("(")[0].split(";")[0]


@lru_cache(maxsize=2)
def rows(half: str) -> tuple[Row, ...]:
    """Reads and plans every utterance of a half."""
    found: list[Row] = []
    for file in sorted(Path(__file__).parent.glob(f"{half}*.tsv")):
        found += [replace(_tried(*line.split("\t")), table=file.stem) for line in file.read_text().splitlines() if line]
    return tuple(found)


def _tried(name: str, text: str, meant: str) -> Row:
    run = context(name, text)
    planner = OfflinePlanner(lambda: CONCEPTS[name])
    intents = planner.intents(run)
    read = meaning(intents)
    if any(isinstance(i, NotUnderstood | Which) for i in intents):
        return Row(name, text, meant, read)
    calls = planner.decide(run).calls
    return Row(name, text, meant, read, len(calls), tuple(fault for fault in (unfit(call, run) for call in calls) if fault))


def unfit(call: Call, run: Run) -> str:
    """Why a call's arguments do not fit its tool or verb; empty where they do."""
    args = {name: _filled(value) for name, value in (call.args or {}).items()}
    if call.tool in PAIRS:  # pictures are named by number; the hands find their handles
        args |= {name: image_of(run, kept(run, args[name])) for name in ("first", "second")}
    model = VERBS.get(call.tool) or (CATALOGUE[call.tool].args_model if call.tool in CATALOGUE else None)
    if model is None:
        return f"{call.tool}: there is no such tool"
    try:
        model.model_validate(args)
    except ValidationError as error:
        return f"{call.tool}: {error.errors(include_url=False)[0]['msg']}"
    return ""


def _filled(value: Any) -> Any:
    """An argument with a handle where it names an earlier call's result."""
    if isinstance(value, list | tuple):
        return [_filled(part) for part in value]
    if isinstance(value, str) and REFERENCE.match(value):
        return handle("mask" if value.endswith("mask") else "image", value)
    return value


def score(found: Sequence[Row]) -> dict[str, Any]:
    """The share that was understood, with its interval, and the share of the calls that fit."""
    calls, faults = sum(r.calls for r in found), sum(len(r.faults) for r in found)
    return {"right": asdict(bootstrap([float(r.right) for r in found])), "calls": calls, "valid": 1 - faults / calls if calls else None}


def by_kind(found: Iterable[Row]) -> dict[str, list[int]]:
    """For each kind how many were right, and how many there are."""
    right: Counter[str] = Counter()
    all_of: Counter[str] = Counter()
    for row in found:
        right[row.kind] += row.right
        all_of[row.kind] += 1
    return {kind: [right[kind], count] for kind, count in all_of.most_common()}


def main(arguments: Sequence[str] = ()) -> int:
    """`pentimento bench routing`: both halves, the open one by kind.

    Args:
        arguments: `--json` for one JSON object, `--show` for what was read wrongly in the open half.
    """
    parser = argparse.ArgumentParser(prog="pentimento bench routing", description="How well requests are understood offline.")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--show", action="store_true", help="what was read wrongly, of the open half only")
    parser.add_argument("--half", choices=HALVES, help="only this half")
    options = parser.parse_args(list(arguments))
    found = {half: rows(half) for half in ([options.half] if options.half else HALVES)}
    told = {half: score(those) for half, those in found.items()}
    for half, those in found.items():
        tables = list(dict.fromkeys(row.table for row in those))
        if len(tables) > 1:
            told |= {f"{half}: {table}": score([row for row in those if row.table == table]) for table in tables}
    if "open" in found:
        told["open"]["kinds"] = by_kind(found["open"])
    if options.json:
        print(json.dumps(told))
        return 0
    for half, figures in told.items():
        right = figures["right"]
        valid = "" if figures["valid"] is None else f"; {figures['valid']:.1%} of {figures['calls']} calls valid"
        print(f"{half}: {right['value']:.1%} [{right['low']:.1%}, {right['high']:.1%}] of {right['count']} right{valid}")
    for kind, (right, count) in told.get("open", {}).get("kinds", {}).items():
        print(f"  {kind:12} {right:3} of {count}")
    if options.show:
        for row in found.get("open", ()):
            if not row.right or row.faults:
                print(f"{row.context:7}{row.text!r}\n         read  {row.read}\n         meant {row.meant}  {'; '.join(row.faults)}")
    return 0
