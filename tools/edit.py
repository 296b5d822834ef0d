"""Carries out an instruction: reads which kind of change it is, and chooses the technique by rule.

recolour -> prompt-to-prompt where the picture's recipe is known, else the masked thing is recoloured and painted over · replace, add ->
the region painted again · remove -> filled and painted over lightly · background -> everything but the things painted again · move,
resize -> cut, put elsewhere, hole filled, both painted over lightly. InstructPix2Pix does all but the size, where it is asked for.
"""

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from .artifacts import ImageHandle
from .canvas import Canvas
from .changes import CHANGES
from .errors import CannotCombine
from .inpaint import Edited
from .instructed import NAME as INSTRUCTED
from .instructed import instructed
from .instructions import read_instruction
from .painting import native, recipe
from .tool import Args, tool

if TYPE_CHECKING:
    from .studio import Studio

Technique = Literal["auto", "prompt_to_prompt", "masked", "recolour", "background", "move", "instruct_pix2pix"]
FITS: dict[str, tuple[str, ...]] = {
    "recolour": ("prompt_to_prompt", "masked", "recolour", "instruct_pix2pix"),
    "replace": ("masked", "prompt_to_prompt", "instruct_pix2pix"),
    "remove": ("masked", "instruct_pix2pix"),
    "add": ("masked", "instruct_pix2pix"),
    "background": ("background", "masked", "instruct_pix2pix"),
    "move": ("move", "instruct_pix2pix"),
    "resize": ("move",),
}
"""Which techniques can do which change; the first is what `auto` means."""


class Edit(Args):
    """What to change."""

    image: ImageHandle
    """The picture."""
    instruction: str = Field(max_length=2000)
    """One change: "replace the dog with a cat", "make the car blue", "remove the tree", "add a balloon above the car", "move the dog to
    the left", "make the cat bigger", "change the background to snow"."""
    source_prompt: str | None = Field(default=None, max_length=2000)
    """What the picture shows, if you know it; otherwise its recipe or a look at it tells."""
    technique: Technique = "auto"
    """How: `prompt_to_prompt` keeps the shape of things, `masked` paints the thing again, `recolour` changes its pixels and blends them in,
    `background` and `move` are for these changes only; `instruct_pix2pix` lets the painter read the instruction and find the place itself."""
    seed: int | None = Field(default=None, ge=0, lt=2**63)
    """Repeats a picture; a new one when absent."""
    steps: int | None = Field(default=None, ge=1, le=200)
    """More steps are slower and a little finer."""


@tool(
    needs="a picture and one instruction",
    when="Use it for every change to an existing picture that can be said in a sentence; several changes are several calls.",
    uses=("painter", "inpaint", "detector", "segmenter", "scorer"),
    besides={"instruct_pix2pix": "instruct"},
)
def edit(args: Edit, studio: "Studio") -> Edited:
    """Change one thing about a picture as an instruction says; everything else stays as it is, to the last bit."""
    change = read_instruction(args.instruction)
    if args.technique != "auto" and args.technique not in FITS[change.kind]:
        raise CannotCombine(f"{args.technique} cannot {change.kind}", f"{change.kind} can be done by {', '.join(FITS[change.kind])}, or auto")
    image = native(args.image, studio)
    seed = studio.seed() if args.seed is None else args.seed
    canvas = Canvas(image, studio.artifacts.recipe(args.image), args.source_prompt, studio, seed=seed, steps=args.steps)
    wanted = FITS[change.kind][0] if args.technique == "auto" else args.technique
    if wanted == INSTRUCTED:
        done = instructed(canvas, change)
    else:
        done = CHANGES[change.kind](canvas, change, wanted, args.technique == "auto")
    made = recipe(
        "edit", done.reading, seed=seed, steps=studio.steps(args.steps), studio=studio, of=args.image, instruction=args.instruction
    )
    return Edited(
        image=studio.artifacts.put_image(done.image, made),
        region=studio.artifacts.put_mask(done.region),
        technique=done.technique,
        seed=seed,
        caption=done.reading.words,
        did=done.did,
    )
