"""Makes a picture larger for people to look at."""

from typing import TYPE_CHECKING, Literal

from .artifacts import ImageHandle
from .errors import NotHere
from .painting import native
from .tool import Args, Result, tool

if TYPE_CHECKING:
    from .studio import Studio


class Upscale(Args):
    """What to enlarge."""

    image: ImageHandle
    """The picture."""
    factor: Literal[4] = 4
    """How many times as wide and high."""


class Upscaled(Result):
    """A larger picture, to look at; edits go on from the one it was made of."""

    image: ImageHandle
    """The larger picture."""
    width: int
    """In pixels."""
    height: int
    """In pixels."""

    @property
    def sentence(self) -> str:
        """The size, for a reader."""
        return f"Enlarged to {self.width}×{self.height} pixels."


@tool(
    needs="a picture as the painter made it",
    when="Use it when the user wants a large picture; edits work on the small one.",
    uses=("upscaler", "detector"),
)
def upscale(args: Upscale, studio: "Studio") -> Upscaled:
    """Enlarge a picture four times: things that are recognised are drawn anew, the rest by the learned upscaler."""
    if not studio.settings.embedded:
        raise NotHere("the learned upscaler belongs to the embedded world", "pictures of this profile are large already")
    large = studio.enlarged(native(args.image, studio))
    handle = studio.artifacts.put_image(large, {"tool": "upscale", "of": args.image})
    return Upscaled(image=handle, width=large.width, height=large.height)
