"""Reads a part of a request: as a whole where some reader knows it, or else cut in two at "and" or a comma where its parts can be read."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from . import courtesy, given, looking, pictures, talk
from .adding import SHALL_BE
from .alike import apart, which_of
from .clause import Clause, indefinite, phrase_of, scene_of
from .denials import denied, excepted
from .earlier import earlier, of_picture
from .edits import READERS, repainted
from .markers import REGION
from .partly import like_another, partly
from .parts import Part, cut, leftover
from .requests import Add, Intent, Move, NotUnderstood, Paint, Recolour, Replace, Resize, Session, Which
from .settling import mentioned
from .sight import Sight, Unreadable
from .spelling import Word
from .tagging import Tagger
from .thesaurus import NUMBERS
from .tokens import Token
from .variations import varies

PLACING = frozenset({"between", "among", "amongst", "amid", "against", "around", "across", "inside"})
"""Words that say where something strange should be: it is the thing that nobody knows."""
GIVEN_OUT = frozenset({"ledger", "history", "export", "concepts", "upscale"})
"""What is handed out, and may be asked for in one breath."""


class Reader:
    """Reads parts of one request.

    Args:
        text: what the user typed.
        sight: what it may refer to at the point that was reached.
    """

    def __init__(self, text: str, sight: Sight) -> None:
        """Keeps what was typed, for questions, and what may be referred to."""
        self.text = text
        self.sight = sight

    def part(self, part: Part) -> list[Intent]:
        """Everything that a part says; what is wrong with it where it cannot be read."""
        strange = part.clause.of("unknown")
        both = self._both(part)
        if both:
            return both
        try:
            return self._read(part, ())[0]
        except Unreadable as problem:
            if strange:
                return [NotUnderstood(unknown=_unknown(part.words, strange))]
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
        if inpainted is not None and clause.of("unknown") and clause.does("remove", "vanish"):
            raise Unreadable(NotUnderstood(unknown=_unknown(words, clause.of("unknown"))))
        if inpainted is not None and not clause.of("unknown"):
            return inpainted
        kept = clause.marked("instead of", "than") and any(phrase_of(t).definite and sight.shows(phrase_of(t)) for t in clause.things)
        anew = clause.marked("new") and not clause.marked("same") and not clause.of("unknown") and not kept
        if anew and (clause.of("ground") or any(phrase_of(t).noun for t in clause.things)):
            return self.paints(clause)
        alone = clause.things and all(phrase_of(t).pronoun for t in clause.things) and clause.of("colour", "size")
        if alone and not sight.context.picture and not sight.last and clause.does("make", "change", "colour", "grow", "shrink"):
            raise Unreadable(Which("it", ()))  # "make it blue", and there is no picture
        forgotten = given.forgets(clause, sight)
        if forgotten is not None:
            return forgotten
        recalled = pictures.described(clause, sight)
        if recalled is not None:
            return recalled
        before = of_picture(words, clause, sight) or earlier(clause, sight)
        early = (before, denied(clause, sight), excepted(words, clause, sight), like_another(clause, sight))
        for found in early:
            if found is not None:
                return found
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
            raise Unreadable(NotUnderstood(unknown=_unknown(words, [t for t in clause.of("unknown") if t.start < len(words)])))
        if courtesy.chatter(words, clause):
            return [Session("thanks")]
        if self._several(clause):
            return None  # "the dog must become a cat and the car a boat" is to be cut first
        problem: Unreadable | None = None
        for reader in (partly, *READERS):
            try:
                edits = reader(clause, sight)
            except Unreadable as error:
                problem = problem or error
                continue
            if edits is None:
                continue
            doubt = which_of(clause, sight, edits) if reader is not partly else None
            if doubt is not None:
                single = self._one_of(part)
                if single is None:
                    raise Unreadable(doubt)
                return single
            unsaid = problem is not None and isinstance(problem.intent, Which) and clause.does("change")
            if problem is not None and unsaid and all(isinstance(i, Add) for i in edits):
                raise problem  # "turn one of them into a cat" adds no cat
            return edits
        doubt = which_of(clause, sight, None) if problem is None else None
        single = self._one_of(part) if doubt is not None or problem is not None else None
        if single is not None:
            return single
        if doubt is not None:
            raise Unreadable(doubt)
        painted = self.paints(clause) if problem is None else None
        if painted is None and problem is not None:
            raise problem
        absent = [phrase_of(t) for t in clause.things if phrase_of(t).definite and phrase_of(t).noun and not sight.shows(phrase_of(t))]
        if painted is None and sight.context.picture and absent:
            raise Unreadable(NotUnderstood(missing=absent[0].words))
        return painted

    def _one_of(self, part: Part) -> list[Intent] | None:
        """What is said of one of several alike."""
        found = apart(part, self.sight, Tagger(self.sight.context.concepts))
        if found is None:
            return None
        rest, group, which = found
        meant = Sight(replace(self.sight.context, chosen=(group,)), self.sight.last, self.sight.fresh)
        try:
            read = Reader(self.text, meant)._whole(rest)
        except Unreadable:
            return None
        if not read or not all(isinstance(i, Recolour | Move | Resize | Replace) for i in read):
            return None
        return [replace(i, which=which) for i in read if isinstance(i, Recolour | Move | Resize | Replace)]

    def paints(self, clause: Clause) -> list[Intent] | None:
        """A new picture."""
        if not clause.of("thing", "ground"):
            return (
                [] if not clause.of("colour", "size", "side", "number", "relation", "verb", "whole") and not clause.marked("again", "same") else None
            )
        if self.sight.context.picture and self._only_named(clause):
            return None  # "dog colour", "kitty wants a friend"
        if self.sight.context.picture and self._telegraphic(clause):
            return None  # "car blue, dog red" is to be cut first
        denied = clause.marked("not") and any(phrase_of(t).definite and phrase_of(t).noun and self.sight.shows(phrase_of(t)) for t in clause.things)
        if self.sight.context.picture and denied and not clause.does("paint", "want", "add"):
            return None  # "the balloon does not look like a balloon"
        if self.sight.context.picture and clause.marked("gone", "in place") and not clause.does("paint", "add"):
            return None  # "tree away, sunset in" is to be cut first
        if self.sight.context.picture and clause.marked("not") and not clause.things:
            return None  # "not in the mood for the beach"
        if self.sight.context.picture and clause.does("change") and clause.of("side") and all(self.sight.shows(phrase_of(t)) for t in clause.things):
            return None  # "turn the left dog yellow"
        if self.sight.context.picture and clause.does("change") and any(phrase_of(t).definite and phrase_of(t).noun for t in clause.things):
            return None  # "change the tree to a house and the dog to a cat" is to be cut first
        backdrop = any(f"{t.value} background" in clause.said for t in clause.of("ground"))
        if self.sight.context.masked and backdrop and REGION & set(clause.said.split()):
            return None  # "a truck in the region and a night background"
        if self.sight.context.picture and self._goes_on(clause):
            return None  # "a rose above the car, and a sunset as the background" is to be cut first
        if not self.sight.context.picture:
            self._nothing_there(clause)
        if self.sight.context.picture and clause.does("forget") and not clause.does("paint", "add"):
            return None  # "you forgot the snow"
        busy = clause.does("remove", "replace", "move", "swap", "colour", "grow", "shrink", "segment", "double", "vanish", "add")
        if self.sight.context.picture and len(clause.of("side")) > 1 and not clause.does("paint"):
            return None  # "tree on the left, house on the right": two things more
        if self.sight.context.picture and busy and not clause.does("paint", "put", "want", "give"):
            return None
        if self.sight.context.picture and (clause.marked("less", "enough", "missing") or any(phrase_of(t).extra == "more" for t in clause.things)):
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

    def _both(self, part: Part) -> list[Intent]:
        """Two things that are told or given in one breath: "give me the ledger and the history", "in 4k, and the script too"."""
        if any(phrase_of(t).noun for t in part.clause.things) or part.clause.of("colour", "ground"):
            return []
        for stop in (t for t in part.tokens if t.value == "and"):
            sides = [Part(part.words[: stop.start], ()), Part(part.words[stop.end :], ())]
            told = [talk.session_request(p.words, p.clause, self.sight) for p in sides if p.words]
            verbs = [i[0].verb for i in told if i and len(i) == 1 and isinstance(i[0], Session)]
            if len(verbs) == 2 and len(set(verbs)) == 2 and set(verbs) <= GIVEN_OUT:
                return [Session(v) for v in verbs]
        return []

    def _several(self, clause: Clause) -> bool:
        """Whether several things that are shown are each to become, or give way to, something else; or have places of their own."""
        if not self.sight.context.picture or clause.marked("new") or clause.does("paint"):
            return False
        things = [phrase_of(t) for t in clause.things if phrase_of(t).noun]
        shown = [p for p in things if self.sight.shows(p) and not indefinite(p)]
        twice = sum(t.value == "become" for t in clause.of("verb")) > 1 or sum(t.value == "instead of" for t in clause.of("mark")) > 1
        kinds = [self.sight.shows(p) and not indefinite(p) for p in things]
        pairs = (
            kinds[:4] == [True, False, True, False]
            and (clause.does("make", "change", "be") or not clause.of("verb"))
            and not clause.of("relation", "side")
        )
        coloured = [t for t in clause.of("colour") if (b := clause.before(t)) is not None and b.kind in ("thing", "mark")]
        told = kinds == [True, False] and bool(coloured) and bool(clause.of("side")) and bool(clause.of("stop"))
        sides = clause.of("side")
        apart = len(sides) == 1 and kinds == [False, False] and things[0].article and clause.things[0].end <= sides[0].start < clause.things[1].start
        placed = len(shown) == 1 and shown[0].noun and bool(clause.of("side")) and bool(clause.of("ground")) and not clause.of("verb")
        return twice or pairs or bool(placed) or told or (apart and clause.does("want", "add", "put"))

    def _goes_on(self, clause: Clause) -> bool:
        """Whether what is shown, or the picture itself, gets a place of its own, and something else is told beside that."""
        stops = clause.of("stop")
        if clause.does("paint") or not stops:
            return False
        denied = [t for t in clause.things if (b := clause.before(t)) is not None and b.value == "no" and b.end > stops[0].start]
        if len(clause.things) > 1 and not clause.marked("new") and any(phrase_of(t).noun and self.sight.kin(phrase_of(t)) for t in denied):
            return True  # "two dogs in place of the cats, and no more house"
        if clause.marked("no") and clause.things and all(phrase_of(t).noun and self.sight.kin(phrase_of(t)) for t in clause.things):
            return True  # "black cats, and no house"
        shown = [p for p in map(phrase_of, clause.things) if p.noun and self.sight.shows(p) and not indefinite(p)]
        new = any(indefinite(phrase_of(t)) for t in clause.things)
        if shown and (clause.of("side") or (new and clause.of("ground") and any(p.definite for p in shown))):
            return True
        first = clause.things[0] if clause.things else None
        itself = first is not None and phrase_of(first).pronoun and clause.does("be", "make") and first.end < stops[0].start
        itself = itself or clause.said_any("let there be")
        if itself and any(t.end <= stops[0].start for t in clause.of("ground")):
            return True  # "let it be night, with fireworks at the top"
        behind = bool(clause.of("ground")) and clause.of("ground")[-1].start > stops[-1].start and clause.said_any("background", "backdrop")
        return behind and all(phrase_of(t).noun and self.sight.kin(phrase_of(t)) for t in clause.things)

    def _nothing_there(self, clause: Clause) -> None:
        """Says so where something is to be changed before there is a picture: "delete the tree", "put it right of the house".

        Raises:
            Unreadable: it is so.
        """
        it = bool(clause.things) and phrase_of(clause.things[0]).pronoun and not self.sight.last
        if it and clause.does("put", "move", "replace", "swap") and (len(clause.things) > 1 or clause.of("side", "relation")):
            raise Unreadable(Which("it", ()))
        named = [p for p in map(phrase_of, clause.things) if p.noun]
        if not named or not named[0].definite or clause.does("paint", "add", "want") or clause.of("relation", "ground"):
            return
        new = len(named) == 2 and indefinite(named[1])
        busy = clause.does("remove", "move", "grow", "shrink", "replace", "swap") and not clause.does("give")
        told = clause.does("make", "change", "colour") or clause.said.startswith(" colour ") or clause.said_any(*SHALL_BE)
        told = told or (clause.does("be") and bool(clause.of("size")))
        like = new or (all(p.definite for p in named) and any(t.start >= clause.things[-1].end for t in clause.of("colour", "size")))
        if (busy and (new or len(named) == 1)) or (told and like):
            raise Unreadable(NotUnderstood(missing=named[0].words))

    def _only_named(self, clause: Clause) -> bool:
        """Whether all that is named is there already and nothing new is said of it: no reason to paint a picture without the rest."""
        things = [phrase_of(t) for t in clause.things]
        bare = all(p.noun and not indefinite(p) and self.sight.shows(p) and p.noun not in self.sight.context.concepts for p in things)
        spare = len(self.sight.things) > len({p.noun for p in things})
        return bool(things) and bare and spare and not clause.of("ground", "colour") and not clause.does("paint") and not clause.marked("new", "no")

    def _telegraphic(self, clause: Clause) -> bool:
        """Whether what is shown is named without articles, each with what it shall be; or the place of something is wanted."""
        things = [phrase_of(t) for t in clause.things]
        if len(things) > 1 and all(repainted(p, self.sight) for p in things):
            return True  # "black house, green balloon"
        bare = len(things) > 1 and not any(p.article or p.count or p.pronoun for p in things) and all(self.sight.shows(p) for p in things)
        told = bare and len(clause.of("colour", "size", "side")) + sum(t.value in ("gone", "in place") for t in clause.of("mark")) > 1
        return told or clause.said_any("'s place", "'s spot", "'s stead")


def _unknown(words: Sequence[Word], strange: Sequence[Token]) -> tuple[str, ...]:
    """The strange words; where something should be only if there is no other."""
    said = tuple(dict.fromkeys(_singular(words, t.start) for t in strange))
    return tuple(w for w in said if w not in PLACING) or said


def _singular(words: Sequence[Word], at: int) -> str:
    """A strange word; one of several in the singular: "two snakes"."""
    word = words[at].said
    counted = at > 0 and (words[at - 1].said in NUMBERS or words[at - 1].said.isdecimal() or words[at - 1].said in ("some", "few", "several", "many"))
    return word[:-1] if counted and word.endswith("s") and not word.endswith(("ss", "us")) and words[at - 1].said != "one" else word
