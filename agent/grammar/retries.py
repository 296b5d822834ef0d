"""Reads what people say right after an edit that failed: "another way", "it is not black", "yes", "show me the attempt".

The picture stayed as it was, so a complaint about what it still shows, or does not show yet, asks for the same edit once more.
"""

import re
from collections.abc import Sequence

from .clause import Clause, phrase_of
from .requests import Add, Background, Context, Count, Intent, Move, NotUnderstood, Recolour, Remark, Remove, Replace, Resize, Session, Swap
from .spelling import regular
from .tagging import Tagger
from .tokens import Token

LEAD = r"^(?:(?:no|but|hey|hm|hmm|oh|so|well|and|please|ok|okay|sorry|then|still|again|can you|could you|let us|just) )*"
TAIL = r"(?: (?:please|then|now|again|at all|to me|for me|today|yet|though|here|this time|as before|if you can|with it))*$"
ANEW = re.compile(
    rf"{LEAD}(?:(?:do|try|find|use|in|take|think of|is there|what about|how about|maybe|there must be)? ?"
    r"(?:it |this |that |to do it )?(?:in |with )?(?:an?other|some other|a different|a better|a new) "
    r"(?:way|method|approach|technique|tool|try|attempt|one|seed)|differently|"
    r"(?:try|retry|redo|repeat)(?: (?:it|that|this|once|one|more|time|the edit|the change|the last (?:one|edit|change)|harder|better))*|"
    r"(?:one|once) more(?: time| try)?|do (?:it|that|this)(?: (?:better|properly|right|anyway|once more))?|"
    r"(?:go|carry) on|continue|keep (?:on )?(?:trying|going)|(?:i|we) (?:see|can see|notice|spot) (?:no|not any|not a) (?:difference|change|changes)|"
    r"(?:i|we) (?:do|can) not see (?:any|a) (?:difference|change)s?|"
    r"(?:it|that|this|the picture|the image|everything|all)(?: still)? (?:looks?|is|stays?|stayed|seems?)(?: still| exactly| just)? "
    rf"(?:the same|as before|unchanged|like before|as it was)|where is the (?:change|difference)|what (?:did|has) change[d]?){TAIL}"
)
"""The same edit once more, whatever it was."""
REDONE = re.compile(rf"{LEAD}redo(?: it| that| this| the edit| the change)?{TAIL}")
WHY = re.compile(rf"{LEAD}(?:why not|how come|what went wrong|what is the problem|what is wrong){TAIL}")
YES = re.compile(
    rf"{LEAD}(?:yes|yeah|yep|yup|sure|ok|okay|fine|of course|do so|go ahead|alright|agreed|right|good|great|y)"
    r"(?: (?:please|do|do that|ok|then|it is|sure))*$"
)
NO = re.compile(rf"{LEAD}(?:no|nope|nah|no thanks?|no thank you|better not|n)(?: (?:please|thanks|thank you|then))*$")
SEEN = re.compile(
    rf"{LEAD}(?:(?:show|let|give|can|could|may|where|what|how|i want|i would like|display|open|see|view)\b.* )?"
    r"(?:(?:the|that|your|those|these|all|last|failed|rejected) )*(?:attempts?|tries|try)"
    r"(?: (?:look|looks|looked|like|is|are|was|were|please|first|you made))*$"
)
OFFER = "`keep the attempt` takes the last attempt, `try again` draws the change anew; or say what to change instead. Nothing was changed yet."
STAYS = "The picture stays as it is. `try again` draws the change anew; or say what to change instead."
LOOKING = "`keep the attempt` makes the last attempt the current picture, so that you can look at it; `undo` leads back from there."
NEGATED = frozenset({"not", "no", "never", "missing", "forgot", "forgotten", "lacks", "where"})
TELLING = frozenset(
    "be look see go become turn happen change move vanish disappear get have appear work find forget stay remain miss do show spot leave "
    "grow shrink".split()
)
"""Verbs that tell how a picture is."""
WISHING = frozenset(
    "should must want wanted need needed please let shall would wish prefer rather if then instead how why may could can mean meant said same once "
    "more without enough too than any so such as with".split()
)
SUBJECTS = frozenset("it that this there they he she i we you the my still not no where nothing".split())
BEING = frozenset("is are looks look stays stay stands stand remains remain".split())
GOING = frozenset("gone vanished disappeared away removed deleted vanish disappear leave left".split())
THERE = frozenset("there here visible see seen shown".split())


def repeats(text: str) -> bool:
    """Whether words ask for the last edit once more, and say nothing of it."""
    said = _said(text)
    return bool(ANEW.match(said)) or bool(re.match(rf"{LEAD}(?:again|fix (?:it|that|this)|repair (?:it|that|this)|nothing happened){TAIL}", said))


