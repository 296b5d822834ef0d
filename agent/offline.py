"""The planner that needs no language model: reads requests of the embedded world and answers with the tool calls a model would make.

It is a function of the run: the request is read again at every decision, so nothing is kept between calls.
"""

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ..engine.world.vocabulary import BACKGROUNDS, COLOURS, OBJECTS
from ..tools.promises import checks_of
from ..tools.wording import MOST, Wanted, Wish, caption_of, prompt_of
from . import accounts, wishes
from .answers import listed
from .apologies import sorry
from .errors import NoSuchPicture
from .grammar.requests import (
    Add,
    Ask,
    Background,
    Context,
    Count,
    Go,
    Inpaint,
    Intent,
    Like,
    Move,
    Name,
    NotUnderstood,
    Paint,
    Recolour,
    Remove,
    Replace,
    Resize,
    Segment,
    Session,
    Swap,
    Vary,
    Which,
)
from .grammar.ways import Way, without_way
from .graph import image_of, kept, place
from .referring import context_of, intents_of, moved, moving, read, wanted_at
from .run import Acted, Asked, Call, Decided, Failed, Moved, Promised, Run
from .scenes import after, followed, without
from .turn import PAINTING
from .wishes import NO_PICTURE, said_now

ANEW_SAID = re.compile(r"\b(?:start|begin|starting|beginning)\b.*\b(?:over|again|anew|afresh|fresh|scratch)\b")
ON_A_PICTURE = (Add, Ask, Background, Count, Move, Recolour, Remove, Replace, Resize, Segment, Swap, Which)
"""Wishes about a picture that is there."""
LEARNING = re.compile(r"\b(learn|memori[sz]e|teach)\b", re.IGNORECASE)
NUMBERED = re.compile(r"\b(?:picture|image|version|number|step) (?:number |no\.? |#)?(\d{1,3})\b", re.IGNORECASE)
EMPTIED = "The canvas is empty again; `redo` brings the picture back."
NOBODY_KNOWS = "Nobody knows what this picture shows, so I cannot vary it; say the whole scene that you would like to see."
ANEW = "I could not find that in the picture, so I painted the whole scene anew; `undo` brings the old one back."
HELPERS = frozenset({"segment", "plan_layout"})  # steps on the way to a picture: nothing to tell
HELP = """You can say, in your own words:
  paint        a red car and a dog on a beach · two yellow balloons above a house
  edit         replace the dog with a cat · remove the car · add a tree on the left · make the car blue · move the dog to the right
  background   change the background to snow
  learn        learn this as Mia, a dog (with pictures) · Mia in the forest
  example      something like this picture (with one, or the current one) · a boat in the style of picture 2
  technique    a cat and a tree with GLIGEN · make the car blue with InstructPix2Pix · again with Attend-and-Excite
  vary         the same but at night · the same without the dog · make it three dogs
  repair       what is still wrong? · fix it · take it anyway · why did you do that?
  look         what do you see? · how many dogs are there? · show me the mask of the dog
  two          compare 1 and 2 · merge 2 and 4 · what changed? · which one is better, 1 or 3?
  session      undo · redo · go back to the second one · call this sunny · history · how long did that take? · upscale · export
I know these things: {things}; the colours {colours}; the places {places}."""


