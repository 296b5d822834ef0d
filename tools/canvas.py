"""A picture that is being changed, and what is known about it."""

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ..engine.world.scene import CELLS
from ..engine.world.vocabulary import OBJECTS
from .errors import CannotCombine, NothingFound, UnknownWords
from .instructions import Change, bare
from .painting import Reading, Repainted, read_prompt, repaint, told, wanted_from
from .pixels import box_mask, widened
from .places import background_of, scene_of, things_in
from .scene import Corners, area, centre, iou, shared
from .seeing import Seen
from .segment import known_phrases, located
from .wording import Wanted, Wish, parse_request, world_words

if TYPE_CHECKING:
    from PIL.Image import Image

    from ..engine.recall import Fit
    from .studio import Studio

RIM = 2  # pixels around a thing that belong to it: what the segmenter's outline misses


class Canvas:
    """A picture that is being changed, and what is known about it.

    Args:
        image: RGB, at the painter's size.
        recipe: how it was made, if anybody knows.
        said: what the caller says it shows.
        studio: services.
        seed: of this change.
        steps: of a whole run.
    """

    def __init__(
        self, image: "Image", recipe: Mapping[str, Any] | None, said: str | None, studio: "Studio", *, seed: int, steps: int | None
    ) -> None:
        """Takes the picture; nothing is looked at yet."""
        self.image, self.recipe, self.said, self.studio = image, recipe, said, studio
        self.seed, self.steps = seed, steps
        self.seen = Seen(image, studio.eyes)

    def as_it_is(self, image: "Image") -> "Canvas":
        """The same scene in another picture of it, half-way through a change."""
        return Canvas(image, self.recipe, self.said, self.studio, seed=self.seed, steps=self.steps)

    @cached_property
    def scene(self) -> Wanted:
        """What the picture shows: by the caller's words, its recipe, or a look; the background always has a name."""
        concepts = self.studio.concepts.names()
        scene = parse_request(self.said, concepts) if self.said else None
        if scene is None or scene.unknown or not (scene.things or scene.background):
            scene = wanted_from(self.recipe)
        if scene is None:
            return scene_of(self.image, self.studio)
        if scene.background is None:
            # A picture that was painted without a place has the plain one; another one is looked at.
            known = self.recipe is not None and self.recipe.get("tool") in ("generate", "control")
            scene = scene.model_copy(update={"background": "plain" if known else background_of(self.image, self.studio) or "plain"})
        return scene

    def wish(self, words: str) -> Wish:
        """One kind of thing, from words.

        Raises:
            UnknownWords: the embedded world has no such thing.
            CannotCombine: the words name no thing, or several.
        """
        read = parse_request(words, self.studio.concepts.names())
        if not self.studio.settings.embedded and (read.unknown or len(read.things) != 1):
            return Wish(noun=bare(words))
        strange = [*read.unknown, *(w.noun for w in read.things if w.noun in OBJECTS and w.noun not in self.studio.objects())]
        if strange:
            raise UnknownWords(strange, world_words(self.studio.objects(), self.studio.concepts.names()))
        if len(read.things) != 1:
            raise CannotCombine(f"{words!r} names {len(read.things)} things; an edit changes one", "make several edits")
        return read.things[0]

    def places(self, wish: Wish, which: str = "") -> list[Corners]:
        """Where a thing is, as many places as it is wanted.

        Args:
            wish: the thing.
            which: one of several alike, such as "second" (from left to right) or "top"; "" takes the plainest.

        Raises:
            NothingFound: nowhere, or there are not so many.
        """
        phrase = known_phrases((Wish(noun=wish.noun, colour=wish.colour).phrase,), self.studio)[0]
        found = self._unclaimed(wish, [box for _, box in located(phrase, self.seen)]) or self.remembered(wish)
        if not found:
            raise NothingFound(f"I see no {phrase} in the picture")
        if not which:
            return found[: wish.count]
        wanted = sum(t.count for t in self.scene.things if t.noun == wish.noun and wish.colour in (None, t.colour))
        axis = which in ("top", "bottom")
        row = sorted(found[: max(wanted, 2)], key=lambda box: centre(box)[axis])
        index = {"second": 1, "third": 2, "fourth": 3, "last": -1, "right": -1, "bottom": -1}.get(which, 0)
        if index >= len(row):
            raise NothingFound(f"I see no {which} {phrase} in the picture")
        return [row[index]]

    def _unclaimed(self, wish: Wish, found: list[Corners]) -> list[Corners]:
        """Where a thing without a colour of its own may be: not where one is that the scene has by its colour, unless nothing is left."""
        kin = [t for t in self.scene.things if t.noun == wish.noun]
        if wish.colour is not None or all(t.colour for t in kin):
            return found
        named = [known_phrases((Wish(noun=t.noun, colour=t.colour).phrase,), self.studio)[0] for t in kin if t.colour]
        taken = [box for phrase in named for _, box in located(phrase, self.seen)]
        return [box for box in found if all(iou(box, other) < 0.5 for other in taken)] or found

    def remembered(self, wish: Wish) -> list[Corners]:
        """Where the painter was led to put a thing, if this very picture was painted from a layout: eyes miss what is badly painted."""
        if self.recipe is None or self.recipe.get("tool") != "generate":
            return []
        return [tuple(box) for phrase, box in self.recipe.get("boxes", ()) if str(phrase).split()[-1] == wish.noun]

    def others(self, *taken: Corners) -> list[Corners]:
        """Where everything else is."""
        if not self.studio.settings.embedded:
            nouns = [wish.noun for wish in self.scene.things]
            boxes = [box for noun in nouns for _, box in located(noun, self.seen)]
        else:
            boxes = [box for _, _, box in things_in(self.image, self.studio)]
            for wish in self.scene.things:  # what the picture was made to show is spared even where the eyes are in doubt
                for _, box in located(wish.noun, self.seen)[: wish.count]:
                    boxes += [box] if all(iou(box, known) < 0.5 for known in boxes) else []
        return [box for box in boxes if all(np.abs(np.subtract(box, t)).max() > 0.02 and _within(box, t) < 0.6 for t in taken)]

    def recalled(self, boxes: Sequence[Corners]) -> list["Fit"]:
        """The world's sprites of what some boxes show, where they are known to the pixel: their edges are exact, an outline's are not."""
        if not self.studio.settings.embedded or self.image.size != (CELLS, CELLS):
            return []
        from ..engine.recall import recall

        return [fit for fit in recall(self.image, self.studio.eyes.detector) if any(iou(fit.box, box) > 0.5 for box in boxes)]

    def mask(self, boxes: Sequence[Corners], rim: int = RIM) -> np.ndarray:
        """The outline of what some boxes show, with a rim."""
        whole = np.zeros((self.image.height, self.image.width), bool)
        for box in boxes:
            whole |= self.seen.mask(box)
        return widened(whole, rim)

    def around(self, kept: Sequence[Corners]) -> np.ndarray:
        """Everything but some things; their outermost pixels, which are mixed with the old place, belong to the place."""
        return widened(~self.mask(kept, 0), 1) if kept else np.ones((self.image.height, self.image.width), bool)

    def box_mask(self, box: Corners) -> np.ndarray:
        """The pixels of a box."""
        return box_mask(box, self.image.width, self.image.height)

    def told(self, target: Wanted, change: Change) -> Reading:
        """The words for the changed scene."""
        if self.studio.settings.embedded:
            return told(target, self.studio)
        return read_prompt(_reworded(self.said or "", change), self.studio)

    def repaint(self, region: np.ndarray, reading: Reading, **more: Any) -> Repainted:
        """Paints a region of this picture again."""
        return repaint(self.image, region, reading, self.studio, seed=self.seed, steps=self.steps, **more)


def _within(box: Corners, other: Corners) -> float:
    return shared(box, other) / max(min(area(box), area(other)), 1e-9)


def _reworded(said: str, change: Change) -> str:
    """A free caption after a change."""
    if change.kind == "background":
        return f"{said}, {change.value} background" if said else f"{change.value} background"
    if change.kind == "remove":
        return "background"
    new = change.value if change.kind in ("replace", "add") else f"{change.value} {change.subject}".strip()
    if change.kind in ("replace", "recolour") and re.search(rf"\b{re.escape(change.subject)}\b", said):
        return re.sub(rf"\b{re.escape(change.subject)}\b", new, said)
    return f"{said} and a {new}" if said and change.kind == "add" else f"a {new}"
