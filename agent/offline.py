"""The planner that needs no language model: reads requests of the embedded world and answers with the tool calls a model would make.

It is a function of the run: the request is read again at every decision, so nothing is kept between calls.
"""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from ..engine.world.vocabulary import BACKGROUNDS, COLOURS, OBJECTS, RELATIONS
from ..tools.wording import Relation, Wanted, Wish, caption_of, checks_of
from . import answers, wishes
from .graph import image_of, place
from .referring import context_of, read, wanted_before
from .requests import (
    Add,
    Ask,
    Background,
    Context,
    Count,
    Go,
    Inpaint,
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
    Vary,
    Which,
)
from .run import Acted, Asked, Call, Decided, Failed, Moved, Promised, Run
from .turn import PAINTING

LEARNING = re.compile(r"\b(learn|memori[sz]e|teach)\b", re.IGNORECASE)
EDITING = re.compile(r"\b(it|them|that|this|bigger|smaller|larger|undo|again)\b", re.IGNORECASE)  # asks for a picture that is there
ANEW = "I could not find that in the picture, so I painted the whole scene anew; `undo` brings the old one back."
HELPERS = frozenset({"segment", "plan_layout"})  # steps on the way to a picture: nothing to tell
HELP = """You can say, in your own words:
  paint        a red car and a dog on a beach · two yellow balloons above a house
  edit         replace the dog with a cat · remove the car · add a tree on the left · make the car blue · move the dog to the right
  background   change the background to snow
  learn        learn this as Mia, a dog (with pictures) · Mia in the forest
  vary         the same but at night · the same without the dog · make it three dogs
  repair       what is still wrong? · fix it · take it anyway · why did you do that?
  look         what do you see? · how many dogs are there? · show me the mask of the dog
  two          compare 1 and 2 · merge 2 and 4
  session      undo · redo · go back to the second one · call this sunny · history · upscale · export
I know these things: {things}; the colours {colours}; the places {places}."""


def known_words(collection: Collection[str]) -> str:
    """A list for a sentence: "a, b and c"."""
    words = list(collection)
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


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
        """Plans the whole turn at its first decision; at the second says how it went."""
        turn = run.turn
        earlier = [e for e in turn if isinstance(e, Decided) and e.by == "planner"]
        asked = turn[0]
        assert isinstance(asked, Asked)
        intents = self.intents(run)
        if not earlier:
            calls, words = self._plan(run, intents, asked)
            return Decided(calls=calls, text=words)  # without calls the turn's planning is over at once
        if len(earlier) == 1 and _lost_sight(run, intents):
            scene = self._wanted_after(run)
            if scene is not None:
                scene = scene.model_copy(update={"absent": ()})  # what was edited away is not painted; the ledger still asks
                return Decided(calls=(Call(id="anew", tool="generate", args={"prompt": caption_of(scene)}),), text=ANEW)
        return Decided(text=_report(run, earlier[-1].text))

    def promise(self, run: Run) -> Promised:
        """The wanted scene after the request, and the checks that tell whether a picture shows it."""
        wanted = self._wanted_after(run)
        if wanted is None:
            return Promised(source="nobody")
        return Promised(wanted=wanted.model_dump(mode="json"), checks=tuple(checks_of(wanted)))

    def _wanted_after(self, run: Run) -> Wanted | None:
        """The scene that the request leads to."""
        wanted = wanted_before(run)
        for intent in self.intents(run):
            wanted = after(wanted, intent)
        return wanted

    def intents(self, run: Run) -> tuple[Intent, ...]:
        """What this turn's request asks for."""
        asked = run.turn[0]
        assert isinstance(asked, Asked)
        return read(asked.text, self.context(run))

    def context(self, run: Run) -> Context:
        """What this turn's request may refer to."""
        return context_of(run, self.concepts())

    def _plan(self, run: Run, intents: Sequence[Intent], asked: Asked) -> tuple[tuple[Call, ...], str]:
        """The calls for all intents, each edit working on the picture of the one before, and words for what needs no call."""
        bad = next((i for i in intents if isinstance(i, NotUnderstood)), None)
        if bad is not None and not asked.pictures and LEARNING.search(asked.text):
            return (), "I need one to five pictures to learn something new from: send them along."
        if bad is not None:  # half a request done would surprise; so nothing is done
            return (), _sorry(bad, self.context(run), [*self.objects(), *self.concepts()])
        doubt = next((i for i in intents if isinstance(i, Which)), None)
        if doubt is not None:
            return (), wishes.question(doubt)
        moves = [isinstance(i, Go | Name) or (isinstance(i, Session) and i.verb in ("undo", "redo")) for i in intents]
        if any(moves) and not all(moves):  # the rest would be read against the picture that is current now
            return (), "One thing at a time, please: first go back, then say what to change."
        calls: list[Call] = []
        words: list[str] = []
        wanted = wanted_before(run)
        image = image_of(run, place(run.before_turn).head)
        for intent in intents:
            shown = after(wanted, intent) if isinstance(intent, Vary) else wanted
            other = wishes.planned(run, intent, image, shown, self.concepts(), len(calls) + 1)
            made, said = other or self._calls(run, intent, image, wanted, asked, len(calls) + 1)
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
                things = known_words([*self.objects(), *self.concepts()])
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
        return call("edit", image=image, instruction=instruction(intent, wanted), source_prompt=source), ""


