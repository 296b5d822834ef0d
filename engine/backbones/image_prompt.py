"""Weights of an image prompt: how an image's embedding becomes tokens, and which keys and values read them in each layer.

The file is that of diffusers' `load_ip_adapter`; the encoder beside it is a vision tower of CLIP.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import torch
from PIL import Image
from torch.nn import functional as F

from ..errors import BadInput, ModelNotFound
from ..perception.detector import pixels_of
from ..perception.stem import whole

WEIGHTS = "ip_adapter.safetensors"
ENCODER = "image_encoder"


def cross_layers(unet: Any) -> list[str]:
    """Paths of the cross-attention layers in the order in which a file numbers them (1, 3, 5 and so on)."""
    return [name.removesuffix(".processor") for name in unet.attn_processors if name.endswith("attn2.processor")]


@dataclass(frozen=True, eq=False)
class ImagePromptWeights:
    """What an IP-Adapter learned.

    Source: Ye et al. 2023, arXiv:2308.06721, section 3.2 (decoupled cross-attention; a linear layer and a layer norm give the tokens).

    Attributes:
        projection: `proj.weight` (tokens·width, embedding), `proj.bias`, `norm.weight`, `norm.bias`.
        keys: (inner, width) of every cross-attention layer, by its path.
        values: the same for values.
    """

    projection: Mapping[str, torch.Tensor]
    keys: Mapping[str, torch.Tensor]
    values: Mapping[str, torch.Tensor]

    @classmethod
    def load(cls, file: str | Path, unet: Any) -> Self:
        """Reads diffusers' file, whose layers are numbered.

        Args:
            file: safetensors with `image_proj.….` and `ip_adapter.….` keys.
            unet: names the layers.

        Raises:
            ModelNotFound: there is no such file.
            BadInput: it holds another kind of adapter, or one for another U-Net.
        """
        from safetensors.torch import load_file

        file = Path(file)
        if file.suffix != ".safetensors" or not file.is_file():
            raise ModelNotFound(f"no safetensors file {file}; train the module with `make train STAGE=image_prompt`")
        held = load_file(file)
        projection = {key.removeprefix("image_proj."): value.float() for key, value in held.items() if key.startswith("image_proj.")}
        if set(projection) != {"proj.weight", "proj.bias", "norm.weight", "norm.bias"}:
            raise BadInput(f"{file} projects by {sorted(projection)}; a linear layer and a norm are known (not Plus, Full or FaceID)")
        layers = cross_layers(unet)
        try:
            keys, values = (
                {layer: held[f"ip_adapter.{2 * at + 1}.{part}_ip.weight"].float() for at, layer in enumerate(layers)} for part in ("to_k", "to_v")
            )
        except KeyError as error:
            raise BadInput(f"{file} has no {error}: it belongs to a U-Net with other layers") from None
        return cls(projection, keys, values)

    def save(self, file: Path, unet: Any, kind: torch.dtype = torch.float16) -> None:
        """Writes what `load` and diffusers' `load_ip_adapter` read."""
        from safetensors.torch import save_file

        tensors = {f"image_proj.{key}": value for key, value in self.projection.items()}
        for at, layer in enumerate(cross_layers(unet)):
            tensors |= {f"ip_adapter.{2 * at + 1}.to_k_ip.weight": self.keys[layer], f"ip_adapter.{2 * at + 1}.to_v_ip.weight": self.values[layer]}
        file.parent.mkdir(parents=True, exist_ok=True)
        save_file({key: value.detach().cpu().to(kind).contiguous() for key, value in tensors.items()}, file, metadata={"format": "pt"})

    def tokens(self, embeddings: torch.Tensor) -> torch.Tensor:
        """What the layers read.

        Args:
            embeddings: (images, embedding); zeros stand for no image.

        Returns:
            (images, tokens, width).
        """
        norm = self.projection["norm.weight"]
        flat = F.linear(embeddings.to(norm), self.projection["proj.weight"], self.projection["proj.bias"])
        return F.layer_norm(flat.unflatten(1, (-1, len(norm))), (len(norm),), norm, self.projection["norm.bias"])

    def to(self, device: torch.device) -> Self:
        """The same weights on another device."""
        moved = ({key: value.to(device) for key, value in part.items()} for part in (self.projection, self.keys, self.values))
        return type(self)(*moved)


class ImageEncoder:
    """Gives pictures their embedding.

    Args:
        model: a `CLIPVisionModelWithProjection`.
    """

    def __init__(self, model: Any) -> None:
        self.model = model.eval().requires_grad_(False)

    @classmethod
    def load(cls, folder: str | Path) -> Self:
        """Reads a transformers folder.

        Raises:
            ModelNotFound: there are no weights in it.
            UnsupportedModel: they are of another architecture.
        """
        from transformers import CLIPVisionModelWithProjection

        return cls(whole(CLIPVisionModelWithProjection, Path(folder)))

    def embed(self, pictures: Sequence[Image.Image]) -> torch.Tensor:
        """Embeddings, (pictures, embedding); each picture is brought to the encoder's square size.

        Differs: pixels in [-1, 1], not CLIP's own normalisation, which belongs to its photos; whole pictures, not their middle.
        """
        side = int(self.model.config.image_size)
        pixels = torch.cat([pixels_of(picture, side) for picture in pictures])
        with torch.no_grad():
            embedded: torch.Tensor = self.model(pixel_values=pixels.to(self.model.device)).image_embeds
        return embedded
