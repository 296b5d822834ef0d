"""Reads noun phrases: "the two big red dogs", "a couple of roses", "the other one", "both of them"."""

from dataclasses import dataclass

from ...engine.world.vocabulary import COLOURS, OBJECTS
from ...tools.lexicon import DRAWN_AS, SYNONYMS
from ...tools.wording import PLURALS
from .markers import BACKDROP, CHANGES, DEFINITE, HEADS, INDEFINITE, NICE, POINTING, PRONOUNS, SIZES, STOP_WORDS, WHOLE
from .thesaurus import COUPLES, NUMBERS, ORDINALS

VAGUE = 3
"""How many "a few" are."""


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


class Nouns:
    """Finds noun phrases among words.

    Args:
        concepts: names that are nouns too.
        said: the words, regular.
    """

    def __init__(self, concepts: frozenset[str], said: list[str]) -> None:
        """Keeps the words."""
        self.concepts = concepts
        self.said = said

    def word(self, index: int) -> str:
        """A word; empty behind the last."""
        return self.said[index] if index < len(self.said) else ""

    def read(self, start: int, *, loose: bool = False, after_verb: bool = False) -> tuple[Phrase, int] | None:
        """A noun phrase that begins at a word, and where it ends; None where none does.

        Args:
            start: its first word.
            loose: also take pronouns that might be something else.
            after_verb: a verb stands before it, so that "this" is a pronoun.
        """
        at = start
        word = self.word(at)
        if word in PRONOUNS and not self._noun_follows(at):
            return Phrase(definite=True, pronoun=True, plural=PRONOUNS[word]), at + 1
        if word in POINTING and not (self.word(at + 1) in ("there", "here") and self.noun_begins(at + 2)) and self._points(at, loose, after_verb):
            return Phrase(definite=True, pronoun=True, plural=word in ("these", "those")), at + 1
        parts: dict[str, object] = {}
        while at < len(self.said):
            word = self.said[at]
            step = self._determiner(at, parts)
            if step:
                at += step
            elif (word in COLOURS or SYNONYMS.get(word) in COLOURS) and self.goes_on(at + 1):
                if "colour" in parts:
                    return None
                parts["colour"] = SYNONYMS.get(word, word)
                at += 1
            elif word in SIZES and self.goes_on(at + 1):
                parts["size"] = SIZES[word]
                at += 1
            elif word in CHANGES and self.goes_on(at + 1):
                parts["change"] = CHANGES[word]
                at += 1
            elif word == "and" and {"colour", "size"} & parts.keys() and self._adjective(at + 1) and self.is_noun(self.word(at + 2)):
                at += 1  # "a small and white cat"
            elif word == "colour" and "colour" in parts and self.is_noun(self.word(at + 1)):
                at += 1  # "the blue colour dog"
            elif word in NICE and (parts or self.read(at + 1) is not None) or word in ("coloured", "sized"):
                at += 1
            else:
                break
        return self._headed(start, at, parts)

    def _adjective(self, at: int) -> bool:
        """Whether a word is a colour or a size."""
        word = self.word(at)
        return word in COLOURS or SYNONYMS.get(word) in COLOURS or word in SIZES

    def _headed(self, start: int, at: int, parts: dict[str, object]) -> tuple[Phrase, int] | None:
        """A noun phrase with its head, once everything before the head is read."""
        word = self.word(at)
        noun = SYNONYMS.get(word, word) if word not in self.concepts else word
        noun = PLURALS.get(noun, noun)
        if noun in self.concepts or noun in OBJECTS:
            plural = word not in self.concepts and noun != SYNONYMS.get(word, word) and noun in OBJECTS
            if parts.get("colour") == DRAWN_AS.get(noun, "-"):
                parts.pop("colour")
            if parts.get("count") == 1 and parts.get("extra") == "of":
                parts["plural"] = False
            beyond = self.word(at + 2) in ("to", "towards", "left", "right", "up", "down", "in")  # "the house more to the left"
            more = self.word(at + 1) == "more" and "extra" not in parts and not beyond
            if more:
                parts["extra"] = "more"
            parts.setdefault("plural", plural or bool(parts.get("count", 1) != 1) or parts.get("extra") in ("all", "both"))
            return Phrase(noun=noun, **parts), at + 1 + more  # type: ignore[arg-type]
        if word in HEADS and self.word(at + 1) in ("that", "which") and self.word(at + 2) in ("is", "are") and self._adjective(at + 3):
            told = self.word(at + 3)
            parts |= {"size": SIZES[told]} if told in SIZES else {"colour": SYNONYMS.get(told, told)}
            return Phrase(**parts), at + 4  # type: ignore[arg-type]
        if word in HEADS and parts == {"definite": True} and self.said[start] in POINTING and at == start + 1:
            return Phrase(definite=True, pronoun=True, plural=word.endswith("s")), at + 1  # "that one"
        if word in ("them", "these", "those") and parts.get("extra") == "of":  # "one of them"
            return Phrase(definite=True, pronoun=True, plural=parts.get("count") != 1, extra="of", count=parts["count"]), at + 1  # type: ignore[arg-type]
        special = parts.keys() & {"colour", "size", "ordinal", "change"} or parts.get("extra") == "other"
        if word in HEADS and special and "count" not in parts:
            parts.setdefault("plural", word.endswith("s"))
            return Phrase(**parts), at + 1  # type: ignore[arg-type]
        if parts.get("extra") in ("both", "all") and not special and word not in BACKDROP and word not in WHOLE:
            alone = word in ("", "of", "in", "to", "should", "are", "be", "on", "at") or at == len(self.said) or word in STOP_WORDS
            if parts["extra"] == "both" or alone:
                skip = 2 if word == "of" and self.word(at + 1) in ("them", "these", "those") else 0
                return Phrase(definite=True, pronoun=True, plural=True, extra=str(parts["extra"])), at + skip
        if parts.get("extra") == "other" and parts.get("definite") and "noun" not in parts:
            return Phrase(definite=True, extra="other"), at
        return None

    def _determiner(self, at: int, parts: dict[str, object]) -> int:
        """How many words at a place say which or how many, noting what they say."""
        word, after = self.said[at], self.word(at + 1)
        if word in DEFINITE:
            if word in POINTING and (after in NUMBERS and after != "one" or after.isdecimal()) and word in ("this", "that"):
                return 0  # "make that two houses"
            shown = self.noun_begins(at + 2) if after in ("there", "here") else self.noun_begins(at + 1)
            if word in POINTING and after not in HEADS and not shown:
                return 0
            parts["definite"] = True
            if word in POINTING and after in ("there", "here"):
                return 2  # "that there dog"
        elif word in INDEFINITE and "definite" not in parts:
            if after in COUPLES:
                parts["count"] = COUPLES[after] if after != "pair" or not self._worn(at + 2) else 1
                return 3 if self.word(at + 2) == "of" else 2
            if after == "few" and self._several(at + 2):
                parts |= {"count": VAGUE, "number": "few"}
                return 2
            if after in ("few", "lot"):
                return 0
            parts["article"] = True
        elif word in ("both", "all", "every", "each"):
            parts |= {"extra": "both" if word == "both" else "all", "definite": True}
            if after == "of" and self.word(at + 2) in ("the", "these", "those", "my", "them"):
                return 1 if self.word(at + 2) == "them" else 2
        elif word in ("several", "few") and "count" not in parts and self._several(at + 1):
            parts |= {"count": VAGUE, "number": word}
        elif word == "other" or (word == "another" and after != "other"):
            parts["extra"] = "other" if word == "other" else "more"
        elif word in ("more", "extra", "additional", "further"):
            parts["extra"] = "more"
        elif (
            word in ORDINALS
            and "ordinal" not in parts
            and "definite" in parts
            or (word in ("second", "third", "fourth") and parts.keys() <= {"count", "article"} and at)
        ):
            parts["ordinal"] = ORDINALS[word]
        elif (word in NUMBERS or word.isdecimal()) and ("count" not in parts or parts.get("extra") == "of"):
            number = NUMBERS.get(word) or int(word)
            if word == "one" and ({"colour", "size", "ordinal", "change"} & parts.keys() or parts.get("definite") or parts.get("extra") == "other"):
                return 0  # "the blue one"
            if after == "of" and self.word(at + 2) in ("the", "these", "those", "them", "my"):
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
            parts["count"] = COUPLES[word] if word != "pair" or not self._worn(at + 1) else parts.get("count", 1)
            return 2
        else:
            return 0
        return 1

    def _several(self, at: int) -> bool:
        """Whether several things are named from here on: "a few small trees"."""
        words = [self.word(i) for i in range(at, at + 4)]
        head = next((w for w in words if w not in SIZES and w not in COLOURS and w not in NICE and w not in ("more", "of", "extra")), "")
        return SYNONYMS.get(head, head) in PLURALS and head not in OBJECTS

    def _worn(self, at: int) -> bool:
        """Whether a pair is one thing: "a pair of red spectacles"."""
        return any(SYNONYMS.get(w, w) == "glasses" for w in self.said[at : at + 4])

    def noun_begins(self, at: int) -> bool:
        """Whether words from here on may be the rest of a noun phrase."""
        word = self.word(at)
        return bool(word) and (
            word in COLOURS or word in SIZES or word in CHANGES or word in NICE or word in ORDINALS or word in NUMBERS or self.is_noun(word)
            or SYNONYMS.get(word) in COLOURS or word in ("other", "same")
        )  # fmt: skip

    def goes_on(self, at: int) -> bool:
        """Whether an adjective may stand before a word."""
        word = self.word(at)
        if word == "and" and self._adjective(at + 1) and self.is_noun(self.word(at + 2)):
            return True
        return self.noun_begins(at) or word in HEADS or word in ("coloured", "sized") or (word == "colour" and self.is_noun(self.word(at + 1)))

    def is_noun(self, word: str) -> bool:
        """Whether a word names a thing."""
        noun = SYNONYMS.get(word, word)
        return word in self.concepts or noun in OBJECTS or noun in PLURALS

    def _noun_follows(self, at: int) -> bool:
        """Whether a word like "her" or "its" stands before a noun."""
        return self.word(at) in DEFINITE and self.read(at + 1) is not None

    def _points(self, at: int, loose: bool, after_verb: bool) -> bool:
        """Whether "this" or "that" stands alone for a thing, and is no article or conjunction."""
        after = self.word(at + 1)
        if self.noun_begins(at + 1) or after in HEADS or after in WHOLE or after in BACKDROP:
            return False
        return loose or after_verb or at == 0 or (after == "" and self.word(at - 1) in ("of", "with", "to", "at", "for", "from", "on"))
