"""Parameters and repetitions of a script: `${name}` in a string is a place where a value goes, and never anything that is evaluated.

A whole string `"${seed}"` becomes the value itself, a number for a number; inside other words the value is written out. `$${` stands for
`${` as it is. Values come from the script's parameters, which `--set` changes, and from what it repeats its steps for.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import isfinite, prod
from typing import Annotated, Any, Literal

from pydantic import Field, StrictBool, StrictFloat, StrictInt, StringConstraints, ValidationInfo, field_validator, model_validator

from .act import REFERENCE
from .errors import ScriptError
from .run import Value

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_]\w{0,39}$")]
Text = Annotated[str, StringConstraints(max_length=2000, strict=True)]
Scalar = StrictBool | StrictInt | StrictFloat | Text
Lists = dict[Name, Annotated[tuple[Scalar, ...], Field(min_length=1)]]
Rows = Annotated[tuple[Annotated[dict[Name, Scalar], Field(min_length=1)], ...], Field(min_length=1)]

TYPES: dict[str, type] = {"text": str, "integer": int, "number": float, "flag": bool}
PLACE = re.compile(r"\$\$\{|\$\{(?:([A-Za-z_]\w*)\})?")
MOST_REPETITIONS = 500


class Parameter(Value):
    """A value that whoever runs a script may change. `background: snow` is short for `background: {type: text, default: snow}`."""

    type: Literal["text", "integer", "number", "flag"]
    default: Scalar

    @model_validator(mode="before")
    @classmethod
    def _short(cls, given: Any) -> Any:
        names = {kind: name for name, kind in TYPES.items()}
        return {"type": names[type(given)], "default": given} if type(given) in names else given

    @field_validator("default")
    @classmethod
    def _fits(cls, default: Scalar, info: ValidationInfo) -> Scalar:
        kind = info.data.get("type", "text")
        if kind == "number" and type(default) is int:
            return float(default)
        if type(default) is not TYPES[kind] or (isinstance(default, float) and not isfinite(default)):
            raise ValueError(f"{default!r} is no {kind}")
        return default

    def read(self, name: str, given: Scalar) -> Scalar:
        """A value for this parameter, from the words of a command line or as it is.

        Raises:
            ScriptError: it is of another type.
        """
        try:
            if isinstance(given, str) and self.type != "text":
                given = {"true": True, "false": False}[given.lower()] if self.type == "flag" else TYPES[self.type](given)
            return Parameter(type=self.type, default=given).default
        except (ValueError, KeyError):
            raise ScriptError(f"{str(given)[:60]!r} is no value for {name}, which is of type {self.type}", "set another value") from None


@dataclass(frozen=True)
class Repetition:
    """Values for one time through the steps; `name` is made of those that differ between the times, and empty where there is one time."""

    name: str
    values: dict[str, Scalar]


def repetitions(parameters: Mapping[str, Parameter], repeat: Lists | Rows | None, given: Mapping[str, Scalar]) -> tuple[Repetition, ...]:
    """Every time that the steps are to be done.

    Args:
        parameters: the script's, by name.
        repeat: lists of values, which give every combination, or rows of values, one for each time.
        given: what whoever runs the script says instead of the defaults.

    Raises:
        ScriptError: an unknown name, a value of another type, a name used twice, or too many repetitions.
    """
    for name in given:
        if name not in parameters:
            known = ", ".join(parameters) or "it has none"
            raise ScriptError(f"the script has no parameter {name[:40]!r}", f"its parameters: {known}")
    fixed = {name: parameter.read(name, given.get(name, parameter.default)) for name, parameter in parameters.items()}
    if repeat is None:
        return (Repetition("", fixed),)
    count = prod(len(values) for values in repeat.values()) if isinstance(repeat, Mapping) else len(repeat)
    if count > MOST_REPETITIONS:
        raise ScriptError(f"the script repeats its steps {count} times; {MOST_REPETITIONS} are the most", "shorten a list of `for`")
    rows: Sequence[Mapping[str, Scalar]] = repeat if not isinstance(repeat, Mapping) else [
        dict(zip(repeat, values, strict=True)) for values in product(*repeat.values())
    ]
    twice = next((name for row in rows for name in row if name in parameters), None)
    if twice is not None:
        raise ScriptError(f"{twice!r} is a parameter and also what the script repeats its steps for", "rename one of them")
    made: dict[str, Repetition] = {}
    for row in rows:
        name = " ".join(written(value) for value in row.values())[:60]
        name = next(n for n in (name, *(f"{name} ({i})" for i in range(2, count + 1))) if n not in made)
        made[name] = Repetition(name, {**fixed, **row})
    return tuple(made.values())


def put(part: Any, values: Mapping[str, Scalar]) -> Any:
    """Arguments with values in their places.

    Raises:
        ScriptError: a name that nobody declared, `${` without a name, or a value that would point at a step.
    """
    if isinstance(part, dict):
        return {name: put(inner, values) for name, inner in part.items()}
    if isinstance(part, list | tuple):
        return [put(inner, values) for inner in part]
    if not isinstance(part, str) or "${" not in part:
        return part
    whole = PLACE.fullmatch(part)
    if whole is not None and whole[1] in values:
        value = values[whole[1]]
        return value if not isinstance(value, str) else _harmless(value)

    def place(found: re.Match[str]) -> str:
        if found[0] == "$${":
            return "${"
        if found[1] not in values:
            known = ", ".join(values) or "none"
            said = f"${{{found[1]}}} is no parameter of the script" if found[1] else f"`${{` without a name in {part[:60]!r}"
            raise ScriptError(said, f"declare it under `parameters`, or write `$${{` for the characters themselves; declared: {known}")
        return written(values[found[1]])

    return _harmless(PLACE.sub(place, part))


def kept_literal(part: Any) -> Any:
    """Arguments in which every `${` that somebody really wrote stays one when the script is run."""
    if isinstance(part, dict):
        return {name: kept_literal(inner) for name, inner in part.items()}
    if isinstance(part, list | tuple):
        return [kept_literal(inner) for inner in part]
    return part.replace("${", "$${") if isinstance(part, str) else part


def written(value: Scalar) -> str:
    """A value as words."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _harmless(text: str) -> str:
    """Words that do not point at a step's result: only a script's author may do that.

    Raises:
        ScriptError: they do.
    """
    if REFERENCE.match(text):
        raise ScriptError(f"{text[:60]!r} would point at the result of a step; a value may not", "write the reference into the script itself")
    return text
