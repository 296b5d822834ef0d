"""Cuts a clause into tokens: noun phrases, verbs by class, colours, sizes, sides, relations, backgrounds, numbers, marks.

Words that say nothing are left out; a word that is not known becomes a token of its own, so that nothing is overlooked.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from ..engine.world.vocabulary import BACKGROUNDS, COLOURS, OBJECTS
from ..tools.lexicon import DRAWN_AS, SYNONYMS
from ..tools.wording import PLURALS
from .markers import (
    BACKDROP,
    CHANGES,
    DEFINITE,
    ENDS,
    HEADS,
    INDEFINITE,
    MARKS,
    NICE,
    OF_IT,
    PARTS,
    PHRASES,
    POINTING,
    PRONOUNS,
    RELATIONS,
    SIDE_WORDS,
    SIZES,
    STOP_WORDS,
    WHOLE,
)
from .spelling import Word
from .thesaurus import COUPLES, LIGHT, NUMBERS, ORDINALS, TIMES, classes, forms

Kind = str  # thing, verb, colour, size, side, relation, ground, whole, number, ordinal, mark, stop, unknown


@dataclass(frozen=True)
class Phrase:
    """A noun phrase as it was said.

    Attributes:
        noun: what it names: an object or a concept; "" for a pronoun, or for "the blue one".
        definite: "the", "this", "my", or a pronoun: something that is there already.
        pronoun: "it", "them", "this".
        plural: several are meant.
        count: a number that was said.
        colour: a colour before the noun.
        size: "small" or "big".
        change: "bigger" or "smaller".
        extra: "all", "both", "other", "more", "of" ("one of the dogs").
        article: "a" or "some".
        number: the count as it was said.
        ordinal: which one of several, from 1; -1 is the last.
    """

    noun: str = ""
    definite: bool = False
    pronoun: bool = False
    plural: bool = False
    count: int | None = None
    colour: str | None = None
    size: str = ""
    change: str = ""
    extra: str = ""
    article: bool = False
    number: str = ""
    ordinal: int | None = None

    @property
    def words(self) -> str:
        """The words without article and number."""
        return " ".join(w for w in (self.size, self.colour or "", self.noun) if w) or ("them" if self.plural else "it")


@dataclass(frozen=True)
class Token:
    """A piece of a clause that means something.

    Attributes:
        kind: what it is.
        value: a verb's base form, a colour, a side, …
        start: the first of its words.
        end: one after the last of its words.
        phrase: of a thing.
        classes: of a verb.
    """

    kind: Kind
    value: str
    start: int
    end: int
    phrase: Phrase | None = None
    classes: frozenset[str] = field(default=frozenset())


class Tagger:
    """Cuts clauses.

    Args:
        concepts: names that are nouns too.
    """

    def __init__(self, concepts: Collection[str] = ()) -> None:
        self.concepts = frozenset(c.lower() for c in concepts)

    def tokens(self, words: Sequence[Word]) -> tuple[Token, ...]:
        """The tokens of a clause, in the order said."""
        return _Pass(self.concepts, [w.said for w in words]).run()


class _Pass:
    """One reading of a clause, from left to right."""

    def __init__(self, concepts: frozenset[str], said: list[str]) -> None:
        self.concepts = concepts
        self.said = said
        self.at = 0
        self.made: list[Token] = []
        self.taken: set[int] = set()  # particles that belong to an earlier verb

    def run(self) -> tuple[Token, ...]:
        while self.at < len(self.said):
            if self.at in self.taken:
                self.at += 1
                continue
            if not (self._phrase() or self._thing() or self._word()):
                self.at += 1
        named = [t for t in self.made if t.phrase is not None and t.phrase.noun]
        if len(named) > 1:  # "the house and the tree should both be smaller"
            self.made = [t for t in self.made if t.phrase is None or t.phrase.noun or t.phrase.extra not in ("both", "all") or t.phrase.colour]
        return tuple(self._elliptic(self.made))

    def _elliptic(self, made: list[Token]) -> list[Token]:
        """Colours that share a noun: "a red and a blue dog" has two dogs."""
        for at in range(len(made) - 2):
            told = self._told_apart(made, at)
            if told is not None:
                return self._elliptic(told)
            first, joint, second = made[at : at + 3]
            shared = second.phrase
            if first.kind == "colour" and joint.kind == "stop" and shared is not None and shared.colour and shared.noun and shared.article:
                if self._word_at(first.start - 1) in ("a", "an", "one"):
                    phrase = replace(shared, colour=first.value)
                    return self._elliptic([*made[:at], Token("thing", phrase.words, first.start, first.end, phrase=phrase), *made[at + 1 :]])
        return made

    def _told_apart(self, made: list[Token], at: int) -> list[Token] | None:
        """Several things whose colours are told one by one ("two apples, one red and one green"), or one whose colour comes later."""
        whole = made[at].phrase
        if whole is None or not whole.noun or whole.colour is not None:
            return None
        after = made[at + 1 :]
        late = after[1].phrase if len(after) > 1 and after[0].kind == "stop" else None
        if late is not None and not late.noun and late.article and late.colour:  # "a boat, a white one"
            phrase = replace(whole, colour=late.colour)
            return [*made[:at], replace(made[at], value=phrase.words, phrase=phrase), *after[2:]]
        end = next((i for i, t in enumerate(after) if t.kind not in ("stop", "number", "colour") or (t.kind == "number" and t.value != "1")), len(after))
        colours = [t for t in after[:end] if t.kind == "colour"]
        if not whole.count or whole.count < 2 or len(colours) != whole.count:
            return None
        phrases = [replace(whole, colour=t.value, count=None, plural=False, article=True) for t in colours]
        return [*made[:at], *(Token("thing", p.words, t.start, t.end, phrase=p) for p, t in zip(phrases, colours, strict=True)), *after[end:]]

    def _add(self, kind: Kind, value: str, length: int = 1, **more: object) -> bool:
        self.made.append(Token(kind, value, self.at, self.at + length, **more))  # type: ignore[arg-type]
        self.at += length
        return True

    def _word_at(self, index: int) -> str:
        return self.said[index] if index < len(self.said) else ""

    # phrases of several words, sides and relations

    def _phrase(self) -> bool:
        for length in range(6, 0, -1):
            words = " ".join(self.said[self.at : self.at + length])
            if self.at + length > len(self.said):
                continue
            if words in PHRASES and length > 1 and not self._more_of(words, length):
                kind, value = PHRASES[words]
                return self._add(kind, value, length, classes=frozenset({value} if kind == "verb" else ()))
            if words in RELATIONS and self._names_after(length, words):
                return self._add("relation", RELATIONS[words], length)
        return self._side()

    def _more_of(self, words: str, length: int) -> bool:
        """Whether a phrase goes on as something else: "in this house", "on top of the house"."""
        after = self._word_at(self.at + length)
        if PHRASES[words] == ("mark", "inside") or words in ("the rest", "any more"):
            return self._noun(self.at + length) is not None or after in HEADS or after in BACKGROUNDS or after in BACKDROP
        return words == "on top" and after == "of"

    def _names_after(self, length: int, words: str) -> bool:
        """Whether what follows a preposition is a thing: "on the car", and not "on the left" or "by night"."""
        found = self._noun(self.at + length, loose=True)
        if found is None:
            return False
        phrase, end = found
        if words == "by" and any("replace" in t.classes for t in self.made):
            return False
        if words in ("on", "by", "over", "near") and phrase.noun in BACKGROUNDS:
            return False
        if phrase.pronoun and words in ("by", "on", "onto", "upon"):
            return words != "by" and self._word_at(end) == ""
        return True

    def _side(self) -> bool:
        """A side: "to the left", "on its right-hand side", "in the top left corner", "up"."""
        index = self.at
        started = self._word_at(index) in ("to", "on", "at", "in", "towards", "toward", "into", "near", "along", "from", "by")
        index += started
        its = self._word_at(index) in ("its", "their", "his", "her")
        index += self._word_at(index) in ("the", "a") or its
        while self._word_at(index) in ("very", "far", "upper", "lower", "extreme", "outer") and self._word_at(index + 1) in ENDS:
            index += 1
        word = self._word_at(index)
        if word not in SIDE_WORDS or (word not in ENDS and index > self.at):
            return False
        if word == "lower" and index == self.at and self._word_at(index + 1) in DEFINITE | PRONOUNS.keys():
            return False
        if word in ("higher", "upper") and self._word_at(index + 1) in ("quality", "resolution", "definition", "res"):
            return False
        if word in ("right", "top", "lower", "higher") and index == self.at and self._word_at(index + 1) in ("now", "away", "here", "notch"):
            return False
        if word in ("upper", "lower") and index == self.at and self._noun(index + 1) is not None:
            return False
        side = SIDE_WORDS[word]
        index += 1
        while self._word_at(index) in PARTS or (self._word_at(index) in ENDS and index - self.at < 5):
            index += 1
        if its and side in OF_IT:
            return self._add("relation", OF_IT[side], index - self.at) and self._its()
        if self._word_at(index) == "of" and self._word_at(index + 1) in ("the", "this", "that", "my", "it"):
            skip = index + 2
            if self._word_at(skip) in WHOLE or self._word_at(index + 1) == "it":
                index = min(skip + 1, len(self.said)) if self._word_at(index + 1) != "it" else skip
            elif self._noun(index + 1) is not None and side in ("left", "right"):
                return self._add("relation", OF_IT[side], index + 1 - self.at)
        return self._add("side", side, index - self.at)

    def _its(self) -> bool:
        self.made.append(Token("thing", "it", self.at, self.at, phrase=Phrase(definite=True, pronoun=True)))
        return True

    # noun phrases

    def _thing(self) -> bool:
        found = self._noun(self.at)
        if found is None:
            return False
        phrase, end = found
        return self._add("thing", phrase.words, end - self.at, phrase=phrase)

    def _noun(self, start: int, loose: bool = False) -> tuple[Phrase, int] | None:
        """A noun phrase that begins at a word, and where it ends; `loose` also takes pronouns that might be something else."""
        at = start
        word = self._word_at(at)
        if word in PRONOUNS and not self._noun_follows(at):
            return Phrase(definite=True, pronoun=True, plural=PRONOUNS[word]), at + 1
        if word in POINTING and self._points(at, loose):
            return Phrase(definite=True, pronoun=True, plural=word in ("these", "those")), at + 1
        parts: dict[str, object] = {}
        while at < len(self.said):
            word = self.said[at]
            step = self._determiner(at, parts)
            if step:
                at += step
            elif (word in COLOURS or SYNONYMS.get(word) in COLOURS) and self._goes_on(at + 1):
                if "colour" in parts:
                    return None
                parts["colour"] = SYNONYMS.get(word, word)
                at += 1
            elif word in SIZES and self._goes_on(at + 1):
                parts["size"] = SIZES[word]
                at += 1
            elif word in CHANGES and self._goes_on(at + 1):
                parts["change"] = CHANGES[word]
                at += 1
            elif word in NICE and (parts or self._noun(at + 1) is not None) or word in ("coloured", "sized"):
                at += 1
            else:
                break
        return self._headed(start, at, parts)

    def _headed(self, start: int, at: int, parts: dict[str, object]) -> tuple[Phrase, int] | None:
        """A noun phrase with its head, once everything before the head is read."""
        word = self._word_at(at)
        noun = SYNONYMS.get(word, word) if word not in self.concepts else word
        noun = PLURALS.get(noun, noun)
        if noun in self.concepts or noun in OBJECTS:
            plural = word not in self.concepts and noun != SYNONYMS.get(word, word) and noun in OBJECTS
            if parts.get("colour") == DRAWN_AS.get(noun, "-"):
                parts.pop("colour")
            if parts.get("count") == 1 and parts.get("extra") == "of":
                parts["plural"] = False
            more = self._word_at(at + 1) == "more" and "extra" not in parts
            if more:
                parts["extra"] = "more"
            parts.setdefault("plural", plural or bool(parts.get("count", 1) != 1) or parts.get("extra") in ("all", "both"))
            return Phrase(noun=noun, **parts), at + 1 + more  # type: ignore[arg-type]
        special = parts.keys() & {"colour", "size", "ordinal", "change"} or parts.get("extra") == "other"
        if word in HEADS and special and "count" not in parts:
            parts.setdefault("plural", word.endswith("s"))
            return Phrase(**parts), at + 1  # type: ignore[arg-type]
        if parts.get("extra") in ("both", "all") and not special and word not in BACKDROP and word not in WHOLE:
            alone = word in ("", "of", "in", "to", "should", "are", "be", "on", "at") or at == len(self.said) or word in STOP_WORDS
            if parts["extra"] == "both" or alone:
                skip = 2 if word == "of" and self._word_at(at + 1) in ("them", "these", "those") else 0
                return Phrase(definite=True, pronoun=True, plural=True, extra=str(parts["extra"])), at + skip
        if parts.get("extra") == "other" and parts.get("definite") and "noun" not in parts:
            return Phrase(definite=True, extra="other"), at
        return None

    def _determiner(self, at: int, parts: dict[str, object]) -> int:
        """How many words at a place say which or how many, noting what they say."""
        word, after = self.said[at], self._word_at(at + 1)
        if word in DEFINITE:
            if word in POINTING and (after in NUMBERS and after != "one" or after.isdecimal()) and word in ("this", "that"):
                return 0  # "make that two houses"
            if word in POINTING and after not in HEADS and self._noun_begins(at + 1) is False:
                return 0
            parts["definite"] = True
        elif word in INDEFINITE and "definite" not in parts:
            if after in COUPLES:
                parts["count"] = 1 if "glasses" in self.said[at + 2 : at + 5] else COUPLES[after]
                return 3 if self._word_at(at + 2) == "of" else 2
            if after in ("few", "lot"):
                return 0
            parts["article"] = True
        elif word in ("both", "all", "every", "each"):
            parts |= {"extra": "both" if word == "both" else "all", "definite": True}
            if after == "of" and self._word_at(at + 2) in ("the", "these", "those", "my", "them"):
                return 1 if self._word_at(at + 2) == "them" else 2
        elif word == "other" or (word == "another" and after != "other"):
            parts["extra"] = "other" if word == "other" else "more"
        elif word in ("more", "extra", "additional", "further"):
            parts["extra"] = "more"
        elif word in ORDINALS and "ordinal" not in parts and "definite" in parts or (word in ("second", "third", "fourth") and parts.keys() <= {"count"} and at):
            parts["ordinal"] = ORDINALS[word]
        elif (word in NUMBERS or word.isdecimal()) and ("count" not in parts or parts.get("extra") == "of"):
            number = NUMBERS.get(word) or int(word)
            if word == "one" and ({"colour", "size", "ordinal", "change"} & parts.keys() or parts.get("definite") or parts.get("extra") == "other"):
                return 0  # "the blue one"
            if after == "of" and self._word_at(at + 2) in ("the", "these", "those", "them", "my"):
                parts |= {"count": number, "extra": "of"}
                return 2
            if parts.get("extra") == "of":
                return 1
            if parts.get("definite") and number == 2:
                parts["extra"] = "both"
            else:
                parts |= {"count": number, "number": word}
        elif word in ("single", "lone", "sole") and "count" not in parts:
            parts["count"] = 1
        elif word in COUPLES and after == "of":
            parts["count"] = COUPLES[word]
            return 2
        else:
            return 0
        return 1

    def _noun_begins(self, at: int) -> bool:
        """Whether words from here on may be the rest of a noun phrase."""
        word = self._word_at(at)
        return bool(word) and (
            word in COLOURS or word in SIZES or word in CHANGES or word in NICE or word in ORDINALS or word in NUMBERS or self._is_noun(word)
            or SYNONYMS.get(word) in COLOURS or word in ("other", "same")
        )  # fmt: skip

    def _goes_on(self, at: int) -> bool:
        """Whether an adjective may stand before a word."""
        word = self._word_at(at)
        return self._noun_begins(at) or word in HEADS or word in ("coloured", "sized")

    def _is_noun(self, word: str) -> bool:
        noun = SYNONYMS.get(word, word)
        return word in self.concepts or noun in OBJECTS or noun in PLURALS

    def _noun_follows(self, at: int) -> bool:
        """Whether a word like "her" or "its" stands before a noun."""
        return self._word_at(at) in DEFINITE and self._noun_begins(at + 1)

    def _points(self, at: int, loose: bool) -> bool:
        """Whether "this" or "that" stands alone for a thing, and is no article or conjunction."""
        after = self._word_at(at + 1)
        if self._noun_begins(at + 1) or after in HEADS or after in WHOLE or after in BACKDROP:
            return False
        before = self.made[-1] if self.made else None
        verb = before is not None and before.kind == "verb" and before.end == at
        return loose or verb or at == 0 or (after == "" and self._word_at(at - 1) in ("of", "with", "to", "at", "for", "from", "on"))

    # single words

    def _word(self) -> bool:
        word = self.said[self.at]
        meant = SYNONYMS.get(word, word)
        after = self._word_at(self.at + 1)
        if self.at == 0 and word in ("and", "plus", "also") and after not in forms():
            return self._add("mark", "as well")
        if word == "little" and self._word_at(self.at - 1) == "a":
            return False
        if word in (",", ".", "?"):
            return self._add("stop", word)
        if word in STOP_WORDS and word != "next":
            return self._add("stop", word)
        if word == "to" and after in SIZES and self._word_at(self.at - 1) in ("way", "much", "far", "is", "are", "bit", "looks", "little", "so", "just"):
            return self._add("mark", "too")
        if word == "too" and (after in SIZES or after in ("many", "much")):
            return self._add("mark", "too")
        if word in ("large", "size") and self.made and self.made[-1].kind == "mark" and self.made[-1].value == "too":
            return self._add("size", "big")
        if meant in COLOURS:
            return self._add("colour", meant)
        if meant in BACKGROUNDS:
            return self._ground(meant)
        if word in SIZES or word in CHANGES:
            return self._add("size", CHANGES.get(word) or SIZES[word])
        if word in BACKDROP:
            return self._add("whole", "background")
        if word in ("empty", "blank", "white", "neutral", "solid", "clean") and after in BACKDROP:
            return self._add("ground", "plain", 2)
        if word in WHOLE:
            return self._add("whole", "picture")
        if word == "everything":
            return self._add("whole", "everything")
        if word in TIMES or (word in NUMBERS and after == "times"):
            return self._add("mark", f"times {TIMES.get(word) or NUMBERS[word]}", 1 if word in TIMES else 2)
        if word in MARKS and MARKS[word] and not (word in ("has", "have", "needs") and after != "to"):
            return self._add("mark", MARKS[word])
        if word in forms() and self._verb(forms()[word]):
            return True
        if word == "one" and self._word_at(self.at - 1) in NICE | {"a", "another", "this", "that", "which"}:
            return False
        if word in ORDINALS:
            return self._add("ordinal", str(ORDINALS[word]))
        if (word in NUMBERS and not (word == "one" and after in ("of", "that", "which"))) or word.isdecimal():
            return self._add("number", str(NUMBERS.get(word) or int(word)))
        if word in LIGHT or word in forms() or not any(c.isalnum() for c in word):
            return False
        return self._add("unknown", word)

    def _ground(self, name: str) -> bool:
        """A background, with the words "background" or "scene" that may follow it."""
        if name == "plain" and self._noun(self.at + 1) is not None:
            return False
        length = 1
        while self._word_at(self.at + length) in BACKDROP | {"scene", "time", "sky", "water", "street", "sand", "light", "weather"}:
            length += 1
        if self.made and self.made[-1].kind == "whole" and self.made[-1].value == "background" and self.made[-1].end == self.at:
            self.made.pop()
        return self._add("ground", name, length)

    def _verb(self, base: str) -> bool:
        found = classes().get(base, ())
        named = {name for particle, name in found if not particle}
        for particle, name in found:
            place = self._particle(particle) if particle else None
            if place is not None:
                self.taken.add(place)
                named = {name}
                break
        if not named:
            return False
        return self._add("verb", base, classes=frozenset(named))

    def _particle(self, particle: str) -> int | None:
        """Where a verb's particle stands: right after it, or later where no noun phrase follows."""
        for index in range(self.at + 1, min(self.at + 9, len(self.said))):
            word = self.said[index]
            if word in (".", "?", ",") or word == "and":
                return None
            if word == particle:
                after = self._word_at(index + 1)
                more = after == "a" and self._word_at(index + 2) in ("little", "bit", "lot", "touch", "tad")
                last = more or not (after in DEFINITE or after in INDEFINITE or self._noun_begins(index + 1))
                return index if last or index == self.at + 1 or particle in ("away", "rid", "off") else None
        return None
