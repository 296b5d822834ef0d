"""What the loop is worth: `pentimento bench agent --write docs/agent.md`. Every picture is scored by the judge, whom the agent never asks.

Results are kept task by task, so that a run that was cut off goes on, and the page can be written from what there is.
"""

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path

import numpy as np

from ...engine.intervals import Estimate, bootstrap, paired
from ...engine.proofs.world.record import Rows, table
from ...engine.training.repainting import paintable
from .runs import OF_SUITE, Result, Stage
from .suites import SUITES, Task

KEPT = Path("out/benches/agent.jsonl")
ORDER = ("full", "repaired", "chain", "repaired_chain", "repaired_once", "best_of_agent", "best_of_plain", "best_of_repaired", "plain", "first")

WORTH = {"the first repair": ("repaired_once", "plain"), "going back": ("repaired", "repaired_chain")}
"""What is added -> the arm with it and the arm without."""


def results(suites: Sequence[str], count: int, kept: Path, arms: Sequence[str] = ()) -> Iterator[Result]:
    """Runs what was not run before with these weights; a suite's first arm first, since others may spend what it spent.

    Args:
        suites: names.
        count: tasks of each category.
        kept: file of results, one JSON object a line; made.
        arms: those to run; all of a suite's when empty.
    """
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(Path(folder))
        known = {(r.task, r.arm): r for r in read(kept) if r.painter == stage.painter}
        kept.parent.mkdir(parents=True, exist_ok=True)
        with kept.open("a") as file:
            for task in _in_turn(suites, count):
                rows = 0
                for arm in OF_SUITE[task.suite]:
                    if arms and arm not in arms and arm != OF_SUITE[task.suite][0]:
                        continue
                    result = known.get((task.name, arm))
                    if result is None:
                        result = stage.run(task, arm, rows)
                        file.write(json.dumps(asdict(result)) + "\n")
                        file.flush()
                    rows = result.rows if arm == OF_SUITE[task.suite][0] else rows
                    yield result


def _in_turn(suites: Sequence[str], count: int) -> Iterator[Task]:
    """The first task of every category, then the second: what is cut off is short everywhere alike."""
    tasks = [task for suite in suites for task in SUITES[suite](paintable(), count)]
    yield from sorted(tasks, key=lambda task: task.number)


def read(kept: Path) -> list[Result]:
    """All results, each with the weights it was made with; of a task and arm that was run twice the last."""
    if not kept.is_file():
        return []
    return list({(r.task, r.arm): r for r in (Result(**json.loads(line)) for line in kept.read_text().splitlines())}.values())


def groups_of(those: Sequence[Result]) -> dict[str, dict[str, list[Result]]]:
    """Suite or "suite/category" -> arm -> results of the tasks that every arm of the suite has done."""
    done: dict[str, dict[str, Result]] = {}
    for result in those:
        done.setdefault(result.task, {})[result.arm] = result
    groups: dict[str, dict[str, list[Result]]] = {}
    for task, by_arm in sorted(done.items()):
        suite, category, _ = task.split("/")
        if set(by_arm) >= set(OF_SUITE[suite]):
            for name in (suite, f"{suite}/{category}"):
                for arm, result in by_arm.items():
                    groups.setdefault(name, {}).setdefault(arm, []).append(result)
    return groups


def figures_of(those: Sequence[Result]) -> dict[str, Estimate]:
    """Every figure with its interval: "group.arm.what", and gains over other arms, paired by task."""
    found: dict[str, Estimate] = {}
    for group, arms in groups_of(those).items():
        for arm, rows in arms.items():
            found[f"{group}.{arm}.solved"] = bootstrap([float(r.solved) for r in rows])
            for cost in ("rows", "seconds"):
                found[f"{group}.{arm}.{cost}"] = bootstrap([float(getattr(r, cost)) for r in rows])
            if rows[0].reason:
                found[f"{group}.{arm}.rounds"] = bootstrap([float(r.rounds) for r in rows])
                found[f"{group}.{arm}.harm"] = bootstrap([_harm(r) for r in rows])
            for what in ("psnr", "ssim", "stayed"):
                values = [getattr(r, what) for r in rows if getattr(r, what) is not None]
                if values:
                    found[f"{group}.{arm}.{what}"] = bootstrap(values)
            last = [r.drift[-1] for r in rows if r.drift]
            if last:
                found[f"{group}.{arm}.drift"] = bootstrap(last)
        for what, (more, less) in WORTH.items():
            if more in arms and less in arms:
                found[f"{group}.{what}"] = paired([float(r.solved) for r in arms[more]], [float(r.solved) for r in arms[less]])
        lead, *others = (arm for arm in ORDER if arm in arms)
        for other in others:
            found[f"{group}.{lead} over {other}"] = paired([float(r.solved) for r in arms[lead]], [float(r.solved) for r in arms[other]])
    return found


def _harm(result: Result) -> float:
    """Share of the checks that held in the first picture and do not in the last; 0 where none held."""
    held = [name for name, right in result.first.items() if right]
    return float(np.mean([not result.checks.get(name, False) for name in held])) if held else 0.0


