"""What is said around a request and asks for nothing: for whom it is, why, how one feels, a heading before a colon.

Such words may be any words, so no table holds them. They are told by the form of what they stand in, and they are left out only where a
request could not be read with them: what can be read is never read with less.
"""

import re
from collections.abc import Sequence

from .clause import phrase_of
from .people import OPINIONS, PEOPLE, PURPOSES, WANTING
from .spelling import Word, regular
from .tagging import Tagger
from .thesaurus import classes, forms
from .tokens import Token

OWN = frozenset({"my", "our", "his", "her", "their"})
DETERMINERS = OWN | {"the", "a", "an", "this", "some"}
FINITE = frozenset(
    "is are was were am be been will would has had have looks look looked seems seem feels feel felt gets makes made does do did sits stands sit "
    "stand can cannot may might could".split()
)
WISHING = frozenset(
    "should must want wants wanted need needs please let can could like wish ought supposed shall prefer rather instead how make".split()
)
NAMING = frozenset({"a", "an", "the", "one", "two", "three", "some"})
POINTING = frozenset({"the", "this", "that", "these", "those"})
SUBJECTS = frozenset("it this that these those they he she i we you there its everything everyone".split())
LINKS = frozenset("so and but because since as well oh just cause though while whereas that's though".split())
REASON = re.compile(
    r" (?:because|since|so that|in order that|so (?=(?:i|we|she|he|they|people|everyone|my|our) (?:can|could|will|may|might|do)))"
    r"| so (?:the|my|our) \S+ (?:can|could|will|may|might|do)| (?=(?:it|that|this|they) (?:will|would|is|looks|makes) )"
)
HEADING = re.compile(r"^([^:.?!\n]{2,70}):\s+(?=\S)")
BEGINNING = frozenset("new next fresh another blank start begin".split())
STOPS = (",", ".", "?")


def headed(text: str, tagger: Tagger) -> str:
    """A text without its heading: "idea for the poster: a red car". What begins anew is still said to.

    A heading is left out where it names nothing of the world, and something beside it.
    """
    match = HEADING.match(text)
    if match is None:
        return text
    tokens = tagger.tokens(regular(match[1]))
    told = any(t.kind in ("thing", "colour", "ground", "side", "relation") for t in tokens)
    if told or not any(t.kind in ("unknown", "ordinal") for t in tokens) or _names_something(tokens, regular(match[1])):
        return text
    anew = BEGINNING & {w.said for w in regular(match[1])}
    return f"{'new picture, ' if anew else ''}{text[match.end() :]}"


def _names_something(tokens: Sequence[Token], words: Sequence[Word]) -> bool:
    """Whether a strange word may be what is wanted: "add a dragon: …"."""
    busy = any(t.kind == "verb" and t.classes & {"add", "put", "replace", "remove", "move"} for t in tokens)
    return busy and any(t.kind == "unknown" for t in tokens) and any(w.said in ("a", "an") for w in words)


def left_out(words: Sequence[Word], tagger: Tagger) -> tuple[tuple[Word, ...], list[Token]]:
    """Words without their asides, and the things that asides speak of: what follows may be about them.

    Args:
        words: of a whole request.
        tagger: cuts them into tokens.
    """
    kept: list[Word] = []
    topics: list[Token] = []
    for segment, stop in _segments(_unreasoned(words, tagger)):
        segment = _spoken(_beneficiaries(_asked_for(segment), tagger))
        tokens = tagger.tokens(segment)
        if segment and (_statement(segment, tokens) or _occasion(segment, tokens)):
            topics += [t for t in tokens if t.kind == "thing" and phrase_of(t).noun]
            continue
        segment = _improved(segment, tagger)
        tokens = tagger.tokens(segment)
        kept += [*_praised(segment, tokens), *([stop] if stop is not None and segment else [])]
    while kept and kept[-1].said == ",":
        kept.pop()
    return tuple(kept), topics


