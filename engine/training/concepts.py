"""Learning a concept: a word, and a small change of the painter, from a few pictures of one thing.

Sources: textual inversion (Gal et al. 2022, arXiv:2208.01618); LoRA (Hu et al. 2021, arXiv:2106.09685) as in LoRA-DreamBooth, with the
word learned beside it; the loss counts on the thing's mask (Avrahami et al. 2023, Break-A-Scene, arXiv:2305.16311, section 3.2).
Differs: where the painter's world is drawn, the thing is cut out and put on other backgrounds with the caption that says so, so that
the word does not swallow the place. The model is never changed: weights are replaced inside the call (`torch.func.functional_call`).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from PIL import Image
from torch.func import functional_call

from ..errors import BadInput, Cancelled, ModelCannot
from ..latents import encode_images
from ..techniques.concepts.textual_inversion import noun_rows
from ..weights import token_rows
from ..world.backgrounds import backdrop
from ..world.vocabulary import BACKGROUNDS

if TYPE_CHECKING:
    from ..backbones.model import Model

WORD = "<c0>"  # whatever number it gets in a prompt later, the row is the same
TEMPLATES = ("a {}", "a photo of a {}", "a picture of a {}", "there is a {}")
LAYERS = ("to_q", "to_k", "to_v", "to_out.0", "ff.net.0.proj", "ff.net.2")
POOL = 48  # augmented pictures that are encoded once


@dataclass(frozen=True)
class Recipe:
    """How a concept is learned.

    Attributes:
        batch: pictures a step.
        rank: of the change of weights.
        word_rate: learning rate of the word.
        lora_rate: learning rate of the change.
        outside: weight of the loss beside the thing.
    """

    batch: int = 4
    rank: int = 16
    word_rate: float = 5e-3
    lora_rate: float = 1e-3
    outside: float = 0.25


def learn(
    model: "Model",
    images: Sequence[Image.Image],
    masks: Sequence[np.ndarray],
    *,
    noun: str,
    lora: bool = True,
    steps: int = 200,
    seed: int = 0,
    recipe: Recipe = Recipe(),  # noqa: B008 - frozen
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> dict[str, torch.Tensor]:
    """Learns a concept.

    Args:
        model: the painter; left bit-identical.
        images: one to five pictures of the thing, of one size.
        masks: (height, width) bool for each, True = the thing.
        noun: a kind of thing that the painter knows; the word starts as its embedding.
        lora: learn a change of the U-Net too.
        steps: of the optimizer.
        seed: of everything drawn at random.
        recipe: how.
        progress: called with (steps done, steps in all).
        cancelled: asked before every step.

    Returns:
        `token.<encoder>` (1, width); with `lora` also `lora.unet.<layer>.lora_A.weight` and `…lora_B.weight`.

    Raises:
        BadInput: no pictures, masks that do not fit, or a noun that the model does not know.
        ModelCannot: a family whose training is not supported.
        Cancelled: `cancelled` said so.
    """
    if not images or len(images) != len(masks):
        raise BadInput(f"{len(images)} pictures and {len(masks)} masks; one mask for each picture, at least one")
    if model.family != "sd":
        raise ModelCannot(f"concepts cannot be learned on models of family {model.family!r} yet; use the embedded or the sd15 profile")
    rng, chance = np.random.default_rng(seed), torch.Generator().manual_seed(seed)
    start = torch.stack([row.float() for row in noun_rows(model, noun)])  # (encoders, width): one encoder
    drawn = (model.size[0], model.size[1]) == (64, 64)
    with model.lock, token_rows(model, {WORD: (start,)}):
        latents, weights, captions = _pool(model, images, masks, rng, drawn, recipe)
        word = torch.nn.Parameter(start.clone().to(model.device))
        pairs = _pairs(model, recipe.rank, chance) if lora else {}
        groups: list[dict[str, Any]] = [{"params": [word], "lr": recipe.word_rate}]
        if pairs:
            groups.append({"params": [p for pair in pairs.values() for p in pair], "lr": recipe.lora_rate})
        optimizer = torch.optim.AdamW(groups, weight_decay=0.0)
        ids = _ids(model, captions)
        for step in range(steps):
            if cancelled is not None and cancelled():
                raise Cancelled("stopped at the caller's request")
            rows = torch.from_numpy(rng.integers(len(latents), size=recipe.batch))
            with torch.enable_grad():
                loss = _loss(model, latents[rows], weights[rows], ids[rows], word, pairs, chance)
                optimizer.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
            for group in optimizer.param_groups:
                group["lr"] = group.get("initial", group.setdefault("initial", group["lr"])) * _rate(step, steps)
            optimizer.step()
            _tamed(word, start)
            if progress is not None:
                progress(step + 1, steps)
    learned = {"token.0": word.detach().cpu().float()}
    for name, (down, up) in pairs.items():
        learned[f"lora.unet.{name}.lora_A.weight"] = down.detach().cpu().half()
        learned[f"lora.unet.{name}.lora_B.weight"] = up.detach().cpu().half()
    return learned


def _rate(step: int, steps: int) -> float:
    """Warm up for a tenth, then fall to a tenth by half a cosine."""
    begun = min(1.0, (step + 1) / max(0.1 * steps, 1))
    return begun * (0.55 + 0.45 * math.cos(math.pi * step / steps))


def _tamed(word: torch.Tensor, start: torch.Tensor) -> None:
    """Keeps the word as loud as other words: a louder one drowns the rest of the prompt."""
    with torch.no_grad():
        loudest = 1.6 * start.norm()
        norm = word.norm()
        if norm > loudest:
            word.mul_(loudest / norm)


# -- pictures -------------------------------------------------------------------------------------------------------------------------


def _pool(
    model: "Model", images: Sequence[Image.Image], masks: Sequence[np.ndarray], rng: np.random.Generator, drawn: bool, recipe: Recipe
) -> tuple[torch.Tensor, torch.Tensor, list[str]]:
    """Latents, loss weights (1 on the thing, less beside it) and captions of augmented pictures."""
    pictures, outlines, captions = [], [], []
    for index in range(POOL if drawn else 4 * len(images)):
        image, mask = images[index % len(images)], np.asarray(masks[index % len(masks)], bool)
        if mask.shape != (image.height, image.width) or not mask.any():
            raise BadInput(f"mask {mask.shape} does not fit a picture of {image.width}×{image.height}, or is empty")
        place = ""
        if drawn and index >= len(images):
            image, mask, place = _elsewhere(image, mask, rng)
        if rng.random() < 0.5:
            image, mask = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT), mask[:, ::-1]
        pictures.append(image)
        outlines.append(torch.from_numpy(np.ascontiguousarray(mask)).float())
        captions.append(f"{rng.choice(TEMPLATES).format(WORD)} {place}".strip())
    latents = torch.cat([encode_images(model, pictures[i : i + 8]) for i in range(0, len(pictures), 8)])
    cells = torch.nn.functional.interpolate(torch.stack(outlines)[:, None], latents.shape[-2:], mode="area").to(latents)
    weights = recipe.outside + (1 - recipe.outside) * cells
    return latents, weights / weights.mean((2, 3), keepdim=True), captions


def _elsewhere(image: Image.Image, mask: np.ndarray, rng: np.random.Generator) -> tuple[Image.Image, np.ndarray, str]:
    """The thing cut out, at another size and place on another background, and the words for where it is."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    box = int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
    side = image.width
    name = str(rng.choice(list(BACKGROUNDS)))
    canvas = Image.fromarray((backdrop(name, int(rng.integers(400)), side) * 255).round().astype(np.uint8))
    longest = max(box[2] - box[0], box[3] - box[1])
    scale = float(rng.uniform(0.36, 0.62)) * side / longest
    size = max(round((box[2] - box[0]) * scale), 4), max(round((box[3] - box[1]) * scale), 4)
    piece = image.crop(box).resize(size, Image.Resampling.BICUBIC)
    alpha = Image.fromarray(mask[box[1] : box[3], box[0] : box[2]].astype(np.uint8) * 255).resize(size, Image.Resampling.BILINEAR)
    x = int(np.clip(rng.normal(0.5, 0.12) * side - size[0] / 2, 0, side - size[0]))
    y = int(np.clip(rng.normal(0.6, 0.15) * side - size[1] / 2, 0, side - size[1]))
    canvas.paste(piece, (x, y), alpha)
    there = np.zeros(mask.shape, bool)
    there[y : y + size[1], x : x + size[0]] = np.asarray(alpha) > 127
    return canvas, there, "" if name == "plain" else BACKGROUNDS[name]


