"""A clause as tokens, and the questions that readers ask of it."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from ...tools.wording import Wanted, caption_of, parse_request
from .phrases import Phrase
from .sight import Sight
from .tokens import Token

ITS = Phrase(definite=True, pronoun=True)
GENERIC = frozenset({"be", "make", "want", "give", "change", "suit"})  # verbs that go with everything


@dataclass(frozen=True)
class Clause:
    """One clause.

    Attributes:
        tokens: its pieces.
        said: its words, regular, one space around each.
    """

    tokens: tuple[Token, ...]
    said: str = ""

    def of(self, *kinds: str) -> list[Token]:
        """The tokens of some kinds."""
        return [t for t in self.tokens if t.kind in kinds]

    @property
    def things(self) -> list[Token]:
        """Tokens of noun phrases."""
        return self.of("thing")

    def marked(self, *marks: str) -> bool:
        """Whether one of some marks is there."""
        return any(t.kind == "mark" and t.value in marks for t in self.tokens)

    def does(self, *classes: str) -> bool:
        """Whether a verb of some class is there."""
        return any(t.kind == "verb" and not t.classes.isdisjoint(classes) for t in self.tokens)

    def only(self, kinds: Collection[str], verbs: Collection[str] = ()) -> bool:
        """Whether nothing is said but some kinds of tokens, and verbs of some classes beside the generic ones."""
        free = {"mark", "stop", "whole"}
        return all(not t.classes.isdisjoint({*GENERIC, *verbs}) if t.kind == "verb" else t.kind in kinds or t.kind in free for t in self.tokens)

    def index(self, token: Token) -> int:
        """Where a token stands."""
        return self.tokens.index(token)

    def before(self, token: Token) -> Token | None:
        """The token before one."""
        at = self.index(token)
        return self.tokens[at - 1] if at else None

    def after(self, test: Callable[[Token], bool]) -> list[Token]:
        """The tokens after the first that passes a test."""
        at = next((i for i, t in enumerate(self.tokens) if test(t)), len(self.tokens))
        return list(self.tokens[at + 1 :])

    def without(self, *gone: Token) -> "Clause":
        """The clause with some tokens less."""
        return Clause(tuple(t for t in self.tokens if t not in gone), self.said)

    @property
    def about_things(self) -> bool:
        """Whether things, colours or places are named: then it is about the picture."""
        named = any(p.noun or p.colour or p.extra == "other" for p in map(phrase_of, self.things))
        return named or bool(self.of("colour", "ground", "side")) or (bool(self.of("relation")) and not self.said_any("on that", "on this", "on it"))

    def said_any(self, *words: str) -> bool:
        """Whether one of some words or phrases was said."""
        return any(f" {word} " in self.said for word in words)


def phrase_of(token: Token) -> Phrase:
    """The phrase of a thing's token."""
    assert token.phrase is not None
    return token.phrase


def scene_of(clause: Clause, sight: Sight) -> Wanted:
    """The scene that a clause describes, read from its tokens alone: verbs and courtesies are gone."""
    parts: list[str] = []
    whole: Phrase | None = None  # what everything behind "with" stands to: "a house with a tree on its left and a car on its right"
    for at, token in enumerate(clause.tokens):
        last = clause.tokens[at - 1] if at else None
        match token.kind:
            case "thing" if whole is not None and phrase_of(token) == ITS and last is not None and last.kind == "relation":
                parts.append(f"the {whole.words}")
            case "thing":
                parts.append(_named(phrase_of(token), sight))
            case "relation" if not token.value:
                parts.append("next to")
            case "relation":
                parts.append(token.value)
            case "side" if token.value == "top" and token.end - token.start == 2:
                parts.append("on top")
            case "side":
                parts.append(f"on the {token.value}")
            case "ground":
                parts.append(token.value)
            case "colour":
                parts.append(f"in {token.value}")
            case "mark" if token.value in ("no", "without"):
                parts.append("without")
            case "mark" if token.value in ("with", "as well"):
                parts.append("with")
                whole = last.phrase if last is not None and last.phrase is not None and last.phrase.noun and not last.phrase.plural else whole
            case "stop":
                parts.append("," if token.value in ".?," else "and")
    return parse_request(" ".join(parts), sight.context.concepts)


def _named(phrase: Phrase, sight: Sight) -> str:
    if phrase.pronoun or not phrase.noun:
        return "it"
    if phrase.definite and phrase.count is None:
        return f"the {phrase.words}"
    return caption_of(Wanted(things=(sight.new(phrase),)))


def definite(phrase: Phrase, sight: Sight) -> bool:
    """Whether a phrase is about something that is there: "the dog", or "dog" where there is one."""
    return phrase.definite or (not indefinite(phrase) and sight.shows(phrase))


def indefinite(phrase: Phrase) -> bool:
    """Whether a phrase is about something new: "a dog", "two dogs", "another one"."""
    return not phrase.definite and (phrase.article or phrase.count is not None or phrase.extra == "more")
