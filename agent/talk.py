"""Reads requests that are not about what the picture shows: back and forth, names, pairs of pictures, trying again, what was checked, help.

The wordings are in `wordings.py`; this file says which of them a clause may mean.
"""

import re
from collections.abc import Sequence

from . import wordings
from .clause import Clause, phrase_of
from .patterns import found
from .requests import Ask, Go, Intent, Name, NotUnderstood, Pair, Segment, Session
from .sight import Sight
from .spelling import Word
from .thesaurus import AFTER, BEFORE, LIGHT, NUMBERS, ORDINALS, POLITE, PRAISE, TIMES, forms

DROPPED = frozenset("nope nah hm a an the please just really actually maybe perhaps kindly very quite ok okay well hey oh ah hmm my our some yes now of , . ? ! :".split())
KEPT = frozenset({"missing", "lost", "stuck", "left", "like", "pictures", "versions", "images", "steps", "names", "notes"})
COUNTABLE = r"(?:step|steps|change|changes|edit|edits|picture|pictures|version|versions|thing|things|time|times|action|actions|move|moves|one|ones|request|requests)"
NUMBER = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|couple|few)"
PICTURE = r"(?:picture|image|version|photo|painting|drawing|result|state|step|scene|attempt|try|number|variant|artwork|canvas|no)"
ORDINAL = rf"(?:{'|'.join(sorted(ORDINALS, key=len, reverse=True))}|most recent|previous|current|present)"


def plain(words: Sequence[Word]) -> str:
    """The words in their base form, without articles and courtesies, for wordings to be looked for."""
    return " ".join(w.said if w.said in KEPT else forms().get(w.said, w.said) for w in words if w.said not in DROPPED)


def session_request(words: Sequence[Word], clause: Clause, sight: Sight) -> list[Intent] | None:
    """Reads a request about the session itself."""
    said = plain(words)
    if re.match(r"(?:so |but |and )?(?:why|how come)\b(?! not| do not (?:you|we))", said):
        return [Session("why")]
    going = _go(words, said, clause, sight)
    if going is not None:
        return [going]
    if clause.marked("turned") and found(MENDING, said):
        return [Session("fix")]
    if clause.marked("turned") and not re.search(r"\b(?:what|which|who) (?:be )?(?:fail|failed)\b", said) and found(CHOOSING, said) and not asking(words):
        return [Session("keep")]
    for verb, lines in wordings.strong().items():
        if found(lines, said) and not (verb == "upscale" and any(phrase_of(t).noun for t in clause.things)) and not _busy(verb, clause):
            return [Session(verb, _times(said) if verb == "undo" else 1)]
    if found(DECIDED, said):
        return [Session("why")]
    for reader in (_pair, _named):
        intent = reader(words, said, clause, sight)
        if intent is not None:
            return [intent]
    if _about_things(clause):
        return _fixes(said, clause, sight)
    for verb, lines in wordings.weak():
        if found(lines, said) and not _elsewhere(verb, clause):
            verb = "ledger" if verb == "fix" and asking(words) else verb  # "does anything need fixing?"
            return [Session(verb, _times(said) if verb == "undo" else 1)]
    return None


REPAIRING = next(lines for verb, lines in wordings.weak() if verb == "fix")
DECIDED = ("how do you (decide|choose|know|arrive|pick|come) …", "what make you …")
MENDING = ("(another|one more) (try|go|attempt) …", "(redo|retry|rework) … (check|checks)", "make good …", "improve …", "(fix|repair|mend|correct|rectify|take care|deal with|sort|work on|resolve|solve|do something) …", "(try|have) … again …")
CHOOSING = (
    "(keep|take|use|want|accept|like|prefer|show|give|bring|have|fine|ok|okay|happy|love|restore|choose|pick|recover|back|good|better|nicer|need)",
    "(one|version|picture|attempt|try|result) $",
)


def _about_things(clause: Clause) -> bool:
    """Whether a clause names things, colours, places: then it is about the picture."""
    named = any(p.noun or p.colour or p.extra == "other" for p in map(phrase_of, clause.things))
    return named or bool(clause.of("colour", "ground", "side", "relation"))


def _busy(verb: str, clause: Clause) -> bool:
    """Whether words for going back are about a thing: "step back" is no undo in "put the dog back"."""
    return verb in ("undo", "redo") and bool(clause.of("side", "relation")) and not any(
        w in clause.said for w in (" undo ", " redo ", " revert ", " undone ")
    )


