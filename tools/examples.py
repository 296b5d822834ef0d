"""A picture as an example for a new one: what it shows, and how it looks (IP-Adapter).

Beside the words that an example is read in, the embedded adapter hardly adds anything, since captions of the world say nearly all that a
picture shows; alone it says what the picture holds where no eye can put that into words.
"""

from typing import TYPE_CHECKING, Any

from ..engine.world.captions import NO_WORDS
from .errors import NeedsModel
from .painting import Reading, told
from .places import scene_of
from .wording import Wanted

if TYPE_CHECKING:
    from .studio import Studio


BESIDE_WORDS, ALONE = 0.6, 1.0  # how much an example counts, as its paper has it


def example_of(handle: str | None, studio: "Studio", strength: float) -> tuple[Any, ...]:
    """The technique that lets the painter see an example; none without one.

    Args:
        handle: of the example.
        studio: services.
        strength: how much it counts; about half leaves room for words.

    Raises:
        UnknownHandle: there is no such picture.
        NeedsModel: this painter cannot see pictures.
    """
    if handle is None:
        return ()
    from ..engine.techniques import IPAdapter

    image = studio.artifacts.get_image(handle)
    if studio.image_prompt is None:
        name = {"sd15": "h94/IP-Adapter", "sdxl": "h94/IP-Adapter"}.get(studio.profile, "embedded image_prompt")
        raise NeedsModel(name, "this painter has no weights that see an example")
    encoder, weights = studio.image_prompt
    return (IPAdapter(encoder.embed([image]), weights, strength=strength),)


def filled_by(reading: Reading | None, handle: str, studio: "Studio") -> Reading:
    """What a prompt says, and what an example shows where the prompt says nothing: of things, or of the place.

    Words weigh more than an example for a painter that was told of everything in words, so what is taken over is told in words, too.

    Args:
        reading: of the prompt; None without one.
        handle: of the example.
        studio: services.

    Returns:
        No words at all, and no scene, where nothing is said and no thing is seen: the example speaks for itself.
    """
    said = reading.wanted if reading is not None else Wanted()
    if reading is not None and (said is None or (said.things and said.background)):
        return reading
    seen = scene_of(studio.artifacts.get_image(handle), studio)
    scene = (said or Wanted()).model_copy(update={"background": (said and said.background) or seen.background})
    scene = scene if scene.things else scene.model_copy(update={"things": seen.things})
    return told(scene, studio) if reading is not None or scene.things else Reading(NO_WORDS, None)
