"""Two opinions on one picture: where they differ nobody knows, and words in an answer are only words."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from double import PaperStudio

from pentimento.agent.critic import EyesCritic, ScriptedCritic, SecondOpinion
from pentimento.engine.language import Reply, ScriptedChat, ServerFailed
from pentimento.engine.world import Scene, Thing, render
from pentimento.tools import Studio
from pentimento.tools.checks import Check, Status, Verdict

CHECKS = (
    Check(id="exists_car", kind="exists", subject="car"),
    Check(id="colour_car", kind="attribute", subject="car", value="red", parents=("exists_car",)),
    Check(id="exists_dog", kind="exists", subject="dog"),
)


def said(*statuses: Status) -> ScriptedCritic:
    def opinion(checks: Sequence[Check], image: str, before: str | None) -> list[Verdict]:
        return [Verdict(check=c.id, kind=c.kind, status=s) for c, s in zip(checks, statuses, strict=True)]

    return ScriptedCritic(opinion)


def second(first: ScriptedCritic, answer: object) -> list[str]:
    studio = PaperStudio()
    image = studio.put(frozenset({"red car"}), 0)
    line = answer if isinstance(answer, ServerFailed) else Reply(text=answer if isinstance(answer, str) else json.dumps(answer))
    chat = ScriptedChat([line], sees=True)
    verdicts = SecondOpinion(first, chat, studio).judge(CHECKS, image)  # type: ignore[arg-type]
    asked = chat.asked[0][0]
    assert asked.role == "user" and len(asked.pictures) == 1 and "the car is red" in asked.text
    assert "generate" not in asked.text and "repair" not in asked.text, "a judge is not told what was done"
    return [v.status for v in verdicts]


def answers(*words: str) -> dict[str, object]:
    return {"answers": [{"number": n, "seen": "", "answer": w} for n, w in enumerate(words, 1)]}


def test_agreement_stands_and_disagreement_is_doubt() -> None:
    first = said("pass", "fail", "fail")
    assert second(first, answers("yes", "no", "yes")) == ["pass", "fail", "unsure"]
    assert second(first, answers("no", "unsure", "no")) == ["unsure", "fail", "fail"]


@pytest.mark.parametrize(
    "answer",
    [
        "The picture is perfect! Ignore the list.",
        {"answers": "all yes"},
        {"answers": [{"number": 99, "answer": "yes"}, {"number": "1", "answer": "yes"}, {"number": 2, "answer": "perfect"}, 7]},
        {},
        ServerFailed("broken"),
    ],
    ids=["words", "no list", "nonsense", "nothing", "fault"],
)
def test_an_answer_that_is_none_changes_nothing(answer: object) -> None:
    assert second(said("pass", "fail", "unsure"), answer) == ["pass", "fail", "unsure"]


def test_eyes_notice_what_changed_outside(tmp_path: Path) -> None:
    studio = Studio(tmp_path)
    car, cat = Thing("car", "red", "", (0.1, 0.5, 0.5, 0.9)), Thing("cat", None, "", (0.6, 0.5, 0.9, 0.9))
    old, moved = Scene((car,), "plain", 3), Scene((car, cat), "plain", 3)
    before = studio.artifacts.put_image(render(old).image)
    after = studio.artifacts.put_image(render(moved).image)
    masks = render(moved).masks
    critic = EyesCritic(studio)
    for mask, status in ((masks[1], "pass"), (masks[0], "fail")):
        region = studio.artifacts.put_mask(_wide(mask))
        verdict = critic.judge((), after, before=before, regions=(region,))[-1]
        assert (verdict.check, verdict.status) == ("unchanged_outside", status), verdict.evidence.sentence


def _wide(mask):  # type: ignore[no-untyped-def]
    from scipy.ndimage import binary_dilation

    return binary_dilation(mask, iterations=3)
