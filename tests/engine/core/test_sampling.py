"""The one loop: seeds, starts, seams, claims, cancel and errors."""

import contextlib
import dataclasses
from dataclasses import dataclass

import pytest
import torch

from pentimento.engine import DDIM, Branch, Cancelled, DPMSolverPP2M, Euler, Noised, Schedule, Technique, Window, sample
from pentimento.engine.attention import CROSS
from pentimento.engine.energies import Energy, Shown
from pentimento.engine.errors import BadInput, OutOfMemory, TechniqueConflict, TechniqueMisuse

SHORT = Schedule(4)


def test_one_seed_paints_the_same_alone_and_in_a_batch(tiny_sd):
    both = sample(tiny_sd, ["a cat", "a dog"], schedule=SHORT, seed=3)
    dog = sample(tiny_sd, "a dog", schedule=SHORT, seed=3)
    assert torch.allclose(both.latents[1:], dog.latents, atol=1e-5)
    assert both.cost.calls == 4 and both.cost.rows == 8


def test_seeds_belong_to_lanes_even_when_solvers_draw(tiny_sd):
    solver = DDIM(eta=1.0)
    both = sample(tiny_sd, {"a": "a cat", "b": "a cat"}, schedule=SHORT, seed=[1, 2], solver=solver)
    assert not torch.allclose(both.latents[0], both.latents[1])
    alone = sample(tiny_sd, "a cat", schedule=SHORT, seed=2, solver=solver)
    assert torch.allclose(both.latents[1:], alone.latents, atol=1e-5)


@pytest.mark.parametrize("solver", [DDIM(), Euler(), DPMSolverPP2M()])
def test_trajectory_starts_at_noise_and_ends_clean(tiny_sd, solver):
    sampled = sample(tiny_sd, "a cat", schedule=SHORT, solver=solver)
    assert len(sampled.trajectory.latents) == len(sampled.trajectory.levels) == 5
    assert torch.equal(sampled.trajectory.end.latents, sampled.latents)
    alphas = [level.alpha for level in sampled.trajectory.levels]
    assert alphas == sorted(alphas)


def test_pictures_have_the_native_size_or_the_one_asked_for(tiny_sd):
    assert sample(tiny_sd, "a cat", schedule=SHORT).images[0].size == (64, 64)
    assert sample(tiny_sd, "a cat", schedule=SHORT, size=(96, 32)).images[0].size == (96, 32)


def test_progress_shows_every_step(tiny_sd):
    seen = []
    sampled = sample(tiny_sd, "a cat", schedule=SHORT, progress=lambda step, x0: seen.append((step.index, x0)))
    assert [index for index, _ in seen] == [0, 1, 2, 3]
    assert torch.allclose(seen[-1][1], sampled.latents, atol=0.2)


def test_cancel_stops_within_a_step_and_leaves_the_model_usable(tiny_sd):
    answers = iter([False, False, True])
    with pytest.raises(Cancelled):
        sample(tiny_sd, "a cat", schedule=SHORT, cancelled=lambda: next(answers))
    assert tiny_sd.attention.frame is None
    assert torch.isfinite(sample(tiny_sd, "a cat", schedule=SHORT).latents).all()


def test_a_full_device_is_an_error_of_ours(tiny_sd):
    @dataclass(frozen=True)
    class Greedy(Technique):
        def before_step(self, x, step, run):
            raise torch.OutOfMemoryError("no room")

    with pytest.raises(OutOfMemory, match="fewer lanes"):
        sample(tiny_sd, "a cat", schedule=SHORT, techniques=[Greedy()])


