"""Two pictures of a session: from their numbers to what `compare` and `merge` need, and what a merged picture has to show.

The edit graph knows which pictures an edit started from and what it was free to change, so nobody has to say it.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from ..tools.checks import Check
from ..tools.promises import checks_of
from ..tools.wording import MOST, Relation, Wanted, Wish
from .errors import CannotMerge
from .graph import image_of, kept, place
from .run import IMPORT, Acted, Promised, Run
from .turn import planners

PAIRS = frozenset({"compare", "merge"})
Key = tuple[str, str | None, str, str | None]  # a wish without its number
Fact = tuple[str, str, str, str]  # a check without its name


def filled(tool: str, args: Any, run: Run) -> Any:
    """The arguments of a call, completed where it is about two pictures.

    Pictures that are named by number or name become handles. `compare` gets the promises of both and what they are called; `merge` gets
    the picture that both were made from, and what the edits since then were free to change. What the call says itself stays.

    Raises:
        NoSuchPicture: there is none of that number or name.
        CannotMerge: the two are no two edits of one picture.
    """
    if tool not in PAIRS or not isinstance(args, dict):
        return args
    named = {name: _handle(args[name], run) for name in ("first", "second") if name in args}
    args = {**args, **named}
    first, second = named.get("first"), named.get("second")
    if not isinstance(first, str) or not isinstance(second, str):
        return args  # the tool says what is missing
    if tool == "compare":
        checks = [c.model_dump(mode="json") for c in _both_ledgers(run, first, second)]
        return {"checks": checks, "names": (_named(run, first), _named(run, second)), **args}
    return args if args.get("base") is not None else {**args, **_common(run, first, second)}


def _handle(named: Any, run: Run) -> Any:
    """The handle of a picture that a call names in any of the ways a person does."""
    if isinstance(named, bool) or not isinstance(named, int | str) or str(named).startswith("image:"):
        return named
    return image_of(run, kept(run, named))


# -- what two pictures share ----------------------------------------------------------------------------------------------------------


def _common(run: Run, first: str, second: str) -> dict[str, Any]:
    """The nearest picture that both were edited from, and the masks of what was free to change on the way to each.

    Raises:
        CannotMerge: there is none, or one was made from the other.
    """
    ours, theirs = _ancestors(run, first), _ancestors(run, second)
    one, other = _named(run, first), _named(run, second)
    if first == second:
        raise CannotMerge(f"{one} and {other} are the same picture", "name two different pictures")
    if second in ours or first in theirs:
        later, earlier = (one, other) if second in ours else (other, one)
        raise CannotMerge(f"{later} was made from {earlier}, so it has the changes of both already", f"go on with {later}")
    shared = [image for image in ours if image in theirs]
    if not shared:
        raise CannotMerge(f"{one} and {other} have no picture in common: {_origin(run, first, ours)}, {_origin(run, second, theirs)}")
    base = min(shared, key=lambda image: len(ours[image]) + len(theirs[image]))
    return {"base": base, "first_regions": list(ours[base]), "second_regions": list(theirs[base])}


def _ancestors(run: Run, image: str) -> dict[str, tuple[str, ...]]:
    """Every picture that one was edited from, with the masks of what was free to change on the way; the picture itself comes first."""
    makers = {s.image: s for s in reversed(run.steps) if s.image is not None}
    found: dict[str, tuple[str, ...]] = {image: ()}
    waiting = [image]
    while waiting:
        at = waiting.pop(0)
        step = makers.get(at)
        for before, masks in _links(step) if step is not None else ():
            if before not in found:
                found[before] = tuple(dict.fromkeys((*found[at], *masks)))
                waiting.append(before)
    return found


def _links(step: Acted) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The pictures that a step changed, each with the masks outside of which it is still that picture."""
    args, region = step.call.args or {}, step.result.get("region")
    if not isinstance(region, str):
        return
    if step.call.tool == "merge":
        yield str(args["base"]), (region,)
        yield str(args["first"]), tuple(args.get("second_regions") or (region,))
        yield str(args["second"]), tuple(args.get("first_regions") or (region,))
    elif isinstance(args.get("image"), str):
        yield args["image"], (region,)


def _named(run: Run, image: str) -> str:
    """A picture as the user counts, or its handle."""
    numbers = [number for number, step in enumerate(place(run).pictures, 1) if image_of(run, step) == image]
    return f"picture {numbers[0]}" if numbers else image