# -- the step -------------------------------------------------------------------------------------------------------------------------

Pairs = dict[str, tuple[torch.nn.Parameter, torch.nn.Parameter]]


def _pairs(model: "Model", rank: int, chance: torch.Generator) -> Pairs:
    """(down, up) for every linear layer of attention and feed-forward; up is zero, so nothing changes at first."""
    pairs: Pairs = {}
    for name, module in model.unet.named_modules():
        if isinstance(module, torch.nn.Linear) and any(name.endswith(layer) for layer in LAYERS):
            narrow = min(rank, *module.weight.shape)
            down = torch.randn(narrow, module.in_features, generator=chance) / math.sqrt(module.in_features)
            up = torch.zeros(module.out_features, narrow)
            pairs[name] = torch.nn.Parameter(down.to(model.device)), torch.nn.Parameter(up.to(model.device))
    return pairs


def _ids(model: "Model", captions: Sequence[str]) -> torch.Tensor:
    from ..backbones.text import length

    tokenizer, encoder = model.tokenizers[0], model.text_encoders[0]
    longest = length(tokenizer, encoder)
    found = tokenizer(list(captions), padding="max_length", max_length=longest, truncation=True, return_tensors="pt").input_ids
    return torch.as_tensor(found).to(model.device)


def _loss(
    model: "Model",
    x0: torch.Tensor,
    weights: torch.Tensor,
    ids: torch.Tensor,
    word: torch.Tensor,
    pairs: Pairs,
    chance: torch.Generator,
) -> torch.Tensor:
    """The weighted error of the network's own target."""
    encoder = model.text_encoders[0]
    embeddings = encoder.get_input_embeddings()
    key = next(name for name, parameter in encoder.named_parameters() if parameter is embeddings.weight)
    row = int(model.tokenizers[0].convert_tokens_to_ids(WORD))
    table = torch.cat([embeddings.weight[:row], word.to(embeddings.weight), embeddings.weight[row + 1 :]])
    context = functional_call(encoder, {key: table}, (ids,))[0]
    times = torch.randint(len(model.levels.alphas), (len(x0),), generator=chance)
    alphas = torch.from_numpy(model.levels.alphas)[times].float().to(x0)[:, None, None, None]
    noise = torch.randn(x0.shape, generator=chance).to(x0)
    noised = alphas.sqrt() * x0 + (1 - alphas).sqrt() * noise
    changed = {f"{name}.weight": model.unet.get_submodule(name).weight + up @ down for name, (down, up) in pairs.items()}
    arguments = {"encoder_hidden_states": context, "return_dict": False}
    output = functional_call(model.unet, changed, (noised, times.to(x0.device)), arguments)[0]
    target = {"epsilon": noise, "v_prediction": alphas.sqrt() * noise - (1 - alphas).sqrt() * x0, "sample": x0}[model.prediction_type]
    loss: torch.Tensor = (weights * (output - target).square()).mean()
    return loss
