"""How each kind of check is answered: rules on what detector, segmenter and scorer say about one picture."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ..engine.errors import BadInput
from ..engine.world.scene import holds
from ..engine.world.vocabulary import BACKGROUNDS, COLOURS, NATURAL, SIZES
from .checks import WHOLE, Check, Evidence, Status, Verdict
from .errors import Unavailable
from .layouts import at_place
from .pixels import box_mask, differing
from .scene import Corners, centre, iou, sides

if TYPE_CHECKING:
    from PIL.Image import Image

DOUBT = 0.6  # share of the detector's threshold above which a box is neither seen nor unseen
TOUCHED = 0.02  # share of a thing's pixels that an edit must change to have touched it
SURE_COLOUR = 0.4  # confidence that settles a thing's colour; measured where the rule is (`perception/colours.py`)
MAYBE_COLOUR = 0.15  # below it the colour is certainly another
SMALL, NOT_SMALL = 0.36, 0.42  # longer side; the world draws small things up to 0.30 and others from 0.30 in a crowd
BIG, NOT_BIG = 0.56, 0.46
SURE_PLACE = 0.5  # share of the scorer's belief that settles the background
MAYBE_PLACE = 0.15
SAME, OTHER = 0.93, 0.7  # cosine of a concept's pictures and what is seen; other animals reach 0.88 on rendered scenes


def split_phrase(phrase: str) -> tuple[str, str | None, str]:
    """(size, colour, noun) of a noun phrase; the noun keeps every other word."""
    size, colour, rest = "", None, []
    for word in phrase.lower().split():
        if word in SIZES and word:
            size = word
        elif word in COLOURS:
            colour = word
        elif word not in ("a", "an", "the"):
            rest.append(word)
    return size, colour, " ".join(rest)


class Seen:
    """One picture under the eyes; what was looked at once is not looked at again.

    A thing that an edit did not touch is seen as it was before: what the eyes think of it now, beside something new, is their doubt and
    no work of the edit.

    Args:
        picture: RGB.
        eyes: detector, segmenter, scorer.
        checks: all that will be asked.
        before: the picture it was edited from.
        region: what the edit was free to change.
    """

    def __init__(
        self, picture: "Image", eyes: Any, checks: Sequence[Check] = (), before: "Image | None" = None, region: np.ndarray | None = None
    ) -> None:
        """Takes the picture; nothing is looked at yet."""
        self.picture = picture.convert("RGB")
        self.eyes = eyes
        self.checks = tuple(checks)
        self.before = before
        self.region = region
        self._found: dict[str, list[Any]] = {}
        self._masks: dict[Corners, np.ndarray] = {}

    # -- looking

    @cached_property
    def threshold(self) -> float:
        """The detector's own least score."""
        return float(getattr(self.eyes.detector, "threshold", 0.3))

    def candidates(self, phrase: str) -> list[Any]:
        """Everything that might be the phrase, best first, doubtful ones included.

        Raises:
            Unavailable: no eye was taught such a word, as that of a concept without pictures to know it by.
        """
        if phrase not in self._found:
            try:
                now = self.eyes.detector.detect(self.picture, [phrase], DOUBT * self.threshold)
            except BadInput as unknown:
                raise Unavailable(f"the eyes do not know {phrase!r}", str(unknown)) from unknown
            self._found[phrase] = now if self._earlier is None else self._as_before(now, self._earlier.candidates(phrase))
        return self._found[phrase]

    @cached_property
    def _earlier(self) -> "Seen | None":
        """The picture before the edit, where pixels can be compared with it."""
        return Seen(self.before, self.eyes) if self.before is not None and self.before.size == self.picture.size else None

    @cached_property
    def _changed(self) -> np.ndarray:
        """The pixels that the edit changed, (height, width) bool."""
        assert self.before is not None
        return differing(self.before, self.picture)

    def _as_before(self, now: Sequence[Any], then: Sequence[Any]) -> list[Any]:
        """What is seen now where something changed, and what was seen then where nothing did; best first."""
        assert self._earlier is not None
        stayed = [one for one in then if not self._touched(one.box, self._earlier)]
        new = [one for one in now if self._touched(one.box, self) and all(iou(one.box, old.box) < 0.5 for old in stayed)]
        return sorted([*stayed, *new], key=lambda one: -one.score)

    def _touched(self, box: Corners, seen: "Seen") -> bool:
        """Whether the edit changed what a box shows in one of the two pictures; a pixel or two of its outline do not count."""
        inside = self._changed & box_mask(box, self.picture.width, self.picture.height)
        return bool(inside.any()) and float(inside[outline].mean() if (outline := seen.mask(box)).any() else 1.0) > TOUCHED

    def found(self, phrase: str) -> list[Any]:
        """What certainly is the phrase, best first; a colour in it is settled by the pixels."""
        _, colour, noun = split_phrase(phrase)
        sure = [d for d in self.candidates(noun) if d.score >= self.threshold]
        if colour is None:
            return sure
        return [d for d in sure if self.colours(d.box).get(colour, 0.0) >= SURE_COLOUR]

    def mask(self, box: Corners) -> np.ndarray:
        """The outline of what a box shows; the ellipse in the box where there is no segmenter."""
        if box not in self._masks:
            try:
                mask = _tidied(np.asarray(self.eyes.segmenter.segment(self.picture, [box])[0], bool), box)
            except Unavailable:
                mask = _ellipse(box, self.picture.height, self.picture.width)
            self._masks[box] = mask if mask.any() else _ellipse(box, self.picture.height, self.picture.width)
        return self._masks[box]

    def colours(self, box: Corners) -> dict[str, float]:
        """How surely what a box shows has each colour: its share of the votes, less where the pixels lie far from the word's curve.

        So a dog as it is drawn is no red dog, though red is the nearest word for its brown.
        """
        from ..engine.perception.colours import FAR, colour_shares

        shares = colour_shares(self.picture, self.mask(box))
        return {name: share / (1 + float(np.exp((away - FAR) / 1.5))) for name, (share, away) in shares.items()}

    def backgrounds(self) -> dict[str, float]:
        """The scorer's belief in each background, given the things that are asked about."""
        subjects = [c.subject for c in self.checks if c.kind == "exists"][:2]
        things = " and ".join(f"a {s}" for s in subjects) or "an empty scene"
        logits = np.asarray(self.eyes.scorer.score(self.picture, [f"{things} {phrase}" for phrase in BACKGROUNDS.values()]))
        odds = np.exp(logits - logits.max())
        return dict(zip(BACKGROUNDS, (odds / odds.sum()).tolist(), strict=True))

    # -- answering

    def verdict(self, check: Check) -> Verdict:
        """Answers a check whose parents hold."""
        rules: dict[str, Callable[[Check], Verdict]] = {
            "exists": self._exists,
            "absent": self._absent,
            "count": self._count,
            "attribute": self._attribute,
            "relation": self._relation,
            "size": self._size,
            "background": self._background,
            "identity": self._identity,
            "style": self._style,
            "unchanged_outside": self._unchanged,
        }
        try:
            return rules[check.kind](check)
        except Unavailable as missing:
            return self._said(check, "unsure", missing.message)

    def _said(self, check: Check, status: Status, why: str, found: Sequence[Any] = (), eye: str = "", sure: float = 0.5) -> Verdict:
        boxes = tuple(tuple(float(v) for v in d.box) for d in found)
        scores = tuple(round(float(d.score), 4) for d in found)
        name = f"{getattr(self.eyes, 'name', '')} {eye}".strip()
        evidence = Evidence(boxes=boxes, scores=scores, eye=name, sentence=why)  # type: ignore[arg-type]
        return Verdict(check=check.id, kind=check.kind, status=status, confidence=round(min(max(float(sure), 0.0), 1.0), 4), evidence=evidence)

    def _exists(self, check: Check) -> Verdict:
        _, colour, noun = split_phrase(check.subject)
        if noun in self._concepts():
            return self._concept_exists(check, noun)
        sure = self.found(check.subject)
        if sure:
            return self._said(check, "pass", f"seen with {sure[0].score:.2f}", sure, "detector", sure[0].score)
        doubtful = self.candidates(noun)
        if doubtful and colour is None:
            return self._said(check, "unsure", f"something like it, with {doubtful[0].score:.2f} only", doubtful, "detector")
        if doubtful and any(self.colours(d.box).get(colour or "", 0.0) >= MAYBE_COLOUR for d in doubtful):
            return self._said(check, "unsure", f"a {noun}, perhaps {colour}", doubtful, "detector")
        return self._said(check, "fail", "not seen", (), "detector", 1 - self.threshold)

    def _absent(self, check: Check) -> Verdict:
        sure = self.found(check.subject)
        if sure:
            return self._said(check, "fail", f"seen with {sure[0].score:.2f}", sure, "detector", sure[0].score)
        return self._said(check, "pass", "not seen", (), "detector", 1 - self.threshold)

    def _count(self, check: Check) -> Verdict:
        wanted = int(check.value) if check.value.isdecimal() else 1
        sure = self.found(check.subject)
        if len(sure) == wanted:
            return self._said(check, "pass", f"{len(sure)} seen", sure, "detector", min(d.score for d in sure) if sure else 0.5)
        doubtful = self.candidates(split_phrase(check.subject)[2])
        if len(sure) < wanted <= len(doubtful):
            return self._said(check, "unsure", f"{len(sure)} seen, {len(doubtful) - len(sure)} doubtful", doubtful, "detector")
        return self._said(check, "fail", f"{len(sure)} seen, {wanted} wanted", sure, "detector", 0.7)

    def _attribute(self, check: Check) -> Verdict:
        things = self.found(check.subject)
        if not things:
            return self._said(check, "unsure", f"no {check.subject} to look at", (), "colour rule")
        if check.value not in COLOURS:
            return self._asked_scorer(check, f"a {check.value} {check.subject}", things)
        noun = split_phrase(check.subject)[2]
        shares = [self.colours(d.box) for d in things]
        least = min(share.get(check.value, 0.0) for share in shares)
        worst = min(shares, key=lambda share: share.get(check.value, 0.0))
        best = max(worst, key=lambda name: worst[name], default="")
        if least >= SURE_COLOUR:
            return self._said(check, "pass", f"{check.value} with {least:.2f}", things, "colour rule", least)
        if best == check.value or (NATURAL.get(noun) == check.value and least >= MAYBE_COLOUR):
            return self._said(check, "unsure", f"perhaps {check.value}, with {least:.2f}", things, "colour rule")
        status: Status = "fail" if least < MAYBE_COLOUR else "unsure"
        other = worst.get(best, 0.0)
        return self._said(check, status, f"{best} with {other:.2f}, {check.value} with {least:.2f}", things, "colour rule", other)

    def _asked_scorer(self, check: Check, words: str, things: Sequence[Any] = ()) -> Verdict:
        sure = self.eyes.scorer.yes(self.picture, words)
        status: Status = "pass" if sure >= 0.75 else "fail" if sure <= 0.25 else "unsure"
        return self._said(check, status, f"{words}: {sure:.2f}", things, "scorer", max(sure, 1 - sure))

    def _relation(self, check: Check) -> Verdict:
        if check.object == WHOLE:
            return self._at_side(check)
        ones, others = self.found(check.subject), self.found(check.object)
        if not ones or not others:
            return self._said(check, "unsure", f"no {check.subject if not ones else check.object} to look at", (), "detector")
        if check.value not in ("left of", "right of", "above", "below"):
            return self._said(check, "unsure", f"{check.value!r} is no relation that can be measured", ones, "detector")
        pairs = [(a, b) for a in ones for b in others if a.box != b.box]
        if pairs and all(holds(check.value, a.box, b.box) for a, b in pairs):
            return self._said(check, "pass", f"{check.value} by the boxes", ones, "detector", min(ones[0].score, others[0].score))
        if pairs and all(_leans(check.value, a.box, b.box) for a, b in pairs):
            return self._said(check, "unsure", f"a little {check.value}", ones, "detector")
        return self._said(check, "fail", f"not {check.value} by the boxes", ones, "detector", 0.8)

    def _at_side(self, check: Check) -> Verdict:
        things = self.found(check.subject)
        if not things:
            return self._said(check, "unsure", f"no {check.subject} to look at", (), "detector")
        x, y = centre(things[0].box)
        status: Status = "pass" if all(at_place(d.box, check.value) for d in things) else "fail"
        return self._said(check, status, f"its middle is at {x:.2f}, {y:.2f} of the picture", things, "detector", things[0].score)

    def _size(self, check: Check) -> Verdict:
        things = self.found(check.subject)
        if not things:
            return self._said(check, "unsure", f"no {check.subject} to look at", (), "detector")
        side = max(sides(things[0].box))
        if check.value == "small":
            status: Status = "pass" if side <= SMALL else "fail" if side >= NOT_SMALL else "unsure"
        elif check.value == "big":
            status = "pass" if side >= BIG else "fail" if side <= NOT_BIG else "unsure"
        else:
            status = "unsure"
        return self._said(check, status, f"its longer side is {side:.2f} of the picture", things, "detector", 0.8)

    def _background(self, check: Check) -> Verdict:
        value = check.value or check.subject
        if value not in BACKGROUNDS:
            return self._asked_scorer(check, value)
        belief = self.backgrounds()
        best = max(belief, key=lambda name: belief[name])
        share = belief[value]
        status: Status = "pass" if share >= SURE_PLACE else "fail" if share <= MAYBE_PLACE else "unsure"
        return self._said(check, status, f"{best} with {belief[best]:.2f}, {value} with {share:.2f}", (), "scorer", max(share, 1 - share))

    def _style(self, check: Check) -> Verdict:
        if getattr(self.eyes, "name", "") == "embedded":
            return self._said(check, "unsure", "the embedded world has one style, and its eyes know no other", (), "scorer")
        return self._asked_scorer(check, f"a picture in the style of {check.value}")

    # -- concepts

    def _concepts(self) -> dict[str, Any]:
        known = getattr(self.eyes, "concepts", None)
        return known() if callable(known) else {}

    def _concept_exists(self, check: Check, name: str) -> Verdict:
        likeness, box = self.likeness(name)
        status: Status = "pass" if likeness >= SAME else "fail" if likeness <= OTHER else "unsure"
        found = [_Thing(box, likeness)] if status != "fail" else []
        return self._said(check, status, f"likeness {likeness:.2f}", found, "scorer", likeness)

    def _identity(self, check: Check) -> Verdict:
        noun = split_phrase(check.subject)[2]
        if noun not in self._concepts():
            return self._said(check, "unsure", f"no concept {noun!r} is known to the eyes", (), "scorer")
        return self._concept_exists(check, noun)

    def likeness(self, name: str) -> tuple[float, Corners]:
        """The best cosine of a concept's pictures with a part of this one, and where."""
        references = np.asarray(self._concepts()[name], float)  # (pictures, width)
        best, where = -1.0, (0.0, 0.0, 1.0, 1.0)
        for box in _windows():
            embedded = np.asarray(self.eyes.scorer.embed(_crop(self.picture, box)), float)
            cosine = float((references @ embedded).max())
            if cosine > best:
                best, where = cosine, box
        return best, where

    # -- preservation

    def _unchanged(self, check: Check) -> Verdict:
        if self.before is None or self.region is None:
            return self._said(check, "not_asked", "there is nothing to compare with")
        if self.region.all():
            return self._said(check, "not_asked", "the edit was free to change the whole picture")
        old, new = np.asarray(self.before.convert("RGB"), int), np.asarray(self.picture, int)
        if old.shape != new.shape or self.region.shape != old.shape[:2]:
            return self._said(check, "fail", f"the size changed from {old.shape[1]}×{old.shape[0]}", (), "pixels", 1.0)
        outside = np.abs(old - new).max(-1)[~self.region]
        most = int(outside.max()) if outside.size else 0
        why = "no pixel outside the region changed" if most == 0 else f"a pixel outside the region changed by {most} of 255"
        return self._said(check, "pass" if most == 0 else "fail", why, (), "pixels", 1.0)


