"""Names for the tensors that travel through the engine; each alias states its axes and its range once."""

from typing import TypeAlias

import torch

Latents: TypeAlias = torch.Tensor
"""(lanes, channels, height, width), float32, variance preserving: x = sqrt(alpha_bar)·x0 + sqrt(1 - alpha_bar)·noise."""

Maps: TypeAlias = torch.Tensor
"""(rows, heads, pixels, tokens); each row of probabilities sums to one over tokens."""

Heads: TypeAlias = torch.Tensor
"""(rows, heads, pixels or tokens, width of a head): queries, keys, values and the output of attention."""

Context: TypeAlias = torch.Tensor
"""(rows, tokens, text width): what cross-attention reads."""

Pixels: TypeAlias = torch.Tensor
"""(lanes, 3, height, width), float32 in [-1, 1]."""

Mask: TypeAlias = torch.Tensor
"""(1 or lanes, 1, height, width), float32 in [0, 1]; the name of the variable says what 1 means."""

PerLane: TypeAlias = torch.Tensor
"""(lanes,), one number for each lane."""
