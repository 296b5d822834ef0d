"""The situations in which utterances are read, as sessions that went so far: real events, though nobody painted them."""

import hashlib
from collections.abc import Sequence

from ....tools.checks import Verdict
from ....tools.promises import checks_of
from ....tools.wording import Relation, Wanted, Wish
from ...run import Acted, Answered, Asked, Call, Decided, Event, Judged, Moved, Opened, Promised, Run, Stopped

CONCEPTS = {"EMPTY": (), "TWO": ("bo",), "MANY": ("bo",), "TWINS": (), "GIVEN": ("bo",), "MASKED": ("bo",)}
"""What has been learned in each context."""


def handle(kind: str, words: str) -> str:
    """A handle of the form that the store gives."""
    return f"{kind}:{hashlib.sha256(words.encode()).hexdigest()[:16]}"


GIVEN = {
    "GIVEN": tuple(handle("image", f"given {number}") for number in (1, 2, 3)),
    "MASKED": (handle("image", "given"), handle("mask", "drawn")),
}
"""What comes with the utterance, where something does."""

CASTLE = Wanted(things=(Wish(noun="castle"),), background="meadow")
CAR = Wanted(things=(Wish(noun="car", colour="red"),), background="meadow")
CAR_AND_DOG = Wanted(things=(*CAR.things, Wish(noun="dog")), background="meadow")
CATS = Wanted(things=(Wish(noun="cat", colour="blue", count=2),), background="beach")
CATS_AND_HOUSE = Wanted(things=(*CATS.things, Wish(noun="house")), background="beach")
BALLOON = Wanted(things=(*CATS_AND_HOUSE.things, Wish(noun="balloon", colour="red")), background="beach")
BALLOON_ABOVE = BALLOON.model_copy(update={"relations": (Relation(subject=2, name="above", object=1),)})
TWINS = Wanted(things=(Wish(noun="dog", colour="red"), Wish(noun="dog", colour="blue"), Wish(noun="tree")), background="snow")


def context(name: str, text: str) -> Run:
    """A session in which the utterance was just said.

    Args:
        name: EMPTY, TWO, MANY, TWINS, GIVEN or MASKED.
        text: the utterance.
    """
    story = _Story(name)
    match name:
        case "EMPTY":
            pass
        case "TWINS":
            story.paints("a red dog, a blue dog and a tree in the snow", TWINS)
        case "MANY":
            story.paints("a castle in a meadow", CASTLE)
            story.names("castle")
            story.paints("two blue cats on the beach", CATS)
            story.edits("add a house", CATS_AND_HOUSE)
            story.names("draft")
            story.edits("add a red balloon", BALLOON)
            story.edits("move the balloon above the house", BALLOON_ABOVE, failing="count_cat", tries=2)
        case _:
            story.paints("a red car in a meadow", CAR)
            story.names("start")
            story.edits("add a dog", CAR_AND_DOG)
    return Run(events=(*story.events, Asked(text=text, pictures=GIVEN.get(name, ()))))


class _Story:
    """Writes the events of turns that went well."""

    def __init__(self, name: str) -> None:
        self.events: list[Event] = [Opened(session=name.lower(), seed=1, profile="embedded", version="0")]
        self.steps = 0
        self.head: int | None = None
        self.image = ""

    def paints(self, text: str, wanted: Wanted) -> None:
        self._turn(text, "generate", {"prompt": text}, wanted)

    def edits(self, text: str, wanted: Wanted, failing: str = "", tries: int = 1) -> None:
        self._turn(text, "edit", {"image": self.image, "instruction": text}, wanted, failing, tries)

    def names(self, name: str) -> None:
        call = Call(id="p1", tool="name_picture", args={"name": name})
        self.events += [Asked(text=f"call this {name}"), Decided(calls=(call,)), Moved(head=self.head, why="name", name=name, call="p1")]
        self._ends("answered")

    def _turn(self, text: str, tool: str, args: dict[str, str], wanted: Wanted, failing: str = "", tries: int = 1) -> None:
        """A turn that paints; the first of its tries is kept, later ones are turned down."""
        checks = checks_of(wanted)
        verdicts = [Verdict(check=c.id, kind=c.kind, status="fail" if c.id == failing else "pass") for c in checks]
        self.events += [Asked(text=text)]
        kept = self.steps + 1
        parent = self.head
        for number in range(1, tries + 1):
            self.steps += 1
            call = Call(id=f"p{number}", tool=tool, args=args)
            image = handle("image", f"step {self.steps}")
            result = {"image": image, "seed": self.steps} | ({"region": handle("mask", f"step {self.steps}")} if tool == "edit" else {})
            acted = Acted(step=self.steps, call=call, key=str(self.steps), parent=parent, outputs=(image,), result=result, said="done")
            self.events += [Decided(calls=(call,)), acted, Decided()]
            if number == 1:
                self.events += [Promised(wanted=wanted.model_dump(mode="json"), checks=checks)]
                self.image = image
            self.events += [Judged(step=self.steps, image=image, verdicts=tuple(verdicts), accepted=number == 1)]
        self.head = kept
        self.events += [Moved(head=kept, why="kept")]
        self._ends("no_gain" if failing else "satisfied")

    def _ends(self, reason: str) -> None:
        self.events += [Answered(text="Done."), Stopped(reason=reason)]


def contexts() -> Sequence[str]:
    """Names of all contexts."""
    return tuple(CONCEPTS)
