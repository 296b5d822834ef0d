"""How far the critic can be believed: `pentimento bench critic --write docs/critic.md`. Against the world's truth, per kind of check.

Pictures show scenes that break one promise of a wanted scene, as renders after the autoencoder's round trip and painted over by the
painter; the critic is asked about the wanted scene and about the shown one. The truth of each check is known from the scene.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from ...engine.intervals import Estimate, ratio
from ...engine.proofs.world.record import Rows, table
from ...engine.training.repainting import paintable
from ...engine.world import Scene, render
from ...engine.world.edits import edit_pair
from ...engine.world.scene import holds
from ...engine.world.vocabulary import RELATIONS
from ...tools.checks import Status, judge
from ...tools.eyes import StudioEyes
from ...tools.pixels import box_mask
from ...tools.profiles import profile_of
from ...tools.promises import checks_of
from ..critic import ELSEWHERE
from .faults import KINDS, draw, true_of, wanted_of

SEED = 8_404_637  # no training, calibration or other figure draws from it
SETS = {"renders": False, "painted over": True}


@dataclass(frozen=True)
class Answer:
    """What the critic said of one check.

    Attributes:
        where: the set of pictures.
        picture: which one; answers about the same picture are not independent.
        kind: of the check.
        status: what was said.
        true: what is so.
    """

    where: str
    picture: int
    kind: str
    status: Status
    true: bool


def answers(count: int) -> list[Answer]:
    """Asks about so many faults of each kind, in both sets."""
    eyes = StudioEyes(profile_of("embedded"), offline=True)
    found: list[Answer] = []
    for where, painted in SETS.items():
        for at, kind in enumerate(KINDS):
            for number in range(count):
                fault, picture = draw(kind, number, SEED, painted=painted)
                for scene in (fault.wanted, described(fault.shown, number)):
                    checks = checks_of(wanted_of(scene))
                    truth = {check.id: true_of(check, fault.shown) for check in checks}
                    for verdict in judge(checks, picture, eyes):
                        true = truth[verdict.check]
                        if true is not None and verdict.status != "not_asked":
                            found.append(Answer(where, at * count + number, verdict.kind, verdict.status, true))
    return found + _elsewhere(count, eyes)


def described(scene: Scene, number: int) -> Scene:
    """A scene with something that may be said of it: how two things stand to each other, and what is not there."""
    related = None
    if len(scene.things) == 2 and scene.things[0].name != scene.things[1].name:
        related = next(((0, r, 1) for r in RELATIONS if holds(r, scene.things[0].box, scene.things[1].box)), None)
    missing = [name for name in paintable() if all(name != thing.name for thing in scene.things)]
    return replace(scene, relation=related, absent=missing[number % len(missing)])


def _elsewhere(count: int, eyes: StudioEyes) -> list[Answer]:
    """Rendered edits held against their own region, and against its mirror image."""
    rng, found = np.random.default_rng([SEED, 1]), list[Answer]()
    for number in range(count):
        pair = edit_pair(rng, kind="recolour", names=paintable())
        assert pair.region is not None
        before, after = render(pair.before).image, render(pair.after).image
        own = box_mask(pair.region, *before.size)
        for region, true in ((own, True), (own[:, ::-1] & ~own, False)):
            (verdict,) = judge([ELSEWHERE], after, eyes, before=before, region=region)
            found.append(Answer("renders", number, verdict.kind, verdict.status, true))
    return found


def figures_of(found: Sequence[Answer]) -> dict[str, Estimate]:
    """Per set and kind: precision and recall of "pass" and of "fail", and how often the critic abstains."""
    figures: dict[str, Estimate] = {}
    for where in SETS:
        for kind in dict.fromkeys(a.kind for a in found):
            those = [a for a in found if a.where == where and a.kind == kind]
            pictures = sorted({a.picture for a in those})
            if not those:
                continue

            def per_picture(
                *, status: Status | None = None, true: bool | None = None, those: Sequence[Answer] = those, pictures: Sequence[int] = tuple(pictures)
            ) -> list[int]:
                hits = [a for a in those if (status is None or a.status == status) and (true is None or a.true == true)]
                return [sum(a.picture == p for a in hits) for p in pictures]

            for status, true in (("pass", True), ("fail", False)):
                right = per_picture(status=status, true=true)  # type: ignore[arg-type]
                said, there = per_picture(status=status), per_picture(true=true)  # type: ignore[arg-type]
                for what, whole in (("precision", said), ("recall", there)):
                    if sum(whole):
                        figures[f"{where}.{kind}.{status}.{what}"] = ratio(right, whole)
            figures[f"{where}.{kind}.abstains"] = ratio(per_picture(status="unsure"), per_picture())
    return figures


def page(figures: dict[str, Estimate], count: int) -> str:
    """A page for people."""
    lines = [
        "# How far the critic can be believed",
        "",
        f"Written by `pentimento bench critic --count {count} --write docs/critic.md` (seed {SEED}; {count} scenes for each kind of fault and "
        "set). Precision: of what the critic says holds (or does not), how much is so; recall: of what holds (or does not), how much it says "
        "so; abstention counts against recall, never against precision. Intervals are 95 % bootstrap over pictures. Identity of learned "
        "concepts is not in the table: the world has no truth for it.",
        "",
    ]
    columns = ("pass.precision", "pass.recall", "fail.precision", "fail.recall", "abstains")
    for where in SETS:
        rows: Rows = [["kind", "“pass” precision", "recall", "“fail” precision", "recall", "abstains"]]
        for kind in dict.fromkeys(name.split(".")[1] for name in figures if name.startswith(f"{where}.")):
            cells = [figures.get(f"{where}.{kind}.{column}") for column in columns]
            rows.append([kind, *(f"{e.value:.2f} [{e.low:.2f}, {e.high:.2f}]" if e else "" for e in cells)])
        lines += [f"## {where.capitalize()}", "", table(rows), ""]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures from the command line."""
    parser = argparse.ArgumentParser(prog="pentimento bench critic", description="Hold the critic against the world's truth.")
    parser.add_argument("--count", type=int, default=40, help="scenes for each kind of fault and set")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--write", type=Path, help="a page, such as docs/critic.md")
    options = parser.parse_args(arguments)
    figures = figures_of(answers(options.count))
    if options.json:
        print(json.dumps({"count": options.count, "seed": SEED, "figures": {name: asdict(e) for name, e in figures.items()}}))
    else:
        for name, estimate in figures.items():
            print(f"{name:45} {estimate}")
    if options.write:
        options.write.parent.mkdir(parents=True, exist_ok=True)
        options.write.write_text(page(figures, options.count) + "\n", encoding="utf-8")
    return 0
