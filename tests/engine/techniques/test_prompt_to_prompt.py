"""Prompt-to-Prompt: hand-made alignments, and what two lanes share."""

import pytest
import torch

from pentimento.engine import Model, Schedule, sample
from pentimento.engine.errors import BadInput, TechniqueMisuse
from pentimento.engine.techniques import LocalBlend, PromptToPrompt
from pentimento.engine.techniques.editing.prompt_to_prompt import Spelled, aligned

PROMPTS = {"source": "a cat and a dog", "target": "a dog and a dog"}
SCHEDULE = Schedule(5)


def spelled(*words: str | tuple[str, int]) -> Spelled:
    """Words with consecutive tokens after the begin token; ("hedgehog", 3) has three."""
    items, at = [], 1
    for word in words:
        text, count = (word, 1) if isinstance(word, str) else word
        items.append((text, tuple(range(at, at + count))))
        at += count
    return tuple(items)


def sources(matrix: torch.Tensor) -> list[list[int]]:
    return [column.nonzero().flatten().tolist() for column in matrix.T]


def test_a_swap_of_one_word_is_the_identity() -> None:
    assert torch.equal(aligned(spelled("a", "cat", "sits"), spelled("a", "dog", "sits"), 6), torch.eye(6))


def test_words_behind_a_longer_word_keep_their_own_source() -> None:
    matrix = aligned(spelled("a", "cat", "eating", "cake"), spelled("a", ("hedgehog", 3), "eating", "cake"), 9)
    assert sources(matrix) == [[0], [1], [2], [2], [2], [3], [4], [5], [6]]
    assert matrix[2].sum() == pytest.approx(1.0)  # the span keeps its mass


def test_a_shorter_word_takes_the_whole_span() -> None:
    matrix = aligned(spelled("a", ("hedgehog", 3), "eats"), spelled("a", "cat", "eats"), 8)
    assert sources(matrix)[:5] == [[0], [1], [2, 3, 4], [5], [6]]


def test_two_swaps_do_not_shift_each_other() -> None:
    matrix = aligned(spelled("a", "cat", "on", "a", "bus"), spelled("a", ("lion", 2), "on", "a", ("tram", 3)), 12)
    assert sources(matrix)[:9] == [[0], [1], [2], [2], [3], [4], [5], [5], [5]]


def test_added_words_keep_their_own_attention() -> None:
    matrix = aligned(spelled("a", "cat"), spelled("a", "small", "red", "cat"), 8)
    assert sources(matrix) == [[0], [1], [], [], [2], [3], [4], [5]]


def test_removed_words_are_skipped() -> None:
    assert sources(aligned(spelled("a", "red", "cat"), spelled("a", "cat"), 7))[:4] == [[0], [1], [3], [4]]


def test_a_swap_needs_as_many_words() -> None:
    with pytest.raises(BadInput, match="use refine"):
        aligned(spelled("a"), spelled("a", "cat"), 5, "swap")


def test_the_source_lane_is_painted_as_without(tiny_sd: Model) -> None:
    plain = sample(tiny_sd, PROMPTS, schedule=SCHEDULE, seed=1)
    edited = sample(tiny_sd, PROMPTS, techniques=[PromptToPrompt(local=LocalBlend(("cat",), ("dog",)))], schedule=SCHEDULE, seed=1)
    assert (plain.latents[0] - edited.latents[0]).abs().max() <= 1e-5


def test_sharing_everything_between_equal_texts_changes_nothing(tiny_sd: Model) -> None:
    same = {"source": "a cat", "target": "a cat"}
    painted = sample(tiny_sd, same, techniques=[PromptToPrompt(cross=1.0, self_attention=1.0)], schedule=SCHEDULE, seed=1).latents
    assert (painted[0] - painted[1]).abs().max() <= 1e-5


def test_the_target_comes_nearer_to_the_source(tiny_sd: Model) -> None:
    plain = sample(tiny_sd, PROMPTS, schedule=SCHEDULE, seed=1).latents
    shared = sample(tiny_sd, PROMPTS, techniques=[PromptToPrompt(cross=1.0, self_attention=1.0)], schedule=SCHEDULE, seed=1).latents
    assert (shared[1] - shared[0]).abs().mean() < (plain[1] - plain[0]).abs().mean()


def test_reweighting_alone_changes_the_target_only(tiny_sd: Model) -> None:
    same = {"source": "a cat", "target": "a cat"}
    technique = PromptToPrompt(cross=0.0, self_attention=0.0, reweight={"cat": 3.0})
    plain = sample(tiny_sd, same, schedule=SCHEDULE, seed=1).latents
    painted = sample(tiny_sd, same, techniques=[technique], schedule=SCHEDULE, seed=1).latents
    assert torch.allclose(painted[0], plain[0], atol=1e-5)
    assert (painted[1] - plain[1]).abs().max() > 1e-4


def test_lanes_of_other_noise_are_refused(tiny_sd: Model) -> None:
    with pytest.raises(TechniqueMisuse, match="one seed for both"):
        sample(tiny_sd, PROMPTS, techniques=[PromptToPrompt()], schedule=SCHEDULE, seed=[1, 2])


def test_lanes_that_are_missing_are_named(tiny_sd: Model) -> None:
    with pytest.raises(TechniqueMisuse, match="source"):
        sample(tiny_sd, "a cat", techniques=[PromptToPrompt()], schedule=SCHEDULE)
