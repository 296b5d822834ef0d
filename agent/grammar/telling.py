"""Whether a clause only tells something, and asks for nothing: "my eyes are bad", "the class voted", "logo idea".

Strange words in what is told are no wishes; strange words in what is asked for are. So a clause tells only where its form says so: somebody
or something does or is something, no wish is said, and nothing new is named as what shall be there.
"""

from collections.abc import Sequence

from .clause import phrase_of
from .people import OPINIONS, PAST, PEOPLE, PURPOSES
from .spelling import Word
from .thesaurus import forms
from .tokens import Token

OWN = frozenset({"my", "our", "his", "her", "their"})
DETERMINERS = OWN | {"the", "a", "an", "this", "some"}
FINITE = frozenset(
    "is are was were am be been will would has had have looks look looked seems seem feels feel felt gets makes made does do did sits stands sit "
    "stand can cannot may might could".split()
)
WISHING = frozenset(
    "should must want wants wanted need needs please let can could like wish ought supposed shall prefer rather instead how make".split()
)
SUBJECTS = frozenset("ours mine it this that these those they he she i we you there its everything everyone".split())
LINKS = frozenset("so and but because since as well oh just cause though while whereas that's though".split())
NAMING = frozenset({"a", "an", "the", "one", "two", "three", "some"})
POINTING = frozenset({"the", "this", "that", "these", "those"})
GENERIC = frozenset("i we one nobody people everyone everybody somebody someone he she they who".split())
"""Of whom something may be told with new things in it: "one does not build a house on a beach"."""
HOPING = frozenset(
    ("love fancy crave desire hope hoped request order enjoy would will asking looking imagine picture after adore dream dreamed").split()
)
BARELY = frozenset("only hardly barely scarcely not never already".split())
"""Words behind the "can" of a statement: "my daughter can only count to four"."""
OCCUPIED = frozenset("run own bake teach sell breed drive sail fly work live write manage coach study play plan host farm repair".split())
"""What people say that they do."""
LOOSE = frozenset("so and but also well oh hmm then yes no please maybe just really quite too very even still always ever never not".split())


def statement(words: Sequence[Word], tokens: Sequence[Token]) -> bool:
    """Whether a clause only tells something, in strange words: "it is my favourite", "my eyes are bad". Something new is never named in it."""
    strange = [t for t in tokens if t.kind == "unknown"]
    first = next((i for i, w in enumerate(words) if w.said not in LINKS), len(words))
    said = [w.said for w in words[first:]]
    if not strange or not said or WISHING & set(_unfelt(said)):
        return False
    if _remark(words, tokens, said):
        return True
    if any(t.kind == "thing" and (phrase_of(t).article or phrase_of(t).count) for t in tokens):
        return False
    if any(words[t.start - 1].said in NAMING and not predicate(words, t.start - 1) for t in strange if t.start):
        return False
    begun = next((t for t in tokens if t.start >= first), None)
    known = begun is not None and begun.kind in ("thing", "colour", "ground", "whole") and begun.start <= first + 1 and said[0] in POINTING
    if (said[0] in OWN or said[0] in PEOPLE) and not known:
        acting = [t.start for t in strange[:2]] == [first + 1, first + 2] and len(said) > 3  # "my knees ache from all that sand"
        return acting or bool(FINITE & set(said))
    if said[0] in SUBJECTS or (known and begun is not None):
        bold = said[0] in SUBJECTS or (begun is not None and begun.kind == "colour")
        return bool(FINITE & set(said[1:])) or (bold and strange[0].start <= first + 5)
    return False


def _remark(words: Sequence[Word], tokens: Sequence[Token], said: Sequence[str]) -> bool:
    """Whether words only judge: "meadow is boring", "brr, that looks cold"; or tell of people: "my daughter turns six tomorrow"."""
    judging = all(words[t.start].said in OPINIONS for t in tokens if t.kind == "unknown")
    told = not any(t.kind in ("colour", "side", "relation", "number", "size") for t in tokens)
    people = said[0] in DETERMINERS and bool(PEOPLE & set(said[1:3])) and not any(t.kind in ("thing", "colour", "ground") for t in tokens)
    return (judging and told and (bool(FINITE & set(said)) or sum(t.value != "not" for t in tokens) == 1)) or people


