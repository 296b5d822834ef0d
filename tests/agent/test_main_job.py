"""The main job on the real embedded models: paint, look, edit, go back, learn, export, and the same pictures again from the script.

What is promised here is the way through the house, not the quality of pictures: no test asks that a picture is good.
"""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from PIL import Image

from pentimento.agent.budget import Budget
from pentimento.agent.decide import ScriptedMind
from pentimento.agent.demo import teddies
from pentimento.agent.replay import run_script
from pentimento.agent.run import Acted, Call, Decided, Failed, Judged
from pentimento.agent.scripts import script_of
from pentimento.agent.session import Session
from pentimento.tools import CATALOGUE
from pentimento.tools.artifacts import decoded

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")
QUICK = Budget(rounds=1, seconds=60)


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)  # threads of tiny networks wait for each other longer than they work


@pytest.fixture(scope="module")
def talked(tmp_path_factory: pytest.TempPathFactory) -> Session:
    session = Session.open(tmp_path_factory.mktemp("home"), name="main", seed=2, budget=QUICK)
    session.say("a red car in a meadow")
    return session


def test_a_picture_is_painted_and_judged(talked: Session) -> None:
    turn = talked.turn()
    assert turn.image is not None and turn.number == 1 and turn.ledger, turn.text
    assert not [e for e in turn.events if isinstance(e, Failed)]
    first = next(e for e in turn.events if isinstance(e, Judged))
    assert all(v.evidence.sentence or v.status == "not_asked" for v in first.verdicts)
    step = next(e for e in turn.events if isinstance(e, Acted))
    assert step.fingerprint and step.engine_calls > 0 and step.call.args and step.call.args["seed"] is not None
    file = talked.picture_file(1)
    assert decoded(file.read_bytes()).size == (256, 256)
    with Image.open(file) as picture:
        assert "generate" in picture.text["pentimento"] or "edit" in picture.text["pentimento"]  # type: ignore[attr-defined]


def test_an_edit_leaves_the_rest_alone(talked: Session) -> None:
    before = talked.image
    turn = talked.say("change the background to snow")
    judged = [e for e in turn.events if isinstance(e, Judged)]
    assert judged and judged[0].image == before
    kept = [e for e in judged if e.accepted][-1]
    assert all(v.status != "fail" for v in kept.verdicts if v.kind == "unchanged_outside")


def test_undo_and_branch(talked: Session) -> None:
    first = talked.go(1).image
    turn = talked.say("change the background to night")
    assert talked.run.done and turn.text
    assert talked.go(1).image == first


def test_bad_requests_keep_the_session_alive(talked: Session, tmp_path: Path) -> None:
    image, turns = talked.image, talked.run.turns
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\nnot really")
    with pytest.raises(Exception, match="PNG"):
        talked.say("learn this as mia", [broken])
    assert talked.run.turns == turns, "nothing was asked yet"
    for words in ("", "a dragon", "a spaceship in a volcano", "remove the giraffe", "x" * 9000, "undo undo undo", "go back to picture 99"):
        turn = talked.say(words)
        assert turn.text and talked.run.done and turn.image == image, words[:40]


def test_the_script_repeats_the_pictures(talked: Session, tmp_path: Path) -> None:
    file = talked.export(tmp_path / "main.yaml")
    replayed = run_script(file, tmp_path / "again")
    assert replayed.identical and replayed.computed == len(replayed.run.steps) > 0
    again = run_script(file, tmp_path / "again")
    assert again.identical and again.computed == 0


def test_saving_says_where_the_picture_and_the_script_are(talked: Session) -> None:
    text = talked.say("save it").text
    files = [Path(word.rstrip(".;")) for word in text.split() if word.rstrip(".;").endswith((".png", ".yaml"))]
    assert [file.suffix for file in files] == [".png", ".yaml"] and all(file.is_file() for file in files)


def test_a_concept_is_learned_by_name(tmp_path: Path) -> None:
    """A few steps of training only: that it is learned, kept and used, not that it is good."""
    with Session.open(tmp_path / "home", seed=4, budget=Budget(rounds=0)) as session:
        offline = session.crew.mind
        toy = session.take(teddies(tmp_path / "given")[0])
        call = Call(id="p1", tool="customize", args={"images": [toy], "name": "bo", "noun": "toy", "steps": 3})
        session.crew = replace(session.crew, mind=ScriptedMind([Decided(calls=(call,)), Decided(text="Learned.")]))
        turn = session.say("learn this as bo, a toy")
        assert [e.call.tool for e in turn.events if isinstance(e, Acted)] == ["customize"], turn.text
        session.crew = replace(session.crew, mind=offline)
        assert session.say("bo on a beach").number == 1
        assert [s.tool for s in script_of(session.run).steps] == ["customize", "generate"], "the script learns before it paints"


def test_every_tool_is_offered_to_a_model() -> None:
    families = {"plan_layout", "segment", "inpaint", "edit", "generate", "control", "customize", "look", "upscale"}
    assert families <= set(CATALOGUE)
