"""The depth estimator learns layers that can be seen; what it is measured by can tell a good one from a bad one."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from pentimento.engine.errors import ModelNotFound, UnsupportedModel
from pentimento.engine.perception import depth as depths
from pentimento.engine.perception.depth import DepthEstimator, depth, estimated
from pentimento.engine.training import depth as training
from pentimento.engine.training.pictures import Seen
from pentimento.engine.world import Scene, Thing, render, sample_scene
from pentimento.engine.world.scene import overlap

CAR = Thing("car", "red", "", (0.1, 0.3, 0.6, 0.7))
DOG = Thing("dog", "blue", "", (0.4, 0.4, 0.9, 0.9))


def test_crowded_things_keep_their_sizes_and_stay_in_the_frame() -> None:
    rng = np.random.default_rng(0)
    before, after = [], []
    for _ in range(60):
        scene = sample_scene(rng, mix=(0, 0.5, 0, 0.5, 0))
        moved = training.crowded(scene, rng)
        for old, new in zip(scene.things, moved.things, strict=True):
            assert new.name == old.name and all(0 <= v <= 1 for v in new.box)
            assert np.allclose(np.subtract(new.box[2:], new.box[:2]), np.subtract(old.box[2:], old.box[:2]))
        before.append(overlap(*(t.box for t in scene.things[:2])))
        after.append(overlap(*(t.box for t in moved.things[:2])))
    assert max(before) <= 0.1 and np.mean(after) > 0.25
    single = sample_scene(rng, kind="single")
    assert training.crowded(single, rng) is single


def test_nearness_is_the_depth_of_the_render() -> None:
    scene = Scene((CAR, DOG), "plain", 1)
    drawn = render(scene)
    near = training.nearness([Seen(drawn.pixels, scene, np.stack(drawn.masks))])
    assert np.allclose(near[0, 0].numpy(), drawn.depth) and set(np.unique(near)) == {0, 0.5, 1}


def test_order_is_judged_only_where_one_thing_covers_another() -> None:
    scene = Scene((CAR, DOG), "plain", 1)
    drawn = render(scene)
    assert training.orders(drawn, scene, drawn.depth) == [1.0] and training.orders(drawn, scene, -drawn.depth) == [0.0]
    apart = Scene((CAR, Thing("dog", "blue", "", (0.7, 0.7, 0.9, 0.9))), "plain", 1)
    assert training.orders(render(apart), apart, render(apart).depth) == []


def test_the_error_is_least_at_the_truth_and_sharp_borders_beat_soft_ones() -> None:
    scene = Scene((CAR, DOG), "plain", 1)
    truth = torch.from_numpy(render(scene).depth)[None, None]
    soft = torch.nn.functional.avg_pool2d(truth, 5, 1, 2)
    assert training.depth_error(truth, truth) == 0 < training.depth_error(soft, truth) < training.depth_error(1 - truth, truth)


def test_a_loss_falls_by_half_in_forty_steps() -> None:
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    stage = training.DepthStage()
    scenes = [training.scene_of_layers(rng, None) for _ in range(8)]
    drawn = [render(s) for s in scenes]
    seen = [Seen(d.pixels, s, np.stack(d.masks) if d.masks else np.zeros((0, 64, 64), bool)) for s, d in zip(scenes, drawn, strict=True)]
    batch = training.roughened(seen, rng), training.nearness(seen)
    model = stage.build()
    optimiser = torch.optim.AdamW(model.parameters(), lr=2e-3)
    losses = []
    for _ in range(40):
        value = stage.loss(model, batch)
        optimiser.zero_grad()
        value.backward()
        optimiser.step()
        losses.append(float(value.detach()))
    assert losses[-1] < 0.5 * losses[0]


def test_saved_estimators_load_and_say_nearly_the_same_at_any_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    model = DepthEstimator().eval()
    model.save(tmp_path / "depth")
    monkeypatch.setattr(depths, "FOLDER", tmp_path / "depth")
    depths.embedded_depth.cache_clear()
    image = render(Scene((CAR, DOG), "beach", 1)).image
    near = estimated(model, image)
    assert near.shape == (64, 64) and 0 < near.min() <= near.max() < 1
    assert np.abs(np.asarray(depth(image), float) / 255 - near).max() < 0.02  # half precision
    large = depth(image.resize((128, 96), Image.Resampling.BICUBIC))
    assert large.size == (128, 96) and large.mode == "L"
    depths.embedded_depth.cache_clear()


def test_missing_and_strange_weights_have_names(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound, match="STAGE=depth"):
        DepthEstimator.load(tmp_path / "depth")
    DepthEstimator().save(tmp_path / "depth")
    (tmp_path / "depth" / "config.json").write_text('{"widths": [16, 48, 96]}')
    with pytest.raises(UnsupportedModel, match="DepthEstimator"):
        DepthEstimator.load(tmp_path / "depth")
