"""Parity of modules that are worn: InstructPix2Pix, inpainting with nine channels, IP-Adapter, in diffusers' own pipelines and on the one loop.

Ours wear a module with random weights on the shared base; theirs read the complete folder that is written from both.
"""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch

from .backbones.image_prompt import WEIGHTS
from .backbones.loading import load_model
from .backbones.module_weights import ModuleWeights, Pipeline, write_complete
from .backbones.tiny import tiny_image_prompt, tiny_module
from .latents import encode_images
from .parity import PROMPT, SEED, Case, Peer, drawn_picture
from .sampling import Sampled, sample
from .schedule import Schedule
from .technique import Technique
from .techniques.concepts.ip_adapter import IPAdapter
from .techniques.editing.inpainting import Inpainting
from .techniques.editing.instruct_pix2pix import InstructPix2Pix
from .techniques.guidance.classifier_free import ClassifierFree

IMAGE_SCALE = 1.5
PROMPTED = 0.7  # scale of the image prompt


def worn_modules(folder: Path, steps: int) -> list[Case]:
    """One case for each of the three.

    Args:
        folder: a Stable Diffusion folder with a plain U-Net.
        steps: of the schedule.
    """
    model = load_model(folder)
    picture, mask = drawn_picture(model)
    instruct, inpaint = tiny_module(model.unet, model.channels), tiny_module(model.unet, model.channels + 1, seed=2)

    def ours(technique: Technique, noise: torch.Tensor | None = None) -> Sampled:
        return sample(model, PROMPT, techniques=[ClassifierFree(7.5), technique], schedule=Schedule(steps), seed=SEED, noise=noise)

    def ours_inpaint() -> Sampled:
        generator = torch.Generator().manual_seed(SEED)  # drawn from in diffusers' order: noise, then the picture's posterior
        noise = torch.randn(1, model.channels, *(side // model.factor for side in model.size[::-1]), generator=generator)
        return ours(Inpainting.of(model, picture, mask, inpaint, rule="nearest", generator=generator), noise)

    def theirs(pipeline: Pipeline, module: ModuleWeights, **more: Any) -> Callable[[str], Any]:
        with TemporaryDirectory() as scratch:
            pipe = Peer(write_complete(folder, module, Path(scratch), pipeline))("DDIMScheduler")
        return lambda output: _called(pipe, steps, output, **more)

    embedding = torch.linspace(-1, 1, 6)[None]
    prompt = tiny_image_prompt(model.unet)
    size = {"width": picture.width, "height": picture.height}
    return [
        Case(
            "InstructPix2Pix worn, ddim",
            model.family,
            lambda: ours(InstructPix2Pix(encode_images(model, [picture]), IMAGE_SCALE, instruct)),
            theirs("StableDiffusionInstructPix2PixPipeline", instruct, image=picture, image_guidance_scale=IMAGE_SCALE),
            timed=False,
        ),
        Case(
            "inpaint, nine channels worn, ddim",
            model.family,
            ours_inpaint,
            theirs("StableDiffusionInpaintPipeline", inpaint, image=picture, mask_image=mask, **size),
            timed=False,
        ),
        Case(
            "IP-Adapter, ddim",
            model.family,
            lambda: ours(IPAdapter(embedding, prompt, strength=PROMPTED)),
            _prompted(folder, steps, embedding),
            timed=False,
        ),
    ]


def _called(pipe: Any, steps: int, output: str, **more: Any) -> Any:
    generator = torch.Generator().manual_seed(SEED)
    return pipe(PROMPT, num_inference_steps=steps, guidance_scale=7.5, generator=generator, output_type=output, **more)


def _prompted(folder: Path, steps: int, embedding: torch.Tensor) -> Callable[[str], Any]:
    """The adapter as diffusers itself loads it, from the file that ours writes."""
    pipe = Peer(folder)("DDIMScheduler")
    with TemporaryDirectory() as scratch:
        tiny_image_prompt(pipe.unet).save(Path(scratch) / WEIGHTS, pipe.unet, torch.float32)
        pipe.load_ip_adapter(scratch, subfolder="", weight_name=WEIGHTS, image_encoder_folder=None)
    pipe.set_ip_adapter_scale(PROMPTED)
    both = torch.stack([torch.zeros_like(embedding), embedding])  # (negative and positive, images, width)
    return lambda output: _called(pipe, steps, output, ip_adapter_image_embeds=[both])
