"""What the offline planner does about wishes that are no single edit: it mends, counts, varies, exchanges, asks back, forgets."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from double import PaperStudio, paper_session

from pentimento.agent.critic import ScriptedCritic
from pentimento.agent.run import Acted, Decided, Judged, Promised
from pentimento.agent.session import Session
from pentimento.tools.checks import Evidence, Verdict


def things(session: Session) -> frozenset[str]:
    studio = session.studio
    assert isinstance(studio, PaperStudio) and session.image is not None
    return studio.pictures[session.image]


def calls(session: Session) -> list[tuple[str, str]]:
    """Tool and instruction or prompt of what this turn's planner did."""
    planned = {c.id for e in session.run.turn if isinstance(e, Decided) and e.by == "planner" for c in e.calls}
    steps = [e for e in session.run.turn if isinstance(e, Acted) and e.call.id in planned]
    return [(e.call.tool, str((e.call.args or {}).get("instruction", (e.call.args or {}).get("prompt", "")))) for e in steps]


def wanted(session: Session) -> dict[str, Any]:
    promised = next(e for e in reversed(session.run.events) if isinstance(e, Promised))
    assert promised.wanted is not None
    return promised.wanted


def test_fix_repairs_the_current_picture_and_paints_nothing_first(tmp_path: Path) -> None:
    studio = PaperStudio(faults=["-dog"] * 4, broken_edits={1})
    session = paper_session(tmp_path, studio)
    assert session.say("a red car and a dog").reason == "no_gain" and things(session) == {"red car"}
    before = len(session.run.events)
    turn = session.say("one dog is missing, fix it")
    assert turn.reason == "satisfied" and things(session) == {"red car", "dog"} and turn.number == 2
    events = session.run.events[before:]
    first = next(e for e in events if isinstance(e, Judged))
    assert first.why == "the picture as it was" and calls(session) == []
    assert [e.remedy.operation for e in events if isinstance(e, Decided) and e.remedy is not None] == ["add"]


def test_fix_leaves_alone_what_is_right(tmp_path: Path) -> None:
    session = paper_session(tmp_path, PaperStudio())
    before = session.say("a red car and a dog").image
    turn = session.say("fix whatever did not work")
    assert turn.image == before and turn.number == 1 and turn.reason == "satisfied" and "changed nothing" in turn.text
    assert session.say("make the car blue").reason == "satisfied"


def test_fix_without_a_picture_says_so(tmp_path: Path) -> None:
    assert "no picture yet" in paper_session(tmp_path, PaperStudio()).say("fix it").text


def test_a_variation_is_the_wish_painted_anew(tmp_path: Path) -> None:
    session = paper_session(tmp_path, PaperStudio())
    session.say("a red car and a dog")
    session.say("the same but at night and with a cat instead of the dog")
    assert calls(session)[0] == ("generate", "a red car and a cat at night") and things(session) == {"red car", "cat", "@night"}
    session.say("the same without the cat")
    assert things(session) == {"red car", "@night"} and wanted(session)["absent"] == ["cat"]


def test_more_of_a_kind_are_added_at_once(tmp_path: Path) -> None:
    session = paper_session(tmp_path, PaperStudio())
    session.say("a red car and a dog")
    session.say("make it three dogs")
    assert calls(session) == [("edit", "add two dogs")]
    assert [t["count"] for t in wanted(session)["things"]] == [1, 3]


def counted(studio: PaperStudio, seen: int) -> ScriptedCritic:
    """Eyes that count so many dogs, the second of which they are least sure of."""

    def opinion(*asked: Any) -> list[Verdict]:
        boxes = tuple((0.1 * n, 0.1, 0.1 * n + 0.1, 0.2) for n in range(seen))
        evidence = Evidence(boxes=boxes, scores=tuple(0.4 if n == 1 else 0.9 for n in range(seen)))
        return [v.model_copy(update={"evidence": evidence}) if v.kind == "count" else v for v in studio.opinion(*asked)]

    return ScriptedCritic(opinion)


