"""A run: what was asked, decided, done and judged, as a tuple of events that only grows.

Everything else (the turn, the head, the pictures, the edit graph, the messages a model sees) is computed from the events, so any
prefix of a run is a run, and a run read back from disk is the run that was written.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from ..tools.checks import Check, Verdict

VERSION = "0.1.0"  # of what writes runs; kept in each session's first event
IMPORT = "import_picture"  # the tool of a step that takes in a picture of the user's


class Value(BaseModel):
    """A frozen record; unknown fields are an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Call(Value):
    """A tool call as it was decided.

    Attributes:
        id: unique in its turn. A later call names this one's result: "$id.image", "$id.found.0.mask".
        tool: a name of the catalogue, or a verb of the session (`verbs.py`).
        args: the arguments, not yet checked; None where the planner wrote something that is not an object.
        raw: what the planner wrote there, kept only when `args` is None.
    """

    id: str
    tool: str
    args: dict[str, Any] | None = Field(default_factory=dict)
    raw: str = ""


class Remedy(Value):
    """A repair that was chosen.

    Attributes:
        operation: what is to change: add, remove, count, move, resize, recolour, background, again, technique, redo.
        way: how, one of the operation's ways in their order of preference.
        targets: ids of the checks it is meant to mend.
        whole: it paints the whole picture again, so nothing outside a region is promised to stay.
        start: the picture it starts from, None where it paints from nothing.
    """

    operation: str
    way: str
    targets: tuple[str, ...]
    whole: bool = False
    start: str | None = None


class Opened(Value):
    """A session began."""

    kind: Literal["opened"] = "opened"
    session: str
    seed: int
    profile: str
    version: str


class Asked(Value):
    """The user said something. `pictures` are handles of the pictures that came with it, and of masks drawn for them ("mask:…")."""

    kind: Literal["asked"] = "asked"
    text: str
    pictures: tuple[str, ...] = ()


class Promised(Value):
    """What the picture must show when this turn is done: the ledger.

    Attributes:
        wanted: the wanted scene after the request (`tools.wording.Wanted` as data), None where the request could not be read as one.
        checks: what will be looked at.
        source: who made the checks: "grammar", "model", "look" (what a picture of the user's seemed to show), or "nobody".
        tokens: tokens that making them cost.
    """

    kind: Literal["promised"] = "promised"
    wanted: dict[str, Any] | None = None
    checks: tuple[Check, ...] = ()
    source: str = "grammar"
    tokens: int = 0


class Decided(Value):
    """The planner or the repair program chose what to do next; no calls means that it is done.

    Attributes:
        by: "planner" or "repair".
        calls: what to do, in order.
        text: the planner's words for the user.
        remedy: the repair, where `by` is "repair".
        mend: the picture that is current is held to its promise and repaired, as if it had just been painted.
        tokens: tokens that the decision cost.
    """

    kind: Literal["decided"] = "decided"
    by: Literal["planner", "repair"] = "planner"
    calls: tuple[Call, ...] = ()
    text: str = ""
    remedy: Remedy | None = None
    mend: bool = False
    tokens: int = 0


class Acted(Value):
    """A tool did its work: a node of the edit graph.

    Attributes:
        step: the node's number, counting from 1 in the session.
        call: the call with every argument in place, the seed included.
        key: names tool, arguments and models; equal keys have equal results.
        parent: the step whose picture was current when this one was made.
        inputs: handles among the arguments.
        outputs: handles in the result.
        result: the tool's result as data.
        said: the result in one sentence.
        fingerprint: which weights worked.
        engine_calls: how many samples went through the U-Net.
        seconds: how long it took.
        reused: the step whose result was taken instead of computing, if any.
    """

    kind: Literal["acted"] = "acted"
    step: int
    call: Call
    key: str
    parent: int | None
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    result: dict[str, Any] = Field(default_factory=dict)
    said: str = ""
    fingerprint: str = ""
    engine_calls: int = 0
    seconds: float = 0.0
    reused: int | None = None

    @property
    def image(self) -> str | None:
        """The picture this step made, if it made one."""
        found = self.result.get("image")
        return found if isinstance(found, str) else None


class Failed(Value):
    """A call, or the planner itself (`call` is None), could not do its work; nothing was changed.

    Attributes:
        code: a short name that programs compare.
        message: what was wrong.
        hint: what to do.
        answer: what kind of answer helps: fix_arguments, choose_another, ask_user, unavailable, cancelled, storage.
    """

    kind: Literal["failed"] = "failed"
    call: Call | None
    code: str
    message: str
    hint: str = ""
    answer: str = "choose_another"


