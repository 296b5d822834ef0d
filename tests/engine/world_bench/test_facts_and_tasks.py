"""Prompts come with scenes that fulfil them; facts are so in the truth and not in another scene; labels are read as they were meant."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pentimento.engine.errors import BadInput
from pentimento.engine.proofs.world.facts import Fact, Question, Sight, Sighted, colour_words, holds, questions, truth_of
from pentimento.engine.proofs.world.gallery import Gallery
from pentimento.engine.proofs.world.labels import ROW, SIDE, parsed, read_labels, sampled, write_sheets
from pentimento.engine.proofs.world.tasks import KINDS, again, tasks_of
from pentimento.engine.world import Scene, Thing
from pentimento.engine.world.tokenizer import build_tokenizer

NAMES = ("dog", "cat", "car", "boat", "house", "tree")
SCENE = Scene((Thing("car", "red", "", (0.05, 0.5, 0.4, 0.8)), Thing("dog", None, "", (0.6, 0.5, 0.9, 0.8))), "beach", 1, (0, "left of", 1))


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_scene_fulfils_its_own_prompt_and_the_prompts_are_different_and_readable(kind: str) -> None:
    tasks = tasks_of(kind, NAMES, 30)
    assert len({task.prompt for task in tasks}) == 30
    assert tasks_of(kind, NAMES, 10) == tasks[:10]  # more prompts do not change the first ones
    unknown = build_tokenizer().unk_token_id
    rng = np.random.default_rng(0)
    for task in tasks:
        assert task.facts and all(holds(f, truth_of(task.scene)) for f in task.facts)
        assert unknown not in build_tokenizer()(task.prompt).input_ids
        assert {t.name for t in task.scene.things} <= set(NAMES)
        other = again(task.scene, rng)
        assert all(holds(f, truth_of(other)) for f in task.facts)
        assert other.things != task.scene.things
    failed = [not all(holds(f, truth_of(b.scene)) for f in a.facts) for a in tasks for b in tasks if a is not b]
    assert np.mean(failed) > 0.5


def test_too_few_nouns_for_so_many_prompts_are_an_error() -> None:
    with pytest.raises(ValueError, match="different prompts"):
        tasks_of("single object", ("dog",), 61)


def test_the_surest_thing_answers_and_counts_are_exact() -> None:
    sight = Sight(
        (Sighted("car", frozenset({"red"}), (0.0, 0.0, 0.3, 0.3)), Sighted("car", frozenset({"blue"}), (0.6, 0.0, 0.9, 0.3))), {"car": 2}, "sea"
    )
    assert holds(Fact("colour", "car", "red"), sight) and not holds(Fact("colour", "car", "blue"), sight)
    assert holds(Fact("count", "car", "2"), sight) and not holds(Fact("count", "car", "1"), sight)
    assert not holds(Fact("relation", "car", "left of", "dog"), sight)
    assert holds(Fact("background", "", "sea"), sight) and not holds(Fact("background", "", "snow"), sight)


def test_questions_are_half_true_and_the_truth_answers_them_all() -> None:
    rng = np.random.default_rng(0)
    truth = truth_of(SCENE)
    asked: list[Question] = [q for _ in range(20) for q in questions(truth, NAMES, rng, colour_words(SCENE))]
    assert {q.fact.kind for q in asked} == {"exists", "count", "colour", "background", "relation"}
    assert all(holds(q.fact, truth) == q.true for q in asked)
    assert np.mean([q.true for q in asked]) == 0.5


def test_in_pairs_the_false_colour_is_the_other_things() -> None:
    scene = replace(SCENE, things=(SCENE.things[0], replace(SCENE.things[1], colour="blue")))
    asked = list(questions(truth_of(scene), NAMES, np.random.default_rng(0), colour_words(scene)))
    assert {(q.fact.noun, q.fact.value) for q in asked if q.fact.kind == "colour"} == {(n, c) for n in ("car", "dog") for c in ("red", "blue")}


def test_the_colours_a_thing_was_drawn_in_are_not_asked_about() -> None:
    assert colour_words(SCENE) == {"car": "red"}
    assert holds(Fact("colour", "car", "red"), truth_of(replace(SCENE, things=(replace(SCENE.things[0], colour=None),))))


def test_labels_are_read_as_they_were_meant() -> None:
    sight, named = parsed("red car, 2 dog, cat?, ? @ snow")
    assert sight.counts == {"car": 1, "dog": 2} and sight.background == "snow" and sight.doubtful == {"cat"}
    assert named == {"car": "red"}
    assert parsed("red car, blue car")[1] == {} and parsed("")[0].background == ""
    asked = list(questions(sight, NAMES, np.random.default_rng(0), named))
    assert all(q.fact.noun != "cat" for q in asked) and all(holds(q.fact, sight) == q.true for q in asked)
    assert not any(q.fact.kind == "relation" for q in asked)  # nobody said where things are


@pytest.mark.parametrize("wrong", ["red dragon", "red blue car", "car @ moon", "99 car", "big car"])
def test_labels_that_are_no_labels_are_refused_with_their_number(wrong: str) -> None:
    with pytest.raises(BadInput, match="label 7"):
        parsed(wrong, "7")


def test_sheets_are_written_without_prompts_and_read_with_labels(tmp_path: Path) -> None:
    colours = {}

    def paint(prompts: list[str], seeds: list[int]) -> list[Image.Image]:
        made = []
        for seed in seeds:
            colours[seed] = tuple(int(v) for v in np.random.default_rng(seed).integers(256, size=3))
            made.append(Image.new("RGB", (SIDE, SIDE), colours[seed]))
        return made

    gallery = Gallery(paint, "fake", tmp_path / "cache", lambda line: None)
    files = write_sheets(NAMES, gallery, "0123", tmp_path / "sheets", 30)
    assert {f.name for f in files} == {"pictures.png", "sheet-01.png", "sheet-02.png", "labels.json"}
    template = (tmp_path / "sheets" / "labels.json").read_text()
    assert not any(task.prompt in template for task, _ in sampled(NAMES, 30))
    assert read_labels(tmp_path / "sheets") == []  # nothing is labelled yet
    (tmp_path / "sheets" / "labels.json").write_text(template.replace('"2": null', '"2": "dog @ sea"').replace('"25": null', '"25": ""'))
    read = read_labels(tmp_path / "sheets")
    chosen = sampled(NAMES, 30)
    assert [one.image.getpixel((ROW, ROW)) for one in read] == [colours[chosen[1][1]], colours[chosen[24][1]]]
    assert read[0].sight.counts == {"dog": 1} and read[1].sight.things == ()
    with pytest.raises(BadInput, match="labels are long work"):
        write_sheets(NAMES, gallery, "0123", tmp_path / "sheets", 30)
    assert read_labels(tmp_path / "nowhere") == []
    assert {t.kind for t, _ in chosen} == set(KINDS)
