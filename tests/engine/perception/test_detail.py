"""The map of single pixels reaches the masks, one tensor still carries a picture, and training goes on from what was saved."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from transformers import SamModel

from pentimento.engine.errors import UnsupportedModel
from pentimento.engine.perception.detail import DetailedDecoder, DetailedEncoder
from pentimento.engine.perception.segmenter import EmbeddedSegmenter
from pentimento.engine.perception.stem import whole
from pentimento.engine.training import segmenter, stage


@pytest.fixture
def model() -> SamModel:
    torch.manual_seed(0)
    return segmenter.new().eval()


def masks(model: SamModel, pixels: torch.Tensor, many: bool = False) -> torch.Tensor:
    """Mask logits of two boxes in each picture."""
    boxes = torch.tensor([[[4.0, 4.0, 30.0, 30.0], [20.0, 10.0, 60.0, 50.0]]]).expand(len(pixels), -1, -1)
    with torch.no_grad():
        out = model(pixel_values=pixels, input_boxes=boxes, multimask_output=many)
    logits: torch.Tensor = out.pred_masks
    return logits


def test_without_detail_the_decoder_draws_what_the_librarys_draws(model: SamModel) -> None:
    assert isinstance(model.mask_decoder, DetailedDecoder) and isinstance(model.vision_encoder, DetailedEncoder)
    torch.manual_seed(1)
    pixels = torch.randn(3, 3, 64, 64)
    with torch.no_grad():
        for part in (model.mask_decoder.skip, model.mask_decoder.mix[2]):
            part.weight.zero_(), part.bias.zero_()
    ours = {many: masks(model, pixels, many) for many in (False, True)}
    model.vision_encoder, model.mask_decoder = model.vision_encoder.encoder, model.mask_decoder.decoder
    for many, drawn in ours.items():
        theirs = masks(model, pixels, many)
        assert drawn.shape == theirs.shape == (3, 2, 3 if many else 1, 64, 64)
        assert torch.allclose(drawn, theirs, atol=1e-5)


def test_a_single_pixel_reaches_the_mask_past_the_tokens(model: SamModel) -> None:
    pixels = torch.zeros(1, 3, 64, 64)
    other = pixels.clone()
    other[0, :, 33, 33] = 1
    decoder, encoder = model.mask_decoder, model.vision_encoder
    with torch.no_grad():
        one, two = (encoder(p).last_hidden_state for p in (pixels, other))
        two[:, : decoder.decoder.hidden_size] = one[:, : decoder.decoder.hidden_size]  # the tokens see nothing of it
        boxes = torch.tensor([[[20.0, 20.0, 44.0, 44.0]]])
        drawn = [model(image_embeddings=e, input_boxes=boxes, multimask_output=False).pred_masks[0, 0, 0] for e in (one, two)]
    change = (drawn[0] - drawn[1]).abs()
    assert change[30:37, 30:37].max() > 4 * change[:16].max()  # group norms spread a little of it everywhere


def test_each_picture_is_drawn_with_its_own_detail(model: SamModel) -> None:
    torch.manual_seed(1)
    pixels = torch.randn(2, 3, 64, 64)
    together = masks(model, pixels)
    assert torch.allclose(together[1], masks(model, pixels[1:])[0], atol=1e-4)
    assert (together[0] - together[1]).abs().max() > 1e-3


def test_training_goes_on_from_the_shipped_weights(model: SamModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segmenter, "EMBEDDED", tmp_path)
    once = segmenter.SegmenterStage()
    assert once.shipped() is None
    model.save_pretrained(tmp_path / "segmenter")
    weights = once.shipped()
    fresh = once.build()
    assert weights is not None and stage.fits(fresh, weights)  # the tensor that SAM ties is stored once, and missing in the file
    fresh.load_state_dict(weights)
    pixels = torch.randn(1, 3, 64, 64)
    assert torch.equal(masks(fresh.eval(), pixels), masks(model, pixels))


def test_the_loaded_segmenter_draws_what_the_saved_one_drew(model: SamModel, tmp_path: Path) -> None:
    model.save_pretrained(tmp_path)
    image = Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 64, 3)).astype(np.uint8))
    prompts = {"boxes": [(0.1, 0.1, 0.5, 0.6)], "points": [(0.5, 0.5)]}
    loaded, kept = EmbeddedSegmenter.load(tmp_path), EmbeddedSegmenter(model)
    for ours, theirs in zip(loaded.segment(image, **prompts), kept.segment(image, **prompts), strict=True):
        assert np.array_equal(ours, theirs) and ours.shape == (64, 64)
    with pytest.raises(UnsupportedModel, match="mask_decoder"):  # the library's own SAM has no such parts
        whole(SamModel, tmp_path)
