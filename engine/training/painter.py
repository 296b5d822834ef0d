"""Trains the embedded painter: a CLIP text encoder and a U-Net, jointly, on latents of world scenes.

v-prediction (Salimans & Ho 2022, arXiv:2202.00512). Noise levels are drawn in proportion to min(SNR + 1, γ) / (SNR + 1),
γ = 5: min-SNR (Hang et al. 2023, arXiv:2303.09556) as a distribution instead of a weight, so that no sample is spent on
levels that hardly count. Where the level shows the objects (SNR > 0.5), their cells weigh three times the background's.
The noise schedule ends at ᾱ = 2e-4, not at Stable Diffusion's 5e-3: a 16×16 latent has so few values that their mean
would shine through 5e-3, and pure noise at sampling would come out grey. Cross-attention of a thing's words is pulled
onto the thing's mask (as in GLIGEN-era supervision; weight 0.05): it binds colours sooner and gives attention-based
techniques maps that mean something.
"""

import json
from collections.abc import Iterator
from typing import Any

import diffusers
import numpy as np
import torch
from diffusers import AutoencoderKL, DDIMScheduler, UNet2DConditionModel
from diffusers.models.attention_processor import Attention
from torch import nn
from torch.nn import functional as F
from transformers import CLIPTextConfig, CLIPTextModel

from ..world import OBJECTS, Scene, caption, render, sample_scene
from ..world.tokenizer import MAX_LENGTH, build_tokenizer
from .levels import Levels, noised
from .pool import Item, Pool, dropped
from .precision import autocast
from .stage import EMBEDDED, Stage, batches

WIDTH = 192
ATTENTION_WEIGHT = 0.05
EMPTY = 0.1  # share of captions dropped, for classifier-free guidance
# Large single things first: a shape fills few cells of a small thing's latents.
EARLY: dict[str, Any] = {"mix": (0.8, 0.08, 0.04, 0.05, 0.03), "plain": 0.5, "sizes": (0.5, 0.05, 0.45)}
LATE: dict[str, Any] = {"mix": (0.5, 0.25, 0.1, 0.12, 0.03)}
LEARNED = tuple(o.name for o in OBJECTS.values() if o.stage == 1)


def scheduler() -> DDIMScheduler:
    """The noise schedule the painter is trained on."""
    return DDIMScheduler(
        beta_start=0.00085,
        beta_end=0.02,
        beta_schedule="scaled_linear",
        clip_sample=False,
        set_alpha_to_one=True,
        prediction_type="v_prediction",
        timestep_spacing="trailing",
        steps_offset=1,  # not used by trailing spacing; other values make the pipeline warn
    )


