"""A picture carries what made it, and can be repeated from that alone; masks drawn by people; what is damaged is said."""

import base64
import io
import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from double import PaperStudio
from double import paper_session as on_paper
from drawing import Drawing, drawing_session
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from pentimento.agent import graph, recipe
from pentimento.agent.__main__ import main
from pentimento.agent.act import Hands
from pentimento.agent.decide import ScriptedMind
from pentimento.agent.errors import NoSuchPicture, ScriptError
from pentimento.agent.recipe import MOST, Recipe, png_of, read_recipe
from pentimento.agent.replay import Replayed, Source, repeat
from pentimento.agent.run import Asked, Call, Decided
from pentimento.agent.session import Session
from pentimento.agent.store import Log
from pentimento.tools import CATALOGUE
from pentimento.tools.errors import BadPicture, RegionEmpty, ToolError

Box = tuple[int, int, int, int]


def png(*boxes: Box, size: tuple[int, int] = (64, 64), paper: Any = 0, ink: Any = 255, mode: str = "L") -> bytes:
    image = Image.new(mode, size, paper)
    for box in boxes:
        image.paste(ink, box)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def photo() -> bytes:
    return png((10, 10, 60, 60), size=(96, 64), paper=(30, 60, 90), ink=(200, 210, 220), mode="RGB")


def repeated(file: Path, home: Path) -> tuple[Replayed, Drawing]:
    studio = Drawing(home)
    with closing(Log(home / "log.sqlite")) as log:
        return repeat(Source.read(file), Hands(studio, log.recall, None, CATALOGUE, studio.use), log), studio


def fill(session: Session, *calls: Call) -> None:
    """Lets the planner make these calls next."""
    session.crew = replace(session.crew, mind=ScriptedMind([Decided(calls=calls), Decided(text="Done.")]))


def test_a_picture_repeats_everything_that_led_to_it_and_nothing_else(tmp_path: Path) -> None:
    session = drawing_session(tmp_path / "one")
    for words in ("a car and a dog", "replace the dog with a cat", "a house", "go back to the second one", "add a tree on the left"):
        session.say(words)
    file = session.picture_file(4)
    with Image.open(file) as picture:
        assert picture.size == (256, 256)
        steps = json.loads(picture.info["pentimento"])["script"]["steps"]
    assert [(s["tool"], s["picture"], s["asked"]) for s in steps] == [
        ("generate", 1, "a car and a dog"),
        ("edit", 2, "replace the dog with a cat"),
        ("edit", 4, "add a tree on the left"),
    ]
    done, studio = repeated(file, tmp_path / "two")
    assert done.identical and done.shown and done.computed == 3 and done.pictures[4] == session.image
    assert repeated(file, tmp_path / "two")[0].computed == 0
    studio.enlarged = lambda image: Image.new("RGB", (256, 256))  # type: ignore[method-assign]
    with closing(Log(tmp_path / "two" / "log.sqlite")) as log:
        other = repeat(Source.read(file), Hands(studio, log.recall, None, CATALOGUE, studio.use), log)
    assert not other.identical and other.shown is False, "the same steps, but not what the file shows"


def test_a_merged_picture_brings_both_its_branches(tmp_path: Path) -> None:
    session = drawing_session(tmp_path / "one")
    for words in ("a car and a dog", "add a tree on the left", "go back to the first one", "add a balloon on the right"):
        session.say(words)
    session.merge(2, 3)
    done, studio = repeated(session.picture_file(4), tmp_path / "two")
    assert done.identical and studio.calls == ["generate", "edit", "edit", "merge"]


def test_pictures_and_masks_of_the_user_travel_inside(tmp_path: Path) -> None:
    session = drawing_session(tmp_path / "one")
    session.give(photo(), png((40, 10, 60, 30), size=(96, 64)))
    mask = graph.drawn(session.run.plus(Asked(text="put a cat there")))
    assert mask is not None and mask.startswith("mask:")
    region = session.studio.artifacts.get_mask(mask)
    assert region[10:30, 24:44].all() and region.sum() == 400, "the mask is cut as the picture is: its middle square"
    fill(session, Call(id="p1", tool="edit", args={"image": session.image, "instruction": "add a cat on the left"}))
    assert session.say("a cat on the left").number == 2
    done, studio = repeated(session.picture_file(2), tmp_path / "two")
    assert done.identical and done.computed == 1 and studio.artifacts.has(mask)
    assert [s.call.tool for s in done.run.steps] == ["import_picture", "edit"]
    assert graph.drawn(session.run.plus(Asked(text="there"))) is None, "the mask was drawn for the picture before"
    script = session.export(tmp_path / "s.yaml")
    assert {f.name for f in (tmp_path / "s_pictures").iterdir()} == {f"{h.split(':')[1]}.png" for h in session.run.steps[0].inputs}
    with closing(Log(tmp_path / "three" / "log.sqlite")) as log:
        studio = Drawing(tmp_path / "three")
        assert repeat(Source.read(script), Hands(studio, log.recall, None, CATALOGUE, studio.use), log).identical


