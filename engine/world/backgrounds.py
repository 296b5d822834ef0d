"""Painted backdrops of the embedded world, drawn at any size from a seed.

Every backdrop is a function of normalised coordinates, so the same seed gives the same picture at 64 and 256 pixels.
"""

from collections.abc import Callable
from functools import lru_cache

import numpy as np

Grid = np.ndarray  # (height, width) float32 in [0, 1]
Picture = np.ndarray  # (height, width, 3) float32 in [0, 1]


def _rgb(*triple: int) -> np.ndarray:
    return np.asarray(triple, np.float32) / 255


def _blend(a: np.ndarray, b: np.ndarray, t: np.ndarray) -> Picture:
    return a + (b - a) * t[..., None]


def _step(edge: np.ndarray | float, x: Grid, width: float = 0.012) -> Grid:
    """A soft step: 0 where x is well below the edge, 1 well above."""
    return np.clip((x - edge) / width + 0.5, 0, 1)


def _waves(rng: np.random.Generator, x: Grid, base: float, height: float, count: int = 3) -> Grid:
    """A wavy horizon line, as a height for every column."""
    line = np.full_like(x, base)
    for k in range(1, count + 1):
        line += height / k * np.sin(2 * np.pi * (k * x * rng.uniform(0.6, 1.3) + rng.uniform()))
    return line


def _disc(x: Grid, y: Grid, cx: float, cy: float, radius: float, soft: float = 0.01) -> Grid:
    return np.clip((radius - np.hypot(x - cx, y - cy)) / soft + 0.5, 0, 1)


def _clouds(rng: np.random.Generator, picture: Picture, x: Grid, y: Grid, top: float, colour: np.ndarray) -> Picture:
    for _ in range(rng.integers(1, 4)):
        cx, cy = rng.uniform(0.05, 0.95), rng.uniform(0.06, top)
        for _ in range(4):
            dx, dy, r = rng.uniform(-0.1, 0.1), rng.uniform(-0.02, 0.02), rng.uniform(0.04, 0.075)
            cover = np.clip((r - np.hypot((x - cx - dx) * 0.8, (y - cy - dy) * 1.4)) / 0.03, 0, 1) * 0.85
            picture = _blend(picture, colour, cover)
    return picture


def _plain(rng: np.random.Generator, x: Grid, y: Grid) -> Picture:
    """A studio sweep in a pale tint."""
    tint = np.asarray([0.86, 0.88, 0.9], np.float32) + rng.uniform(-0.05, 0.05, 3).astype(np.float32)
    shade = 1 - 0.1 * np.hypot(x - 0.5, y - 0.4)
    return tint * (shade * (1 - 0.06 * _step(0.78, y, 0.3)))[..., None]


def _meadow(rng: np.random.Generator, x: Grid, y: Grid) -> Picture:
    sky = _blend(_rgb(120, 190, 245), _rgb(215, 238, 252), y / 0.6)
    sky = _clouds(rng, sky, x, y, 0.3, _rgb(255, 255, 255))
    far = _blend(sky, _rgb(110, 180, 95), _step(_waves(rng, x, 0.52, 0.05), y))
    grass = _blend(_rgb(140, 205, 90), _rgb(80, 160, 60), np.clip((y - 0.6) / 0.4, 0, 1))
    return _blend(far, grass, _step(_waves(rng, x, 0.62, 0.03), y))


def _beach(rng: np.random.Generator, x: Grid, y: Grid) -> Picture:
    sky = _blend(_rgb(110, 195, 250), _rgb(205, 238, 252), y / 0.4)
    sky = _clouds(rng, sky, x, y, 0.2, _rgb(255, 255, 255))
    level = rng.uniform(0.36, 0.44)
    water = _blend(_rgb(30, 140, 205), _rgb(90, 215, 220), np.clip((y - level) / 0.25, 0, 1))
    picture = _blend(sky, water, _step(level, y))
    sand = _blend(_rgb(250, 226, 170), _rgb(232, 198, 130), np.clip((y - 0.6) / 0.4, 0, 1))
    shore = _waves(rng, x, 0.62, 0.03)
    picture = _blend(picture, _rgb(250, 252, 252), _step(shore - 0.03, y))
    return _blend(picture, sand, _step(shore, y))


