"""Pictures of the user's own: what they seem to show, so that later requests can speak of it, and what is said when one comes."""

from ..tools import Studio
from ..tools.errors import ToolError
from ..tools.promises import checks_of
from ..tools.wording import Wanted, caption_of, parse_request
from .act import Hands
from .run import Promised

OWN = (
    "Your picture is the current one. The embedded painter knows only its own small world of emoji-like scenes: "
    "it can try to edit this, but do not expect much where the picture is of another kind."
)


def seen_in(image: str, hands: Hands, studio: Studio) -> Promised | None:
    """What a picture seems to show, as its ledger; None where the eyes know nothing in it.

    Args:
        image: its handle.
        hands: whose `look` looks.
        studio: the tools' services.
    """
    if studio.profile != "embedded":
        return None
    try:
        told = hands.use("look", {"image": image}, studio)
    except ToolError:
        return None
    scene = parse_request(str(getattr(told, "description", "")))
    if not scene.things or scene.unknown:
        return None
    return Promised(wanted=scene.model_dump(mode="json"), checks=tuple(checks_of(scene)), source="look")


def welcome(seen: Promised | None, said: str) -> str:
    """The answer to a picture that came: what to expect, what is seen in it, and what else there is to say."""
    shows = f"I see {caption_of(Wanted.model_validate(seen.wanted))}." if seen is not None else ""
    return " ".join(words for words in (OWN, shows, said) if words)
