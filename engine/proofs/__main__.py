"""Measures from the command line: python -m pentimento.engine.proofs --write docs/techniques.md."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from . import measure_techniques


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures from the command line and writes a page if it is asked to.

    Args:
        arguments: of the command line; the process's own when None.

    Returns:
        0 if every claim holds, else 1.
    """
    parser = argparse.ArgumentParser(prog="pentimento bench techniques", description="Measure what the techniques do.")
    parser.add_argument("--model", type=Path, default=Path(__file__).parent.parent / "embedded" / "painter")
    parser.add_argument("--units", type=int, default=12)
    parser.add_argument("--steps", type=int, default=15)
    parser.add_argument("--concept-steps", type=int, default=100)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--write", type=Path, help="a page, such as docs/techniques.md")
    options = parser.parse_args(arguments)
    said = print if not options.json else None
    report = measure_techniques(options.model, units=options.units, steps=options.steps, concept_steps=options.concept_steps, progress=said)
    if options.json:
        print(report.to_json())
    if options.write:
        options.write.parent.mkdir(parents=True, exist_ok=True)
        options.write.write_text(report.to_markdown())
    return 0 if report.holds else 1


if __name__ == "__main__":
    raise SystemExit(main())
