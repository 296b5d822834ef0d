"""Editing: instructions are read, the right technique is chosen, and what is outside the region stays to the last bit."""

import numpy as np
import pytest
from truth import TruthfulEyes

from pentimento.engine.world import Scene, Thing, render
from pentimento.engine.world.scene import place
from pentimento.tools import Studio, ToolError, call
from pentimento.tools.canvas import Canvas
from pentimento.tools.errors import BadArguments, CannotCombine, NothingFound, NotUnderstood, RegionEmpty, UnknownWords
from pentimento.tools.instructions import Change, read_instruction
from pentimento.tools.pixels import box_mask, filled, merged, moved, recoloured, widened
from pentimento.tools.wording import Wish

FEW = {"seed": 1, "steps": 3}
SAID = "a red car and a dog in a meadow"


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("replace the dog with a cat", Change("replace", "dog", "cat")),
        ("Swap the dog for a blue elephant!", Change("replace", "dog", "blue elephant")),
        ("turn the car into a boat", Change("replace", "car", "boat")),
        ("relpace the dgo with a cat", Change("replace", "dog", "cat")),
        ("please remove the red car", Change("remove", "red car")),
        ("delete the dog from the picture", Change("remove", "dog")),
        ("take the dog away", Change("remove", "dog")),
        ("add a balloon", Change("add", value="balloon")),
        ("add a yellow balloon above the car", Change("add", value="yellow balloon", where="above", other="car")),
        ("add a tree on the left", Change("add", value="tree", where="left")),
        ("make the car blue", Change("recolour", "car", "blue")),
        ("paint the car green", Change("recolour", "car", "green")),
        ("change the colour of the car to pink", Change("recolour", "car", "pink")),
        ("the dog should be purple", Change("recolour", "dog", "purple")),
        ("make the dog bigger", Change("resize", "dog", "bigger")),
        ("shrink the dog", Change("resize", "dog", "smaller")),
        ("move the dog to the left", Change("move", "dog", where="left")),
        ("move the car left of the dog", Change("move", "car", where="left of", other="dog")),
        ("put the tree above the house", Change("move", "tree", where="above", other="house")),
        ("make the second red car blue", Change("recolour", "red car", "blue", which="second")),
        ("remove the leftmost dog", Change("remove", "dog", which="left")),
        ("make the last one of the dogs bigger", Change("resize", "dogs", "bigger", which="last")),
        ("change the background to snow", Change("background", value="snow")),
        ("put it in the woods", Change("background", value="forest")),
        ("make it night", Change("background", value="night")),
        ("change the background to the moon", Change("background", value="moon")),
    ],
)
def test_instructions(text: str, change: Change) -> None:
    assert read_instruction(text) == change


@pytest.mark.parametrize("text", ["hello", "make it more dramatic", "export everything", "what is this?"])
def test_what_is_no_edit_is_said(text: str) -> None:
    with pytest.raises(NotUnderstood):
        read_instruction(text)


# -- pixels ---------------------------------------------------------------------------------------------------------------------------


def test_outside_a_region_nothing_changes() -> None:
    rng = np.random.default_rng(0)
    before, after = (render(Scene((), "beach", seed), 64).image for seed in (1, 2))
    region = widened(rng.random((64, 64)) > 0.97, 3)
    mixed = np.asarray(merged(before, after, region))
    assert (mixed[~region] == np.asarray(before)[~region]).all()
    assert (mixed[region] != np.asarray(before)[region]).any()


def test_a_hole_is_filled_like_its_surroundings(scene: Scene) -> None:
    empty = np.asarray(render(Scene((), scene.background, scene.seed), 64).image, int)
    shown = render(scene, 64)
    hole = widened(shown.masks[0] | shown.masks[1], 2)
    mended = np.asarray(filled(shown.image, hole), int)
    error = np.abs(mended - empty)[hole].mean()
    assert error < 0.25 * np.abs(np.asarray(shown.image, int) - empty)[hole].mean()
    assert (mended[~hole] == np.asarray(shown.image)[~hole]).all()


