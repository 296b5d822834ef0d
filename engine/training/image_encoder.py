"""Trains the encoder of image prompts: a small vision tower of CLIP whose pooled state tells what a picture holds and looks like.

Source: the architecture of CLIP's image tower (Radford et al. 2021, arXiv:2103.00020), which diffusers loads beside an IP-Adapter.
Differs: a convolutional stem (`perception/stem.py`, which also reads it), and the scorer's tower as a start: from nothing, with a linear
patch embedding, 4,000 steps named .71 of single things. No captions: the embedding must tell which things with which colours there are
and which background (as the world knows them), and give back the picture at 8×8 pixels: words alone would leave out what a prompt
cannot say, where colours lie. Colours are asked for by themselves, too: as one of a thing's many names each is seen too seldom.
"""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

from ..backbones.image_prompt import ENCODER
from ..perception.stem import fill, stemmed, stored
from ..world import BACKGROUNDS, COLOURS
from .detector import INDEX, PHRASES, VISION
from .pictures import Pictures, Seen, roughened
from .pool import Item
from .stage import EMBEDDED, Stage, batches

WIDTH = 192
THUMBNAIL = 8
HEADS = "heads.safetensors"
PREPROCESSOR = {
    "image_processor_type": "CLIPImageProcessor",
    "size": {"height": 64, "width": 64},
    "do_center_crop": False,
    "image_mean": [0.5, 0.5, 0.5],
    "image_std": [0.5, 0.5, 0.5],
}
"""For diffusers' `feature_extractor`: whole pictures in [-1, 1]."""


class Telling(nn.Module):
    """The tower and what its embedding is asked while it learns."""

    def __init__(self) -> None:
        super().__init__()
        config = CLIPVisionConfig(**VISION, projection_dim=WIDTH)
        self.tower: Any = stemmed(CLIPVisionModelWithProjection(config))
        for part in self.tower.modules():
            if isinstance(part, nn.Linear | nn.Conv2d):
                part.reset_parameters()  # the library's initialisation is made for pre-trained sizes
        self.heads = nn.ModuleDict(
            {
                "things": nn.Linear(WIDTH, len(PHRASES)),
                "hues": nn.Linear(WIDTH, len(COLOURS)),
                "places": nn.Linear(WIDTH, len(BACKGROUNDS)),
                "thumbnail": nn.Linear(WIDTH, 3 * THUMBNAIL**2),
            }
        )

    def forward(self, pixels: torch.Tensor) -> dict[str, torch.Tensor]:
        """What the embedding tells of (n, 3, 64, 64) in [-1, 1]."""
        embedded = self.tower(pixel_values=pixels).image_embeds.float()
        return {name: head(embedded).float() for name, head in self.heads.items()}

    def start_from_scorer(self) -> None:
        """Copies the embedded scorer's vision tower, where there is one: what names a picture's things is learned already."""
        if (EMBEDDED / "scorer" / "model.safetensors").is_file():
            known = stored(EMBEDDED / "scorer")
            ours = self.tower.vision_model.state_dict()
            fill(self.tower.vision_model, {name: known[f"vision_model.{name}"] for name in ours}, EMBEDDED / "scorer")


