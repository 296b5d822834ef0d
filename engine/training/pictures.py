"""Pictures for training eyes: scenes with their truth, most of them after the autoencoder's round trip or painted over, all roughed up.

Eyes trained on clean renders over-trust crisp edges and fail on painted pictures.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from scipy.ndimage import gaussian_filter

from ..world import Scene, render, sample_scene
from .precision import autocast
from .repainting import paintable, painter, repainted

MIX = (0.3, 0.3, 0.13, 0.25, 0.02)


@dataclass(frozen=True)
class Seen:
    """A picture and its truth.

    Attributes:
        pixels: (64, 64, 3) uint8.
        scene: what it shows.
        masks: (things, 64, 64) bool, visible pixels.
    """

    pixels: np.ndarray
    scene: Scene
    masks: np.ndarray


def round_trip(pixels: np.ndarray, rng: np.random.Generator, noise: float = 0.1) -> np.ndarray:
    """Passes pictures through the embedded autoencoder with slightly noisy latents.

    Args:
        pixels: (n, 64, 64, 3) uint8.
        rng: where the noise comes from.
        noise: deviation of the latents' noise.
    """
    vae = painter().vae
    tensor = torch.from_numpy(pixels).permute(0, 3, 1, 2).float() / 127.5 - 1
    with torch.inference_mode(), autocast():
        latents = vae.encode(tensor).latent_dist.mean
        latents = latents + noise * torch.from_numpy(rng.normal(size=latents.shape)).float()
        back = vae.decode(latents).sample.float().clamp(-1, 1)
    return ((back + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy()


def mixed(rng: np.random.Generator, names: tuple[str, ...] | None) -> Scene:
    """A scene as the critic's eyes are taught with: fewer single things than the painter sees, more crowds."""
    return sample_scene(rng, names=names, mix=MIX, backdrops=512)


class Pictures:
    """A pool of pictures, refreshed while training goes on.

    Args:
        rng: where chance comes from.
        capacity: how many are kept.
        mended: share that passed through the autoencoder.
        painted: share of refreshments that the painter painted over; they show only what it was taught.
        draw: gives a scene, of some names only unless they are None.
    """

    def __init__(
        self,
        rng: np.random.Generator,
        capacity: int = 12_000,
        mended: float = 0.6,
        painted: float = 0.0,
        draw: Callable[[np.random.Generator, tuple[str, ...] | None], Scene] = mixed,
    ) -> None:
        self.rng, self.capacity, self.mended, self.painted, self.draw = rng, capacity, mended, painted, draw
        self.items: list[Seen] = []
        self.drawn = 0

    def refresh(self, count: int) -> None:
        """Draws new pictures; the oldest leave when the pool is full."""
        painted = bool(self.rng.random() < self.painted)
        names = paintable() if painted else None
        scenes = [self.draw(self.rng, names) for _ in range(count)]
        drawn = [render(scene) for scene in scenes]
        pixels = np.stack([d.pixels for d in drawn])
        through = self.rng.random(count) < self.mended
        if painted:
            pixels = repainted(pixels, scenes, self.rng)
        elif through.any():
            pixels[through] = round_trip(pixels[through], self.rng, noise=float(self.rng.uniform(0, 0.25)))
        for scene, image, picture in zip(scenes, drawn, pixels, strict=True):
            masks = np.stack(image.masks) if image.masks else np.zeros((0, 64, 64), bool)
            seen = Seen(picture, scene, masks)
            if len(self.items) < self.capacity:
                self.items.append(seen)
            else:
                self.items[self.drawn % self.capacity] = seen
            self.drawn += 1

    def take(self, count: int) -> list[Seen]:
        """Picks pictures at random, refreshing the pool now and then."""
        if len(self.items) < 256:
            for _ in range(16):  # in parts: a share of them is painted over
                self.refresh(16)
        elif self.rng.random() < 0.12:
            self.refresh(count if len(self.items) < self.capacity else count // 2)
        return [self.items[i] for i in self.rng.integers(len(self.items), size=count)]


def roughened(seen: list[Seen], rng: np.random.Generator) -> torch.Tensor:
    """Stacks pictures with random light, blur and noise: (n, 3, 64, 64) in [-1, 1]."""
    out = np.stack([s.pixels for s in seen]).astype(np.float32) / 127.5 - 1
    for picture in out:
        if rng.random() < 0.5:
            picture *= rng.uniform(0.85, 1.1)
            picture += rng.uniform(-0.08, 0.08)
        if rng.random() < 0.25:
            picture[:] = gaussian_filter(picture, (*(rng.uniform(0.3, 0.8),) * 2, 0))
        if rng.random() < 0.3:
            picture += rng.normal(0, rng.uniform(0.01, 0.05), picture.shape)
    return torch.from_numpy(out.clip(-1, 1)).permute(0, 3, 1, 2).contiguous()