def retried(
    text: str, context: Context, intents: Sequence[Intent], failed: Sequence[Intent], *, spoiled: bool, undone: bool
) -> tuple[Intent, ...] | None:
    """What a request means behind an edit that failed; None where it means what it says.

    Args:
        text: the request.
        context: what it may refer to.
        intents: what it was read as.
        failed: what the edit should have done.
        spoiled: whether the picture has other faults, which "fix it" is about.
        undone: whether something was undone, which "redo" is about.
    """
    said = _said(text)
    words = tuple(intents)
    if words == (Session("again"),) or (words == (Session("fix"),) and not spoiled) or ANEW.match(said) or (REDONE.match(said) and not undone):
        return None if REDONE.match(said) and undone else tuple(failed)
    if WHY.match(said):
        return (Session("why"),)
    if SEEN.match(said):
        return (Remark(told=LOOKING),)
    if YES.match(said):
        return (Remark(told=OFFER),)
    if NO.match(said):
        return (Remark(told=STAYS),)
    return tuple(failed) if _complains(text, context, failed) else None


def complaint(text: str) -> bool:
    """Whether words may only tell what is not as it should be."""
    said = {w.said for w in regular(text)}
    return bool(said & (NEGATED | {"still"})) and not said & WISHING


def disputed(text: str, context: Context, intents: Sequence[Intent], done: Sequence[Intent]) -> tuple[Intent, ...] | None:
    """What a complaint about an edit asks for that was thought to have gone well: the same edit once more, or that somebody looks again.

    Args:
        text: the request.
        context: what it may refer to.
        intents: what it was read as.
        done: what the edit should have done.
    """
    about = [i for i in done if isinstance(i, Recolour | Move | Background | Replace)]
    said = _said(text).split()
    plain = bool(BEING & set(said)) and not {"no", "where", "missing", "forgot"} & set(said)
    alike = all(isinstance(i, NotUnderstood) or any(type(i) is type(one) for one in about) for i in intents)
    if not about or len(about) < len(done) or not plain or not alike or not _complains(text, context, about):
        return None
    return (Session("fix"),) if any(isinstance(i, Replace) for i in about) else tuple(about)


def _said(text: str) -> str:
    return " ".join(w.said for w in regular(text) if w.said not in (",", ".", "?"))


def _complains(text: str, context: Context, failed: Sequence[Intent]) -> bool:
    """Whether words only tell that the picture does not show yet what an edit should have brought, or still shows what it should have taken."""
    words = regular(text, context.concepts)
    said = {w.said for w in words}
    clause = Clause(Tagger(context.concepts).tokens(words), f" {' '.join(w.said for w in words if w.said not in (',', '.', '?'))} ")
    yours = re.match(r" (?:(?:no|but|hey) )*you (?:did not|have not|forgot|still|never)", clause.said)
    first = next((w for w in re.sub(LEAD, "", clause.said.strip()).split()), "")
    if clause.of("unknown") or not complaint(text) or (first not in SUBJECTS and clause.of("verb")) or len(words) > 12:
        return False
    if not yours and any(t.value not in TELLING and "be" not in t.classes for t in clause.of("verb")):
        return False
    return any(_lacking(clause, said, intent) for intent in failed)


def _lacking(clause: Clause, said: set[str], intent: Intent) -> bool:
    """Whether a complaint is about one edit."""
    denied = bool(said & NEGATED)
    phrases = [phrase_of(t) for t in clause.things]
    nouns = {p.noun for p in phrases if p.noun}
    colours = {t.value for t in clause.of("colour")} | {p.colour for p in phrases if p.colour}
    sides, places = _values(clause.of("side", "relation")), _values(clause.of("ground"))
    sizes = bool(clause.of("size")) or any(p.size or p.change for p in phrases)
    match intent:
        case Recolour(what=what, colour=colour):
            told = bool(colours) and (colours <= {colour} if denied else colour not in colours)
            return told and nouns <= {what.noun} and not sides and not places
        case Move(what=what, where=where, beside=beside):
            known = {what.noun, *([beside.noun] if beside is not None else [])}
            told = bool(sides) and (bool({where, where.removesuffix(" of")} & sides) if denied else where not in sides)
            return nouns <= known and not places and (told or (not sides and "move" in _values(clause.of("verb"))))
        case Background(name=name):
            return not nouns and not colours and bool(places) and (places <= {name} if denied else name not in places)
        case Resize(what=what):
            return sizes and nouns <= {what.noun} and not colours and not places
        case Add(what=what):
            counted = bool(clause.of("number")) or any(p.count for p in phrases)
            return denied and not places and not sides and not sizes and not counted and (nouns == {what.noun} or (not nouns and bool(said & THERE)))
        case Remove(what=what):
            about = nouns <= {what.noun} and not sides and not places
            return about and bool(said & GOING if denied else said & THERE or nouns)
        case Replace(old=old, new=new):
            return nouns == ({new.noun} if denied else {old.noun}) or (denied and nouns == {old.noun, new.noun})
        case Count(what=what):
            return nouns <= {what.noun} and bool(clause.of("number") or any(p.count for p in phrases))
        case Swap(first=first, second=second):
            return bool(nouns) and nouns <= {first.noun, second.noun}
    return False


def _values(tokens: Sequence[Token]) -> set[str]:
    return {t.value for t in tokens}
