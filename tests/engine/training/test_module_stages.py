"""What is trained beside the frozen painter is what is worn afterwards; data is what its names say."""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from pentimento.engine.perception.detector import Detection
from pentimento.engine.perception.edits import new_thing, was_made
from pentimento.engine.sampling import sample
from pentimento.engine.schedule import Schedule
from pentimento.engine.techniques import IPAdapter
from pentimento.engine.training import image_encoder, image_prompt, inpaint, instruct, low_rank
from pentimento.engine.training import stage as stages
from pentimento.engine.training.frozen import FrozenPainter
from pentimento.engine.training.image_prompt import ImagePrompt
from pentimento.engine.training.inpaint import draw_asked, draw_region
from pentimento.engine.training.instruct import draw_pair, region_cells, word_places
from pentimento.engine.training.low_rank import Adapter, state_of
from pentimento.engine.training.pool import Pool
from pentimento.engine.training.queue import load
from pentimento.engine.training.repainting import paintable, painter
from pentimento.engine.training.stage import train
from pentimento.engine.world import OBJECTS, Scene, render, sample_scene
from pentimento.engine.world.edits import KINDS
from pentimento.engine.world.tokenizer import MAX_LENGTH

TEXTS = ["a red car", "make the dog blue"]


@pytest.fixture(scope="module")
def frozen() -> FrozenPainter:
    return FrozenPainter()


def noise(channels: int, seed: int) -> torch.Tensor:
    return torch.randn(2, channels, 16, 16, generator=torch.Generator().manual_seed(seed))


def stirred(module: torch.nn.Module) -> None:
    torch.manual_seed(0)
    for parameter in module.parameters():
        if not parameter.detach().any():
            torch.nn.init.normal_(parameter.data, std=0.02)


def through(frozen: FrozenPainter, adapter: Adapter, shown: torch.Tensor) -> torch.Tensor:
    with torch.no_grad(), adapter.worn(frozen, shown):
        text = frozen.text_encoder(frozen.ids(TEXTS))[0]
        return frozen.velocity(noise(4, 1), torch.tensor([400, 400]), text)


def test_an_untrained_adapter_changes_nothing(frozen: FrozenPainter) -> None:
    adapter = Adapter(frozen, 5, 4, words=True)
    plain = frozen.velocity(noise(4, 1), torch.tensor([400, 400]), frozen.read(frozen.ids(TEXTS)))
    assert torch.allclose(through(frozen, adapter, noise(5, 2)), plain, atol=1e-5)
    assert torch.allclose(frozen.velocity(noise(4, 1), torch.tensor([400, 400]), frozen.read(frozen.ids(TEXTS))), plain, atol=1e-6)


def test_what_was_trained_beside_the_layers_is_what_is_worn(frozen: FrozenPainter) -> None:
    adapter = Adapter(frozen, 4, 4, words=True)
    stirred(adapter)
    shown, model = noise(4, 2), painter()
    said = through(frozen, adapter, shown)
    worn = adapter.weights()
    assert {name.split(".")[0] for name in worn.layers} == {"unet", "text_encoder"}
    with torch.no_grad(), worn.worn(model):
        texts = torch.stack([text.embeddings for text in model.encode_text(TEXTS)])
        again = model.unet(torch.cat([noise(4, 1), shown], 1), torch.tensor([400, 400]), texts).sample
    assert (said - again).abs().max() <= 1e-3 * said.abs().max()
    kept = adapter.state_dict()
    back = state_of(worn)
    assert kept.keys() == back.keys() and all(torch.equal(kept[name], back[name]) for name in kept)


def test_gradients_reach_the_adapter_and_not_the_painter(frozen: FrozenPainter) -> None:
    adapter = Adapter(frozen, 4, 4)
    drawn = frozen.noised(noise(4, 3))
    with adapter.worn(frozen, noise(4, 2)):
        drawn.error(frozen.velocity(drawn.x, drawn.steps, frozen.read(frozen.ids(TEXTS)))).backward()
    assert adapter.columns.grad is not None and adapter.columns.grad.abs().max() > 0
    assert all(layer.up.weight.grad is not None for layer in adapter.layers.values())  # type: ignore[union-attr]
    assert all(parameter.grad is None for parameter in frozen.unet.parameters())


def test_an_image_prompt_in_training_is_the_technique_in_use(frozen: FrozenPainter) -> None:
    prompt = ImagePrompt(frozen, 6)
    stirred(prompt)
    embeddings = torch.randn(2, 6, generator=torch.Generator().manual_seed(4))
    with torch.no_grad(), prompt.worn(frozen, prompt.tokens(embeddings)):
        said = frozen.velocity(noise(4, 1), torch.tensor([999, 999]), frozen.read(frozen.ids(TEXTS)))
    seen = []

    class Watching(IPAdapter):
        def prediction(self, predicted, x, step, run):  # type: ignore[no-untyped-def]
            seen.append(predicted.outputs)
            return predicted

    sample(painter(), TEXTS, techniques=[Watching(embeddings, prompt.weights())], schedule=Schedule(1), noise=noise(4, 1))
    assert (said - seen[0]).abs().max() <= 1e-3 * said.abs().max()


