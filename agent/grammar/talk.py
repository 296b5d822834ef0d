"""Reads requests that are not about what the picture shows: back and forth, trying again, mending, what was checked and why, help.

The wordings are in `wordings.py`; this file says which of them a clause may mean.
"""

import re
from collections.abc import Sequence

from . import accounting, pictures, wordings
from .clause import Clause, phrase_of
from .looking import asking
from .markers import REGION
from .patterns import found
from .pictures import COUNTABLE
from .requests import Intent, Remark, Session
from .sight import Sight
from .spelling import Word, plain
from .thesaurus import NUMBERS, TIMES

NUMBER = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|couple|few)"
DOUBT = "in other words"  # marks an intent that was read from words which may only lead to another
WHY = re.compile(
    r"(?:(?:so|but|and|explain|tell me|say|i (?:want|would like) to know|know|explain to me|tell) )*"
    r"(?:why|how come|for (?:what|which) (?:reason|purpose)|what be reason|with what reason)\b(?! not| do not (?:you|we))"
)
HOW = re.compile(
    r"(?:so |but |and )?how (?:(?:do|can|could|should|would) (?:i|we|one)|(?:i|we|one) (?:can|could|should|must)|to) (?!get\b|come\b|arrive)"
)
CATALOGUED = re.compile(
    r"(?:what|which) (?:all )?(?:the )?(?:things?|objects?|items?|animals?|stuff|all) (?:be|do|have) (?:there|you see|it show|be)"
)
FARING = re.compile(r"how be (?:it|this|that|picture|image|painting) do\b")
UNWANTED = re.compile(r"\b(?:not|never) (?:even |really |once )?(?:ask|order|request|call)\b")
UNDONE_NOT = re.compile(
    r"(?:please )?(?:do )?not (?:roll|discard|reject|throw|undo|revert|take|drop|lose) "
    r"(?:it|(?:that |this |other |second |last )*(?:attempt|try|version|one)|that|this)\b"
)
NOTHING = re.compile(
    r"^(?:(?:but|and|hey|hm|hmm|oh|so|still|again|sorry|it seems|i see that) )*(?:nothing (?:happen|change|be different|be do)"
    r"|you (?:change|do) nothing"
    r"|(?:that|it|picture|this) (?:do|have|be) not (?:change|do anything|do it|work)|it do nothing|no (?:change|difference|effect)|keep try(?:ing)?"
    r"|(?:it|that|this|picture) be (?:still )?(?:(?:exactly|just) )*same(?: picture| image| one| thing)?(?: as before| still)?"
    r"|(?:it|they|he|she|cat|dog|\S+) (?:do|be|have) not (?:even )?move)(?: at all| yet| again)?$"
)
"""What people say of an edit that failed: it is to be tried again."""
ALONE = {"save": "export", "list": "history"}
"""What a word by itself asks for."""
WHICH_TWO = "Which two pictures? Say for instance `{verb} 1 and 3`, with the numbers or names of two; `history` lists them."
TAUGHT = re.compile(r"(?:do|have) (?:i|we) (?:already |ever )?(?:teach|show|introduce) you\b")
REPAIRING = next(lines for verb, lines in wordings.weak() if verb == "fix")
DECIDED = (
    "what happen to …",
    "how do you proceed",
    "what (do|have) you (do|change|alter) (to|with|about) …",
    "how be … (add|remove|paint|make|change|do|create)",
    "how do you (decide|choose|know|arrive|pick|come) …",
    "what (on earth|in world|ever|heck|hell)? (make|possess|prompt|drive|cause) you …",
)
MENDING = (
    "(another|one more) (try|go|attempt) …",
    "(redo|retry|rework) … (check|checks)",
    "make good …",
    "improve …",
    "(fix|repair|mend|correct|rectify|take care|deal with|sort|work on|resolve|solve|do something) …",
    "(try|have) … again …",
)
CHOOSING = (
    "(keep|take|use|want|accept|like|prefer|show|give|bring|have|fine|ok|okay|happy|love|restore|choose|pick|recover|back|good|better|nicer|need)",
    "(one|version|picture|attempt|try|result) $",
)
COMPLAINTS = (
    *REPAIRING,
    "try … get …",
    "(have|give) … another (go|try|shot) …",
    "you … owe …",
    "you (promise|forget|miss) …",
    "(sort|straighten|figure) … out",
    "check … fail",
    "not (see|find|get) …",
    "only (see|find|get|show|paint|count) …",
    "^ (correct|rectify) …",
    "be (forget|miss|omit|leave out)",
    "i (see|find|get|count) (only|just|no|one) …",
    "i (ask|say|order|request) (for)? …",
    "there be (only|just|no|still) …",
    "be not (there|visible|show|right|correct|ok|see|good|paint|in it|on it|red|yellow|green|blue|purple|pink|white|black)",
    "(look|come out|turn out) wrong",
    "^ you (mess|botch|ruin|spoil|bungle|wreck) …",
    "wrong (number|colour|count|amount) …",
    "lack …",
    "… (lack|miss) $",
    "(not|never) (there|paint|in it|visible|show up|appear)",
)


