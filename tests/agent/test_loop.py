"""The loop paints, looks and repents: what it accepts, what it rolls back, when it stops."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from double import Made, PaperStudio, paper_session, things

from pentimento.agent import graph
from pentimento.agent.act import fill
from pentimento.agent.budget import Budget
from pentimento.agent.critic import ScriptedCritic
from pentimento.agent.errors import LogFull
from pentimento.agent.run import Acted, Asked, Call, Decided, Failed, Judged, Opened, Promised, Run, Stopped
from pentimento.agent.session import Session
from pentimento.agent.turn import given_up
from pentimento.tools.checks import Check, Verdict
from pentimento.tools.errors import NothingFound


def remedies(session: Session) -> list[str]:
    return [e.remedy.operation for e in session.run.turn if isinstance(e, Decided) and e.remedy is not None]


def test_a_right_picture_is_left_alone(tmp_path: Path) -> None:
    session = paper_session(tmp_path, PaperStudio())
    turn = session.say("a red car and a dog")
    assert turn.reason == "satisfied" and turn.number == 1 and things(session) == {"red car", "dog"}
    assert remedies(session) == [] and all(status == "pass" for status, _ in turn.ledger)


def test_a_missing_thing_is_added(tmp_path: Path) -> None:
    session = paper_session(tmp_path, PaperStudio(faults=["-dog"]))
    turn = session.say("a red car and a dog")
    assert remedies(session) == ["add"] and turn.reason == "satisfied" and "dog" in things(session)
    assert turn.number == 1, "the broken picture was never kept"


def test_a_wrong_colour_is_repaired(tmp_path: Path) -> None:
    session = paper_session(tmp_path, PaperStudio(faults=["-red car, +blue car"]))
    session.say("a red car and a dog")
    assert remedies(session)[0] == "recolour" and things(session) == {"red car", "dog"}


def test_less_than_half_right_is_painted_anew(tmp_path: Path) -> None:
    session = paper_session(tmp_path, PaperStudio(faults=["-red car, -dog"]))
    turn = session.say("a red car and a dog")
    assert remedies(session) == ["again"] and turn.reason == "satisfied"


def test_an_edit_that_does_nothing_is_tried_again_then_rolled_back(tmp_path: Path) -> None:
    studio = PaperStudio(broken_edits=set(range(1, 50)))
    session = paper_session(tmp_path, studio)
    before = session.say("a red car and a dog").image
    turn = session.say("make the car blue")
    assert turn.image == before and turn.number == 1
    assert turn.reason == "no_gain" and "stays as it was" in turn.text
    assert remedies(session) == ["redo", "recolour", "recolour"], "first the same with another seed, then other ways"


def test_the_planners_own_way_was_tried_already(tmp_path: Path) -> None:
    studio = PaperStudio(broken_edits=set(range(1, 50)))
    session = paper_session(tmp_path, studio)
    edit = studio._edit
    studio._edit = lambda **args: edit(**args).model_copy(update={"technique": args.get("technique") or "recolour"})  # type: ignore[method-assign]
    session.say("a red car and a dog")
    session.say("make the car blue")
    ways = [e.remedy.way for e in session.run.turn if isinstance(e, Decided) and e.remedy is not None]
    assert ways[0] != "recolour" and "replace" in ways, "neither that way nor the same edit again comes first"


def test_an_edit_that_failed_once_is_mended(tmp_path: Path) -> None:
    session = paper_session(tmp_path, PaperStudio(broken_edits={1}))
    session.say("a red car and a dog")
    turn = session.say("replace the dog with a cat")
    assert turn.reason == "satisfied" and things(session) == {"red car", "cat"} and remedies(session) == ["redo"]


def test_an_edit_that_changes_something_else_is_rolled_back(tmp_path: Path) -> None:
    session = paper_session(tmp_path, PaperStudio(careless_edits={1}))
    session.say("a red car and a dog")
    turn = session.say("make the car blue")
    judged = [e for e in turn.events if isinstance(e, Judged)]
    assert not judged[1].accepted and "outside" in judged[1].why
    assert things(session) == {"blue car", "dog"}, "the second try was careful"


@pytest.mark.parametrize(
    ("budget", "reason"),
    [(Budget(rounds=1), "rounds"), (Budget(calls=2), "calls"), (Budget(rounds=9), "no_gain")],
    ids=["rounds", "calls", "patience"],
)
def test_the_loop_is_bounded(tmp_path: Path, budget: Budget, reason: str) -> None:
    studio = PaperStudio(faults=["-dog"] * 99, broken_edits=set(range(99)))
    session = paper_session(tmp_path, studio, budget=budget)
    turn = session.say("a red car and a dog")
    assert turn.reason == reason and turn.number == 1, "the best picture is kept all the same"
    assert len(studio.calls) <= 24


def test_undo_redo_branch_and_names(tmp_path: Path) -> None:
    session = paper_session(tmp_path, PaperStudio())
    session.say("a red car and a dog")
    session.say("remove the dog")
    session.say("change the background to snow")
    assert things(session) == {"red car", "@snow"}
    assert "Picture 2" in session.say("undo").text and things(session) == {"red car"}
    session.say("redo")
    assert things(session) == {"red car", "@snow"}
    session.say("go back to the first one")
    session.say("replace the dog with a cat")
    assert things(session) == {"red car", "cat"} and session.turn().number == 4
    here = graph.place(session.run)
    assert [here.came_from[s] and here.pictures.index(here.came_from[s] or 0) + 1 for s in here.pictures] == [None, 1, 2, 1]
    session.say("call this version sunny")
    session.say("go back to the second one")
    session.say("go back to sunny")
    assert things(session) == {"red car", "cat"}
    assert session.say("redo").text.startswith("Nothing was undone")
    assert "→ 4" in session.history and "(from 1)" in session.history


def test_what_is_wanted_follows_the_branch(tmp_path: Path) -> None:
    session = paper_session(tmp_path, PaperStudio())
    session.say("a red car and a dog")
    session.say("remove the dog")
    assert "not made to show a dog" in session.say("make the dog pink").text
    session.undo()
    assert session.say("make the dog pink").reason == "satisfied"


def test_an_edit_that_no_check_can_see_stands(tmp_path: Path) -> None:
    session = paper_session(tmp_path, PaperStudio())
    before = session.say("a red car and a dog").image
    turn = session.say("move the dog to the left")
    assert turn.image != before and turn.reason == "satisfied"


def test_eyes_that_cannot_tell_do_not_refuse_what_was_asked(tmp_path: Path) -> None:
    studio = PaperStudio()
    session = paper_session(tmp_path, studio)
    session.say("a red car and a dog")
    sure = studio.opinion
    studio.opinion = lambda *asked: [v.model_copy(update={"status": "unsure"}) if v.kind == "background" else v for v in sure(*asked)]  # type: ignore[method-assign]
    critic = ScriptedCritic(studio.opinion)
    session.crew = replace(session.crew, critic=critic)
    turn = session.say("change the background to snow")
    assert turn.number == 2 and turn.reason == "unsure" and "please look yourself" in turn.text


def doubting(studio: PaperStudio, session: Session, kind: str, pictures: int) -> None:
    """Lets the critic be unsure about a kind of check in its first so many pictures that show what is wanted."""
    sure, seen = studio.opinion, list[str]()

    def opinion(checks: Sequence[Check], image: str, before: str | None) -> list[Verdict]:
        found = sure(checks, image, before)
        if image not in seen:
            seen.append(image)
        dim = seen.index(image) < pictures
        return [v.model_copy(update={"status": "unsure"}) if dim and v.kind == kind and v.status == "pass" else v for v in found]

    session.crew = replace(session.crew, critic=ScriptedCritic(opinion))


def test_a_doubt_is_worked_on_until_it_is_gone(tmp_path: Path) -> None:
    studio = PaperStudio()
    session = paper_session(tmp_path, studio)
    doubting(studio, session, "exists", 1)
    turn = session.say("a red car and a dog")
    assert turn.reason == "satisfied" and len(remedies(session)) == 1
    assert all(tool == "generate" for tool, _ in studio.calls), "what is perhaps there is not added a second time"


def test_a_doubt_that_stays_leaves_the_first_picture(tmp_path: Path) -> None:
    studio = PaperStudio()
    session = paper_session(tmp_path, studio)
    doubting(studio, session, "background", 99)
    turn = session.say("a red car in the snow")
    assert turn.reason == "unsure" and turn.number == 1
    first, *others = [e for e in turn.events if isinstance(e, Judged)]
    assert len(others) >= 2 and first.accepted and not any(e.accepted for e in others)


def test_an_edit_in_doubt_is_drawn_again(tmp_path: Path) -> None:
    studio = PaperStudio()
    session = paper_session(tmp_path, studio)
    session.say("a red car and a dog")
    doubting(studio, session, "exists", 2)
    turn = session.say("replace the dog with a cat")
    assert turn.reason == "satisfied" and remedies(session) == ["redo"] and things(session) == {"red car", "cat"}


def test_what_the_eyes_do_not_find_is_painted_anew(tmp_path: Path) -> None:
    studio = PaperStudio()
    session = paper_session(tmp_path, studio)
    session.say("a red car and a dog")
    edit = studio._edit

    def blind(**args: object) -> object:
        raise NothingFound("I see no dog in the picture")

    studio._edit = blind  # type: ignore[assignment, method-assign]
    turn = session.say("replace the dog with a cat")
    assert turn.reason == "satisfied" and things(session) == {"red car", "cat"} and "painted the whole scene anew" in turn.text
    turn = session.say("remove the cat")
    assert turn.number == 2 and "no dog" in turn.text, "what is not there needs no new picture"
    studio._edit = edit  # type: ignore[method-assign]
    assert session.undo().number == 1


def test_several_changes_in_one_request(tmp_path: Path) -> None:
    session = paper_session(tmp_path, PaperStudio())
    session.say("a red car and a dog")
    turn = session.say("remove the dog and make the car blue, then change the background to snow")
    assert things(session) == {"blue car", "@snow"} and turn.number == 2


def test_a_turned_down_picture_can_be_kept(tmp_path: Path) -> None:
    session = paper_session(tmp_path, PaperStudio(broken_edits=set(range(1, 50))))
    session.say("a red car and a dog")
    turn = session.say("make the car blue")
    step = next(e.step for e in turn.events if isinstance(e, Judged) and not e.accepted)
    assert "`keep the attempt`" in turn.text
    session.say("a house")
    assert session.keep(step).number == 3
    promise = graph.place(session.run).promise
    assert promise is not None and "blue" in {c.value for c in promise.checks}, "it was made for the ledger of its own turn"


def test_concepts_are_learned_and_painted(tmp_path: Path) -> None:
    studio = PaperStudio()
    session = paper_session(tmp_path, studio)
    turn = session.say("learn this as Mia, a dog", [b"one", b"two"])
    name, args = studio.calls[-1]
    assert name == "customize" and args["name"] == "mia" and args["noun"] == "dog" and len(args["images"]) == 2
    assert "learned mia" in turn.text and turn.image is None
    session.say("mia in the snow")
    assert things(session) == {"mia", "@snow"}
    assert "pictures" in session.say("learn the concept Rex from these pictures").text


def test_looking_and_helping_change_nothing(tmp_path: Path) -> None:
    session = paper_session(tmp_path, PaperStudio())
    for words in ("what do you see?", "make it bigger", "undo", "upscale"):
        assert "picture" in session.say(words).text
    first = session.say("a red car and a dog").image
    for words in ("what do you see?", "help", "history", "upscale it", "how many dogs are there?", "paint a dragon", ""):
        turn = session.say(words)
        assert turn.image == first and turn.text, words
    assert "dragon" in session.say("replace the dog with a dragon").text


def test_a_broken_tool_does_not_end_the_session(tmp_path: Path) -> None:
    studio = PaperStudio()
    session = paper_session(tmp_path, studio)
    studio.pictures = None  # type: ignore[assignment]
    turn = session.say("a red car")
    failed = [e for e in turn.events if isinstance(e, Failed)]
    assert failed[0].code == "internal" and "broke" in turn.text
    studio.pictures = {}
    assert session.say("a red car").reason == "satisfied"


def test_any_prefix_goes_on_to_the_same_end(tmp_path: Path) -> None:
    """A process that dies after any event goes on where it was, and comes to the same pictures."""
    whole = paper_session(tmp_path / "whole", PaperStudio(faults=["-dog"]))
    whole.say("a red car and a dog")
    whole.say("remove the dog")
    events = whole.run.events
    for cut in range(2, len(events)):
        folder = tmp_path / f"cut{cut}"
        studio = PaperStudio(faults=["-dog"], pictures=dict(whole.studio.pictures))  # type: ignore[attr-defined]
        if any(getattr(e, "kind", "") == "acted" for e in events[:cut]):
            studio.faults = []
        session = paper_session(folder, studio)
        for number, event in enumerate(events[:cut]):
            if number:
                session.log.append("s", number, event)
        session.close()
        session = paper_session(folder, studio)
        session.resume()
        if session.run.turns == 1:
            session.say("remove the dog")
        assert things(session) == {"red car"}, f"cut after event {cut}"
        assert Run.model_validate(session.run.model_dump()) == session.run


def test_saying_something_closes_an_interrupted_turn(tmp_path: Path) -> None:
    session = paper_session(tmp_path, PaperStudio())
    session.say("a red car")
    session._add(session.run.turn[0])  # a turn that began and went no further
    turn = session.say("history")
    reasons = [e.reason for e in session.run.events if isinstance(e, Stopped)]
    assert reasons == ["satisfied", "interrupted", "answered"] and turn.number == 1


def test_cancel_ends_the_turn_and_keeps_what_is_finished(tmp_path: Path) -> None:
    session = paper_session(tmp_path, PaperStudio(faults=["-dog"]))
    session.watch = lambda event: session.cancel() if isinstance(event, Judged) else None
    turn = session.say("a red car and a dog")
    assert turn.reason == "cancelled" and turn.number == 1
    session.watch = lambda event: None
    assert session.say("add a dog").reason == "satisfied"


def test_equal_work_is_not_done_twice(tmp_path: Path) -> None:
    studio = PaperStudio()
    session = paper_session(tmp_path, studio)
    session.say("a red car and a dog")
    session.say("what do you see?")
    count = len(studio.calls)
    session.say("what do you see?")
    assert len(studio.calls) == count
    assert session.run.steps[-1].reused == session.run.steps[-2].step


def test_a_full_disk_loses_nothing_and_the_session_goes_on(tmp_path: Path) -> None:
    session = paper_session(tmp_path, PaperStudio())
    first = session.say("a red car").image
    base = session.log._base
    base.execute(f"PRAGMA max_page_count = {base.execute('PRAGMA page_count').fetchone()[0]}")
    with pytest.raises(LogFull) as caught:
        for _ in range(50):
            session.say("a dog")
    assert "free some space" in caught.value.hint
    finished = len(session.run.events)
    base.execute("PRAGMA max_page_count = 100000")
    assert session.log.load("s").events == session.run.events and len(session.run.events) == finished
    assert session.go(1).image == first
    assert session.say("make the car blue").reason == "satisfied"


def test_a_call_finds_the_result_of_a_repair_whose_name_has_a_dot() -> None:
    """"$r1.1.found.0.mask" was read as the part "1.found" of a result "r1", so no repair of two calls ever worked."""
    steps = [
        Acted(step=n, call=Call(id=name, tool="segment"), key="", parent=None, result={"found": [{"mask": f"mask:{n}"}]})
        for n, name in enumerate(("p1", "r1", "r1.1"), 1)
    ]
    opened = Opened(session="s", seed=0, profile="embedded", version="0")
    run = Run(events=(opened, Asked(text="x"), *steps))
    assert fill({"region": "$r1.1.found.0.mask", "other": "$p1.found.0.mask"}, run) == {"region": "mask:3", "other": "mask:1"}


def test_what_was_tried_in_vain_is_left_alone_until_somebody_asks_for_it(tmp_path: Path) -> None:
    studio = PaperStudio(faults=["-dog"] * 30, broken_edits=set(range(1, 60)))
    session = paper_session(tmp_path, studio)
    session.say("a red car and a dog")
    assert studio.edits, "nobody tried to mend it"
    studio.broken_edits, studio.edits, studio.calls = set(), 0, []
    turn = session.say("make the car blue")
    assert [name for name, _ in studio.calls] == ["edit"] and "blue" in studio.calls[0][1]["instruction"]
    assert "there is a dog" in turn.text and "`fix it`" in turn.text and turn.reason == "as_before"
    session.say("fix it")
    assert things(session) == {"blue car", "dog"}


def test_a_repair_works_on_what_was_asked_and_not_on_what_was_broken_before(tmp_path: Path) -> None:
    studio = PaperStudio(faults=["-dog"] * 30, broken_edits=set(range(1, 60)))
    session = paper_session(tmp_path, studio)
    session.say("a red car and a dog")
    studio.broken_edits, studio.edits, studio.calls = {1}, 0, []
    session.say("make the car blue")
    told = [args["instruction"] for name, args in studio.calls if name == "edit"]
    assert len(told) == 2 and all("blue" in words for words in told), told
    assert things(session) == {"blue car"}


class Telling(PaperStudio):
    """A studio whose tools say what they did, as the real ones do."""

    def _generate(self, prompt: str, seed: int, **more: Any) -> Made:
        return super()._generate(prompt, seed, **more).model_copy(update={"caption": prompt})

    def _edit(self, image: str, instruction: str, seed: int, **more: Any) -> Made:
        return super()._edit(image, instruction, seed, **more).model_copy(update={"did": f"Done so: {instruction}"})


def test_an_answer_says_what_was_done(tmp_path: Path) -> None:
    session = paper_session(tmp_path, Telling())
    assert session.say("a red car and a dog").text.startswith("A new picture: a red car and a dog.")
    assert session.say("remove the dog").text.startswith("Done so: remove the dog.")
    told = session.say("make the car blue and add a tree").text
    assert told.startswith("Done so: make the car blue; done so: add a tree."), told


def test_what_a_repair_has_mended_is_not_given_up(tmp_path: Path) -> None:
    for studio, given in ((PaperStudio(faults=["-dog"]), False), (PaperStudio(faults=["-dog"] * 30, broken_edits=set(range(1, 60))), True)):
        session = paper_session(tmp_path / str(given), studio)
        session.say("a red car and a dog")
        assert remedies(session)
        session.say("make the car blue")
        promise = next(e for e in session.run.turn if isinstance(e, Promised))
        assert bool(given_up(session.run, promise)) is given
