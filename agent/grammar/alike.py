"""Reads what is said of one of several alike: two red balloons are one wish, so that a change of "the second one" would change both.

The words that say which one are taken out, the rest is read as if all were meant, and what was read is said of that one. They are counted
from left to right; "one of them" is the first.
"""

import re
from collections.abc import Sequence

from ...engine.world.vocabulary import COLOURS
from ...tools.wording import PLURALS, Wish
from .clause import Clause, phrase_of
from .parts import Part
from .phrases import Phrase
from .requests import Add, Intent, Move, Recolour, Replace, Resize, Which
from .sight import Sight
from .spelling import Word
from .tagging import Tagger
from .tokens import Token

COUNTED = {1: "first", 2: "second", 3: "third", 4: "fourth", -1: "last"}
SIDED = frozenset({"left", "right", "top", "bottom"})
HUE = "|".join(COLOURS)
EACH = re.compile(
    r"^(?:(?:please|now|and|then|ok|i|can|could|you|would|like|to|let|us) )*"
    r"(?:(?:make|paint|colour|turn|give|want|have|be) )?(?:(?P<group>them|both|these|those|the (?:two )?(?P<nouns>\w+))(?: of them)? )?"
    rf"(?:in )?(?:one (?:of them |should be |be |in )?)?(?P<first>{HUE}) (?:and )?"
    rf"(?:(?:the other|the second|another|other|one)(?: one)? (?:should be |be |in )?)?(?P<second>{HUE})(?: please| now)*$"
)
"""Two colours for two alike: "one red, one blue", "make them red and blue"."""

NEW = frozenset({"add", "put", "place", "set", "give", "want", "draw"})
"""Verbs that one new thing may go with: "put one balloon on the left"."""


ONE_HUE = re.compile(
    r"^(?:(?:please|now|and|then|ok|i|can|could|you|would|like|to|let|us) )*(?:(?:make|paint|colour|turn|want|have) )?(?:the )?"
    rf"(?P<which>one|first|second|third|fourth|last)(?: one)? (?:in |be |should be |to be )?(?P<hue>{HUE})(?: please| now| too)*$"
)
SIDE_ONE = re.compile(r"(?:left|right|top|bottom) one(?= |$)")


def each_its_own(words: Sequence[Word], sight: Sight) -> tuple[Word, ...]:
    """Words that say plainly which of several alike are meant: "make them red and blue" has a clause for each, "the left one" its noun."""
    said = " ".join(w.said for w in words if w.said not in (",", ".", "?"))
    match, sided = EACH.match(said), SIDE_ONE.search(said)
    nouns = [t.noun for t in sight.things for _ in range(t.count)]
    several = {noun for noun in nouns if nouns.count(noun) > 1}
    hued = ONE_HUE.match(said)
    if hued and len(several) == 1:
        which = hued["which"] if hued["which"] == "one" else f"the {hued['which']}"
        return tuple(Word(w, w) for w in f"make {which} {next(iter(several))} {hued['hue']}".split())  # "and the third yellow"
    if sided and len(several) == 1:
        at = len(said[: sided.start()].split()) + 1
        return tuple(Word(w, w) for w in [*said.split()[:at], *several, *said.split()[at + 1 :]])  # "the left one" of two balloons
    pairs = [t for t in sight.things if t.count == 2]
    named = PLURALS.get(match["nouns"], "") if match and match["nouns"] else ""
    pairs = [t for t in pairs if t.noun == named] if named else pairs
    if match is None or len(pairs) != 1 or match["first"] == match["second"] or (match["nouns"] and not named):
        return tuple(words)
    if not match["group"] and " one " not in f" {said} ":
        return tuple(words)  # "red and blue" may be said of anything
    noun = pairs[0].noun
    return tuple(Word(w, w) for w in f"make one {noun} {match['first']} and make the other {noun} {match['second']}".split())


