"""What noun phrases mean in the picture: "the dog", "it", "the other one", "both". Says so where they mean nothing, or too much."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ...tools.wording import MOST, Wish
from .phrases import Phrase
from .requests import Context, Intent, NotUnderstood, Which


class Unreadable(Exception):
    """A part of a request that cannot be read; carries what to say about it."""

    def __init__(self, intent: Intent) -> None:
        super().__init__("unreadable")
        self.intent = intent


@dataclass(frozen=True)
class Sight:
    """What can be referred to.

    Attributes:
        context: of the request.
        last: what "it" means.
        fresh: whether that was said in this request.
    """

    context: Context
    last: tuple[Wish, ...] = ()
    fresh: bool = False

    @property
    def things(self) -> tuple[Wish, ...]:
        """What the picture was made to show."""
        return self.context.wanted.things if self.context.wanted is not None else ()

    def shows(self, phrase: Phrase) -> bool:
        """Whether a phrase means something that the picture shows."""
        return phrase.pronoun or bool(self._fitting(phrase))

    def kin(self, phrase: Phrase) -> tuple[Wish, ...]:
        """The shown things of a phrase's noun, whatever their colour."""
        return tuple(t for t in self.things if t.noun == phrase.noun)

    def present(self, phrase: Phrase) -> tuple[Wish, ...]:
        """The shown things that a phrase means.

        Raises:
            Unreadable: there is none, or one is meant and there are several.
        """
        if phrase.pronoun:
            return self._pronoun(phrase)
        if self.context.wanted is None:
            if not self.context.picture:
                raise Unreadable(NotUnderstood(missing=phrase.words))
            return (self.new(phrase),) if phrase.noun else self._pronoun(phrase)
        fits = self._fitting(phrase)
        if not fits:
            raise Unreadable(NotUnderstood(missing=phrase.words))
        if phrase.ordinal is not None:
            each = [wish for wish in fits for _ in range(wish.count)]
            if not -1 <= phrase.ordinal - 1 < len(each) and phrase.ordinal != -1:
                raise Unreadable(NotUnderstood(missing=phrase.words))
            return (each[phrase.ordinal - 1 if phrase.ordinal > 0 else -1],)
        several = phrase.plural and phrase.count in (None, sum(f.count for f in fits))
        fits = tuple(dict.fromkeys(fits))  # two that are alike, each at a place of its own, are one kind of thing
        if len(fits) == 1 or several:
            return fits
        for chosen in (self.context.chosen, self.last if self.fresh else ()):
            meant = tuple(wish for wish in fits if wish in chosen)
            if meant:
                return meant
        raise Unreadable(Which(phrase.noun or "one", fits))

    def one(self, phrase: Phrase) -> Wish:
        """The one kind of thing that a phrase means; the first where it means several."""
        return self.present(phrase)[0]

    def _fitting(self, phrase: Phrase) -> tuple[Wish, ...]:
        alike = tuple(t for t in self.things if (not phrase.noun or t.noun == phrase.noun) and phrase.colour in (None, t.colour))
        fits = tuple(t for t in alike if phrase.size in ("", t.size)) or tuple(t for t in alike if not t.size)  # nobody said how large that is
        if phrase.extra == "other" and self.last:
            others = tuple(t for t in fits if t not in self.last)
            return tuple(t for t in others if any(t.noun == w.noun for w in self.last)) or others  # "the red dog … and the other one"
        return fits

    def _pronoun(self, phrase: Phrase) -> tuple[Wish, ...]:
        here = tuple(wish for wish in self.last if self.fresh or wish in self.things)
        if phrase.extra == "both" and self._two(here):
            return self._two(here)
        if phrase.extra == "of" and phrase.count == 1 and len(here if len(here) > 1 else self.things) > 1 and not (here and here[0].count > 1):
            raise Unreadable(Which("one", here if len(here) > 1 else self.things))  # "one of them"
        several = len(here) > 1 or (here and here[0].count > 1)
        if phrase.plural and len(self.things) > 1 and not several:
            return self.things
        if here:
            return here
        if self.context.chosen:
            return self.context.chosen
        if len(self.things) == 1:
            return self.things
        if not self.context.picture:
            raise Unreadable(NotUnderstood(missing=phrase.words))
        raise Unreadable(Which(phrase.words, self.things))

    def _two(self, here: Sequence[Wish]) -> tuple[Wish, ...]:
        """What "both" means: the two of the kind that was named just now, or of the only kind of which there are two."""
        number = Counter[str]()
        for wish in self.things:
            number[wish.noun] += wish.count
        named = {w.noun for w in here} if self.fresh else set()
        kinds = [noun for noun in (named if len(named) == 1 else ()) if number[noun] > 1] or [noun for noun, count in number.items() if count == 2]
        if len(kinds) != 1 or (not self.fresh and len({w.noun for w in here}) > 1):
            return ()
        return tuple(dict.fromkeys(t for t in self.things if t.noun == kinds[0]))

    def new(self, phrase: Phrase) -> Wish:
        """A phrase as a wish for something that may not be there yet.

        Raises:
            Unreadable: it names nothing, or more than the world can show.
        """
        count = phrase.count or (2 if phrase.plural and phrase.noun else 1)
        if not phrase.noun or count > MOST:
            raise Unreadable(NotUnderstood(unknown=(phrase.number or str(count) if count > MOST else phrase.words,)))
        return Wish(noun=phrase.noun, colour=phrase.colour, size=phrase.size, count=count)

    def after(self, mentioned: Sequence[Wish]) -> "Sight":
        """The same, once something was mentioned."""
        return Sight(self.context, tuple(dict.fromkeys(mentioned)), True) if mentioned else self
