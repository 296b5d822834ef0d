"""What the agent is asked in the suites of `pentimento bench agent`: requests of the world with what must be so afterwards.

Source: LMD's four skills (Lian et al. 2023, arXiv:2305.13655, section 4), GenEval's kinds (Ghosh et al. 2023, arXiv:2310.11513), ConceptMix
(Wu et al. 2024, arXiv:2408.14339: k concepts in one prompt, solved only if all are there), PIE-Bench (Ju et al. 2023, arXiv:2310.01506).
Differs: nouns, colours and wordings are the embedded world's, so no figure is one of theirs; prompts are made by rules.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ...engine.proofs.world.facts import Fact
from ...engine.proofs.world.tasks import KINDS, tasks_of
from ...engine.world import COLOURS, OBJECTS, Scene, canonical_caption, sample_scene
from ...engine.world.edits import KINDS as EDITS
from ...engine.world.edits import EditPair, edit_pair
from ...engine.world.vocabulary import BACKGROUNDS, RELATIONS
from ...tools.checks import Check
from ...tools.promises import checks_of
from ...tools.wording import Relation, Wanted, Wish, caption_of
from ..grammar.requests import Add, Intent, Move, Recolour, Remove, Replace
from ..offline import instruction

SEED = 9_912_421  # no training, calibration or other figure draws from it
LMD = ("negation", "numeracy", "attribution", "spatial")
GENEVAL = tuple(kind for kind in KINDS if kind != "background")
MOST = 6  # concepts in one prompt


@dataclass(frozen=True)
class Task:
    """Something to be asked.

    Attributes:
        suite: its name.
        category: within the suite.
        number: within the category.
        requests: what is said, turn by turn.
        checks: what must hold in the end, by the judge.
        edit: for an edit of a given picture, the true pair.
    """

    suite: str
    category: str
    number: int
    requests: tuple[str, ...]
    checks: tuple[Check, ...]
    edit: EditPair | None = field(default=None, compare=False)

    @property
    def name(self) -> str:
        """Names the task in records."""
        return f"{self.suite}/{self.category}/{self.number}"


def check_of(fact: Fact, number: int) -> Check:
    """A fact as a check of the ledger."""
    if fact.kind == "background":
        return Check(id=f"c{number}", kind="background", subject="background", value=fact.value)
    kind = "attribute" if fact.kind == "colour" else fact.kind
    return Check(id=f"c{number}", kind=kind, subject=fact.noun, value=fact.value, object=fact.other)


def _checks(facts: Sequence[Fact]) -> tuple[Check, ...]:
    return tuple(check_of(fact, number) for number, fact in enumerate(facts))


def lmd(names: Sequence[str], count: int) -> list[Task]:
    """Negation, numeracy, attribution, spatial."""
    kinds = {"numeracy": "counting", "attribution": "colour binding", "spatial": "position"}
    tasks = [
        Task("lmd", skill, number, (one.prompt,), _checks(one.facts))
        for skill, kind in kinds.items()
        for number, one in enumerate(tasks_of(kind, names, count, SEED))
    ]
    rng = np.random.default_rng([SEED, 1])
    for number in range(count):
        scene = sample_scene(rng, names=tuple(names), kind="pair", sizes=(1.0, 0.0, 0.0))
        first, second = scene.things
        said = canonical_caption(Scene((first,), scene.background, scene.seed, None, second.name))
        facts = (Check(id="c0", kind="exists", subject=first.name), Check(id="c1", kind="absent", subject=second.name))
        tasks.append(Task("lmd", "negation", number, (said,), facts))
    return tasks


def geneval(names: Sequence[str], count: int) -> list[Task]:
    """GenEval's six kinds."""
    return [
        Task("geneval", kind, number, (one.prompt,), _checks(one.facts))
        for kind in GENEVAL
        for number, one in enumerate(tasks_of(kind, names, count, SEED))
    ]


def conceptmix(names: Sequence[str], count: int) -> list[Task]:
    """One to six concepts in a prompt: things, colours, a number, a relation, a background."""
    tasks = []
    for k in range(1, MOST + 1):
        rng = np.random.default_rng([SEED, 2, k])
        for number in range(count):
            wanted = _mixed(rng, names, k)
            checks = tuple(c for c in checks_of(wanted) if c.kind != "count" or c.value != "1")
            tasks.append(Task("conceptmix", f"k={k}", number, (caption_of(wanted),), checks))
    return tasks


