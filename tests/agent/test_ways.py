"""Techniques that are named: the request is read without them, the call gets them, and what they cannot do is refused and not painted otherwise."""

from pathlib import Path
from typing import Any, get_args

import pytest
from double import PaperStudio, paper_session

from pentimento.agent.grammar.requests import Context, NotUnderstood
from pentimento.agent.grammar.ways import WAYS, without_way
from pentimento.agent.referring import read
from pentimento.tools import CATALOGUE


@pytest.mark.parametrize(
    ("words", "rest", "value"),
    [
        ("paint a cat and a tree using GLIGEN", "paint a cat and a tree", "gligen"),
        ("use InstructPix2Pix to make the car purple", "make the car purple", "instruct_pix2pix"),
        ("please use instruct-pix2pix and make the car purple", "please  make the car purple", "instruct_pix2pix"),
        ("a cat and a tree with attend & excite", "a cat and a tree", "attend_and_excite"),
        ("a cat and a tree by means of the layout guidance technique at night", "a cat and a tree at night", "layout_guidance"),
        ("replace the dog with a cat, with prompt-to-prompt", "replace the dog with a cat", "prompt_to_prompt"),
        ("learn this as Mia with textual inversion", "learn this as Mia", "textual_inversion"),
        ("paint a cat along these edges with T2I-Adapter", "paint a cat along these edges", "t2i_adapter"),
        ("use ControlNet to paint a cat along these lines", "paint a cat along these lines", "control_net"),
        ("again, but with Composable Diffusion", "again", "composable"),
        ("use gligen.", "again", "gligen"),
        ("a composed picture with a plain background", "a composed picture with a plain background", None),
        ("what is gligen?", "what is gligen?", None),
    ],
)
def test_a_name_is_taken_out(words: str, rest: str, value: str | None) -> None:
    left, way = without_way(words)
    assert left.replace("  ", " ") == rest.replace("  ", " ") and (way.value if way else None) == value


def test_a_person_called_like_a_technique_is_none() -> None:
    assert without_way("a house with Lora", ("lora",)) == ("a house with Lora", None)
    assert without_way("a house with Lora")[1] is not None


def test_every_way_is_one_of_its_tool() -> None:
    for way in WAYS.values():
        field = CATALOGUE[way.tool].args_model.model_fields[way.argument]
        assert way.value in get_args(field.annotation)


def calls(tmp_path: Path, *said: str) -> tuple[list[tuple[str, dict[str, Any]]], str]:
    studio = PaperStudio()
    session = paper_session(tmp_path, studio)
    text = ""
    for words in said:
        text = session.say(words).text
    return [(name, args) for name, args in studio.calls if name in ("generate", "edit")], text


def test_the_call_gets_the_technique(tmp_path: Path) -> None:
    made, _ = calls(tmp_path, "a red car and a dog with gligen", "make the car blue using InstructPix2Pix", "remove the dog")
    assert [(name, args.get("technique")) for name, args in made] == [("generate", "gligen"), ("edit", "instruct_pix2pix"), ("edit", None)]


def test_so_does_one_that_follows_a_picture(tmp_path: Path) -> None:
    studio = PaperStudio()
    session = paper_session(tmp_path, studio)
    session.say("paint a red car along the edges of this picture with t2i adapter", [b"beach"])
    session.say("paint a red car along the edges of this picture", [b"beach"])
    assert [args.get("technique") for name, args in studio.calls if name == "control"] == ["t2i_adapter", None]
    assert "ControlNet follows the lines" in session.say("a cat with controlnet").text


@pytest.mark.parametrize(
    ("last", "why"),
    [("make the car blue with gligen", "GLIGEN paints new pictures"), ("a cat with prompt-to-prompt", "Prompt-to-Prompt changes a picture")],
)
def test_what_it_cannot_do_is_not_done_otherwise(tmp_path: Path, last: str, why: str) -> None:
    made, text = calls(tmp_path, "a red car and a dog", last)
    assert len(made) == 1 and why in text and "nothing was done" in text
    refused = read(last, Context(picture=True))
    assert isinstance(refused[0], NotUnderstood)


def test_once_more_by_a_way_that_the_last_tool_lacks_is_refused(tmp_path: Path) -> None:
    made, text = calls(tmp_path, "a red car and a dog", "make the car blue", "again with gligen")
    assert [name for name, _ in made] == ["generate", "edit"] and "GLIGEN paints new pictures" in text


def test_how_a_picture_was_made_is_told_with_tool_and_seed(tmp_path: Path) -> None:
    studio = PaperStudio()
    session = paper_session(tmp_path, studio)
    session.say("a red car")
    seed = studio.calls[0][1]["seed"]
    assert f"by `generate`, seed {seed}." in session.say("how did you make this?").text


def test_it_may_be_named_again_where_one_is_asked_back(tmp_path: Path) -> None:
    studio = PaperStudio()
    session = paper_session(tmp_path, studio)
    session.say("a red car and a blue car")
    assert "Which car" in session.say("make the car green with InstructPix2Pix").text
    session.say("the red one with InstructPix2Pix")
    assert [args.get("technique") for name, args in studio.calls if name == "edit"] == ["instruct_pix2pix"]
