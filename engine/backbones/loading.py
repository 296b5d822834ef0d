"""Reading models from diffusers folders and hub ids: known classes and safetensors only.

No class is looked up by a name from a file, no code of a repository is run, and weights that are pickles are refused before
they are opened (CVE-2026-44513 and CVE-2026-45804 were ways around weaker rules).
"""

import contextlib
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import torch

from ..errors import ModelNotFound, UnsafeWeights, UnsupportedModel
from ..schedule import NoiseLevels
from .model import Family, Model, PredictionType

NETWORKS = {
    "unet": {"UNet2DConditionModel"},
    "vae": {"AutoencoderKL"},
    "text_encoder": {"CLIPTextModel"},
    "text_encoder_2": {"CLIPTextModelWithProjection"},
}
TOKENIZERS = {
    "CLIPTokenizer": "CLIPTokenizer",
    "CLIPTokenizerFast": "CLIPTokenizer",
    "PreTrainedTokenizerFast": "PreTrainedTokenizerFast",
    "TokenizersBackend": "PreTrainedTokenizerFast",
}
ROLES = ("unet", "vae", "text_encoder", "text_encoder_2", "tokenizer", "tokenizer_2", "scheduler")
HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")
PICKLES = {".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle"}


def load_model(path_or_id: str | Path, *, device: str | torch.device = "cpu", dtype: torch.dtype = torch.float32) -> Model:
    """Loads a Stable Diffusion 1.x/2.x or SDXL model.

    Args:
        path_or_id: a local diffusers folder, or an id of the Hugging Face hub (`owner/name`).
        device: where it runs.
        dtype: of the U-Net and the text encoders; an autoencoder that overflows in float16 stays in float32.

    Raises:
        ModelNotFound: there is no such folder, and no such id in reach.
        UnsafeWeights: a network has no safetensors.
        UnsupportedModel: a class or a configuration that this engine does not run.
    """
    folder = _folder(path_or_id, dtype)
    index = _json(folder / "model_index.json")
    for role in ("unet", "vae", "text_encoder", "text_encoder_2"):
        if _class(index, role, folder) is not None:
            _weights(folder / role)
    scheduler = _json(folder / "scheduler" / "scheduler_config.json")
    prediction = scheduler.get("prediction_type", "epsilon")
    if prediction not in ("epsilon", "v_prediction", "sample"):
        raise UnsupportedModel(f"{folder}: prediction type {prediction!r}; epsilon, v_prediction and sample are known")
    with _quietly():
        return _loaded(folder, index, scheduler, prediction, torch.device(device), dtype)


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    """Keeps progress bars of the libraries off the terminal while a model is read."""
    import transformers

    logging: Any = transformers.utils.logging
    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()


def _loaded(
    folder: Path, index: dict[str, Any], scheduler: dict[str, Any], prediction: PredictionType, device: torch.device, dtype: torch.dtype
) -> Model:
    import diffusers
    import transformers

    def network(role: str, home: Any, kind: torch.dtype = dtype) -> Any:
        cls = getattr(home, str(_class(index, role, folder)))
        try:
            variant = _variant(folder / role, dtype)
            loaded = cls.from_pretrained(folder / role, use_safetensors=True, local_files_only=True, variant=variant, dtype=kind)
        except (OSError, ValueError, RuntimeError) as error:
            raise UnsupportedModel(f"{folder / role} cannot be read: {error}") from error
        return loaded.to(device)

    def tokenizer(role: str) -> Any:
        cls = getattr(transformers, TOKENIZERS[str(_class(index, role, folder))])
        return cls.from_pretrained(folder / role, local_files_only=True)

    upcast = dtype == torch.float16 and bool(_json(folder / "vae" / "config.json").get("force_upcast", True))
    two = _class(index, "text_encoder_2", folder) is not None
    family: Family = "sdxl" if two else "sd"
    encoders = ["text_encoder", "text_encoder_2"] if two else ["text_encoder"]
    return Model(
        unet=network("unet", diffusers),
        vae=network("vae", diffusers, torch.float32 if upcast else dtype),
        text_encoders=tuple(network(role, transformers) for role in encoders),
        tokenizers=tuple(tokenizer(role.replace("text_encoder", "tokenizer")) for role in encoders),
        levels=NoiseLevels.from_config(scheduler),
        prediction_type=prediction,
        family=family,
        zero_unconditional=two and bool(index.get("force_zeros_for_empty_prompt", True)),
        folder=folder,
        device=device,
        dtype=dtype,
    )


