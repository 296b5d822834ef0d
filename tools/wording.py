"""The language of the embedded world: requests become wanted scenes, wanted scenes become captions and checks.

Nothing is guessed in silence: a word that is neither known nor a likely misspelling is listed in `unknown`, and every reading that
is not literal (a misspelling, a synonym, "dogs" without a number) is listed in `readings`.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from pydantic import BaseModel, ConfigDict, Field

from ..engine.world.captions import with_article
from ..engine.world.vocabulary import BACKGROUNDS, COLOURS, COUNTS, OBJECTS, SIZES, article
from .lexicon import ARTICLES, BETWEEN, DRAWN_AS, FILLERS, JOINS, PLACE, PLACES, SYNONYMS, WITHOUT
from .spelling import nearest

MOST = max(COUNTS.values())
NUMBERS = {number: word for word, number in COUNTS.items()}
PLURALS = {o.plural: o.name for o in OBJECTS.values()}
NOUNS = "|".join(sorted((*OBJECTS, *PLURALS), key=len, reverse=True))
OVER = "|".join(sorted((k for k, name in BETWEEN.items() if name), key=len, reverse=True))
OF_IT = rf"(?<![\w-])(?:(?:to|on|at) (?:its|their) (left|right)(?: (?:hand )?side)?|({OVER}|on) (?:it|them)|(on top)(?! of))(?![\w-])"
ON = (
    rf"(?<![\w-])(?:on|onto|upon|atop)(?= (?:an?|the|one|two|three|four|my)(?! (?:left|right|top|bottom|middle|centre))"
    rf"(?: [a-z]+){{0,2}} (?:{NOUNS})(?![\w-]))"
)
ALWAYS_PLURAL = frozenset(o.name for o in OBJECTS.values() if o.name == o.plural)

class Value(BaseModel):
    """A frozen record; unknown fields are an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Wish(Value):
    """One kind of thing that a picture should show.

    Attributes:
        noun: a key of the world's `OBJECTS`, or the name of a concept.
        colour: a key of `COLOURS`, None for the colours it is drawn in.
        size: "small", "" or "big".
        count: how many, one to four.
        place: left, right, top, bottom or middle of the picture, None for anywhere.
    """

    noun: str
    colour: str | None = None
    size: str = ""
    count: int = Field(default=1, ge=1, le=MOST)
    place: str | None = None

    @property
    def phrase(self) -> str:
        """The words without article and number: "small red car"."""
        return " ".join(word for word in (self.size, self.colour or "", self.noun) if word)


class Relation(Value):
    """A thing stands somewhere in relation to another; both are indices into `Wanted.things`."""

    subject: int = Field(ge=0)
    name: str
    object: int = Field(ge=0)


class Wanted(Value):
    """A scene that somebody wants.

    Attributes:
        things: kinds of things.
        relations: between them.
        background: a key of `BACKGROUNDS`, None where nobody said.
        absent: nouns that must not appear.
        unknown: words that are not of this world, in the order said.
        readings: what was not taken literally: (said, taken).
    """

    things: tuple[Wish, ...] = ()
    relations: tuple[Relation, ...] = ()
    background: str | None = None
    absent: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    readings: tuple[tuple[str, str], ...] = ()


@lru_cache(maxsize=1)
def vocabulary() -> tuple[str, ...]:
    """Words that a misspelling may be mended to."""
    nouns = [word for o in OBJECTS.values() for word in (o.name, o.plural)]
    helpers = ("left", "right", "above", "below", "under", "without", "background", "plain", "beside", "picture", "please", "another")
    return tuple(dict.fromkeys((*nouns, *COLOURS, *BACKGROUNDS, *COUNTS, *(s for s in SIZES if s), *helpers)))


