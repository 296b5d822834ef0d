"""Reads complaints about a new picture that was not meant: "I just wanted a cat added, not a new picture", "where did the dog go?".

The old picture is gone back to, and what the new one shows is added there. What is missed is told of with the picture that has it.
"""

import re
from collections.abc import Sequence

from ...tools.wording import Wanted, Wish
from .clause import Clause, phrase_of
from .requests import Add, Context, Go, Intent, Remark
from .spelling import Word
from .tagging import Tagger

START = r"^ (?:(?:no|but|hey|oh|dear|wait|sorry|hm|please|and|so|stop|what) )*"
PICTURE = r"(?:picture|image|scene|painting|drawing|one|canvas)"
OLD = rf"(?:the |my |our )?(?:old|previous|last|first|other|earlier|former|existing|same|original) {PICTURE}"
NOT_NEW = re.compile(rf" (?:not|no|never|instead of|rather than) (?:(?:want|wanted|ask for|asked for|say|said|paint|make|need|mean) )?(?:a|an|any)? ?"
                     rf"(?:(?:whole|completely|entirely|totally) )?new {PICTURE} ")  # fmt: skip
ADDED = re.compile(
    START + r"(?:i|we) (?:(?:just|only|merely|simply) )*(?:wanted|meant|asked|intended|was asking|said)(?: for)?(?: you)?(?: to)? "
    rf".*(?:\badd\b|added|in addition|as well|too|also|in {OLD}|to {OLD}|there|put) "
)
MEANT = re.compile(
    START + rf"(?:add|put|paint) (?:it|that|this|them|him|her|the \w+) (?:(?:back|in|into|to|on|onto) )+(?:{OLD}|the {PICTURE} before) "
)
REST = re.compile(
    START
    + r"(?:(?:i said |please )?keep (?:the rest|everything else|all the rest|the others)|where (?:did|is|are|has) (?:the rest|everything|all the rest"
    r"|everything else|the others)(?: go| gone)?|(?:and|what about|bring back|i want) (?:the rest|everything else)(?: back)?"
    r"|you (?:threw|took|removed|deleted|lost|forgot|dropped|erased) (?:everything|the rest|all the rest|everything else)(?: away| out)?"
    r"|(?:everything|the rest|all the rest|everything else) (?:is|has|was) (?:gone|missing|lost|away)) (?:[?.] )*$"
)
MISSED = re.compile(
    START + r"(?:where (?:did|is|are|has|have)|what happened to|who took) (?:the|my|our) .* $|"
    + START + r"(?:the|my|our) .* (?:is|are|has|have|went|was) (?:gone|missing|lost|disappeared|vanished|away) "
)  # fmt: skip
BACK = re.compile(
    START + r"(?:(?:can|could|would) you )?(?:bring|get|give|put|want|i want|i would like)(?: me)? (?:the|my|our) [a-z ]+ "
    r"back(?: please| again)? (?:[?.] )*$"
)


def unmeant(words: Sequence[Word], context: Context) -> tuple[Intent, ...] | None:
    """What a complaint about a new picture asks for; None where it is no such complaint.

    Args:
        words: of a whole request, regular.
        context: what it may refer to; of the picture gone back to, where the request is read once more behind that.
    """
    here = context.said_at or context.number
    if not here or not 0 < here <= len(context.scenes) or not context.picture:
        return None
    new = context.scenes[here - 1]
    again = here != context.number
    old = context.wanted if again else context.scenes[context.before - 1] if context.before else None
    if new is None or old is None or not new.things or not _anew(old, new):
        return None
    said = " " + " ".join(w.said for w in words if w.said != ",") + " "
    tokens = Tagger(context.concepts).tokens([w for w in words if w.said not in (",", ".", "?")])
    clause = Clause(tokens)
    nouns = {p.noun for t in clause.things if (p := phrase_of(t)).noun}
    there = context.number if again else context.before
    both: tuple[Intent, ...] = (Go(there or 1), *(Add(w) for w in new.things))
    ours = nouns <= {w.noun for w in new.things}
    if ours and (NOT_NEW.search(said) or (nouns and ADDED.match(said)) or MEANT.match(said) or REST.match(said)):
        return both
    lost = [w for w in old.things if w.noun in nouns]
    if not lost or ours:
        return None
    if BACK.match(said):
        return both
    return (Remark(told=_told(lost[0], new, context)),) if MISSED.match(said) and not again else None


def _anew(old: Wanted, new: Wanted) -> bool:
    """Whether a picture was painted in place of another one: nothing of that is left in it."""
    return bool(old.things) and not {w.noun for w in old.things} & {w.noun for w in new.things}


def _told(lost: Wish, new: Wanted, context: Context) -> str:
    """Where something is that this picture does not show."""
    added = new.things[0].noun
    return (
        f"This is a new picture; the {lost.noun} is in picture {context.before}. `undo` brings that back; "
        f'then "add {"an" if added[0] in "aeiou" else "a"} {added}" puts the {added} in there.'
    )
