"""Paints under a spatial condition: boxes or masks that say which thing goes where, or a map that the picture follows.

Boxes are GLIGEN's where its gates are trained, else they and masks are training-free; maps are read by the embedded ControlNet, or by the
T2I-Adapter, which reads them once and costs nothing a step.
"""

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from pydantic import Field

from ..engine.world.vocabulary import OBJECTS
from .artifacts import ControlHandle, ImageHandle, MaskHandle
from .errors import BadArguments, CannotCombine, NeedsModel, RegionEmpty
from .generate import Painted, boxes_for, each_box, spoken, techniques_for
from .painting import Reading, read_prompt, recipe
from .pixels import box_of
from .profiles import EMBEDDED
from .scene import Corners, Layout
from .tool import Args, Result, tool
from .wording import parse_request

if TYPE_CHECKING:
    from PIL.Image import Image

    from .studio import Studio

Technique = Literal["auto", "control_net", "t2i_adapter"]
HUB = {
    ("control", "sd15"): "lllyasviel/control_v11p_sd15_canny",
    ("control", "sdxl"): "diffusers/controlnet-canny-sdxl-1.0",
    ("adapter", "sd15"): "TencentARC/t2iadapter_canny_sd15v2",
    ("adapter", "sdxl"): "TencentARC/t2i-adapter-canny-sdxl-1.0",
}
"""Known networks of the hub, (module, profile) -> id: what is asked for where none is there."""
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
    kind: Literal["mask", "boxes", "edge", "scribble", "depth", "segmentation"]
    """Which condition: shapes, boxes, or a map of the whole picture."""
    regions: tuple[MaskedRegion, ...] = Field(default=(), max_length=8)
    """For `mask`: which thing fills which shape."""
    layout: Layout | None = None
    """For `boxes`: which thing goes into which box."""
    control: ControlHandle | None = None
    """For maps: the map itself, white lines on black, white for near, or the colours of a segmentation map."""
    image: ImageHandle | None = None
    """For maps: a picture that the map is taken from, where no map is given."""
    technique: Technique = "auto"
    """For maps: which module reads them; `auto` is `control_net`, `t2i_adapter` is quicker."""
    seed: int | None = Field(default=None, ge=0, lt=2**63)
    """Repeats a picture; a new one when absent."""
    steps: int | None = Field(default=None, ge=1, le=200)
    """More steps are slower and a little finer."""


@tool(
    needs="a prompt, and masks from `segment`, a layout from `plan_layout`, or a picture or map whose lines it should follow",
    when="Use it when things must fill given shapes or boxes, or follow another picture's lines; `generate` finds places by itself.",
    uses=("painter", "control", "gligen", "detector", "segmenter"),
    besides={"t2i_adapter": "adapter"},
)
def control(args: Control, studio: "Studio") -> Painted:
    """Paint a picture from words and a spatial condition: masks or boxes for its things, or a map of lines, segments or depth."""
    from ..engine import Schedule
    from ..engine.techniques import ClassifierFree, Composable, Concept, LayoutGuidance

    reading = read_prompt(args.prompt, studio)
    if args.kind not in ("mask", "boxes"):
        return _following(args, reading, studio)
    if args.technique != "auto":
        raise CannotCombine(f"{args.technique} reads maps, not {args.kind}", "leave the technique to auto, or give a map")
    boxes, maps = _condition(args, reading, studio)
    seed = studio.seed() if args.seed is None else args.seed
    steps, scale = studio.steps(args.steps), studio.settings.guidance_scale
    if args.kind == "boxes" and args.layout is not None and studio.gates is not None:  # nearer to the boxes, and without gradients
        boxes = each_box(args.layout, reading)
        techniques = list(techniques_for("gligen", reading, boxes, "", studio))
    else:
        where = tuple(Concept(_with_place(phrase, reading), INSIDE * scale, shape) for phrase, shape in maps)
        techniques = [*reading.concepts, ClassifierFree(scale), Composable(where), LayoutGuidance(boxes)]
    painted = studio.sample(reading.words, techniques=techniques, schedule=Schedule(steps), seed=seed)
    made = recipe("control", reading, seed=seed, steps=steps, studio=studio, kind=args.kind, boxes=[[p, list(b)] for p, b in boxes])
    image = studio.artifacts.put_image(painted.images[0], made)
    return Painted(image=image, seed=seed, technique=f"control_{args.kind}", caption=reading.words)


