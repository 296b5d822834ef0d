"""What is said around a request and asks for nothing: for whom it is, why, how one feels, a heading before a colon.

Such words may be any words, so no table holds them. They are told by the form of what they stand in, and they are left out only where a
request could not be read with them: what can be read is never read with less.
"""

import re
from collections.abc import Sequence

from .clause import phrase_of
from .markers import ENDS, SIZES
from .people import GLAD, OPINIONS, PEOPLE, PURPOSES, WANTING
from .spelling import Word, regular
from .tagging import Tagger
from .telling import DETERMINERS, NAMING, OWN, occasion, predicate, statement, tells
from .thesaurus import NUMBERS, ORDINALS, classes, forms
from .tokens import Token

REASON = re.compile(
    r" (?:because|since|so that|in order that|so (?=(?:i|we|she|he|they|people|everyone|everybody|nobody|kids|my|our) "
    r"(?:can|could|will|may|might|do)))"
    r"| so (?:the|my|our) \S+ (?:can|could|will|may|might|do)| (?=(?:it|that|this|they) (?:will|would|is|looks|makes) )"
)
HEADING = re.compile(r"^([^:.?!\n]{2,70}):\s+(?=\S)")
BEGINNING = frozenset("new next fresh another blank start begin".split())
STOPS = (",", ".", "?")
ASKERS = frozenset(
    ("please can could would let just might may should shall will must do how i we it they he she that there a an one two three").split()
)


def headed(text: str, tagger: Tagger) -> str:
    """A text without its heading: "idea for the poster: a red car". What begins anew is still said to.

    A heading is left out where it names nothing of the world, and something beside it.
    """
    match = HEADING.match(text)
    if match is None:
        return text
    tokens = tagger.tokens(regular(match[1]))
    told = any(t.kind in ("thing", "colour", "ground", "side", "relation") for t in tokens)
    spoken = match[1].split(" ", 1)[0].lower().rstrip("'").split("'")[0] in ("we", "i", "it", "he", "she", "they", "my", "our", "for")
    if (
        (told and not (spoken and tells(regular(match[1]), tokens)))
        or not any(t.kind in ("unknown", "ordinal") for t in tokens)
        or _names_something(tokens, regular(match[1]))
    ):
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
    words = undated(words)
    kept: list[Word] = []
    topics: list[Token] = []
    for segment, stop in _segments(_unreasoned(words, tagger)):
        segment = _needed(_spoken(_beneficiaries(_asked_for(_compared(_framed(segment, tagger), tagger)), tagger)), tagger)
        tokens = tagger.tokens(segment)
        if kept and _denial(segment, tokens):
            continue
        segment = _praised(segment, tokens) if any(w.said == "would" for w in segment) else segment
        tokens = tagger.tokens(segment)
        if segment and (statement(segment, tokens) or occasion(segment, tokens)):
            topics += _subjects(tokens)
            continue
        segment = _improved(segment, tagger)
        segment = _praised(segment, tagger.tokens(segment))
        tokens = tagger.tokens(segment)
        if segment and tells(segment, tokens):
            topics += _subjects(tokens)
            continue
        kept += [*segment, *([stop] if stop is not None and segment else [])]
    while kept and kept[-1].said == ",":
        kept.pop()
    return tuple(kept), topics


def _subjects(tokens: Sequence[Token]) -> list[Token]:
    """The things that told words are about: those before the verb, as in "the house blocks the cats", or all where none is."""
    things = [t for t in tokens if t.kind == "thing" and (phrase_of(t).noun or phrase_of(t).colour)]
    first = next((t for t in tokens if t.kind not in ("mark", "stop")), None)
    if first is not None and first.phrase is not None and first.phrase.pronoun:
        return []  # "it distracts from the cats": what "it" means goes on
    acts = next((t.start for t in tokens if t.kind in ("verb", "unknown")), 0)
    return [t for t in things if t.end <= acts] or things