def instruction(intent: Intent, wanted: Wanted | None = None) -> str:
    """An edit in the regular words of the embedded world, whatever words the user chose.

    Args:
        intent: the edit.
        wanted: what the picture was made to show. A thing that is the only one of its kind is called by its noun alone: "the car" is
            found also where it did not come out red.
    """
    nouns = [thing.noun for thing in wanted.things] if wanted is not None else []

    def the(wish: Wish) -> str:
        return f"the {wish.noun if nouns.count(wish.noun) == 1 else said(wish)}"

    match intent:
        case Replace(old=old, new=new):
            return f"replace {the(old)} with {said(new, article=True)}"
        case Remove(what=what):
            return f"remove {the(what)}"
        case Add(what=what, where=where, beside=beside):
            target = f" {where} {the(beside)}" if beside is not None else f" on the {where}" if where else ""
            return f"add {said(what, article=True)}{target}"
        case Recolour(what=what, colour=colour):
            return f"make {the(what)} {colour}"
        case Move(what=what, where=where, beside=beside):
            target = f"{where} {the(beside)}" if beside is not None else f"to the {where}"
            return f"move {the(what)} {target}"
        case Resize(what=what, size=size):
            return f"make {the(what)} {size}"
        case Background(name=name):
            return f"change the background to {name}"
    raise TypeError(f"{type(intent).__name__} is no edit")


def said(wish: Wish, *, article: bool = False) -> str:
    """A wish as a noun phrase."""
    words = caption_of(Wanted(things=(wish,)))
    return words if article else words.removeprefix("a ").removeprefix("an ")


# -- what is wanted -------------------------------------------------------------------------------------------------------------------


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
        case Count():
            return wishes.counted(wanted, intent)
        case Inpaint(wanted=scene):
            for wish in scene.things:
                wanted = after(wanted, Add(wish)) or wanted
        case Vary(background=name, changes=changes):
            for gone, come in changes:
                step: Intent | None = None
                if gone is not None and come is not None:
                    step = Replace(gone, come)
                elif come is not None:
                    step = Add(come)
                elif gone is not None:
                    step = Remove(gone)
                wanted = wanted if step is None else after(wanted, step) or wanted
            return wanted.model_copy(update={"background": name}) if name is not None else wanted
    return wanted


def _joined(things: Sequence[Wish], new: Wish) -> list[Wish]:
    """The things with one more; of the same kind and colour they are counted together."""
    for place_in_list, thing in enumerate(things):
        if (thing.noun, thing.colour, thing.size) == (new.noun, new.colour, new.size):
            more = thing.model_copy(update={"count": thing.count + new.count})
            return [*things[:place_in_list], more, *things[place_in_list + 1 :]]
    return [*things, new]


