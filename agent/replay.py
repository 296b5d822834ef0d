"""Runs a script's steps without any planner, and says whether they gave what the script says.

A replay is a run of its own in the log, made by the same hands as a conversation.
"""

import secrets
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..tools import Studio
from .act import Hands
from .errors import ScriptError
from .run import VERSION, Acted, Asked, Call, Event, Failed, Moved, Opened, Run, Stopped
from .scripts import Script, picture_file, read_script
from .store import Log


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
    """

    run: Run
    compared: int
    different: tuple[str, ...]
    reweighted: tuple[str, ...]
    computed: int
    pictures: dict[int, str]

    @property
    def identical(self) -> bool:
        """Whether every step gave exactly what the script says."""
        return self.compared > 0 and not self.different


def replay(
    script: Script,
    opening: Event,
    hands: Hands,
    append: Callable[[int, Event], None],
    watch: Callable[[Event], None] = lambda event: None,
) -> Replayed:
    """Runs a script's steps in order.

    Args:
        script: the steps; their pictures must be in the studio already.
        opening: the first event of the replay's own run.
        hands: what acts.
        append: writes an event to the log.
        watch: sees each event.

    Raises:
        ScriptError: a step failed; the message names it.
    """
    run = Run(events=())
    different: list[str] = []
    reweighted: list[str] = []
    compared = computed = 0
    pictures: dict[int, str] = {}

    def add(event: Event) -> None:
        nonlocal run
        append(len(run.events), event)
        run = run.plus(event)
        watch(event)

    add(opening)
    add(Asked(text=f"script {script.session}"))
    for step in script.steps:
        event = hands.act(Call(id=step.id, tool=step.tool, args=step.args), run)
        add(event)
        if isinstance(event, Failed):
            raise ScriptError(f"step {step.id} ({step.tool}) failed: {event.message}", event.hint)
        if not isinstance(event, Acted):
            raise ScriptError(f"step {step.id}: {step.tool} is not a step of a script")
        computed += event.reused is None
        compared += len(step.gives)
        if step.gives and event.outputs != step.gives:
            different.append(step.id)
        if step.weights and event.fingerprint != step.weights:
            reweighted.append(step.id)
        if step.picture is not None and event.image is not None:
            pictures[step.picture] = event.image
            add(Moved(head=event.step, why="kept"))
    add(Stopped(reason="answered"))
    return Replayed(run, compared, tuple(different), tuple(reweighted), computed, pictures)


def run_script(
    file: Path | str,
    home: Path | str,
    *,
    watch: Callable[[Event], None] | None = None,
    **studio_settings: Any,
) -> Replayed:
    """Repeats a script's steps without any planner.

    Args:
        file: the script.
        home: folder of log and artifacts; steps that were made there before are not computed again.
        watch: sees each event.
        studio_settings: further settings of `Studio`.

    Raises:
        ScriptError: the script or one of its steps does not work.
    """
    path = Path(file)
    script = read_script(path)
    folder = Path(home)
    with closing(Log(folder / "log.sqlite")) as log:
        studio = Studio(folder, profile=script.profile, seed=script.seed, language=None, **studio_settings)
        for picture in script.pictures:
            taken = str(studio.artifacts.import_picture(picture_file(path, picture)))
            if taken != picture.handle:
                raise ScriptError(f"picture {picture.file} is not the one the script was made with", "restore the file, or export again")
        name = f"r{secrets.token_hex(4)}"
        opening = Opened(session=name, seed=script.seed, profile=script.profile, version=VERSION)
        return replay(script, opening, Hands(studio, log.recall), lambda n, e: log.append(name, n, e), watch or (lambda event: None))