def _snow(rng: np.random.Generator, x: Grid, y: Grid) -> Picture:
    sky = _blend(_rgb(150, 180, 212), _rgb(222, 232, 242), y / 0.6)
    hills = _blend(sky, _rgb(206, 220, 236), _step(_waves(rng, x, 0.5, 0.07), y))
    ground = _blend(_rgb(246, 249, 253), _rgb(216, 228, 242), np.clip((y - 0.65) / 0.35, 0, 1))
    picture = _blend(hills, ground, _step(_waves(rng, x, 0.66, 0.03), y))
    for _ in range(26):
        flake = _disc(x, y, rng.uniform(), rng.uniform(), rng.uniform(0.006, 0.014))
        picture = _blend(picture, _rgb(255, 255, 255), flake * 0.9)
    return picture


def _desert(rng: np.random.Generator, x: Grid, y: Grid) -> Picture:
    sky = _blend(_rgb(90, 175, 235), _rgb(252, 232, 196), y / 0.6)
    sky = _blend(sky, _rgb(255, 250, 220), _disc(x, y, rng.uniform(0.1, 0.9), 0.14, 0.07))
    far = _blend(sky, _rgb(222, 158, 92), _step(_waves(rng, x, 0.52, 0.06, 2), y))
    dune = _blend(_rgb(240, 184, 112), _rgb(212, 142, 74), np.clip((y - 0.6) / 0.4, 0, 1))
    return _blend(far, dune, _step(_waves(rng, x, 0.66, 0.06, 2), y))


def _sea(rng: np.random.Generator, x: Grid, y: Grid) -> Picture:
    sky = _blend(_rgb(130, 200, 245), _rgb(222, 242, 252), y / 0.45)
    sky = _clouds(rng, sky, x, y, 0.25, _rgb(255, 255, 255))
    level = rng.uniform(0.42, 0.5)
    water = _blend(_rgb(40, 130, 200), _rgb(10, 70, 140), np.clip((y - level) / 0.55, 0, 1))
    for k in range(6):
        crest = level + 0.06 + 0.085 * k
        line = crest + 0.01 * np.sin(2 * np.pi * (x * rng.uniform(2, 4) + rng.uniform()))
        water = _blend(water, _rgb(120, 195, 235), np.clip(1 - np.abs(y - line) / 0.01, 0, 1) * 0.6)
    return _blend(sky, water, _step(level, y))


def _night(rng: np.random.Generator, x: Grid, y: Grid) -> Picture:
    picture = _blend(_rgb(10, 14, 46), _rgb(44, 44, 104), y / 0.8)
    for _ in range(24):
        star = _disc(x, y, rng.uniform(), rng.uniform(0, 0.66), rng.uniform(0.004, 0.01))
        picture = _blend(picture, _rgb(255, 250, 220), star)
    cx, cy = rng.uniform(0.1, 0.9), rng.uniform(0.1, 0.2)
    picture = _blend(picture, _rgb(250, 244, 206), _disc(x, y, cx, cy, 0.07))
    return _blend(picture, _rgb(18, 36, 52), _step(_waves(rng, x, 0.76, 0.04), y))


def _city(rng: np.random.Generator, x: Grid, y: Grid) -> Picture:
    picture = _blend(_rgb(160, 200, 232), _rgb(234, 236, 238), y / 0.6)
    left = -0.02
    while left < 1:
        width, top = rng.uniform(0.12, 0.22), rng.uniform(0.14, 0.42)
        colour = _rgb(128, 136, 152) + rng.uniform(-0.1, 0.1)
        inside = _step(left, x) * (1 - _step(left + width, x)) * _step(top, y)
        picture = _blend(picture, np.asarray(colour, np.float32), inside)
        u, v = (x - left) / 0.055, (y - top) / 0.075
        window = (np.abs(u % 1 - 0.5) < 0.26) & (np.abs(v % 1 - 0.5) < 0.28)
        picture = _blend(picture, _rgb(240, 226, 160), window * inside * 0.75)
        left += width + rng.uniform(0, 0.02)
    picture = _blend(picture, _rgb(196, 196, 200), _step(0.66, y))
    picture = _blend(picture, _rgb(92, 94, 102), _step(0.72, y))
    dash = (np.abs(y - 0.86) < 0.014) & ((x * 4 + 0.3) % 1 < 0.55)
    return _blend(picture, _rgb(244, 240, 220), dash.astype(np.float32))


