"""Trains the judge: a convolutional detector of a closed set, apart from the critic's eyes in everything that chance decides.

Source: FCOS (Tian et al. 2019, arXiv:1904.01355): focal loss for classes, generalised IoU for boxes, centre-ness, centre sampling;
smooth random warps as in Simard et al. 2003 (ICDAR), since painted things are bent where rendered ones are straight.
Differs: every cell of a thing also learns its colour; pairs are mostly of two colours, since telling them apart is what
the judge is for; now and then a thing's squares are shuffled and it no longer counts: colour and texture alone are no thing.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import torch
from scipy.ndimage import gaussian_filter
from torch import nn
from torch.nn import functional as F

from ..judging.judge import Judge, JudgeDetector
from ..judging.network import GRID, HUES, NOUNS, PLACES, SIDE, JudgeNet, cell_centres, corners
from ..world import COLOURS, OBJECTS, Scene, sample_scene
from ..world.vocabulary import NATURAL
from .pictures import Pictures, Seen
from .stage import EMBEDDED, Stage, batches, loaded

SEED = 8_191  # of the weights and the pictures: nobody else's
MIX = (0.25, 0.35, 0.1, 0.27, 0.03)
PAINTED = 0.35  # share of refreshments that the painter painted over
COLOURED = 0.75  # share of the pairs whose things get two different colours
RUINED = 0.06  # share of things whose squares are shuffled
MIDDLE = 0.5  # share of a box's sides inside which cells answer for a thing (centre sampling)
BENT = 1.6  # pixels: deviation of the warp's nodes
FALSE = 0.02  # largest share of absent nouns that calibration lets be seen


def scene(rng: np.random.Generator, names: tuple[str, ...] | None) -> Scene:
    """A scene with many pairs of two colours."""
    drawn = sample_scene(rng, names=names, mix=MIX, backdrops=2**20)
    colours = [str(c) for c in rng.choice(list(COLOURS), 2, replace=False)]
    if len({t.name for t in drawn.things}) == 2 and rng.random() < COLOURED:
        things = (replace(t, colour=c) if OBJECTS[t.name].colourable else t for t, c in zip(drawn.things, colours, strict=True))
        drawn = replace(drawn, things=tuple(things))
    return drawn


def bent(seen: Seen, rng: np.random.Generator) -> Seen:
    """The picture and its masks under one smooth random warp."""
    nodes = torch.from_numpy(rng.normal(0, BENT * 2 / SIDE, (1, 2, 5, 5))).float()
    field = F.interpolate(nodes, (SIDE, SIDE), mode="bicubic", align_corners=True)[0].permute(1, 2, 0)
    straight = F.affine_grid(torch.eye(2, 3)[None], [1, 1, SIDE, SIDE], align_corners=False)
    layers = np.concatenate([seen.pixels.transpose(2, 0, 1).astype(np.float32), seen.masks.astype(np.float32)])
    moved = F.grid_sample(torch.from_numpy(layers)[None], straight + field, padding_mode="reflection", align_corners=False)[0].numpy()
    return Seen(moved[:3].transpose(1, 2, 0).round().clip(0, 255).astype(np.uint8), seen.scene, moved[3:] > 0.5)


def ruined(seen: Seen, rng: np.random.Generator) -> Seen:
    """The picture with the squares of some things shuffled; those things are gone from the truth."""
    gone = [bool(rng.random() < RUINED) for _ in seen.masks]
    if not any(gone):
        return seen
    pixels = seen.pixels.copy()
    for mask, out in zip(seen.masks, gone, strict=True):
        if out and mask.any():
            ys, xs = np.nonzero(mask)
            side = 4
            y, x = int(ys.min()) // side * side, int(xs.min()) // side * side
            down, across = -(-(int(ys.max()) + 1 - y) // side), -(-(int(xs.max()) + 1 - x) // side)
            window = pixels[y : y + down * side, x : x + across * side]
            squares = window.reshape(down, side, across, side, 3).swapaxes(1, 2).reshape(-1, side, side, 3)
            mixed = squares[rng.permutation(len(squares))].reshape(down, across, side, side, 3).swapaxes(1, 2)
            window[:] = mixed.reshape(window.shape)
    kept = [index for index, out in enumerate(gone) if not out]
    things = tuple(seen.scene.things[index] for index in kept)
    return Seen(pixels, replace(seen.scene, things=things, relation=None), seen.masks[kept])


def distorted(seen: Sequence[Seen], rng: np.random.Generator) -> torch.Tensor:
    """Stacks pictures with random exposure, contrast, sharpness and grain: (n, 3, 64, 64) in [-1, 1]."""
    out = np.stack([s.pixels for s in seen]).astype(np.float32) / 127.5 - 1
    for picture in out:
        if rng.random() < 0.5:
            middle = picture.mean()
            picture[:] = (picture - middle) * rng.uniform(0.8, 1.15) + middle + rng.uniform(-0.1, 0.1)
        if rng.random() < 0.35:
            soft = gaussian_filter(picture, (*(rng.uniform(0.4, 1.0),) * 2, 0))
            picture[:] = soft if rng.random() < 0.6 else 2 * picture - soft
        if rng.random() < 0.3:
            grain = rng.normal(0, rng.uniform(0.02, 0.1), (SIDE // 2, SIDE // 2, 3))
            picture += gaussian_filter(grain.repeat(2, 0).repeat(2, 1), (0.7, 0.7, 0))
    return torch.from_numpy(out.clip(-1, 1)).permute(0, 3, 1, 2).contiguous()


def truth(seen: Sequence[Seen]) -> tuple[torch.Tensor, ...]:
    """What the right answers are.

    Returns:
        nouns (n, GRID, GRID) index or -1; hues (n, colours + 1, GRID, GRID) 1 where the word is true; boxes (n, 4, GRID, GRID) xyxy
        in pixels; weight (n, GRID, GRID): a cell's part in its thing, less where the thing has many; places (n,).
    """
    nouns = torch.full((len(seen), GRID, GRID), -1)
    hues = torch.zeros(len(seen), len(HUES), GRID, GRID)
    boxes = torch.zeros(len(seen), 4, GRID, GRID)
    weight = torch.zeros(len(seen), GRID, GRID)
    at = cell_centres().numpy()
    for row, picture in enumerate(seen):
        for thing, mask in zip(picture.scene.things, picture.masks, strict=True):
            ys, xs = np.nonzero(mask)
            if not len(ys):
                continue
            box = (float(xs.min()), float(ys.min()), float(xs.max() + 1), float(ys.max() + 1))
            rows, columns = (
                np.abs(at - (low + high) / 2) <= max(MIDDLE * (high - low) / 2, 2.0) for low, high in ((box[1], box[3]), (box[0], box[2]))
            )
            mine = torch.from_numpy(rows[:, None] & columns[None])
            nouns[row][mine] = NOUNS.index(thing.name)
            words = {thing.colour or ""} | ({NATURAL[thing.name]} if thing.colour is None and thing.name in NATURAL else set())
            hues[row][:, mine] = torch.tensor([float(hue in words) for hue in HUES])[:, None]
            boxes[row][:, mine] = torch.tensor(box)[:, None]
            weight[row][mine] = float(mine.sum()) ** -0.5
    places = torch.tensor([PLACES.index(picture.scene.background) for picture in seen])
    return nouns, hues, boxes, weight, places


def overlap(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Generalised IoU (Rezatofighi et al. 2019, arXiv:1902.09630) of xyxy boxes, row by row: (m, 4), (m, 4) to (m,)."""
    both = (torch.minimum(a[:, 2:], b[:, 2:]) - torch.maximum(a[:, :2], b[:, :2])).clamp(min=0).prod(1)
    hull = (torch.maximum(a[:, 2:], b[:, 2:]) - torch.minimum(a[:, :2], b[:, :2])).clamp(min=1e-3).prod(1)
    either = (a[:, 2:] - a[:, :2]).clamp(min=0).prod(1) + (b[:, 2:] - b[:, :2]).clamp(min=0).prod(1) - both
    return both / either.clamp(min=1e-3) - (hull - either) / hull


