"""Which part of the loop fails: `pentimento bench parts --write docs/parts.md`. Each part is tried with the two others made perfect.

On scenes of the world that break one promise of a wanted scene (`faults.py`): the *critic* must see the fault, and be content with what was
wanted; the *choice* of operations must lead to the wanted scene with a critic that knows the truth and a painter that obeys
(`obedient.py`); the *painter* must obey when fault and operation are known, which is what `bench repairs` has measured.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ...engine.intervals import Estimate, bootstrap
from ...engine.proofs.world.record import Rows, table
from ...engine.world import canonical_caption
from ...tools.checks import judge
from ...tools.eyes import StudioEyes
from ...tools.profiles import profile_of
from ...tools.promises import checks_of
from ..budget import Budget
from ..ledger import broken
from ..repair import MEASURED
from ..run import Stopped
from ..turn import remedies
from .faults import KINDS, Fault, draw, painted_over, true_of, wanted_of
from .obedient import opened

if TYPE_CHECKING:
    from PIL.Image import Image

SEED = 3_218_947  # no training, calibration or other figure draws from it
BUDGET = Budget(rounds=4, calls=40, seconds=1e9)


@dataclass(frozen=True)
class Trial:
    """One fault, and how the parts did.

    Attributes:
        kind: of the check that is broken.
        seen: the critic says that it is broken.
        content: the critic finds nothing broken in a picture of what was wanted.
        solved: choice leads to the wanted scene.
        rounds: repairs that it took.
        reason: why it stopped.
        asked: what was done, in order: operation and way.
    """

    kind: str
    seen: bool
    content: bool
    solved: bool
    rounds: int
    reason: str
    asked: tuple[str, ...] = ()


def trials(count: int, kinds: Sequence[str] = KINDS) -> Iterator[Trial]:
    """Tries critic and choice on so many faults of each kind; pictures for the critic are painted over by the painter."""
    eyes = StudioEyes(profile_of("embedded"), offline=True)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count):
            for kind in kinds:
                fault, picture = draw(kind, number, SEED)
                seen, content = critic_on(fault, picture, number, eyes)
                yield chosen_on(fault, number, Path(folder), seen=seen, content=content)


def critic_on(fault: Fault, picture: "Image", number: int, eyes: StudioEyes) -> tuple[bool, bool]:
    """Whether the critic sees a fault, and whether it is content with what was wanted."""
    checks = checks_of(wanted_of(fault.wanted))
    targets = {c.id for c in checks if c.kind == fault.kind and true_of(c, fault.shown) is False}
    found = {v.check for v in broken(judge(checks, picture, eyes))}
    right = painted_over(fault.wanted, [SEED, 1, KINDS.index(fault.kind), number])
    return bool(found & targets), not broken(judge(checks, right, eyes))


def chosen_on(fault: Fault, number: int, folder: Path, *, seen: bool = True, content: bool = True) -> Trial:
    """Runs the loop with a critic that knows and a painter that obeys."""
    session, studio = opened(folder, f"{fault.kind}-{number}", fault, number, BUDGET)
    with session:
        session.say(canonical_caption(fault.wanted))
        turn = session.run.turn
        image = session.image
        assert image is not None
        checks = checks_of(wanted_of(fault.wanted))
        solved = all(true_of(check, studio.scenes[image]) is not False for check in checks)
        done = tuple(f"{remedy.operation} {remedy.way}" for remedy in remedies(turn))
        reason = next((e.reason for e in reversed(turn) if isinstance(e, Stopped)), "")
        return Trial(fault.kind, seen, content, solved, len(done), reason, done)


def figures_of(found: Sequence[Trial]) -> dict[str, Estimate]:
    """Per kind and for all: how often each part does its work."""
    figures: dict[str, Estimate] = {}
    for kind in ("all", *dict.fromkeys(t.kind for t in found)):
        those = [t for t in found if kind in ("all", t.kind)]
        figures[f"{kind}.seen"] = bootstrap([float(t.seen) for t in those])
        figures[f"{kind}.content"] = bootstrap([float(t.content) for t in those])
        figures[f"{kind}.critic"] = bootstrap([float(t.seen and t.content) for t in those])
        figures[f"{kind}.choice"] = bootstrap([float(t.solved) for t in those])
        figures[f"{kind}.rounds"] = bootstrap([float(t.rounds) for t in those])
    for row in json.loads(MEASURED.read_text()).get("obeyed", ()) if MEASURED.is_file() else ():
        for part in ("first", "any"):
            value, low, high = row[part]
            figures[f"{row['kind']}.painter_{part}"] = Estimate(value, low, high, row["faults"])
    return figures


def page(figures: dict[str, Estimate], count: int) -> str:
    """A page for people."""
    columns = ("seen", "content", "critic", "choice", "rounds", "painter_first", "painter_any")
    rows: Rows = [["fault", "critic: sees it", "is content with what is right", "both", "choice", "its rounds", "painter: first way", "any way"]]
    for kind in ("all", *KINDS):
        cells = [figures.get(f"{kind}.{column}") for column in columns]
        rows.append([kind, *(f"{e.value:.2f} [{e.low:.2f}, {e.high:.2f}]" if e else "" for e in cells)])
    lines = [
        "# Which part of the loop fails",
        "",
        f"Written by `pentimento bench parts --count {count} --write docs/parts.md` (seed {SEED}; {count} scenes of each kind of fault; 95 % "
        "bootstrap intervals). A scene breaks one promise of a wanted scene, and each part is tried with the two others made perfect by the "
        "world's truth.",
        "",
        "**Critic**: on pictures that the painter painted over, it must say that the fault is one, and find nothing broken in a picture of what was "
        "wanted. **Choice**: the loop with a critic that knows and a painter that does exactly what it is told must end with the wanted scene. "
        "**Painter**: fault and operation are known; of the faults that `bench repairs` drew, how often the first way of the repair table, or any, "
        "gives a picture in which the judge finds everything that was wanted.",
        "",
        table(rows),
    ]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures from the command line."""
    parser = argparse.ArgumentParser(prog="pentimento bench parts", description="Measure each part of the loop with the two others made perfect.")
    parser.add_argument("--count", type=int, default=30, help="scenes for each kind of fault")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--write", type=Path, help="a page, such as docs/parts.md")
    options = parser.parse_args(arguments)
    found = list(trials(options.count))
    figures = figures_of(found)
    if options.json:
        print(json.dumps({"count": options.count, "seed": SEED, "figures": {name: asdict(e) for name, e in figures.items()}}))
    else:
        for trial in found:
            if not trial.solved:
                print(f"{trial.kind:11} not solved, {trial.reason}: {', '.join(trial.asked) or 'nothing was tried'}")
        for name, estimate in figures.items():
            print(f"{name:30} {estimate}")
    if options.write:
        options.write.parent.mkdir(parents=True, exist_ok=True)
        options.write.write_text(page(figures, options.count) + "\n", encoding="utf-8")
    return 0
