"""Reads what should be in the picture beside what is there, and where: "add a tree on the left", "with a rose under it"."""

from collections.abc import Callable, Sequence

from ...tools.wording import Wish
from .clause import Clause, definite, indefinite, phrase_of
from .counting import Read
from .phrases import Phrase
from .requests import Add, NotUnderstood, Replace
from .sight import Sight, Unreadable
from .tokens import Token

SHALL_BE = (
    "should be", "must be", "needs to be", "shall be", "has to be", "ought to be", "need to be", "should become", "must become", "has to become"
)  # fmt: skip
"""What is said of something before what it is to be like."""


HAVING = frozenset({"have", "wear", "get", "carry", "hold", "need", "deserve", "want", "like", "love", "wish"})
"""Verbs between a thing and what it is to have."""
DUMMY = ("it would be", "it might be", "it could be", "it may be", "it is possible", "would it be", "could it be", "might it be", "is it possible")
PUSHING = frozenset({"move", "shift", "push", "drag", "pull", "slide", "nudge", "relocate", "shove", "budge"})
"""Verbs for what is there already."""


def adds(clause: Clause, sight: Sight) -> Read:
    """A thing more, perhaps at a place."""
    nameless = clause.does("add") and clause.said_any("another one", "one more", "another") and not clause.things
    if nameless and sight.context.picture and len(sight.last) == 1:
        return [Add(sight.last[0].model_copy(update={"count": 1}))]  # "the dog looks lonely, add another one"
    verbs = ("add", "put", "paint", "colour", "move", "grow", "vanish", "remove", "forget")
    if not sight.context.picture or not clause.things or not clause.only({"thing", "side", "relation", "colour", "ground"}, verbs):
        return None
    if clause.marked("no", "without", "same", "instead of", "again", "less", "enough") or (clause.marked("not") and not clause.does("forget")):
        return None
    if any(t.classes == {"remove"} for t in clause.of("verb")):
        return None  # "tree should be removed"
    first = phrase_of(clause.things[0])
    nudged = clause.of("side") and not clause.of("verb") and clause.said_any("more left", "more right", "more up", "more down", "further", "farther")
    if nudged and first.noun and not indefinite(first) and not sight.shows(first):
        raise Unreadable(NotUnderstood(missing=first.words))  # "house more left"
    pushed = any(t.value in PUSHING for t in clause.of("verb"))
    if pushed and first.noun and not indefinite(first) and not first.plural and not sight.shows(first):
        raise Unreadable(NotUnderstood(missing=first.words))  # "move house to the right"
    here = sight.context.wanted.background if sight.context.wanted is not None else None
    if any(t.value != here for t in clause.of("ground")) or any(t.value == "background" for t in clause.of("whole")):
        return None
    side, relation, targets, beside = placed(clause)
    have = next((t for t in clause.of("verb") if t.value in ("have", "get", "see", "put", "add", "include")), None)
    if have is not None and clause.said_any(*DUMMY):  # "it would be lovely to have a dog left of the house too"
        targets = [t for t in targets if not (phrase_of(t).pronoun and t.end <= have.start)]
    sides = clause.of("side")
    if sides and len(targets) > 1 and any(t.start > sides[0].start for t in targets) and any(t.end <= sides[0].start for t in targets):
        return None  # "a house at the right and three butterflies" is to be cut first
    if clause.marked("missing") and len({phrase_of(t).noun for t in targets}) < len(targets):
        return None  # "one cat is lacking, there must be three cats" is to be cut first
    new = [t for t in targets if phrase_of(t).noun and (indefinite(phrase_of(t)) or not sight.shows(phrase_of(t)))]
    old = [t for t in targets if t not in new and not (phrase_of(t).pronoun and not clause.does("give"))]
    loose = clause.does("add") or clause.marked("as well")  # "add the tree": there is none yet
    if len(new) == 1 and len(clause.things) == 1 and _described(clause, phrase_of(new[0])):
        raise Unreadable(NotUnderstood(missing=first.words))  # "house needs to be yellow"
    if not new or any(phrase_of(t).definite and not (loose or phrase_of(t).extra or phrase_of(t).noun in sight.context.concepts) for t in new):
        return None
    given = clause.does("give", "want") or clause.marked("for") or having(clause, ())
    if old and ((beside is not None and not phrase_of(beside).pronoun) or not given):
        return None
    coloured = _with_colour(clause, new)
    if coloured is None or not _more(clause, sight, new, beside, bool(side)):
        return None
    if old:  # "give the dog a crown on top"
        beside, relation, side = old[0], relation or {"top": "above", "bottom": "below"}.get(side, ""), ""
    other = sight.one(phrase_of(beside)) if beside is not None else None
    if other is not None and relation:
        return [Add(wish, relation, other) for wish in coloured(sight)]
    if clause.marked("in place") and sight.fresh and len(sight.last) == 1 and len(new) == 1 and sight.last[0] in sight.things:
        return [Replace(sight.last[0], wish) for wish in coloured(sight)]  # "the house is dull, build a castle in its place"
    instead = clause.marked("instead", "in place", "there")
    return [Add(wish, side, instead=instead) for wish in coloured(sight)]


