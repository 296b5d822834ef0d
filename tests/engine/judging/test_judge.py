"""The judge on made-up answers of its network, what it is taught, and who may look through it."""

import ast
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch.nn.functional import one_hot

from pentimento.engine.errors import ModelNotFound
from pentimento.engine.judging.judge import Judge, JudgeDetector, read
from pentimento.engine.judging.network import GRID, NOUNS, PLACES, Answers, JudgeNet, cell_centres
from pentimento.engine.training.judge import JudgeStage, bent, centredness, distorted, overlap, ruined, scene, truth
from pentimento.engine.training.pictures import Seen
from pentimento.engine.world import Scene, Thing, render

ROOT = Path(__file__).parents[3]
PAIR = Scene((Thing("car", "red", "", (0.0625, 0.5, 0.4375, 0.875)), Thing("dog", None, "", (0.5625, 0.125, 0.9375, 0.5))), "beach", 3)


def seen(scene: Scene) -> Seen:
    drawn = render(scene)
    return Seen(drawn.pixels, scene, np.stack(drawn.masks) if drawn.masks else np.zeros((0, 64, 64), bool))


def perfect(scene: Scene) -> Answers:
    """What a network without fault would say."""
    nouns, hues, boxes, _, places = truth([seen(scene)])
    at = cell_centres()
    x, y = at[None, None, :], at[None, :, None]
    sides = torch.stack([x - boxes[:, 0], y - boxes[:, 1], boxes[:, 2] - x, boxes[:, 3] - y], 1)
    told = one_hot(nouns.clamp(min=0), len(NOUNS)).permute(0, 3, 1, 2) * (nouns >= 0)[:, None]
    centred = centredness(sides.permute(0, 2, 3, 1).reshape(-1, 4)).reshape(nouns.shape).logit(1e-3)
    return Answers(20.0 * told - 10, 20 * hues - 10, sides, centred, 20.0 * one_hot(places, len(PLACES)), torch.zeros(1, 4))


class Fixed(JudgeNet):
    """Gives the same answers to any picture."""

    def __init__(self, answers: Answers) -> None:
        super().__init__((8, 8, 8, 8), (0, 0, 0, 0), 8)
        self.answers = answers

    def forward(self, pixels: torch.Tensor) -> Answers:
        return self.answers


def test_answers_become_things_with_boxes_colours_and_a_place() -> None:
    look = read(perfect(PAIR))[0]
    assert [(t.noun, t.colour) for t in sorted(look.things, key=lambda t: t.noun)] == [("car", "red"), ("dog", None)]
    for found in look.things:
        want = next(t for t in PAIR.things if t.name == found.noun)
        assert np.abs(np.subtract(found.box, want.box)).max() < 0.12  # masks are smaller than boxes
        assert found.score > 0.8
    assert max(look.places, key=lambda p: look.places[p]) == "beach"


def test_thresholds_hold_and_coloured_phrases_need_their_colour() -> None:
    judge = Judge(Fixed(perfect(PAIR)), 0.3, 0.9999)
    picture = Image.new("RGB", (64, 64))
    assert {t.noun for t in judge.objects(picture)} == {"car", "dog"}
    assert judge.objects(picture, counting=True) == []
    assert judge.background(picture) == "beach"
    found = JudgeDetector(judge).detect(picture, ["car", "red car", "blue car", "two dogs"])
    assert {d.phrase for d in found} == {"car", "red car", "two dogs"}


def test_the_colours_a_thing_was_drawn_in_may_be_what_a_word_says() -> None:
    natural = replace(PAIR, things=(replace(PAIR.things[0], colour=None), PAIR.things[1]))
    car = next(t for t in read(perfect(natural))[0].things if t.noun == "car")
    assert car.sure_of("red") > 0.9 > 0.1 > car.sure_of("blue")


def test_two_boxes_of_one_thing_count_once() -> None:
    answers = perfect(PAIR)
    shrunk = answers.sides * torch.linspace(0.7, 1, GRID)  # every cell sees the thing a little smaller or larger
    assert len(read(answers._replace(sides=shrunk))[0].things) == 2


def test_what_is_taught_is_bent_and_ruined_with_its_truth() -> None:
    rng = np.random.default_rng(0)
    whole = seen(PAIR)
    moved = bent(whole, rng)
    assert moved.pixels.shape == whole.pixels.shape and moved.masks.dtype == bool
    shares = [(a & b).sum() / (a | b).sum() for a, b in zip(moved.masks, whole.masks, strict=True)]
    assert all(0.4 < share < 1 for share in shares)
    for _ in range(200):
        gone = ruined(whole, rng)
        if len(gone.scene.things) < 2:
            break
    assert len(gone.masks) == len(gone.scene.things) < 2
    assert not np.array_equal(gone.pixels, whole.pixels)
    assert np.array_equal(whole.pixels, render(PAIR).pixels)  # the pool's picture stays what it was


