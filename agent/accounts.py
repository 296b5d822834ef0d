"""Answers from the log: which picture shows what, which keeps more of its promises, what it all cost.

Taste is never invented: "better" is the larger share of checks that hold, and it is said that this is what is compared.
"""

import re
from collections.abc import Sequence

from ..tools.wording import Wanted, parse_request
from . import answers
from .budget import Spent, spent
from .grammar.accounting import VERSIONS
from .graph import kept, place
from .run import Acted, Decided, Run
from .turn import PAINTING

JUDGED = "which one is nicer is for you to say."


def several(words: str) -> str:
    """What to say where several versions of a wish were asked for; empty where one was."""
    if not VERSIONS.search(f" {words} "):
        return ""
    return "One at a time: this is the first; say `again` for the next, and `go 1` or any other number for one of those before."


# -- which picture ------------------------------------------------------------------------------------------------------------------

WHICH_SHOWS = re.compile(
    r"\b(?:which|what|in which|on which)(?: of (?:the|my|our) (?:pictures|images|versions))?(?: (?:picture|image|version|one|painting|number)s?)?"
    r"(?: so far)? (?:has|have|had|shows?|showed|contains?|is (?:in|at|on)|was (?:in|at|on)|with|do i see|there is|was there) (?P<what>.+?)[?.! ]*$"
)
WHICH_IS = re.compile(
    r"\b(?:(?:which|what) (?:picture|image|version|number)(?: number)? "
    r"(?:is (?:this|it|that|current|the current(?: one)?|shown|active)|are we (?:at|on|looking at)"
    r"|am i (?:at|on|looking at))|where (?:am i|are we)(?: now)?|number of (?:this|the|the current) (?:picture|image|version)"
    r"|(?:what|which) is the current (?:picture|image|version)|name of (?:this|the|the current) (?:picture|image|version)"
    r"|what (?:did|do) we call (?:this|it)|how is (?:this|it|this picture) called|what is (?:this|it|this picture) called)\b"
)


def where(run: Run, question: str) -> str:
    """Which pictures were made to show something, or which one is current; empty where a question asks nothing of the kind."""
    here, asked = place(run), question.lower()
    if WHICH_IS.search(asked) and here.number is not None:
        return f"{_called(run, here.number, True)} of {len(here.pictures)} is current."
    found = WHICH_SHOWS.search(asked)
    if found is None or " or " in asked or not re.search(r"\b(?:picture|image|version|number|painting)s?\b", asked[: found.start("what")]):
        return ""
    sought = parse_request(found["what"])
    if sought.unknown or not (sought.things or sought.background) or sought.relations:
        return ""
    scenes = [(n, here.promised[step].wanted) for n, step in enumerate(here.pictures, 1) if step in here.promised]
    numbers = [n for n, scene in scenes if scene is not None and _shows(Wanted.model_validate(scene), sought)]
    what = found["what"].strip(" ?.!")
    if not numbers:
        return f"No picture was made to show {what}."
    last = f"; `go {numbers[-1]}` leads there" if numbers[-1] != here.number else ""
    row = _row(run, numbers)
    return f"{row[:1].upper()}{row[1:]} {'was' if len(numbers) == 1 else 'were'} made to show {what}{last}."


def _shows(scene: Wanted, sought: Wanted) -> bool:
    """Whether a picture was made to show all that is sought."""
    things = all(any(t.noun == s.noun and s.colour in (None, t.colour) for t in scene.things) for s in sought.things)
    return things and sought.background in (None, scene.background) and not any(t.noun in sought.absent for t in scene.things)


# -- which is better, and what it cost ------------------------------------------------------------------------------------------


def better(run: Run, first: int, second: int) -> str:
    """Which of two kept pictures keeps more of its promises."""
    one, other = _share(run, first), _share(run, second)
    if one is None or other is None:
        unknown = first if one is None else second
        return f"I cannot tell which is better: nobody checked {_called(run, unknown)}."
    told = f"{_called(run, first, True)} keeps {_kept(one)}, {_called(run, second)} {_kept(other)}"
    if one[0] * other[1] == other[0] * one[1]:
        return f"{told}: by their promises they are equal; {JUDGED}"
    ahead = first if one[0] * other[1] > other[0] * one[1] else second
    return f"{told}: {_called(run, ahead)} keeps more; {JUDGED}"


def best_of(run: Run) -> str:
    """Which of all kept pictures keep most of their promises."""
    shares = {number: share for number in range(1, len(place(run).pictures) + 1) if (share := _share(run, number)) is not None}
    if not shares:
        return "No picture was checked yet, so I cannot tell which is best."
    most = max(held / count for held, count in shares.values())
    first = [number for number, (held, count) in shares.items() if held / count == most]
    if len(first) == len(shares) and len(first) > 1:
        return f"By their promises all {len(first)} pictures are equal ({_kept(shares[first[0]])} each); {JUDGED}"
    if len(first) > 4:
        rest = [number for number in shares if number not in first]
        return f"All pictures keep equally much of what was promised, except {_row(run, rest)}; {JUDGED}"
    named = _row(run, first)
    return f"{named[:1].upper()}{named[1:]} keep{'s' * (len(first) == 1)} most of what was promised ({_kept(shares[first[0]])}); {JUDGED}"


def _row(run: Run, numbers: Sequence[int]) -> str:
    return answers.listed([_called(run, n) for n in numbers])


def _share(run: Run, number: int) -> tuple[int, int] | None:
    """How many of a picture's checks hold, and how many there are; None where nobody looked."""
    lines = answers.ledger_lines(run, kept(run, number))
    return (sum(status == "pass" for status, _ in lines), len(lines)) if lines else None


def _kept(share: tuple[int, int]) -> str:
    held, count = share
    return f"all {count} promises" if held == count else f"{held} of {count} promises"


def _called(run: Run, number: int, first: bool = False) -> str:
    here = place(run)
    name = next((n for n, step in here.names.items() if step == here.pictures[number - 1]), "")
    return f"{'P' if first else 'p'}icture {number}" + (f' ("{name}")' if name else "")


def cost(run: Run) -> str:
    """What the last picture and the whole session cost, from the log."""
    turns = _turns(run)
    painted = [turn for turn in turns if any(isinstance(e, Acted) and e.call.tool in PAINTING for e in turn)]
    if not painted:
        return "Nothing was painted yet, so it has cost nothing."
    last = f"The last picture: {_bill([painted[-1]])}."
    return last if len(painted) == 1 else f"{last} All {len(painted)} together: {_bill(turns)}."


def _turns(run: Run) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    while run.turn:
        found.append(tuple(run.turn))
        run = run.before_turn
    return found[::-1]


def _bill(turns: Sequence[tuple[object, ...]]) -> str:
    bills: list[Spent] = [spent(turn) for turn in turns]  # type: ignore[arg-type]
    events = [e for turn in turns for e in turn]
    pictures = sum(isinstance(e, Acted) and e.call.tool in PAINTING for e in events)
    repairs = sum(isinstance(e, Decided) and e.by == "repair" for e in events)
    seconds, calls, tokens = sum(b.seconds for b in bills), sum(b.engine_calls for b in bills), sum(b.tokens for b in bills)
    counted = (_number(pictures, "picture") + " painted", _number(repairs, "repair") + " tried", _number(calls, "engine call"))
    told = ", ".join((f"{seconds:.1f} seconds in tools", *counted))
    return f"{told}, {tokens} tokens" if tokens else told


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' * (count != 1)}"
