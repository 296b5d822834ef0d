"""The log: one append-only SQLite file that holds every event of every session.

Together with the artifact folder it is the only truth. An artifact is written and synced before the event that names it, and an event
is committed (WAL, synchronous FULL) before anything else happens; so after `kill -9` or a power cut every finished step is there, and
no event names a picture that is not. Each event carries the SHA-256 of itself and of the one before it, so damage is noticed and named.
Keep the file on a local disk: SQLite's locks do not work on network shares.
"""

import hashlib
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from .errors import LogConflict, LogDamaged, LogError, LogFull, LogNewer, LogReadOnly, NoSuchSession
from .run import EVENTS, Acted, Asked, Event, Opened, Run

VERSION = 1  # of the tables; a later release that changes them counts on
SCHEMA = """
CREATE TABLE events (
    session TEXT NOT NULL,
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    key TEXT,
    body TEXT NOT NULL,
    digest TEXT NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (session, number)
) WITHOUT ROWID;
CREATE INDEX events_by_key ON events (key) WHERE key IS NOT NULL;
CREATE TRIGGER append_only_update BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER append_only_delete BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
"""


@dataclass(frozen=True)
class Listed:
    """A session as a list shows it. `at` is when its last event was written, in seconds since 1970."""

    session: str
    events: int
    turns: int
    at: float


class Log:
    """The events of all sessions in one file.

    Args:
        file: the SQLite file; made, with its folder, if it is not there.

    Raises:
        LogError: in one of its kinds, from every method.
    """

    def __init__(self, file: Path) -> None:
        """Opens the file; see the class."""
        self.file = file
        self._sound = False
        with _typed(file):
            file.parent.mkdir(parents=True, exist_ok=True)
            self._base = sqlite3.connect(file, timeout=10, isolation_level=None, check_same_thread=False)
            self._base.execute("PRAGMA journal_mode = WAL")
            self._base.execute("PRAGMA synchronous = FULL")
            version = self._base.execute("PRAGMA user_version").fetchone()[0]
            if version == 0:
                self._create()
            elif version > VERSION:
                raise LogNewer(f"{file} is of version {version}; this release reads up to {VERSION}")

    def _create(self) -> None:
        self._base.execute("BEGIN IMMEDIATE")
        try:
            if self._base.execute("PRAGMA user_version").fetchone()[0] == 0:  # another process may have been faster
                for statement in _statements(SCHEMA):
                    self._base.execute(statement)
                self._base.execute(f"PRAGMA user_version = {VERSION}")
            self._base.execute("COMMIT")
        except BaseException:
            self._base.execute("ROLLBACK")
            raise

    def close(self) -> None:
        """Closes the file; what was appended is on the disk already."""
        self._base.close()

    def append(self, session: str, number: int, event: Event) -> None:
        """Writes one event and waits until it is on the disk.

        Args:
            session: whose event it is.
            number: how many events the session had before.
            event: what happened.

        Raises:
            LogConflict: the session already has an event of that number.
            LogFull: the disk is full; nothing was written.
        """
        body = event.model_dump_json()
        key = event.key if isinstance(event, Acted) else None
        with _typed(self.file):
            self._base.execute("BEGIN IMMEDIATE")
            try:
                before = self._base.execute("SELECT count(*) FROM events WHERE session = ?", (session,)).fetchone()[0]
                if before != number:
                    raise LogConflict(f"session {session} has {before} events, not {number}: somebody else went on with it")
                digest = _digest(self._last_digest(session), body)
                row = (session, number, event.kind, key, body, digest, time.time())
                self._base.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)", row)
                self._base.execute("COMMIT")
            except BaseException:
                if self._base.in_transaction:
                    self._base.execute("ROLLBACK")
                raise

    def _last_digest(self, session: str) -> str:
        query = "SELECT digest FROM events WHERE session = ? ORDER BY number DESC LIMIT 1"
        row = self._base.execute(query, (session,)).fetchone()
        return row[0] if row else session

    def load(self, session: str, *, salvage: bool = False) -> Run:
        """Reads a session.

        Args:
            session: its name.
            salvage: give the good events before a damaged one instead of raising.

        Raises:
            NoSuchSession: the log has none of that name.
            LogDamaged: an event is not what was written; the message names it.
        """
        with _typed(self.file):
            if not self._sound and not salvage:
                # The chain of digests cannot see that its end is missing; SQLite's own structure can.
                said = self._base.execute("PRAGMA integrity_check(1)").fetchone()[0]
                if said != "ok":
                    raise LogDamaged(f"{self.file} is damaged: {said}")
                self._sound = True
            query = "SELECT number, body, digest FROM events WHERE session = ? ORDER BY number"
            rows = self._base.execute(query, (session,)).fetchall()
        if not rows:
            raise NoSuchSession(f"no session is called {session!r}")
        events: list[Event] = []
        digest = session
        for place, (number, body, written) in enumerate(rows):
            digest = _digest(digest, body)
            damage = "is not what was written" if digest != written else "is missing" if number != place else None
            if damage is None:
                try:
                    events.append(EVENTS.validate_json(body))
                    continue
                except ValidationError:
                    damage = "cannot be read"
            if salvage and events:
                break
            raise LogDamaged(f"event {place} of session {session} {damage}")
        if not isinstance(events[0], Opened):
            raise LogDamaged(f"session {session} does not begin with its opening")
        return Run(events=tuple(events))

    def sessions(self) -> tuple[Listed, ...]:
        """All sessions, the one that went on last first."""
        query = f"""SELECT session, count(*), sum(kind = '{Asked.model_fields["kind"].default}'), max(at)
                    FROM events GROUP BY session ORDER BY max(at) DESC"""
        with _typed(self.file):
            return tuple(Listed(*row) for row in self._base.execute(query))

    def recall(self, key: str) -> Acted | None:
        """A step of any session that had the same tool, arguments and models; None if there is none."""
        with _typed(self.file):
            row = self._base.execute("SELECT body FROM events WHERE key = ? LIMIT 1", (key,)).fetchone()
        return None if row is None else Acted.model_validate_json(row[0])

    def check(self) -> list[str]:
        """Looks for damage; gives what was found in plain words, nothing if all is well."""
        with _typed(self.file):
            found = [str(r[0]) for r in self._base.execute("PRAGMA integrity_check") if r[0] != "ok"]
        for listed in self.sessions():
            try:
                self.load(listed.session)
            except LogDamaged as error:
                found.append(str(error))
        return found


