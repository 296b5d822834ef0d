"""The door to the network: rows, attention, extra inputs and gradients, against the U-Net called by hand."""

from collections.abc import Callable

import pytest
import torch

from pentimento.engine import DDIM, Model, Schedule, load_model
from pentimento.engine.attention import CROSS, SELF, Call, Edit, Site, Sites, semantic
from pentimento.engine.branch import Branch, Branches, Lanes, Residuals, SideCall
from pentimento.engine.denoiser import Prediction, denoise, x0_of
from pentimento.engine.errors import Cancelled, ModelCannot, TechniqueMisuse
from pentimento.engine.technique import Run

PROMPTS = {"source": "a cat", "target": "a red dog"}


def make_run(model: Model, cancelled: Callable[[], bool] | None = None) -> Run:
    steps = Schedule(10).plan(model.levels, DDIM())
    noise = torch.randn(2, 4, 16, 16, generator=torch.Generator().manual_seed(0))
    return Run(model, PROMPTS, steps, noise, cancelled=cancelled)


def ask(run: Run, change: Callable[[Branch], Branch], edits: tuple[Edit, ...] = (), record: tuple[Sites, ...] = ()) -> Prediction:
    step = run.steps[4]
    lanes = Lanes(tuple(Branches(b.lane, tuple(change(branch) for branch in b)) for b in run.lanes(step)))
    with torch.no_grad():
        return denoise(run.model, run.noise, step, lanes, edits, record)


def by_hand(run: Run, rows: list[torch.Tensor], **more) -> torch.Tensor:
    """Asks the U-Net with its own attention processors."""
    from diffusers.models.attention_processor import AttnProcessor2_0

    unet = run.model.unet
    ours = unet.attn_processors
    unet.set_attn_processor(AttnProcessor2_0())
    try:
        with torch.no_grad():
            x = more.pop("x", run.noise)
            return unet(x, torch.tensor(run.steps[4].told.t), torch.stack(rows), **more).sample
    finally:
        unet.set_attn_processor(ours)


def texts(run: Run) -> list[torch.Tensor]:
    return [run.text(prompt).embeddings for prompt in PROMPTS.values()]


def same(branch: Branch) -> Branch:
    return branch


def test_plain_call_equals_the_unet(tiny_sd):
    run = make_run(tiny_sd)
    assert torch.allclose(ask(run, same).outputs, by_hand(run, texts(run)), atol=1e-5)


def test_explicit_attention_equals_fused_attention(tiny_sd):
    run = make_run(tiny_sd)
    plain, watched = ask(run, same), ask(run, same, record=(CROSS, SELF))
    assert torch.allclose(plain.outputs, watched.outputs, atol=1e-5)
    assert plain.maps is None
    for site, maps in watched.maps.sites.items():
        assert maps.shape[:1] == (2,) and maps.shape[2] == site.height * site.width
        assert torch.allclose(maps.sum(-1), torch.ones(()), atol=1e-5)
        assert maps.shape[3] == (32 if site.kind == "cross" else maps.shape[2])


def test_sites_are_named_by_kind_place_and_resolution(tiny_sd):
    run = make_run(tiny_sd)
    seen = list(ask(run, same, record=(CROSS, SELF)).maps.sites)
    assert {(s.kind, s.place, s.resolution) for s in seen} == {
        (kind, place, side) for kind in ("self", "cross") for place, side in (("down", 16), ("down", 8), ("mid", 8), ("up", 8), ("up", 16))
    }
    only = ask(run, same, record=(Sites("cross", ("up",), largest=8),)).maps.sites
    assert {(s.kind, s.place, s.resolution) for s in only} == {("cross", "up", 8)}


def test_sites_of_oblong_latents_have_both_sides(tiny_sd):
    run = make_run(tiny_sd)
    run.noise = torch.zeros(2, 4, 8, 24)
    sites = ask(run, same, record=(CROSS,)).maps.sites
    assert {(s.height, s.width) for s in sites} == {(8, 24), (4, 12)}