def test_a_mask_for_the_current_picture_comes_with_a_request(tmp_path: Path) -> None:
    session = drawing_session(tmp_path)
    with pytest.raises(NoSuchPicture, match="no picture yet"):
        session.say("put a cat there", mask=png((0, 0, 9, 9)))
    session.say("a car")
    fill(session, Call(id="p1", tool="look", args={"image": session.image, "question": "is there a cat?"}))
    turn = session.say("put a cat there", mask=png((128, 0, 256, 128), size=(256, 256)))
    asked = turn.events[0]
    assert isinstance(asked, Asked) and len(asked.pictures) == 1 and asked.pictures[0] == graph.drawn(session.run)
    region = session.studio.artifacts.get_mask(asked.pictures[0])
    assert region[:32, 32:].all() and region.sum() == 32 * 32 and "mask has" not in turn.text
    turn = session.say("there", mask=png((0, 0, 30, 20), size=(30, 40)))
    assert turn.text.startswith("The mask has 30×40 pixels and the picture 64×64")
    assert Image.open(io.BytesIO(png_of(session.studio, asked.pictures[0], enlarged=True))).size == (64, 64)


MASKS: Sequence[tuple[str, bytes, type[ToolError], str]] = (
    ("black", png(), RegionEmpty, "no white pixel"),
    ("dark grey", png((0, 0, 64, 64), ink=100), RegionEmpty, "no white pixel"),
    ("transparent", png(mode="RGBA", paper=(255, 255, 255, 0)), RegionEmpty, "no white pixel"),
    ("no picture", b"white", BadPicture, "cannot be read|not a PNG"),
)


@pytest.mark.parametrize(("mask", "kind", "words"), [m[1:] for m in MASKS], ids=[m[0] for m in MASKS])
def test_masks_that_are_none_change_nothing(tmp_path: Path, mask: bytes, kind: type[ToolError], words: str) -> None:
    session = drawing_session(tmp_path)
    session.say("a car")
    events = session.run.events
    for attempt in (lambda: session.give(photo(), mask), lambda: session.say("there", mask=mask)):
        with pytest.raises(kind, match=words):
            attempt()
    assert session.run.events == events


def test_a_mask_of_another_size_is_fitted_with_a_word(tmp_path: Path) -> None:
    session = drawing_session(tmp_path)
    turn = session.give(photo(), png((0, 0, 24, 16), size=(48, 32)))
    assert "The mask has 48×32 pixels and the picture 96×64, so I fitted it" in turn.text
    mask = session.run.steps[0].result["mask"]
    region = session.studio.artifacts.get_mask(mask)
    assert region[:32, :32].all() and region.sum() == 32 * 32
    white = png((2, 2, 30, 30), mode="RGBA", paper=(255, 255, 255, 0), ink=(255, 255, 255, 255))
    session.give(png(mode="RGB", paper=(9, 9, 9)), white)
    assert session.studio.artifacts.get_mask(session.run.steps[1].result["mask"]).sum() == 28 * 28, "white on nothing is white"


# -- recipes that do not fit ----------------------------------------------------------------------------------------------------------


def carrying(file: Path, text: str | None, *, zipped: bool = True) -> Path:
    note = PngInfo()
    if text is not None:
        note.add_itxt("pentimento", text, zip=zipped)
    Image.new("RGB", (8, 8)).save(file, "PNG", pnginfo=note)
    return file