def test_of_several_the_least_certain_goes(tmp_path: Path) -> None:
    studio = PaperStudio()
    session = paper_session(tmp_path, studio)
    session.crew = replace(session.crew, critic=counted(studio, 2))
    session.say("a red car and two dogs")
    session.say("one dog is enough")
    assert [tool for tool, _ in calls(session)] == ["segment", "inpaint"]
    looked = next(e for e in session.run.turn if isinstance(e, Acted))
    assert (looked.call.args or {})["boxes"] == [[0.1, 0.1, 0.2, 0.2]]
    assert [t["count"] for t in wanted(session)["things"]] == [1, 1]


def test_what_is_counted_right_already_is_only_promised(tmp_path: Path) -> None:
    studio = PaperStudio()
    session = paper_session(tmp_path, studio)
    session.crew = replace(session.crew, critic=counted(studio, 1))
    first = session.say("a red car and two dogs")
    turn = session.say("one dog is enough")
    assert turn.image == first.image and calls(session) == [] and turn.number == 1
    session.say("make the dog pink")
    assert [t["count"] for t in wanted(session)["things"]] == [1, 1], "the new promise stands"


def test_things_change_places_by_what_was_promised(tmp_path: Path) -> None:
    session = paper_session(tmp_path, PaperStudio())
    session.say("a red car left of a dog")
    session.say("swap the car and the dog")
    assert calls(session) == [("edit", "move the car right of the dog")]
    assert [r["name"] for r in wanted(session)["relations"]] == ["right of"]


def test_things_change_places_by_what_is_seen(tmp_path: Path) -> None:
    studio = PaperStudio()
    session = paper_session(tmp_path, studio)
    session.say("a red car and a dog")
    plain = studio._segment

    def placed(**args: Any) -> Any:
        made = plain(**args)
        boxes = {"red car": [0.1, 0.6, 0.3, 0.8], "dog": [0.2, 0.1, 0.4, 0.3]}
        return made.model_copy(update={"found": [{**f, "box": boxes[f["phrase"]]} for f in made.found]})  # type: ignore[attr-defined]

    studio._segment = placed  # type: ignore[assignment, method-assign]
    turn = session.say("swap the car and the dog")
    assert calls(session) == [("segment", ""), ("edit", "move the car above the dog")] and "found" not in turn.text
    studio._segment = plain  # type: ignore[method-assign]


def test_which_one_is_asked_and_the_answer_completes_the_wish(tmp_path: Path) -> None:
    session = paper_session(tmp_path, PaperStudio())
    before = session.say("a red dog, a blue dog and a tree").image
    turn = session.say("remove the dog")
    assert turn.text == "Which dog: the red dog or the blue dog?" and turn.image == before
    session.say("the blue one")
    assert calls(session) == [("edit", "remove the blue dog")]
    assert {t["noun"] for t in wanted(session)["things"]} == {"dog", "tree"}
    assert session.say("the red one").image is not None, "the question is answered: this is a wish of its own"


@pytest.mark.parametrize(("answer", "gone"), [("red", "red dog"), ("the second one", "blue dog"), ("the red dog please", "red dog")])
def test_short_answers(tmp_path: Path, answer: str, gone: str) -> None:
    session = paper_session(tmp_path, PaperStudio())
    session.say("a red dog and a blue dog")
    session.say("make the dog bigger")
    session.say(answer)
    assert calls(session) == [("edit", f"make the {gone} bigger")]


def test_it_is_what_was_talked_about_last(tmp_path: Path) -> None:
    session = paper_session(tmp_path, PaperStudio())
    session.say("a red car and a dog")
    assert "Which one" in session.say("make it bigger").text
    session.say("make the dog pink")
    session.say("what do you see?")
    session.say("make it bigger")
    assert calls(session) == [("edit", "make the dog bigger")]
    session.say("replace it with a cat and make it black")
    assert [words for _, words in calls(session)] == ["replace the dog with a cat", "make the cat black"]


