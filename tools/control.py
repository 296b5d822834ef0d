"""Paints under a spatial condition: boxes, or masks that say which thing goes where. Training-free."""

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from pydantic import Field

from ..engine.world.vocabulary import OBJECTS
from .artifacts import ControlHandle, ImageHandle, MaskHandle
from .errors import BadArguments, NeedsModel, RegionEmpty
from .generate import Painted, boxes_for, spoken
from .painting import Reading, read_prompt, recipe
from .pixels import box_of
from .scene import Corners, Layout
from .tool import Args, Result, tool
from .wording import parse_request

if TYPE_CHECKING:
    from .studio import Studio

INSIDE = 0.7  # weight of a region's own prompt, as a share of the guidance scale


class MaskedRegion(Result):
    """A thing and the shape it should fill."""

    phrase: str = Field(min_length=1, max_length=200)
    """The thing, as a noun phrase."""
    mask: MaskHandle
    """Its shape."""


class Control(Args):
    """What to paint, and under which condition."""

    prompt: str = Field(max_length=2000)
    """What the picture should show."""
    kind: Literal["mask", "boxes", "edge"]
    """Which condition."""
    regions: tuple[MaskedRegion, ...] = Field(default=(), max_length=8)
    """For `mask`: which thing fills which shape."""
    layout: Layout | None = None
    """For `boxes`: which thing goes into which box."""
    control: ControlHandle | None = None
    """For `edge`: an edge map."""
    image: ImageHandle | None = None
    """For `edge`: a picture whose edges are taken."""
    seed: int | None = Field(default=None, ge=0, lt=2**63)
    """Repeats a picture; a new one when absent."""
    steps: int | None = Field(default=None, ge=1, le=200)
    """More steps are slower and a little finer."""


@tool(
    needs="a prompt, and masks from `segment` or a layout from `plan_layout`",
    when="Use it when things must fill given shapes or boxes; `generate` finds places by itself.",
    uses=("painter",),
)
def control(args: Control, studio: "Studio") -> Painted:
    """Paint a picture from words and a spatial condition: masks or boxes for its things."""
    from ..engine import Schedule
    from ..engine.techniques import ClassifierFree, Composable, Concept, LayoutGuidance

    reading = read_prompt(args.prompt, studio)
    boxes, maps = _condition(args, reading, studio)
    seed = studio.seed() if args.seed is None else args.seed
    steps, scale = studio.steps(args.steps), studio.settings.guidance_scale
    where = tuple(Concept(_with_place(phrase, reading), INSIDE * scale, shape) for phrase, shape in maps)
    techniques = [*reading.concepts, ClassifierFree(scale), Composable(where), LayoutGuidance(boxes)]
    painted = studio.sample(reading.words, techniques=techniques, schedule=Schedule(steps), seed=seed)
    made = recipe("control", reading, seed=seed, steps=steps, studio=studio, kind=args.kind, boxes=[[p, list(b)] for p, b in boxes])
    image = studio.artifacts.put_image(painted.images[0], made)
    return Painted(image=image, seed=seed, technique=f"control_{args.kind}", caption=reading.words)


def _condition(args: Control, reading: Reading, studio: "Studio") -> tuple[tuple[tuple[str, Corners], ...], list[tuple[str, Any]]]:
    """(words, box) pairs for guidance of attention, and (words, map) pairs for regional prompts."""
    from .generate import where_map

    if args.kind == "edge":
        name = "lllyasviel/control_v11p_sd15_canny" if studio.profile == "sd15" else "diffusers/controlnet-canny-sdxl-1.0"
        raise NeedsModel("embedded control:edge" if studio.settings.embedded else name, "no control module for edges is loaded")
    if args.kind == "boxes":
        if args.layout is None or not args.layout.regions:
            raise BadArguments("`boxes` needs a layout", "call plan_layout first", field="layout")
        boxes = boxes_for(args.layout, reading)
        return boxes, [(phrase, where_map(box)) for phrase, box in boxes]
    if not args.regions:
        raise BadArguments("`mask` needs at least one region", "segment a picture, and say which thing fills which mask", field="regions")
    return _masked(args.regions, reading, studio)


def _masked(regions: tuple[MaskedRegion, ...], reading: Reading, studio: "Studio") -> tuple[tuple[tuple[str, Corners], ...], list[tuple[str, Any]]]:
    import torch

    boxes, maps = [], []
    for region in regions:
        mask = studio.artifacts.get_mask(region.mask)
        if not mask.any():
            raise RegionEmpty(f"no pixel of the mask for {region.phrase!r} is set")
        words = _named(region.phrase, reading)
        boxes.append((words, box_of(mask)))
        maps.append((words, torch.from_numpy(mask.astype(np.float32))))
    return tuple(boxes), maps


def _named(phrase: str, reading: Reading) -> str:
    """The words of the caption that a region's phrase means.

    Raises:
        BadArguments: the prompt does not name it.
    """
    if reading.wanted is None:
        return phrase
    named = parse_request(phrase, tuple(w.noun for w in reading.wanted.things if w.noun not in OBJECTS))
    for index, wish in enumerate(reading.wanted.things):
        if named.things and wish.noun == named.things[0].noun and named.things[0].colour in (None, wish.colour):
            return spoken(reading, index)
    raise BadArguments(f"the prompt does not name {phrase!r}", "every region's thing must stand in the prompt", field="regions")


def _with_place(phrase: str, reading: Reading) -> str:
    """A region's own prompt: the thing in the picture's place, so that the region belongs to the picture."""
    from ..engine.world.vocabulary import BACKGROUNDS

    place = BACKGROUNDS.get((reading.wanted.background if reading.wanted is not None else None) or "", "")
    return f"a {phrase} {place}".strip()
