"""Who plans: the offline planner, or a chat model that is told what this studio can do."""

from collections.abc import Callable

from ..engine.language import Chat
from ..tools import Studio
from .decide import Mind
from .recipe import png_of


def mind_of(planner: str, studio: Studio, chat: Chat | None, heard: Callable[[str], None] | None) -> Mind:
    """The planner of a name, for a studio.

    Args:
        planner: "offline" or "llm".
        studio: what it plans for.
        chat: the chat model; needed for "llm".
        heard: called with the model's words as they arrive.

    Raises:
        ValueError: there is no such planner, or no model for it.
    """
    from .offline import OfflinePlanner

    offline = OfflinePlanner(studio.concepts.names, studio.objects)
    if planner == "offline":
        return offline
    if planner != "llm" or chat is None:
        raise ValueError(f"planner {planner!r} is not known; choose offline or llm")
    from ..engine.world.vocabulary import BACKGROUNDS, COLOURS
    from ..prompts import render
    from .llm import LanguagePlanner

    profile = ""
    if studio.profile == "embedded":
        concepts = ", ".join(studio.concepts.names()) or "none"
        profile = render("embedded", things=", ".join(studio.objects()), colours=", ".join(COLOURS), places=", ".join(BACKGROUNDS), concepts=concepts)

    def png(handle: str) -> bytes:
        return png_of(studio, handle, enlarged=True)

    grammar = offline if studio.profile == "embedded" else None
    return LanguagePlanner(chat, grammar, profile, png, heard=heard, cancelled=studio.cancelled, concepts=studio.concepts.names)
