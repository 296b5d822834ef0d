"""The grammar of requests: from words to intents. Patterns for verbs here; noun phrases are read by `tools.wording`."""

import re
from collections.abc import Callable, Collection

from ..engine.world.vocabulary import COLOURS
from ..tools.wording import Wish, parse_request
from .requests import (
    Add,
    Background,
    Context,
    Intent,
    Move,
    NotUnderstood,
    Paint,
    Recolour,
    Remove,
    Replace,
    Resize,
)
from .spelling import tidy
from .talk import NOUN, background_named, concept_request, question, session_request

SIDES = {"left": "left", "right": "right", "top": "top", "bottom": "bottom", "up": "top", "down": "bottom"}
BESIDE = {"over": "above", "on top of": "above", "on": "above", "under": "below", "underneath": "below", "beneath": "below"}
BESIDE |= {r: r for r in ("left of", "right of", "above", "below")} | {r: "" for r in ("next to", "beside", "near", "by", "with")}

_SIDE = re.compile(rf"^(?:to |on |at |towards? |in )?(?:the )?({'|'.join(SIDES)})(?: side| edge| half)?(?: of (?:the )?{NOUN})?$")
_RELATION = re.compile(r"\b(?:to the |on the |at the )?(left of|right of|on top of|above|below|over|underneath|under|beneath|next to|beside|near)\b ")
_INDEFINITE = re.compile(r"^(?:an?|one|two|three|four|another|some|more|\d)\b")
_BEGIN = (
    r"(?:replace|swap|exchange|substitute|turn|change|transform|make|remove|delete|erase|get rid|take|add|insert|put|place|move|shift|"
    r"paint|colour|recolour|shrink|enlarge|undo|redo|go back|upscale|export|set)"
)


def understand(text: str, context: Context) -> tuple[Intent, ...]:
    """Reads a request.

    Args:
        text: what the user typed.
        context: what it may refer to.

    Returns:
        Intents in the order said; `NotUnderstood` wherever a part could not be read.
    """
    said = tidy(text, (*context.concepts, *context.names))
    if not said:
        return (NotUnderstood(),)
    for read in (session_request, concept_request, question):
        found = read(said, text, context)
        if found is not None:
            return (found,)
    intents: list[Intent] = []
    for clause in _clauses(said):
        intents += _Clause(context, _last(intents)).read(clause)
    return tuple(intents)


def _last(intents: list[Intent]) -> Wish | None:
    """What "it" means after these intents."""
    for intent in reversed(intents):
        for part in ("new", "what"):
            if hasattr(intent, part):
                wish: Wish = getattr(intent, part)
                return wish
    return None


def _clauses(said: str) -> list[str]:
    parts = re.split(rf"\s*;\s*|,? and then |,? then |, (?={_BEGIN}\b)|,? and (?={_BEGIN}\b)|\. ", said)
    clauses: list[str] = []
    for part in (p.strip(" ,") for p in parts):
        colours = "|".join(COLOURS)
        several = re.fullmatch(rf"make (.+? (?:{colours}))((?: and (?:the )?.+? (?:{colours}))+)", part)
        if several:  # "make the car blue and the dog pink"
            clauses.append(f"make {several[1]}")
            clauses += [f"make {p}" for p in several[2].split(" and ") if p.strip()]
        elif part:
            clauses.append(part)
    return clauses


# -- clauses --------------------------------------------------------------------------------------------------------------------------


