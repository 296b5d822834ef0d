"""Looks at a picture and says for each promise whether it holds, with evidence; "unsure" is an answer.

`EyesCritic` asks detector, segmenter, scorer and the colour rule. `SecondOpinion` adds a vision-language model: where the two disagree,
nobody knows, and the verdict is "unsure". The model gets the list of promises and never what was done to the picture; what it reads
*in* the picture is data. A critic never chooses a repair, and a bench that scores the loop uses other eyes.
"""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ..engine.language import Chat, LanguageError, Message, json_object
from ..prompts import render
from ..tools import Studio
from ..tools.checks import Check, Verdict, judge
from .answers import sentence
from .ledger import UNCHANGED

ELSEWHERE = Check(id=UNCHANGED, kind="unchanged_outside", subject="everything else", value="", object="")


class Critic(Protocol):
    """Gives a verdict on each check."""

    def judge(
        self, checks: Sequence[Check], image: str, *, before: str | None = None, regions: Sequence[str] = ()
    ) -> tuple[Verdict, ...]:
        """Looks at a picture.

        Args:
            checks: what it must show.
            image: its handle.
            before: the picture it was edited from; then one verdict more says whether anything outside `regions` changed.
            regions: masks of what the edit was free to change.
        """
        ...


@dataclass(frozen=True)
class EyesCritic:
    """Looks with the studio's detector, segmenter, scorer and colour rule."""

    studio: Studio

    def judge(
        self, checks: Sequence[Check], image: str, *, before: str | None = None, regions: Sequence[str] = ()
    ) -> tuple[Verdict, ...]:
        """Looks at a picture; see `Critic.judge`."""
        artifacts = self.studio.artifacts
        earlier = region = None
        asked = [c for c in checks if c.id != UNCHANGED]
        if before is not None and regions:
            earlier = artifacts.get_image(before)
            for handle in regions:
                mask = artifacts.get_mask(handle)
                region = mask if region is None else region | mask
            asked.append(ELSEWHERE)
        if not asked:
            return ()
        return tuple(judge(asked, artifacts.get_image(image), self.studio.eyes, before=earlier, region=region))


@dataclass(frozen=True)
class ScriptedCritic:
    """Says what a function says: for tests, and for measuring what a wrong critic would do.

    Attributes:
        opinion: from (checks, image, before) to verdicts.
    """

    opinion: Callable[[Sequence[Check], str, str | None], Sequence[Verdict]]

    def judge(
        self, checks: Sequence[Check], image: str, *, before: str | None = None, regions: Sequence[str] = ()
    ) -> tuple[Verdict, ...]:
        """Says what the function says; see `Critic.judge`."""
        return tuple(self.opinion(checks, image, before))


@dataclass(frozen=True)
class SecondOpinion:
    """A critic whose verdicts a vision-language model must share.

    Attributes:
        first: who looks first.
        chat: the model; it must accept pictures.
        studio: where pictures are.
    """

    first: Critic
    chat: Chat
    studio: Studio

    def judge(
        self, checks: Sequence[Check], image: str, *, before: str | None = None, regions: Sequence[str] = ()
    ) -> tuple[Verdict, ...]:
        """Looks twice; see `Critic.judge`. A model that cannot be asked leaves the first verdicts as they are."""
        verdicts = self.first.judge(checks, image, before=before, regions=regions)
        asked = {c.id: c for c in checks if c.id != UNCHANGED}
        if not asked or not self.chat.sees:
            return verdicts
        try:
            answers = self._ask(list(asked.values()), image)
        except LanguageError:
            return verdicts
        return tuple(_agreed(v, answers.get(v.check)) for v in verdicts)

    def _ask(self, checks: list[Check], image: str) -> dict[str, str]:
        """The model's answer for each check: yes, no or unsure."""
        lines = "\n".join(f"{number}. {sentence(check)}" for number, check in enumerate(checks, 1))
        picture = io.BytesIO()
        self.studio.view(image).save(picture, "PNG")  # the very pixels that the user sees
        schema = _schema(len(checks))
        said = Message(role="user", text=render("critique", promises=lines), pictures=(picture.getvalue(),))
        reply = self.chat.reply([said], schema=schema)
        found: dict[str, str] = {}
        for row in json_object(reply.text).get("answers", []):
            number = row.get("number") if isinstance(row, dict) else None
            if isinstance(number, int) and 1 <= number <= len(checks) and row.get("answer") in ("yes", "no", "unsure"):
                found[checks[number - 1].id] = row["answer"]
        return found


def _schema(count: int) -> dict[str, Any]:
    row = {
        "type": "object",
        "properties": {
            "number": {"type": "integer", "minimum": 1, "maximum": count},
            "seen": {"type": "string"},
            "answer": {"type": "string", "enum": ["yes", "no", "unsure"]},
        },
        "required": ["number", "seen", "answer"],
        "additionalProperties": False,
    }
    return {
        "title": "critique",
        "type": "object",
        "properties": {"answers": {"type": "array", "items": row}},
        "required": ["answers"],
        "additionalProperties": False,
    }


def _agreed(verdict: Verdict, answer: str | None) -> Verdict:
    """The detector's verdict, in the light of the model's answer."""
    if answer is None or answer == "unsure" or verdict.status == "not_asked":
        return verdict
    says = "pass" if answer == "yes" else "fail"
    if verdict.status == says:
        return verdict
    return verdict.model_copy(update={"status": "unsure"})
