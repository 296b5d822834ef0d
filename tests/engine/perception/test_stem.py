"""The stem stands where the patch embedding stood, in training and after loading; weights that do not fit are refused by name."""

import json

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import OwlViTForObjectDetection

from pentimento.engine.errors import ModelNotFound, UnsupportedModel
from pentimento.engine.perception.stem import Stem, complete, stemmed, whole
from pentimento.engine.training import detector


@pytest.fixture(scope="module")
def folder(tmp_path_factory):  # type: ignore[no-untyped-def]
    """A fresh detector, saved as training saves it."""
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("detector")
    detector.new().save_pretrained(path)
    return path


def copied(folder, path, **changes):  # type: ignore[no-untyped-def]
    """The folder's model elsewhere, with tensors replaced, or taken away where None."""
    path.mkdir()
    (path / "config.json").write_text((folder / "config.json").read_text())
    weights = load_file(folder / "model.safetensors") | changes
    save_file({k: v for k, v in weights.items() if v is not None}, path / "model.safetensors")
    return path


def test_a_stem_makes_one_feature_a_patch_and_sees_beyond_it() -> None:
    torch.manual_seed(0)
    stem = Stem([[16, 1, 2], [32, 0, 2]], 24)
    pixels = torch.randn(2, 3, 64, 64, requires_grad=True)
    out = stem(pixels)
    assert out.shape == (2, 24, 16, 16) and [m.shape[-1] for m in stem.maps(pixels)] == [32, 16]
    unnormed = stem.maps(pixels)[1][0, :, 8, 8].sum()
    (reach,) = torch.autograd.grad(unnormed, pixels)
    touched = reach[0].abs().amax(0)
    assert touched[32:36, 32:36].min() > 0 and touched[31, 34] > 0  # its own 4 × 4 pixels, and those before them


def test_what_is_saved_comes_back_the_same(folder) -> None:  # type: ignore[no-untyped-def]
    back = whole(OwlViTForObjectDetection, folder)
    ours, kept = back.state_dict(), load_file(folder / "model.safetensors")
    assert any("patch_embedding.levels" in name for name in kept)
    assert all(torch.equal(ours[name], kept[name]) for name in kept) and not back.training
    torch.manual_seed(0)
    pixels, ids = torch.randn(1, 3, 64, 64), detector.phrase_ids()[:3]
    same = stemmed(OwlViTForObjectDetection(back.config)).eval()
    same.load_state_dict(kept)
    assert torch.equal(detector.predict(back, pixels, ids)[0], detector.predict(same, pixels, ids)[0])


def test_tensors_that_are_missing_strange_or_of_another_shape_are_refused(folder, tmp_path) -> None:  # type: ignore[no-untyped-def]
    name = "box_head.dense0.weight"
    with pytest.raises(UnsupportedModel, match=f"1 tensors.*{name}"):
        whole(OwlViTForObjectDetection, copied(folder, tmp_path / "missing", **{name: None}))
    with pytest.raises(UnsupportedModel, match=f"1 tensors.*{name}"):
        whole(OwlViTForObjectDetection, copied(folder, tmp_path / "shape", **{name: torch.zeros(3, 3)}))
    with pytest.raises(UnsupportedModel, match="1 tensors.*strange"):
        whole(OwlViTForObjectDetection, copied(folder, tmp_path / "more", strange=torch.zeros(1)))


def test_a_detector_without_a_stem_is_no_detector_with_one(folder, tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = copied(folder, tmp_path / "plain")
    config = json.loads((path / "config.json").read_text())
    del config["vision_config"]["stem"]
    (path / "config.json").write_text(json.dumps(config))
    with pytest.raises(UnsupportedModel, match="patch_embedding"):
        whole(OwlViTForObjectDetection, path)
    model = OwlViTForObjectDetection(OwlViTForObjectDetection.config_class.from_pretrained(path))
    model.save_pretrained(path)
    assert isinstance(whole(OwlViTForObjectDetection, path).owlvit.vision_model.embeddings.patch_embedding, torch.nn.Conv2d)


def test_strides_must_lead_to_the_patches(folder) -> None:  # type: ignore[no-untyped-def]
    config = OwlViTForObjectDetection.config_class.from_pretrained(folder)
    config.vision_config.stem = [[16, 0, 2]]
    with pytest.raises(UnsupportedModel, match="stride 2 does not fit patches of 8"):
        stemmed(OwlViTForObjectDetection(config))


def test_missing_and_damaged_files_have_names(folder, tmp_path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ModelNotFound, match="STAGE=nowhere"):
        whole(OwlViTForObjectDetection, tmp_path / "nowhere")
    path = copied(folder, tmp_path / "cut")
    (path / "model.safetensors").write_bytes((folder / "model.safetensors").read_bytes()[:-100])
    with pytest.raises(UnsupportedModel, match="damaged"):
        whole(OwlViTForObjectDetection, path)


def test_a_tied_tensor_is_filled_in_and_a_stored_one_stays() -> None:
    class Tied:
        _tied_weights_keys = {"copy": "original"}

    one, two = torch.ones(1), torch.zeros(1)
    assert complete(Tied(), {"original": one}) == {"original": one, "copy": one}
    assert complete(Tied(), {"original": one, "copy": two})["copy"] is two
    assert complete(Tied(), {"other": two}) == {"other": two}
