"""Requests that are not about the picture's content: the session, concepts, questions. Each reader gives an intent, or None."""

import re

from ..tools.wording import parse_request
from .requests import Ask, Context, Go, Intent, Learn, Name, NotUnderstood, Session

_ORDINALS = ("first 1st original", "second 2nd", "third 3rd", "fourth 4th", "fifth 5th", "sixth 6th")
ORDINALS = {word: number for number, words in enumerate(_ORDINALS, 1) for word in words.split()}
ORDINALS |= {"last": -1, "latest": -1, "newest": -1}
NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "once": 1, "twice": 2, "a": 1}
NOUN = r"(?:picture|image|version|one|step|photo|scene|try)"


# -- the session ----------------------------------------------------------------------------------------------------------------------


def session_request(said: str, text: str, context: Context) -> Intent | None:
    """Reads a request about the session: back and forth, names, history, export, enlarging, help, trying again."""
    match = re.fullmatch(
        r"(?:undo|revert|step back|go back|take (?:that|it) back|back)"
        r"(?: (?:that|it|this|the|last|previous|my|by|edit|change|step|steps|edits|changes|(?P<n>one|two|three|four|five|once|twice|\d+)|again))*",
        said,
    )
    if match or re.search(r"\b(?:better|nicer) before\b|\bas it was before\b", said):
        number = match["n"] if match else None
        return Session("undo", _number(number) if number else 1)
    if re.fullmatch(r"redo(?: (?:that|it|this))?|bring (?:it|that) back", said):
        return Session("redo")
    goes = r"(?:please )?(?:(?:go|jump|come|switch|get)(?: back)? to|back to|return to|continue (?:from|with)|take me back to) "
    match = re.fullmatch(rf"{goes}(?:the )?({'|'.join(ORDINALS)})(?: {NOUN})?", said)
    if match:
        return Go(ORDINALS[match[1]])
    match = re.fullmatch(rf"{goes}(?:the )?(?:{NOUN} )?(?:number |no )?#?(\d+|one|two|three|four|five)", said)
    if match:
        return Go(_number(match[1]))
    match = re.fullmatch(rf"{goes}(?:the )?(?:{NOUN} )?(?:called |named )?(.+)", said)
    if match and (match[1] in context.names or not background_named(match[1])):
        return Go(match[1])
    match = re.fullmatch(rf"(?:call|name) (?:this|it|that|the)(?: {NOUN})? (.+)|(?:new )?branch(?: called| named)? (.+)", said)
    if match and not context.given:
        return Name((match[1] or match[2]).strip())
    told = r"what (?:have|did) (?:we|you) (?:done?|made?)(?: so far)?|list (?:the |all )?pictures"
    if re.fullmatch(rf"(?:show )?(?:me )?(?:the |our )?history|{told}", said):
        return Session("history")
    if re.search(r"^export\b|\bsave\b.*\b(?:script|session)\b|\bas a script\b", said):
        return Session("export")
    larger = r"^(?:make|enlarge) (?:the |this )?(?:picture|image)(?: (?:larger|bigger))?$"
    if re.search(rf"^upscale\b|\bhigh(?:er)? resolution\b|{larger}", said):
        return Session("upscale")
    if re.fullmatch(r"help|what can (?:you|i) (?:do|say|ask)(?: here)?|how does (?:this|it) work", said):
        return Session("help")
    anew = rf"(?:an)?other {NOUN}|(?:a )?(?:new|different) (?:version|try)|retry"
    if re.fullmatch(rf"(?:try|do it|paint it|once) (?:again|more|anew)|again|{anew}", said):
        return Session("again")
    return None


def _number(word: str) -> int:
    return int(word) if word.isdigit() else NUMBERS.get(word, 1)


# -- concepts -------------------------------------------------------------------------------------------------------------------------


def concept_request(said: str, text: str, context: Context) -> Intent | None:
    """Reads a wish to learn a concept from the pictures that came with the request."""
    name, article = r"(?P<name>[a-z][a-z0-9_-]*)", r"(?:an? |the |my |our )"
    noun = rf"(?:,? (?:it is |which is |that is )?{article}(?P<noun>[a-z]+))?"
    thing = r"(?:this|it|that|these|him|her|them|the)(?: (?:concept|thing|toy|object|picture|pictures|one|[a-z]+))?"
    patterns = [
        rf"(?:learn|remember|memorise|memorize|save|store) {thing} (?:as|by the name|under the name)(?: the)?(?: concept)? {name}{noun}",
        rf"(?:learn|remember)(?: about)? (?:an? |the |my |a new )?(?:(?:concept|thing|toy|object) )?(?:called |named )?{name}(?: from .*)?",
        rf"(?:call|name) (?:it|him|her|them|this|these) {name}{noun}",
    ]
    if context.given:
        patterns += [
            r"(?:these are|this is|here are|here is|here's)(?: (?:some )?(?:pictures?|photos?) of)? "
            rf"(?:my |our |a |an |the )?(?:[a-z]+ )?{name}{noun}",
        ]
    for pattern in patterns:
        match = re.fullmatch(pattern, said)
        if match:
            return Learn(match["name"], match.groupdict().get("noun"))
    return None


# -- questions ------------------------------------------------------------------------------------------------------------------------

_ASKING = re.compile(
    r"^(?:what|how many|how much|is there|are there|is the|is it|are the|are they|where|which|does|do you|who|describe|tell me|look|whats)\b"
)
_ABOUT = re.compile(r"\b(?:see|picture|image|there|shown|background|it|this|scene|painted|colour)\b")


def question(said: str, text: str, context: Context) -> Intent | None:
    """Reads a question about the current picture."""
    if not _ASKING.search(said):
        return None
    if re.fullmatch(r"describe(?: (?:it|this|the|picture|image|scene))*|look(?: at (?:it|this|the picture))?", said):
        return Ask("")
    read = parse_request(said, context.concepts)
    if read.things or read.background or _ABOUT.search(said):
        return Ask(text.strip())
    return NotUnderstood(unknown=tuple(read.unknown))


def background_named(words: str) -> str | None:
    """The background that words name, if they name nothing else."""
    read = parse_request(words)
    if read.background and not read.things and not read.unknown and not read.absent:
        return str(read.background)
    return None
