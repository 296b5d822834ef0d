"""The upscaler: what it is taught, what it may be given, and what the shipped weights do for a picture."""

import json
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from pentimento.engine.intervals import Estimate
from pentimento.engine.proofs import enlarging
from pentimento.engine.training import stage as stages
from pentimento.engine.training import upscaler as training
from pentimento.engine.training.stage import fits
from pentimento.engine.upscaling import Upscaler, by_network, upscale
from pentimento.engine.world import COLOURS, OBJECTS, Scene, Thing, render

SMALL = {"widths": [8, 16, 16, 16], "depth": 1, "fine": 8}


@pytest.fixture(scope="module")
def measured() -> dict[str, Estimate]:
    return enlarging.figures(Upscaler.load(), count=24)


def test_it_beats_lanczos_inside_things(measured: dict[str, Estimate]) -> None:
    assert measured["gain"].low > 3  # dB, the mark of docs/world.md


def test_it_rings_no_more_than_lanczos(measured: dict[str, Estimate]) -> None:
    assert measured["ringing"].value <= 1
    assert measured["ringing_clean"].value <= 1


def test_the_network_alone_is_no_worse_than_lanczos_and_does_not_ring(measured: dict[str, Estimate]) -> None:
    assert measured["gain_network"].low > 0
    edge = np.zeros((16, 16, 3), np.float32)
    edge[:, 8:] = 1
    for model in (Upscaler(**SMALL), Upscaler.load()):
        assert 0 <= by_network(edge, model).min() and by_network(edge, model).max() <= 1


def test_a_picture_takes_a_quarter_of_a_second_at_most() -> None:
    image = Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8))
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        upscale(image)
        seconds = []
        for _ in range(3):
            began = time.thread_time()
            upscale(image)
            seconds.append(time.thread_time() - began)
    finally:
        torch.set_num_threads(threads)
    assert min(seconds) < 0.25


def test_an_untrained_one_is_bicubic() -> None:
    pixels = torch.rand(2, 3, 16, 24) * 2 - 1
    with torch.inference_mode():
        made = Upscaler(**SMALL)(pixels)
    assert torch.allclose(made, torch.nn.functional.interpolate(pixels, scale_factor=4, mode="bicubic"), atol=1e-6)


def test_any_size_is_enlarged_and_the_whole_floors_are_those_of_the_picture_alone() -> None:
    torch.manual_seed(0)
    model = Upscaler(**SMALL).eval()
    torch.nn.init.normal_(model.leave.weight)
    pixels = torch.rand(1, 3, 19, 30) * 2 - 1
    with torch.inference_mode():
        odd = model(pixels)
        whole = model(torch.nn.functional.pad(pixels, (0, 2, 0, 5), mode="replicate"))
    assert odd.shape == (1, 3, 76, 120)
    # bicubic enlargement reads two pixels across the edge, where padding may differ
    assert torch.allclose(odd[..., :64, :104], whole[..., :64, :104], atol=1e-5)


def test_what_is_saved_loads_as_it_was(tmp_path: Path) -> None:
    model = Upscaler(**SMALL)
    torch.nn.init.normal_(model.leave.weight, std=0.1)
    model.save(tmp_path)
    assert json.loads((tmp_path / "config.json").read_text()) == SMALL
    pixels = torch.rand(1, 3, 16, 16)
    with torch.inference_mode():
        assert torch.allclose(Upscaler.load(tmp_path)(pixels), model(pixels), atol=5e-3)


def test_answers_say_what_is_where() -> None:
    scene = Scene((Thing("tree", None, "", (0.0, 0.25, 0.5, 0.75)), Thing("car", "red", "", (0.5, 0.5, 1.0, 1.0))), "meadow", 1)
    drawn = render(scene)
    found = training.answers(scene, drawn)
    things, colours = list(OBJECTS), list(COLOURS)
    tree, car = drawn.masks
    assert set(found[0][tree]) == {1 + things.index("tree")} and set(found[1][tree]) == {0}
    assert set(found[0][car]) == {1 + things.index("car")} and set(found[1][car]) == {1 + colours.index("red")}
    assert (found[0] == 0).sum() == 64 * 64 - tree.sum() - car.sum()
    assert found[2:].min() >= 0 and found[2:].max() <= 1
    ys, xs = np.nonzero(car)
    assert np.allclose(found[2][car], (xs + 0.5 - 32) / 32, atol=1e-3) and np.allclose(found[3][car], (ys + 0.5 - 32) / 32, atol=1e-3)


