"""What a wanted scene promises: everything that a picture of it must show, as checks."""

from collections.abc import Iterable

from ..engine.world.vocabulary import OBJECTS, RELATIONS
from .checks import WHOLE, Check
from .wording import AT, Wanted


def checks_of(wanted: Wanted) -> tuple[Check, ...]:
    """Everything that a picture of the scene must show, as checks; attributes and relations depend on existence.

    A count is checked for every noun, also for one: "a dog" is not two dogs.
    """
    checks: list[Check] = []
    exists: dict[int, str] = {}
    subjects: dict[int, str] = {}
    nouns = [wish.noun for wish in wanted.things]
    for index, wish in enumerate(wanted.things):
        several = nouns.count(wish.noun) > 1
        subjects[index] = wish.phrase if several else wish.noun
        exists[index] = _id("exists", subjects[index], {c.id for c in checks})
        checks.append(Check(id=exists[index], kind="exists", subject=subjects[index]))
    for noun in dict.fromkeys(nouns):
        owners = [index for index, name in enumerate(nouns) if name == noun]
        number = sum(wanted.things[index].count for index in owners)
        parents = tuple(exists[index] for index in owners)
        if noun in OBJECTS:  # nobody can count what only a concept knows
            checks.append(Check(id=_id("count", noun), kind="count", subject=noun, value=str(number), parents=parents))
    for index, wish in enumerate(wanted.things):
        parent, subject = (exists[index],), subjects[index]
        if wish.noun not in OBJECTS:
            checks.append(Check(id=_id("identity", wish.noun), kind="identity", subject=wish.noun, parents=parent))
        if wish.colour is not None and subject == wish.noun:
            checks.append(Check(id=_id("colour", wish.noun), kind="attribute", subject=wish.noun, value=wish.colour, parents=parent))
        if wish.size:
            checks.append(Check(id=_id("size", subject), kind="size", subject=subject, value=wish.size, parents=parent))
        if wish.place in AT:
            checks.append(Check(id=_id("place", subject), kind="relation", subject=subject, value=wish.place, object=WHOLE, parents=parent))
    for relation in wanted.relations:
        if relation.name in RELATIONS:
            one, other = subjects[relation.subject], subjects[relation.object]
            needs = (exists[relation.subject], exists[relation.object])
            name = _id("relation", f"{one} {relation.name} {other}", {c.id for c in checks})
            checks.append(Check(id=name, kind="relation", subject=one, value=relation.name, object=other, parents=needs))
    if wanted.background is not None:
        checks.append(Check(id="background", kind="background", subject="background", value=wanted.background))
    checks += [Check(id=_id("absent", noun), kind="absent", subject=noun) for noun in wanted.absent]
    return tuple(checks)


def _id(kind: str, words: str, taken: Iterable[str] = ()) -> str:
    name = f"{kind}_{words.replace(' ', '_')}"
    used = set(taken)
    return next(n for n in (name, *(f"{name}_{i}" for i in range(2, 50))) if n not in used)
