"""A set of eyes: detector, segmenter and scorer that belong together."""

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .detector import Detector
    from .scorer import Scorer
    from .segmenter import Segmenter


@dataclass(frozen=True)
class Eyes:
    """What looks at pictures.

    Attributes:
        detector: finds phrases.
        segmenter: outlines boxes and points.
        scorer: weighs words against pictures.
        name: said in evidence.
    """

    detector: "Detector"
    segmenter: "Segmenter"
    scorer: "Scorer"
    name: str


@lru_cache(maxsize=1)
def embedded_eyes() -> Eyes:
    """The eyes that ship with the package; loaded once.

    Raises:
        ModelNotFound: the weights are not in the package.
    """
    from .detector import EmbeddedDetector
    from .scorer import EmbeddedScorer
    from .segmenter import EmbeddedSegmenter

    return Eyes(EmbeddedDetector.load(), EmbeddedSegmenter.load(), EmbeddedScorer.load(), "embedded")


@lru_cache(maxsize=1)
def hub_eyes(*, offline: bool = False, device: str = "cpu") -> Eyes:
    """Grounding DINO, SAM and CLIP; loaded once.

    Raises:
        ModelNotFound: weights are not there; the message names the id.
    """
    from .hub import HubDetector, HubScorer, HubSegmenter

    detector, segmenter = HubDetector(offline=offline, device=device), HubSegmenter(offline=offline, device=device)
    return Eyes(detector, segmenter, HubScorer(offline=offline, device=device), "hub")
