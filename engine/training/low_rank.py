"""Low-rank changes of a frozen painter while they are learned.

They are added to the weights once a step. Two small layers beside each of the painter's would take fewer multiplications and, at
this size, more time: many products that are too thin for a processor.
"""

import contextlib
from collections.abc import Iterator
from functools import cached_property
from typing import Any, ClassVar

import torch
from torch import nn
from torch.nn import functional as F

from ..backbones.module_weights import COLUMNS, ModuleWeights
from ..weights import delta
from .frozen import FrozenPainter
from .stage import EMBEDDED, Stage

ATTENTION = ("to_q", "to_k", "to_v", "to_out.0", "net.0.proj", "net.2", "proj_in", "proj_out")
CONVOLUTIONS = ("conv1", "conv2", "conv_shortcut", "conv", "conv_out", "time_emb_proj")
LAYERS = (*ATTENTION, *CONVOLUTIONS)
"""Ends of the names of the U-Net's layers that are changed: all of them but the first, which gets new columns, and the time embedding.
Residual blocks must learn anew what to take from the noisy picture at which level, once another picture shows what it holds."""

WORDS = ("q_proj", "k_proj", "v_proj", "out_proj", "fc1", "fc2")
"""Those of the text encoder: instructions hold words that no caption has."""


class LowRank(nn.Module):
    """What is added to the weight of one layer; zero at first.

    Args:
        layer: a linear layer or a convolution.
        rank: at most that of the layer.
    """

    def __init__(self, layer: nn.Linear | nn.Conv2d, rank: int) -> None:
        super().__init__()
        self.down: nn.Linear | nn.Conv2d
        self.up: nn.Linear | nn.Conv2d
        if isinstance(layer, nn.Conv2d):
            rank = min(rank, layer.in_channels, layer.out_channels)
            self.down = nn.Conv2d(layer.in_channels, rank, layer.kernel_size, bias=False)  # type: ignore[arg-type]
            self.up = nn.Conv2d(rank, layer.out_channels, 1, bias=False)
        else:
            rank = min(rank, layer.in_features, layer.out_features)
            self.down = nn.Linear(layer.in_features, rank, bias=False)
            self.up = nn.Linear(rank, layer.out_features, bias=False)
        nn.init.zeros_(self.up.weight)

    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        """The changed weight, in the memory layout of the layer's own."""
        changed = weight + delta(self.down.weight, self.up.weight)
        return changed.contiguous(memory_format=torch.channels_last) if weight.ndim == 4 else changed


class Adapter(nn.Module):
    """New input channels and low-rank changes for a painter; it changes nothing before it is trained.

    Args:
        painter: names and shapes of the layers; not kept.
        channels: input channels that are added.
        rank: of every change.
        words: whether the text encoder is changed too.
    """

    def __init__(self, painter: FrozenPainter, channels: int, rank: int, *, words: bool = False) -> None:
        super().__init__()
        first = painter.unet.conv_in
        self.columns = nn.Parameter(torch.zeros(first.out_channels, channels, *first.kernel_size))
        self.layers = nn.ModuleDict()
        for network, module, ends in (("unet", painter.unet, LAYERS), ("text_encoder", painter.text_encoder, WORDS if words else ())):
            for name, layer in module.named_modules():
                if isinstance(layer, nn.Linear | nn.Conv2d) and any(f".{name}".endswith(f".{end}") for end in ends):
                    self.layers[f"{network}.{name}".replace(".", "/")] = LowRank(layer, rank)  # names of parts have no dots
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    @contextlib.contextmanager
    def worn(self, painter: FrozenPainter, channels: torch.Tensor) -> Iterator[None]:
        """Changes what the painter's networks compute for a while; gradients flow to the adapter.

        Args:
            painter: that it was made for.
            channels: (n, channels, h, w), what the new input channels hold in the next calls.
        """
        networks = {"unet": painter.unet, "text_encoder": painter.text_encoder}

        def seen(layer: nn.Conv2d, given: tuple[torch.Tensor, ...], said: torch.Tensor) -> torch.Tensor:
            return said + F.conv2d(channels, self.columns, None, layer.stride, layer.padding)  # type: ignore[arg-type]

        hook = painter.unet.conv_in.register_forward_hook(seen)
        aside: list[tuple[Any, nn.Parameter]] = []
        try:
            for key, change in self.layers.items():
                network, _, path = key.replace("/", ".").partition(".")
                layer: Any = networks[network].get_submodule(path)
                own = layer._parameters.pop("weight")  # a parameter cannot hold a tensor with a history
                aside.append((layer, own))
                layer.weight = change(own)
            yield
        finally:
            hook.remove()
            for layer, own in aside:
                layer.__dict__.pop("weight", None)
                layer.weight = own

    def weights(self) -> ModuleWeights:
        """What is stored and worn for a run."""
        layers = {}
        for key, change in self.layers.items():
            assert isinstance(change, LowRank)
            layers[key.replace("/", ".")] = (change.down.weight.detach().clone(), change.up.weight.detach().clone())
        return ModuleWeights(layers, self.columns.detach().clone())


def state_of(module: ModuleWeights) -> dict[str, torch.Tensor]:
    """Stored weights under the names of an `Adapter`."""
    state = {"columns": module.columns.float()}
    for name, (down, up) in module.layers.items():
        key = name.replace(".", "/")
        state |= {f"layers.{key}.down.weight": down.float(), f"layers.{key}.up.weight": up.float()}
    return state


class LowRankStage(Stage):
    """What stages share that train new input channels and low-rank changes.

    Attributes:
        channels: input channels that are added.
        rank: of every change.
        words: whether the text encoder is changed too.
    """

    channels: ClassVar[int]
    rank: ClassVar[int] = 32
    words: ClassVar[bool] = False
    learning_rate = 1e-3
    weight_decay = 0.0  # it would pull the changes back to the painter
    batch = 4  # early learning is bound by steps
    decay = 0.999
    measure_every = 1_500

    @cached_property
    def painter(self) -> FrozenPainter:
        """The painter that is changed."""
        return FrozenPainter()

    def build(self) -> nn.Module:
        """An adapter that changes nothing yet."""
        return Adapter(self.painter, self.channels, self.rank, words=self.words)

    def shipped(self) -> dict[str, torch.Tensor] | None:
        """The shipped weights; layers that were not changed when they were trained begin as changes by nothing."""
        folder = EMBEDDED / self.name
        return self.build().state_dict() | state_of(ModuleWeights.load(folder)) if (folder / COLUMNS).is_file() else None

    def export(self, model: nn.Module) -> None:
        """Writes what `ModuleWeights.load` reads."""
        assert isinstance(model, Adapter)
        model.weights().save(self.folder(self.name))