def truth(seen: list[Seen]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Which phrases are true of pictures, (n, phrases) in {0, 1}, which colours things were given, (n, colours), and which background, (n,)."""
    told, hues = torch.zeros(len(seen), len(PHRASES)), torch.zeros(len(seen), len(COLOURS))
    colours, places = list(COLOURS), list(BACKGROUNDS)
    for row, picture in enumerate(seen):
        for thing, mask in zip(picture.scene.things, picture.masks, strict=True):
            if mask.any():
                told[row, [INDEX[phrase] for phrase in (thing.name, f"{thing.colour} {thing.name}") if phrase in INDEX]] = 1
                if thing.colour:
                    hues[row, colours.index(thing.colour)] = 1
    return told, hues, torch.tensor([places.index(picture.scene.background) for picture in seen])


class ImageEncoderStage(Stage):
    """The encoder's place in the training queue."""

    name = "image_encoder"
    learning_rate = 4e-4
    weight_decay = 0.02
    batch = 32
    steps = 2_600  # 1,200 at first, without asking for colours by themselves
    decay = 0.998
    measure_every = 300

    def build(self) -> nn.Module:
        """The scorer's tower, whose embedding has told nothing yet."""
        model = Telling()
        model.start_from_scorer()
        return model

    def data(self, rng: np.random.Generator) -> Iterator[Item]:
        """Pictures roughed up, the clean ones at 8×8, which phrases are true of them, their things' colours, their backgrounds."""
        pool = Pictures(rng)

        def draw() -> Item:
            seen = pool.take(self.batch)
            clean = torch.from_numpy(np.stack([picture.pixels for picture in seen])).permute(0, 3, 1, 2).float() / 127.5 - 1
            return roughened(seen, rng), F.adaptive_avg_pool2d(clean, THUMBNAIL), *truth(seen)

        return batches(draw)

    def loss(self, model: nn.Module, batch: Item) -> torch.Tensor:
        """Log loss of phrases, colours and background, square error of the small picture."""
        pixels, thumbnail, told, hues, places = batch
        said = model(pixels)
        things, coloured = (
            F.binary_cross_entropy_with_logits(said[head], true, reduction="none").sum(1).mean() for head, true in (("things", told), ("hues", hues))
        )
        return things + coloured + F.cross_entropy(said["places"], places) + 4 * (said["thumbnail"].view_as(thumbnail) - thumbnail).square().mean()

    @torch.no_grad()
    def measure(self, model: nn.Module) -> dict[str, float]:
        """Held out: single things named, with colour if they have one, and their colours; backgrounds; variance that the small picture explains."""
        rng = np.random.default_rng(1_000_003)
        device = next(model.parameters()).device
        seen = [picture for picture in Pictures(rng).take(512) if len(picture.scene.things) == 1]
        pixels = torch.from_numpy(np.stack([picture.pixels for picture in seen])).permute(0, 3, 1, 2).float() / 127.5 - 1
        said = {name: value.cpu() for name, value in model(pixels.to(device)).items()}
        told, hues, places = truth(seen)
        nouns = len([phrase for phrase in PHRASES if " " not in phrase])
        coloured = told[:, nouns:].any(1)
        small = F.adaptive_avg_pool2d(pixels, THUMBNAIL)
        wrong = (said["thumbnail"].view_as(small) - small).square().mean()

        def right(part: slice, rows: torch.Tensor) -> float:
            return float((said["things"][rows, part].argmax(1) == told[rows, part].argmax(1)).float().mean())

        return {
            "nouns": right(slice(0, nouns), torch.ones(len(seen), dtype=torch.bool)),
            "coloured": right(slice(nouns, None), coloured),
            "hues": float((said["hues"].argmax(1) == hues.argmax(1))[hues.any(1)].float().mean()),
            "places": float((said["places"].argmax(1) == places).float().mean()),
            "explained": float(1 - wrong / small.var()),
        }

    def shipped(self) -> dict[str, torch.Tensor] | None:
        """Tower and heads as they ship."""
        from safetensors.torch import load_file

        folder = EMBEDDED / "image_prompt" / ENCODER
        if not (folder / HEADS).is_file():
            return None
        parts = {"tower": load_file(folder / "model.safetensors"), "heads": load_file(folder / HEADS)}
        return {f"{part}.{name}": tensor.float() for part, held in parts.items() for name, tensor in held.items()}

    def export(self, model: nn.Module) -> None:
        """Writes a transformers folder that `whole` reads; the heads, beside it, serve further training only."""
        from safetensors.torch import save_file

        assert isinstance(model, Telling)
        folder = self.folder("image_prompt", ENCODER)
        model.tower.half().save_pretrained(folder)
        (folder / "preprocessor_config.json").write_text(json.dumps(PREPROCESSOR, indent=2) + "\n")
        save_file({name: tensor.half().contiguous() for name, tensor in model.heads.state_dict().items()}, folder / HEADS)
