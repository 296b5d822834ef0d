"""The command `pentimento`. Nothing heavy is imported before a command needs it, so that --help answers at once."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .replay import Replayed

PLANNERS = ("offline", "llm", "auto")
PROFILES = ("embedded", "sd15", "sdxl")


def default_home() -> Path:
    """Where sessions live unless --home says otherwise: PENTIMENTO_HOME, or the user's data folder."""
    if os.environ.get("PENTIMENTO_HOME"):
        return Path(os.environ["PENTIMENTO_HOME"])
    from platformdirs import user_data_path

    return Path(user_data_path("pentimento"))


def parser() -> argparse.ArgumentParser:
    """All commands and their arguments."""
    top = argparse.ArgumentParser(prog="pentimento", description="An agent that paints, looks at what it painted, and repents.")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)

    def command(name: str, summary: str, work: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=summary, description=summary)
        made.set_defaults(work=work)
        made.add_argument("--home", type=Path, default=None, help="folder of sessions, pictures and concepts")
        return made

    chat = command("chat", "talk to the painter in the terminal", _chat)
    chat.add_argument("--session", help="go on with this session, or begin one of this name")
    chat.add_argument("--planner", choices=PLANNERS, default="auto", help="auto: a chat model if one is configured, else offline")
    chat.add_argument("--profile", choices=PROFILES, default="embedded")
    chat.add_argument("--seed", type=int, default=0)
    chat.add_argument("--salvage", action="store_true", help="leave out a damaged end of the session")
    chat.add_argument("--say", action="append", metavar="TEXT", help="say this instead of reading lines; may be repeated")

    run = command("run", "repeat a script, or what made a picture, without a language model", _run)
    run.add_argument("script", type=Path, help="a script, or a picture that pentimento wrote: it carries its recipe")
    run.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a value for a parameter of the script; may be repeated")
    run.add_argument("--check", action="store_true", help="fail if a step gives something else than the script says")
    run.add_argument("--json", action="store_true")

    tool = command("tool", "use one tool: pentimento tool NAME --help", _tool)
    tool.add_argument("arguments", nargs=argparse.REMAINDER)

    bench = command("bench", "measure: pentimento bench parity --json", _bench)
    bench.add_argument("what", choices=tuple(BENCHES))
    bench.add_argument("rest", nargs=argparse.REMAINDER, help="options of the measurement; --json for one JSON object")

    demo = command("demo", "play the main job: paint, look, repair, edit, learn, undo", _demo)
    demo.add_argument("--out", type=Path, default=Path("out/demo"), help="where pictures, session and script go")
    demo.add_argument("--seed", type=int, default=None)

    show = command("show", "list the sessions, or tell one's whole decision trail: ledgers, steps, verdicts and reasons", _show)
    show.add_argument("session", nargs="?")
    show.add_argument("--short", action="store_true", help="only the pictures")

    sheet = command("contact-sheet", "draw a session's graph: its pictures with their ledgers, and lines from each to what was made from it", _sheet)
    sheet.add_argument("session")
    sheet.add_argument("--out", type=Path, default=Path("contact-sheet.png"))

    export = command("export", "write a session as a script", _export)
    export.add_argument("session")
    export.add_argument("--out", type=Path, default=None)
    export.add_argument("--everything", action="store_true", help="also the steps that led to no kept picture")

    doctor = command("doctor", "look for damage in the log", _doctor)
    doctor.add_argument("--repair", type=Path, metavar="FILE", help="copy every good event into a new log")

    command("train", "how to train the embedded models", _train)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; gives the exit status. A fault is told in two lines, without a traceback."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    options = parser().parse_args(given)
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    # The embedded networks are so small that threads wait for each other longer than they work, and results are equal to the
    # last bit only with an equal number of threads.
    if getattr(options, "profile", "embedded") == "embedded":
        os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("LANGSMITH_TRACING", "false")
    options.home = options.home or default_home()
    from ..engine.language import LanguageError
    from ..tools.errors import ToolError
    from .errors import AgentError

    try:
        work: Callable[[argparse.Namespace], int] = options.work
        return work(options)
    except (AgentError, ToolError, LanguageError) as error:
        print(f"pentimento: {error}", file=sys.stderr)
        if error.hint:
            print(f"  {error.hint}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _chat(options: argparse.Namespace) -> int:
    from .chat import Chat
    from .session import Session

    planner = options.planner
    if planner == "auto":
        from ..engine.language import LanguageConfig

        planner = "llm" if LanguageConfig.load().named else "offline"
    settings: dict[str, Any] = {"profile": options.profile, "seed": options.seed, "salvage": options.salvage}
    words = _Words()
    if sys.stdout.isatty():
        settings |= {"progress": _stepped, "heard": words.hear}
    with Session.open(options.home, name=options.session, planner=planner, **settings) as session:
        chat = Chat(session)

        def watch(event: Any) -> None:
            words.clear()
            chat.watch(event)

        session.watch = watch
        if options.say:
            for line in options.say:
                chat.say(f"> {line}")
                chat.hear(line)
        else:
            chat.run()
    return 0


class _Words:
    """Shows the end of what a chat model is saying, on one line of the terminal, until an event is written."""

    WIDTH = 60

    def __init__(self) -> None:
        self._said = ""

    def hear(self, piece: str) -> None:
        """Takes the next piece."""
        self._said = (self._said + "".join(c if c.isprintable() else " " for c in piece))[-self.WIDTH :]
        sys.stdout.write(f"\r  {self._said.ljust(self.WIDTH)}\r")
        sys.stdout.flush()

    def clear(self) -> None:
        """Wipes the line."""
        if self._said:
            sys.stdout.write("\r" + " " * (self.WIDTH + 2) + "\r")
            self._said = ""


def _stepped(done: int, total: int) -> None:
    """Shows the steps of a tool that is at work, on one line that the next words overwrite."""
    sys.stdout.write("\r" + " " * 40 + "\r" if done == total else f"\r  step {done} of {total} …")
    sys.stdout.flush()


def _run(options: argparse.Namespace) -> int:
    from .chat import progress
    from .replay import run_script

    def watch(event: Any) -> None:
        line = progress(event)
        if line and not options.json:
            print(f"  {line}")

    settings = dict(_setting(given) for given in options.set)
    replayed = run_script(options.script, options.home, watch=watch, settings=settings)
    told = {
        "steps": len(replayed.run.steps),
        "computed": replayed.computed,
        "compared": replayed.compared,
        "identical": replayed.identical,
        "different": list(replayed.different),
        "other_weights": list(replayed.reweighted),
        "pictures": {str(n): h for n, h in replayed.pictures.items()},
        "names": {str(n): name for n, name in replayed.names.items()},
        "session": replayed.run.opened.session,
    }
    if options.json:
        print(json.dumps(told))
    else:
        print(f"{told['steps']} steps, {told['computed']} computed; {_likeness(replayed)}.")
        if replayed.reweighted:
            print(f"Other weights than the recording's worked in {', '.join(replayed.reweighted)}.")
        for number, handle in replayed.pictures.items():
            name = f' "{replayed.names[number]}"' if number in replayed.names else ""
            print(f"  picture {number}{name}: {handle}")
        print(f"Kept as session {told['session']}; `pentimento contact-sheet {told['session']}` draws it.")
    return 1 if options.check and not replayed.identical else 0


def _setting(given: str) -> tuple[str, str]:
    """A `--set` in its two parts.

    Raises:
        ScriptError: there is no "=" in it.
    """
    from .errors import ScriptError

    name, equals, value = given.partition("=")
    if not equals:
        raise ScriptError(f"--set {given[:60]!r} sets nothing", "write it so: --set background=snow")
    return name.strip(), value


def _likeness(replayed: "Replayed") -> str:
    """How a replay compares with what was recorded, in words."""
    if replayed.shown is False:
        return "the result is NOT the picture in the file"
    if not replayed.compared:
        return "the script has no recording to compare with"
    what = "the picture" if replayed.shown else "the recording"
    return f"identical to {what}" if replayed.identical else f"different in {', '.join(replayed.different)}"


def _tool(options: argparse.Namespace) -> int:
    from ..tools.surfaces.cli import main as use_tool

    return int(use_tool(options.arguments, options.home) or 0)


# What can be measured -> the module whose `main(arguments)` does it.
BENCHES = {
    "parity": "engine.parity",
    "eyes": "engine.perception.measure",
    "techniques": "engine.proofs.__main__",
    "modules": "engine.proofs.modules",
    "world": "engine.proofs.world.command",
    "upscaler": "engine.proofs.enlarging",
    "critic": "agent.benches.critic",
    "repairs": "agent.benches.repairs",
    "parts": "agent.benches.parts",
    "routing": "agent.benches.routing.command",
    "agent": "agent.benches.agent",
}


def _bench(options: argparse.Namespace) -> int:
    from importlib import import_module

    return int(import_module(f"..{BENCHES[options.what]}", __package__).main(options.rest) or 0)


def _demo(options: argparse.Namespace) -> int:
    from .demo import demo

    return demo(options.out, seed=options.seed)


def _show(options: argparse.Namespace) -> int:
    from contextlib import closing
    from datetime import datetime

    from .answers import history
    from .store import Log
    from .trail import trail

    with closing(Log(options.home / "log.sqlite")) as log:
        if options.session:
            run = log.load(options.session)
            print(history(run) if options.short else trail(run))
            return 0
        for listed in log.sessions():
            when = datetime.fromtimestamp(listed.at).strftime("%Y-%m-%d %H:%M")
            print(f"{listed.session}  {when}  {listed.turns} turns, {listed.events} events")
    return 0


def _sheet(options: argparse.Namespace) -> int:
    from .session import Session
    from .sheet import sheet_of

    with Session.open(options.home, name=_existing(options)) as session:
        sheet_of(session).save(options.out)
    print(options.out)
    return 0


def _export(options: argparse.Namespace) -> int:
    from .session import Session

    with Session.open(options.home, name=_existing(options)) as session:
        print(session.export(options.out or Path(f"{options.session}.yaml"), everything=options.everything))
    return 0


def _existing(options: argparse.Namespace) -> str:
    """The session's name, if there is one of that name.

    Raises:
        NoSuchSession: there is none; opening would begin one.
    """
    from contextlib import closing

    from .store import Log

    with closing(Log(options.home / "log.sqlite")) as log:
        log.load(options.session)
    return str(options.session)


def _doctor(options: argparse.Namespace) -> int:
    from contextlib import closing

    from .store import Log, salvage

    file = options.home / "log.sqlite"
    if options.repair:
        print(f"{salvage(file, options.repair)} good events are now in {options.repair}.")
        return 0
    with closing(Log(file)) as log:
        found = log.check()
    print("\n".join(found) or f"{file} is sound.")
    return 1 if found else 0


def _train(options: argparse.Namespace) -> int:
    print("Training is a queue that can be stopped and resumed:  make train  (or: nice -n 19 python -m pentimento.engine.training --help)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
