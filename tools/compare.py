"""Compares two pictures: which checks hold in one and not in the other, and where the pixels differ."""

from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field

from .artifacts import ImageHandle
from .checks import Check, judge, sentence
from .errors import BadArguments
from .pixels import Mask, box_of, differing, widened
from .scene import Corners, whereabouts
from .tool import Args, Result, tool

if TYPE_CHECKING:
    from PIL.Image import Image

    from .studio import Studio

NEAR = 2  # pixels between two differences that count as one place
MOST_PLACES = 4
GAP, PEN = 12, 2  # between the pictures, and around what differs, in pixels of what people see
PAPER, RED = (250, 248, 244), (220, 40, 40)


class Compare(Args):
    """Which pictures."""

    first: ImageHandle
    """One picture."""
    second: ImageHandle
    """The other picture."""
    checks: tuple[Check, ...] = Field(default=(), max_length=100)
    """Facts to hold both against; in a session these are the promises that either was made for."""
    names: tuple[str, str] = ("the first", "the second")
    """What to call the pictures in words; in a session their numbers."""


class Compared(Result):
    """How two pictures differ."""

    image: ImageHandle
    """Both side by side, what differs outlined: to look at, not to go on from."""
    share: float
    """Share of the pixels that differ."""
    places: tuple[Corners, ...] = ()
    """Boxes around the largest differences, the largest first."""
    only_first: tuple[str, ...] = ()
    """What holds in the first and not in the second, in words."""
    only_second: tuple[str, ...] = ()
    """What holds in the second and not in the first, in words."""
    both: int = 0
    """How many checks hold in both."""
    unsure: tuple[str, ...] = ()
    """What nobody can tell of at least one of them, in words."""
    names: tuple[str, str] = ("the first", "the second")
    """What the pictures are called in words."""

    @property
    def sentence(self) -> str:
        """The differences, for a reader."""
        if not self.share:
            return "The two pictures are the same to the last bit."
        where = ", ".join(dict.fromkeys(whereabouts(place) for place in self.places))
        lines = [f"{_percent(self.share)} of the pixels differ{', most of them ' + where if where else ''}."]
        for name, only in zip(self.names, (self.only_first, self.only_second), strict=True):
            lines += [f"Only in {name}: {'; '.join(only)}."] if only else []
        if self.both or self.only_first or self.only_second:
            lines.append(f"{self.both} checks hold in both.")
        lines += [f"Unsure: {'; '.join(self.unsure)}."] if self.unsure else []
        return " ".join(lines)


@tool(
    needs="two pictures of the same size",
    when="Use it when the user asks how two versions differ, or which one is better.",
    uses=("detector", "segmenter", "scorer", "upscaler"),
)
def compare(args: Compare, studio: "Studio") -> Compared:
    """Compare two pictures: what holds in only one of them, which share of the pixels differs and where, and both side by side."""
    first, second = studio.artifacts.get_image(args.first), studio.artifacts.get_image(args.second)
    if first.size != second.size:
        sizes = f"{first.width}×{first.height} and {second.width}×{second.height} pixels"
        raise BadArguments(f"compare: the pictures have {sizes}", "compare pictures as they were painted, not enlarged ones", field="second")
    differs = differing(first, second)
    shown = _side_by_side(studio.enlarged(first), studio.enlarged(second), differs)
    held = [{v.check: v.status for v in judge(args.checks, image, studio.eyes)} if args.checks else {} for image in (first, second)]
    pairs = [(sentence(check), held[0][check.id], held[1][check.id]) for check in args.checks]
    return Compared(
        image=studio.artifacts.put_image(shown, {"tool": "compare", "first": args.first, "second": args.second}),
        share=round(float(differs.mean()), 6),
        places=_places(differs),
        only_first=tuple(words for words, one, other in pairs if one == "pass" and other in ("fail", "not_asked")),
        only_second=tuple(words for words, one, other in pairs if other == "pass" and one in ("fail", "not_asked")),
        both=sum(one == other == "pass" for _, one, other in pairs),
        unsure=tuple(words for words, one, other in pairs if "unsure" in (one, other)),
        names=args.names,
    )


def _places(differs: Mask) -> tuple[Corners, ...]:
    """Boxes around what differs, the largest first."""
    from scipy.ndimage import label

    pieces, count = label(widened(differs, NEAR))
    masks = [(pieces == number) & differs for number in range(1, count + 1)]
    largest = sorted(masks, key=lambda mask: -int(mask.sum()))[:MOST_PLACES]
    return tuple(box_of(mask) for mask in largest)


def _side_by_side(first: "Image", second: "Image", differs: Mask) -> "Image":
    """Two pictures next to each other, with an outline around what differs in both."""
    from PIL import Image

    size = first.size
    area = np.asarray(Image.fromarray(widened(differs, NEAR)).resize(size, Image.Resampling.NEAREST), bool)
    outline = widened(area, PEN) & ~area
    sheet = Image.new("RGB", (2 * size[0] + GAP, size[1]), PAPER)
    for place, picture in enumerate((first, second)):
        pixels = np.array(picture.convert("RGB"))
        pixels[outline] = RED
        sheet.paste(Image.fromarray(pixels), (place * (size[0] + GAP), 0))
    return sheet


def _percent(share: float) -> str:
    return f"{share:.0%}" if share >= 0.1 else f"{share:.1%}" if share >= 0.001 else "Less than 0.1%"
