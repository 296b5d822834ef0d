"""`control` with maps: taken from a picture or given, read by the trained module, refused where that cannot be."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pentimento.engine.backbones.loading import load_model
from pentimento.engine.backbones.tiny import tiny_adapter, tiny_control_net
from pentimento.engine.perception.annotators import canny
from pentimento.engine.techniques.control.hints import WIDTH
from pentimento.engine.world import Scene, render
from pentimento.tools import CATALOGUE, Studio, call
from pentimento.tools.errors import BadArguments, CannotCombine, NeedsModel

FEW = {"seed": 1, "steps": 2}


@pytest.fixture
def module(painter_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Random networks for the random painter, where the trained ones would lie."""
    unet = load_model(painter_folder).unet
    tiny_control_net(unet, channels=WIDTH).save_pretrained(tmp_path / "control")
    tiny_adapter(unet, channels=WIDTH).save_pretrained(tmp_path / "adapter")
    home = import_module("pentimento.tools.control")
    monkeypatch.setattr(home, "EMBEDDED", tmp_path)
    home._embedded_network.cache_clear()
    yield
    home._embedded_network.cache_clear()


@pytest.mark.usefixtures("module")
def test_lines_of_a_picture_are_followed_and_kept_as_a_map(studio: Studio, picture: str, scene: Scene) -> None:
    painted = call("control", {"prompt": "a red car", "kind": "edge", "image": picture, **FEW}, studio)
    plain = call("generate", {"prompt": "a red car", **FEW}, studio)
    assert painted.technique == "control_edge"
    assert not np.array_equal(np.asarray(studio.artifacts.get_image(painted.image)), np.asarray(studio.artifacts.get_image(plain.image)))
    made = studio.artifacts.recipe(painted.image)
    assert made is not None
    kept = np.asarray(studio.artifacts.get_control(made["control"]))[..., 0]
    assert np.array_equal(kept, np.asarray(canny(render(scene, 64).image)))
    again = call("control", {"prompt": "a red car", "kind": "edge", "control": made["control"], **FEW}, studio)
    assert again.image == painted.image
    other = call("control", {"prompt": "a red car", "kind": "scribble", "control": made["control"], **FEW}, studio)
    assert other.image != painted.image  # the kind of a map is told


@pytest.mark.usefixtures("module")
def test_the_light_module_is_another_one_and_reads_maps_alone(studio: Studio, picture: str) -> None:
    asked = {"prompt": "a red car", "kind": "edge", "image": picture, **FEW}
    light = call("control", {**asked, "technique": "t2i_adapter"}, studio)
    assert light.technique == "t2i_adapter_edge" and (studio.artifacts.recipe(light.image) or {})["technique"] == "t2i_adapter_edge"
    assert call("control", asked, studio).image == call("control", {**asked, "technique": "control_net"}, studio).image != light.image
    assert "adapter" in CATALOGUE["control"].used({**asked, "technique": "t2i_adapter"}) and "adapter" not in CATALOGUE["control"].used(asked)
    with pytest.raises(CannotCombine, match="reads maps, not boxes"):
        call("control", {"prompt": "a red car", "kind": "boxes", "technique": "t2i_adapter"}, studio)


@pytest.mark.usefixtures("module")
def test_a_map_or_a_picture_is_needed(studio: Studio, picture: str) -> None:
    with pytest.raises(BadArguments, match="map"):
        call("control", {"prompt": "a red car", "kind": "edge", **FEW}, studio)


def test_without_the_trained_module_it_is_named(studio: Studio, picture: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = import_module("pentimento.tools.control")
    monkeypatch.setattr(home, "EMBEDDED", tmp_path / "nothing")
    home._embedded_network.cache_clear()
    with pytest.raises(NeedsModel) as caught:
        call("control", {"prompt": "a red car", "kind": "edge", "image": picture, **FEW}, studio)
    assert caught.value.id == "embedded control"


def test_lines_survive_being_made_smaller_and_colours_are_not_mixed() -> None:
    from pentimento.tools.control import _sized

    lines = np.zeros((256, 256), np.uint8)
    lines[:, 101] = 255
    small = np.asarray(_sized(Image.fromarray(lines).convert("RGB"), "edge", 64))
    assert small.shape == (64, 64) and (small.max(1) == 255).all() and (small > 0).sum() <= 128
    colours = np.zeros((256, 256, 3), np.uint8)
    colours[:, :130] = (128, 0, 64)
    assert {tuple(c) for c in np.asarray(_sized(Image.fromarray(colours), "segmentation", 64)).reshape(-1, 3)} == {(0, 0, 0), (128, 0, 64)}
    assert np.asarray(_sized(Image.fromarray(lines), "depth", 64)).shape == (64, 64)
