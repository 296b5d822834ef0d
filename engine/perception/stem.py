"""A small convolutional start for the embedded vision transformers, and the one way in which their weights are read.

A linear patch embedding must learn edges and corners from one look at each patch. Strided convolutions learn them from every
pixel, which is what models trained on few pictures lack.
Source: Xiao et al. 2021, arXiv:2106.14881 (convolutional stems); blocks as in He et al. 2016, arXiv:1603.05027 (pre-activation).
Differs: group norms, since batches are small; blocks between the strides, since a picture has only 64 pixels a side.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from ..errors import ModelNotFound, UnsupportedModel

GROUPS = 8  # of every group norm; widths are multiples of it


class Block(nn.Module):
    """Two 3×3 convolutions beside an identity.

    Args:
        width: channels.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm1, self.norm2 = nn.GroupNorm(GROUPS, width), nn.GroupNorm(GROUPS, width)
        self.conv1, self.conv2 = (nn.Conv2d(width, width, 3, padding=1, bias=False) for _ in range(2))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Adds what the convolutions find; (n, width, height, width of the map) in and out."""
        inner = self.conv1(F.silu(self.norm1(x)))
        return x + self.conv2(F.silu(self.norm2(inner)))


class Stem(nn.Module):
    """Pixels to patch features, (n, 3, side, side) to (n, hidden, grid, grid); stands where a patch embedding stood.

    Args:
        levels: (width, blocks, stride) of each level, from the pixels on; the strides' product is the patch size.
        hidden: channels that come out.
    """

    def __init__(self, levels: list[list[int]], hidden: int) -> None:
        super().__init__()
        self.levels = nn.ModuleList()
        before = 3
        for width, blocks, stride in levels:
            self.levels.append(nn.Sequential(nn.Conv2d(before, width, 3, stride, 1, bias=False), *(Block(width) for _ in range(blocks))))
            before = width
        self.norm = nn.GroupNorm(GROUPS, before)
        self.out = nn.Conv2d(before, hidden, 1)

    @property
    def weight(self) -> torch.Tensor:
        """The last weight: some transformers ask a patch embedding for its precision."""
        return self.out.weight

    def maps(self, pixels: torch.Tensor) -> list[torch.Tensor]:
        """What each level finds, finest first."""
        found = []
        x = pixels
        for index, level in enumerate(self.levels):
            x = level(F.silu(x) if index else x)
            found.append(x)
        return found

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        """Features of all patches, (n, hidden, grid, grid)."""
        out: torch.Tensor = self.out(F.silu(self.norm(self.maps(pixels)[-1])))
        return out


# Where the models keep their patch embedding: name of the configuration -> (module, attribute).
PLACES = {
    "owlvit": ("owlvit.vision_model.embeddings", "patch_embedding"),
    "clip": ("vision_model.embeddings", "patch_embedding"),
    "clip_vision_model": ("vision_model.embeddings", "patch_embedding"),
    "sam": ("vision_encoder.patch_embed", "projection"),
}


def stemmed(model: Any) -> Any:
    """Puts a stem into a model whose vision configuration describes one as `stem`; any other model is left as it is.

    Args:
        model: an OWL-ViT, a CLIP or its vision tower alone, or a SAM of transformers.

    Returns:
        The same model.

    Raises:
        UnsupportedModel: the strides do not lead to the patch size.
    """
    vision = getattr(model.config, "vision_config", model.config)
    levels = getattr(vision, "stem", None)
    if levels:
        stride = 1
        for _, _, step in levels:
            stride *= step
        if stride != vision.patch_size:
            raise UnsupportedModel(f"a stem of stride {stride} does not fit patches of {vision.patch_size} pixels")
        where, name = PLACES[model.config.model_type]
        setattr(model.get_submodule(where), name, Stem(levels, vision.hidden_size))
    return model


def complete(model: Any, weights: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Weights with the names of tied tensors, which are stored once, filled in."""
    tied = {new: old for new, old in (model._tied_weights_keys or {}).items() if old in weights}
    return {**{new: weights[old] for new, old in tied.items()}, **weights}


def stored(folder: Path) -> dict[str, torch.Tensor]:
    """Reads the tensors of a folder, in full precision.

    Args:
        folder: with `config.json` and `model.safetensors`.

    Raises:
        ModelNotFound: one of the two is not there.
        UnsupportedModel: the weights cannot be read.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    if not ((folder / "config.json").is_file() and (folder / "model.safetensors").is_file()):
        raise ModelNotFound(f"no weights in {folder}; train them with `make train STAGE={folder.name}`")
    try:
        return {name: value.float() for name, value in load_file(folder / "model.safetensors").items()}
    except SafetensorError as error:
        raise UnsupportedModel(f"the weights in {folder} are damaged ({error}); fetch or train them again") from error


def fill(model: nn.Module, weights: Mapping[str, torch.Tensor], folder: Path) -> None:
    """Gives a model all of its weights.

    Args:
        model: any.
        weights: under its names.
        folder: where they came from, for the message.

    Raises:
        UnsupportedModel: a tensor is missing, unknown, or of another shape.
    """
    ours = model.state_dict()
    wrong = sorted(ours.keys() ^ weights.keys()) + sorted(n for n in ours.keys() & weights.keys() if ours[n].shape != weights[n].shape)
    if wrong:
        raise UnsupportedModel(f"{len(wrong)} tensors in {folder} are not those of its {type(model).__name__}, {wrong[0]!r} first; train it again")
    model.load_state_dict(weights)


def whole(kind: Any, folder: Path, shaped: Callable[[Any], Any] = stemmed) -> Any:
    """Reads a model of transformers from a folder, every tensor of it or none.

    Differs from `from_pretrained`: that gives tensors that are missing or of another shape random values and goes on.

    Args:
        kind: class of the model.
        folder: with `config.json` and `model.safetensors`.
        shaped: gives a fresh model the parts of ours that its configuration names.

    Returns:
        The model in full precision, for use.

    Raises:
        ModelNotFound: there are no weights in the folder.
        UnsupportedModel: they are not of the architecture that the configuration names.
    """
    weights = stored(folder)
    model = shaped(kind(kind.config_class.from_pretrained(folder, local_files_only=True)))
    fill(model, complete(model, weights), folder)
    return model.float().eval()
