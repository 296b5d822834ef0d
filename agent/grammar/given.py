"""Reads requests about what came with them: pictures to learn from or to follow, a mask to paint in; and about learned concepts."""

import re
from collections.abc import Sequence

from ...engine.world.vocabulary import BACKGROUNDS, COLOURS, HELD_OUT, OBJECTS
from ...tools.lexicon import SYNONYMS
from ...tools.wording import PLURALS, Wanted
from .adding import placed
from .clause import Clause, indefinite, phrase_of, scene_of
from .markers import BACKDROP, HEADS, KINDS, REGION, WHOLE
from .parts import Part
from .requests import Control, Forget, Inpaint, Intent, Learn, NotUnderstood, Segment
from .sight import Sight
from .spelling import Word, known_words
from .thesaurus import LIGHT, forms

BUSY = frozenset("add put paint remove replace move colour grow shrink swap forget".split())
MASK_OF = re.compile(r" (?!the |a |this |that |my |drawn )\S+ (?:mask|outline|silhouette|cutout|contour|stencil) ")
EMPTYING = ("nothing", "disappear", "vanish", "empty", "blank", "surroundings", "background")

LESSON = frozenset("learn remember memorise memorize study meet teach store save recognise".split())
LEARNING = (
    "concept learn remember memorise memorize teach study recognise recognize train meet know name call save store keep show see picture "
    "pictures photo photos image images this these that here is be my our"
).split()
AFTER = re.compile(
    r" (?:as|named|called|name is|name it|call (?:it|him|her|them|this|that|these|the thing)|name (?:him|her|them|this|that)|named|by the name of|"
    r"under the name(?: of)?|known as|goes by|answers to|name of|concept|word|it is called|looks like|what|who|about|know|meet|for) "
    r"(?:the (?:new )?(?:concept|name|word) |a |an |the |my |our |new |name |called |concept |one )*$"
)
NAMELESS = re.compile(
    r"(?:please |now |can you |could you )*(?:(?:this|these|that|here|he|she) (?:is|are) (?:my|our)(?: (?!(?:a|an|the|in|on|at|with|and)\b)\w+){1,3}"
    r"|(?:learn|memorise|memorize|study|remember|save|store)(?: from)? (?:this|that|these|it|him|her|them|the|my|our)(?: \w+)?)(?: please| now)*$"
)
"""What came with the request is introduced or is to be learned, and that is all: the name is missing."""
TAKEN_AS = re.compile(r"\b(?:this|these|that|those|it|them|pictures?|images?|photos?) as (?:(?:the|my|a|an|our|new) )*(\w+)$")
"""What came with the request is to be something, and the word for that is no name."""
BEFORE_NOUN = frozenset("a an my our the his her their".split())
INTERFACE = WHOLE | BACKDROP | HEADS | frozenset(
    "pictures images photos style styles colour colours color colors place places mask region reference base basis input start sketch wish".split()
)
"""Words for parts of a picture, and for what one does with it: nobody is called so."""
NOT_NAMES = frozenset(
    "teach yourself myself toy pet friend attached these those pictures photos images favourite favorite called named examples example shots "
    "snapshots "
    "looks look like learn concept character mascot buddy three two few five four stuffed animal plush plushie figure doll object item thing things "
    "beloved own dear little old new own mine ours introduce introducing upload uploaded uploading provided sent".split()
)


def learns(words: Sequence[Word], text: str, sight: Sight) -> list[Intent] | None:
    """A concept from the pictures that came with the request."""
    context = sight.context
    plain = [w for w in words if w.said not in ",.?"]
    said = [w.said for w in plain]
    if not context.given or not {forms().get(w, w) for w in said} & set(LEARNING):
        return None
    shown = [w for w, b, t in zip(plain[2:], plain[1:], plain, strict=False) if b.said in ("is", "are") and t.said in ("this", "these", "here")]
    introduced = any(_may_name(w) and _strange(w) for w in shown)  # "this is Kaja, and forget bo"
    if {"forget", "unlearn", "drop", "remove", "delete"} & set(said) and set(context.concepts) & set(said) and not (LESSON & set(said) or introduced):
        return None  # "bo is old news, drop that concept"
    if re.search(r" current (?:picture|image|version|one) .*name| name .*current (?:picture|image|version)", " " + " ".join(said)):
        return None  # a name for the picture, not for what came with it
    if any(w in KINDS for w in said) or (context.masked and not {forms().get(w, w) for w in said} & {"learn", "remember", "memorise", "study"}):
        return None
    named = _name_at(plain)
    if named is None:
        taken = TAKEN_AS.search(" ".join(said))
        if taken and not _may_name(plain[-1]) and plain[-1].said not in OBJECTS:
            return [NotUnderstood(unknown=(taken[1],), nameless=True)]
        return [NotUnderstood(nameless=True)] if NAMELESS.match(" ".join(said)) and not context.masked else None
    noun = _noun_of(plain, named)
    return [Learn(plain[named].typed, noun)]


