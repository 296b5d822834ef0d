"""What a tool answers when it cannot do what was asked.

    ToolError
    ├── BadArguments        fix_arguments   a field is missing, unknown or wrong; `field` names it
    │   ├── BoxOutside        a box leaves the frame, is empty, or is not made of numbers
    │   └── EmptyPrompt       there are no words
    ├── UnknownHandle       fix_arguments   no such picture, mask or control map
    ├── UnknownTool         choose_another  no tool of that name
    ├── RegionEmpty         choose_another  no pixel of the region is set
    ├── NothingFound        choose_another  the thing is not in the picture
    ├── NoRoom              choose_another  there is no free place for it
    ├── CannotCombine       choose_another  these settings, or these pictures, do not work together
    ├── RegionsTouch        choose_another  two edits reach into each other
    ├── UnknownWords        ask_user        words that the embedded world does not have
    ├── UnknownConcept      ask_user        a concept that was never learned
    ├── NotUnderstood       ask_user        an instruction that is no known kind of edit
    ├── BadPicture          ask_user        a file that is no picture we read
    │   └── TooLarge          more bytes or pixels than we open
    ├── Unavailable         unavailable     something outside the request is missing
    │   ├── NeedsModel        weights that are not here; `id` names them
    │   ├── NoMemory          the device has no room
    │   └── NotHere           this profile cannot do that
    ├── Stopped             cancelled       the user asked to stop
    └── StoreError          storage         a file could not be written or read
        ├── StoreFull         the disk is full
        ├── StoreReadOnly     the folder may not be written
        └── StoreDamaged      what is there is not what was written

Exceptions of pydantic, the engine and the operating system become these in one place: `tool.call`.
"""

import errno
from collections.abc import Sequence
from typing import ClassVar, Literal

Kind = Literal["fix_arguments", "choose_another", "ask_user", "unavailable", "cancelled", "storage"]


class ToolError(Exception):
    """A tool could not do what was asked; nothing was changed.

    Attributes:
        code: a short name that programs compare.
        message: what was wrong, with which value.
        hint: what to do.
        kind: which kind of answer helps.
    """

    code: ClassVar[str] = "tool"
    kind: ClassVar[Kind] = "choose_another"
    hint: str = ""

    def __init__(self, message: str, hint: str | None = None) -> None:
        """Says what was wrong and, if it differs from the class's advice, what to do."""
        super().__init__(message)
        self.message = message
        if hint is not None:
            self.hint = hint


class BadArguments(ToolError):
    """A field is missing, unknown or wrong.

    Attributes:
        field: which one; "" is the call as a whole.
    """

    code = "bad_arguments"
    kind = "fix_arguments"
    hint = "mend the field that is named and call again"

    def __init__(self, message: str, hint: str | None = None, *, field: str = "") -> None:
        """Names the field beside the message."""
        super().__init__(message, hint)
        self.field = field


class BoxOutside(BadArguments):
    """A box leaves the frame, is empty, or is not made of numbers."""

    code = "box_outside"
    hint = "boxes are [left, top, right, bottom] as fractions of the picture, 0 <= left < right <= 1 and 0 <= top < bottom <= 1"


class EmptyPrompt(BadArguments):
    """There are no words."""

    code = "empty_prompt"
    hint = 'say what the picture should show, for example "a red car and a dog"'


class UnknownHandle(ToolError):
    """No such picture, mask or control map."""

    code = "unknown_handle"
    kind = "fix_arguments"
    hint = "use a handle that an earlier result gave; handles are never made up"


class UnknownTool(ToolError):
    """No tool has that name."""

    code = "unknown_tool"

    def __init__(self, name: str, known: Sequence[str]) -> None:
        """Names what was asked for and what there is."""
        super().__init__(f"there is no tool {name[:60]!r}", f"the tools are {', '.join(known)}")


class RegionEmpty(ToolError):
    """No pixel of the region is set."""

    code = "region_empty"
    hint = "segment again, or widen the box"


