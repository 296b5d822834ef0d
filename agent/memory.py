"""What a planner is told about a long session: the record, folded to a bounded size from the edit graph.

The transcript (`transcript.py`) shows the last turns as they were; what lies further back is here: each picture with its number, handle,
name, origin, checks and the words that asked for it. Where that is too much, details go first, those of the oldest pictures before
others; a picture's number and handle go last.
"""

from collections.abc import Sequence

from ..prompts import render
from .answers import asked_for
from .graph import nodes, place, sources
from .run import IMPORT, Acted, Asked, Run

MOST_PICTURES = 5000  # characters of the list of pictures
MOST_HANDLES = 3500  # of them for numbers and handles, so that some pictures have details: room for about 120 pictures
MOST_WORDS = 1200  # characters of what was said in turns that are not shown
MOST_GIVEN = 600  # characters of the handles that came with those turns
MOST_ASKED = 80  # characters of one request


def memory(run: Run, first: int) -> str:
    """The record of a session, as a text of bounded size for a model.

    Args:
        run: the session.
        first: the number of the first turn that the model is shown as it was, counting from 1.
    """
    turns = [e for e in run.events if isinstance(e, Asked)]
    here = place(run)
    kept = set(asked_for(run).values())
    words = [f"turn {n}: {cut(e.text, MOST_ASKED)}" for n, e in enumerate(turns[: first - 1], 1) if e.text not in kept]
    given = [f"turn {n}: {', '.join(e.pictures)}" for n, e in enumerate(turns[: first - 1], 1) if e.pictures]
    learned = dict.fromkeys(str(e.result["concept"]) for e in run.events if isinstance(e, Acted) and "concept" in e.result)
    current = run.step(here.head).image if here.head is not None else None
    return render(
        "memory",
        current=current or "none yet: the canvas is empty",
        pictures=_pictures(run) or "none",
        words=_newest(words, MOST_WORDS) or "nothing",
        given=_newest(given, MOST_GIVEN) or "none",
        concepts=cut(", ".join(learned), MOST_GIVEN) or "none",
    )


def cut(text: str, most: int) -> str:
    """A text on one line, with an ellipsis where it is longer than it may be."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def _pictures(run: Run) -> str:
    """A line for each kept picture, in their order."""
    here, known, asked = place(run), nodes(run), asked_for(run)
    names = {step: name for name, step in here.names.items()}
    # Who gets room first: the current picture, then those with names, then the newest.
    wanted = sorted(here.pictures, key=lambda step: (step == here.head, step in names, step), reverse=True)
    lines: dict[int, str] = {}
    room = MOST_HANDLES
    for step in wanted:
        handles = known[step].outputs if known[step].tool == IMPORT else (known[step].image,)  # a mask may have been drawn for it
        line = f"{'→' if step == here.head else ' '} {here.pictures.index(step) + 1} {' '.join(str(h) for h in handles)}"
        if len(line) < room:
            lines[step] = line
            room -= len(line) + 1
    room += MOST_PICTURES - MOST_HANDLES
    for step in wanted:
        if step not in lines or room < MOST_ASKED // 4:
            break
        before = " and ".join(str(here.pictures.index(one) + 1) for one in sources(run, step))
        verdicts = known[step].verdicts
        name = f' "{cut(names[step], MOST_ASKED)}"' if step in names else ""
        origin = f", from {before}" if before else ""
        checks = f", {sum(v.status == 'pass' for v in verdicts)} of {len(verdicts)} checks hold" if verdicts else ""
        more = f"{name}: {cut(asked.get(step, known[step].tool), MOST_ASKED)}{origin}{checks}"
        if len(more) <= room:
            lines[step] += more
            room -= len(more)
    return "\n".join(lines[step] for step in here.pictures if step in lines)


def _newest(lines: Sequence[str], most: int) -> str:
    """As many of the last lines as find room."""
    chosen: list[str] = []
    for line in reversed(lines):
        most -= len(line) + 1
        if most < 0:
            break
        chosen.insert(0, line)
    return "\n".join(chosen)