def correct(word: str, extra: Iterable[str] = ()) -> str:
    """The known word that a misspelling most likely means, or the word itself.

    Args:
        word: lower case.
        extra: names that are known beside the world's words.
    """
    known = (*vocabulary(), *extra)
    if word in known or word in SYNONYMS or word in FILLERS or word in ARTICLES:
        return word
    return nearest(word, known) or word


def world_words(objects: Iterable[str] = OBJECTS, concepts: Iterable[str] = ()) -> tuple[str, ...]:
    """What the world knows, for messages: things, colours and places."""
    return (*objects, *concepts, *COLOURS, *BACKGROUNDS)


def parse_request(text: str, concepts: Sequence[str] = ()) -> Wanted:
    """Reads what a picture should show.

    Args:
        text: in any wording: "a red car left of two dogs, in the snow, without trees".
        concepts: names of learned concepts, which are nouns too.
    """
    names = tuple(name.lower() for name in concepts)
    tokens, mended = _tokens(text, names)
    reader = _Reader(names, mended)
    for token in tokens:
        reader.take(token)
    return reader.done()


def _tokens(text: str, concepts: tuple[str, ...]) -> tuple[list[str], list[tuple[str, str]]]:
    """Words in lower case, and which were mended; relations and places become one token each ("=left of", "~left of" it, "@left")."""
    said = text.lower().replace("’", "'").replace("gray", "grey")
    said = re.sub(r"[,;]+", " , ", said)
    said = re.sub(r"[^\w\s,&'-]", " ", said)
    words = [w if w in concepts or not w.isalpha() else correct(w, concepts) for w in said.split()]
    mended = [(typed, word) for typed, word in zip(said.split(), words, strict=True) if typed != word]
    line = " ".join(words)
    spots: dict[str, str] = {}

    def spot(kind: str, value: str) -> str:
        key = f"\x00{len(spots)}"
        spots[key] = f"{kind}{value}"
        return f" {key} "

    line = re.sub(OF_IT, lambda found: spot("~", f"{found[1]} of" if found[1] else BETWEEN.get(found[2], "above")), line)
    for phrase in sorted(BETWEEN, key=len, reverse=True):
        line = re.sub(rf"(?<![\w-]){phrase}(?![\w-])", lambda found: spot("=", BETWEEN[found[0]]), line)
    line = re.sub(ON, lambda found: spot("=", "above"), line)
    line = re.sub(PLACE, lambda found: spot("@", PLACES[found[1]]), line)
    return [spots.get(word, word) for word in line.split()], mended