def occasion(words: Sequence[Word], tokens: Sequence[Token]) -> bool:
    """Whether words only name what a picture is for: "logo idea, …"."""
    strange = [t for t in tokens if t.kind == "unknown"]
    named = any(w.said in NAMING and w.said != "the" for w in words)
    beside = all(
        t.kind in ("unknown", "size")
        or (t.kind in ("verb", "mark") and (t.value in ("need", "want", "have", "must", "be", "for", "wrong") or words[t.start].said in PURPOSES))
        for t in tokens
    )
    about = [t for t in strange if words[t.start].said not in PURPOSES | OPINIONS]  # "talk on Newton"
    judged = any(words[t.start].said in PURPOSES for t in (strange[:1] if about else strange))
    return judged and beside and not named and all(words[t.start - 1].said in ("on", "about") for t in about)


def predicate(words: Sequence[Word], at: int) -> bool:
    """Whether an article stands behind "is": "this dog is a joke"."""
    marked = words[0].said not in ("there", "here") or {"where", "i"} <= {w.said for w in words}  # "there is a smudge where I drew"
    return at > 0 and words[at - 1].said in ("is", "are", "was", "were", "be") and marked


def _unfelt(said: Sequence[str]) -> list[str]:
    """Words without the "must" of a guess: "he must be cold"."""
    if said and said[0] in ("nobody", "noone", "one", "people"):
        said = [w for w in said if w not in ("could", "can", "would", "wants", "needs", "should")]
    said = [w for i, w in enumerate(said) if w != "wish" or not i or said[i - 1] not in OWN | {"last", "first", "previous"}]  # "my last wish"
    said = [w for i, w in enumerate(said) if w not in ("can", "could") or said[i + 1 : i + 2] == [] or said[i + 1] not in BARELY]
    said = [w for i, w in enumerate(said) if w != "rather" or not i or said[i - 1] not in ("is", "are", "was", "were", "looks")]
    return [
        w
        for i, w in enumerate(said)
        if not (w in ("must", "can", "could") and i + 2 < len(said) and said[i + 1] in ("be", "feel") and said[i + 2] in OPINIONS)
    ]


def tells(words: Sequence[Word], tokens: Sequence[Token]) -> bool:
    """Whether somebody or something does or is something in strange words: "the class voted", "red is so last year", "we forgot the picnic".

    A wish is no such clause, nor is a command, nor a noun phrase by itself: these may be about what the world does not know.
    """
    first = next((i for i, w in enumerate(words) if w.said not in LOOSE), len(words))
    said = [w.said for w in words[first:]]
    if len(said) < 2 or WISHING & set(_unfelt(said)) - {"like", "make"} or not any(t.kind == "unknown" for t in tokens):
        return False
    if said[0] in ("like", "as"):
        return True  # "…, like a village"
    start = next((t for t in tokens if t.start >= first), None)
    if start is None or (start.kind == "verb" and start.start == first and words[first].said == start.value):
        return False
    acting = said[0] in ("it", "he", "she", "they", "that", "ours", "mine")
    led = start.end if start.phrase is not None and start.phrase.definite else first + 1 if acting else 0
    odd = any(t.kind == "unknown" and t.start == led and words[led].said.endswith("" if said[0] == "they" else "s") for t in tokens)
    acted = led == first + 1 or (led + 1 < len(words) and words[led + 1].said in DETERMINERS | {"them", "everything", "me", "us"})
    if odd and acted:
        return not any(t.phrase is not None and t.phrase.article for t in tokens)  # "it steals the attention", "the house blocks the cats"
    if said[0] in ("i", "we") and said[1] in OCCUPIED:
        return True  # "I drive a bus"
    if said[0] in ("they", "these", "it") and len(said) > 3 and said[1] in forms() and said[2] in ("me", "us", "my", "our"):
        return True  # "they make me sneeze"
    acts = [i for i in range(1, min(len(said), 7)) if _acts(said[i], words[first + i].said, said[i - 1])]
    if not acts:
        return False
    if said[0] in ("i", "we") and HOPING & set(said):
        return False
    if said[0] in GENERIC or _person(said):
        return True
    new = [t for t in tokens if t.phrase is not None and (t.phrase.article or (t.phrase.count or 0) > 0)]
    return not new


def _person(said: Sequence[str]) -> bool:
    """Whether people are what is spoken of: "my late husband drove a lorry"."""
    owned = said[0] in DETERMINERS and bool(PEOPLE & set(said[1:4]))
    return said[0] in PEOPLE or owned


def _acts(word: str, typed: str, before: str) -> bool:
    """Whether a word says what somebody or something does or is."""
    if word in FINITE or word in PAST:
        return before not in ("to", "a", "an")
    base = forms().get(word)
    inflected = base is not None and base != word and not word.endswith("ing")
    return (inflected or (word.endswith("ed") and len(word) > 4)) and before not in DETERMINERS
