"""Parity: the same weights, seed and settings in diffusers' own pipelines, and how long each side takes.

Pictures are compared as decoded, in [0, 1], float32. Times are whole calls (text, U-Net, autoencoder, PIL), interleaved
A-B-A-B after warm-ups; the ratio is the median of paired ratios with a bootstrap interval.
"""

import argparse
import dataclasses
import inspect
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageDraw

from .backbones.loading import load_model
from .backbones.model import Model
from .backbones.tiny import build_tiny_sdxl
from .intervals import median_ratio
from .latents import encode_images, latent_mask, to_pixels
from .sampling import Sampled, sample
from .schedule import Schedule
from .solvers import DDIM, DPMSolverPP2M, Euler, Solver
from .techniques.editing.blended_latent_diffusion import BlendedLatentDiffusion
from .techniques.guidance.classifier_free import ClassifierFree

PAINTER = Path(__file__).parent / "embedded" / "painter"
TOLERANCE = 1e-4
PROMPT = "a red car and a dog"
SEED = 11
SCHEDULERS: dict[str, tuple[str, Solver]] = {
    "ddim": ("DDIMScheduler", DDIM()),
    "euler": ("EulerDiscreteScheduler", Euler()),
    "dpm-solver++ 2m": ("DPMSolverMultistepScheduler", DPMSolverPP2M()),
}


@dataclass(frozen=True)
class Compared:
    """One setting on both sides.

    Attributes:
        name: task and solver.
        family: sd or sdxl.
        steps: of the schedule.
        max_abs_difference: of the decoded pictures in [0, 1].
        holds: whether that is within the tolerance.
        seconds_ours: median wall time of a call; None if it was not timed.
        seconds_diffusers: the same for diffusers.
        ratio: ours / diffusers, median of pairs; under 1 is faster.
        ratio_low: lower end of its 95 % bootstrap interval.
        ratio_high: upper end.
        cpu_ratio: the same ratio of process CPU time, which other load on the machine disturbs less.
        pairs: timed pairs.
    """

    name: str
    family: str
    steps: int
    max_abs_difference: float
    holds: bool
    seconds_ours: float | None = None
    seconds_diffusers: float | None = None
    ratio: float | None = None
    ratio_low: float | None = None
    ratio_high: float | None = None
    cpu_ratio: float | None = None
    pairs: int = 0


@dataclass(frozen=True)
class ParityReport:
    """All comparisons.

    Attributes:
        cases: one for each task, solver and family.
        tolerance: of the largest difference.
        holds: whether every case is within it.
        threads: that torch used.
        versions: of torch, diffusers and transformers.
        folder: the weights that were compared; SDXL has random ones, built for this.
    """

    cases: tuple[Compared, ...]
    tolerance: float
    holds: bool
    threads: int
    versions: dict[str, str]
    folder: str

    def to_json(self) -> str:
        """The report as one JSON object."""
        return json.dumps(dataclasses.asdict(self), indent=2)

    def to_text(self) -> str:
        """The report as a table for people."""
        lines = [f"{self.folder}, {self.threads} threads, {self.versions}"]
        for case in self.cases:
            time = ""
            if case.ratio is not None:
                time = f"  ours / diffusers {case.ratio:.3f} [{case.ratio_low:.3f}, {case.ratio_high:.3f}]"
                time += f", CPU {case.cpu_ratio:.3f}, {case.seconds_ours:.2f} s against {case.seconds_diffusers:.2f} s"
            verdict = "ok  " if case.holds else "FAIL"
            lines.append(f"{verdict} {case.family:5s}{case.name:32s}{case.max_abs_difference:.1e}{time}")
        return "\n".join(lines)


@dataclass(frozen=True, eq=False)
class Case:
    """One setting, ready to be run on both sides."""

    name: str
    family: str
    ours: Callable[[], Sampled]
    theirs: Callable[[str], Any]  # output type -> images
    timed: bool = True