def apart(part: Part, sight: Sight, tagger: Tagger) -> tuple[Part, Wish, str] | None:
    """A part that speaks of one of several alike, as if it spoke of all, what it speaks of, and which one is meant; None where it does not.

    Which one is "first" to "fourth" or "last" from left to right, or "left", "right", "top", "bottom"; "" is the one that is left over.
    """
    clause = part.clause
    for token in clause.things:
        phrase, alike = phrase_of(token), dict.fromkeys(_alike(phrase_of(token), sight))
        if len(alike) != 1 or not _one(clause, token):
            continue
        (group,) = alike
        before, start = clause.before(token), token.start
        which = COUNTED.get(phrase.ordinal or 1, "")
        if phrase.extra == "other":
            if not sight.fresh or group.count != 2 or all(w.noun != group.noun for w in sight.last):
                return None
            which = ""
        elif before is not None and before.kind == "side" and before.end == token.start:
            which, start = before.value, before.start
            if which not in SIDED:
                return None
        start -= start > 0 and part.words[start - 1].said in ("the", "my", "that", "this")
        meant = [Word(w, w) for w in ("the", group.colour or "", group.noun) if w]
        words = (*part.words[:start], *meant, *part.words[token.end :])
        return Part(words, tagger.tokens(words)), group, which
    return None


def which_of(clause: Clause, sight: Sight, edits: Sequence[Intent] | None) -> Which | None:
    """What to ask where a clause speaks of one of several alike, and what was read from it would do something else.

    Args:
        clause: what was said.
        sight: what it may refer to.
        edits: what it was read as; None where nothing could be read.
    """
    for token in clause.things:
        phrase = phrase_of(token)
        alike = _alike(phrase, sight)
        if alike and _one(clause, token) and _misses(clause, phrase, alike, edits):
            return Which(alike[0].noun)
        kin = tuple(dict.fromkeys(sight.kin(phrase)))
        if not edits and len(kin) > 1 and phrase.colour is None and _sided(clause, token) and _changing(clause):
            return Which(phrase.noun, kin)  # "the left cake" of a white and a plain one: nobody has looked which stands where
    return None


def _alike(phrase: Phrase, sight: Sight) -> list[Wish]:
    """The shown things of several that a phrase may mean one of."""
    several = [t for t in sight.things if t.count > 1 or sight.things.count(t) > 1]
    return [t for t in several if phrase.noun in ("", t.noun) and phrase.colour in (None, t.colour)]


def _one(clause: Clause, token: Token) -> bool:
    """Whether one of several is meant: "the second one", "one of the balloons", "one balloon", "the other balloon", "the left balloon"."""
    phrase = phrase_of(token)
    if phrase.plural or phrase.extra in ("more", "both", "all"):
        return False
    sided = _sided(clause, token)
    changed = clause.does("replace", "swap") or clause.of("colour") or clause.marked("into")
    some = phrase.article and bool(phrase.noun) and clause.things[0] is token and bool(changed)  # "swap an apple for a lemon"
    counted = phrase.ordinal is not None or phrase.number == "one" or (phrase.extra == "of" and phrase.count == 1)
    return some or counted or sided or phrase.extra == "other"


def _sided(clause: Clause, token: Token) -> bool:
    """Whether a side stands right before a thing, as its adjective: "the left balloon"."""
    before = clause.before(token)
    beside = before is not None and before.kind == "side" and before.end == token.start and before.end - before.start <= 2
    return beside and not phrase_of(token).article


def _changing(clause: Clause) -> bool:
    """Whether a clause says how something that is there shall be."""
    changes = clause.does("make", "change", "colour", "move", "grow", "shrink", "be") and not any(t.value in NEW for t in clause.of("verb"))
    return bool(changes and (clause.of("colour", "size") or any(phrase_of(t).change for t in clause.things)))


def _misses(clause: Clause, phrase: Phrase, alike: Sequence[Wish], edits: Sequence[Intent] | None) -> bool:
    """Whether what was read changes all of them, or adds another one, or does not know what to do."""
    changing = clause.does("make", "change", "colour", "move", "grow", "shrink") and not any(t.value in NEW for t in clause.of("verb"))
    told = clause.of("colour", "size", "side", "relation") or clause.marked("into") or any(phrase_of(t).change for t in clause.things)
    if not edits:
        return bool(edits is None and changing and told)
    for edit in edits:
        if isinstance(edit, Recolour | Move | Resize | Replace) and (edit.old if isinstance(edit, Replace) else edit.what) in alike:
            return True
        if isinstance(edit, Add) and edit.what.noun == phrase.noun and changing and told:
            return True
    return False
