"""Prompt-to-prompt on a picture: painted again from its recipe, or from the noise that inversion finds, with the new words beside it."""

from typing import TYPE_CHECKING, Any

from .painting import Reading, told, wanted_from

if TYPE_CHECKING:
    from PIL.Image import Image

    from .canvas import Canvas

INVERTED = 25  # least steps of an inversion and of the way back, which only DDIM can go
REPEATABLE = ("plain", "layout_guidance")  # ways of painting that two lanes can repeat side by side


def known_recipe(canvas: "Canvas") -> bool:
    """Whether the picture can be painted again exactly: it came straight from words, and by this painter."""
    recipe = canvas.recipe or {}
    return (
        recipe.get("tool") == "generate"
        and recipe.get("technique") in REPEATABLE
        and "like" not in recipe
        and recipe.get("painter") == canvas.studio.painter_fingerprint
        and recipe.get("solver") == canvas.studio.settings.solver
        and wanted_from(recipe) is not None
    )


def can_share(canvas: "Canvas") -> bool:
    """Whether prompt-to-prompt has what it needs: a recipe, or words for what the picture shows."""
    return known_recipe(canvas) or bool(canvas.said)


def shared_attention(canvas: "Canvas", target: Reading, old: str, new: str) -> "Image":
    """The picture under new words, with the attention of the old ones.

    Args:
        canvas: the picture.
        target: the new words.
        old: noun that changes.
        new: what it becomes; the same noun where only its colour changes.
    """
    from ..engine import Schedule, encode_images
    from ..engine.solvers import DDIM
    from ..engine.techniques import ClassifierFree, LocalBlend, Pinning, PromptToPrompt, invert

    studio = canvas.studio
    scale = studio.settings.guidance_scale
    recipe = canvas.recipe or {}
    exact = known_recipe(canvas)
    scene = wanted_from(recipe) if exact else canvas.scene
    assert scene is not None
    source = told(scene, studio)
    prompts = {"source": source.words, "target": target.words}
    blend = LocalBlend((_said(source, old),), (_said(target, new),))
    sharing = PromptToPrompt(local=blend, self_attention=0.4 if exact else 0.5)
    if exact:
        steps = int(recipe["steps"])
        techniques = [*target.concepts, ClassifierFree(scale, recipe.get("negative") or None), *_layouts(recipe, source, target, old, new), sharing]
        return studio.sample(prompts, techniques=techniques, schedule=Schedule(steps), seed=int(recipe["seed"])).images[1]
    schedule = Schedule(canvas.steps or max(studio.settings.steps, INVERTED))
    latents = encode_images(studio.painter, [canvas.image])
    way = invert(studio.painter, latents, source.words, schedule=schedule, techniques=list(source.concepts), cancelled=studio.cancelled)
    studio.engine_calls += schedule.steps
    techniques = [*target.concepts, ClassifierFree(scale), sharing, Pinning(way, "source")]
    painted = studio.sample(prompts, techniques=techniques, schedule=schedule, solver=DDIM(), seed=canvas.seed, start=way.end, noise=_noise_of(way))
    return painted.images[1]


def _noise_of(way: Any) -> Any:
    """Both lanes begin at the end of the inversion, so they share whatever noise the run draws."""
    return way.end.latents


def _said(reading: Reading, noun: str) -> str:
    """The word of a caption for a noun; local blend wants one word."""
    if reading.wanted is not None:
        for wish, words in zip(reading.wanted.things, reading.nouns, strict=True):
            if wish.noun == noun:
                return words
    return noun


def _layouts(recipe: Any, source: Reading, target: Reading, old: str, new: str) -> list[Any]:
    """The recipe's layout guidance, in both lanes."""
    from ..engine.techniques import LayoutGuidance

    boxes = [(str(phrase), tuple(float(v) for v in box)) for phrase, box in recipe.get("boxes", [])]
    if recipe.get("technique") != "layout_guidance" or not boxes:
        return []
    mine, theirs = _said(source, old), _said(target, new)
    # In the target the changed thing goes by its new noun; its colour may have changed too, so the noun alone is led.
    led = [(theirs if phrase.split()[-1] == mine else phrase, box) for phrase, box in boxes]
    return [LayoutGuidance(tuple(boxes), lane="source"), LayoutGuidance(tuple(led), lane="target")]
