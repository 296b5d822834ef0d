"""Profiles: which weights do the work, and at which size. The tools are the same on all of them."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from .errors import BadArguments

if TYPE_CHECKING:
    from PIL.Image import Image

EMBEDDED = Path(__file__).parent.parent / "engine" / "embedded"
Name = Literal["embedded", "sd15", "sdxl"]


@dataclass(frozen=True)
class Profile:
    """A set of weights.

    Attributes:
        name: as the user calls it.
        painter: folder or hub id of the diffusion model.
        detector: folder or hub id.
        segmenter: folder or hub id.
        scorer: folder or hub id.
        side: pixels of a square picture that the painter was made for.
        multiple: sides must be multiples of this.
        steps: of a run, unless a call says otherwise.
        solver: of a run: "ddim", or "dpm++" (second order), which needs half as many steps.
        guidance_scale: of classifier-free guidance.
    """

    name: str
    painter: str
    detector: str
    segmenter: str
    scorer: str
    side: int
    multiple: int
    steps: int
    guidance_scale: float
    solver: Literal["ddim", "dpm++"] = "ddim"

    @property
    def embedded(self) -> bool:
        """Whether it paints the embedded world only."""
        return self.name == "embedded"

    def fit(self, image: "Image") -> "Image":
        """Brings a picture from outside to a size that the painter works in.

        The embedded painter takes squares: the middle is cut out. The others keep the shape, at about their own number of pixels.
        """
        from PIL import Image as Pictures

        width, height = image.size
        if self.embedded:
            side = min(width, height)
            left, top = (width - side) // 2, (height - side) // 2
            size, box = (self.side, self.side), (left, top, left + side, top + side)
        else:
            scale = self.side / (width * height) ** 0.5
            size = _whole(width * scale, self.multiple), _whole(height * scale, self.multiple)
            box = (0, 0, width, height)
        if (width, height) == size:
            return image.copy()
        kind = Pictures.Resampling.BOX if box[2] - box[0] > size[0] else Pictures.Resampling.BICUBIC
        return image.resize(size, kind, box=box)


def _whole(side: float, multiple: int) -> int:
    return max(round(side / multiple), 1) * multiple


_HUB = ("IDEA-Research/grounding-dino-tiny", "facebook/sam-vit-base", "openai/clip-vit-large-patch14")
PROFILES: dict[str, Profile] = {
    "embedded": Profile(
        "embedded",
        str(EMBEDDED / "painter"),
        str(EMBEDDED / "detector"),
        str(EMBEDDED / "segmenter"),
        str(EMBEDDED / "scorer"),
        side=64,
        multiple=8,
        steps=12,
        guidance_scale=3.0,
        solver="dpm++",
    ),
    "sd15": Profile("sd15", "stable-diffusion-v1-5/stable-diffusion-v1-5", *_HUB, side=512, multiple=8, steps=30, guidance_scale=7.5),
    "sdxl": Profile("sdxl", "stabilityai/stable-diffusion-xl-base-1.0", *_HUB, side=1024, multiple=8, steps=30, guidance_scale=5.0),
}


def profile_of(name: str) -> Profile:
    """The profile of a name.

    Raises:
        BadArguments: there is none.
    """
    if name not in PROFILES:
        raise BadArguments(f"there is no profile {name[:40]!r}", f"profiles are {', '.join(PROFILES)}", field="profile")
    return PROFILES[name]
