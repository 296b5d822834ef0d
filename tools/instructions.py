"""Reads an edit: which kind of change, to what, into what. Noun phrases stay words here."""

import re
from dataclasses import dataclass, replace
from typing import Literal

from ..engine.world.vocabulary import BACKGROUNDS, COLOURS
from .errors import EmptyPrompt, NotUnderstood
from .lexicon import BETWEEN, PLACES, SYNONYMS
from .wording import correct

WHICH = ("first", "second", "third", "fourth", "last", "left", "right", "top", "bottom")
"""Words for one of several alike."""
Kind = Literal["replace", "remove", "add", "recolour", "resize", "move", "background"]

_VERBS = {
    **dict.fromkeys(("swap", "exchange", "substitute"), "replace"),
    **dict.fromkeys(("delete", "erase", "drop"), "remove"),
    **dict.fromkeys(("insert", "include", "place"), "add"),
    **dict.fromkeys(("shift", "drag", "push"), "move"),
    **dict.fromkeys(("enlarge", "grow"), "enlarge"),
    **dict.fromkeys(("color", "colour", "recolour", "recolor", "dye", "tint"), "colour"),
}
_LEXICON = (*_VERBS, "replace", "remove", "add", "move", "shrink", "make", "turn", "change", "paint", "background", "bigger", "smaller", "with")
_COURTESY = re.compile(
    r"^(?:please|now|then|and|could you|can you|would you|i want you to|i want to|i would like to|let us|lets)\s+|\s+(?:please|now|thanks)$"
)
_SIDE = rf"(?:to|on|at|towards?|in) the (?P<side>{'|'.join(PLACES)})(?: side| edge| half| corner)?(?: of the (?:picture|image|scene))?"
_RELATION = rf"(?:to )?(?P<relation>{'|'.join(sorted((re.escape(k) for k in BETWEEN), key=len, reverse=True))}) (?P<other>.+)"


@dataclass(frozen=True)
class Change:
    """One edit.

    Attributes:
        kind: what is done.
        subject: the thing that is changed, as a noun phrase without article; "" for the background.
        value: the new thing, colour, size ("bigger", "smaller") or background.
        where: a side of the picture, or a relation to `other`.
        other: the thing that `where` refers to.
        which: one of several subjects alike, such as "second" or "left", from left to right; "" is every one, or the plainest.
    """

    kind: Kind
    subject: str = ""
    value: str = ""
    where: str = ""
    other: str = ""
    which: str = ""

    @property
    def called(self) -> str:
        """The subject in words, with which one is meant."""
        return f"{self.which} {self.subject}".strip()


def read_instruction(text: str) -> Change:
    """Reads an instruction such as "replace the dog with a cat".

    Raises:
        EmptyPrompt: there are no words.
        NotUnderstood: it is no known kind of edit.
    """
    said = _tidy(text)
    if not said:
        raise EmptyPrompt("the instruction has no words")
    for reader in (_background, _recolour, _resize, _replace, _remove, _move, _add):
        change = reader(said)
        if change is not None:
            which, subject = _one_of(change.subject)
            return replace(change, subject=subject, which=which)
    raise NotUnderstood(f"{text.strip()[:120]!r} is no edit that I know")


def _tidy(text: str) -> str:
    said = text.lower().replace("’", "'").replace("gray", "grey")
    said = re.sub(r"[^\w\s'-]", " ", said)
    words = [_known(word) for word in said.split()]
    said = " ".join(_VERBS.get(word, word) if i < 3 else word for i, word in enumerate(words))
    while True:
        shorter = _COURTESY.sub("", said)
        if shorter == said:
            return re.sub(r"\s+", " ", said).strip()
        said = shorter


def _known(word: str) -> str:
    """Mends a misspelled verb or word of the world."""
    return correct(word, _LEXICON) if word.isalpha() and word not in _LEXICON else word


def bare(words: str) -> str:
    """A noun phrase without its determiner."""
    return re.sub(r"^(?:the|a|an|this|that|my|your|another|some|all the|one of the|one)\s+", "", words.strip())


def _one_of(words: str) -> tuple[str, str]:
    """Which one of several alike a noun phrase names, and the phrase without it: "second red balloon"."""
    match = re.fullmatch(rf"(?P<which>{'|'.join(WHICH)})(?:most)? (?:one of the )?(?P<rest>.+)", words)
    return (match["which"], match["rest"]) if match else ("", words)


def _place(words: str) -> str | None:
    """The background that words name, with synonyms; None where they name anything else."""
    left = [w for w in words.split() if w not in ("in", "on", "at", "to", "a", "an", "the", "into", "be", "background", "scene", "with", "as")]
    if len(left) != 1:
        return None
    word = SYNONYMS.get(left[0], left[0])
    return word if word in BACKGROUNDS else None


