"""Puts in what is left out where several things share words: "a red and a blue dog", "two apples, one red and one green".

Also where a wish says "one" for what was just spoken of: "my daughter loves horses, so swap the dog for one".
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from .spelling import Word
from .thesaurus import NUMBERS
from .tokens import Token

BEFORE_ONE = frozenset("for into with become becomes to add paint draw put place see want have get give me us of include".split())
SPEAKING = frozenset(
    ("is was are were love loves like likes adore adores have has had want wanted wants saw seen got about fond mad crazy into "
     "asking asks asked begging begs begged wishes wishing dreams dreaming "
     "loved liked adored owned owns kept keeps grew grows collects collected bred").split()
)
AFTER_ONE = frozenset({"of", "that", "which", "is", "thing", "more", "and", "or", "can", "should"})


def spoken_of(words: Sequence[Word], tokens: Callable[[Sequence[Word]], Sequence[Token]], shown: Sequence[str]) -> tuple[Word, ...]:
    """Words with the noun for "one" where a kind of thing was spoken of in general before: "she adores horses, so let the dog become one".

    Args:
        words: of a whole request.
        tokens: cuts words.
        shown: nouns of what the picture shows, which "one" may mean as well.
    """
    words = _coloured(_numbered(words, tokens(words)), tokens, shown)
    kinds = [t for t in tokens(words) if t.phrase is not None and t.phrase.noun and not t.phrase.definite and not t.phrase.count]
    for at in range(1, len(words)):
        after = words[at + 1].said if at + 1 < len(words) else ""
        noun = next((t for t in reversed(kinds) if t.end <= at and t.phrase.noun not in shown), None)  # type: ignore[union-attr]
        several = [w.said for w in words[at + 1 : at + 3]] == ["of", "them"] and words[at].said in NUMBERS
        one = words[at].said == "one" and words[at - 1].said in BEFORE_ONE and after not in AFTER_ONE
        if not (several or one) or noun is None:
            continue
        if any(t.kind in ("thing", "colour", "number") and t.start == at + 1 for t in tokens(words)):
            continue
        phrase = noun.phrase
        assert phrase is not None
        spoken = any(w.said in SPEAKING for w in words[: noun.start])
        if spoken or phrase.plural:
            first = max((i + 1 for i in range(noun.start) if words[i].said in (",", ".", "so")), default=0)
            last = next((i for i in range(noun.end, at) if words[i].said in (",", ".", "so")), noun.end)
            like = [w for w in (phrase.size, phrase.colour) if w]
            number = words[at] if several else Word("a", "a")
            said = (number, *(Word(w, w) for w in like), Word(phrase.noun, "one"))
            return (*words[:first], *words[last:at], *said, *words[at + (3 if several else 1) :])
    return tuple(words)


def _coloured(words: Sequence[Word], tokens: Callable[[Sequence[Word]], Sequence[Token]], shown: Sequence[str]) -> tuple[Word, ...]:
    """Words with the noun for "a blue one" where somebody asked for such a thing: "my son begs for an elephant, so paint a blue one"."""
    for at in range(4, len(words)):
        first = next((i for i in range(max(1, at - 3), at - 1) if words[i].said in ("a", "an") and _like(words[i : at + 1], tokens)), 0)
        so = next((i for i in range(first) if words[i].said == "so"), 0)
        if words[at].said != "one" or not first or not so or words[first - 1].said not in BEFORE_ONE:
            continue
        kinds = [t.phrase for t in tokens(words[:so]) if t.phrase is not None and t.phrase.noun and not t.phrase.definite]
        if len(kinds) == 1 and kinds[0].noun not in shown and any(w.said in SPEAKING for w in words[:so]):
            return (*words[so + 1 : at], Word(kinds[0].noun, "one"), *words[at + 1 :])
    return tuple(words)


def told_late(words: Sequence[Word], tokens: Callable[[Sequence[Word]], Sequence[Token]]) -> tuple[Word, ...]:
    """Words with a colour or size that comes later before its noun: "a tree would be nice, on the left, a pink one"."""
    words = _bare_told(words, tokens)
    for end in range(2, len(words) + 1):
        start = end - 1
        while start > 0 and end - start < 5 and _like(words[start - 1 : end], tokens):
            start -= 1
        late, made = tokens(words[start:end])[:1], tokens(words[:start])
        whole = next((t for t in reversed(made) if t.phrase is not None and t.phrase.noun), None)
        if words[end - 1].said not in ("one", "ones") or start == end - 1 or whole is None or whole.phrase is None:
            continue
        like, told = late[0].phrase, whole.phrase
        alone = words[start].said in ("a", "an") or words[end - 1].said == "ones" or made[-1] is whole
        joined = (made[-1].kind == "stop" and made[-1].value != ",") or made[-1].kind in ("verb", "mark", "relation")
        several = told.count not in (None, 1) and words[end - 1].said == "one"
        if like is None or not alone or joined or several or told.definite or told.colour or told.size or told.extra or whole.end > start:
            continue  # "a red car and a blue one", "turn the car into a blue one"
        beside = words[start - 1].said == ","
        gap = words[whole.end : start - beside]
        said = [w for w in words[start : end - 1] if w.said not in ("a", "an")]
        end += beside and end < len(words) and words[end].said == ","
        return (*words[: whole.end - 1], *said, words[whole.end - 1], *gap, *words[end:])
    return tuple(words)


def _bare_told(words: Sequence[Word], tokens: Callable[[Sequence[Word]], Sequence[Token]]) -> Sequence[Word]:
    """Words with a bare colour or size before the new thing that it is said of: "add a cat, black, on the left"."""
    stops = [i for i, w in enumerate(words) if w.said == ","]
    for first, last in zip(stops, [*stops, len(words)][1:], strict=True):
        like = tokens(words[first + 1 : last])
        before = [t for t in tokens(words[:first]) if t.kind != "stop"]
        whole = before[-1].phrase if before and before[-1].end == first else None
        new = whole is not None and whole.noun and (whole.article or whole.count or whole.extra == "more") and not whole.definite
        plain = all(t.kind in ("colour", "size") and t.value not in ("bigger", "smaller") for t in like)
        told = bool(like) and plain and last - first == len(like) + 1
        kinds = [t.kind for t in like]
        if whole is None or not new or not told or len(set(kinds)) < len(kinds) or whole.colour and "colour" in kinds or last >= len(words):
            continue
        ordered = sorted(words[first + 1 : last], key=lambda w: kinds[words[first + 1 : last].index(w)], reverse=True)
        return (*words[: first - 1], *ordered, words[first - 1], *words[last:])
    return words


def _like(words: Sequence[Word], tokens: Callable[[Sequence[Word]], Sequence[Token]]) -> bool:
    """Whether words are "a blue one", or the end of that."""
    made = tokens(words)
    like = made[0].phrase if len(made) == 1 and made[0].end - made[0].start == len(words) else None
    return like is not None and not (like.noun or like.definite or like.count or like.extra or like.ordinal) and bool(like.colour or like.size)


def _numbered(words: Sequence[Word], tokens: Sequence[Token]) -> tuple[Word, ...]:
    """Words with a number that comes later before its noun: "sunflowers, four of them, in a vase", "roses, two white ones"."""
    for noun in tokens:
        at, phrase = noun.end + 1, noun.phrase
        plural = phrase is not None and phrase.noun and phrase.plural and not phrase.definite and not phrase.count
        if not plural or at >= len(words) or words[at - 1].said != "," or not (words[at].said in NUMBERS or words[at].said.isdecimal()):
            continue
        end = next((i for i in range(at + 1, min(at + 4, len(words))) if words[i].said in ("ones", "them")), None)
        like = words[at + 1 : end]
        if end is None or not (words[end].said == "ones" or [w.said for w in like] == ["of"]):
            continue
        told = words[at : end if words[end].said == "ones" else at + 1]
        behind = end + 1 + (end + 1 < len(words) and words[end + 1].said == ",")
        return (*words[: noun.start], *told, *words[noun.start : noun.end], *words[behind:])
    return tuple(words)


def completed(made: list[Token], said: list[str]) -> list[Token]:
    """Tokens with what was left out put in: adjectives that share a noun ("a red and a blue dog" has two dogs), colours that come later.

    Args:
        made: tokens.
        said: the words that they are made of.
    """
    for at in range(len(made) - 1):
        whole, number = made[at].phrase, made[at + 1]
        times = number.kind == "number" and number.start == made[at].end and said[number.end : number.end + 1] == ["times"]
        if times and whole is not None and whole.noun and not (whole.count or whole.definite or whole.article):  # "cats x3"
            phrase = replace(whole, count=int(number.value), number=number.value, plural=True)
            return completed([*made[:at], replace(made[at], phrase=phrase, end=number.end), *made[at + 2 :]], said)
    for at in range(len(made) - 2):
        told = _told_apart(made, at)
        if told is not None:
            return completed(told, said)
        first, joint, second = made[at : at + 3]
        shared = second.phrase
        if first.kind in ("colour", "size") and joint.kind == "stop" and shared is not None and shared.noun and shared.article:
            alike = bool(shared.colour) if first.kind == "colour" else bool(shared.size)
            if alike and said[first.start - 1 : first.start] in (["a"], ["an"], ["one"]):
                phrase = replace(shared, colour=first.value) if first.kind == "colour" else replace(shared, size=first.value)
                return completed([*made[:at], Token("thing", phrase.words, first.start, first.end, phrase=phrase), *made[at + 1 :]], said)
    return made


def _told_apart(made: list[Token], at: int) -> list[Token] | None:
    """Several things whose colours are told one by one ("two apples, one red and one green"), or one whose colour comes later."""
    whole = made[at].phrase
    if whole is None or not whole.noun:
        return None
    after = made[at + 1 :]
    last = after[1].phrase if len(after) > 1 and after[0].kind == "stop" else None
    if whole.colour and whole.article and last is not None and not last.noun and last.article and last.colour:  # "a blue car and a yellow one"
        phrase = replace(last, noun=whole.noun)
        return [*made[: at + 2], replace(after[1], value=phrase.words, phrase=phrase), *after[2:]]
    if whole.colour is not None:
        return None
    end = next((i for i, t in enumerate(after) if t.kind not in ("stop", "size", "colour") and t.value != "be"), len(after))
    sizes, told = ([t.value for t in after[:end] if t.kind == kind] for kind in ("size", "colour"))
    if whole.article and not whole.count and sizes and set(sizes) <= {"big", "small"} and len(sizes) == 1 and len(told) <= 1:
        phrase = replace(whole, size=sizes[0], colour=told[0] if told else None)  # "an elephant, small and blue"
        return [*made[:at], replace(made[at], value=phrase.words, phrase=phrase), *after[end:]]
    late = after[1].phrase if len(after) > 1 and after[0].kind == "stop" else None
    each = late is not None and late.article and (whole.count or 1) > 1  # "two apples, a red one and a green one"
    alike = late is not None and not each and not late.noun and (late.article or (late.plural and not late.definite))
    if late is not None and alike and late.colour:  # "a boat, a white one"
        phrase = replace(whole, colour=late.colour)
        return [*made[:at], replace(made[at], value=phrase.words, phrase=phrase), *after[2:]]
    fits = [t.kind in ("stop", "colour") or (t.kind == "number" and t.value == "1") or _bare_colour(t) for t in after]
    end = next((i for i, fit in enumerate(fits) if not fit), len(after))
    colours = [replace(t, value=t.phrase.colour or "") if t.phrase else t for t in after[:end] if t.kind in ("colour", "thing")]
    if not whole.count or whole.count < 2 or len(colours) != whole.count:
        return None
    phrases = [replace(whole, colour=t.value, count=None, plural=False, article=True) for t in colours]
    return [*made[:at], *(Token("thing", p.words, t.start, t.end, phrase=p) for p, t in zip(phrases, colours, strict=True)), *after[end:]]


def _bare_colour(token: Token) -> bool:
    """Whether a token is "a red one"."""
    phrase = token.phrase
    return phrase is not None and not phrase.noun and (phrase.article or phrase.count == 1) and phrase.colour is not None
