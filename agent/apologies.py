"""What is said where a request, or a part of it, was not understood: what is unknown, what is known of that kind, and what one can say instead."""

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from ..engine.world.vocabulary import BACKGROUNDS, COLOURS
from ..tools.lexicon import SYNONYMS
from ..tools.wording import MOST, PLURALS, Wanted, Wish, articled, caption_of
from .answers import listed
from .grammar.asking import unsaid
from .grammar.frequent import COMMONEST, FREQUENT
from .grammar.people import OPINIONS, PEOPLE, PURPOSES
from .grammar.requests import Context, NotUnderstood
from .wishes import NO_PICTURE

EDITING = re.compile(r"\b(it|them|that|this|bigger|smaller|larger|undo|again)\b", re.IGNORECASE)  # asks for a picture that is there
SMALL = frozenset(
    "a an the it its this that these those them they he she i you we me my your do does done go be am is are was were one ones other way else "
    "so as of in on at by for and or not no yes any some too very just really first second third last picture pictures step file "
    "neither either whichever former latter both other others rest".split()
)
"""Words that everybody knows, and that alone say nothing."""
MANY = frozenset("five six seven eight nine ten eleven twelve twenty thirty fifty hundred thousand million dozen dozens hundreds thousands".split())
HINTS = 'Say one thing at a time, such as "make the car blue", "add a tree", "undo" or "go back to 2"; `help` tells more.'
INVITING = (
    'Gladly! Say what it should show, for example "a red car and a dog on a beach" or "a cake with two pink balloons". I can paint {things}. '
    "`help` tells what can be done with a picture."
)
SHADES = frozenset(
    "brown orange grey gray golden gold silver turquoise cyan magenta violet indigo beige maroon navy teal olive crimson scarlet lime tan khaki "
    "bronze copper lilac lavender mauve peach coral ivory cream rainbow colourful multicoloured transparent striped spotted dotted checkered "
    "blonde ginger tabby chestnut amber ruby emerald sapphire mustard burgundy rust salmon fuchsia aqua ochre sepia pastel neon".split()
)
"""Colours and patterns that the world does not have."""
COLOUR_PLACE = (
    r"(?:(?:be|is|are|look|looks|turn|turned|become|becomes|in|into|painted|coloured|colou?red?|bright|light|dark|pale|deep) (?:a |an |the )?{word}"
    r"(?: (?:colou?r|instead|now|please|too|again|and|one|ones))*\s*(?:[.,!?]|$)"
    r"|(?:make|paint|colou?r|turn|dye) (?:it|them|both|him|her|this|that|(?:the|my|all|both)(?: \w+){{1,3}}) "
    r"(?:a |bright |light |dark )?{word}\s*(?:[.,!?]|$)"
    r"|{word} colou?r|colou?r (?:of |to |is |be )*{word})"
)
PLACE_PLACE = (
    r"(?:\b(?:in|at|into|inside) (?:a|an|the|some|my|our) (?:\w+ )?{word}\s*(?:[.,!?]|$)"
    r"|{word} (?:background|backdrop|scenery|setting|landscape|scene)|(?:background|backdrop|scenery|setting|landscape) (?:\w+ ){{0,3}}{word})"
)


