"""From a latent and its branches to a prediction of the clean image: one batched call of the U-Net.

Everything is combined as the network spoke it (eps, v or x0) and converted once, since weights that sum to one commute with
the conversion; x0 of a single branch is made when it is asked for.
"""

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import torch
from torch.nn import functional as F

from .attention import Edit, Frame, Recorded, Sites
from .branch import Branch, Branches, Lanes, SideCall, SideNetwork
from .errors import ModelCannot, TechniqueMisuse
from .schedule import Level, Step
from .shapes import Latents
from .solvers import eps_of

if TYPE_CHECKING:
    from .backbones.model import Model, PredictionType


def x0_of(x: Latents, output: Latents, level: Level, kind: "PredictionType") -> Latents:
    """Converts the network's output.

    Source: Salimans & Ho 2022, arXiv:2202.00512, for v = sqrt(alpha)·eps - sqrt(1 - alpha)·x0.
    """
    if kind == "epsilon":
        return (x - level.noise * output) / math.sqrt(level.alpha)
    if kind == "v_prediction":
        return math.sqrt(level.alpha) * x - level.noise * output
    return output


@dataclass(frozen=True, eq=False)
class Prediction:
    """What the network believes.

    Attributes:
        x0: (lanes, channels, h, w), the guided prediction of the clean latent.
        lanes: the lanes and branches of the call.
        x: the latent that was shown.
        level: that the network was told.
        kind: what the network predicts.
        outputs: (rows, channels, h, w), as the network spoke.
        maps: attention probabilities, if they were asked for.
    """

    x0: Latents
    lanes: Lanes
    x: Latents
    level: Level
    kind: "PredictionType"
    outputs: Latents
    maps: Recorded | None = None

    @property
    def eps(self) -> Latents:
        """The noise that belongs to `x0`."""
        return eps_of(self.x, self.x0, self.level)

    def branch(self, name: str) -> Latents:
        """The prediction of one branch for every lane, (lanes, channels, h, w).

        Raises:
            TechniqueMisuse: a lane has no such branch.
        """
        rows = self.lanes.rows
        picked = [rows[branches[name].row] for branches in self.lanes]
        return x0_of(self.x, self.outputs[picked], self.level, self.kind)

    def shifted(self, delta: Latents) -> Self:
        """Adds to the guided prediction."""
        return dataclasses.replace(self, x0=self.x0 + delta)


def denoise(model: "Model", x: Latents, step: Step, lanes: Lanes, edits: Sequence[Edit] = (), record: Sequence[Sites] = ()) -> Prediction:
    """Calls the U-Net once for all branches of all lanes.

    Args:
        model: the network.
        x: (lanes, channels, h, w); gradients flow if it asks for them.
        step: tells the network the time.
        lanes: with text filled in.
        edits: of attention.
        record: layers whose probabilities come back.

    Raises:
        TechniqueMisuse: the latent does not have one row for each lane.
        ModelCannot: extra channels or grounding that the model has no input for, or misses.
    """
    if len(x) != len(lanes):
        raise TechniqueMisuse(f"latent has {len(x)} rows for lanes {list(lanes.names)}")
    flat = [branch for branches in lanes for branch in branches]
    owner = torch.tensor([i for i, branches in enumerate(lanes) for _ in branches], device=x.device)
    rows = x if len(flat) == len(x) else x.index_select(0, owner)  # (rows, channels, h, w)
    dtype = model.dtype
    t = torch.tensor(step.told.t, device=x.device)
    context, mask = _context(flat)
    arguments: dict[str, Any] = {"encoder_hidden_states": context.to(dtype), "encoder_attention_mask": mask}
    added = _added(model, flat, x, dtype)
    arguments["added_cond_kwargs"] = added
    arguments.update(_sides(flat, rows.to(dtype), t, arguments["encoder_hidden_states"], added))
    grounding = _grounding(model, flat)
    if grounding is not None:
        arguments["cross_attention_kwargs"] = {"gligen": {k: v.to(dtype) for k, v in grounding.items()}}
    frame = Frame(tuple(edits), tuple(record), lanes.rows, step, (x.shape[-2], x.shape[-1]))
    processor = model.attention
    outer, processor.frame = processor.frame, frame
    try:
        outputs = model.unet(_with_channels(model, flat, rows).to(dtype), t, return_dict=False, **arguments)[0].float()
    finally:
        processor.frame = outer
    x0 = x0_of(x, _combined(outputs, lanes), step.told, model.prediction_type)
    maps = Recorded(frame.recorded, frame.rows) if record else None
    return Prediction(x0, lanes, x, step.told, model.prediction_type, outputs, maps)


def _combined(outputs: Latents, lanes: Lanes) -> Latents:
    """Σ weight·output for each lane, written as rest + Σ weight·(output - rest): exact when branches agree."""
    if len(outputs) == len(lanes):
        return outputs
    combined, row = [], 0
    for branches in lanes:
        mine = outputs[row : row + len(branches)]
        row += len(branches)
        combined.append(_sum(branches, mine))
    return torch.stack(combined)


