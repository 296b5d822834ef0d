"""Tiny models with random weights, written as diffusers folders: real classes, seconds to build, nothing to look at.

They serve parity runs and tests of families whose weights are not shipped. Heads are 32 wide, since `attention_head_dim` of
a U-Net is the number of heads, not their width.
"""

import json
import string
from pathlib import Path
from typing import Any

import torch

from .gated import Gates
from .image_prompt import ImagePromptWeights, cross_layers
from .module_weights import ModuleWeights

SCHEDULER = {
    "_class_name": "DDIMScheduler",
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "clip_sample": False,
    "num_train_timesteps": 1000,
    "prediction_type": "epsilon",
    "set_alpha_to_one": False,
    "steps_offset": 1,
    "timestep_spacing": "leading",
}


def build_tiny_sd(folder: Path, *, seed: int = 0, prediction_type: str = "epsilon", in_channels: int = 4, gated: bool = False) -> Path:
    """Writes a Stable Diffusion 1.x folder: 64×64 pixels, 16×16 latents.

    Args:
        folder: is made.
        seed: of the weights.
        prediction_type: epsilon or v_prediction.
        in_channels: 4; 9 for inpainting; 8 for instructions.
        gated: with GLIGEN's gated attention.
    """
    import diffusers

    network: Any = diffusers.UNet2DConditionModel
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        unet = network(**_unet(32, in_channels), attention_type="gated" if gated else "default", down_block_types=("CrossAttnDownBlock2D",) * 2)
        unet.save_pretrained(folder / "unet")
        _vae().save_pretrained(folder / "vae")
        _text("CLIPTextModel", 32).save_pretrained(folder / "text_encoder")
    _tokenizer(folder / "tokenizer")
    _finish(folder, "StableDiffusionPipeline", SCHEDULER | {"prediction_type": prediction_type}, {})
    return folder


def build_tiny_sdxl(folder: Path, *, seed: int = 0) -> Path:
    """Writes an SDXL folder: 64×64 pixels, 16×16 latents, no attention at the outer level, two text encoders.

    Args:
        folder: is made.
        seed: of the weights.
    """
    import diffusers

    network: Any = diffusers.UNet2DConditionModel
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        shape = _unet(64, 4) | {"up_block_types": ("CrossAttnUpBlock2D", "UpBlock2D")}
        unet = network(
            **shape,
            down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
            addition_embed_type="text_time",
            addition_time_embed_dim=8,
            projection_class_embeddings_input_dim=6 * 8 + 32,
            use_linear_projection=True,
        )
        unet.save_pretrained(folder / "unet")
        _vae().save_pretrained(folder / "vae")
        _text("CLIPTextModel", 32).save_pretrained(folder / "text_encoder")
        _text("CLIPTextModelWithProjection", 32).save_pretrained(folder / "text_encoder_2")
    _tokenizer(folder / "tokenizer")
    _tokenizer(folder / "tokenizer_2")
    _finish(folder, "StableDiffusionXLPipeline", SCHEDULER, {"force_zeros_for_empty_prompt": True})
    return folder


def tiny_control_net(unet: Any, *, seed: int = 1, channels: int = 3) -> Any:
    """A `ControlNetModel` for a tiny U-Net whose zero convolutions are not zero, so that it does something."""
    import diffusers

    network: Any = diffusers.ControlNetModel
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        made = network.from_unet(unet, conditioning_embedding_out_channels=(16, 16, 32), conditioning_channels=channels)
        return _stirred(made)


def tiny_adapter(unet: Any, *, seed: int = 1, channels: int = 3) -> Any:
    """A `T2IAdapter` for a tiny U-Net."""
    import diffusers

    network: Any = diffusers.T2IAdapter
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        made = network(in_channels=channels, channels=list(unet.config.block_out_channels), num_res_blocks=1, downscale_factor=4)
        return made.eval().requires_grad_(False)


