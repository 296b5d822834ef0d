"""Wishes that nothing here can fulfil are called so, and what comes nearest is named; wishes that only sound like them are fulfilled."""

from pathlib import Path

import pytest
from double import session_of, shown, things

from pentimento.agent.benches.routing.notation import meaning
from pentimento.agent.grammar.requests import NotUnderstood, Remark
from pentimento.agent.grammar.understand import understand
from pentimento.tools.wording import parse_request


@pytest.mark.parametrize(
    ("words", "part"),
    [
        *[(w, "turn or mirror") for w in ("flip it", "please mirror the picture", "rotate the car 90 degrees", "turn it upside down")],
        *[(w, "crop, zoom or frame") for w in ("crop it", "zoom in on the car", "put a red frame around it", "can you zoom out a bit?")],
        *[(w, "cannot blur") for w in ("blur the background", "could you make the background blurry")],
        *[(w, "light or the contrast") for w in ("make it brighter", "the car is too dark", "lighter", "more contrast please")],
        *[(w, "light or the contrast") for w in ("darken the image", "invert the colours")],
        *[(w, "no letters") for w in ('add text "hello"', "write hello on the car", "put a caption under it", "sign it")],
        *[(w, "one way of painting") for w in ("make it look like van gogh", "in the style of monet", "turn it into a watercolour")],
        *[(w, "cannot pose") for w in ("the car should look at me", "make the car smile")],
        *[(w, "how close") for w in ("move it closer", "it could be closer", "further apart")],
        *[(w, "between two others") for w in ("put a balloon between them", "add a dog in between the car and the house")],
        *[(w, "what covers what") for w in ("move the car to the front", "bring it to the foreground")],
        *[(w, "against each other") for w in ("make them the same size", "make the cars equal size")],
        *[(w, "as large as you see it") for w in ("how big is the image?", "what size is it?")],
        *[(w, "do not move") for w in ("animate it", "make it a gif")],
        *[(w, "PNG file") for w in ("can I have it as a png?", "save it as a jpg")],
    ],
)
def test_what_cannot_be_done_is_said_in_its_own_words(tmp_path: Path, words: str, part: str) -> None:
    session = session_of(tmp_path, "a red car")
    before, turn = session.image, session.say(words)
    assert part in turn.text and "Nothing was changed" in turn.text and "do not know" not in turn.text
    assert session.image == before


SOUNDS_LIKE_IT = (
    "flip the dog and the car",
    "crop out the car",
    "make it night",
    "make it sharper",
    "call it night drive",
    "make the car white",
    "make the dog bright red",
    "move the dog closer to the car",
    "jump to the latest",
    "undo",
)


@pytest.mark.parametrize("words", SOUNDS_LIKE_IT)
def test_what_only_sounds_like_it_is_no_refusal(words: str) -> None:
    assert not any(isinstance(i, NotUnderstood) for i in understand(words, shown(parse_request("a red car and a dog"))))


def test_sides_change_places_where_two_things_have_them(tmp_path: Path) -> None:
    two, one = shown(parse_request("a dog on the left and a cat on the right")), shown(parse_request("a red car"))
    assert meaning(understand("swap left and right", two)) == meaning(understand("swap the dog and the cat", two))
    assert isinstance(understand("swap left and right", one)[0], Remark)
    session = session_of(tmp_path, "a dog on the left and a cat on the right", "swap left and right")
    assert all(status == "pass" for status, _ in session.say("what is in the picture?").ledger)


def test_a_picture_can_be_called_v1(tmp_path: Path) -> None:
    session = session_of(tmp_path, "a dog", "add a cat", "call it v1", "add a car")
    session.say("go back to v1")
    assert things(session) == {"dog", "cat"}
    session.say("compare v3 and v1")
    assert "Only in picture 3: car" in session.say("compare version 3 and v1").text