def test_things_are_called_as_they_are_by_then(tmp_path: Path) -> None:
    session = paper_session(tmp_path, PaperStudio())
    session.say("a red dog and a blue dog")
    session.say("make the red dog white and bigger")
    assert [words for _, words in calls(session)] == ["make the red dog white", "make the white dog bigger"]


def test_going_back_and_an_edit_in_one_sentence(tmp_path: Path) -> None:
    session = paper_session(tmp_path, PaperStudio())
    session.say("a red car and a dog")
    session.say("remove the dog")
    session.say("undo that and make the dog pink")
    assert things(session) == {"red car", "pink dog"}
    session.say("go back to the first one and make the car blue")
    assert things(session) == {"blue car", "dog"}
    kept = session.image
    assert session.say("go to 9, then make the car green").image == kept, "what could not be gone to is not edited"
    assert "before an edit" in session.say("make the car green, then undo").text


def test_two_pictures(tmp_path: Path) -> None:
    session = paper_session(tmp_path, PaperStudio())
    session.say("a red car and a dog")
    session.say("make the car blue")
    session.go(1)
    session.say("remove the dog")
    assert "Only in picture 2" in session.say("how do 2 and 3 differ?").text
    session.say("merge 2 and 3")
    assert things(session) == {"blue car"}


def test_a_refused_attempt_is_kept_and_known(tmp_path: Path) -> None:
    session = paper_session(tmp_path, PaperStudio(careless_edits=set(range(99))))
    session.say("a red car and a dog")
    assert session.say("make the car blue").number == 1
    assert session.say("take it anyway").number == 2 and things(session) == {"blue car", "dog"}
    session.crew = replace(session.crew, critic=ScriptedCritic(PaperStudio(pictures=session.studio.pictures).opinion))  # type: ignore[attr-defined]
    session.say("make the car green")
    assert calls(session) == [("edit", "make the car green")]
    session.say("undo")
    assert "No attempt" in paper_session(tmp_path / "fresh", PaperStudio()).say("keep the rejected one").text


def test_forgetting_a_concept(tmp_path: Path) -> None:
    studio = PaperStudio()
    session = paper_session(tmp_path, studio)
    gone: list[str] = []

    def forget(name: str) -> str:
        gone.append(name)
        return f"forgotten/{name}.json"

    studio.concepts = SimpleNamespace(forget=forget)  # type: ignore[attr-defined]
    turn = session.say("forget mia")
    assert gone == ["mia"] and "forgotten mia" in turn.text


def test_a_map_is_followed(tmp_path: Path) -> None:
    studio = PaperStudio()
    session = paper_session(tmp_path, studio)
    studio._control = lambda **args: studio._generate(**args)  # type: ignore[attr-defined]
    turn = session.say("follow the edges of this picture and paint a cat", [b"lines"])
    name, args = studio.calls[0]
    assert name == "control" and args["kind"] == "edge" and args["image"].startswith("image:") and turn.reason == "satisfied"


def test_what_a_mask_covered_is_promised_no_more(tmp_path: Path) -> None:
    studio = PaperStudio()
    session = paper_session(tmp_path, studio)
    session.say("a red car and a dog")
    plain = studio._segment

    def found(image: str, phrases: Any = (), **_: Any) -> Any:
        made = plain(image, [p for p in phrases if p != "dog"])
        return made.model_copy(update={"missing": ["dog"]})

    studio._segment, studio.last = found, ["dog"]  # type: ignore[assignment, method-assign]
    turn = session.say("remove what I marked", mask=b"mask")
    assert things(session) == {"red car"} and turn.reason == "satisfied" and [t["noun"] for t in wanted(session)["things"]] == ["car"]


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("what is still wrong?", "checks hold"),
        ("why did you do that?", "You asked"),
        ("thanks!", "welcome"),
        ("which concepts are there?", "mia"),
        ("history", "1"),
        ("what can you do?", "You can say"),
    ],
)
def test_words_from_the_run(tmp_path: Path, words: str, part: str) -> None:
    session = paper_session(tmp_path, PaperStudio())
    before = session.say("a red car and a dog").image
    turn = session.say(words)
    assert part in turn.text and turn.image == before