def beside_lesson(part: Part) -> bool:
    """Whether a part beside a lesson is a wish of its own: "…, then add coco", "forget bo and …", "… and list the concepts"."""
    if part.words[0].said in ("list", "show", "tell") and part.clause.said_any("concepts"):
        return True
    first = next(iter(part.clause.tokens), None)
    if part.words[0].said in ("undo", "redo"):
        return True  # "undo, and learn these as coco"
    if first is None or first.kind != "verb":
        return False
    if not part.clause.of("unknown", "colour", "ground", "side") and not any(phrase_of(t).noun for t in part.clause.things):
        return False  # "take these pictures and learn …"
    return first.value not in LEARNING and bool(first.classes & BUSY)


def _name_at(words: Sequence[Word]) -> int | None:
    """Where the name stands: in quotes, behind "as" or "called", or the one word that nobody knows."""
    quoted = [i for i, w in enumerate(words) if w.quoted]
    if quoted:
        return quoted[0]
    strange = [i for i, w in enumerate(words) if _strange(w)]
    for at in range(len(words) - 1, 0, -1):
        before = " " + " ".join(w.said for w in words[:at]) + " "
        named = AFTER.search(before)
        if (
            named
            and (at in strange or named[0].split()[0] in ("as", "named", "called", "call", "name", "under", "known", "by", "goes"))
            and _may_name(words[at])
        ):
            named_next = at + 1 < len(words) and words[at + 1].name and not words[at].name and words[at - 1].said in BEFORE_NOUN
            return at + 1 if named_next and _may_name(words[at + 1]) else at  # "meet my rabbit Hops"
    capital = [i for i in strange if words[i].name]
    capital = capital or [i for i, w in enumerate(words) if w.name and _may_name(w) and w.typed not in NOT_NAMES | set(COLOURS)]
    if capital:
        return capital[-1]
    free = [i for i in strange if i == 0 or words[i - 1].said not in ("a", "an")]
    return free[-1] if free else None


def _may_name(word: Word) -> bool:
    """Whether a word may be a name: no word of the world or of the interface, unless it is written like a name."""
    noun = SYNONYMS.get(word.said, word.said)
    common = word.said in (
        "it",
        "this",
        "that",
        "the",
        "a",
        "an",
        "my",
        "in",
        "them",
        "him",
        "her",
        "well",
        "you",
        "soon",
        "follows",
        "is",
        "concept",
        "new",
    )
    if not word.name and (word.said in LIGHT or word.said in HEADS):
        return False
    if not word.name and (noun in COLOURS or noun in BACKGROUNDS or word.said in INTERFACE):
        return False
    return word.typed.isalpha() and not common and (word.name or not (noun in OBJECTS or noun in PLURALS)) and word.said not in NOT_NAMES


def _strange(word: Word) -> bool:
    known = word.typed in known_words() or word.said in COLOURS or word.said in BACKGROUNDS or word.said in NOT_NAMES or word.typed in NOT_NAMES
    mended = word.said != word.typed and not word.name
    return word.typed.isalpha() and not known and not mended and word.said not in HELD_OUT


def _noun_of(words: Sequence[Word], named: int) -> str | None:
    """What kind of thing is learned: a noun of the world, else the word behind "a" or "my"."""
    for at, word in enumerate(words):
        noun = SYNONYMS.get(word.said, word.said)
        noun = PLURALS.get(noun, noun)
        if at != named and not (word.name and word.said != word.typed) and (noun in OBJECTS or noun in HELD_OUT) and not word.quoted:
            return noun
    for at, word in enumerate(words[1:], 1):
        if at != named and words[at - 1].said in BEFORE_NOUN and _strange(word) and at + 1 != named - 1:
            return word.said
    return None


