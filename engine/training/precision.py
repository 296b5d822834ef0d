"""Whether bfloat16 is worth it on this machine: some processors emulate it and are slower with it.

Names of processors do not tell (a virtual machine may hide an instruction set), so a product is timed in both.
"""

import time
from contextlib import AbstractContextManager
from functools import lru_cache

import torch

SIDE = 384  # of the timed product: large enough to be bound by arithmetic, done in milliseconds
ROUNDS = 5


def _seconds(kind: torch.dtype) -> float:
    """Least time of a few square products on the CPU."""
    a = torch.ones(SIDE, SIDE, dtype=kind)
    a @ a  # the first call of a kind sets the kernel up
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        a @ a
        times.append(time.perf_counter() - began)
    return min(times)


@lru_cache(maxsize=2)
def fast_bfloat16(device: str = "cpu") -> bool:
    """Whether products in bfloat16 are faster than in float32.

    Args:
        device: kind of device, "cpu" or "cuda".
    """
    if device == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return _seconds(torch.bfloat16) < _seconds(torch.float32)


def autocast(device: str = "cpu", *, wanted: bool = True) -> AbstractContextManager[object]:
    """Runs products in bfloat16 where that is faster, else leaves everything in float32.

    Args:
        device: kind of device.
        wanted: False leaves everything in float32 anyway.
    """
    return torch.autocast(device, torch.bfloat16, enabled=wanted and fast_bfloat16(device))
