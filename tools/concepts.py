"""The library of learned concepts: a folder with one safetensors file and one JSON file for each.

The JSON file is written last and names the tensors by their hash, so a concept is there whole or not at all.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from ..engine.world.vocabulary import BACKGROUNDS, COLOURS, COUNTS, OBJECTS, SIZES
from .artifacts import write_whole
from .errors import BadArguments, StoreDamaged, UnknownConcept, storage_error

FORGOTTEN = "forgotten"  # folder of the cards that were taken out
NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
RESERVED = frozenset({*OBJECTS, *(o.plural for o in OBJECTS.values()), *COLOURS, *BACKGROUNDS, *COUNTS, *SIZES, "a", "an", "the", "and", "it"})
Method = Literal["textual_inversion", "lora"]


class ConceptCard(BaseModel):
    """What is known about a concept.

    Attributes:
        name: how prompts call it.
        noun: its class word: "dog".
        method: how it was learned.
        painter: fingerprint of the weights it belongs to.
        images: handles of the pictures it was learned from.
        seed: of the training.
        steps: of the training.
        tensors: SHA-256 of the safetensors file.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    noun: str
    method: Method
    painter: str
    images: tuple[str, ...] = ()
    seed: int = 0
    steps: int = 0
    tensors: str = ""

    @property
    def fingerprint(self) -> str:
        """Names the learned weights."""
        return self.tensors[:16]


@dataclass(frozen=True, eq=False)
class LearnedConcept:
    """A concept with its weights.

    Attributes:
        card: what is known about it.
        tensors: those of `engine.concepts.ConceptWeights.tensors`, and `references` (pictures, width).
    """

    card: ConceptCard
    tensors: Mapping[str, Any] = field(default_factory=dict)


class ConceptLibrary:
    """Concepts in a folder.

    Args:
        folder: made when the first concept is saved.
    """

    def __init__(self, folder: Path | str) -> None:
        """Remembers the folder; nothing is read yet."""
        self.folder = Path(folder)

    def names(self) -> tuple[str, ...]:
        """Names of all concepts, sorted."""
        return tuple(sorted(path.stem for path in self.folder.glob("*.json") if NAME.fullmatch(path.stem)))

    def card(self, name: str) -> ConceptCard:
        """What is known about a concept.

        Raises:
            UnknownConcept: there is none of that name.
            StoreDamaged: its file is not what was written.
        """
        path = self.folder / f"{check_name(name)}.json"
        try:
            return ConceptCard.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            known = ", ".join(self.names()) or "none yet"
            raise UnknownConcept(f"there is no concept {name!r}; known are {known}") from None
        except ValidationError:
            raise StoreDamaged(f"the file of the concept {name!r} is damaged", "learn it again") from None
        except OSError as error:
            raise storage_error(error, f"the concept {name!r}") from None

    def load(self, name: str) -> LearnedConcept:
        """A concept with its weights.

        Raises:
            UnknownConcept: there is none of that name.
            StoreDamaged: its files are not what was written.
        """
        from safetensors.torch import load

        card = self.card(name)
        try:
            data = (self.folder / f"{card.tensors[:16]}.safetensors").read_bytes()
        except FileNotFoundError:
            data = b""
        except OSError as error:
            raise storage_error(error, f"the concept {name!r}") from None
        if hashlib.sha256(data).hexdigest() != card.tensors:
            raise StoreDamaged(f"the weights of the concept {name!r} are damaged", "learn it again")
        return LearnedConcept(card, load(data))

    def save(self, card: ConceptCard, tensors: Mapping[str, Any]) -> ConceptCard:
        """Keeps a concept; one of the same name is replaced.

        Raises:
            BadArguments: the name is not allowed.
            StoreError: it could not be written; an older concept of that name is still whole.
        """
        from safetensors.torch import save

        check_name(card.name)
        data = save({key: tensor.detach().cpu().contiguous() for key, tensor in tensors.items()})
        card = card.model_copy(update={"tensors": hashlib.sha256(data).hexdigest()})
        write_whole(self.folder / f"{card.tensors[:16]}.safetensors", data, f"the concept {card.name!r}")
        said = json.dumps(card.model_dump(mode="json"), indent=2, sort_keys=True) + "\n"
        write_whole(self.folder / f"{card.name}.json", said.encode(), f"the concept {card.name!r}")
        return card

    def forget(self, name: str) -> str:
        """Takes a concept out of the library and keeps its card beside it, so that nothing is lost for good; gives the card's new name.

        Raises:
            UnknownConcept: there is none of that name.
            StoreError: the card could not be moved.
        """
        card = self.card(name)
        aside = self.folder / FORGOTTEN / f"{name}-{card.fingerprint}.json"
        try:
            aside.parent.mkdir(exist_ok=True)
            (self.folder / f"{name}.json").replace(aside)
        except OSError as error:
            raise storage_error(error, f"the concept {name!r}") from None
        return f"{FORGOTTEN}/{aside.name}"

    def references(self) -> dict[str, np.ndarray]:
        """Embeddings of the pictures that each concept was learned from, (pictures, width), for those that have them."""
        found = {}
        for name in self.names():
            tensors = self.load(name).tensors
            if "references" in tensors:
                found[name] = tensors["references"].float().numpy()
        return found

    def in_text(self, text: str) -> tuple[str, ...]:
        """Names of the concepts that a text mentions, in the order of their first mention."""
        words = re.findall(r"[a-z0-9_]+", text.lower())
        known = set(self.names())
        return tuple(dict.fromkeys(word for word in words if word in known))


def check_name(name: str) -> str:
    """Checks a concept's name: it becomes a file name and a word of prompts.

    Raises:
        BadArguments: it is neither.
    """
    if not NAME.fullmatch(name):
        raise BadArguments(
            f"{name[:60]!r} cannot be a concept's name", "use a letter, then letters, digits or _, at most 32", field="name"
        )
    if name in RESERVED:
        raise BadArguments(f"{name!r} is a word of the world already", "choose another name", field="name")
    return name
