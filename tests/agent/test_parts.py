"""Each part of the loop by itself: the painter that obeys does what it is told, and choice is tried with truth."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pentimento.agent.benches import obedient
from pentimento.agent.benches.faults import DRAW, KINDS, Fault, true_of, wanted_of
from pentimento.agent.benches.obedient import Obedient, TrueCritic
from pentimento.agent.benches.parts import Trial, chosen_on, figures_of, page
from pentimento.agent.benches.repairs import Unit, obeyed_of
from pentimento.agent.budget import Budget
from pentimento.agent.run import Decided, Failed
from pentimento.engine.world import Scene, Thing
from pentimento.engine.world.scene import holds, place
from pentimento.tools.errors import NoRoom, NothingFound
from pentimento.tools.instructions import read_instruction
from pentimento.tools.promises import checks_of

DOG, CAR = Thing("dog", None, "", place("dog", 0.4, (0.3, 0.7))), Thing("car", "red", "", place("car", 0.4, (0.75, 0.3)))
SCENE = Scene((DOG, CAR), "meadow", 1)


@pytest.fixture
def studio(tmp_path: Path) -> Obedient:
    return Obedient(tmp_path, Fault("exists", SCENE, SCENE), 0)


def after(studio: Obedient, words: str, scene: Scene = SCENE) -> Scene:
    return studio.changed(scene, read_instruction(words))


def test_it_does_what_it_is_told(studio: Obedient) -> None:
    assert after(studio, "remove the dog").things == (CAR,)
    assert {t.name for t in after(studio, "replace the dog with a cat").things} == {"cat", "car"}
    assert [t.colour for t in after(studio, "make the red car blue").things if t.name == "car"] == ["blue"]
    assert [t.size for t in after(studio, "make the dog bigger").things if t.name == "dog"] == ["big"]
    assert after(studio, "change the background to snow").background == "snow"
    roomy = replace(SCENE, things=(DOG, replace(CAR, box=place("car", 0.3, (0.2, 0.2)))))
    dog, car = sorted(after(studio, "move the dog right of the car", roomy).things, key=lambda t: t.name != "dog")
    assert holds("right of", dog.box, car.box)
    assert len(after(studio, "add a tree").things) == 3


def test_it_refuses_what_cannot_be(studio: Obedient) -> None:
    with pytest.raises(NothingFound):
        after(studio, "remove the cat")
    crowded = replace(SCENE, things=(replace(DOG, box=(0.0, 0.0, 1.0, 1.0)),))
    with pytest.raises(NoRoom):
        after(studio, "add a tree", crowded)


def test_its_pictures_are_judged_by_what_they_show(studio: Obedient) -> None:
    image = studio.shown(SCENE)
    checks = checks_of(wanted_of(SCENE))
    assert {v.status for v in TrueCritic(studio).judge(checks, image)} == {"pass"}
    bare = studio.shown(replace(SCENE, things=(CAR,)))
    verdicts = TrueCritic(studio).judge(checks, bare)
    assert [v.status for v in verdicts if v.kind == "exists"].count("fail") == 1


@pytest.mark.parametrize("kind", KINDS)
def test_choice_finds_a_way_when_nothing_else_fails(kind: str, tmp_path: Path) -> None:
    found = [chosen_on(DRAW[kind](np.random.default_rng([5, number])), number, tmp_path) for number in range(4)]
    assert sum(t.solved for t in found) >= 3, found
    assert all(t.rounds == len(t.asked) >= 1 for t in found)


def test_a_way_that_was_refused_is_not_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(self: Obedient, *_: object) -> Thing:
        raise NoRoom("there is no room")

    monkeypatch.setattr(Obedient, "_room", never)
    wanted = Scene((DOG, CAR), "meadow", 1, relation=(0, "right of", 1))
    right = replace(wanted, things=(replace(DOG, box=CAR.box), replace(CAR, box=DOG.box)))
    session, studio = obedient.opened(tmp_path, "s", Fault("relation", SCENE, right), 0, Budget())
    with session:
        session.say("a dog right of a red car in a meadow")
        tried = [(e.remedy.operation, e.remedy.way) for e in session.run.turn if isinstance(e, Decided) and e.remedy is not None]
        assert len(set(tried)) == len(tried) and any(isinstance(e, Failed) for e in session.run.turn)
        assert tried[-1][0] in ("again", "technique")
        assert all(true_of(c, studio.scenes[str(session.image)]) is not False for c in checks_of(wanted_of(wanted)))


def test_what_the_painter_obeys_is_counted_by_fault() -> None:
    units = [
        Unit("absent", "remove", way, number, "p", fulfilled=number < solved, mended=True, harmed=False, rows=rows)
        for way, solved, rows in (("edit", 2, 100), ("inpaint", 1, 10))
        for number in range(4)
    ]
    (row,) = obeyed_of(units)
    assert row["first"][0] == 0.25 and row["any"][0] == 0.5 and row["faults"] == 4  # inpaint costs 40 rows a success, edit 200


def test_the_page_says_what_each_part_did() -> None:
    found = [Trial("absent", seen=True, content=n > 0, solved=True, rounds=1, reason="satisfied", asked=("remove edit",)) for n in range(4)]
    figures = figures_of(found)
    assert figures["absent.critic"].value == 0.75 and figures["all.choice"].value == 1.0
    assert "| absent | 1.00" in page(figures, 4)