def about_strangers(words: Sequence[Word], tagger: Tagger, articles: Sequence[str]) -> bool:
    """Whether what asks for nothing speaks of a strange thing, which "it" or "one" may mean then: "the dragon won, delete it".

    Args:
        words: that were left out.
        tagger: cuts them into tokens.
        articles: what stands before the thing, at most one word between.
    """
    for segment, _ in _segments(words):
        strange = [t.start for t in tagger.tokens(segment) if t.kind == "unknown" and t.start]
        led = [at for at in strange if {w.said for w in segment[max(0, at - 2) : at]} & set(articles)]
        if any(segment[at].said not in PEOPLE | PURPOSES | OPINIONS for at in led):
            return True
    return False


def _compared(words: tuple[Word, ...], tagger: Tagger) -> tuple[Word, ...]:
    """Words without what a thing is only compared with: "much taller, like the one behind our old house"."""
    at = next((i for i, w in enumerate(words) if w.said == "like" and i and not _wished(words, i)), None)
    if at is None:
        return words
    first = at - 1 if words[at - 1].said in ("just", "exactly", "much", "a", "bit") else at
    before, after = tagger.tokens(words[:first]), tagger.tokens(words[at + 1 :])
    told = bool(before) and before[-1].end == first and before[-1].kind in ("size", "colour", "thing", "unknown", "side", "ground")
    return words[:first] if told and any(t.kind == "unknown" for t in after) else words


def _denial(words: Sequence[Word], tokens: Sequence[Token]) -> bool:
    """Whether a clause behind a wish only says what is not meant: "…, not above it", "three trees, not one only"."""
    if not words or words[0].said not in ("not", "no"):
        return False
    told = [t for t in tokens if t.kind in ("number", "relation", "side", "size", "colour", "unknown")]
    small = all(t.kind in ("mark", "relation", "side", "number", "size", "colour") or (t.phrase is not None and t.phrase.pronoun) for t in tokens)
    return small and bool(told)


def _wished(words: Sequence[Word], at: int) -> bool:
    """Whether "like" is a verb, or says what something is to look like."""
    return words[at - 1].said in (
        "i", "we", "would", "should", "you", "they", "look", "looks", "be", "something", "anything", "more", "is", "feel", "also", "really", "not"
    )  # fmt: skip


def undated(words: Sequence[Word]) -> tuple[Word, ...]:
    """Words without when an earlier picture was made, or who gets which of several things.

    "Return to picture four, before we moved the balloon", "two houses, one for the in-laws".
    """
    said = [w.said for w in words]
    for at in range(2, len(words) - 2):
        alloted = said[at - 1] == "," and said[at] == "one" and (said[at + 1] == "for" or said[at + 1 : at + 3] == ["each", "for"])
        last = next((i for i in range(at, len(words)) if said[i] in STOPS), len(words))
        if alloted and any(w in NUMBERS and w != "one" or w.isdecimal() for w in said[:at]) and not ENDS & set(said[at:last]):
            words = (*words[: at - 1], *words[last:])
            break
    said = [w.said for w in words]
    for at in range(3, len(words) - 2):
        numbered = any(w in NUMBERS or w.isdecimal() or w in ORDINALS for w in said[:at]) and {"to", "picture", "version"} & set(said[:at])
        if said[at - 1] == "," and said[at] in ("before", "after", "when", "where") and said[at + 1] in ("we", "i", "you", "it") and numbered:
            return tuple(words[: at - 1])
    return tuple(words)


def _segments(words: Sequence[Word]) -> list[tuple[tuple[Word, ...], Word | None]]:
    """The words between commas and full stops, each with the mark behind it."""
    found: list[tuple[tuple[Word, ...], Word | None]] = []
    first = 0
    for at, word in enumerate(words):
        if word.said in STOPS:
            found.append((tuple(words[first:at]), word))
            first = at + 1
        elif word.said == "and" and at + 2 < len(words) and words[at + 1].said in ("i", "we") and words[at + 2].said in ("need", "want", "would"):
            found.append((tuple(words[first:at]), Word(",", ",")))  # "I plan weddings and I need a cake"
            first = at + 1
        elif word.said == "so" and at + 1 < len(words) and words[at + 1].said in ASKERS:
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
    named = any(t.kind in ("thing", "colour", "ground", "side", "size") and t.value not in ("it", "them") for t in tail)
    strange = [first + t.start for t in tail if t.kind == "unknown"]
    named_new = match[0] == " " and any(words[i - 1].said in NAMING and not predicate(words, i - 1) for i in strange if i)
    if named_new:
        return tuple(words)  # "a dog that is odd and a unicorn"
    if not first or (named and not any(t.kind == "unknown" for t in tail)):
        return tuple(words)
    return (*words[:first], *words[last:])


