"""Eyes: what finds, outlines and judges things in pictures."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .colours import name_colour
    from .detector import Detection, Detector
    from .eyes import Eyes, embedded_eyes, hub_eyes
    from .scorer import Scorer
    from .segmenter import Segmenter

_HOMES = {
    "Detection": "detector",
    "Detector": "detector",
    "Eyes": "eyes",
    "Scorer": "scorer",
    "Segmenter": "segmenter",
    "embedded_eyes": "eyes",
    "hub_eyes": "eyes",
    "name_colour": "colours",
}
__all__ = ["Detection", "Detector", "Eyes", "Scorer", "Segmenter", "embedded_eyes", "hub_eyes", "name_colour"]


def __getattr__(name: str) -> Any:  # torch is imported when eyes are first needed
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOMES[name]}", __name__), name)
