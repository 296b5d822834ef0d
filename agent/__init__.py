"""The agent: a small loop over a run that never changes.

    from pentimento.agent import Session

    with Session.open("sketches") as session:
        print(session.say("a red car and a dog on a beach").text)
        session.view().save("beach.png")

Everything is imported when it is first used, so that the command line answers at once.
"""

from typing import Any

_HOMES = {
    "Budget": "budget",
    "Session": "session",
    "Turn": "told",
    "run_script": "replay",
    "Run": "run",
    "Log": "store",
    "OfflinePlanner": "offline",
    "LanguagePlanner": "llm",
    "ScriptedMind": "decide",
    "contact_sheet": "sheet",
    "sheet_of": "sheet",
}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    """Imports a public name from the file it lives in."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{_HOMES[name]}", __name__), name)
