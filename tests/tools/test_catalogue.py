"""Every tool: JSON round trip, schema, one good call; and what malformed calls are answered with."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from pentimento.engine.errors import Cancelled, ModelCannot, OutOfMemory, WordNotFound
from pentimento.tools import CATALOGUE, Studio, ToolError, call
from pentimento.tools.errors import (
    BadArguments,
    BoxOutside,
    EmptyPrompt,
    NeedsModel,
    NoMemory,
    NotHere,
    Stopped,
    StoreFull,
    UnknownHandle,
    UnknownTool,
)
from pentimento.tools.generate import Painted
from pentimento.tools.tool import translated

NO_IMAGE = "image:" + "0" * 16
NO_MASK = "mask:" + "0" * 16
FEW = {"seed": 1, "steps": 2}


def spotted(picture: str, corner: int, studio: Studio) -> str:
    """The picture with a white spot near a corner, as an edit would leave it."""
    image = studio.artifacts.get_image(picture)
    image.paste((255, 255, 255), (corner, corner, corner + 6, corner + 6))
    return studio.artifacts.put_image(image)


def good_calls(picture: str, mask: str, studio: Studio) -> dict[str, dict[str, Any]]:
    other, third = spotted(picture, 4, studio), spotted(picture, 50, studio)
    layout = {"regions": [{"phrase": "red car", "box": [0.1, 0.2, 0.5, 0.6]}]}
    return {
        "plan_layout": {"prompt": "a red car left of a dog"},
        "generate": {"prompt": "a red car", "layout": layout, **FEW},
        "control": {"prompt": "a red car", "kind": "mask", "regions": [{"phrase": "car", "mask": mask}], **FEW},
        "segment": {"image": picture, "phrases": ["red car", "dog"]},
        "inpaint": {"image": picture, "region": mask, "prompt": "a dog", **FEW},
        "edit": {"image": picture, "instruction": "remove the dog", **FEW},
        "customize": {"images": [picture], "name": "bo", "noun": "car", **FEW},
        "look": {"image": picture, "question": "how many dogs are there?"},
        "upscale": {"image": picture},
        "compare": {"first": picture, "second": other, "checks": [{"id": "a", "kind": "exists", "subject": "dog"}]},
        "merge": {"base": picture, "first": other, "second": third},
    }


@pytest.fixture
def mask(studio: Studio, picture: str) -> str:
    return call("segment", {"image": picture, "phrases": ["car"]}, studio).found[0].mask


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_a_good_call(name: str, studio: Studio, picture: str, mask: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Studio, "enlarged", lambda self, image: image.resize((256, 256), Image.Resampling.NEAREST))
    raw = good_calls(picture, mask, studio)[name]
    tool = CATALOGUE[name]
    args = tool.args_model.model_validate(raw)
    assert tool.args_model.model_validate_json(args.model_dump_json()) == args
    result = call(name, raw, studio)
    assert tool.result_model.model_validate_json(result.model_dump_json()) == result
    assert result.sentence.strip()
    assert call(name, args, studio).model_dump(exclude={"seconds"}) == result.model_dump(exclude={"seconds"})  # same seed, same result


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_schemas_say_everything_a_model_needs(name: str) -> None:
    schema = CATALOGUE[name].schema()
    assert schema["name"] == name
    assert len(schema["description"]) > 40
    json.dumps(schema)
    parameters = schema["parameters"]
    assert parameters["type"] == "object"
    assert parameters["additionalProperties"] is False
    for field, described in parameters["properties"].items():
        assert described.get("description"), f"{name}.{field} has no description"


def test_all_families_are_there() -> None:
    families = {"plan_layout", "segment", "inpaint", "edit", "generate", "control", "customize", "look", "upscale"}
    assert set(CATALOGUE) == families | {"compare", "merge"}


# -- malformed calls ------------------------------------------------------------------------------------------------------------------


def test_unknown_tools_are_named(studio: Studio) -> None:
    with pytest.raises(UnknownTool) as caught:
        call("delete_everything", {}, studio)
    assert "generate" in caught.value.hint


@pytest.mark.parametrize("raw", [None, [], "prompt", 3, [["prompt", "x"]]])
def test_arguments_must_be_an_object(studio: Studio, raw: Any) -> None:
    with pytest.raises(BadArguments):
        call("generate", raw, studio)


@pytest.mark.parametrize(
    ("name", "raw", "field", "kind"),
    [
        ("generate", {}, "prompt", BadArguments),
        ("generate", {"prompt": "a dog", "path": "/etc/passwd"}, "path", BadArguments),
        ("generate", {"prompt": 3}, "prompt", BadArguments),
        ("generate", {"prompt": "x" * 9000}, "prompt", BadArguments),
        ("generate", {"prompt": "a dog", "seed": -1}, "seed", BadArguments),
        ("generate", {"prompt": "a dog", "seed": 2**63}, "seed", BadArguments),
        ("generate", {"prompt": "a dog", "steps": 0}, "steps", BadArguments),
        ("generate", {"prompt": "a dog", "technique": "magic"}, "technique", BadArguments),
        ("generate", {"prompt": "a dog", "layout": {"regions": [{"phrase": "dog", "box": [0, 0, 2, 1]}]}}, "layout.regions.0.box", BoxOutside),
        ("segment", {"image": NO_IMAGE, "boxes": [[0.5, 0, 0.5, 1]]}, "boxes.0", BoxOutside),
        ("segment", {"image": NO_IMAGE, "boxes": [[0, 0, math.nan, 1]]}, "boxes.0", BoxOutside),
        ("segment", {"image": NO_IMAGE, "boxes": [[-0.1, 0, 1, 1]]}, "boxes.0", BoxOutside),
        ("segment", {"image": NO_IMAGE, "boxes": [[0, 0, 1]]}, "boxes.0", BoxOutside),
        ("segment", {"image": NO_IMAGE, "boxes": [["a", 0, 1, 1]]}, "boxes.0", BoxOutside),
        ("segment", {"image": "/tmp/x.png"}, "image", BadArguments),
        ("segment", {"image": "image:../../x"}, "image", BadArguments),
        ("inpaint", {"image": NO_IMAGE, "region": NO_MASK, "strength": math.nan}, "strength", BadArguments),
        ("inpaint", {"image": NO_IMAGE, "region": NO_MASK, "strength": 0}, "strength", BadArguments),
        ("inpaint", {"image": NO_IMAGE, "region": NO_IMAGE}, "region", BadArguments),
        ("customize", {"images": [], "name": "bo"}, "images", BadArguments),
        ("customize", {"images": [NO_IMAGE] * 6, "name": "bo"}, "images", BadArguments),
        ("look", {"image": NO_IMAGE, "checks": [{"id": "a", "kind": "magic", "subject": "b"}]}, "checks.0.kind", BadArguments),
    ],
)
def test_wrong_fields_are_named(studio: Studio, name: str, raw: dict[str, Any], field: str, kind: type[BadArguments]) -> None:
    with pytest.raises(kind) as caught:
        call(name, raw, studio)
    assert caught.value.field == field
    assert caught.value.kind == "fix_arguments"
    assert caught.value.hint


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("segment", {"image": NO_IMAGE}),
        ("inpaint", {"image": NO_IMAGE, "region": NO_MASK}),
        ("edit", {"image": NO_IMAGE, "instruction": "remove the dog"}),
        ("customize", {"images": [NO_IMAGE], "name": "bo"}),
        ("look", {"image": NO_IMAGE}),
        ("upscale", {"image": NO_IMAGE}),
        ("compare", {"first": NO_IMAGE, "second": NO_IMAGE}),
        ("merge", {"base": NO_IMAGE, "first": NO_IMAGE, "second": NO_IMAGE}),
    ],
)
def test_unknown_pictures(studio: Studio, name: str, raw: dict[str, Any]) -> None:
    with pytest.raises(UnknownHandle):
        call(name, raw, studio)


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("generate", {"prompt": "  "}),
        ("plan_layout", {"prompt": ""}),
        ("control", {"prompt": "", "kind": "boxes"}),
        ("edit", {"image": NO_IMAGE, "instruction": "  "}),
        ("generate", {"prompt": "and the of"}),
    ],
)
def test_empty_prompts(studio: Studio, name: str, raw: dict[str, Any]) -> None:
    with pytest.raises(EmptyPrompt):
        call(name, raw, studio)


# -- faults from below ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (Cancelled("x"), Stopped),
        (OutOfMemory("x"), NoMemory),
        (MemoryError(), NoMemory),
        (ModelCannot("x"), NotHere),
        (WordNotFound("x"), BadArguments),
        (OSError(28, "No space left on device"), StoreFull),
    ],
)
def test_exceptions_become_answers(error: Exception, kind: type[ToolError]) -> None:
    assert type(translated(error, "generate")) is kind


def test_our_own_faults_stay_loud() -> None:
    assert translated(ZeroDivisionError(), "generate") is None


def test_stopping(studio: Studio, picture: str) -> None:
    studio.cancelled = lambda: True
    for name, raw in (("generate", {"prompt": "a dog"}), ("customize", {"images": [picture], "name": "bo"})):
        with pytest.raises(Stopped):
            call(name, raw, studio)
    studio.cancelled = lambda: False
    assert studio.concepts.names() == ()
    assert call("generate", {"prompt": "a dog", **FEW}, studio).image


def test_a_full_disk_is_said_and_nothing_is_lost(studio: Studio, picture: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from pentimento.tools import artifacts

    def full(*args: Any) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(artifacts.os, "write", full)
        for name, raw in (("generate", {"prompt": "a dog", **FEW}), ("customize", {"images": [picture], "name": "bo", **FEW})):
            with pytest.raises(StoreFull):
                call(name, raw, studio)
    assert studio.concepts.names() == ()
    assert studio.artifacts.get_image(picture)
    assert call("generate", {"prompt": "a dog", **FEW}, studio).image


def test_missing_weights_are_named(tmp_path) -> None:
    for profile, name in (("sd15", "stable-diffusion-v1-5/stable-diffusion-v1-5"), ("sdxl", "stabilityai/stable-diffusion-xl-base-1.0")):
        studio = Studio(tmp_path / profile, profile=profile, offline=True)
        with pytest.raises(NeedsModel) as caught:
            call("generate", {"prompt": "an astronaut on a horse"}, studio)
        assert caught.value.id == name
        assert name in caught.value.hint
        picture = studio.artifacts.put_image(Image.new("RGB", (64, 64)))
        with pytest.raises(NeedsModel) as caught:
            call("segment", {"image": picture, "phrases": ["an astronaut"]}, studio)
        assert caught.value.id == "IDEA-Research/grounding-dino-tiny"


def test_progress_and_costs_are_counted(studio: Studio) -> None:
    seen: list[tuple[int, int]] = []
    studio.progress = lambda done, of: seen.append((done, of))
    call("generate", {"prompt": "a dog", "steps": 3}, studio)
    assert seen == [(1, 3), (2, 3), (3, 3)]
    assert studio.engine_calls == 6  # two branches, three steps


def test_seeds_come_from_the_studio(tmp_path, painter_folder) -> None:
    pictures = []
    for _ in range(2):
        studio = Studio(tmp_path / "a", models={"painter": painter_folder}, seed=5)
        pictures.append([call("generate", {"prompt": "a dog", "steps": 2}, studio).image for _ in range(2)])
    assert pictures[0] == pictures[1]
    assert pictures[0][0] != pictures[0][1]


def test_fingerprints_name_the_weights(studio: Studio, picture: str) -> None:
    before = studio.fingerprint_for("generate", {"prompt": "bo on a beach"})
    call("customize", {"images": [picture], "name": "bo", "noun": "car", **FEW}, studio)
    after = studio.fingerprint_for("generate", {"prompt": "bo on a beach"})
    assert set(before.split("+")) < set(after.split("+"))
    assert studio.fingerprint_for("generate", {"prompt": "a dog"}) == before


def test_other_painters_are_told_what_was_said_to_the_letter(tmp_path: Path, painter_folder: Path) -> None:
    studio = Studio(tmp_path, profile="sd15", models={"painter": painter_folder}, offline=True)
    for prompt in ("An astronaut rides a horse.", "...a dream"):
        painted = call("generate", {"prompt": prompt, "technique": "plain", "steps": 1}, studio)
        assert isinstance(painted, Painted) and painted.caption == prompt
