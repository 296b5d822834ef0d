"""The bench on painters and eyes whose worth is known: truth gets full marks, shuffled truth the floor, and a cut run goes on."""

import json
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image

from pentimento.engine.errors import ModelNotFound
from pentimento.engine.intervals import Estimate
from pentimento.engine.perception import measure
from pentimento.engine.perception.detector import Detection
from pentimento.engine.perception.measure import Exhibit
from pentimento.engine.proofs.world import agreement, command
from pentimento.engine.proofs.world.agreement import Case, compared
from pentimento.engine.proofs.world.facts import Sight, colour_words, truth_of
from pentimento.engine.proofs.world.gallery import Gallery
from pentimento.engine.proofs.world.looking import calibration, confusion, outlined
from pentimento.engine.proofs.world.page import page
from pentimento.engine.proofs.world.painting import asked, measure_painting
from pentimento.engine.proofs.world.pixels import measure_pixels, overshoot
from pentimento.engine.proofs.world.record import MARKS, Part, figures_of, marks_of, missed, read, to_json
from pentimento.engine.proofs.world.spread import frechet, frechet_estimate, measure_spread, nearest, shrunken, training_pictures
from pentimento.engine.proofs.world.tasks import KINDS, again
from pentimento.engine.training.painter import EARLY, LEARNED, Encoded
from pentimento.engine.world import Scene, Thing, render, sample_scene

NAMES = ("dog", "cat", "car", "boat", "house", "tree")
COUNT, SEEDS = 6, 2


class Truth:
    """Renders scenes, and knows of every picture what it shows."""

    def __init__(self) -> None:
        self.known: dict[bytes, Sight] = {}
        self.scenes = {
            (task.prompt, seed): again(task.scene, np.random.default_rng(seed))
            for kind in asked(NAMES, COUNT, SEEDS).values()
            for task, own in kind
            for seed in own
        }
        self.painted = 0
        for kind in asked(NAMES, COUNT, SEEDS).values():
            for task, _ in kind:
                self.show(task.scene)

    def show(self, scene: Scene) -> Image.Image:
        image = render(scene).image
        self.known[image.tobytes()] = truth_of(scene)
        return image

    def paint(self, prompts: Sequence[str], seeds: Sequence[int]) -> list[Image.Image]:
        self.painted += len(prompts)
        return [self.show(self.scenes[pair]) for pair in zip(prompts, seeds, strict=True)]

    def paint_shuffled(self, prompts: Sequence[str], seeds: Sequence[int]) -> list[Image.Image]:
        rng = np.random.default_rng(seeds[0])
        return [self.show(sample_scene(rng, names=("tree",), kind="empty")) for _ in prompts]

    def look(self, images: Sequence[Image.Image]) -> list[Sight]:
        return [self.known[image.tobytes()] for image in images]


def same(images: Sequence[Image.Image]) -> list[Image.Image]:
    return list(images)


def gallery(paint: object, folder: Path, name: str = "fake") -> Gallery:
    return Gallery(paint, name, folder, lambda line: None)  # type: ignore[arg-type]


def test_the_truth_gets_full_marks_and_its_floor_is_nought(tmp_path: Path) -> None:
    truth = Truth()
    part = measure_painting(NAMES, gallery(truth.paint, tmp_path), truth.look, same, count=COUNT, seeds=SEEDS)
    for kind in KINDS:
        assert part.figures[f"painter.{kind}"].value == part.figures[f"ceiling.{kind}"].value == 1
        assert part.figures[f"floor.{kind}"].value == 0
        assert part.figures[f"painter.{kind}"].count == COUNT  # prompts, not pictures
    assert sum(int(row[1]) for row in part.tables["Single objects by noun"][1:]) == COUNT * SEEDS


def test_a_painter_that_does_not_listen_fails(tmp_path: Path) -> None:
    truth = Truth()
    part = measure_painting(NAMES, gallery(truth.paint_shuffled, tmp_path), truth.look, same, count=COUNT, seeds=SEEDS)
    assert all(part.figures[f"painter.{kind}"].value == 0 for kind in KINDS if kind != "background")
    assert part.figures["painter.background"].value < 0.6


def test_pictures_are_painted_once_and_kept_for_the_next_run(tmp_path: Path) -> None:
    truth = Truth()
    wanted = [pair for pair in truth.scenes][:20]
    first = gallery(truth.paint, tmp_path).pictures([*wanted, wanted[0]])
    assert truth.painted == 20
    again_ = gallery(truth.paint, tmp_path).pictures(wanted)
    assert truth.painted == 20 and [a.tobytes() for a in again_] == [b.tobytes() for b in first[:20]]
    gallery(truth.paint, tmp_path, "other weights").pictures(wanted[:2])
    assert truth.painted == 22


