"""The agent's benches: what they ask is what they say, their truth is true, and their figures count as they claim."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pentimento.agent.benches import agent as bench
from pentimento.agent.benches.critic import Answer, figures_of
from pentimento.agent.benches.faults import DRAW, KINDS, true_of, wanted_of
from pentimento.agent.benches.judged import Examiner
from pentimento.agent.benches.repairs import Unit, rows_of
from pentimento.agent.benches.runs import OF_SUITE, Plainly, Result, _drift
from pentimento.agent.benches.suites import SUITES, Task
from pentimento.agent.repair import OPERATIONS, candidates, table
from pentimento.agent.run import Call, Decided, Promised, Run
from pentimento.engine.judging.judge import Judge
from pentimento.engine.training.repainting import paintable
from pentimento.engine.world import canonical_caption, render
from pentimento.tools.promises import checks_of
from pentimento.tools.wording import parse_request


@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_breaks_the_check_of_its_kind_and_its_wanted_scene_keeps_every_promise(kind: str) -> None:
    for number in range(6):
        fault = DRAW[kind](np.random.default_rng([1, number]))
        checks = checks_of(wanted_of(fault.wanted))
        broken = [c for c in checks if c.kind == kind]
        assert broken and any(true_of(c, fault.shown) is False for c in broken)
        assert all(true_of(c, fault.wanted) is not False for c in checks), (canonical_caption(fault.wanted), checks)


def test_the_judge_finds_what_renders_show_and_not_what_they_break() -> None:
    examiner, right, wrong = Examiner(Judge.load()), [], []
    for kind in KINDS:
        for number in range(3):
            fault = DRAW[kind](np.random.default_rng([2, number]))
            checks = checks_of(wanted_of(fault.wanted))
            right.append(examiner.right(checks, render(fault.wanted).image))
            wrong.append(examiner.right(checks, render(fault.shown).image))
    assert np.mean(right) > 0.8 and np.mean(wrong) < 0.1


@pytest.mark.parametrize("suite", tuple(SUITES))
def test_suites_are_the_same_every_time_all_different_and_read_by_the_grammar(suite: str) -> None:
    tasks = SUITES[suite](paintable(), 3)
    assert tasks == SUITES[suite](paintable(), 3)
    assert len({t.name for t in tasks}) == len(tasks)
    for task in tasks:
        assert task.edit is not None or task.checks
        assert not parse_request(task.requests[0]).unknown or task.edit is not None
    if suite == "conceptmix":
        assert [len({c.id for c in t.checks}) for t in tasks if t.category == "k=6"] == [6, 6, 6]


def test_every_kind_of_check_has_ways_and_the_cheapest_successes_come_first() -> None:
    rows = {row.kind: row.ways for row in table()}
    assert set(rows) == set(OPERATIONS)
    for kind, ways in rows.items():
        assert sorted(ways) == sorted(candidates(kind)) and ways
    kept = json.loads((Path(bench.__file__).parent.parent / "repairs.json").read_text())
    for kind in KINDS:
        costs = {(r["operation"], r["way"]): r["rows"] / r["success"] for r in kept["ways"] if r["kind"] == kind and r["success"]}
        assert [costs[way] for way in rows[kind][: len(costs)]] == sorted(costs.values())


def test_a_way_succeeds_only_if_everything_is_there() -> None:
    units = [
        Unit("count", "count", "one", n, "p", fulfilled=n < 2, mended=True, harmed=n >= 2, rows=50) for n in range(4)
    ]
    (row,) = rows_of(units)
    assert (row["success"], row["mended"], row["harmed"], row["units"]) == (0.5, 1.0, 0.5, 4)


def test_the_loop_is_also_tried_on_pictures_that_are_painted_plainly() -> None:
    class Painter:
        def decide(self, run: Run) -> Decided:
            return Decided(calls=(Call(id="p1", tool="generate", args={"prompt": "a dog"}), Call(id="p2", tool="look", args={})))

        def promise(self, run: Run) -> Promised:
            return Promised(checks=())

    first, second = Plainly(Painter()).decide(Run(events=())).calls
    assert first.args == {"prompt": "a dog", "technique": "plain"} and second.args == {}
    lead, *others = OF_SUITE["repairing"]
    tasks = [f"repairing/k=3/{n}" for n in range(4)]
    those = [result(t, lead, solved=True) for t in tasks] + [result(t, arm, solved=n < 2) for n, t in enumerate(tasks) for arm in others]
    assert bench.figures_of(those)[f"repairing.{lead} over plain"].value == 0.5 and "repaired over plain" in bench.page(those, "kept.jsonl")
    assert "going back +0.50" in bench.page(those, "kept.jsonl") and "the first repair +0.00" in bench.page(those, "kept.jsonl")


def result(task: str, arm: str, *, solved: bool, rows: int = 100, first: bool = True, rounds: int = 0) -> Result:
    return Result(task, arm, solved, {"a": solved, "b": True}, {"a": first, "b": True}, rows, 1.0, rounds, "satisfied")


def test_gains_are_paired_harm_is_counted_and_unfinished_tasks_are_left_out(tmp_path: Path) -> None:
    those = []
    for number in range(4):
        name = f"lmd/spatial/{number}"
        those += [result(name, arm, solved=arm in ("full", "chain") or number < 2) for arm in OF_SUITE["lmd"]]
    those.append(result("lmd/spatial/9", "full", solved=False))
    those[0] = result("lmd/spatial/0", "full", solved=False)  # what held in its first picture is lost
    figures = bench.figures_of(those)
    assert figures["lmd.full.solved"].count == 4
    assert figures["lmd.full.solved"].value == 0.75
    assert figures["lmd.full over plain"].value == pytest.approx(0.25)
    assert figures["lmd.full.harm"].value == pytest.approx(1 / 8)
    kept = tmp_path / "kept.jsonl"
    kept.write_text("".join(json.dumps(vars(r)) + "\n" for r in those))
    assert bench.figures_of(bench.read(kept)) == figures
    told = bench.page([*those[1:], replace(those[0], painter="older")], "kept.jsonl")
    assert "20 with ``, 1 with `older`" in told, "nobody is told that one painter made what two made"
    assert "| spatial | 4 |" in bench.page(those, "kept.jsonl")


def test_drift_is_measured_where_nothing_was_ever_changed() -> None:
    first = Image.fromarray(np.tile(np.arange(64, dtype=np.uint8)[None, :, None] * 3, (64, 1, 3)))
    pixels = np.asarray(first).copy()
    pixels[:32] = 0
    region = np.zeros((64, 64), bool)
    region[:40] = True
    assert _drift([first, Image.fromarray(pixels)], [region, region]) == [1.0]
    assert _drift([first, Image.fromarray(pixels)], [region, ~region])[0] < 0.5


def test_an_unsure_critic_loses_recall_and_not_precision() -> None:
    said = [Answer("renders", n, "count", "unsure" if n == 0 else "pass", True) for n in range(4)]
    figures = figures_of(said)
    assert figures["renders.count.pass.precision"].value == 1.0
    assert figures["renders.count.pass.recall"].value == 0.75
    assert figures["renders.count.abstains"].value == 0.25


def test_a_task_is_named_by_where_it_stands() -> None:
    assert Task("lmd", "spatial", 3, ("x",), ()).name == "lmd/spatial/3"
