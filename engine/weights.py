"""Changing weights and tokens for a while, and leaving the model bit-identical.

Nothing is added and subtracted again: the original tensors are put aside and put back.
"""

import contextlib
import copy
import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from .errors import BadInput, ModelCannot

if TYPE_CHECKING:
    from .backbones.model import Model

Pair = tuple[torch.Tensor, torch.Tensor]
"""(down, up) of a low-rank change: down is (rank, in, …), up is (out, rank, …)."""

NETWORKS = ("unet", "text_encoder", "text_encoder_2")
"""The networks that a low-rank change may name, in the order of a model's U-Net and text encoders."""


@contextlib.contextmanager
def replaced(module: nn.Module, tensors: Mapping[str, torch.Tensor]) -> Iterator[None]:
    """Puts other values in the place of some parameters.

    Args:
        module: a network.
        tensors: by parameter name (`up_blocks.1.….to_k.weight`), of the same shape; cast to the parameter's type.

    Raises:
        BadInput: no such parameter, or another shape.
    """
    parameters = _fitting(module, tensors)
    aside = {name: parameters[name].data for name in tensors}
    try:
        for name, tensor in tensors.items():
            parameters[name].data = tensor.detach().to(aside[name])
        yield
    finally:
        for name, original in aside.items():
            parameters[name].data = original


@contextlib.contextmanager
def added(module: nn.Module, deltas: Mapping[str, torch.Tensor], scale: float = 1.0) -> Iterator[None]:
    """Adds scale·delta to some parameters.

    Args:
        module: a network.
        deltas: by parameter name; for LoRA (Hu et al. 2021, arXiv:2106.09685) up @ down, times alpha / rank.
        scale: share that is added.

    Raises:
        BadInput: no such parameter, or another shape.
    """
    parameters = _fitting(module, deltas)
    summed = {name: parameters[name].data.float() + scale * delta.to(parameters[name].device).float() for name, delta in deltas.items()}
    with replaced(module, summed):
        yield


@contextlib.contextmanager
def low_rank(model: "Model", layers: Mapping[str, Pair], scale: float = 1.0) -> Iterator[None]:
    """Adds scale·up·down to weights of the U-Net and the text encoders.

    Args:
        model: whose networks change.
        layers: module path that starts with its network (`unet.mid_block.….to_k`) -> (down, up).
        scale: share that is added.

    Raises:
        BadInput: no such layer, or another shape.
        ModelCannot: a network that the model does not have.
    """
    networks = dict(zip(NETWORKS, (model.unet, *model.text_encoders), strict=False))
    missing = {name.split(".")[0] for name in layers} - set(networks)
    if missing:
        raise ModelCannot(f"these weights change {sorted(missing)}, which a model of family {model.family!r} does not have")
    with contextlib.ExitStack() as stack:
        for name, network in networks.items():
            mine = {f"{key.removeprefix(f'{name}.')}.weight": delta(*pair) for key, pair in layers.items() if key.startswith(f"{name}.")}
            if mine:
                stack.enter_context(added(network, mine, scale))
        yield


@contextlib.contextmanager
def widened(unet: Any, columns: torch.Tensor) -> Iterator[None]:
    """Lets a U-Net take more input channels; what it does with the ones it had stays as it was.

    Args:
        unet: whose first layer is put aside for another one.
        columns: (out, extra, height, width), weights of the new channels, which come after the old ones.

    Raises:
        BadInput: columns do not fit the first layer.
    """
    before = unet.conv_in
    unet.conv_in = wider(before, columns)
    try:
        yield
    finally:
        unet.conv_in = before


def wider(layer: nn.Conv2d, columns: torch.Tensor) -> nn.Conv2d:
    """A convolution with more input channels, bias included.

    Raises:
        BadInput: columns do not fit the layer.
    """
    old = layer.weight.data
    if columns.ndim != 4 or (columns.shape[0], *columns.shape[2:]) != (old.shape[0], *old.shape[2:]):
        raise BadInput(f"new columns {tuple(columns.shape)} do not fit a first layer of {tuple(old.shape)}")
    extra = layer.in_channels + columns.shape[1]
    with torch.device("meta"):  # the values come next
        new = nn.Conv2d(extra, layer.out_channels, layer.kernel_size, layer.stride, layer.padding, bias=layer.bias is not None)  # type: ignore[arg-type]
    new.weight = nn.Parameter(torch.cat([old, columns.detach().to(old)], dim=1), requires_grad=False)
    new.bias = layer.bias
    return new


def delta(down: torch.Tensor, up: torch.Tensor) -> torch.Tensor:
    """The change of one weight: up·down, also of convolutions."""
    return (up.flatten(1).float() @ down.flatten(1).float()).reshape(up.shape[0], *down.shape[1:])


