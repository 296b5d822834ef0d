"""Where things are meant to be: boxes, regions, layouts. Boxes are xyxy in fractions of the picture, y down."""

import math
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

Corners = tuple[float, float, float, float]


def _numbers(value: Any) -> Any:
    if not isinstance(value, list | tuple) or len(value) != 4:
        raise PydanticCustomError("box_outside", "a box is four numbers [left, top, right, bottom]")
    if not all(isinstance(v, int | float) and not isinstance(v, bool) and math.isfinite(v) for v in value):
        raise PydanticCustomError("box_outside", "a box is four finite numbers")
    return tuple(value)


def _inside(box: Corners) -> Corners:
    left, top, right, bottom = box
    if not (0 <= left < right <= 1 and 0 <= top < bottom <= 1):
        said = ", ".join(f"{v:g}" for v in box)
        raise PydanticCustomError("box_outside", "the box [{said}] leaves the frame or is empty", {"said": said})
    return box


Box = Annotated[
    Corners,
    BeforeValidator(_numbers),
    AfterValidator(_inside),
    WithJsonSchema(
        {
            "type": "array",
            "items": {"type": "number", "minimum": 0, "maximum": 1},
            "minItems": 4,
            "maxItems": 4,
            "description": "[left, top, right, bottom] as fractions of the picture; y grows downwards",
        }
    ),
]
"""(left, top, right, bottom): 0 <= left < right <= 1 and 0 <= top < bottom <= 1."""


class Region(BaseModel):
    """A phrase and the place that is meant for it."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    phrase: str = Field(min_length=1, max_length=200)
    """One thing, as a noun phrase without article: "red car"."""
    box: Box
    """Where it is meant to be."""


class Layout(BaseModel):
    """Places for everything that a picture should show."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    regions: tuple[Region, ...] = Field(max_length=16)
    """One region for each single thing: two dogs are two regions."""
    background: str = ""
    """Where the scene is, without any of the things: "in the snow"."""
    negative: tuple[str, ...] = ()
    """What must not appear."""


def centre(box: Corners) -> tuple[float, float]:
    """The middle of a box."""
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def whereabouts(box: Corners) -> str:
    """Where a box is, in words: "at the top left", "in the middle"."""
    x, y = centre(box)
    across = "left" if x < 0.4 else "right" if x > 0.6 else ""
    along = "top" if y < 0.35 else "bottom" if y > 0.7 else ""
    return f"at the {' '.join(w for w in (along, across) if w)}" if across or along else "in the middle"


def sides(box: Corners) -> tuple[float, float]:
    """Width and height of a box."""
    return box[2] - box[0], box[3] - box[1]


def area(box: Corners) -> float:
    """Share of the picture that a box covers."""
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def shared(a: Corners, b: Corners) -> float:
    """Area that two boxes have in common."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    return width * height if width > 0 and height > 0 else 0.0


def iou(a: Corners, b: Corners) -> float:
    """Intersection over union of two boxes."""
    both = shared(a, b)
    either = area(a) + area(b) - both
    return both / either if either > 0 else 0.0


def union(*boxes: Corners) -> Corners:
    """The smallest box around all."""
    return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)


def placed(middle: tuple[float, float], width: float, height: float) -> Corners:
    """A box of a size around a point, pushed inside the frame."""
    width, height = min(width, 1.0), min(height, 1.0)
    left = min(max(middle[0] - width / 2, 0.0), 1 - width)
    top = min(max(middle[1] - height / 2, 0.0), 1 - height)
    return left, top, min(left + width, 1.0), min(top + height, 1.0)
