"""GLIGEN's layers apart from their U-Net: gated self-attention and the network that reads boxes.

They are stored and kept by themselves under the names that they have in a complete gated U-Net, and worn by a plain one for a
run, so that one base serves both. `write_gated` makes the complete folder that diffusers' own pipeline loads.
"""

import contextlib
import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from ..errors import BadInput, ModelCannot, ModelNotFound, UnsupportedModel
from ..weights import replaced
from . import text as reading

if TYPE_CHECKING:
    from .model import Model

FILE = "model.safetensors"


class Gates(nn.Module):
    """Fresh gated layers for every transformer block of a `UNet2DConditionModel`; their gates are closed (alpha = 0).

    Source: Li et al. 2023 (GLIGEN), arXiv:2301.07093, sections 4.1 and 4.2; classes of diffusers.

    Args:
        unet: gives widths and names; it is not changed.

    Attributes:
        position_net: `GLIGENTextBoundingboxProjection`: phrases and boxes to grounding tokens.
        fusers: path of a transformer block -> its `GatedSelfAttentionDense`.
    """

    def __init__(self, unet: Any) -> None:
        from diffusers.models.attention import BasicTransformerBlock, GatedSelfAttentionDense
        from diffusers.models.embeddings import GLIGENTextBoundingboxProjection

        super().__init__()
        width = int(unet.config.cross_attention_dim)
        self.position_net = GLIGENTextBoundingboxProjection(positive_len=width, out_dim=width, feature_type="text-only")
        self.fusers: dict[str, nn.Module] = {}
        for path, block in unet.named_modules():
            if isinstance(block, BasicTransformerBlock):
                heads, inner = block.attn1.heads, block.attn1.inner_dim
                fuser = GatedSelfAttentionDense(block.attn1.query_dim, width, heads, inner // heads)
                self.fusers[path] = fuser
                _hang(self, f"{path}.fuser", fuser)

    @classmethod
    def load(cls, folder: str | Path, unet: Any) -> "Gates":
        """Reads the gates that were trained for a U-Net.

        Raises:
            ModelNotFound: the folder holds none.
            UnsupportedModel: they are of another architecture.
        """
        from safetensors.torch import load_file

        file = Path(folder) / FILE
        if not file.is_file():
            raise ModelNotFound(f"{file} is missing: the gates are not trained")
        gates = cls(unet)
        try:
            gates.load_state_dict({name: tensor.float() for name, tensor in load_file(file).items()})
        except RuntimeError as error:
            raise UnsupportedModel(f"{file} does not fit this U-Net: {str(error).splitlines()[0]}") from error
        return gates.eval().requires_grad_(False)

    def save(self, folder: str | Path) -> None:
        """Writes them in half precision, under the names of a complete gated U-Net."""
        from safetensors.torch import save_file

        Path(folder).mkdir(parents=True, exist_ok=True)
        save_file({name: tensor.detach().cpu().half().contiguous() for name, tensor in self.state_dict().items()}, Path(folder) / FILE)

    @property
    def openness(self) -> float:
        """Mean |tanh alpha| over all gates: 0 is closed."""
        return float(torch.stack([alpha.detach().tanh().abs() for name, alpha in self.named_parameters() if is_alpha(name)]).mean())


def is_alpha(name: str) -> bool:
    """Whether a parameter is the opening of a gate."""
    return name.endswith((".alpha_attn", ".alpha_dense"))


def _hang(root: nn.Module, path: str, leaf: nn.Module) -> None:
    """Registers a module under a dotted path, so that its parameters are named as in the U-Net."""
    *parents, last = path.split(".")
    for name in parents:
        if name not in root._modules:
            root.add_module(name, nn.Module())
        root = root._modules[name]  # type: ignore[assignment]
    root.add_module(last, leaf)


@contextlib.contextmanager
def fused(unet: Any, gates: Gates) -> Iterator[None]:
    """Puts gates into a plain U-Net, and takes them out again.

    Raises:
        ModelCannot: the U-Net has gates of its own, or blocks that these do not know.
    """
    if getattr(unet, "position_net", None) is not None:
        raise ModelCannot("this U-Net has gated attention of its own; use it without other gates")
    modules = dict(unet.named_modules())
    if not set(gates.fusers) <= set(modules):
        raise ModelCannot(f"these gates are of another U-Net: it has no {sorted(set(gates.fusers) - set(modules))[0]}")
    try:
        for path, fuser in gates.fusers.items():
            modules[path].fuser = fuser
        unet.position_net = gates.position_net
        yield
    finally:
        for path in gates.fusers:
            with contextlib.suppress(AttributeError):  # the last ones, if putting them in was interrupted
                del modules[path].fuser
        with contextlib.suppress(AttributeError):
            del unet.position_net


@contextlib.contextmanager
def worn(model: "Model", gates: Gates | None, strength: float) -> Iterator[None]:
    """Lets a model paint with gates, opened by a share.

    Args:
        model: its attention processor serves the gates too.
        gates: those to put in; None uses the gates the U-Net has.
        strength: s in x + s·tanh(alpha)·(…), from 0 to 1.

    Raises:
        ModelCannot: no gates were given and the U-Net has none, or both.
        BadInput: a strength outside [0, 1].
    """
    if not 0 <= strength <= 1:
        raise BadInput(f"gates can be opened by a share from 0 to 1, not {strength}")
    with contextlib.ExitStack() as stack:
        if gates is not None:
            stack.enter_context(fused(model.unet, gates.to(model.device, model.dtype)))
            model.attention.install(model.unet)
        elif "boxes" not in model.can:
            raise ModelCannot("this U-Net has no gated attention; give gates, take a GLIGEN model, or use layout guidance")
        if strength != 1:
            alphas = {name: value for name, value in model.unet.named_parameters() if is_alpha(name)}
            # The classes know no scale: s·tanh(alpha) is tanh of another alpha.
            shares = {name: (strength * alpha.detach().double().tanh()).atanh() for name, alpha in alphas.items()}
            stack.enter_context(replaced(model.unet, shares))
        yield


@torch.no_grad()
def phrase_features(model: "Model", phrases: Sequence[str]) -> torch.Tensor:
    """What the text encoder says of whole phrases: its state at the end token, (phrases, text width).

    Source: diffusers' GLIGEN pipeline (`pooler_output`).
    """
    tokenizer, encoder = model.tokenizers[0], model.text_encoders[0]
    written = [reading.expanded(phrase, model.expansions) for phrase in phrases]
    longest = reading.length(tokenizer, encoder)
    ids = tokenizer(written, padding="max_length", max_length=longest, truncation=True, return_tensors="pt").input_ids
    pooled: torch.Tensor = encoder(ids.to(model.device)).pooler_output
    return pooled


def completed(unet: Any, gates: Gates) -> Any:
    """A U-Net of its own with the weights of both; the plain one is left as it was."""
    with fused(unet, gates):
        made = type(unet)(**(dict(unet.config) | {"attention_type": "gated"}))
        made.load_state_dict(unet.state_dict())
    return made.eval().requires_grad_(False)


def write_gated(base: str | Path, gates: str | Path, folder: str | Path) -> Path:
    """Writes a complete GLIGEN folder, which `StableDiffusionGLIGENPipeline.from_pretrained` loads.

    Args:
        base: a Stable Diffusion folder with a plain U-Net.
        gates: the folder of the gates trained for it.
        folder: is made.

    Raises:
        ModelNotFound: gates are missing.
        UnsupportedModel: gates of another architecture.
    """
    import diffusers

    base, folder = Path(base), Path(folder)
    network: Any = diffusers.UNet2DConditionModel
    plain = network.from_pretrained(base / "unet", use_safetensors=True, local_files_only=True)
    complete = completed(plain, Gates.load(gates, plain))
    folder.mkdir(parents=True, exist_ok=True)
    complete.half().save_pretrained(folder / "unet")
    for part in sorted(path for path in base.iterdir() if path.is_dir() and path.name != "unet"):
        shutil.copytree(part, folder / part.name, dirs_exist_ok=True)
    index = json.loads((base / "model_index.json").read_text()) | {"_class_name": "StableDiffusionGLIGENPipeline"}
    (folder / "model_index.json").write_text(json.dumps(index, indent=2) + "\n")
    return folder
