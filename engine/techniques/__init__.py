"""Every published method that takes part in the loop; one paper, one file.

A new technique adds one line to `_HOMES` (and one example to `tests/laws/catalogue.py`).
"""

from importlib import import_module
from typing import Any

_HOMES = {
    "ClassifierFree": "guidance.classifier_free",
    "Composable": "guidance.composable",
    "Concept": "guidance.composable",
    "AttendAndExcite": "guidance.attend_and_excite",
    "LayoutGuidance": "layout.layout_guidance",
    "Gligen": "layout.gligen",
    "ControlNet": "control.control_net",
    "T2IAdapter": "control.t2i_adapter",
    "BlendedLatentDiffusion": "editing.blended_latent_diffusion",
    "InstructPix2Pix": "editing.instruct_pix2pix",
    "Inpainting": "editing.inpainting",
    "Pinning": "editing.ddim_inversion",
    "invert": "editing.ddim_inversion",
    "LocalBlend": "editing.prompt_to_prompt",
    "PromptToPrompt": "editing.prompt_to_prompt",
    "LoRA": "concepts.lora",
    "IPAdapter": "concepts.ip_adapter",
    "TextualInversion": "concepts.textual_inversion",
}

__all__ = list(_HOMES)  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOMES[name]}", __name__), name)