STEP = {"id": "a", "tool": "generate", "args": {"prompt": "a car", "seed": 1}}
OUTSIDE = {"handle": "image:0123456789abcdef", "file": "x.png"}
DAMAGED: dict[str, tuple[str | None, str]] = {
    "none": (None, "carries no recipe"),
    "empty": ("", "carries no recipe"),
    "no JSON": ('{"script": {"steps": [', "damaged"),
    "of an earlier release": ('{"tool": "edit", "args": {}, "fingerprint": "x"}', "damaged: script"),
    "unknown field": (json.dumps({"script": {"steps": []}, "run": "rm"}), "damaged: run"),
    "newer": (json.dumps({"script": {"pentimento": 2, "steps": []}}), "damaged: script.pentimento"),
    "deep": ('{"script": {"steps": [{"id": "a", "tool": "b", "args": {"a": ' + "[" * 5000 + "]" * 5000 + "}}]}}", "damaged"),
    "long": (json.dumps({"script": {"steps": [STEP | {"asked": "x" * MOST}]}}), "longer than"),
    "unknown tool": (json.dumps({"script": {"steps": [STEP | {"tool": "os.system"}]}}), "step a"),
    "a verb": (json.dumps({"script": {"steps": [STEP | {"tool": "export"}]}}), "step a"),
    "missing picture": (json.dumps({"script": {"steps": [], "pictures": [OUTSIDE]}}), "too large to travel"),
    "no base 64": (json.dumps({"script": {"steps": [], "pictures": [OUTSIDE]}, "files": {OUTSIDE["handle"]: "%%%"}}), "is damaged"),
    "another picture": (
        json.dumps({"script": {"steps": [], "pictures": [OUTSIDE]}, "files": {OUTSIDE["handle"]: base64.b64encode(png()).decode()}}),
        "is not the one",
    ),
}


@pytest.mark.parametrize("kind", DAMAGED)
def test_a_recipe_that_does_not_fit_is_typed(tmp_path: Path, kind: str) -> None:
    text, words = DAMAGED[kind]
    file = carrying(tmp_path / "p.png", text, zipped=kind != "long")
    with pytest.raises(ScriptError, match=words) as caught:
        repeated(file, tmp_path / "home")
    assert caught.value.hint and not (tmp_path / "home" / "concepts" / "x").exists()


def test_a_bomb_in_a_recipe_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ToolError):
        Source.read(carrying(tmp_path / "p.png", "x" * 5_000_000))
    (tmp_path / "half.png").write_bytes((tmp_path / "p.png").read_bytes()[:200])
    with pytest.raises(ToolError):
        Source.read(tmp_path / "half.png")


def test_random_damage_is_typed_or_harmless(tmp_path: Path) -> None:
    session = drawing_session(tmp_path / "home")
    session.say("a car")
    good, file = session.picture_file(1).read_bytes(), tmp_path / "bad.png"
    chance = np.random.default_rng(1)
    for _ in range(120):
        bad = bytearray(good)
        bad[int(chance.integers(8, len(bad)))] ^= 1 << int(chance.integers(8))
        file.write_bytes(bad)
        try:
            assert isinstance(Source.read(file).script, type(Source.read(session.picture_file(1)).script))
        except (ScriptError, ToolError) as error:
            assert error.hint


def test_what_is_too_large_does_not_travel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = drawing_session(tmp_path)
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(noise).save(file, "PNG")
    session.give(file.getvalue())
    monkeypatch.setattr(recipe, "MOST", 4000)
    picture = session.picture_file(1)
    found, _ = read_recipe(picture)
    assert isinstance(found, Recipe) and found.files == {} and len(found.script.pictures) == 1
    with pytest.raises(ScriptError, match="too large to travel"):
        Source.read(picture)
    monkeypatch.setattr(recipe, "MOST", 40)
    picture.unlink()
    with pytest.raises(ScriptError, match="carries no recipe"):
        Source.read(session.picture_file(1))


def test_the_command_line_repeats_a_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    session = on_paper(tmp_path / "one", PaperStudio())
    step = {"id": "a", "tool": "plan_layout", "args": {"prompt": "a dog left of a car"}}
    file = carrying(tmp_path / "p.png", json.dumps({"script": {"steps": [step]}}))
    home = ["--home", str(tmp_path / "home")]
    assert main(["run", *home, str(file)]) == 0 and "NOT the picture" in capsys.readouterr().out
    assert main(["run", *home, str(file), "--check"]) == 1
    assert main(["run", *home, str(carrying(tmp_path / "q.png", None))]) == 2 and "no recipe" in capsys.readouterr().err
    session.say("a red car")
    assert read_recipe(session.picture_file(1))[0].script.steps[0].tool == "generate"
