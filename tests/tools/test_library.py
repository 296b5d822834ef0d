"""Learned concepts: the library keeps them whole, learning leaves the painter untouched, prompts use them by name."""

import json
from pathlib import Path

import pytest
import torch

from pentimento.engine.world import Scene, render
from pentimento.tools import Studio, call
from pentimento.tools.concepts import ConceptCard, ConceptLibrary
from pentimento.tools.errors import BadArguments, StoreDamaged, UnknownConcept, UnknownWords
from pentimento.tools.painting import read_prompt

FEW = {"seed": 1, "steps": 3}
CARD = ConceptCard(name="bo", noun="dog", method="lora", painter="p")


@pytest.fixture
def library(tmp_path: Path) -> ConceptLibrary:
    return ConceptLibrary(tmp_path / "concepts")


def test_concepts_come_back(library: ConceptLibrary) -> None:
    assert library.names() == ()
    card = library.save(CARD, {"token.0": torch.ones(1, 4)})
    assert library.names() == ("bo",)
    found = library.load("bo")
    assert found.card == card
    assert torch.equal(found.tensors["token.0"], torch.ones(1, 4))
    again = library.save(CARD, {"token.0": torch.zeros(1, 4)})
    assert again.fingerprint != card.fingerprint
    assert torch.equal(library.load("bo").tensors["token.0"], torch.zeros(1, 4))


def test_a_forgotten_concept_is_out_of_the_library_and_its_card_is_kept(library: ConceptLibrary) -> None:
    library.save(CARD, {"token.0": torch.ones(1, 4)})
    where = library.forget("bo")
    assert library.names() == () and (library.folder / where).is_file() and library.references() == {}
    with pytest.raises(UnknownConcept):
        library.forget("bo")
    library.save(CARD, {"token.0": torch.ones(1, 4)})
    assert library.names() == ("bo",)


@pytest.mark.parametrize("name", ["", "../x", "Bo", "a b", "x" * 33, "dog", "dogs", "red", "snow", "1st", "a/b", "bo\0"])
def test_names_that_cannot_be(library: ConceptLibrary, name: str) -> None:
    with pytest.raises(BadArguments) as caught:
        library.save(CARD.model_copy(update={"name": name}), {})
    assert caught.value.field == "name"
    assert not library.folder.exists() or not list(library.folder.iterdir())


def test_damage_is_found(library: ConceptLibrary) -> None:
    library.save(CARD, {"token.0": torch.ones(1, 4)})
    with pytest.raises(UnknownConcept):
        library.load("mia")
    [weights] = library.folder.glob("*.safetensors")
    weights.write_bytes(weights.read_bytes()[:-1] + b"\1")
    with pytest.raises(StoreDamaged):
        library.load("bo")
    weights.unlink()
    with pytest.raises(StoreDamaged):
        library.load("bo")
    (library.folder / "bo.json").write_text(json.dumps({"name": "bo"}))
    with pytest.raises(StoreDamaged):
        library.load("bo")


# -- learning -------------------------------------------------------------------------------------------------------------------------


def weights_of(studio: Studio) -> list[torch.Tensor]:
    model = studio.painter
    return [p.clone() for module in (model.unet, model.vae, *model.text_encoders) for p in module.parameters()]


@pytest.mark.parametrize("method", ["lora", "textual_inversion"])
def test_learning_leaves_the_painter_as_it_was(studio: Studio, picture: str, method: str) -> None:
    before = weights_of(studio)
    plain = call("generate", {"prompt": "a dog", **FEW}, studio).image
    learned = call("customize", {"images": [picture], "name": "Bo", "noun": "car", "method": method, **FEW}, studio)
    assert learned.concept == "bo"
    assert learned.noun == "car"
    assert all(torch.equal(a, b) for a, b in zip(before, weights_of(studio), strict=True))
    tensors = studio.concepts.load("bo").tensors
    assert any(".lora_" in key for key in tensors) is (method == "lora")
    assert "references" in tensors
    assert call("generate", {"prompt": "a dog", **FEW}, studio).image == plain
    again = call("customize", {"images": [picture], "name": "bo", "noun": "car", "method": method, **FEW}, studio)
    assert again.fingerprint == learned.fingerprint


def test_concepts_are_painted_by_name(studio: Studio, picture: str) -> None:
    with pytest.raises(UnknownWords):
        call("generate", {"prompt": "bo on a beach", **FEW}, studio)
    call("customize", {"images": [picture, picture], "name": "bo", "noun": "car", "seed": 1, "steps": 8}, studio)
    call("customize", {"images": [picture], "name": "mia", "noun": "dog", **FEW}, studio)
    assert read_prompt("Bo on a beach", studio).words == "a <c0> on a beach"
    assert read_prompt("a red bo and mia", studio).words == "red <c0> and a <c1>"
    shown = call("generate", {"prompt": "bo on a beach", **FEW}, studio)
    car = call("generate", {"prompt": "a car on a beach", **FEW}, studio)
    assert shown.image != car.image
    both = call("generate", {"prompt": "bo left of mia", "seed": 1, "steps": 2}, studio)
    assert both.technique == "layout_guidance"


def test_the_nearest_noun_is_taken_for_an_unknown_one(studio: Studio, picture: str) -> None:
    learned = call("customize", {"images": [picture], "name": "bo", "noun": "thing", **FEW}, studio)
    assert learned.noun in studio.objects()


def test_a_concept_of_another_painter_is_refused(studio: Studio, picture: str) -> None:
    call("customize", {"images": [picture], "name": "bo", "noun": "car", **FEW}, studio)
    found = studio.concepts.load("bo")
    studio.concepts.save(found.card.model_copy(update={"painter": "another"}), found.tensors)
    with pytest.raises(UnknownConcept):
        call("generate", {"prompt": "bo on a beach", **FEW}, studio)


def test_learning_follows_the_pictures(studio: Studio, scene: Scene) -> None:
    """The loss on the thing falls: what is learned is more than the starting word."""
    from pentimento.engine.concepts import learn_concept

    shown = render(scene, 64)
    learned = learn_concept(studio.painter, [shown.image], "car", steps=60, masks=[shown.masks[0]])
    assert sum(learned.losses[-3:]) < 0.9 * sum(learned.losses[:3])
