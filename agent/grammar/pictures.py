"""Reads requests about pictures that are named: go to one, compare or merge two, give the current one a name."""

import re
from collections.abc import Sequence

from ...tools.wording import Wanted
from . import addresses
from .clause import Clause, indefinite, phrase_of
from .looking import asking
from .patterns import found
from .phrases import Phrase
from .requests import Go, Intent, Name, NotUnderstood, Pair, Session
from .sight import Sight, Unreadable
from .spelling import DROPPED, Word, plain
from .thesaurus import NUMBERS, ORDINALS
from .tokens import Token

COUNTABLE = r"(?:(?:step|change|edit|picture|version|thing|time|action|move|one|request)s?)"
BEHIND = frozenset("after as because since for like it in".split())
"""Words that say where a name comes from."""
LAST = re.compile(r"(\S+) (?:(?:shall|should|will|must|may|can) )?be (?:its|their|it 's|picture 's) (?:new )?(?:name|title|label)$")
"""A name that comes before it is said to be one."""
PICTURE = r"(?:picture|image|version|photo|painting|drawing|result|state|step|scene|attempt|try|number|variant|artwork|canvas|no)"
NUMBER = rf"(?:\d+|{'|'.join(NUMBERS)})"
ORDINAL = rf"(?:{'|'.join(sorted(ORDINALS, key=len, reverse=True))}|most recent|previous|current|present)"

SHOWING = (
    r"(?:with|without|where|in which|that (?:has|had|shows|showed|is|was)|which (?:has|had|shows|showed)|showing|having|lacking|featuring"
    r"|of|in|at|on|by)"
)
SHOWN = re.compile(rf" (?:the|that|my|our) (?:\w+ )?(?:{PICTURE}|one) {SHOWING} | (?:back|return) to (?:when|where) (?:there|it|we|i) ")
PLACED = re.compile(rf" (?:the|that|my|our) \w+ (?:{PICTURE}|one) $")
"""A picture that is called by its place: "the night one"."""
BACK = re.compile(
    r" (?:back|return|revert|restore|reopen|reload|recall|retrieve|revisit|resume|rewind"
    r"|(?:go|jump|switch|skip|head|hop|flip|come) (?:over |again )?to"
    r"|open|load|fetch|find|pull up|dig (?:up|out)|again) "
)
"""Words that surely lead to an earlier picture."""
NAMED_BACK = re.compile(
    r"\b(?:go|back|return|jump|switch) to \S|^(?:(?:can|could|will|would) (?:you|we|i) |i (?:want|would like) to |let (?:us|me) |now )*"
    r"(?:bring|load|open|reopen|restore|reload|fetch|show|see|display|view|recall|retrieve|get|take|put)\b|\bback$"
)
"""Words before, or around, a name that the user gave, whatever else that name may mean."""
DELETED = re.compile(
    rf"(?:(?:can|could|would|will) (?:you|we|i) |i (?:want|would like) to |let us |now |just )*"
    rf"(?:delete|remove|erase|discard|trash|bin|drop|destroy|get rid of|throw (?:away|out)|throw|chuck|toss) "
    rf"(?P<all>(?:all|every|both|the other|the first two|the last two)(?: of)?(?: the| my| these| your)? )?(?:the |this |that |my |these )?(?:very )?"
    rf"(?:(?:{ORDINAL}) )?(?:current )?(?:picture|image|painting|photo|drawing)s?(?: (?:number )?(?:{NUMBER}))?(?: (?:away|out|again|now))*$"
)
UNNAMED = re.compile(
    r"^ (?:please )?(?:compare $|contrast $|diff $|(?:compare|contrast|diff|merge|combine|join|unite|fuse|blend) "
    r"(?:(?:these|those|the|both|both of)(?: two| pictures| branches| versions)|both|them|them both|both of them)(?: please| together| now)* $)"
)
"""Two pictures that are not named."""
LOOKED_AT = re.compile(r"^(?:let us |let we |i want to |can we |could we )?(?:have )?look (?:at )?\S.* again$")
LOOK = re.compile(r" (?:show|see|display|view|use|continue|work|where did|had) |^ (?:please )?(?:the|that) ")
"""Words that may do so, where an earlier picture fits and the current one does not."""


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
    number = rf"(?:{PICTURE} )*(?:{PICTURE}) (?P<n>\d+|{numbers})(?! (?:and|or)? ?{COUNTABLE}(?! (?:\d|{numbers})))"
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
    clause = beside_names(words, clause, sight)
    names = {n for n, _ in sight.context.names}
    strangers = [t for t in clause.things if phrase_of(t).noun and phrase_of(t).noun not in names]
    if strangers or clause.of("colour", "ground", "size"):
        return None
    for verb, lines in addresses.pairing().items():
        if not found(lines, said) or (verb == "merge" and re.match(r"(?:what|which|how|why|who)\b", said)):
            continue
        here = sight.context.number
        numbers = list(dict.fromkeys(_numbers(references(words, sight, loose=True), sight)))
        if UNNAMED.search(clause.said) and sight.context.pictures > 1:
            # "merge these two" are the last branches, "compare the two" are this one and the one before it
            latest = [sight.context.pictures - 1, sight.context.pictures]
            numbers = latest if verb == "merge" or not (here and sight.context.before) else sorted([sight.context.before, here])
        if verb == "compare" and len(numbers) == 2 and re.search(r"\b(?:compare|contrast|diff)\b", said):
            return Pair(verb, numbers[0], numbers[1])  # in the order said
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