@pytest.mark.parametrize(
    ("prompts", "options", "says"),
    [
        ("", {}, "at least one word"),
        (["a cat", "  "], {}, "at least one word"),
        ([], {}, "at least one word"),
        (["a", "b"], {"seed": [1]}, "1 seeds for 2 prompts"),
        ("a", {"seed": -1}, "seeds must be"),
        ("a", {"size": (63, 64)}, "multiples of 4"),
        ("a", {"schedule": Schedule(4, 0.5)}, "needs `start`"),
        ("a", {"start": torch.zeros(2, 4, 16, 16)}, "start has shape"),
        ("a", {"start": torch.zeros(1, 4, 16, 16), "size": (128, 64)}, "does not fit the start"),
    ],
)
def test_wrong_inputs_are_told(tiny_sd, prompts, options, says):
    with pytest.raises(BadInput, match=says):
        sample(tiny_sd, prompts, **({"schedule": SHORT} | options))


def test_image_to_image_starts_from_the_picture(tiny_sd):
    start = torch.randn(1, 4, 16, 16, generator=torch.Generator().manual_seed(7))
    schedule = Schedule(10, 0.3)
    near = sample(tiny_sd, ["a cat", "a dog"], schedule=schedule, start=start)
    assert len(near.trajectory.levels) == 4
    first = near.trajectory.levels[0].noised(start, torch.randn(1, 4, 16, 16, generator=torch.Generator().manual_seed(0)))
    assert torch.allclose(near.trajectory.latents[0], first.expand(2, -1, -1, -1), atol=1e-6)


def test_noised_latents_start_where_they_stand(tiny_sd):
    whole = sample(tiny_sd, "a cat", schedule=Schedule(10))
    middle = Noised(whole.trajectory.latents[5], whole.trajectory.levels[5])
    rest = sample(tiny_sd, "a cat", schedule=Schedule(10, 0.5), start=middle)
    assert torch.allclose(rest.latents, whole.latents, atol=1e-5)
    with pytest.raises(BadInput, match="stands at time"):
        sample(tiny_sd, "a cat", schedule=Schedule(10, 0.3), start=middle)


def test_claims_that_collide_are_refused_before_anything_is_computed(tiny_sd):
    @dataclass(frozen=True)
    class First(Technique):
        def claims(self):
            return frozenset({"solver"})

    @dataclass(frozen=True)
    class Second(First):
        def begin(self, run):
            raise AssertionError("begun")

    with pytest.raises(TechniqueConflict, match="First and Second both claim 'solver'"):
        sample(tiny_sd, "a cat", schedule=SHORT, techniques=[First(), Second()])
    sample(tiny_sd, "a cat", schedule=SHORT, techniques=[First(), Second(strength=0)])


@dataclass(frozen=True)
class Notes(Technique):
    """Writes down when each seam is asked."""

    asked: tuple = ()

    def begin(self, run):
        self.asked[0].append("begin")
        return self

    @contextlib.contextmanager
    def weights(self, model):
        self.asked[0].append("weights on")
        yield
        self.asked[0].append("weights off")

    def branches(self, branches, step):
        self.asked[0].append("branches")
        return branches

    def condition(self, branch, step):
        assert branch.text is not None
        self.asked[0].append("condition")
        return branch

    def edits(self, step):
        self.asked[0].append("edits")
        return ()

    def before_step(self, x, step, run):
        self.asked[0].append(f"before {step.index}")
        return x

    def prediction(self, predicted, x, step, run):
        self.asked[0].append("prediction")
        return predicted

    def after_step(self, x, predicted, step, run):
        self.asked[0].append("after")
        return x


def test_seams_are_asked_in_order_and_only_inside_the_window(tiny_sd):
    asked: list[str] = []
    sample(tiny_sd, "a cat", schedule=SHORT, techniques=[Notes((asked,), window=Window(0.25, 0.75))])
    each = ["branches", "condition", "edits", "prediction", "after"]
    assert asked == ["begin", "weights on", "before 1", *each, "before 2", *each, "weights off"]


def test_weights_come_off_when_a_run_fails(tiny_sd):
    asked: list[str] = []

    @dataclass(frozen=True)
    class Fails(Notes):
        def after_step(self, x, predicted, step, run):
            raise RuntimeError("boom")

    with pytest.raises(RuntimeError, match="boom"):
        sample(tiny_sd, "a cat", schedule=SHORT, techniques=[Fails((asked,))])
    assert asked[-1] == "weights off"