def _json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelNotFound(f"{path} is missing; a diffusers folder has one") from None
    except (OSError, ValueError) as error:
        raise UnsupportedModel(f"{path} cannot be read: {error}") from error
    if not isinstance(value, dict):
        raise UnsupportedModel(f"{path} does not hold an object")
    return value


def _class(index: dict[str, Any], role: str, folder: Path) -> str | None:
    """The class of a part, if it is one of those we know; None where the part is absent and may be."""
    entry = index.get(role)
    home, name = entry if isinstance(entry, list) and len(entry) == 2 else (None, None)
    if name is None:
        if role.endswith("_2"):
            return None
        raise UnsupportedModel(f"{folder}: model_index.json names no {role}")
    known: Iterable[str] = TOKENIZERS if role.startswith("tokenizer") else NETWORKS[role]
    if home not in ("diffusers", "transformers") or name not in known:
        raise UnsupportedModel(f"{folder}: {role} is {home}.{name}; known are {sorted(known)}")
    return str(name)


def _weights(folder: Path) -> None:
    """Refuses a network without safetensors before anything of it is opened."""
    files = [path for path in folder.glob("*") if path.is_file()]
    if any(path.suffix == ".safetensors" for path in files):
        return
    pickles = sorted(path.name for path in files if path.suffix in PICKLES)
    if pickles:
        raise UnsafeWeights(f"{folder} holds only {pickles}, which can run code when opened; convert them to safetensors elsewhere")
    raise ModelNotFound(f"{folder} holds no weights (*.safetensors)")


def _variant(folder: Path, dtype: torch.dtype) -> str | None:
    names = [path.name for path in folder.glob("*.safetensors")]
    half = any(".fp16." in name for name in names)
    full = any(".fp16." not in name for name in names)
    return "fp16" if half and (dtype != torch.float32 or not full) else None


def _folder(path_or_id: str | Path, dtype: torch.dtype) -> Path:
    path = Path(path_or_id).expanduser()
    if path.is_dir():
        return path
    if isinstance(path_or_id, Path) or not HUB_ID.fullmatch(path_or_id):
        raise ModelNotFound(f"{path_or_id} is no folder, and not the form of a hub id (owner/name)")
    return _from_hub(path_or_id, dtype)


def _from_hub(model_id: str, dtype: torch.dtype) -> Path:
    """Brings configurations and safetensors of the known parts to the local cache; nothing else."""
    from huggingface_hub import HfApi, snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError, OfflineModeIsEnabled

    plain = ["model_index.json", *(f"{role}/*.json" for role in ROLES), "tokenizer*/*.txt"]
    try:
        try:
            files = HfApi().list_repo_files(model_id)
            patterns = [*plain, *_wanted(model_id, files, dtype)]
            return Path(snapshot_download(model_id, allow_patterns=patterns))
        except (OfflineModeIsEnabled, ConnectionError, TimeoutError):
            return Path(snapshot_download(model_id, local_files_only=True))
    except (LocalEntryNotFoundError, HfHubHTTPError, OSError) as error:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ModelNotFound(f"{model_id} is not in the local cache and the hub cannot give it: {first}") from error


def _wanted(model_id: str, files: list[str], dtype: torch.dtype) -> list[str]:
    """The weights to fetch: half precision where it is there and asked for, never both."""
    wanted = []
    for role in NETWORKS:
        mine = [name for name in files if name.startswith(f"{role}/")]
        safe = [name for name in mine if ".safetensors" in name and ".non_ema" not in name]
        if mine and not safe and any(Path(name).suffix in PICKLES for name in mine):
            raise UnsafeWeights(f"{model_id}: {role} has no safetensors; choose a repository that has them")
        half, full = [name for name in safe if ".fp16." in name], [name for name in safe if ".fp16." not in name]
        wanted += half if half and (dtype != torch.float32 or not full) else full
    return wanted
