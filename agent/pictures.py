"""Reads requests about pictures that are named: go to one, compare or merge two, give the current one a name."""

import re
from collections.abc import Sequence

from . import addresses
from .clause import Clause, phrase_of
from .looking import asking
from .patterns import found
from .requests import Go, Intent, Name, Pair
from .sight import Sight
from .spelling import DROPPED, Word
from .thesaurus import NUMBERS, ORDINALS

COUNTABLE = r"(?:(?:step|change|edit|picture|version|thing|time|action|move|one|request)s?)"
PICTURE = r"(?:picture|image|version|photo|painting|drawing|result|state|step|scene|attempt|try|number|variant|artwork|canvas|no)"
NUMBER = rf"(?:\d+|{'|'.join(NUMBERS)})"
ORDINAL = rf"(?:{'|'.join(sorted(ORDINALS, key=len, reverse=True))}|most recent|previous|current|present)"


def references(words: Sequence[Word], sight: Sight, *, loose: bool) -> list[int | str]:
    """The pictures that words name, in the order said.

    Args:
        words: what was said.
        sight: what can be referred to.
        loose: a bare number counts too.
    """
    said = " " + " ".join(w.said for w in words if w.said not in (",", ".", "?")) + " "
    names = dict(sight.context.names)
    listed = rf"(?:{'|'.join(re.escape(n) for n in sorted(names, key=len, reverse=True))})" if names else r"(?!)"
    numbers = "|".join(NUMBERS)
    number = rf"(?:{PICTURE} )*(?:{PICTURE}) (?P<n>\d+|{numbers})(?! (?:and|or)? ?{COUNTABLE})"
    bare = rf"(?P<bare>\d+|{numbers.removeprefix('one|')})(?! {COUNTABLE})"
    ordinal = rf"(?P<o>{ORDINAL})(?: (?:and|or|to|with))?(?: {PICTURE}| one)?"
    pattern = re.compile(rf"(?<= )(?:(?P<name>{listed})|{ordinal}|{number}|{bare}|(?P<edge>(?:very )?(?:beginning|end))) ")
    refs: list[int | str] = []
    back = re.search(r" (?:(second|third) (?:to|from) last|(last but one|penultimate|one before last)) ", said)
    if back:
        return [-3 if back[1] == "third" else -2]
    row = re.search(r" (last|latest|first|newest|previous) (?:two|2|couple of|pair of) ", said)
    if row:
        return [1, 2] if row[1] == "first" else [-2, -1]
    at = 0
    while match := pattern.search(said, at):
        at = match.end() - 1
        if match["name"]:
            refs.append(match["name"])
        elif match["o"]:
            refs.append(_ordinal(match["o"], sight))
        elif match["edge"]:
            refs.append(1 if match["edge"].endswith("beginning") else -1)
        elif match["n"] or loose:
            word = match["n"] or match["bare"]
            refs.append(NUMBERS.get(word) or int(word))
    return refs


def _ordinal(word: str, sight: Sight) -> int:
    if word in ("most recent",):
        return -1
    if word == "previous":
        return sight.context.before or -1
    if word in ("current", "present"):
        return sight.context.number or -1
    return ORDINALS[word]


def _numbers(refs: Sequence[int | str], sight: Sight) -> list[int]:
    names = dict(sight.context.names)
    found_numbers = [names[r] if isinstance(r, str) else r for r in refs]
    return [n if n > 0 else sight.context.pictures + 1 + n for n in dict.fromkeys(found_numbers)]