def having(clause: Clause, between: Sequence[Token]) -> bool:
    """Whether something is to have what is named behind it: "the dog should have a crown", "the cat would like a balloon"."""
    if clause.tokens[0].kind == "thing" and phrase_of(clause.tokens[0]).noun and clause.said_any("would like", "would love", "would enjoy"):
        return not clause.does("be", "make", "change")
    verbs = [t for t in between if t.kind == "verb"]
    return any(t.value in HAVING for t in verbs) and not any("be" in t.classes for t in verbs)


def _described(clause: Clause, phrase: Phrase) -> bool:
    """Whether it is said of one thing what it must be like, as if it were there: without an article, and "should be" before a colour or size."""
    return clause.said_any(*SHALL_BE) and bool(clause.of("colour", "size")) and not indefinite(phrase) and not clause.marked("as well", "there")


def _with_colour(clause: Clause, new: list[Token]) -> Callable[[Sight], list[Wish]] | None:
    """What makes the wishes of new things, a colour behind the last of them counted in: "add a car in red"."""
    colours = clause.of("colour")
    if len(colours) > 1 or (colours and (len(new) != 1 or phrase_of(new[0]).colour)):
        return None

    def made(sight: Sight) -> list[Wish]:
        wishes = [sight.new(phrase_of(t)) for t in new]
        return [w.model_copy(update={"colour": colours[0].value}) for w in wishes] if colours else wishes

    return made


def _more(clause: Clause, sight: Sight, new: list[Token], beside: Token | None, sided: bool) -> bool:
    """Whether something is to be added, and not a new picture painted."""
    if (
        clause.does("add", "forget")
        or clause.marked("as well", "inside", "missing", "there", "in place")
        or any(phrase_of(t).extra == "more" or phrase_of(t).ordinal for t in new)
    ):
        return True
    if beside is not None and definite(phrase_of(beside), sight):
        return True
    if any(t not in new and t is not beside for t in clause.things) and (
        any(t.value in HAVING | {"give"} for t in clause.of("verb")) or having(clause, ())
    ):
        return True  # "the dog should have a crown"
    if clause.marked("for") and any(definite(phrase_of(t), sight) for t in clause.things if t not in new):
        return True  # "a crown for the dog"
    if clause.does("put", "move") or clause.said_any("include", "also"):
        return True
    grounds = clause.of("ground")
    if grounds and all(f" the {t.value} " in clause.said for t in grounds):
        return True  # the place that is there already
    if grounds or clause.said_any("new picture", "picture of", "image of"):
        return False
    first = clause.tokens[0]
    if first.kind == "mark" and first.value in ("with", "and"):
        return True
    if clause.does("want", "be", "give") and not clause.of("relation") and not any(t.value == "show" for t in clause.of("verb")):
        return not any("paint" in t.classes for t in clause.of("verb"))
    return sided and beside is None and len(new) == 1


def placed(clause: Clause) -> tuple[str, str | None, list[Token], Token | None]:
    """Where a clause puts things: (side, relation, the things that are put, the thing they are put beside)."""
    sides = list(dict.fromkeys(t.value for t in clause.of("side")))
    relation = next(iter(clause.of("relation")), None)
    beside = None
    if relation is not None:
        beside = next((t for t in clause.tokens[clause.index(relation) + 1 :] if t.kind == "thing"), None)
    targets = [t for t in clause.things if t is not beside]
    if relation is not None and not relation.value and beside is not None and len(sides) == 1 and sides[0] in ("left", "right"):
        return "", f"{sides[0]} of", targets, beside  # "a tree beside it on the left"
    if len(sides) > 1 or len(clause.of("relation")) > 1:
        return "", None, [], None  # more than one place: to be cut first
    return sides[0] if sides else "", relation.value if relation is not None and beside is not None else None, targets, beside