def _room(rng: np.random.Generator, x: Grid, y: Grid) -> Picture:
    wall = _rgb(238, 214, 186) + rng.uniform(-0.04, 0.04)
    picture = wall * (1 - 0.1 * y)[..., None]
    cx, cy = rng.uniform(0.16, 0.84), 0.26
    frame = (np.abs(x - cx) < 0.135) & (np.abs(y - cy) < 0.165)
    pane = (np.abs(np.abs(x - cx) - 0.058) < 0.05) & (np.abs(np.abs(y - cy) - 0.073) < 0.064)
    picture = _blend(picture, _rgb(252, 252, 250), frame.astype(np.float32))
    picture = _blend(picture, _rgb(150, 210, 248), pane.astype(np.float32))
    floor = _blend(_rgb(190, 128, 78), _rgb(150, 94, 54), np.clip((y - 0.68) / 0.32, 0, 1))
    boards = np.abs((x - 0.5) / np.maximum(y - 0.2, 0.05) * 5 % 1 - 0.5) > 0.46
    floor = _blend(floor, _rgb(126, 78, 44), boards * 0.7)
    picture = _blend(picture, floor, _step(0.68, y))
    return _blend(picture, _rgb(250, 244, 236), _step(0.655, y) * (1 - _step(0.685, y)))


def _forest(rng: np.random.Generator, x: Grid, y: Grid) -> Picture:
    picture = _blend(_rgb(150, 196, 150), _rgb(206, 226, 186), y / 0.7)
    for depth in range(2):
        tone = (_rgb(84, 138, 92), _rgb(36, 92, 58))[depth]
        for k in range(6):
            cx = (k + rng.uniform(0.1, 0.9)) / 6
            top, half = rng.uniform(0.02, 0.2) + 0.08 * depth, rng.uniform(0.07, 0.11)
            reach = np.clip((y - top) / (0.74 - top), 0, 1)
            ragged = 0.78 + 0.22 * ((y * 9) % 1)
            fir = np.clip((half * reach * ragged - np.abs(x - cx)) / 0.012 + 0.5, 0, 1)
            picture = _blend(picture, tone, fir * (reach > 0))
    ground = _blend(_rgb(96, 124, 62), _rgb(66, 88, 44), np.clip((y - 0.7) / 0.3, 0, 1))
    return _blend(picture, ground, _step(_waves(rng, x, 0.73, 0.02), y))


def _sunset(rng: np.random.Generator, x: Grid, y: Grid) -> Picture:
    picture = _blend(_rgb(92, 60, 140), _rgb(246, 120, 100), y / 0.4)
    picture = _blend(picture, _rgb(255, 206, 110), np.clip((y - 0.3) / 0.3, 0, 1))
    cx = rng.uniform(0.2, 0.8)
    picture = _blend(picture, _rgb(255, 240, 176), _disc(x, y, cx, 0.56, 0.11))
    picture = _blend(picture, _rgb(120, 58, 96), _step(_waves(rng, x, 0.62, 0.03), y))
    return _blend(picture, _rgb(72, 38, 76), _step(_waves(rng, x, 0.78, 0.03), y))


PAINTERS: dict[str, Callable[[np.random.Generator, Grid, Grid], Picture]] = {
    "plain": _plain,
    "meadow": _meadow,
    "beach": _beach,
    "snow": _snow,
    "desert": _desert,
    "sea": _sea,
    "night": _night,
    "city": _city,
    "room": _room,
    "forest": _forest,
    "sunset": _sunset,
}


@lru_cache(maxsize=4096)  # training draws from a few hundred seeds a background
def backdrop(name: str, seed: int, size: int) -> Picture:
    """Draws a background.

    Args:
        name: a key of `vocabulary.BACKGROUNDS`.
        seed: decides hills, clouds, stars and tints.
        size: side in pixels.

    Returns:
        (size, size, 3) float32 in [0, 1], read-only.

    Raises:
        KeyError: the world has no such background.
    """
    axis = (np.arange(size, dtype=np.float32) + 0.5) / size
    x, y = np.meshgrid(axis, axis)
    picture = PAINTERS[name](np.random.default_rng(seed), x, y)
    picture = np.clip(picture, 0, 1).astype(np.float32)
    picture.flags.writeable = False
    return picture
