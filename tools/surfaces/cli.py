"""The catalogue on the command line: `pentimento tool NAME --field value …`, one option for each field of the arguments."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import BadArguments, ToolError
from ..profiles import PROFILES
from ..tool import CATALOGUE, Result, Tool, call

if TYPE_CHECKING:
    from ..studio import Studio

HOME = "~/.pentimento"


def main(arguments: Sequence[str], home: str | Path | None = None) -> int:
    """Uses one tool.

    Args:
        arguments: what stands after `pentimento tool`.
        home: folder of artifacts and concepts.

    Returns:
        0, or 2 where the tool could not do it.
    """
    options = vars(parser().parse_args(arguments))
    name, as_json, out, profile = (options.pop(key) for key in ("tool", "as_json", "out", "profile"))
    from ..studio import Studio

    try:
        studio = Studio(Path(home or HOME).expanduser(), profile=profile)
        result = call(name, _filled(CATALOGUE[name], options, studio), studio)
        saved = _saved(result, out, studio)
    except ToolError as error:
        print(f"{name}: {error.message}\n  what to do: {error.hint}", file=sys.stderr)
        return 2
    print(result.model_dump_json(indent=2) if as_json else _shown(result))
    if saved and not as_json:
        print(f"saved as {saved}")
    return 0


def parser() -> argparse.ArgumentParser:
    """One command for each tool, one option for each field."""
    top = argparse.ArgumentParser(prog="pentimento tool", description="Use one tool. A picture is a handle, or a file that is taken in first.")
    commands = top.add_subparsers(dest="tool", metavar="NAME", required=True)
    for tool in CATALOGUE.values():
        command = commands.add_parser(tool.name, help=tool.capability.does, description=str(tool.capability))
        for name, field in tool.args_model.model_fields.items():
            schema = tool.args_model.model_json_schema()["properties"][name]
            _option(command, name, schema, field.is_required())
        command.add_argument("--profile", choices=tuple(PROFILES), default="embedded", help="which weights do the work")
        command.add_argument("--json", action="store_true", dest="as_json", help="print the result as JSON")
        command.add_argument("--out", metavar="FILE", help="save the resulting picture as a PNG, as large as people see it")
    return top


def _option(command: argparse.ArgumentParser, name: str, schema: dict[str, Any], required: bool) -> None:
    said = " ".join(str(schema.get("description", "")).split()).replace("%", "%%")
    settings: dict[str, Any] = {"required": required, "default": argparse.SUPPRESS, "help": said}
    kinds = _kinds(schema)
    if "array" in kinds and _items(schema) == "string":
        settings |= {"nargs": "+", "metavar": name.upper()}
    elif kinds & {"array", "object"}:
        settings |= {"type": _json, "metavar": "JSON"}
    else:
        choices = schema.get("enum")
        settings |= {"choices": choices} if choices and all(isinstance(c, str) for c in choices) else {"metavar": name.upper()}
    command.add_argument(f"--{name.replace('_', '-')}", dest=name, **settings)


def _kinds(schema: dict[str, Any]) -> set[str]:
    parts = [schema, *schema.get("anyOf", ())]
    return {part["type"] for part in parts if "type" in part} | {"object" for part in parts if "$ref" in part}


def _items(schema: dict[str, Any]) -> str:
    for part in (schema, *schema.get("anyOf", ())):
        if part.get("type") == "array":
            return str(part.get("items", {}).get("type", "object"))
    return "object"


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"not JSON: {text[:60]!r}") from None


def _filled(tool: Tool[Any, Any], options: dict[str, Any], studio: "Studio") -> dict[str, Any]:
    """The arguments, with files in the place of image handles taken into the store: here it is the user who names them."""
    filled = dict(options)
    properties = tool.args_model.model_json_schema()["properties"]
    for name, value in options.items():
        if "^image:" not in json.dumps(properties[name]):
            continue
        if isinstance(value, list):
            filled[name] = [_taken_in(each, studio) for each in value]
        elif isinstance(value, str):
            filled[name] = _taken_in(value, studio)
    return filled


def _taken_in(value: str, studio: "Studio") -> str:
    return value if value.startswith("image:") else studio.artifacts.import_picture(Path(value))


def _saved(result: Result, out: str | None, studio: "Studio") -> str | None:
    if out is None:
        return None
    handle = getattr(result, "image", None)
    if handle is None:
        raise BadArguments("this tool makes no picture", field="out")
    picture = studio.view(handle)
    try:
        picture.save(out, "PNG")
    except OSError as error:
        raise BadArguments(f"{out} cannot be written: {error.strerror}", field="out") from None
    return out


def _shown(result: Result) -> str:
    handles = [f"  {name}: {value}" for name, value in result.model_dump(mode="json").items() if isinstance(value, str) and ":" in value[:8]]
    return "\n".join([result.sentence, *handles])