def _elsewhere(verb: str, clause: Clause) -> bool:
    """Whether a wording that fits is overruled by what else is said."""
    if clause.of("size") and verb not in ("upscale", "help", "ledger", "why"):
        return True
    if verb in ("undo", "keep") and clause.of("unknown"):
        return len(clause.of("unknown")) > 1
    if verb == "upscale":
        return any(t.kind == "thing" for t in clause.tokens) and not clause.of("whole") and bool(clause.of("size", "verb")) and not any(
            w in clause.said for w in ("resolution", "pixel", "print", "quality", "detail")
        )
    return False


def _fixes(said: str, clause: Clause, sight: Sight) -> list[Intent] | None:
    """Words about a check that failed: "one cat is missing", "you only painted one cat", "fix the cats"."""
    named = [phrase_of(t) for t in clause.things if phrase_of(t).noun]
    if not sight.context.picture or not named or not any(sight.kin(p) for p in named):
        return None
    right = [t for t in clause.of("side") if not (t.value == "right" and t.end - t.start == 1 and found(("get … right",), said))]
    if right or clause.of("relation", "ground", "size") or any(not sight.kin(p) for p in named):
        return None
    if clause.marked("enough"):
        return None
    lacking = clause.marked("missing", "wrong")
    told = re.search(r" you (?:have |had )?(?:just |only )?(?:painted|drew|drawn|made|gave|given|showed|did) ", clause.said) and len(clause.things) == 1
    both = named[0].extra == "both" or named[0].ordinal is not None
    if both and named[0].definite and clause.does("want", "give") and len(clause.things) == 1 and not clause.does("remove", "paint", "replace"):
        return [Session("fix")]
    complaint = told or found(COMPLAINTS, said) or len(right) < len(clause.of("side"))
    return [Session("fix")] if lacking or complaint else None


COMPLAINTS = (
    *REPAIRING,
    "try … get …",
    "(have|give) … another (go|try|shot) …",
    "you … owe …",
    "you (promise|forget|miss) …",
    "(sort|straighten|figure) … out",
    "check … fail",
    "not (see|find|get) …",
    "only (see|find|get|be|show|paint|count) …",
    "i (see|find|get|count) (only|just|no|one) …",
    "i (ask|say|order|request) (for)? …",
    "there be (only|just|no|still) …",
    "be not (there|visible|show|right|correct|ok|see|good|paint|in it|on it|red|yellow|green|blue|purple|pink|white|black)",
    "(look|come out|turn out) wrong",
    "wrong (number|colour|count|amount) …",
    "lack …",
    "… (lack|miss) $",
    "(not|never) (there|paint|in it|visible|show up|appear)",
)


def _times(said: str) -> int:
    """How many steps are meant."""
    number = re.search(rf"\b({NUMBER}) (?:last |latest |previous |more )?(?:{COUNTABLE})\b|\b(?:last|previous|latest|past|by|back|undo) ({NUMBER})\b", said)
    if number:
        word = number[1] or number[2]
        return {"couple": 2, "few": 3}.get(word) or NUMBERS.get(word) or int(word)
    return next((TIMES[w] for w in said.split() if w in TIMES), 1)


# -- pictures by number, place in the row, or name ------------------------------------------------------------------------------------


def references(words: Sequence[Word], sight: Sight, *, loose: bool) -> list[int | str]:
    """The pictures that words name, in the order said.

    Args:
        words: what was said.
        sight: what can be referred to.
        loose: a bare number counts too.
    """
    said = " " + " ".join(w.said for w in words if w.said not in (",", ".", "?")) + " "
    names = dict(sight.context.names)
    listed = rf"(?:{'|'.join(re.escape(n) for n in sorted(names, key=len, reverse=True))})" if names else r"(?!)"
    number = rf"(?:{PICTURE} )*(?:{PICTURE}) (?P<n>\d+|{'|'.join(NUMBERS)})(?! (?:and|or)? ?{COUNTABLE})|(?P<bare>\d+|two|three|four|five|six|seven|eight|nine|ten)(?! {COUNTABLE})"
    pattern = re.compile(rf"(?<= )(?:(?P<name>{listed})|(?P<o>{ORDINAL})(?: (?:and|or|to|with))?(?: {PICTURE}| one)?|{number}|(?P<edge>(?:very )?(?:beginning|end))) ")
    refs: list[int | str] = []
    back = re.search(r" (?:(second|third) (?:to|from) last|(last but one|penultimate|one before last)) ", said)
    if back:
        return [-3 if back[1] == "third" else -2]
    row = re.search(r" (last|latest|first|newest|previous) (?:two|2|couple of|pair of) ", said)
    if row:
        return [1, 2] if row[1] == "first" else [-2, -1]
    at = 0
    while match := pattern.search(said, at):
        at = match.end() - 1
        if match["name"]:
            refs.append(match["name"])
        elif match["o"]:
            refs.append(_ordinal(match["o"], sight))
        elif match["edge"]:
            refs.append(1 if match["edge"].endswith("beginning") else -1)
        elif match["n"] or loose:
            word = match["n"] or match["bare"]
            refs.append(NUMBERS.get(word) or int(word))
    return refs


