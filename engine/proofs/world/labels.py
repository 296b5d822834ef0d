"""A random sample of painted pictures for a person to label, and what that person wrote.

`pentimento bench world --sheet DIR` writes the pictures, sheets with numbers on which the prompts do not stand (a prompt tells what to
see), and a template. A label is a line, such as "red car, 2 dog @ snow": things with their colours and numbers, then where. "dog?" may
be a dog; "?" alone is something that nobody can name; a background that nobody can name is left out with its "@".
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw

from ...errors import BadInput
from ...world import BACKGROUNDS, COLOURS, OBJECTS
from .facts import Sight, Sighted, true_colours
from .gallery import Gallery, grid
from .tasks import KINDS, Task, tasks_of

SEED = 7_900_001  # other prompts and seeds than those that are judged
SIDE, ROW = 64, 20  # pixels of a picture, pictures in a row of the file that holds all
TILE, COLUMNS, PER_SHEET = 192, 5, 20


@dataclass(frozen=True)
class Labelled:
    """A painted picture and what a person saw in it.

    Attributes:
        image: the picture.
        sight: what is there; nobody said where in the picture.
        named: nouns whose things all have one colour word.
    """

    image: Image.Image
    sight: Sight
    named: Mapping[str, str]


def sampled(names: Sequence[str], count: int) -> list[tuple[Task, int]]:
    """Prompts of all kinds in turn and seeds, by chance."""
    each = -(-count // len(KINDS))
    tasks = [task for group in zip(*(tasks_of(kind, names, each, SEED) for kind in KINDS), strict=True) for task in group]
    return [(task, SEED + index) for index, task in enumerate(tasks[:count])]


def write_sheets(names: Sequence[str], gallery: Gallery, painter: str, folder: Path, count: int = 200) -> list[Path]:
    """Writes `pictures.png` with all pictures, numbered sheets, and `labels.json` to be filled in.

    Args:
        names: nouns that the painter was taught.
        gallery: paints.
        painter: fingerprint of its weights.
        folder: where to.
        count: pictures.

    Raises:
        BadInput: there are labels in the folder already.
    """
    template = folder / "labels.json"
    if template.exists():
        raise BadInput(f"{template} is there already; move it away, since labels are long work")
    chosen = sampled(names, count)
    images = gallery.pictures([(task.prompt, seed) for task, seed in chosen])
    folder.mkdir(parents=True, exist_ok=True)
    grid(images, ROW, side=SIDE, gap=0).save(folder / "pictures.png", optimize=True)
    files = [folder / "pictures.png"]
    for at in range(0, count, PER_SHEET):
        sheet = grid(images[at : at + PER_SHEET], COLUMNS, side=TILE, gap=8)
        draw = ImageDraw.Draw(sheet)
        for index in range(min(PER_SHEET, count - at)):
            x, y = index % COLUMNS * (TILE + 8), index // COLUMNS * (TILE + 8)
            draw.rectangle((x, y, x + 26, y + 13), fill="white")
            draw.text((x + 3, y + 1), str(at + index + 1), fill="black")
        files.append(folder / f"sheet-{at // PER_SHEET + 1:02d}.png")
        sheet.save(files[-1])
    empty = {str(number): None for number in range(1, count + 1)}
    template.write_text(json.dumps({"painter": painter, "seed": SEED, "pictures": empty}, indent=1) + "\n")
    return [*files, template]


def read_labels(folder: Path) -> list[Labelled]:
    """Reads what a person wrote; pictures without a label are left out, and nothing is there without a file.

    Raises:
        BadInput: a label is not of the form that is asked for.
    """
    file = folder / "labels.json"
    if not file.is_file():
        return []
    with Image.open(folder / "pictures.png", formats=["PNG"]) as opened:
        sheet = opened.convert("RGB")
    found = []
    for number, text in json.loads(file.read_text())["pictures"].items():
        if text is not None:
            x, y = (int(number) - 1) % ROW * SIDE, (int(number) - 1) // ROW * SIDE
            found.append(Labelled(sheet.crop((x, y, x + SIDE, y + SIDE)), *parsed(text, number)))
    return found


def parsed(text: str, number: str = "") -> tuple[Sight, dict[str, str]]:
    """Reads one label.

    Args:
        text: such as "red car, 2 dog @ snow".
        number: of the picture, for messages.

    Returns:
        What is there, and the nouns that have one colour word.

    Raises:
        BadInput: a word is not of the world, or a number is none.
    """
    things, _, where = (part.strip() for part in text.partition("@"))
    if where and where not in BACKGROUNDS:
        raise BadInput(f"label {number}: {where!r} is no background; say one of {', '.join(BACKGROUNDS)}")
    seen: list[Sighted] = []
    words: dict[str, set[str]] = {}
    doubtful = set()
    for item in filter(None, (part.strip() for part in things.split(","))):
        *before, noun = item.split()
        if noun == "?":
            continue
        unsure, noun = noun.endswith("?"), noun.rstrip("?")
        many = int(before.pop(0)) if before and before[0].isdecimal() else 1
        if noun not in OBJECTS or len(before) > 1 or any(word not in COLOURS for word in before) or not 1 <= many <= 12:
            raise BadInput(f"label {number}: {item!r} is not of the form '2 red car' with words of the world")
        if unsure:
            doubtful.add(noun)
        words.setdefault(noun, set()).add(before[0] if before else "")
        seen += [Sighted(noun, true_colours(noun, before[0] if before else None))] * many
    sure = tuple(thing for thing in seen if thing.noun not in doubtful)
    named = {noun: next(iter(said)) for noun, said in words.items() if len(said) == 1 and said != {""} and noun not in doubtful}
    return Sight(sure, Counter(t.noun for t in sure), where, frozenset(doubtful)), named

