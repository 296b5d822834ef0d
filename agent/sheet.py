"""The contact sheet: every picture a session kept, with what was asked and the ledger under it."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING

from .answers import asked_for, ledger_lines
from .graph import nodes, place, source
from .run import Asked, Run
from .turn import gains, remedies

if TYPE_CHECKING:
    from PIL import Image

    from .session import Session

SIDE, GAP, LINE, COLUMNS = 256, 20, 17, 4
PAPER, INK, FAINT = (250, 248, 244), (40, 38, 36), (130, 124, 118)
MARKS = {"pass": ((46, 140, 70), "holds"), "fail": ((200, 50, 44), "broken"), "unsure": ((214, 158, 30), "unsure"), "not_asked": (FAINT, "not asked")}


@dataclass(frozen=True)
class Frame:
    """One picture of the sheet.

    Attributes:
        picture: 256 pixels a side, or it is made so.
        title: "3 · replace the dog with a cat".
        ledger: (status, sentence) of each check.
        note: a line in faint ink: how it came to be.
    """

    picture: "Image.Image"
    title: str
    ledger: tuple[tuple[str, str], ...] = ()
    note: str = ""


def contact_sheet(frames: Sequence[Frame], heading: str) -> "Image.Image":
    """Lays frames out in rows, each as high as its longest ledger."""
    from PIL import Image, ImageDraw, ImageFont

    plain, small, large = (ImageFont.load_default(size) for size in (14, 12, 22))
    texts = [_lines(frame) for frame in frames]
    rows = [range(start, min(start + COLUMNS, len(frames))) for start in range(0, len(frames), COLUMNS)]
    heights = [SIDE + LINE * max(len(texts[i]) for i in row) + 2 * GAP for row in rows]
    width = GAP + min(COLUMNS, max(len(frames), 2)) * (SIDE + GAP)
    sheet = Image.new("RGB", (width, 3 * GAP + 16 + sum(heights)), PAPER)
    draw = ImageDraw.Draw(sheet)
    draw.text((GAP, GAP), heading, INK, large)
    top = 3 * GAP
    for row, height in zip(rows, heights, strict=True):
        for column, index in enumerate(row):
            left = GAP + column * (SIDE + GAP)
            picture = frames[index].picture.convert("RGB")
            if picture.size != (SIDE, SIDE):
                picture = picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS)
            sheet.paste(picture, (left, top))
            for line, (style, text) in enumerate(texts[index]):
                y = top + SIDE + 8 + line * LINE
                if style in MARKS:
                    draw.ellipse((left + 1, y + 4, left + 9, y + 12), MARKS[style][0])
                    draw.text((left + 15, y), text, INK, small)
                else:
                    ink, font = FAINT if style == "note" else INK, plain if style == "title" else small
                    draw.text((left + (15 if style == "more" else 0), y), text, ink, font)
        top += height
    return sheet


def _lines(frame: Frame) -> list[tuple[str, str]]:
    """Wraps a frame's words to the width of its picture."""
    lines = [("title", part) for part in wrap(frame.title, 36)]
    lines += [("note", part) for part in wrap(frame.note, 42)]
    for status, text in frame.ledger:
        first, *rest = wrap(text, 38) or [""]
        lines.append((status if status in MARKS else "not_asked", first))
        lines += [("more", part) for part in rest]
    return lines


def sheet_of(session: "Session", heading: str | None = None) -> "Image.Image":
    """The contact sheet of a session: its kept pictures in order."""
    here = place(session.run)
    asked = asked_for(session.run)
    known = nodes(session.run)
    frames = []
    for number, step in enumerate(here.pictures, 1):
        node = known[step]
        before = source(session.run, step)
        origin = f"from {here.pictures.index(before) + 1}, " if before is not None else ""
        note = f"{origin}by {node.tool}, seed {node.seed}{_repairs(session.run, node.turn)}"
        title = f"{number} · {asked.get(step, node.tool)}"
        frames.append(Frame(session.view(node.image), title, ledger_lines(session.run, step), note))
    return contact_sheet(frames, heading or f"Pentimento · session {session.run.opened.session}")


def _repairs(run: Run, turn: int) -> str:
    """How many repairs a turn tried, and how many helped."""
    turns = [i for i, e in enumerate(run.events) if isinstance(e, Asked)] + [len(run.events)]
    events = run.events[turns[turn - 1] : turns[turn]]
    tried = len(remedies(events))
    return f"; {tried} repair{'s' * (tried != 1)} tried, {gains(events)} accepted" if tried else ""
