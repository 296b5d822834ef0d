"""The words of the embedded world: what can be painted, in which colours, where, and how many.

Everything that reads or writes captions (renderer, tokenizer, planners, critic) takes its words from here.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class ObjectWord:
    """An object that the world can draw.

    Attributes:
        name: the singular noun.
        plural: the plural noun.
        code: code points of the emoji whose sprite is drawn.
        colourable: whether colour words apply to it.
        stage: 1 = among the twelve learned first, 2 = learned when the curve allowed.
    """

    name: str
    plural: str
    code: str
    colourable: bool
    stage: int


def _words(*rows: tuple[str, str, str, bool, int]) -> dict[str, ObjectWord]:
    return {row[0]: ObjectWord(*row) for row in rows}


OBJECTS: dict[str, ObjectWord] = _words(
    ("dog", "dogs", "1f436", True, 1),
    ("cat", "cats", "1f431", True, 1),
    ("horse", "horses", "1f40e", True, 2),
    ("elephant", "elephants", "1f418", True, 1),
    ("turtle", "turtles", "1f422", False, 2),
    ("butterfly", "butterflies", "1f98b", True, 2),
    ("car", "cars", "1f697", True, 1),
    ("truck", "trucks", "1f69a", True, 2),
    ("boat", "boats", "26f5", True, 1),
    ("castle", "castles", "1f3f0", False, 2),
    ("house", "houses", "1f3e0", True, 1),
    ("tree", "trees", "1f333", False, 1),
    ("sunflower", "sunflowers", "1f33b", False, 1),
    ("rose", "roses", "1f339", True, 2),
    ("apple", "apples", "1f34e", True, 1),
    ("lemon", "lemons", "1f34b", False, 2),
    ("cake", "cakes", "1f382", True, 1),
    ("bowl", "bowls", "1f963", True, 2),
    ("glasses", "glasses", "1f453", True, 2),
    ("crown", "crowns", "1f451", False, 2),
    ("balloon", "balloons", "1f388", True, 1),
    ("umbrella", "umbrellas", "2602-fe0f", True, 1),
    ("chair", "chairs", "1fa91", True, 2),
    ("fireworks", "fireworks", "1f386", False, 2),
)

# Drawn by the world but never shown to the models in training: pictures of them teach a concept.
HELD_OUT: dict[str, ObjectWord] = _words(
    ("teddy", "teddies", "1f9f8", False, 0),
    ("guitar", "guitars", "1f3b8", False, 0),
    ("mushroom", "mushrooms", "1f344", False, 0),
    ("rocket", "rockets", "1f680", False, 0),
    ("fish", "fish", "1f41f", False, 0),
)

COLOURS: dict[str, tuple[int, int, int]] = {
    "red": (224, 42, 46),
    "yellow": (250, 205, 40),
    "green": (52, 168, 70),
    "blue": (40, 110, 235),
    "purple": (126, 62, 190),
    "pink": (250, 130, 190),
    "white": (238, 238, 242),
    "black": (44, 44, 50),
}

# Colour words that are also true of an object as it was drawn: a picture of it is neither right nor wrong evidence.
NATURAL: dict[str, str] = {
    "apple": "red",
    "balloon": "red",
    "bowl": "blue",
    "car": "red",
    "rose": "red",
    "umbrella": "purple",
    "cat": "yellow",
    "truck": "yellow",
    "boat": "yellow",
    "elephant": "white",
    "glasses": "blue",
    "butterfly": "red",
}

# Name of the background -> how a caption says where something is.
BACKGROUNDS: dict[str, str] = {
    "plain": "on a plain background",
    "meadow": "in a meadow",
    "beach": "on a beach",
    "snow": "in the snow",
    "desert": "in the desert",
    "sea": "on the sea",
    "night": "at night",
    "city": "in a city",
    "room": "in a room",
    "forest": "in a forest",
    "sunset": "at sunset",
}

RELATIONS: tuple[str, ...] = ("left of", "right of", "above", "below")
INVERSE: dict[str, str] = {"left of": "right of", "right of": "left of", "above": "below", "below": "above"}
COUNTS: dict[str, int] = {"one": 1, "two": 2, "three": 3, "four": 4}

# Side of an object's box as a share of the picture: (least, most). "" is what an unmarked noun means.
SIZES: dict[str, tuple[float, float]] = {"small": (0.22, 0.3), "": (0.36, 0.6), "big": (0.64, 0.82)}

# Words of captions and instructions beside the nouns, colours, counts, sizes and backgrounds.
FUNCTION_WORDS: tuple[str, ...] = tuple(
    (
        "a an the of and with without no on in at to is are there photo picture scene background plain empty nothing "
        "but left right above below under over next side top bottom make it turn into add remove replace move change "
        "by from put paint all only same"
    ).split()
)


def tokens() -> list[str]:
    """All words the tokenizer knows, in a fixed order (new words may only be appended)."""
    sources = (
        [o.name for o in OBJECTS.values()],
        [o.plural for o in OBJECTS.values()],
        list(COLOURS),
        [w for w in SIZES if w],
        list(COUNTS),
        [w for p in BACKGROUNDS.values() for w in p.split()],
        list(BACKGROUNDS),
        list(FUNCTION_WORDS),
    )
    return list(dict.fromkeys(word for source in sources for word in source))


def article(word: str) -> str:
    """Gives "a" or "an" for a word of the world."""
    return "an" if word[0] in "aeiou" else "a"