def _framed(words: tuple[Word, ...], tagger: Tagger) -> tuple[Word, ...]:
    """Words without what a picture will be: "we need a poster with a big balloon" needs a big balloon."""
    for at, word in enumerate(words[:-2]):
        end = at + 1
        while end < len(words) and words[end].said in PURPOSES:
            end += 1
        if (
            word.said in ("a", "an", "my", "our")
            and end > at + 1
            and end + 1 < len(words)
            and words[end].said in ("with", "of", "showing", "featuring")
        ):
            strange = any(t.kind == "unknown" for t in tagger.tokens(words[end + 1 :]))
            return words if strange else (*words[:at], *words[end + 1 :])
    return words


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
        while head < len(words) - 1 and (words[head].said in OPINIONS or words[head].said in SIZES or words[head].said in ("old", "young", "dear")):
            head += 1
        while head < len(words) - 1 and words[head + 1].said in PEOPLE | PURPOSES and head - at < 4:
            head += 1
        if head >= len(words):
            continue
        strange = [t for t in tagger.tokens(words[at + 1 : head + 1]) if t.kind == "unknown"]
        own = determined and words[at + 1].said in OWN and word.said == "for" and bool(strange)
        while own and any(t.kind == "unknown" and t.start == head + 1 for t in tagger.tokens(words)):
            head += 1  # "for my hundredth episode"
        if own or words[head].said in PEOPLE or (words[head].said in PURPOSES and (word.said in ("for", "by", "as", "on") or determined)):
            return _beneficiaries((*words[:at], *words[head + 1 :]), tagger)
    return words