def _ordinal(word: str, sight: Sight) -> int:
    if word in ("most recent",):
        return -1
    if word == "previous":
        return sight.context.before or -1
    if word in ("current", "present"):
        return sight.context.number or -1
    return ORDINALS[word]


def _numbers(refs: Sequence[int | str], sight: Sight) -> list[int]:
    names = dict(sight.context.names)
    found_numbers = [names[r] if isinstance(r, str) else r for r in refs]
    return [n if n > 0 else sight.context.pictures + 1 + n for n in dict.fromkeys(found_numbers)]


def _pair(words: Sequence[Word], said: str, clause: Clause, sight: Sight) -> Intent | None:
    """Two pictures, to be compared or merged."""
    names = {n for n, _ in sight.context.names}
    strangers = [t for t in clause.things if phrase_of(t).noun and phrase_of(t).noun not in names]
    if strangers or clause.of("colour", "ground", "size"):
        return None
    for verb, lines in wordings.pairing().items():
        if not found(lines, said) or (verb == "merge" and re.match(r"(?:what|which|how|why|who)\b", said)):
            continue
        numbers = list(dict.fromkeys(_numbers(references(words, sight, loose=True), sight)))
        here = sight.context.number
        if len(numbers) < 2 and not numbers and sight.context.pictures == 2 and re.search(r"\b(?:both|two|them|these|they)\b", said):
            numbers = [1, 2]
        if len(numbers) == 1 and here is not None:
            numbers.append(here if numbers[0] != here else sight.context.before or here)
        if not numbers and here is not None and sight.context.before is not None and found((*lines[:1],), said):
            numbers = [sight.context.before, here]
        numbers = list(dict.fromkeys(numbers))
        if len(numbers) >= 2:
            return Pair(verb, min(numbers[:2]), max(numbers[:2]))
    return None


def _go(words: Sequence[Word], said: str, clause: Clause, sight: Sight) -> Intent | None:
    """Back to a picture that is named."""
    if not sight.context.picture:
        return None
    names = {n for n, _ in sight.context.names}
    strangers = [t for t in clause.things if phrase_of(t).noun and phrase_of(t).noun not in names]
    going = found(wordings.going(), said)
    if strangers or clause.of("colour", "size") or clause.does("remove", "add") or asking(words) or " previous " in clause.said:
        return None
    if re.search(r"\b(?:try|attempt|your last)\b", said) or " your last " in clause.said or re.search(r"\b(?:undo|redo)\b(?!.*\b(?:to|since|until|till)\b)", said) or found(wordings.naming(), said) or clause.of("ground") or any(found(lines, said) for lines in wordings.pairing().values()):
        return None
    refs = references(words, sight, loose=bool(re.search(r"\b(?:to|go|number|open|load|back|restore|return|revert|select|reload|show)\b", said)))
    if "current" in clause.said and len(refs) > 1:
        refs = refs[:1]  # "make picture 2 the current one"
    if not refs and re.search(r"\bmost recent\b", clause.said):
        refs = [-1]
    alone = all(t.kind in ("ordinal", "number", "whole") or (t.phrase is not None and t.phrase.ordinal is not None and not t.phrase.noun) for t in clause.tokens)
    if len(refs) == 1 and (going or alone):
        if refs[0] == -1 and re.search(r"\b(?:step|change|edit|previous)\b", said):
            return None
        return Go(refs[0])
    strange = [w.typed for w in words if any(t.kind == "unknown" and words[t.start] is w for t in clause.tokens)]
    if going and not refs and len(strange) == 1 and re.search(r"\b(?:go|back|return|switch|jump) (?:\S+ ){0,3}?to\b|\bload\b|\bopen\b", said):
        return Go(strange[0])
    return None