@dataclass(frozen=True)
class OfflinePlanner:
    """Plans without a model.

    Attributes:
        concepts: gives the names of the learned concepts.
        objects: gives what the painter has learned to paint.
    """

    concepts: Callable[[], Sequence[str]] = tuple
    objects: Callable[[], Sequence[str]] = lambda: tuple(OBJECTS)

    @property
    def name(self) -> str:
        """Who decides."""
        return "offline"

    def decide(self, run: Run) -> Decided:
        """Goes back or forth first, looks where a plan needs it, plans, and at last says how it went."""
        earlier = [e for e in run.turn if isinstance(e, Decided) and e.by == "planner"]
        intents = self.intents(run)
        gone = tuple(itertools.takewhile(moving, intents))
        refused = self._refused(run, intents, gone)
        if refused and gone and not any(moving(i) for i in intents[len(gone) :]):
            if not earlier:
                return self._planned(run, gone)
            said = _report(run, earlier[-1].text)
            return Decided(text=said if _stuck(run) else f"{said} {_left_out(intents, refused)}".strip())
        if refused:
            return Decided(text=refused)
        stages = self._stages(run, intents)
        if len(earlier) < len(stages) and not (earlier and _stuck(run)):
            return stages[len(earlier)]()
        if len(earlier) == len(stages) and _lost_sight(run, intents):
            scene = self._wanted_after(run)
            if scene is not None:
                scene = scene.model_copy(update={"absent": ()})  # what was edited away is not painted; the ledger still asks
                return Decided(calls=(Call(id="anew", tool="generate", args={"prompt": prompt_of(scene)}),), text=ANEW)
        return Decided(text=_report(run, earlier[-1].text))

    def promise(self, run: Run) -> Promised:
        """The wanted scene after the request, and the checks that tell whether a picture shows it."""
        intents = self.intents(run)
        if any(isinstance(i, NotUnderstood | Which) for i in intents):
            return Promised(source="nobody")
        held = place(run).promise
        if held is not None and all(i == Session("fix") for i in intents):
            return held
        wanted = self._wanted_after(run)
        if wanted is None:
            return Promised(source="nobody")
        return Promised(wanted=wanted.model_dump(mode="json"), checks=tuple(checks_of(wanted)))

    def _wanted_after(self, run: Run) -> Wanted | None:
        """The scene that the request leads to."""
        start = wanted_at(run)
        wanted = start
        intents = wishes.placed(run, _after_moves(self.intents(run)), start)
        for intent, before in followed(start, intents):
            wanted = after(before, intent)
            if isinstance(intent, Like) and wanted is None:
                wanted = wishes.taken_over(run)
            if isinstance(intent, Inpaint) and wanted is not None:
                wanted = without(wanted, [p for p in wishes.covered(run) if all(p != t.phrase for t in intent.wanted.things)])
        return wanted

    def edits_given(self, text: str) -> bool:
        """Whether all that is asked for is done to a picture that is there: to the one that comes along, of which nobody knows what it shows."""
        context = Context(picture=True, concepts=tuple(self.concepts()), number=1, pictures=1, given=True)
        return all(isinstance(intent, ON_A_PICTURE) or intent == Session("upscale") for intent in read(text, context))

    def intents(self, run: Run) -> tuple[Intent, ...]:
        """What this turn's request asks for."""
        return intents_of(run, self._names(run))

    def context(self, run: Run) -> Context:
        """What this turn's request may refer to."""
        return context_of(run, self._names(run))

    def _names(self, run: Run) -> tuple[str, ...]:
        """The concepts that were known when the request was made: what it forgets or learns must not change how it is read on the way."""
        done = [(e.call.tool, e.call.args or {}) for e in run.turn if isinstance(e, Acted)]
        learned = {args.get("name") for tool, args in done if tool == "customize"}
        forgotten = [str(args.get("concept")) for tool, args in done if tool == "forget"]
        return (*(name for name in self.concepts() if name not in learned), *forgotten)

    def _refused(self, run: Run, intents: Sequence[Intent], gone: Sequence[Intent] = ()) -> str:
        """Why nothing of a request is done, or nothing behind its moves; empty where all is. Half an edit done would surprise."""
        context = context_of(run, self._names(run), moved(run, gone)) if gone else self.context(run)
        bad = next((i for i in intents if isinstance(i, NotUnderstood)), None)
        if bad is not None:
            asked = run.turn[0]
            assert isinstance(asked, Asked)
            if not asked.pictures and LEARNING.search(asked.text):
                return "I need one to five pictures to learn something new from: send them along."
            return sorry(bad, context, [*self.objects(), *self.concepts()], asked.text)
        doubt = next((i for i in intents if isinstance(i, Which)), None)
        if doubt is not None:
            return wishes.question(doubt) if doubt.choices or context.picture else NO_PICTURE
        late = any(moving(i) for i in _after_moves(intents))
        return "One thing at a time, please: I can go back or forth before an edit, not behind it." if late else ""

    def _stages(self, run: Run, intents: Sequence[Intent]) -> list[Callable[[], Decided]]:
        """What is decided one after the other; each stage sees what came of the one before."""
        rest = _after_moves(intents)
        moves = intents[: len(intents) - len(rest)]
        stages: list[Callable[[], Decided]] = []
        if moves and rest:
            stages.append(lambda: self._planned(run, moves))
        # What is to be looked at is the same before and after looking, so the number of stages does not change on the way.
        if wishes.looks(rest, "image", wanted_at(run)):
            stages.append(lambda: Decided(calls=wishes.looks(rest, image_of(run, place(run).head), wanted_at(run))))
        return [*stages, lambda: self._planned(run, rest or moves)]

    def _planned(self, run: Run, intents: Sequence[Intent]) -> Decided:
        """The calls for intents, each edit working on the picture of the one before, and words for what needs no call."""
        calls: list[Call] = []
        words: list[str] = []
        done = sum(len(e.calls) for e in run.turn if isinstance(e, Decided))
        start = wanted_at(run)
        image = image_of(run, place(run).head)
        mend = False
        for intent, wanted in followed(start, wishes.placed(run, intents, start)):
            if intent == Session("fix"):
                mend = image is not None
                words += [] if mend else [NO_PICTURE]
                continue
            shown = after(wanted, intent) if isinstance(intent, Vary) else wanted
            number = done + len(calls) + 1
            made, said = wishes.planned(run, intent, image, shown, self.concepts(), number) or self._calls(run, intent, image, wanted, number)
            if isinstance(intent, Count) and not made and not said:
                mend = True  # as many are there already; the ledger only has to say so
            calls += made
            words += [said] if said else []
            painted = next((c.id for c in reversed(made) if c.tool in PAINTING), None)
            image = f"${painted}.image" if painted is not None else image
        way = without_way(said_now(run), self._names(run))[1]
        if way is not None and any(c.tool in PAINTING for c in calls) and all(c.tool != way.tool for c in calls):
            return Decided(text=way.apology)
        return Decided(calls=by_way(calls, way), text=" ".join(words), mend=mend)  # without calls the turn's planning is over at once

    def _calls(self, run: Run, intent: Intent, image: str | None, wanted: Wanted | None, number: int) -> tuple[list[Call], str]:
        """The calls of one intent, and words where it needs none."""

        def call(tool: str, **args: Any) -> list[Call]:
            return [Call(id=f"p{number}", tool=tool, args=args)]

        match intent:
            case Paint(wanted=scene):
                said = (wishes.one_place(run, scene.background), accounts.several(said_now(run)), _new(scene, wanted))
                return call("generate", prompt=prompt_of(scene)), " ".join(s for s in said if s)
            case Session(verb="help") if ANEW_SAID.search(said_now(run)) and place(run).number:
                return [], "The next picture starts from nothing: say what it should show. Those so far stay; `go 1` leads back to the first."
            case Session(verb="help"):
                things = listed([*self.objects(), *self.concepts()])
                return [], HELP.format(things=things, colours=listed(COLOURS), places=listed(BACKGROUNDS))
            case Session(verb="undo") if wishes.waved_off(run):
                return [], "Nothing was changed by that, so everything is as it was. `undo` goes back one picture."
            case Session(verb="undo" | "redo" as verb, count=count):
                return [Call(id=f"p{number + i}", tool=verb) for i in range(min(count, 50))], ""
            case Session(verb="export"):
                return call("export"), ""
            case Go(target=target):
                return call("go_to", picture=target), ""
            case Name(name=name):
                return call("name_picture", name=name), ""
        if image is None:
            return [], NO_PICTURE
        match intent:
            case Vary() | Count() | Swap():
                return [], NOBODY_KNOWS
            case Session(verb="upscale"):
                return call("upscale", image=image), ""
            case Session(verb="again"):
                return _again(run, number, wanted), accounts.several(said_now(run))
            case Ask(question=question) if (told := accounts.where(run.before_turn, question)):
                return [], told
            case Ask(question=question):
                return _looked(run, call, image, question)
        source = caption_of(wanted) if wanted is not None else None
        return call("edit", image=image, instruction=instruction(intent, wanted), source_prompt=source), ""


