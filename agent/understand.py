"""The grammar of requests: cuts what was said into clauses, and lets each reader look at each clause until one knows it.

Words are made regular (`spelling.py`) and become tokens (`tagging.py`); noun phrases are looked up in the picture (`sight.py`). A clause
that nobody can read as a whole is cut at "and" or a comma, where its parts can be read.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from ..tools.wording import Wish, parse_request
from . import asides, courtesy, given, looking, pictures, talk
from .clause import Clause, indefinite, phrase_of, scene_of
from .edits import READERS
from .markers import REGION
from .parts import Part, cut, leftover, stripped
from .requests import Ask, Context, Go, Intent, NotUnderstood, Paint, Pair, Session, Which
from .settling import mentioned, settled
from .sight import Sight, Unreadable
from .spelling import Word, regular
from .tagging import Tagger
from .thesaurus import classes, forms
from .tokens import Token
from .variations import varies

Result = TypeVar("Result")
ENDS = frozenset({".", "?"})
LEADING = frozenset(
    "please can could would will you i we then also now just to want like let's us finally next first again kindly and maybe perhaps "
    "afterwards after that".split()
)
NO_START = frozenset(
    {"be", "have", "look", "see", "like", "appear", "stay", "remain", "stand", "sit", "let", "want", "need", "lie", "wish", "love", "prefer", "grow",
     "float", "match", "fit", "mark", "design", "picture", "drive", "fly", "run", "swim", "sail", "walk", "play", "know", "think", "mind", "mean",
     "outline", "lead", "sketch", "bloom", "wear", "hang", "rest", "seat", "park", "plant", "feel"}
)  # fmt: skip
POINTING_BACK = frozenset("go back to that it there show me use take this one please return open load , again continue with from let us".split())


DOING = frozenset("do that this it please for me us now quick quickly can could you real really , . ?".split())
SHOWING = frozenset(
    "list show tell give print let see bring get put restore have me us it that them both all just please back again to on , . ?".split()
)
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
    words = regular(text, (*context.concepts, *(name for name, _ in context.names)))
    if context.asked:
        chosen = _chosen(words, context)
        if chosen:
            return understand(context.asked, replace(context, asked="", choices=(), chosen=chosen))
    if not words:
        return (NotUnderstood(),)
    sight = Sight(context, context.last)
    read = settled(_Reader(text, sight).request(words))
    return tuple(_without_asides(text, sight) or read) if _strange(read) else tuple(read)


def _strange(intents: Sequence[Intent]) -> bool:
    """Whether something was said in words that nobody knows."""
    return any(isinstance(i, NotUnderstood) and not i.missing for i in intents)


def _without_asides(text: str, sight: Sight) -> list[Intent] | None:
    """A request that cannot be read as it stands, read without what asks for nothing; None where there is nothing of that kind."""
    context = sight.context
    tagger = Tagger(context.concepts)
    names = (*context.concepts, *(name for name, _ in context.names))
    words = regular(asides.headed(text, tagger), names)
    shorter, topics = asides.left_out(words, tagger)
    if not shorter or shorter == regular(text, names):
        return None
    reader = _Reader(text, sight)
    absent = next((phrase_of(t) for t in topics if not sight.shows(phrase_of(t))), None)
    meant = [t for t in tagger.tokens(shorter) if t.kind == "thing"]
    alone = not tagger.tokens(shorter)[1:] or (meant and all(phrase_of(t).pronoun for t in meant))
    if absent is not None and sight.context.picture and alone and not any(sight.shows(phrase_of(t)) for t in topics):
        return [NotUnderstood(missing=absent.words)]  # "the cat is ugly, delete"
    reader.topic(topics)
    return settled(reader.request(shorter))


def _chosen(words: Sequence[Word], context: Context) -> tuple[Wish, ...]:
    """What a bare answer to "which one?" names; nothing where something else was said."""
    tokens = [t for t in Tagger(context.concepts).tokens(words) if t.kind not in ("mark", "stop")]
    named = [t for t in tokens if t.kind in ("thing", "colour", "ordinal", "number")]
    if len(named) != 1 or len(tokens) > len(named) + sum(t.kind == "verb" and bool(t.classes & {"want", "be"}) for t in tokens):
        return ()
    sight = Sight(replace(context, wanted=context.wanted and context.wanted.model_copy(update={"things": context.choices, "relations": ()})))
    token = named[0]
    try:
        if token.phrase is not None:
            return context.choices if token.phrase.extra == "both" else sight.present(token.phrase)
        if token.kind == "colour":
            return tuple(w for w in context.choices if w.colour == token.value)
        number = int(token.value)
        return (context.choices[number - 1 if number > 0 else number],) if -1 <= number - 1 < len(context.choices) else ()
    except Unreadable:
        return ()


class _Reader:
    """Reads one request; `sight` is what it may refer to at the point that was reached."""

    def __init__(self, text: str, sight: Sight) -> None:
        self.text = text
        self.sight = sight
        self.tagger = Tagger(sight.context.concepts)

    def request(self, words: Sequence[Word]) -> list[Intent]:
        """Everything that was said."""
        whole = self._courteous(tuple(words))
        words = whole.words
        learned = given.learns(words, self.text, self.sight)
        if learned is not None:
            return learned
        controlled = self._tried(lambda: given.controls(whole.clause, self.sight))
        if controlled:
            return controlled
        intents: list[Intent] = []
        parts = self._imperatives(words)
        for number, part in enumerate(parts):
            if len(parts) > 1 and self._says_nothing(part, intents):
                continue
            if len(parts) > 1 and self._keeps(part):
                self.topic(part.clause.things)
                continue
            if number + 1 < len(parts) and self._describes(part):
                self.sight = self.sight.after([w for t in part.clause.things for w in self._seen(t)])
                continue
            failed = intents and isinstance(intents[-1], NotUnderstood | Which)
            if failed and self._only_pronouns(part):
                continue
            read = self._part_read(part)
            if number + 1 < len(parts) and isinstance(read[0] if read else None, NotUnderstood) and self._leads_to(part, parts[number + 1]):
                self.sight = self.sight.after([w for t in part.clause.things for w in self._seen(t)])
                continue
            if not read:  # "the house. It is too small": a topic
                self.sight = self.sight.after([w for t in part.clause.things for w in self._seen(t)])
            self._mention(read)
            if any(isinstance(i, Ask) for i in read):  # "who is bo? forget him"
                names = [phrase_of(t).noun for t in part.clause.things if phrase_of(t).noun in self.sight.context.concepts]
                self.sight = self.sight.after([Wish(noun=name) for name in names])
            vague = len(parts) > 1 and isinstance(read[-1] if read else None, NotUnderstood) and not part.clause.of("unknown", "thing")
            intents += [] if vague else read
        if len(parts) > 1 and not self.sight.context.picture and all(isinstance(i, Paint) for i in intents):
            return self._tried(lambda: self._paints(whole.clause)) or intents  # a picture told in several sentences
        return intents

    def topic(self, things: Sequence[Token]) -> None:
        """Notes what was spoken of before the request begins."""
        self.sight = self.sight.after([w for t in things for w in self._seen(t)])

    def _part(self, words: Sequence[Word]) -> Part:
        return Part(tuple(words), self.tagger.tokens(words))

    def _courteous(self, words: tuple[Word, ...]) -> Part:
        """A part without its courtesies, unless it is nothing else."""
        part = self._part(words)
        return part if courtesy.praise(words, part.clause) else self._part(courtesy.uncourteous(words))

    def _only_pronouns(self, part: Part) -> bool:
        things = part.clause.things
        return bool(things) and all(phrase_of(t).pronoun for t in things) and not part.clause.of("unknown")

    def _says_nothing(self, part: Part, intents: Sequence[Intent]) -> bool:
        """Whether a part beside others only points back: "picture 4 was better, go back to that", "no, don't, undo"."""
        said = {w.said for w in part.words}
        if intents and isinstance(intents[-1], Go) and said <= POINTING_BACK:
            return True
        if intents and "do" in said and said <= DOING:
            return True  # "…, can you do that quickly?"
        telling = bool(intents) and isinstance(intents[-1], Session | Pair | Ask) and intents[-1] != Session("undo")
        if telling and said <= SHOWING:
            return True  # "what have you learned? list it"
        pointing = "i" in said and bool(said & REGION) and not part.clause.does("remove", "vanish", "fill", "replace", "put")
        if self.sight.context.masked and (part.words[0].said == "i" or pointing or said & {"mind", "ignore", "forget"}) and not part.clause.things:
            return True  # "I drew a mask, …", "never mind the mask, …"
        return said <= {"no", "not", "do", "does", "stop", "wait", ",", "?", "no,", "is", "it", "right", "please"}

    def _describes(self, part: Part) -> bool:
        """Whether a part before others only says how something is ("the dog is hardly visible, enlarge it"): no wish by itself."""
        clause, words = part.clause, part.words
        things = [phrase_of(t) for t in clause.things]
        told = clause.of("unknown") and len(things) == 1 and things[0].definite and self.sight.shows(things[0])
        verbs = all("be" in t.classes or t.value == "see" for t in clause.of("verb"))
        if told and verbs and clause.of("verb") and not clause.of("colour", "ground", "side", "relation") and not looking.asking(words):
            return True
        stated = clause.marked("missing", "turned", "wrong") and not looking.asking(words) and not things and not clause.of("unknown", "colour")
        return (
            bool(stated)
            and words[0].said in ("something", "a", "one", "it", "that", "this", "the", "some")
            and not clause.does("want", "give", "make")
        )

    def _keeps(self, part: Part) -> bool:
        """Whether a part beside others only says what stays: "keep the dog, remove the car"."""
        clause, things = part.clause, [phrase_of(t) for t in part.clause.things]
        keeping = clause.of("verb") and all(t.value in ("keep", "leave") for t in clause.of("verb")) and clause.only({"thing"})
        return bool(keeping and things) and all(p.definite and p.noun and self.sight.shows(p) for p in things)

    def _leads_to(self, part: Part, after: Part) -> bool:
        """Whether a part only names what the next one calls "it": "the car is in the way, delete it"."""
        things = [phrase_of(t) for t in part.clause.things]
        named = len(things) == 1 and things[0].definite and bool(things[0].noun or things[0].colour) and self.sight.shows(things[0])
        idle = all("be" in t.classes or not t.classes or t.value in ("see", "have", "need", "want") for t in part.clause.of("verb"))
        return named and idle and any(phrase_of(t).pronoun for t in after.clause.things)

    def _seen(self, token: Token) -> tuple[Wish, ...]:
        return (self._tried(lambda: self.sight.present(phrase_of(token)))) or ()

    def _mention(self, intents: Sequence[Intent]) -> None:
        """Remembers what "it" means from here on."""
        self.sight = self.sight.after([wish for intent in intents for wish in mentioned(intent)])

    # cutting

    def _imperatives(self, words: Sequence[Word]) -> list[Part]:
        """The parts of a request that begin with a verb of their own, or after a full stop."""
        cuts = [0]
        for at, word in enumerate(words):
            ends = word.said in ENDS or word.said == "then"
            joins = word.said in (",", "and", "but", "then", "so") and not (at and words[at - 1].said in ENDS)
            if ends and any(w.said not in (",", ".", "?") for w in words[at + 1 :]):
                cuts.append(at + 1)
            elif (
                joins
                and not self._leads(words[cuts[-1] : at])
                and self._starts(words, at + 1)
                and not (word.said == "so" and not self._tells(words[cuts[-1] : at]))
                and not (word.said == "but" or (at and words[at - 1].said == "but"))
            ):
                cuts.append(at + 1)
        cuts.append(len(words))
        parts = [stripped(words[a:b]) for a, b in zip(cuts, cuts[1:], strict=False)]
        return [self._courteous(p) for p in parts if p]

    def _leads(self, words: Sequence[Word]) -> bool:
        """Whether words only say where: "under the dog, place a bowl"."""
        tokens = self.tagger.tokens(words)
        if self.sight.context.masked and any(w.said in REGION for w in words) and all(t.kind in ("mark", "verb", "whole") for t in tokens):
            return not any({"remove", "vanish"} & t.classes for t in tokens)  # "in the region I selected, paint a boat"
        if tokens and all(t.kind in ("mark", "whole") or (t.phrase is not None and t.phrase.pronoun) for t in tokens):
            return any(t.value == "same" for t in tokens)  # "the same, set at night"
        if len(tokens) > 1 and all(t.kind == "stop" or (t.phrase is not None and not indefinite(t.phrase) and self._seen(t)) for t in tokens):
            return True  # "the dog and the car, swap places"
        return bool(tokens) and tokens[0].kind in ("side", "relation") and all(t.kind in ("side", "relation", "thing") for t in tokens)

    def _tells(self, words: Sequence[Word]) -> bool:
        """Whether something that is shown is named: "the red dog deserves a friend, so …"."""
        return any(t.phrase is not None and t.phrase.noun and not indefinite(t.phrase) and self._seen(t) for t in self.tagger.tokens(words))

    def _starts(self, words: Sequence[Word], at: int) -> bool:
        """Whether a request of its own begins at a word."""
        while at < len(words) and (words[at].said in LEADING or words[at].said == ","):
            at += 1
        if at >= len(words):
            return False
        word, after = words[at].said, words[at + 1].said if at + 1 < len(words) else ""
        base = forms().get(word)
        if base == "let" and after == "there":
            return True
        if base is None or base in NO_START or word.endswith("ed") or (word.endswith("ing") and word != "bring"):
            return False
        if word == "back" or after in ("of", "'s") or (word in ("left", "edges", "changes") and after != "it"):
            return False
        return bool(classes().get(base)) or word == base

    # reading

    def _part_read(self, part: Part) -> list[Intent]:
        strange = part.clause.of("unknown")
        try:
            return self._read(part, ())[0]
        except Unreadable as problem:
            if strange:
                return [NotUnderstood(unknown=tuple(dict.fromkeys(part.words[t.start].said for t in strange)))]
            return [problem.intent]

    def _read(self, part: Part, carried: tuple[Token, ...]) -> tuple[list[Intent], Sight]:
        """A part as a whole, or else cut in two.

        Raises:
            Unreadable: neither can be read.
        """
        problem: Unreadable | None = None
        painted: list[Intent] | None = None
        for tokens in (part.tokens, (*carried, *part.tokens)) if carried else (part.tokens,):
            try:
                read = self._whole(replace(part, tokens=tokens))
            except Unreadable as error:
                problem = problem or error
                continue
            if read is None:
                continue
            if carried and tokens is part.tokens and any(isinstance(i, Paint) for i in read):
                painted = read  # "replace the dog with a cat and the car with a boat"
                continue
            return read, self.sight.after([w for i in read for w in mentioned(i)])
        if painted is not None:
            return painted, self.sight
        for stop in (t for t in part.tokens if t.kind == "stop"):
            left, right = cut(part, stop)
            if left is None or right is None:
                continue
            before = self.sight
            try:
                first = self._whole(left) if left.tokens else []
                if first is None:
                    continue
                self.sight = self.sight.after([w for i in first for w in mentioned(i)])
                rest, sight = self._read(right, tuple(t for t in left.tokens if t.kind == "verb")[:1])
                return [*first, *rest], sight
            except Unreadable as error:
                problem = problem or error
            finally:
                self.sight = before
        raise problem or Unreadable(NotUnderstood(unknown=leftover(part)))

    def _whole(self, part: Part) -> list[Intent] | None:
        """A part as one clause.

        Raises:
            Unreadable: it is clear what is wanted, and not of what.
        """
        clause, words, sight = part.clause, part.words, self.sight
        if courtesy.praise(words, clause):
            return [Session("thanks")]
        inpainted = given.inpaints(clause, sight)
        if inpainted is not None and not clause.of("unknown"):
            return inpainted
        kept = clause.marked("instead of", "than") and any(phrase_of(t).definite and sight.shows(phrase_of(t)) for t in clause.things)
        anew = clause.marked("new") and not clause.marked("same") and not clause.of("unknown") and not kept
        if anew and (clause.of("ground") or any(phrase_of(t).noun for t in clause.things)):
            return self._paints(clause)
        forgotten = given.forgets(clause, sight)
        if forgotten is not None:
            return forgotten
        recalled = pictures.described(clause, sight)
        if recalled is not None:
            return recalled
        varied = None if clause.of("unknown") else varies(clause, sight)
        if varied is not None:
            return varied
        readers: tuple[Callable[[], list[Intent] | None], ...] = (
            lambda: talk.session_request(words, clause, sight),
            lambda: looking.segments(words, clause, sight) if looking.outlined(words) else None,
            lambda: looking.question(words, clause, self.text),
            lambda: None if clause.of("unknown") else looking.segments(words, clause, sight),
        )
        for read in readers:
            intents = read()
            if intents is not None:
                return intents
        if clause.of("unknown"):
            raise Unreadable(NotUnderstood(unknown=tuple(dict.fromkeys(words[t.start].said for t in clause.of("unknown") if t.start < len(words)))))
        if courtesy.chatter(words, clause):
            return [Session("thanks")]
        problem: Unreadable | None = None
        for reader in READERS:
            try:
                edits = reader(clause, sight)
            except Unreadable as error:
                problem = problem or error
                continue
            if edits is not None:
                return edits
        painted = self._paints(clause) if problem is None else None
        if painted is None and problem is not None:
            raise problem
        absent = [phrase_of(t) for t in clause.things if phrase_of(t).definite and phrase_of(t).noun and not sight.shows(phrase_of(t))]
        if painted is None and sight.context.picture and absent:
            raise Unreadable(NotUnderstood(missing=absent[0].words))
        return painted

    def _paints(self, clause: Clause) -> list[Intent] | None:
        """A new picture."""
        if not clause.of("thing", "ground"):
            return (
                [] if not clause.of("colour", "size", "side", "number", "relation", "verb", "whole") and not clause.marked("again", "same") else None
            )
        if self.sight.context.picture and self._telegraphic(clause):
            return None  # "car blue, dog red" is to be cut first
        if self.sight.context.picture and clause.marked("not") and not clause.things:
            return None  # "not in the mood for the beach"
        if self.sight.context.picture and clause.does("change") and clause.of("side") and all(self.sight.shows(phrase_of(t)) for t in clause.things):
            return None  # "turn the left dog yellow"
        if self.sight.context.picture and clause.does("change") and any(phrase_of(t).definite and phrase_of(t).noun for t in clause.things):
            return None  # "change the tree to a house and the dog to a cat" is to be cut first
        busy = clause.does("remove", "replace", "move", "swap", "colour", "grow", "shrink", "segment", "double", "vanish", "add")
        if self.sight.context.picture and len(clause.of("side")) > 1 and not clause.does("paint"):
            return None  # "tree on the left, house on the right": two things more
        if self.sight.context.picture and busy and not clause.does("paint", "put", "want", "give"):
            return None
        if self.sight.context.picture and (clause.marked("less", "enough") or any(phrase_of(t).extra == "more" for t in clause.things)):
            return None
        if clause.of("size", "number", "ordinal") or any(phrase_of(t).change for t in clause.things):
            return None
        scene = scene_of(clause, self.sight)
        if scene.unknown:
            raise Unreadable(NotUnderstood(unknown=scene.unknown))
        if not (scene.things or scene.background):
            return None
        first = phrase_of(clause.things[0]) if clause.things else None
        if self.sight.context.picture and first is not None and first.definite and first.noun and not self.sight.shows(first):
            if any(t.value in ("need", "want", "have", "wear", "get", "must") for t in clause.of("verb", "mark")) and not clause.does("paint"):
                raise Unreadable(NotUnderstood(missing=first.words))  # "the cat needs a crown"
        if self.sight.context.picture and all(phrase_of(t).definite for t in clause.things) and clause.things:
            return None
        return [Paint(scene, words=clause.said)]

    def _telegraphic(self, clause: Clause) -> bool:
        """Whether what is shown is named without articles, each with what it shall be; or the place of something is wanted."""
        things = [phrase_of(t) for t in clause.things]
        bare = len(things) > 1 and not any(p.article or p.count or p.pronoun for p in things) and all(self.sight.shows(p) for p in things)
        told = bare and len(clause.of("colour", "size")) + sum(t.value in ("gone", "in place") for t in clause.of("mark")) > 1
        return told or clause.said_any("'s place", "'s spot", "'s stead")

    def _tried(self, read: Callable[[], Result]) -> Result | None:
        try:
            return read()
        except Unreadable:
            return None