def _digest(before: str, body: str) -> str:
    return hashlib.sha256(f"{before}\n{body}".encode()).hexdigest()


def _statements(text: str) -> Iterator[str]:
    """Splits SQL where sqlite says a statement is complete: triggers hold semicolons of their own."""
    statement = ""
    for line in text.splitlines():
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


@contextmanager
def _typed(file: Path) -> Iterator[None]:
    """Turns what SQLite and the system say into errors of ours."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorname", "") or ""
        if code.startswith("SQLITE_FULL"):
            raise LogFull(f"there is no room left to write {file}") from error
        if code.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
            raise LogReadOnly(f"{file} cannot be opened for writing") from error
        if code.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_IOERR")):
            raise LogDamaged(f"{file} is damaged ({code})") from error
        if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            raise LogConflict(f"another process has held {file} for ten seconds") from error
        if code.startswith("SQLITE_CONSTRAINT"):
            raise LogConflict(f"{file} already holds this event") from error
        raise LogError(f"{file}: {code or error}") from error
    except OSError as error:
        import errno

        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise LogFull(f"there is no room left to write {file}") from error
        raise LogReadOnly(f"{file} cannot be opened: {error.strerror}") from error


def salvage(file: Path, into: Path) -> int:
    """Copies every good event of a damaged log into a new one; gives how many.

    Raises:
        LogError: the damaged file cannot be read at all, or the new one cannot be written.
    """
    copied = 0
    with closing(Log(file)) as old, closing(Log(into)) as new:
        for listed in old.sessions():
            try:
                run = old.load(listed.session, salvage=True)
            except LogDamaged:
                continue  # not even its opening is good
            for number, event in enumerate(run.events):
                new.append(listed.session, number, event)
                copied += 1
    return copied