def _spoken(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """Words with "I" for somebody else who wishes: "the client wants …", "my grandson would love …"."""
    for at, word in enumerate(words[:-1]):
        own = at > 0 and words[at - 1].said in OWN
        said = words[at + 1].said in ("says", "said", "wants", "asks", "needs") and word.said in PURPOSES  # "the brief says …"
        if word.said not in PEOPLE and word.said not in ("she", "he", "they") and not said:
            continue
        end = at + 1
        while end < len(words) - 1 and end < at + 6 and (words[end].said in PEOPLE | PURPOSES | WHERE or words[end].name):
            end += 1  # "the children in my class would like …"
        wishing = words[end].said in WANTING and words[end].said not in ("will", "does", "did", "is")
        if wishing or words[at + 1].said in WANTING or (words[end].said == "would" and end + 1 < len(words) and words[end + 1].said in WANTING):
            end = at + 1 if words[at + 1].said in WANTING else end
            first = at - 1 if own or (at and words[at - 1].said in DETERMINERS) else at
            if words[end].said in SAYING:
                return (*words[:first], *words[end + 1 + (end + 1 < len(words) and words[end + 1].said == "that") :])
            return (*words[:first], Word("i", word.typed), *words[end:])
    return words


def _needed(words: tuple[Word, ...], tagger: Tagger) -> tuple[Word, ...]:
    """Words with "I want" for what a picture is for and what it needs: "my stream overlay needs a big crown"."""
    at = next((i for i, w in enumerate(words) if w.said in NEEDING), None)
    if not at or at + 1 >= len(words) or any(t.kind in ("thing", "colour", "ground") for t in tagger.tokens(words[:at])):
        return words
    strange = [t for t in tagger.tokens(words[:at]) if t.kind == "unknown"]
    if not strange or not all(words[t.start].said in PURPOSES | PEOPLE for t in strange):
        return words
    return (Word("i", "i"), Word("want", "want"), *words[at + 1 :])


WHERE = frozenset("in at from of here there the my our your this and next door".split())
SAYING = frozenset("says say said thinks think thought".split())
NEEDING = frozenset("needs need requires require wants deserves lacks".split())
ASKING_FOR = frozenset(
    "vote votes voted voting shout shouts shouting shouted scream screaming screams yell yelling cry crying opt opts opted settle settled call calls "
    "calling called clamour clamouring crazy mad keen eager desperate longed yearn yearns yearning dying pine pining campaigning "
    "ask asks asked asking beg begs begged begging plead pleads pleading hope hoping wish wishing long longs longing look looking crave craving "
    "wait waiting request".split()
)
PLEASING = frozenset("surprise delight treat amuse cheer impress please greet charm".split())


def _asked_for(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """Words with "I want" for "my son keeps begging for …" and "surprise my wife with …"."""
    said = [w.said for w in words]
    dreamed = next((i for i, w in enumerate(said) if w in ("dream", "dreamed", "dreamt", "dreaming")), None)
    if dreamed is not None and {"i", "we"} & set(said[:2]) and said[dreamed + 1 : dreamed + 2] and said[dreamed + 1] in ("of", "about", "from", "up"):
        return (Word("i", "i"), Word("want", "want"), *words[dreamed + 2 :])
    people = next((i for i, w in enumerate(said[:6]) if w in PEOPLE), None)
    if people is None:
        return words
    for at in range(people + 1, min(people + 8, len(said) - 1)):
        begs = said[at] == "for" and said[at - 1] in ASKING_FOR
        if begs or (said[at] == "with" and PLEASING & set(said[:people])):
            return (Word("i", "i"), Word("want", "want"), *words[at + 1 :])
    return words


IMPROVING = frozenset(
    "make makes balance complete complement improve enhance help liven brighten round suit fit add bring give lift fill be feel seem enliven "
    "spice freshen cheer please delight do look keep protect shield shelter cover".split()
)


def _improved(words: tuple[Word, ...], tagger: Tagger) -> tuple[Word, ...]:
    """Words with "would be nicer" for what a wish would do in strange words: "two houses would make it look like a village"."""
    at = next((i for i, w in enumerate(words) if w.said in ("would", "might", "could", "will", "ought", "should")), None)
    to = at is not None and words[at].said == "ought"
    if not at or at + 1 + to >= len(words) or words[at + 1 + to].said not in IMPROVING:
        return words
    head, tail = tagger.tokens(words[:at]), [t for t in tagger.tokens(words[at + 1 + to :]) if t.start]
    wished = any(t.kind in ("colour", "ground", "number") or (t.phrase is not None and t.phrase.noun and not t.phrase.definite) for t in head)
    giving = words[at + 1 + to].said in ("give", "make", "help", "cheer", "do") and any(t.phrase is not None and t.phrase.definite for t in tail)
    strange = (giving or any(t.kind == "unknown" for t in tail)) and not any(t.kind == "unknown" for t in head)
    adding = words[at + 1 + to].said in ("add", "bring", "give")
    named = adding and any(words[at + t.start + to].said in NAMING for t in tail if t.kind == "unknown")
    told = any(t.kind in ("colour", "ground", "side", "relation") or (t.phrase is not None and not t.phrase.definite) for t in tail)
    if not wished or not strange or named or told:
        return words
    return (*words[:at], *(Word(w, w) for w in ("would", "be", "nicer")))


def _praised(words: Sequence[Word], tokens: Sequence[Token]) -> tuple[Word, ...]:
    """Words with "nicer" for a strange comparison: "purple would be bolder" praises purple."""
    compared = [t.start for t in tokens if t.kind == "unknown" and (words[t.start].said.endswith("er") or words[t.start].said in GLAD)]
    strange = {i for i in compared if words[i - 1].said in ("be", "look", "is", "are")}
    if not strange or not any(t.kind in ("colour", "ground") or (t.kind == "thing" and phrase_of(t).article) for t in tokens):
        return tuple(words)
    return tuple(Word("nicer", w.typed) if i in strange else w for i, w in enumerate(words))
