"""A loaded model: the networks of one folder, and what they can do."""

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeAlias

import torch

from ..attention import AttentionProcessor
from ..branch import Text
from ..schedule import NoiseLevels
from . import text as reading

PredictionType: TypeAlias = Literal["epsilon", "v_prediction", "sample"]
Family: TypeAlias = Literal["sd", "sdxl"]

WHOLE = 64 * 2**20  # files up to this size are hashed whole
EDGE = 2**20


@dataclass(eq=False)
class Model:
    """The networks of one folder.

    Attributes:
        unet: diffusers `UNet2DConditionModel`; the engine's attention processor is installed in it.
        vae: diffusers `AutoencoderKL`.
        text_encoders: one for Stable Diffusion, two for SDXL.
        tokenizers: one for each text encoder.
        levels: the noise schedule the U-Net was trained with.
        prediction_type: what the U-Net predicts.
        family: sd or sdxl.
        zero_unconditional: the unconditional text is zeros, not the empty prompt (SDXL).
        folder: where it was read from.
        device: where it runs.
        dtype: of the U-Net and the text encoders.
        expansions: words that are read as several tokens; see `weights.token_rows`.
        lock: held by the run that uses the model.
    """

    unet: Any
    vae: Any
    text_encoders: tuple[Any, ...]
    tokenizers: tuple[Any, ...]
    levels: NoiseLevels
    prediction_type: PredictionType
    family: Family
    zero_unconditional: bool
    folder: Path
    device: torch.device
    dtype: torch.dtype
    expansions: dict[str, str] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)  # type: ignore[valid-type]
    attention: AttentionProcessor = field(default_factory=AttentionProcessor)

    def __post_init__(self) -> None:
        for module in (self.unet, self.vae, *self.text_encoders):
            module.eval().requires_grad_(False)
        self.attention.install(self.unet)

    @property
    def factor(self) -> int:
        """Pixels for one latent cell."""
        return int(2 ** (len(self.vae.config.block_out_channels) - 1))

    @property
    def channels(self) -> int:
        """Channels of the latent."""
        return int(self.vae.config.latent_channels)

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels that it was trained for."""
        side = self.unet.config.sample_size
        height, width = (side, side) if isinstance(side, int) else side
        return int(width) * self.factor, int(height) * self.factor

    @property
    def can(self) -> frozenset[str]:
        """What the networks can do: text-to-image, image-to-image, inpaint, instruct, boxes."""
        extra = int(self.unet.config.in_channels) - self.channels
        kinds = {0: {"text-to-image", "image-to-image"}, self.channels + 1: {"inpaint"}, self.channels: {"instruct"}}.get(extra, set())
        gated = {"boxes"} if getattr(self.unet, "position_net", None) is not None else set()
        return frozenset(kinds | gated)

    @cached_property
    def fingerprint(self) -> str:
        """Names the weights: SHA-256 over every file of the networks, 16 hexadecimal digits.

        Files over 64 MiB count by size, first and last MiB, so that a large checkpoint is named in a moment.
        """
        digest = hashlib.sha256()
        for path in sorted(p for p in self.folder.rglob("*") if p.suffix in {".safetensors", ".json"} and p.is_file()):
            size = path.stat().st_size
            digest.update(f"{path.relative_to(self.folder).as_posix()}:{size}:".encode())
            with path.open("rb") as file:
                if size <= WHOLE:
                    digest.update(file.read())
                else:
                    digest.update(file.read(EDGE))
                    file.seek(-EDGE, 2)
                    digest.update(file.read(EDGE))
        return digest.hexdigest()[:16]

    def words(self, prompt: str) -> reading.Words:
        """Finds the tokens of every word of a prompt; both SDXL tokenizers split alike."""
        tokenizer = self.tokenizers[0]
        return reading.words(prompt, tokenizer, reading.length(tokenizer, self.text_encoders[0]), dict(self.expansions))

    @torch.no_grad()
    def encode_text(self, prompts: Sequence[str | None]) -> list[Text]:
        """Encodes prompts as the model's own pipeline does.

        Args:
            prompts: texts; None is the unconditional text.
        """
        parts, pooled = [], None
        for tokenizer, encoder in zip(self.tokenizers, self.text_encoders, strict=True):
            written = [reading.expanded(prompt or "", self.expansions) for prompt in prompts]
            longest = reading.length(tokenizer, encoder)
            ids = tokenizer(written, padding="max_length", max_length=longest, truncation=True, return_tensors="pt").input_ids
            if self.family == "sdxl":
                # Podell et al. 2023, arXiv:2307.01952: the last layer but one of both encoders, pooled text of the second.
                out = encoder(ids.to(self.device), output_hidden_states=True)
                parts.append(out.hidden_states[-2])
                pooled = out[0]
            else:
                parts.append(encoder(ids.to(self.device))[0])
        embeddings = torch.cat(parts, dim=-1)  # (prompts, tokens, text width)
        texts = []
        for i, prompt in enumerate(prompts):
            blank = prompt is None and self.zero_unconditional
            mine, my_pool = embeddings[i], None if pooled is None else pooled[i]
            if blank:
                mine, my_pool = torch.zeros_like(mine), None if my_pool is None else torch.zeros_like(my_pool)
            texts.append(Text(prompt, mine, my_pool))
        return texts