def _sum(branches: Branches, outputs: Latents) -> torch.Tensor:
    weights = [branch.weight for branch in branches]
    # Without a branch that takes the rest the weights were checked to sum to one, so any branch can play it.
    at = next((i for i, weight in enumerate(weights) if weight is None), 0)
    total = rest = outputs[at]
    for i, weight in enumerate(weights):
        if i != at and weight is not None:
            share = weight.to(outputs.device) if isinstance(weight, torch.Tensor) else weight
            total = total + share * (outputs[i] - rest)
    return total


def _context(flat: Sequence[Branch]) -> tuple[torch.Tensor, torch.Tensor | None]:
    """Stacks texts with their extra tokens; shorter ones are padded and masked."""
    contexts = []
    for branch in flat:
        assert branch.text is not None
        text = branch.text.embeddings
        contexts.append(torch.cat([text, *(extra.to(text) for extra in branch.tokens)]) if branch.tokens else text)
    lengths = [len(context) for context in contexts]
    longest = max(lengths)
    if min(lengths) == longest:
        return torch.stack(contexts), None
    padded = torch.stack([F.pad(context, (0, 0, 0, longest - len(context))) for context in contexts])
    mask = torch.arange(longest, device=padded.device)[None] < torch.tensor(lengths, device=padded.device)[:, None]
    return padded, mask


def _added(model: "Model", flat: Sequence[Branch], x: Latents, dtype: torch.dtype) -> dict[str, torch.Tensor] | None:
    """SDXL's pooled text and micro-conditioning (Podell et al. 2023, arXiv:2307.01952, section 2.2): uncropped, at size."""
    if model.family != "sdxl":
        return None
    height, width = x.shape[-2] * model.factor, x.shape[-1] * model.factor
    pooled = torch.stack([branch.text.pooled for branch in flat])  # type: ignore[union-attr, misc]
    times = torch.tensor([[height, width, 0, 0, height, width]], dtype=dtype, device=x.device)
    return {"text_embeds": pooled.to(dtype), "time_ids": times.expand(len(flat), -1)}


def _with_channels(model: "Model", flat: Sequence[Branch], rows: Latents) -> Latents:
    wanted = int(model.unet.conv_in.in_channels)
    extra = [branch.channels for branch in flat]
    given = {rows.shape[1] + (0 if channels is None else len(channels)) for channels in extra}
    if given != {wanted}:
        raise ModelCannot(f"the U-Net takes {wanted} input channels, branches bring {sorted(given)}; choose another model or technique")
    if wanted == rows.shape[1]:
        return rows
    return torch.cat([rows, torch.stack([channels.to(rows) for channels in extra if channels is not None])], dim=1)


def _grounding(model: "Model", flat: Sequence[Branch]) -> dict[str, torch.Tensor] | None:
    """Stacks GLIGEN's inputs; a branch without any gets the null grounding, all zeros."""
    given = next((branch.grounding for branch in flat if branch.grounding is not None), None)
    if given is None:
        return None
    if "boxes" not in model.can:
        raise ModelCannot("this U-Net has no gated attention; boxes need a GLIGEN model, or use layout guidance")
    return {key: torch.stack([torch.zeros_like(like) if b.grounding is None else b.grounding[key] for b in flat]) for key, like in given.items()}


def _sides(flat: Sequence[Branch], rows: Latents, t: torch.Tensor, context: torch.Tensor, added: dict[str, torch.Tensor] | None) -> dict[str, Any]:
    """Runs every side network once on the rows that carry it and adds up what they say."""
    networks: dict[int, SideNetwork] = {id(side): side for branch in flat for side in branch.sides}
    down: list[torch.Tensor] = []
    within: list[torch.Tensor] = []
    mid: torch.Tensor | None = None
    for network in networks.values():
        mine = [i for i, branch in enumerate(flat) if any(side is network for side in branch.sides)]
        whole = len(mine) == len(flat)
        picked = {key: value[mine] for key, value in added.items()} if added else None
        said = network(SideCall(rows[mine], t, context[mine], picked, tuple(flat[i].row for i in mine)))

        def spread(part: torch.Tensor, mine: list[int] = mine, whole: bool = whole) -> torch.Tensor:
            if whole:
                return part
            full = part.new_zeros((len(flat), *part.shape[1:]))
            return full.index_copy(0, torch.tensor(mine, device=part.device), part)

        down = _plus(down, [spread(part) for part in said.down])
        within = _plus(within, [spread(part) for part in said.within])
        if said.mid is not None:
            mid = spread(said.mid) if mid is None else mid + spread(said.mid)
    arguments: dict[str, Any] = {}
    if down or mid is not None:
        arguments["down_block_additional_residuals"] = tuple(down)
        arguments["mid_block_additional_residual"] = mid
    if within:
        arguments["down_intrablock_additional_residuals"] = within  # diffusers pops from this list: it is fresh for each call
    return arguments


def _plus(total: list[torch.Tensor], more: list[torch.Tensor]) -> list[torch.Tensor]:
    if total and more:
        return [a + b for a, b in zip(total, more, strict=True)]
    return more or total