class _Reader:
    """Takes words one by one; what stands before a noun belongs to it. "The" thing that was named before is that one again."""

    def __init__(self, concepts: tuple[str, ...], readings: list[tuple[str, str]]) -> None:
        self.concepts = concepts
        self.things: list[Wish] = []
        self.relations: list[Relation] = []
        self.background: str | None = None
        self.absent: list[str] = []
        self.unknown: list[str] = []
        self.readings = readings
        self.joined = False
        self.definite = False
        self.count: int | None = None
        self.size = ""
        self.colour: str | None = None
        self.without = False
        self.between: tuple[int, str] | None = None
        self.here = 0  # the thing that was named last
        self.continued = False  # behind "and": "below a balloon and left of a tree" is about one thing
        self.ahead: tuple[tuple[int, ...], str] | None = None  # a relation whose subject comes later
        self.leading = False  # places stand before their things
        self.place: str | None = None

    def take(self, word: str) -> None:
        """Reads the next token."""
        if word in ARTICLES or word in JOINS or word in COUNTS or word[0] in "=~@":
            self.definite = word == "the"
        self._read(word)

    def _read(self, word: str) -> None:
        if word in SYNONYMS and word not in self.concepts:
            self.readings.append((word, SYNONYMS[word]))
            word = SYNONYMS[word]
        if self.without and self.joined and (word in ARTICLES or word in COUNTS or word.isdecimal()):
            self.without = False  # "without cats and a dog" wants the dog
        self.continued = self.joined
        joined, self.joined = self.joined or not (self.things or self.ahead), word in JOINS
        if word in self.concepts:
            self._thing(word, False)
        elif word in OBJECTS or word in PLURALS:
            self._thing(PLURALS.get(word, word), word in PLURALS and word not in ALWAYS_PLURAL)
        elif word[0] == "=":
            self._loose_colour()
            self._related(word[1:])
        elif word[0] == "~":
            self._loose_colour()
            if joined:  # "a horse, left of it a chair": the chair comes next
                self.ahead = ((self.here,), word[1:]) if self.things else None
            elif len(self.things) > 1:  # "a house with a tree to its right": the tree is meant, and the house's right
                self.relations.append(Relation(subject=self.here, name=word[1:], object=self.here - 1 if self.here else 1))
        elif word[0] == "@":
            if joined and (self.leading or not self.things):  # "on the left a car, on the right a truck"
                self.leading, self.place = True, word[1:]
            elif self.things:
                self.things[self.here] = self.things[self.here].model_copy(update={"place": word[1:]})
        elif word in COLOURS:
            self._loose_colour()
            self.colour = word
        elif word in SIZES:
            self.size = word
        elif word in COUNTS and word != "one":
            self.count = COUNTS[word]
        elif word.isdecimal():
            self._number(word)
        elif word in BACKGROUNDS:
            self._loose_colour()
            self.background, self.between, self.without = word, None, False
        elif word in WITHOUT:
            self._loose_colour()
            self.without, self.between = True, None
        elif word in JOINS or word in ARTICLES:
            self._loose_colour()
            if word in ("with", "plus"):
                self.without = False
        elif word not in FILLERS:
            self._strange(word)

    def _related(self, name: str) -> None:
        """A relation between the thing before it and the one behind it; one that comes first is between the next two: "under a tree, a dog"."""
        self.without = False
        if not self.things:
            self.ahead = ((), name) if name else None
        elif name:
            before = self.relations[-1].subject if self.continued and self.relations else self.here
            self.between = (before, name)
        else:
            self.between = None

    def _number(self, word: str) -> None:
        if len(word) < 3 and 1 <= int(word) <= MOST:
            self.count = int(word)
        else:
            self.unknown.append(word)

    def _strange(self, word: str) -> None:
        parts = [p for p in re.split(r"[-']", word) if p]
        if len(parts) > 1 and all(p in FILLERS or p in ARTICLES for p in parts):
            return
        if word.strip("-'&_"):
            self.unknown.append(word)

    def _loose_colour(self) -> None:
        """A colour that no noun followed belongs to the thing before it: "a car in red"."""
        if self.colour is None:
            return
        colour, self.colour = self.colour, None
        if self.things and self.things[-1].colour is None and not self.without:
            self._coloured(len(self.things) - 1, colour)
        else:
            self.unknown.append(colour)

    def _coloured(self, index: int, colour: str) -> None:
        wish = self.things[index]
        word = OBJECTS.get(wish.noun)
        if word is None or word.colourable:
            self.things[index] = wish.model_copy(update={"colour": colour})
        elif DRAWN_AS.get(wish.noun) == colour:
            self.readings.append((f"{colour} {wish.noun}", wish.noun))
        else:  # the world has no blue trees
            self.unknown.append(f"{colour} {wish.noun}")

    def _thing(self, noun: str, several: bool) -> None:
        count, size, colour = self.count, self.size, self.colour
        self.count, self.size, self.colour = None, "", None
        if self.without:
            self.absent.append(noun)
            return
        if several and count is None:
            count = 2
            self.readings.append((OBJECTS[noun].plural, f"two {OBJECTS[noun].plural}"))
        again = next((i for i, t in enumerate(self.things) if t.noun == noun and colour in (None, t.colour)), None) if self.definite else None
        if again is None:
            self.things.append(Wish(noun=noun, size=size, count=count or 1))
            again = len(self.things) - 1
            if colour is not None:
                self._coloured(again, colour)
        self.here, self.definite = again, False
        if self.place is not None:
            self.things[again] = self.things[again].model_copy(update={"place": self.place})
            self.place = None
        if self.ahead is not None and self.between is None:
            known, name = self.ahead
            self.ahead = None if known else ((again,), name)
            if known and known[0] != again:
                self.relations.append(Relation(subject=again, name=name, object=known[0]))
        if self.between is not None:
            before, name = self.between
            self.between = None
            relation = Relation(subject=before, name=name, object=again)
            if before != again and relation not in self.relations:
                self.relations.append(relation)

    def done(self) -> Wanted:
        self._loose_colour()
        return Wanted(
            things=_merged(self.things, self.relations),
            relations=tuple(self.relations),
            background=self.background,
            absent=tuple(dict.fromkeys(a for a in self.absent if all(a != t.noun for t in self.things))),
            unknown=tuple(dict.fromkeys(self.unknown)),
            readings=tuple(dict.fromkeys(self.readings)),
        )


