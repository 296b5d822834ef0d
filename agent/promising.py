"""Lists what a picture must show by asking a chat model, where no grammar can read the request.

The answer is data under a schema: rows are validated, a faulty list is sent back once with what is wrong, and what is still wrong is
left out. The kinds are those that the critic can judge.

Source: the filters of DSG (Cho et al. 2024, arXiv:2310.18235): no unknown parents, no duplicates, no invented words.
"""

import re
from collections.abc import Callable, Collection, Sequence
from typing import Any, get_args

from pydantic import ValidationError

from ..engine.language import Chat, Message, Schema, ask
from ..engine.world.captions import NUMBERS
from ..engine.world.vocabulary import OBJECTS, RELATIONS, SIZES
from ..prompts import render
from ..tools.checks import Check, Kind
from ..tools.seeing import split_phrase
from .graph import place
from .ledger import MOST_CHECKS, UNCHANGED
from .run import Acted, Asked, Promised, Run

KINDS = tuple(kind for kind in get_args(Kind) if kind != UNCHANGED)  # that one the loop asks by itself
MOST_FAULTS = 4  # told to the model at once
LEDGER: Schema = {
    "title": "ledger",
    "type": "object",
    "properties": {
        "checks": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "id": {"type": "string"},
                    "kind": {"type": "string", "enum": list(KINDS)},
                    "subject": {"type": "string"},
                    "value": {"type": "string"},
                    "object": {"type": "string"},
                    "parents": {"type": "array", "items": {"type": "string"}},
                },
                "required": ["id", "kind", "subject", "value", "object", "parents"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["checks"],
    "additionalProperties": False,
}


def promised(run: Run, chat: Chat, concepts: Sequence[str], cancelled: Callable[[], bool] | None = None) -> Promised:
    """Asks a chat model what this turn's picture must show; an empty ledger of nobody's where it gives no usable list.

    Args:
        run: the session, in the middle of a turn.
        chat: who is asked.
        concepts: names of the learned concepts.
        cancelled: asked while the model answers.

    Raises:
        LanguageError: the model could not be asked.
    """
    asked = run.turn[0]
    assert isinstance(asked, Asked)
    promise = place(run.before_turn).promise
    before = promise.checks if promise is not None else ()
    known = "; ".join(c.model_dump_json(exclude_defaults=True) for c in before) or "nothing"
    prompt = render("ledger", most=str(MOST_CHECKS), before=known, request=asked.text, concepts=", ".join(concepts) or "none")
    answer = ask(chat, Message(role="user", text=prompt), LEDGER, lambda said: read(said, concepts), cancelled)
    told = " ".join([asked.text, *(f"{c.subject} {c.object}" for c in before), *_prompts(run)])
    checks = sound(answer.value or (), told)
    return Promised(checks=checks, source="model" if checks else "nobody", tokens=answer.tokens)


def _prompts(run: Run) -> list[str]:
    """What the tools of this turn were told to paint: a request in another language has its nouns there in English."""
    said = [(e.call.args or {}).get(name) for e in run.turn if isinstance(e, Acted) for name in ("prompt", "instruction")]
    return [text for text in said if isinstance(text, str)]


def read(said: dict[str, Any], concepts: Collection[str]) -> tuple[tuple[Check, ...], str]:
    """The rows of an answer that are checks, and what is wrong with the others."""
    rows = said.get("checks")
    if not isinstance(rows, list):
        return (), "`checks` must be a list"
    checks: list[Check] = []
    faults: list[str] = []
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict):
            faults.append(f"check {number} is no object")
            continue
        try:
            check = Check.model_validate(_plain(row))
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            faults.append(f"check {number}: {'.'.join(str(p) for p in first['loc'])}: {first['msg']}")
            continue
        fault = _unfit(check, concepts)
        if fault:
            faults.append(f"check {number}: {fault}")
        else:
            checks.append(check)
    more = [f"and {len(faults) - MOST_FAULTS} more"] if len(faults) > MOST_FAULTS else []
    return tuple(checks), "; ".join(faults[:MOST_FAULTS] + more)


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """A row without its empty fields, its number in digits."""
    whole = {"background": "background", "style": "picture"}  # kinds that are about the whole picture, and what their subject is called
    filled: dict[str, Any] = {"subject": whole[row["kind"]]} if row.get("kind") in whole else {}
    filled |= {name: value for name, value in row.items() if value not in ("", None)}
    if filled.get("kind") == "count":
        digits = {word: str(number) for number, word in NUMBERS.items()}
        filled["value"] = digits.get(str(filled.get("value")).lower(), filled.get("value", ""))
    return filled


def _unfit(check: Check, concepts: Collection[str]) -> str:
    """What a check of its kind lacks; empty where it can be judged."""
    match check.kind:
        case "count" if not (check.value.isdecimal() and check.value.isascii()):
            return "the `value` of a count is a number in digits"
        case "attribute" | "background" | "style" if not check.value:
            return f"the `value` of a check of the kind {check.kind} is missing"
        case "size" if check.value not in SIZES or not check.value:
            return 'the `value` of a size is "small" or "big"'
        case "relation" if check.value not in RELATIONS or not check.object:
            return f"a relation has a `value` out of {', '.join(RELATIONS)}, and an `object`"
        case "identity" if check.subject not in concepts:
            return "the `subject` of an identity is a learned concept"
        case "unchanged_outside":
            return f"the kind is one of {', '.join(KINDS)}"
        case _:
            return ""


def sound(checks: Sequence[Check], words: str) -> tuple[Check, ...]:
    """The checks that are about something which was mentioned, each once, and depend only on each other."""
    said = set(re.findall(r"[^\W\d_]+", words.lower()))
    kept: dict[str, Check] = {}
    for check in checks:
        mentioned = _mentioned(check.subject, said) or check.kind in ("background", "style")
        if mentioned and (not check.object or _mentioned(check.object, said)) and check.id not in kept and len(kept) < MOST_CHECKS:
            kept[check.id] = check
    return tuple(c for c in kept.values() if set(c.parents) <= set(kept))


def _mentioned(phrase: str, said: Collection[str]) -> bool:
    """Whether what a phrase is about, its last noun, was said: as one or as many, in one word or in two."""
    nouns = re.findall(r"[^\W\d_]+", split_phrase(phrase)[2] or phrase.lower())
    if not nouns:
        return False
    head = nouns[-1]
    forms = {head, head.rstrip("s"), f"{head}s", f"{head}es", OBJECTS[head].plural if head in OBJECTS else head, "".join(nouns)}
    return not forms.isdisjoint(said)