def sorry(intent: NotUnderstood, context: Context, known: Sequence[str], text: str) -> str:
    """Says plainly what was not understood, and what is known instead.

    Args:
        intent: what was not understood.
        context: what the request may refer to.
        known: things that can be painted.
        text: the request.
    """
    if intent.told:
        return intent.told
    if intent.nameless and intent.unknown:
        return f'"{intent.unknown[0]}" is no name. Send the pictures with another one, such as "learn this as Mia". Nothing was changed.'
    if intent.nameless:
        return 'What shall I call it? Send the pictures with a name, such as "learn this as Mia". Nothing was changed.'
    if intent.missing:
        return _missing(intent.missing, context)
    if not context.picture and any(EDITING.fullmatch(word) for word in intent.unknown):
        return NO_PICTURE
    if not intent.unknown and context.picture and context.wanted is not None:
        shown = listed([caption_of(Wanted(things=(t,))) for t in _apart(context.wanted.things)]) or "nothing but the background"
        return f"I found no wish in that, and nothing was changed. The picture shows {shown}. {HINTS}"
    if not intent.unknown and context.picture:
        return f"I found no wish in that, and nothing was changed. {HINTS}"
    if not intent.unknown:
        return 'Say what you would like to see, for example "a red car and a dog". `help` tells more.'
    if any(word.lower() in MANY or (word.isdecimal() and int(word) > MOST) for word in intent.unknown):
        return f"I can count to {MOST} only. Nothing was changed."
    strangers = [word for word in intent.unknown if not all(_familiar(part, known) for part in word.lower().split())]
    if context.picture:
        strangers = [word for word in strangers if not set(word.lower().split()) <= OPINIONS]  # "looks bad"
    if not context.picture and all(set(word.lower().split()) <= PEOPLE | PURPOSES | OPINIONS for word in strangers):
        return INVITING.format(things=listed(known))
    question = unsaid(text, context) if not strangers else ""
    if question:
        return f"{question} Nothing was changed yet; `help` tells more."
    if not strangers:
        return f"I know these words, but not what I should do. {HINTS} Nothing was changed."
    return " ".join([*_strange(strangers, known, text.lower()), "Nothing was changed."])


def _missing(missing: str, context: Context) -> str:
    if not context.picture:
        return NO_PICTURE
    if context.wanted is None:
        return f"I cannot find {articled(missing)}: nobody knows what this picture shows. Nothing was changed."
    shown = listed([caption_of(Wanted(things=(t,))) for t in _apart(context.wanted.things)]) or "nothing but the background"
    if missing.split()[-1] in {"it", "one", "them", *(t.noun for t in context.wanted.things)}:
        return f'I cannot tell what "{missing}" is here: the picture shows {shown}. I left it as it is.'
    return f"The picture was not made to show {articled(missing)}; it shows {shown}. I left it as it is."


def _apart(things: Sequence[Wish]) -> Iterator[Wish]:
    """Things, those that are alike counted together."""
    for wish in dict.fromkeys(things):
        yield wish.model_copy(update={"count": min(4, sum(t.count for t in things if t == wish))})


def _familiar(word: str, known: Sequence[str]) -> bool:
    """Whether a word is known by itself, so that it is not what was strange."""
    noun = PLURALS.get(SYNONYMS.get(word, word), SYNONYMS.get(word, word))
    world = noun in known or noun in COLOURS or noun in BACKGROUNDS
    return word.isdecimal() or word in FREQUENT | COMMONEST | SMALL or world


def _strange(strangers: Sequence[str], known: Sequence[str], text: str) -> Iterator[str]:
    """What is not known, by kind: a colour, a place, or anything else."""
    kinds = {word: _kind(word, text) for word in strangers}
    lists = {"colour": ("colours", tuple(COLOURS)), "place": ("places", tuple(BACKGROUNDS)), "thing": ("", tuple(known))}
    for kind in dict.fromkeys(kinds.values()):
        words = [word for word in strangers if kinds[word] == kind]
        label, all_of = lists[kind]
        near = dict.fromkeys(m for word in words for m in get_close_matches(word, all_of, 2, 0.75) if m not in word.split())
        quoted = [f'"{word}"' for word in words]
        yield f"I do not know {listed(quoted)}."
        if near:
            yield f"Did you mean {' or '.join(near)}?"
        yield f"The {label} I know are {listed(all_of)}." if label else f"I can paint {listed(all_of)}."


def _kind(word: str, text: str) -> str:
    """What kind of word a strange one must be, by where it stands."""
    last = word.split()[-1]
    if last in SHADES or re.search(COLOUR_PLACE.format(word=re.escape(last)), text):
        placed = re.search(rf"\bin(?:to)? (?:a|the|an) {re.escape(last)}\b", text)
        return "place" if placed and last not in SHADES else "colour"
    return "place" if re.search(PLACE_PLACE.format(word=re.escape(last)), text) else "thing"
