"""The world says exactly what its pictures show."""

import numpy as np
import pytest

from pentimento.engine.world import BACKGROUNDS, COLOURS, OBJECTS, caption, edit_pair, render, sample_scene
from pentimento.engine.world.captions import phrase
from pentimento.engine.world.edits import KINDS as EDIT_KINDS
from pentimento.engine.world.render import corners
from pentimento.engine.world.scene import holds, overlap
from pentimento.engine.world.sprites import scaled
from pentimento.engine.world.tokenizer import MAX_LENGTH, build_tokenizer
from pentimento.engine.world.vocabulary import HELD_OUT, RELATIONS


def test_the_issue_is_covered() -> None:
    assert len(OBJECTS) >= 24 and len(COLOURS) == 8 and len(BACKGROUNDS) >= 10
    assert sum(o.stage == 1 for o in OBJECTS.values()) == 12


def test_same_seed_same_picture() -> None:
    first, second = (render(sample_scene(np.random.default_rng(3)), 64).pixels for _ in range(2))
    assert np.array_equal(first, second)


def test_masks_lie_in_boxes_and_do_not_overlap() -> None:
    rng = np.random.default_rng(0)
    for _ in range(60):
        scene = sample_scene(rng)
        drawn = render(scene)
        assert sum(m.astype(int) for m in drawn.masks).max(initial=0) <= 1 if drawn.masks else True
        for thing, mask in zip(scene.things, drawn.masks, strict=True):
            x0, y0, x1, y1 = corners(thing, 64)
            assert mask.any() and not mask.sum() - mask[y0:y1, x0:x1].sum()


def test_a_scene_is_the_same_at_every_size() -> None:
    rng = np.random.default_rng(1)
    for _ in range(10):
        scene = sample_scene(rng)
        small, large = render(scene, 64), render(scene, 256)
        shrunk = large.pixels.reshape(64, 4, 64, 4, 3).mean((1, 3))
        assert np.abs(shrunk - small.pixels).mean() < 6


def test_stated_relations_hold() -> None:
    rng = np.random.default_rng(2)
    for _ in range(80):
        scene = sample_scene(rng, kind="relation")
        assert scene.relation is not None
        first, relation, second = scene.relation
        assert holds(relation, scene.things[first].box, scene.things[second].box)


def test_counts_are_said_and_drawn() -> None:
    rng = np.random.default_rng(4)
    words = {2: "two", 3: "three", 4: "four"}
    for _ in range(30):
        scene = sample_scene(rng, kind="count")
        text = caption(scene, rng)
        assert words[len(scene.things)] in text.split()
        assert all(overlap(a.box, b.box) <= 0.1 for i, a in enumerate(scene.things) for b in scene.things[:i])


@pytest.mark.parametrize("kind", EDIT_KINDS)
def test_edits_change_nothing_outside_their_region(kind: str) -> None:
    rng = np.random.default_rng(5)
    for _ in range(15):
        pair = edit_pair(rng, kind=kind)
        before, after = render(pair.before).pixels, render(pair.after).pixels
        assert (before != after).any(), pair.instruction
        if pair.region is not None:
            x0, y0, x1, y1 = (round(v * 64) for v in pair.region)
            outside = np.ones((64, 64), bool)
            outside[y0:y1, x0:x1] = False
            assert np.array_equal(before[outside], after[outside]), pair.instruction


def test_placed_additions_stand_where_they_are_said_to() -> None:
    rng = np.random.default_rng(8)
    said = set()
    for _ in range(40):
        pair = edit_pair(rng, kind="add", placed=True)
        new = pair.after.things[-1]
        relation = next(words for words in RELATIONS if f" {words} the " in pair.instruction)
        beside = [old for old in pair.before.things if pair.instruction.endswith(f"{relation} the {phrase(old)}")]
        assert len(pair.after.things) == len(pair.before.things) + 1 and pair.region == new.box
        assert any(holds(relation, new.box, old.box) for old in beside), pair.instruction
        assert all(overlap(new.box, old.box) < 0.05 for old in pair.before.things)
        assert build_tokenizer().unk_token_id not in build_tokenizer()(pair.instruction).input_ids
        said.add(relation)
    assert said == set(RELATIONS)


def test_every_caption_and_instruction_is_within_the_tokenizer() -> None:
    tokenizer = build_tokenizer()
    rng = np.random.default_rng(6)
    texts = [caption(sample_scene(rng), rng) for _ in range(400)] + [edit_pair(rng).instruction for _ in range(120)]
    for text in texts:
        ids = tokenizer(text).input_ids
        assert tokenizer.unk_token_id not in ids, text
        assert len(ids) <= MAX_LENGTH, text


def test_the_end_token_has_the_largest_id() -> None:
    # The first tokenizer counted repeated words twice: the end token's id lay outside the embedding table.
    tokenizer = build_tokenizer()
    assert tokenizer.eos_token_id == len(tokenizer) - 1


def test_colours_colour() -> None:
    for name, word in OBJECTS.items():
        if word.colourable:
            red, blue = (scaled(name, colour, 32, 32) for colour in ("red", "blue"))
            solid = red[..., 3] > 0.9
            assert red[solid][:, 0].mean() > red[solid][:, 2].mean() + 0.15
            assert blue[solid][:, 2].mean() > blue[solid][:, 0].mean() + 0.15


def test_held_out_sprites_are_never_sampled() -> None:
    rng = np.random.default_rng(7)
    seen = {thing.name for _ in range(300) for thing in sample_scene(rng).things}
    assert not seen & set(HELD_OUT) and seen == set(OBJECTS)


def test_a_scene_of_all_the_names_there_are_lacks_nothing_it_could_name() -> None:
    rng = np.random.default_rng(0)
    assert all(sample_scene(rng, names=("dog", "cat"), kind="pair").absent is None for _ in range(150))