class Judged(Value):
    """A picture was held against the ledger.

    Attributes:
        step: the step that made the picture.
        image: the picture.
        verdicts: one for each check.
        accepted: whether it is now the best picture of the turn.
        why: the reason, in words.
        cause: the same for programs: "harm" (something outside the edit changed), "broke" (checks that held do not any more), "unmended"
            (none of the checks that a repair was for is better), "no_better"; empty where the picture was accepted or is the mark.
        about: ids of the checks of which the cause speaks.
        tokens: tokens that looking cost.
    """

    kind: Literal["judged"] = "judged"
    step: int
    image: str
    verdicts: tuple[Verdict, ...] = ()
    accepted: bool
    why: str = ""
    cause: Literal["", "harm", "broke", "unmended", "no_better"] = ""
    about: tuple[str, ...] = ()
    tokens: int = 0


class Moved(Value):
    """Another picture became the current one, or the current one got a name.

    Attributes:
        head: the step whose picture is current; None is the empty canvas.
        why: kept (a turn's best picture), undo, redo, go, name.
        name: the branch's name, for `why="name"`.
        call: the call that asked for it, if a planner did.
    """

    kind: Literal["moved"] = "moved"
    head: int | None
    why: Literal["kept", "undo", "redo", "go", "name"]
    name: str | None = None
    call: str | None = None


class Answered(Value):
    """The words the user gets at the end of a turn."""

    kind: Literal["answered"] = "answered"
    text: str


class Stopped(Value):
    """A turn is over.

    Attributes:
        reason: satisfied (every check passes), answered (no picture was made), unsure, no_gain, no_remedy, as_before, rounds, calls, seconds,
            tokens (a budget is spent), unjudged (no eyes), cancelled, failed, interrupted.
    """

    kind: Literal["stopped"] = "stopped"
    reason: str


Event = Annotated[
    Opened | Asked | Promised | Decided | Acted | Failed | Judged | Moved | Answered | Stopped, Field(discriminator="kind")
]
EVENTS: TypeAdapter[Event] = TypeAdapter(Event)


class Run(Value):
    """A session's events, and what follows from them."""

    events: tuple[Event, ...]

    def plus(self, event: Event) -> "Run":
        """The run with one event more; this one stays as it is."""
        # The old events are valid already: checking thousands of them again at every step would be quadratic.
        return Run.model_construct(events=(*self.events, event))

    @property
    def opened(self) -> Opened:
        """The first event."""
        first = self.events[0]
        assert isinstance(first, Opened)
        return first

    @property
    def turn(self) -> tuple[Event, ...]:
        """The events since the user last said something; empty before that."""
        for place in range(len(self.events) - 1, -1, -1):
            if isinstance(self.events[place], Asked):
                return self.events[place:]
        return ()

    @property
    def before_turn(self) -> "Run":
        """The run as it was when the user last said something."""
        return Run.model_construct(events=self.events[: len(self.events) - len(self.turn)])

    @property
    def turns(self) -> int:
        """How often the user said something."""
        return sum(isinstance(e, Asked) for e in self.events)

    @property
    def done(self) -> bool:
        """Whether nothing is left to do until the user speaks again."""
        turn = self.turn
        return not turn or any(isinstance(e, Stopped) for e in turn)

    @property
    def steps(self) -> tuple[Acted, ...]:
        """Everything that was done, in order."""
        return tuple(e for e in self.events if isinstance(e, Acted))

    def step(self, number: int) -> Acted:
        """The step of that number (they count from 1)."""
        return self.steps[number - 1]


def handles(value: Any) -> tuple[str, ...]:
    """All artifact handles inside a piece of data, in order, each once."""
    found: dict[str, None] = {}

    def walk(part: Any) -> None:
        if isinstance(part, str):
            kind, colon, digest = part.partition(":")
            if colon and kind in ("image", "mask", "control") and len(digest) == 16 and not digest.strip("0123456789abcdef"):
                found[part] = None
        elif isinstance(part, dict):
            for inner in part.values():
                walk(inner)
        elif isinstance(part, list | tuple):
            for inner in part:
                walk(inner)

    walk(value)
    return tuple(found)
