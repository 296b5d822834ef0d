"""Trains an IP-Adapter on the frozen painter: a picture as part of the prompt.

Source: Ye et al. 2023, arXiv:2308.06721: four tokens by a linear layer and a norm from the embedding of a frozen encoder, keys and
values of their own in every cross-attention layer, taken from the text's at first; the picture is the one that is painted; picture,
text and both are left out in 5 % of the samples each.
Differs: the encoder is our own (`image_encoder`); tokens start at zero, so that the painter starts as it was; another three fifths of the
captions is emptied, since captions of the world say nearly everything that a picture shows, and a picture beside them would have
nothing to add.
"""

import contextlib
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import nn

from ..backbones.image_prompt import ENCODER, WEIGHTS, ImageEncoder, ImagePromptWeights, cross_layers
from ..backbones.model import Model
from ..perception.likeness import histogram
from ..perception.scorer import EmbeddedScorer
from ..sampling import sample
from ..schedule import Schedule
from ..techniques.concepts.ip_adapter import IPAdapter
from ..techniques.guidance.classifier_free import ClassifierFree
from ..world import caption, render, sample_scene
from .frozen import FrozenPainter
from .painter import LATE
from .pool import Item, Pool, dropped
from .precision import autocast
from .repainting import paintable, painter
from .stage import EMBEDDED, Stage, batches

TOKENS = 4
LEFT_OUT = 0.05
UNTOLD = 0.6  # share of captions emptied besides; 0.3 for the first 7,710 steps
GUIDANCE, STEPS = 3.0, 12  # of the pictures that are measured
WATCHED = 36


class ImagePrompt(nn.Module):
    """The projection, and keys and values of every cross-attention layer.

    Args:
        painter: names and shapes of the layers; not kept.
        width: of the embedding.
    """

    def __init__(self, painter: FrozenPainter, width: int) -> None:
        super().__init__()
        text = int(painter.unet.config.cross_attention_dim)
        self.proj = nn.Linear(width, TOKENS * text)
        self.norm = nn.LayerNorm(text)
        nn.init.zeros_(self.norm.weight)
        self.to_k, self.to_v = nn.ModuleDict(), nn.ModuleDict()
        for name in cross_layers(painter.unet):
            layer = painter.unet.get_submodule(name)
            for ours, theirs in ((self.to_k, layer.to_k), (self.to_v, layer.to_v)):
                linear = nn.Linear(text, theirs.out_features, bias=False)
                linear.weight.data.copy_(theirs.weight)
                ours[name.replace(".", "/")] = linear

    def tokens(self, embeddings: torch.Tensor) -> torch.Tensor:
        """(n, width) to (n, tokens, text width)."""
        tokens: torch.Tensor = self.norm(self.proj(embeddings).unflatten(1, (TOKENS, -1)))
        return tokens

    @contextlib.contextmanager
    def worn(self, painter: FrozenPainter, tokens: torch.Tensor) -> Iterator[None]:
        """Lets the painter's cross-attention layers also read these tokens for a while.

        Args:
            painter: that it was made for.
            tokens: (n, tokens, text width), for the next calls of n rows.
        """
        asked: dict[str, torch.Tensor] = {}

        def listen(name: str) -> Any:
            def hook(_: nn.Module, given: tuple[torch.Tensor, ...], said: torch.Tensor) -> None:
                asked[name] = said

            return hook

        def beside(name: str, heads: int) -> Any:
            def hook(_: nn.Module, given: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, ...]:
                key = name.replace(".", "/")
                q, k, v = (
                    part.unflatten(2, (heads, -1)).transpose(1, 2) for part in (asked.pop(name), self.to_k[key](tokens), self.to_v[key](tokens))
                )  # (n, heads, pixels | tokens, d)
                shares = (q @ k.transpose(-1, -2) * q.shape[-1] ** -0.5).softmax(-1, dtype=v.dtype)
                return (given[0] + (shares @ v).transpose(1, 2).flatten(2),)

            return hook

        hooks = []
        for name in cross_layers(painter.unet):
            layer = painter.unet.get_submodule(name)
            hooks += [layer.to_q.register_forward_hook(listen(name)), layer.to_out[0].register_forward_pre_hook(beside(name, layer.heads))]
        try:
            yield
        finally:
            for hook in hooks:
                hook.remove()

    def weights(self) -> ImagePromptWeights:
        """What is stored and used in a run."""
        projection = {f"{part}.{key}": value for part in ("proj", "norm") for key, value in getattr(self, part).state_dict().items()}
        keys, values = (
            {name.replace("/", "."): layer.weight.detach().clone() for name, layer in part.items()}  # type: ignore[union-attr, operator]
            for part in (self.to_k, self.to_v)
        )
        return ImagePromptWeights({key: value.detach().clone() for key, value in projection.items()}, keys, values)


