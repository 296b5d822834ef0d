"""Trains InstructPix2Pix on the frozen painter: pairs of pictures with the instruction that leads from one to the other.

Source: Brooks et al. 2023, arXiv:2211.09800, section 3.2: the picture's latents, not scaled, in four new input channels that start at
zero; picture, text and both are left out in 5 % of the samples each.
Differs: pairs are rendered, so the edit is true and everything else is identical (no pairs made by prompt-to-prompt, no filter);
low-rank changes instead of a full fine-tuning; the text encoder is changed too, since it has never read an instruction; the region
of the edit counts three times, for it is a small share of a picture that is otherwise copied; it starts from the inpainting module;
noisy pictures go astray outside the edit, so that it learns to copy from the picture and not from what it painted before; the words of
an instruction are pulled onto what they speak of, as the painter's were: of two things the wrong one was edited; mistakes that
neighbouring cells share count more where the picture should stay, for a plain sky of another tint is copied badly and looks well.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from ..backbones.model import Model
from ..backbones.module_weights import COLUMNS, ModuleWeights
from ..latents import decode, encode_images
from ..perception.detector import EmbeddedDetector
from ..perception.edits import new_thing, old_thing, was_made
from ..perception.likeness import outside, psnr
from ..sampling import sample
from ..schedule import Schedule
from ..techniques.editing.instruct_pix2pix import InstructPix2Pix
from ..techniques.guidance.classifier_free import ClassifierFree
from ..world import phrase, render
from ..world.edits import KINDS, EditPair, edit_pair
from ..world.scene import Box
from ..world.tokenizer import MAX_LENGTH
from .low_rank import Adapter, LowRankStage, state_of
from .painter import attention_loss
from .pool import Item, Pool, dropped
from .precision import autocast
from .repainting import paintable, painter
from .stage import EMBEDDED, batches

BACKDROPS = 512  # variants of each background; drawing a new one takes longer than all the rest
REGION = 2.0  # how much more the cells of the edit count
LEFT_OUT = 0.05
TEXT_SCALE, IMAGE_SCALE, STEPS = 1.5, 1.5, 12  # of the pictures that are measured; words at 4 for the first 18,000 steps
WATCHED = 36
ASTRAY = 0.5  # share of the noisy pictures that go astray
TOWARDS, BLURRED = 0.6, 0.7  # at most: towards another picture, and by coarse noise; in units of the noise's deviation
LOOKING = 0.1  # weight of where words look
TINT, PATCH = 4.0, 4  # how much mistakes count that all cells of a patch share; its side in cells


def draw_pair(rng: np.random.Generator, kind: str | None = None) -> EditPair:
    """An edit of things that the painter knows."""
    pair = edit_pair(rng, kind=kind, names=paintable(), placed=True)
    seed = pair.before.seed % BACKDROPS
    return replace(pair, before=replace(pair.before, seed=seed), after=replace(pair.after, seed=seed))


def region_cells(pair: EditPair, side: int = 16) -> torch.Tensor:
    """Which cells of the latent the edit may change, (1, side, side); all of them where it changes the whole picture."""
    return torch.ones(1, side, side) if pair.region is None else _cells(pair.region, side)[None]


def _cells(box: Box, side: int = 16) -> torch.Tensor:
    """Which cells of the latent a box touches, (side, side)."""
    pixels = ~outside(box, (4 * side, 4 * side), 0)
    return torch.from_numpy(pixels.reshape(side, 4, side, 4).any((1, 3))).float()


def word_places(pair: EditPair, side: int = 16) -> torch.Tensor:
    """Where each token of an instruction should look, (tokens, side, side): at the thing it names, or at where one will be.

    A word without a place has all zeros: "remove", or anything that is said of a whole background.
    """
    places = torch.zeros(MAX_LENGTH, side, side)
    words = pair.instruction.split()
    old, new = old_thing(pair), new_thing(pair)
    if pair.kind == "background":
        return places
    named = [(phrase(thing), thing.box) for thing in pair.before.things]
    if pair.kind in ("add", "replace") and new is not None:
        named.append((phrase(new) if pair.kind == "add" else new.name, new.box))
    for said, box in named:
        parts = said.split()
        for start in (at for at in range(len(words)) if words[at : at + len(parts)] == parts):
            places[start + 1 : start + 1 + len(parts)] = _cells(box, side)  # the start token comes first
    if pair.kind in ("recolour", "move") and new is not None and old is not None:
        places[len(words)] = _cells(new.box, side)  # the last word: the colour, the place
    return places


def tint(wrong: torch.Tensor, kept: torch.Tensor) -> torch.Tensor:
    """What mistakes have in common over patches of what should stay, squared: a tint hardly shows in the error of single cells.

    Args:
        wrong: (n, channels, h, w), mistakes of a prediction.
        kept: (n, 1, h, w), 1 where the picture should stay.
    """
    return F.avg_pool2d(wrong.float() * kept, PATCH).square().mean()


def astray(latents: torch.Tensor) -> torch.Tensor:
    """How noisy pictures go astray, as `Noised.drifted` takes it: towards other pictures of the batch, and by coarse noise.

    Args:
        latents: (n, channels, h, w), clean.
    """
    count, channels, side = len(latents), latents.shape[1], latents.shape[-1]
    coarse = F.interpolate(torch.randn(count, channels, side // 4, side // 4), size=(side, side), mode="bilinear").to(latents)
    towards, blurred = torch.rand(2, count, 1, 1, 1).to(latents)
    which = (torch.rand(count, 1, 1, 1) < ASTRAY).to(latents)
    return which * (TOWARDS * towards * (latents.roll(1, 0) - latents) + BLURRED * blurred * coarse)


def edited(
    model: Model, pairs: Sequence[EditPair], module: ModuleWeights, *, text_scale: float = TEXT_SCALE, image_scale: float = IMAGE_SCALE
) -> dict[str, float]:
    """Edits rendered pictures and judges them.

    Args:
        model: the painter.
        pairs: edits with their truth.
        module: what was learned.
        text_scale: how closely the instruction is followed.
        image_scale: how closely the picture is followed.

    Returns:
        made: share of the edits that was made, also for each kind; below_ceiling: decibels by which the rest of the picture is
        further from the source than the autoencoder's round trip of it.
    """
    detector = EmbeddedDetector.load()
    made: dict[str, list[bool]] = {}
    lost: list[float] = []
    for start in range(0, len(pairs), 12):
        part = pairs[start : start + 12]
        before = [render(pair.before).image for pair in part]
        source = encode_images(model, before)
        techniques = [ClassifierFree(text_scale), InstructPix2Pix(source, image_scale, module)]
        seeds = list(range(start, start + len(part)))
        with autocast():
            painted = sample(model, [pair.instruction for pair in part], techniques=techniques, schedule=Schedule(STEPS), seed=seeds).images
        for pair, picture, old, ceiling in zip(part, painted, before, decode(model, source), strict=True):
            made.setdefault(pair.kind, []).append(was_made(pair, picture, detector))
            if pair.region is not None and (rest := outside(pair.region, old.size)).any():
                lost.append(psnr(ceiling, old, rest) - psnr(picture, old, rest))
    rates = {f"made_{kind}": float(np.mean(values)) for kind, values in made.items()}
    return {"made": float(np.mean(list(rates.values()))), **rates, "below_ceiling": float(np.mean(lost))}


class InstructStage(LowRankStage):
    """InstructPix2Pix's place in the training queue."""

    name = "instruct"
    channels = 4
    words = True
    steps = 24_000  # 7,000 at first, without looking at where words look; tints count since 18,000

    def build(self) -> nn.Module:
        """An adapter that copies the picture as far as the inpainting module does where nothing is to be painted.

        Copying takes most of the training, and both have to learn it: the channels of the masked picture become those of the picture.
        """
        adapter = super().build()
        folder = EMBEDDED / "inpaint"
        if (folder / COLUMNS).is_file():
            known = ModuleWeights.load(folder)
            scale = float(self.painter.vae.config.scaling_factor)
            start = state_of(ModuleWeights(known.layers, known.columns[:, 1:] * scale))
            held = adapter.state_dict()
            adapter.load_state_dict(held | {name: value for name, value in start.items() if name in held and held[name].shape == value.shape})
        return adapter

    def data(self, rng: np.random.Generator) -> Iterator[Item]:
        """Batches of the picture's latents (zeros where it is left out), the edited picture's, token ids, the edit's region, words' places."""
        scale = float(self.painter.vae.config.scaling_factor)
        empty = self.painter.ids([""])[0]

        def make(count: int) -> list[Item]:
            pairs = [draw_pair(rng) for _ in range(count)]
            pixels = np.stack([render(scene).pixels for pair in pairs for scene in (pair.before, pair.after)])
            latents = self.painter.encode(pixels).unflatten(0, (count, 2))
            ids = self.painter.ids([pair.instruction for pair in pairs])
            return [
                ((both[0] / scale).half(), both[1].half(), row, region_cells(pair).half(), word_places(pair).half())
                for both, row, pair in zip(latents, ids, pairs, strict=True)
            ]

        pool = Pool(make, rng, share=0.15)

        def draw() -> Item:
            before, after, ids, region, places = pool.batch(self.batch)
            chance = torch.from_numpy(rng.random(self.batch))
            shown = ((chance < LEFT_OUT) | (chance >= 3 * LEFT_OUT)).float()[:, None, None, None]
            both = (chance >= 3 * LEFT_OUT).float()[:, None, None, None]  # without the picture nobody knows where its things are
            return before * shown, after, dropped(ids, empty, chance < 2 * LEFT_OUT), region, places * both

        return batches(draw, ahead=2)

    def loss(self, model: nn.Module, batch: Item) -> torch.Tensor:
        """v-error of the edited picture at drawn levels, and where words look."""
        before, after, ids, region, places = batch
        assert isinstance(model, Adapter)
        frozen = self.painter.to(after.device)
        drawn = frozen.noised(after).drifted((1 - region) * astray(after))
        with model.worn(frozen, before):
            said = frozen.velocity(drawn.x, drawn.steps, frozen.text_encoder(ids)[0])
        return drawn.error(said, 1 + REGION * region) + TINT * tint(said - drawn.wanted, 1 - region) + LOOKING * attention_loss(frozen.seen, places)

    def measure(self, model: nn.Module) -> dict[str, float]:
        """Share of held-out edits that is made, and what happens to the rest of the picture."""
        assert isinstance(model, Adapter)
        rng = np.random.default_rng(1_000_003)
        return edited(painter(), [draw_pair(rng, KINDS[i % len(KINDS)]) for i in range(WATCHED)], model.weights())
