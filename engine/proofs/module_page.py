"""What was proven of the control modules, kept in a record and shown as a page: `docs/modules.json`, `docs/modules.md`."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from ..weights import digest_of
from .arms import SAME, Proof

EMBEDDED = Path(__file__).parent.parent / "embedded"


@dataclass(frozen=True)
class Proven:
    """The proofs of one module on one set of weights.

    Attributes:
        painter: fingerprint of the painter.
        weights: digest of the module's own.
        trained: its optimiser steps; None where no record says.
        units: pictures of each arm.
        steps: of a run.
        zero: largest difference of latents between strength 0 and plain, by technique.
        proofs: its claims.
    """

    painter: str
    weights: str
    trained: int | None
    units: int
    steps: int
    zero: dict[str, float]
    proofs: tuple[Proof, ...]

    @property
    def holds(self) -> bool:
        """Whether strength 0 is plain everywhere and every claim holds."""
        return all(gap <= SAME for gap in self.zero.values()) and all(one.verdict == "holds" for one in self.proofs)


RECORD = TypeAdapter(dict[str, Proven])


def stage_of(name: str) -> dict[str, object]:
    """What the training queue recorded of a module: `step`, `last`, `curve`; empty where it was not trained here."""
    file = EMBEDDED / "training" / f"{name}.json"
    found: dict[str, object] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return found


def read(file: Path) -> dict[str, Proven]:
    """The record; empty where there is none."""
    return RECORD.validate_json(file.read_bytes()) if file.is_file() else {}


def to_json(record: Mapping[str, Proven]) -> str:
    """The record, for programs."""
    return RECORD.dump_json(dict(record), indent=1).decode()


def page(record: Mapping[str, Proven]) -> str:
    """The record, for people."""
    lines = [
        "# What the control modules do on the embedded painter",
        "",
        "Written by `pentimento bench modules --only MODULE --units UNITS --steps STEPS --write docs/modules.md`, which measures a module "
        "anew and keeps what `docs/modules.json` says of the others. Every unit is painted plain, with the module, with the module at "
        "strength 0 (zero), and with another unit's condition (shuffled); the oracle is the true picture after the autoencoder. Gains are "
        "paired over units, with 95 % bootstrap intervals; closed is the share of the gap between plain and oracle; thresholds were "
        "fixed before. A claim is undecided where the gain's interval still reaches what is needed.",
        "",
        "| module | claims that hold | its steps of training | units | steps of a run | zero | weights |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, each in record.items():
        held = sum(one.verdict == "holds" for one in each.proofs)
        gap = max(each.zero.values(), default=0.0)
        now = digest_of(EMBEDDED / name)
        weights = f"`{each.weights}`" + ("" if now == each.weights else " (others ship now)")
        cells = [f"`{name}`", f"{held} of {len(each.proofs)}", f"{each.trained or '?'}", each.units, each.steps, f"{gap:.0e}", weights]
        lines.append(f"| {' | '.join(map(str, cells))} |")
    lines += ["", "Zero: largest difference of latents between strength 0 and plain sampling.", ""]
    for name, each in record.items():
        lines += [f"## {name}", "", *_claims(each.proofs), "", *_curve(name)]
    return "\n".join(lines).rstrip() + "\n"


def _claims(proofs: Iterable[Proof]) -> Iterable[str]:
    yield "| technique | claim | eyes | plain | method | shuffled | oracle | gain | closed | needed | verdict | guard |"
    yield "|---|---|---|---|---|---|---|---|---|---|---|---|"
    for one in proofs:
        means = [f"{one.means[arm]:.2f}" for arm in ("plain", "method", "shuffled", "oracle")]
        shares = [f"{one.closed:.2f}", f"{one.needed:.2f}"]
        cells = [f"{one.module} ({one.source})", one.claim, one.eyes, *means, str(one.gain), *shares, one.verdict, one.guard]
        yield f"| {' | '.join(cells)} |"


def _curve(name: str) -> Iterable[str]:
    """The figures that the stage measured while it was trained, a row a measurement."""
    curve = stage_of(name).get("curve")
    if not isinstance(curve, list) or not curve:
        return
    keys = list(dict.fromkeys(key for point in curve for key in point if key != "step"))
    yield f"While it was trained (`make train STAGE={name}`), on its own held-out scenes:"
    yield ""
    yield f"| step | {' | '.join(keys)} |"
    yield "|---" * (len(keys) + 1) + "|"
    for point in curve:
        yield f"| {point['step']:,} | {' | '.join(f'{point[key]:.3f}' if key in point else '' for key in keys)} |"
    yield ""
