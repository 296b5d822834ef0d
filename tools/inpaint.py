"""Paints a region of a picture again: something new in it, or nothing at all."""

from typing import TYPE_CHECKING

from pydantic import Field

from .artifacts import ImageHandle, MaskHandle
from .painting import native, only_background, read_prompt, recipe, region_of, repaint, told, wanted_from, without_it
from .places import background_of
from .tool import Args, Result, tool
from .wording import Wanted

if TYPE_CHECKING:
    from .studio import Studio

FADE = 0.7  # share of the noise with which a filled hole is painted over: enough to invent texture, too little to invent things


class Inpaint(Args):
    """What to paint again."""

    image: ImageHandle
    """The picture."""
    region: MaskHandle
    """Where to paint again (1 = repaint)."""
    prompt: str = Field(default="", max_length=2000)
    """What the whole picture should show afterwards; empty fills the region with its surroundings, which removes what was there."""
    strength: float = Field(default=1.0, gt=0, le=1)
    """Share of the noise that is removed again; 1 forgets what was there."""
    dilate: int = Field(default=2, ge=0, le=64)
    """Pixels by which the region is widened, so that no rim of the old thing stays."""
    seed: int | None = Field(default=None, ge=0, lt=2**63)
    """Repeats a picture; a new one when absent."""
    steps: int | None = Field(default=None, ge=1, le=200)
    """More steps are slower and a little finer."""


class Edited(Result):
    """A changed picture; outside `region` it is the old one to the last bit."""

    image: ImageHandle
    """The picture."""
    region: MaskHandle
    """What was free to change."""
    technique: str
    """How it was done."""
    seed: int
    """Does it again."""
    caption: str = ""
    """What the painter was told."""
    did: str = ""
    """What was done, in words."""

    @property
    def sentence(self) -> str:
        """What was done, for a reader."""
        return f"{self.did or 'Repainted a region'} ({self.technique.replace('_', ' ')})."


@tool(
    needs="a picture and a mask from `segment`",
    when="Prefer `edit` when the change is an instruction without a region.",
    uses=("painter", "inpaint", "scorer"),
)
def inpaint(args: Inpaint, studio: "Studio") -> Edited:
    """Repaint a region of a picture with what a prompt says, or remove what is there."""
    image = native(args.image, studio)
    region = region_of(args.region, image, studio, args.dilate)
    seed = studio.seed() if args.seed is None else args.seed
    known = wanted_from(studio.artifacts.recipe(args.image))
    if args.prompt.strip():
        reading = read_prompt(args.prompt, studio)
        done = repaint(image, region, reading, studio, seed=seed, steps=args.steps, strength=args.strength)
        technique, did = "masked", "Repainted a region"
    else:
        place = known if known is not None and known.background else Wanted(background=background_of(image, studio))
        reading = told(only_background(place), studio)
        done = without_it(image, region, reading, studio, seed=seed, steps=args.steps, strength=min(args.strength, FADE))
        technique, did = "remove", "Filled a region with its surroundings"
    made = recipe("inpaint", reading, seed=seed, steps=studio.steps(args.steps), studio=studio, of=args.image, region=args.region)
    if not args.prompt.strip():
        made.pop("wanted", None)  # the scene that is left is not known here
    return Edited(
        image=studio.artifacts.put_image(done.image, made),
        region=studio.artifacts.put_mask(done.region),
        technique=technique,
        seed=seed,
        caption=reading.words,
        did=did,
    )