def session_request(words: Sequence[Word], clause: Clause, sight: Sight) -> list[Intent] | None:
    """Reads a request about the session itself."""
    said = plain(words)
    if WHY.match(said):
        return [Session("why")]
    told = accounting.account(said, clause, sight)
    if told is not None:
        return [told]
    alone = ALONE.get(said.removeprefix("ok ").removeprefix("so "))
    if alone is not None and sight.context.picture:
        return [Session(alone)]
    if NOTHING.search(said) and sight.context.picture and not clause.of("colour", "ground", "side", "size"):
        return [Session("again")]
    if HOW.match(said) and not clause.things and not re.search(r"\bchecks?\b", said):
        return [Session("help")]
    called = pictures.named_or_saved(words, sight)
    if called is not None:
        return called
    thrown = pictures.deleted(words, clause, sight)
    if thrown is not None:
        return [thrown]
    going = pictures.go(words, said, clause, sight)
    if going is not None:
        return [going]
    if CATALOGUED.match(said):
        return None
    if re.match(r"(?:compare|contrast|diff)\b", said):  # "compare this with the one before" does not go back
        both = pictures.pair(words, said, clause, sight)
        if both is not None:
            return [both]
        if sight.context.picture and not clause.of("unknown", "colour"):  # a comparison never paints: "compare base and sunset"
            return [Remark(told=WHICH_TWO.format(verb="compare"))]
    if re.match(r"(?:merge|combine)(?: it)?$", said) and sight.context.picture and sight.context.pictures != 2:
        return [Remark(told=WHICH_TWO.format(verb="merge"))]
    if re.match(r"(?:show|list|give|tell|which|what|display)\b.*\b(?:fail\w*|pass\w*) (?:and|or) (?:fail\w*|pass\w*)", said):
        return [Session("ledger")]
    if TAUGHT.match(said):
        return [Session("concepts")]
    if clause.said_any("not make it") and any(sight.kin(phrase_of(t)) for t in clause.things):
        return [Session("fix")]  # "one of the cats did not make it into the picture"
    if clause.marked("turned") and found(MENDING, said):
        return [Session("fix")]
    if (
        clause.marked("turned")
        and not re.search(r"\b(?:what|which|who) (?:be )?(?:fail|failed)\b", said)
        and found(CHOOSING, said)
        and not re.search(r"\bchecks\b", said)
        and not asking(words)
    ):
        return [Session("keep")]
    if UNDONE_NOT.match(said) and not clause.things[1:]:
        return [Session("keep")]
    for verb, lines in wordings.strong().items():
        if found(lines, said) and not (verb == "upscale" and any(phrase_of(t).noun for t in clause.things)) and not _busy(verb, clause):
            return [Session(verb, _times(said) if verb in ("undo", "redo") else 1, words=said if verb == "help" else "")]
    if re.search(r"\bchecks?\b", said) and asking(words) and not clause.of("thing"):
        return [Session("ledger")]
    if re.search(r"\bconcepts\b", said) and asking(words) and all(phrase_of(t).noun in sight.context.concepts for t in clause.things):
        return [Session("concepts")]
    if re.match(r"do you (?:know|remember) ", said) and not clause.of("colour", "ground"):
        return [Session("concepts")]
    if FARING.match(said) and " doing " in clause.said:
        return [Session("ledger")]
    if found(DECIDED, said):
        return [Session("why")]
    for reader in (pictures.pair, pictures.named):
        intent = reader(words, said, clause, sight)
        if intent is not None:
            return [intent]
    if sight.context.picture and accounting.BETTER.search(said) and not clause.about_things and not clause.of("unknown", "size"):
        return [Session("best")]
    if clause.about_things:
        return _fixes(words, said, clause, sight)
    for verb, lines in wordings.weak():
        if found(lines, said) and not _elsewhere(verb, clause):
            verb = "ledger" if verb == "fix" and asking(words) else verb  # "does anything need fixing?"
            return [Session(verb, _times(said) if verb == "undo" else 1, words=DOUBT)]
    return None


