"""The planner that needs no language model: reads requests of the embedded world and answers with the tool calls a model would make.

It is a function of the run: the request is read again at every decision, so nothing is kept between calls.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..engine.world.vocabulary import BACKGROUNDS, COLOURS, OBJECTS
from ..tools.wording import Wanted, Wish, caption_of, checks_of
from . import answers
from .graph import image_of, place
from .requests import (
    Add,
    Ask,
    Background,
    Context,
    Go,
    Intent,
    Learn,
    Move,
    Name,
    NotUnderstood,
    Paint,
    Recolour,
    Remove,
    Replace,
    Resize,
    Session,
)
from .run import Acted, Asked, Call, Decided, Failed, Promised, Run
from .turn import PAINTING
from .understand import known_words, understand

HELP = """You can say, in your own words:
  paint        a red car and a dog on a beach · two yellow balloons above a house
  edit         replace the dog with a cat · remove the car · add a tree on the left · make the car blue · move the dog to the right
  background   change the background to snow
  learn        learn this as Mia, a dog (with pictures) · Mia in the forest
  look         what do you see? · how many dogs are there?
  session      undo · redo · go back to the second one · call this sunny · history · upscale · export
I know these things: {things}; the colours {colours}; the places {places}."""


@dataclass(frozen=True)
class OfflinePlanner:
    """Plans without a model.

    Attributes:
        concepts: gives the names of the learned concepts.
    """

    concepts: Callable[[], Sequence[str]] = tuple

    @property
    def name(self) -> str:
        """Who decides."""
        return "offline"

    def decide(self, run: Run) -> Decided:
        """Plans the whole turn at its first decision; at the second says how it went."""
        turn = run.turn
        earlier = [e for e in turn if isinstance(e, Decided) and e.by == "planner"]
        asked = turn[0]
        assert isinstance(asked, Asked)
        intents = self._intents(run)
        if not earlier:
            calls, words = self._plan(run, intents, asked)
            return Decided(calls=calls, text=words)
        return Decided(text=_report(run, earlier[0].text))

    def promise(self, run: Run) -> Promised:
        """The wanted scene after the request, and the checks that tell whether a picture shows it."""
        wanted: Wanted | None = wanted_before(run)
        for intent in self._intents(run):
            wanted = after(wanted, intent)
        if wanted is None:
            return Promised(source="nobody")
        return Promised(wanted=wanted.model_dump(mode="json"), checks=tuple(checks_of(wanted)))

    def _intents(self, run: Run) -> tuple[Intent, ...]:
        asked = run.turn[0]
        assert isinstance(asked, Asked)
        return understand(asked.text, self.context(run))

    def context(self, run: Run) -> Context:
        """What this turn's request may refer to."""
        asked = run.turn[0]
        assert isinstance(asked, Asked)
        here = place(run.before_turn)
        return Context(
            wanted=wanted_before(run),
            picture=here.head is not None,
            concepts=tuple(self.concepts()),
            names=tuple(here.names),
            given=bool(asked.pictures),
        )

    def _plan(self, run: Run, intents: Sequence[Intent], asked: Asked) -> tuple[tuple[Call, ...], str]:
        """The calls for all intents, each edit working on the picture of the one before, and words for what needs no call."""
        bad = next((i for i in intents if isinstance(i, NotUnderstood)), None)
        if bad is not None:  # half a request done would surprise; so nothing is done
            return (), _sorry(bad, self.context(run), self.concepts())
        calls: list[Call] = []
        words: list[str] = []
        wanted = wanted_before(run)
        image = image_of(run, place(run.before_turn).head)
        for intent in intents:
            made, said = self._calls(run, intent, image, wanted, asked, len(calls) + 1)
            calls += made
            words += [said] if said else []
            wanted = after(wanted, intent)
            if made and made[-1].tool in PAINTING:
                image = f"${made[-1].id}.image"
        return tuple(calls), " ".join(words)

    def _calls(
        self, run: Run, intent: Intent, image: str | None, wanted: Wanted | None, asked: Asked, number: int
    ) -> tuple[list[Call], str]:
        """The calls of one intent, and words where it needs none."""

        def call(tool: str, **args: Any) -> list[Call]:
            return [Call(id=f"p{number}", tool=tool, args=args)]

        match intent:
            case Paint(wanted=scene):
                return call("generate", prompt=caption_of(scene)), ""
            case Learn(name=name, noun=noun):
                if not asked.pictures:
                    return [], f"I need one to five pictures to learn {name} from."
                return call("customize", images=list(asked.pictures), name=name, noun=noun or "thing"), ""
            case Session(verb="history"):
                return [], answers.history(run)
            case Session(verb="help"):
                things = known_words([o.name for o in OBJECTS.values()])
                return [], HELP.format(things=things, colours=known_words(COLOURS), places=known_words(BACKGROUNDS))
            case Session(verb="undo" | "redo" as verb, count=count):
                return [Call(id=f"p{number + i}", tool=verb) for i in range(min(count, 50))], ""
            case Session(verb="export"):
                return call("export"), ""
            case Go(target=target):
                return call("go_to", picture=target), ""
            case Name(name=name):
                return call("name_picture", name=name), ""
        if image is None:
            return [], "There is no picture yet. Say what you would like to see."
        source = caption_of(wanted) if wanted is not None else None
        match intent:
            case Session(verb="upscale"):
                return call("upscale", image=image), ""
            case Session(verb="again"):
                return _again(run, number), ""
            case Ask(question=question):
                return call("look", image=image, question=question or None), ""
        return call("edit", image=image, instruction=instruction(intent), source_prompt=source), ""