def by_way(calls: Sequence[Call], way: Way | None) -> tuple[Call, ...]:
    """Calls with the technique that was named, where it is one of theirs."""
    if way is None:
        return tuple(calls)
    return tuple(c.model_copy(update={"args": {**(c.args or {}), way.argument: way.value}}) if c.tool == way.tool else c for c in calls)


def _new(scene: Wanted, wanted: Wanted | None) -> str:
    """That a picture is painted beside the one that is there, and how the old one is got back."""
    if wanted is None or not wanted.things:
        return ""
    if len(scene.things) == 1 and not scene.background:
        return f"This is a new picture; to have it in the old one, say `undo`, then `add {caption_of(scene)}`."
    return "This is a new picture; `undo` brings the old one back."


def _looked(run: Run, call: Callable[..., list[Call]], image: str, question: str) -> tuple[list[Call], str]:
    """A look at the current picture, or at the one whose number the question says."""
    numbered = NUMBERED.search(question)
    if numbered:
        try:
            image = image_of(run, kept(run, int(numbered[1]))) or image
        except NoSuchPicture as missing:
            return [], f"{missing}."
    return call("look", image=image, question=question or None), ""


def _after_moves(intents: Sequence[Intent]) -> tuple[Intent, ...]:
    """The intents behind those that come first and only go back, forth or name: they are about the picture that is current then."""
    return tuple(itertools.dropwhile(moving, intents))


def _stuck(run: Run) -> bool:
    """Whether going back or forth failed, so that the rest would be done to the wrong picture."""
    return any(isinstance(e, Failed) and e.call is not None and e.call.tool in ("undo", "redo", "go_to", "name_picture") for e in run.turn)


