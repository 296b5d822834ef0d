"""Reads requests that take a picture as an example: "something like this picture", "a boat in the style of picture 2"."""

import re
from collections.abc import Sequence

from ...tools.wording import Wanted
from .clause import Clause, indefinite, phrase_of, scene_of
from .markers import KINDS
from .requests import Intent, Like
from .sight import Sight
from .spelling import Word
from .tagging import Tagger
from .thesaurus import NUMBERS

KIND = "(?:picture|image|photo|painting|scene)"
PICTURE = (
    rf"(?:(?:the )?(?:picture|image|photo|painting|version|number) (?:number )?(?P<n{{0}}>\d+|{'|'.join(NUMBERS)})"
    r"|(?:this|that|the|my|our)(?: (?:given|attached|uploaded|sent|same|current|last|other|reference|example))?"
    r" (?:picture|image|photo|painting|drawing|one|reference|example)"
    r"|(?:this|that|it)(?! (?:is|was|looks|time|way|thing)))(?: here)?(?= )"
)
ALIKE = re.compile(
    rf"(?P<some> (?:something|anything|(?:a )?(?:new |similar )?(?:{KIND}|one)))?"
    r"(?P<of> (?:that (?:looks|is) |looking |much |quite |a bit |rather |very |pretty )*"
    r"(?:like(?: in)?|similar to|resembling|inspired by|based on|modelled on|modeled on|in the (?:style|look|spirit|mood|manner|colours) of"
    r"|with the (?:look|style|mood|colours) of|in the same style as) "
    rf"{PICTURE.format(1)})"
)
SIMILAR = re.compile(rf" (?:something|anything|one|a (?:new )?{KIND}) similar(?! to)(?= )| (?:a )?similar (?:{KIND}|one|thing)(?= )")
"""Without saying to what: to what came with the request, or to the current picture."""
MODEL = re.compile(
    rf" (?:use|take|with) {PICTURE.format(2)} (?:as|for) (?:(?:a|an|my|the|your) )?"
    r"(?:reference|inspiration|example|template|model|guide|style)(?: (?:picture|image))?(?= )"
)
LIKED = re.compile(r" (?:i|we|you|would|do|not|really|still|might|may|should|also) $")
"""Before "like" where it is the verb."""
BUSY = frozenset("add put remove replace move swap colour grow shrink segment forget fill vanish learn memorise teach".split())


def exemplified(words: Sequence[Word], sight: Sight, tagger: Tagger) -> list[Intent] | None:
    """A new picture after an example; None where none is spoken of, or something else is wanted of it.

    Args:
        words: one request.
        sight: what it may refer to.
        tagger: knows the words.
    """
    context = sight.context
    if not (context.given or context.picture) or context.masked:
        return None
    plain = [w for w in words if w.said not in (",", ".", "?", "!")]
    said = " " + " ".join(w.said for w in plain) + " "
    found = MODEL.search(said) or ALIKE.search(said) or SIMILAR.search(said)
    if any(w.said in KINDS for w in plain):
        return None  # "edges like in this photo"
    if found is None or said[: found.start() + 1].endswith(" another ") or (found.re is ALIKE and LIKED.search(said[: found.start("of") + 1])):
        return None
    start, end = found.span()
    before, spoken = len(said[:start].split()), len(said[start:end].split())
    clause = Clause(tagger.tokens((*plain[:before], *plain[before + spoken :])))
    if any(t.kind == "verb" and t.classes & BUSY and "paint" not in t.classes for t in clause.tokens):
        return None
    scene = scene_of(clause.without(*(t for t in clause.things if phrase_of(t).pronoun)), sight)
    if scene.unknown or any(not indefinite(phrase_of(t)) for t in clause.things if not phrase_of(t).pronoun):
        return None
    number = found.groupdict().get("n1") or found.groupdict().get("n2")
    picture = NUMBERS.get(number or "") or (int(number) if number else 0)
    if picture > context.pictures or (not picture and not context.given and context.wanted is None):
        return None
    if scene.things or scene.background:
        led = Clause(tagger.tokens(tuple(plain[:before]))).things
        if found.re is ALIKE and not (picture or context.given) and not any(phrase_of(t).noun for t in led):
            return None  # "something like this but at night": the wish itself, anew
        return [Like(scene, picture)]
    return [Like(_shown(sight, picture), picture)] if found.re is not ALIKE or found["some"] else None


def _shown(sight: Sight, picture: int) -> Wanted:
    """What an example was made to show, where that is known."""
    if picture:
        return sight.context.scenes[picture - 1] or Wanted() if len(sight.context.scenes) >= picture else Wanted()
    return Wanted() if sight.context.given else sight.context.wanted or Wanted()
