"""A sheet of pictures painted from fixed prompts and seeds, to see what a loss does not say."""

from typing import Any

import torch
from PIL import Image

from ..world.tokenizer import build_tokenizer
from .stage import STATE

PROMPTS = (
    "a dog", "a cat", "an elephant", "a car", "a boat", "a house", "a tree", "a sunflower", "an apple", "a cake", "a balloon",
    "an umbrella", "a red car", "a blue cat", "a green elephant", "a white house in the snow", "a pink cake in a room",
    "a yellow boat on the sea", "a black dog on a beach", "a purple umbrella at night", "a dog and a cat in a meadow",
    "a red car and a blue house in a city", "a tree and a yellow apple", "a cat left of a tree in the desert",
    "a red balloon above a white dog", "two cats on a beach", "three apples", "four balloons at sunset",
    "a big sunflower in a forest", "a small car in the desert", "a house and a tree at sunset", "a cake and a balloon in a room",
)  # fmt: skip


@torch.no_grad()
def paint(model: Any, vae: Any, noise: Any, prompts: tuple[str, ...], *, steps: int = 25, guidance: float = 4.0, seed: int = 0) -> torch.Tensor:
    """Samples by DDIM with classifier-free guidance, without the engine: training must not depend on it.

    Returns:
        (prompts, 3, 64, 64) in [0, 1].
    """
    device = next(model.parameters()).device
    tokenizer = build_tokenizer()
    ids = torch.tensor(tokenizer([*prompts, ""], padding="max_length", truncation=True).input_ids, device=device)
    text = model.text_encoder(ids)[0]
    text, empty = text[:-1], text[-1:].expand(len(prompts), -1, -1)
    x = torch.randn(len(prompts), 4, 16, 16, generator=torch.Generator().manual_seed(seed)).to(device)
    noise.set_timesteps(steps)
    for t in noise.timesteps:
        both = model.unet(torch.cat([x, x]), t, torch.cat([text, empty])).sample
        with_text, without = both.chunk(2)
        x = noise.step(without + guidance * (with_text - without), t, x).prev_sample
    pixels = vae.decode(x.cpu() / vae.config["scaling_factor"]).sample
    return (pixels / 2 + 0.5).clamp(0, 1)


def painter_sheet(model: Any, vae: Any, noise: Any) -> None:
    """Writes `painter.png` beside the checkpoint: eight pictures a row, in the order of `PROMPTS`."""
    pictures = paint(model, vae, noise, PROMPTS)
    sheet = Image.new("RGB", (8 * 132, (len(PROMPTS) + 7) // 8 * 132))
    for index, picture in enumerate(pictures):
        tile = Image.fromarray((picture.permute(1, 2, 0).numpy() * 255).round().astype("uint8")).resize((128, 128), Image.Resampling.BICUBIC)
        sheet.paste(tile, (index % 8 * 132, index // 8 * 132))
    sheet.save(STATE / "painter.png")
