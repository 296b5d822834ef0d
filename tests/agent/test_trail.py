"""The trail tells every decision with its reason; the contact sheet shows what was made from what."""

from pathlib import Path

import numpy as np
import pytest
from double import PaperStudio, paper_session
from drawing import drawing_session
from PIL import Image

from pentimento.agent.__main__ import main
from pentimento.agent.branches import cells
from pentimento.agent.run import Answered, Asked, Failed, Opened, Run, Stopped
from pentimento.agent.sheet import BRANCHES, COLUMNS, CURRENT, Frame, contact_sheet, sheet_of
from pentimento.agent.trail import trail


def test_a_trail_tells_what_was_promised_done_seen_and_why(tmp_path: Path) -> None:
    session = paper_session(tmp_path, PaperStudio(broken_edits={1} | set(range(3, 40))))
    session.say("a red car and a dog")
    session.say("replace the dog with a cat")
    session.say("make the car blue")
    session.say("paint a dragon")
    session.undo()
    told = trail(session.run)
    for words in (
        "Session s, profile embedded, seed 5, 4 turns",
        "Turn 1: a red car and a dog",
        "promised, by grammar: there is a car; there is a dog;",
        "planner chose: generate",
        'step 1: generate prompt="a red car and a dog" seed=',
        "looked at step 1: 5 of 5 hold; accepted: the first picture",
        "(0.0 s, 1 engine calls)",
        "kept: picture 1 (step 1, image:",
        "stopped: satisfied. Every check holds.",
        'step 2: edit image=image:',
        "the mark: the picture as it was",
        "✗ there is a cat: fail",
        "repair: redo by seed, for: there is a cat; no dog",
        "accepted: ",
        "rolled back: ",
        "stopped: no_gain. I stopped because several repairs in a row brought nothing.",
        'answered: I do not know "dragon"',
        "undone: picture 1 (step 1, image:",
    ):
        assert words in told, words
    assert told.index("Turn 2") < told.index("repair: redo") < told.index("Turn 3") < told.index("Turn 4") < told.index("undone")


def test_words_in_a_trail_are_only_words() -> None:
    nasty = "a \x1b[2J\x07car\r\nTurn 99: forged" + "x" * 2000
    opened = Opened(session="s", seed=1, profile="embedded", version="0")
    failed = Failed(call=None, code="x", message=nasty)
    told = trail(Run(events=(opened, Asked(text=nasty), failed, Answered(text=nasty), Stopped(reason="failed"))))
    assert all(c.isprintable() for c in told.replace("\n", "")) and "\nTurn 99" not in told and len(told) < 3000
    assert "stopped: failed. A fault ended it." in told


def test_the_command_line_tells_the_trail(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paper_session(tmp_path, PaperStudio()).say("a red car and a dog")
    home = ["--home", str(tmp_path)]
    assert main(["show", *home, "s"]) == 0 and "looked at step 1: 5 of 5 hold" in capsys.readouterr().out
    assert main(["show", *home, "s", "--short"]) == 0
    assert capsys.readouterr().out == "→ 1: a red car and a dog [5/5]\n"


# -- the sheet ------------------------------------------------------------------------------------------------------------------------


def test_places_on_a_sheet() -> None:
    assert cells([(), (0,), (1,), (0,)], 5) == [(0, 0), (0, 1), (0, 2), (1, 1)]
    assert cells([(), (), (), ()], 3) == [(0, 0), (0, 1), (0, 2), (1, 0)], "what was painted from nothing stands side by side"
    assert cells([(), (0,), (0,), (1, 2)], 5) == [(0, 0), (0, 1), (1, 1), (0, 2)], "a merge goes on from its first"
    assert cells([(), (0,), (1,), (2,)], 2) == [(0, 0), (0, 1), (1, 0), (1, 1)], "a long line goes on below"
    assert cells([(1,), ()], 5) == [(0, 1), (0, 0)], "what was kept later may have been there before"
    assert cells([], 5) == []
    chance = np.random.default_rng(0)
    many = [()] + [(int(chance.integers(0, n)),) if chance.random() < 0.8 else () for n in range(1, 1500)]
    assert len(set(cells(many, COLUMNS))) == 1500


def line(sheet: Image.Image, left: int, right: int, top: int, bottom: int) -> set[tuple[int, ...]]:
    """Which inks of branches are in a part of a sheet."""
    part = np.asarray(sheet)[top:bottom, left:right].reshape(-1, 3)
    return {ink for ink in BRANCHES if (part == ink).all(-1).any()}


def test_lines_lead_from_each_picture_to_what_was_made_from_it() -> None:
    grey = Image.new("RGB", (64, 64), (128, 128, 128))
    frames = [Frame(grey, "1"), Frame(grey, "2", sources=(0,)), Frame(grey, "3", sources=(0,), current=True), Frame(grey, "4", sources=(1, 2))]
    sheet = contact_sheet(frames, "test")
    column = [36 + n * 292 for n in range(3)]
    tops = [108, 108 + 256 + 17 + 72]
    gap = [(left + 256, left + 292) for left in column]
    assert line(sheet, *gap[0], tops[0], tops[0] + 256) == {BRANCHES[0]}
    assert line(sheet, *gap[0], tops[1], tops[1] + 256) == {BRANCHES[0]}, "the branch below is reached from the first picture"
    assert line(sheet, *gap[1], tops[0], tops[0] + 256) == {BRANCHES[1], BRANCHES[2]}, "both that were merged lead to the merge"
    assert line(sheet, *gap[1], tops[1], tops[1] + 256) == {BRANCHES[2]}
    rim = np.asarray(sheet)[tops[1] - 2, column[1] : column[1] + 256]
    assert (rim == CURRENT).all(), "the current picture has a rim"
    assert contact_sheet([], "empty").width > 500


def test_a_session_is_drawn_with_its_branches(tmp_path: Path) -> None:
    session = drawing_session(tmp_path)
    for words in ("a car and a dog", "add a tree on the left", "go back to the first one", "add a balloon on the right", "call this party"):
        session.say(words)
    session.merge(2, 3)
    sheet = sheet_of(session)
    assert sheet.width == 36 + 3 * 292
    assert line(sheet, 292, 328, 108, 364) == {BRANCHES[0]} and line(sheet, 584, 620, 108, 364) == {BRANCHES[1], BRANCHES[2]}
