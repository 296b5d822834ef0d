"""A painter and a critic that are never wrong: pictures are scenes of the world, and calls change scenes exactly as they say.

What is left to go wrong is the choice of what to do. Each step really renders, so that everything else of a session is as it ships.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ...engine.world import Scene, Thing, render
from ...engine.world.scene import Box, holds, overlap, place
from ...tools import CATALOGUE, Result, Studio, call
from ...tools.checks import Check, Evidence, Status, Verdict, settled
from ...tools.errors import NoRoom, NothingFound
from ...tools.generate import Painted
from ...tools.inpaint import Edited
from ...tools.instructions import Change, read_instruction
from ...tools.layouts import at_place
from ...tools.lexicon import PLACES
from ...tools.pixels import box_mask
from ...tools.seeing import split_phrase
from ...tools.segment import Found, Segmented
from ...tools.wording import Wish, parse_request
from ..act import Hands
from ..budget import Budget
from ..critic import ELSEWHERE
from ..ledger import UNCHANGED
from ..offline import OfflinePlanner
from ..run import Opened, Run
from ..session import Session
from ..store import Log
from .faults import Fault, true_of

SIDE = 0.4  # of things that are added
BIG, SMALL = 0.7, 0.27
TRIES = 400  # random places of a thing
SHRINK = 0.8  # where there is no room, up to three times
CROWDED = 0.1  # most of the smaller box that two things may share


class Obedient(Studio):
    """A studio whose tools do what they are told.

    Args:
        folder: of pictures.
        fault: what the first painting shows, and what all others do.
        seed: of places.

    Attributes:
        scenes: what each picture shows, by handle.
    """

    def __init__(self, folder: Path, fault: Fault, seed: int) -> None:
        super().__init__(folder, seed=seed)
        self.fault, self.rng = fault, np.random.default_rng(seed)
        self.scenes: dict[str, Scene] = {}

    def fingerprint_for(self, tool: str, args: Any) -> str:
        """Nothing is ever taken from another session."""
        return f"obedient-{id(self)}"

    def use(self, name: str, args: Any, studio: Studio) -> Result:
        """Carries a call out.

        Raises:
            ToolError: it asks for what is not there.
        """
        match name:
            case "generate":
                scene = self.fault.wanted if self.scenes else self.fault.shown
                return Painted(image=self.shown(scene), seed=int(args.get("seed", 0)), technique=str(args.get("technique", "auto")))
            case "segment":
                return self._segment(self.scenes[args["image"]], args)
            case "inpaint":
                return self._emptied(self.scenes[args["image"]], self.artifacts.get_mask(args["region"]), args)
            case "edit":
                before = self.scenes[args["image"]]
                return self._edited(before, self.changed(before, read_instruction(args["instruction"])), args)
        return call(name, args, self)

    def shown(self, scene: Scene) -> str:
        """The handle of a picture of a scene."""
        handle = self.artifacts.put_image(render(scene).image)
        self.scenes[handle] = scene
        return handle

    def _segment(self, scene: Scene, args: Any) -> Segmented:
        phrases = args.get("phrases") or [""] * len(args.get("boxes") or ())
        boxes = [tuple(box) for box in args["boxes"]] if args.get("boxes") else None
        found = []
        for number, phrase in enumerate(phrases):
            for box in [boxes[number]] if boxes else [t.box for t in things_of(phrase, scene)]:
                found.append(Found(phrase=phrase, score=1.0, box=box, mask=self.artifacts.put_mask(box_mask(box, *self._size))))
        if not found:
            raise NothingFound(f"there is no {', '.join(phrases)}")
        return Segmented(found=tuple(found))

    def _emptied(self, scene: Scene, mask: np.ndarray, args: Any) -> Edited:
        height, width = mask.shape
        left = [t for t in scene.things if not mask[min(int(t.centre[1] * height), height - 1), min(int(t.centre[0] * width), width - 1)]]
        return self._edited(scene, replace(scene, things=tuple(left)), args)

    def _edited(self, before: Scene, after: Scene, args: Any) -> Edited:
        region = np.zeros(self._size[::-1], bool)
        for scene, other in ((before, after), (after, before)):
            for thing in scene.things:
                if thing not in other.things:
                    region |= box_mask(thing.box, *self._size)
        return Edited(image=self.shown(after), region=self.artifacts.put_mask(region), technique="obedient", seed=int(args.get("seed", 0)))

    @property
    def _size(self) -> tuple[int, int]:
        return self.settings.side, self.settings.side

    def changed(self, scene: Scene, change: Change) -> Scene:
        """A scene after a change.

        Raises:
            NothingFound: what is to be changed is not there.
            NoRoom: there is no place for what is to be added.
        """
        mine = things_of(change.subject, scene) if change.subject else []
        if change.subject and not mine:
            raise NothingFound(f"there is no {change.subject}")
        rest = tuple(t for t in scene.things if t not in mine)
        match change.kind:
            case "remove":
                return replace(scene, things=tuple(t for t in scene.things if t != mine[0]))
            case "add":
                new = parse_request(change.value).things[0]
                return replace(scene, things=(*scene.things, self._put(new, scene.things, change, scene)))
            case "replace":
                new = parse_request(change.value).things[0]
                return replace(scene, things=(*rest, replace(mine[0], name=new.noun, colour=new.colour, box=_about(new.noun, mine[0].box))))
            case "recolour":
                return replace(scene, things=(*rest, *(replace(t, colour=change.value) for t in mine)))
            case "resize":
                size, side = ("big", BIG) if change.value == "bigger" else ("small", SMALL)
                return replace(scene, things=(*rest, *(replace(t, size=size, box=place(t.name, side, t.centre)) for t in mine)))
            case "move":
                return replace(scene, things=(*rest, self._moved(mine[0], rest, change, scene)))
            case "background":
                return replace(scene, background=change.value)

    def _put(self, new: Wish, others: Sequence[Thing], change: Change, scene: Scene) -> Thing:
        """A new thing where there is room, and where a change wants it."""
        side = {"big": BIG, "small": SMALL}.get(new.size or "", SIDE)
        return Thing(new.noun, new.colour, new.size or "", self._room(new.noun, side, others, change, scene))

    def _moved(self, thing: Thing, others: Sequence[Thing], change: Change, scene: Scene) -> Thing:
        """A thing at another place, as large as it was if there is room."""
        side = max(thing.box[2] - thing.box[0], thing.box[3] - thing.box[1])
        return replace(thing, box=self._room(thing.name, side, others, change, scene))

    def _room(self, noun: str, side: float, others: Sequence[Thing], change: Change, scene: Scene) -> Box:
        beside = things_of(change.other, scene)[:1] if change.other else []
        for attempt in range(TRIES):
            box = place(noun, side * SHRINK ** (attempt * 4 // TRIES), tuple(self.rng.random(2)))
            free = all(overlap(box, t.box) <= CROWDED for t in others)
            if free and (_stands(change.where, box, beside[0].box) if beside else change.where not in PLACES or at_place(box, change.where)):
                return box
        raise NoRoom(f"there is no room for a {noun} {change.where} {change.other}".strip())


def things_of(phrase: str, scene: Scene) -> list[Thing]:
    """What a phrase names in a scene."""
    _size, colour, noun = split_phrase(phrase)
    return [t for t in scene.things if t.name == noun and colour in (None, t.colour)]


def _about(noun: str, box: Box) -> Box:
    return place(noun, max(box[2] - box[0], box[3] - box[1]), ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2))


def _stands(where: str, box: Box, other: Box) -> bool:
    return where not in ("left of", "right of", "above", "below") or holds(where, box, other)


class TrueCritic:
    """Knows what each picture shows.

    Args:
        studio: who painted them.
    """

    tokens = 0

    def __init__(self, studio: Obedient) -> None:
        self.studio = studio

    def judge(self, checks: Sequence[Check], image: str, *, before: str | None = None, regions: Sequence[str] = ()) -> tuple[Verdict, ...]:
        """See `Critic.judge`; what words do not settle, holds."""
        scene = self.studio.scenes[image]
        asked = [c for c in checks if c.id != UNCHANGED]
        if before is not None and regions:
            asked.append(ELSEWHERE)

        def answer(check: Check) -> Verdict:
            boxes = tuple(t.box for t in things_of(check.subject, scene))
            status: Status = "fail" if true_of(check, scene) is False else "pass"
            return Verdict(check=check.id, kind=check.kind, status=status, confidence=1.0, evidence=Evidence(boxes=boxes, scores=(1.0,) * len(boxes)))

        return tuple(settled(asked, answer))


def opened(folder: Path, name: str, fault: Fault, seed: int, budget: Budget) -> tuple[Session, Obedient]:
    """A new session with a painter and a critic that are never wrong."""
    log, studio = Log(folder / "log.sqlite"), Obedient(folder, fault, seed)
    first = Opened(session=name, seed=seed, profile="embedded", version="0")
    log.append(name, 0, first)
    hands = Hands(studio, log.recall, None, CATALOGUE, studio.use)
    mind = OfflinePlanner(studio.concepts.names, studio.objects)
    return Session(Run(events=(first,)), log, studio, mind, folder, hands=hands, critic=TrueCritic(studio), budget=budget), studio