def test_the_state_of_a_run_lives_in_what_begin_gives_back(tiny_sd):
    @dataclass(frozen=True)
    class Counts(Technique):
        seen: tuple = ()

        def begin(self, run):
            return dataclasses.replace(self, seen=([],))

        def after_step(self, x, predicted, step, run):
            self.seen[0].append(step.index)
            assert len(self.seen[0]) == step.index + 1
            return x

    technique = Counts()
    for _ in range(2):
        sample(tiny_sd, "a cat", schedule=SHORT, techniques=[technique])
    assert technique.seen == ()


def test_maps_of_the_loops_own_call_come_with_the_prediction(tiny_sd):
    shapes = []

    @dataclass(frozen=True)
    class Looks(Technique):
        def record(self, step):
            return (CROSS,) if step.index == 1 else ()

        def after_step(self, x, predicted, step, run):
            shapes.append(None if predicted.maps is None else predicted.maps.of("0").shape)
            return x

    looked = sample(tiny_sd, "a cat", schedule=SHORT, techniques=[Looks()])
    assert shapes == [None, (32, 16, 16), None, None]
    assert torch.allclose(looked.latents, sample(tiny_sd, "a cat", schedule=SHORT).latents, atol=1e-5)


@dataclass(frozen=True)
class Pull(Technique):
    """Pulls x0 towards a value in one lane."""

    value: float = 0.0
    lane: str = "0"
    rounds: int = 3
    enough: float = 0.0

    def energies(self, step):
        def loss(shown: Shown):
            mine = torch.tensor([float(lane == self.lane) for lane in shown.run.prompts])
            return mine * (shown.x0 - self.value).square().mean((1, 2, 3))

        return (Energy(loss, stride=0.05, rounds=self.rounds, enough=self.enough),)


def test_energies_are_descended_and_share_one_backward(tiny_sd):
    plain = sample(tiny_sd, ["a cat", "a dog"], schedule=SHORT)
    pulled = sample(tiny_sd, ["a cat", "a dog"], schedule=SHORT, techniques=[Pull(1.0), Pull(-1.0, "1")])
    assert pulled.cost.backwards == 4 * 3
    assert pulled.cost.calls == 4 * 3 + 4
    assert pulled.latents[0].mean() > plain.latents[0].mean()
    assert pulled.latents[1].mean() < plain.latents[1].mean()
    assert not pulled.latents.requires_grad


def test_lanes_that_have_enough_are_left_alone(tiny_sd):
    plain = sample(tiny_sd, ["a cat", "a dog"], schedule=SHORT)
    one = sample(tiny_sd, ["a cat", "a dog"], schedule=SHORT, techniques=[Pull(1.0)])
    assert torch.allclose(one.latents[1], plain.latents[1], atol=1e-5)
    none = sample(tiny_sd, ["a cat", "a dog"], schedule=SHORT, techniques=[Pull(1.0, enough=1e9)])
    assert none.cost.backwards == 0
    assert torch.allclose(none.latents, plain.latents, atol=1e-5)


def test_missing_lanes_are_told(tiny_sd):
    @dataclass(frozen=True)
    class Pair(Technique):
        def begin(self, run):
            run.require_lanes("source", "target")
            return self

    with pytest.raises(TechniqueMisuse, match=r"lanes \['source', 'target'\] are needed"):
        sample(tiny_sd, "a cat", schedule=SHORT, techniques=[Pair()])


def test_branches_without_a_rest_or_with_two_are_refused(tiny_sd):
    @dataclass(frozen=True)
    class Second(Technique):
        def branches(self, branches, step):
            return branches.add(Branch("second", "a dog"))

    with pytest.raises(TechniqueMisuse, match="take the rest"):
        sample(tiny_sd, "a cat", schedule=SHORT, techniques=[Second()])