def together(words: Sequence[Word], clause: Clause, sight: Sight, first: Sequence[Word]) -> bool:
    """Whether two pictures are named first, and what to do with them behind that: "take 2 and 4 and make one picture of them".

    Or the verb first, and a name behind "and" that is a verb too: "compare night study and base".
    """
    names = {name for name, _ in sight.context.names}
    rest = [w.said for w in words[len(first) :] if w.said not in (",", "and", "please", "the")]
    if first[0].said in ("compare", "merge", "combine", "contrast") and " ".join(rest) in names:
        return True
    two = len(references(first, sight, loose=True)) == 2
    return two and pair(first, plain(first), clause, sight) is None and pair(words, plain(words), clause, sight) is not None


def beside_names(words: Sequence[Word], clause: Clause, sight: Sight) -> Clause:
    """A clause without what is part of a name that the user gave to a picture, such as "red balloon"."""
    said = [w.said for w in words]
    names = [name.split() for name, _ in sight.context.names]
    spans = [(i, i + len(name)) for name in names for i in range(len(said)) if said[i : i + len(name)] == name]

    def inside(token: Token) -> bool:
        start = token.start + (token.phrase is not None and said[token.start : token.start + 1] in (["the"], ["my"], ["our"]))
        return any(a <= start and token.end <= b for a, b in spans)

    return Clause(tuple(t for t in clause.tokens if not inside(t)), clause.said)


