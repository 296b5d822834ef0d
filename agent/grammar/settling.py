"""Makes one list of what the parts of a request were read as: what leads to another wish, or says it twice, is no wish of its own."""

import re
from collections.abc import Sequence
from dataclasses import replace

from ...tools.wording import Wanted, Wish
from .requests import (
    Add,
    Ask,
    Background,
    Count,
    Forget,
    Go,
    Inpaint,
    Intent,
    Like,
    Move,
    NotUnderstood,
    Paint,
    Recolour,
    Remark,
    Remove,
    Replace,
    Session,
    Swap,
    Vary,
    Which,
)
from .spelling import Word
from .talk import DOUBT

NEW = re.compile(r" (?:new|fresh|different|another) (?:picture|image|scene|painting|canvas|sheet|page) ")
STARTING = re.compile(r"\b(?:start|begin|scratch)\b")
"""Words that alone ask for help, and before a wish for a new picture: "start over"."""
TOLD = "told"  # marks an intent that was read from a statement
STATING = frozenset("something it that this one you there check still i not".split())


def told(intents: list[Intent], words: Sequence[Word]) -> list[Intent]:
    """Intents of a part before others, marked where it only states what is wrong, or how good something was: "something failed, …"."""
    stated = words[0].said in STATING or words[1:2] == (Word("one", "one"),) or any(w.said in ("is", "was", "failed") for w in words[1:5])
    if len(intents) != 1 or not isinstance(intents[0], Session) or intents[0].verb not in ("ledger", "keep", "fix") or not stated:
        return intents
    if words[0].said in ("what", "which", "is", "are", "did", "does", "show", "list", "tell", "why", "how"):
        return intents
    return [replace(intents[0], words=TOLD)]


def settled(intents: Sequence[Intent]) -> list[Intent]:
    """The intents of all parts as one list: courtesies beside a request say nothing, what was said twice is meant once."""
    found: list[Intent] = []
    for intent in intents:
        before = found[-1] if found else None
        if isinstance(before, Session) and before.words == DOUBT and _leads_on(before, intent):
            found.pop()  # "paint it again, without the car"; "the old one was better, go to 2"
            before = found[-1] if found else None
        if isinstance(before, Session) and before.words == TOLD and isinstance(intent, Session) and intent.verb in ("fix", "keep", "again", "undo"):
            found.pop()  # "something failed, put it right"
            before = found[-1] if found else None
        if before == Session("fix") and isinstance(intent, Recolour) and intent.what.colour == intent.colour:
            continue  # "only one balloon is pink, make both pink", where both were to be
        if before == Session("fix") and isinstance(intent, Count):
            found.pop()  # "one dog is lonely, make it three"
            before = found[-1] if found else None
        judged = isinstance(intent, Session) and intent.verb == "undo" and intent.words == DOUBT
        if judged and isinstance(before, Inpaint | Remove | Replace):
            continue  # "wipe what is under the mask, it is ugly"
        starting = before is not None and before == Session("help") and bool(STARTING.search(before.words))
        if starting and isinstance(intent, Paint | Add):
            found.pop()  # "start over. A red car on the beach"; "start over, I want a house"
            intent = Paint(Wanted(things=(intent.what,))) if isinstance(intent, Add) and not intent.where else intent
            before = found[-1] if found else None
        if before == Session("redo") and isinstance(intent, Session) and intent.verb == "undo":
            continue  # "that undo was an error, reverse it"
        if isinstance(intent, Paint) and before is not None and all(isinstance(i, Remove) for i in found) and NEW.search(intent.words):
            found = []  # "done with dogs. New picture: …"
        if before == Session("help") and isinstance(intent, Session) and intent.verb == "why" and intent.words == DOUBT:
            continue  # "how does this work? I need an explanation"
        if isinstance(before, Add) and not before.where and isinstance(intent, Move) and intent.what == before.what:
            found[-1] = Add(before.what, intent.where, intent.beside)  # "bo should be there too, set him left of the car"
            continue
        if isinstance(before, Ask) and isinstance(intent, Forget):
            found.pop()  # "who is bo? forget him": no question
            before = found[-1] if found else None
        if isinstance(before, Remove) and isinstance(intent, Replace) and intent.old == before.what:
            found.pop()  # "I do not like the dog, change it into a cat"
            before = found[-1] if found else None
        if isinstance(before, Add) and isinstance(intent, Count) and intent.what.noun == before.what.noun:
            found.pop()  # "one more dog, so that there are two"
            before = found[-1] if found else None
        if isinstance(intent, Paint) and isinstance(before, Session) and before.verb == "undo" and before.words == DOUBT:
            found.pop()  # "forget that, paint a horse": a new picture needs no way back
        if isinstance(before, Remove) and isinstance(intent, Add) and intent.instead:
            found[-1] = Replace(before.what, intent.what)
        elif isinstance(before, Remove) and isinstance(intent, Paint) and len(intent.wanted.things) == 1 and not intent.wanted.background:
            found[-1] = Replace(before.what, intent.wanted.things[0]) if " instead " in intent.words else intent
        elif isinstance(before, Count) and isinstance(intent, Remove) and intent.what == before.what:
            continue  # "one cat too many, remove it"
        elif isinstance(before, Session) and before.verb == "undo" and before.words == DOUBT and intent == Session("fix"):
            found[-1] = intent  # "that's wrong, correct it"
        elif before == Session("fix") and isinstance(intent, Session) and intent.verb == "undo":
            found[-1] = intent
        elif isinstance(before, Background) and isinstance(intent, Background):
            found[-1] = intent  # "no beach. forest", "beach is too hot, make it a room"
        elif isinstance(intent, Swap) and Swap(intent.second, intent.first) in found:
            continue
        elif intent not in found or isinstance(intent, Add | Background):
            found.append(intent)
    real = [i for i in found if not (isinstance(i, Session) and i.verb == "thanks")]
    done = [i for i in real if not isinstance(i, Remark)]
    real = done if done and not all(isinstance(i, NotUnderstood) for i in done) else real  # "I don't want yellow, make it red"
    forgotten = [i.name for i in real if isinstance(i, Forget)]
    real = [i for i in real if not (isinstance(i, Remove) and i.what.noun in forgotten)]
    return real or found or [NotUnderstood()]


def _leads_on(before: Session, intent: Intent) -> bool:
    """Whether words that may mean "again" or "back" only led to what was said next."""
    if before.verb == "ledger":
        return isinstance(intent, Session) and intent.verb == "keep"  # "never mind what failed, I will take it"
    if before.verb == "again":
        return isinstance(intent, Vary)
    if before.verb == "undo" and isinstance(intent, Session) and intent.verb == "again":
        return True  # "I do not like it, have another go"
    moving = isinstance(intent, Session) and intent.verb in ("undo", "redo") and intent.words != DOUBT
    return before.verb == "undo" and (moving or isinstance(intent, Go))


def mentioned(intent: Intent) -> list[Wish]:
    """The things that an intent talks about."""
    match intent:
        case Replace(new=new):
            return [new]
        case Recolour(what=what, colour=colour, which=which) if which:
            return [what.model_copy(update={"count": 1, "colour": colour})]
        case Paint() | Like() | NotUnderstood() | Which():
            return []
        case Forget(name=name):
            return [Wish(noun=name)]
        case Remark(about=wish):
            return [wish] if wish is not None else []
    return [wish for name in ("what", "first", "second") if isinstance(wish := getattr(intent, name, None), Wish)]