def _condition(args: Control, reading: Reading, studio: "Studio") -> tuple[tuple[tuple[str, Corners], ...], list[tuple[str, Any]]]:
    """(words, box) pairs for guidance of attention, and (words, map) pairs for regional prompts."""
    from .generate import where_map

    if args.kind == "boxes":
        if args.layout is None or not args.layout.regions:
            raise BadArguments("`boxes` needs a layout", "call plan_layout first", field="layout")
        boxes = boxes_for(args.layout, reading)
        return boxes, [(phrase, where_map(box)) for phrase, box in boxes]
    if not args.regions:
        raise BadArguments("`mask` needs at least one region", "segment a picture, and say which thing fills which mask", field="regions")
    return _masked(args.regions, reading, studio)


def _following(args: Control, reading: Reading, studio: "Studio") -> Painted:
    """Paints what a map says, with a trained module."""
    from ..engine import Schedule
    from ..engine.techniques import ClassifierFree, ControlNet, T2IAdapter
    from ..engine.techniques.control.hints import stacked
    from ..engine.techniques.control.t2i_adapter import WORDS_LAST

    light = args.technique == "t2i_adapter"
    network = _network(args.kind, "adapter" if light else "control", studio)
    seen = _map(args, studio)
    seed = studio.seed() if args.seed is None else args.seed
    steps = studio.steps(args.steps)
    hint = stacked({args.kind: _sized(seen, args.kind, studio.settings.side)})  # type: ignore[dict-item]
    steering = T2IAdapter(network, hint, window=WORDS_LAST) if light else ControlNet(network, hint)
    techniques = [*reading.concepts, ClassifierFree(studio.settings.guidance_scale), steering]
    painted = studio.sample(reading.words, techniques=techniques, schedule=Schedule(steps), seed=seed)
    technique = f"{'t2i_adapter' if light else 'control'}_{args.kind}"
    how: dict[str, Any] = {"kind": args.kind, "control": studio.artifacts.put_control(seen), **({"technique": technique} if light else {})}
    image = studio.artifacts.put_image(painted.images[0], recipe("control", reading, seed=seed, steps=steps, studio=studio, **how))
    return Painted(image=image, seed=seed, technique=technique, caption=reading.words)


def _map(args: Control, studio: "Studio") -> "Image":
    """The map that was given, or one that is taken from the picture that was given.

    Raises:
        BadArguments: neither was given, or nothing here takes such a map from a picture.
    """
    from ..engine.perception.annotators import ANNOTATORS, SEEING, annotate

    if args.control is not None:
        return studio.artifacts.get_control(args.control)
    if args.image is None:
        raise BadArguments(f"`{args.kind}` needs a map or a picture", "give `control`, or `image` to take the map from", field="image")
    name = {"edge": "canny"}.get(args.kind, args.kind)
    if name not in ANNOTATORS and name not in SEEING:
        raise BadArguments(f"nothing here takes a map of kind {args.kind!r} from a picture", "give the map itself", field="control")
    eyes: Any = studio.eyes
    return annotate(name, studio.artifacts.get_image(args.image), eyes)


def _sized(seen: "Image", kind: str, side: int) -> "Image":
    """A map at the painter's size and with the channels of its kind; lines survive being made smaller, colours are not mixed."""
    from PIL import Image as Pictures
    from PIL import ImageFilter

    if kind != "segmentation":
        seen = seen.convert("L")
    if seen.size == (side, side):
        return seen
    if kind in ("edge", "scribble") and seen.width >= 2 * side:
        seen = seen.filter(ImageFilter.MaxFilter(seen.width // side // 2 * 2 + 1))
    return seen.resize((side, side), Pictures.Resampling.NEAREST if kind != "depth" else Pictures.Resampling.BOX)


def _network(kind: str, module: str, studio: "Studio") -> Any:
    """The side network that reads maps of a kind: "control" or "adapter".

    Raises:
        NeedsModel: its weights are not there.
    """
    if not studio.settings.embedded:
        raise NeedsModel(HUB[module, studio.profile], f"no control module for {kind} is loaded")
    return _embedded_network(module, studio.device)


@lru_cache(maxsize=2)
def _embedded_network(module: str, device: str) -> Any:
    from ..engine.backbones.sides import load_control_net, load_t2i_adapter
    from ..engine.errors import ModelError

    problem = ""
    try:
        return {"control": load_control_net, "adapter": load_t2i_adapter}[module](EMBEDDED / module, device=device)
    except ModelError as error:
        problem = str(error)
    raise NeedsModel(f"embedded {module}", problem)


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
