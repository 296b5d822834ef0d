"""Modules that are worn: what differs is stored, several share one base, and plain diffusers reads the complete folder."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from pentimento.engine import Model, Schedule, load_model, sample
from pentimento.engine.backbones.image_prompt import ImagePromptWeights
from pentimento.engine.backbones.module_weights import ModuleWeights, Pipeline, write_complete
from pentimento.engine.backbones.tiny import tiny_image_prompt, tiny_module
from pentimento.engine.errors import BadInput, ModelCannot, ModelNotFound, UnsupportedModel
from pentimento.engine.latents import encode_images, from_images
from pentimento.engine.techniques import ClassifierFree, Inpainting, InstructPix2Pix, IPAdapter
from pentimento.engine.techniques.editing.inpainting import blanked

SCHEDULE = Schedule(3)
PICTURE = Image.linear_gradient("L").resize((64, 64)).convert("RGB")
REGION = np.zeros((64, 64), bool)
REGION[20:41, 10:30] = True


def technique(kind: str, model: Model, module: ModuleWeights | None) -> InstructPix2Pix | Inpainting:
    if kind == "instruct":
        return InstructPix2Pix(encode_images(model, [PICTURE]), 1.5, module)
    return Inpainting.of(model, PICTURE, REGION, module)


@pytest.mark.parametrize(
    ("kind", "channels", "pipeline"),
    [("instruct", 4, "StableDiffusionInstructPix2PixPipeline"), ("inpaint", 5, "StableDiffusionInpaintPipeline")],
)
def test_a_worn_module_paints_what_its_complete_folder_paints(tiny_sd: Model, tmp_path: Path, kind: str, channels: int, pipeline: Pipeline) -> None:
    tiny_module(tiny_sd.unet, channels).save(tmp_path / "module")
    module = ModuleWeights.load(tmp_path / "module")  # rounded to half precision, as it ships
    assert module.channels == channels
    whole = load_model(write_complete(tiny_sd.folder, module, tmp_path / "whole", pipeline))
    assert whole.can == {kind}
    guided = ClassifierFree(4.0)
    worn = sample(tiny_sd, "a cat", techniques=[guided, technique(kind, tiny_sd, module)], schedule=SCHEDULE)
    alone = sample(whole, "a cat", techniques=[guided, technique(kind, whole, None)], schedule=SCHEDULE)
    assert (worn.latents - alone.latents).abs().max() <= 1e-4
    assert (worn.latents - sample(tiny_sd, "a cat", techniques=[guided], schedule=SCHEDULE).latents).abs().max() > 1e-2
    assert tiny_sd.unet.conv_in.in_channels == 4


def test_half_of_a_module_lies_between_none_and_all(tiny_sd: Model) -> None:
    module = tiny_module(tiny_sd.unet, 5)
    first = tiny_sd.unet.conv_in.weight
    with module.worn(tiny_sd, 0.5):
        assert torch.allclose(tiny_sd.unet.conv_in.weight[:, 4:], 0.5 * module.columns)
        assert torch.equal(tiny_sd.unet.conv_in.weight[:, :4], first)
    assert tiny_sd.unet.conv_in.weight is first


def test_without_a_module_the_model_must_have_the_channels(tiny_sd: Model) -> None:
    with pytest.raises(ModelCannot):
        sample(tiny_sd, "a cat", techniques=[technique("inpaint", tiny_sd, None)], schedule=SCHEDULE)


def test_a_module_of_another_model_is_refused(tiny_sd: Model) -> None:
    module = tiny_module(tiny_sd.unet, 4)
    other = ModuleWeights({"unet.no.such.layer": next(iter(module.layers.values()))}, module.columns)
    with pytest.raises(BadInput, match="no parameter"):
        sample(tiny_sd, "a cat", techniques=[technique("instruct", tiny_sd, other)], schedule=SCHEDULE)
    with pytest.raises(BadInput, match="first layer"), ModuleWeights(module.layers, module.columns[:3]).worn(tiny_sd):
        pass


def test_a_folder_without_one_of_the_files_is_named(tmp_path: Path, tiny_sd: Model) -> None:
    with pytest.raises(ModelNotFound, match="pytorch_lora_weights"):
        ModuleWeights.load(tmp_path)
    from safetensors.torch import save_file

    tiny_module(tiny_sd.unet, 4).save(tmp_path)
    save_file({"other": torch.ones(1)}, tmp_path / "conv_in.safetensors")
    with pytest.raises(UnsupportedModel, match="conv_in.weight alone"):
        ModuleWeights.load(tmp_path)


def test_picture_and_instruction_are_weighed_as_the_paper_says(tiny_sd: Model) -> None:
    instruct = InstructPix2Pix(encode_images(tiny_sd, [PICTURE]), 1.5, tiny_module(tiny_sd.unet, 4))
    seen = []

    class Watching(ClassifierFree):
        def prediction(self, predicted, x, step, run):  # type: ignore[no-untyped-def]
            seen.append((predicted.x0, *(predicted.branch(name) for name in ("positive", "image", "negative"))))
            return predicted

    sample(tiny_sd, "a cat", techniques=[Watching(7.0), instruct], schedule=Schedule(1))
    combined, full, image, neither = seen[0]
    assert torch.allclose(combined, neither + 1.5 * (image - neither) + 7.0 * (full - image), atol=1e-4)
    assert not torch.allclose(image, neither, atol=1e-3)


def test_a_picture_of_another_size_is_refused(tiny_sd: Model) -> None:
    module = tiny_module(tiny_sd.unet, 4)
    with pytest.raises(BadInput, match="does not fit a run"):
        sample(tiny_sd, "a cat", techniques=[InstructPix2Pix(torch.zeros(1, 4, 8, 8), 1.5, module)], schedule=SCHEDULE)
    with pytest.raises(BadInput, match="differ in size"):
        Inpainting(torch.zeros(1, 4, 16, 16), torch.zeros(1, 1, 8, 8))
    with pytest.raises(BadInput, match="one size"):
        blanked(from_images([PICTURE]), REGION[:32])


def test_the_region_is_grey_and_the_rest_untouched() -> None:
    pixels = from_images([PICTURE])
    grey = blanked(pixels, REGION)
    assert (grey[..., torch.from_numpy(REGION)] == 0).all()
    assert torch.equal(grey[..., torch.from_numpy(~REGION)], pixels[..., torch.from_numpy(~REGION)])


def test_a_thin_region_survives_covering_and_not_diffusers_way(tiny_sd: Model) -> None:
    thin = np.zeros((64, 64), bool)
    thin[:, 18] = True
    assert Inpainting.of(tiny_sd, PICTURE, thin).repaint.any()
    assert not Inpainting.of(tiny_sd, PICTURE, thin, rule="nearest").repaint.any()


def test_an_image_prompt_counts_only_where_it_may(tiny_sd: Model) -> None:
    module, embedding = tiny_image_prompt(tiny_sd.unet), torch.linspace(-1, 1, 6)[None]
    plain = sample(tiny_sd, "a cat", schedule=SCHEDULE).latents
    nowhere = sample(tiny_sd, "a cat", techniques=[IPAdapter(embedding, module, torch.zeros(4, 4))], schedule=SCHEDULE).latents
    everywhere = sample(tiny_sd, "a cat", techniques=[IPAdapter(embedding, module)], schedule=SCHEDULE).latents
    ones = sample(tiny_sd, "a cat", techniques=[IPAdapter(embedding, module, torch.ones(4, 4))], schedule=SCHEDULE).latents
    assert torch.allclose(plain, nowhere, atol=1e-6)
    assert torch.allclose(everywhere, ones, atol=1e-6)
    assert (everywhere - plain).abs().max() > 1e-2


def test_each_lane_has_its_own_image(tiny_sd: Model) -> None:
    module = tiny_image_prompt(tiny_sd.unet)
    embeddings = torch.stack([torch.linspace(-1, 1, 6), torch.linspace(2, -2, 6)])
    guided = ClassifierFree(3.0)
    both = sample(tiny_sd, ["a cat", "a cat"], techniques=[guided, IPAdapter(embeddings, module)], schedule=SCHEDULE).latents
    for row in range(2):
        alone = sample(tiny_sd, "a cat", techniques=[guided, IPAdapter(embeddings[row : row + 1], module)], schedule=SCHEDULE).latents
        assert torch.allclose(both[row], alone[0], atol=1e-4)
    assert (both[0] - both[1]).abs().max() > 1e-2
    with pytest.raises(BadInput, match="3 embeddings for 2 lanes"):
        sample(tiny_sd, ["a", "b"], techniques=[IPAdapter(torch.zeros(3, 6), module)], schedule=SCHEDULE)
    with pytest.raises(BadInput, match="another encoder"):
        IPAdapter(torch.zeros(1, 7), module)


def test_an_adapter_file_is_read_back_and_other_kinds_are_refused(tiny_sd: Model, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    module = tiny_image_prompt(tiny_sd.unet)
    module.save(tmp_path / "ip.safetensors", tiny_sd.unet, torch.float32)
    back = ImagePromptWeights.load(tmp_path / "ip.safetensors", tiny_sd.unet)
    assert all(torch.equal(back.keys[name], module.keys[name]) and torch.equal(back.values[name], module.values[name]) for name in module.keys)
    assert torch.equal(back.tokens(torch.ones(1, 6)), module.tokens(torch.ones(1, 6)))
    held = load_file(tmp_path / "ip.safetensors")
    save_file({key: value for key, value in held.items() if not key.startswith("ip_adapter.3.")}, tmp_path / "less.safetensors")
    with pytest.raises(BadInput, match="other layers"):
        ImagePromptWeights.load(tmp_path / "less.safetensors", tiny_sd.unet)
    save_file({"image_proj.latents": torch.ones(1), **held}, tmp_path / "plus.safetensors")
    with pytest.raises(BadInput, match="not Plus"):
        ImagePromptWeights.load(tmp_path / "plus.safetensors", tiny_sd.unet)
    with pytest.raises(ModelNotFound):
        ImagePromptWeights.load(tmp_path / "ip.bin", tiny_sd.unet)
