"""The eyes' trainings start well: what the libraries' default initialisation breaks stays mended, and losses fall at once."""

import numpy as np
import pytest
import torch

from pentimento.engine.training import detector, pictures, scorer, segmenter
from pentimento.engine.training.stage import Stage
from pentimento.engine.world.tokenizer import build_tokenizer


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Training pictures without the autoencoder's round trip, which is what takes time."""
    monkeypatch.setattr(pictures, "round_trip", lambda pixels, rng, noise=0.0: pixels)


def falls(stage: Stage, steps: int = 30, rate: float = 2e-3) -> float:
    """Loss after some steps on one repeated set of batches, as a share of the loss before."""
    torch.manual_seed(0)
    stage.batch = 4  # type: ignore[misc]
    model = stage.build()
    stream = stage.data(np.random.default_rng(0))
    kept = [next(stream) for _ in range(2)]
    optimiser = torch.optim.AdamW(model.parameters(), lr=rate)
    losses = []
    for step in range(steps):
        stage.step = step
        value = stage.loss(model, kept[step % 2])
        optimiser.zero_grad()
        value.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        losses.append(float(value.detach()))
    assert np.isfinite(losses).all()
    return float(np.mean(losses[-4:]) / np.mean(losses[:4]))


@pytest.mark.parametrize("stage", [detector.DetectorStage, segmenter.SegmenterStage, scorer.ScorerStage])
def test_losses_fall_by_a_fifth_in_thirty_steps(stage: type[Stage]) -> None:
    assert falls(stage()) <= 0.8


def test_a_fresh_detector_expects_nothing_and_boxes_start_at_their_patches() -> None:
    torch.manual_seed(0)
    logits, boxes = detector.predict(detector.new(), torch.randn(2, 3, 64, 64), detector.phrase_ids()[:8])
    logits, boxes = logits.detach(), boxes.detach()
    assert logits.std() < 3 and 0.002 < logits.sigmoid().mean() < 0.1  # the library's own start: deviation 29
    centres = (torch.arange(detector.GRID) + 0.5) / detector.GRID
    assert (boxes[0, : detector.GRID, 0] - centres).abs().max() < 0.15


def test_a_fresh_segmenter_has_live_weights_and_unit_positions() -> None:
    model = segmenter.new()
    assert 0.7 < float(model.shared_image_embedding.positional_embedding.detach().std()) < 1.3  # the library's own: 32
    widths = [float(p.weight.detach().std()) * p.in_features**0.5 for p in model.modules() if isinstance(p, torch.nn.Linear)]
    assert min(widths) > 0.3  # the library's own: 0.02 · sqrt(in), and 1e-10 in the vision tower
    positions = [p for n, p in model.named_parameters() if n.endswith("rel_pos_h") or "pos_embed" in n]
    assert positions  # they exist and are learned


def test_every_text_is_read_at_its_end_whatever_the_padding() -> None:
    tokenizer = build_tokenizer()
    assert tokenizer.eos_token_id == len(tokenizer) - 1 and tokenizer.pad_token_id == 0 and tokenizer.bos_token_id == 1
    model = scorer.new().eval()
    short = tokenizer(["a red car"], return_tensors="pt").input_ids
    padded = tokenizer(["a red car"], padding="max_length", return_tensors="pt").input_ids
    with torch.no_grad():
        one, other = (model.text_model(input_ids=i, attention_mask=(i > 0).long()).pooler_output for i in (short, padded))
    assert torch.allclose(one, other, atol=1e-5)


def test_the_truth_of_a_patch() -> None:
    from pentimento.engine.world import Scene, Thing, render

    scene = Scene((Thing("car", "red", "", (0.0, 0.5, 0.4, 0.75)), Thing("apple", None, "", (0.5, 0.5, 0.9, 0.9))), "plain", 1)
    drawn = render(scene)
    classes, boxes, share = detector.truth([pictures.Seen(drawn.pixels, scene, np.stack(drawn.masks))])
    index = detector.INDEX
    car, apple = (classes[0, :, index[name]] == 1 for name in ("car", "apple"))
    assert car.sum() > 1 and apple.sum() > 1 and not (car & apple).any()
    assert torch.equal(share[0] > 0, car | apple)
    assert float(share[0, car].sum()) == pytest.approx(1) and float(share[0, apple].sum()) == pytest.approx(1)
    assert torch.equal(classes[0, :, index["red car"]] == 1, car) and not classes[0, :, index["blue car"]].any()
    assert torch.equal(classes[0, :, index["red apple"]] == -1, apple)  # drawn red: no evidence
    assert not classes[0, :, index["green apple"]].any()
    assert torch.allclose(boxes[0, apple], torch.tensor([0.7, 0.7, 0.4, 0.4]).expand(int(apple.sum()), 4), atol=0.03)
    at = (torch.arange(detector.GRID) + 0.5) / detector.GRID
    ys, xs = apple.view(detector.GRID, detector.GRID).nonzero().T
    assert (at[xs] - 0.7).abs().max() <= 0.16 and (at[ys] - 0.7).abs().max() <= 0.16  # inside its box, by some margin


def test_the_smallest_thing_has_a_patch_and_a_big_one_many() -> None:
    assert detector.middle((0.51, 0.51, 0.52, 0.52)).sum() == 1
    assert detector.middle((0.98, 0.98, 1.0, 1.0))[-1, -1]
    whole = detector.middle((0.0, 0.0, 1.0, 1.0))
    assert whole.sum() == 36 and not whole[0].any() and not whole[:, -1].any()


def test_overlap_of_pairs_is_the_librarys() -> None:
    from transformers.image_transforms import center_to_corners_format
    from transformers.loss.loss_for_object_detection import generalized_box_iou

    boxes = torch.rand(2, 40, 4, generator=torch.Generator().manual_seed(0)) * 0.5 + 0.05
    theirs = generalized_box_iou(*(center_to_corners_format(b) for b in boxes)).diagonal()
    assert torch.allclose(detector.generalised_iou(boxes[0], boxes[1]), theirs, atol=1e-5)


def test_many_pairs_have_colours_that_can_be_swapped() -> None:
    from pentimento.engine.perception.claims import Claim, broken
    from pentimento.engine.world import COLOURS, OBJECTS

    rng = np.random.default_rng(0)
    scenes = [scorer.in_two_colours(rng, None) for _ in range(300)]
    assert all(t.colour is None or (t.colour in COLOURS and OBJECTS[t.name].colourable) for s in scenes for t in s.things)
    pairs = [s for s in scenes if len({t.name for t in s.things}) == 2]
    swapped = [broken(Claim(s, "whole", 1), rng, "swap") is not None for s in pairs]
    assert len(pairs) > 60 and np.mean(swapped) > 0.3  # a fifth without


def test_the_scorer_starts_from_the_detectors_eyes(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(scorer, "EMBEDDED", tmp_path)
    model = scorer.new()
    assert scorer.start_from_detector(model) == 0  # nothing there: fresh weights
    found = detector.new()
    found.save_pretrained(tmp_path / "detector")
    assert scorer.start_from_detector(model) > 80
    ours, theirs = (m.embeddings.patch_embedding.levels[1][0].weight for m in (model.vision_model, found.owlvit.vision_model))
    assert torch.equal(ours, theirs)
    theirs = found.owlvit.vision_model.encoder.layers[2].mlp.fc1.weight
    assert torch.equal(model.vision_model.encoder.layers[2].mlp.fc1.weight, theirs)
