"""Do the techniques do what their papers say? Paired runs on the embedded world, judged by eyes no technique looks through.

Every unit is a prompt with its seed, painted four times: plain, with the method, with strength 0 (which must be plain), and
with a shuffled condition (another scene's words, boxes, mask or pictures), which must not help. Two judges are independent of
what the methods optimise: the embedded detector, and a rule on hue and connected pixels that needs no training.
"""

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from ..backbones.loading import load_model
from .bench import Bench, Unit, units_of
from .editing import prove_blended, prove_concepts, prove_prompt_to_prompt
from .following import prove_attend_and_excite, prove_layout_guidance, prove_not
from .judges import DetectorJudge, HueJudge
from .report import Figure, Report

__all__ = ["Bench", "Figure", "Report", "Unit", "measure_techniques", "units_of"]


def measure_techniques(
    folder: str | Path, *, units: int = 12, steps: int = 15, concept_steps: int = 100, progress: Callable[[str], None] | None = None
) -> Report:
    """Runs every proof.

    Args:
        folder: of the embedded painter.
        units: prompts for each proof; 12 take about ten minutes on one core, 200 are needed for small effects.
        steps: of a run.
        concept_steps: of learning a concept; four are learned.
        progress: called with a line for each figure.
    """
    model = load_model(folder)
    bench = Bench(model, (HueJudge(), DetectorJudge()), units_of(model, units), steps)
    proofs: tuple[Callable[[Bench], Iterable[Figure]], ...] = (
        prove_attend_and_excite,
        prove_layout_guidance,
        prove_not,
        prove_prompt_to_prompt,
        prove_blended,
        partial(prove_concepts, steps=concept_steps),
    )
    figures: list[Figure] = []
    for proof in proofs:
        for figure in proof(bench):
            figures.append(figure)
            if progress is not None:
                progress(f"  {figure.technique} {figure.claim} [{figure.judge}] {figure.arms} gain {figure.gain} {figure.verdict} {figure.guard}")
    return Report(model.fingerprint, units, steps, bench.zero, tuple(figures))
