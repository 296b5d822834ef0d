"""One stage of the training queue: what every embedded model's training has in common.

A stage keeps its whole state (weights, average, optimiser, step, chance) in one checkpoint outside the package, so a
killed run goes on where it stood. What ships is written by `export`, in half precision; where there is no checkpoint, as
in a fresh checkout, training goes on from that (the optimiser's memory is lost, which costs a few hundred steps).
"""

import json
import math
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any, ClassVar

import numpy as np
import torch

from .precision import autocast

STATE = Path(os.environ.get("PENTIMENTO_TRAINING", ".train"))
EMBEDDED = Path(__file__).parent.parent / "embedded"


def batches(draw: Callable[[], tuple[torch.Tensor, ...]], ahead: int = 4) -> Iterator[tuple[torch.Tensor, ...]]:
    """Draws batches in a thread, a few ahead of the step that uses them."""
    ready: Queue[tuple[torch.Tensor, ...]] = Queue(ahead)

    def work() -> None:
        while True:
            ready.put(draw())

    Thread(target=work, daemon=True).start()
    while True:
        yield ready.get()


def loaded(folder: Path) -> dict[str, torch.Tensor] | None:
    """Reads the one safetensors file of a folder in full precision; None where there is none."""
    from safetensors.torch import load_file

    file = folder / "model.safetensors"
    return {name: tensor.float() for name, tensor in load_file(file).items()} if file.is_file() else None


@dataclass
class Progress:
    """Where a stage stands.

    Attributes:
        step: optimiser steps taken.
        seconds: process CPU seconds spent in all runs.
        last: the most recent measurement.
        curve: all measurements, each with its `step`.
    """

    step: int = 0
    seconds: float = 0.0
    last: dict[str, float] | None = None
    curve: list[dict[str, float]] = field(default_factory=list)

    def measured(self, figures: dict[str, float]) -> None:
        """Notes a measurement at the present step."""
        self.last = figures
        self.curve.append({"step": self.step, **{name: round(value, 4) for name, value in figures.items()}})


class Stage:
    """What a model's training must say; the rest is shared.

    Attributes:
        name: of the stage and its checkpoint.
        learning_rate: peak of AdamW; warm-up over 200 steps, then cosine to a tenth over `steps`.
        batch: samples a step.
        steps: optimiser steps of the whole plan.
        bf16: whether forward passes run in bfloat16 where the machine is faster with it.
        measure_every: steps between two held-out measurements.
        step: where the run stands; data and loss may depend on it.
        decay: of the exponential moving average that is exported.
    """

    name: ClassVar[str]
    learning_rate: ClassVar[float] = 1e-3
    weight_decay: ClassVar[float] = 1e-4
    batch: ClassVar[int] = 16
    steps: ClassVar[int] = 5_000
    decay: ClassVar[float] = 0.998
    bf16: ClassVar[bool] = True
    measure_every: ClassVar[int] = 500
    step: int = 0

    def build(self) -> torch.nn.Module:
        """A fresh model."""
        raise TypeError(f"{type(self).__name__} must build a model")

    def data(self, rng: np.random.Generator) -> Iterator[tuple[torch.Tensor, ...]]:
        """Endless batches."""
        raise TypeError(f"{type(self).__name__} must draw data")

    def loss(self, model: torch.nn.Module, batch: tuple[torch.Tensor, ...]) -> torch.Tensor:
        """The scalar to minimise."""
        raise TypeError(f"{type(self).__name__} must have a loss")

    def measure(self, model: torch.nn.Module) -> dict[str, float]:
        """Held-out figures of the averaged weights."""
        raise TypeError(f"{type(self).__name__} must be measurable")

    def export(self, model: torch.nn.Module) -> None:
        """Writes what ships."""
        raise TypeError(f"{type(self).__name__} must be exportable")

    def shipped(self) -> dict[str, torch.Tensor] | None:
        """The weights that ship, under the names of `build`'s model; None where there are none to go on from."""
        return None

    def record(self) -> Path:
        """Where the package says how long this stage was trained."""
        return EMBEDDED / "training" / f"{self.name}.json"

    def folder(self, *parts: str) -> Path:
        """A folder of the package's embedded weights."""
        path = EMBEDDED.joinpath(*parts)
        path.mkdir(parents=True, exist_ok=True)
        return path

    def state_file(self, worker: int = 0) -> Path:
        """The resumable checkpoint."""
        STATE.mkdir(parents=True, exist_ok=True)
        return STATE / (f"{self.name}.pt" if worker == 0 else f"{self.name}.{worker}.pt")

    def groups(self, model: torch.nn.Module) -> list[dict[str, Any]]:
        """Parameters as the optimiser takes them; the learning rate of a group is multiplied by its `pace`."""
        return [{"params": list(model.parameters()), "pace": 1.0}]

    def rate(self, step: int) -> float:
        """Learning rate at a step."""
        warm = min(1.0, (step + 1) / 200)
        return self.learning_rate * warm * (0.1 + 0.9 * 0.5 * (1 + math.cos(math.pi * min(step / self.steps, 1))))


def fits(model: torch.nn.Module, weights: dict[str, torch.Tensor]) -> bool:
    """Whether weights are of a model's architecture; those of an older one are no start for it."""
    ours = {name: value.shape for name, value in model.state_dict().items()}
    return ours == {name: value.shape for name, value in weights.items()}


