"""Makes a typed request regular: words in one case, contractions spelled out, likely misspellings mended, marks as words of their own.

How timidly misspellings are mended is decided in `tools/spelling.py`.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ...engine.world.vocabulary import BACKGROUNDS, COLOURS, COUNTS, OBJECTS, SIZES
from ...tools.lexicon import FILLERS, SYNONYMS
from ...tools.spelling import forgotten, nearest, swapped
from . import addresses, markers, wordings
from .frequent import COMMONEST, FREQUENT
from .people import GLAD, OPINIONS, PAST, PEOPLE, PURPOSES
from .thesaurus import COUPLES, LIGHT, NUMBERS, ORDINALS, POLITE, PRAISE, RARE, SHORT, SPELT, TIMES, forms

UNNAMED = "".join(rf"(?<!{before} )" for before in ("call it", "call this", "name it", "name this", "it as", "this as", "save as"))
VERSION = re.compile(rf"{UNNAMED}\b(?:v|rev) ?(\d)\b", re.IGNORECASE)
"""A short way to say "version 2", unless it is, or becomes, a picture's name."""
QUOTED = re.compile(r"[\"“”„«»]([^\"“”„«»]+)[\"“”„«»]|(?<!\w)['‘’]([^'‘’]+)['’](?!\w)")
UNNUMBERED = "".join(rf"(?<!{word})" for word in "picture version image number step attempt and or with to".split())
SIGNS = tuple(
    (re.compile(pattern, re.IGNORECASE), meant)
    for pattern, meant in (
        (r"\bno\. ?(?=\d)", "number "),
        (r",? (?:and )?(?:after that|thereafter|subsequently),? (?=\w)", ". then "),
        (r"\bs/(\w[\w ]*)/(\w[\w ]*)/?g?(?= |$)", r"replace \1 with \2"),
        (r"(?:^\s*|(?<=[,;.] ))\+ ?(?=\w)(?!add)", "add "),
        (r"(?:^\s*|(?<=[,;.] ))[-–](?=[a-z])", "remove "),
        (r"\bpass ?/ ?fail\b", "pass or fail"),
        (r"\s?@\s?(?=\w)", " at "),
        (r"\b(?:\d+ ?[x×]|[x×] ?\d+) (?=(?:bigger|larger|smaller)\b)", " "),
        (r"\b(?:super|mega|ultra|uber)[- ]?(?=(?:big|huge|large|tall|tiny|small|cute|nice)\b)", "very "),
        (r"\b(?:(?:ha){3,}h?|(?:he){3,}h?|lo(?:lo)+l)\b", "haha"),
        (r"\brather then\b", "rather than"),
        (r"^\s*no,? (?=(?:i|we) (?:said|say|asked for|ordered)\b)", ""),
        (r"\b(bigger|larger|smaller|taller|higher|lower|shorter|tinier) then (?=(?:the|a|my|this|that|it|one)\b)", r"\1 than "),
        (r"(?<=\w) (?:up )?in(?:to)? the (?:sky|air)\b(?! (?:colou?r|blue|background))", " at the top"),
        (r"\b(?:one or two|1 or 2|1-2)(?= [a-z]+s\b)", "two"),
        (r"\b(?:two or three|2 or 3|2-3|a handful of)(?= [a-z]+s\b)", "three"),
        (r"\b(?:three or four|3 or 4|3-4)(?= [a-z]+s\b)", "four"),
        (r",? (?:and |but )?(?:not|no) (?:a |another |a whole |a completely )?new (?:picture|image|scene|painting)\s*(?=[.!]*$)", ""),
        (r"^\s*y (?=(?:did|do|does|are|is|was|were|would|on earth)\b)", "why "),
        (r"\bwith (?:no|zero) (?=[a-z])", "without "),
        (r"\bthe (\w+) of (that|this|the|my) (?=\w+ (?:hurts?|is|looks?|bothers?|annoys?|irritates?|clashes)\b)", r"\2 \1 "),
        (r"(?<!the )(?<!what )(?<!which )(?:(?<= )|^)'?cause (?=(?:i|we|he|she|they|it|my|our|the|that|this|there|\w+ is|\w+ are)\b)", "because "),
        (r"\b(need|want|leave|make|have|save|get|give me) (?:some |more |enough )?room (?=for|to|at|on|above|below)", r"\1 space "),
        (r"\bwould (?:fill|complete|balance|round off|brighten|improve|suit|complement|enrich|liven up|finish) "
         r"(?:it|this|that|them|things|the (?:picture|scene|gap|space"
         r"|image|composition))(?: (?:nicely|up|well|off|out|perfectly|beautifully))*(?=\s*(?:[,.;!?]|$))", "would be nice"),
        (r"\b(?:adds?|brings?|contributes?|does) (?:absolutely )?nothing(?: to (?:it|this|the (?:picture|scene)))?\b", "is useless"),
        (r"\b(?:so|too|very) (small|tiny|little),? (?:that )?(?:one|you|i|we|nobody) can(?:not| not|'t| hardly| barely)(?: even| really)? "
         r"(?:see|spot|find|notice) (?:it|him|her|them)\b(?: at all)?", r"too \1"),
        (r"\b(?:i|we|you|one) can(?:not|'t| hardly| barely| scarcely) (?:even )?(?:see|spot|find) ((?:the|my|this|that) [\w ]+?),? "
         r"(?:because )?(?:it is|it's|he is|he's) "
         r"(?:so|too|very) (?=tiny|small|little)", r"\1 is too "),
        (r"\b(?:is|'s|are|looks?|seems?) off(?= with|\s*[,.]|$)", " is wrong"),
        (r"\bto (?:the )?starboard\b", "to the right"),
        (r"\bconcepts?-wise\b", "concepts"),
        (r"(?<=[a-z]) replacing ((?:the|my|our|that) \w+)(?! with| by)", r" instead of \1"),
        (r"\b(?:i am |i'm |im |we are )?(?:so |now )?(?:bored|tired|sick|done) (?:of|with) (?:this|that|it)(?: one| picture)?,? "
         r"(?=(?:please )?(?:paint|draw|make|create|show)\b)", " "),
        (r",? (?:just |exactly |much )?like (?:the|that|those) ones? (?=(?:we|i|in|on|at|from|behind|near|my)\b)"
         r"(?![^,.;!?]*(?:picture|photo|image|version|\d))[^,.;!?]*", ""),
        (r"\bturned (the|that|my) ((?:\w+ ){1,3}?)down\b", r"turned down \1 \2"),
        (r"\b(no|wait|sorry|correction|edit):\s", r"\1, "),
        (r"^\s*[-–] (?=\w+\s*$)", "remove "),
        (r"\b(?:doesn't|does not|don't|do not|didn't) (?:really )?(?:do|add|bring|contribute) "
         r"(?:anything|much|a thing)(?: (?:to|for) \w+)?(?=\s*[,.;])", "is useless"),
        (r"\bthe (ones?) in (red|yellow|green|blue|purple|pink|white|black)\b", r"the \2 \1"),
        (rf"\b(?:dark|light|bright|deep|pale|vivid|strong|soft|solid|pure)(?:er)?[ -](?=(?:{'|'.join(COLOURS)})\b)", ""),
        (r"^\s*no (?=(?:up|down|left|right|higher|lower|bigger|smaller|further)\b)", "no, "),
        (r"\ba/b\b", "compare"),
        (r"\b(?:the )?contrast (?=(?:is|'s|looks|seems)\b)", "it "),
        (r"(?:^|(?<=[,.;!?] )|(?<=so )|(?<=but ))(should|could|would|is|are|do|does)n't (?=(?:the|my|that|this|those|it|there|they) )", r"\1 "),
        (r"\bi(?:'d| had)? (?:completely |totally )?forgot(?:ten)? (?:that )?there (?:was|were|is|are) (?:a|an) ", "the "),
        (r"\bw/o\b", " without "),
        (r"\bw/ ?", " with "),
        (r"\bb/c\b", " because "),
        (r"<[-=]+>|[⇄↔⇆]", " swapped with "),
        (r"\s\++\s", " and "),
        (r"\b(?:ctrl|control|cmd|command|strg) ?[-+]? ?z\b", "undo"),
        (r"\b(?:ctrl|control|cmd|command|strg) ?[-+]? ?(?:shift ?[-+]? ?z|y)\b", "redo"),
        (r"^\s*y(?: tho(?:ugh)?)?\s*\??\s*$", "why"),
        (r"\bback 2(?= [a-z])", "back to"),
        (r"\b(way|much|far|bit|looks?|is|are|its|it's|so) 2 (?=big|small|large|tiny|huge|high|low|many|much|far|dark)", r"\1 too "),
        (rf"(?<=[a-z]){UNNUMBERED} 2 (?=(?:the|a|an|left|right|top|bottom|be|me)\b)", " to "),
        (r"(?<=[a-z]) 4 (?=a\b|an\b|the\b|me\b|us\b|my\b|u\b)", " for "),
        (r"\bits (?=(?:too|way|so|very|not|much|far|a bit|really|to) )", "it is "),
        (r"\b(?:\d+|two|three|four|five|six|seven|eight|nine|ten)[- ]?years?[- ]?olds?\b", "child"),
        (r"(?<!so )\b(?:last|the other) (?:night|week|summer|winter|spring|autumn|year|month|weekend)\b", " "),
        (r"\b(?:i'?m|i am|my name is|my name's) \w+(?:,| and|\.|,? so) (?=(?:i|could|can|please|we)\b)", " "),
        (r"\b(?:would(?: not|n'?t)) (?:hurt|go amiss|be amiss|be bad|do any harm|harm)\b", "would be nice"),
        (r"\b(?:little|young|wee) ones\b", "children"),
        (r"^\s*that (?=(?:the|my|both|all)\b)", ""),
        (r"\b(i (?:want|wish|would like|demand|need|prefer|ask)) that (?=(?:the|my|a|it|they|he|she|there|both|all|you)\b)", r"\1 "),
        (r"^\s*exists? there\b", "is there"),
        (r"\b(?:guten (?:tag|morgen|abend)|bonjour|hola|buenos dias|salut|servus|moin|ciao|aloha|namaste|konnichiwa|privet|hej)\b", "hello"),
        (r"\bany(?:body|one) (?:home|there|around)\b(?=\s*\?*\s*$)", "hello"),
        (r"([a-z])\1{2,}", r"\1"),  # "wayyy", "sooo"
        (r"\s&+\s", " and "),
        (r"(?:(?<=\s)|^)(?:\d|[a-d])\)\s+(?=[a-z])", ". "),  # "1) remove the dog 2) add a cat"
        (r"(?:\b[x×] ?([1-9])|\b([1-9])[x×])\b", r" \1\2 times "),
    )
)
"""Signs that stand for words."""
STOPS = frozenset(".?,")
HOMOPHONES = {"trough": "through", "threw": "through", "inn": "in", "onn": "on", "att": "at"}
"""Words that are misspellings of others where they stand right behind a verb."""
DROPPED = frozenset(
    "henceforth hereby forthwith thus "
    "nope nah hm oh ah hey ok okay well yes a an the my our some please just really actually maybe perhaps kindly very quite now of , . ? ! "
    ":".split()
)
KEPT = frozenset({"missing", "lost", "stuck", "left", "like", "pictures", "versions", "images", "steps", "names", "notes"})


