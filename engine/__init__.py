"""Tensors, noise levels and weights: one sampling loop, and techniques that take part in it.

Names are resolved when they are first used, so that importing the package costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .backbones.loading import load_model
    from .backbones.model import Model
    from .branch import Branch, Branches, Lanes
    from .errors import Cancelled, EngineError
    from .latents import decode, encode_images, latent_mask
    from .sampling import Sampled, sample
    from .schedule import Schedule, Step, Window
    from .solvers import DDIM, DPMSolverPP2M, Euler, Solver
    from .technique import Run, Technique
    from .trajectory import Noised, Trajectory

_HOMES = {
    "load_model": "backbones.loading",
    "Model": "backbones.model",
    "Branch": "branch",
    "Branches": "branch",
    "Lanes": "branch",
    "Cancelled": "errors",
    "EngineError": "errors",
    "decode": "latents",
    "encode_images": "latents",
    "latent_mask": "latents",
    "Sampled": "sampling",
    "sample": "sampling",
    "Schedule": "schedule",
    "Step": "schedule",
    "Window": "schedule",
    "DDIM": "solvers",
    "DPMSolverPP2M": "solvers",
    "Euler": "solvers",
    "Solver": "solvers",
    "Run": "technique",
    "Technique": "technique",
    "Noised": "trajectory",
    "Trajectory": "trajectory",
}

__all__ = [
    "DDIM",
    "Branch",
    "Branches",
    "Cancelled",
    "DPMSolverPP2M",
    "EngineError",
    "Euler",
    "Lanes",
    "Model",
    "Noised",
    "Run",
    "Sampled",
    "Schedule",
    "Solver",
    "Step",
    "Technique",
    "Trajectory",
    "Window",
    "decode",
    "encode_images",
    "latent_mask",
    "load_model",
    "sample",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOMES[name]}", __name__), name)
