"""The word-level tokenizer that every embedded model reads with."""

from typing import TYPE_CHECKING

from .vocabulary import tokens

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

MAX_LENGTH = 24  # the longest caption of the world has 19 tokens
CONCEPTS = tuple(f"<c{index}>" for index in range(32))  # rows that customization may fill: a small vocabulary has no rare words


def build_tokenizer(max_length: int = MAX_LENGTH) -> "PreTrainedTokenizerFast":
    """Builds the tokenizer.

    Lower-case words: pad 0, begin 1, unknown 2, then `vocabulary.tokens()`, 32 free concept tokens, end last.
    The end token has the largest id because OWL-ViT (and old CLIP) pool the hidden state at the largest id.

    Args:
        max_length: tokens a text is padded or cut to.
    """
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    words = ["<pad>", "<start>", "<unk>", *tokens(), *CONCEPTS, "<end>"]
    ids = {word: index for index, word in enumerate(words)}
    backend = Tokenizer(models.WordLevel(ids, unk_token="<unk>"))
    backend.normalizer = normalizers.Lowercase()
    backend.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Punctuation("removed")])
    backend.post_processor = processors.TemplateProcessing(
        single="<start> $A <end>", special_tokens=[("<start>", ids["<start>"]), ("<end>", ids["<end>"])]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=backend,
        model_max_length=max_length,
        pad_token="<pad>",
        bos_token="<start>",
        eos_token="<end>",
        unk_token="<unk>",
        additional_special_tokens=list(CONCEPTS),
        clean_up_tokenization_spaces=False,
    )