def _segments(words: Sequence[Word]) -> list[tuple[tuple[Word, ...], Word | None]]:
    """The words between commas and full stops, each with the mark behind it."""
    found: list[tuple[tuple[Word, ...], Word | None]] = []
    first = 0
    for at, word in enumerate(words):
        if word.said in STOPS:
            found.append((tuple(words[first:at]), word))
            first = at + 1
        elif word.said == "so" and at + 1 < len(words) and words[at + 1].said in ("please", "can", "could", "would", "let", "just"):
            found.append((tuple(words[first:at]), Word(",", ",")))  # "he is blind so please describe it"
            first = at + 1
        elif word.said == "so" and at + 1 < len(words) and classes().get(forms().get(words[at + 1].said, "")):
            found.append((tuple(words[first:at]), Word(",", ",")))  # "… is purple so make the car purple"
            first = at + 1
    return [*found, (tuple(words[first:]), None)] if first < len(words) else found


def _unreasoned(words: Sequence[Word], tagger: Tagger) -> tuple[Word, ...]:
    """Words without a reason behind the request, where the reason has strange words: "… so that the children learn it"."""
    said = " " + " ".join(w.said for w in words) + " "
    match = REASON.search(said)
    if match is None:
        return tuple(words)
    first = len(said[: match.start() + 1].split())
    last = next((i for i in range(first, len(words)) if words[i].said in STOPS), len(words))
    tail = tagger.tokens(words[first:last])
    named = any(t.kind in ("thing", "colour") and t.value not in ("it", "them") for t in tail)
    strange = [first + t.start for t in tail if t.kind == "unknown"]
    named_new = match[0] == " " and any(words[i - 1].said in NAMING and not _predicate(words, i - 1) for i in strange if i)
    if named_new:
        return tuple(words)  # "a dog that is odd and a unicorn"
    if not first or (named and not any(t.kind == "unknown" for t in tail)):
        return tuple(words)
    return (*words[:first], *words[last:])


def _beneficiaries(words: tuple[Word, ...], tagger: Tagger) -> tuple[Word, ...]:
    """Words without for whom, or for what: "for my daughter", "for the poster"; "swap it for my dragon" is something else."""
    if any(t.kind == "verb" and "replace" in t.classes for t in tagger.tokens(words)):
        return words
    for at, word in enumerate(words):
        owned = word.said == "of" and at + 1 < len(words) and words[at + 1].said in OWN  # "for the cover of my book"
        if word.said not in ("for", "to", "by", "as", "on") and not owned:
            continue
        determined = at + 1 < len(words) and words[at + 1].said in DETERMINERS
        head = at + 1 + determined
        while head < len(words) - 1 and words[head + 1].said in PEOPLE | PURPOSES and head - at < 4:
            head += 1
        if head >= len(words):
            continue
        strange = [t for t in tagger.tokens(words[at + 1 : head + 1]) if t.kind == "unknown"]
        own = determined and words[at + 1].said in OWN and word.said == "for" and bool(strange)
        if own or words[head].said in PEOPLE or (words[head].said in PURPOSES and (word.said in ("for", "by", "as", "on") or determined)):
            return _beneficiaries((*words[:at], *words[head + 1 :]), tagger)
    return words


