"""A session as programs use it: say something, look at the picture, go back, export. The terminal chat is a thin layer over this.

with Session.open("sketches") as session:
    print(session.say("a red car and a dog").text)
"""

import io
import json
import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..engine.language import Chat, LanguageConfig, open_chat
from ..tools import Studio
from ..tools.errors import Unavailable
from . import answers, graph
from .act import IMPORT, Hands
from .budget import Budget
from .critic import Critic, EyesCritic, SecondOpinion
from .decide import Mind
from .errors import NoSuchPicture
from .loop import Crew, advance
from .run import VERSION, Answered, Asked, Call, Decided, Event, Failed, Moved, Opened, Run, Stopped
from .scripts import script_of, write_script
from .store import Log

if TYPE_CHECKING:
    from PIL.Image import Image

SIDE = 256  # of a picture for people
OWN = (
    "Your picture is the current one. The embedded painter knows only its own small world of emoji-like scenes: "
    "it can try to edit this, but do not expect much where the picture is of another kind."
)


@dataclass(frozen=True)
class Turn:
    """What one request brought.

    Attributes:
        text: the answer.
        image: the current picture's handle, None on the empty canvas.
        number: the current picture's number, None on the empty canvas.
        ledger: (status, words) of each check on it.
        reason: why the turn ended.
        events: everything that happened.
    """

    text: str
    image: str | None
    number: int | None
    ledger: tuple[tuple[str, str], ...]
    reason: str
    events: tuple[Event, ...]


