"""Editing and concepts: prompt-to-prompt, blended latent diffusion, LoRA, textual inversion."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import torch

from ..concepts import Method, learn_concept
from ..latents import decode, encode_images, latent_mask
from ..perception.detector import Box
from ..perception.likeness import histogram, outside, psnr
from ..technique import Technique
from ..techniques.editing.blended_latent_diffusion import BlendedLatentDiffusion
from ..techniques.editing.prompt_to_prompt import LocalBlend, PromptToPrompt
from ..world.captions import with_article
from ..world.render import render
from ..world.scene import Scene, Thing, place
from .bench import Bench, Unit
from .report import Figure, figure, no_arms

# Fixed before any figure was seen, from the notes on each paper.
BACKGROUND_DECIBELS = 6.0
KEPT_SUCCESS = 0.85  # of what plain sampling of the target prompt reaches
IDENTITY_GAIN = 0.10


def prove_prompt_to_prompt(bench: Bench) -> Iterable[Figure]:
    """A recoloured word leaves the rest of the picture; the attention of another scene must not."""

    def recolouring(source: Unit, target: Unit) -> Technique:
        return PromptToPrompt(local=LocalBlend(tuple(source.phrases[0].split()), tuple(target.recoloured.split())))

    for judge in bench.judges:
        arms, success = no_arms(), no_arms()
        for unit, other in zip(bench.units, bench.units[1:] + bench.units[:1], strict=True):
            source = bench.paint(unit.prompt, unit.seed)
            box = judge.find(source, unit.phrases[0])
            if box is None:
                continue
            where = outside(box, source.size)
            if not where.any():
                continue
            pictures = {
                "plain": bench.paint(unit.target, unit.seed),
                "method": bench.lanes({"source": unit.prompt, "target": unit.target}, unit.seed, recolouring(unit, unit))[1],
                "shuffled": bench.lanes({"source": other.prompt, "target": unit.target}, unit.seed, recolouring(other, unit))[1],
            }
            for arm, picture in pictures.items():
                arms[arm].append(psnr(picture, source, where))
                success[arm].append(float(judge.find(picture, unit.recoloured) is not None and judge.find(picture, unit.phrases[0]) is None))
        if arms["plain"]:
            rates = {arm: float(np.mean(values)) for arm, values in success.items()}
            guard = f"recoloured {rates['method']:.2f}, regenerating {rates['plain']:.2f}"
            claim, told = "dB of the rest against the source", rates["plain"] > 0
            found = figure(PromptToPrompt, "arXiv:2208.01626", claim, judge.name, arms, BACKGROUND_DECIBELS, informative=told, guard=guard)
            kept = rates["method"] >= KEPT_SUCCESS * rates["plain"]
            yield found if kept or found.verdict != "holds" else replace(found, verdict="fails")
    unit = bench.units[0]
    bench.check_zero(PromptToPrompt(), {"source": unit.prompt, "target": unit.target})


def prove_blended(bench: Bench) -> Iterable[Figure]:
    """Repainting a region leaves the rest of a rendered picture and shows the new thing; a mirrored mask must not."""
    rest, success = no_arms(), {judge.name: no_arms() for judge in bench.judges}
    left, right = (0.04, 0.25, 0.48, 0.75), (0.52, 0.25, 0.96, 0.75)
    for unit in bench.units:
        things = (
            Thing(unit.names[1], unit.colours[1], "", place(unit.names[1], 0.4, (0.26, 0.5))),
            Thing(unit.names[0], unit.colours[0], "", place(unit.names[0], 0.4, (0.74, 0.5))),
        )
        picture = render(Scene(things, "plain", unit.seed)).image
        source = encode_images(bench.model, [picture])
        ceiling = decode(bench.model, source)[0]

        def repainting(box: Box, source: torch.Tensor = source, size: tuple[int, int] = picture.size) -> Technique:
            return BlendedLatentDiffusion(source, latent_mask(~outside(box, size, 0), bench.model))

        pictures = {
            "plain": bench.paint(unit.target, unit.seed),
            "method": bench.paint(unit.target, unit.seed, repainting(right)),
            "shuffled": bench.paint(unit.target, unit.seed, repainting(left)),
        }
        where = outside(right, picture.size)
        for arm, image in pictures.items():
            rest[arm].append(psnr(image, ceiling, where))
            for judge in bench.judges:
                box = judge.find(image, unit.recoloured)
                success[judge.name][arm].append(float(box is not None and (box[0] + box[2]) / 2 > 0.5))
        if not bench.zero.get("BlendedLatentDiffusion"):
            bench.check_zero(repainting(right), unit.target)
    rates = "; ".join(f"new thing in the region by {n}: {np.mean(a['method']):.2f}, plain {np.mean(a['plain']):.2f}" for n, a in success.items())
    yield figure(BlendedLatentDiffusion, "arXiv:2206.02779", "dB outside the mask", "pixels", rest, BACKGROUND_DECIBELS, guard=rates)


SUBJECTS = (("mushroom", "apple"), ("fish", "car"))  # held out of training, and a noun that the painter knows


def prove_concepts(bench: Bench, steps: int) -> Iterable[Figure]:
    """A learned word paints the colours of its pictures; a word learned from other pictures must not."""
    rng = np.random.default_rng(3)
    pictures = {}
    for name, _ in SUBJECTS:
        drawn = [(float(rng.uniform(0.45, 0.65)), (float(rng.uniform(0.35, 0.65)), float(rng.uniform(0.4, 0.6)))) for _ in range(5)]
        things = [Thing(name, None, "", place(name, side, centre)) for side, centre in drawn]
        pictures[name] = [render(Scene((thing,), "plain", i)).image for i, thing in enumerate(things)]
    methods: tuple[tuple[Method, str], ...] = (("lora", "arXiv:2106.09685"), ("textual_inversion", "arXiv:2208.01618"))
    for method, source in methods:
        learned = {name: learn_concept(bench.model, pictures[name], noun, "<c0>", method, steps) for name, noun in SUBJECTS}
        arms = no_arms()
        for (name, noun), (other, _) in zip(SUBJECTS, SUBJECTS[::-1], strict=True):
            reference = np.mean([histogram(picture) for picture in pictures[name]], axis=0)
            for seed in range(max(2, len(bench.units) // 2)):
                painted = {
                    "plain": bench.paint(with_article(noun), seed),
                    "method": bench.paint("a <c0>", seed, *learned[name].techniques()),
                    "shuffled": bench.paint("a <c0>", seed, *learned[other].techniques()),
                }
                for arm, picture in painted.items():
                    arms[arm].append(float(np.minimum(histogram(picture), reference).sum()))
        technique = learned[SUBJECTS[0][0]].techniques()[-1]
        bench.check_zero(technique, "a dog")
        guard = f"{steps} steps, {len(SUBJECTS)} subjects"
        yield figure(type(technique), source, "overlap of colour histograms", "pixels", arms, IDENTITY_GAIN, guard=guard)
