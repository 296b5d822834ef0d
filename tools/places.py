"""What a picture shows, found out by looking, where nobody remembers what it was made to show."""

from typing import TYPE_CHECKING

from ..engine.world.vocabulary import COLOURS, OBJECTS
from .errors import Unavailable
from .scene import Corners, iou
from .seeing import SURE_COLOUR, Seen
from .wording import Wanted, Wish

if TYPE_CHECKING:
    from PIL.Image import Image

    from .studio import Studio


def background_of(image: "Image", studio: "Studio") -> str | None:
    """The background that fits best; None where there is no eye for it."""
    if not studio.settings.embedded:
        return None
    try:
        belief = Seen(image, studio.eyes).backgrounds()
    except Unavailable:
        return None
    return max(belief, key=lambda name: belief[name])


def things_in(image: "Image", studio: "Studio") -> list[tuple[Wish, float, Corners]]:
    """Everything known that is surely in a picture: what, how surely, where; from left to right, one name for each place."""
    seen = Seen(image, studio.eyes)
    found = [(d.score, name, d.box) for name in studio.objects() for d in seen.found(name)]
    found.sort(key=lambda row: -row[0])
    kept: list[tuple[Wish, float, Corners]] = []
    for score, name, box in found:
        if all(iou(box, other) < 0.5 for _, _, other in kept):
            kept.append((Wish(noun=name, colour=colour_of(seen, name, box)), score, box))
    return sorted(kept, key=lambda row: row[2])


def colour_of(seen: Seen, noun: str, box: Corners) -> str | None:
    """The colour word of a thing, None where none stands out or the thing takes none."""
    if noun not in OBJECTS or not OBJECTS[noun].colourable:
        return None
    shares = seen.colours(box)
    best = max(COLOURS, key=lambda name: shares.get(name, 0.0))
    return best if shares.get(best, 0.0) >= SURE_COLOUR else None


def scene_of(image: "Image", studio: "Studio") -> Wanted:
    """The scene that a picture seems to show."""
    counted: dict[tuple[str, str | None], int] = {}
    for wish, _, _ in things_in(image, studio):
        counted[wish.noun, wish.colour] = min(counted.get((wish.noun, wish.colour), 0) + 1, 4)
    things = tuple(Wish(noun=noun, colour=colour, count=count) for (noun, colour), count in counted.items())
    return Wanted(things=things, background=background_of(image, studio))