class Session:
    """A conversation about pictures, kept in a log.

    Args:
        run: the events so far.
        log: where they are written.
        studio: the tools' services.
        mind: who plans.
        home: the folder of log and artifacts.
        hands: what acts; the catalogue's tools on the studio when None.
        critic: who looks; the studio's eyes when None.
        budget: what a turn may cost.
        watch: sees each event as it is written.
        stop: set to end the turn that is under way.
    """

    def __init__(
        self,
        run: Run,
        log: Log,
        studio: Studio,
        mind: Mind,
        home: Path,
        *,
        hands: Hands | None = None,
        critic: Critic | None = None,
        budget: Budget | None = None,
        watch: Callable[[Event], None] | None = None,
        stop: threading.Event | None = None,
    ) -> None:
        """Puts the parts together; `Session.open` finds them."""
        self.run = run
        self.log = log
        self._stop = stop or threading.Event()
        self.studio = studio
        self.home = home
        self.watch = watch or (lambda event: None)
        hands = hands or Hands(studio, log.recall, self._export_beside)
        self.crew = Crew(mind, hands, critic or EyesCritic(studio), budget or Budget(), self._stop.is_set)

    @classmethod
    def open(
        cls,
        home: Path | str,
        *,
        name: str | None = None,
        planner: str | Mind = "offline",
        profile: str = "embedded",
        seed: int = 0,
        budget: Budget | None = None,
        chat: Chat | None = None,
        watch: Callable[[Event], None] | None = None,
        salvage: bool = False,
        **studio_settings: Any,
    ) -> "Session":
        """Begins a session, or goes on with one.

        Args:
            home: folder of the log, the artifacts and the concepts; made if it is not there.
            name: the session's name; one that exists is continued, a new one is begun. None begins one with a name of its own.
            planner: "offline", "llm", or a mind.
            profile: "embedded", "sd15" or "sdxl"; an existing session keeps its own.
            seed: where all chance comes from; an existing session keeps its own.
            budget: what a turn may cost.
            chat: the chat model; the configured one when None and the planner is "llm".
            watch: sees each event as it is written.
            salvage: leave out a damaged end of the session.
            studio_settings: further settings of `Studio`.

        Raises:
            LogError: the log cannot be opened or read.
            LanguageError: the planner is "llm" and no model is configured.
        """
        folder = Path(home)
        log = Log(folder / "log.sqlite")
        name = name or f"s{secrets.token_hex(4)}"
        if any(s.session == name for s in log.sessions()):
            run = log.load(name, salvage=salvage)
        else:
            first = Opened(session=name, seed=seed, profile=profile, version=VERSION)
            log.append(name, 0, first)
            run = Run(events=(first,))
        if planner == "llm" and chat is None:
            chat = open_chat(LanguageConfig.load())
        stop = threading.Event()
        studio = Studio(
            folder, profile=run.opened.profile, seed=run.opened.seed, language=chat, cancelled=stop.is_set, **studio_settings
        )
        mind = planner if not isinstance(planner, str) else _mind(planner, studio, chat)
        critic: Critic = EyesCritic(studio)
        if chat is not None and chat.sees:
            critic = SecondOpinion(critic, chat, studio)
        return cls(run, log, studio, mind, folder, critic=critic, budget=budget, watch=watch, stop=stop)

    def close(self) -> None:
        """Closes the log."""
        self.log.close()

    def __enter__(self) -> "Session":
        """The session itself; leaving the block closes it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Closes the log."""
        self.close()

    # talking

    def say(self, text: str, pictures: Sequence[Path | str | bytes] = ()) -> Turn:
        """Asks for something and waits until it is done.

        Args:
            text: what is wanted, in words.
            pictures: picture files (PNG, JPEG, WebP) that come with it: examples of a concept, or a picture to edit.

        Returns:
            What came of it. A fault of a tool, a model or the planner is told in `text`; the session goes on.

        Raises:
            ToolError: a picture cannot be taken in; nothing was asked yet.
            LogError: the log cannot be written; nothing is lost of what was.
        """
        if not self.run.done:
            self._add(Failed(call=None, code="interrupted", message="the turn before this one was interrupted", answer="cancelled"))
            self._finish()
        given = tuple(self.take(p) for p in pictures)
        self._stop.clear()
        self._add(Asked(text=text, pictures=given))
        return self._finish()

    def resume(self) -> Turn | None:
        """Goes on with a turn that was interrupted; None if there is none."""
        return None if self.run.done else self._finish()

    def take(self, picture: Path | str | bytes) -> str:
        """Takes in a picture file of the user's; gives its handle.

        Raises:
            ToolError: it is broken, too large, or of a kind that is not taken.
        """
        return str(self.studio.artifacts.import_picture(Path(picture) if isinstance(picture, str) else picture))

    def open_picture(self, picture: Path | str | bytes) -> Turn:
        """Makes a picture of the user's the current one, to be edited.

        Raises:
            ToolError: it cannot be taken in.
        """
        handle = self.take(picture)
        self._add(Asked(text="my own picture", pictures=(handle,)))
        call = Call(id="own", tool=IMPORT, args={"image": handle})
        self._add(Decided(calls=(call,)))
        self._add(self.crew.hands.act(call, self.run))
        self._add(Moved(head=len(self.run.steps), why="kept"))
        self._add(Answered(text=OWN))
        self._add(Stopped(reason="answered"))
        return self.turn()

    def cancel(self) -> None:
        """Ends the turn that is under way, at its next step; what is finished stays."""
        self._stop.set()

    @property
    def cancelled(self) -> bool:
        """Whether the turn under way was asked to end."""
        return self._stop.is_set()

    def _finish(self) -> Turn:
        while not self.run.done:
            self._add(advance(self.run, self.crew))
        return self.turn()

    def _add(self, event: Event) -> None:
        self.log.append(self.run.opened.session, len(self.run.events), event)
        self.run = self.run.plus(event)
        self.watch(event)

    # where the session stands

    def turn(self) -> Turn:
        """What the last request brought."""
        events = self.run.turn
        here = graph.place(self.run)
        text = next((e.text for e in events if isinstance(e, Answered)), "")
        reason = next((e.reason for e in events if isinstance(e, Stopped)), "")
        ledger = answers.ledger_lines(self.run, here.head) if here.head is not None else ()
        return Turn(text, self.image, here.number, ledger, reason, events)

    @property
    def image(self) -> str | None:
        """The current picture's handle; None on the empty canvas."""
        return graph.image_of(self.run, graph.place(self.run).head)

    @property
    def history(self) -> str:
        """The kept pictures as a list."""
        return answers.history(self.run)

    def view(self, handle: str | None = None) -> "Image":
        """A picture as people see it, 256 pixels a side on the embedded profile.

        Args:
            handle: which one; the current one when None.

        Raises:
            NoSuchPicture: the canvas is empty.
        """
        chosen = handle or self.image
        if chosen is None:
            raise NoSuchPicture("there is no picture yet")
        try:
            return self.studio.view(chosen)
        except Unavailable:  # without the upscaler's weights a picture can still be shown, only less well
            picture = self.studio.artifacts.get_image(chosen)
            return picture.resize((SIDE, SIDE * picture.height // picture.width))

    # going back and forth

    def undo(self) -> Turn:
        """Goes one picture back."""
        self._add(graph.undo(self.run))
        return self.turn()

    def redo(self) -> Turn:
        """Brings back what was undone last."""
        self._add(graph.redo(self.run))
        return self.turn()

    def go(self, target: int | str) -> Turn:
        """Makes an earlier picture current, by number or name; what is asked next starts a branch there."""
        self._add(graph.go(self.run, target))
        return self.turn()

    def name(self, called: str) -> Turn:
        """Gives the current picture a name."""
        self._add(graph.name(self.run, called))
        return self.turn()

    def keep(self, step: int) -> Turn:
        """Takes a picture that the critic had turned down."""
        self._add(graph.keep(self.run, step))
        return self.turn()

    # files

    def export(self, file: Path | str, *, everything: bool = False) -> Path:
        """Writes the session as a script, with the pictures it needs beside it."""
        path = Path(file)
        write_script(script_of(self.run, everything=everything), path, self.png)
        return path

    def _export_beside(self, run: Run) -> str:
        file = self.home / "exports" / f"{run.opened.session}.yaml"
        write_script(script_of(run), file, self.png)
        return f"exports/{file.name}"

    def picture_file(self, number: int) -> Path:
        """The file of a kept picture at the size people see, written when first asked for; it carries its recipe.

        Args:
            number: as the user counts, from 1.
        """
        from PIL.PngImagePlugin import PngInfo

        step = graph.place(self.run).pictures[number - 1]
        file = self.home / "pictures" / self.run.opened.session / f"{number:02d}.png"
        if not file.exists():
            made = self.run.step(step)
            recipe = PngInfo()
            recipe.add_text("pentimento", json.dumps({"tool": made.call.tool, "args": made.call.args, "fingerprint": made.fingerprint}))
            file.parent.mkdir(parents=True, exist_ok=True)
            self.view(made.image).save(file, "PNG", pnginfo=recipe)
        return file

    def png(self, handle: str) -> bytes:
        """A picture as a PNG file, at the size the engine works on."""
        file = io.BytesIO()
        self.studio.artifacts.get_image(handle).save(file, "PNG")
        return file.getvalue()


def _mind(planner: str, studio: Studio, chat: Chat | None) -> Mind:
    from .offline import OfflinePlanner

    offline = OfflinePlanner(studio.concepts.names, studio.objects)
    if planner == "offline":
        return offline
    if planner != "llm" or chat is None:
        raise ValueError(f"planner {planner!r} is not known; choose offline or llm")
    from ..engine.world.vocabulary import BACKGROUNDS, COLOURS
    from ..prompts import render
    from .llm import LanguagePlanner

    profile = ""
    if studio.profile == "embedded":
        concepts = ", ".join(studio.concepts.names()) or "none"
        profile = render("embedded", things=", ".join(studio.objects()), colours=", ".join(COLOURS), places=", ".join(BACKGROUNDS), concepts=concepts)

    def png(handle: str) -> bytes:
        file = io.BytesIO()
        studio.view(handle).save(file, "PNG")
        return file.getvalue()

    return LanguagePlanner(chat, offline if studio.profile == "embedded" else None, profile, png, cancelled=studio.cancelled)

