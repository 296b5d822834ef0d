"""Learns a concept from a few pictures, so that it can be painted by name."""

import time
from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import Field

from ..engine.world.vocabulary import OBJECTS
from .artifacts import ImageHandle
from .concepts import ConceptCard, check_name
from .errors import Unavailable
from .lexicon import SYNONYMS
from .painting import native
from .scene import Corners, area
from .seeing import Seen
from .tool import Args, Result, tool
from .wording import PLURALS

if TYPE_CHECKING:
    import torch
    from PIL.Image import Image

    from .studio import Studio

class Customize(Args):
    """What to learn."""

    images: tuple[ImageHandle, ...] = Field(min_length=1, max_length=5)
    """One to five pictures of the thing."""
    name: str = Field(min_length=1, max_length=32)
    """How prompts will call it: letters, digits and _, and no word that is known already."""
    noun: str = Field(default="thing", min_length=1, max_length=40)
    """What kind of thing it is: "dog"."""
    method: Literal["lora", "textual_inversion"] = "lora"
    """`lora` learns a word and a small change of the painter, and holds shapes better; `textual_inversion` learns a word only."""
    seed: int | None = Field(default=None, ge=0, lt=2**63)
    """Repeats the training."""
    steps: int | None = Field(default=None, ge=1, le=5000)
    """More steps are slower and hold the pictures more closely."""


class Learned(Result):
    """A new concept in the library."""

    concept: str
    """Its name."""
    noun: str
    """The known kind of thing that it started from."""
    method: str
    """How it was learned."""
    seconds: float
    """How long it took."""
    fingerprint: str
    """Names the learned weights."""
    seed: int
    """Learns it again."""

    @property
    def sentence(self) -> str:
        """What can be done now, for a reader."""
        return f'Learned "{self.concept}" in {self.seconds:.0f} s, starting from {self.noun!r}. Use its name in a prompt.'


@tool(
    needs="one to five pictures of one thing",
    when="Use it when the user shows a thing of their own and wants it painted somewhere else.",
    uses=("painter",),
)
def customize(args: Customize, studio: "Studio") -> Learned:
    """Learn a thing from a few pictures under a name; prompts can use the name from then on."""
    from ..engine.concepts import STEPS, learn_concept

    name = check_name(args.name.strip().lower())
    images = [native(handle, studio) for handle in args.images]
    seed = studio.seed() if args.seed is None else args.seed
    steps = args.steps or STEPS[args.method]
    masks = [subject_mask(image, args.noun, studio) for image in images]
    noun = known_noun(args.noun, images, studio)
    began = time.perf_counter()
    weights = learn_concept(
        studio.painter,
        images,
        noun,
        method=args.method,
        steps=steps,
        masks=masks,
        seed=seed,
        progress=lambda done, of, _loss: studio.progress(done, of) if studio.progress else None,
        cancelled=studio.cancelled,
    )
    tensors = weights.tensors()
    references = _references(images, masks, studio)
    if references is not None:
        tensors["references"] = references
    card = ConceptCard(
        name=name, noun=noun, method=args.method, painter=studio.painter_fingerprint, images=args.images, seed=seed, steps=steps
    )
    kept = studio.concepts.save(card, tensors)
    return Learned(
        concept=name, noun=noun, method=args.method, seconds=round(time.perf_counter() - began, 2), fingerprint=kept.fingerprint, seed=seed
    )


def known_noun(said: str, images: "list[Image]", studio: "Studio") -> str:
    """A kind of thing that the painter knows: the one that was said, or the one that the pictures look most like."""
    word = SYNONYMS.get(said.lower().strip(), said.lower().strip())
    word = PLURALS.get(word, word)
    if not studio.settings.embedded or word in studio.objects():
        return word
    names = list(studio.objects())
    try:
        scores = np.mean([studio.eyes.scorer.score(image, [f"a {name}" for name in names]) for image in images], axis=0)
    except Unavailable:
        return names[0]
    return names[int(np.argmax(scores))]


def subject_mask(image: "Image", noun: str, studio: "Studio") -> np.ndarray:
    """The outline of what a picture is of: what answers to the noun, else what stands in the middle."""
    seen = Seen(image, studio.eyes)
    whole: Corners = (0.1, 0.1, 0.9, 0.9)
    try:
        found = seen.found(noun.lower()) if not studio.settings.embedded or noun.lower() in OBJECTS else []
        box = max((d.box for d in found), key=area) if found else whole
        return seen.mask(box)
    except Unavailable:
        return seen.mask(whole)


def _references(images: "list[Image]", masks: list[np.ndarray], studio: "Studio") -> "torch.Tensor | None":
    """Embeddings of the thing in each picture, by which it is recognised; None where there is no eye for it."""
    import torch

    from .pixels import box_of, widened

    rows = []
    try:
        for image, mask in zip(images, masks, strict=True):
            left, top, right, bottom = box_of(widened(mask, 2))
            crop = image.crop((round(left * image.width), round(top * image.height), round(right * image.width), round(bottom * image.height)))
            rows += [torch.as_tensor(studio.eyes.scorer.embed(crop)), torch.as_tensor(studio.eyes.scorer.embed(image))]
    except Unavailable:
        return None
    return torch.stack(rows).float()
