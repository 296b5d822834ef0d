"""What people type is understood as the table says."""

from dataclasses import replace

import pytest
from utterances import TABLE

from pentimento.agent.benches.routing.notation import meaning as meaning_of
from pentimento.agent.requests import Context
from pentimento.agent.understand import understand
from pentimento.tools.wording import parse_request

CONTEXT = Context(
    wanted=parse_request("a red car and a dog in a meadow"), picture=True, concepts=("bo",), names=(("sunny", 1),), number=2, pictures=2, before=1
)


@pytest.mark.parametrize(("text", "meaning"), TABLE, ids=[t[:40] or "nothing" for t, _ in TABLE])
def test_utterance(text: str, meaning: str) -> None:
    found = meaning_of(understand(text, replace(CONTEXT, given=meaning.startswith("learn"))))
    if meaning.startswith("unknown("):  # which of the words it stumbles over does not matter: nothing is done
        assert found.startswith("unknown(") and meaning[8:-1].split(", ")[0] in found
    else:
        assert found == meaning
