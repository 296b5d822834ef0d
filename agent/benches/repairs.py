"""How often each way of repairing works: `pentimento bench repairs --write`, which orders the agent's repair table.

A scene of the world is painted over by the painter, so that it looks as the painter paints and its truth is known. It breaks one promise
of a wanted scene; a way is carried out on it, and the judge says whether the wanted scene is there, whole. Ways that paint anew are
given the wanted scene in words. Units are kept as they are measured, so that a run that was cut off goes on.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from ...engine.intervals import bootstrap
from ...engine.world import canonical_caption
from ...tools import Studio, call
from ...tools.checks import Check, judge
from ...tools.errors import ToolError
from ...tools.promises import checks_of
from ...tools.wording import Wanted
from ..act import filled
from ..remedies import ANEW, LOCAL, Broken
from ..repair import MEASURED, candidates
from .faults import KINDS, Fault, draw, true_of, wanted_of
from .judged import Examiner

SEED = 6_710_887  # no training, calibration or other figure draws from it
KEPT = Path("out/benches/repairs.jsonl")
AGAIN, ONE_BY_ONE = ("again", "seed"), ("technique", "one_by_one")  # the first is the second where a picture was painted as by default


@dataclass(frozen=True)
class Unit:
    """One way on one fault.

    Attributes:
        kind: of the broken check.
        operation: of the way.
        way: its name.
        number: of the fault.
        painter: fingerprint of the weights.
        fulfilled: whether everything that is wanted is there, by the judge.
        mended: whether the broken check holds.
        harmed: whether a check that held before does not hold any more.
        rows: samples that went through the U-Net.
        trouble: the code of the error that a tool gave, if one did.
    """

    kind: str
    operation: str
    way: str
    number: int
    painter: str
    fulfilled: bool
    mended: bool
    harmed: bool
    rows: int
    trouble: str = ""


class Workshop:
    """Where ways are tried.

    Args:
        folder: of pictures.
    """

    def __init__(self, folder: Path) -> None:
        self.studio = Studio(folder)
        self.examiner = Examiner.load()

    @cached_property
    def painter(self) -> str:
        """The weights that every way uses."""
        return self.studio.fingerprint_for("edit", {})

    def tried(self, kind: str, number: int, operation: str, way: str) -> Unit:
        """Tries a way on a fault."""
        fault, picture = draw(kind, number, SEED)
        wanted = wanted_of(fault.wanted)
        checks = checks_of(wanted)
        target = next(check for check in checks if check.kind == kind and true_of(check, fault.shown) is False)
        before = self.examiner.answers(checks, picture)
        spent, trouble, after = self.studio.engine_calls, "", picture
        try:
            after = self._mended(fault, picture, checks, target, wanted, operation, way, seed=number)
        except ToolError as error:
            trouble = error.code
        now = self.examiner.answers(checks, after)
        harmed = any(before[name] and not now[name] for name in before if name != target.id)
        rows = self.studio.engine_calls - spent
        return Unit(kind, operation, way, number, self.painter, all(now.values()), now[target.id], harmed, rows, trouble)

    def _mended(
        self, fault: Fault, picture: Image.Image, checks: Sequence[Check], target: Check, wanted: Wanted, operation: str, way: str, *, seed: int
    ) -> Image.Image:
        if (operation, way) in ANEW:
            args: dict[str, Any] = {"prompt": canonical_caption(fault.wanted), "seed": seed}
            if operation == "technique":
                args["technique"] = way
            return self.studio.artifacts.get_image(str(call("generate", args, self.studio).model_dump()["image"]))
        recipe = {"tool": "generate", "wanted": wanted_of(fault.shown).model_dump(mode="json"), "painter": ""}
        image = self.studio.artifacts.put_image(picture, recipe)
        verdict = next(v for v in judge(checks, picture, self.studio.eyes) if v.check == target.id)
        phrase = next((wish.phrase for wish in wanted.things if target.subject in (wish.noun, wish.phrase)), target.subject)
        results: dict[str, dict[str, Any]] = {}
        last = image
        for made in LOCAL[operation, way](Broken(image, target, verdict, phrase, "r")):
            args = filled(made.args, results) | ({"seed": seed} if made.tool in ("edit", "inpaint") else {})
            result = call(made.tool, args, self.studio)
            results[made.id] = result.model_dump(mode="json")
            last = results[made.id].get("image", last)
        return self.studio.artifacts.get_image(last)


def measured(workshop: Workshop, count: int, kept: Path, kinds: Sequence[str] = KINDS) -> Iterator[Unit]:
    """Units of every way of every kind, those that were measured before with the same weights first.

    Args:
        workshop: where they are tried.
        count: faults of a kind.
        kept: where units are kept; made.
        kinds: of checks.
    """
    known: dict[tuple[str, str, str, int], Unit] = {}
    if kept.is_file():
        for line in kept.read_text().splitlines():
            unit = Unit(**json.loads(line))
            if unit.painter == workshop.painter:
                known[unit.kind, unit.operation, unit.way, unit.number] = unit
    kept.parent.mkdir(parents=True, exist_ok=True)
    with kept.open("a") as file:
        for number in range(count):
            for kind in kinds:
                for operation, way in candidates(kind):
                    if (operation, way) == AGAIN:
                        continue
                    found = known.get((kind, operation, way, number))
                    unit = found or workshop.tried(kind, number, operation, way)
                    if found is None:
                        file.write(json.dumps(asdict(unit)) + "\n")
                        file.flush()
                    yield unit
                    if (operation, way) == ONE_BY_ONE:
                        yield replace(unit, operation=AGAIN[0], way=AGAIN[1])


def rows_of(units: Sequence[Unit]) -> list[dict[str, Any]]:
    """One row for each way of each kind: how often it succeeds, harms and what it costs, with 95 % intervals."""
    groups: dict[tuple[str, str, str], list[Unit]] = {}
    for unit in units:
        groups.setdefault((unit.kind, unit.operation, unit.way), []).append(unit)
    rows = []
    for (kind, operation, way), those in groups.items():
        success = bootstrap([float(u.fulfilled) for u in those])
        rows.append(
            {
                "kind": kind,
                "operation": operation,
                "way": way,
                "success": round(success.value, 4),
                "low": round(success.low, 4),
                "high": round(success.high, 4),
                "mended": round(float(np.mean([u.mended for u in those])), 4),
                "harmed": round(float(np.mean([u.harmed for u in those])), 4),
                "rows": round(float(np.mean([u.rows for u in those])), 1),
                "units": len(those),
            }
        )
    return sorted(rows, key=lambda row: (KINDS.index(str(row["kind"])), -float(row["success"])))


def obeyed_of(units: Sequence[Unit]) -> list[dict[str, Any]]:
    """For each kind, of how many faults the way that costs least for each success gives what is wanted, and of how many any way does."""
    rows = rows_of(units)
    found = []
    for kind in dict.fromkeys(u.kind for u in units):
        ways = [row for row in rows if row["kind"] == kind and row["success"]]
        first = min(ways, key=lambda row: float(row["rows"]) / float(row["success"]), default=None)
        those = [u for u in units if u.kind == kind]
        faults = sorted({u.number for u in those})
        best = {u.number for u in those if u.fulfilled and first is not None and (u.operation, u.way) == (first["operation"], first["way"])}
        shares = {"first": best, "any": {u.number for u in those if u.fulfilled}}
        row: dict[str, Any] = {"kind": kind, "faults": len(faults)}
        for name, solved in shares.items():
            share = bootstrap([float(number in solved) for number in faults])
            row[name] = [round(share.value, 4), round(share.low, 4), round(share.high, 4)]
        found.append(row)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures from the command line; with --write, the agent's table is replaced."""
    parser = argparse.ArgumentParser(prog="pentimento bench repairs", description="Measure every way of repairing, and order the table.")
    parser.add_argument("--count", type=int, default=32, help="faults of a kind")
    parser.add_argument("--kept", type=Path, default=KEPT, help="where units are kept, to go on from")
    parser.add_argument("--kinds", nargs="*", choices=KINDS, default=KINDS)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--write", action="store_true", help="replace agent/repairs.json")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        workshop = Workshop(Path(folder))
        units = list(measured(workshop, options.count, options.kept, options.kinds))
        rows, command = rows_of(units), f"pentimento bench repairs --count {options.count} --write"
        record = {"command": command, "seed": SEED, "painter": workshop.painter, "ways": rows, "obeyed": obeyed_of(units)}
    if options.json:
        print(json.dumps(record))
    else:
        for row in rows:
            interval = f"{row['success']:.2f} [{row['low']:.2f}, {row['high']:.2f}]"
            print(f"{row['kind']:11} {row['operation']:10} {row['way']:18} {interval}  harmed {row['harmed']:.2f}  {row['rows']:.0f} rows")
    if options.write:
        MEASURED.write_text(json.dumps(record, indent=1) + "\n")
    return 0