def go(words: Sequence[Word], said: str, clause: Clause, sight: Sight) -> Intent | None:
    """Back to a picture that is named."""
    if not sight.context.picture:
        return None
    if NAMED_BACK.search(said):
        clause = beside_names(words, clause, sight)
    names = {n for n, _ in sight.context.names}
    strangers = [t for t in clause.things if phrase_of(t).noun and phrase_of(t).noun not in names]
    going = found(addresses.going(), said)
    if any(phrase_of(t).noun in names and indefinite(phrase_of(t)) for t in clause.things):
        return None  # "give me a bigger castle" is no picture's name
    busy = clause.of("colour", "size") or clause.does("remove", "add") or (asking(words) and not LOOKED_AT.search(said))
    if re.match(r"(?:export|download|upscale|enlarge|print) ", said):
        return None
    if strangers or busy or " previous " in clause.said or re.search(rf"^(?:go )?{NUMBER} back$", said):
        return None
    if (
        re.search(r"\b(?:try|attempt|your last)\b", said)
        or " your last " in clause.said
        or re.search(r"\b(?:undo|redo|cancel|scrap|retract)\b(?!.*\b(?:to|since|until|till)\b)", said)
        or found(addresses.naming(), said)
        or (re.search(r"\bback\b", said) and re.search(rf"\b(?:back (?:by )?|all |roll ){NUMBER}(?: back)?$", said))
        or clause.of("ground")
        or any(found(lines, said) for lines in addresses.pairing().values())
    ):
        return None
    refs = references(words, sight, loose=bool(re.search(r"\b(?:to|go|number|open|load|back|restore|return|revert|select|reload|show)\b", said)))
    if "current" in clause.said and len(refs) > 1:
        refs = refs[:1]  # "make picture 2 the current one"
    if not refs and [w.said for w in words][-2:] == ["to", "one"]:
        refs = [1]  # "go to one", which is not "go to the one"
    if not refs and re.search(r"\bmost recent\b", clause.said):
        refs = [-1]
    alone = all(
        t.kind in ("ordinal", "number", "whole") or (t.phrase is not None and t.phrase.ordinal is not None and not t.phrase.noun)
        for t in clause.tokens
    )
    if len(refs) == 1 and (going or alone):
        if refs[0] == -1 and re.search(r"\b(?:steps?|changes?|edits?|previous|bit|part|thing|action|move)\b", said):
            return None
        return Go(refs[0])
    strange = [w.typed for w in words if any(t.kind == "unknown" and words[t.start] is w for t in clause.tokens)]
    if going and not refs and len(strange) == 1 and re.search(r"\b(?:go|back|return|switch|jump) (?:\S+ ){0,3}?to\b|\bload\b|\bopen\b", said):
        return Go(strange[0])
    return None


def named_or_saved(words: Sequence[Word], sight: Sight) -> list[Intent] | None:
    """A name, or a file, for a picture that is named by its number: "call picture 2 base", "save picture 2" leave the current one as it is."""
    kept = [w for w in words if w.said not in ("the", ",", ".", "please")]
    said = " ".join(w.said for w in kept)
    match = re.match(
        r"(?:(?P<file>save|store|download|export)|call|name|label|rename|tag|title|dub) "
        rf"(?:(?:picture|image|version|photo|painting|number) (?:number )?{NUMBER}"
        rf"|(?:{ORDINAL}) (?:picture|image|version|photo|painting|one))(?P<rest> (?:to |as )?(?=\S)|$)",
        said,
    )
    here = sight.context.number
    if match is None or not sight.context.picture or here is None:
        return None
    before = len(match[0].split())
    refs = references(kept[:before], sight, loose=True)
    if match["file"] and match["rest"].strip() != "as":
        if match["rest"] or len(refs) != 1:
            return None
        number = _numbers(refs, sight)[0]
        return [Session("export")] if number == here else [Go(number), Session("export"), Go(here)]
    name = " ".join(w.typed for w in kept[before:])
    if len(refs) != 1 or not 0 < len(kept) - before <= 3 or asking(words):
        return None
    number = _numbers(refs, sight)[0]
    return [Name(name)] if number == here else [Go(number), Name(name), Go(here)]


def deleted(words: Sequence[Word], clause: Clause, sight: Sight) -> Intent | None:
    """A picture that is to be thrown away: the current one is left with an undo; another one stays where it is, and that is said."""
    said = " ".join(w.said for w in words if w.said not in (",", ".", "?", "please"))
    named = DELETED.match(said)
    if named is None or not sight.context.picture or clause.of("colour", "ground", "side", "relation", "size"):
        return None
    refs = references(words, sight, loose=True)
    here = sight.context.number
    numbers = _numbers(refs, sight)
    current = numbers == [here] or (not refs and named["all"] is None)
    return Session("undo") if current else Session("delete")