def _with(wanted: Wanted, things: Sequence[Wish], gone: Wish | None = None, moved: Wish | None = None) -> Wanted:
    """The wanted scene with other things: relations keep pointing at the same things, those of a thing that left or moved are dropped."""
    places = {index: index for index in range(len(wanted.things))}
    if gone is not None and len(things) < len(wanted.things):
        lost = wanted.things.index(gone)
        places = {i: i - (i > lost) for i in places if i != lost}
    kept = [
        relation.model_copy(update={"subject": places[relation.subject], "object": places[relation.object]})
        for relation in wanted.relations
        if relation.subject in places
        and relation.object in places
        and moved not in (wanted.things[relation.subject], wanted.things[relation.object])
    ]
    names = {t.noun for t in things}
    absent = [a for a in wanted.absent if a not in names]
    if gone is not None and gone.noun not in names:
        absent.append(gone.noun)
    return wanted.model_copy(update={"things": tuple(things), "relations": tuple(kept), "absent": tuple(dict.fromkeys(absent))})


def _related(wanted: Wanted, what: Wish, where: str, beside: Wish) -> Wanted:
    """The wanted scene with one relation more, if both things are in it and the relation is one that can be checked."""
    if what not in wanted.things or beside not in wanted.things or where not in RELATIONS:
        return wanted
    new = Relation(subject=wanted.things.index(what), name=where, object=wanted.things.index(beside))
    return wanted.model_copy(update={"relations": (*wanted.relations, new)})


# -- words ----------------------------------------------------------------------------------------------------------------------------


def _again(run: Run, number: int) -> list[Call]:
    """The call that made the current picture, with another seed."""
    head = place(run.before_turn).head
    assert head is not None
    made = run.step(head)
    args = {k: v for k, v in (made.call.args or {}).items() if k != "seed"}
    return [Call(id=f"p{number}", tool=made.call.tool, args=args)]


def _lost_sight(run: Run, intents: Sequence[Intent]) -> bool:
    """Whether the edit failed because the eyes do not find what the picture was made to show: then an edit cannot mend it.

    What is to be removed and is not there needs no new picture.
    """
    blind = any(isinstance(e, Failed) and e.code in ("nothing_found", "no_room") for e in run.turn)
    painted = any(isinstance(e, Acted) and e.call.tool in PAINTING for e in run.turn)
    return blind and not painted and not any(isinstance(i, Remove) for i in intents)


def _report(run: Run, said_before: str) -> str:
    """What the calls of a turn found, for the user; what was painted is told by the ledger."""
    words = [said_before] if said_before else []
    here = place(run)
    moves = [e for e in run.turn if isinstance(e, Moved) and e.why in ("undo", "redo", "go", "name")]
    if moves:
        if moves[-1].why == "name":
            words.append(f'Picture {here.number} is now called "{moves[-1].name}".')
        else:
            words.append(f"Picture {here.number} is current again." if here.number else "The canvas is empty again.")
    words += [e.said for e in run.turn if isinstance(e, Acted) and e.call.tool not in PAINTING and not _silent(e)]
    return " ".join(words)


def _silent(step: Acted) -> bool:
    """Whether a step was only on the way to a picture."""
    return step.call.tool in HELPERS and not (step.call.tool == "segment" and "." not in step.call.id)


def _sorry(intent: NotUnderstood, context: Context, known: Sequence[str]) -> str:
    """Says plainly what was not understood, and what is known instead."""
    if intent.missing:
        if not context.picture or context.wanted is None:
            return "There is no picture yet. Say what you would like to see."
        shown = known_words([said(t, article=True) for t in context.wanted.things]) or "nothing but the background"
        return f"The picture was not made to show a {intent.missing}; it shows {shown}. I left it as it is."
    if not context.picture and any(EDITING.fullmatch(word) for word in intent.unknown):
        return "There is no picture yet. Say what you would like to see."
    if not intent.unknown:
        return 'Say what you would like to see, for example "a red car and a dog". `help` tells more.'
    strange = known_words([f'"{word}"' for word in intent.unknown])
    near = [m for word in intent.unknown for m in get_close_matches(word, [*known, *COLOURS, *BACKGROUNDS], 2, 0.6)]
    hint = f" Did you mean {' or '.join(dict.fromkeys(near))}?" if near else ""
    return f"I do not know {strange}.{hint} I can paint {known_words(known)}. Nothing was changed."
