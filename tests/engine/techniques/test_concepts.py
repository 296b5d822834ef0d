"""Concepts: learned in a few steps, saved, read back, worn and taken off."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from pentimento.engine import Cancelled, Model, Schedule, sample
from pentimento.engine.concept_pictures import examples
from pentimento.engine.concepts import ConceptWeights, learn_concept
from pentimento.engine.errors import BadInput, ModelCannot
from pentimento.engine.techniques import LoRA, TextualInversion
from pentimento.engine.weights import delta, layers_of

SCHEDULE = Schedule(2)
PICTURES = [Image.new("RGB", (64, 64), colour) for colour in ("red", "orange")]


@pytest.mark.parametrize("method", ["lora", "textual_inversion"])
def test_learning_leaves_the_model_as_it_was_and_survives_saving(tiny_sd: Model, tmp_path: Path, method: str) -> None:
    modules = (tiny_sd.unet, *tiny_sd.text_encoders)
    before = [{name: value.clone() for name, value in module.state_dict().items()} for module in modules]
    told: list[int] = []
    concept = learn_concept(tiny_sd, PICTURES, "cat", "<c0>", method, 3, progress=lambda done, steps, loss: told.append(done))  # type: ignore[arg-type]
    for module, old in zip(modules, before, strict=True):
        assert all(torch.equal(value, old[name]) for name, value in module.state_dict().items())
    assert told == [1, 2, 3]
    assert bool(concept.layers) == (method == "lora")
    again = ConceptWeights.load(concept.save(tmp_path))
    plain = sample(tiny_sd, "a cat", schedule=SCHEDULE).latents
    painted = [sample(tiny_sd, "a <c0>", techniques=each.techniques(), schedule=SCHEDULE).latents for each in (concept, again)]
    assert torch.equal(*painted)
    assert not torch.equal(painted[0], plain)


def test_learning_twice_with_one_seed_is_the_same(tiny_sd: Model) -> None:
    first, second = (learn_concept(tiny_sd, PICTURES, "cat", "<c0>", "textual_inversion", 2) for _ in range(2))
    assert torch.equal(first.rows[0], second.rows[0])


def test_learning_can_be_stopped(tiny_sd: Model) -> None:
    with pytest.raises(Cancelled):
        learn_concept(tiny_sd, PICTURES, "cat", "<c0>", "textual_inversion", 50, cancelled=lambda: True)


def test_learning_refuses_what_it_cannot_do(tiny_sd: Model, tiny_sdxl: Model) -> None:
    with pytest.raises(BadInput, match="0 pictures"):
        learn_concept(tiny_sd, [], "cat")
    with pytest.raises(BadInput, match="one mask for each picture"):
        learn_concept(tiny_sd, PICTURES, "cat", masks=[])
    with pytest.raises(BadInput, match="does not fit"):
        learn_concept(tiny_sd, PICTURES, "cat", masks=[np.ones((8, 8), bool)] * 2)
    with pytest.raises(ModelCannot, match="Stable Diffusion 1.x"):
        learn_concept(tiny_sdxl, PICTURES, "cat")


def test_with_masks_things_are_put_elsewhere_and_the_rest_counts_less(tiny_sd: Model) -> None:
    mask = np.zeros((64, 64), bool)
    mask[20:44, 20:44] = True
    shown = examples(tiny_sd, PICTURES, [mask, mask], np.random.default_rng(0))
    assert len(shown.latents) == len(shown.captions) == len(shown.weights) > len(PICTURES)
    assert torch.allclose(shown.weights.mean((1, 2, 3)), torch.ones(len(shown.weights)), atol=1e-5)
    assert all((weight.max() > 2 * weight.min()) for weight in shown.weights)
    assert any(" in " in said or " on " in said or " at " in said for said in shown.captions)


def test_a_folder_without_a_concept_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="does not hold a concept"):
        ConceptWeights.load(tmp_path)


def test_strength_of_a_word_runs_from_its_noun_to_what_was_learned(tiny_sd: Model) -> None:
    learned = (torch.full((1, 32), 0.7),)
    noun = sample(tiny_sd, "a cat", schedule=SCHEDULE).latents
    nearly = sample(tiny_sd, "a dog", techniques=[TextualInversion("dog", learned, "cat", strength=1e-6)], schedule=SCHEDULE).latents
    assert (noun - nearly).abs().max() <= 1e-4


def test_lora_of_a_convolution_has_the_shape_of_its_weight() -> None:
    assert delta(torch.ones(2, 3, 3, 3), torch.ones(5, 2, 1, 1)).shape == (5, 3, 3, 3)


def test_alpha_scales_by_rank_and_both_spellings_are_read() -> None:
    tensors = {"unet.a.lora.down.weight": torch.ones(4, 2), "unet.a.lora.up.weight": torch.ones(3, 4), "unet.a.alpha": torch.tensor(2.0)}
    down, up = layers_of(tensors)["unet.a"]
    assert torch.equal(delta(down, up), torch.full((3, 2), 2.0))
    with pytest.raises(BadInput, match="kohya"):
        layers_of({"lora_unet_a.lora_down.weight": torch.ones(1, 1)})


def test_a_lora_for_a_part_that_is_missing_is_refused(tiny_sd: Model) -> None:
    with pytest.raises(ModelCannot, match="text_encoder_2"):
        sample(tiny_sd, "a cat", techniques=[LoRA({"text_encoder_2.a": (torch.ones(1, 2), torch.ones(2, 1))})], schedule=SCHEDULE)


@pytest.mark.parametrize("cls", [LoRA, TextualInversion])
def test_pickles_are_not_opened(tmp_path: Path, cls: type[LoRA] | type[TextualInversion]) -> None:
    with pytest.raises(BadInput, match="safetensors"):
        cls.load(tmp_path / "weights.bin")
