"""Looks at a picture: describes it, answers a question, verifies checks. The answer says which eyes gave it."""

import re
from typing import TYPE_CHECKING

from pydantic import Field

from ..engine.world.captions import NUMBERS
from ..engine.world.vocabulary import BACKGROUNDS, OBJECTS
from .artifacts import ImageHandle
from .checks import Check, Verdict, judge
from .errors import EmptyPrompt, NotHere, Unavailable, UnknownWords
from .places import background_of, colour_of, things_in
from .promises import checks_of
from .scene import whereabouts
from .seeing import Seen
from .tool import Args, Result, tool
from .wording import Wish, caption_of, parse_request, world_words

if TYPE_CHECKING:
    from PIL.Image import Image

    from .studio import Studio


class Look(Args):
    """What to look at, and for what."""

    image: ImageHandle
    """The picture."""
    question: str | None = Field(default=None, max_length=500)
    """A question: "how many dogs are there?", "what colour is the car?", "is there a cat?", "where is the tree?". None describes."""
    checks: tuple[Check, ...] = Field(default=(), max_length=40)
    """Facts to verify."""


class Sight(Result):
    """What was seen."""

    description: str
    """What the picture shows."""
    answer: str | None = None
    """The answer to the question, if one was asked."""
    verdicts: tuple[Verdict, ...] = ()
    """One for each check."""
    eye: str = ""
    """Who looked."""

    @property
    def sentence(self) -> str:
        """What was seen, for a reader."""
        if self.answer is not None:
            return self.answer
        if self.verdicts:
            held = sum(v.status == "pass" for v in self.verdicts)
            return f"{held} of {len(self.verdicts)} checks hold. {self.description}"
        return self.description


@tool(
    needs="a picture",
    when="Use it to find out what a picture shows before changing it, or to answer a question about it.",
    uses=("detector", "segmenter", "scorer"),
)
def look(args: Look, studio: "Studio") -> Sight:
    """Describe a picture, answer a question about it, or verify facts."""
    image = studio.artifacts.get_image(args.image)
    if args.question is not None and not args.question.strip():
        raise EmptyPrompt("the question has no words", field="question")
    verdicts = tuple(judge(args.checks, image, studio.eyes)) if args.checks else ()
    answer = _answered(args.question, image, studio) if args.question is not None else None
    description = described(image, studio) if answer is None and not verdicts else ""
    return Sight(description=description, answer=answer, verdicts=verdicts, eye=studio.eyes.name)


def described(image: "Image", studio: "Studio") -> str:
    """A sentence about everything that is surely there."""
    if not studio.settings.embedded:
        raise NotHere("without the embedded world's closed list of things I cannot describe a picture", "ask for named things instead")
    counted: dict[tuple[str, str | None], int] = {}
    for wish, _, _ in things_in(image, studio):
        counted[wish.noun, wish.colour] = counted.get((wish.noun, wish.colour), 0) + 1
    said = [_noun(Wish(noun=n, colour=c, count=min(k, 4))) for (n, c), k in counted.items()]
    place = background_of(image, studio)
    where = f", {BACKGROUNDS[place]}" if place is not None else ""
    return f"I see {_listed(said) if said else 'nothing I know'}{where}."


def _noun(wish: Wish) -> str:
    from .wording import Wanted

    return caption_of(Wanted(things=(wish,)))


def _listed(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]


def _answered(question: str, image: "Image", studio: "Studio") -> str:
    """Answers by the detector and the pixels.

    Raises:
        UnknownWords: the question is about something that the embedded eyes never saw.
    """
    said = question.lower().strip(" ?!.")
    if re.search(r"\b(?:what|who) (?:do you|can you|is|are)? ?(?:see|there|in|on|shown|visible)\b|^describe|what is this|what does", said):
        return described(image, studio)
    read = parse_request(said, studio.concepts.names())
    if studio.settings.embedded and read.unknown and not read.things:
        raise UnknownWords(read.unknown, world_words(studio.objects(), studio.concepts.names()))
    if not read.things:
        if re.search(r"\bbackground\b|\bwhere (?:is this|are we|does)\b|\bplace\b", said) and read.background is None:
            return f"The background looks like {background_of(image, studio) or 'nothing I could name'}."
        if read.background is not None:
            best = background_of(image, studio)
            if best is None:
                return "I have no eye for backgrounds here."
            return "Yes." if best == read.background else f"No, it looks like {best}."
        return described(image, studio)
    wish, seen = read.things[0], Seen(image, studio.eyes)
    found = seen.found(Wish(noun=wish.noun, colour=wish.colour).phrase) if wish.noun in OBJECTS or not studio.settings.embedded else []
    if re.search(r"\bhow many\b", said):
        return _counted(wish, len(found))
    if re.search(r"\b(?:what|which) colou?r\b", said):
        return _coloured(wish, seen)
    if re.search(r"\bwhere\b", said):
        return f"The {wish.phrase} is {whereabouts(found[0].box)}." if found else f"I see no {wish.phrase}."
    return _verified(question, image, studio)


def _counted(wish: Wish, count: int) -> str:
    plural = OBJECTS[wish.noun].plural if wish.noun in OBJECTS else wish.noun
    if count == 1:
        return f"I see one {wish.noun}."
    return f"I see {NUMBERS.get(count, str(count) if count else 'no')} {plural}."


def _coloured(wish: Wish, seen: Seen) -> str:
    things = seen.found(wish.noun)
    if not things:
        return f"I see no {wish.noun}."
    colour = colour_of(seen, wish.noun, things[0].box)
    return f"The {wish.noun} is {colour}." if colour else f"The {wish.noun} has no single colour that I could name."


def _verified(question: str, image: "Image", studio: "Studio") -> str:
    """A yes-or-no question is a set of checks."""
    checks = [c for c in checks_of(parse_request(question, studio.concepts.names())) if c.kind != "count" or c.value != "1"]
    try:
        verdicts = judge(checks, image, studio.eyes)
    except Unavailable:
        return "I cannot tell."
    wrong = [v for v in verdicts if v.status == "fail"]
    if wrong:
        return f"No: {next(c for c in checks if c.id == wrong[0].check).subject}: {wrong[0].evidence.sentence}."
    if all(v.status == "pass" for v in verdicts):
        return "Yes."
    return "I am not sure."
