"""One ready-made example of every technique; the laws run for all of them, so a new technique adds one line.

Examples paint two lanes, "source" and "target", of 64×64 pixels on a tiny random model. Prompts use letters and short words,
since the tiny tokenizer knows little more.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import torch

from pentimento.engine import Model, Schedule, Technique, Trajectory, Window
from pentimento.engine.backbones.tiny import tiny_adapter, tiny_control_net, tiny_gates, tiny_image_prompt, tiny_module
from pentimento.engine.techniques import (
    AttendAndExcite,
    BlendedLatentDiffusion,
    ClassifierFree,
    Composable,
    Concept,
    ControlNet,
    Gligen,
    Inpainting,
    InstructPix2Pix,
    IPAdapter,
    LayoutGuidance,
    LocalBlend,
    LoRA,
    Pinning,
    PromptToPrompt,
    T2IAdapter,
    TextualInversion,
    invert,
)

PROMPTS = {"source": "a cat and a dog", "target": "a red cat and a dog"}
STEPS = 5


@dataclass(frozen=True, eq=False)
class Example:
    """A technique that is ready to be used.

    Attributes:
        name: shown by pytest.
        make: builds it for a model.
        prompts: lanes it can paint.
        alone: whether each lane can be painted by itself with the same result (False if lanes talk to each other).
    """

    name: str
    make: Callable[[Model], Technique]
    prompts: dict[str, str] = field(default_factory=lambda: dict(PROMPTS))
    alone: bool = True


def picture() -> torch.Tensor:
    """Clean latents that look like nothing."""
    return torch.randn(1, 4, 16, 16, generator=torch.Generator().manual_seed(99))


def half() -> torch.Tensor:
    """Repaint the right half."""
    mask = torch.zeros(1, 1, 16, 16)
    mask[..., 8:] = 1
    return mask


def way_back(model: Model) -> Trajectory:
    """An inversion with the schedule of the laws."""
    return invert(model, picture(), PROMPTS["source"], schedule=Schedule(STEPS))


def low_rank(model: Model) -> LoRA:
    """A change of every attention layer of the U-Net."""
    generator = torch.Generator().manual_seed(1)
    layers = {}
    for name, module in model.unet.named_modules():
        if name.endswith((".to_q", ".to_v")):
            sizes = ((2, module.in_features), (module.out_features, 2))
            layers[f"unet.{name}"] = tuple(0.5 * torch.randn(size, generator=generator) for size in sizes)
    return LoRA(layers)


def hint() -> torch.Tensor:
    """A map that shows nothing known."""
    return torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(7))


EXAMPLES = (
    Example("ClassifierFree", lambda model: ClassifierFree(5.0, "red dog")),
    Example("Composable", lambda model: Composable((Concept("dog", 2.0, half()[0, 0]), Concept("cat", -1.0)))),
    Example("AttendAndExcite", lambda model: AttendAndExcite(("cat", "dog"), window=Window())),
    Example("LayoutGuidance", lambda model: LayoutGuidance((("cat", (0.0, 0.0, 0.5, 1.0)),), rounds=2, window=Window())),
    Example(
        "Gligen", lambda model: Gligen((("cat", (0.0, 0.1, 0.5, 0.9)), ("red dog", (0.5, 0.2, 1.0, 0.8))), tiny_gates(model.unet), window=Window())
    ),
    Example("ControlNet", lambda model: ControlNet(tiny_control_net(model.unet), hint())),
    Example("T2IAdapter", lambda model: T2IAdapter(tiny_adapter(model.unet), hint())),
    Example("BlendedLatentDiffusion", lambda model: BlendedLatentDiffusion(picture(), half(), (5, 3))),
    Example("PromptToPrompt", lambda model: PromptToPrompt(reweight={"red": 2.0}, local=LocalBlend(("cat",), ("red", "cat"))), alone=False),
    Example("LoRA", low_rank),
    Example("InstructPix2Pix", lambda model: InstructPix2Pix(picture(), 1.5, tiny_module(model.unet, 4))),
    Example("Inpainting", lambda model: Inpainting(picture(), half(), tiny_module(model.unet, 5))),
    Example("IPAdapter", lambda model: IPAdapter(torch.linspace(-1, 1, 6)[None], tiny_image_prompt(model.unet), half()[0, 0])),
    Example("TextualInversion", lambda model: TextualInversion("cat", (torch.full((1, 32), 0.5),), "dog")),
    Example("Pinning", lambda model: Pinning(way_back(model)), alone=False),
)