def test_recorded_maps_are_averaged_at_one_size(tiny_sd):
    run = make_run(tiny_sd)
    maps = ask(run, same, record=(CROSS,)).maps
    assert maps.of("target").shape == (32, 16, 16)
    assert maps.of("target", at=Sites(largest=8)).shape == (32, 8, 8)
    shares = maps.of("target", size=(8, 8))
    assert torch.allclose(shares.sum(0), torch.ones(8, 8), atol=1e-5)
    with pytest.raises(TechniqueMisuse, match="not part"):
        maps.of("nobody")
    with pytest.raises(TechniqueMisuse, match="no attention layer"):
        maps.of("target", at=Sites("self"))


def test_an_edit_reads_another_lane_by_name(tiny_sd):
    """The target's maps are the source's: what prompt-to-prompt does."""
    run = make_run(tiny_sd)

    def copy(call: Call, probabilities: torch.Tensor) -> torch.Tensor:
        out = probabilities.clone()
        out[call.rows["target", "positive"]] = probabilities[call.rows["source", "positive"]]
        return out

    plain = ask(run, same)
    edited = ask(run, same, (Edit(Sites("cross"), probabilities=copy),), (CROSS,))
    for maps in edited.maps.sites.values():
        assert torch.equal(maps[0], maps[1])
    assert torch.allclose(plain.outputs[0], edited.outputs[0], atol=1e-5)
    assert not torch.allclose(plain.outputs[1], edited.outputs[1], atol=1e-3)


def test_edits_of_each_kind_act_where_they_say(tiny_sd):
    run = make_run(tiny_sd)
    seen: list[tuple[str, Site]] = []

    def note(kind: str, value):
        def act(call: Call, *tensors):
            seen.append((kind, call.site))
            return value(*tensors)

        return act

    edit = Edit(
        Sites("self", ("up",)),
        qkv=note("qkv", lambda q, k, v: (q, k, v)),
        logits=note("logits", lambda logits: logits),
        probabilities=note("probabilities", lambda p: p),
        output=note("output", lambda q, k, v, out: out),
    )
    plain, edited = ask(run, same), ask(run, same, (edit,))
    assert torch.allclose(plain.outputs, edited.outputs, atol=1e-5)
    assert {kind for kind, _ in seen} == {"qkv", "logits", "probabilities", "output"}
    assert all(site.kind == "self" and site.place == "up" for _, site in seen)


def test_edits_can_make_keys_and_values_of_another_text(tiny_sd):
    """Values of another text through `call.to_v`, equal to painting with that text where keys agree too."""
    run = make_run(tiny_sd)
    other = run.text("a blue bird").embeddings[None].expand(2, -1, -1)
    edit = Edit(Sites("cross"), qkv=lambda call, q, k, v: (q, call.to_k(other), call.to_v(other)))
    expected = ask(run, lambda branch: branch.replace(text=run.text("a blue bird")))
    assert torch.allclose(ask(run, same, (edit,)).outputs, expected.outputs, atol=1e-5)


def test_gradients_run_from_maps_to_the_latent(tiny_sd):
    run = make_run(tiny_sd)
    x = run.noise.clone().requires_grad_()
    with torch.enable_grad():
        maps = run.denoise(x, run.steps[4], record=CROSS).maps
        gradient = run.gradient(maps.of("target")[2].amax(), x)
    assert gradient[1].abs().max() > 0
    assert not gradient[0].any()
    assert (run.cost.calls, run.cost.backwards) == (1, 1)


def test_rows_with_extra_tokens_do_not_disturb_the_others(tiny_sd):
    run = make_run(tiny_sd)
    extra = torch.randn(3, 32, generator=torch.Generator().manual_seed(4))
    mixed = ask(run, lambda branch: branch.with_tokens(extra) if branch.lane == "target" else branch)
    assert torch.allclose(mixed.outputs[0], ask(run, same).outputs[0], atol=1e-5)
    alone = by_hand(run, [torch.cat([text, extra]) for text in texts(run)])
    assert torch.allclose(mixed.outputs[1], alone[1], atol=1e-5)
    watched = ask(run, lambda branch: branch.with_tokens(extra) if branch.lane == "target" else branch, record=(CROSS,))
    assert torch.allclose(mixed.outputs, watched.outputs, atol=1e-5)


