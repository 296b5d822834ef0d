"""The contact sheet: the edit graph as pictures. What was made from what is a line, under each picture stand its words and its ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING

from .answers import asked_for, ledger_lines
from .branches import cells
from .graph import nodes, place, sources
from .run import Asked, Run
from .turn import gains, remedies

if TYPE_CHECKING:
    from PIL import Image, ImageDraw

    from .session import Session

SIDE, GAP, LINE, COLUMNS = 256, 36, 17, 5
PAPER, INK, FAINT, CURRENT = (250, 248, 244), (40, 38, 36), (130, 124, 118), (214, 158, 30)
MARKS = {"pass": ((46, 140, 70), "holds"), "fail": ((200, 50, 44), "broken"), "unsure": ((214, 158, 30), "unsure"), "not_asked": (FAINT, "not asked")}
BRANCHES = ((70, 110, 160), (170, 95, 60), (90, 140, 90), (140, 90, 150), (60, 140, 145), (150, 130, 60))  # inks of lines
LANES, APART = 5, 5  # lines side by side in one gap, and pixels between them


@dataclass(frozen=True)
class Frame:
    """One picture of the sheet.

    Attributes:
        picture: 256 pixels a side, or it is made so.
        title: "3 · replace the dog with a cat".
        ledger: (status, sentence) of each check.
        note: a line in faint ink: how it came to be.
        sources: which frames of the sheet it was made from: none, one, or two for a merge.
        current: it is the one that the next request starts from.
    """

    picture: "Image.Image"
    title: str
    ledger: tuple[tuple[str, str], ...] = ()
    note: str = ""
    sources: tuple[int, ...] = ()
    current: bool = False


def contact_sheet(frames: Sequence[Frame], heading: str) -> "Image.Image":
    """Draws frames as a graph: an edit stands to the right of what it was made from, a further branch in a row below."""
    from PIL import Image, ImageDraw, ImageFont

    plain, small, large = (ImageFont.load_default(size) for size in (14, 12, 22))
    texts = [_lines(frame) for frame in frames]
    places = cells([frame.sources for frame in frames], COLUMNS)
    rows = 1 + max((row for row, _ in places), default=-1)
    heights = [SIDE + LINE * max(len(texts[i]) for i, (r, _) in enumerate(places) if r == row) + 2 * GAP for row in range(rows)]
    tops = [3 * GAP + sum(heights[:row]) for row in range(rows)]
    width = GAP + max((column + 1 for _, column in places), default=0) * (SIDE + GAP)
    sheet = Image.new("RGB", (max(width, GAP + 2 * (SIDE + GAP)), 3 * GAP + sum(heights)), PAPER)
    draw = ImageDraw.Draw(sheet)
    draw.text((GAP, GAP), heading if frames else f"{heading}: no pictures yet", INK, large)
    corners = [(GAP + column * (SIDE + GAP), tops[row]) for row, column in places]
    for index, frame in enumerate(frames):
        for source in frame.sources:
            _connect(draw, corners[source], corners[index], source)
    for frame, lines, (left, top) in zip(frames, texts, corners, strict=True):
        picture = frame.picture.convert("RGB")
        if picture.size != (SIDE, SIDE):
            picture = picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS)
        if frame.current:
            draw.rectangle((left - 4, top - 4, left + SIDE + 3, top + SIDE + 3), CURRENT)
        sheet.paste(picture, (left, top))
        for line, (style, text) in enumerate(lines):
            y = top + SIDE + 8 + line * LINE
            if style in MARKS:
                draw.ellipse((left + 1, y + 4, left + 9, y + 12), MARKS[style][0])
                draw.text((left + 15, y), text, INK, small)
            else:
                ink, font = FAINT if style == "note" else INK, plain if style == "title" else small
                draw.text((left + (15 if style == "more" else 0), y), text, ink, font)
    return sheet


def _connect(draw: "ImageDraw.ImageDraw", source: tuple[int, int], target: tuple[int, int], branch: int) -> None:
    """A line from the right side of one picture to the left side of another, through the gaps between rows and columns."""
    ink = BRANCHES[branch % len(BRANCHES)]
    aside = (branch % LANES - LANES // 2) * APART  # lines of several pictures in one gap run side by side
    start, end = (source[0] + SIDE, source[1] + SIDE // 2), (target[0] - 6, target[1] + SIDE // 2)
    out, into = start[0] + GAP // 2 + aside, target[0] - GAP // 2 + aside
    if source[1] == target[1] and target[0] - start[0] == GAP:
        path = [start, end]
    elif out == into:
        path = [start, (out, start[1]), (out, end[1]), end]
    else:
        above = target[1] - GAP // 2 + aside
        path = [start, (out, start[1]), (out, above), (into, above), (into, end[1]), end]
    draw.line(path, ink, 3, joint="curve")
    draw.polygon([(end[0] + 5, end[1]), (end[0] - 5, end[1] - 6), (end[0] - 5, end[1] + 6)], ink)


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
    """The contact sheet of a session: its kept pictures, with lines from each to those that were made from it."""
    run = session.run
    here = place(run)
    asked = asked_for(run)
    known = nodes(run)
    names = {step: f' "{name}"' for name, step in here.names.items()}
    frames = []
    for number, step in enumerate(here.pictures, 1):
        node = known[step]
        before = tuple(here.pictures.index(source) for source in sources(run, step))
        origin = f"from {' and '.join(str(index + 1) for index in before)}, " if before else ""
        seed = f", seed {node.seed}" if node.seed is not None else ""
        note = f"{origin}by {node.tool}{seed}{_repairs(run, node.turn)}"
        title = f"{number}{names.get(step, '')} · {asked.get(step, node.tool)}"
        ledger = ledger_lines(run, step)
        frames.append(Frame(session.view(node.image), title, ledger, note, before, step == here.head))
    return contact_sheet(frames, heading or f"Pentimento · session {run.opened.session}")


def _repairs(run: Run, turn: int) -> str:
    """How many repairs a turn tried, and how many helped."""
    turns = [i for i, e in enumerate(run.events) if isinstance(e, Asked)] + [len(run.events)]
    events = run.events[turns[turn - 1] : turns[turn]]
    tried = len(remedies(events))
    return f"; {tried} repair{'s' * (tried != 1)} tried, {gains(events)} accepted" if tried else ""
