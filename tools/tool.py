"""What a tool is: typed arguments in, a typed result out, one definition for every surface.

A tool is a function of its arguments and the studio's services. `call` is the door through which every surface goes, and the one
place where exceptions of pydantic, the engine and the operating system become typed answers.
"""

import inspect
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from . import errors

if TYPE_CHECKING:
    from .studio import Studio


class Args(BaseModel):
    """Arguments of a tool: frozen; unknown fields are an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False, str_max_length=8000)


class Result(BaseModel):
    """Result of a tool: fields for programs, one sentence for a reader."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    @property
    def sentence(self) -> str:
        """The result for a reader."""
        return "Done."


A = TypeVar("A", bound=Args)
R = TypeVar("R", bound=Result)


@dataclass(frozen=True)
class Capability:
    """What a planner should know about a tool.

    Attributes:
        does: what it does.
        needs: what must be there before.
        when: when it is the better choice.
    """

    does: str
    needs: str
    when: str

    def __str__(self) -> str:
        """All three as one paragraph."""
        return " ".join(part for part in (self.does, f"Needs {self.needs}." if self.needs else "", self.when) if part)


@dataclass(frozen=True)
class Tool(Generic[A, R]):
    """One operation that a planner can call.

    Attributes:
        name: a verb.
        args_model: what it takes.
        result_model: what it gives.
        capability: what a planner should know.
        function: does it.
        uses: which weights its result depends on: painter, inpaint, detector, segmenter, scorer, upscaler, language.
        besides: weights that it uses only where an argument has a certain value, or one of a certain name is given: by that word.
    """

    name: str
    args_model: type[A]
    result_model: type[R]
    capability: Capability
    function: Callable[[A, "Studio"], R]
    uses: tuple[str, ...] = ()
    besides: Mapping[str, str] = field(default_factory=dict)

    def used(self, args: Any) -> tuple[str, ...]:
        """Which weights the result of a call depends on.

        Args:
            args: of the call, checked or not.
        """
        given = args.model_dump() if isinstance(args, BaseModel) else args if isinstance(args, Mapping) else {}
        words = {word for name, value in given.items() if value is not None for word in (name, value) if isinstance(word, str)}
        return (*self.uses, *(part for word, part in self.besides.items() if word in words))

    def run(self, args: A, studio: "Studio") -> R:
        """Does the work; arguments are valid already."""
        return self.function(args, studio)

    __call__ = run

    def schema(self) -> dict[str, Any]:
        """The function schema a language model sees: name, description, parameters."""
        return {"name": self.name, "description": str(self.capability), "parameters": deepcopy(_parameters(self.args_model))}


@lru_cache(maxsize=64)
def _parameters(args_model: type[Args]) -> dict[str, Any]:
    parameters = args_model.model_json_schema()
    return {key: value for key, value in parameters.items() if key not in ("title", "description")}


CATALOGUE: dict[str, Tool[Any, Any]] = {}
"""Every tool by name, filled by `@tool`."""


def tool(
    *, needs: str = "", when: str = "", uses: tuple[str, ...] = (), besides: Mapping[str, str] | None = None
) -> Callable[[Callable[[A, "Studio"], R]], Tool[A, R]]:
    """Makes a tool of a function `(args, studio) -> result` and puts it into the catalogue.

    The function's name is the tool's; the first paragraph of its docstring says what it does.

    Args:
        needs: what must be there before.
        when: when it is the better choice.
        uses: which weights its result depends on.
        besides: on which others, where an argument has such a value or name.
    """

    def made(function: Callable[[A, "Studio"], R]) -> Tool[A, R]:
        signature = inspect.signature(function)
        args_model = next(iter(signature.parameters.values())).annotation
        does = " ".join((inspect.getdoc(function) or "").split("\n\n")[0].split())
        capability = Capability(does, needs, when)
        new: Tool[A, R] = Tool(function.__name__, args_model, signature.return_annotation, capability, function, uses, besides or {})
        CATALOGUE[new.name] = new
        return new

    return made


def call(name: str, raw_args: Any, studio: "Studio") -> Result:
    """Uses a tool by name with arguments that nobody checked yet.

    Args:
        name: of the tool.
        raw_args: a mapping, or the tool's own arguments.
        studio: services.

    Raises:
        ToolError: whatever goes wrong that is not a fault of this program.
    """
    if name not in CATALOGUE:
        raise errors.UnknownTool(str(name), tuple(CATALOGUE))
    chosen = CATALOGUE[name]
    answer: errors.ToolError
    try:
        args = raw_args if isinstance(raw_args, chosen.args_model) else chosen.args_model.model_validate(_mapping(raw_args, name))
        result: Result = chosen.run(args, studio)
        return result
    except errors.ToolError:
        raise
    except Exception as error:
        typed = translated(error, name)
        if typed is None:
            raise
        answer = typed
    # Outside the handler: a traceback keeps the tensors of the failed run alive, and with them the memory.
    raise answer


def _mapping(raw: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(raw, Mapping):
        raise errors.BadArguments(f"the arguments of {name} must be an object, got {type(raw).__name__}")
    return raw


class _Names:
    """Names of exceptions of libraries that are not imported here."""

    memory: ClassVar[frozenset[str]] = frozenset({"OutOfMemory", "OutOfMemoryError", "MemoryError"})
    missing: ClassVar[frozenset[str]] = frozenset({"ModelNotFound", "ModelMissing", "UnsafeWeights", "UnsupportedModel"})


def translated(error: Exception, name: str) -> errors.ToolError | None:
    """The typed answer for an exception, or None where it is a fault of this program."""
    from ..engine import errors as engine
    from ..engine.language.errors import LanguageError

    kind, said = type(error).__name__, str(error)
    if isinstance(error, ValidationError):
        return invalid(error, name)
    if isinstance(error, engine.Cancelled):
        return errors.Stopped("stopped on request")
    if kind in _Names.memory or isinstance(error, MemoryError):
        return errors.NoMemory(f"there was no memory left for {name}")
    if kind in _Names.missing:
        return errors.Unavailable(said, "get the weights that are named, or use the embedded profile")
    if isinstance(error, engine.ModelCannot):
        return errors.NotHere(said)
    if isinstance(error, engine.BadInput):
        return errors.BadArguments(said)
    if isinstance(error, engine.TechniqueError):
        return errors.CannotCombine(said)
    if isinstance(error, LanguageError):
        return errors.Unavailable(said, error.hint)
    if isinstance(error, OSError):
        return errors.storage_error(error, f"the result of {name}")
    return None


def invalid(error: ValidationError, name: str) -> errors.BadArguments:
    """The typed answer for arguments that do not fit; names the first field."""
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    message = f"{name}: {where or 'arguments'}: {first['msg']}"
    if first["type"] == "box_outside":
        return errors.BoxOutside(message, field=where)
    if first["type"] == "empty_prompt":
        return errors.EmptyPrompt(message, field=where)
    fields = sorted(CATALOGUE[name].args_model.model_fields) if name in CATALOGUE else []
    hint = f"the fields of {name} are {', '.join(fields)}" if first["type"] in ("extra_forbidden", "missing") else None
    return errors.BadArguments(message, hint, field=where)
