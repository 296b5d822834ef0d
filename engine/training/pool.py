"""A pool of items that are dear to make, kept and refreshed while training goes on."""

from collections.abc import Callable, Sequence

import numpy as np
import torch

Item = tuple[torch.Tensor, ...]


class Pool:
    """Items that are dear to make (encoded pictures), kept and refreshed while training goes on.

    Args:
        make: gives that many new items, each a tuple of tensors of fixed shapes.
        rng: where chance comes from.
        capacity: how many are kept; the oldest leave.
        first: how many are made before the first batch.
        share: of the batches before which `fresh` new ones are made, twice as many until the pool is full.
        fresh: items of a refreshment.
    """

    def __init__(
        self,
        make: Callable[[int], Sequence[Item]],
        rng: np.random.Generator,
        *,
        capacity: int = 12_000,
        first: int = 1_024,
        share: float = 0.2,
        fresh: int = 8,
    ) -> None:
        self.make, self.rng, self.capacity, self.share, self.fresh = make, rng, capacity, share, fresh
        self.items: list[Item] = []
        self.made = 0
        while self.made < first:
            self.refresh(min(64, first - self.made))

    def refresh(self, count: int) -> None:
        """Makes new items."""
        for item in self.make(count):
            if len(self.items) < self.capacity:
                self.items.append(item)
            else:
                self.items[self.made % self.capacity] = item
            self.made += 1

    def batch(self, size: int) -> Item:
        """A random batch: each part stacked, half precision brought back to single."""
        if self.rng.random() < self.share:
            self.refresh(self.fresh if len(self.items) >= self.capacity else 2 * self.fresh)
        picked = [self.items[i] for i in self.rng.integers(len(self.items), size=size)]
        stacked = (torch.stack(column) for column in zip(*picked, strict=True))
        return tuple(part.float() if part.dtype == torch.float16 else part for part in stacked)


def dropped(ids: torch.Tensor, empty: torch.Tensor, which: torch.Tensor) -> torch.Tensor:
    """Captions of some rows replaced by the empty one, for classifier-free guidance.

    Args:
        ids: (n, tokens).
        empty: (tokens,), the empty caption.
        which: (n,) bool.
    """
    return torch.where(which[:, None], empty[None], ids)
