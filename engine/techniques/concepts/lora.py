"""LoRA: learned low-rank changes of weights, worn for a while."""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

import torch

from ...errors import BadInput, ModelCannot
from ...technique import Technique
from ...weights import added

if TYPE_CHECKING:
    from ...backbones.model import Model

Pair = tuple[torch.Tensor, torch.Tensor]
"""(down, up): down is (rank, in, …), up is (out, rank, …)."""

NETWORKS = ("unet", "text_encoder", "text_encoder_2")


@dataclass(frozen=True, eq=False)
class LoRA(Technique):
    """Add strength·up·down to weights for the run.

    Source: Hu et al. 2021, arXiv:2106.09685, equation 3; key names of diffusers and peft (`unet.….lora_A.weight`).
    Differs: deltas are summed once before the run and the original tensors put back, so that nothing drifts.

    Attributes:
        layers: module path that starts with its network (`unet.mid_block.….to_k`) -> (down, up), with alpha / rank inside up.
        strength: multiple of the change; 1 is as it was learned.
        window: share of the run in which it is worn.
    """

    layers: Mapping[str, Pair]

    def __post_init__(self) -> None:
        for name, (down, up) in self.layers.items():
            if name.split(".")[0] not in NETWORKS:
                raise BadInput(f"layer {name!r} must start with one of {NETWORKS}")
            if down.ndim < 2 or up.ndim < 2 or down.shape[0] != up.shape[1]:
                raise BadInput(f"layer {name!r}: down {tuple(down.shape)} and up {tuple(up.shape)} do not share a rank")

    @classmethod
    def load(cls, path: str | Path, *, strength: float = 1.0) -> Self:
        """Reads a safetensors file with diffusers' or peft's key names.

        Raises:
            BadInput: another file type, or keys of another convention.
        """
        from safetensors.torch import load_file

        path = Path(path)
        if path.suffix != ".safetensors":
            raise BadInput(f"{path} is not a safetensors file; other weights are not opened")
        return cls(layers_of(load_file(path)), strength=strength)

    @contextlib.contextmanager
    def weights(self, model: "Model") -> Iterator[None]:
        """Adds the changes of every network that the file names."""
        networks = dict(zip(NETWORKS, (model.unet, *model.text_encoders), strict=False))
        with contextlib.ExitStack() as stack:
            for name, network in networks.items():
                mine = {f"{key.removeprefix(f'{name}.')}.weight": delta(*pair) for key, pair in self.layers.items() if key.startswith(f"{name}.")}
                if mine:
                    stack.enter_context(added(network, mine, self.strength))
            missing = {key.split(".")[0] for key in self.layers} - set(networks)
            if missing:
                raise ModelCannot(f"this LoRA changes {sorted(missing)}, which a model of family {model.family!r} does not have")
            yield


def delta(down: torch.Tensor, up: torch.Tensor) -> torch.Tensor:
    """The change of one weight: up·down, also of convolutions."""
    return (up.flatten(1).float() @ down.flatten(1).float()).reshape(up.shape[0], *down.shape[1:])


def layers_of(tensors: Mapping[str, torch.Tensor]) -> dict[str, Pair]:
    """Pairs up the tensors of a file; `….alpha` scales by alpha / rank.

    Raises:
        BadInput: no pair is found.
    """
    layers: dict[str, Pair] = {}
    for key, down in tensors.items():
        for a, b in ((".lora_A.weight", ".lora_B.weight"), (".lora.down.weight", ".lora.up.weight")):
            if key.endswith(a) and key.removesuffix(a) + b in tensors:
                name = key.removesuffix(a)
                alpha = tensors.get(f"{name}.alpha")
                up = tensors[name + b]
                layers[name] = down, up if alpha is None else up * (float(alpha) / down.shape[0])
    if not layers:
        raise BadInput(f"no lora_A and lora_B among {list(tensors)[:3]}; kohya's names can be converted by diffusers' save_lora_weights")
    return layers
