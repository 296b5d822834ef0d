"""A session as a script: YAML that repeats it without a language model, bit for bit on the same machine.

Handles that an earlier step made are written as references ("$s1.image"), so a script can be edited: change a seed or a word, and
everything after it follows. Steps whose tool, arguments and weights were seen before are not computed again. Scripts are input: they
are read with YAML's safe loader, without aliases, and can name pictures only inside the folder beside them.

Written by hand, a script may also declare parameters and repeat its steps (`parameters.py`); docs/scripts.md shows how:

    parameters: {background: meadow, seed: 4}     # pentimento run script.yaml --set background=snow
    for: {colour: [red, blue]}                    # every combination of the lists; or rows: [{colour: red, seed: 1}, …]
    steps:
      - {id: car, tool: generate, args: {prompt: "a ${colour} car, ${background}", seed: "${seed}"}, picture: 1}
"""

from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from pydantic import Field, JsonValue, ValidationError

from .errors import ScriptError
from .graph import maker, place
from .parameters import Lists, Name, Parameter, Rows, kept_literal
from .run import IMPORT, Acted, Asked, Run, Value

MOST_DEPTH = 40
MOST_BYTES = 4 * 1024 * 1024
NOT_REPEATED = frozenset({"look", "export"})  # they make nothing that another step could need


class ScriptPicture(Value):
    """A picture or mask that came from the user: its handle, and its file inside the script's own folder."""

    handle: str
    file: str


class ScriptStep(Value):
    """One step.

    Attributes:
        id: what later steps call it.
        tool: a name of the catalogue.
        args: its arguments; "$s1.image" is the picture that step s1 made.
        gives: the handles it made when it was recorded; a replay compares with them.
        weights: fingerprint of the models that made it; with others a step may give something else.
        picture: its number among the session's pictures, where it was kept.
        asked: what the user had said.
    """

    id: str = Field(pattern=r"^[\w-]{1,40}$")
    tool: str
    args: dict[str, JsonValue] = Field(default_factory=dict)
    gives: tuple[str, ...] = ()
    weights: str = ""
    picture: int | None = None
    asked: str | None = None


class Script(Value):
    """A whole session as steps.

    Attributes:
        pentimento: version of this form.
        session: whose steps these are.
        profile: which weights do the work.
        seed: where the seeds of steps without one come from.
        parameters: values that whoever runs it may change, by name.
        repeat: `for` in the file: values to repeat the steps for, as lists (every combination) or as rows (one time each).
        pictures: what came from the user.
        steps: in their order.
    """

    pentimento: Literal[1] = 1
    session: str = "script"
    profile: str = "embedded"
    seed: int = 0
    parameters: dict[Name, Parameter] = Field(default_factory=dict)
    repeat: Lists | Rows | None = Field(default=None, alias="for")
    pictures: tuple[ScriptPicture, ...] = ()
    steps: tuple[ScriptStep, ...]


def script_of(run: Run, *, everything: bool = False, only: int | None = None) -> Script:
    """Writes a run as a script.

    Args:
        run: the session.
        everything: also the steps that led to no picture the user kept.
        only: a step; then what led to its picture, and nothing else.
    """
    kept = place(run).pictures
    wanted = (only,) if only is not None else (*kept, *(s.step for s in run.steps if s.call.tool == "compare"))
    needed = {s.step for s in run.steps} if everything else _needed(run, wanted)
    needed -= {s.step for s in run.steps if s.call.tool in NOT_REPEATED}
    asked = _requests(run)
    paths: dict[str, str] = {}
    steps = []
    for step in run.steps:
        if step.step not in needed:
            continue
        args = _referring(kept_literal(step.call.args or {}), paths)
        number = kept.index(step.step) + 1 if step.step in kept else None
        steps.append(
            ScriptStep(
                id=f"s{step.step}",
                tool=step.call.tool,
                args=args,
                gives=step.outputs,
                weights=step.fingerprint,
                picture=number,
                asked=asked.get(step.step),
            )
        )
        for handle, path in _paths(step.result):
            paths.setdefault(handle, f"$s{step.step}.{path}")
    outside = tuple(
        ScriptPicture(handle=h, file=f"{h.split(':')[1]}.png")
        for h in dict.fromkeys(h for s in run.steps if s.step in needed for h in s.inputs)
        if (source := maker(run, h)) is None or source.call.tool == IMPORT
    )
    opened = run.opened
    return Script(session=opened.session, profile=opened.profile, seed=opened.seed, pictures=outside, steps=tuple(steps))