def test_recolouring_is_the_worlds_own(scene: Scene) -> None:
    from pentimento.engine.perception.colours import name_colour

    shown = render(scene, 64)
    for colour in ("blue", "green", "yellow", "pink"):
        painted = recoloured(shown.image, shown.masks[0], colour)
        assert name_colour(painted, shown.masks[0])[0] == colour
        assert (np.asarray(painted)[~shown.masks[0]] == np.asarray(shown.image)[~shown.masks[0]]).all()


def test_moving_cuts_and_pastes(scene: Scene) -> None:
    shown = render(scene, 64)
    target = (0.1, 0.05, 0.4, 0.3)
    pasted, there = moved(shown.image, shown.masks[1], scene.things[1].box, target)
    assert there.any()
    assert not (there & ~box_mask(target, 64, 64)).any()
    assert pasted.size == (64, 64)


# -- the tool -------------------------------------------------------------------------------------------------------------------------

EDITS = {
    "replace the dog with a cat": "masked",
    "make the car blue": "recolour",
    "remove the car": "remove",
    "add a balloon above the car": "masked",
    "add two apples": "masked",
    "move the dog to the left": "move",
    "move the dog above the car": "move",
    "make the dog smaller": "move",
    "change the background to snow": "background",
}


@pytest.mark.parametrize("instruction", EDITS)
def test_every_edit_keeps_what_it_does_not_mean(studio: Studio, picture: str, instruction: str) -> None:
    edited = call("edit", {"image": picture, "instruction": instruction, "source_prompt": SAID, **FEW}, studio)
    before, after = (np.asarray(studio.artifacts.get_image(handle)) for handle in (picture, edited.image))
    region = studio.artifacts.get_mask(edited.region)
    assert edited.technique == EDITS[instruction]
    assert region.any()
    assert (after[~region] == before[~region]).all()
    assert (after[region] != before[region]).any()
    again = call("edit", {"image": picture, "instruction": instruction, "source_prompt": SAID, **FEW}, studio)
    assert again == edited


def test_the_kept_things_survive_a_new_background(studio: Studio, picture: str, scene: Scene) -> None:
    edited = call("edit", {"image": picture, "instruction": "change the background to night", **FEW}, studio)
    region = studio.artifacts.get_mask(edited.region)
    for mask in render(scene, 64).masks:
        inner = ~widened(~mask, 1)  # the outermost pixels, mixed with the old place, are painted over
        assert inner.any()
        assert not (region & inner).any()


def test_the_recipe_tells_what_the_picture_shows(studio: Studio, picture: str) -> None:
    edited = call("edit", {"image": picture, "instruction": "make the car blue", "technique": "recolour", "source_prompt": SAID, **FEW}, studio)
    assert edited.caption == "a blue car and a dog in a meadow"
    gone = call("edit", {"image": picture, "instruction": "remove the dog", "source_prompt": SAID, **FEW}, studio)
    recipe = studio.artifacts.recipe(gone.image)
    assert [t["noun"] for t in recipe["wanted"]["things"]] == ["car"]


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        ({"instruction": "remove the cat"}, NothingFound),
        ({"instruction": "remove the giraffe"}, UnknownWords),
        ({"instruction": "replace the dog with a dragon"}, UnknownWords),
        ({"instruction": "change the background to the moon"}, UnknownWords),
        ({"instruction": "make the car dramatic"}, NotUnderstood),
        ({"instruction": "remove the dog", "technique": "move"}, CannotCombine),
    ],
)
def test_edits_that_cannot_be(studio: Studio, picture: str, arguments: dict[str, str], kind: type[ToolError]) -> None:
    with pytest.raises(kind) as caught:
        call("edit", {"image": picture, "source_prompt": SAID, **arguments, **FEW}, studio)
    assert caught.value.hint