def pair(words: Sequence[Word], said: str, clause: Clause, sight: Sight) -> Intent | None:
    """Two pictures, to be compared or merged."""
    names = {n for n, _ in sight.context.names}
    strangers = [t for t in clause.things if phrase_of(t).noun and phrase_of(t).noun not in names]
    if strangers or clause.of("colour", "ground", "size"):
        return None
    for verb, lines in addresses.pairing().items():
        if not found(lines, said) or (verb == "merge" and re.match(r"(?:what|which|how|why|who)\b", said)):
            continue
        numbers = list(dict.fromkeys(_numbers(references(words, sight, loose=True), sight)))
        here = sight.context.number
        if len(numbers) < 2 and not numbers and sight.context.pictures == 2 and re.search(r"\b(?:both|two|them|these|they)\b", said):
            numbers = [1, 2]
        if len(numbers) == 1 and here is not None:
            numbers.append(here if numbers[0] != here else sight.context.before or here)
        if verb == "compare" and not numbers and here is not None and sight.context.before is not None and found((*lines[:1],), said):
            numbers = [sight.context.before, here]
        numbers = list(dict.fromkeys(numbers))
        if len(numbers) >= 2:
            return Pair(verb, min(numbers[:2]), max(numbers[:2]))
    shown = _numbers(references(words, sight, loose=False), sight)
    if len(shown) == 2 and re.search(r"\b(?:show|see|display|view|look)\b", said):
        return Pair("compare", min(shown), max(shown))
    return None


def go(words: Sequence[Word], said: str, clause: Clause, sight: Sight) -> Intent | None:
    """Back to a picture that is named."""
    if not sight.context.picture:
        return None
    names = {n for n, _ in sight.context.names}
    strangers = [t for t in clause.things if phrase_of(t).noun and phrase_of(t).noun not in names]
    going = found(addresses.going(), said)
    if strangers or clause.of("colour", "size") or clause.does("remove", "add") or asking(words) or " previous " in clause.said:
        return None
    if (
        re.search(r"\b(?:try|attempt|your last)\b", said)
        or " your last " in clause.said
        or re.search(r"\b(?:undo|redo)\b(?!.*\b(?:to|since|until|till)\b)", said)
        or found(addresses.naming(), said)
        or (re.search(r"\bback\b", said) and re.search(rf"\b(?:back (?:by )?|all |roll ){NUMBER}(?: back)?$", said))
        or clause.of("ground")
        or any(found(lines, said) for lines in addresses.pairing().values())
    ):
        return None
    refs = references(words, sight, loose=bool(re.search(r"\b(?:to|go|number|open|load|back|restore|return|revert|select|reload|show)\b", said)))
    if "current" in clause.said and len(refs) > 1:
        refs = refs[:1]  # "make picture 2 the current one"
    if not refs and re.search(r"\bmost recent\b", clause.said):
        refs = [-1]
    alone = all(
        t.kind in ("ordinal", "number", "whole") or (t.phrase is not None and t.phrase.ordinal is not None and not t.phrase.noun)
        for t in clause.tokens
    )
    if len(refs) == 1 and (going or alone):
        if refs[0] == -1 and re.search(r"\b(?:steps?|changes?|edits?|previous)\b", said):
            return None
        return Go(refs[0])
    strange = [w.typed for w in words if any(t.kind == "unknown" and words[t.start] is w for t in clause.tokens)]
    if going and not refs and len(strange) == 1 and re.search(r"\b(?:go|back|return|switch|jump) (?:\S+ ){0,3}?to\b|\bload\b|\bopen\b", said):
        return Go(strange[0])
    return None


def named(words: Sequence[Word], said: str, clause: Clause, sight: Sight) -> Intent | None:
    """A name for the current picture."""
    if sight.context.given or not sight.context.picture:
        return None
    kept = [w for w in words if w.said not in DROPPED]
    first = re.match(r"(?:the )?(\S+) be name (?:of|for) (?:it|this|that|picture)", said)
    if first and not asking(words):
        return Name(kept[0].typed)
    match = found(addresses.naming(), said)
    if match is None or asking(words):
        return None
    at = len(f" {said} "[: match.end()].split())
    ends = [
        i
        for i, w in enumerate(kept)
        if i > at and w.said in ("on", "to", "for") and i + 1 < len(kept) and kept[i + 1].said in ("it", "this", "that", "picture")
    ]
    kept = kept[: ends[0]] if ends else kept
    name = [w.typed for w in kept[at:] if w.typed not in ("for", "me", "now", "then", "version", "picture")]
    while name and name[0] in ("with", "as", "is", "be", "to", "name", "called", "under", "title", "it", "this"):
        name.pop(0)
    if not name or len(name) > 3 or name[0] in ("file", "script", "disk", "back", "away", "off", "all", "up", "black", "blue"):
        return None
    return Name(" ".join(name))
