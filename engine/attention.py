"""One attention processor for the whole U-Net: fused where nobody looks, explicit where somebody does.

A technique names the layers it means by kind, place and resolution (`Sites`), never by counting them, and offers pure
functions on queries, keys and values, on logits, on probabilities or on the output (`Edit`). Rows of a batch are found by
name: `probabilities[call.rows["source", "positive"]]`. Probabilities are formed only at sites where an edit or a record
asks for them; everywhere else the fused kernel runs. Gradients flow through both ways.
"""

import inspect
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import torch
from torch.nn import functional as F

from .branch import POSITIVE, Row
from .errors import TechniqueMisuse
from .shapes import Context, Heads, Maps

if TYPE_CHECKING:
    from .schedule import Step

Kind: TypeAlias = Literal["self", "cross", "gated"]
Place: TypeAlias = Literal["down", "mid", "up"]


@dataclass(frozen=True)
class Site:
    """An attention layer as a call meets it.

    Attributes:
        kind: self, cross, or gated (GLIGEN's fuser).
        place: half of the U-Net it stands in.
        height: rows of the grid its queries come from.
        width: columns of that grid.
        name: the module's path, for weights that belong to one layer.
    """

    kind: Kind
    place: Place
    height: int
    width: int
    name: str

    @property
    def resolution(self) -> int:
        """The larger side: what papers call the 16 of 16×16."""
        return max(self.height, self.width)


@dataclass(frozen=True)
class Sites:
    """A choice of attention layers: `site in Sites("cross", largest=8)`.

    Attributes:
        kind: self, cross or gated; None takes self and cross.
        places: halves of the U-Net.
        smallest: least resolution, in cells of the larger side.
        largest: greatest resolution; None has no limit.
    """

    kind: Kind | None = None
    places: tuple[Place, ...] = ("down", "mid", "up")
    smallest: int = 1
    largest: int | None = None

    def __contains__(self, site: Site) -> bool:
        kind = site.kind == self.kind if self.kind else site.kind != "gated"
        return kind and site.place in self.places and self.smallest <= site.resolution <= (self.largest or site.resolution)


CROSS = Sites("cross")
SELF = Sites("self")