def _device() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def _average_with_peer(stage: Stage, model: torch.nn.Module, worker: int, step: int) -> None:
    """Averages weights with the other worker's last published ones (local SGD, McMahan et al. 2017, arXiv:1602.05629)."""
    from safetensors.torch import load_file, save_file

    mine = STATE / f"{stage.name}.shared.{worker}.safetensors"
    save_file({k: v.detach().contiguous() for k, v in model.state_dict().items()}, f"{mine}.new")
    os.replace(f"{mine}.new", mine)
    other = STATE / f"{stage.name}.shared.{1 - worker}.safetensors"
    if other.exists() and time.time() - other.stat().st_mtime < 180:
        theirs = load_file(other)
        with torch.no_grad():
            for key, value in model.state_dict().items():
                if value.is_floating_point():
                    value.lerp_(theirs[key].to(value), 0.5)


def train(stage: Stage, *, minutes: float, worker: int = 0, workers: int = 1, threads: int = 1) -> Progress:
    """Trains a stage from its checkpoint until its plan or the time is used up; exports at every measurement and at the end.

    Args:
        stage: what to train.
        minutes: wall time of this run.
        worker: this process's number; with two workers each trains alone and averages weights every 32 steps.
        workers: how many processes train this stage.
        threads: torch threads.

    Returns:
        Where the stage stands.
    """
    torch.set_num_threads(threads)
    device = _device()
    torch.manual_seed(0)  # every worker starts from the same weights: the mean of two different ones is neither
    model = stage.build().to(device)
    average = stage.build().to(device).eval().requires_grad_(False)
    optimiser = torch.optim.AdamW(stage.groups(model), lr=stage.learning_rate, weight_decay=stage.weight_decay, betas=(0.9, 0.99), fused=True)
    progress = Progress()
    file = stage.state_file(worker)
    if not file.exists() and stage.state_file().exists():
        file = stage.state_file()  # a second worker starts from the first one's weights
    if file.exists():
        held: dict[str, Any] = torch.load(file, map_location=device, weights_only=True)
        model.load_state_dict(held["model"])
        average.load_state_dict(held["average"])
        optimiser.load_state_dict(held["optimiser"])
        progress = Progress(**held["progress"])
    else:
        held_weights = stage.shipped()
        if held_weights is not None and stage.record().is_file() and fits(model, held_weights):  # a fresh checkout goes on from what ships
            model.load_state_dict(held_weights)
            progress = Progress(**json.loads(stage.record().read_text()))
        average.load_state_dict(model.state_dict())
    rng = np.random.default_rng([worker, progress.step])
    torch.manual_seed(1_000_000 * worker + progress.step)
    stage.step = progress.step
    stream = stage.data(rng)
    end, cpu, losses = time.monotonic() + 60 * minutes, time.process_time(), []

    def keep() -> None:
        nonlocal cpu
        progress.seconds += time.process_time() - cpu
        cpu = time.process_time()
        state = {"model": model.state_dict(), "average": average.state_dict(), "optimiser": optimiser.state_dict()}
        target = stage.state_file(worker)
        torch.save({**state, "progress": vars(progress)}, f"{target}.new")
        os.replace(f"{target}.new", target)

    def ship() -> None:
        final = stage.build()
        final.load_state_dict({k: v.cpu() for k, v in average.state_dict().items()})
        stage.export(final.eval())
        stage.record().parent.mkdir(parents=True, exist_ok=True)
        stage.record().write_text(json.dumps(vars(progress)) + "\n")

    saved, measured = time.monotonic(), -1
    while time.monotonic() < end and progress.step < stage.steps:
        batch = tuple(t.to(device) for t in next(stream))
        for group in optimiser.param_groups:
            group["lr"] = stage.rate(progress.step) * group.get("pace", 1.0)  # older checkpoints have no pace
        model.train()
        with autocast(device.type, wanted=stage.bf16):
            value = stage.loss(model, batch)
        optimiser.zero_grad(set_to_none=True)
        value.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        progress.step += 1
        stage.step = progress.step
        losses.append(float(value.detach()))
        decay = min(stage.decay, (1 + progress.step) / (10 + progress.step))
        with torch.no_grad():  # the models have no buffers that change
            torch._foreach_lerp_(list(average.parameters()), list(model.parameters()), 1 - decay)
        if workers > 1 and progress.step % 32 == 0:
            _average_with_peer(stage, model, worker, progress.step)
        if worker == 0 and progress.step % stage.measure_every == 0:
            progress.measured(stage.measure(average))
            measured = progress.step
            ship()
        if progress.step % 50 == 0:
            line = {"stage": stage.name, "worker": worker, "step": progress.step, "loss": round(float(np.mean(losses[-50:])), 4)}
            line |= {"cpu_hours": round((progress.seconds + time.process_time() - cpu) / 3600, 3)}
            if progress.last and progress.step % stage.measure_every == 0:
                line |= {k: round(v, 4) for k, v in progress.last.items()}
            with (STATE / f"{stage.name}.log.jsonl").open("a") as log:
                log.write(json.dumps(line) + "\n")
        if time.monotonic() - saved > 120:
            keep()
            saved = time.monotonic()
    if worker == 0:
        if measured != progress.step:  # what ships says how good it is, not how good it was
            progress.measured(stage.measure(average))
        ship()
    keep()
    return progress
