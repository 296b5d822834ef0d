"""Joins two edits of one picture: what each of them changed, put on the picture that both were made from."""

from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field

from .artifacts import ImageHandle, MaskHandle
from .errors import BadArguments, CannotCombine, RegionsTouch
from .painting import region_of
from .pixels import box_of, differing, widened
from .scene import whereabouts
from .tool import Args, Result, tool

if TYPE_CHECKING:
    from PIL.Image import Image

    from .studio import Studio


class Merge(Args):
    """Which pictures."""

    first: ImageHandle
    """One picture."""
    second: ImageHandle
    """The other picture."""
    base: ImageHandle | None = None
    """The picture that both were made from; a session finds it by itself."""
    first_regions: tuple[MaskHandle, ...] = Field(default=(), max_length=1000)
    """What the edits that led to the first were free to change; a session knows them, and without one it is where the pixels differ."""
    second_regions: tuple[MaskHandle, ...] = Field(default=(), max_length=1000)
    """The same for the second."""


class Merged(Result):
    """A picture with both changes; outside `region` it is the common one to the last bit."""

    image: ImageHandle
    """The picture."""
    region: MaskHandle
    """What either was free to change."""
    first_share: float
    """Share of the picture that was taken from the first."""
    second_share: float
    """Share of the picture that was taken from the second."""

    @property
    def sentence(self) -> str:
        """What came from where, for a reader."""
        return f"Joined both: {self.first_share:.0%} of the picture is from the first, {self.second_share:.0%} from the second."


@tool(
    needs="two pictures that were made from one by edits of different places",
    when="Use it when the user wants the changes of two versions together; nothing is painted anew.",
)
def merge(args: Merge, studio: "Studio") -> Merged:
    """Join two edits of one picture whose regions do not touch: the new picture has both changes, the rest stays to the last bit."""
    if args.base is None:
        raise BadArguments("merge: base: nobody said which picture both were made from", "give its handle as base", field="base")
    base, first, second = (studio.artifacts.get_image(handle) for handle in (args.base, args.first, args.second))
    ours = _free(base, first, args.first_regions, "first", studio)
    theirs = _free(base, second, args.second_regions, "second", studio)
    _apart(ours, theirs)
    pixels = np.array(base)
    for region, image in ((ours, first), (theirs, second)):
        pixels[region] = np.asarray(image)[region]
    from PIL import Image as Pictures

    made = {"tool": "merge", "of": args.base, "first": args.first, "second": args.second}
    return Merged(
        image=studio.artifacts.put_image(Pictures.fromarray(pixels), made),
        region=studio.artifacts.put_mask(ours | theirs),
        first_share=round(float(ours.mean()), 4),
        second_share=round(float(theirs.mean()), 4),
    )


def _free(base: "Image", edited: "Image", handles: tuple[str, ...], which: str, studio: "Studio") -> np.ndarray:
    """What a picture may have changed.

    Raises:
        BadArguments: the sizes differ.
        CannotCombine: nothing changed, or something did outside the regions and would be lost.
    """
    if edited.size != base.size:
        sizes = f"{edited.width}×{edited.height} pixels, its base {base.width}×{base.height}"
        raise BadArguments(f"merge: {which}: the picture has {sizes}", field=which)
    changed = differing(base, edited)
    if not handles:
        if not changed.any():
            raise CannotCombine(f"the {which} picture is the same as the common one", "there is nothing to join")
        return changed
    free = np.zeros_like(changed)
    for handle in handles:
        free |= region_of(handle, base, studio)
    outside = int((changed & ~free).sum())
    if outside:
        lost = f"the {which} picture differs from the common one in {outside} pixels outside its edits, which would be lost"
        raise CannotCombine(lost, "make one of the changes again on the other picture")
    return free


def _apart(ours: np.ndarray, theirs: np.ndarray) -> None:
    """Sees to it that two regions share no pixel and no border.

    Raises:
        RegionsTouch: they do.
    """
    both = ours & theirs
    if both.any():
        raise RegionsTouch(f"the two edits overlap {whereabouts(box_of(both))}, on {both.mean():.0%} of the picture")
    border = widened(ours, 1) & theirs
    if border.any():
        raise RegionsTouch(f"the two edits border on each other {whereabouts(box_of(border))}")
