"""Reads which technique a user names, "make the car purple with InstructPix2Pix", and what is asked for without it.

Only names that no other wish could mean are read ("gligen", "prompt-to-prompt"); what they say of how to paint is left to the tool, which
knows what goes together.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .requests import (
    Add,
    Background,
    Control,
    Count,
    Intent,
    Learn,
    Like,
    Move,
    NotUnderstood,
    Paint,
    Recolour,
    Remove,
    Replace,
    Resize,
    Session,
    Swap,
    Vary,
    Which,
)


@dataclass(frozen=True)
class Way:
    """A technique by name.

    Attributes:
        tool: whose it is.
        argument: of the tool.
        value: of the argument.
        called: as papers call it.
    """

    tool: str
    argument: str
    value: str
    called: str

    def allows(self, intents: Sequence[Intent]) -> bool:
        """Whether it can be a way of doing any of this; what cannot be done at all is told by others."""
        return any(isinstance(i, (*ALLOWED[self.tool], NotUnderstood, Which)) or i == Session("again") for i in intents)

    @property
    def apology(self) -> str:
        """Why it is no way of doing something else."""
        others = [way.called for way in WAYS.values() if way.tool != self.tool]
        return f"{self.called} {PURPOSE[self.tool]}; nothing was done. Other techniques that can be named: {', '.join(others)}."


ALLOWED: dict[str, tuple[type[Intent], ...]] = {
    "generate": (Paint, Like, Vary),
    "edit": (Add, Background, Count, Move, Recolour, Remove, Replace, Resize, Swap),
    "control": (Control,),
    "customize": (Learn,),
}
PURPOSE = {
    "generate": "paints new pictures and changes none that is there",
    "edit": "changes a picture that is there and paints no new one",
    "control": "follows the lines, the depth or the segments of a picture that comes with the request",
    "customize": "teaches a new thing from pictures and is no way to paint",
}
WAYS = {
    r"gligen": Way("generate", "technique", "gligen", "GLIGEN"),
    r"layout guidance": Way("generate", "technique", "layout_guidance", "layout guidance"),
    r"attend (?:and|&) excite": Way("generate", "technique", "attend_and_excite", "Attend-and-Excite"),
    r"composable(?: diffusion)?": Way("generate", "technique", "composable", "Composable Diffusion"),
    r"plain (?:sampling|diffusion)": Way("generate", "technique", "plain", "plain sampling"),
    r"(?:instruct ?|ip)pix ?2 ?pix": Way("edit", "technique", "instruct_pix2pix", "InstructPix2Pix"),
    r"prompt (?:to|2) prompt": Way("edit", "technique", "prompt_to_prompt", "Prompt-to-Prompt"),
    r"masked inpainting": Way("edit", "technique", "masked", "masked inpainting"),
    r"control ?net": Way("control", "technique", "control_net", "ControlNet"),
    r"t2i adapter": Way("control", "technique", "t2i_adapter", "T2I-Adapter"),
    r"lora": Way("customize", "method", "lora", "LoRA"),
    r"textual inversion": Way("customize", "method", "textual_inversion", "Textual Inversion"),
}
"""How a name may be written, with spaces for spaces or hyphens."""

NAME = "|".join(f"(?P<n{i}>{spoken})" for i, spoken in enumerate(WAYS)).replace(" ", r"[\s-]+").replace(r"[\s-]+?", r"[\s-]*")
NAMED = rf"(?:the )?(?:{NAME})(?: (?:technique|method|model|approach))?\b"
THEN = r"\s*[:,]\s*|\s+(?:to|and|for this|this time|instead)\b\s*|(?=\s*[.!?]*$)"
FIRST = re.compile(rf"\b(?:use|try|take|apply) {NAMED}(?:{THEN})", re.IGNORECASE)
"""Before what is to be done: "use GLIGEN to paint …"."""
BY = "using|with|by|via|through|by means of|with the help of"
BEHIND = re.compile(rf"[\s,]*\b(?:but |this time )*(?:{BY}) {NAMED}(?: (?:instead|this time))?", re.IGNORECASE)


def without_way(text: str, concepts: Sequence[str] = ()) -> tuple[str, Way | None]:
    """What is asked for, and the technique that was named for it.

    Args:
        text: a request.
        concepts: names of learned concepts; one of them, such as a person called Lora, is no technique.

    Returns:
        The request without the technique, "again" where nothing else was said; the technique, None where none was named.
    """
    found = FIRST.search(text) or BEHIND.search(text)
    way = next((way for i, way in enumerate(WAYS.values()) if found[f"n{i}"]), None) if found is not None else None
    if found is None or way is None or way.value in concepts:
        return text, None
    rest = f"{text[: found.start()]} {text[found.end() :]}".strip()
    return (rest if re.search(r"\w", rest) else "again"), way
