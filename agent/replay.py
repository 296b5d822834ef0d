"""Runs a script's steps without any planner, and says whether they gave what the script says.

A replay is a run of its own in the log, made by the same hands as a conversation, so steps that were made before with the same
arguments and weights are not computed again: a changed parameter costs the steps that depend on it. What a script repeats is one turn
for each time. A picture that carries its recipe is repeated in the same way, and the result is held against the picture itself.
"""

import secrets
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..tools import Studio
from .act import Hands
from .errors import ScriptError
from .parameters import Scalar, put, repetitions
from .recipe import PNG, read_recipe, shown
from .run import VERSION, Acted, Asked, Call, Event, Failed, Moved, Opened, Run, Stopped
from .scripts import Script, ScriptStep, picture_file, read_script
from .store import Log

if TYPE_CHECKING:
    from PIL.Image import Image


@dataclass(frozen=True)
class Replayed:
    """What running a script gave.

    Attributes:
        run: the replay as a run of its own.
        compared: how many handles the script says its steps gave.
        different: ids of steps that gave something else.
        reweighted: ids of steps that other weights worked on than those the script was made with.
        computed: how many steps were computed, the others were known.
        pictures: the kept pictures' handles by their number.
        names: for a script that repeats its steps, the values that a picture was made with, by its number.
        shown: for a picture file, whether it shows what its recipe made; None for a script.
    """

    run: Run
    compared: int
    different: tuple[str, ...]
    reweighted: tuple[str, ...]
    computed: int
    pictures: dict[int, str]
    names: dict[int, str] = field(default_factory=dict)
    shown: bool | None = None

    @property
    def identical(self) -> bool:
        """Whether every step gave exactly what the script says."""
        return self.compared > 0 and not self.different and self.shown is not False


def replay(
    script: Script,
    opening: Opened,
    hands: Hands,
    append: Callable[[int, Event], None],
    watch: Callable[[Event], None] = lambda event: None,
    settings: Mapping[str, Scalar] | None = None,
) -> Replayed:
    """Runs a script's steps in order, once for each of its repetitions.

    Args:
        script: the steps; their pictures must be in the studio already.
        opening: the first event of the replay's own run.
        hands: what acts.
        append: writes an event to the log.
        watch: sees each event.
        settings: values for the script's parameters.

    Raises:
        ScriptError: a value does not fit, or a step failed; the message names it. Values are looked at before anything is done.
    """
    times = [
        (time.name, [step.model_copy(update={"args": put(step.args, time.values)}) for step in script.steps])
        for time in repetitions(script.parameters, script.repeat, settings or {})
    ]
    work = _Work(hands, append, watch, opening)
    top = max((step.picture or 0 for step in script.steps), default=0)
    several = sum(step.picture is not None for step in script.steps) > 1
    for nth, (name, steps) in enumerate(times):
        work.add(Asked(text=f"script {script.session}" + f": {name}" * bool(name)))
        for number, step in enumerate(steps, 1):
            event = work.do(step.model_copy(update={"args": hands.seeded(step.tool, step.args, opening.seed, number)}))
            if step.picture is not None and event.image is not None:
                work.keep(event.step, event.image, nth * top + step.picture, f"{name} {step.picture}" if name and several else name)
        work.add(Stopped(reason="answered"))
    return Replayed(
        work.run, work.compared, tuple(work.different), tuple(work.reweighted), work.computed, work.pictures, work.names
    )


class _Work:
    """A replay that is under way: its run so far, and what was counted."""

    def __init__(self, hands: Hands, append: Callable[[int, Event], None], watch: Callable[[Event], None], opening: Opened) -> None:
        self.hands, self.append, self.watch = hands, append, watch
        self.run = Run(events=())
        self.different: dict[str, None] = {}
        self.reweighted: dict[str, None] = {}
        self.compared = self.computed = 0
        self.pictures: dict[int, str] = {}
        self.names: dict[int, str] = {}
        self.add(opening)

    def add(self, event: Event) -> None:
        self.append(len(self.run.events), event)
        self.run = self.run.plus(event)
        self.watch(event)

    def do(self, step: ScriptStep) -> Acted:
        event = self.hands.act(Call(id=step.id, tool=step.tool, args=step.args), self.run)
        self.add(event)
        if isinstance(event, Failed):
            raise ScriptError(f"step {step.id} ({step.tool}) failed: {event.message}", event.hint)
        if not isinstance(event, Acted):
            raise ScriptError(f"step {step.id}: {step.tool} is not a step of a script")
        self.computed += event.reused is None and event.key != ""  # a picture that is taken in has no key: nothing is computed
        self.compared += len(step.gives)
        if step.gives and event.outputs != step.gives:
            self.different[step.id] = None
        if step.weights and event.fingerprint != step.weights:
            self.reweighted[step.id] = None
        return event

    def keep(self, step: int, image: str, number: int, name: str) -> None:
        self.pictures[number] = image
        self.add(Moved(head=step, why="kept"))
        if name:
            self.names[number] = name
            self.add(Moved(head=step, why="name", name=name))