def _named(words: Sequence[Word], said: str, clause: Clause, sight: Sight) -> Intent | None:
    """A name for the current picture."""
    if sight.context.given or not sight.context.picture:
        return None
    kept = [w for w in words if w.said not in DROPPED]
    first = re.match(r"(?:the )?(\S+) be name (?:of|for) (?:it|this|that|picture)", said)
    if first and not asking(words):
        return Name(kept[0].typed)
    match = found(wordings.naming(), said)
    if match is None:
        return None
    at = len(f" {said} "[: match.end()].split())
    ends = [i for i, w in enumerate(kept) if i > at and w.said in ("on", "to", "for") and i + 1 < len(kept) and kept[i + 1].said in ("it", "this", "that", "picture")]
    kept = kept[: ends[0]] if ends else kept
    name = [w.typed for w in kept[at:] if w.typed not in ("for", "me", "now", "then", "version", "picture")]
    while name and name[0] in ("with", "as", "is", "be", "to", "name", "called", "under", "title", "it", "this"):
        name.pop(0)
    if not name or len(name) > 3 or name[0] in ("file", "script", "disk", "back", "away", "off", "all", "up", "black", "blue"):
        return None
    return Name(" ".join(name))


# -- looking --------------------------------------------------------------------------------------------------------------------------

FRAME = re.compile(
    r"^ (?:(?:hey|hi|hello|ok|okay|well|so|and|now|please|then|but|oh|um|just|excuse me|sorry|wait|hmm|also) )*"
    r"(?:(?:can|could|would|will) you (?:please |maybe |also |just )*(?=(?:tell|describe|say|count|look|explain|list|check)))?"
    r"(?:i (?:want|would like|need|wish) to know |i wonder |i am (?:curious|wondering) |do you know |may i ask |let me know |(?:can|could) i ask )?"
    r"(?:if |whether |about )?"
)
ASKING = re.compile(
    r"(?:what|which|who|whose|where|how (?:many|much|big|large|small|tall|is|are|does|do)|is|are|was|were|does|did|has|do (?:you|they|i|we)|do (?:the|these|those|both|all|any)(?=.*\?)|"
    r"have (?:you|they|i|we)|tell (?:me |us )?(?:what|which|who|where|how|whether|if|about|the)|describe|look|see any|any|anything|anyone|anybody|something on|how would you describe|"
    r"(?:can |could |do )?you (?:see|find|spot|detect|recognise) (?:a|an|any|the|two|three|anything|something)|count (?:the|all|how)|name (?:the|everything|all)|list (?:the|everything|what|all)|"
    r"say (?:what|where|which|how)|check (?:if|whether|for)|spot|am i|show me where|give (?:me )?(?:a|the) description|there (?:is|are) .*right \?|"
    r"what's|whats) "
)
WISHING = re.compile(
    r"(?:what|how) (?:about|if)|how come|what (?:i|we) (?:want|need|would|miss)|what is (?:missing|lacking|needed)(?: here| there| in it| still)? is|"
    r"is it (?:possible|ok|okay|fine|alright) (?:to|if)|is there (?:a|any) (?:way|chance)|is there (?:still )?(?:room|space)|are you able|do (?:it|that|this|me|not)|do you mind|"
    r"do you think you|would|have (?:the|all|it|them|everything|this|that|a|an)|look better|is there any possibility|which should|what this needs|what it needs"
)
ABOUT = frozenset(
    "see picture image there shown background it this scene painted colour here visible show shows describe left right happening going things look "
    "looks everything anything contain contains depicted objects animals that somebody anybody anyone someone something".split()
)


def _asked(words: Sequence[Word]) -> str:
    """A question without its polite frame; empty where it is none."""
    said = " " + " ".join(w.said for w in words if w.said not in (",", ".")) + " "
    rest = FRAME.sub("", said.replace(" ? ", " ") + ("?" if " ? " in said else ""), count=1)
    return "" if WISHING.match(rest) or not ASKING.match(rest) else rest


def asking(words: Sequence[Word]) -> bool:
    """Whether words ask something about the picture, rather than for something."""
    return bool(_asked(words))


def question(words: Sequence[Word], clause: Clause, text: str) -> list[Intent] | None:
    """A question about the current picture."""
    rest = _asked(words)
    if not rest:
        return None
    said = " ".join(w.said for w in words)
    if re.match(r"(?:describe|look) ", rest) and not _about_things(clause) and not clause.of("unknown"):
        return [Ask("")]
    strange = tuple(t.value for t in clause.of("unknown"))
    if _about_things(clause) or ABOUT & set(said.split()):
        return [Ask(text.strip())]
    return [NotUnderstood(unknown=strange)] if strange else [Ask(text.strip())]


LOOKING = frozenset("see find spot tell describe detect recognise count look".split())  # "can you see a dog?" asks about the picture