def test_only_what_takes_colour_is_recoloured(studio: Studio) -> None:
    tree = Scene((Thing("tree", None, "", place("tree", 0.5, (0.5, 0.6))),), "plain", 1)
    studio.eyes.scenes[render(tree, 64).image.tobytes()] = tree
    picture = studio.artifacts.put_image(render(tree, 64).image)
    with pytest.raises(UnknownWords):
        call("edit", {"image": picture, "instruction": "make the tree blue", **FEW}, studio)


def test_prompt_to_prompt_paints_the_source_again(studio: Studio, scene: Scene, picture: str) -> None:
    painted = call("generate", {"prompt": "a red car and a dog", "technique": "layout_guidance", **FEW}, studio)
    image = studio.artifacts.get_image(painted.image)
    studio.eyes.scenes[image.tobytes()] = scene
    calls = studio.engine_calls
    edited = call("edit", {"image": painted.image, "instruction": "make the car blue", **FEW}, studio)
    assert edited.technique == "prompt_to_prompt"
    assert studio.engine_calls > calls
    from pentimento.tools.painting import told
    from pentimento.tools.sharing import known_recipe
    from pentimento.tools.wording import parse_request

    canvas = Canvas(image, studio.artifacts.recipe(painted.image), None, studio, seed=1, steps=None)
    assert known_recipe(canvas)
    assert told(parse_request("a red car"), studio).words == "a red car"


def test_what_the_eyes_miss_is_sought_where_the_painter_was_led(studio: Studio) -> None:
    """Only in the very picture that was painted so, and only for what it was to show."""
    painted = call("generate", {"prompt": "a red car and a dog", "technique": "layout_guidance", **FEW}, studio)
    recipe = studio.artifacts.recipe(painted.image)
    assert recipe is not None
    image = studio.artifacts.get_image(painted.image)
    studio.eyes.scenes[image.tobytes()] = Scene((), "plain", 0)  # nothing is seen
    canvas = Canvas(image, recipe, None, studio, seed=1, steps=None)
    assert canvas.places(Wish(noun="dog")) == [tuple(box) for phrase, box in recipe["boxes"] if phrase == "dog"]
    for wish, known in ((Wish(noun="cat"), recipe), (Wish(noun="dog"), recipe | {"tool": "edit"})):
        with pytest.raises(NothingFound):
            Canvas(image, known, None, studio, seed=1, steps=None).places(wish)


def test_one_of_several_alike_is_counted_from_left_to_right(studio: Studio) -> None:
    row = [Thing("dog", None, "", (x, 0.4, x + 0.25, 0.65)) for x in (0.7, 0.05, 0.4)]
    scene = Scene((*row, Thing("dog", "blue", "", (0.4, 0.05, 0.65, 0.3))), "plain", 0)
    image = render(scene, 64).image
    studio.eyes.scenes[image.tobytes()] = scene
    canvas = Canvas(image, None, "three dogs and a blue dog", studio, seed=1, steps=None)
    for which, x in (("first", 0.05), ("second", 0.4), ("third", 0.7), ("last", 0.7), ("left", 0.05), ("right", 0.7)):
        (box,) = canvas.places(Wish(noun="dog"), which)
        assert box[:2] == (x, 0.4), "the blue one is spoken of by its colour"
    with pytest.raises(NothingFound):
        canvas.places(Wish(noun="dog"), "fourth")


def test_only_one_of_several_alike_is_recoloured(studio: Studio) -> None:
    scene = Scene((Thing("car", "red", "", (0.05, 0.3, 0.45, 0.7)), Thing("car", "red", "", (0.55, 0.3, 0.95, 0.7))), "plain", 0)
    image = render(scene, 64).image
    studio.eyes.scenes[image.tobytes()] = scene
    handle = studio.artifacts.put_image(image)
    asked = {"image": handle, "instruction": "make the second car blue", "source_prompt": "two red cars", "technique": "recolour"}
    done = call("edit", {**asked, **FEW}, studio)
    region = studio.artifacts.get_mask(done.region)
    assert region[:, 40:].any() and not region[:, :28].any()
    assert {"blue car", "red car"} == {f"{t['colour']} {t['noun']}" for t in studio.artifacts.recipe(done.image)["wanted"]["things"]}


