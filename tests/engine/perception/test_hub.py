"""The photo profiles' eyes run on the real classes (tiny random weights in a local folder), and say what is missing."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from pentimento.engine.errors import ModelNotFound
from pentimento.engine.perception import hub
from pentimento.engine.perception.original_sam import OriginalSegmenter

PICTURE = Image.fromarray(np.random.default_rng(0).integers(0, 255, (48, 80, 3), np.uint8).astype(np.uint8))


def bert_tokenizer(folder: Path) -> None:
    """A word tokenizer with BERT's special ids, which Grounding DINO has hard-coded (101, 102, '.' 1012, '?' 1029)."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    words = [f"[w{i}]" for i in range(1040)]
    words[0], words[100], words[101], words[102], words[1012], words[1029] = "[PAD]", "[UNK]", "[CLS]", "[SEP]", ".", "?"
    words[200:203] = ["a", "red", "car"]
    ids = {word: index for index, word in enumerate(words)}
    backend = Tokenizer(models.WordLevel(ids, unk_token="[UNK]"))
    backend.normalizer = normalizers.Lowercase()
    backend.pre_tokenizer = pre_tokenizers.Whitespace()
    backend.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 101), ("[SEP]", 102)])
    special = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    PreTrainedTokenizerFast(tokenizer_object=backend, **special).save_pretrained(folder)


def test_grounding_dino(tmp_path: Path) -> None:
    from transformers import BertConfig, GroundingDinoConfig, GroundingDinoForObjectDetection, GroundingDinoImageProcessorPil, SwinConfig

    torch.manual_seed(0)
    config = GroundingDinoConfig(
        backbone_config=SwinConfig(image_size=64, embed_dim=16, depths=[1, 1, 1, 1], num_heads=[1, 1, 2, 2], window_size=4,
                                   out_features=["stage2", "stage3", "stage4"]),
        text_config=BertConfig(vocab_size=1040, hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32),
        d_model=32, encoder_layers=1, decoder_layers=2, encoder_ffn_dim=32, decoder_ffn_dim=32, encoder_attention_heads=2,
        decoder_attention_heads=2, num_queries=12, disable_custom_kernels=True,
    )  # fmt: skip
    GroundingDinoForObjectDetection(config).save_pretrained(tmp_path)
    GroundingDinoImageProcessorPil(size={"shortest_edge": 64, "longest_edge": 96}).save_pretrained(tmp_path)
    bert_tokenizer(tmp_path)
    found = hub.HubDetector(str(tmp_path), offline=True).detect(PICTURE, ["red car", "car"], threshold=0.0)
    assert {d.phrase for d in found} == {"red car", "car"}
    assert all(0 <= d.box[0] <= d.box[2] <= 1 and 0 <= d.box[1] <= d.box[3] <= 1 and 0 <= d.score <= 1 for d in found)


def test_sam(tmp_path: Path) -> None:
    from transformers import SamImageProcessorPil

    from pentimento.engine.training.segmenter import new

    new().save_pretrained(tmp_path)
    SamImageProcessorPil(size={"longest_edge": 64}, pad_size={"height": 64, "width": 64}).save_pretrained(tmp_path)
    eye = hub.HubSegmenter(str(tmp_path), offline=True)
    masks = eye.segment(PICTURE, boxes=[(0.1, 0.1, 0.5, 0.9), (0.5, 0.2, 0.9, 0.8)], points=[(0.3, 0.5)])
    assert [m.shape for m in masks] == [(48, 80)] * 3 and all(m.dtype == bool for m in masks)
    assert eye.segment(PICTURE) == []


def test_clip(tmp_path: Path) -> None:
    from transformers import CLIPImageProcessorPil

    from pentimento.engine.training.scorer import new
    from pentimento.engine.world.tokenizer import build_tokenizer

    new().save_pretrained(tmp_path)
    CLIPImageProcessorPil(size={"shortest_edge": 64}, crop_size={"height": 64, "width": 64}).save_pretrained(tmp_path)
    build_tokenizer().save_pretrained(tmp_path)
    eye = hub.HubScorer(str(tmp_path), offline=True)
    assert abs(float(eye.embed(PICTURE).norm()) - 1) < 1e-5
    assert len(eye.score(PICTURE, ["a red car", "a dog"])) == 2 and 0 <= eye.yes(PICTURE, "a red car") <= 1


@pytest.mark.parametrize("eye", [hub.HubDetector, hub.HubSegmenter, hub.HubScorer])
def test_missing_weights_are_named(eye: type, tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound, match="some-one/some-model"):
        eye("some-one/some-model", offline=True)


def test_pickled_weights_are_refused(tmp_path: Path) -> None:
    from pentimento.engine.training.segmenter import new

    model = new()
    model.config.save_pretrained(tmp_path)
    torch.save(model.state_dict(), tmp_path / "pytorch_model.bin")
    with pytest.raises(ModelNotFound):
        hub.HubSegmenter(str(tmp_path), offline=True)


def test_the_original_package_is_optional(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound, match="segment-anything|safetensors"):
        OriginalSegmenter(tmp_path / "sam_vit_b.pth")
