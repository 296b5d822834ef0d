"""Paints a picture from words, led by a layout where several things must not be mixed up."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from ..engine.world.captions import NO_WORDS
from ..engine.world.vocabulary import OBJECTS
from .artifacts import ImageHandle
from .errors import BadArguments, CannotCombine, NoRoom
from .examples import ALONE, BESIDE_WORDS, example_of, filled_by
from .layouts import planned
from .one_by_one import one_by_one
from .painting import Reading, read_prompt, recipe
from .scene import Corners, Layout, union
from .tool import Args, Result, tool
from .wording import Wanted, parse_request

if TYPE_CHECKING:
    from .studio import Studio

Technique = Literal["auto", "plain", "one_by_one", "gligen", "layout_guidance", "attend_and_excite", "composable"]
GATED = 0.6  # share of a run in which GLIGEN's gates are open, as in its proof


class Generate(Args):
    """What to paint."""

    prompt: str = Field(max_length=2000)
    """What the picture should show. Learned concepts are named by their name. With an example it may be empty."""
    like: ImageHandle | None = None
    """An example: a picture whose look is taken over, and of its things and its place what the prompt does not say."""
    layout: Layout | None = None
    """Where things go; planned by rules when the technique needs one and none is given."""
    negative: str = Field(default="", max_length=2000)
    """What the picture should be led away from."""
    technique: Technique = "auto"
    """How: `auto` paints two or more things `one_by_one` into boxes where the painter can, else leads them there; `gligen` tells the painter
    all boxes at once, which is quicker; `attend_and_excite` insists on every noun; `composable` joins prompts for each thing."""
    seed: int | None = Field(default=None, ge=0, lt=2**63)
    """Repeats a picture; a new one when absent."""
    steps: int | None = Field(default=None, ge=1, le=200)
    """More steps are slower and a little finer."""


class Painted(Result):
    """A new picture."""

    image: ImageHandle
    """The picture."""
    seed: int
    """Paints it again."""
    technique: str
    """How it was painted."""
    caption: str = ""
    """What the painter was told."""
    readings: tuple[tuple[str, str], ...] = ()
    """Words that were not taken literally: (said, taken)."""
    by_example: bool = False
    """Whether it was painted after an example."""

    @property
    def sentence(self) -> str:
        """What was painted, for a reader."""
        taken = "".join(f' I read "{said}" as "{word}".' for said, word in self.readings)
        example = " after the example" if self.by_example else ""
        what = f'"{self.caption}"' if self.caption else "a picture"
        return f'Painted {what}{example} ({self.technique.replace("_", " ")}).{taken}'


@tool(
    needs="words only",
    when="Use it for a new picture; use `edit` to change one that exists.",
    uses=("painter", "inpaint", "gligen", "detector", "segmenter"),
    besides={"like": "image_prompt"},
)
def generate(args: Generate, studio: "Studio") -> Painted:
    """Paint a picture from words."""
    from ..engine import Schedule

    reading = read_prompt(args.prompt, studio) if args.prompt.strip() or args.like is None else None
    if reading is None or args.like is not None:
        reading = filled_by(reading, str(args.like), studio)
    example = example_of(args.like, studio, ALONE if reading.words == NO_WORDS else BESIDE_WORDS)
    seed = studio.seed() if args.seed is None else args.seed
    technique, layout = _chosen(args, reading, studio)
    steps = studio.steps(args.steps)
    negative = _negative(args.negative, reading.wanted, studio)
    boxes: tuple[tuple[str, Corners], ...] = ()
    if technique == "one_by_one" and layout is not None:
        boxes = tuple((region.phrase, region.box) for region in layout.regions)
        painted = one_by_one(reading, layout.regions, negative, studio, seed=seed, steps=steps)
    else:
        boxes = () if layout is None else each_box(layout, reading) if technique == "gligen" else boxes_for(layout, reading)
        techniques = (*techniques_for(technique, reading, boxes, negative, studio), *example)
        painted = studio.sample(reading.words, techniques=techniques, schedule=Schedule(steps), seed=seed).images[0]
    how: dict[str, Any] = {"technique": technique, "boxes": [[p, list(b)] for p, b in boxes], "negative": negative}
    made = recipe("generate", reading, seed=seed, steps=steps, studio=studio, **how, **({"like": args.like} if args.like else {}))
    image = studio.artifacts.put_image(painted, made)
    readings = reading.wanted.readings if reading.wanted is not None else ()
    caption = "" if reading.words == NO_WORDS else reading.words
    return Painted(image=image, seed=seed, technique=technique, caption=caption, readings=readings, by_example=args.like is not None)


def _chosen(args: Generate, reading: Reading, studio: "Studio") -> tuple[str, Layout | None]:
    """The technique, and the layout that it follows, if it follows one."""
    wanted = reading.wanted
    several = wanted is not None and (len(wanted.things) > 1 or any(w.count > 1 or w.place for w in wanted.things))
    able = wanted is not None and studio.inpainting is not None and args.like is None  # in a single box an example would be painted whole
    technique = args.technique
    if technique == "auto":
        led = args.layout is not None or several
        technique = "plain" if not led else "one_by_one" if able else "layout_guidance"
    if technique in ("plain", "attend_and_excite"):
        return technique, None
    if technique == "one_by_one" and not able:
        why = "follows no example" if args.like else "needs a painter with an inpainting module"
        raise CannotCombine(f"painting one by one {why}", "take layout_guidance, or leave it to auto")
    if technique == "gligen" and studio.gates is None:
        raise CannotCombine("gligen needs gates that were trained for this painter", "take layout_guidance, or leave it to auto")
    layout = args.layout
    if layout is None and wanted is not None and wanted.things:
        try:
            layout = planned(wanted)
        except (NoRoom, CannotCombine):
            if args.technique != "auto":
                raise
            return "plain", None  # the painter may still find a way where the rules do not
    if layout is None or not layout.regions:
        if args.technique == "auto":
            return "plain", None
        raise BadArguments(f"{technique} needs a layout for this prompt", "give one, or call plan_layout", field="layout")
    boxes_for(layout, reading)  # refuses a place for a thing that the prompt does not name
    return technique, layout


def boxes_for(layout: Layout, reading: Reading) -> tuple[tuple[str, Corners], ...]:
    """(words of the caption, box) for each region; like things that share one word share the box around them.

    Raises:
        BadArguments: a region names a thing that the prompt does not.
    """
    if reading.wanted is None:
        return tuple((region.phrase, region.box) for region in layout.regions)
    boxes: list[tuple[str, Corners]] = []
    used: list[int] = []
    for index, region in zip(_wishes_of(layout, reading), layout.regions, strict=True):
        if index in used:
            place = used.index(index)
            boxes[place] = (boxes[place][0], union(boxes[place][1], region.box))
            continue
        used.append(index)
        boxes.append((spoken(reading, index), region.box))
    return tuple(boxes)


def each_box(layout: Layout, reading: Reading) -> tuple[tuple[str, Corners], ...]:
    """(phrase of one thing, box) for each region: what GLIGEN was taught.

    Raises:
        BadArguments: a region names a thing that the prompt does not.
    """
    if reading.wanted is None:
        return tuple((region.phrase, region.box) for region in layout.regions)
    words = [spoken(reading, index, one=True) for index in range(len(reading.wanted.things))]
    return tuple((words[index], region.box) for index, region in zip(_wishes_of(layout, reading), layout.regions, strict=True))


def _wishes_of(layout: Layout, reading: Reading) -> list[int]:
    """For each region the number of the wish that it is the place of."""
    assert reading.wanted is not None
    used: list[int] = []
    concepts = tuple(w.noun for w in reading.wanted.things if w.noun not in OBJECTS)
    for region in layout.regions:
        named = parse_request(region.phrase, concepts)
        fits = [
            i
            for i, wish in enumerate(reading.wanted.things)
            if named.things and wish.noun == named.things[0].noun and used.count(i) < wish.count
        ]
        if not fits:
            raise BadArguments(
                f"the layout has a place for {region.phrase!r}, which the prompt does not name (or not so often)", field="layout"
            )
        used.append(min(fits, key=lambda i: reading.wanted.things[i].colour != named.things[0].colour if reading.wanted else 0))
    return used


def spoken(reading: Reading, index: int, *, one: bool = False) -> str:
    """The words of a wish in the caption, with its colour where it has one; of a single one of several if wished."""
    assert reading.wanted is not None
    wish = reading.wanted.things[index]
    noun = wish.noun if one and wish.noun in OBJECTS else reading.nouns[index]
    return f"{wish.colour} {noun}" if wish.colour else noun


def techniques_for(technique: str, reading: Reading, boxes: Sequence[tuple[str, Corners]], negative: str, studio: "Studio") -> tuple[Any, ...]:
    """The engine's techniques for a way of painting."""
    from ..engine.schedule import Window
    from ..engine.techniques import AttendAndExcite, ClassifierFree, Composable, Concept, Gligen, LayoutGuidance

    scale = studio.settings.guidance_scale
    guided = ClassifierFree(scale, negative or None)
    if technique == "layout_guidance":
        return (*reading.concepts, guided, LayoutGuidance(tuple(boxes)))
    if technique == "gligen":
        return (*reading.concepts, guided, Gligen(tuple(boxes), studio.gates, window=Window(0.0, GATED)))
    if technique == "attend_and_excite":
        return (*reading.concepts, guided, AttendAndExcite(nouns_of(reading)))
    if technique == "composable":
        joined = tuple(Concept(f"a {phrase}", scale / 2, where_map(box)) for phrase, box in boxes)
        return (*reading.concepts, guided, Composable(joined))
    return (*reading.concepts, guided)


def nouns_of(reading: Reading) -> tuple[str, ...]:
    """The nouns that a picture must not forget."""
    if not reading.nouns:
        raise BadArguments("attend_and_excite needs nouns, and the prompt has none that are known", field="technique")
    return tuple(dict.fromkeys(reading.nouns))


def where_map(box: Corners) -> Any:
    """A box as a map, 1 where it covers; fine enough for every size of latent."""
    from ..engine.techniques.layout.layout_guidance import coverage

    return coverage(box, 64, 64)


def _negative(said: str, wanted: Wanted | None, studio: "Studio") -> str:
    """What to lead away from: the caller's words, and what the prompt excludes."""
    words = [read_prompt(said, studio).words] if said.strip() else []
    if wanted is not None:
        words += [OBJECTS[noun].plural for noun in wanted.absent if noun in OBJECTS]
    return " and ".join(words)