def test_side_networks_see_their_rows_and_steer_only_them(tiny_sd):
    from diffusers import ControlNetModel

    run = make_run(tiny_sd)
    torch.manual_seed(0)
    control = ControlNetModel.from_unet(tiny_sd.unet, conditioning_channels=3).eval()
    for zero in (*control.controlnet_down_blocks, control.controlnet_mid_block):
        torch.nn.init.normal_(zero.weight, std=0.1)
    hint = torch.rand(1, 3, 128, 128)
    shown: list[SideCall] = []

    def side(call: SideCall) -> Residuals:
        shown.append(call)
        down, mid = control(call.x, call.t, call.context, hint.expand(len(call.x), -1, -1, -1), return_dict=False)
        return Residuals(tuple(down), mid)

    steered = ask(run, lambda branch: branch.with_side(side) if branch.lane == "target" else branch)
    assert [call.rows for call in shown] == [(("target", "positive"),)]
    with torch.no_grad():
        down, mid = control(run.noise, torch.tensor(run.steps[4].told.t), torch.stack(texts(run)), hint.expand(2, -1, -1, -1), return_dict=False)
    expected = by_hand(run, texts(run), down_block_additional_residuals=down, mid_block_additional_residual=mid)
    plain = ask(run, same)
    assert torch.allclose(steered.outputs[0], plain.outputs[0], atol=1e-5)
    assert torch.allclose(steered.outputs[1], expected[1], atol=1e-5)
    assert not torch.allclose(steered.outputs[1], plain.outputs[1], atol=1e-3)
    shown.clear()
    assert torch.allclose(ask(run, lambda branch: branch.with_side(side)).outputs, expected, atol=1e-5)
    assert len(shown) == 1 and len(shown[0].x) == 2


def test_side_networks_of_the_adapter_kind_and_several_add_up(tiny_sd):
    run = make_run(tiny_sd)
    maps = tuple(torch.randn(2, c, s, s, generator=torch.Generator().manual_seed(c)) for c, s in ((32, 16), (64, 8)))

    def adapter(call: SideCall) -> Residuals:
        return Residuals(within=tuple(m[: len(call.x)] / 2 for m in maps))

    def twin(call: SideCall) -> Residuals:
        return adapter(call)

    both = ask(run, lambda branch: branch.with_side(adapter).with_side(twin))
    expected = by_hand(run, texts(run), down_intrablock_additional_residuals=list(maps))
    assert torch.allclose(both.outputs, expected, atol=1e-5)
    assert torch.allclose(both.outputs, ask(run, lambda branch: branch.with_side(adapter).with_side(twin)).outputs)


def test_extra_channels_reach_an_inpainting_unet(tiny_folders):
    model = load_model(tiny_folders["sd_inpaint"])
    assert "inpaint" in model.can and "text-to-image" not in model.can
    run = make_run(model)
    extra = torch.randn(5, 16, 16, generator=torch.Generator().manual_seed(2))
    expected = by_hand(run, texts(run), x=torch.cat([run.noise, extra.expand(2, -1, -1, -1)], 1))
    assert torch.allclose(ask(run, lambda branch: branch.with_channels(extra)).outputs, expected, atol=1e-5)
    with pytest.raises(ModelCannot, match="9 input channels"):
        ask(run, same)


def test_extra_channels_are_refused_by_a_plain_unet(tiny_sd):
    with pytest.raises(ModelCannot, match="4 input channels"):
        ask(make_run(tiny_sd), lambda branch: branch.with_channels(torch.zeros(1, 16, 16)))


