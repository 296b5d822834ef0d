"""Plans where things go, by rules or by a chat model whose plan is checked and mended."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..engine.language import LanguageError, Message, ask
from ..prompts import render
from .errors import EmptyPrompt, NotHere, ToolError, UnknownWords
from .layout_repair import repaired
from .layouts import planned
from .scene import Layout, Region
from .tool import Args, Result, tool
from .wording import Wanted, Wish, parse_request, world_words

if TYPE_CHECKING:
    from ..engine.language import Chat
    from .studio import Studio


class PlanLayout(Args):
    """What to plan for."""

    prompt: str = Field(max_length=2000)
    """What the picture should show, in words."""


class Planned(Result):
    """A layout, and how it came about."""

    layout: Layout
    """The places."""
    by: Literal["rules", "model"] = "rules"
    """Who planned it."""
    repairs: tuple[str, ...] = ()
    """What had to be mended."""
    note: str = ""
    """Why the model's plan was not used, if it was not."""
    tokens: int = 0
    """What asking the model cost."""

    @property
    def sentence(self) -> str:
        """The plan for a reader."""
        said = ", ".join(f"{r.phrase} at [{', '.join(f'{v:.2f}' for v in r.box)}]" for r in self.layout.regions) or "nothing"
        mended = f" {len(self.repairs)} repairs." if self.repairs else ""
        return f"Planned by {self.by}: {said}.{mended}{' ' + self.note if self.note else ''}"


class _Plan(BaseModel):
    """What a chat model is asked for."""

    model_config = ConfigDict(extra="ignore")

    class Thing(BaseModel):
        """One single thing."""

        phrase: str = Field(min_length=1, max_length=100)
        box: tuple[float, float, float, float]

    objects: list[Thing] = Field(min_length=1, max_length=16)
    background: str = ""
    negative: list[str] = []


@tool(
    needs="words that name things",
    when="Use it before `generate` when several things must stand in relation to each other.",
    uses=("language",),
)
def plan_layout(args: PlanLayout, studio: "Studio") -> Planned:
    """Turn words into boxes: one for each single thing, inside the frame, apart from each other, in the relations asked for."""
    if not args.prompt.strip():
        raise EmptyPrompt("there is nothing to plan for")
    wanted = read(args.prompt, studio)
    return _by_rules(wanted) if studio.language is None else _by_model(args.prompt, wanted, studio.language, studio.cancelled)


def read(text: str, studio: "Studio") -> Wanted | None:
    """The wanted scene of a text; None where it is beyond the grammar and the profile paints more than the embedded world.

    Raises:
        UnknownWords: the embedded profile was asked for something else.
    """
    wanted = parse_request(text, studio.concepts.names())
    if not wanted.unknown:
        return wanted
    if studio.settings.embedded:
        raise UnknownWords(wanted.unknown, world_words(studio.objects(), studio.concepts.names()))
    return None


def _by_model(prompt: str, wanted: Wanted | None, language: "Chat", cancelled: Callable[[], bool]) -> Planned:
    """A model's plan, mended; one by rules that says why where the model has none that can be used."""
    schema = {"title": "layout", **_Plan.model_json_schema()}
    question = Message(role="user", text=render("plan_layout", prompt=prompt))
    try:
        answer = ask(language, question, schema, _read, cancelled)
    except LanguageError as problem:
        return _by_rules(wanted, f"The chat model's plan was not usable ({problem}); rules planned instead.")
    plan, fault = answer.value, answer.fault
    if plan is not None:
        target = wanted if wanted is not None else _freely(plan)
        try:
            layout, repairs = repaired([(thing.phrase.lower(), thing.box) for thing in plan.objects], target)
        except ToolError as error:
            fault = error.message
        else:
            if wanted is None:
                layout = Layout(regions=layout.regions, background=plan.background, negative=tuple(plan.negative))
            return Planned(layout=layout, by="model", repairs=repairs, tokens=answer.tokens)
    by_rules = _by_rules(wanted, f"The chat model's plan was not usable ({fault}); rules planned instead.")
    return by_rules.model_copy(update={"tokens": answer.tokens})


def _read(said: dict[str, Any]) -> tuple[_Plan | None, str]:
    """A plan that fits the schema, or what is wrong with it."""
    try:
        return _Plan.model_validate(_unit(said)), ""
    except ValidationError as error:
        return None, str(error).splitlines()[0]


def _by_rules(wanted: Wanted | None, note: str = "") -> Planned:
    if wanted is None:
        raise NotHere(
            "without a chat model, layouts can be planned for the words of the embedded world only", "configure a chat model, or give boxes"
        )
    if not wanted.things:
        raise EmptyPrompt("the words name no thing that could be placed")
    return Planned(layout=planned(wanted), note=note)


def _freely(plan: _Plan) -> Wanted:
    """What a model's plan wants, where no grammar can tell: each phrase is a thing of its own."""
    return Wanted(things=tuple(Wish(noun=thing.phrase.lower()) for thing in plan.objects))


def _unit(plan: dict[str, Any]) -> dict[str, Any]:
    """Boxes in fractions: models that were shown pixels or percents answer in them."""
    rows = plan.get("objects")
    boxes = [row.get("box") for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    numbers = [abs(v) for box in boxes if isinstance(box, list) for v in box if isinstance(v, int | float)]
    largest = max(numbers, default=1.0)
    if largest <= 1.5:
        return plan
    canvas = next((size for size in (100, 256, 512, 1024) if largest <= size * 1.05), largest)
    made = json.loads(json.dumps(plan))
    for row in made["objects"]:
        if isinstance(row, dict) and isinstance(row.get("box"), list):
            row["box"] = [v / canvas if isinstance(v, int | float) else v for v in row["box"]]
    return dict(made)


__all__ = ["PlanLayout", "Planned", "Region", "plan_layout", "read"]