def semantic(side: int) -> int:
    """Resolution at which attention holds the layout, for a latent of this larger side.

    A quarter of the side, as in Stable Diffusion (64 -> 16) and SDXL (128 -> 32), but never under 8 cells: the embedded
    painter's 16 -> 8, since on 4×4 an object covers less than four cells.
    """
    return min(side, max(8, side // 4))


@dataclass(frozen=True, eq=False)
class Call:
    """What an edit may know about the call that it is part of.

    Attributes:
        site: the layer.
        rows: row of the batch by (lane, branch); a row that is not part of this call is absent.
        step: where the run stands.
        to_k: maps (rows, tokens, text width) to keys as this layer does, (rows, heads, tokens, d).
        to_v: the same for values.
    """

    site: Site
    rows: Mapping[Row, int]
    step: "Step"
    to_k: Callable[[Context], Heads]
    to_v: Callable[[Context], Heads]


@dataclass(frozen=True, eq=False)
class Edit:
    """Pure functions at some sites; each gets tensors of all rows and gives back tensors of the same shape.

    Copy before changing rows (`out = probabilities.clone(); out[i] = …`): gradients may run through.

    Attributes:
        at: the layers.
        qkv: (call, q, k, v) -> (q, k, v), each (rows, heads, n, d).
        logits: (call, logits) -> logits, (rows, heads, pixels, tokens), scaled, before the softmax.
        probabilities: (call, probabilities) -> probabilities.
        output: (call, q, k, v, output) -> output, (rows, heads, pixels, d), before the heads are merged.
    """

    at: Sites
    qkv: Callable[[Call, Heads, Heads, Heads], tuple[Heads, Heads, Heads]] | None = None
    logits: Callable[[Call, Maps], Maps] | None = None
    probabilities: Callable[[Call, Maps], Maps] | None = None
    output: Callable[[Call, Heads, Heads, Heads, Heads], Heads] | None = None


@dataclass(frozen=True, eq=False)
class Recorded:
    """The probabilities of one call, after all edits.

    Attributes:
        sites: (rows, heads, pixels, tokens) by layer, in the order the layers ran.
        rows: row by (lane, branch).
    """

    sites: Mapping[Site, Maps]
    rows: Mapping[Row, int]

    def of(self, lane: str, branch: str = POSITIVE, at: Sites | None = None, size: tuple[int, int] | None = None) -> torch.Tensor:
        """Averages one row's maps over heads and layers.

        Args:
            lane: the image.
            branch: the prediction.
            at: which of the recorded layers; all by default.
            size: (height, width) that maps of other resolutions are resized to; the largest seen by default.

        Returns:
            (tokens, height, width); for self-attention, tokens are pixels of the layer.

        Raises:
            TechniqueMisuse: no recorded layer is meant, or the row was not part of the call.
        """
        if (lane, branch) not in self.rows:
            raise TechniqueMisuse(f"row {(lane, branch)} was not part of the recorded call; rows are {list(self.rows)}")
        row = self.rows[lane, branch]
        chosen = [(site, maps[row].mean(0)) for site, maps in self.sites.items() if at is None or site in at]
        if not chosen:
            raise TechniqueMisuse(f"no attention layer matches {at}; recorded: {sorted({s.resolution for s in self.sites})}")
        size = size or max((site.height, site.width) for site, _ in chosen)
        total: torch.Tensor | float = 0.0
        for site, maps in chosen:  # maps: (pixels, tokens)
            grid = maps.T.reshape(1, -1, site.height, site.width)  # (1, tokens, height, width)
            total = total + (grid if grid.shape[-2:] == size else _resized(grid, size))
        return total[0] / len(chosen)  # type: ignore[index]


def _resized(grid: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
    if grid.shape[-1] >= size[1]:
        return F.adaptive_avg_pool2d(grid, size)
    return F.interpolate(grid, size, mode="bilinear", align_corners=False)


@dataclass(eq=False)
class Frame:
    """One call of the U-Net as the processor sees it: what is asked for, and what was recorded."""

    edits: tuple[Edit, ...]
    record: tuple[Sites, ...]
    rows: Mapping[Row, int]
    step: "Step"
    size: tuple[int, int]
    recorded: dict[Site, Maps] = field(default_factory=dict)


class AttentionProcessor:
    """Serves every attention layer of one U-Net; plain fused attention outside a `Frame`.

    Differs: diffusers' `AttnProcessor2_0` without group norms, spatial norms and residuals, which transformer blocks never have.
    """

    def __init__(self) -> None:
        self.frame: Frame | None = None
        self._names: dict[int, tuple[str, Kind, Place]] = {}
        self._grids: dict[tuple[int, int, int], tuple[int, int]] = {}

    def install(self, unet: Any) -> None:
        """Takes over every attention layer of the transformer blocks of a `UNet2DConditionModel`."""
        processors = dict(unet.attn_processors)
        for name, module in unet.named_modules():
            key = f"{name}.processor"
            if key not in processors or module.group_norm is not None or module.spatial_norm is not None:
                continue
            kind: Kind = "gated" if ".fuser." in name else "cross" if name.endswith("attn2") else "self"
            place: Place = "down" if name.startswith("down") else "up" if name.startswith("up") else "mid"
            self._names[id(module)] = (name, kind, place)
            processors[key] = self
        unet.set_attn_processor(processors)

    def _site(self, attn: Any, pixels: int, size: tuple[int, int]) -> Site:
        name, kind, place = self._names[id(attn)]
        key = (*size, pixels)
        if key not in self._grids:
            height, width = size
            while height * width > pixels:
                height, width = math.ceil(height / 2), math.ceil(width / 2)
            self._grids[key] = (height, width)
        return Site(kind, place, *self._grids[key], name)

    def __call__(
        self,
        attn: Any,
        hidden_states: torch.Tensor,
        encoder_hidden_states: torch.Tensor | None = None,
        attention_mask: torch.Tensor | None = None,
        temb: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """Attends; called by diffusers' `Attention` with (rows, pixels, width)."""
        context = hidden_states if encoder_hidden_states is None else encoder_hidden_states
        if attn.norm_cross and encoder_hidden_states is not None:
            context = attn.norm_encoder_hidden_states(context)
        rows, pixels, _ = hidden_states.shape
        heads = attn.heads

        def split(x: torch.Tensor) -> Heads:
            return x.view(x.shape[0], x.shape[1], heads, -1).transpose(1, 2)  # (rows, heads, n, d)

        q, k, v = split(attn.to_q(hidden_states)), split(attn.to_k(context)), split(attn.to_v(context))
        if attn.norm_q is not None:
            q = attn.norm_q(q)
        if attn.norm_k is not None:
            k = attn.norm_k(k)
        bias = None if attention_mask is None else attention_mask[:, None]  # (rows, 1, 1, tokens)
        frame = self.frame
        if frame is None or not (frame.edits or frame.record):
            out = F.scaled_dot_product_attention(q, k, v, attn_mask=bias, scale=attn.scale)
        else:
            site = self._site(attn, pixels, frame.size)
            edits = [edit for edit in frame.edits if site in edit.at]
            record = any(site in sites for sites in frame.record)
            call = Call(site, frame.rows, frame.step, lambda c: split(attn.to_k(c)), lambda c: split(attn.to_v(c)))
            out = _edited(call, q, k, v, bias, attn.scale, edits, frame.recorded if record else None)
        merged = out.transpose(1, 2).reshape(rows, pixels, -1)  # (rows, pixels, heads·d)
        projected: torch.Tensor = attn.to_out[1](attn.to_out[0](merged))
        return projected / float(attn.rescale_output_factor)


def _edited(
    call: Call,
    q: Heads,
    k: Heads,
    v: Heads,
    bias: torch.Tensor | None,
    scale: float,
    edits: Iterable[Edit],
    recorded: dict[Site, Maps] | None,
) -> Heads:
    edits = tuple(edits)
    for edit in edits:
        if edit.qkv is not None:
            q, k, v = edit.qkv(call, q, k, v)
    if recorded is None and not any(edit.logits or edit.probabilities for edit in edits):
        out = F.scaled_dot_product_attention(q, k, v, attn_mask=bias, scale=scale)
    else:
        logits = (q @ k.transpose(-1, -2)).float() * scale  # (rows, heads, pixels, tokens)
        if bias is not None:
            logits = logits + bias
        for edit in edits:
            if edit.logits is not None:
                logits = edit.logits(call, logits)
        probabilities = logits.softmax(-1)
        for edit in edits:
            if edit.probabilities is not None:
                probabilities = edit.probabilities(call, probabilities)
        if recorded is not None:
            recorded[call.site] = probabilities
        out = probabilities.to(v.dtype) @ v
    for edit in edits:
        if edit.output is not None:
            out = edit.output(call, q, k, v, out)
    return out


# diffusers' Attention asks for the signature of its processor at every call; remembering it saves 1 to 5 % of a small U-Net's time.
AttentionProcessor.__call__.__signature__ = inspect.signature(AttentionProcessor.__call__)  # type: ignore[attr-defined]
