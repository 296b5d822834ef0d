"""Parity of control: GLIGEN, ControlNet and T2I-Adapter with random weights, in diffusers' own pipelines and on the one loop."""

import warnings
from pathlib import Path
from typing import Any

import torch

from .backbones.gated import completed
from .backbones.loading import load_model
from .backbones.tiny import tiny_adapter, tiny_control_net, tiny_gates
from .parity import PROMPT, SEED, Case, Peer
from .sampling import Sampled, sample
from .schedule import Schedule, Window
from .technique import Technique
from .techniques.control.control_net import ControlNet
from .techniques.control.t2i_adapter import T2IAdapter
from .techniques.guidance.classifier_free import ClassifierFree
from .techniques.layout.gligen import Gligen

LAYOUT = (("a red car", (0.05, 0.4, 0.5, 0.9)), ("a dog", (0.55, 0.3, 0.95, 0.85)))
GROUNDED = 0.4  # share of the steps, rounded to whole ones
SCALE = 0.7  # of the side networks


def controlled(folder: Path, steps: int, size: int) -> list[Case]:
    """One case for each of the three; modules have random weights that do something.

    Args:
        folder: a Stable Diffusion folder with a plain U-Net.
        steps: of the schedule.
        size: pictures in a batch.
    """
    model, peer = load_model(folder), Peer(folder)
    width, height = model.size
    grounded_steps = max(1, round(GROUNDED * steps))
    hint = torch.rand(1, 3, height, width, generator=torch.Generator().manual_seed(SEED))
    network, adapter, gates = tiny_control_net(peer.base.unet), tiny_adapter(peer.base.unet), tiny_gates(peer.base.unet)
    control = peer("DDIMScheduler", "StableDiffusionControlNetPipeline", controlnet=network)
    adapted = peer("DDIMScheduler", "StableDiffusionAdapterPipeline", adapter=adapter)
    gligen = peer("DDIMScheduler", "StableDiffusionGLIGENPipeline", unet=completed(peer.base.unet, gates))

    def ours(technique: Technique) -> Sampled:
        seeds = [SEED + i for i in range(size)]
        return sample(model, [PROMPT] * size, techniques=[ClassifierFree(7.5), technique], schedule=Schedule(steps), seed=seeds)

    def theirs(pipe: Any, output: str, **more: Any) -> Any:
        generators = [torch.Generator().manual_seed(SEED + i) for i in range(size)]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # diffusers' own pipelines call what it deprecates
            return pipe([PROMPT] * size, num_inference_steps=steps, guidance_scale=7.5, generator=generators, output_type=output, **more)

    def grounded(output: str) -> Any:
        phrases, boxes = zip(*LAYOUT, strict=True)
        share = (grounded_steps + 0.5) / steps  # their pipeline cuts the product to a whole number
        return theirs(gligen, output, gligen_phrases=list(phrases), gligen_boxes=[list(b) for b in boxes], gligen_scheduled_sampling_beta=share)

    return [
        Case(
            "ControlNet, ddim",
            model.family,
            lambda: ours(ControlNet(network, hint, strength=SCALE)),
            lambda output: theirs(control, output, image=hint, controlnet_conditioning_scale=SCALE),
            timed=False,
        ),
        Case(
            "T2I-Adapter, ddim",
            model.family,
            lambda: ours(T2IAdapter(adapter, hint, strength=SCALE)),
            lambda output: theirs(adapted, output, image=hint.expand(size, -1, -1, -1), adapter_conditioning_scale=SCALE),
            timed=False,
        ),
        Case(
            "GLIGEN, ddim",
            model.family,
            lambda: ours(Gligen(LAYOUT, gates, window=Window(0.0, grounded_steps / steps))),
            grounded,
            timed=False,
        ),
    ]