def _background(said: str) -> Change | None:
    whole = r"(?:it|them|everything|all of it|the (?:whole )?(?:scene|picture|image|background)|background)"
    patterns = (
        rf"(?:make|put|place|add|set|move|bring|paint|turn|change|switch|show|use) {whole} (?P<b>.+)",
        r"replace (?:the )?background (?:with|by|for) (?P<b>.+)",
        r"(?:use |with |make it |add )?(?P<b>.+?) (?:as (?:the )?)?background",
        r"(?P<b>(?:in|on|at) .+)",
    )
    for pattern in patterns:
        match = re.fullmatch(pattern, said)
        if match:
            place = _place(match["b"])
            if place is not None:
                return Change("background", value=place)
    match = re.fullmatch(r"(?:replace|change|turn|make|set) (?:the )?background (?:with|by|to|into|be) (?P<b>.+)", said)
    return Change("background", value=bare(match["b"])) if match else None


def _recolour(said: str) -> Change | None:
    colour = rf"(?:in |into |to |be |with )?(?P<c>{'|'.join((*COLOURS, 'violet'))})(?: instead)?"
    patterns = (
        rf"(?:change|set|turn|make) the colour of (?P<x>.+?) {colour}",
        rf"(?:make|turn|paint|colour|change|set) (?P<x>(?:the|this|that|my|it)\b.*?) {colour}",
        rf"(?P<x>the .+?) (?:should be|must be|is now) {colour}",
        rf"(?:make|turn|paint|colour|change) (?P<x>[\w ]+?) {colour}",
    )
    for pattern in patterns:
        match = re.fullmatch(pattern, said)
        if match:
            return Change("recolour", bare(match["x"]), SYNONYMS.get(match["c"], match["c"]))
    return None


def _resize(said: str) -> Change | None:
    match = re.fullmatch(r"(?P<v>shrink|enlarge) (?P<x>.+)", said)
    if match:
        return Change("resize", bare(match["x"]), "smaller" if match["v"] == "shrink" else "bigger")
    size = r"(?:much |a bit |a little )?(?P<s>bigger|larger|big|large|huge|smaller|small|tiny|tinier)"
    match = re.fullmatch(rf"(?:make )?(?P<x>.+?) (?:should be )?{size}", said)
    if match and (said.startswith("make") or "should be" in said):
        return Change("resize", bare(match["x"]), "smaller" if match["s"][0] in "st" else "bigger")
    return None


def _replace(said: str) -> Change | None:
    patterns = (
        r"replace (?P<x>.+?) (?:with|for|by|against|to) (?P<y>.+)",
        r"(?:turn|change|transform|convert|make) (?P<x>.+?) (?:into|to|be) (?P<y>.+)",
        r"make (?P<x>the .+?|it) (?P<y>an? .+)",
        r"(?P<x>the .+?) should be (?P<y>an? .+)",
        r"instead of (?P<x>.+?) (?P<y>an? .+)",
    )
    for pattern in patterns:
        match = re.fullmatch(pattern, said)
        if match:
            return Change("replace", bare(match["x"]), bare(match["y"]))
    return None


def _remove(said: str) -> Change | None:
    away = r"(?: away| out| off)?(?: (?:from|of|in) the (?:picture|image|scene))?"
    match = re.fullmatch(rf"(?:remove|get rid of|take away|take out|without|no) (?P<x>.+?){away}", said)
    if match is None:
        match = re.fullmatch(r"take (?P<x>.+?) (?:away|out|off)", said)
    return Change("remove", bare(match["x"])) if match else None


def _move(said: str) -> Change | None:
    match = re.fullmatch(rf"(?:move|put|add|set) (?P<x>(?:the|it|that|this)\b.*?) (?:{_SIDE}|(?P<way>left|right|up|down))", said)
    if match:
        side = match["side"] or {"up": "top", "down": "bottom"}.get(match["way"], match["way"])
        return Change("move", bare(match["x"]), where=PLACES[side])
    match = re.fullmatch(rf"(?:move|put|add|set) (?P<x>(?:the|it|that|this)\b.*?) {_RELATION}", said)
    if match is None:
        match = re.fullmatch(rf"move (?P<x>.+?) {_RELATION}", said)
    if match:
        return Change("move", bare(match["x"]), where=BETWEEN[match["relation"]] or "right of", other=bare(match["other"]))
    match = re.fullmatch(rf"move (?P<x>.+?) {_SIDE}", said)
    return Change("move", bare(match["x"]), where=PLACES[match["side"]]) if match else None


def _add(said: str) -> Change | None:
    match = re.fullmatch(r"(?:add|put|paint|also|give me) (?P<x>.+)", said)
    if match is None:
        return None
    words = re.sub(r" (?:to|in|into) the (?:picture|image|scene)$", "", match["x"])
    related = re.fullmatch(rf"(?P<x>.+?) {_RELATION}", words)
    if related:
        return Change("add", value=bare(related["x"]), where=BETWEEN[related["relation"]] or "beside", other=bare(related["other"]))
    sided = re.fullmatch(rf"(?P<x>.+?) {_SIDE}", words)
    if sided:
        return Change("add", value=bare(sided["x"]), where=PLACES[sided["side"]])
    return Change("add", value=bare(words))