def test_the_truth_is_near_renders_diverse_and_remembers_nothing(tmp_path: Path) -> None:
    truth = Truth()
    memory = training_pictures(NAMES, [{}], 64, [0, 0])
    part = measure_spread(NAMES, gallery(truth.paint, tmp_path), shrunken_few, same, count=COUNT, seeds=SEEDS, memory=memory)
    figures = part.figures
    assert figures["frechet.painted"].value < 0.02
    assert 0.6 < figures["diversity.features"].value < 1.6 and 0.6 < figures["diversity.pixels"].value < 1.6
    assert 0.7 < figures["memory.pixels"].value < 1.3 and figures["memory.copies_pixels"].value < 0.2


def shrunken_few(images: Sequence[Image.Image]) -> np.ndarray:
    return shrunken(images, 2).astype(float)


def test_a_painter_that_copies_or_repeats_itself_is_found_out(tmp_path: Path) -> None:
    memory = training_pictures(NAMES, [{}], 64, [0, 0])
    part = measure_spread(NAMES, gallery(lambda p, s: [memory[3]] * len(p), tmp_path), shrunken_few, same, count=COUNT, seeds=SEEDS, memory=memory)
    assert part.figures["memory.pixels"].value < 0.01 and part.figures["memory.copies_pixels"].value == 1
    assert part.figures["diversity.pixels"].value == 0
    assert part.figures["frechet.painted"].low > 0.02


class Recording:
    """An autoencoder that remembers what it was given."""

    config = {"scaling_factor": 1.0}

    def __init__(self) -> None:
        self.given: list[torch.Tensor] = []

    def encode(self, pixels: torch.Tensor) -> SimpleNamespace:
        self.given.append(pixels)
        return SimpleNamespace(latent_dist=SimpleNamespace(mean=torch.zeros(len(pixels), 4, 16, 16)))


