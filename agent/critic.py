"""Looks at a picture and says for each promise whether it holds, with evidence; "unsure" is an answer.

`EyesCritic` asks detector, segmenter, scorer and the colour rule. `SecondOpinion` adds a vision-language model and joins what both say
by one rule: where one eye is sure and the other is not, the sure one decides; where both are sure and differ, nobody knows, the
verdict is "unsure" and the user reads who said what. The model gets the list of promises and never what was done to the picture; what
it reads *in* the picture is data. A critic never chooses a repair, and a bench that scores the loop uses other eyes.
"""

import io
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from ..engine.language import CallCancelled, Chat, LanguageError, Message, Schema, ask
from ..prompts import render
from ..tools import Studio
from ..tools.checks import Check, Evidence, Opinion, Status, Verdict, judge, settled
from ..tools.errors import Unavailable
from .answers import sentence
from .ledger import UNCHANGED
from .memory import cut

if TYPE_CHECKING:
    from PIL.Image import Image

log = logging.getLogger(__name__)
MOST_SEEN = 80  # characters of what a model says it sees
ELSEWHERE = Check(id=UNCHANGED, kind="unchanged_outside", subject="everything else", value="", object="")


class Critic(Protocol):
    """Gives a verdict on each check."""

    @property
    def tokens(self) -> int:
        """Tokens of a chat model that looking has cost so far."""
        ...

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
    tokens: int = 0

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
    tokens: int = 0

    def judge(
        self, checks: Sequence[Check], image: str, *, before: str | None = None, regions: Sequence[str] = ()
    ) -> tuple[Verdict, ...]:
        """Says what the function says; see `Critic.judge`."""
        return tuple(self.opinion(checks, image, before))


@dataclass(frozen=True)
class View:
    """What a vision-language model said about one check: its answer, and what it sees that bears on it."""

    answer: Opinion
    seen: str = ""


SILENT = View("no answer")
SAYS: Mapping[Status, Opinion] = {"pass": "yes", "fail": "no", "unsure": "unsure", "not_asked": "no answer"}
MEANS: Mapping[Opinion, Status] = {"yes": "pass", "no": "fail"}


@dataclass
class SecondOpinion:
    """A critic whose verdicts are joined with the answers of a vision-language model.

    Attributes:
        first: who looks first.
        chat: the model; it must accept pictures.
        studio: where pictures are.
        cancelled: asked while the model answers.
        tokens: what the model's answers have cost so far.
    """

    first: Critic
    chat: Chat
    studio: Studio
    cancelled: Callable[[], bool] | None = None
    tokens: int = 0

    def judge(
        self, checks: Sequence[Check], image: str, *, before: str | None = None, regions: Sequence[str] = ()
    ) -> tuple[Verdict, ...]:
        """Looks twice; see `Critic.judge`. A model that cannot be asked leaves the first verdicts as they are, and they say so."""
        verdicts = {v.check: v for v in self.first.judge(checks, image, before=before, regions=regions)}
        known = [c for c in checks if c.id in verdicts and c.id != UNCHANGED]
        asked = _visible(known)
        if not asked or not self.chat.sees:
            return tuple(verdicts.values())
        views = self._ask(asked, image)

        def joined(check: Check) -> Verdict:
            return _joined(verdicts[check.id], self.chat.name, views.get(check.id, SILENT) if check in asked else None)

        both = {v.check: v for v in settled(known, joined)}
        return tuple(both.get(name, verdict) for name, verdict in verdicts.items())

    def _ask(self, checks: list[Check], image: str) -> dict[str, View]:
        """The model's view of each check; of none where it gives no usable answer."""
        lines = "\n".join(f"{number}. {sentence(check)}" for number, check in enumerate(checks, 1))
        picture = io.BytesIO()
        self._view(image).save(picture, "PNG")
        question = Message(role="user", text=render("critique", promises=lines), pictures=(picture.getvalue(),))
        try:
            answer = ask(self.chat, question, _schema(len(checks)), lambda said: _read(said, checks), self.cancelled)
        except CallCancelled:
            raise
        except LanguageError as error:
            log.warning("%s could not be asked for its opinion: %s", self.chat.name, error)
            return {}
        self.tokens += answer.tokens
        if answer.fault:
            log.warning("%s gave an opinion that could not be used whole: %s", self.chat.name, answer.fault)
        return answer.value or {}

    def _view(self, image: str) -> "Image":
        """The very pixels that the user sees."""
        try:
            return self.studio.view(image)
        except Unavailable:  # without the upscaler's weights there is only the small picture
            return self.studio.artifacts.get_image(image)


def _visible(checks: Sequence[Check]) -> list[Check]:
    """The checks that a stranger can answer: nobody told the model what a learned concept looks like."""
    concepts = {c.subject for c in checks if c.kind == "identity"}
    return [c for c in checks if concepts.isdisjoint((c.subject, c.object))]


def _schema(count: int) -> Schema:
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


def _read(said: dict[str, Any], checks: Sequence[Check]) -> tuple[dict[str, View], str]:
    """The views in an answer, by check, and what is missing in it."""
    rows = said.get("answers")
    found: dict[str, View] = {}
    for row in rows if isinstance(rows, list) else ():
        if not isinstance(row, dict) or type(row.get("number")) is not int or not 1 <= row["number"] <= len(checks):
            continue
        if row.get("answer") in ("yes", "no", "unsure"):
            found.setdefault(checks[row["number"] - 1].id, View(row["answer"], cut(str(row.get("seen", "")), MOST_SEEN)))
    missing = [str(number) for number, check in enumerate(checks, 1) if check.id not in found]
    return found, f"no `answer` of yes, no or unsure for statement {', '.join(missing)}" if missing else ""


def _joined(verdict: Verdict, name: str, view: View | None) -> Verdict:
    """The eyes' verdict on a check whose parents hold, joined with a model's view of it by the rule above.

    Args:
        verdict: of the eyes; "not_asked" where they thought that a parent does not hold.
        name: the model's.
        view: the model's; None where it was not asked.
    """
    first: Status = "unsure" if verdict.status == "not_asked" else verdict.status
    if view is None:
        return verdict.model_copy(update={"status": first})
    second: Status = MEANS.get(view.answer, "unsure")
    status: Status = first if second in ("unsure", first) else second if first == "unsure" else "unsure"
    evidence: Evidence = verdict.evidence.model_copy(
        update={
            "opinions": ((verdict.evidence.eye or "eyes", SAYS[verdict.status]), (name, view.answer)),
            "sentence": "; ".join(part for part in (verdict.evidence.sentence, f"{name}: {view.seen}" if view.seen else "") if part),
        }
    )
    confidence = verdict.confidence if status == verdict.status else 0.5
    return verdict.model_copy(update={"status": status, "confidence": confidence, "evidence": evidence})