def layers_of(tensors: Mapping[str, torch.Tensor]) -> dict[str, Pair]:
    """Pairs up the tensors of a file with diffusers' or peft's key names; `….alpha` scales by alpha / rank.

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


def _fitting(module: nn.Module, tensors: Mapping[str, torch.Tensor]) -> dict[str, nn.Parameter]:
    parameters = dict(module.named_parameters())
    for name, tensor in tensors.items():
        if name not in parameters:
            raise BadInput(f"{type(module).__name__} has no parameter {name!r}")
        if parameters[name].shape != tensor.shape:
            raise BadInput(f"{name}: shape {tuple(tensor.shape)} does not fit {tuple(parameters[name].shape)}")
    return parameters


@contextlib.contextmanager
def token_rows(model: "Model", rows: Mapping[str, tuple[torch.Tensor, ...]]) -> Iterator[None]:
    """Gives words embeddings of their own, in every text encoder.

    A word that the tokenizer knows as one token gets its row replaced; a new word is added to the tokenizer, with one token
    for each vector ("<toy>" is read as "<toy> <toy>_1 …").

    Args:
        model: whose tokenizers and text encoders change.
        rows: word -> one (vectors, width) tensor for each text encoder.

    Raises:
        BadInput: tensors do not fit the encoders, or a known word is given several vectors.
    """
    for word, tensors in rows.items():
        widths = [encoder.get_input_embeddings().weight.shape[1] for encoder in model.text_encoders]
        if [tensor.shape[-1] for tensor in tensors] != widths or len({len(tensor) for tensor in tensors}) != 1:
            raise BadInput(f"{word!r}: text encoders of widths {widths} need as many (vectors, width) tensors of one length")
    tokenizers, expansions = model.tokenizers, dict(model.expansions)
    modules = [encoder.get_input_embeddings() for encoder in model.text_encoders]
    ends = [encoder.eos_token_id for encoder in model.text_encoders if hasattr(encoder, "eos_token_id")]
    try:
        model.tokenizers = tuple(copy.deepcopy(tokenizer) for tokenizer in tokenizers)
        for index, (tokenizer, encoder, module) in enumerate(zip(model.tokenizers, model.text_encoders, modules, strict=True)):
            table = module.weight.data.clone()
            for word, tensors in rows.items():
                table = _with_row(model, tokenizer, table, word, tensors[index])
            grown = nn.Embedding(table.shape[0], table.shape[1], padding_idx=module.padding_idx, device=table.device, dtype=table.dtype)
            grown.weight = nn.Parameter(table, requires_grad=False)
            encoder.set_input_embeddings(grown)
            if getattr(encoder, "eos_token_id", None) == 2:  # old CLIP pools at the largest id: a new word would be taken for the end
                encoder.eos_token_id = tokenizer.eos_token_id
        yield
    finally:
        model.tokenizers, model.expansions = tokenizers, expansions
        for encoder, module in zip(model.text_encoders, modules, strict=True):
            encoder.set_input_embeddings(module)
        for encoder, end in zip((e for e in model.text_encoders if hasattr(e, "eos_token_id")), ends, strict=True):
            encoder.eos_token_id = end


def _with_row(model: "Model", tokenizer: object, table: torch.Tensor, word: str, vectors: torch.Tensor) -> torch.Tensor:
    vectors = vectors.detach().to(table)
    vocabulary = tokenizer.get_vocab()  # type: ignore[attr-defined]
    if word in vocabulary and vocabulary[word] < len(table):
        if len(vectors) != 1:
            raise BadInput(f"{word!r} is one token of the tokenizer; give it one vector, or choose a new word")
        table[vocabulary[word]] = vectors[0]
        return table
    names = [word, *(f"{word}_{i}" for i in range(1, len(vectors)))]
    if tokenizer.add_tokens(names) != len(names):  # type: ignore[attr-defined]
        raise BadInput(f"{word!r} cannot be added to the tokenizer; choose another word")
    if len(names) > 1:
        model.expansions[word] = " ".join(names)
    last = max(tokenizer.convert_tokens_to_ids(names)) + 1  # type: ignore[attr-defined]
    grown = table.new_zeros((last, table.shape[1])) if last > len(table) else table
    grown[: len(table)] = table
    grown[tokenizer.convert_tokens_to_ids(names)] = vectors  # type: ignore[attr-defined]
    return grown


def digest_of(folder: Path) -> str:
    """Names the weights in a folder: SHA-256 over its safetensors files, 16 hexadecimal digits."""
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*.safetensors")):
        digest.update(file.relative_to(folder).as_posix().encode() + file.read_bytes())
    return digest.hexdigest()[:16]