def _busy(verb: str, clause: Clause) -> bool:
    """Whether words for going back are about a thing: "step back" is no undo in "put the dog back"."""
    return (
        verb in ("undo", "redo")
        and bool(clause.of("side", "relation"))
        and not any(w in clause.said for w in (" undo ", " redo ", " revert ", " undone "))
    )


def _elsewhere(verb: str, clause: Clause) -> bool:
    """Whether a wording that fits is overruled by what else is said."""
    if clause.of("size") and verb not in ("upscale", "help", "ledger", "why"):
        return True
    if verb == "again" and clause.of("unknown") and clause.does("make", "change", "colour") and any(phrase_of(t).ordinal for t in clause.things):
        return True  # "make the second one orange": one of the things, in a colour that nobody knows
    if verb == "again" and clause.does("add", "remove"):
        return True  # "add another one"
    if verb == "fix" and clause.of("unknown") and " sure " in clause.said:
        return True  # "make sure that it is a dragon"
    if verb == "undo" and REGION & set(clause.said.split()) and clause.does("remove", "fill", "add", "put"):
        return True  # "wipe what is under the mask, it is ugly"
    if verb in ("undo", "keep") and clause.of("unknown"):
        return len(clause.of("unknown")) > 1
    if verb == "upscale":
        return (
            any(t.kind == "thing" for t in clause.tokens)
            and not clause.of("whole")
            and bool(clause.of("size", "verb"))
            and not any(w in clause.said for w in ("resolution", "pixel", "print", "quality", "detail", "sharp", "crisp"))
        )
    return False


def _fixes(words: Sequence[Word], said: str, clause: Clause, sight: Sight) -> list[Intent] | None:
    """Words about a check that failed: "one cat is missing", "you only painted one cat", "fix the cats"."""
    named = [phrase_of(t) for t in clause.things if phrase_of(t).noun]
    if not sight.context.picture or not named or not any(sight.kin(p) for p in named):
        return None
    right = [t for t in clause.of("side") if not (t.value == "right" and t.end - t.start == 1 and found(("get … right",), said))]
    recoloured = {t.value for t in clause.of("colour")} - {w.colour for p in named for w in sight.kin(p)}
    there = max((sum(w.count for w in sight.kin(p)) for p in named), default=0)
    if recoloured or any((p.count or 0) > there for p in named) or any(int(t.value) > there for t in clause.of("number")):
        return None  # "its colour is wrong, it must be purple": a wish
    if re.match(r"i (?:say|mean|ask|want|order) .* not ", said) and clause.marked("not") and any(p.colour for p in named):
        return None  # "I said a black car, not a red one"
    if right or clause.of("relation", "ground", "size") or any(not sight.kin(p) for p in named):
        return None
    if clause.marked("enough") or UNWANTED.search(said):
        return None
    if asking(words):
        return [Session("ledger")] if clause.marked("wrong") else None
    lacking = clause.marked("missing", "wrong")
    told = (
        re.search(r" you (?:have |had )?(?:just |only )?(?:painted|drew|drawn|made|gave|given|showed|did) ", clause.said) and len(clause.things) == 1
    )
    both = named[0].extra == "both" or named[0].ordinal is not None
    if (
        both
        and clause.only({"thing"})
        and named[0].definite
        and clause.does("want", "give")
        and len(clause.things) == 1
        and not clause.does("remove", "paint", "replace")
    ):
        return [Session("fix")]
    complaint = told or found(COMPLAINTS, said) or len(right) < len(clause.of("side"))
    return [Session("fix")] if lacking or complaint else None


def _times(said: str) -> int:
    """How many steps are meant."""
    number = re.search(
        rf"\b({NUMBER}) (?:last |latest |previous |more )?(?:{COUNTABLE})\b"
        rf"|\b(?:last|previous|latest|past|by|back|undo|redo|all) ({NUMBER}|both)\b|^(?:go )?({NUMBER}) back\b", said
    )
    if number:
        word = number[1] or number[2] or number[3]
        return {"couple": 2, "few": 3, "both": 2}.get(word) or NUMBERS.get(word) or int(word)
    return next((TIMES[w] for w in said.split() if w in TIMES), 1)
