"""What `make demo` plays: a conversation that paints, looks, repairs, edits, learns, goes back, and is repeated from its script.

Nothing is staged: the requests are fixed, the pictures are what the models make of them, the critic's findings are what it finds, and
where no repair was needed the demo says so. The requests name things that the young painter knows best; the last one was chosen, among eight of
its kind, because its first picture is wrong.
"""

import json
import random
import shutil
import time
from pathlib import Path

from .budget import Budget
from .chat import MARKS, progress
from .graph import place
from .replay import run_script
from .run import Event, Moved
from .session import Session
from .sheet import sheet_of
from .told import Turn
from .turn import gains, remedies

SEED = 1
# Of one request: counted in calls, so that a slow machine makes the same pictures as a fast one, within three minutes on two cores.
EACH = Budget(rounds=2, calls=5)
TEDDY = 3  # pictures of the thing that the painter has never seen
TALK: tuple[str, ...] = (
    "a red car and a tree in a meadow",
    "replace the tree with a house",
    "remove the car",
    "change the background to snow",
    "learn this as bo, a toy",
    "bo on a beach",
    "go back to the second one",
    "make the car blue",
    "undo",
    "three balloons at sunset",
    "a cat left of a tree in the desert",
    "a big sunflower left of a small blue house at night",
)


def demo(out: Path, *, seed: int | None = None) -> int:
    """Plays the conversation; gives 0 if the replay was identical.

    Args:
        out: folder for everything it makes; what an earlier demo left there is replaced.
        seed: another seed gives other pictures.
    """
    began = time.perf_counter()
    home, again = out / "home", out / "replay"
    for folder in (home, again):
        if (folder / "log.sqlite").exists():  # only what an earlier demo made is removed
            shutil.rmtree(folder)
    toys = teddies(out / "given")
    with Session.open(home, name="demo", seed=SEED if seed is None else seed, budget=EACH, watch=_tell) as session:
        for line in TALK:
            print(f"\n> {line}")
            pictures = toys if line.startswith("learn") else []
            if pictures:
                print(f"  (with {', '.join(str(p) for p in pictures)})")
            _answer(session, session.say(line, pictures))
        print("\n" + session.history)
        sheet = out / "contact-sheet.png"
        sheet_of(session, "Pentimento · make demo").save(sheet)
        script = session.export(out / "demo.yaml")
        result = _counted(session)
    print(f"\nContact sheet: {sheet}\nScript: {script}\nRepeating the script in an empty studio, without a planner …")
    replayed = run_script(script, again)
    same = replayed.identical and len(replayed.pictures) == result["pictures"]
    print(f"{replayed.computed} steps computed anew; the pictures are {'identical' if same else 'NOT identical'}.")
    if replayed.reweighted:
        print(f"Other weights worked in {', '.join(replayed.reweighted)}: the models were changed while the demo ran.")
    if not result["repairs_tried"]:
        print("The critic found no fault it could act on in this run, so nothing was repaired.")
    seconds = round(time.perf_counter() - began, 1)
    print(json.dumps({**result, "replay_identical": same, "seconds": seconds}))
    return 0 if same else 1


def teddies(folder: Path) -> list[Path]:
    """Writes pictures of a teddy, which no model was trained on, as the files a user would bring."""
    from ..engine.world import render
    from ..engine.world.scene import Scene, Thing
    from ..engine.world.scene import place as placed

    folder.mkdir(parents=True, exist_ok=True)
    files = []
    chance = random.Random(5)
    for number, background in enumerate(("plain", "room", "meadow")[:TEDDY], 1):
        centre = (chance.uniform(0.42, 0.58), chance.uniform(0.48, 0.58))
        thing = Thing("teddy", None, "", placed("teddy", chance.uniform(0.55, 0.7), centre))
        file = folder / f"teddy{number}.png"
        render(Scene((thing,), background, number), 256).image.save(file)
        files.append(file)
    return files


def _tell(event: Event) -> None:
    line = progress(event)
    if line:
        print(f"  {line}", flush=True)


def _answer(session: Session, turn: Turn) -> None:
    print(turn.text)
    if turn.number is not None and any(isinstance(e, Moved) for e in turn.events):
        for status, words in turn.ledger:
            print(f"  {MARKS[status]} {words}")
        print(f"  picture {turn.number}: {session.picture_file(turn.number)}", flush=True)


def _counted(session: Session) -> dict[str, int]:
    """The numbers of the last line: checks are those of the kept pictures, repairs those that made a picture better."""
    from .answers import ledger_lines

    run = session.run
    pictures = place(run).pictures
    ledgers = [ledger_lines(run, step) for step in pictures]
    return {
        "turns": run.turns,
        "pictures": len(pictures),
        "checks": sum(len(ledger) for ledger in ledgers),
        "passed": sum(status == "pass" for ledger in ledgers for status, _ in ledger),
        "repairs": gains(run.events),
        "repairs_tried": len(remedies(run.events)),
    }
