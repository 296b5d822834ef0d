"""A session as programs use it: say something, look at the picture, go back, export. The terminal chat is a thin layer over this.

with Session.open("sketches") as session:
    print(session.say("a red car and a dog").text)
"""

import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..engine.language import Chat, LanguageConfig, open_chat
from ..tools import Studio
from . import answers, graph
from .act import Hands
from .budget import Budget
from .critic import Critic, EyesCritic, SecondOpinion
from .decide import Mind
from .errors import NoSuchPicture
from .loop import Crew, advance
from .minds import mind_of
from .own import seen_in, welcome
from .recipe import png_of, recipe_of, shown, write_picture
from .run import IMPORT, VERSION, Acted, Answered, Asked, Call, Decided, Event, Failed, Moved, Opened, Run, Stopped
from .scripts import script_of, write_script
from .store import Log
from .told import Comparison, Turn
from .verbs import Exported

if TYPE_CHECKING:
    from PIL.Image import Image


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
        heard: Callable[[str], None] | None = None,
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
            chat: the chat model; the configured one, its answers remembered in `home`, when None and the planner is "llm".
            watch: sees each event as it is written.
            heard: called with the chat model's words as they arrive.
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
            chat = open_chat(LanguageConfig.load(), memory=folder / "answers")
        stop = threading.Event()
        studio = Studio(
            folder, profile=run.opened.profile, seed=run.opened.seed, language=chat, cancelled=stop.is_set, **studio_settings
        )
        mind = planner if not isinstance(planner, str) else mind_of(planner, studio, chat, heard)
        critic: Critic = EyesCritic(studio)
        if chat is not None and chat.sees:
            critic = SecondOpinion(critic, chat, studio, stop.is_set)
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

    def say(self, text: str, pictures: Sequence[Path | str | bytes] = (), mask: Path | str | bytes | None = None) -> Turn:
        """Asks for something and waits until it is done.

        Args:
            text: what is wanted, in words.
            pictures: picture files (PNG, JPEG, WebP) that come with it: examples of a concept, lines to paint along, or one picture to
                edit, which then becomes the current one first, as `give` makes it.
            mask: a picture file that is white where the current picture may change: "put a cat there".

        Returns:
            What came of it. A fault of a tool, a model or the planner is told in `text`; the session goes on.

        Raises:
            NoSuchPicture: there is a mask and no picture that it could belong to.
            ToolError: a picture or the mask cannot be taken in; nothing was asked yet.
            LogError: the log cannot be written; nothing is lost of what was.
        """
        self._end_interrupted()
        if mask is None and len(pictures) == 1 and self.crew.mind.edits_given(text):
            self.give(pictures[0])
            pictures = ()
        given, said = [self.take(p) for p in pictures], ""
        if mask is not None:
            drawn, said = self._drawn(mask)
            given.append(drawn)
        self._stop.clear()
        self._add(Asked(text=text, pictures=tuple(given)))
        turn = self._finish()
        return replace(turn, text=f"{said} {turn.text}") if said else turn

    def _drawn(self, mask: Path | str | bytes) -> tuple[str, str]:
        if self.image is None:
            raise NoSuchPicture("there is no picture yet that a mask could be drawn for", "open one together with its mask")
        return self.studio.artifacts.import_mask(mask, self.image)

    def _end_interrupted(self) -> None:
        if not self.run.done:
            self._add(Failed(call=None, code="interrupted", message="the turn before this one was interrupted", answer="cancelled"))
            self._finish()

    def resume(self) -> Turn | None:
        """Goes on with a turn that was interrupted; None if there is none."""
        return None if self.run.done else self._finish()

    def take(self, picture: Path | str | bytes) -> str:
        """Takes in a picture file of the user's; gives its handle.

        Raises:
            ToolError: it is broken, too large, or of a kind that is not taken.
        """
        return str(self.studio.artifacts.import_picture(Path(picture) if isinstance(picture, str) else picture))

    def give(self, picture: Path | str | bytes, mask: Path | str | bytes | None = None) -> Turn:
        """Makes a picture of the user's the current one, to be edited.

        Args:
            picture: its file.
            mask: a picture file of the same size that is white where the picture may change; the next requests can say "there".

        Raises:
            ToolError: one of them cannot be taken in, or the mask has no white pixel; nothing was changed.
        """
        self._end_interrupted()
        given, said = {"image": self.take(picture)}, ""
        if mask is not None:
            given["mask"], said = self.studio.artifacts.import_mask(mask, given["image"], picture)
        call = Call(id="own", tool=IMPORT, args=dict(given))
        made = self.crew.hands.do(call, self.run)
        self._add(Asked(text="my own picture", pictures=tuple(given.values())))
        self._add(Decided(calls=(call,)))
        self._add(made)
        seen = seen_in(given["image"], self.crew.hands, self.studio)
        if seen is not None:
            self._add(seen)
        self._add(Moved(head=len(self.run.steps), why="kept"))
        self._add(Answered(text=welcome(seen, said)))
        self._add(Stopped(reason="answered"))
        return self.turn()

    # two pictures

    def compare(self, first: int | str, second: int | str) -> Comparison:
        """Says how two kept pictures differ; the current one stays.

        Args:
            first: a picture's number as the user counts (negative from the end), or its name.
            second: the other one.

        Raises:
            NoSuchPicture: there is none of that number or name.
            ToolError: they cannot be compared.
        """
        turn = self._pair("compare", first, second)
        step = next(e for e in turn.events if isinstance(e, Acted))
        return Comparison(step.said, str(step.image), self.step_file(step))

    def merge(self, first: int | str, second: int | str) -> Turn:
        """Makes a picture that has the changes of two kept ones, which were edited from one picture in places that do not touch.

        Args:
            first: a picture's number as the user counts (negative from the end), or its name.
            second: the other one.

        Raises:
            NoSuchPicture: there is none of that number or name.
            CannotMerge: they were not edited from one picture.
            RegionsTouch: what was changed overlaps.
            ToolError: they cannot be joined for another reason; in every case nothing was changed.
        """
        return self._pair("merge", first, second)

    def _pair(self, tool: str, first: int | str, second: int | str) -> Turn:
        """Does what needs no planner, as a turn of its own."""
        self._end_interrupted()
        self._stop.clear()
        call = Call(id="own", tool=tool, args={"first": first, "second": second})
        made = self.crew.hands.do(call, self.run)
        said = made.said if isinstance(made, Acted) and tool == "compare" else ""  # what a merge gave is told with its ledger
        for event in (Asked(text=f"{tool} {first} and {second}"), Decided(calls=(call,)), made, Decided(text=said)):
            self._add(event)
        return self._finish()

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
        return shown(self.studio, chosen)

    # going back and forth

    def undo(self, pictures: int = 1) -> Turn:
        """Goes back one picture or several.

        Raises:
            NothingToUndo: the canvas is empty before that; what could be undone is.
        """
        for _ in range(pictures):
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

    def _export_beside(self, run: Run) -> Exported:
        file = self.home / "exports" / f"{run.opened.session}.yaml"
        write_script(script_of(run), file, self.png)
        here = graph.place(run)
        return Exported(file, self._written(run, f"{here.number:02d}.png", here.pictures[here.number - 1]) if here.number else None)

    def picture_file(self, number: int) -> Path:
        """The file of a kept picture at the size people see, written when first asked for; `pentimento run` repeats what made it.

        Args:
            number: as the user counts, from 1.
        """
        step = graph.place(self.run).pictures[number - 1]
        return self._written(self.run, f"{number:02d}.png", step)

    def step_file(self, step: Acted) -> Path:
        """The file of a picture that a step made to be looked at: a comparison, an enlargement."""
        return self._written(self.run, f"{step.call.tool}-{step.step:02d}.png", step.step)

    def _written(self, run: Run, name: str, step: int) -> Path:
        file = self.home / "pictures" / run.opened.session / name
        if not file.exists():
            write_picture(file, self.view(graph.image_of(run, step)), recipe_of(run, step, self.png))
        return file

    def png(self, handle: str) -> bytes:
        """A picture or a mask as a PNG file, at the size the engine works on."""
        return png_of(self.studio, handle)
