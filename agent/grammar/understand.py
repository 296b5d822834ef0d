"""The grammar of requests: cuts what was said into parts, and lets each reader look at each part until one knows it.

Words are made regular (`spelling.py`) and become tokens (`tagging.py`); noun phrases are looked up in the picture (`sight.py`). `cutting.py`
tells which parts are requests of their own, `reading.py` reads each. What cannot be read as it stands is read without what asks for nothing
(`asides.py`).
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from ...tools.wording import Wish, parse_request
from . import addresses, asides, choices, given, pictures
from .accounting import single
from .alike import each_its_own
from .clause import phrase_of
from .corrections import corrected
from .cutting import Cutter
from .ellipsis import spoken_of, told_late
from .examples import exemplified
from .flanks import flanked
from .fragments import together
from .partly import both_named
from .parts import Part
from .patterns import found
from .reading import Reader
from .reasons import unreasoned
from .refusals import refused, reworded
from .repaints import unmeant
from .requests import Add, Ask, Context, Intent, Learn, NotUnderstood, Paint, Pair, Remark, Session, Which
from .settling import mentioned, settled, told
from .sight import Sight, Unreadable
from .spelling import Word, plain, regular
from .tagging import Tagger
from .tokens import Token
from .unable import instead, unable

Result = TypeVar("Result")
EMPTY = re.compile(r"\ban empty (?=[a-z])", re.IGNORECASE)  # a place with nothing in it is a picture of its own


def understand(text: str, context: Context) -> tuple[Intent, ...]:
    """Reads a request.

    Args:
        text: what the user typed.
        context: what it may refer to.

    Returns:
        Intents in the order said; `NotUnderstood` wherever a part could not be read, `Which` where it could mean several things.
    """
    if EMPTY.search(text):
        place = parse_request(text, context.concepts)
        if place.background and not place.things and not place.unknown:
            return (Paint(place, words=text),)
    if context.given and ASIDE.match(text):
        return understand(ASIDE.sub("", text), replace(context, given=False, masked=False))
    if context.given and TRAILING.search(text):
        return understand(TRAILING.sub("", text), replace(context, given=False, masked=False))
    words = regular(text, (*context.concepts, *(name for name, _ in context.names)))
    if context.asked:
        answer = choices.answered(words, context, understand, _chosen)
        if answer is not None:
            return answer
        chosen = _chosen(words, context)
        if chosen:
            return understand(context.asked, replace(context, asked="", choices=(), chosen=chosen))
    if not words:
        return (NotUnderstood(),)
    regretted = unmeant(words, context)
    if regretted is not None:
        return regretted
    sight = Sight(context, context.last)
    denied = refused(words, Tagger(context.concepts), sight)
    if denied is not None:
        return tuple(denied)
    words = _joined(asides.undated(words), sight)
    read = settled(_Request(text, sight).request(words))
    whole = _one_scene(text, read, context)
    if whole is not None:
        return (whole,)
    if _strange(read):
        return tuple(_without_asides(text, sight) or read)
    if context.picture and len(read) == 1 and isinstance(read[0], Paint):  # a whole new picture, unless something beside the wish was taken for it
        shorter = _without_asides(text, sight) or read
        return tuple(read if _strange(shorter) else shorter)
    return tuple(read)


ADDING = re.compile(r"\b(?:add|put|insert|include|place|also|too|as well)\b", re.IGNORECASE)


def _one_scene(text: str, read: Sequence[Intent], context: Context) -> Paint | None:
    """One new picture where its things were cut apart: in "a dog on the left and a cat on the right in the snow" the place is of both."""
    if len(read) < 2 or not isinstance(read[-1], Paint) or not all(isinstance(i, Add | Paint) for i in read) or ADDING.search(text):
        return None
    named = sorted(wish.noun for i in read for wish in (i.wanted.things if isinstance(i, Paint) else (i.what,) if isinstance(i, Add) else ()))
    scene = parse_request(text, context.concepts)
    return Paint(scene, words=text) if not scene.unknown and sorted(wish.noun for wish in scene.things) == named else None


BESIDE = (
    r"(?:never mind|don'?t mind|do not mind|ignore|forget(?: about)?|disregard|skip) (?:the|my|that|these|those) "
    r"(?:mask|region|selection|photos?|pictures?|images?)"
)
TRAILING = re.compile(rf"\s*[,.;:-]+\s*(?:and |but )?(?:please )?{BESIDE}(?: for now)?\s*[.!]*\s*$", re.IGNORECASE)
"""The same behind a wish."""
ASIDE = re.compile(
    r"^\s*(?:(?:please )?(?:never mind|don'?t mind|do not mind|ignore|forget(?: about)?|disregard|leave|skip)) (?:the|my|that|these|those) "
    r"(?:mask|region|selection|area|drawing|photos?|pictures?|images?)(?: (?:for now|alone|aside|out of it|be))?\s*[,.;:]\s*(?:and |but )?(?=\w)",
    re.IGNORECASE,
)
"""What came with the request is not meant: "never mind the mask, …"."""


def _joined(words: Sequence[Word], sight: Sight) -> tuple[Word, ...]:
    """Words with what is said in pieces, or out of order, put together, and without what was taken back."""
    tagger = Tagger(sight.context.concepts)
    words = told_late(corrected(single(reworded(words, tagger, sight)), tagger), tagger.tokens)
    words = both_named(spoken_of(words, tagger.tokens, [w.noun for w in sight.things]), tagger.tokens)
    words = together(unreasoned(words, tagger, sight.context.given and not sight.context.masked), tagger)
    return each_its_own(flanked(words, tagger, sight), sight)


def _strange(intents: Sequence[Intent]) -> bool:
    """Whether something was said in words that nobody knows."""
    return any(isinstance(i, NotUnderstood) and not (i.missing or i.nameless or i.told) for i in intents)


def _without_asides(text: str, sight: Sight) -> list[Intent] | None:
    """A request that cannot be read as it stands, read without what asks for nothing; None where there is nothing of that kind."""
    context = sight.context
    tagger = Tagger(context.concepts)
    names = (*context.concepts, *(name for name, _ in context.names))
    words = regular(asides.headed(text, tagger), names)
    words = _joined(words, sight)
    shorter, topics = asides.left_out(words, tagger)
    if not shorter or shorter == regular(text, names):
        return None
    reader = _Request(text, sight)
    concepts = sight.context.concepts
    absent = next((phrase_of(t) for t in topics if phrase_of(t).noun not in concepts and not sight.shows(phrase_of(t))), None)
    meant = [t for t in tagger.tokens(shorter) if t.kind == "thing"]
    alone = not tagger.tokens(shorter)[1:] or (meant and all(phrase_of(t).pronoun for t in meant))
    if absent is not None and sight.context.picture and alone and not any(sight.shows(phrase_of(t)) for t in topics):
        return [NotUnderstood(missing=absent.words)]  # "the cat is ugly, delete"
    dropped = [w for w in words if w.said not in {k.said for k in shorter} or w.said in ("a", "an", "the", "this", "that", ",", ".")]
    one = any(w.said == "one" for w in shorter) and not any(w.said == "one" and w.typed != "one" for w in shorter)
    if one and not topics and not any(phrase_of(t).noun for t in meant) and asides.about_strangers(dropped, tagger, ("a", "an")):
        return None  # "our neighbour has a tractor, put one in"
    busy = any(t.kind == "verb" and t.classes - {"be", "want", "suit", "give"} for t in tagger.tokens(shorter))
    pronouns = bool(meant) and all(phrase_of(t).pronoun for t in meant)
    if not topics and busy and pronouns and asides.about_strangers(dropped, tagger, ("the", "this", "that", "a", "an")):
        return None  # "the dragon won, delete it"
    reader.topic(topics)
    return settled(reader.request(shorter))


def _chosen(words: Sequence[Word], context: Context) -> tuple[Wish, ...]:
    """What a bare answer to "which one?" names; nothing where something else was said."""
    every = Tagger(context.concepts).tokens(words)
    tokens = [t for t in every if t.kind not in ("mark", "stop")]
    named = [t for t in tokens if t.kind in ("thing", "colour", "ordinal", "number")]
    if [t.kind for t in named] == ["ordinal", "number"] and words[named[1].start].said == "one":
        named, tokens = named[:1], [t for t in tokens if t is not named[1]]  # "last one"
    if len(named) != 1 or len(tokens) > len(named) + sum(t.kind == "verb" and bool(t.classes & {"want", "be"}) for t in tokens):
        return ()
    if any(t.kind == "mark" and t.value in ("not", "no") for t in every):  # "not the white one"
        rest = [w for w in words if w.said not in ("not", "no")]
        denied = _chosen(rest, context) if len(rest) < len(words) else ()
        return tuple(w for w in context.choices if w not in denied) if len(denied) == 1 and len(context.choices) == 2 else ()
    sight = Sight(replace(context, wanted=context.wanted and context.wanted.model_copy(update={"things": context.choices, "relations": ()})))
    token = named[0]
    try:
        if token.phrase is not None:
            return context.choices if token.phrase.extra == "both" else sight.present(token.phrase)
        if token.kind == "colour":
            return tuple(w for w in context.choices if w.colour == token.value)
        number = int(token.value)
        return (context.choices[number - 1 if number > 0 else number],) if number == -1 or 0 < number <= len(context.choices) else ()
    except Unreadable:
        return ()


class _Request:
    """Reads one request; `sight` is what it may refer to at the point that was reached."""

    def __init__(self, text: str, sight: Sight) -> None:
        self.text = text
        self.sight = sight
        self.tagger = Tagger(sight.context.concepts)

    @property
    def cutter(self) -> Cutter:
        """Cuts and judges parts at the point that was reached."""
        return Cutter(self.sight, self.tagger)

    def request(self, words: Sequence[Word]) -> list[Intent]:
        """Everything that was said."""
        whole = self.cutter.courteous(tuple(words))
        told = unable(whole.words, self.sight)
        read = self._request(whole)
        return instead(told, read) if told else read

    def _request(self, whole: Part) -> list[Intent]:
        words = whole.words
        alike = self._tried(lambda: exemplified(words, self.sight, self.tagger))
        if alike:
            return alike
        learned = self._lesson(words)
        if learned is not None:
            return learned
        controlled = self._tried(lambda: given.controls(whole.clause, self.sight))
        if controlled:
            return controlled
        intents: list[Intent] = []
        parts = self.cutter.imperatives(words)
        if len(parts) == 2 and pictures.together(whole.words, whole.clause, self.sight, parts[0].words):
            parts = [whole]  # "take 2 and 4 and make one picture of them"
        cleared = False
        for number, part in enumerate(parts):
            if len(parts) > 1 and self.cutter.says_nothing(part, intents):
                continue
            if len(parts) > 1 and (self.cutter.keeps(part) or self.cutter.spares(part, parts[min(number + 1, len(parts) - 1)])):
                self.topic(part.clause.things)
                continue
            meant = self.cutter.corrects(part, parts[number + 1]) if number + 1 < len(parts) else None
            if meant is not None:
                self.topic([meant])
                continue
            if number + 1 < len(parts) and (self.cutter.describes(part, parts[number + 1]) or self.cutter.recalls(part, parts[number + 1])):
                self.topic(part.clause.things)
                continue
            if number + 1 < len(parts) and self.cutter.exclaims(part, parts[number + 1]):
                self.topic(part.clause.things)
                continue
            failed = intents and isinstance(intents[-1], NotUnderstood | Which)
            if failed and self.cutter.only_pronouns(part):
                continue
            if number and cleared and self.sight.context.picture:
                anew = Reader(self.text, self.sight).part(part)
                intents = [] if any(isinstance(i, Paint) for i in anew) else intents  # "clear everything and draw a castle"
            cleared = part.clause.said_any("everything", "it all") and part.clause.does("remove")
            read = self._after(part, intents) or Reader(self.text, self.sight).part(part)
            if number + 1 < len(parts):
                if self.cutter.speaks_of_us(part, read):
                    continue
                read = told(read, part.words)
            unread = isinstance(read[0] if read else None, NotUnderstood)
            if number + 1 < len(parts) and unread and self.cutter.leads_to(part, parts[number + 1]):
                self.topic(part.clause.things)
                continue
            if not read or all(isinstance(i, Remark) and i.about is None for i in read):  # "the house. It is too small": a topic
                self.topic(part.clause.things)
            self._mention(read)
            self._complaint(part, read)
            if any(isinstance(i, Ask) for i in read):  # "who is bo? forget him"
                names = [phrase_of(t).noun for t in part.clause.things if phrase_of(t).noun in self.sight.context.concepts]
                self.sight = self.sight.after([Wish(noun=name) for name in names])
            vague = len(parts) > 1 and isinstance(read[-1] if read else None, NotUnderstood) and self.cutter.vague(part, bool(intents))
            intents += [] if vague else read
        painted = all(isinstance(i, Paint) or (isinstance(i, NotUnderstood) and not whole.clause.of("unknown")) for i in intents)
        if len(parts) > 1 and not self.sight.context.picture and painted and isinstance(intents[0] if intents else None, Paint):
            return self._tried(lambda: Reader(self.text, self.sight).paints(whole.clause)) or intents  # a picture told in several sentences
        return intents

    def _lesson(self, words: tuple[Word, ...]) -> list[Intent] | None:
        """A concept to learn, and what else is wished, where the new concept may be painted: "learn this as coco, then add coco"."""
        learned = given.learns(words, self.text, self.sight)
        if learned is None:
            return None
        parts = self.cutter.imperatives(words)
        lesson = tuple(w for p in parts if not given.beside_lesson(p) for w in (*p.words, Word(".", ".")))
        again = given.learns(lesson, self.text, self.sight) if any(given.beside_lesson(p) for p in parts) else None
        if not again or not isinstance(again[0], Learn):
            return learned
        context = replace(self.sight.context, concepts=(*self.sight.context.concepts, again[0].name), given=False)
        tagger = Tagger(context.concepts)
        intents: list[Intent] = []
        for part in parts:
            if given.beside_lesson(part):
                # "learn her and add her", "learn him and swap the car for him"
                nameless = not any(phrase_of(t).noun for t in part.clause.things[:1]) or part.clause.does("replace")
                meant = [w.typed == again[0].name or (nameless and w.said in ("her", "him", "it", "them")) for w in part.words]
                said = tuple(Word(again[0].name, again[0].name, True) if m else w for w, m in zip(part.words, meant, strict=True))
                intents += Reader(self.text, Sight(context, self.sight.last)).part(Part(said, tagger.tokens(said)))
            else:
                intents += [i for i in again if i not in intents]
        return intents

    def _after(self, part: Part, intents: Sequence[Intent]) -> list[Intent] | None:
        """What a part means only behind another one: a name for what was just painted, "merge these two" behind a comparison."""
        said = plain(part.words)
        if intents and isinstance(intents[-1], Paint) and not self.sight.context.picture and found(addresses.naming(), said):
            painted = Sight(replace(self.sight.context, picture=True))
            name = pictures.named(part.words, said, part.clause, painted)
            return None if name is None else [name]
        pair = next((i for i in intents if isinstance(i, Pair)), None)
        if (
            pair is None
            or not part.clause.said_any("these", "them", "those", "both", "the two")
            or pictures.references(part.words, self.sight, loose=False)
        ):
            return None
        verb = next((verb for verb, lines in addresses.pairing().items() if found(lines, said)), None)
        return None if verb is None or verb == pair.verb else [Pair(verb, pair.first, pair.second)]

    def topic(self, things: Sequence[Token]) -> None:
        """Notes what was spoken of before the request begins."""
        things = [t for t in things if not phrase_of(t).pronoun] or things
        known = [Wish(noun=phrase_of(t).noun) for t in things if phrase_of(t).noun in self.sight.context.concepts]
        self.sight = self.sight.after([w for t in things for w in self.cutter.seen(t)] or known)

    def _mention(self, intents: Sequence[Intent]) -> None:
        """Remembers what "it" means from here on."""
        self.sight = self.sight.after([wish for intent in intents for wish in mentioned(intent)])

    def _complaint(self, part: Part, intents: Sequence[Intent]) -> None:
        """Remembers what a complaint was about: "I only see one car, could there be four of them"."""
        if list(intents) == [Session("fix")]:
            self.topic(part.clause.things)

    def _tried(self, read: Callable[[], Result]) -> Result | None:
        try:
            return read()
        except Unreadable:
            return None