def _origin(run: Run, image: str, ancestors: dict[str, tuple[str, ...]]) -> str:
    """Where the line of a picture begins, in words."""
    root = list(ancestors)[-1]
    maker = next((s for s in run.steps if s.image == root), None)
    how = "is a picture of yours" if maker is None or maker.call.tool == IMPORT else "was painted from nothing"
    return f"{_named(run, image)} {how}" if root == image else f"{_named(run, image)} goes back to {_named(run, root)}, which {how}"


# -- what they promise ----------------------------------------------------------------------------------------------------------------


def promised_by_both(run: Run) -> Promised | None:
    """The ledger of a turn whose planner merged two pictures: what both promise, less what one of them took away. None in other turns."""
    made = planners(run.turn)
    if not made or made[0].call.tool != "merge":
        return None
    args = made[0].call.args or {}
    base, first, second = (_promise(run, str(args[name])) for name in ("base", "first", "second"))
    if base is None or first is None or second is None:
        return Promised(source="nobody")
    scenes = [None if p.wanted is None else Wanted.model_validate(p.wanted) for p in (base, first, second)]
    if scenes[0] is not None and scenes[1] is not None and scenes[2] is not None:
        scene = merged_scene(scenes[0], scenes[1], scenes[2])
        return Promised(wanted=scene.model_dump(mode="json"), checks=checks_of(scene), source=first.source)
    old = {_fact(c) for c in base.checks}
    ours, theirs = {_fact(c) for c in first.checks}, {_fact(c) for c in second.checks}
    facts = _three_way(old, ours, theirs)
    return Promised(checks=_joined([c for c in (*first.checks, *second.checks) if _fact(c) in facts]), source=first.source)


def _promise(run: Run, image: str) -> Promised | None:
    """What a kept picture was made to show; nothing where nobody said, None where the picture was never kept."""
    here = place(run)
    steps = [step for step in here.pictures if image_of(run, step) == image]
    return here.promised.get(steps[0], Promised(source="nobody")) if steps else None


def merged_scene(base: Wanted, first: Wanted, second: Wanted) -> Wanted:
    """The scene that has what either changed about a base: numbers of things add up, the rest is there if it was added or never taken away."""
    counts = [_counts(scene) for scene in (base, first, second)]
    number = {key: counts[1][key] + counts[2][key] - counts[0][key] for key in dict.fromkeys((*counts[1], *counts[2]))}
    things = {key: Wish(noun=key[0], colour=key[1], size=key[2], place=key[3], count=min(n, MOST)) for key, n in number.items() if n > 0}
    relations = _three_way(*(_relations(scene) for scene in (base, first, second)))
    at = {key: index for index, key in enumerate(things)}
    absent = _three_way(*(set(scene.absent) for scene in (base, first, second)))
    return Wanted(
        things=tuple(things.values()),
        relations=tuple(
            Relation(subject=at[one], name=name, object=at[other])
            for one, name, other in sorted(relations, key=str)
            if one in at and other in at and one != other
        ),
        background=first.background if first.background != base.background else second.background,
        absent=tuple(sorted(noun for noun in absent if all(noun != key[0] for key in things))),
    )


def _counts(scene: Wanted) -> Counter[Key]:
    counts: Counter[Key] = Counter()
    for wish in scene.things:
        counts[_key(wish)] += wish.count
    return counts


def _key(wish: Wish) -> Key:
    return wish.noun, wish.colour, wish.size, wish.place


def _relations(scene: Wanted) -> set[tuple[Key, str, Key]]:
    return {(_key(scene.things[r.subject]), r.name, _key(scene.things[r.object])) for r in scene.relations}


def _three_way(base: set[Any], first: set[Any], second: set[Any]) -> set[Any]:
    """What both have, and what one of them has that the base had not."""
    return (first & second) | (first - base) | (second - base)


def _both_ledgers(run: Run, first: str, second: str) -> tuple[Check, ...]:
    """Every check that either picture was made for."""
    promises = [p for p in (_promise(run, image) for image in (first, second)) if p is not None]
    return _joined([check for promise in promises for check in promise.checks])


def _joined(checks: Sequence[Check]) -> tuple[Check, ...]:
    """Checks of two ledgers as one: what both ask stands there once, and names that mean different things are told apart."""
    facts: dict[Fact, Check] = {}
    names: dict[str, Fact] = {}
    for check in checks:
        fact = _fact(check)
        if fact in facts:
            continue
        name = next(n for n in (check.id, *(f"{check.id}_{i}" for i in range(2, len(checks) + 2))) if n not in names)
        names[name] = fact
        facts[fact] = check.model_copy(update={"id": name})
    return tuple(check.model_copy(update={"parents": tuple(p for p in check.parents if p in names)}) for check in facts.values())


def _fact(check: Check) -> Fact:
    return check.kind, check.subject, check.value, check.object