def test_pairs_are_mostly_of_two_colours() -> None:
    rng = np.random.default_rng(1)
    pairs = [s for s in (scene(rng, ("car", "house", "boat")) for _ in range(150)) if len({t.name for t in s.things}) == 2]
    two = [s.things[0].colour != s.things[1].colour and None not in (s.things[0].colour, s.things[1].colour) for s in pairs]
    assert len(pairs) > 40 and np.mean(two) > 0.6


def test_the_loss_is_least_for_the_truth_and_reaches_every_weight() -> None:
    stage = JudgeStage()
    batch = (distorted([seen(PAIR)], np.random.default_rng(0)), *truth([seen(PAIR)]))
    right = perfect(PAIR)
    good = float(stage.loss(Fixed(right), batch))
    for wrong in (
        right._replace(nouns=right.nouns.roll(1, 1)),
        right._replace(hues=right.hues.roll(1, 1)),
        right._replace(sides=right.sides * 1.5),
        right._replace(places=right.places.roll(1, 1)),
        right._replace(centred=-right.centred),
    ):
        assert float(stage.loss(Fixed(wrong), batch)) > good + 0.1
    model = stage.build()
    stage.loss(model, batch).backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in model.parameters())


def test_a_picture_without_things_has_a_loss() -> None:
    stage = JudgeStage()
    empty = Scene((), "sea", 1)
    assert torch.isfinite(stage.loss(stage.build(), (torch.zeros(1, 3, 64, 64), *truth([seen(empty)]))))


def test_generalised_overlap_of_known_boxes() -> None:
    a = torch.tensor([[0.0, 0, 2, 2]])
    assert overlap(a, a).item() == pytest.approx(1)
    assert overlap(a, torch.tensor([[2.0, 0, 4, 2]])).item() == pytest.approx(0)
    assert overlap(a, torch.tensor([[4.0, 0, 6, 2]])).item() == pytest.approx(-1 / 3)


def test_every_judge_begins_from_its_own_seed() -> None:
    torch.manual_seed(5)
    before = torch.random.get_rng_state()
    first, second = JudgeStage().build(), JudgeStage().build()
    assert torch.equal(torch.random.get_rng_state(), before)
    assert all(torch.equal(a, b) for a, b in zip(first.parameters(), second.parameters(), strict=True))


def test_weights_that_are_missing_are_named(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound, match="STAGE=judge"):
        Judge.load(tmp_path)


def test_weights_come_back_as_they_were_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pentimento.engine.training.stage.EMBEDDED", tmp_path)
    stage = JudgeStage()
    stage.levels = {"exists": 0.31, "counts": 0.47}
    model = stage.build().eval()
    pixels = torch.randn(1, 3, 64, 64).clamp(-1, 1)
    with torch.no_grad():
        wanted = model.half().float()(pixels).nouns
        stage.export(model)
        judge = Judge.load(tmp_path / "judge")
        assert torch.allclose(judge.network(pixels).nouns, wanted, atol=1e-5)
    assert (judge.exists, judge.counts) == (0.31, 0.47)


def importers(*wanted: str) -> dict[str, set[str]]:
    """Files outside the tests that import one of the dotted names, and which."""
    found: dict[str, set[str]] = {}
    for file in sorted(f for room in ("agent", "tools", "engine", "prompts", "examples") for f in (ROOT / room).rglob("*.py")):
        package = ["pentimento", *file.relative_to(ROOT).with_suffix("").parts]
        for node in ast.walk(ast.parse(file.read_text())):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                base = ".".join([*(package[: len(package) - node.level] if node.level else []), *([node.module] if node.module else [])])
                names = [f"{base}.{alias.name}" for alias in node.names]
            hits = {name for name in names for want in wanted if name == want or name.startswith(f"{want}.")}
            if hits:
                found.setdefault(str(file.relative_to(ROOT)), set()).update(hits)
    return found


def test_only_benchmarks_and_training_look_through_the_judge() -> None:
    allowed = ("engine/judging/", "engine/proofs/", "engine/training/judge.py", "agent/benches/")
    users = importers("pentimento.engine.judging", "pentimento.engine.training.judge")
    assert "engine/training/judge.py" in users  # the search finds what is there
    assert [file for file in users if not file.startswith(allowed)] == []
    behind = importers("pentimento.engine.proofs")  # nor by a detour; training measures itself by some proofs
    assert [file for file in behind if not file.startswith(("engine/proofs/", "engine/training/", "agent/benches/"))] == []
    benches = importers("pentimento.agent.benches")  # the command names them by words
    assert [file for file in benches if not file.startswith("agent/benches/")] == []
