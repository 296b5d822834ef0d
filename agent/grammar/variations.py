"""Reads "the same but at night": the wish that the picture was painted for, anew, with a change."""

import re

from ...tools.wording import MOST, Wish
from .clause import Clause, indefinite, phrase_of
from .edits import STRAIGHT
from .phrases import Phrase
from .requests import Intent, Vary
from .sight import Sight
from .tokens import Token

ANEW = re.compile(
    r" (?:new|another|one more|different|other|fresh|alternative) (?:version|take|variant|rendition|interpretation|try|attempt) "
    r"| (?:a|an|another|one|some) (?:version|variant|variation|alternative|rendition) (?:with|without|where|at|in|on|of|that) "
    r"| variation | variant | vary | (?:another|one|something|version|picture) (?:just |exactly )?(?:like|of) (?:this|it|that) "
    r"| (?:in )?(?:a|the) \w+ version | (?:do|paint|make|try|have|see) (?:me |us )?(?:another|one more|one)(?: one)? (?:with|without|where|at|in|on) "
    r"| (?:try|do|paint) (?:it|this|that|the whole thing) (?:with|without) | another one (?:but|only|just|at|in|on) "
    r"| (?:the|this|that|my|your|our|original|current|last) (?:current |last |original |old |first )?"
    r"(?:wish|request|prompt|order|idea) (?!(?:is|that|to) )"
    r"| (?:do|paint|make|draw) (?:me )?(?:it|this|that|everything|the (?:whole |entire )?(?:thing|picture|scene|image|painting|lot))(?: all)? over "
    r"| (?:it|this|that|the scene|the picture|the same|everything) from scratch "
    r"| (?:another|one more) (?:go|try|shot|attempt|stab) (?:at|of|with|on) "
)
AGAIN = re.compile(
    r" (?:again|anew|afresh|once more)(?: please)? (?:but|only|just|with|without|except|this|at|in|on|minus|and|though)| (?:again|anew|once "
    r"more) $|^ (?:again|anew|once more|once again) "
)
Change = tuple[Wish | None, Wish | None]


def varies(clause: Clause, sight: Sight) -> list[Intent] | None:
    """The current wish painted anew with changes, or None where nothing says "the same" or nothing changes."""
    if not sight.context.picture or not _same(clause) or clause.marked("missing", "wrong", "turned", "fix"):
        return None
    if any(phrase_of(t).ordinal and not phrase_of(t).noun for t in clause.things) and clause.marked("again"):
        return None  # "show me the first one again" is a picture
    names = {name for name, _ in sight.context.names}
    if clause.marked("again") and clause.said_any("show", "see", "bring", "load", "open") and any(f" {name} again " in clause.said for name in names):
        return None  # "show me winter again", where a picture is called so
    named = [phrase_of(t).noun for t in clause.things if phrase_of(t).noun]
    if named and names.issuperset(named) and not any(sight.kin(phrase_of(t)) for t in clause.things) and not clause.of("ground"):
        return None  # "the castle again" is a picture's name
    here = sight.context.wanted.background if sight.context.wanted is not None else None
    grounds = [t.value for t in clause.of("ground") if t.value != here]
    if len(grounds) > 1 or clause.of("unknown", "relation") or clause.marked("undo"):
        return None
    changes = _changes(clause, sight)
    if changes is None or not (grounds or changes):
        return None
    return [Vary(grounds[0] if grounds else None, tuple(changes))]


def _same(clause: Clause) -> bool:
    """Whether the wish itself is meant, and not a step: "again" with another verb than one of painting is no variation."""
    if clause.said_any("same colour", "same size", "same place", "same position", "same spot"):
        return False
    if clause.marked("same") or ANEW.search(clause.said):
        return True
    busy = clause.does("remove", "add", "move", "put", "replace", "swap", "colour", "grow", "shrink", "segment", "forget")
    repainted = any(t.kind == "verb" and t.value in ("paint", "repaint", "redraw") for t in clause.tokens)
    if (
        repainted
        and clause.of("whole")
        and (clause.of("ground") or any(phrase_of(t).noun for t in clause.things))
        and clause.said_any("repaint", "redraw")
    ):
        return True
    if clause.marked("again"):
        return not busy or repainted or bool(AGAIN.search(clause.said) and clause.said_any("but", "only", "except", "just"))
    return clause.said_any("this time", "redo", "repeat", "repaint it", "redraw it", "regenerate", "retry") and bool(
        clause.of("ground") or clause.things
    )


