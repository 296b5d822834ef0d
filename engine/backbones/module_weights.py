"""Weights of modules that share a painter's: stored as what differs, worn for a run, or written out as a folder of their own.

A module is new columns of the U-Net's first layer, for the channels it adds, and low-rank changes of other layers. So several
modules share one base in memory, and a fine-tuned painter of 25 MB ships as one of 6.
"""

import contextlib
import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

import torch

from ..errors import ModelNotFound, UnsupportedModel
from ..weights import NETWORKS, Pair, delta, layers_of, low_rank, widened, wider

if TYPE_CHECKING:
    from .model import Model

LAYERS = "pytorch_lora_weights.safetensors"
COLUMNS = "conv_in.safetensors"
Pipeline = Literal["StableDiffusionInstructPix2PixPipeline", "StableDiffusionInpaintPipeline"]


@dataclass(frozen=True, eq=False)
class ModuleWeights:
    """What a fine-tuned painter differs in from its base.

    Source: Hu et al. 2021, arXiv:2106.09685, for the low-rank changes; Brooks et al. 2023, arXiv:2211.09800, section 3.2, for the
    new input channels beside untouched old ones.

    Attributes:
        layers: module path that starts with its network (`unet.….to_k`) -> (down, up).
        columns: (out, extra, 3, 3), weights of the input channels that the module adds.
    """

    layers: Mapping[str, Pair]
    columns: torch.Tensor

    @property
    def channels(self) -> int:
        """Input channels that the module adds."""
        return int(self.columns.shape[1])

    @classmethod
    def load(cls, folder: str | Path) -> Self:
        """Reads a module: `pytorch_lora_weights.safetensors` with diffusers' key names, and `conv_in.safetensors`.

        Raises:
            ModelNotFound: one of the files is missing.
            BadInput: the first has no pairs of diffusers' names.
            UnsupportedModel: the second does not hold `conv_in.weight`.
        """
        from safetensors.torch import load_file

        folder = Path(folder)
        for name in (LAYERS, COLUMNS):
            if not (folder / name).is_file():
                raise ModelNotFound(f"no {name} in {folder}; train the module with `make train STAGE={folder.name}`")
        columns = load_file(folder / COLUMNS)
        if set(columns) != {"conv_in.weight"}:
            raise UnsupportedModel(f"{folder / COLUMNS} holds {sorted(columns)}; conv_in.weight alone is needed")
        return cls(layers_of(load_file(folder / LAYERS)), columns["conv_in.weight"])

    def save(self, folder: Path, kind: torch.dtype = torch.float16) -> None:
        """Writes what `load` reads.

        Args:
            folder: is made.
            kind: precision on disk.
        """
        from safetensors.torch import save_file

        folder.mkdir(parents=True, exist_ok=True)
        tensors = {}
        for name, pair in self.layers.items():
            for part, tensor in zip(("lora_A", "lora_B"), pair, strict=True):
                tensors[f"{name}.{part}.weight"] = tensor.detach().cpu().to(kind).contiguous()
        save_file(tensors, folder / LAYERS, metadata={"format": "pt"})
        save_file({"conv_in.weight": self.columns.detach().cpu().to(kind).contiguous()}, folder / COLUMNS, metadata={"format": "pt"})

    @contextlib.contextmanager
    def worn(self, model: "Model", strength: float = 1.0) -> Iterator[None]:
        """Puts the module on a model for a while; `strength` is the share of what it changes.

        Raises:
            BadInput: the module belongs to a model of another shape.
            ModelCannot: it changes a network that the model does not have.
        """
        with low_rank(model, self.layers, strength), widened(model.unet, strength * self.columns):
            yield


def write_complete(base: Path, module: ModuleWeights, folder: Path, pipeline: Pipeline) -> Path:
    """Writes base and module as one folder that plain diffusers loads, in full precision.

    Args:
        base: diffusers folder of the painter.
        module: what the fine-tuned painter differs in.
        folder: is made.
        pipeline: diffusers' class for it.

    Raises:
        BadInput: the module belongs to a model of another shape.
    """
    import diffusers
    import transformers

    network: Any = diffusers.UNet2DConditionModel
    unet = network.from_pretrained(base / "unet", use_safetensors=True, local_files_only=True).float()
    unet.conv_in = wider(unet.conv_in, module.columns.float())
    unet.register_to_config(in_channels=unet.conv_in.in_channels)
    reader: Any = transformers.CLIPTextModel
    text_encoder = reader.from_pretrained(base / "text_encoder", use_safetensors=True, local_files_only=True).float()
    networks = dict(zip(NETWORKS, (unet, text_encoder), strict=False))
    for name, pair in module.layers.items():
        owner, path = name.split(".", 1)
        weight = networks[owner].get_parameter(f"{path}.weight")
        weight.data += delta(*pair).to(weight)
    unet.save_pretrained(folder / "unet")
    text_encoder.save_pretrained(folder / "text_encoder")
    for part in ("vae", "tokenizer", "scheduler"):
        shutil.copytree(base / part, folder / part, dirs_exist_ok=True)
    index = json.loads((base / "model_index.json").read_text(encoding="utf-8"))
    (folder / "model_index.json").write_text(json.dumps(index | {"_class_name": pipeline}, indent=2) + "\n", encoding="utf-8")
    return folder
