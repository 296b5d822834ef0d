"""What a scene is once a change is made: pure functions on what a picture is wanted to show."""

from .instructions import Change
from .wording import Relation, Wanted, Wish


def index_of(scene: Wanted, wish: Wish) -> int | None:
    """Which wish of the scene is meant."""
    same = [i for i, t in enumerate(scene.things) if t.noun == wish.noun]
    fits = [i for i in same if wish.colour in (None, scene.things[i].colour)]
    return (fits or same or [None])[0]  # type: ignore[list-item]


def swapped(scene: Wanted, old: Wish, new: Wish | None) -> Wanted:
    """The scene with one wish replaced, or gone; relations that still make sense stay."""
    index = index_of(scene, old)
    things = list(scene.things)
    if index is None:
        return scene if new is None else scene.model_copy(update={"things": (*things, new)})
    if new is not None:
        things[index] = new
        return scene.model_copy(update={"things": tuple(things)})
    if things[index].count > old.count:
        things[index] = things[index].model_copy(update={"count": things[index].count - old.count})
        return scene.model_copy(update={"things": tuple(things)})
    kept = [r for r in scene.relations if index not in (r.subject, r.object)]
    moved_up = tuple(r.model_copy(update={"subject": r.subject - (r.subject > index), "object": r.object - (r.object > index)}) for r in kept)
    return scene.model_copy(update={"things": tuple(things[:index] + things[index + 1 :]), "relations": moved_up})


def one_apart(scene: Wanted, wish: Wish, change: Change) -> Wanted:
    """The scene with one of several alike as a wish of its own, before the rest, where one is meant."""
    index = index_of(scene, wish)
    if not change.which or index is None or scene.things[index].count < 2:
        return scene
    one, rest = (scene.things[index].model_copy(update={"count": count}) for count in (1, scene.things[index].count - 1))
    things = (*scene.things[:index], one, rest, *scene.things[index + 1 :])
    later = tuple(r.model_copy(update={"subject": r.subject + (r.subject > index), "object": r.object + (r.object > index)}) for r in scene.relations)
    return scene.model_copy(update={"things": things, "relations": later})


def grown(scene: Wanted, new: Wish) -> Wanted:
    """The scene with more things; of the same kind and colour they are counted together."""
    same = next((i for i, t in enumerate(scene.things) if (t.noun, t.colour) == (new.noun, new.colour)), None)
    things = list(scene.things)
    if same is not None:
        things[same] = things[same].model_copy(update={"count": min(things[same].count + new.count, 4)})
    else:
        things.append(new)
    absent = tuple(noun for noun in scene.absent if noun != new.noun)
    return scene.model_copy(update={"things": tuple(things), "absent": absent})


def coloured(scene: Wanted, wish: Wish, change: Change) -> Wish:
    """The wish in another colour, as many as are meant."""
    index = index_of(scene, wish)
    known = wish if index is None else scene.things[index]
    return known.model_copy(update={"colour": change.value} | ({"count": 1} if change.which else {}))


def related(scene: Wanted, wish: Wish, where: str, other: Wish | None) -> Wanted:
    """The scene with a new relation to another thing, if there is one, and without what was said about the old place."""
    index = index_of(scene, wish)
    if index is None:
        return scene
    kept = [r for r in scene.relations if index not in (r.subject, r.object)]
    at = index_of(scene, other) if other is not None else None
    if at is not None and at != index:
        kept.append(Relation(subject=index, name=where, object=at))
    return scene.model_copy(update={"relations": tuple(kept)})