@dataclass(frozen=True)
class Word:
    """A word of a request, or one of the marks "." "?" ",".

    Attributes:
        said: regular.
        typed: as it stood there, in lower case.
        name: whether it was written like a name: in quotes, or with a capital letter in the middle of a sentence.
        quoted: whether it stood in quotes.
    """

    said: str
    typed: str
    name: bool = False
    quoted: bool = False


def regular(text: str, names: Iterable[str] = ()) -> tuple[Word, ...]:
    """Makes a request regular.

    Args:
        text: what was typed.
        names: words that must stay as they are: concepts, named pictures.
    """
    kept = frozenset(word for name in names for word in name.lower().split())
    words: list[Word] = []
    at = 0
    for quote in QUOTED.finditer(text):
        words += _plain(text[at : quote.start()], kept)
        inside = (quote[1] or quote[2]).strip().lower()
        words += [Word(part, part, True, True) for part in inside.split()]
        at = quote.end()
    words += _plain(text[at:], kept)
    return tuple(Word("is", w.typed) if _is_short(words, i) else w for i, w in enumerate(words))


def _is_short(words: Sequence[Word], at: int) -> bool:
    """Whether "'s" is short for "is": before what something is like, with nothing behind that it could belong to: "the balloon's tiny, …"."""
    if words[at].said != "'s" or at + 1 >= len(words):
        return False
    end = at + 1
    while end < len(words) - 1 and words[end].said in ("too", "so", "very", "quite", "rather", "really", "a", "bit", "way", "much", "not"):
        end += 1
    if words[at + 1].said in ("a", "an"):
        return True  # "the tree's a distraction"
    like = words[end].said in markers.SIZES or words[end].said in OPINIONS or words[end].said in ("wrong", "missing", "gone")
    last = end + 1 >= len(words) or words[end + 1].said in (*STOPS, "and", "so", "but")
    return like and last


