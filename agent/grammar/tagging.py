"""Cuts a clause into tokens: noun phrases, verbs by class, colours, sizes, sides, relations, backgrounds, numbers, marks.

Words that say nothing are left out; a word that is not known becomes a token of its own, so that nothing is overlooked.
"""

from collections.abc import Collection, Sequence

from ...engine.world.vocabulary import BACKGROUNDS, COLOURS
from ...tools.lexicon import SYNONYMS
from .ellipsis import completed
from .markers import (
    BACKDROP,
    CHANGES,
    DEFINITE,
    ENDS,
    EXTREME,
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
from .people import GLAD, PURPOSES
from .phrases import Nouns, Phrase
from .spelling import STOPS, Word
from .thesaurus import LIGHT, NUMBERS, ORDINALS, TIMES, classes, forms
from .tokens import Kind, Token

ON_HEADS = frozenset(
    f"{on} {whose} {part}"
    for on in ("on", "on top of", "atop", "above", "over", "upon", "onto")
    for whose in ("its", "his", "her", "their", "the")
    for part in ("head", "heads", "back", "backs")
)
"""Where things are that something wears."""
NO_ADVERBS = frozenset(
    "multiply apply reply supply comply rely imply family butterfly dragonfly firefly housefly gadfly horsefly assembly anomaly monopoly italy "
    "sicily potbelly underbelly trolly trolley curly woolly wooly wrinkly prickly sparkly bubbly smelly hilly grizzly wobbly crumbly scaly oily "
    "jolly grisly ghostly deadly heavenly pearly burly bristly gnarly knobbly squiggly jelly belly holly dolly bully gully ugly silly chilly "
    "frilly steely bodily costly manly womanly saintly beastly elderly".split()
)
"""Words in -ly that are no adverbs, or tell what something looks like."""
FELT = frozenset(
    "is are was were be look looks looked looking feel feels felt seem seems seemed appear appears little bit rather so too very quite somewhat "
    "all kind".split()
)
"""Words before a participle that tells how something is: "looks a little lost"."""
PHRASAL = frozenset(
    (
        "back mess give patch hurry cheer sum end wind speed liven spice screw shut dress warm heat wake own listen man fess list note write jot "
        "botch cock foul muck"
    ).split()
)
"""Verbs whose "up" or "down" leads nowhere."""
ADJECTIVES = frozenset({"clear", "empty", "blank", "strip"})
"""Verbs that tell how something is, too."""
AROUND = frozenset("scene time sky water street sand light weather day evening afternoon morning".split())
"""Words that may stand behind a place."""


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
        self.nouns = Nouns(concepts, said)
        self.said = said
        self.at = 0
        self.made: list[Token] = []
        self.taken: set[int] = set()  # particles that belong to an earlier verb

    def run(self) -> tuple[Token, ...]:
        while self.at < len(self.said):
            if self.at in self.taken:
                self.at += 1
                continue
            if not (self._likened() or self._phrase() or self._thing() or self._word()):
                self.at += 1
        named = [t for t in self.made if t.phrase is not None and t.phrase.noun]
        if len(named) > 1:  # "the house and the tree should both be smaller"
            self.made = [t for t in self.made if t.phrase is None or t.phrase.noun or t.phrase.extra not in ("both", "all") or t.phrase.colour]
        return tuple(completed(self.made, self.said))

    def _add(self, kind: Kind, value: str, length: int = 1, **more: object) -> bool:
        self.made.append(Token(kind, value, self.at, self.at + length, **more))  # type: ignore[arg-type]
        self.at += length
        return True

    def _likened(self) -> bool:
        """Passes over what a colour is only compared with: "white like the snow", "as red as a rose"."""
        if self.said[self.at] not in ("like", "as") or not self.made or self.made[-1].kind != "colour" or self.made[-1].end != self.at:
            return False
        start = self.at + 1 + (self.nouns.word(self.at + 1) in DEFINITE | INDEFINITE)
        start += self.nouns.is_noun(self.nouns.word(start)) and self.nouns.is_noun(self.nouns.word(start + 1))  # "like a lemon tree"
        word = self.nouns.word(start)
        known = self.nouns.is_noun(word) or SYNONYMS.get(word, word) in BACKGROUNDS
        if not (known or self.said[max(0, self.at - 2)] == "as") or self.nouns.word(start + 1) not in ("", *STOPS, *STOP_WORDS):
            return False
        self.at = start + 1
        return True

    # phrases of several words, sides and relations

    def _phrase(self) -> bool:
        for length in range(6, 0, -1):
            words = " ".join(self.said[self.at : self.at + length])
            if self.at + length > len(self.said):
                continue
            if words in ON_HEADS and any(t.phrase is not None and t.phrase.noun for t in self.made):
                return self._add("relation", "above", length) and self._its()  # "a horse with a crown on its head"
            if words in ("on it", "on them") and any(t.phrase is not None and t.phrase.noun for t in self.made):
                return self._add("relation", "above")  # "a chair and a cat on it"
            if words.startswith("behind ") and not any(w in BACKGROUNDS or SYNONYMS.get(w) in BACKGROUNDS for w in self.said):
                continue  # "put a tree behind it" says where the tree is
            if words in PHRASES and length > 1 and not self._more_of(words, length):
                kind, value = PHRASES[words]
                return self._add(kind, value, length, classes=frozenset({value} if kind == "verb" else ()))
            if words in RELATIONS and self._names_after(length, words):
                return self._add("relation", RELATIONS[words], length)
        return self._side()

    def _more_of(self, words: str, length: int) -> bool:
        """Whether a phrase goes on as something else: "in this house", "on top of the house"."""
        after = self.nouns.word(self.at + length)
        if PHRASES[words] == ("mark", "inside") or words in ("the rest", "any more"):
            return self.nouns.read(self.at + length) is not None or after in HEADS or after in BACKGROUNDS or after in BACKDROP
        return words in ("on top", "is left", "are left") and after == "of"

    def _names_after(self, length: int, words: str) -> bool:
        """Whether what follows a preposition is a thing: "on the car", and not "on the left" or "by night"."""
        if words == "behind" and self.made and self.made[-1].kind == "ground":
            return False  # "a sunset behind the castle"
        found = self.nouns.read(self.at + length, loose=True)
        if found is None:
            return False
        phrase, end = found
        if words == "behind" and phrase.pronoun and self.nouns.word(self.at + 1) in POINTING:
            return False  # "what is behind that choice"
        if words == "by" and any("replace" in t.classes or t.value == "change" for t in self.made):
            return False
        if words in ("on", "by", "over", "near") and phrase.noun in BACKGROUNDS:
            return False
        if phrase.pronoun and words in ("by", "on", "onto", "upon"):
            return words != "by" and self.nouns.word(end) == ""
        return True

    def _side(self) -> bool:
        """A side: "to the left", "on its right-hand side", "in the top left corner", "up"."""
        index = self.at
        started = self.nouns.word(index) in ("to", "on", "at", "in", "towards", "toward", "into", "near", "along", "from", "by")
        index += started
        its = self.nouns.word(index) in ("its", "their", "his", "her")
        index += self.nouns.word(index) in ("the", "a") or its
        while self.nouns.word(index) in ("very", "far", "upper", "lower", "extreme", "outer") and self.nouns.word(index + 1) in ENDS:
            index += 1
        word = self.nouns.word(index)
        if word not in SIDE_WORDS or (word not in ENDS and index > self.at):
            return False
        if word == "lower" and index == self.at and self.nouns.word(index + 1) in DEFINITE | PRONOUNS.keys():
            return False
        if word in ("higher", "upper") and self.nouns.word(index + 1) in ("quality", "resolution", "definition", "res"):
            return False
        if word in ("right", "top", "lower", "higher") and index == self.at and self.nouns.word(index + 1) in ("now", "away", "here", "notch"):
            return False
        if word in ("upper", "lower") and index == self.at and self.nouns.read(index + 1) is not None:
            return False
        led = [forms().get(w) or w.removesuffix("ed") for w in self.said[max(0, self.at - 2) : self.at]]
        if word in ("up", "down") and PHRASAL & set(led) and (led[-1] in PHRASAL or self.said[self.at - 1] in PRONOUNS.keys() | POINTING):
            return False  # "patch it up"
        if word == "left" and self.nouns.word(self.at - 1) in ("i", "we", "you") and index == self.at and self.at:
            return False  # "I left a hole for a balloon"
        side = SIDE_WORDS[word]
        index += 1
        while self.nouns.word(index) in PARTS or (self.nouns.word(index) in ENDS and index - self.at < 5):
            index += 1
        if its and side in OF_IT:
            return self._add("relation", OF_IT[side], index - self.at) and self._its()
        if self.nouns.word(index) == "of" and self.nouns.word(index + 1) in ("the", "this", "that", "my", "it"):
            skip = index + 2
            if self.nouns.word(skip) in WHOLE or self.nouns.word(index + 1) == "it":
                index = min(skip + 1, len(self.said)) if self.nouns.word(index + 1) != "it" else skip
            elif self.nouns.read(index + 1) is not None and side in ("left", "right"):
                return self._add("relation", OF_IT[side], index + 1 - self.at)
        return self._add("side", side, index - self.at)

    def _its(self) -> bool:
        self.made.append(Token("thing", "it", self.at, self.at, phrase=Phrase(definite=True, pronoun=True)))
        return True

    def _thing(self) -> bool:
        after_verb = bool(self.made) and self.made[-1].kind == "verb" and self.made[-1].end == self.at
        found = self.nouns.read(self.at, after_verb=after_verb)
        if found is None:
            return False
        phrase, end = found
        return self._add("thing", phrase.words, end - self.at, phrase=phrase)

    # single words

    def _word(self) -> bool:
        word = self.said[self.at]
        meant = SYNONYMS.get(word, word)
        after = self.nouns.word(self.at + 1)
        if self.at == 0 and word in ("and", "plus", "also") and after not in forms():
            return self._add("mark", "as well")
        more = after == "more" and self.nouns.word(self.at + 2) in WHOLE
        if (word == "one" and (after in WHOLE or more)) or (word == "single" and after == "one"):
            return False  # "one picture of a turtle", "rather than a single one"
        if word == "little" and self.nouns.word(self.at - 1) == "a":
            return False
        if word == "behind" and self.made and self.made[-1].kind == "ground":
            return False  # "sunset behind, and a boat": where a background is
        if (word in NICE | GLAD and (after in BACKGROUNDS or SYNONYMS.get(after) in BACKGROUNDS)) or (word == "plain" and after == "one"):
            return self._add("ground", "plain", 2) if word == "plain" else False
        if word in (",", ".", "?"):
            return self._add("stop", word)
        if word in STOP_WORDS and word != "next":
            return self._add("stop", word)
        if (
            word == "to"
            and after in SIZES
            and self.nouns.word(self.at - 1) in ("way", "much", "far", "is", "are", "bit", "looks", "little", "so", "just")
        ):
            return self._add("mark", "too")
        if word == "too" and (after in SIZES or after in ("many", "much")):
            return self._add("mark", "too")
        if word in ("large", "size") and self.made and self.made[-1].kind == "mark" and self.made[-1].value == "too":
            return self._add("size", "big")
        if meant in COLOURS:
            return self._add("colour", meant)
        if meant in BACKGROUNDS or (word == "dessert" and any(t.kind == "ground" or t.value == "background" for t in self.made)):
            return self._ground(meant if meant in BACKGROUNDS else "desert")  # "the meadow should become a dessert"
        if word in EXTREME:
            self.made.append(Token("mark", "too", self.at, self.at))
            return self._add("size", EXTREME[word])
        if word in SIZES or word in CHANGES:
            return self._add("size", CHANGES.get(word) or SIZES[word])
        if word in BACKDROP:
            return self._add("whole", "background")
        if word in ("empty", "blank", "white", "neutral", "solid", "clean") and after in BACKDROP:
            return self._add("ground", "plain", 2)
        if word in WHOLE:
            return self._add("whole", "picture")
        moved = word in ("everybody", "everyone") and self.made and bool(self.made[-1].classes & {"move", "put", "add", "change"})
        if word == "everything" or moved:
            return self._add("whole", "everything")
        if word in TIMES or (word in NUMBERS and after == "times"):
            return self._add("mark", f"times {TIMES.get(word) or NUMBERS[word]}", 1 if word in TIMES else 2)
        if self._gone(word, after):
            return self._add("mark", "in place" if word == "in" else "gone")
        if word in MARKS and MARKS[word] and not (word in ("has", "have", "needs") and after != "to"):
            return self._add("mark", MARKS[word])
        if word in ("lost", "empty", "hidden", "cleared", "stripped") and self.nouns.word(self.at - 1) in FELT and self.at:
            return False
        if word in forms() and self._verb(forms()[word]):
            return True
        if word == "one" and self.nouns.word(self.at - 1) in NICE | {"a", "another", "this", "that", "which"}:
            return False
        if word in ORDINALS:
            return self._add("ordinal", str(ORDINALS[word]))
        if (word in NUMBERS and not (word == "one" and after in ("of", "that", "which"))) or word.isdecimal():
            return self._add("number", str(NUMBERS.get(word) or int(word)))
        if word.endswith("ly") and len(word) > 5 and word not in NO_ADVERBS:
            return False  # an adverb says nothing that could be painted
        if word in LIGHT or word in forms() or not any(c.isalnum() for c in word) or (word in PURPOSES and self.nouns.word(self.at - 1) == "same"):
            return False
        return self._add("unknown", word)

    def _gone(self, word: str, after: str) -> bool:
        """Whether a particle is all that is said of a thing: "tree out, castle in"."""
        thing = self.made[-1].phrase if self.made else None
        last = after in ("", ",", ".", "?", "and", "then", "now", "please")
        return word in ("away", "out", "in") and last and thing is not None and bool(thing.noun) and not any(t.kind == "verb" for t in self.made)

    def _ground(self, name: str) -> bool:
        """A background, with the words "background" or "scene" that may follow it."""
        if name == "plain" and self.nouns.read(self.at + 1) is not None:
            return False
        length = 1
        while self.nouns.word(self.at + length) in BACKDROP | AROUND:
            length += 1
        if self.made and self.made[-1].kind == "whole" and self.made[-1].value == "background" and self.made[-1].end == self.at:
            self.made.pop()
        return self._add("ground", name, length)

    def _verb(self, base: str) -> bool:
        led = self.nouns.word(self.at - 1) if self.at else ""
        removing = base in classes() and all(name == "remove" for _, name in classes()[base])
        if removing and led in ("be", "become") and self.said[self.at] == base and base not in ADJECTIVES:
            return self._add("unknown", base)  # "shall be maroon": what it looks like
        if removing and self.said[self.at].endswith("s") and self.made and self.made[-1].kind == "thing" and not base.endswith("s"):
            return self._add("unknown", self.said[self.at])  # "it hides the view": what it does
        if removing and self._described(base):
            return self._add("unknown", self.said[self.at])  # "the sunflowers hide the house", "the tree is hiding the dog"
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

    def _described(self, base: str) -> bool:
        """Whether a verb says what several things, or a thing that "is doing" it, do to another one; and is no command."""
        follows = self.nouns.read(self.at + 1)
        if follows is None or not follows[0].definite or not self.made:
            return False
        last = self.made[-1]
        if self.said[self.at] == base:
            return last.phrase is not None and last.phrase.definite and last.phrase.plural and bool(last.phrase.noun) and last.end == self.at
        doing = self.said[self.at].endswith("ing") and self.said[self.at - 1] in ("is", "are", "was", "were")
        return doing and any(t.phrase is not None and t.phrase.noun and t.end >= self.at - 2 for t in self.made[-2:])

    def _particle(self, particle: str) -> int | None:
        """Where a verb's particle stands: right after it, or later where no noun phrase follows."""
        for index in range(self.at + 1, min(self.at + 9, len(self.said))):
            word = self.said[index]
            if word in (".", "?", ",") or word == "and":
                return None
            if word == particle and word == "in" and index == self.at + 1 and self.nouns.word(index + 1) in DEFINITE:
                return None  # "paint in the snow"
            if word == particle and word == "in" and self.nouns.word(index + 2) == "of":
                return None  # "paint it with a dog in place of the house"
            if word == particle:
                after = self.nouns.word(index + 1)
                more = after == "a" and self.nouns.word(index + 2) in ("little", "bit", "lot", "touch", "tad", "notch", "smidge", "size", "step")
                last = more or not (after in DEFINITE or after in INDEFINITE or self.nouns.noun_begins(index + 1))
                return index if last or index == self.at + 1 or particle in ("away", "rid", "off") else None
        return None
