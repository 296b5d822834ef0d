"""Eyes that no technique looks through, and what is measured on pixels."""

from typing import Protocol

from PIL import Image

from ..perception.agreement import hue_box
from ..perception.detector import Box, EmbeddedDetector


class Judge(Protocol):
    """Says where a coloured thing is."""

    name: str

    def find(self, image: Image.Image, phrase: str) -> Box | None:
        """The box of "red car" in fractions, or None."""


class HueJudge:
    """Takes the largest connected patch of the phrase's hue for the thing, whatever its shape."""

    name = "hue"

    def find(self, image: Image.Image, phrase: str) -> Box | None:
        """Sees the colour only; 20 of 64×64 pixels are the least."""
        return hue_box(image, phrase.split()[0])


class DetectorJudge:
    """The embedded detector at its calibrated threshold."""

    name = "detector"

    def __init__(self) -> None:
        self.detector = EmbeddedDetector.load()

    def find(self, image: Image.Image, phrase: str) -> Box | None:
        """The best detection."""
        found = self.detector.detect(image, [phrase])
        return found[0].box if found else None