# -- inpaint --------------------------------------------------------------------------------------------------------------------------


def test_inpainting_needs_a_region_that_fits(studio: Studio, picture: str) -> None:
    empty = studio.artifacts.put_mask(np.zeros((64, 64), bool))
    small = studio.artifacts.put_mask(np.ones((32, 32), bool))
    with pytest.raises(RegionEmpty):
        call("inpaint", {"image": picture, "region": empty, "prompt": "a dog"}, studio)
    with pytest.raises(BadArguments) as caught:
        call("inpaint", {"image": picture, "region": small, "prompt": "a dog"}, studio)
    assert caught.value.field == "region"


@pytest.mark.parametrize("prompt", ["", "a cat in a meadow"])
@pytest.mark.parametrize("strength", [0.3, 1.0])
def test_inpainting_keeps_the_rest(studio: Studio, picture: str, scene: Scene, prompt: str, strength: float) -> None:
    mask = render(scene, 64).masks[1]
    region = studio.artifacts.put_mask(mask)
    done = call("inpaint", {"image": picture, "region": region, "prompt": prompt, "strength": strength, "dilate": 3, **FEW}, studio)
    wide = widened(mask, 3)
    before, after = (np.asarray(studio.artifacts.get_image(handle)) for handle in (picture, done.image))
    assert (after[~wide] == before[~wide]).all()
    assert (studio.artifacts.get_mask(done.region) == wide).all()


def test_a_full_mask_is_allowed(studio: Studio, picture: str) -> None:
    everything = studio.artifacts.put_mask(np.ones((64, 64), bool))
    assert call("inpaint", {"image": picture, "region": everything, "prompt": "a dog", **FEW}, studio).image


def test_enlarged_views_are_not_edited(studio: Studio, picture: str) -> None:
    from PIL import Image

    large = studio.artifacts.put_image(Image.new("RGB", (256, 256)), {"tool": "upscale", "of": picture})
    with pytest.raises(BadArguments) as caught:
        call("edit", {"image": large, "instruction": "remove the dog"}, studio)
    assert picture in caught.value.hint


# -- several of a kind ----------------------------------------------------------------------------------------------------------------

PAIR = Scene(tuple(Thing("balloon", "red", "", place("balloon", 0.3, (x, 0.4))) for x in (0.2, 0.8)), "meadow", 4)


@pytest.mark.parametrize(
    ("instruction", "caption"),
    [
        ("make the two balloons blue", "two blue balloons in a meadow"),
        ("remove the two balloons", "an empty scene in a meadow"),
        ("make the two balloons smaller", "two small red balloons in a meadow"),
        ("move the two balloons to the bottom", "two red balloons in a meadow"),
        ("replace the two balloons with two cats", "two cats in a meadow"),
        ("replace the two balloons with a cat", "a cat in a meadow"),
    ],
)
def test_an_edit_of_several_reaches_them_all(studio: Studio, instruction: str, caption: str) -> None:
    studio.eyes = TruthfulEyes(PAIR)  # type: ignore[assignment]
    picture = studio.artifacts.put_image(render(PAIR, 64).image)
    edited = call("edit", {"image": picture, "instruction": instruction, "source_prompt": "two red balloons in a meadow", **FEW}, studio)
    region = studio.artifacts.get_mask(edited.region)
    assert all((region & mask).any() for mask in render(PAIR, 64).masks)
    assert edited.caption == caption


def test_an_edit_of_one_of_several_reaches_one(studio: Studio) -> None:
    studio.eyes = TruthfulEyes(PAIR)  # type: ignore[assignment]
    picture = studio.artifacts.put_image(render(PAIR, 64).image)
    edited = call("edit", {"image": picture, "instruction": "make the balloon blue", "source_prompt": "two red balloons in a meadow", **FEW}, studio)
    region = studio.artifacts.get_mask(edited.region)
    assert sum((region & mask).sum() > 9 for mask in render(PAIR, 64).masks) == 1