def instruction(intent: Intent) -> str:
    """An edit in the regular words of the embedded world, whatever words the user chose."""
    match intent:
        case Replace(old=old, new=new):
            return f"replace the {said(old)} with {said(new, article=True)}"
        case Remove(what=what):
            return f"remove the {said(what)}"
        case Add(what=what, where=where, beside=beside):
            target = f" {where} the {said(beside)}" if beside is not None else f" on the {where}" if where else ""
            return f"add {said(what, article=True)}{target}"
        case Recolour(what=what, colour=colour):
            return f"make the {said(what)} {colour}"
        case Move(what=what, where=where, beside=beside):
            target = f"{where} the {said(beside)}" if beside is not None else f"to the {where}"
            return f"move the {said(what)} {target}"
        case Resize(what=what, size=size):
            return f"make the {said(what)} {size}"
        case Background(name=name):
            return f"change the background to {name}"
    raise TypeError(f"{type(intent).__name__} is no edit")


def said(wish: Wish, *, article: bool = False) -> str:
    """A wish as a noun phrase."""
    words = caption_of(Wanted(things=(wish,)))
    return words if article else words.removeprefix("a ").removeprefix("an ")


# -- what is wanted -------------------------------------------------------------------------------------------------------------------


def wanted_before(run: Run) -> Wanted | None:
    """The scene that the current picture was made to show."""
    promise = place(run.before_turn).promise
    return None if promise is None or promise.wanted is None else Wanted.model_validate(promise.wanted)


def after(wanted: Wanted | None, intent: Intent) -> Wanted | None:
    """The scene that is wanted once an intent is carried out; None where nobody knows what the picture shows."""
    if isinstance(intent, Paint):
        return intent.wanted
    if wanted is None:
        return None
    things = list(wanted.things)
    match intent:
        case Replace(old=old, new=new):
            changed = [new if t == old else t for t in things]
            return _with(wanted, changed, gone=old)
        case Remove(what=what):
            return _with(wanted, [t for t in things if t != what], gone=what)
        case Add(what=what, where=where, beside=beside):
            grown = _with(wanted, _joined(things, what))
            return _related(grown, what, where, beside) if beside is not None else grown
        case Recolour(what=what, colour=colour):
            return _with(wanted, [t.model_copy(update={"colour": colour}) if t == what else t for t in things])
        case Move(what=what, where=where, beside=beside):
            freed = _with(wanted, things, moved=what)
            return _related(freed, what, where, beside) if beside is not None else freed
        case Resize():
            return wanted
        case Background(name=name):
            return wanted.model_copy(update={"background": name})
    return wanted
