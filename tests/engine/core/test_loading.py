"""Which folders are read, and which are refused before anything of them is opened."""

import json
import shutil

import pytest
import torch

from pentimento.engine import Schedule, load_model, sample
from pentimento.engine.errors import ModelNotFound, UnsafeWeights, UnsupportedModel, WordNotFound


@pytest.fixture
def folder(tiny_folders, tmp_path):
    return shutil.copytree(tiny_folders["sd"], tmp_path / "model")


def change_index(folder, **changes):
    path = folder / "model_index.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_models_say_what_they_are(tiny_sd, tiny_sdxl, tiny_folders):
    assert tiny_sd.family == "sd" and tiny_sdxl.family == "sdxl"
    assert tiny_sd.size == (64, 64) and tiny_sd.factor == 4 and tiny_sd.channels == 4
    assert {"text-to-image", "image-to-image"} <= tiny_sd.can
    assert tiny_sd.prediction_type == "epsilon" and load_model(tiny_folders["sd_v"]).prediction_type == "v_prediction"


def test_fingerprint_names_the_weights(folder, tiny_sd):
    assert load_model(folder).fingerprint == tiny_sd.fingerprint
    unet = folder / "unet" / "diffusion_pytorch_model.safetensors"
    raw = bytearray(unet.read_bytes())
    raw[-1] ^= 1
    unet.write_bytes(raw)
    assert load_model(folder).fingerprint != tiny_sd.fingerprint


def test_pickles_are_refused_unopened(folder):
    for path in folder.joinpath("unet").glob("*.safetensors"):
        path.unlink()
    (folder / "unet" / "diffusion_pytorch_model.bin").write_bytes(b"\x80\x04would run code")
    with pytest.raises(UnsafeWeights, match="only .*bin"):
        load_model(folder)


def test_pickles_beside_safetensors_are_never_opened(folder):
    (folder / "unet" / "diffusion_pytorch_model.bin").write_bytes(b"\x80\x04would run code")
    assert load_model(folder).family == "sd"  # opening the file would have raised: it is no archive


@pytest.mark.parametrize(
    "changes",
    [
        {"unet": ["custom_unet", "MyUNet"]},
        {"unet": ["diffusers", "UNet3DConditionModel"]},
        {"text_encoder": ["transformers", "T5EncoderModel"]},
        {"tokenizer": ["custom", "CLIPTokenizer"]},
        {"vae": None},
    ],
)
def test_unknown_classes_are_refused(folder, changes):
    change_index(folder, **changes)
    with pytest.raises(UnsupportedModel):
        load_model(folder)


def test_broken_weights_are_told(folder):
    unet = folder / "unet" / "diffusion_pytorch_model.safetensors"
    unet.write_bytes(unet.read_bytes()[:1000])
    with pytest.raises(UnsupportedModel, match="cannot be read"):
        load_model(folder)


@pytest.mark.parametrize("name", ["model_index.json", "scheduler/scheduler_config.json"])
def test_missing_and_broken_descriptions_are_told(folder, name):
    (folder / name).write_text("{ not json")
    with pytest.raises(UnsupportedModel, match="cannot be read"):
        load_model(folder)
    (folder / name).unlink()
    with pytest.raises(ModelNotFound, match="is missing"):
        load_model(folder)


def test_networks_without_weights_are_told(folder):
    (folder / "unet" / "diffusion_pytorch_model.safetensors").unlink()
    with pytest.raises(ModelNotFound, match="holds no weights"):
        load_model(folder)


@pytest.mark.parametrize("name", ["/no/such/folder", "../up", "just-a-name", "a/b/c", "https://example.org/model"])
def test_what_is_neither_folder_nor_id_is_told(name):
    with pytest.raises(ModelNotFound, match="no folder"):
        load_model(name)


def test_ids_that_are_out_of_reach_are_told(tmp_path, monkeypatch):
    import huggingface_hub.constants as constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(ModelNotFound, match="someone/some-model is not in the local cache"):
        load_model("someone/some-model")


def test_half_precision_files_serve_both_precisions(folder, tiny_sd):
    from diffusers import UNet2DConditionModel

    shutil.rmtree(folder / "unet")
    half = UNet2DConditionModel(**tiny_sd.unet.config).to(torch.float16)
    half.save_pretrained(folder / "unet", variant="fp16")
    model = load_model(folder)
    assert model.unet.conv_in.weight.dtype == torch.float32
    assert torch.equal(model.unet.conv_in.weight, half.conv_in.weight.float())


def test_half_precision_paints(tiny_folders):
    model = load_model(tiny_folders["sd"], dtype=torch.bfloat16)
    full = load_model(tiny_folders["sd"])
    ours, exact = (sample(m, "a cat", schedule=Schedule(4)).latents for m in (model, full))
    assert ours.dtype == torch.float32
    assert (ours - exact).abs().max() < 0.1 * exact.abs().max()


def test_words_are_found_by_the_tokenizers_offsets(tiny_sd):
    words = tiny_sd.words("A cat, a horse and a cat")
    assert words.find("cat") == (2,)
    horse = words.find("horse")
    assert len(horse) == 5 and horse[0] > 3
    assert words.find("a horse") == (horse[0] - 1, *horse)
    assert words.find("Cat", 1) > horse
    with pytest.raises(WordNotFound, match="use words of the prompt"):
        words.find("dog")
    with pytest.raises(WordNotFound):
        words.find("cat", 2)
    with pytest.raises(WordNotFound):
        words.find(" ")


def test_words_that_were_cut_off_are_told(tiny_sd):
    with pytest.raises(WordNotFound, match="shorten the prompt"):
        tiny_sd.words("a " * 40 + "dog").find("dog")
