"""Says in regular words what people forbid or except in other words: "never touch the tree", "the dog must not be moved", "the rest can go".

`denials.py` reads the regular form. What is forbidden is never done, and what was not asked for is no wish.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from ...engine.world.vocabulary import BACKGROUNDS, COLOURS
from ...tools.wording import articled
from .clause import Clause, phrase_of
from .requests import Intent, Remark, Remove
from .sight import Sight, Unreadable
from .spelling import Word
from .tagging import Tagger

DOING = {
    "removed": "remove", "deleted": "delete", "erased": "erase", "moved": "move", "changed": "change", "touched": "touch", "altered": "change",
    "replaced": "replace", "painted": "paint", "repainted": "paint", "recoloured": "recolour", "recolored": "recolour", "coloured": "colour",
    "resized": "change", "enlarged": "enlarge", "shrunk": "shrink", "swapped": "swap", "modified": "change", "hidden": "hide", "lost": "lose",
    "gone": "remove", "harmed": "touch", "taken": "remove", "affected": "change", "edited": "change", "redrawn": "change", "deleting": "delete",
    "removing": "remove", "moving": "move", "changing": "change", "touching": "touch", "replacing": "replace", "painting": "paint",
}  # fmt: skip
"""What is done to a thing -> the verb that forbids it."""
VERBS = (
    r"(?:remove|delete|erase|move|change|touch|alter|replace|paint|repaint|recolour|colour|resize|enlarge|shrink|swap|turn|take|drop|hide|add|put|make|"
    r"lose|modify|get rid of)"
)
START = r"(?:(?<=^ )|(?<=[,.?] ))(?P<lead>(?:(?:please|and|but|no|hey|oh|so|stop|just|also|however|wait) )*)"
THING = r"(?:(?:the|my|our|that|this|these|those|both|all the) (?:[a-z]+ ){1,2}?|it |them |everything |anything )"
THINGS = rf"(?P<x>{THING}(?:(?:and|or) {THING})?)"
END = r"(?=$|[,.?] |and |but |then )"
AWAY = r"(?:(?:at all|away|out|please|again|ever|in any way|now|for now|yet|like that|anywhere) )*"
DONE = rf"(?P<doing>(?:{'|'.join(DOING)}) )"
DENYING = (
    r"(?:never(?: ever)?|do not (?:you )?(?:ever|dare|even)(?: to| think of| try to)?|under no circumstances|by no means|"
    r"(?:i|we) (?:do not|would not|did not|never) (?:want|like|need|wish|intend) (?:you )?to|i forbid you to|"
    r"i would (?:rather|prefer) (?:that )?(?:you )?(?:did|do) not|"
    r"(?:there is )?no need to|(?:you )?need not|you (?:do not|must not) (?:have|need) to|it is not (?:necessary|needed) to|"
    r"you (?:are not (?:allowed|supposed|meant) to|better not|had better not))"
)
KEEPING = (
    r"(?:(?:as|where|how|what|just|exactly|the way) )*"
    r"(?:(?:it|he|she|they) (?:is|are)|in peace|out of (?:it|this)|unchanged|untouched|there|here|in place|in|put|still)"
)
STAYS = r"(?:stays|stay|remains|remain|(?:must|should|shall|can|may|will|has to|have to|is to) (?:stay|remain|be kept)) "
COLOUR = "|".join(COLOURS)
GROUND = "|".join(word for word in BACKGROUNDS if word != "plain")
GOES = r"(?:(?:must|should|can|may|shall|has to|have to|needs to|is to) )?(?:go|goes|be removed|be deleted|disappear|vanish|away|leave)(?: away)? "
REST = (
    r"(?:all (?:of )?)?(?:the rest|the other things|everything else|all else|the others|others|everyone else|everybody else)"
    r"(?: of (?:it|them|the picture))? "
)
BEING = r"(?:(?:it|this|that|he|she|they|(?:the|my) [a-z]+) (?:is|are) |its )"
TAKING = r"(?:remove|delete|erase|take away|get rid of|clear|drop|lose|throw away|throw out|discard) "
LEAVING = r"(?:[,.] )?(?:and |but )?(?:please )?(?:only |just )?(?:keep |leave )?(?:only |just )?"
FORMS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = tuple(
    (re.compile(pattern), tuple(meant.split()))
    for pattern, meant in (
        (rf"{START}{DENYING} (?P<verb>{VERBS} )", "lead do not verb"),
        (rf"{START}do not (?:you )?(?:hesitate to|think(?: that)?) (?=[a-z])", "lead"),
        (rf"{START}never mind {THINGS}[,.] (?=[a-z])", "lead"),
        (
            rf"{START}(?:do not|never) (?:show|draw|create|generate|include|insert|place|bring|give)(?: me| us)? (?=(?:a|an|any|another|more) )",
            "lead do not add",
        ),
        (rf"{START}(?:do not|never) keep {THINGS}{END}", "lead remove x"),
        (rf"{START}(?:avoid|stop|refrain from|quit) (?P<doing>(?:{'|'.join(w for w in DOING if w.endswith('ing'))}) )", "lead do not doing"),
        (
            rf"{START}{THINGS}(?:should|must|may|shall|can|will|is|are|ought|do|does|need|needs|has|have) (?:not|never) "
            rf"(?:supposed |meant )?(?:to )?(?:have to )?(?:be |get )?{DONE}{AWAY}{END}",
            "lead do not doing x",
        ),
        (rf"{START}(?:i|we) (?:do not|never) (?:want|need|like) {THINGS}(?:to be |to get )?{DONE}{AWAY}{END}", "lead do not doing x"),
        (rf"{START}(?:keep (?:your |the )?)?(?:hands|fingers|paws|brush) off (?:of )?{THINGS}{END}", "lead do not touch x"),
        (rf"{START}(?:change|touch|alter|move|remove|modify) nothing {END}", "lead do not change anything"),
        (rf"{START}nothing (?:should|must|may|shall|can|is to) (?:be|get) {DONE}{END}", "lead do not doing anything"),
        (r"^ no (?:changes|edits|modifications) (?:please )?$", "do not change anything"),
        (rf"{START}no (?:changes?|edits?|modifications?) (?:to|of|on|for|in) {THINGS}(?:please )?{END}", "lead do not change x"),
        (rf"{START}(?:leave|keep|let) {THINGS}(?:stay )?{KEEPING} {END}", "lead leave x alone"),
        (rf"^ (?P<lead>(?:(?:please|but|no|and) )*)keep {THINGS}(?:please )?$", "lead leave x alone"),
        (rf"(?P<lead>(?:(?:[,.]|and|but|only) )+)(?:please )?keep {THINGS}(?:please )?$", "lead leave x alone"),
        (rf"{START}(?<!only ){THINGS}{STAYS}(?:{KEEPING} )?{END}", "lead leave x alone"),
        (rf"{START}the (?P<x>(?:{GROUND}) )(?:background |scene )?{GOES}{END}", "lead i do not want x"),
        (r"^ (?P<lead>(?:(?:please|ok|now) )*)(?P<verb>(?:remove|erase|delete) )(?:please )?$", "lead verb it"),  # which one, is asked then
        (
            rf"^ (?P<lead>(?:(?:no|but|hey|eww|ew|and) )*){BEING}(?P<x>(?:{COLOUR}|{GROUND}) )(?:again|(?:[,.] )?(?:but|and|though) "
            r"(?:it|this|that|he|she|they|i) (?:should|must|shall|did) not(?: be(?: so)?| want (?:it|that))?) (?:[.] )?$",
            "lead i do not want x",
        ),
        (rf"^ (?P<lead>(?:(?:no|but|hey|and) )*){BEING}still (?P<x>(?:{COLOUR}|{GROUND}) )(?:[.] )?$", "lead i do not want x"),
        (
            r"^ (?P<lead>(?:please )?)(?:the|my) [a-z]+ (?:wants|would like|wishes) (?P<x>(?:the|my) (?:[a-z]+ ){1,2}?)(?:to )?"
            r"(?:be )?(?:gone|away|removed|deleted|out|go|leave|disappear) $",
            "lead remove x",
        ),
        (r"^ (?P<lead>(?:please )?)make (?:the )?more big (?:the )?(?P<x>[a-z]+ )$", "lead make the x bigger"),
        (r"^ (?P<lead>(?:please )?)make (?:the )?more small (?:the )?(?P<x>[a-z]+ )$", "lead make the x smaller"),
        (
            r"^ no (?:more )?(?:the )?(?P<x>[a-z]+ )(?:[,.] )?(?:but |rather |instead )?(?P<new>(?:a|an) (?:[a-z]+ ){1,2})(?:instead |please )*$",
            "replace the x with new",
        ),
        # exceptions
        (
            r"(?P<all>(?:everything|all|anything) )(?:else )?(?:that|which|what|who) (?:is|are|was) not (?:a |an )?(?P<x>(?:the |my )?[a-z]+ )",
            "all except x",
        ),
        (r"(?P<all>(?:everything|all|anything) (?:[a-z]+ ){0,3}?)apart from ", "all except"),
        (r"(?:everyone|everybody|all (?:of )?(?:them|things|the things|the others)) (?:but|except|save|besides) ", "everything except"),
        (rf"{START}{TAKING}{REST}{LEAVING}{THINGS}(?:{STAYS})?$", "remove everything except x"),
        (rf"{START}{LEAVING}{THINGS}(?:{STAYS})?(?:[,.] )?(?:and |but )?(?:please )?{REST}{GOES}$", "remove everything except x"),
        (rf"{START}{LEAVING}{THINGS}(?:{STAYS})?(?:[,.] )?(?:and |but )?(?:please )?{TAKING}{REST}$", "remove everything except x"),
        # what is said before a wish
        (
            rf"{START}(?:i|we) (?:just )?(?:say|said|told you|repeat|insist|meant|mean)(?: that)? (?P<x>{THING})(?P<must>(?:must|should|has to) )",
            "lead x must",
        ),
    )
)
"""Wordings, and what they are in regular words: names of groups stand for what was said there."""
BUT_NOT = re.compile(
    r" (?:remove|delete|erase|take|get rid|clear|lose|drop) .*?(?P<rest>(?:[,.] )?(?:but |and |just )?not (?:the|my) (?:[a-z]+ ){1,2})$"
)
NOT_A = re.compile(r" (?:a|an) (?:[a-z]+ ){1,2}(?P<rest>(?:[,.] )?(?:and |but )?not (?P<x>(?:a|an) (?:(?!one )[a-z]+ ){1,2}))$")
FORBIDDEN = re.compile(
    rf"(?P<joint>(?:(?:[,.]|and|but|just|only|please) )*)(?:do not {VERBS} {THINGS}{AWAY}|leave {THINGS.replace('<x>', '<y>')}alone |"
    rf"(?<!^)without (?:{'|'.join(w for w in DOING if w.endswith('ing'))}) {THINGS.replace('<x>', '<z>')}(?:else )?)(?=$|[,.] |and |but |then )"
)
"""What is forbidden beside a wish."""
IDLE = re.compile(
    r"^ (?:(?:please|no|but|oh|hey|wait) )*do not ?(?:undo|redo|export|upscale|compare|merge|repaint|start over|go back|"
    r"(?:keep|use|accept) (?:it|that|(?:the|that|this|your) (?:(?:last|rejected|failed) )?(?:attempt|try|one|version))|"
    r"do (?:anything|a thing|that|it)|bother|dare|please)?(?: (?:anything|yet|now|please|at all|again|any more|you))* $"
)
UNASKED = re.compile(
    r"^ (?:(?:but|hey|no|oh|hm|wait|sorry|wtf|why) )*(?:(?:i|we) (?:did not|do not|never|have not|had not)(?: (?:really|ever))*|nobody|no one)"
    r"(?: ever)? (?:ask|asked|order|ordered|request|requested|call|called|mention|mentioned|say|said|remember asking) (?:for |about |you for )?"
    r"(?P<x>(?:(?:a|an|any|the|this|that|these|those|some|two|three|another) )?(?:[a-z]+ ){1,2}?)"
    r"(?:(?:here|there|in it|in the picture|at all|though|please|to be there) )*$"
)
CROWDED = re.compile(
    r"^ (?:(?:but|hey|no|oh|and) )*(?:(?:there are|these are|this is|it is|it has|i see|that is|that are) )?(?:(?:way|far|much) )?"
    r"(?:too many|too much|so many) (?:things|stuff|objects|of (?:them|everything))(?: (?:here|there|in it|now))* $"
)
UNDONE = re.compile(r"^ (?:(?:please|and|but|no) )*(?:undo|revert|take back) (?P<x>the [a-z]+ )(?:please )?$")
UNDOING = re.compile(r"^ (?:(?:so|and|but|ok) )*(?:what|which (?:step|change|edit)|how much|how many steps) (?:can|could|may) i undo (?:now )?$")
UNNEEDED = re.compile(
    r"^ (?:(?:but|hey|no|oh|and) )*(?P<x>(?:a|an|any|another) (?:[a-z]+ ){1,2}?)(?:is|are) not (?:really )?(?:needed|wanted|necessary|required)"
    r"(?: (?:here|there|in it|at all|any more|please))* $"
)
DARK = re.compile(
    r"^ (?:(?:hey|oh|but|no) )*(?:it|this|the (?:picture|scene|image)|everything) "
    r"(?:(?:is|looks) |(?:should|must|may) not (?:be|look) )(?:(?:so|too|that|this|way|much|far) )*dark(?: now| here)? $"
)


def reworded(words: Sequence[Word], tagger: Tagger, sight: Sight) -> tuple[Word, ...]:
    """Words with what is forbidden or excepted in regular words.

    Args:
        words: of a whole request.
        tagger: cuts them into tokens.
        sight: what they may refer to.
    """
    words = tuple(words)
    if not sight.context.picture or not sight.things:
        return words
    for pattern, meant in FORMS:
        said = _said(words)
        match = pattern.search(said)
        if match is not None and _shown(match, words, said, tagger, sight) and (not {"leave", "remove"} & {*meant} or _names(match["x"], tagger)):
            words = _put(words, said, match, meant)
    words = _spared(words, tagger, sight)
    match = BUT_NOT.search(_said(words))
    if match is not None and _all_shown(words[len(_said(words)[: match.start("rest")].split()) :], tagger, sight):
        words = words[: len(_said(words)[: match.start("rest")].split())]  # "remove the dog but not the tree"
    match = NOT_A.search(_said(words))
    if match is not None and not _shown(match, words, _said(words), tagger, sight):
        words = words[: len(_said(words)[: match.start("rest")].split())]  # "the dog should be a cat, not a horse"
    wanted = sight.context.wanted
    if wanted is not None and wanted.background == "night" and DARK.match(_said(words)):
        return tuple(Word(w, w) for w in "i do not want night".split())
    return words


def _spared(words: tuple[Word, ...], tagger: Tagger, sight: Sight) -> tuple[Word, ...]:
    """A wish without what is forbidden beside it: "add a cat, but do not move the dog"; in front of "it", that is a sentence of its own."""
    said = _said(words)
    match = FORBIDDEN.search(said)
    if match is None:
        return words
    first, last = len(said[: match.start()].split()), len(said[: match.end()].split())
    name = next(n for n in "xyz" if match[n])
    start = len(said[: match.start(name)].split())
    named = words[start : start + len(match[name].split())]
    before, after = words[:first], tuple(words[last:])
    while after and after[0].said in (",", ".", "and", "but", "then", "just", "only", "please"):
        after = after[1:]
    if not _all_shown(named, tagger, sight) or not any(t.kind == "verb" for t in tagger.tokens((*before, *after))):
        return words
    if before and not after:
        every = {w.said for w in before} & {"everything", "all"} and not {w.said for w in named} & {"it", "them", "everything", "anything"}
        return (*before, Word("except", "except"), *named) if every else before
    pointing = {w.said for w in after} & {"it", "them", "him", "her", "its", "one"} and not before
    return (*words[first:last], Word(".", "."), *after) if pointing else (*before, *([Word(".", ".")] if before else []), *after)


def _said(words: Sequence[Word]) -> str:
    return " " + " ".join(w.said for w in words) + " " if words else " "


def _put(words: tuple[Word, ...], said: str, match: re.Match[str], meant: Sequence[str]) -> tuple[Word, ...]:
    """Words with a match as the regular words that it means."""
    first, last = len(said[: match.start()].split()), len(said[: match.end()].split())
    made: list[Word] = []
    groups = match.groupdict()
    for name in meant:
        if name not in groups:
            made.append(Word(name, name))
            continue
        start = len(said[: match.start(name)].split())
        part = words[start : start + len(match[name].split())]
        made += [replace(w, said=DOING.get(w.said, w.said)) for w in part] if name == "doing" else part
    return (*words[:first], *made, *words[last:])


def _names(said: str, tagger: Tagger) -> bool:
    """Whether words name a thing, or the background: "keep it" is about the whole picture."""
    tokens = tagger.tokens([Word(w, w) for w in said.split()])
    return any(t.value == "background" or (t.phrase is not None and bool(t.phrase.noun)) for t in tokens) and "picture" not in said


def _shown(match: re.Match[str], words: tuple[Word, ...], said: str, tagger: Tagger, sight: Sight) -> bool:
    """Whether the thing that a wording names is there; true where it names none."""
    if not match.groupdict().get("x") or match["x"].strip() in {*BACKGROUNDS, *COLOURS}:
        return True
    start = len(said[: match.start("x")].split())
    return _all_shown(words[start : start + len(match["x"].split())], tagger, sight)


def _all_shown(words: Sequence[Word], tagger: Tagger, sight: Sight) -> bool:
    tokens = [t for t in tagger.tokens(words) if t.kind not in ("stop", "mark")]
    known = all(t.kind == "whole" or (t.kind == "thing" and sight.shows(phrase_of(t))) for t in tokens)
    return known and (bool(tokens) or bool({w.said for w in words} & {"everything", "anything", "it", "them"}))


def refused(words: Sequence[Word], tagger: Tagger, sight: Sight) -> list[Intent] | None:
    """What only says that something is not wished for: it is not done, and what is there without being asked for goes."""
    if not sight.context.picture or not sight.things:
        return None
    said = _said([w for w in words if w.said not in (",", ".", "?")])
    if IDLE.match(said):
        return [Remark(told="Nothing was changed.")]
    if UNDOING.match(said):
        return [Remark(told="`undo` takes the last change back, and once more the one before; `history` lists the pictures. Nothing was changed.")]
    if CROWDED.match(said):
        names = " or ".join(f"the {w.phrase}" for w in sight.things)
        return [Remark(told=f'What shall go: {names}? Say "remove the {sight.things[-1].noun}", for example. Nothing was changed yet.')]
    undone = UNDONE.match(said)
    if undone is not None:
        return _elsewhere(undone["x"], tagger, sight)
    match = UNASKED.match(said) or UNNEEDED.match(said)
    if match is None:
        return None
    clause = Clause(tagger.tokens([Word(w, w) for w in match["x"].split()]))
    phrases = [phrase_of(t) for t in clause.things if phrase_of(t).noun]
    if len(phrases) != 1 or len(clause.tokens) != 1:
        return None
    meant = replace(phrases[0], article=False, definite=True)
    if not sight.shows(meant):
        return [Remark(told=f"The picture was not made to show {articled(meant.words)}; nothing was changed.")]
    try:
        return [Remove(w) for w in sight.present(meant)]
    except Unreadable as error:
        return [error.intent]


def _elsewhere(said: str, tagger: Tagger, sight: Sight) -> list[Intent] | None:
    """Words for a change that is to be taken back, and was not the last one: to take back another one would surprise."""
    context = sight.context
    things = [phrase_of(t) for t in tagger.tokens([Word(w, w) for w in said.split()]) if t.kind == "thing"]
    before = context.scenes[context.before - 1] if context.before and context.before <= len(context.scenes) else None
    if len(things) != 1 or not things[0].noun or before is None or context.wanted is None or before == context.wanted:
        return None
    here, there = ([w for w in scene.things if w.noun == things[0].noun] for scene in (context.wanted, before))
    related = any(
        things[0].noun in (scene.things[r.subject].noun, scene.things[r.object].noun if r.object is not None else "")
        for scene in (context.wanted, before)
        for r in scene.relations
    )
    if here != there or not here or related:
        return None
    noun = things[0].noun
    told = f'The last change was not about the {noun}: `undo` takes that one back, "remove the {noun}" takes the {noun} away. Nothing was changed.'
    return [Remark(told=told, about=here[0])]