def _plain(text: str, kept: frozenset[str]) -> list[Word]:
    text = text.replace("’", "'").replace("‘", "'").replace("`", "'")
    text = re.sub(r"(?<=\d),(?=\d)", "", text)
    text = re.sub(r"\b\d+ ?(?:%|percent\b|per cent\b)", " ", text)
    text = re.sub(r"→|(?<![<=-])[-=]+>|(?<=\w)\s?=\s?(?=\w)", " becomes ", text)
    for written, meant in SIGNS:
        text = written.sub(meant, text)
    text = VERSION.sub(lambda found: found[0] if found[0].lower() in kept else f"version {found[1]}", text)
    words: list[Word] = []
    for found in re.finditer(r"[^\W_](?:[\w'&-]*\w)?|[.?!;,\n…]+|\s[-–—]+\s|#(?=\d)", text):
        typed = found[0]
        if not typed[0].isalnum():
            words += _mark(typed)
            continue
        lower = typed.lower()
        capital = typed[0].isupper() and typed[1:].islower() and bool(words) and words[-1].said not in STOPS
        if lower in kept:
            words.append(Word(lower, lower, True))
            continue
        for part in _parts(lower, words[-1].said if words else ""):
            words.append(Word(part if capital else mended(part, kept), part, capital))
    return words


