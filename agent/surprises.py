"""What is painted for someone who leaves it to the painter: "surprise me", "paint whatever you like"."""

import re

from ..tools.wording import parse_request
from .grammar.requests import Intent, Paint, Session
from .run import Asked, Run

SURPRISED = re.compile(r"\bsurprise (?:me|us)\b")
LEFT_TO_US = re.compile(
    r"^\W*(?:(?:please|just|ok|well|no idea|can you|could you|paint|draw|make|show|give|do|me|us|a|an|some)\W+)*"
    r"(?:anything(?: you (?:like|want))?|whatever(?: you (?:like|want|please))?|something(?: random| else)?"
    r"|random(?: picture| scene| thing| one)?|you (?:choose|decide|pick)"
    r"|(?:it(?: is|'s) )?up to you|your (?:choice|pick|call))(?:\W+please)?\W*$"
)
"""The whole of a request, where nothing was painted yet; what is there already, it may be said of."""
SURPRISES = (
    "a red car and a dog on a beach",
    "a cat and a yellow balloon in a meadow",
    "an elephant below a pink umbrella in the snow",
    "a blue boat and a house at sunset",
    "two sunflowers and a cat",
    "a cake and a purple balloon in a room",
    "a green house left of a tree in a city",
    "three apples in a meadow",
)


def surprise(run: Run, intents: tuple[Intent, ...], empty: bool) -> tuple[Intent, ...] | None:
    """A scene where it was left to the painter; None for any other request.

    The session's seed and the number of turns choose it, so that a session can be repeated.

    Args:
        run: the session, its last turn begun.
        intents: what the request was read as.
        empty: whether there is no picture.
    """
    asked = run.turn[0]
    said = asked.text.lower() if isinstance(asked, Asked) else ""
    again = len(intents) == 1 and isinstance(intents[0], Session) and intents[0].verb == "again"
    if not (again and SURPRISED.search(said)) and not (empty and LEFT_TO_US.match(said)):
        return None
    chosen = SURPRISES[(run.opened.seed + run.turns) % len(SURPRISES)]
    return (Paint(parse_request(chosen), words=chosen),)
