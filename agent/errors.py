"""What can go wrong in a session beside the tools and the chat model.

AgentError
├── SessionError       the request does not fit the session
│   ├── NothingToUndo    the canvas is empty
│   ├── NothingToRedo    nothing was undone
│   ├── NoSuchPicture    no picture of that number or name
│   ├── CannotMerge      two pictures that are no two edits of one
│   └── MissingResult    a call names a result that is not there
├── LogError           the log cannot be written or read
│   ├── LogFull          the disk is full
│   ├── LogReadOnly      the log may not be written
│   ├── LogDamaged       what is there is not what was written
│   ├── LogConflict      somebody else went on with this session
│   ├── LogNewer         a later release wrote it
│   └── NoSuchSession    no session of that name
└── ScriptError        a script cannot be read or run
"""


class AgentError(Exception):
    """Something about the session is wrong; the session itself stays as it was.

    Attributes:
        code: a short name that programs compare.
        hint: what the user can do.
        answer: the kind of answer that helps (see `run.Failed`).
    """

    code = "agent"
    hint = ""
    answer = "ask_user"

    def __init__(self, message: str, hint: str | None = None) -> None:
        """Says what was wrong and, if it differs from the class's advice, what to do."""
        super().__init__(message)
        if hint is not None:
            self.hint = hint


class SessionError(AgentError):
    """The request does not fit the session."""


class NothingToUndo(SessionError):
    """The canvas is empty."""

    code = "nothing_to_undo"
    hint = "ask for a picture first"


class NothingToRedo(SessionError):
    """Nothing was undone since the last new picture."""

    code = "nothing_to_redo"
    hint = "`history` lists the pictures; `go 2` makes the second one current"


class NoSuchPicture(SessionError):
    """No picture has that number or name."""

    code = "no_such_picture"
    hint = "`history` lists the pictures"


class CannotMerge(SessionError):
    """Two pictures are no two edits of one picture."""

    code = "cannot_merge"
    hint = "`history` shows which picture was made from which; two that were edited from the same one can be merged"
    answer = "choose_another"


class MissingResult(SessionError):
    """A call names a result that is not there."""

    code = "missing_result"
    hint = "the step it builds on failed or found nothing"
    answer = "choose_another"


class LogError(AgentError):
    """The session's log cannot be written or read."""

    answer = "storage"


class LogFull(LogError):
    """The disk is full."""

    code = "log_full"
    hint = "free some space and repeat the request; everything up to the step before is safe"


class LogReadOnly(LogError):
    """The log may not be written."""

    code = "log_read_only"
    hint = "check the folder's permissions, or choose another with --home"


class LogDamaged(LogError):
    """What is in the log is not what was written."""

    code = "log_damaged"
    hint = "open it with salvage=True (`pentimento chat --salvage`): everything before the damaged event is still good"


class LogConflict(LogError):
    """Another process went on with this session."""

    code = "log_conflict"
    hint = "open the session again to see what the other one did"


class LogNewer(LogError):
    """A later release of this program wrote the log."""

    code = "log_newer"
    hint = "update pentimento"


class NoSuchSession(LogError):
    """No session has that name."""

    code = "no_such_session"
    hint = "`pentimento show` lists the sessions"


class ScriptError(AgentError):
    """A script cannot be read or run."""

    code = "script"
    hint = "export it again, or mend the line that is named"