def run_script(
    file: Path | str,
    home: Path | str,
    *,
    watch: Callable[[Event], None] | None = None,
    settings: Mapping[str, Scalar] | None = None,
    **studio_settings: Any,
) -> Replayed:
    """Repeats a script's steps, or those that made a picture, without any planner.

    Args:
        file: the script, or a picture that this program wrote.
        home: folder of log and artifacts; steps that were made there before are not computed again.
        watch: sees each event.
        settings: values for the script's parameters.
        studio_settings: further settings of `Studio`.

    Raises:
        ScriptError: the script, the picture's recipe, or one of their steps does not work.
        ToolError: a picture cannot be read.
    """
    source = Source.read(Path(file))
    folder, script = Path(home), source.script
    with closing(Log(folder / "log.sqlite")) as log:
        studio = Studio(folder, profile=script.profile, seed=script.seed, language=None, **studio_settings)
        return repeat(source, Hands(studio, log.recall), log, watch=watch or (lambda event: None), settings=settings)


@dataclass(frozen=True)
class Source:
    """What can be repeated.

    Attributes:
        script: the steps.
        files: the user's pictures and masks that they start from, by handle.
        picture: what the last step should look like; None where a script was read.
    """

    script: Script
    files: dict[str, bytes | Path]
    picture: "Image | None" = None

    @classmethod
    def read(cls, path: Path) -> "Source":
        """Reads a script, or a picture that carries its recipe; a file says by its first bytes which it is.

        Raises:
            ScriptError: it does not fit.
            ToolError: it is a picture that cannot be read.
        """
        if _is_png(path):
            recipe, picture = read_recipe(path)
            return cls(recipe.script, dict(recipe.contents()), picture)
        script = read_script(path)
        return cls(script, {p.handle: picture_file(path, p) for p in script.pictures})


def repeat(
    source: Source, hands: Hands, log: Log, *, watch: Callable[[Event], None] = lambda event: None, settings: Mapping[str, Scalar] | None = None
) -> Replayed:
    """Repeats what was read, as a run of its own in a log.

    Raises:
        ScriptError: a value does not fit, a step failed, or a file is not the one that the script means.
    """
    for handle, file in source.files.items():
        _take_in(handle, file, hands.studio)
    name, script = f"r{secrets.token_hex(4)}", source.script
    opening = Opened(session=name, seed=script.seed, profile=script.profile, version=VERSION)
    done = replay(script, opening, hands, lambda n, e: log.append(name, n, e), watch, settings)
    return done if source.picture is None else replace(done, shown=_shows(source.picture, done, hands.studio))


def _is_png(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(PNG)) == PNG
    except OSError:
        return False  # reading it as a script says what is wrong


def _take_in(handle: str, source: bytes | Path, studio: Studio) -> None:
    """Puts a picture or mask of the user's into the studio, and sees that it is the one that the script means.

    Raises:
        ScriptError: it is another one.
    """
    store = studio.artifacts
    taken = store.import_mask(source)[0] if handle.startswith("mask:") else store.import_picture(source)
    if taken != handle:
        raise ScriptError(f"the file of {handle[:30]} is not the one the script was made with", "restore the file, or export again")


def _shows(picture: "Image", done: Replayed, studio: Studio) -> bool:
    """Whether a picture file shows what the last step of its recipe made."""
    last = done.run.steps[-1].image if done.run.steps else None
    return last is not None and shown(studio, last).convert("RGB").tobytes() == picture.tobytes()