def test_grounding_reaches_gated_attention_and_rows_without_it_get_none(tiny_folders):
    model = load_model(tiny_folders["sd_boxes"])
    assert "boxes" in model.can
    for name, parameter in model.unet.named_parameters():
        if name.endswith(("alpha_attn", "alpha_dense")):
            parameter.data.fill_(1.0)
    run = make_run(model)
    grounding = {
        "boxes": torch.tensor([[0.1, 0.1, 0.5, 0.5], [0, 0, 0, 0]]),
        "masks": torch.tensor([1.0, 0.0]),
        "positive_embeddings": torch.randn(2, 32, generator=torch.Generator().manual_seed(3)),
    }
    grounded = ask(run, lambda branch: branch.replace(grounding=grounding) if branch.lane == "target" else branch)
    both = {key: torch.stack([torch.zeros_like(value), value]) for key, value in grounding.items()}
    expected = by_hand(run, texts(run), cross_attention_kwargs={"gligen": both})
    assert torch.allclose(grounded.outputs, expected, atol=1e-5)
    assert not torch.allclose(grounded.outputs, ask(run, same).outputs, atol=1e-3)


def test_grounding_is_refused_by_a_plain_unet(tiny_sd):
    with pytest.raises(ModelCannot, match="gated"):
        ask(make_run(tiny_sd), lambda branch: branch.replace(grounding={"masks": torch.zeros(1)}))


@pytest.mark.parametrize("kind", ["epsilon", "v_prediction", "sample"])
def test_outputs_become_the_clean_image(tiny_sd, kind):
    level = tiny_sd.levels.at(400)
    x0, eps = torch.randn(2, 1, 4, 4, 4, generator=torch.Generator().manual_seed(0))
    x = level.noised(x0, eps)
    output = {"epsilon": eps, "v_prediction": level.alpha**0.5 * eps - level.noise * x0, "sample": x0}[kind]
    assert torch.allclose(x0_of(x, output, level, kind), x0, atol=1e-5)


def test_predictions_of_branches_are_weighed(tiny_sd):
    run = make_run(tiny_sd)
    step = run.steps[4]
    share = torch.rand(16, 16, generator=torch.Generator().manual_seed(5))
    others = (Branch("masked", text=run.text("dog"), weight=share), Branch("rest", text=run.text(None)))
    lanes = Lanes(tuple(b.weighted("positive", 3.0).add(*others) for b in run.lanes(step)))
    predicted = run.denoise(run.noise, step, lanes=lanes)
    positive, masked, rest = (predicted.branch(name) for name in ("positive", "masked", "rest"))
    assert torch.allclose(predicted.x0, 3 * positive + share * masked + (-2 - share) * rest, atol=1e-4)
    assert torch.allclose(predicted.shifted(positive).x0, predicted.x0 + positive)
    assert torch.allclose(step.level.noised(predicted.x0, predicted.eps), run.noise, atol=1e-5)
    assert run.cost.calls == 1 and run.cost.rows == 6


def test_a_call_of_some_lanes_takes_as_many_rows(tiny_sd):
    run = make_run(tiny_sd)
    step = run.steps[4]
    target = run.lanes(step).pick(["target"])
    assert torch.allclose(run.denoise(run.noise[1:], step, lanes=target).x0[0], run.denoise(run.noise, step).x0[1], atol=1e-5)
    with pytest.raises(TechniqueMisuse, match="2 rows for lanes"):
        run.denoise(run.noise, step, lanes=target)


def test_cancel_is_asked_before_every_call(tiny_sd):
    run = make_run(tiny_sd, cancelled=lambda: True)
    with pytest.raises(Cancelled):
        run.denoise(run.noise, run.steps[0])
    assert run.cost.calls == 0


def test_sdxl_is_told_its_size_and_pooled_text(tiny_sdxl):
    run = make_run(tiny_sdxl)
    pooled = torch.stack([run.text(prompt).pooled for prompt in PROMPTS.values()])
    added = {"text_embeds": pooled, "time_ids": torch.tensor([[64.0, 64, 0, 0, 64, 64]]).expand(2, -1)}
    assert torch.allclose(ask(run, same).outputs, by_hand(run, texts(run), added_cond_kwargs=added), atol=1e-5)
    assert not run.text(None).embeddings.any() and not run.text(None).pooled.any()


@pytest.mark.parametrize(("side", "expected"), [(16, 8), (64, 16), (128, 32), (4, 4)])
def test_layout_lives_at_a_quarter_of_the_side_but_never_under_eight(side, expected):
    assert semantic(side) == expected