class NothingFound(ToolError):
    """The thing is not in the picture."""

    code = "nothing_found"
    hint = "`look` says what is there; give a box, or name something else"


class NoRoom(ToolError):
    """There is no free place for a thing."""

    code = "no_room"
    hint = "remove or shrink something first, or paint the picture anew"


class CannotCombine(ToolError):
    """These settings do not work together."""

    code = "cannot_combine"
    hint = "leave the technique to `auto`"


class RegionsTouch(ToolError):
    """Two edits overlap or border on each other, so one picture cannot have both as they are."""

    code = "regions_touch"
    hint = "make one of the changes again on the other picture"


class UnknownWords(ToolError):
    """Words that the embedded world does not have.

    Attributes:
        words: those words.
        known: what there is instead.
    """

    code = "unknown_words"
    kind = "ask_user"

    def __init__(self, words: Sequence[str], known: Sequence[str]) -> None:
        """Lists both."""
        strange = ", ".join(f'"{word}"' for word in words)
        super().__init__(f"the embedded world does not know {strange}", f"it knows {', '.join(known)}")
        self.words = tuple(words)
        self.known = tuple(known)


class UnknownConcept(ToolError):
    """A concept that was never learned."""

    code = "unknown_concept"
    kind = "ask_user"
    hint = "learn it first with `customize`"


class NotUnderstood(ToolError):
    """An instruction that is no known kind of edit."""

    code = "not_understood"
    kind = "ask_user"
    hint = (
        'say it like "replace the dog with a cat", "make the car blue", "remove the tree", "add a balloon above the car", '
        '"move the dog to the left" or "change the background to snow"'
    )


class BadPicture(ToolError):
    """A file that is no picture we read."""

    code = "bad_picture"
    kind = "ask_user"
    hint = "give a PNG, JPEG or WebP file that opens elsewhere"


class TooLarge(BadPicture):
    """More bytes or pixels than we open."""

    code = "too_large"
    hint = "make the picture smaller and give it again"


class Unavailable(ToolError):
    """Something outside the request is missing."""

    code = "unavailable"
    kind = "unavailable"


class NeedsModel(Unavailable):
    """Weights that are not here.

    Attributes:
        id: the hub id, or the part of the package.
    """

    code = "needs_model"

    def __init__(self, id: str, why: str = "") -> None:
        """Names the weights and how to get them."""
        reason = f": {why}" if why else ""
        how = f"`huggingface-cli download {id}`, or name a local folder" if "/" in id else "run `make train`, or install the package again"
        super().__init__(f"the weights of {id!r} are not here{reason}", f"{how}; the embedded profile needs no download")
        self.id = id


class NoMemory(Unavailable):
    """The device has no room for this."""

    code = "no_memory"
    hint = "close other programs, or paint a smaller picture"


class NotHere(Unavailable):
    """This profile cannot do that."""

    code = "not_here"
    hint = "choose another way, or another profile"


class Stopped(ToolError):
    """The user asked to stop."""

    code = "cancelled"
    kind = "cancelled"
    hint = "nothing was changed"


class StoreError(ToolError):
    """A file could not be written or read."""

    code = "store"
    kind = "storage"
    hint = "check the folder and its disk; what was stored before is safe"


class StoreFull(StoreError):
    """The disk is full."""

    code = "store_full"
    hint = "free some space and ask again; what was stored before is safe"


class StoreReadOnly(StoreError):
    """The folder may not be written."""

    code = "store_read_only"
    hint = "check the folder's permissions, or choose another with --home"


class StoreDamaged(StoreError):
    """What is there is not what was written."""

    code = "store_damaged"
    hint = "go back to another picture; this one has to be painted again"


def storage_error(error: OSError, what: str) -> StoreError:
    """Gives the typed error for a fault of the file system."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StoreFull(f"the disk is full: {what} was not stored")
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return StoreReadOnly(f"the folder may not be written: {what} was not stored")
    return StoreError(f"{what} could not be stored or read: {error.strerror or type(error).__name__}")
