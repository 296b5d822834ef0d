"""What the painting tools share: reading a prompt into what the painter was taught, learned concepts, and repainting a region."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from ..engine.world.vocabulary import COLOURS, COUNTS, OBJECTS, SIZES
from .errors import BadArguments, EmptyPrompt, RegionEmpty, UnknownConcept, UnknownWords
from .pixels import filled, merged, widened
from .scene import Corners
from .wording import Wanted, Wish, caption_of, parse_request, world_words

if TYPE_CHECKING:
    from PIL.Image import Image

    from .studio import Studio

SCARCE = (3, 3)  # widened masks at the start of a repaint, in cells: thin regions need them (blended latent diffusion, section 4.4)


@dataclass(frozen=True)
class Reading:
    """A prompt as the painter reads it.

    Attributes:
        words: what the painter is told.
        wanted: the scene; None on profiles that paint more than the grammar knows.
        nouns: for each wish the words that stand for it in `words`.
        concepts: techniques that bring the mentioned concepts.
    """

    words: str
    wanted: Wanted | None
    nouns: tuple[str, ...] = ()
    concepts: tuple[Any, ...] = field(default=())


def read_prompt(text: str, studio: "Studio") -> Reading:
    """Reads a prompt for this studio's painter.

    Raises:
        EmptyPrompt: there are no words.
        UnknownWords: the embedded painter was asked for something it never saw.
    """
    if not text.strip():
        raise EmptyPrompt("the prompt has no words")
    names = studio.concepts.names()
    wanted = parse_request(text, names)
    if not studio.settings.embedded:
        used = studio.concepts.in_text(text)
        words, techniques = _with_concepts(text, used, studio)
        nouns = tuple(_phrase_in(text, wish) for wish in wanted.things) if not wanted.unknown else ()
        return Reading(words, None if wanted.unknown else wanted, nouns, techniques)
    strange = [*wanted.unknown, *(w.noun for w in wanted.things if w.noun in OBJECTS and w.noun not in studio.objects())]
    if strange:
        raise UnknownWords(tuple(dict.fromkeys(strange)), world_words(studio.objects(), names))
    if not wanted.things and wanted.background is None:
        raise EmptyPrompt(f"{text.strip()[:80]!r} names nothing to paint")
    return told(wanted, studio)


def told(wanted: Wanted, studio: "Studio") -> Reading:
    """A wanted scene in the words that the embedded painter learned from."""
    used = tuple(dict.fromkeys(w.noun for w in wanted.things if w.noun not in OBJECTS))
    words, techniques = _with_concepts(caption_of(wanted), used, studio)
    nouns = tuple(_spoken(wish, studio, used) for wish in wanted.things)
    return Reading(words, wanted, nouns, techniques)


def _spoken(wish: Wish, studio: "Studio", used: Sequence[str]) -> str:
    """The noun of a wish as it stands in the caption."""
    if wish.noun in OBJECTS:
        return OBJECTS[wish.noun].plural if wish.count > 1 else wish.noun
    return placeholder(used.index(wish.noun))


def _phrase_in(text: str, wish: Wish) -> str:
    said = text.lower()
    plural = OBJECTS[wish.noun].plural if wish.noun in OBJECTS else wish.noun
    return plural if re.search(rf"\b{plural}\b", said) else wish.noun


def _with_concepts(text: str, used: Sequence[str], studio: "Studio") -> tuple[str, tuple[Any, ...]]:
    """Puts each concept's own token in the place of its name, and gives the techniques that make the token mean it."""
    if not used:
        return text, ()
    techniques: list[Any] = []
    for number, name in enumerate(used):
        concept = studio.concepts.load(name)
        if concept.card.painter != studio.painter_fingerprint:
            raise UnknownConcept(f"the concept {name!r} was learned with other weights than this painter's", "learn it again with `customize`")
        text = _named(text, name, placeholder(number))
        techniques += worn(concept.tensors, placeholder(number))
    return text, tuple(techniques)


def placeholder(number: int) -> str:
    """The token that stands for a concept in the painter's prompt; the embedded tokenizer keeps 32 rows free for them."""
    return f"<c{number}>"


def _named(text: str, name: str, token: str) -> str:
    """Puts a token in the place of a name, as a noun with its article."""

    def noun(found: re.Match[str]) -> str:
        before = text[: found.start()].lower().split()
        alone = not before or before[-1] not in {*COLOURS, *SIZES, *COUNTS, "a", "an", "the", "my"}
        return f"a {token}" if alone else token

    return re.sub(rf"\b{re.escape(name)}\b", noun, text, flags=re.IGNORECASE)


def worn(tensors: Mapping[str, Any], token: str) -> list[Any]:
    """The techniques that let a token mean a concept: its embedding, and its change of weights if it has one."""
    from ..engine.techniques import LoRA, TextualInversion
    from ..engine.weights import layers_of

    rows = tuple(tensors[key].float() for key in sorted(k for k in tensors if k.startswith("token.")))
    changes = {key: tensor.float() for key, tensor in tensors.items() if ".lora_" in key}
    return [TextualInversion(token, rows), *([LoRA(layers_of(changes))] if changes else [])]


# -- a region, painted again ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Repainted:
    """A picture with one region painted again.

    Attributes:
        image: RGB; outside `region` it is the old picture to the last bit.
        region: what may have changed.
    """

    image: "Image"
    region: np.ndarray