def _merged(things: list[Wish], relations: list[Relation]) -> tuple[Wish, ...]:
    """Counts like things together ("a dog and a dog" is two dogs), unless relations tell them apart."""
    if relations:
        return tuple(things)
    counted: dict[tuple[str, str | None, str, str | None], int] = {}
    for thing in things:
        key = (thing.noun, thing.colour, thing.size, thing.place)
        counted[key] = counted.get(key, 0) + thing.count
    return tuple(Wish(noun=n, colour=c, size=s, place=p, count=min(k, MOST)) for (n, c, s, p), k in counted.items())


# -- from a wanted scene to words -----------------------------------------------------------------------------------------------------


def _said(wish: Wish) -> str:
    word = OBJECTS.get(wish.noun)
    if word is None:  # a concept is a name: no article
        words = wish.phrase
        return words if wish.count == 1 else f"{NUMBERS[wish.count]} {words}"
    if wish.count > 1:
        return " ".join(w for w in (NUMBERS[wish.count], wish.size, wish.colour or "", word.plural) if w)
    return wish.phrase if wish.noun in ALWAYS_PLURAL else f"{article(wish.phrase)} {wish.phrase}"


AT = {"left": "on the left", "right": "on the right", "top": "at the top", "bottom": "at the bottom", "middle": "in the middle"}


def articled(phrase: str) -> str:
    """A phrase with its article; a concept's name takes none."""
    return with_article(phrase) if phrase.split()[-1] in OBJECTS else phrase


def caption_of(wanted: Wanted) -> str:
    """The plainest caption of a scene, in the wording that the painter learned from (`engine/world/captions.py`), which names no sides."""
    return _scene_in_words(wanted, _said)


def prompt_of(wanted: Wanted) -> str:
    """What asks for a scene: its caption, and the sides of the picture on which things are to be. A layout keeps those, no painter does."""
    return _scene_in_words(wanted, lambda wish: f"{_said(wish)} {AT[wish.place]}" if wish.place in AT else _said(wish))


def _scene_in_words(wanted: Wanted, said: Callable[[Wish], str]) -> str:
    where = BACKGROUNDS.get(wanted.background or "plain", "")
    if not wanted.things:
        return f"an empty scene {where}"
    parts: list[str] = []
    told: set[int] = set()
    for relation in wanted.relations:
        first, second = wanted.things[relation.subject], wanted.things[relation.object]
        parts.append(f"{_said(first)} {relation.name} {_said(second)}")
        told |= {relation.subject, relation.object}
    parts += [said(wish) for index, wish in enumerate(wanted.things) if index not in told]
    place = "" if wanted.background is None else f" {where}"
    gone = "".join(f" without {OBJECTS[noun].plural}" for noun in wanted.absent[:1] if noun in OBJECTS)
    return f"{' and '.join(parts)}{place}{gone}"
