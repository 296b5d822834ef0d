"""LoRA: learned low-rank changes of weights, worn for a while."""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from ...errors import BadInput
from ...technique import Technique
from ...weights import NETWORKS, Pair, layers_of, low_rank

if TYPE_CHECKING:
    from ...backbones.model import Model


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
        with low_rank(model, self.layers, self.strength):
            yield