def page(those: Sequence[Result], kept: str) -> str:
    """A page for people.

    Args:
        those: results.
        kept: the name of the file that they are from.
    """
    figures = figures_of(those)
    groups = groups_of(those)
    weights = Counter(r.painter for r in those)
    told = ", ".join(f"{number} with `{painter}`" for painter, number in weights.most_common())
    lines = [
        "# What the loop is worth",
        "",
        f"Written on {date.today()} by `pentimento bench agent --only-write --kept {kept} --write docs/agent.md` from results that `pentimento bench "
        f"agent --suites SUITE --count TASKS --kept {kept}` makes and adds to (embedded profile; seeds in `agent/benches/suites.py` and `runs.py`). "
        f"Results by the weights that painted and looked: {told or 'none'}. Scored by the judge alone; thresholds are the judge's own, fixed at its "
        "training. 95 % bootstrap intervals over tasks; gains are paired. Rows are samples that went through the U-Net, "
        "seconds those of all tools, on a machine that did other work too. Only tasks that every arm has done count.",
        "",
        "Arms: **plain** paints the words once, guidance only · **best of plain**, **best of agent** paint (plainly, or as the agent paints "
        "first) as often as the full loop's rows allow, and the critic chooses · **chain** gives up at the first repair that brings nothing · "
        "**full** is the loop as it ships · **first** is the planner's own call without repairs · **repaired**, **repaired chain** and **best of "
        "repaired** are full, chain and best of plain where the first picture is painted plainly, so that there is something to repair; "
        "**repaired once** stops there after the first repair.",
        "",
    ]
    for suite in SUITES:
        if suite not in groups:
            continue
        lines += [f"## {suite}", ""]
        arms = [arm for arm in ORDER if arm in groups[suite]]
        rows: Rows = [["category", "n", *arms, *(f"{arms[0]} over {arm}" for arm in arms[1:])]]
        for group in sorted(name for name in groups if name == suite or name.startswith(f"{suite}/")):
            n = len(groups[group][arms[0]])
            solved = [f"{(e := figures[f'{group}.{arm}.solved']).value:.2f} [{e.low:.2f}, {e.high:.2f}]" for arm in arms]
            gains = [f"{(e := figures[f'{group}.{arms[0]} over {arm}']).value:+.2f} [{e.low:+.2f}, {e.high:+.2f}]" for arm in arms[1:]]
            rows.append([group.partition("/")[2] or "**all**", str(n), *solved, *gains])
        lines += [table(rows), ""]
        told_of = ("PSNR outside", "SSIM outside", "others stayed", "SSIM after the last turn")
        more: Rows = [["arm", "rows", "seconds", "rounds", "harm", *told_of, "stops"]]
        for arm in arms:
            cells = [figures.get(f"{suite}.{arm}.{what}") for what in ("rows", "seconds", "rounds", "harm", "psnr", "ssim", "stayed", "drift")]
            stops = Counter(r.reason for r in groups[suite][arm] if r.reason)
            shown = [f"{e.value:.3g} [{e.low:.3g}, {e.high:.3g}]" if e else "" for e in cells]
            more.append([arm, *shown, ", ".join(f"{reason} {number}" for reason, number in stops.most_common())])
        lines += [table(more), ""]
        worth = {what: figures[f"{suite}.{what}"] for what in WORTH if f"{suite}.{what}" in figures}
        told = ", ".join(f"{what} {e.value:+.2f} [{e.low:+.2f}, {e.high:+.2f}]" for what, e in worth.items())
        lines += [f"Worth: {told}.", ""] if worth else []
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures from the command line."""
    parser = argparse.ArgumentParser(prog="pentimento bench agent", description="Measure what the loop is worth, by the judge.")
    parser.add_argument("--suites", nargs="*", choices=tuple(SUITES), default=tuple(SUITES))
    parser.add_argument("--count", type=int, default=25, help="tasks of each category; 25 give at least 100 a suite, but 100 for sessions")
    parser.add_argument("--arms", nargs="*", default=(), help="only these, and full")
    parser.add_argument("--kept", type=Path, default=KEPT, help="results, to go on from")
    parser.add_argument("--only-write", action="store_true", help="run nothing: report what is kept")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--write", type=Path, help="a page, such as docs/agent.md; the figures go beside it as JSON")
    options = parser.parse_args(arguments)
    if not options.only_write:
        for result in results(options.suites, options.count, options.kept, options.arms):
            if not options.json:
                print(f"{result.task:34} {result.arm:14} {'solved' if result.solved else 'not   '} {result.rows:5} rows  {result.reason}", flush=True)
    those = read(options.kept)
    figures = {name: asdict(estimate) for name, estimate in figures_of(those).items()}
    if options.json:
        print(json.dumps({"figures": figures}))
    if options.write:
        options.write.parent.mkdir(parents=True, exist_ok=True)
        options.write.write_text(page(those, str(options.kept)) + "\n", encoding="utf-8")
        options.write.with_suffix(".json").write_text(json.dumps(figures, indent=1) + "\n")
    return 0
