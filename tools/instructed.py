"""Edits by InstructPix2Pix: the painter reads the instruction itself and finds its place in the picture; nobody gives it a mask.

It changes the rest of a picture a little, too. So the picture is looked at before and after: what the instruction touched is taken
over, everything else is put back, as in every edit.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..engine.world.captions import with_article
from ..engine.world.vocabulary import BACKGROUNDS, RELATIONS
from .canvas import RIM, Canvas
from .changes import Done
from .errors import CannotCombine, NeedsModel, NothingFound, UnknownWords
from .instructions import Change
from .pixels import merged, widened
from .scene import Corners, iou
from .seeing import Seen
from .segment import known_phrases, located
from .targets import coloured, grown, index_of, related, swapped
from .wording import Wanted, Wish

if TYPE_CHECKING:
    from PIL.Image import Image

    from ..engine.backbones.module_weights import ModuleWeights
    from .studio import Studio

NAME = "instruct_pix2pix"
TEXT_SCALE, IMAGE_SCALE = 1.5, 1.5  # as in its proof
SIDES = ("left", "right", "top", "bottom")
STAYED = 0.5  # overlap from which a thing counts as the one that was there before
ELSE = "leave the technique to auto"


@dataclass(frozen=True)
class Told:
    """An instruction as the module learned them.

    Attributes:
        words: for the painter.
        target: the scene that should come of it.
        did: what was done, for a reader.
        came: the thing that should be seen then, if there is one to look for.
    """

    words: str
    target: Wanted
    did: str
    came: Wish | None = None


def instructed(canvas: Canvas, change: Change) -> Done:
    """One change by InstructPix2Pix.

    Args:
        canvas: the picture.
        change: of one thing, or of the place; not of its size, which no instruction of the world speaks of.

    Raises:
        CannotCombine: the module never learned such an instruction.
        NeedsModel: this painter has no weights that read instructions.
        NothingFound: what is to be changed is not there, or what should have come did not.
    """
    module = _module(canvas.studio)
    if change.which:
        raise CannotCombine(f"{NAME} cannot tell one of several alike", ELSE)
    told = _TELLING[change.kind](canvas, change)
    went = _places(canvas, change)
    painted = _painted(canvas, told.words, module)
    if change.kind == "background":
        region = canvas.around(canvas.others())
    else:
        region = canvas.mask(went, RIM + 1)
        if told.came is not None:
            region |= _arrived(canvas, painted, told.came, went, moved=change.kind == "move")
    return Done(merged(canvas.image, painted, region), region, canvas.told(told.target, change), NAME, told.did)


def _module(studio: "Studio") -> "ModuleWeights | None":
    """What the painter wears to read instructions; None for one that was made for them."""
    painter = studio.painter
    if "instruct" in painter.can:
        return None
    if studio.instructing is None:
        raise NeedsModel("embedded instruct" if studio.settings.embedded else "timbrooks/instruct-pix2pix", "this painter reads no instructions")
    return studio.instructing


def _painted(canvas: Canvas, words: str, module: "ModuleWeights | None") -> "Image":
    from ..engine import Schedule, encode_images
    from ..engine.techniques import ClassifierFree, InstructPix2Pix

    studio = canvas.studio
    techniques: list[Any] = [ClassifierFree(TEXT_SCALE), InstructPix2Pix(encode_images(studio.painter, [canvas.image]), IMAGE_SCALE, module)]
    return studio.sample(words, techniques=techniques, schedule=Schedule(studio.steps(canvas.steps)), seed=canvas.seed).images[0]


def _places(canvas: Canvas, change: Change) -> list[Corners]:
    """Where that stands which is changed; nowhere for what is new."""
    return canvas.places(canvas.wish(change.subject)) if change.subject else []


def _arrived(canvas: Canvas, painted: "Image", what: Wish, went: Sequence[Corners], moved: bool) -> np.ndarray:
    """The outline of what came, (height, width) bool.

    Args:
        canvas: the picture as it was.
        painted: as it is now.
        what: came.
        went: where that stood which was changed.
        moved: whether it must be elsewhere now.

    Raises:
        NothingFound: it is not there.
    """
    phrase = known_phrases((what.phrase,), canvas.studio)[0]
    before = [box for _, box in located(phrase, canvas.seen)]
    after = Seen(painted, canvas.studio.eyes)
    now = [box for _, box in located(phrase, after)]
    old = [box for box in before if moved or all(iou(box, place) < STAYED for place in went)]  # like things that were there before
    new = [box for box in now if all(iou(box, other) < STAYED for other in old)]
    if not new:
        raise NothingFound(f"the painter was told, and I see no {phrase} that came of it", f"take another seed, or {ELSE}")
    return widened(after.mask(new[0]), RIM + 1)


# -- the instruction in the words that the module learned, and what should come of it --------------------------------------------------


def _called(canvas: Canvas, wish: Wish) -> str:
    """A thing of the picture by all that is known of it, as instructions of the world name it."""
    index = index_of(canvas.scene, wish)
    known = wish if index is None else canvas.scene.things[index]
    if max(known.count, wish.count) > 1:
        raise CannotCombine(f"{NAME} changes one thing of a kind, and there are {max(known.count, wish.count)}", ELSE)
    return known.phrase


def _single(canvas: Canvas, change: Change) -> Wish:
    new = canvas.wish(change.value)
    if new.count > 1:
        raise CannotCombine(f"{NAME} brings one thing", ELSE)
    return new


def _recolour(canvas: Canvas, change: Change) -> Told:
    wish = canvas.wish(change.subject)
    new, called = coloured(canvas.scene, wish, change), _called(canvas, wish)
    return Told(f"make the {called} {change.value}", swapped(canvas.scene, wish, new), f"Made the {called} {change.value}", new)


def _replace(canvas: Canvas, change: Change) -> Told:
    old, new = canvas.wish(change.subject), _single(canvas, change)
    what = f"the {_called(canvas, old)} with {with_article(new.phrase)}"
    return Told(f"replace {what}", swapped(canvas.scene, old, new), f"Replaced {what}", new)


def _remove(canvas: Canvas, change: Change) -> Told:
    wish = canvas.wish(change.subject)
    called = _called(canvas, wish)
    return Told(f"remove the {called}", swapped(canvas.scene, wish, None), f"Removed the {called}")


def _add(canvas: Canvas, change: Change) -> Told:
    new = _single(canvas, change)
    if not change.other or change.where not in RELATIONS:
        raise CannotCombine(f"{NAME} adds things left of, right of, above or below another", f"say beside what, or {ELSE}")
    what = f"{with_article(new.phrase)} {change.where} the {_called(canvas, canvas.wish(change.other))}"
    return Told(f"add {what}", grown(canvas.scene, new), f"Added {what}", new)


def _move(canvas: Canvas, change: Change) -> Told:
    wish = canvas.wish(change.subject)
    if change.other or change.where not in SIDES:
        raise CannotCombine(f"{NAME} moves things to a side of the picture", ELSE)
    what = f"the {_called(canvas, wish)} to the {change.where}"
    return Told(f"move {what}", related(canvas.scene, wish, change.where, None), f"Moved {what}", wish)


def _background(canvas: Canvas, change: Change) -> Told:
    place = BACKGROUNDS.get(change.value, "" if canvas.studio.settings.embedded else f"in {change.value}")
    if not place:
        raise UnknownWords((change.value,), tuple(BACKGROUNDS))
    target = canvas.scene.model_copy(update={"background": change.value if change.value in BACKGROUNDS else None})
    return Told(f"put it {place}", target, f"Changed the background to {change.value}")


_TELLING: dict[str, Callable[[Canvas, Change], Told]] = {
    "recolour": _recolour,
    "replace": _replace,
    "remove": _remove,
    "add": _add,
    "move": _move,
    "background": _background,
}