def main(arguments: Sequence[str]) -> int:
    """Runs `pentimento bench parity` and prints the report.

    Args:
        arguments: of the command line: --json, --folder, --sdxl, --steps, --pairs.

    Returns:
        0 if every picture agrees, else 1.
    """
    parser = argparse.ArgumentParser(prog="pentimento bench parity", description=main.__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--folder", type=Path, default=PAINTER, help="Stable Diffusion folder; the embedded painter by default")
    parser.add_argument("--sdxl", type=Path, default=None, help="SDXL folder; a tiny one with random weights by default")
    parser.add_argument("--steps", type=int, default=25)
    parser.add_argument("--pairs", type=int, default=15, help="timed pairs of each task; 0 compares only")
    given = parser.parse_args(list(arguments))
    report = measure_parity(given.folder, sdxl_folder=given.sdxl, steps=given.steps, pairs=given.pairs)
    print(report.to_json() if given.json else report.to_text())
    return 0 if report.holds else 1


def measure_parity(folder: Path, *, sdxl_folder: Path | None = None, steps: int = 25, pairs: int = 15, size: int = 1) -> ParityReport:
    """Compares text-to-image, image-to-image, mask inpainting and control on a Stable Diffusion model, and text-to-image on SDXL.

    Args:
        folder: a Stable Diffusion folder with a 4-channel U-Net.
        sdxl_folder: an SDXL folder; a tiny one with random weights is built if none is given.
        steps: of every schedule.
        pairs: timed pairs of each task; 0 compares only. Solvers cost the same, so one of them is timed.
        size: pictures in a batch.

    Raises:
        ModelError: a folder cannot be loaded.
    """
    import diffusers
    import transformers

    from .parity_control import controlled
    from .parity_modules import worn_modules

    for logging in (diffusers.utils.logging, transformers.utils.logging):
        quiet: Any = logging
        quiet.disable_progress_bar()
    with tempfile.TemporaryDirectory() as scratch:
        sdxl = sdxl_folder or build_tiny_sdxl(Path(scratch) / "sdxl")
        modules = [*controlled(folder, steps, size), *worn_modules(folder, steps)]
        cases = [*_painted(folder, steps, size), *_edited(folder, steps), *modules, *_painted(sdxl, steps, size)]
        compared = tuple(_compared(case, steps, pairs) for case in cases)
    versions = {name: version(name) for name in ("torch", "diffusers", "transformers")}
    holds = all(case.holds for case in compared)
    return ParityReport(compared, TOLERANCE, holds, torch.get_num_threads(), versions, str(folder))


def _compared(case: Case, steps: int, pairs: int) -> Compared:
    mine = case.ours()
    ours = (to_pixels(mine.model, mine.latents) / 2 + 0.5).clamp(0, 1).permute(0, 2, 3, 1).numpy()
    difference = float(np.abs(ours - case.theirs("np").images).max())
    result = Compared(case.name, case.family, steps, difference, difference <= TOLERANCE)
    if not (pairs and case.timed):
        return result
    sides: tuple[Callable[[], Any], ...] = (lambda: case.ours().images, lambda: case.theirs("pil").images)
    wall: tuple[list[float], list[float]] = ([], [])
    cpu: tuple[list[float], list[float]] = ([], [])
    for turn in range(pairs + 2):  # two warm-ups
        for side, call in enumerate(sides):
            began, worked = time.perf_counter(), time.process_time()
            call()
            if turn >= 2:
                wall[side].append(time.perf_counter() - began)
                cpu[side].append(time.process_time() - worked)
    ratio = median_ratio(*wall)
    return dataclasses.replace(
        result,
        seconds_ours=float(np.median(wall[0])),
        seconds_diffusers=float(np.median(wall[1])),
        ratio=ratio.value,
        ratio_low=ratio.low,
        ratio_high=ratio.high,
        cpu_ratio=median_ratio(*cpu).value,
        pairs=pairs,
    )


class Peer:
    """diffusers' own pipelines over one folder, read once."""

    def __init__(self, folder: Path) -> None:
        import diffusers

        pipeline: Any = diffusers.DiffusionPipeline
        self.base: Any = pipeline.from_pretrained(folder, use_safetensors=True, local_files_only=True, dtype=torch.float32)

    def __call__(self, scheduler: str, name: str | None = None, **parts: Any) -> Any:
        """Makes a pipeline: the folder's own class or another one, with another scheduler and other or further parts."""
        import diffusers

        swapped = getattr(diffusers, scheduler).from_config(self.base.scheduler.config)
        cls = getattr(diffusers, name) if name else type(self.base)
        checker = {"requires_safety_checker": False} if "safety_checker" in self.base.components else {}
        taken = inspect.signature(cls.__init__).parameters
        given = self.base.components | {"scheduler": swapped} | checker | parts
        pipe = cls(**{part: value for part, value in given.items() if part in taken})
        pipe.set_progress_bar_config(disable=True)
        return pipe


def _painted(folder: Path, steps: int, size: int) -> list[Case]:
    """Text-to-image with every solver."""
    model, peer = load_model(folder), Peer(folder)
    cases = []
    for name, (scheduler, solver) in SCHEDULERS.items():
        pipe = peer(scheduler)

        def theirs(output: str, pipe: Any = pipe) -> Any:
            generators = [torch.Generator().manual_seed(SEED + i) for i in range(size)]
            return pipe([PROMPT] * size, num_inference_steps=steps, guidance_scale=7.5, generator=generators, output_type=output)

        def ours(solver: Solver = solver) -> Sampled:
            seeds = [SEED + i for i in range(size)]
            return sample(model, [PROMPT] * size, techniques=[ClassifierFree(7.5)], schedule=Schedule(steps), solver=solver, seed=seeds)

        cases.append(Case(f"text-to-image, {name}", model.family, ours, theirs, timed=name == "ddim"))
    return cases


def _edited(folder: Path, steps: int) -> list[Case]:
    """Image-to-image, and inpainting with a mask and a 4-channel U-Net; the picture goes through the autoencoder on both sides."""
    model, peer = load_model(folder), Peer(folder)
    picture, mask = drawn_picture(model)
    img2img = peer("DDIMScheduler", "StableDiffusionImg2ImgPipeline")
    inpaint = peer("DDIMScheduler", "StableDiffusionInpaintPipeline")

    def drawn() -> tuple[torch.Tensor, torch.Tensor]:
        """Posterior and noise in the order in which diffusers draws them from one generator."""
        generator = torch.Generator().manual_seed(SEED)
        source = encode_images(model, [picture], generator)
        return source, torch.randn(source.shape, generator=generator)

    def ours_img2img() -> Sampled:
        source, noise = drawn()
        return sample(model, PROMPT, techniques=[ClassifierFree(7.5)], schedule=Schedule(steps, strength=0.6), start=source, noise=noise)

    def ours_inpaint(strength: float) -> Sampled:
        source, noise = drawn()
        blend = BlendedLatentDiffusion(source, latent_mask(mask, model, "nearest"))
        start = source if strength < 1 else None
        schedule = Schedule(steps, strength=strength)
        return sample(model, PROMPT, techniques=[ClassifierFree(7.5), blend], schedule=schedule, start=start, noise=noise)

    def theirs(pipe: Any, strength: float, **more: Any) -> Callable[[str], Any]:
        def call(output: str) -> Any:
            generator = torch.Generator().manual_seed(SEED)
            return pipe(
                PROMPT,
                image=picture,
                strength=strength,
                num_inference_steps=steps,
                guidance_scale=7.5,
                generator=generator,
                output_type=output,
                **more,
            )

        return call

    masked = {"mask_image": mask, "width": picture.width, "height": picture.height}
    return [
        Case("image-to-image, ddim", model.family, ours_img2img, theirs(img2img, 0.6)),
        Case("inpaint, ddim", model.family, lambda: ours_inpaint(1.0), theirs(inpaint, 1.0, **masked)),
        Case("inpaint strength 0.6, ddim", model.family, lambda: ours_inpaint(0.6), theirs(inpaint, 0.6, **masked), timed=False),
    ]


def drawn_picture(model: Model) -> tuple[Image.Image, Image.Image]:
    """A drawn picture and a mask that does not follow the latent's grid."""
    width, height = model.size
    picture = Image.new("RGB", (width, height), (120, 180, 220))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, height * 2 // 3, width, height), fill=(60, 140, 60))
    draw.ellipse((width // 4, height // 3, width * 3 // 4, height * 5 // 6), fill=(200, 40, 40))
    mask = Image.new("L", (width, height), 0)
    ImageDraw.Draw(mask).ellipse((width // 5, height // 4, width * 4 // 5, height * 9 // 10), fill=255)
    return picture, mask