def tiny_gates(unet: Any, *, seed: int = 1) -> Gates:
    """Open gates for a tiny U-Net."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return _stirred(Gates(unet))


def tiny_module(unet: Any, channels: int, *, seed: int = 1) -> ModuleWeights:
    """A fine-tuned U-Net that nobody trained: more input channels, changed attention and convolutions."""
    generator = torch.Generator().manual_seed(seed)
    columns = 0.1 * torch.randn(unet.conv_in.out_channels, channels, 3, 3, generator=generator)
    layers = {}
    for name, layer in unet.named_modules():
        if name.endswith((".to_q", ".to_v", ".conv1")):
            out, *inner = layer.weight.shape
            spread = 0.5 if len(inner) == 1 else 0.1
            down = spread * torch.randn(2, *inner, generator=generator)
            layers[f"unet.{name}"] = (down, spread * torch.randn(out, 2, *(1,) * (len(inner) - 1), generator=generator))
    return ModuleWeights(layers, columns)


def tiny_image_prompt(unet: Any, *, width: int = 6, seed: int = 1) -> ImagePromptWeights:
    """An IP-Adapter that nobody trained, for embeddings of a few numbers."""
    generator = torch.Generator().manual_seed(seed)
    text = int(unet.config.cross_attention_dim)
    norm = {"norm.weight": torch.ones(text), "norm.bias": torch.zeros(text)}
    projection = {"proj.weight": torch.randn(4 * text, width, generator=generator), "proj.bias": torch.randn(4 * text, generator=generator)}
    inner = {name: unet.get_submodule(name).to_k.out_features for name in cross_layers(unet)}
    keys, values = ({name: 0.3 * torch.randn(size, text, generator=generator) for name, size in inner.items()} for _ in range(2))
    return ImagePromptWeights(projection | norm, keys, values)


def _stirred(network: Any) -> Any:
    """Random values where training starts from zeros."""
    for parameter in network.parameters():
        if not parameter.detach().any():
            torch.nn.init.normal_(parameter.data, std=0.3)
    return network.eval().requires_grad_(False)


def _unet(text_width: int, in_channels: int) -> dict[str, Any]:
    return {
        "sample_size": 16,
        "in_channels": in_channels,
        "out_channels": 4,
        "block_out_channels": (32, 64),
        "layers_per_block": 1,
        "up_block_types": ("CrossAttnUpBlock2D",) * 2,
        "cross_attention_dim": text_width,
        "attention_head_dim": (1, 2),
        "norm_num_groups": 8,
    }


def _vae() -> Any:
    import diffusers

    network: Any = diffusers.AutoencoderKL
    return network(
        block_out_channels=(16, 16, 32),
        down_block_types=("DownEncoderBlock2D",) * 3,
        up_block_types=("UpDecoderBlock2D",) * 3,
        latent_channels=4,
        norm_num_groups=8,
        layers_per_block=1,
        sample_size=64,
    )


def _text(name: str, width: int) -> Any:
    import transformers

    vocabulary = _vocabulary()
    config = transformers.CLIPTextConfig(
        vocab_size=len(vocabulary),
        hidden_size=width,
        intermediate_size=2 * width,
        num_hidden_layers=2,
        num_attention_heads=2,
        max_position_embeddings=32,
        projection_dim=width,
        bos_token_id=vocabulary["<|startoftext|>"],
        eos_token_id=vocabulary["<|endoftext|>"],
        pad_token_id=vocabulary["<|endoftext|>"],
    )
    return getattr(transformers, name)(config)


def _vocabulary() -> dict[str, int]:
    letters = list(string.ascii_lowercase + string.digits + ",.!?'-<>_")
    pairs = ["ca", "ca" + "t</w>", "do", "do" + "g</w>", "re", "re" + "d</w>"]
    tokens = [*letters, *(letter + "</w>" for letter in letters), *pairs, "<|startoftext|>", "<|endoftext|>"]
    return {token: index for index, token in enumerate(tokens)}


def _tokenizer(folder: Path) -> None:
    """A CLIP tokenizer that knows letters and a few words, so that most words have several tokens."""
    import transformers

    tokenizer: Any = transformers.CLIPTokenizer
    merges = [("c", "a"), ("ca", "t</w>"), ("d", "o"), ("do", "g</w>"), ("r", "e"), ("re", "d</w>")]
    tokenizer(vocab=_vocabulary(), merges=merges, model_max_length=32).save_pretrained(folder)


def _finish(folder: Path, pipeline: str, scheduler: dict[str, Any], extra: dict[str, Any]) -> None:
    import diffusers

    (folder / "scheduler").mkdir(parents=True, exist_ok=True)
    (folder / "scheduler" / "scheduler_config.json").write_text(json.dumps(scheduler, indent=2) + "\n")
    index: dict[str, Any] = {
        "_class_name": pipeline,
        "_diffusers_version": diffusers.__version__,
        "scheduler": ["diffusers", scheduler["_class_name"]],
        "text_encoder": ["transformers", "CLIPTextModel"],
        "tokenizer": ["transformers", "CLIPTokenizer"],
        "unet": ["diffusers", "UNet2DConditionModel"],
        "vae": ["diffusers", "AutoencoderKL"],
        **extra,
    }
    if (folder / "text_encoder_2").is_dir():
        index |= {"text_encoder_2": ["transformers", "CLIPTextModelWithProjection"], "tokenizer_2": ["transformers", "CLIPTokenizer"]}
    else:
        index |= {"safety_checker": [None, None], "feature_extractor": [None, None], "requires_safety_checker": False}
    (folder / "model_index.json").write_text(json.dumps(index, indent=2) + "\n")
