"""The one loop of the project that paints: everything else is a technique that takes part in it.

For each step of the schedule: x = before(x); x0 = prediction(denoise(x)); x = after(solver(x, x0)).
"""

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import torch

from .backbones.model import Model
from .energies import descend
from .errors import BadInput, OutOfMemory
from .latents import decode, latent_size
from .schedule import Schedule, Step
from .shapes import Latents
from .solvers import DDIM, Solver, fresh_noise
from .technique import Cost, Run, Technique, check_claims
from .trajectory import Noised, Trajectory

if TYPE_CHECKING:
    from PIL import Image

Progress = Callable[[Step, Latents], None]


@dataclass(frozen=True, eq=False)
class Sampled:
    """What a run painted.

    Attributes:
        latents: (lanes, channels, h, w).
        trajectory: every latent that the run passed through.
        cost: network calls that were spent.
        model: that painted, for decoding.
    """

    latents: Latents
    trajectory: Trajectory
    cost: Cost
    model: Model

    @cached_property
    def images(self) -> "list[Image.Image]":
        """The pictures at native size, one for each lane; decoded when first asked for."""
        return decode(self.model, self.latents)


def sample(
    model: Model,
    prompts: str | Sequence[str] | Mapping[str, str],
    *,
    techniques: Sequence[Technique] = (),
    schedule: Schedule = Schedule(25),  # noqa: B008 - frozen
    solver: Solver = DDIM(),  # noqa: B008 - frozen
    seed: int | Sequence[int] = 0,
    size: tuple[int, int] | None = None,
    start: Latents | Noised | None = None,
    noise: Latents | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Sampled:
    """Paints one picture for each prompt.

    Args:
        model: the networks; one run at a time uses it, others wait.
        prompts: one text, several (lanes "0", "1", …), or a mapping from names of lanes to texts.
        techniques: in the order in which they act.
        schedule: steps, start and direction.
        solver: how the next latent follows.
        seed: one for all lanes (the same seed gives the same picture, alone or in a batch), or one for each.
        size: (width, height) in pixels; the model's own by default, or that of `start`.
        start: clean latents, which are noised to the level at which the schedule starts (image-to-image) unless it runs
            backwards, or `Noised` latents that already stand there; one row for all lanes or one for each.
        noise: initial noise instead of what the seeds draw.
        progress: called after every step with the predicted clean latents.
        cancelled: asked before every call of the network.

    Raises:
        BadInput: empty prompts, or a number of seeds or rows that does not fit the prompts, or a size the model cannot paint.
        TechniqueConflict: two techniques claim the same thing.
        Cancelled: `cancelled` said so.
        OutOfMemory: the device has no room.
    """
    named = _named(prompts)
    generators = _generators(seed, len(named))
    used = [technique for technique in techniques if technique.strength != 0]
    check_claims(used)
    spacing = schedule.spacing or model.levels.spacing
    steps = schedule.plan(model.levels, solver)
    used = [technique for technique in used if any(technique.active(step) for step in steps)]
    shape = _shape(model, size, start, len(named))
    with _using(model), _Wearing(model, used) as wearing:
        wearing.at(steps[0])
        drawn = fresh_noise(shape, generators) if noise is None else noise.expand(shape)
        run = Run(model, named, steps, drawn.float().to(model.device), cancelled=cancelled)
        x = _first(run, start, schedule, lambda: solver.begin(run.noise, steps[0].level, spacing))
        run.techniques = tuple(technique.begin(run) for technique in used)
        return _loop(run, x, solver, generators, progress, wearing)


def _loop(run: Run, x: Latents, solver: Solver, generators: list[torch.Generator], progress: Progress | None, wearing: "_Wearing") -> Sampled:
    passed: list[Latents] = [x]
    history: list[tuple[Step, Latents]] = []
    for step in run.steps:
        if wearing.at(step):
            run.forget_texts()
        active = run.active(step)
        for technique in active:
            x = technique.before_step(x, step, run).detach()
        energies = [energy for technique in active for energy in technique.energies(step)]
        if energies:
            x = descend(x, step, run, energies)
        record = tuple(dict.fromkeys(sites for technique in active for sites in technique.record(step)))
        predicted = run.denoise(x, step, record=record)
        for technique in active:
            predicted = technique.prediction(predicted, x, step, run)
        fresh = fresh_noise(x.shape, generators).to(x.device) if solver.noisy else None
        x = solver.step(x, predicted.x0, step, history, fresh)
        history = [(step, predicted.x0)]
        for technique in active:
            x = technique.after_step(x, predicted, step, run)
        passed.append(x)
        if progress is not None:
            progress(step, predicted.x0)
    levels = (run.steps[0].level, *(step.next for step in run.steps))
    return Sampled(x, Trajectory(levels, tuple(passed)), run.cost, run.model)


class _Wearing(contextlib.AbstractContextManager["_Wearing"]):
    """Keeps on the model exactly the weights of the techniques that are active."""

    def __init__(self, model: Model, techniques: Sequence[Technique]) -> None:
        self.model = model
        self.techniques = [technique for technique in techniques if type(technique).weights is not Technique.weights]
        self.worn: list[Technique] = []
        self.stack = contextlib.ExitStack()

    def at(self, step: Step) -> bool:
        """Changes what is worn if other techniques are active than before; says whether it did."""
        wanted = [technique for technique in self.techniques if technique.active(step)]
        if [id(technique) for technique in wanted] == [id(technique) for technique in self.worn]:
            return False
        self.stack.close()
        self.worn = []
        for technique in wanted:
            self.stack.enter_context(technique.weights(self.model))
        self.worn = wanted
        return True

    def __exit__(self, *_: object) -> None:
        self.stack.close()


@contextlib.contextmanager
def _using(model: Model) -> Iterator[None]:
    """One run at a time, without gradients; a full device becomes an error of ours with its memory freed."""
    try:
        with model.lock, torch.no_grad():
            yield
    except torch.OutOfMemoryError as error:
        torch.cuda.empty_cache()
        raise OutOfMemory(f"no room for this run on {model.device}; paint fewer lanes, a smaller size, or on the CPU") from error


def _named(prompts: str | Sequence[str] | Mapping[str, str]) -> dict[str, str]:
    if isinstance(prompts, Mapping):
        named = dict(prompts)
    else:
        named = {str(i): prompt for i, prompt in enumerate([prompts] if isinstance(prompts, str) else prompts)}
    if not named or not all(isinstance(prompt, str) and prompt.strip() for prompt in named.values()):
        raise BadInput(f"prompts must be texts with at least one word, got {list(named.values())!r}")
    return named


def _generators(seed: int | Sequence[int], lanes: int) -> list[torch.Generator]:
    seeds = [seed] * lanes if isinstance(seed, int) else list(seed)
    if len(seeds) != lanes:
        raise BadInput(f"{len(seeds)} seeds for {lanes} prompts; give one seed, or one for each")
    if not all(isinstance(each, int) and 0 <= each < 2**63 for each in seeds):
        raise BadInput(f"seeds must be whole numbers from 0 to 2**63 - 1, got {seeds}")
    return [torch.Generator().manual_seed(each) for each in seeds]


def _shape(model: Model, size: tuple[int, int] | None, start: Latents | Noised | None, lanes: int) -> torch.Size:
    """Shape of the latent; checks what was given against it."""
    given = start.latents if isinstance(start, Noised) else start
    if given is None:
        height, width = latent_size(model, size or model.size)
        return torch.Size((lanes, model.channels, height, width))
    if given.ndim != 4 or given.shape[1] != model.channels or given.shape[0] not in (1, lanes):
        raise BadInput(f"start has shape {tuple(given.shape)}; ({lanes} or 1, {model.channels}, height, width) is needed")
    if size is not None and latent_size(model, size) != tuple(given.shape[-2:]):
        raise BadInput(f"size {size} does not fit the start, whose latent is {tuple(given.shape[-2:])}; leave size out")
    return torch.Size((lanes, *given.shape[1:]))


def _first(run: Run, start: Latents | Noised | None, schedule: Schedule, pure: Callable[[], Latents]) -> Latents:
    """The latent that enters the first step."""
    first = run.steps[0].level
    if start is None:
        if schedule.strength < 1 or schedule.reverse:
            raise BadInput("a run that starts with less than pure noise needs `start`")
        return pure()
    if isinstance(start, Noised):
        if abs(start.level.alpha - first.alpha) > 1e-6:
            raise BadInput(f"start stands at time {start.level.t:g}, the schedule starts at {first.t:g}; use the same steps and strength")
        return start.latents.float().to(run.noise.device).expand_as(run.noise)
    clean = start.float().to(run.noise.device).expand_as(run.noise)
    return clean if schedule.reverse else first.noised(clean, run.noise)