def described(clause: Clause, sight: Sight) -> list[Intent] | None:
    """Back to the latest other picture that was made to show what is said, or not to show it: "go back to the one with two cats".

    Raises:
        Unreadable: no picture is like that.
    """
    context = sight.context
    names = {n for n, _ in context.names}
    phrases = [(phrase_of(t), _denied(clause, i)) for i, t in enumerate(clause.tokens) if t.phrase is not None and t.phrase.noun]
    grounds = [t.value for t in clause.of("ground")]
    placed = bool(grounds and PLACED.search(clause.said))
    if any(f" {name} " in clause.said for name in names):
        return None  # a picture's name comes first: "go back to the winter picture"
    if not context.scenes or not (placed or SHOWN.search(clause.said)) or not (phrases or grounds) or any(p.noun in names for p, _ in phrases):
        return None
    busy = clause.does("remove", "add", "replace", "move", "colour", "grow", "shrink", "segment") or clause.marked("instead of", "than", "but")
    if busy or clause.of("unknown", "side", "relation") or any(found(lines, clause.said) for lines in addresses.pairing().values()):
        return None
    scenes = [scene if scene is not None and _like(scene, phrases, grounds) else None for scene in context.scenes]
    alone = clause.marked("only")
    fits = [n for n, scene in enumerate(scenes, 1) if scene is not None and not (alone and len(scene.things) > len(phrases))]
    here = context.said_at or context.number
    earlier = [n for n in fits if here is None or n < here] or [n for n in fits if n != here]
    if BACK.search(clause.said):
        if not earlier and placed:
            return None  # "back to the night picture" may still be a wish for the night
        if not earlier:
            raise Unreadable(NotUnderstood(missing=phrases[0][0].words if phrases else grounds[0]))
        return [Go(earlier[-1])]
    return [Go(earlier[-1])] if earlier and here not in fits and LOOK.search(clause.said) else None


def _denied(clause: Clause, at: int) -> bool:
    """Whether a thing is said not to be there: "without the tree and the dog"."""
    marks = [t.value for t in clause.tokens[:at] if t.kind == "mark" and t.value in ("with", "without", "no", "not", "missing")]
    return bool(marks) and marks[-1] != "with"


def _like(scene: Wanted, phrases: Sequence[tuple[Phrase, bool]], grounds: Sequence[str]) -> bool:
    """Whether a scene has the things that are said, lacks those that are denied, and is at the places."""
    return all(_has(scene, phrase) != denied for phrase, denied in phrases) and all(scene.background == name for name in grounds)


def _has(scene: Wanted, phrase: Phrase) -> bool:
    kin = [t for t in scene.things if t.noun == phrase.noun and phrase.colour in (None, t.colour) and phrase.size in ("", t.size)]
    return bool(kin) and phrase.count in (None, sum(t.count for t in kin))


def named(words: Sequence[Word], said: str, clause: Clause, sight: Sight) -> Intent | None:
    """A name for the current picture."""
    lesson = sight.context.given and not sight.context.masked
    if not sight.context.picture or (lesson and not clause.said_any("current picture", "current image", "current version")):
        return None
    stop = next((i for i, w in enumerate(words) if i > 1 and w.said == "," and words[i + 1 : i + 2] and words[i + 1].said in BEHIND), len(words))
    words, said = words[:stop], plain(words[:stop])  # "call this ginger, after my old cat"
    kept = [w for w in words if w.said not in DROPPED]
    first = re.match(r"(?:the )?(\S+) be name (?:of|for) (?:it|this|that|picture)", said)
    if first and not asking(words):
        return Name(kept[0].typed)
    last = LAST.match(said)
    if last and not asking(words):
        return Name(kept[0].typed)  # "skyline shall be its name"
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
    later = next((i for i, w in enumerate(kept) if i > at and w.said in ("from", "after", "because", "since", "henceforth")), len(kept))
    kept = kept[:later]
    name = [w.typed for w in kept[at:] if w.typed not in ("for", "me", "now", "then", "version", "picture")]
    while name and name[0] in (
        "with",
        "as",
        "is",
        "be",
        "to",
        "name",
        "called",
        "under",
        "title",
        "it",
        "this",
        "shall",
        "should",
        "must",
        "will",
        "the",
    ):
        name.pop(0)
    if not name or len(name) > 3 or name[0] in ("day", "quits", "file", "script", "disk", "back", "away", "off", "all", "up", "black", "blue"):
        return None
    return Name(" ".join(name))
