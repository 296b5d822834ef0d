"""Training resumes exactly and exports what plain diffusers loads."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from pentimento.engine.training import stage as stages
from pentimento.engine.training.stage import Stage, train


class Line(Stage):
    """A toy stage: learns y = 3x."""

    name = "line"
    learning_rate = 0.3
    decay = 0.9
    steps = 120
    bf16 = False
    measure_every = 40

    def build(self) -> torch.nn.Module:
        return torch.nn.Linear(1, 1)

    def data(self, rng: np.random.Generator) -> Iterator[tuple[torch.Tensor, ...]]:
        while True:
            x = torch.from_numpy(rng.normal(size=(8, 1))).float()
            yield x, 3 * x

    def loss(self, model: torch.nn.Module, batch: tuple[torch.Tensor, ...]) -> torch.Tensor:
        return (model(batch[0]) - batch[1]).square().mean()

    def measure(self, model: torch.nn.Module) -> dict[str, float]:
        return {"slope": float(next(model.parameters()).detach())}

    def export(self, model: torch.nn.Module) -> None:
        torch.save(model.state_dict(), stages.STATE / "line.exported")


def test_a_stage_trains_resumes_and_stops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stages, "STATE", tmp_path)
    monkeypatch.setattr(stages, "EMBEDDED", tmp_path)
    threads = torch.get_num_threads()
    first = Line()
    first.steps = 60  # type: ignore[misc]
    assert train(first, minutes=1).step == 60
    done = train(Line(), minutes=1)
    torch.set_num_threads(threads)
    assert done.step == 120  # went on from 60
    assert done.last is not None and abs(done.last["slope"] - 3) < 0.5
    assert (tmp_path / "line.exported").exists()
    assert train(Line(), minutes=1).step == 120  # nothing left to do
    torch.set_num_threads(threads)


@pytest.mark.parametrize(("width", "begins_at"), [(1, 60), (2, 0)])
def test_shipped_weights_of_another_architecture_are_no_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, width: int, begins_at: int) -> None:
    monkeypatch.setattr(stages, "STATE", tmp_path)
    monkeypatch.setattr(stages, "EMBEDDED", tmp_path)

    class Shipped(Line):
        def shipped(self) -> dict[str, torch.Tensor]:
            return torch.nn.Linear(width, 1).state_dict()

    stage = Shipped()
    stage.record().parent.mkdir()
    stage.record().write_text('{"step": 60, "seconds": 1.0, "last": null}')
    threads = torch.get_num_threads()
    assert train(stage, minutes=0).step == begins_at
    torch.set_num_threads(threads)


def test_word_masks_point_at_the_words() -> None:
    from pentimento.engine.training.painter import word_masks
    from pentimento.engine.world import Scene, Thing, canonical_caption, render

    scene = Scene((Thing("car", "red", "small", (0.1, 0.5, 0.4, 0.7)), Thing("cat", None, "", (0.5, 0.5, 0.9, 0.9))), "meadow", 1)
    text = canonical_caption(scene)
    masks = word_masks(scene, render(scene).masks, text)
    words = ["<start>", *text.split()]
    placed = {words[i] for i in range(len(words)) if masks[i].any()}
    assert placed == {"small", "red", "car", "cat"}
    assert masks[words.index("red")].argmax() % 16 < 8 <= masks[words.index("cat")].argmax() % 16
