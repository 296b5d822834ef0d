"""The page that is written from the record: every figure with its interval, sample and mark, grids, and what was tried."""

from collections.abc import Mapping

from ...intervals import Estimate
from .record import MARKS, Part, figures_of, marks_of, table

# Part -> its heading, and what its figures are.
SECTIONS: dict[str, tuple[str, str]] = {
    "eyes": (
        "The eyes",
        "On renders after the autoencoder's round trip with a little noise on the latents, and on renders that the painter "
        "painted over (`_painted`). `detector`, `segmenter` and `scorer` are the critic's eyes, which the agent uses; `judge` "
        "is the second set, a convolutional network of other seeds and other data that only benchmarks may import (a test holds"
        ' that), measured by the same code. `_coloured` figures are those of phrases such as "red car"; `wrong_colour` is the '
        "share of found things on which another colour scores highest, `fires_on_other_colour` the share of (coloured thing, "
        "other colour) whose phrase fires above the detector's threshold. `scorer.recall` is recall@1 of pictures among 100 scenes "
        "by their captions, `scorer.recall_of_text` of captions by their pictures. `segmenter_rendered` is on renders "
        "as they are, where its mark is: the difference from `segmenter` is what the autoencoder and the noise take from outlines, most of "
        "all from fireworks (by thing below).",
    ),
    "pixels": (
        "Autoencoder and upscaler",
        "`autoencoder.colours` is the share of coloured things whose colour the colour rule names right after the round trip "
        "(`colours_before`: in the render). The upscaler enlarges what the autoencoder gives back; `gain` is in decibels inside"
        " objects over Lanczos. `ringing` is how far a picture goes beyond what is really near an edge, relative to bilinear "
        "enlargement, which cannot ring: 1 is none.",
    ),
    "painter": (
        "The painter",
        "Plain sampling: one shot, guidance and nothing else, judged by the judge alone. The kinds of prompts are GenEval's "
        "(arXiv:2310.11513) carried over to the world, so the figures compare with each other and with no published one. "
        "Intervals are bootstrapped over prompts. `ceiling` is the same judge on renders of the prompts after the autoencoder's"
        " round trip, `floor` on renders of other prompts of the kind.",
    ),
    "grids": (
        "Pictures",
        "As a person gets to see them, enlarged four times: things that are recognised are drawn anew where they, shrunk, look like "
        "what was painted, the rest is the network's (`engine/recall.py`). All other figures of the painter are of the small pictures.",
    ),
    "spread": (
        "Likeness, diversity, memory",
        "Distances in the judge's features (mean of its fused features over the picture), so none of them is an FID or LPIPS. "
        "`frechet.renders` is the distance between two sets of renders of the same prompts: what sampling alone gives. "
        "`diversity` is how far two seeds of a prompt are apart, relative to two renders of it. `memory` is the distance to the"
        " nearest training scene relative to that of fresh renders (1: no nearer than chance; near 0: copies), and `copies` the"
        " share of pictures nearer than the nearest hundredth of fresh renders.",
    ),
    "agreement": (
        "Can the eyes be trusted?",
        "As many facts that are so as facts that are not, put to both sets of eyes. On renders and painted-over renders the "
        "truth is known; the labelled pictures are a random sample of painted ones that a person labelled without seeing the "
        "prompts (`docs/world/pictures.png`, `labels.json`). In pairs the false colour is mostly the other thing's. A label "
        "says nothing of where things are, so relations are not asked there.",
    ),
    "cost": (
        "What it costs",
        "Wall time of one picture, 64 pixels, decoded, on an otherwise busy or idle machine as the load says; megabytes of all "
        "embedded weights.",
    ),
}

TABLED = ("agreement",)  # parts whose tables say all that their figures say; the record has both


def page(parts: Mapping[str, Part], tried: str, folder: str) -> str:
    """Writes the page.

    Args:
        parts: what was measured.
        tried: the section on what was tried, in Markdown.
        folder: of the grids, as seen from the page.
    """
    lines = [
        "# The embedded world's models: what was measured",
        "",
        f"Written by `pentimento bench world --write` from `{folder}/figures.json`; each part says the sizes and seeds with which it "
        "was measured. All scenes and prompts are drawn from seeds that neither training nor calibration uses. Values stand with "
        "95 % bootstrap intervals; n counts independent units (scenes or prompts).",
        "",
        "## Marks",
        "",
        _marked(parts),
    ]
    for name, (title, text) in SECTIONS.items():
        lines += ["", f"## {title}", "", text, ""]
        if name not in parts:
            lines.append("Not measured yet.")
            continue
        part = parts[name]
        said = "; ".join(f"{key}: {value}" for key, value in part.made.items())
        lines.append(f"`pentimento bench world --parts {name}`: {said}.")
        lines += [] if name in TABLED or not part.figures else ["", _listed(part.figures)]
        for heading, rows in part.tables.items():
            lines += ["", f"### {heading}", "", table(rows)]
        for file, caption in part.grids.items():
            lines += ["", f"![{file}]({folder}/{file})", "", caption]
    return "\n".join([*lines, "", tried.strip(), ""])


def _marked(parts: Mapping[str, Part]) -> str:
    figures = figures_of(parts)
    reached = marks_of(figures)
    words = {True: "yes", False: "**no**", None: "not measured"}
    rows = [["figure", "mark", "value", "95 % interval", "n", "reached"]]
    for mark in MARKS:
        cells = _cells(figures[mark.figure]) if mark.figure in figures else ["", "", ""]
        rows.append([mark.figure, str(mark), *cells, words[reached[mark.figure]] + (" (an aim)" if mark.aim else "")])
    return table(rows)


def _listed(figures: Mapping[str, Estimate]) -> str:
    return table([["figure", "value", "95 % interval", "n"], *([name, *_cells(estimate)] for name, estimate in figures.items())])


def _cells(estimate: Estimate) -> list[str]:
    return [f"{estimate.value:.3f}", f"{estimate.low:.3f} – {estimate.high:.3f}", str(estimate.count)]
