"""Trains the embedded scorer: a tiny CLIP that says how well words fit a picture.

Source: CLIP (Radford et al. 2021, arXiv:2103.00020); corrupted captions as extra negatives as in NegCLIP (Yuksekgonul et
al. 2022, arXiv:2210.01936): without them a dual encoder reads captions as bags of words.
"""

import json
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from transformers import CLIPConfig, CLIPModel

from ..world import BACKGROUNDS, COLOURS, OBJECTS, Scene, caption
from ..world.captions import phrase, with_article
from ..world.tokenizer import build_tokenizer
from ..world.vocabulary import INVERSE
from .pictures import Pictures, roughened
from .stage import Stage, batches


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
        vision_config={
            "hidden_size": 160,
            "intermediate_size": 320,
            "num_hidden_layers": 5,
            "num_attention_heads": 5,
            "image_size": 64,
            "patch_size": 8,
        },
        projection_dim=128,
    )
    return CLIPModel(config)


def corrupted(scene: Scene, rng: np.random.Generator) -> Scene:
    """The same scene with one thing about it wrong."""
    things = list(scene.things)
    choices = ["background"]
    if things:
        choices += ["noun", "noun"]
    if any(OBJECTS[t.name].colourable for t in things):
        choices += ["colour", "colour"]
    if len({t.name for t in things}) == 1 and len(things) > 1:
        choices += ["count", "count", "count"]
    if scene.relation:
        choices += ["relation"] * 4
    if len(things) == 2 and things[0].colour != things[1].colour and all(OBJECTS[t.name].colourable for t in things):
        choices += ["swap"] * 3
    what = str(rng.choice(choices))
    if what == "background":
        return replace(scene, background=str(rng.choice([b for b in BACKGROUNDS if b != scene.background])))
    if what == "relation":
        assert scene.relation is not None
        first, relation, second = scene.relation
        return replace(scene, relation=(first, INVERSE[relation], second))
    if what == "count":
        wrong = int(rng.choice([n for n in (1, 2, 3, 4) if n != len(things)]))
        return replace(scene, things=(things[0],) * wrong)
    if what == "swap":
        a, b = things
        return replace(scene, things=(replace(a, colour=b.colour), replace(b, colour=a.colour)))
    index = int(rng.integers(len(things)))
    if what == "colour":
        index = int(rng.choice([i for i, t in enumerate(things) if OBJECTS[t.name].colourable]))
        new_colour = str(rng.choice([c for c in COLOURS if c != things[index].colour]))
        changed = replace(things[index], colour=new_colour)
    else:
        name = str(rng.choice([n for n in OBJECTS if n not in {t.name for t in things}]))
        changed = replace(things[index], name=name, colour=things[index].colour if OBJECTS[name].colourable else None)
    same = all(t.name == things[0].name for t in things)
    swapped = [replace(t, name=changed.name, colour=changed.colour) if same or i == index else t for i, t in enumerate(things)]
    return replace(scene, things=tuple(swapped))


def said(scene: Scene, rng: np.random.Generator) -> str:
    """A caption, or now and then only a part of it: one thing, or where it is."""
    chance = rng.random()
    if chance < 0.15:
        return str(rng.choice(["", "a photo ", "a scene "])) + BACKGROUNDS[scene.background]
    if chance < 0.3 and scene.things and len({t.name for t in scene.things}) == len(scene.things):
        return with_article(phrase(scene.things[int(rng.integers(len(scene.things)))]))
    return caption(replace(scene, absent=None), rng)


class ScorerStage(Stage):
    """The scorer's place in the training queue."""

    name = "scorer"
    learning_rate = 1e-3
    weight_decay = 0.02
    batch = 40
    steps = 4_000
    decay = 0.998
    measure_every = 500

    def __init__(self) -> None:
        self.tokenizer = build_tokenizer()
        self.calibration: dict[str, float] = {"slope": 1.0, "offset": 0.0}

    def build(self) -> nn.Module:
        """A fresh scorer."""
        return new()

    def data(self, rng: np.random.Generator) -> Iterator[tuple[torch.Tensor, ...]]:
        """Pictures, their captions, and a wrong caption each."""
        pool = Pictures(rng)

        def draw() -> tuple[torch.Tensor, ...]:
            seen = pool.take(self.batch)
            state = rng.bit_generator.state
            right = [said(s.scene, rng) for s in seen]
            rng.bit_generator.state = state  # the same wording for the wrong caption, so that only the fact differs
            wrong = [said(corrupted(s.scene, np.random.default_rng(int(rng.integers(2**31)))), rng) for s in seen]
            ids = torch.tensor(self.tokenizer(right + wrong, padding="max_length", truncation=True).input_ids)
            return roughened(seen, rng), ids

        return batches(draw)

    def loss(self, model: nn.Module, batch: tuple[torch.Tensor, ...]) -> torch.Tensor:
        """Symmetric InfoNCE; equal captions do not count as wrong; corrupted captions are extra columns."""
        pixels, ids = batch
        assert isinstance(model, CLIPModel)
        count = len(pixels)
        out = model(input_ids=ids, pixel_values=pixels, attention_mask=(ids > 0).long())
        image = F.normalize(out.image_embeds.float(), dim=-1)
        text = F.normalize(out.text_embeds.float(), dim=-1)
        logits = model.logit_scale.exp().clamp(max=100) * image @ text.T  # (count, 2·count)
        same = (ids[:count, None] == ids[None]).all(-1) & ~torch.eye(count, 2 * count, dtype=torch.bool, device=ids.device)
        logits = logits.masked_fill(same, -1e4)
        target = torch.arange(count, device=pixels.device)
        pairs = logits[:, [*range(count)]].diagonal() - logits[:, count:].diagonal()
        told = (ids[:count] != ids[count:]).any(-1)
        binding = F.softplus(-pairs[told]).mean() if told.any() else pairs.sum() * 0
        return F.cross_entropy(logits, target) + F.cross_entropy(logits[:, :count].T, target) + binding

    def measure(self, model: nn.Module) -> dict[str, float]:
        """Held-out retrieval, binding and background accuracy; fits the calibration of `yes`."""
        from ..perception.measure import fit_yes, scorer_figures
        from ..perception.scorer import EmbeddedScorer

        device = next(model.parameters()).device
        scorer = EmbeddedScorer(model.cpu().eval(), self.tokenizer, 1.0, 0.0)
        slope, offset = fit_yes(scorer, count=200)
        self.calibration = {"slope": slope, "offset": offset}
        figures = scorer_figures(EmbeddedScorer(model, self.tokenizer, slope, offset), count=200)
        model.to(device)
        return figures

    def export(self, model: nn.Module) -> None:
        """Writes a transformers folder, the tokenizer and the calibration."""
        folder = self.folder("scorer")
        model.half().save_pretrained(folder)  # type: ignore[operator]
        self.tokenizer.save_pretrained(folder)
        (folder / "calibration.json").write_text(json.dumps(self.calibration) + "\n")
