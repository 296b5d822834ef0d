"""Finds things in a picture and outlines them: words to boxes to masks, or boxes to masks."""

from typing import TYPE_CHECKING

from pydantic import Field

from ..engine.world.vocabulary import COLOURS, OBJECTS
from .artifacts import ImageHandle, MaskHandle
from .checks import Check
from .errors import BadArguments, NothingFound, UnknownWords
from .lexicon import SYNONYMS
from .pixels import box_mask
from .scene import Box, Corners
from .seeing import MAYBE_COLOUR, Seen, split_phrase
from .tool import Args, Result, tool
from .wording import correct, world_words

if TYPE_CHECKING:
    from PIL.Image import Image

    from .studio import Studio


class Segment(Args):
    """What to find."""

    image: ImageHandle
    """The picture."""
    phrases: tuple[str, ...] | None = Field(default=None, max_length=12)
    """Things to find, as noun phrases: "red car". Everything that is known when neither phrases nor boxes are given."""
    boxes: tuple[Box, ...] | None = Field(default=None, max_length=16)
    """Boxes whose content is outlined, instead of phrases."""


class Found(Result):
    """One thing that was found."""

    phrase: str
    """The words it answers to; "" for a box that was given."""
    score: float
    """How sure the detector is, 0 to 1."""
    box: Box
    """Where it is."""
    mask: MaskHandle
    """Its outline."""


class Segmented(Result):
    """What was found, best first for each phrase."""

    found: tuple[Found, ...]
    """The things."""
    missing: tuple[str, ...] = ()
    """Phrases that were not found."""

    @property
    def sentence(self) -> str:
        """What was found, for a reader."""
        things = ", ".join(f"{f.phrase or 'a region'} ({f.score:.2f})" for f in self.found)
        gone = f" Not found: {', '.join(self.missing)}." if self.missing else ""
        return f"Found {things or 'nothing'}.{gone}"


@tool(
    needs="a picture and words or boxes",
    when="Use it before `inpaint`, or to know where things are.",
    uses=("detector", "segmenter"),
)
def segment(args: Segment, studio: "Studio") -> Segmented:
    """Find things by their names, or outline what boxes show; gives boxes and masks."""
    image = studio.artifacts.get_image(args.image)
    if args.phrases is not None and args.boxes is not None:
        raise BadArguments("give phrases or boxes, not both", field="boxes")
    if args.boxes is not None:
        return Segmented(found=tuple(_outlined("", 1.0, box, image, studio) for box in args.boxes))
    phrases = known_phrases(args.phrases if args.phrases is not None else studio.objects(), studio)
    seen = Seen(image, studio.eyes)
    found = [_outlined(p, score, box, image, studio, seen) for p in phrases for score, box in located(p, seen)]
    missing = tuple(p for p in phrases if all(f.phrase != p for f in found)) if args.phrases is not None else ()
    if not found and args.phrases is not None:
        raise NothingFound(f"no {' and no '.join(missing)} in the picture")
    return Segmented(found=tuple(found), missing=missing)


def known_phrases(phrases: tuple[str, ...], studio: "Studio") -> tuple[str, ...]:
    """Phrases as the eyes know them: misspellings mended, concepts by their class word.

    Raises:
        BadArguments: an empty phrase.
        UnknownWords: the embedded eyes never saw such a thing.
    """
    if not phrases:
        raise BadArguments("at least one phrase is needed", field="phrases")
    kept = []
    for phrase in phrases:
        if not phrase.strip():
            raise BadArguments("a phrase has no words", field="phrases")
        if not studio.settings.embedded:
            kept.append(phrase.strip().lower())
            continue
        plurals = {o.plural: o.name for o in OBJECTS.values()}
        words = [correct(word, studio.concepts.names()) for word in phrase.lower().split()]
        size, colour, noun = split_phrase(" ".join(plurals.get(SYNONYMS.get(w, w), SYNONYMS.get(w, w)) for w in words))
        if noun not in OBJECTS and noun not in studio.concepts.names():
            raise UnknownWords((phrase,), (*studio.objects(), *studio.concepts.names(), *COLOURS))
        kept.append(" ".join(w for w in (size, colour or "", noun) if w))
    return tuple(dict.fromkeys(kept))


def located(phrase: str, seen: Seen) -> list[tuple[float, Corners]]:
    """Where a phrase is, best first: by the noun, then by the colour of its pixels.

    The detector finds nouns more surely than colours, and the pixels know colours; so the two share the work.
    """
    _, colour, noun = split_phrase(phrase)
    concepts = seen.eyes.concepts() if callable(getattr(seen.eyes, "concepts", None)) else {}
    if noun in concepts:
        likeness, box = seen.likeness(noun)
        return [(max(likeness, 0.0), box)] if likeness > MAYBE_COLOUR else []
    things = seen.found(noun) or seen.candidates(noun)
    if colour is None:
        return [(d.score, d.box) for d in things]
    shares = [(seen.colours(d.box).get(colour, 0.0), d) for d in things]
    fitting = sorted(((share, d) for share, d in shares if share >= MAYBE_COLOUR), key=lambda pair: -pair[0])
    if not fitting and len(things) == 1:  # the only one there is: its colour may have come out wrong, and that is why it is edited
        fitting = [(0.0, things[0])]
    return [(d.score, d.box) for _, d in fitting]


def _outlined(phrase: str, score: float, box: Corners, image: "Image", studio: "Studio", seen: Seen | None = None) -> Found:
    seen = seen or Seen(image, studio.eyes)
    mask = seen.mask(box)
    if not mask.any():
        mask = box_mask(box, image.width, image.height)
    inside = tuple(min(max(float(v), 0.0), 1.0) for v in box)
    return Found(phrase=phrase, score=round(min(max(score, 0.0), 1.0), 4), box=inside, mask=studio.artifacts.put_mask(mask))  # type: ignore[arg-type]


def exists(phrase: str) -> Check:
    """The check that a thing is there."""
    return Check(id=f"exists_{phrase.replace(' ', '_')}", kind="exists", subject=phrase)


__all__ = ["Found", "Segment", "Segmented", "exists", "known_phrases", "located", "segment", "world_words"]