def uncourteous(words: Sequence[Word], *, bare: bool = False) -> tuple[Word, ...]:
    """Words without the courtesies before and after them; unless `bare`, something is left."""
    first, last, least = 0, len(words), 0 if bare else 1
    changed = True
    while changed:
        changed = False
        for phrase in COURTESIES_BEFORE:
            after = words[first + len(phrase)].said if first + len(phrase) < last else ""
            if phrase[-1] == "you" and after in LOOKING:
                continue
            if last - first >= len(phrase) + least and tuple(w.said for w in words[first : first + len(phrase)]) == phrase:
                first, changed = first + len(phrase), True
        for phrase in COURTESIES_AFTER:
            if last - first >= len(phrase) + least and tuple(w.said for w in words[last - len(phrase) : last]) == phrase:
                last, changed = last - len(phrase), True
        while last - first > least and words[first].said in (",", ".", "?"):
            first, changed = first + 1, True
        while last - first > least and words[last - 1].said in (",", ".", "?"):
            last, changed = last - 1, True
    return tuple(words[first:last])


COURTESIES_BEFORE, COURTESIES_AFTER = (
    tuple(sorted((tuple(phrase.split()) for phrase in phrases), key=len, reverse=True)) for phrases in (BEFORE, AFTER)
)


def chatter(words: Sequence[Word], clause: Clause) -> bool:
    """Whether words say nothing that could be done, and some of them praise."""
    said = [w.said for w in words if w.said not in (",", ".", "?")]
    told = all(phrase_of(t).definite for t in clause.things) and not clause.marked("not", "no", "without", "but", "instead of", "same", "again", "gone")
    empty = told and not clause.of("colour", "ground", "side", "relation", "size", "number", "unknown", "ordinal") and not clause.does(*BUSY)
    if clause.things and clause.things[0].phrase is not None and clause.things[0].phrase.noun:
        return empty and clause.only({"thing"}) and bool(PRAISE & set(said)) or (empty and bool({"like", "love"} & set(said)) and len(said) <= 5)
    return empty and all(w in LIGHT or w in PRAISE or w in POLITE for w in said) and bool(STRONG_PRAISE & set(said))


BUSY = ("remove", "replace", "add", "put", "move", "colour", "grow", "shrink", "segment", "double", "forget", "swap", "vanish")
STRONG_PRAISE = PRAISE - {"ok", "okay", "fine", "like", "likes", "pretty", "best", "well", "good", "nice", "great"}


def praise(words: Sequence[Word], clause: Clause) -> bool:
    """Whether words only greet, thank or praise."""
    everything = {w.said for w in words}
    said = [w.said for w in uncourteous(words, bare=True) if w.said not in (",", ".", "?")]
    content = [t for t in clause.of("colour", "side", "relation", "number", "size") if t.value not in ("right", "top", "1")]
    if content or any(phrase_of(t).noun for t in clause.things) or (said and clause.of("ground")):
        return False
    if said and said[0] in ("what", "how", "who") and {"are", "is", "do", "can", "did"} & set(said) and said != ["how", "are", "you"]:
        return False
    if not said:
        return bool(PRAISE & everything)
    polite = all(w in PRAISE or w in POLITE or forms().get(w) in ("like", "love", "look", "be", "appreciate") for w in said)
    return polite and bool(PRAISE & everything)


def outlined(words: Sequence[Word]) -> bool:
    """Whether an outline is named."""
    return bool(found(OUTLINES, plain(words)))


def segments(words: Sequence[Word], clause: Clause, sight: Sight) -> list[Intent] | None:
    """The outline of a thing."""
    said = plain(words)
    clear = clause.does("segment") or found(OUTLINES, said)
    if not clear or not sight.context.picture or not clause.things or clause.of("colour", "size", "side", "ground"):
        return None
    if clause.does("remove", "add", "replace", "move", "put") and not found(OUTLINES[:3], said):
        return None
    named = [phrase_of(t) for t in clause.things if phrase_of(t).noun] or [phrase_of(t) for t in clause.things]
    return [Segment(wish) for phrase in named for wish in sight.present(phrase)]


OUTLINES = (
    "(edge|edges|line around|lines around) …",
    "separate … (background|rest)",
    "(mask|cutout|silhouette|segmentation|segment|outline|contour|contours|stencil|matte|cut out|boundary|boundaries|border|pixel|pixels|selection|bounding)",
    "where exactly",
    "exactly where",
    "(exact|precise) (shape|position|area|outline|place|location|extent)",
)
