"""Rendered scenes painted over by the embedded painter: pictures as it paints them, of which the truth is known.

Source: SDEdit (Meng et al. 2022, arXiv:2108.01073): noise is added up to a level, and the painter takes it away again, told what the
scene shows. At low levels things stay where they are and become what the painter makes of them, so eyes that learn from
such pictures know its hand.
"""

import json
from functools import lru_cache
from typing import Any

import numpy as np
import torch

from ..world import Scene, caption
from ..world.tokenizer import build_tokenizer
from .stage import EMBEDDED

STEPS = 6
LEVELS = (0.15, 0.42)  # share of the noise levels, drawn for each batch


@lru_cache(maxsize=1)
def painter() -> tuple[Any, Any, Any, Any]:
    """The shipped painter's autoencoder, U-Net, text encoder and noise schedule."""
    from diffusers import AutoencoderKL, DDIMScheduler, UNet2DConditionModel
    from transformers import CLIPTextModel

    folder = EMBEDDED / "painter"
    vae = AutoencoderKL.from_pretrained(folder / "vae", use_safetensors=True, local_files_only=True).float().eval()
    unet = UNet2DConditionModel.from_pretrained(folder / "unet", use_safetensors=True, local_files_only=True).float().eval()
    text = CLIPTextModel.from_pretrained(folder / "text_encoder", use_safetensors=True, local_files_only=True).float().eval()
    return vae, unet, text, DDIMScheduler.from_pretrained(folder / "scheduler", local_files_only=True)


@lru_cache(maxsize=1)
def paintable() -> tuple[str, ...]:
    """Names of the things that the shipped painter was taught."""
    return tuple(json.loads((EMBEDDED / "painter" / "world.json").read_text())["objects"])


@torch.no_grad()
def repainted(pixels: np.ndarray, scenes: list[Scene], rng: np.random.Generator, *, level: float | None = None, guidance: float = 2.0) -> np.ndarray:
    """Paints pictures over.

    Args:
        pixels: (n, 64, 64, 3) uint8.
        scenes: what they show; only `paintable` things.
        rng: where chance comes from.
        level: share of the noise levels, in [0, 1]; drawn from `LEVELS` when None.
        guidance: classifier-free guidance scale.

    Returns:
        (n, 64, 64, 3) uint8.
    """
    vae, unet, text, schedule = painter()
    tokenizer = build_tokenizer()
    level = float(rng.uniform(*LEVELS)) if level is None else level
    words = [*(caption(scene, rng) for scene in scenes), *([""] * len(scenes))]
    ids = torch.tensor(tokenizer(words, padding="max_length", truncation=True).input_ids)
    alphas = schedule.alphas_cumprod
    times = np.linspace(level * (len(alphas) - 1), 0, STEPS + 1).round().astype(int)
    with torch.autocast("cpu", torch.bfloat16):
        start = vae.encode(torch.from_numpy(pixels).permute(0, 3, 1, 2).float() / 127.5 - 1).latent_dist.mean.float()
        context = text(ids)[0]
        x = alphas[times[0]].sqrt() * start + (1 - alphas[times[0]]).sqrt() * torch.from_numpy(rng.normal(size=start.shape)).float()
        for now, after in zip(times[:-1], times[1:], strict=True):
            told, untold = unet(torch.cat([x, x]), torch.tensor(int(now)), context).sample.float().chunk(2)
            v = untold + guidance * (told - untold)
            signal, noise = alphas[now].sqrt(), (1 - alphas[now]).sqrt()
            clean, rest = signal * x - noise * v, noise * x + signal * v  # v-prediction, DDIM
            x = clean if after == 0 else alphas[after].sqrt() * clean + (1 - alphas[after]).sqrt() * rest
        back = vae.decode(x).sample.float().clamp(-1, 1)
    return ((back + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy()