def repaint(
    image: "Image",
    region: np.ndarray,
    reading: Reading,
    studio: "Studio",
    *,
    seed: int,
    steps: int | None = None,
    strength: float = 1.0,
    start: "Image | None" = None,
    boxes: Sequence[tuple[str, Corners]] = (),
    negative: str = "",
    soft: int = 2,
    local: str = "",
) -> Repainted:
    """Paints a region of a picture again, and puts everything else back.

    A painter that was taught to see mask and surroundings is told what the region shows, and nothing of the rest; any other is told of
    the whole picture and led into `boxes`. Blended latent diffusion keeps what lies outside.

    Args:
        image: RGB, at a size the painter takes.
        region: (height, width) bool, True = paint again; used as it is.
        reading: what the picture should show.
        studio: services.
        seed: of the noise.
        steps: of a whole run.
        strength: share of the noise; below 1 the run starts from `start`.
        start: what the region looks like at first; the picture itself when None.
        boxes: (phrase, box) that the painter is led to.
        negative: what to lead away from.
        soft: pixels over which the region's border is mixed.
        local: what the region itself shows, if that is known.

    Raises:
        RegionEmpty: no pixel is set.
    """
    from ..engine import Schedule, encode_images, latent_mask
    from ..engine.techniques import BlendedLatentDiffusion, ClassifierFree, Inpainting, LayoutGuidance

    if not region.any():
        raise RegionEmpty("no pixel of the region is set")
    model = studio.painter
    source = encode_images(model, [image])
    cells = latent_mask(region, model)
    first = source if start is None else encode_images(model, [start])
    # A concept's weights were learned on the plain painter; a run from a start needs to see what the mask hides.
    module = studio.inpainting if strength == 1 and not reading.concepts else None
    leading: list[Any] = []
    if module is not None:
        leading = [Inpainting.of(model, image, region, module)]
    elif boxes and strength == 1:
        leading = [LayoutGuidance(tuple(boxes))]
    techniques = [
        *reading.concepts,
        ClassifierFree(studio.settings.guidance_scale, negative or None),
        *leading,
        BlendedLatentDiffusion(source, cells, SCARCE if float(cells.mean()) < 0.06 else ()),
    ]
    count = studio.steps(steps)
    painted = studio.sample(
        local if local and module is not None else reading.words,
        techniques=techniques,
        schedule=Schedule(count, max(strength, 1 / count)),
        seed=seed,
        start=None if strength == 1 else first,
        size=image.size if strength == 1 else None,
    )
    return Repainted(merged(image, painted.images[0], region, soft), region)


def native(handle: str, studio: "Studio") -> "Image":
    """A picture that the painter can work on.

    Raises:
        UnknownHandle: there is none.
        BadArguments: it is an enlarged view, or of a size that the painter does not take.
    """
    image = studio.artifacts.get_image(handle)
    settings = studio.settings
    if settings.embedded and image.size != (settings.side, settings.side):
        recipe = studio.artifacts.recipe(handle) or {}
        origin = recipe.get("of")
        hint = f"work on {origin}, the picture it was made from" if isinstance(origin, str) else "give the picture as the painter made it"
        raise BadArguments(f"{handle} has {image.width}×{image.height} pixels; the embedded painter works on {settings.side}", hint, field="image")
    if image.width % settings.multiple or image.height % settings.multiple:
        raise BadArguments(f"the sides of {handle} are no multiples of {settings.multiple}", field="image")
    return image


def region_of(handle: str, image: "Image", studio: "Studio", dilate: int = 0) -> np.ndarray:
    """A mask for a picture, widened.

    Raises:
        UnknownHandle: there is none.
        BadArguments: it has another size.
        RegionEmpty: no pixel is set.
    """
    mask = studio.artifacts.get_mask(handle)
    if mask.shape != (image.height, image.width):
        raise BadArguments(
            f"the mask has {mask.shape[1]}×{mask.shape[0]} pixels, the picture {image.width}×{image.height}",
            "segment the picture that you edit",
            field="region",
        )
    if not mask.any():
        raise RegionEmpty("no pixel of the mask is set")
    return widened(mask, dilate)


def without_it(image: "Image", hole: np.ndarray, reading: Reading, studio: "Studio", *, seed: int, steps: int | None, strength: float) -> Repainted:
    """A picture with a region as if nothing had ever been there: painted by what sees the surroundings, else filled and painted over lightly."""
    if studio.inpainting is not None and not reading.concepts:
        return repaint(image, hole, reading, studio, seed=seed, steps=steps)
    smooth = filled(image, hole)
    return repaint(image, hole, reading, studio, seed=seed, steps=steps, strength=strength, start=smooth)


def recipe(tool: str, reading: Reading, *, seed: int, steps: int, studio: "Studio", **more: Any) -> dict[str, Any]:
    """How a picture was made, to be kept with it."""
    made: dict[str, Any] = {"tool": tool, "caption": reading.words, "seed": seed, "steps": steps, "painter": studio.painter_fingerprint}
    made["solver"] = studio.settings.solver
    if reading.wanted is not None:
        made["wanted"] = reading.wanted.model_dump(mode="json", exclude_defaults=True)
    return made | more


def wanted_from(recipe: Mapping[str, Any] | None) -> Wanted | None:
    """The scene that a picture was made to show, None where its recipe does not say."""
    from pydantic import ValidationError

    if recipe is None or "wanted" not in recipe:
        return None
    try:
        return Wanted.model_validate(recipe["wanted"])
    except ValidationError:
        return None


def only_background(wanted: Wanted | None) -> Wanted:
    """The same place with nothing in it."""
    return Wanted(background=(wanted.background if wanted is not None else None) or "plain")


def with_things(wanted: Wanted, things: Sequence[Wish]) -> Wanted:
    """The same place with other things; relations are dropped."""
    return wanted.model_copy(update={"things": tuple(things), "relations": (), "absent": ()})