def _mixed(rng: np.random.Generator, names: Sequence[str], k: int) -> Wanted:
    """A wanted scene of k concepts; each thing is one, and so is all else that is said of it."""
    order = [str(name) for name in rng.permutation(list(names))]
    wanted = Wanted(things=(Wish(noun=order[0]),))
    while _concepts(wanted) < k:
        things = list(wanted.things)
        bare = [i for i, t in enumerate(things) if t.colour is None and OBJECTS[t.noun].colourable]
        match str(rng.choice(("thing", "colour", "background", "relation", "count"))):
            case "thing" if len(things) < 3:
                wanted = wanted.model_copy(update={"things": (*things, Wish(noun=order[len(things)]))})
            case "colour" if bare:
                at = int(rng.choice(bare))
                things[at] = things[at].model_copy(update={"colour": str(rng.choice(list(COLOURS)))})
                wanted = wanted.model_copy(update={"things": tuple(things)})
            case "background" if wanted.background is None:
                wanted = wanted.model_copy(update={"background": str(rng.choice([b for b in BACKGROUNDS if b != "plain"]))})
            case "relation" if len(things) > 1 and not wanted.relations and things[0].count == 1:
                wanted = wanted.model_copy(update={"relations": (Relation(subject=0, name=str(rng.choice(RELATIONS)), object=1),)})
            case "count" if things[0].count == 1 and not wanted.relations and len(things) < 3:
                things[0] = things[0].model_copy(update={"count": int(rng.integers(2, 4))})
                wanted = wanted.model_copy(update={"things": tuple(things)})
            case _:
                continue  # this one is used up: another is drawn
    return wanted


def _concepts(wanted: Wanted) -> int:
    said = sum(1 + (t.colour is not None) + (t.count > 1) for t in wanted.things)
    return said + len(wanted.relations) + (wanted.background is not None)


def repairing(names: Sequence[str], count: int) -> list[Task]:
    """What plain painting gets wrong: numbers, relations, and three to six concepts in a prompt."""
    hard = [t for t in lmd(names, count) if t.category in ("numeracy", "spatial")]
    hard += [t for t in conceptmix(names, count) if t.category in ("k=3", "k=4", "k=5", "k=6")]
    return [replace(task, suite="repairing") for task in hard]


def editing(names: Sequence[str], count: int) -> list[Task]:
    """Instructions on given pictures, of six kinds."""
    tasks = []
    for kind in EDITS:
        rng = np.random.default_rng([SEED, 3, EDITS.index(kind)])
        for number in range(count):
            pair = edit_pair(rng, kind=kind, names=tuple(names))
            tasks.append(Task("editing", kind, number, (pair.instruction,), (), pair))
    return tasks


Step = Callable[[np.random.Generator, Wanted, Sequence[str]], Intent]


def _free(wanted: Wanted, names: Sequence[str], rng: np.random.Generator) -> str:
    used = {t.noun for t in wanted.things} | set(wanted.absent)
    return str(rng.choice([name for name in names if name not in used]))


def _coloured(rng: np.random.Generator, wanted: Wanted, names: Sequence[str]) -> Intent:
    thing = next((t for t in wanted.things if OBJECTS[t.noun].colourable), None)
    if thing is None:
        return _added(rng, wanted, names)
    return Recolour(thing, str(rng.choice([c for c in COLOURS if c != thing.colour])))


def _added(rng: np.random.Generator, wanted: Wanted, names: Sequence[str]) -> Intent:
    return Add(Wish(noun=_free(wanted, names, rng)))


def _replaced(rng: np.random.Generator, wanted: Wanted, names: Sequence[str]) -> Intent:
    return Replace(wanted.things[-1], Wish(noun=_free(wanted, names, rng)))


def _removed(rng: np.random.Generator, wanted: Wanted, names: Sequence[str]) -> Intent:
    return Remove(wanted.things[0])


def _moved(rng: np.random.Generator, wanted: Wanted, names: Sequence[str]) -> Intent:
    if len(wanted.things) < 2:
        return _added(rng, wanted, names)
    return Move(wanted.things[0], str(rng.choice(("left of", "right of"))), wanted.things[1])


TURNS: tuple[Step, ...] = (_coloured, _added, _replaced, _removed, _added, _coloured, _moved)


def sessions(names: Sequence[str], count: int) -> list[Task]:
    """Eight turns: a picture, and seven edits of it."""
    from ..scenes import after

    tasks = []
    for number in range(count):
        rng = np.random.default_rng([SEED, 4, number])
        scene = sample_scene(rng, names=tuple(names), kind="pair", sizes=(1.0, 0.0, 0.0))
        wanted = Wanted(things=tuple(Wish(noun=t.name, colour=t.colour) for t in scene.things), background=scene.background)
        requests = [caption_of(wanted)]
        for step in TURNS:
            intent = step(rng, wanted, names)
            requests.append(instruction(intent, wanted))
            changed = after(wanted, intent)
            assert changed is not None
            wanted = changed
        tasks.append(Task("sessions", "eight turns", number, tuple(requests), checks_of(wanted)))
    return tasks


SUITES: dict[str, Callable[[Sequence[str], int], list[Task]]] = {
    "lmd": lmd,
    "geneval": geneval,
    "conceptmix": conceptmix,
    "editing": editing,
    "sessions": sessions,
    "repairing": repairing,
}
"""Name -> makes so many tasks of each category."""
