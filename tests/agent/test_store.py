"""The log loses nothing that was finished, notices damage, and says what is wrong in typed errors."""

import random
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from pentimento.agent.errors import LogConflict, LogDamaged, LogError, LogFull, LogNewer, LogReadOnly, NoSuchSession
from pentimento.agent.run import EVENTS, Acted, Answered, Asked, Call, Event, Opened
from pentimento.agent.store import Log, salvage
from pentimento.tools.artifacts import ArtifactStore

FIRST = Opened(session="s", seed=1, profile="embedded", version="0")


def step(number: int, size: int = 10) -> Acted:
    call = Call(id=f"c{number}", tool="generate", args={"prompt": "x" * size})
    return Acted(step=number, call=call, key=f"k{number}", parent=None, outputs=(f"image:{number:016x}",))


def fill(log: Log, count: int = 5) -> list[Event]:
    events: list[Event] = [FIRST, Asked(text="a red car")] + [step(n) for n in range(1, count)]
    for number, event in enumerate(events):
        log.append("s", number, event)
    return events


def test_what_is_read_is_what_was_written(tmp_path: Path) -> None:
    with closing(Log(tmp_path / "home" / "log.sqlite")) as log:
        events = fill(log)
    with closing(Log(tmp_path / "home" / "log.sqlite")) as log:
        assert list(log.load("s").events) == events
        assert [(s.session, s.events, s.turns) for s in log.sessions()] == [("s", 6, 1)]
        assert log.recall("k2") == step(2) and log.recall("other") is None
        assert log.check() == []
    for event in events:
        assert EVENTS.validate_json(event.model_dump_json()) == event


