"""Proofs of ControlNet, T2I-Adapter and GLIGEN: modules that do nothing are not proven, and eyes are asked the right questions."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pentimento.engine import load_model
from pentimento.engine.perception.detector import Box, Detection
from pentimento.engine.proofs import control, layouts
from pentimento.engine.proofs.arms import SAME, ModuleBench, Proof
from pentimento.engine.proofs.truths import boxes_found, placed, truths
from pentimento.engine.techniques.control.hints import KINDS
from pentimento.engine.training import stage as stages
from pentimento.engine.training.frozen import FOLDER
from pentimento.engine.training.gligen import quadrant
from pentimento.engine.training.queue import load
from pentimento.engine.world import Scene, Thing

pytestmark = pytest.mark.skipif(not (FOLDER / "model_index.json").is_file(), reason="the painter is not trained yet")


class Everywhere:
    """Sees everything it is asked for in the middle, twice."""

    boxes: tuple[Box, ...] = ((0.2, 0.2, 0.6, 0.6), (0.5, 0.5, 0.9, 0.9))

    def detect(self, image: Image.Image, phrases: list[str], threshold: float | None = None) -> list[Detection]:
        return [Detection(phrase, 0.9, box) for phrase in phrases for box in self.boxes]


@pytest.fixture
def bench() -> ModuleBench:
    return ModuleBench(load_model(FOLDER), {"everywhere": Everywhere()}, units=2, steps=2)


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Untrained modules where the proofs look for trained ones."""
    monkeypatch.setattr(stages, "EMBEDDED", tmp_path)
    monkeypatch.setattr(control, "EMBEDDED", tmp_path)
    monkeypatch.setattr(layouts, "FOLDER", tmp_path / "gligen")
    monkeypatch.setattr(control, "TIMED", 2)
    for name in ("control", "adapter", "gligen"):
        stage = load(name)
        stage.export(stage.build())


def nothing_proven(found: list[Proof]) -> None:
    for one in found:
        assert one.gain.value == pytest.approx(0, abs=1e-3)
        assert one.verdict != "holds"
        assert set(one.means) == {"plain", "method", "shuffled", "oracle"}


@pytest.mark.usefixtures("fresh")
def test_side_networks_that_do_nothing_are_not_proven(bench: ModuleBench) -> None:
    for prove in (control.prove_control_net, control.prove_adapter):
        found = list(prove(bench))
        assert all(kind in one.claim for kind, one in zip(KINDS, found, strict=True))
        nothing_proven(found)
        lines = [one for one in found if one.eyes == "rule"]
        assert all(one.means["oracle"] > 0.7 > one.means["plain"] for one in lines)
    assert set(bench.zero) == {"ControlNet", "T2IAdapter"} and max(bench.zero.values()) <= SAME


@pytest.mark.usefixtures("fresh")
def test_gates_that_are_shut_are_not_proven(bench: ModuleBench) -> None:
    found = list(layouts.prove_gligen(bench))
    assert [one.claim for one in found] == ["mean IoU with the boxes", "share of things with IoU ≥ 0.5", "IoU of one thing where it never had a box"]
    nothing_proven(found)
    assert bench.zero["Gligen"] <= SAME


def test_a_thing_is_moved_to_the_middle_of_a_quadrant() -> None:
    scene = Scene((Thing("cat", None, "big", (0.1, 0.2, 0.9, 0.95)),), "plain", 1)
    for wanted in range(4):
        (thing,) = layouts.moved_to(scene, wanted).things
        left, top, right, bottom = thing.box
        assert quadrant(thing.box) == wanted and max(right - left, bottom - top) <= layouts.LARGEST + 1 / 64
        assert (left >= 0.5 or right <= 0.5) and (top >= 0.5 or bottom <= 0.5), "it lies in no other quadrant"


def test_truths_are_held_out_scenes_and_the_oracle_is_nearly_the_render(bench: ModuleBench) -> None:
    truth = truths(bench, "pair")
    assert [len(scene.things) for scene in truth.scenes] == [2, 2]
    assert truth.scenes == truths(bench, "pair").scenes
    for picture, drawn in zip(truth.oracle, truth.drawn, strict=True):
        assert np.abs(np.asarray(picture, float) - drawn.pixels).mean() < 12


def test_things_of_one_phrase_are_each_given_their_own_box() -> None:
    near, far = Everywhere.boxes
    scene = Scene((Thing("cat", None, "", far), Thing("cat", None, "", near)), "plain", 1)
    image = Image.new("RGB", (64, 64))
    assert boxes_found(image, scene, Everywhere()) == [far, near]
    assert placed(image, scene, Everywhere()) == (1.0, 1.0, 1.0)
    three = Scene((*scene.things, Thing("cat", None, "", (0.0, 0.0, 0.1, 0.1))), "plain", 1)
    assert boxes_found(image, three, Everywhere())[2] is None
    assert layouts.exchanged(scene, Scene(scene.things[::-1], "sea", 2)).things[0].box == near