class PainterModel(nn.Module):
    """U-Net and text encoder as one module, so that both are trained, averaged and kept together."""

    def __init__(self) -> None:
        super().__init__()
        channels = (96, 128, 192)
        self.unet = UNet2DConditionModel(
            sample_size=16,
            in_channels=4,
            out_channels=4,
            block_out_channels=channels,
            layers_per_block=1,
            down_block_types=("CrossAttnDownBlock2D",) * 3,
            up_block_types=("CrossAttnUpBlock2D",) * 3,
            cross_attention_dim=WIDTH,
            attention_head_dim=tuple(c // 32 for c in channels),  # the number of heads, despite its name
            norm_num_groups=16,
        )
        tokenizer = build_tokenizer()
        self.text_encoder = CLIPTextModel(
            CLIPTextConfig(
                vocab_size=len(tokenizer),
                hidden_size=WIDTH,
                intermediate_size=2 * WIDTH,
                num_hidden_layers=3,
                num_attention_heads=6,
                max_position_embeddings=MAX_LENGTH,
                projection_dim=WIDTH,
                pad_token_id=tokenizer.pad_token_id,
                bos_token_id=tokenizer.bos_token_id,
                eos_token_id=tokenizer.eos_token_id,
            )
        )


class _Explicit:
    """Attention with an explicit softmax: the fused kernel's backward pass is slow on a CPU at this size.

    Cross-attention leaves its probabilities, averaged over heads, in a list.
    """

    def __init__(self, seen: list[torch.Tensor]) -> None:
        self.seen = seen

    def __call__(
        self, attn: Attention, hidden_states: torch.Tensor, encoder_hidden_states: torch.Tensor | None = None, **_: object
    ) -> torch.Tensor:
        rows, pixels, _width = hidden_states.shape
        heads = attn.heads
        context = hidden_states if encoder_hidden_states is None else encoder_hidden_states
        q, k, v = (
            part.view(rows, -1, heads, part.shape[-1] // heads).transpose(1, 2)
            for part in (attn.to_q(hidden_states), attn.to_k(context), attn.to_v(context))
        )  # (rows, heads, pixels | tokens, width)
        scores = (q * attn.scale) @ k.transpose(-1, -2)
        if encoder_hidden_states is None:
            probabilities = scores.softmax(-1, dtype=v.dtype)
        else:
            probabilities = scores.float().softmax(-1)  # (rows, heads, pixels, tokens)
            self.seen.append(probabilities.mean(1))
        mixed = (probabilities.to(v.dtype) @ v).transpose(1, 2).reshape(rows, pixels, -1)
        return attn.to_out[0](mixed)


def watch(unet: UNet2DConditionModel) -> list[torch.Tensor]:
    """Makes a U-Net leave its cross-attention maps in the returned list at every call."""
    seen: list[torch.Tensor] = []
    unet.set_attn_processor(_Explicit(seen))
    return seen


def word_masks(scene: Scene, masks: tuple[np.ndarray, ...], text: str) -> np.ndarray:
    """Where each token of a caption should look.

    Returns:
        (MAX_LENGTH, 16, 16) float32 coverage in [0, 1]; a token without a place has all zeros.
    """
    words = text.split()[: MAX_LENGTH - 2]
    target = np.zeros((MAX_LENGTH, 16, 16), np.float32)
    for name in {thing.name for thing in scene.things}:
        word = OBJECTS[name]
        union = np.any([m for t, m in zip(scene.things, masks, strict=True) if t.name == name], axis=0)
        cells = union.reshape(16, 4, 16, 4).mean((1, 3))
        thing = next(t for t in scene.things if t.name == name)
        spot = next((i for i, w in enumerate(words) if w in (word.name, word.plural)), None)
        if spot is None:
            continue
        target[spot + 1] = cells  # the start token comes first
        for back, attribute in ((1, thing.colour), (2 if thing.colour else 1, thing.size)):
            if attribute and spot - back >= 0 and words[spot - back] == attribute:
                target[spot + 1 - back] = cells
    return target


class Encoded:
    """Draws scenes and encodes them.

    Args:
        vae: the embedded autoencoder.
        rng: where chance comes from.
    """

    def __init__(self, vae: AutoencoderKL, rng: np.random.Generator) -> None:
        self.vae, self.rng, self.tokenizer = vae, rng, build_tokenizer()

    @torch.no_grad()
    def draw(self, count: int, kinds: dict[str, Any]) -> list[Item]:
        """New scenes.

        Args:
            count: how many.
            kinds: what `sample_scene` draws them from.

        Returns:
            Of each scene latents (4, 16, 16), token ids (tokens,) and word masks (tokens, 16, 16).
        """
        scenes = [sample_scene(self.rng, names=LEARNED, backdrops=512, **kinds) for _ in range(count)]
        drawn = [render(scene) for scene in scenes]
        texts = [caption(scene, self.rng) for scene in scenes]
        pixels = torch.from_numpy(np.stack([d.pixels for d in drawn])).permute(0, 3, 1, 2).float() / 127.5 - 1
        with autocast():
            latents = self.vae.encode(pixels).latent_dist.mean.float() * self.vae.config["scaling_factor"]
        ids = torch.tensor(self.tokenizer(texts, padding="max_length", truncation=True).input_ids)
        masks = [torch.from_numpy(word_masks(scene, image.masks, text)) for scene, image, text in zip(scenes, drawn, texts, strict=True)]
        return [(latent.half(), row, mask.half()) for latent, row, mask in zip(latents, ids, masks, strict=True)]

    def without_captions(self, batch: Item, share: float) -> Item:
        """Some rows of a batch with the empty caption, whose words have no place."""
        latents, ids, masks = batch
        which = torch.from_numpy(self.rng.random(len(ids)) < share)
        empty = torch.tensor(self.tokenizer("", padding="max_length").input_ids)
        return latents, dropped(ids, empty, which), masks * ~which[:, None, None, None]


def attention_loss(seen: list[torch.Tensor], masks: torch.Tensor) -> torch.Tensor:
    """Share of each placed word's attention that falls outside its mask, mean over words and layers."""
    terms = []
    for probabilities in seen:
        side = int(probabilities.shape[1] ** 0.5)
        if side < 8:
            continue
        where = F.adaptive_avg_pool2d(masks, side).flatten(2)  # (rows, tokens, pixels)
        maps = probabilities.transpose(1, 2)  # (rows, tokens, pixels)
        placed = (masks.flatten(2).sum(-1) > 0).float()
        inside = (maps * where.clamp(max=1)).sum(-1) / maps.sum(-1).clamp(min=1e-6)
        terms.append(((1 - inside) * placed).sum() / placed.sum().clamp(min=1))
    return torch.stack(terms).mean()


class Painter(Stage):
    """The painter's place in the training queue."""

    name = "painter"
    learning_rate = 6e-4
    weight_decay = 0.01
    batch = 8  # learning is bound by steps, not samples, for as long as a session lasts
    early_steps = 5_000  # mostly large single things until then
    steps = 24_000
    decay = 0.9995
    measure_every = 1_000

    def __init__(self) -> None:
        self.noise = scheduler()
        self.levels = Levels(self.noise)
        self.seen: dict[int, list[torch.Tensor]] = {}

    def build(self) -> nn.Module:
        """A fresh painter whose cross-attention can be supervised."""
        model = PainterModel().to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # a seventh faster on a CPU
        self.seen[id(model)] = watch(model.unet)
        return model

    def data(self, rng: np.random.Generator) -> Iterator[tuple[torch.Tensor, ...]]:
        """Batches from a pool of encoded scenes; large single objects come first."""
        vae = AutoencoderKL.from_pretrained(EMBEDDED / "painter" / "vae", use_safetensors=True).float().eval()
        encoded = Encoded(vae, rng)
        pool = Pool(lambda count: encoded.draw(count, EARLY if self.step < self.early_steps else LATE), rng, capacity=24_000, first=2_048)
        return batches(lambda: encoded.without_captions(pool.batch(self.batch), EMPTY), ahead=2)

    def loss(self, model: nn.Module, batch: tuple[torch.Tensor, ...]) -> torch.Tensor:
        """v-error at the drawn levels, plus the attention term."""
        latents, ids, masks = batch
        seen = self.seen[id(model)]
        seen.clear()
        drawn = noised(self.noise, self.levels, latents)
        text = model.text_encoder(ids)[0]  # type: ignore[operator]
        predicted = model.unet(drawn.x, drawn.steps, text).sample  # type: ignore[operator]
        weight = 1 + 2 * drawn.visible * masks.amax(1, keepdim=True)
        return drawn.error(predicted, weight) + ATTENTION_WEIGHT * attention_loss(seen, masks)

    @torch.no_grad()
    def measure(self, model: nn.Module) -> dict[str, float]:
        """Held-out v-error at fixed noise, and a sheet of pictures to look at."""
        from .sheet import painter_sheet

        rng = np.random.default_rng(1_000_003)
        vae = AutoencoderKL.from_pretrained(EMBEDDED / "painter" / "vae", use_safetensors=True).float().eval()
        latents, ids, _ = (torch.stack(column) for column in zip(*Encoded(vae, rng).draw(256, LATE), strict=True))
        latents = latents.float()
        generator = torch.Generator().manual_seed(0)
        noise = torch.randn(latents.shape, generator=generator)
        steps = torch.randint(0, 1000, (len(latents),), generator=generator)
        noisy, wanted = self.noise.add_noise(latents, noise, steps), self.noise.get_velocity(latents, noise, steps)  # type: ignore[arg-type]
        device = next(model.parameters()).device
        errors = []
        for part in torch.arange(256).split(32):
            text = model.text_encoder(ids[part].to(device))[0]  # type: ignore[operator]
            predicted = model.unet(noisy[part].to(device), steps[part].to(device), text).sample.cpu()  # type: ignore[operator]
            errors.append((predicted - wanted[part]).square().mean())
        self.seen[id(model)].clear()
        painter_sheet(model, vae, self.noise)
        self.seen[id(model)].clear()
        return {"v_error": float(torch.stack(errors).mean())}

    def shipped(self) -> dict[str, torch.Tensor] | None:
        """U-Net and text encoder of the shipped pipeline."""
        from safetensors.torch import load_file

        folder = EMBEDDED / "painter"
        parts = {"unet": folder / "unet" / "diffusion_pytorch_model.safetensors", "text_encoder": folder / "text_encoder" / "model.safetensors"}
        if not all(file.is_file() for file in parts.values()):
            return None
        return {f"{part}.{name}": tensor.float() for part, file in parts.items() for name, tensor in load_file(file).items()}

    def export(self, model: nn.Module) -> None:
        """Writes a folder that plain `StableDiffusionPipeline.from_pretrained` loads."""
        folder = self.folder("painter")
        unet = UNet2DConditionModel(**model.unet.config)  # type: ignore[union-attr, arg-type]
        unet.load_state_dict(model.unet.state_dict())  # type: ignore[union-attr]
        unet.half().save_pretrained(folder / "unet")
        model.text_encoder.half().save_pretrained(folder / "text_encoder")  # type: ignore[union-attr, operator]
        build_tokenizer().save_pretrained(folder / "tokenizer")
        self.noise.save_pretrained(folder / "scheduler")
        index = {
            "_class_name": "StableDiffusionPipeline",
            "_diffusers_version": diffusers.__version__,  # some pipelines refuse a folder without it
            "requires_safety_checker": False,
            "feature_extractor": [None, None],
            "image_encoder": [None, None],
            "safety_checker": [None, None],
            "scheduler": ["diffusers", "DDIMScheduler"],
            "text_encoder": ["transformers", "CLIPTextModel"],
            "tokenizer": ["transformers", "PreTrainedTokenizerFast"],
            "unet": ["diffusers", "UNet2DConditionModel"],
            "vae": ["diffusers", "AutoencoderKL"],
        }
        (folder / "model_index.json").write_text(json.dumps(index, indent=2) + "\n")
        (folder / "world.json").write_text(json.dumps({"objects": list(LEARNED)}, indent=2) + "\n")