def instruction(intent: Intent, wanted: Wanted | None = None) -> str:
    """An edit in the regular words of the embedded world, whatever words the user chose.

    Args:
        intent: the edit.
        wanted: what the picture was made to show. A thing that is the only one of its kind is called by its noun alone: "the car" is
            found also where it did not come out red.
    """
    shown = wanted.things if wanted is not None else ()

    def the(wish: Wish) -> str:
        alone = len({t for t in shown if t.noun == wish.noun}) == 1
        number = min(MOST, max(wish.count, sum(t.count for t in shown if t == wish)))  # two that are alike may have places of their own
        return f"the {said(Wish(noun=wish.noun, count=number) if alone else wish.model_copy(update={'count': number}))}"

    def one(wish: Wish, which: str) -> str:
        return f"the {which} {said(wish.model_copy(update={'count': 1}))}" if which else the(wish)

    match intent:
        case Replace(old=old, new=new, which=which):
            return f"replace {one(old, which)} with {said(new, article=True)}"
        case Remove(what=what):
            return f"remove {the(what)}"
        case Add(what=what, where=where, beside=beside):
            target = f" {where} {the(beside)}" if beside is not None else f" on the {where}" if where else ""
            return f"add {said(what, article=True)}{target}"
        case Recolour(what=what, colour=colour, which=which):
            return f"make {one(what, which)} {colour}"
        case Move(what=what, where=where, beside=beside, which=which):
            target = f"{where} {the(beside)}" if beside is not None else f"to the {where}"
            return f"move {one(what, which)} {target}"
        case Resize(what=what, size=size, which=which):
            return f"make {one(what, which)} {size}"
        case Background(name=name):
            return f"change the background to {name}"
    raise TypeError(f"{type(intent).__name__} is no edit")


def said(wish: Wish, *, article: bool = False) -> str:
    """A wish as a noun phrase."""
    words = caption_of(Wanted(things=(wish,)))
    return words if article else words.removeprefix("a ").removeprefix("an ")


# -- words ----------------------------------------------------------------------------------------------------------------------------


def _again(run: Run, number: int, wanted: Wanted | None) -> list[Call]:
    """The call that made the current picture, with another seed; for versions of a wish that several steps led to, the whole scene anew."""
    head = place(run).head
    assert head is not None
    made = run.step(head)
    if accounts.several(said_now(run)) and made.call.tool != "generate" and wanted is not None:
        return [Call(id=f"p{number}", tool="generate", args={"prompt": prompt_of(wanted)})]
    args = {k: v for k, v in (made.call.args or {}).items() if k != "seed"}
    return [Call(id=f"p{number}", tool=made.call.tool, args=args)]


def _lost_sight(run: Run, intents: Sequence[Intent]) -> bool:
    """Whether the edit failed because the eyes do not find what the picture was made to show: then an edit cannot mend it.

    What is to be removed and is not there needs no new picture.
    """
    blind = any(isinstance(e, Failed) and e.code in ("nothing_found", "no_room") for e in run.turn)
    painted = any(isinstance(e, Acted) and e.call.tool in PAINTING for e in run.turn)
    return blind and not painted and not any(isinstance(i, Remove) for i in intents)


def _left_out(intents: Sequence[Intent], refused: str) -> str:
    """What was not done behind a move, and why; a question asks by itself."""
    if any(isinstance(i, Which) for i in intents):
        return refused
    return f"The rest is left out. {refused.removesuffix('Nothing was changed.').removesuffix('I left it as it is.').strip()}"


def _showing(run: Run) -> str:
    """What the current picture was made to show, so that nobody has to look for it; empty where nobody knows."""
    wanted = wanted_at(run)
    return f" It was made to show {caption_of(wanted)}." if wanted is not None and (wanted.things or wanted.background) else ""


def _report(run: Run, said_before: str) -> str:
    """What the calls of a turn found, for the user; what was painted is told by the ledger."""
    words = [said_before] if said_before else []
    here = place(run)
    moves = [e for e in run.turn if isinstance(e, Moved) and (e.why != "kept" or e.call is not None)]
    if moves:
        called = [e for e in moves[:-1] if e.why == "name" and e.head in here.pictures]
        words += [f'Picture {here.pictures.index(e.head) + 1} is now called "{e.name}".' for e in called if e.head is not None]
        if moves[-1].why == "name":
            words.append(f'Picture {here.number} is now called "{moves[-1].name}".')
        elif moves[-1].why == "kept":
            words.append(f"The attempt that was turned down is picture {here.number} now.")
        else:
            words.append(f"Picture {here.number} is current again.{_showing(run)}" if here.number else EMPTIED)
    words += [e.said for e in run.turn if isinstance(e, Acted) and e.call.tool not in PAINTING and not _silent(e)]
    return " ".join(words)


def _silent(step: Acted) -> bool:
    """Whether a step was only on the way to a picture."""
    return step.call.tool in HELPERS and not (step.call.tool == "segment" and "." not in step.call.id)
