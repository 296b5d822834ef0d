"""Two pictures: what `compare` finds, what `merge` joins to the last bit, and what it refuses."""

from typing import Any

import numpy as np
import pytest
from PIL import Image

from pentimento.tools import Studio, call
from pentimento.tools.errors import BadArguments, CannotCombine, RegionEmpty, RegionsTouch, ToolError

Box = tuple[int, int, int, int]


def painted(picture: str, box: Box, colour: tuple[int, int, int], studio: Studio) -> str:
    image = studio.artifacts.get_image(picture)
    image.paste(colour, box)
    return studio.artifacts.put_image(image)


def mask(box: Box, studio: Studio) -> str:
    region = np.zeros((64, 64), bool)
    region[box[1] : box[3], box[0] : box[2]] = True
    return studio.artifacts.put_mask(region)


@pytest.fixture(autouse=True)
def plain_enlargement(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Studio, "enlarged", lambda self, image: image.resize((256, 256), Image.Resampling.NEAREST))


LEFT, RIGHT, ABOVE = (4, 4, 20, 20), (40, 40, 60, 60), (40, 4, 50, 10)
RED, BLUE, GREEN = (250, 0, 0), (0, 0, 250), (0, 250, 0)


def test_a_merge_has_both_changes_and_the_rest_to_the_last_bit(studio: Studio, picture: str) -> None:
    first = painted(painted(picture, LEFT, RED, studio), ABOVE, GREEN, studio)
    second = painted(picture, RIGHT, BLUE, studio)
    regions = {"first_regions": [mask((2, 2, 22, 22), studio), mask(ABOVE, studio)], "second_regions": [mask(RIGHT, studio)]}
    made = call("merge", {"base": picture, "first": first, "second": second, **regions}, studio)
    wanted = studio.artifacts.get_image(first)
    wanted.paste(BLUE, RIGHT)
    assert studio.artifacts.get_image(made.image).tobytes() == wanted.tobytes()
    region = studio.artifacts.get_mask(made.region)
    assert region.sum() == 20 * 20 + 10 * 6 + 20 * 20 and made.second_share == pytest.approx(400 / 4096, abs=1e-4)
    turned = {"first_regions": regions["second_regions"], "second_regions": regions["first_regions"]}
    assert call("merge", {"base": picture, "first": second, "second": first, **turned}, studio).image == made.image
    measured = call("merge", {"base": picture, "first": first, "second": second}, studio)
    assert measured.image == made.image, "without masks the pixels that differ are what was changed"


def test_what_cannot_be_merged_says_why(studio: Studio, picture: str) -> None:
    first, second = painted(picture, LEFT, RED, studio), painted(picture, RIGHT, BLUE, studio)
    over, beside = (10, 10, 30, 30), (20, 4, 30, 20)
    large = studio.artifacts.put_image(Image.new("RGB", (128, 128)))
    refused: list[tuple[dict[str, Any], type[ToolError], str]] = [
        ({"second": painted(picture, over, BLUE, studio)}, RegionsTouch, "overlap at the top left, on"),
        ({"second": painted(picture, beside, BLUE, studio)}, RegionsTouch, "border on each other"),
        ({"second_regions": [mask((0, 0, 64, 64), studio)], "first_regions": [mask(LEFT, studio)]}, RegionsTouch, "overlap"),
        ({"second_regions": [mask((40, 40, 50, 60), studio)]}, CannotCombine, "200 pixels outside its edits"),
        ({"second": picture}, CannotCombine, "the same as the common one"),
        ({"base": None}, BadArguments, "nobody said"),
        ({"first": large}, BadArguments, "128×128"),
        ({"first_regions": [studio.artifacts.put_mask(np.zeros((64, 64), bool))]}, RegionEmpty, "no pixel"),
    ]
    for change, kind, words in refused:
        with pytest.raises(kind, match=words) as caught:
            call("merge", {"base": picture, "first": first, "second": second, **change}, studio)
        assert caught.value.hint


def test_a_comparison_says_what_holds_where_and_shows_it(studio: Studio, picture: str) -> None:
    other = painted(picture, LEFT, RED, studio)  # to the eyes of this test a changed picture is empty
    checks = [
        {"id": "dog", "kind": "exists", "subject": "dog"},
        {"id": "cat", "kind": "absent", "subject": "cat"},
        {"id": "no_car", "kind": "absent", "subject": "car"},
    ]
    found = call("compare", {"first": picture, "second": other, "checks": checks}, studio)
    assert found.only_first == ("there is a dog",) and found.only_second == ("no car",) and found.both == 1
    differs = np.asarray(studio.artifacts.get_image(picture)) != np.asarray(studio.artifacts.get_image(other))
    assert found.share == pytest.approx(differs.any(-1).mean(), abs=1e-6) and len(found.places) == 1
    assert "at the top left" in found.sentence and "Only in the first: there is a dog." in found.sentence
    shown = studio.artifacts.get_image(found.image)
    assert shown.size == (2 * 256 + 12, 256)
    red = (np.asarray(shown) == (220, 40, 40)).all(-1)
    assert red[:, :256].any() and red[:, 268:].any() and not red[150:].any(), "the outline is around the change, in both"


def test_equal_pictures_and_unequal_sizes(studio: Studio, picture: str) -> None:
    assert "the same to the last bit" in call("compare", {"first": picture, "second": picture}, studio).sentence
    with pytest.raises(BadArguments, match="128×128"):
        call("compare", {"first": picture, "second": studio.artifacts.put_image(Image.new("RGB", (128, 128)))}, studio)
