"""What a picture costs in seconds, and the weights in megabytes."""

import os
import time
from pathlib import Path

import torch

from ...backbones.model import Model
from ...intervals import Estimate, bootstrap
from .gallery import GUIDANCE, STEPS, plainly
from .record import Part

RUNS = 7


def measure_cost(model: Model, embedded: Path, *, prompt: str = "a red car and a blue house on a beach") -> Part:
    """Wall time of one picture by plain sampling, decoded, on one thread and on two; size of all weights.

    Args:
        model: the painter.
        embedded: folder of all embedded weights.
        prompt: what is painted.
    """
    paint = plainly(model)
    before = torch.get_num_threads()
    figures: dict[str, Estimate] = {}
    try:
        for threads in (1, 2):
            torch.set_num_threads(threads)
            paint([prompt], [0])  # the first run of a setting sets kernels up
            seconds = []
            for seed in range(RUNS):
                began = time.perf_counter()
                paint([prompt], [seed])
                seconds.append(time.perf_counter() - began)
            figures[f"cost.seconds_{threads}_thread{'s' if threads > 1 else ''}"] = bootstrap(seconds)
    finally:
        torch.set_num_threads(before)
    size = sum(file.stat().st_size for file in embedded.rglob("*.safetensors")) / 1e6
    figures["cost.megabytes"] = Estimate(size, size, size, 1)
    load = round(os.getloadavg()[0], 1)
    return Part({"steps": STEPS, "guidance": GUIDANCE, "runs": RUNS, "processors": os.cpu_count() or 1, "load of the machine": load}, figures)