def test_windows_of_a_pair_show_the_same_place() -> None:
    rng = np.random.default_rng(0)
    low = torch.from_numpy(rng.integers(0, 255, (6, 3, 64, 64), np.uint8))
    high = low.repeat_interleave(4, -1).repeat_interleave(4, -2)
    told = torch.zeros(6, 4, 64, 64)
    told[:, 0, 50, 10] = 3  # one pixel of a thing: every window must hold it
    small, large, answers = training.cut((low, high, told), 24, rng)
    assert small.shape == (6, 3, 24, 24) and torch.equal(large[..., ::4, ::4], small)
    assert (answers[:, 0] == 3).sum((1, 2)).tolist() == [1] * 6


def test_loss_is_least_for_the_truth_and_right_answers() -> None:
    wanted = torch.rand(2, 3, 32, 32) * 2 - 1
    masks = torch.zeros(2, 1, 32, 32)
    masks[..., 8:20, 8:20] = 1
    off_inside, off_outside = wanted.clone(), wanted.clone()
    off_inside[..., 8:12, 8:12] += 0.2
    off_outside[..., 24:28, 24:28] += 0.2
    exact, inside, outside = (float(training.picture_loss(made, wanted, masks)) for made in (wanted, off_inside, off_outside))
    assert exact == 0 and inside > 2 * outside > 0
    told = torch.zeros(1, 4, 8, 8)
    told[:, 0, :4], told[:, 1, :4], told[:, 2:, :4] = 5, 2, 0.25
    right = torch.zeros(1, training.THINGS + training.TINTS + 2, 8, 8)
    right[:, 5, :4], right[:, 0, 4:] = 20, 20
    right[:, training.THINGS + 2, :4] = 20
    right[:, -2:] = 0.25
    assert float(training.asked_loss(right, told)) < 1e-3
    for channel in (5, training.THINGS + 2, -1):  # thing, colour, place
        wrong = right.clone()
        wrong[:, channel] = -wrong[:, channel]
        assert float(training.asked_loss(wrong, told)) > 0.1


def test_the_round_trip_of_a_pair_is_worse_than_the_picture_and_a_clean_one_is_the_picture() -> None:
    vae = training.shipped_vae()
    clean, high, masks, told = training.pairs(vae, np.random.default_rng(4), 4, clean=1.0)
    mended, same, _, _ = training.pairs(vae, np.random.default_rng(4), 4, clean=0.0)
    assert torch.equal(high, same) and high.shape == (4, 3, 256, 256) and masks.shape == (4, 1, 256, 256)
    assert (told[:, 0] > 0).any(-1).any(-1).tolist() == masks.flatten(1).any(1).tolist()
    shrunk = torch.nn.functional.avg_pool2d(high.float(), 4)
    far, near = ((part.float() - shrunk).square().mean() for part in (mended, clean))
    assert far > 2 * near


def test_weights_of_another_architecture_are_no_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "EMBEDDED", tmp_path)
    monkeypatch.setattr(stages, "EMBEDDED", tmp_path)
    stage = training.Upscaling()
    assert stage.shipped() is None
    Upscaler(**SMALL).save(tmp_path / "upscaler")
    older = stage.shipped()
    assert older is not None and not fits(stage.build(), older)
    stage.export(stage.build())
    ours = stage.shipped()
    assert ours is not None and fits(stage.build(), ours)


def test_bench_prints_one_object_and_draws_the_sheet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert enlarging.main(["--json", "--count", "3"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["scenes"] == 3 and {"gain", "psnr", "psnr_lanczos_clean", "ringing"} <= set(said["figures"])
    assert said["figures"]["gain"]["count"] == 3
    assert enlarging.main(["--sheet", str(tmp_path / "sheet.png")]) == 0
    with Image.open(tmp_path / "sheet.png") as page:
        assert page.size == (4 * 260, 8 * 260)