def centredness(sides: torch.Tensor) -> torch.Tensor:
    """How near a cell is to its box's centre, 1 there and 0 at the sides (FCOS, equation 3).

    Args:
        sides: (m, 4) distances to left, top, right and bottom.
    """
    left, top, right, bottom = sides.clamp(min=0.1).unbind(1)
    across, down = torch.minimum(left, right) / torch.maximum(left, right), torch.minimum(top, bottom) / torch.maximum(top, bottom)
    return (across * down).sqrt()


class JudgeStage(Stage):
    """The judge's place in the training queue."""

    name = "judge"
    learning_rate = 1.2e-3
    weight_decay = 5e-3
    batch = 16
    steps = 5_200
    decay = 0.998
    measure_every = 1_000

    def __init__(self) -> None:
        self.levels: dict[str, float] | None = None

    def build(self) -> nn.Module:
        """A fresh judge, drawn from a seed of its own."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(SEED)
            return JudgeNet()

    def data(self, rng: np.random.Generator) -> Iterator[tuple[torch.Tensor, ...]]:
        """Pictures with nouns, colours and boxes a cell, and backgrounds."""
        ours = np.random.default_rng([SEED, *(int(v) for v in rng.integers(2**31, size=2))])
        pool = Pictures(ours, painted=PAINTED, draw=scene)

        def draw() -> tuple[torch.Tensor, ...]:
            seen = [bent(s, ours) if ours.random() < 0.6 else s for s in pool.take(self.batch)]
            seen = [ruined(s, ours) for s in seen]
            return (distorted(seen, ours), *truth(seen))

        return batches(draw)

    def loss(self, model: nn.Module, batch: tuple[torch.Tensor, ...]) -> torch.Tensor:
        """Focal loss of nouns; in cells of things also the choice of noun and colour, the box, its centre; and the background."""
        pixels, nouns, hues, boxes, weight, places = batch
        answers = model(pixels)
        has, total = nouns >= 0, weight.sum().clamp(min=1)
        target = F.one_hot(nouns.clamp(min=0), len(NOUNS)).permute(0, 3, 1, 2) * has[:, None]
        chance = answers.nouns.sigmoid()
        off = torch.where(target > 0, 1 - chance, chance)
        focal = F.binary_cross_entropy_with_logits(answers.nouns, target.float(), reduction="none") * off.square()
        share = torch.where(target > 0, 0.5 * weight[:, None], 0.25)
        value = 2 * (focal * share).sum() / total + 0.5 * F.cross_entropy(answers.places, places)
        if not has.any():
            return value
        each = weight[has] / total  # (m,)
        value = value + 0.5 * (each * F.cross_entropy(answers.nouns.permute(0, 2, 3, 1)[has], nouns[has], reduction="none")).sum()
        named = answers.hues.permute(0, 2, 3, 1)[has].log_softmax(1)  # (m, colours + 1); two words may be true of one thing
        right = hues.permute(0, 2, 3, 1)[has]
        value = value - (each * torch.logsumexp(named.masked_fill(right == 0, -1e4), 1)).sum()
        ours, theirs = (part.permute(0, 2, 3, 1)[has] for part in (corners(answers.sides), boxes))
        value = value + 2 * (each * (1 - overlap(ours, theirs))).sum()
        at = cell_centres(pixels.device)
        x, y = at[None, None, :].expand_as(weight)[has], at[None, :, None].expand_as(weight)[has]
        centred = centredness(torch.stack([x - theirs[:, 0], y - theirs[:, 1], theirs[:, 2] - x, theirs[:, 3] - y], 1))
        return value + (each * F.binary_cross_entropy_with_logits(answers.centred[has], centred, reduction="none")).sum()

    def measure(self, model: nn.Module) -> dict[str, float]:
        """Held-out figures by the code that measures the critic's detector; sets the thresholds."""
        from ..perception.measure import detector_figures

        assert isinstance(model, JudgeNet)
        device = next(model.parameters()).device
        self.levels = calibrated(model.cpu().eval())
        judge = Judge(model, **self.levels)
        detector = JudgeDetector(judge)
        figures = detector_figures(detector, count=200)
        figures |= {f"{name}_painted": value for name, value in detector_figures(detector, count=120, painted=True).items()}
        model.to(device)
        return figures | self.levels

    def shipped(self) -> dict[str, torch.Tensor] | None:
        """The shipped weights."""
        return loaded(EMBEDDED / "judge")

    def export(self, model: nn.Module) -> None:
        """Writes weights, shape and thresholds as `Judge.load` reads them."""
        from safetensors.torch import save_file

        assert isinstance(model, JudgeNet)
        if self.levels is None:  # this run ended before its first measurement
            self.levels = calibrated(model)
        folder = self.folder("judge")
        save_file({name: value.half().contiguous() for name, value in model.state_dict().items()}, folder / "model.safetensors")
        (folder / "config.json").write_text(json.dumps(model.shape) + "\n")
        (folder / "calibration.json").write_text(json.dumps(self.levels) + "\n")


