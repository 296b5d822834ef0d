"""Reading side networks: diffusers' `ControlNetModel` and `T2IAdapter`, safetensors only."""

from pathlib import Path
from typing import Any

import torch

from ..errors import ModelNotFound, UnsupportedModel
from .loading import HUB_ID, _json, _weights


def load_control_net(path_or_id: str | Path, *, device: str | torch.device = "cpu", dtype: torch.dtype = torch.float32) -> Any:
    """Reads a `ControlNetModel`.

    Args:
        path_or_id: a local folder, or an id of the Hugging Face hub.
        device: where it runs.
        dtype: of its weights.

    Raises:
        ModelNotFound: there is no such folder, and no such id in reach.
        UnsafeWeights: it has no safetensors.
        UnsupportedModel: another class, or a file that cannot be read.
    """
    return _read("ControlNetModel", path_or_id, device, dtype)


def load_t2i_adapter(path_or_id: str | Path, *, device: str | torch.device = "cpu", dtype: torch.dtype = torch.float32) -> Any:
    """Reads a `T2IAdapter`.

    Args:
        path_or_id: a local folder, or an id of the Hugging Face hub.
        device: where it runs.
        dtype: of its weights.

    Raises:
        ModelNotFound: there is no such folder, and no such id in reach.
        UnsafeWeights: it has no safetensors.
        UnsupportedModel: another class, or a file that cannot be read.
    """
    return _read("T2IAdapter", path_or_id, device, dtype)


def _read(name: str, path_or_id: str | Path, device: str | torch.device, dtype: torch.dtype) -> Any:
    import diffusers

    folder = Path(path_or_id).expanduser()
    if not folder.is_dir():
        if isinstance(path_or_id, Path) or not HUB_ID.fullmatch(path_or_id):
            raise ModelNotFound(f"{path_or_id} is no folder, and not the form of a hub id (owner/name)")
        folder = _from_hub(path_or_id)
    _weights(folder)
    found = _json(folder / "config.json").get("_class_name")
    if found != name:
        raise UnsupportedModel(f"{folder} holds a {found}, not a {name}")
    cls: Any = getattr(diffusers, name)
    try:
        network = cls.from_pretrained(folder, use_safetensors=True, local_files_only=True, dtype=dtype)
    except (OSError, ValueError, RuntimeError) as error:
        raise UnsupportedModel(f"{folder} cannot be read: {str(error).splitlines()[0]}") from error
    return network.to(device).eval().requires_grad_(False)


def _from_hub(model_id: str) -> Path:
    """Brings the configuration and the safetensors to the local cache; nothing else."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError, OfflineModeIsEnabled

    wanted = ["config.json", "diffusion_pytorch_model.safetensors"]
    try:
        try:
            return Path(snapshot_download(model_id, allow_patterns=wanted))
        except (OfflineModeIsEnabled, ConnectionError, TimeoutError):
            return Path(snapshot_download(model_id, local_files_only=True))
    except (LocalEntryNotFoundError, HfHubHTTPError, OSError) as error:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ModelNotFound(f"{model_id} is not in the local cache and the hub cannot give it: {first}") from error
