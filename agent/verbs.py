"""What a planner can do to the session itself, beside using tools: go back, go on, name a picture, export."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from . import graph
from .errors import SessionError
from .run import Acted, Call, Moved, Run


class Verb(BaseModel):
    """Arguments of a session verb; unknown fields are an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Undo(Verb):
    """Go one picture back."""


class Redo(Verb):
    """Bring back the picture that was undone last."""


class GoTo(Verb):
    """Make an earlier picture current again; later edits start from it, and nothing is lost."""

    picture: Annotated[int | str, Field(description="The picture's number as the user counts (1 is the first, -1 the last), or its name.")]


class NamePicture(Verb):
    """Give the current picture a name, so that one can go back to it."""

    name: Annotated[str, Field(min_length=1, max_length=60, description="The name.")]


class Keep(Verb):
    """Make a picture current that the critic had turned down, because the user wants it all the same."""

    step: Annotated[int, Field(ge=1, description="The number of the step that made the picture.")]


class Forget(Verb):
    """Take a learned concept out of the library; pictures that show it stay."""

    concept: Annotated[str, Field(min_length=1, max_length=60, description="The concept's name.")]


@dataclass(frozen=True)
class Exported:
    """Files of a session: its script, and the current picture; None on the empty canvas."""

    script: Path
    picture: Path | None


class Export(Verb):
    """Write the session as a script that repeats it without a language model."""


VERBS: dict[str, type[Verb]] = {
    "undo": Undo,
    "redo": Redo,
    "go_to": GoTo,
    "name_picture": NamePicture,
    "keep": Keep,
    "forget": Forget,
    "export": Export,
}
# Writing a file outside the store, and unlearning, are the user's to ask for, so a language model is not offered them.
OFFERED = ("undo", "redo", "go_to", "name_picture")


class BadVerb(SessionError):
    """The arguments of a session verb do not fit."""

    code = "bad_arguments"
    answer = "fix_arguments"


def schemas() -> list[dict[str, Any]]:
    """Function schemas of the verbs that a language model may use."""
    made = []
    for name in OFFERED:
        schema = VERBS[name].model_json_schema()
        schema.pop("title", None)
        made.append({"name": name, "description": schema.pop("description"), "parameters": schema})
    return made


def perform(
    call: Call, run: Run, export: Callable[[Run], Exported] | None, forget: Callable[[str], str] | None = None
) -> Acted | Moved:
    """Does a session verb.

    Raises:
        SessionError: it does not fit the session, or its arguments are wrong.
    """
    try:
        args = VERBS[call.tool].model_validate(call.args)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(p) for p in first["loc"]) or "arguments"
        raise BadVerb(f"{call.tool}: {where}: {first['msg']}", f"arguments of {call.tool}: {sorted(VERBS[call.tool].model_fields)}") from None
    match args:
        case Undo():
            return graph.undo(run, call.id)
        case Redo():
            return graph.redo(run, call.id)
        case GoTo(picture=picture):
            return graph.go(run, picture, call.id)
        case NamePicture(name=name):
            return graph.name(run, name, call.id)
        case Keep(step=step):
            return graph.keep(run, step, call.id)
        case Forget(concept=concept):
            if forget is None:
                raise BadVerb("there is no library of concepts here", "use the session that the concept belongs to")
            where = forget(concept)
            result, said = {"forgotten": concept}, f"I have forgotten {concept}; its file is kept as {where}."
        case _:
            if export is None:
                raise BadVerb("this session cannot be exported from here", "use `pentimento export`")
            files = export(run)
            picture = f"The picture is the file {files.picture}. " if files.picture is not None else ""
            result, said = {"script": str(files.script)}, f"{picture}The whole session is written as {files.script}; `pentimento run` repeats it."
    made = Call(id=call.id, tool=call.tool, args=args.model_dump())
    return Acted(step=len(run.steps) + 1, call=made, key="", parent=graph.place(run).head, result=result, said=said)
