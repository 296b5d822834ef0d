"""From prompts to what the network reads, and from words to the positions of their tokens."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import WordNotFound

WORD = re.compile(r"<[^<>\s]+>(?:_\d+)?|[^\W_]+(?:['’-][^\W_]+)*")


@dataclass(frozen=True)
class Word:
    """A word of a prompt.

    Attributes:
        text: as it stands there, in lower case.
        tokens: positions in the text encoder's sequence; the begin token is position 0.
    """

    text: str
    tokens: tuple[int, ...]


@dataclass(frozen=True)
class Words:
    """The words of a prompt with their tokens.

    Source: offsets of the tokenizer; counting words by spaces goes wrong as soon as one word has two tokens.
    """

    prompt: str
    items: tuple[Word, ...]
    expansions: Mapping[str, str]

    def find(self, phrase: str, occurrence: int = 0) -> tuple[int, ...]:
        """Gives the positions of a phrase.

        Args:
            phrase: one or more words that stand together.
            occurrence: 0 is the first time it stands there.

        Raises:
            WordNotFound: it does not stand there that often, or was cut off.
        """
        wanted = [word.group().casefold() for word in WORD.finditer(expanded(phrase, self.expansions))]
        texts = [word.text for word in self.items]
        starts = [i for i in range(len(texts) - len(wanted) + 1) if wanted and texts[i : i + len(wanted)] == wanted]
        if occurrence >= len(starts):
            raise WordNotFound(f"{phrase!r} does not stand {occurrence + 1}× in {self.prompt!r}; use words of the prompt")
        found = self.items[starts[occurrence] : starts[occurrence] + len(wanted)]
        if any(not word.tokens for word in found):
            raise WordNotFound(f"{phrase!r} stands beyond what the text encoder reads; shorten the prompt")
        return tuple(token for word in found for token in word.tokens)


def expanded(prompt: str, expansions: Mapping[str, str]) -> str:
    """Writes words of several vectors out: "<toy>" becomes "<toy> <toy>_1"."""
    for word, tokens in expansions.items():
        prompt = prompt.replace(word, tokens)
    return prompt


def length(tokenizer: Any, encoder: Any) -> int:
    """How many tokens a text is padded or cut to."""
    return int(min(tokenizer.model_max_length, encoder.config.max_position_embeddings))


def words(prompt: str, tokenizer: Any, longest: int, expansions: Mapping[str, str]) -> Words:
    """Finds the tokens of every word of a prompt."""
    text = expanded(prompt, expansions)
    offsets = tokenizer(text, truncation=True, max_length=longest, return_offsets_mapping=True).offset_mapping
    items = []
    for match in WORD.finditer(text):
        tokens = tuple(i for i, (start, end) in enumerate(offsets) if start < match.end() and end > match.start())
        items.append(Word(match.group().casefold(), tokens))
    return Words(prompt, tuple(items), expansions)
