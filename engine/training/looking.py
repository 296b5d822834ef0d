"""Where cells of a gated U-Net look, and how that is taught: each to the tokens of the boxes that it lies in.

With closed gates nothing else teaches it, and while cells look anywhere the gates have no reason to open. The frozen painter's cells
know where they are (a linear map reads it from them, best at 8 x 8 and under much noise), so it can be learned before anything flows
through the gates, from features that were computed once.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import torch

from ..backbones.gated import Gates

MOST = 8  # boxes
SLOTS = 30  # grounding tokens, null ones included


class Led:
    """Explicit attention of a fuser that leaves, at every call, how its visual tokens attend to grounding tokens.

    Args:
        seen: where it leaves (rows, pixels, SLOTS), averaged over heads.
    """

    def __init__(self, seen: list[torch.Tensor]) -> None:
        self.seen = seen

    def __call__(self, attn: Any, hidden_states: torch.Tensor, **_: object) -> torch.Tensor:
        """Attends; the last `SLOTS` tokens are grounding tokens."""
        rows, tokens, _width = hidden_states.shape
        q, k, v = (part(hidden_states).view(rows, tokens, attn.heads, -1).transpose(1, 2) for part in (attn.to_q, attn.to_k, attn.to_v))
        shares = ((q * attn.scale) @ k.transpose(-1, -2)).float().softmax(-1)  # (rows, heads, tokens, tokens)
        self.seen.append(shares[:, :, : tokens - SLOTS, tokens - SLOTS :].mean(1))
        mixed = (shares.to(v.dtype) @ v).transpose(1, 2).reshape(rows, tokens, -1)
        out: torch.Tensor = attn.to_out[0](mixed)
        return out


def inside(boxes: torch.Tensor, counts: torch.Tensor, side: int) -> torch.Tensor:
    """Which cells of a map have their centres in which boxes, (n, side², boxes) bool.

    Args:
        boxes: (n, boxes, 4), xyxy in fractions.
        counts: (n, boxes), 1 for boxes that count.
        side: cells a side.
    """
    centres = (torch.arange(side, device=boxes.device) + 0.5) / side
    x0, y0, x1, y1 = (edge[:, None] for edge in boxes.unbind(-1))  # (n, 1, boxes)
    across, down = centres[None, :, None], centres[None, :, None]
    columns, rows = (x0 <= across) & (across < x1), (y0 <= down) & (down < y1)  # (n, side, boxes)
    both = rows[:, :, None] & columns[:, None] & (counts[:, None, None] > 0)
    return both.flatten(1, 2)


def looking_loss(seen: Sequence[torch.Tensor], boxes: torch.Tensor, counts: torch.Tensor) -> torch.Tensor:
    """How little cells look at the tokens of boxes that they lie in, and how much others look at any.

    Args:
        seen: what `Led` left.
        boxes: (n, MOST, 4).
        counts: (n, MOST), 1 for boxes that count.
    """
    value = torch.zeros((), device=boxes.device)
    for shares in seen:
        where = inside(boxes, counts, round(shares.shape[1] ** 0.5)).float()  # (n, pixels, MOST)
        mine = (shares[..., :MOST] * where).sum(-1)
        other = (shares[..., :MOST] * (1 - where) * counts[:, None]).sum(-1)
        covered = (where.sum(-1) > 0).float()
        wrong = -covered * (mine + 1e-4).log() - (1 - other).clamp(min=1e-4).log()
        value = value + (wrong * (1 + covered)).mean() / len(seen)
    return value


def found(seen: Sequence[torch.Tensor], boxes: torch.Tensor, counts: torch.Tensor) -> float:
    """Of all that cells in boxes look at, the share that goes to the tokens of these boxes.

    Args:
        seen: what `Led` left.
        boxes: (n, MOST, 4).
        counts: (n, MOST), 1 for boxes that count.
    """
    mine, covered = 0.0, 0.0
    for shares in seen:
        where = inside(boxes, counts, round(shares.shape[1] ** 0.5)).float()
        mine += float((shares[..., :MOST].detach() * where).sum())
        covered += float((where.sum(-1) > 0).sum())
    return mine / max(covered, 1)


def grounding(boxes: torch.Tensor, features: torch.Tensor, counts: torch.Tensor) -> dict[str, torch.Tensor]:
    """What `position_net` reads: padded from MOST to SLOTS.

    Args:
        boxes: (n, MOST, 4).
        features: (n, MOST, width), of the phrases.
        counts: (n, MOST), 1 for boxes that count.
    """
    pad, rest = torch.nn.functional.pad, SLOTS - MOST
    return {
        "boxes": pad(boxes, (0, 0, 0, rest)),
        "positive_embeddings": pad(features, (0, 0, 0, rest)),
        "masks": pad(counts, (0, rest)),
    }


class Remembered:
    """What blocks of the frozen U-Net held before their gates, for the latest samples.

    Args:
        gates: names the blocks.
        capacity: samples that are kept; 2,000 take half a gigabyte.
    """

    def __init__(self, gates: Gates, capacity: int = 1_500) -> None:
        self.capacity, self.made = capacity, 0
        self.blocks: dict[str, list[torch.Tensor]] = {path: [] for path in gates.fusers}
        self.layouts: list[tuple[torch.Tensor, torch.Tensor, torch.Tensor]] = []

    def add(self, held: Mapping[str, torch.Tensor], boxes: torch.Tensor, features: torch.Tensor, counts: torch.Tensor) -> None:
        """Keeps a batch; the oldest samples leave.

        Args:
            held: (n, pixels, width) of each block.
            boxes: (n, MOST, 4).
            features: (n, MOST, width).
            counts: (n, MOST).
        """
        for row in range(len(boxes)):
            layout = boxes[row], features[row], counts[row]
            if len(self.layouts) < self.capacity:
                self.layouts.append(layout)
                for path, kept in self.blocks.items():
                    kept.append(held[path][row].half())
            else:
                at = self.made % self.capacity
                self.layouts[at] = layout
                for path, kept in self.blocks.items():
                    kept[at] = held[path][row].half()
            self.made += 1

    def loss(self, gates: Gates, seen: list[torch.Tensor], count: int) -> torch.Tensor:
        """`looking_loss` of randomly picked samples; gradients flow to the gates alone.

        Args:
            gates: whose attention leaves its shares in `seen`.
            seen: as given to `Led`.
            count: samples.
        """
        boxes, counts = self.look(gates, seen, torch.randint(len(self.layouts), (count,)).tolist())
        return looking_loss(seen, boxes, counts)

    def look(self, gates: Gates, seen: list[torch.Tensor], picked: Sequence[int]) -> tuple[torch.Tensor, torch.Tensor]:
        """Lets the gates' attention leave its shares of some samples; gives their boxes and which count."""
        boxes, features, counts = (torch.stack(part) for part in zip(*(self.layouts[i] for i in picked), strict=True))
        tokens = gates.position_net(**grounding(boxes, features, counts))
        seen.clear()
        for path, fuser in gates.fusers.items():
            gate: Any = fuser
            cells = torch.stack([self.blocks[path][i] for i in picked]).float()
            gate.attn(gate.norm1(torch.cat([cells, gate.linear(tokens)], dim=1)))
        return boxes, counts