def forgets(clause: Clause, sight: Sight) -> list[Intent] | None:
    """A concept less in the library."""
    names = [phrase_of(t).noun for t in clause.things if phrase_of(t).noun in sight.context.concepts]
    concept = clause.does("remove") and clause.said_any("concept", "that concept", "this concept")
    stored = clause.does("remove") and clause.said_any("memory", "your mind", "your library")  # "bo was a test, wipe it from your memory"
    if not names and (clause.does("forget") or concept or stored) and clause.things and all(phrase_of(t).pronoun for t in clause.things):
        names = [w.noun for w in sight.last if w.noun in sight.context.concepts]  # "who is bo? forget him"
    if not names or any(phrase_of(t).noun and phrase_of(t).noun not in names for t in clause.things):
        return None
    about = clause.said_any(
        "concept", "concepts", "memory", "knowledge", "everything you know", "know", "learned", "learnt", "taught", "library", "remember", "for good"
    )
    away = clause.does("remove", "forget", "vanish") or clause.said_any(
        "not need", "no need", "not want", "no longer", "not needed", "not remember", "unnecessary", "gone"
    )
    if clause.does("forget") or concept or (about and away):
        return [Forget(name) for name in dict.fromkeys(names)]
    spare = clause.marked("no longer", "not") and clause.does("want")
    unseen = all(all(t.noun != name for t in sight.things) for name in names)
    return (
        [Forget(name) for name in names]
        if unseen and (clause.does("remove") or spare) and len(clause.things) == 1 and not clause.of("ground")
        else None
    )


def controls(clause: Clause, sight: Sight) -> list[Intent] | None:
    """A scene painted along a map of the picture that came with the request."""
    if not sight.context.given:
        return None
    words = clause.said.split()
    if sight.context.masked and re.search(r" (?:i|we|that|just|have|had) (?:outlined|sketched|scribbled|doodled|lined) ", clause.said):
        return None  # "the spot I outlined" is the mask
    kind = next((KINDS[w] for w in words if w in KINDS and not (w in ("drawing", "draft", "sketch", "outline") and _verb_like(words, w))), None)
    if kind is None:
        return None
    named = [phrase_of(t) for t in clause.things if not phrase_of(t).pronoun]
    shown = named and all(sight.shows(p) and not indefinite(p) for p in named)
    if shown and kind in ("edge", "segmentation") and not clause.of("ground", "colour") and not clause.does("paint", "put", "add"):
        return None  # "segment the dog", "I need the outline of the car"
    scene = scene_of(clause.without(*(t for t in clause.things if phrase_of(t).pronoun)), sight)
    return [Control(kind, scene)] if (scene.things or scene.background) and not scene.unknown else None


def _verb_like(words: Sequence[str], word: str) -> bool:
    """Whether a word for a map is the verb of the request: "sketch a dog"."""
    at = words.index(word)
    return word in ("sketch", "draft", "outline") and at == 0 and "the" not in words[:2] and not {"this", "my"} & set(words[:2])


def inpaints(clause: Clause, sight: Sight) -> list[Intent] | None:
    """Something, or nothing, in the region that the user drew."""
    if not sight.context.masked or clause.said.split()[:1] in (["name"], ["call"], ["label"], ["title"], ["tag"]):
        return None
    if clause.of("ground") and clause.said_any("background", "backdrop") and not clause.said_any("with the background", "with background"):
        return None  # "a truck in the region, and a night background" is to be cut first
    if MASK_OF.search(clause.said) and len(clause.things) == 1 and sight.shows(phrase_of(clause.things[0])) and clause.only({"thing"}, ("segment",)):
        return [Segment(w) for w in sight.present(phrase_of(clause.things[0]))]  # "dog mask please"
    pointed = any(w in REGION for w in clause.said.split())
    new = {phrase_of(t).noun for t in clause.things if indefinite(phrase_of(t))}
    clause = clause.without(*(t for t in clause.things if phrase_of(t).definite and phrase_of(t).noun in new))  # "where the cake goes, a white cake"
    side, relation, targets, beside = placed(clause)
    fresh = [t for t in targets if phrase_of(t).noun and (not phrase_of(t).definite or not sight.shows(phrase_of(t)))]
    known = [t for t in clause.things if phrase_of(t).definite and phrase_of(t).noun and sight.shows(phrase_of(t))]
    if not pointed and (known or side or relation is not None):
        return None
    clears = clause.does("remove", "vanish", "fill") or clause.marked("gone") or clause.said_any(*EMPTYING)
    if fresh or (pointed and clause.of("ground")):
        if not pointed and clause.of("size", "colour") and all(phrase_of(t).definite for t in fresh):
            return None  # "make the house bigger", and there is none
        if not pointed and not clause.does("add", "put", "paint", "want", "give", "replace", "make", "change", "fill", "colour"):
            return None
        scene = scene_of(Clause(tuple(t for t in clause.tokens if t not in known and not (t.phrase is not None and t.phrase.pronoun))), sight)
        return [Inpaint(Wanted(things=scene.things, relations=scene.relations, background=scene.background))]
    pronouns = [t for t in clause.things if phrase_of(t).pronoun]
    if clears and (pointed or pronouns) and not known:
        return [Inpaint()]
    return None
