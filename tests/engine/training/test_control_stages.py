"""ControlNet, T2I-Adapter and GLIGEN stages: they start at plain painting, learn, and export what diffusers loads."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from pentimento.engine.backbones.gated import Gates
from pentimento.engine.backbones.sides import load_control_net, load_t2i_adapter
from pentimento.engine.techniques.control.hints import KINDS, PLACES, WIDTH
from pentimento.engine.training import gligen, t2i_adapter
from pentimento.engine.training import stage as stages
from pentimento.engine.training.control_net import ControlNetStage
from pentimento.engine.training.frozen import FOLDER
from pentimento.engine.training.gligen import WITHHELD, GligenStage, GroundedScenes, boxes_of, quadrant, watched_layouts
from pentimento.engine.training.hinted import HintedScenes, SideStage, hint_of, watched_scenes
from pentimento.engine.training.queue import STAGES, load
from pentimento.engine.training.stage import EMBEDDED, Stage
from pentimento.engine.training.t2i_adapter import AdapterStage
from pentimento.engine.world import render

pytestmark = pytest.mark.skipif(not (FOLDER / "model_index.json").is_file(), reason="the painter is not trained yet")

BATCH = 3


@pytest.fixture(params=["control", "adapter", "gligen"])
def stage(request: pytest.FixtureRequest) -> Any:
    return load(request.param)


def batch_of(stage: Any) -> tuple[torch.Tensor, ...]:
    makes = GroundedScenes if isinstance(stage, GligenStage) else HintedScenes
    stacked = [torch.stack(column) for column in zip(*makes(stage.painter, np.random.default_rng(3)).make(BATCH), strict=True)]
    return tuple(part if part.dtype == torch.int64 else part.float() for part in stacked)


def plain_loss(stage: Any, batch: tuple[torch.Tensor, ...]) -> torch.Tensor:
    """The painter's error without any module, on the same noise."""
    painter = stage.painter
    torch.manual_seed(7)
    drawn = painter.noised(batch[0])
    things = next(part for part in batch if part.shape[1:] == (1, 16, 16))
    return drawn.error(painter.velocity(drawn.x, drawn.steps, painter.read(batch[1])), 1 + 2 * drawn.visible * things)


