"""ControlNet, T2I-Adapter and GLIGEN: hints by lane, gates apart from their U-Net, and refusals."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from pentimento.engine import Model, Sampled, Schedule, Technique, Window, load_model, sample
from pentimento.engine.backbones.gated import Gates, fused, phrase_features, worn, write_gated
from pentimento.engine.backbones.sides import load_control_net, load_t2i_adapter
from pentimento.engine.backbones.tiny import build_tiny_sd, tiny_adapter, tiny_control_net, tiny_gates
from pentimento.engine.errors import BadInput, ModelCannot, ModelNotFound, TechniqueConflict, TechniqueMisuse, UnsafeWeights, UnsupportedModel
from pentimento.engine.techniques import ClassifierFree, ControlNet, Gligen, T2IAdapter
from pentimento.engine.techniques.control.hints import KINDS, PLACES, WIDTH, stacked

LAYOUT = (("cat", (0.0, 0.1, 0.5, 0.9)), ("red dog", (0.5, 0.2, 1.0, 0.8)))
PROMPTS = {"a": "a cat", "b": "a dog"}


def hint(seed: int, channels: int = 3) -> torch.Tensor:
    return torch.rand(1, channels, 64, 64, generator=torch.Generator().manual_seed(seed))


def paint(model: Model, *techniques: Technique, prompts: Any = None, steps: int = 3) -> Sampled:
    return sample(model, prompts or PROMPTS, techniques=[ClassifierFree(3.0), *techniques], schedule=Schedule(steps), seed=4)


def gap(a: torch.Tensor, b: torch.Tensor) -> float:
    return float((a - b).abs().max())


SIDES = pytest.mark.parametrize(("kind", "make"), [(ControlNet, tiny_control_net), (T2IAdapter, tiny_adapter)])


@SIDES
def test_each_lane_follows_its_own_hint_and_one_without_is_plain(tiny_sd: Model, kind: Any, make: Any) -> None:
    network = make(tiny_sd.unet)
    both = paint(tiny_sd, kind(network, {"a": hint(1), "b": hint(2)})).latents
    for row, lane, seed in ((0, "a", 1), (1, "b", 2)):
        alone = paint(tiny_sd, kind(network, hint(seed)), prompts={lane: PROMPTS[lane]}).latents
        assert gap(both[row], alone[0]) <= 1e-4
    one, plain = paint(tiny_sd, kind(network, {"a": hint(1)})).latents, paint(tiny_sd).latents
    assert gap(one[0], both[0]) <= 1e-4
    assert gap(one[1], plain[1]) <= 1e-5


@SIDES
def test_two_side_networks_add_up_and_the_network_is_left_as_it_was(tiny_sd: Model, kind: Any, make: Any) -> None:
    first, second = make(tiny_sd.unet, seed=1), make(tiny_sd.unet, seed=2)
    before = {name: value.clone() for name, value in first.state_dict().items()}
    both = paint(tiny_sd, kind(first, hint(1)), kind(second, hint(2))).latents
    assert gap(both, paint(tiny_sd, kind(first, hint(1))).latents) > 1e-4
    assert gap(both, paint(tiny_sd, kind(second, hint(2)), kind(first, hint(1))).latents) <= 1e-4
    assert all(torch.equal(value, before[name]) for name, value in first.state_dict().items())


@SIDES
@pytest.mark.parametrize("wrong", [hint(1)[:, :1], hint(1)[..., :32], {"a": hint(1)[0]}, {}])
def test_hints_that_do_not_fit_are_refused(tiny_sd: Model, kind: Any, make: Any, wrong: Any) -> None:
    with pytest.raises(BadInput):
        paint(tiny_sd, kind(make(tiny_sd.unet), wrong))


@SIDES
def test_a_network_of_another_unet_is_refused(tiny_sd: Model, tiny_sdxl: Model, kind: Any, make: Any) -> None:
    other = make(tiny_sd.unet)
    other.register_to_config(block_out_channels=(64, 64), channels=[64, 64])
    with pytest.raises(ModelCannot, match="widths"):
        paint(tiny_sd, kind(other, hint(1)))


def test_a_control_net_serves_sdxl(tiny_sdxl: Model) -> None:
    network = tiny_control_net(tiny_sdxl.unet)
    plain = paint(tiny_sdxl, steps=2).latents
    assert gap(plain, paint(tiny_sdxl, ControlNet(network, hint(1)), steps=2).latents) > 1e-3


def test_lanes_that_are_not_there_are_named(tiny_sd: Model) -> None:
    with pytest.raises(TechniqueMisuse, match="nobody"):
        paint(tiny_sd, ControlNet(tiny_control_net(tiny_sd.unet), {"nobody": hint(1)}))


def test_maps_stand_in_the_channels_of_their_kind() -> None:
    edge, segments = np.full((8, 8), 255, np.uint8), np.zeros((8, 8, 3), np.uint8)
    segments[..., 1] = 51
    seen = stacked({"edge": Image.fromarray(edge), "segmentation": segments})
    assert seen.shape == (1, WIDTH, 8, 8)
    assert seen[0, PLACES["edge"]].eq(1).all() and seen[0, 4].eq(0.2).all()
    assert not seen[0, PLACES["depth"]].any() and not seen[0, PLACES["scribble"]].any()
    assert sorted(i for kind in KINDS for i in range(WIDTH)[PLACES[kind]]) == list(range(WIDTH))
    assert stacked({"depth": np.full((4, 4), 0.5, np.float32)})[0, 2].eq(0.5).all()
    for wrong in ({}, {"pose": edge}, {"edge": segments}, {"edge": edge, "depth": edge[:4]}):
        with pytest.raises(BadInput):
            stacked(wrong)  # type: ignore[arg-type]


# -- GLIGEN ---------------------------------------------------------------------------------------------------------------------------


def test_closed_gates_are_plain_painting(tiny_sd: Model) -> None:
    closed = Gligen(LAYOUT, Gates(tiny_sd.unet), window=Window())
    assert gap(paint(tiny_sd, closed).latents, paint(tiny_sd).latents) <= 1e-6
    assert Gates(tiny_sd.unet).openness == 0 < tiny_gates(tiny_sd.unet).openness


def test_only_the_prompt_of_the_lane_is_grounded(tiny_sd: Model) -> None:
    gates = tiny_gates(tiny_sd.unet)
    named = paint(tiny_sd, Gligen({"a": LAYOUT}, gates, window=Window())).latents
    both = paint(tiny_sd, Gligen(LAYOUT, gates, window=Window())).latents
    assert gap(named[0], both[0]) <= 1e-4
    assert gap(named[1], both[1]) > 1e-4


def test_strength_opens_gates_by_a_share(tiny_sd: Model) -> None:
    gates = tiny_gates(tiny_sd.unet)
    with worn(tiny_sd, gates, 0.5):
        halves = [float(p.detach().tanh()) for name, p in tiny_sd.unet.named_parameters() if name.endswith("alpha_attn")]
    whole = [float(p.detach().tanh()) for name, p in gates.named_parameters() if name.endswith("alpha_attn")]
    assert halves == pytest.approx([value / 2 for value in whole], abs=1e-6)
    half = Gligen(LAYOUT, gates, strength=0.5, window=Window())
    latents = [paint(tiny_sd, dataclasses.replace(half, strength=s)).latents for s in (1e-4, 0.5, 1.0)]
    plain = paint(tiny_sd).latents
    assert gap(latents[0], plain) < gap(latents[1], plain) < gap(latents[2], plain)
    with pytest.raises(BadInput, match="from 0 to 1"):
        paint(tiny_sd, dataclasses.replace(half, strength=1.5))


def test_gates_leave_the_unet_also_when_the_run_fails(tiny_sd: Model) -> None:
    names = set(tiny_sd.unet.state_dict())
    with pytest.raises(RuntimeError, match="stopped"), fused(tiny_sd.unet, tiny_gates(tiny_sd.unet)):
        assert "boxes" in tiny_sd.can and len(tiny_sd.unet.state_dict()) > len(names)
        raise RuntimeError("stopped")
    assert set(tiny_sd.unet.state_dict()) == names and "boxes" not in tiny_sd.can


def test_boxes_without_gates_and_gates_twice_are_refused(tiny_sd: Model, tiny_folders: dict[str, Path]) -> None:
    gated = load_model(tiny_folders["sd_boxes"])
    with pytest.raises(ModelCannot, match="gated"):
        paint(tiny_sd, Gligen(LAYOUT))
    with pytest.raises(ModelCannot, match="of its own"):
        paint(gated, Gligen(LAYOUT, tiny_gates(tiny_sd.unet)))
    with pytest.raises(TechniqueConflict):
        paint(gated, Gligen(LAYOUT), Gligen(LAYOUT))
    for wrong in ((), (("cat", (0.5, 0, 0.2, 1)),), LAYOUT * 16):
        with pytest.raises(BadInput):
            Gligen(wrong)  # type: ignore[arg-type]


def test_phrases_are_read_like_diffusers_does(tiny_sd: Model) -> None:
    phrases = ["a cat", "a red dog by a cat"]
    ids = tiny_sd.tokenizers[0](phrases, padding=True, return_tensors="pt").input_ids
    assert torch.allclose(phrase_features(tiny_sd, phrases), tiny_sd.text_encoders[0](ids).pooler_output, atol=1e-6)


@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_the_complete_folder_is_what_base_and_gates_paint(tiny_folders: dict[str, Path], tmp_path: Path) -> None:
    import diffusers

    base = tiny_folders["sd"]
    model = load_model(base)
    tiny_gates(model.unet).save(tmp_path / "gates")
    names = set(load_file_names(tmp_path / "gates" / "model.safetensors"))
    assert names and not names & set(model.unet.state_dict())
    written = write_gated(base, tmp_path / "gates", tmp_path / "complete")
    complete = load_model(written)
    assert "boxes" in complete.can
    for name, value in model.unet.state_dict().items():  # the folder is in half precision; the comparison is not about that
        value.copy_(complete.unet.state_dict()[name])
    gates = Gates.load(tmp_path / "gates", model.unet)
    ours = paint(model, Gligen(LAYOUT, gates, window=Window(0.0, 0.5)), steps=4).latents
    assert gap(ours, paint(complete, Gligen(LAYOUT, window=Window(0.0, 0.5)), steps=4).latents) <= 1e-5
    pipe = diffusers.StableDiffusionGLIGENPipeline.from_pretrained(written, use_safetensors=True, local_files_only=True)  # type: ignore[attr-defined]
    assert pipe.unet.config.attention_type == "gated"
    with torch.no_grad():
        pipe.set_progress_bar_config(disable=True)
        shown = pipe("a cat", gligen_phrases=["cat"], gligen_boxes=[[0.0, 0.1, 0.5, 0.9]], num_inference_steps=2, output_type="np").images
    assert np.isfinite(shown).all()


def load_file_names(file: Path) -> list[str]:
    from safetensors import safe_open

    with safe_open(file, "pt") as held:
        return list(held.keys())


def test_gates_of_another_architecture_are_refused(tiny_sd: Model, tiny_sdxl: Model, tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound):
        Gates.load(tmp_path, tiny_sd.unet)
    tiny_gates(tiny_sdxl.unet).save(tmp_path)
    with pytest.raises(UnsupportedModel, match="does not fit"):
        Gates.load(tmp_path, tiny_sd.unet)
    with pytest.raises(ModelCannot, match="another U-Net"), fused(tiny_sdxl.unet, tiny_gates(tiny_sd.unet)):
        pass


# -- reading side networks ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("read", "make"), [(load_control_net, tiny_control_net), (load_t2i_adapter, tiny_adapter)])
def test_side_networks_are_read_from_folders_of_safetensors_only(tiny_sd: Model, tmp_path: Path, read: Any, make: Any) -> None:
    made = make(tiny_sd.unet)
    made.save_pretrained(tmp_path / "it")
    assert all(torch.equal(value, made.state_dict()[name]) for name, value in read(tmp_path / "it").state_dict().items())
    weights = tmp_path / "it" / "diffusion_pytorch_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:100])
    with pytest.raises(UnsupportedModel, match="cannot be read"):
        read(tmp_path / "it")
    weights.rename(weights.with_suffix(".bin"))
    with pytest.raises(UnsafeWeights):
        read(tmp_path / "it")
    weights.with_suffix(".bin").rename(weights)
    (tmp_path / "it" / "config.json").write_text(json.dumps({"_class_name": "SomethingElse"}))
    with pytest.raises(UnsupportedModel, match="SomethingElse"):
        read(tmp_path / "it")
    for missing in (tmp_path / "nowhere", "no folder and no id", "owner/not-cached"):
        with pytest.raises(ModelNotFound):
            read(missing)


def test_a_tiny_model_is_built_alike_each_time(tmp_path: Path) -> None:
    unet = load_model(build_tiny_sd(tmp_path / "sd")).unet
    first, again = tiny_gates(unet), tiny_gates(unet)
    assert all(torch.equal(value, again.state_dict()[name]) for name, value in first.state_dict().items())
