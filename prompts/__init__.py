"""Every text that a model reads, as Markdown files, and the one function that fills in their blanks."""

import hashlib
from functools import cache
from importlib.resources import files
from string import Template


class PromptError(LookupError):
    """A prompt does not exist, or a blank in it was not filled; the message names it."""


@cache
def _template(name: str) -> Template:
    if not name.replace("_", "").isalnum():  # a name, never a path
        raise PromptError(f"{name!r} is no name of a prompt")
    file = files(__package__) / f"{name}.md"
    if not file.is_file():
        raise PromptError(f"there is no prompt {name!r}")
    return Template(file.read_text(encoding="utf-8"))


@cache
def version() -> str:
    """Names the prompts as they are: another word in any of them is another version."""
    texts = sorted((f.name, f.read_text(encoding="utf-8")) for f in files(__package__).iterdir() if f.name.endswith(".md"))
    return hashlib.sha256(repr(texts).encode()).hexdigest()[:16]


def render(name: str, **values: str) -> str:
    """Gives a prompt with its blanks filled.

    Args:
        name: the file's name without `.md`.
        values: what to put where the file says `${name}`; a value is put in as it is and never read as a template.

    Raises:
        PromptError: there is no such prompt, or a blank has no value.
    """
    try:
        return _template(name).substitute(values).strip()
    except KeyError as error:
        raise PromptError(f"prompt {name!r} needs a value for {error.args[0]!r}") from None