def calibrated(model: JudgeNet, *, count: int = 160, seed: int = 6_500_003) -> dict[str, float]:
    """The judge's two thresholds, from renders and painted-over renders that neither training nor figures use.

    Args:
        model: the network.
        count: pictures of each of the two.
        seed: of the scenes.

    Returns:
        exists: where being there is told best, present and absent nouns weighing alike, with at most `FALSE` of the absent ones
        seen; counts: where most nouns that are there are counted right.
    """
    from ..perception.measure import held_out

    judge = Judge(model, 0.0, 0.0)
    present: list[float] = []
    absent: list[float] = []
    counted: list[tuple[int, list[float]]] = []
    for painted in (False, True):
        exhibits = held_out(count, seed=seed, painted=painted)
        for exhibit, look in zip(exhibits, judge.looks([e.image for e in exhibits]), strict=True):
            for noun in NOUNS:
                scores = [thing.score for thing in look.things if thing.noun == noun]
                number = sum(thing.name == noun for thing in exhibit.scene.things)
                (present if number else absent).append(max(scores, default=0.0))
                if number:
                    counted.append((number, scores))
    there, gone = np.asarray(present), np.asarray(absent)
    grid = [float(level) for level in np.arange(0.1, 0.9, 0.02)]
    allowed = [level for level in grid if (gone >= level).mean() <= FALSE] or grid[-1:]
    exists = max(allowed, key=lambda level: (there >= level).mean() - (gone >= level).mean())
    counts = max(grid, key=lambda level: np.mean([sum(s >= level for s in scores) == number for number, scores in counted]))
    return {"exists": round(exists, 2), "counts": round(counts, 2)}