def _changes(clause: Clause, sight: Sight) -> list[Change] | None:
    """What is to be different about the things; None where that cannot be told."""
    changes: list[Change] = []
    both = [phrase_of(t) for t in clause.things if phrase_of(t).noun]
    becomes = len(both) == 2 and clause.does("be") and sight.kin(both[0]) and not indefinite(both[0]) and both[0].definite and indefinite(both[1])
    if len(both) == 2 and (becomes or clause.does("replace", "change", "swap")) and not clause.marked("instead of", "no", "without"):
        return [(wish, sight.new(both[1])) for wish in sight.present(both[0])]
    if len(both) == 2 and clause.said_any("'s place", "'s spot", "'s stead") and not indefinite(both[1]):
        return [(wish, sight.new(both[0])) for wish in sight.present(both[1])]  # "again, with a rose in the dog's place"
    if len(both) == 2 and clause.marked("where") and sight.kin(both[1]) and not indefinite(both[1]):
        return [(wish, sight.new(both[0])) for wish in sight.present(both[1])]  # "again, with a horse where the dog was"
    tokens = [t for t in clause.tokens if t.kind in ("thing", "colour", "size", "mark", "number", "side")]
    if any(t.kind in ("number", "side") for t in tokens):
        return None
    things = [t for t in tokens if t.kind == "thing" and not (phrase_of(t).pronoun and t.phrase is not None)]
    pending: Token | None = None
    earlier = ""
    for token in things:
        phrase = phrase_of(token)
        mark = _mark_before(clause, token)
        joined = clause.before(token)
        if joined is not None and joined.kind == "stop" and joined.value == "and" and earlier in ("no", "without") and not phrase.article:
            mark = earlier  # "without house and balloon"
        earlier = mark
        if mark in ("no", "without") or (clause.does("remove") and not indefinite(phrase)):
            changes += [(wish, None) for wish in sight.present(phrase)]
        elif mark in ("instead of", "than") or (sight.kin(phrase) and (mark == "not" or (mark == "for" and not indefinite(phrase)))):
            if pending is None:
                rest = [t for t in things if t is not token]
                if len(rest) != 1:
                    return None
                return [(sight.one(phrase), sight.new(phrase_of(rest[0])))]
            changes = [c for c in changes if c[1] is None or c[1] != sight.new(phrase_of(pending))]
            changes.append((sight.one(phrase), sight.new(phrase_of(pending))))
        else:
            changes += _changed(clause, sight, token, phrase)
            pending = token
    return changes


def _mark_before(clause: Clause, token: Token) -> str:
    before = clause.before(token)
    while before is not None and before.kind in ("verb", "stop"):
        before = clause.before(before)
    return before.value if before is not None and before.kind == "mark" else ""


def _changed(clause: Clause, sight: Sight, token: Token, phrase: Phrase) -> list[Change]:
    """A thing that is mentioned: with a predicate behind it, in another form, or new."""
    follows = next((t for t in clause.tokens[clause.index(token) + 1 :] if t.kind in ("thing", "colour", "size", "ground")), None)
    if sight.kin(phrase) and not indefinite(phrase) and (phrase.definite or phrase.colour is None) and follows is not None and sight.shows(phrase):
        if follows.kind == "colour":
            return [(wish, wish.model_copy(update={"colour": follows.value})) for wish in sight.present(phrase)]
        if follows.kind == "size":
            size = {"bigger": "big", "smaller": "small"}[STRAIGHT[follows.value]]
            return [(wish, wish.model_copy(update={"size": size})) for wish in sight.present(phrase)]
        if follows.kind == "thing" and clause.does("be", "change", "replace"):
            return []
    new = sight.new(phrase)
    if phrase.change:
        new = new.model_copy(update={"size": {"bigger": "big", "smaller": "small"}[phrase.change]})
    if follows is not None and follows.kind == "colour" and new.colour is None:
        new = new.model_copy(update={"colour": follows.value})
    kin = sight.kin(phrase)
    if len(kin) == 1 and phrase.extra == "more" and kin[0].count + new.count <= MOST:
        return [(kin[0], kin[0].model_copy(update={"count": kin[0].count + new.count}))]
    if len(kin) == 1 and phrase.extra != "more":
        old = kin[0]
        return [] if new in kin or (phrase.definite and phrase.colour in (None, old.colour)) else [(old, new)]
    return [] if any(new == k for k in kin) else [(None, new)]