def test_a_fresh_module_is_plain_painting_and_a_few_steps_change_it(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (gligen, t2i_adapter):
        monkeypatch.setattr(module, "LOOKING", 0.0)  # where cells and words look is no matter of painting
    monkeypatch.setattr(gligen, "LOOK_FIRST", 0)
    model, batch = stage.build(), batch_of(stage)
    plain = plain_loss(stage, batch)
    torch.manual_seed(7)
    assert stage.loss(model, batch).item() == pytest.approx(plain.item(), abs=1e-6)
    optimiser = torch.optim.AdamW(stage.groups(model), lr=2e-3)
    losses = []
    for _ in range(12):
        torch.manual_seed(7)
        value = stage.loss(model, batch)
        optimiser.zero_grad()
        value.backward()
        optimiser.step()
        losses.append(value.item())
    assert losses[-1] < 0.97 * plain.item()
    assert all(parameter.grad is None for parameter in stage.painter.unet.parameters())


def test_what_a_stage_exports_is_what_it_goes_on_from(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = stage.build()  # from the shipped painter
    monkeypatch.setattr(stages, "EMBEDDED", tmp_path)
    monkeypatch.setattr("pentimento.engine.training.hinted.EMBEDDED", tmp_path)
    monkeypatch.setattr("pentimento.engine.training.gligen.FOLDER", tmp_path / "gligen")
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.01)
    wanted = {name: value.half().float() for name, value in model.state_dict().items()}
    assert stage.shipped() is None
    stage.export(model)
    shipped = stage.shipped()
    assert shipped is not None and shipped.keys() == wanted.keys()
    assert all(torch.equal(shipped[name], wanted[name]) for name in wanted)
    folder = tmp_path / stage.name
    if isinstance(stage, GligenStage):
        read: Any = Gates.load(folder, stage.painter.unet)
    else:
        read = load_control_net(folder) if isinstance(stage, ControlNetStage) else load_t2i_adapter(folder)
    assert all(torch.equal(value, wanted[name]) for name, value in read.state_dict().items())


def test_samples_carry_one_or_two_kinds_of_map_each_in_its_channels() -> None:
    stage = AdapterStage()
    seen: list[int] = []
    for latent, _, hint, things, places in HintedScenes(stage.painter, np.random.default_rng(0)).make(60):
        assert latent.shape == (4, 16, 16) and hint.shape == (WIDTH, 64, 64) and hint.dtype == torch.uint8
        shown = [kind for kind in KINDS if hint[PLACES[kind]].any()]
        assert len(shown) <= 2 and 0 <= things.min() and things.max() <= 1
        assert not ((places > 0) & (things == 0)).any()  # words look at nothing but things
        if things.any():
            seen.append(len(shown))
    assert 1 < float(np.mean(seen)) < 1.5


def test_a_network_for_one_kind_of_map_sees_no_other_and_does_not_ship(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = load("control_edge")
    assert isinstance(alone, SideStage) and alone.kinds == ("edge",) and "control_edge" not in STAGES
    items = HintedScenes(alone.painter, np.random.default_rng(0), alone.kinds).make(6)
    scene = watched_scenes(1)[0]
    used = hint_of(["edge"], scene, render(scene))[0].flatten(1).any(1)
    for item in items:
        assert not item[2][~used].any() and item[2][used].any()
    monkeypatch.setattr("pentimento.engine.training.control_net.STATE", tmp_path)
    alone.export(alone.build())
    assert (tmp_path / "control_edge" / "diffusion_pytorch_model.safetensors").is_file() and alone.shipped() is None
    assert not (EMBEDDED / "control_edge").exists() and alone.record().parent == tmp_path


def test_samples_name_things_with_their_boxes_and_some_have_none() -> None:
    stage = GligenStage()
    items = GroundedScenes(stage.painter, np.random.default_rng(0)).make(80)
    counts = [int(item[4].sum()) for item in items]
    assert 0 in counts and max(counts) >= 3
    for _, _, boxes, features, counted, things in items:
        assert (features.abs().sum(-1) > 0).float().equal(counted)
        for left, top, right, bottom in boxes[counted > 0].tolist():
            cells = things[0, int(top * 16) : int(np.ceil(bottom * 16)), int(left * 16) : int(np.ceil(right * 16))]
            assert cells.float().mean() > 0.2


def test_a_thing_gets_no_box_in_its_withheld_quadrant(monkeypatch: pytest.MonkeyPatch) -> None:
    made = GroundedScenes(GligenStage().painter, np.random.default_rng(0))
    monkeypatch.setattr(made, "feature", lambda words: words_of.append(words) or torch.zeros(192))
    monkeypatch.setattr(made, "said", lambda thing: thing.name)
    words_of: list[str] = []
    boxes = [box for item in made.make(300) for box, counts in zip(item[2].tolist(), item[4].tolist(), strict=True) if counts]
    met = {(name, quadrant(box)) for name, box in zip(words_of, boxes, strict=True)}
    assert not met & set(WITHHELD.items())
    assert len(met) == 3 * len(WITHHELD)  # all other quadrants have been seen
    assert set(WITHHELD.values()) == {0, 1, 2, 3}


def test_where_words_look_teaches_the_adapter(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = AdapterStage()
    model, batch = stage.build(), batch_of(stage)
    losses = {}
    for weight in (0.0, 1.0):
        monkeypatch.setattr(t2i_adapter, "LOOKING", weight)
        torch.manual_seed(7)
        losses[weight] = stage.loss(model, batch)
    looking = losses[1.0] - losses[0.0]
    assert 0 < looking.item() < 1
    looking.backward()
    assert any(parameter.grad is not None and parameter.grad.abs().sum() > 0 for parameter in model.parameters())


def test_watched_scenes_are_fixed_and_can_be_judged_by_colour() -> None:
    assert watched_scenes(4) == watched_scenes(4)
    for scene in watched_layouts(6):
        assert len({thing.colour for thing in scene.things}) == 2
        assert [box for _, box in boxes_of(scene)] == [thing.box for thing in scene.things]


@pytest.mark.parametrize("name", ["control", "gligen"])
def test_a_stage_measures_the_metric(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    home = f"pentimento.engine.training.{'hinted' if name == 'control' else 'gligen'}"
    monkeypatch.setattr(f"{home}.STEPS", 2)
    monkeypatch.setattr(f"{home}.WATCHED", 2)
    stage = load(name)
    figures = stage.measure(stage.build().eval().requires_grad_(False))
    followed = {f"{what}_{kind}" for kind in KINDS for what in ("edges", "areas")}
    assert set(figures) == ({"box_iou", "openness", "looks"} if name == "gligen" else followed)
    assert all(0 <= value <= 1 for value in figures.values())
    if name == "gligen":
        assert figures["openness"] == 0
