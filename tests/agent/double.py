"""A studio whose pictures are lists of things: the real loop runs on it in milliseconds, with chance and eyes under control.

A picture is a set of words such as {"red car", "dog", "@snow"}; its handle is made from them. `generate` paints what the prompt says
except for what the script of faults takes away or adds; edits do what their instruction says unless the script makes them fail.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from pydantic import BaseModel, ConfigDict

from pentimento.agent.act import Hands
from pentimento.agent.budget import Budget
from pentimento.agent.critic import ScriptedCritic
from pentimento.agent.decide import Mind
from pentimento.agent.errors import MissingResult
from pentimento.agent.grammar.requests import Context
from pentimento.agent.offline import OfflinePlanner
from pentimento.agent.run import Event, Opened, Run
from pentimento.agent.session import Session
from pentimento.agent.store import Log
from pentimento.tools.checks import Check, Status, Verdict
from pentimento.tools.errors import BadPicture
from pentimento.tools.wording import Wanted, parse_request


class Args(BaseModel):
    model_config = ConfigDict(extra="allow")


class Seeded(Args):
    seed: int | None = None


@dataclass(frozen=True)
class PaperTool:
    args_model: type[BaseModel]


class Made(BaseModel):
    model_config = ConfigDict(extra="allow")
    sentence: str = ""


@dataclass
class PaperStudio:
    """What the agent needs of a studio, on paper.

    Attributes:
        faults: for each generate in turn, words to take away ("-dog") or to add ("+cat"); none when the list is over.
        broken_edits: numbers of the edits (from 1) that change nothing.
        careless_edits: numbers of the edits that also change something outside their region.
    """

    faults: list[str] = field(default_factory=list)
    broken_edits: set[int] = field(default_factory=set)
    careless_edits: set[int] = field(default_factory=set)
    pictures: dict[str, frozenset[str]] = field(default_factory=dict)
    careless: set[str] = field(default_factory=set)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    engine_calls: int = 0
    edits: int = 0
    profile: str = "embedded"

    @property
    def artifacts(self) -> "PaperStudio":
        return self

    def has(self, handle: str) -> bool:
        return handle in self.pictures or handle.startswith("mask:")

    def get_image(self, handle: str) -> Image.Image:
        if handle not in self.pictures:
            raise MissingResult(f"no picture {handle}")
        return Image.new("RGB", (64, 64), f"#{handle[6:12]}")

    def view(self, handle: str) -> Image.Image:
        return self.get_image(handle).resize((256, 256))

    def import_picture(self, picture: bytes | Path) -> str:
        if isinstance(picture, Path) and not picture.is_file():
            raise BadPicture("there is no such file")
        data = picture if isinstance(picture, bytes) else picture.read_bytes()
        return self.put(frozenset({data.decode()}), 0)

    def import_mask(self, source: bytes | Path, of: str | None = None, file: bytes | Path | None = None) -> tuple[str, str]:
        data = source if isinstance(source, bytes) else source.read_bytes()
        return f"mask:{hashlib.sha256(data).hexdigest()[:16]}", ""

    def get_mask(self, handle: str) -> np.ndarray:
        return np.full((64, 64), int(handle[5], 16) % 2 == 0)

    def fingerprint_for(self, tool: str, args: Any) -> str:
        return "paper"

    def put(self, things: frozenset[str], seed: object) -> str:
        name = hashlib.sha256(f"{sorted(things)}/{seed}".encode()).hexdigest()[:16]
        self.pictures[f"image:{name}"] = things
        return f"image:{name}"

    def use(self, name: str, args: Any, studio: Any) -> Made:
        self.calls.append((name, args))
        self.engine_calls += 1
        return getattr(self, f"_{name}")(**args)  # type: ignore[no-any-return]

    def _generate(self, prompt: str, seed: int, **_: Any) -> Made:
        things = set(words_of(prompt))
        for fault in (self.faults.pop(0) if self.faults else "").split(", "):
            if fault.startswith("-"):
                things.discard(fault[1:])
            elif fault.startswith("+"):
                things.add(fault[1:])
        return Made.model_validate({"image": self.put(frozenset(things), seed), "seed": seed, "sentence": "painted"})

    def _edit(self, image: str, instruction: str, seed: int, **_: Any) -> Made:
        self.edits += 1
        things = set(self.pictures[image])
        if self.edits not in self.broken_edits:
            things = edited(things, instruction)
        made = self.put(frozenset(things), f"{seed}{image}")
        if self.edits in self.careless_edits:
            self.careless.add(made)
        return Made.model_validate({"image": made, "region": f"mask:{made[6:]}", "seed": seed, "sentence": "edited"})

    def _segment(self, image: str, phrases: Sequence[str] = (), boxes: Sequence[Any] = (), **_: Any) -> Made:
        phrases = phrases or [f"box {n}" for n, _ in enumerate(boxes)]
        found = [{"phrase": p, "score": 0.9, "mask": f"mask:{hashlib.sha256(p.encode()).hexdigest()[:16]}"} for p in phrases]
        self.last = list(phrases)
        return Made.model_validate({"found": found, "sentence": "found"})

    def _inpaint(self, image: str, region: str, prompt: str, seed: int, **_: Any) -> Made:
        self.edits += 1
        things = {t for t in self.pictures[image] if not any(p in t for p in self.last)}
        return Made.model_validate({"image": self.put(frozenset(things), seed), "region": region, "seed": seed, "sentence": "filled"})

    def _merge(self, base: str, first: str, second: str, **_: Any) -> Made:
        old, one, other = (self.pictures[handle] for handle in (base, first, second))
        both = (one & other) | (one - old) | (other - old)
        return Made.model_validate({"image": self.put(both, f"{first}{second}"), "region": f"mask:{first[6:]}", "sentence": "joined"})

    def _compare(self, first: str, second: str, names: Sequence[str], **_: Any) -> Made:
        one, other = self.pictures[first], self.pictures[second]
        ours, theirs = ", ".join(sorted(one - other)), ", ".join(sorted(other - one))
        said = f"Only in {names[0]}: {ours}. Only in {names[1]}: {theirs}."
        return Made.model_validate({"image": self.put(one | other, "compared"), "share": 0.5, "sentence": said})

    def _look(self, image: str, **_: Any) -> Made:
        return Made.model_validate({"description": "", "sentence": f"I see {', '.join(sorted(self.pictures[image]))}."})

    def _customize(self, images: Sequence[str], name: str, noun: str, seed: int, **_: Any) -> Made:
        return Made.model_validate({"concept": name, "seconds": 1.0, "fingerprint": "c", "sentence": f"I learned {name}."})

    def _upscale(self, image: str, **_: Any) -> Made:
        return Made.model_validate({"image": self.put(self.pictures[image], -1), "sentence": "enlarged"})

    # eyes that know

    def opinion(self, checks: Sequence[Check], image: str, before: str | None) -> list[Verdict]:
        made: dict[str, Verdict] = {}
        for check in checks:
            held = all(made[p].status == "pass" for p in check.parents)
            status: Status = "not_asked" if not held else "pass" if holds(check, self.pictures[image]) else "fail"
            made[check.id] = Verdict(check=check.id, kind=check.kind, status=status)
        if before is not None:
            status = "fail" if image in self.careless else "pass"
            made["unchanged_outside"] = Verdict(check="unchanged_outside", kind="unchanged_outside", status=status)
        return list(made.values())


def words_of(prompt: str) -> list[str]:
    wanted = parse_request(prompt, ("mia",))
    things = [f"{t.colour or ''} {t.noun}".strip() for t in wanted.things]
    return [*things, f"@{wanted.background}"] if wanted.background else things


def holds(check: Check, things: frozenset[str]) -> bool:
    if check.kind == "absent":
        return not any(check.subject in t for t in things)
    if check.kind == "attribute":
        return any(t == f"{check.value} {check.subject.split()[-1]}" for t in things)
    if check.kind == "background":
        return f"@{check.value or check.subject}" in things
    return any(check.subject.split()[-1] in t for t in things) if check.kind in ("exists", "count") else True


def edited(things: set[str], instruction: str) -> set[str]:
    def without(words: str) -> set[str]:
        return {t for t in things if words.split()[-1] not in t}

    if match := re.fullmatch(r"replace the (.+) with an? (.+)", instruction):
        return without(match[1]) | {match[2]}
    if match := re.fullmatch(r"remove the (.+)", instruction):
        return without(match[1])
    if match := re.fullmatch(r"add an? (.+?)(?: (?:on|above|left|right|below).*)?", instruction):
        return things | {match[1]}
    if match := re.fullmatch(r"make the (.+) (\w+)", instruction):
        return without(match[1]) | {f"{match[2]} {match[1].split()[-1]}"}
    if match := re.fullmatch(r"change the background to (.+)", instruction):
        return {t for t in things if not t.startswith("@")} | {f"@{match[1]}"}
    return things


CATALOGUE = {name: PaperTool(Seeded) for name in ("generate", "edit", "inpaint", "customize", "control")}
CATALOGUE |= {name: PaperTool(Args) for name in ("segment", "look", "upscale", "plan_layout", "merge", "compare")}


def begun(log: Log, name: str) -> Run:
    """A session of a log, a new one if there is none of that name."""
    if any(listed.session == name for listed in log.sessions()):
        return log.load(name)
    first = Opened(session=name, seed=5, profile="embedded", version="0")
    log.append(name, 0, first)
    return Run(events=(first,))


def paper_session(
    folder: Path, studio: PaperStudio, *, mind: Mind | None = None, budget: Budget | None = None, name: str = "s", seen: list[Event] | None = None
) -> Session:
    """A real session with a real log, on paper."""
    log = Log(folder / "log.sqlite")
    run = begun(log, name)
    planner = mind or OfflinePlanner(lambda: ["mia"])
    watch = seen.append if seen is not None else None
    hands = Hands(studio, log.recall, None, CATALOGUE, studio.use)  # type: ignore[arg-type]
    return Session(run, log, studio, planner, folder, hands=hands, critic=ScriptedCritic(studio.opinion), budget=budget, watch=watch)  # type: ignore[arg-type]


def things(session: Session) -> frozenset[str]:
    """What the current picture of a paper session shows."""
    assert isinstance(session.studio, PaperStudio) and session.image is not None
    return session.studio.pictures[session.image]


def session_of(tmp_path: Path, *said: str, studio: PaperStudio | None = None) -> Session:
    """A paper session in which something was said already."""
    session = paper_session(tmp_path, studio or PaperStudio())
    for words in said:
        session.say(words)
    return session


def shown(scene: Wanted, *, given: bool = False) -> Context:
    """What a request may refer to right after a first picture."""
    return Context(wanted=scene, picture=True, number=1, pictures=1, scenes=(scene,), given=given)