class _Thing:
    """A box and how sure somebody is of it."""

    def __init__(self, box: Corners, score: float) -> None:
        self.box, self.score = box, score


def _tidied(mask: np.ndarray, box: Corners) -> np.ndarray:
    """An outline without crumbs: what lies in or right beside the box, in pieces of a fair size, without pinholes."""
    from scipy.ndimage import binary_fill_holes, label

    from .pixels import widened

    height, width = mask.shape
    near = mask & widened(box_mask(box, width, height), max(2, round(0.04 * width)))
    pieces, count = label(near)
    if count > 1:
        sizes = np.bincount(pieces.ravel())[1:]
        near = np.isin(pieces, 1 + np.flatnonzero(sizes >= 0.15 * sizes.max()))
    return np.asarray(binary_fill_holes(near) & near.any(), bool)


def _ellipse(box: Corners, height: int, width: int) -> np.ndarray:
    (cx, cy), (w, h) = centre(box), sides(box)
    x, y = (np.arange(width) + 0.5) / width, (np.arange(height) + 0.5) / height
    inside = ((x[None] - cx) / max(w / 2, 1e-6)) ** 2 + ((y[:, None] - cy) / max(h / 2, 1e-6)) ** 2 <= 0.64
    return np.asarray(inside, bool)


def _leans(relation: str, a: Corners, b: Corners) -> bool:
    (ax, ay), (bx, by) = centre(a), centre(b)
    return {"left of": ax < bx, "right of": ax > bx, "above": ay < by, "below": ay > by}[relation]


def _windows() -> list[Corners]:
    """The whole picture and overlapping parts of it."""
    boxes: list[Corners] = [(0.0, 0.0, 1.0, 1.0)]
    for side, count in ((0.7, 3), (0.5, 4)):
        step = (1 - side) / (count - 1)
        boxes += [(i * step, j * step, i * step + side, j * step + side) for i in range(count) for j in range(count)]
    return boxes


def _crop(picture: "Image", box: Corners) -> "Image":
    width, height = picture.size
    left, top = round(box[0] * width), round(box[1] * height)
    return picture.crop((left, top, max(round(box[2] * width), left + 1), max(round(box[3] * height), top + 1)))


