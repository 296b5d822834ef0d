"""A picture as a file for people: as large as they see it, with the steps that made it inside.

The recipe is a script of the steps that led to this picture and of no others, in a text chunk of the PNG; pictures and masks of the
user's that it starts from travel with it. What is read from a file is data from outside: its size is limited, it is checked by the same
models as a script, and it names nothing outside itself.
"""

import base64
import binascii
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field, ValidationError

from ..tools import Studio
from ..tools.artifacts import RECIPE, decoded, file_bytes, write_whole
from ..tools.errors import Unavailable
from .errors import ScriptError
from .run import Run, Value
from .scripts import Script, first_fault, script_of

if TYPE_CHECKING:
    from PIL.Image import Image

SIDE = 256  # of a picture for people
MOST = 900_000  # characters of a recipe; readers of PNG take a megabyte a chunk
PNG = b"\x89PNG\r\n\x1a\n"
REPEAT = "export the session as a script (`pentimento export`), and run that"


class Recipe(Value):
    """How a picture was made.

    Attributes:
        script: the steps that led to it.
        files: the files of the user's pictures and masks among them, by handle, in base 64; none where they are too large to travel.
    """

    script: Script
    files: dict[str, str] = Field(default_factory=dict)

    def contents(self) -> Iterator[tuple[str, bytes]]:
        """The handle and the file of each picture and mask that the steps start from.

        Raises:
            ScriptError: one is missing or damaged.
        """
        for handle in (picture.handle for picture in self.script.pictures):
            if handle not in self.files:
                raise ScriptError(f"the recipe starts from {handle[:30]}, which was too large to travel with the picture", REPEAT)
            try:
                yield handle, base64.b64decode(self.files[handle], validate=True)
            except (binascii.Error, ValueError):
                raise ScriptError(f"the recipe's file of {handle[:30]} is damaged", REPEAT) from None


def recipe_of(run: Run, step: int, png: Callable[[str], bytes]) -> str:
    """The recipe of a step's picture as text; empty where it would be too long to travel.

    Args:
        run: the session.
        step: the step that made the picture.
        png: gives the file of a handle.
    """
    script = script_of(run, only=step)
    files = {p.handle: base64.b64encode(png(p.handle)).decode() for p in script.pictures}
    whole = Recipe(script=script, files=files)
    for recipe in (whole, whole.model_copy(update={"files": {}})):
        text = recipe.model_dump_json(by_alias=True)
        if len(text.encode()) <= MOST:
            return text
    return ""


def write_picture(file: Path, image: "Image", recipe: str) -> None:
    """Writes a picture with its recipe, whole or not at all.

    Raises:
        StoreError: it could not be written.
    """
    from PIL.PngImagePlugin import PngInfo

    note = PngInfo()
    if recipe:
        note.add_itxt(RECIPE, recipe, zip=True)
    written = io.BytesIO()
    image.save(written, "PNG", pnginfo=note)
    write_whole(file, written.getvalue(), "the picture")


def read_recipe(file: Path) -> tuple[Recipe, "Image"]:
    """Reads a picture and how it was made.

    Raises:
        BadPicture: it is no picture that can be read.
        ScriptError: it carries no recipe, or one that does not fit.
    """
    from PIL import Image

    data = file_bytes(file)
    image = decoded(data)  # refuses what is too large or broken before the text is looked at
    text = Image.open(io.BytesIO(data), formats=["PNG"]).info.get(RECIPE)
    if not isinstance(text, str) or not text:
        raise ScriptError(f"{file.name} carries no recipe", "pictures that `pentimento chat` writes carry one; other programs often drop it")
    if len(text) > MOST:
        raise ScriptError(f"the recipe in {file.name} is longer than {MOST} characters", REPEAT)
    try:
        return Recipe.model_validate_json(text), image
    except ValidationError as error:
        raise ScriptError(f"the recipe in {file.name} is damaged: {first_fault(error)}", REPEAT) from None


def shown(studio: Studio, handle: str) -> "Image":
    """A picture as people see it, 256 pixels a side on the embedded profile."""
    try:
        return studio.view(handle)
    except Unavailable:  # without the upscaler's weights a picture can still be shown, only less well
        picture = studio.artifacts.get_image(handle)
        return picture.resize((SIDE, SIDE * picture.height // picture.width))


def png_of(studio: Studio, handle: str, *, enlarged: bool = False) -> bytes:
    """A picture or a mask as a PNG file.

    Args:
        studio: where it is.
        handle: which one; a mask is white where it counts.
        enlarged: at the size people see; a mask stays as it is.
    """
    from PIL import Image

    file = io.BytesIO()
    if handle.startswith("mask:"):
        Image.fromarray(studio.artifacts.get_mask(handle)).save(file, "PNG")
    else:
        (studio.view(handle) if enlarged else studio.artifacts.get_image(handle)).save(file, "PNG")
    return file.getvalue()