def _spoken(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """Words with "I" for somebody else who wishes: "the client wants …", "my grandson would love …"."""
    for at, word in enumerate(words[:-1]):
        own = at > 0 and words[at - 1].said in OWN
        if (word.said in PEOPLE or word.said in ("she", "he", "they")) and words[at + 1].said in WANTING:
            first = at - 1 if own or (at and words[at - 1].said in DETERMINERS) else at
            return (*words[:first], Word("i", word.typed), *words[at + 1 :])
    return words


ASKING_FOR = frozenset(
    "ask asks asked asking beg begs begged begging plead pleads pleading hope hoping wish wishing long longs longing look looking crave craving "
    "wait waiting request".split()
)
PLEASING = frozenset("surprise delight treat amuse cheer impress please greet charm".split())


def _asked_for(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """Words with "I want" for "my son keeps begging for …" and "surprise my wife with …"."""
    said = [w.said for w in words]
    people = next((i for i, w in enumerate(said[:6]) if w in PEOPLE), None)
    if people is None:
        return words
    for at in range(people + 1, min(people + 8, len(said) - 1)):
        begs = said[at] == "for" and said[at - 1] in ASKING_FOR
        if begs or (said[at] == "with" and PLEASING & set(said[:people])):
            return (Word("i", "i"), Word("want", "want"), *words[at + 1 :])
    return words


def _statement(words: Sequence[Word], tokens: Sequence[Token]) -> bool:
    """Whether a clause only tells something, in strange words: "it is my favourite", "my eyes are bad". Something new is never named in it."""
    strange = [t for t in tokens if t.kind == "unknown"]
    first = next((i for i, w in enumerate(words) if w.said not in LINKS), len(words))
    said = [w.said for w in words[first:]]
    if not strange or not said or WISHING & set(said):
        return False
    if _remark(words, tokens, said):
        return True
    if any(t.kind == "thing" and (phrase_of(t).article or phrase_of(t).count) for t in tokens):
        return False
    if any(words[t.start - 1].said in NAMING and not _predicate(words, t.start - 1) for t in strange if t.start):
        return False
    begun = next((t for t in tokens if t.start >= first), None)
    known = begun is not None and begun.kind in ("thing", "colour", "ground", "whole") and begun.start <= first + 1 and said[0] in POINTING
    if (said[0] in OWN or said[0] in PEOPLE) and not known:
        return bool(FINITE & set(said))
    if said[0] in SUBJECTS or (known and begun is not None):
        bold = said[0] in SUBJECTS or (begun is not None and begun.kind == "colour")
        return bool(FINITE & set(said[1:])) or (bold and strange[0].start <= first + 5)
    return False


def _remark(words: Sequence[Word], tokens: Sequence[Token], said: Sequence[str]) -> bool:
    """Whether words only judge: "meadow is boring", "brr, that looks cold"; or tell of people: "my daughter turns six tomorrow"."""
    judging = all(words[t.start].said in OPINIONS for t in tokens if t.kind == "unknown")
    told = not any(t.kind in ("colour", "side", "relation", "number", "size") for t in tokens)
    people = said[0] in DETERMINERS and bool(PEOPLE & set(said[1:3])) and not any(t.kind in ("thing", "colour", "ground") for t in tokens)
    return (judging and told and (bool(FINITE & set(said)) or len(tokens) == 1)) or people


def _occasion(words: Sequence[Word], tokens: Sequence[Token]) -> bool:
    """Whether words only name what a picture is for: "logo idea, …"."""
    return bool(tokens) and all(t.kind == "unknown" and words[t.start].said in PURPOSES for t in tokens)


def _predicate(words: Sequence[Word], at: int) -> bool:
    """Whether an article stands behind "is": "this dog is a joke"."""
    marked = words[0].said not in ("there", "here") or {"where", "i"} <= {w.said for w in words}  # "there is a smudge where I drew"
    return at > 0 and words[at - 1].said in ("is", "are", "was", "were", "be") and marked


IMPROVING = frozenset(
    "make makes balance complete complement improve enhance help liven brighten round suit fit add bring give lift fill be feel seem enliven "
    "spice freshen".split()
)


def _improved(words: tuple[Word, ...], tagger: Tagger) -> tuple[Word, ...]:
    """Words with "would be nicer" for what a wish would do in strange words: "two houses would make it look like a village"."""
    at = next((i for i, w in enumerate(words) if w.said in ("would", "might", "could", "will")), None)
    if not at or at + 1 >= len(words) or words[at + 1].said not in IMPROVING:
        return words
    head, tail = tagger.tokens(words[:at]), tagger.tokens(words[at + 2 :])
    wished = any(t.kind in ("colour", "ground") or (t.phrase is not None and (t.phrase.article or t.phrase.count)) for t in head)
    strange = any(t.kind == "unknown" for t in tail) and not any(t.kind == "unknown" for t in head)
    giving = words[at + 1].said in ("be", "add", "bring", "give")
    named = giving and any(words[at + 1 + t.start].said in NAMING for t in tail if t.kind == "unknown")
    told = any(t.kind in ("colour", "ground", "side", "relation") or (t.phrase is not None and not t.phrase.pronoun) for t in tail)
    if not wished or not strange or named or told:
        return words
    return (*words[:at], *(Word(w, w) for w in ("would", "be", "nicer")))


def _praised(words: Sequence[Word], tokens: Sequence[Token]) -> tuple[Word, ...]:
    """Words with "nicer" for a strange comparison: "purple would be bolder" praises purple."""
    compared = [t.start for t in tokens if t.kind == "unknown" and words[t.start].said.endswith("er")]
    strange = {i for i in compared if words[i - 1].said in ("be", "look", "is", "are")}
    if not strange or not any(t.kind in ("colour", "ground") or (t.kind == "thing" and phrase_of(t).article) for t in tokens):
        return tuple(words)
    return tuple(Word("nicer", w.typed) if i in strange else w for i, w in enumerate(words))
