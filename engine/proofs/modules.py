"""Proves the control modules: `pentimento bench modules --write docs/modules.md`."""

import argparse
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from pathlib import Path

from ..backbones.loading import load_model
from ..errors import ModelNotFound
from ..judging import Judge, JudgeDetector
from ..perception.detector import Detector, EmbeddedDetector
from ..weights import digest_of
from .arms import ModuleBench, Proof
from .module_page import EMBEDDED, Proven, page, read, stage_of, to_json

PROOFS: dict[str, str] = {
    "control": "control:prove_control_net",
    "adapter": "control:prove_adapter",
    "gligen": "layouts:prove_gligen",
    "instruct": "worn:prove_instruct",
    "inpaint": "worn:prove_inpainting",
    "image_prompt": "worn:prove_image_prompt",
}
"""Folder of the module's weights -> where its proof is."""

def eyes() -> dict[str, Detector]:
    """The judge, and the critic's detector beside it; one alone where the other has no weights."""
    found: dict[str, Detector] = {}
    for name, load in (("judge", lambda: JudgeDetector(Judge.load())), ("detector", EmbeddedDetector.load)):
        try:
            found[name] = load()
        except ModelNotFound:
            continue
    return found


def measure_modules(
    folder: Path, *, only: Sequence[str] = (), units: int = 48, steps: int = 25, progress: Callable[[str], None] | None = None
) -> Iterator[tuple[str, Proven]]:
    """Runs the proof of every module whose weights are there, one after the other.

    Args:
        folder: of the painter.
        only: names of modules; all by default.
        units: pictures of each arm.
        steps: of a run.
        progress: called with a line for each claim.

    Raises:
        ModelNotFound: a module was asked for by name and has no weights, or there are no eyes.
    """
    looking = eyes()
    if not looking:
        raise ModelNotFound("neither judge nor detector has weights; train one of them first")
    model = load_model(folder)
    for name in only or [name for name in PROOFS if any((EMBEDDED / name).glob("*.safetensors"))]:
        bench = ModuleBench(model, looking, units, steps)
        file, function = PROOFS[name].split(":")
        prove: Callable[[ModuleBench], Iterable[Proof]] = getattr(import_module(f".{file}", __package__), function)
        proven: list[Proof] = []
        for one in prove(bench):
            proven.append(one)
            if progress is not None:
                means = " ".join(f"{arm} {value:.3f}" for arm, value in one.means.items())
                progress(f"{one.verdict:10s} {one.module}: {one.claim} [{one.eyes}] {means} gain {one.gain} closed {one.closed:.2f}; {one.guard}")
        trained = stage_of(name).get("step")
        steps_trained = trained if isinstance(trained, int) else None
        yield name, Proven(model.fingerprint, digest_of(EMBEDDED / name), steps_trained, units, steps, bench.zero, tuple(proven))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures from the command line and writes a page if it is asked to.

    Args:
        arguments: of the command line; the process's own when None.

    Returns:
        0 if every claim holds, else 1.
    """
    parser = argparse.ArgumentParser(prog="pentimento bench modules", description="Prove the control modules with five arms.")
    parser.add_argument("--model", type=Path, default=EMBEDDED / "painter")
    parser.add_argument("--only", nargs="*", choices=tuple(PROOFS), default=())
    parser.add_argument("--units", type=int, default=48, help="pictures of each arm; 128 for the record")
    parser.add_argument("--steps", type=int, default=25)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--write", type=Path, help="a page, such as docs/modules.md; its record is beside it, and keeps the other modules")
    options = parser.parse_args(arguments)
    said = None if options.json else print
    kept = options.write.with_suffix(".json") if options.write else None
    measured: dict[str, Proven] = {}
    for name, proven in measure_modules(options.model, only=options.only, units=options.units, steps=options.steps, progress=said):
        measured[name] = proven
        if options.write and kept:  # after each module, so that a run that is cut keeps what it has, and one beside it loses nothing
            record = read(kept) | {name: proven}
            ordered = {name: record[name] for name in PROOFS if name in record}
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_text(to_json(ordered) + "\n", encoding="utf-8")
            options.write.write_text(page(ordered), encoding="utf-8")
    if options.json:
        print(to_json(measured))
    return 0 if all(proven.holds for proven in measured.values()) else 1


if __name__ == "__main__":
    raise SystemExit(main())
