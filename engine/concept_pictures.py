"""Pictures from which a concept is learned: encoded, mirrored, and where the world can be drawn, put in other places.

The loss counts on the thing's mask (Avrahami et al. 2023, Break-A-Scene, arXiv:2305.16311, section 3.2).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image

from .backbones.model import Model
from .errors import BadInput
from .latents import encode_images
from .shapes import Latents
from .world.backgrounds import backdrop
from .world.vocabulary import BACKGROUNDS

TEMPLATES = ("a {}", "a photo of a {}", "a picture of a {}", "there is a {}")
POOL = 48  # pictures of a thing put in other places
OUTSIDE = 0.25  # weight of the loss beside the thing


@dataclass(frozen=True, eq=False)
class Examples:
    """What a concept is learned from.

    Attributes:
        latents: (pictures, channels, height, width).
        weights: (pictures, 1, height, width), how much each cell counts; mean 1 in every picture.
        captions: one a picture, with `{}` where the concept's word goes.
    """

    latents: Latents
    weights: torch.Tensor
    captions: tuple[str, ...]


def examples(model: Model, images: Sequence[Image.Image], masks: Sequence[np.ndarray] | None, rng: np.random.Generator) -> Examples:
    """Encodes pictures of a thing for learning it.

    With masks, on a model of the embedded world's size, the thing is also cut out and put at other places on other
    backgrounds, with the caption that says so: the word does not swallow the place.

    Args:
        model: whose latents are wanted.
        images: of the thing, any size; resized to the model's.
        masks: (height, width) bool for each picture, True = the thing; without them every cell counts alike.
        rng: where chance comes from.

    Raises:
        BadInput: masks that do not fit their pictures, or are empty.
    """
    fitted = [image.convert("RGB").resize(model.size) for image in images]
    if masks is None:
        both = [*fitted, *(image.transpose(Image.Transpose.FLIP_LEFT_RIGHT) for image in fitted)]
        latents = _encoded(model, both)
        captions = tuple(TEMPLATES[i % len(TEMPLATES)] for i in range(len(both)))
        return Examples(latents, torch.ones_like(latents[:, :1]), captions)
    outlines = [_fitted(mask, image, model.size) for mask, image in zip(masks, images, strict=True)]
    drawn = model.size == (64, 64)
    pictures, shapes, said = [], [], []
    for index in range(POOL if drawn else 4 * len(fitted)):
        image, mask, place = fitted[index % len(fitted)], outlines[index % len(fitted)], ""
        if drawn and index >= len(fitted):
            image, mask, place = _elsewhere(image, mask, rng)
        if rng.random() < 0.5:
            image, mask = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT), mask[:, ::-1]
        pictures.append(image)
        shapes.append(torch.tensor(np.ascontiguousarray(mask), dtype=torch.float32))
        said.append(f"{rng.choice(TEMPLATES)} {place}".strip())
    latents = _encoded(model, pictures)
    cells = torch.nn.functional.interpolate(torch.stack(shapes)[:, None], latents.shape[-2:], mode="area").to(latents)
    weights = OUTSIDE + (1 - OUTSIDE) * cells
    return Examples(latents, weights / weights.mean((2, 3), keepdim=True), tuple(said))


def _encoded(model: Model, pictures: list[Image.Image]) -> Latents:
    return torch.cat([encode_images(model, pictures[i : i + 8]) for i in range(0, len(pictures), 8)])


def _fitted(mask: np.ndarray, image: Image.Image, size: tuple[int, int]) -> np.ndarray:
    mask = np.asarray(mask, bool)
    if mask.shape != (image.height, image.width) or not mask.any():
        raise BadInput(f"mask {mask.shape} does not fit a picture of {image.width}×{image.height}, or is empty")
    return np.asarray(Image.fromarray(mask).resize(size, Image.Resampling.NEAREST))


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