def test_a_fresh_image_prompt_changes_nothing(frozen: FrozenPainter) -> None:
    prompt = ImagePrompt(frozen, 6)
    plain = frozen.velocity(noise(4, 1), torch.tensor([999, 999]), frozen.read(frozen.ids(TEXTS)))
    with torch.no_grad(), prompt.worn(frozen, prompt.tokens(torch.ones(2, 6))):
        said = frozen.velocity(noise(4, 1), torch.tensor([999, 999]), frozen.read(frozen.ids(TEXTS)))
    assert torch.equal(said, plain)


class Knowing:
    """A detector that knows which scene a picture was drawn from."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene

    def detect(self, image: Image.Image, phrases: list[str], threshold: float | None = None) -> list[Detection]:
        found = []
        for phrase in phrases:
            *attributes, noun = phrase.split()
            wanted = {word for word in attributes if word not in ("small", "big")}
            found += [Detection(phrase, 1.0, t.box) for t in self.scene.things if t.name == noun and wanted <= {t.colour}]
        return found


@pytest.mark.parametrize("kind", KINDS)
def test_a_true_edit_is_seen_as_made_and_its_source_is_not(kind: str) -> None:
    rng = np.random.default_rng(5)
    for _ in range(6):
        pair = draw_pair(rng, kind)
        assert was_made(pair, render(pair.after).image, Knowing(pair.after))
        assert not was_made(pair, render(pair.before).image, Knowing(pair.before))


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_changes_outside_the_region_of_an_edit(kind: str) -> None:
    pair = draw_pair(np.random.default_rng(6), kind)
    changed = (render(pair.before).pixels != render(pair.after).pixels).any(2)
    cells = region_cells(pair)[0].numpy().repeat(4, 0).repeat(4, 1) > 0
    assert changed.any() and not (changed & ~cells).any()


@pytest.mark.parametrize("kind", KINDS)
def test_words_of_an_instruction_look_at_what_they_name(kind: str) -> None:
    rng = np.random.default_rng(9)
    for _ in range(6):
        pair = draw_pair(rng, kind)
        words, places = pair.instruction.split(), word_places(pair)
        drawn = {scene: render(scene) for scene in (pair.before, pair.after)}
        assert len(places) == MAX_LENGTH and (kind == "background") == (not places.any())
        seen = set()
        for at, word in enumerate(words, 1):
            if word not in OBJECTS or not places[at].any():
                continue
            scene = next(s for s in drawn if any(thing.name == word for thing in s.things))
            masks = [m for thing, m in zip(scene.things, drawn[scene].masks, strict=True) if thing.name == word]
            there = places[at].numpy().repeat(4, 0).repeat(4, 1) > 0
            assert any(not (mask & ~there).any() for mask in masks), f"{word} of {pair.instruction!r} looks elsewhere"
            seen.add(word)
        assert seen == {word for word in words if word in OBJECTS} and not places[0].any() and not places[len(words) + 1 :].any()
        if kind in ("recolour", "move"):
            new = new_thing(pair)
            assert new is not None and places[len(words)].any(), f"{words[-1]!r} has no place"


def test_regions_cover_what_their_captions_name() -> None:
    rng = np.random.default_rng(7)
    seen = set()
    for _ in range(60):
        scene = sample_scene(rng, names=paintable(), backdrops=8)
        drawn = render(scene)
        region, said = draw_region(scene, drawn, rng)
        assert region.shape == (64, 64) and region.any()
        named = [mask for thing, mask in zip(scene.things, drawn.masks, strict=True) if thing.name in said.split()]
        if "empty" not in said and len(named) == 1 and len(scene.things) == 2:  # the caption of one thing alone
            assert (named[0] & region).any()
            seen.add("thing")
        seen.add("empty" if "empty" in said else "all" if region.all() else "part")
    assert seen == {"thing", "empty", "all", "part"}


def test_what_is_asked_for_was_not_there() -> None:
    for asked in draw_asked(np.random.default_rng(8), 12):
        assert asked.new.name not in {thing.name for thing in asked.scene.things}
        x, y = asked.new.centre
        assert asked.region[int(64 * y), int(64 * x)]


@pytest.mark.parametrize("name", ["instruct", "inpaint", "image_encoder", "image_prompt"])
def test_a_stage_trains_ships_and_goes_on_from_what_it_shipped(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few: Any = partial(Pool, first=8)
    for module in (stages, low_rank, image_encoder, image_prompt):
        monkeypatch.setattr(module, "EMBEDDED", tmp_path)
    for module in (instruct, inpaint, image_prompt):
        monkeypatch.setattr(module, "Pool", few)
        monkeypatch.setattr(module, "WATCHED", 6)  # one edit of each kind
    monkeypatch.setattr(stages, "STATE", tmp_path / "state")
    monkeypatch.setattr(type(load(name)), "measure_every", 10_000)
    threads = torch.get_num_threads()
    if name == "image_prompt":
        load("image_encoder").export(image_encoder.Telling())
    stage = load(name)
    monkeypatch.setattr(type(stage), "steps", 2)
    assert train(stage, minutes=5).step == 2
    shipped = stage.shipped()
    fresh = stage.build()
    assert shipped is not None and stages.fits(fresh, shipped)
    (tmp_path / "state" / f"{name}.pt").unlink()
    assert train(load(name), minutes=0).step == 2  # a fresh checkout knows how far it is, and what was learned
    again = load(name).shipped()
    assert again is not None and all(torch.equal(again[key], value) for key, value in shipped.items())
    torch.set_num_threads(threads)