def _mark(typed: str) -> list[Word]:
    if "#" in typed:
        return [Word("number", "#")]
    sign = "?" if "?" in typed else "," if set(typed) <= {",", ";"} else "."
    return [Word(sign, sign)]


def _parts(word: str, before: str) -> list[str]:
    """The words that a short form stands for."""
    if word in HOMOPHONES and before in forms():
        return [HOMOPHONES[word]]  # "walking trough the snow"
    if word in SHORT:
        return SHORT[word].split()
    if word in SPELT:
        return SPELT[word].split()
    if word.endswith("in") and len(word) > 4 and f"{word}g" in forms():  # "chillin'"
        return [f"{word}g"]
    for ending, full in (("n't", "not"), ("'d", "would"), ("'ll", "will"), ("'re", "are"), ("'ve", "have"), ("'m", "am")):
        if word.endswith(ending):
            return [*_parts(word.removesuffix(ending), before), full]
    if word.endswith("'s") or word.endswith("s'"):
        stem = word[:-2] if word.endswith("'s") else word[:-1]
        stem = mended(stem, frozenset())
        is_short = stem in ("what", "who", "where", "how", "it", "that", "there", "here", "he", "she", "this", "which", "why", "when")
        return [stem, "is"] if is_short else [stem, "'s"]
    if "-" in word or "'" in word:
        return [p for part in re.split(r"[-']", word) if part for p in _parts(part, before)]
    return [word]


@lru_cache(maxsize=1)
def world_words() -> frozenset[str]:
    """The words of the world, with their synonyms."""
    nouns = [w for o in OBJECTS.values() for w in (o.name, o.plural)]
    return frozenset((*nouns, *COLOURS, *BACKGROUNDS, *COUNTS, *(s for s in SIZES if s), *SYNONYMS))


@lru_cache(maxsize=1)
def known_words() -> frozenset[str]:
    """Words that mean something as they are: they are not mended."""
    tables = (LIGHT, PRAISE, POLITE, COUPLES, NUMBERS, ORDINALS, TIMES, SPELT, SHORT, forms(), wordings.words(), addresses.words())
    return frozenset(
        (
            *world_words(),
            *FILLERS,
            *FREQUENT,
            *PEOPLE,
            *PURPOSES,
            *PAST,
            *OPINIONS,
            *GLAD,
            *markers.words(),
            *(word for table in tables for word in table),
        )
    )


@lru_cache(maxsize=1)
def telling_words() -> frozenset[str]:
    """Known words that say something: to be mended to one of the others would be to fall silent."""
    return (
        known_words()
        - LIGHT
        - POLITE
        - PEOPLE
        - PURPOSES
        - PAST
        - OPINIONS
        - GLAD
        - frozenset(FILLERS)
        - (markers.silent() - FREQUENT - world_words() - frozenset(forms()))
        - {form for form, base in forms().items() if base in RARE}
    )


@lru_cache(maxsize=50_000)
def mended(word: str, names: frozenset[str] = frozenset()) -> str:
    """The known word that a misspelling most likely means, or the word itself."""
    if word in names or word in known_words() or not word.isascii():
        return word
    # Where several words are as near, one of the world is meant: "tre" is rather a tree than "true".
    likely = world_words() | FREQUENT | names
    meant = nearest(word, likely) or nearest(word, world_words() | names) or nearest(word, COMMONEST)
    if meant is None and (len(word) >= 5 or any(swapped(word, known) for known in telling_words())):
        meant = nearest(word, telling_words())
    if meant is None and len(word) >= 4:
        meant = next((known for known in sorted(LIGHT) if swapped(word, known) or (len(word) >= 8 and forgotten(word, known))), None)
    return SPELT.get(meant, meant) if meant is not None else word


def plain(words: Sequence[Word]) -> str:
    """The words in their base form, without articles and courtesies, for wordings to be looked for."""
    return " ".join(w.said if w.said in KEPT else forms().get(w.said, w.said) for w in words if w.said not in DROPPED)