def test_training_pictures_are_those_that_the_painter_is_trained_on() -> None:
    vae = Recording()
    pool = Encoded(vae, np.random.default_rng([0, 0]))  # type: ignore[arg-type]
    for _ in range(2):
        pool.draw(64, EARLY)
    drawn = ((torch.cat(vae.given) + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy()
    ours = training_pictures(LEARNED, [EARLY], 128, [0, 0])
    assert np.array_equal(np.stack([np.asarray(image) for image in ours]), drawn)


def test_frechet_of_known_normals_and_nearest_of_known_points() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.normal(0, 1, (40_000, 2)), rng.normal([3, 0], [2, 1], (40_000, 2))
    assert frechet(a, a) == pytest.approx(0, abs=1e-6)
    assert frechet(a, b) == pytest.approx(9 + 1, rel=0.03)
    same_source, other = frechet_estimate(a[:300], a[300:600], draws=50), frechet_estimate(a[:300], b[:300], draws=50)
    assert same_source.value < 0.02 and other.low < 10 < other.high
    assert nearest(np.asarray([[0.0, 0], [5, 5]]), np.asarray([[0.0, 1], [5, 5]])).tolist() == [1, 0]


def test_pixels_that_come_back_whole_have_no_error_and_lanczos_gains_nothing_over_itself() -> None:
    part = measure_pixels(same, lambda image: image.resize((256, 256), Image.Resampling.LANCZOS), scenes=6)
    figures = part.figures
    assert figures["autoencoder.psnr"].value == pytest.approx(90)
    assert figures["autoencoder.colours"] == figures["autoencoder.colours_before"]
    assert figures["upscaler.gain"].value == pytest.approx(0) and figures["upscaler.ringing"] == figures["upscaler.ringing_lanczos"]
    assert figures["upscaler.ringing"].value > 1.0  # Lanczos rings, which is what this figure is for


def test_errors_are_told_in_decibels_with_their_interval_the_right_way_round() -> None:
    def darker(images: Sequence[Image.Image]) -> list[Image.Image]:
        return [Image.fromarray((np.asarray(image) * (0.9 + 0.01 * i)).astype(np.uint8)) for i, image in enumerate(images)]

    found = measure_pixels(darker, lambda image: image.resize((256, 256)), scenes=6).figures["autoencoder.psnr"]
    assert 20 < found.low < found.value < found.high < 45


def test_overshoot_counts_only_what_is_beyond_the_picture_nearby() -> None:
    true = np.zeros((40, 40, 3))
    inside = np.zeros((40, 40), bool)
    inside[10:30, 10:30] = True
    true[inside] = 200
    assert overshoot(true, true, inside) == 0
    assert overshoot(np.clip(true, 20, 180), true, inside) == 0  # soft edges do not ring
    ringing = true.copy()
    ringing[9, 10:30] = -10
    assert overshoot(ringing, true, inside) == pytest.approx(20 * 10)


def cases(count: int) -> list[Case]:
    rng = np.random.default_rng(3)
    scenes = [sample_scene(rng, names=NAMES) for _ in range(count)]
    return [Case(render(s).image, truth_of(s), colour_words(s)) for s in scenes]


def test_eyes_that_know_the_truth_are_precise_and_blind_ones_are_not() -> None:
    those = cases(40)
    known = {case.image.tobytes(): case.truth for case in those}

    def knowing(images: Sequence[Image.Image]) -> list[Sight]:
        return [known[image.tobytes()] for image in images]

    def blind(images: Sequence[Image.Image]) -> list[Sight]:
        return [Sight((), {}, "plain") for _ in images]

    figures, rows = compared("renders", those, NAMES, blind, knowing)
    assert len(rows) == 6
    for kind in ("exists", "count", "colour", "background", "relation"):
        assert figures[f"renders.{kind}.judge.precision"].value == figures[f"renders.{kind}.judge.recall"].value == 1
        assert figures[f"renders.{kind}.critic.recall"].value < 0.4
        assert figures[f"renders.{kind}.agree"].value < 0.8
    assert "renders.exists.critic.precision" not in figures  # a rate of nothing is no figure
    alike, _ = compared("renders", those, NAMES, knowing, knowing)
    assert all(alike[f"renders.{kind}.agree"].value == 1 for kind in agreement.FACTS)


class Colourblind:
    """Sees every car, in every colour that is asked for."""

    threshold = 0.3

    def __init__(self, scene: Scene, only: str | None = None) -> None:
        self.scene, self.only = scene, only

    def detect(self, image: Image.Image, phrases: Sequence[str], threshold: float | None = None) -> list[Detection]:
        return [Detection(p, 0.9, self.scene.things[0].box) for p in phrases if self.only is None or p.startswith(self.only)]


def test_confusion_of_colours_is_counted_where_a_thing_is() -> None:
    scene = Scene((Thing("car", "red", "", (0.1, 0.4, 0.6, 0.8)),), "sea", 1)
    drawn = render(scene)
    exhibits = [Exhibit(scene, drawn.image, drawn.masks)]
    assert confusion(Colourblind(scene), exhibits)[0].value == 1
    assert confusion(Colourblind(scene, "red"), exhibits)[0].value == 0
    found, rows = confusion(Colourblind(scene, "blue"), exhibits)
    assert found.value == pytest.approx(1 / 7)
    assert next(row for row in rows if row[0] == "red")[rows[0].index("blue")] == "1"


class Sure:
    """Believes everything to the same degree."""

    def __init__(self, belief: float) -> None:
        self.belief = belief

    def yes(self, image: Image.Image, text: str) -> float:
        return self.belief


def test_a_scorer_is_calibrated_if_what_it_believes_is_so_that_often() -> None:
    rng = np.random.default_rng(0)
    scenes = [sample_scene(rng) for _ in range(12)]
    exhibits = [Exhibit(s, d.image, d.masks) for s in scenes for d in [render(s)]]
    assert calibration(Sure(0.5), exhibits, 0)[0].value == pytest.approx(0)  # type: ignore[arg-type]
    wrong, rows = calibration(Sure(0.95), exhibits, 0)  # type: ignore[arg-type]
    assert wrong.value == pytest.approx(0.45) and rows[1][0] == "0.9 – 1"


def full(value: float) -> Estimate:
    return Estimate(value, value, value, 9)


def test_marks_are_reached_by_the_estimate_and_missing_ones_are_not_hidden() -> None:
    good = {mark.figure: full(mark.least if mark.least is not None else mark.most or 0.0) for mark in MARKS}
    assert all(marks_of(good).values())
    name = MARKS[0].figure
    assert marks_of(good | {name: full(0.1)})[name] is False
    assert marks_of({})[name] is None
    parts = {"eyes": Part({"scenes": 1}, {name: full(0.1)})}
    assert json.loads(to_json(parts))["holds"] is False
    shown = page(parts, "## What was tried\n\nMuch.", "world")
    assert "**no**" in shown and "not measured" in shown and shown.rstrip().endswith("Much.") and "world/figures.json" in shown


def test_an_aim_that_is_missed_is_shown_and_decides_nothing() -> None:
    good = {mark.figure: full(mark.least if mark.least is not None else mark.most or 0.0) for mark in MARKS}
    aim = next(mark.figure for mark in MARKS if mark.aim)
    parts = {"eyes": Part({}, good | {aim: full(0.1)})}
    told = json.loads(to_json(parts))
    assert told["holds"] is True and told["marks"][aim] is False and "**no** (an aim)" in page(parts, "", "world")
    assert missed(good) == {} and aim not in missed({}) and set(missed({}).values()) == {None}


class Outliner:
    """Outlines everything but balloons; points a little worse than boxes."""

    def __init__(self, exhibits: Sequence[Exhibit]) -> None:
        self.masks = {
            e.image.tobytes(): {thing.box: (thing.name, mask) for thing, mask in zip(e.scene.things, e.masks, strict=True)} for e in exhibits
        }

    def segment(self, image: Image.Image, boxes: Sequence[object], points: Sequence[object]) -> list[np.ndarray]:
        name, mask = self.masks[image.tobytes()][boxes[0]]  # type: ignore[index]
        half = mask.copy()
        half[:, :32] = False
        return [np.zeros_like(mask), np.zeros_like(mask)] if name == "balloon" else [mask, half]


def test_outlines_are_told_by_thing_the_worst_first(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    scenes = [sample_scene(rng, names=("balloon", "dog", "cat"), kind="pair") for _ in range(6)]
    exhibits = tuple(Exhibit(scene, (drawn := render(scene)).image, drawn.masks) for scene in scenes)
    monkeypatch.setattr(measure, "held_out", lambda count, **_: exhibits[:count])
    head, worst, *others, rest = outlined(Outliner(exhibits), 6, 1)  # type: ignore[arg-type]
    assert head[0] == "thing" and worst[0] == "balloon" and worst[2:] == ["0.00 / 0.00"] * 2
    assert rest[0] == "all but balloon" and rest[2].startswith("1.00 / 0.") and int(rest[1]) == sum(int(row[1]) for row in others)


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    parts = {"cost": Part({"runs": 7}, {"cost.megabytes": full(40)}, {"T": [["a"], ["b"]]}, {"g.png": "seen"})}
    (tmp_path / "figures.json").write_text(to_json(parts))
    assert read(tmp_path / "figures.json") == parts
    assert read(tmp_path / "none.json") == {}


def test_parts_replace_their_own_figures_and_keep_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    values = {"pixels": 30.0, "cost": 40.0}
    names = {"pixels": "autoencoder.psnr", "cost": "cost.megabytes"}
    monkeypatch.setattr(command.World, "measure", lambda self, part: Part({}, {names[part]: full(values[part])}))
    (tmp_path / "world").mkdir()
    (tmp_path / "world" / "tried.md").write_text("## What was tried\n\nBy hand.\n")
    to = tmp_path / "world.md"
    assert command.main(["--write", str(to), "--parts", "pixels,cost"]) == 0
    values["pixels"] = 20.0
    capsys.readouterr()
    assert command.main(["--write", str(to), "--parts", "pixels", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["marks"]["autoencoder.psnr"] is False and told["marks"]["cost.megabytes"] is True
    kept = figures_of(read(tmp_path / "world" / "figures.json"))
    assert (kept["autoencoder.psnr"].value, kept["cost.megabytes"].value) == (20, 40)
    assert "By hand." in to.read_text() and "20.000" in to.read_text()


def test_grids_show_the_first_prompts_of_every_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    truth = Truth()
    monkeypatch.setattr(command, "upscale", lambda image: image.resize((256, 256)))
    world = command.World(COUNT, SEEDS, 1, tmp_path, tmp_path, tmp_path / "grids")
    vars(world).update(names=NAMES, gallery=gallery(truth.paint, tmp_path))
    captions = world._grids()
    assert set(captions) == {f"{kind.replace(' ', '-')}.png" for kind in KINDS}
    for kind, prompts in asked(NAMES, COUNT, SEEDS).items():
        file = f"{kind.replace(' ', '-')}.png"
        assert all(task.prompt in captions[file] for task, _ in prompts)
        with Image.open(tmp_path / "grids" / file) as image:
            assert image.size == (COUNT * 132 - 4, 2 * 132 - 4)
    world.grids = None
    assert world._grids() == {}


def test_without_weights_the_command_says_which_to_train(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def missing(self: command.World, part: str) -> Part:
        raise ModelNotFound("no weights; train them with `make train STAGE=judge`")

    monkeypatch.setattr(command.World, "measure", missing)
    assert command.main(["--parts", "painter"]) == 2
    assert "STAGE=judge" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        command.main(["--parts", "everything"])
