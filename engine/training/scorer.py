"""Trains the embedded scorer: a tiny CLIP that says how well words fit a picture.

Source: CLIP (Radford et al. 2021, arXiv:2103.00020); corrupted captions as extra negatives as in NegCLIP (Yuksekgonul et
al. 2022, arXiv:2210.01936): without them a dual encoder reads captions as bags of words; the pairwise sigmoid of SigLIP
(Zhai et al. 2023, arXiv:2303.15343), so that a score means something without other texts beside it.
Differs: the vision tower starts from the embedded detector's, which already knows nouns and colours by place; so scorer and
detector are no independent witnesses of those.
"""

import json
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from transformers import CLIPConfig, CLIPModel

from ..perception.claims import broken, claim, may_hold
from ..perception.stem import stemmed
from ..world import COLOURS, OBJECTS, Scene
from ..world.tokenizer import build_tokenizer
from .detector import VISION
from .pictures import Pictures, mixed, roughened
from .stage import EMBEDDED, Stage, batches, loaded

WRONG = 3  # false captions a picture
TWO_COLOURS = 0.8  # share of pairs
EVEN = 0.5  # the cosine at which a caption counts as neither true nor false


def new() -> CLIPModel:
    """The architecture with fresh weights."""
    tokenizer = build_tokenizer()
    config = CLIPConfig(
        text_config={
            "vocab_size": len(tokenizer),
            "hidden_size": 128,
            "intermediate_size": 256,
            "num_hidden_layers": 3,
            "num_attention_heads": 4,
            "max_position_embeddings": tokenizer.model_max_length,
            "pad_token_id": tokenizer.pad_token_id,
            "bos_token_id": tokenizer.bos_token_id,
            "eos_token_id": tokenizer.eos_token_id,
        },
        vision_config=VISION,
        projection_dim=128,
    )
    model: CLIPModel = stemmed(CLIPModel(config))
    return model


def start_from_detector(model: CLIPModel) -> int:
    """Copies the embedded detector's vision tower, where there is one of the same shape.

    Returns:
        How many tensors were copied.
    """
    from safetensors.torch import load_file

    file = EMBEDDED / "detector" / "model.safetensors"
    if not file.exists():
        return 0
    prefix = "owlvit.vision_model."
    theirs = {k[len(prefix) :].replace("pre_layernorm", "pre_layrnorm"): v for k, v in load_file(file).items() if k.startswith(prefix)}
    ours = model.vision_model.state_dict()
    shared = {k: v.to(ours[k].dtype) for k, v in theirs.items() if k in ours and ours[k].shape == v.shape}
    model.vision_model.load_state_dict(ours | shared)
    return len(shared)


def in_two_colours(rng: np.random.Generator, names: tuple[str, ...] | None) -> Scene:
    """A scene as the other eyes are taught with, but many pairs get two colours: which belongs to which is what is learned last."""
    scene = mixed(rng, names)
    if len({t.name for t in scene.things}) == len(scene.things) == 2 and rng.random() < TWO_COLOURS:
        colours = (str(c) for c in rng.choice(list(COLOURS), 2, replace=False))
        things = tuple(replace(t, colour=c) if OBJECTS[t.name].colourable else t for t, c in zip(scene.things, colours, strict=True))
        return replace(scene, things=things)
    return scene


class ScorerStage(Stage):
    """The scorer's place in the training queue."""

    name = "scorer"
    learning_rate = 8e-4
    weight_decay = 0.02
    batch = 32
    steps = 4_500
    decay = 0.998
    measure_every = 1_000

    def __init__(self) -> None:
        self.tokenizer = build_tokenizer()
        self.calibration: dict[str, float] | None = None

    def build(self) -> nn.Module:
        """A scorer that has not read a caption yet."""
        model = new()
        start_from_detector(model)
        return model

    def data(self, rng: np.random.Generator) -> Iterator[tuple[torch.Tensor, ...]]:
        """Pictures; their captions and `WRONG` false ones each; which were found; which captions may hold of which picture."""
        pool = Pictures(rng, draw=in_two_colours)

        def draw() -> tuple[torch.Tensor, ...]:
            seen = pool.take(self.batch)
            right = [claim(s.scene, rng) for s in seen]
            wrong = [[broken(c, rng) for _ in range(WRONG)] for c in right]
            texts = [c.text for c in right] + [w.text if w else "" for row in wrong for w in row]
            ids = self.tokenizer(texts, padding="longest", truncation=True, return_tensors="pt").input_ids
            told = torch.tensor([[w is not None for w in row] for row in wrong])
            may = torch.tensor([[may_hold(c, s.scene) for c in right] for s in seen])
            return roughened(seen, rng), ids, told, may

        return batches(draw)

    def loss(self, model: nn.Module, batch: tuple[torch.Tensor, ...]) -> torch.Tensor:
        """Symmetric InfoNCE over certainly false pairs, choice between true and broken captions, and their sigmoid loss."""
        pixels, ids, told, may = batch
        assert isinstance(model, CLIPModel)
        count = len(pixels)
        out = model(input_ids=ids, pixel_values=pixels, attention_mask=(ids > 0).long())
        image = F.normalize(out.image_embeds.float(), dim=-1)
        text = F.normalize(out.text_embeds.float(), dim=-1)
        scale = model.logit_scale.exp().clamp(max=100).float()
        pairs = scale * image @ text[:count].T
        others = may & ~torch.eye(count, dtype=torch.bool, device=may.device)
        target = torch.arange(count, device=pixels.device)
        pairs = pairs.masked_fill(others, -1e4)
        value = (F.cross_entropy(pairs, target) + F.cross_entropy(pairs.T, target)) / 2
        false = scale * torch.einsum("nd,nwd->nw", image, text[count:].unflatten(0, (count, WRONG)))
        true = pairs.diagonal()[:, None]
        value = value + F.cross_entropy(torch.cat([true, false.masked_fill(~told, -1e4)], 1), torch.zeros_like(target))
        sure = F.softplus(scale * EVEN - true).mean() + F.softplus(false - scale * EVEN)[told].mean()
        return value + 0.5 * sure

    def measure(self, model: nn.Module) -> dict[str, float]:
        """Held-out retrieval, binding and background accuracy; fits the calibration of `yes`."""
        from ..perception.measure import fit_yes, scorer_figures
        from ..perception.scorer import EmbeddedScorer

        device = next(model.parameters()).device
        scorer = EmbeddedScorer(model.cpu().eval(), self.tokenizer, 1.0, 0.0)
        slope, offset = fit_yes(scorer, count=240)
        self.calibration = {"slope": slope, "offset": offset}
        figures = scorer_figures(EmbeddedScorer(model, self.tokenizer, slope, offset), count=120)
        model.to(device)
        return figures

    def shipped(self) -> dict[str, torch.Tensor] | None:
        """The shipped weights."""
        return loaded(EMBEDDED / "scorer")

    def export(self, model: nn.Module) -> None:
        """Writes a transformers folder, the tokenizer and the calibration."""
        if self.calibration is None:  # this run ended before its first measurement
            self.measure(model)
        folder = self.folder("scorer")
        model.half().save_pretrained(folder)  # type: ignore[operator]
        self.tokenizer.save_pretrained(folder)
        (folder / "calibration.json").write_text(json.dumps(self.calibration) + "\n")
