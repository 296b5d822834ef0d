"""Weights and words that are changed for a while."""

import pytest
import torch

from pentimento.engine import Schedule, sample
from pentimento.engine.errors import BadInput
from pentimento.engine.weights import added, replaced, token_rows

NAME = "mid_block.attentions.0.transformer_blocks.0.attn2.to_k.weight"


def parameter(model):
    return dict(model.unet.named_parameters())[NAME]


def test_added_weights_act_and_come_off_bit_identical(tiny_sd):
    before = parameter(tiny_sd).data.clone()
    delta = torch.ones_like(before)
    with added(tiny_sd.unet, {NAME: delta}, scale=0.5):
        assert torch.allclose(parameter(tiny_sd).data, before + 0.5)
    assert torch.equal(parameter(tiny_sd).data, before)


def test_weights_come_off_after_an_error(tiny_sd):
    before = parameter(tiny_sd).data.clone()
    with pytest.raises(RuntimeError), replaced(tiny_sd.unet, {NAME: torch.zeros_like(before)}):
        raise RuntimeError("in the middle")
    assert torch.equal(parameter(tiny_sd).data, before)


@pytest.mark.parametrize(("name", "shape", "says"), [("nothing.weight", (1,), "no parameter"), (NAME, (2, 2), "does not fit")])
@pytest.mark.parametrize("change", [added, replaced])
def test_weights_that_do_not_fit_are_refused(tiny_sd, change, name, shape, says):
    with pytest.raises(BadInput, match=says), change(tiny_sd.unet, {name: torch.zeros(shape)}):
        raise AssertionError("entered")


def test_a_known_word_gets_another_row(tiny_sd):
    plain = tiny_sd.encode_text(["a cat", "a dog"])
    with token_rows(tiny_sd, {"cat</w>": (torch.full((1, 32), 0.5),)}):
        changed = tiny_sd.encode_text(["a cat", "a dog"])
    again = tiny_sd.encode_text(["a cat", "a dog"])
    assert not torch.allclose(plain[0].embeddings, changed[0].embeddings)
    assert torch.equal(plain[1].embeddings, changed[1].embeddings)
    assert all(torch.equal(a.embeddings, b.embeddings) for a, b in zip(plain, again, strict=True))


def test_a_new_word_of_two_vectors_is_read_and_found(tiny_sd):
    tokenizers, rows = tiny_sd.tokenizers, torch.randn(2, 32, generator=torch.Generator().manual_seed(0))
    split = tiny_sd.words("a <toy> cat").find("<toy>")
    with token_rows(tiny_sd, {"<toy>": (rows,)}):
        assert tiny_sd.words("a <toy> cat").find("<toy>") == (2, 3)
        assert tiny_sd.words("a <toy> cat").find("cat") == (4,)
        with_toy = sample(tiny_sd, "a <toy> cat", schedule=Schedule(2)).latents
    assert tiny_sd.tokenizers is tokenizers and not tiny_sd.expansions
    assert tiny_sd.words("a <toy> cat").find("<toy>") == split and len(split) > 2
    assert not torch.allclose(with_toy, sample(tiny_sd, "a <toy> cat", schedule=Schedule(2)).latents)


def test_a_new_word_does_not_move_where_sdxl_pools(tiny_sdxl):
    rows = torch.zeros(1, 32)
    plain = tiny_sdxl.encode_text(["a dog"])[0].pooled
    with token_rows(tiny_sdxl, {"<toy>": (rows, rows)}):
        assert torch.equal(tiny_sdxl.encode_text(["a dog"])[0].pooled, plain)
        assert not torch.equal(tiny_sdxl.encode_text(["a <toy> dog"])[0].pooled, plain)


def test_vectors_that_do_not_fit_are_refused(tiny_sd):
    with pytest.raises(BadInput, match="widths"), token_rows(tiny_sd, {"<toy>": (torch.zeros(1, 8),)}):
        raise AssertionError("entered")
    with pytest.raises(BadInput, match="one token"), token_rows(tiny_sd, {"cat</w>": (torch.zeros(2, 32),)}):
        raise AssertionError("entered")
    assert not tiny_sd.expansions
