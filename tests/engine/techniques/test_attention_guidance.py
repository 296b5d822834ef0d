"""Attend-and-Excite and layout guidance: what their losses measure, and that they fall."""

import pytest
import torch

from pentimento.engine import Model, Schedule, Step, Window, sample
from pentimento.engine.errors import BadInput, WordNotFound
from pentimento.engine.shapes import Latents
from pentimento.engine.technique import Run, Technique
from pentimento.engine.techniques import AttendAndExcite, LayoutGuidance
from pentimento.engine.techniques.guidance.attend_and_excite import excitation
from pentimento.engine.techniques.layout.layout_guidance import coverage

LEFT = (0.0, 0.0, 0.5, 1.0)


class Watch(Technique):
    """Reads one loss of another technique at the end of its steps."""

    seen: list[float] = []

    def prediction(self, predicted, x: Latents, step: Step, run: Run):  # type: ignore[no-untyped-def]
        """Notes the energy of the first technique that has one, on the latent as it is now."""
        from pentimento.engine.energies import Shown

        for technique in run.techniques:
            for energy in technique.energies(step):
                shown = Shown(run.denoise(x, step, lanes=run.lanes(step).only("positive"), record=energy.record), step, run)
                self.seen.append(float(energy.loss(shown).sum()))
        return predicted


def energy_after(model: Model, technique: Technique) -> float:
    watch = Watch()
    Watch.seen = []
    sample(model, "a cat and a dog", techniques=[technique, watch], schedule=Schedule(3), seed=4)
    return sum(Watch.seen) / len(Watch.seen)


@pytest.mark.parametrize(
    ("gentle", "eager"),
    [
        (AttendAndExcite(("cat", "dog"), stride=1e-6, window=Window()), AttendAndExcite(("cat", "dog"), stride=0.1, window=Window())),
        (
            LayoutGuidance((("cat", LEFT),), stride=1e-6, rounds=3, enough=0, window=Window()),
            LayoutGuidance((("cat", LEFT),), stride=0.05, rounds=3, enough=0, window=Window()),
        ),
    ],
    ids=["AttendAndExcite", "LayoutGuidance"],
)
def test_the_loss_is_lower_where_the_latent_moved(tiny_sd: Model, gentle: Technique, eager: Technique) -> None:
    assert energy_after(tiny_sd, eager) < energy_after(tiny_sd, gentle)


def test_excitation_is_one_where_a_word_has_a_place_of_its_own_and_low_where_words_share() -> None:
    maps = torch.full((6, 8, 8), 0.01)
    maps[2, 1:5, 1:5] = 0.9
    own, none = excitation(maps, (2, 3), last=4, temperature=100.0)
    assert own > 0.95
    assert none < 0.5


def test_padding_behind_the_last_word_does_not_compete() -> None:
    maps = torch.full((8, 8, 8), 0.01)
    maps[6:] = 0.9
    maps[2, 2:6, 2:6] = 0.1
    assert excitation(maps, (2,), last=4, temperature=100.0) > 0.9


def test_boxes_cover_cells_by_area_and_a_thin_box_keeps_one_cell() -> None:
    assert coverage((0.0, 0.0, 0.5, 1.0), 4, 4).sum() == 8
    assert coverage((0.0, 0.0, 0.375, 1.0), 4, 4)[0].tolist() == [1.0, 0.5, 0.0, 0.0]
    thin = coverage((0.99, 0.5, 1.0, 0.51), 4, 4)
    assert thin.sum() == pytest.approx(1.0)
    assert thin[:, 3].sum() == pytest.approx(1.0)


def test_a_phrase_given_twice_means_its_next_occurrence(tiny_sd: Model) -> None:
    twice = LayoutGuidance((("cat", LEFT), ("cat", (0.5, 0.0, 1.0, 1.0))))
    sample(tiny_sd, "a cat and a cat", techniques=[twice], schedule=Schedule(1))
    with pytest.raises(WordNotFound, match="2×"):
        sample(tiny_sd, "a cat and a dog", techniques=[twice], schedule=Schedule(1))


@pytest.mark.parametrize("box", [(0.5, 0.0, 0.5, 1.0), (0.0, 0.0, 1.2, 1.0), (0.6, 0.0, 0.4, 1.0)])
def test_a_box_that_is_none_is_refused(box: tuple[float, float, float, float]) -> None:
    with pytest.raises(BadInput, match="box of 'cat'"):
        LayoutGuidance((("cat", box),))


def test_words_are_needed() -> None:
    with pytest.raises(BadInput, match="at least one word"):
        AttendAndExcite(())
