"""What the two sets of eyes see, in the words that facts are asked in."""

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Protocol

import numpy as np
from PIL import Image

from ...judging import Judge, Look
from ...perception.colours import name_colour
from ...perception.eyes import Eyes
from ...world import BACKGROUNDS, OBJECTS
from .facts import Sight, Sighted, true_colours

SURE_COLOUR = 0.4  # confidence that settles a colour for the critic; measured where the rule is (`perception/colours.py`)


class Onlooker(Protocol):
    """Whoever says what pictures show."""

    def __call__(self, images: Sequence[Image.Image]) -> list[Sight]:
        """One sight for each picture."""
        ...


def seen_by_judge(look: Look, exists: float, counts: float) -> Sight:
    """A look of the judge held against its thresholds."""
    things = tuple(Sighted(t.noun, true_colours(t.noun, t.colour), t.box) for t in look.things if t.score >= exists)
    places = look.places
    return Sight(things, Counter(t.noun for t in look.things if t.score >= counts), max(places, key=lambda name: places[name]))


def through_judge(judge: Judge) -> Onlooker:
    """The judge as an onlooker."""
    return lambda images: [seen_by_judge(look, judge.exists, judge.counts) for look in judge.looks(images)]


def seen_by_critic(image: Image.Image, eyes: Eyes) -> Sight:
    """What detector, segmenter, colour rule and scorer say, at the thresholds at which the agent's critic is sure."""
    found = eyes.detector.detect(image, list(OBJECTS))
    masks = eyes.segmenter.segment(image, [d.box for d in found]) if found else []
    things = []
    for one, mask in zip(found, masks, strict=True):
        colour, sure = name_colour(image, np.asarray(mask, bool))
        things.append(Sighted(one.phrase, frozenset({colour} if sure >= SURE_COLOUR else ()), one.box))
    named = " and ".join(f"a {noun}" for noun in dict.fromkeys(t.noun for t in things[:2])) or "an empty scene"
    scores = eyes.scorer.score(image, [f"{named} {where}" for where in BACKGROUNDS.values()])
    return Sight(tuple(things), Counter(t.noun for t in things), list(BACKGROUNDS)[int(np.argmax(scores))])


def through_critic(eyes: Eyes) -> Onlooker:
    """The critic's eyes as an onlooker."""
    one = partial(seen_by_critic, eyes=eyes)
    return lambda images: [one(image) for image in images]