class _Clause:
    """Reads one clause; `last` is what "it" means.

    Each reader gives the intents, or None where its pattern does not fit. Order matters: the first that fits wins.
    """

    def __init__(self, context: Context, last: Wish | None) -> None:
        self.context = context
        self.last = last

    def read(self, clause: str) -> list[Intent]:
        readers: tuple[Callable[[str], list[Intent] | None], ...] = (
            self._backgrounds,
            self._replaces,
            self._recolours,
            self._resizes,
            self._removes,
            self._moves,
            self._adds,
        )
        try:
            for reader in readers:
                found = reader(clause)
                if found is not None:
                    return found
            return self._paints(clause)
        except _Unreadable as problem:
            return [problem.intent]

    # noun phrases

    def wish(self, words: str) -> Wish:
        """Reads a phrase that names one kind of thing."""
        read = parse_request(_bare(words), self.context.concepts)
        if read.unknown or len(read.things) != 1 or read.background:
            raise _Unreadable(NotUnderstood(unknown=tuple(read.unknown) or tuple(words.split())))
        return read.things[0]

    def present(self, words: str) -> Wish:
        """Reads a phrase that names a thing of the current picture."""
        things = self.context.wanted.things if self.context.wanted else ()
        if re.fullmatch(r"it|them|that|this|the thing|the object", words):
            if self.last is not None:
                return self.last
            if len(things) == 1:
                return things[0]
            if not self.context.picture:
                raise _Unreadable(NotUnderstood(missing=words))
            raise _Unreadable(NotUnderstood(unknown=(words,)))
        wish = self.wish(words)
        if self.context.wanted is None:
            return wish
        for thing in things:
            if thing.noun == wish.noun and wish.colour in (None, thing.colour):
                return thing
        raise _Unreadable(NotUnderstood(missing=_bare(words)))

    # readers

    def _backgrounds(self, clause: str) -> list[Intent] | None:
        if not self.context.picture:
            return None
        whole = r"(?:it|them|everything|all|this|that|the scene|scene|the picture|the image|the whole thing|the background|background)"
        patterns = (
            rf"(?:make|put|place|set|move|bring|paint|turn|change|switch|show|use) {whole}(?: colour)?"
            r"(?: be| into| to| with| as)?(?: in| on| at)? (?P<b>.+)",
            r"(?:i want|give me|give it|use|with|make it|on|now)?(?: an?| the)? ?(?P<b>.+?) (?:as (?:the |a )?)?background",
            r"(?:replace|swap) (?:the )?background (?:with|by|for) (?P<b>.+)",
            r"(?P<b>(?:now |instead )?(?:in|on|at) .+?)(?: instead| now)?",
            r"(?:i want (?:it|them|this)|it should be|the background should be|let it be) (?P<b>.+)",
        )
        for pattern in patterns:
            match = re.fullmatch(pattern, clause)
            if not match:
                continue
            name = background_named(match["b"])
            if name:
                return [Background(name)]
            if "background" in clause:
                unknown = parse_request(match["b"], self.context.concepts).unknown
                return [NotUnderstood(unknown=tuple(unknown) or tuple(_bare(match["b"]).split()))]
        return None

    def _replaces(self, clause: str) -> list[Intent] | None:
        patterns = (
            r"(?:replace|swap|exchange|substitute|switch) (?P<x>.+?) (?:with|for|by|to|against) (?P<y>.+)",
            r"(?:turn|change|transform|convert|make) (?P<x>.+?) (?:into|to|be) (?P<y>.+)",
            r"instead of (?P<x>.+?),? (?:i want |paint |put |i would like |there should be )?(?P<y>(?:an?|the|two|three|four) .+)",
            r"(?P<y>an? .+) instead of (?P<x>.+)",
            r"make (?P<x>the .+?|it) (?P<y>an? .+)",
            r"(?P<x>the .+?|it) should (?:be|become) (?P<y>an? .+)",
        )
        for pattern in patterns:
            match = re.fullmatch(pattern, clause)
            if match and not _colour(match["y"]) and not _SIDE.match(match["y"]) and " colour of " not in clause:
                if "size" in match["x"] or _bigger(match["y"]):
                    return None
                return [Replace(self.present(match["x"]), self.wish(match["y"]))]
        return None

    def _recolours(self, clause: str) -> list[Intent] | None:
        colour = rf"(?:in |into |to |be )?(?P<c>{'|'.join(COLOURS)})"
        patterns = (
            rf"(?:change|set|turn|make) (?:the )?colour of (?P<x>.+?) (?:to |into )?{colour}",
            rf"(?:make|turn|paint|colour|recolour|dye|change|set) (?P<x>(?:the |this |that |all )?.+?) {colour}",
            rf"(?P<x>the .+?|it) (?:should|must|has to|is to) be {colour}",
            rf"i (?:want|would like|need) (?P<x>the .+?|it) {colour}",
        )
        for pattern in patterns:
            match = re.fullmatch(pattern, clause)
            if match and not _INDEFINITE.match(match["x"]):
                return [Recolour(self.present(match["x"]), match["c"])]
        return None

    def _resizes(self, clause: str) -> list[Intent] | None:
        match = re.fullmatch(r"(shrink|enlarge|grow) (?P<x>.+)", clause)
        if match:
            return [Resize(self.present(match["x"]), "smaller" if match[1] == "shrink" else "bigger")]
        size = r"(?:much |a bit |a little )?(?P<s>bigger|larger|smaller|tinier|big|large|huge|small|tiny)"
        for pattern in (rf"make (?P<x>.+?) {size}", rf"(?P<x>the .+?|it) should be {size}"):
            match = re.fullmatch(pattern, clause)
            if match:
                return [Resize(self.present(match["x"]), _bigger(match["s"]) or "bigger")]
        return None

    def _removes(self, clause: str) -> list[Intent] | None:
        away = r"(?: away| out| off)?(?: (?:from|of) (?:the |this )?(?:picture|image|scene))?"
        patterns = (
            rf"(?:remove|delete|erase|drop|wipe|hide|get rid of|throw out|take away|take out) (?P<x>.+?){away}",
            r"take (?P<x>.+?) (?:away|out|off)(?: (?:from|of) .*)?",
            r"(?:i )?(?:do not|dont|don't) (?:want|need|like) (?P<x>.+?)(?: any ?more| there)?",
            r"(?:without|no|no more) (?P<x>.+)",
        )
        for pattern in patterns:
            match = re.fullmatch(pattern, clause)
            if match and self.context.picture:
                parts = re.split(r" and |, ", match["x"])
                return [Remove(self.present(part)) for part in parts]
        return None

    def _moves(self, clause: str) -> list[Intent] | None:
        match = re.fullmatch(r"(?:move|shift|put|place|drag|push|bring|set) (?P<x>(?:the |it\b|that\b|this\b).*)", clause)
        wants = re.fullmatch(r"(?:i want )?(?P<x>the .+) should (?:be|go|stand|sit) (?P<w>.+)", clause)
        if match:
            return self._moved(match["x"])
        return self._moved(f"{wants['x']} {wants['w']}") if wants else None

    def _moved(self, words: str) -> list[Intent] | None:
        relation = _RELATION.search(words)
        if relation and not _NOUN_ONLY.match(words[relation.end() :]):
            beside = self.present(words[relation.end() :])
            return [Move(self.present(words[: relation.start()].strip()), BESIDE[relation[1]] or "right of", beside)]
        parts = words.split()
        for cut in range(1, len(parts)):
            side = _SIDE.match(" ".join(parts[cut:]))
            if side:
                return [Move(self.present(" ".join(parts[:cut])), SIDES[side[1]])]
        return None

    def _adds(self, clause: str) -> list[Intent] | None:
        if not self.context.picture:
            return None
        starts = re.match(r"(?:add|insert|include|put|place|give me another|give me one more|also|and|plus|another) ?", clause)
        if not starts:
            return None
        words = clause[starts.end() :]
        if "another" in starts[0] or "one more" in starts[0]:
            words = f"a {words}"
        where, beside = "", None
        relation = _RELATION.search(words)
        if relation:
            target = words[relation.end() :]
            beside, where = self.present(target), BESIDE[relation[1]]
            words = words[: relation.start()].strip()
        else:
            parts = words.split()
            for cut in range(1, len(parts)):
                side = _SIDE.match(" ".join(parts[cut:]))
                if side:
                    words, where = " ".join(parts[:cut]), SIDES[side[1]]
                    break
        read = parse_request(re.sub(r" (?:to|in|into) the (?:picture|image|scene)$", "", words), self.context.concepts)
        if read.unknown or not read.things:
            return [NotUnderstood(unknown=tuple(read.unknown) or tuple(words.split()))]
        return [Add(thing, where, beside if where else None) for thing in read.things]

    def _paints(self, clause: str) -> list[Intent]:
        words = re.sub(
            r"^(?:paint|draw|create|generate|make|show|render|give)?(?: me| us)?"
            r"(?: an?| the)?(?: (?:picture|image|photo|painting|scene))?(?: of| with| showing)?\b",
            "",
            clause,
        ).strip()
        read = parse_request(words or clause, self.context.concepts)
        if read.unknown or not (read.things or read.background):
            return [NotUnderstood(unknown=tuple(read.unknown) or tuple(clause.split()))]
        return [Paint(read, words=words or clause)]


_NOUN_ONLY = re.compile(rf"^(?:the )?{NOUN}$")


class _Unreadable(Exception):
    """A phrase inside a clause could not be read; carries what to say about it."""

    def __init__(self, intent: NotUnderstood) -> None:
        super().__init__("unreadable")
        self.intent = intent


def _bare(words: str) -> str:
    """A noun phrase without its determiner."""
    return re.sub(r"^(?:the|this|that|my|your|all|all the|both|another)\b ", "", words.strip())


def _colour(words: str) -> str | None:
    """The colour that words name, if they name nothing else."""
    bare = re.sub(r"^(?:be |a |in |colour )*", "", words).removesuffix(" colour")
    return bare if bare in COLOURS else None


def _bigger(words: str) -> str | None:
    if re.search(r"\b(?:bigger|larger|big|large|huge)$", words):
        return "bigger"
    return "smaller" if re.search(r"\b(?:smaller|tinier|small|tiny)$", words) else None


def known_words(collection: Collection[str]) -> str:
    """A list for a sentence: "a, b and c"."""
    words = list(collection)
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)

