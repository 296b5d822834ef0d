"""Reads how many of a kind of thing there should be: "make it three dogs", "one cat is enough", "the house twice"."""

from ...tools.wording import MOST
from .clause import Clause, indefinite, phrase_of
from .phrases import Phrase
from .requests import Count, Intent, NotUnderstood, Remove, Session
from .sight import Sight, Unreadable

Read = list[Intent] | None


def counts(clause: Clause, sight: Sight) -> Read:
    """A kind of thing as often as a number says."""
    told = _total(clause, sight)
    if told is not None or not sight.context.picture:
        return told
    alone = clause.said.strip()
    if len(sight.last) == 1 and not clause.things and sight.last[0] in sight.things:  # "3", "one more": of what was talked about last
        here = sum(t.count for t in sight.things if t == sight.last[0])
        said = {"one more": here + 1, "one less": here - 1, "one fewer": here - 1, "two more": here + 2}.get(alone)
        said = int(clause.tokens[0].value) if [t.kind for t in clause.tokens] == ["number"] and said is None else said
        if said is not None and 1 <= said <= MOST and said != here:
            return [Count(sight.last[0], said)]
    if not clause.only(
        {"thing", "number"}, ("double", "shrink", "remove", "put", "move", "grow", "raise", "lower", "vanish", "paint")
    ):
        return None
    times = next((int(t.value.split()[1]) for t in clause.of("mark") if t.value.startswith("times")), None)
    numbers = [int(t.value) for t in clause.of("number")]
    things = [phrase_of(t) for t in clause.things]
    if clause.marked("enough") and clause.marked("not") and len(things) <= 1:
        if things and things[0].plural and not things[0].count and sight.kin(things[0]):
            return [Session("fix")]  # "there are not enough cats"
        return []  # what comes next says how many
    if clause.marked("doubled") and len(things) == 1 and not numbers:
        wish = sight.one(Phrase(noun=things[0].noun, colour=things[0].colour, pronoun=things[0].pronoun, plural=True))
        return [Count(wish, wish.count * 2)]
    if len(things) == 1 and things[0].extra == "of" and things[0].count and not numbers and not clause.does("remove", "vanish"):
        return counted(sight, things[0], things[0].count)  # "keep only one of the cats"
    if clause.marked("not") and len(things) == 1 and len(numbers) == 1 and getattr(clause.before(clause.things[0]), "value", "") == "not":
        return counted(sight, things[0], numbers[0])  # "not two cats but three"
    if len(things) == 1 and things[0].count and sight.kin(things[0]) and len(numbers) == 1 and _compared(clause):
        return counted(sight, things[0], things[0].count)  # "I would like four trees where there is one now"
    if len(things) == 1 and things[0].count and not numbers and clause.tokens[-1].value == "instead of" and sight.kin(things[0]):
        return counted(sight, things[0], things[0].count)  # "two houses rather than a single one"
    if len(things) == 1 and things[0].count and numbers == [things[0].count] and sight.kin(things[0]):
        return counted(sight, things[0], things[0].count)  # "it needs three trees, so three"
    if clause.marked("instead of") and len(things) == 1 and len(numbers) == 1 and things[0].count and clause.tokens[0].kind == "number":
        return counted(sight, things[0], numbers[0])  # "three instead of two cats"
    later = clause.of("number")[0] if len(numbers) == 1 else None
    if later is not None and len(things) == 1 and things[0].count == 1 and sight.kin(things[0]) and clause.does("be") and numbers[0] > 1:
        if getattr(clause.before(later), "value", "") == ",":
            return counted(sight, Phrase(noun=things[0].noun, colour=things[0].colour), numbers[0])  # "one dog is lonely, four would be a party"
    each = len(things) > 1 and not numbers and all(p.number and sight.kin(p) for p in things)
    if each and not clause.marked("missing") and _few(clause) and not clause.does("paint"):
        return [i for p in things for i in counted(sight, p, p.count or 1) or []]
    if clause.marked("instead of", "not", "from") and len(things) == 1 and len(numbers) == 1 and (things[0].plural or things[0].count == 1):
        return counted(sight, things[0], things[0].count or (numbers[0] if clause.marked("from") else 2))
    ordered = clause.said_any("in total", "altogether", "asked for", "ordered", "requested")
    if len(things) == 1 and things[0].count and not things[0].definite and ordered:
        return counted(sight, things[0], things[0].count)  # "I asked for three cats"
    nth = things[0].ordinal or 0 if len(things) == 1 and things[0].article else 0
    if nth > 2 and sum(w.count for w in sight.kin(things[0])) + 1 == nth:
        return counted(sight, Phrase(noun=things[0].noun, colour=things[0].colour), nth)  # "a third cat would be lovely"
    if clause.said_any("too many") and len(things) == 1 and not things[0].count and not numbers:
        wish = sight.one(things[0])
        return [Count(wish, wish.count - 1)] if wish.count > 1 else None
    if clause.said_any("number", "amount") and len(things) == 1 and any(t.value == "halve" for t in clause.of("verb")):
        wish = sight.one(things[0])
        return [Count(wish, wish.count // 2)] if wish.count > 1 else None
    if (clause.marked("less") or clause.said_any("too many")) and len(things) == 1 and things[0].count:
        wish = sight.one(Phrase(noun=things[0].noun, colour=things[0].colour, plural=True))
        return [Count(wish, wish.count - things[0].count)] if wish.count > things[0].count else [Remove(wish)]
    spare = things[0] if things else Phrase(definite=True, pronoun=True)
    left = spare.count or (numbers[0] if numbers else 0)
    if clause.marked("enough") and left and sight.fresh and (not things or any(w.noun == spare.noun for w in sight.last)):
        if counted(sight, spare, left) == [Session("fix")]:
            return []  # "take the blue dog away, one dog is enough"
    other = clause.marked("instead of", "without", "no", "as well", "again", "same")
    if other or (clause.marked("for") and not clause.said_any("asked for", "ask for", "hoped for")) or len(things) > 2:
        return None
    some = len(things) == 1 and things[0].extra == "of"  # "make one of the cats disappear"
    if clause.does("remove", "vanish") and (some or not clause.does("make")):
        return _fewer(clause, sight, things)
    if clause.does("double") and len(things) == 1 and not numbers:
        factor = next(({"triple": 3, "quadruple": 4}.get(t.value, 2) for t in clause.of("verb") if "double" in t.classes), 2)
        return [Count(wish, wish.count * factor) for wish in sight.present(things[0]) if wish.count * factor <= MOST]
    if len(things) == 2 and things[0].pronoun and things[1].count and not things[0].plural:
        things = things[1:]  # "make it three dogs"
    if clause.does("paint") and not numbers and not times:
        return None
    if len(things) == 1 and things[0].extra != "more" and not things[0].extra == "of":
        if times and not numbers:
            return counted(sight, things[0], times)
        if len(numbers) == 1 and (
            clause.does("shrink", "grow", "raise", "lower", "make", "change", "be", "want", "put", "move")
            or clause.marked("only", "enough", "to", "must")
            or not clause.of("verb")
        ):
            return counted(sight, things[0], numbers[0])
        bare = (
            not clause.of("verb", "number", "mark", "whole")
            and things[0].number
            and sight.kin(things[0])
            and things[0].colour is None
            and not things[0].size
        )
        if bare and sum(w.count for w in sight.kin(things[0])) not in (1, things[0].count) or (bare and (things[0].count or 0) > 1):
            return counted(sight, things[0], things[0].count or 1)
        if things[0].count and not numbers and not things[0].definite and _few(clause):
            return counted(sight, things[0], things[0].count, seen=_states(clause))
    nameless = len(numbers) == 1 and not things and not clause.said_any("things", "objects", "items")
    if nameless and (sight.fresh or sight.last) and (_few(clause) or clause.marked("enough")):
        return [] if clause.marked("not") else counted(sight, Phrase(definite=True, pronoun=True), numbers[0])
    return None


def _compared(clause: Clause) -> bool:
    """Whether a number behind the things is only how many there are: "than just one", "where there is one now"."""
    at = clause.index(clause.things[0])
    marked = any(t.kind == "mark" and t.value in ("than", "where", "instead of") for t in clause.tokens[at:])
    return marked and clause.of("number")[0].start > clause.things[0].start


def _total(clause: Clause, sight: Sight) -> Read:
    """How many there are in the end: "another car, so there are two"."""
    things, numbers = [phrase_of(t) for t in clause.things], clause.of("number")
    if len(things) != 1 or things[0].extra != "more" or len(numbers) != 1 or not sight.kin(things[0]):
        return None
    if not clause.only({"thing", "number"}, ("add", "put")):
        return None
    return counted(sight, things[0], int(numbers[0].value)) if clause.said_any("so", "total", "altogether") else None


def _few(clause: Clause) -> bool:
    to = clause.marked("to") and clause.does("shrink", "grow", "lower", "raise", "change")
    return to or clause.marked("only", "enough", "must", "with", "there") or clause.does("be", "make", "want", "give", "put")


def _states(clause: Clause) -> bool:
    """Whether a clause says what is seen, and not what is wanted: "there is only one cat"."""
    told = clause.said_any("is", "are", "has", "see", "sees", "shows", "got", "find", "count", "was", "were")
    return told and not clause.said_any(
        "should",
        "must",
        "want",
        "need",
        "make",
        "could",
        "would",
        "ought",
        "please",
        "let",
        "like",
        "prefer",
        "enough",
        "plenty",
        "rather",
        "wish",
        "love",
    )


def counted(sight: Sight, phrase: Phrase, number: int, *, seen: bool = False) -> Read:
    """As many as were said; where that was promised already, or fewer are seen than promised, the promise is to be kept."""
    if not phrase.pronoun and not sight.kin(phrase):
        return None
    bare = Phrase(noun=phrase.noun, colour=phrase.colour, size=phrase.size, definite=True, pronoun=phrase.pronoun)
    wish = sight.one(bare)
    there = max(sum(t.count for t in sight.things if t == wish), wish.count)
    if number == there or (seen and number < there):
        return [Session("fix")]
    if not 1 <= number <= MOST:
        raise Unreadable(NotUnderstood(unknown=(phrase.number or str(number),)))
    return [Count(wish, number)]


def _fewer(clause: Clause, sight: Sight, things: list[Phrase]) -> Read:
    """Some of several like things go: "remove one of the cats", "the second cat has to go"."""
    if len(things) != 1 or clause.of("number"):
        return None
    phrase = things[0]
    if not phrase.noun and (phrase.ordinal is not None or (phrase.extra == "of" and phrase.count)):  # "remove the second one", "… one of them"
        meant = sight.present(phrase)
        return [Count(w, w.count - (phrase.count or 1)) for w in meant] if len(meant) == 1 and meant[0].count > (phrase.count or 1) else None
    if (
        not phrase.noun
        or not sight.kin(phrase)
        or not (phrase.count or phrase.ordinal is not None or indefinite(phrase) or phrase.extra in ("other", "more"))
    ):
        return None
    gone = phrase.count or 1
    fits = sight.present(Phrase(noun=phrase.noun, colour=phrase.colour, size=phrase.size, plural=True, definite=True))
    there = sum(t.count for t in sight.things if fits[:1] == (t,))
    if len(fits) != 1 or there <= gone:
        return None
    return [Count(fits[0], there - gone)]