def followed(model: Model, encoder: ImageEncoder, module: ImagePromptWeights, count: int) -> dict[str, float]:
    """Paints from a picture alone and compares the result with it and with another one.

    Returns:
        colours: mean overlap of colour histograms with the picture, colours_other: with another picture; likeness: cosine of the
        scorer's embeddings with the picture, likeness_other: with another one.
    """
    rng = np.random.default_rng(1_000_003)
    references = [render(sample_scene(rng, names=paintable(), kind="single", backdrops=512)).image for _ in range(count)]
    scorer = EmbeddedScorer.load()
    painted: list[Image.Image] = []
    for start in range(0, count, 12):
        part = references[start : start + 12]
        techniques = [ClassifierFree(GUIDANCE), IPAdapter(encoder.embed(part), module)]
        seeds = list(range(start, start + len(part)))
        with autocast():
            painted += sample(model, ["a picture"] * len(part), techniques=techniques, schedule=Schedule(STEPS), seed=seeds).images

    def compared(others: Sequence[Image.Image]) -> tuple[float, float]:
        shares = [float(np.minimum(histogram(a), histogram(b)).sum()) for a, b in zip(painted, others, strict=True)]
        likeness = [float(scorer.embed(a) @ scorer.embed(b)) for a, b in zip(painted, others, strict=True)]
        return float(np.mean(shares)), float(np.mean(likeness))

    mine, other = compared(references), compared(references[1:] + references[:1])
    return {"colours": mine[0], "colours_other": other[0], "likeness": mine[1], "likeness_other": other[1]}


class ImagePromptStage(Stage):
    """The image prompt's place in the training queue."""

    name = "image_prompt"
    learning_rate = 5e-4
    weight_decay = 0.01
    batch = 4  # early learning is bound by steps
    steps = 24_000  # the first 12,000 with an encoder that told no colours
    decay = 0.998
    measure_every = 1_000

    @cached_property
    def painter(self) -> FrozenPainter:
        """The painter that is left as it is."""
        return FrozenPainter()

    @cached_property
    def encoder(self) -> ImageEncoder:
        """The encoder that was trained before, and is left as it is."""
        return ImageEncoder.load(EMBEDDED / self.name / ENCODER)

    def build(self) -> nn.Module:
        """An adapter that changes nothing yet."""
        return ImagePrompt(self.painter, int(self.encoder.model.config.projection_dim))

    def data(self, rng: np.random.Generator) -> Iterator[Item]:
        """Batches of latents, embeddings (zeros where the picture is left out) and token ids."""
        empty = self.painter.ids([""])[0]

        def make(count: int) -> list[Item]:
            scenes = [sample_scene(rng, names=paintable(), backdrops=512, **LATE) for _ in range(count)]
            drawn = [render(scene) for scene in scenes]
            latents = self.painter.encode(np.stack([one.pixels for one in drawn]))
            embeddings = self.encoder.embed([one.image for one in drawn])
            ids = self.painter.ids([caption(scene, rng) for scene in scenes])
            return [(latent.half(), embedding.half(), row) for latent, embedding, row in zip(latents, embeddings, ids, strict=True)]

        pool = Pool(make, rng)

        def draw() -> Item:
            latents, embeddings, ids = pool.batch(self.batch)
            chance = torch.from_numpy(rng.random(self.batch))
            shown = ((chance < LEFT_OUT) | (chance >= 3 * LEFT_OUT)).float()[:, None]
            untold = (chance < 2 * LEFT_OUT) | (chance >= 1 - UNTOLD)
            return latents, embeddings * shown, dropped(ids, empty, untold)

        return batches(draw, ahead=2)

    def loss(self, model: nn.Module, batch: Item) -> torch.Tensor:
        """v-error at drawn levels."""
        latents, embeddings, ids = batch
        assert isinstance(model, ImagePrompt)
        frozen = self.painter.to(latents.device)
        drawn = frozen.noised(latents)
        with model.worn(frozen, model.tokens(embeddings)):
            said = frozen.velocity(drawn.x, drawn.steps, frozen.read(ids))
        return drawn.error(said)

    def measure(self, model: nn.Module) -> dict[str, float]:
        """Whether pictures painted from a picture alone look like it, and not like another one."""
        assert isinstance(model, ImagePrompt)
        return followed(painter(), self.encoder, model.weights(), WATCHED)

    def shipped(self) -> dict[str, torch.Tensor] | None:
        """The shipped weights."""
        file = EMBEDDED / self.name / WEIGHTS
        if not file.is_file():
            return None
        held = ImagePromptWeights.load(file, self.painter.unet)
        state = dict(held.projection)
        for part, layers in (("to_k", held.keys), ("to_v", held.values)):
            state |= {f"{part}.{name.replace('.', '/')}.weight": weight for name, weight in layers.items()}
        return state

    def export(self, model: nn.Module) -> None:
        """Writes what diffusers' `load_ip_adapter` reads; the encoder lies beside it."""
        assert isinstance(model, ImagePrompt)
        model.weights().save(self.folder(self.name) / WEIGHTS, self.painter.unet)
