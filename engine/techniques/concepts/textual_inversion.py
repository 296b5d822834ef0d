"""Textual inversion: a word that was learned from pictures."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

import torch

from ...errors import BadInput
from ...technique import Technique
from ...weights import token_rows

if TYPE_CHECKING:
    from ...backbones.model import Model


@dataclass(frozen=True, eq=False)
class TextualInversion(Technique):
    """Let a word mean a learned embedding for the run.

    Source: Gal et al. 2022, arXiv:2208.01618, section 3; several vectors a word as in its appendix.
    Differs: below strength 1 the embedding lies between the class noun's and the learned one.

    Attributes:
        word: as it stands in prompts, such as "<c0>".
        vectors: one (vectors, width) for each text encoder.
        noun: what the word falls back to as strength falls; the mean of all words by default.
        strength: 1 is as it was learned.
        window: share of the run in which prompts are read so.
    """

    word: str
    vectors: tuple[torch.Tensor, ...]
    noun: str | None = None

    def __post_init__(self) -> None:
        if not self.word.strip() or not self.vectors or any(tensor.ndim != 2 for tensor in self.vectors):
            raise BadInput(f"word {self.word!r} needs one (vectors, width) tensor for each text encoder")

    @classmethod
    def load(cls, path: str | Path, word: str | None = None, *, strength: float = 1.0) -> Self:
        """Reads a safetensors file: word -> vectors (diffusers), or clip_l and clip_g (SDXL), which need `word`.

        Raises:
            BadInput: another file type, several words, or none.
        """
        from safetensors.torch import load_file

        path = Path(path)
        if path.suffix != ".safetensors":
            raise BadInput(f"{path} is not a safetensors file; other weights are not opened")
        tensors = {key: tensor if tensor.ndim == 2 else tensor[None] for key, tensor in load_file(path).items()}
        if word is not None and set(tensors) == {"clip_l", "clip_g"}:
            return cls(word, (tensors["clip_l"], tensors["clip_g"]), strength=strength)
        if len(tensors) != 1 or (word is None and set(tensors) <= {"clip_l", "clip_g", "emb_params"}):
            raise BadInput(f"{path} holds {sorted(tensors)}; one word is needed, or clip_l and clip_g with `word`")
        [(name, vectors)] = tensors.items()
        return cls(word or name, (vectors,), strength=strength)

    @contextlib.contextmanager
    def weights(self, model: "Model") -> Iterator[None]:
        """Gives the word its row in every text encoder."""
        rows = self.vectors
        if self.strength != 1:
            starts = noun_rows(model, self.noun) if self.noun else tuple(_table(encoder).mean(0) for encoder in model.text_encoders)
            rows = tuple(start + self.strength * (row.to(start) - start) for start, row in zip(starts, rows, strict=True))
        with token_rows(model, {self.word: rows}):
            yield


def noun_rows(model: "Model", noun: str) -> tuple[torch.Tensor, ...]:
    """The embedding of a noun's last token in every text encoder, (width,) each.

    Raises:
        BadInput: the tokenizer does not know the word.
    """
    rows = []
    for tokenizer, encoder in zip(model.tokenizers, model.text_encoders, strict=True):
        ids = tokenizer(noun, add_special_tokens=False).input_ids
        if not ids or tokenizer.unk_token_id is not None and ids[-1] == tokenizer.unk_token_id != tokenizer.eos_token_id:
            raise BadInput(f"the model does not know the word {noun!r}; name a kind of thing that it can paint")
        rows.append(_table(encoder)[ids[-1]])
    return tuple(rows)


def _table(encoder: torch.nn.Module) -> torch.Tensor:
    return encoder.get_input_embeddings().weight.detach()  # type: ignore[operator, no-any-return, union-attr]