def test_nothing_can_be_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "log.sqlite"
    with closing(Log(file)) as log:
        fill(log)
        with pytest.raises(LogConflict):
            log.append("s", 3, Answered(text="other"))
    with closing(sqlite3.connect(file)) as base:
        for statement in ("UPDATE events SET body = ''", "DELETE FROM events"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                base.execute(statement)


def test_two_writers_one_wins(tmp_path: Path) -> None:
    with closing(Log(tmp_path / "log.sqlite")) as one, closing(Log(tmp_path / "log.sqlite")) as two:
        one.append("s", 0, FIRST)
        outcomes: list[str] = []

        def write(log: Log) -> None:
            for number in range(1, 30):
                try:
                    log.append("s", number, step(number))
                    outcomes.append("won")
                except LogConflict:
                    outcomes.append("lost")

        threads = [threading.Thread(target=write, args=(log,)) for log in (one, two)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert outcomes.count("won") == 29 and outcomes.count("lost") == 29
        assert len(one.load("s").events) == 30


CHILD = """
import sys
from pathlib import Path
from pentimento.agent.run import Acted, Call, Opened
from pentimento.agent.store import Log
from pentimento.tools.artifacts import ArtifactStore
from PIL import Image
log = Log(Path(sys.argv[1]))
name = sys.argv[2]
artifacts = ArtifactStore(Path(sys.argv[1]).parent / "artifacts")
log.append(name, 0, Opened(session=name, seed=1, profile="embedded", version="0"))
for number in range(1, 100000):
    call = Call(id=f"c{number}", tool="generate", args={"prompt": "x" * (number * 37 % 900)})
    made = artifacts.put_image(Image.new("RGB", (64, 64), (number % 256, number // 256 % 256, int(name[1:]))), {"number": number})
    log.append(name, number, Acted(step=number, call=call, key=f"{name}{number}", parent=None, outputs=(made,)))
    sys.stdout.write(f"{number}\\n")
    sys.stdout.flush()
"""


def test_kill_9_loses_no_finished_step(tmp_path: Path) -> None:
    chance = random.Random(7)
    file = tmp_path / "log.sqlite"
    for kill in range(4):
        name = f"s{kill}"
        child = subprocess.Popen([sys.executable, "-c", CHILD, str(file), name], stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None
        child.stdout.readline()  # it has begun to write
        time.sleep(chance.uniform(0.0, 0.3))
        child.kill()
        said = [line for line in child.stdout.read().splitlines(keepends=True) if line.endswith("\n")]
        child.stdout.close()
        child.wait()
        finished = 1 + len(said)
        began = time.perf_counter()
        with closing(Log(file)) as log:
            run = log.load(name)
        assert time.perf_counter() - began < 2
        assert len(run.steps) >= finished, "a step that was reported as finished is lost"
        assert [s.step for s in run.steps] == list(range(1, len(run.steps) + 1))
        artifacts = ArtifactStore(tmp_path / "artifacts")
        for made in run.steps:
            artifacts.get_image(made.outputs[0])  # whole, and what was written: no step names a picture that is not there
    with closing(Log(file)) as log:
        assert log.check() == []


def test_full_disk_is_typed_and_the_session_goes_on(tmp_path: Path) -> None:
    with closing(Log(tmp_path / "log.sqlite")) as log:
        events = fill(log)
        pages = log._base.execute("PRAGMA page_count").fetchone()[0]
        log._base.execute(f"PRAGMA max_page_count = {pages}")  # SQLite answers as if the disk were full
        with pytest.raises(LogFull) as caught:
            for number in range(len(events), 200):
                log.append("s", number, step(number, 3000))
        assert "safe" in caught.value.hint and caught.value.answer == "storage"
        written = len(log.load("s").events)
        log._base.execute("PRAGMA max_page_count = 100000")
        log.append("s", written, Answered(text="space is back"))
        assert len(log.load("s").events) == written + 1


def test_damage_is_noticed_and_named(tmp_path: Path) -> None:
    file = tmp_path / "log.sqlite"
    with closing(Log(file)) as log:
        fill(log)
    with closing(sqlite3.connect(file)) as base:
        base.execute("DROP TRIGGER append_only_update")
        base.execute("UPDATE events SET body = replace(body, 'generate', 'genexate') WHERE number = 3")
        base.commit()
    with closing(Log(file)) as log:
        with pytest.raises(LogDamaged, match="event 3 of session s"):
            log.load("s")
        assert len(log.load("s", salvage=True).events) == 3
        assert log.check() == ["event 3 of session s is not what was written"]
    assert salvage(file, tmp_path / "saved.sqlite") == 3
    with closing(Log(tmp_path / "saved.sqlite")) as log:
        assert log.check() == []


def test_bytes_flipped_anywhere_never_pass_for_good(tmp_path: Path) -> None:
    file = tmp_path / "log.sqlite"
    with closing(Log(file)) as log:
        events = fill(log, 40)
        log._base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    good, chance = file.read_bytes(), random.Random(3)
    for attempt in range(60):
        bad = bytearray(good)
        bad[chance.randrange(len(bad))] ^= 1 << chance.randrange(8)
        copy = tmp_path / f"bad{attempt}.sqlite"
        copy.write_bytes(bad)
        try:
            with closing(Log(copy)) as log:
                assert list(log.load("s").events) == events  # the byte was one that means nothing
        except LogError:
            pass  # typed: that is the promise


def test_other_faults_are_typed(tmp_path: Path) -> None:
    (tmp_path / "text.sqlite").write_text("this is no database, and long enough to be looked at" * 50)
    with pytest.raises(LogDamaged):
        Log(tmp_path / "text.sqlite")
    with pytest.raises(LogReadOnly):
        Log(tmp_path / "text.sqlite" / "below" / "log.sqlite")
    with closing(Log(tmp_path / "log.sqlite")) as log, pytest.raises(NoSuchSession):
        log.load("nobody")
    with closing(sqlite3.connect(tmp_path / "log.sqlite")) as base:
        base.execute("PRAGMA user_version = 99")
    with pytest.raises(LogNewer):
        Log(tmp_path / "log.sqlite")