def _needed(run: Run, wanted: tuple[int, ...]) -> set[int]:
    """The steps that some steps came from, and these: by handle, and by the name of a concept that was learned on the way."""
    learned = {str(s.result.get("concept")): s.step for s in run.steps if s.call.tool == "customize"}
    needed: set[int] = set()
    waiting = list(wanted)
    while waiting:
        number = waiting.pop()
        if number in needed:
            continue
        needed.add(number)
        step = run.step(number)
        sources = [maker(run, handle) for handle in step.inputs]
        waiting += [source.step for source in sources if source is not None and source.step < number]
        words = set(" ".join(_strings(step.call.args)).lower().split())
        waiting += [at for name, at in learned.items() if name.lower() in words and at < number]
    return needed


def _requests(run: Run) -> dict[int, str]:
    """What the user had said when a step was made; only the first step of a turn says it."""
    found: dict[int, str] = {}
    said: str | None = None
    for event in run.events:
        if isinstance(event, Asked):
            said = event.text
        elif isinstance(event, Acted) and said is not None:
            found[event.step] = said
            said = None
    return found


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return [text for part in inner for text in _strings(part)]


def _paths(value: Any, path: str = "") -> list[tuple[str, str]]:
    """Every string in a result with the way to it: ("mask:…", "found.0.mask")."""
    if isinstance(value, str):
        return [(value, path)] if ":" in value else []
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list | tuple) else ()
    return [found for key, part in pairs for found in _paths(part, f"{path}.{key}" if path else str(key))]


def _referring(value: Any, paths: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _referring(part, paths) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_referring(part, paths) for part in value]
    return paths.get(value, value) if isinstance(value, str) else value


# -- files ----------------------------------------------------------------------------------------------------------------------------


def pictures_folder(file: Path) -> Path:
    """Where a script's pictures lie: a folder beside it, named after it."""
    return file.with_name(f"{file.stem}_pictures")


def write_script(script: Script, file: Path, png: Callable[[str], bytes]) -> None:
    """Writes a script and the user's pictures it needs.

    Args:
        script: what to write.
        file: where; replaced if it is there.
        png: gives the file of a handle.
    """
    import yaml

    file.parent.mkdir(parents=True, exist_ok=True)
    for picture in script.pictures:
        folder = pictures_folder(file)
        folder.mkdir(exist_ok=True)
        (folder / picture.file).write_bytes(png(picture.handle))
    data = script.model_dump(mode="json", exclude_none=True, by_alias=True)
    if not script.parameters:
        del data["parameters"]
    file.write_text(yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=120), encoding="utf-8")


def read_script(file: Path) -> Script:
    """Reads a script and checks every line of it.

    Raises:
        ScriptError: it is not there, too big, not YAML, uses aliases, or does not fit; the message names the place.
    """
    import yaml

    try:
        if file.stat().st_size > MOST_BYTES:
            raise ScriptError(f"{file.name} is larger than {MOST_BYTES // 1024**2} MB")
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ScriptError(f"{file.name} cannot be read: {error}") from error
    try:
        _harmless(file, text)
        script = Script.model_validate(yaml.safe_load(text))
    except ValidationError as error:
        raise ScriptError(f"{file.name}: {first_fault(error)}") from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:  # a number or a date that no computer has is a ValueError
        raise ScriptError(f"{file.name} is not valid YAML: {str(error)[:200]}") from error
    names = [step.id for step in script.steps]
    if len(set(names)) != len(names):
        raise ScriptError(f"{file.name}: two steps have the same id")
    return script


def first_fault(error: ValidationError) -> str:
    """Where a script does not fit, and why."""
    first = error.errors(include_input=False, include_url=False)[0]
    where = ".".join(str(p) for p in first["loc"]) or "the file"
    return f"{where}: {first['msg']}"


def _harmless(file: Path, text: str) -> None:
    """Looks through the YAML before anything is built from it.

    Raises:
        ScriptError: aliases, which make a few lines expand to gigabytes, or nesting that no script has.
        yaml.YAMLError: it is no YAML.
    """
    import yaml

    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise ScriptError(f"{file.name} uses YAML aliases, which scripts do not")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MOST_DEPTH:
            raise ScriptError(f"{file.name} is nested more than {MOST_DEPTH} deep")


def picture_file(script_file: Path, picture: ScriptPicture) -> Path:
    """The file of a script's picture.

    Raises:
        ScriptError: it would lie outside the folder beside the script, or is not there.
    """
    inner = PurePosixPath(picture.file)
    if inner.is_absolute() or len(inner.parts) != 1 or inner.name in ("", "..") or "\\" in picture.file or "\0" in picture.file:
        raise ScriptError(f"picture file {picture.file!r} must be a plain file name")
    folder = pictures_folder(script_file)
    path = folder / inner.name
    if path.is_symlink() or not path.is_file():
        raise ScriptError(f"picture {picture.file!r} is not in {folder.name}/")
    return path
