"""Verdicts of five arms on made-up figures, and the proofs themselves on modules that nobody trained."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from pentimento.engine.backbones.tiny import tiny_image_prompt, tiny_module
from pentimento.engine.perception.detector import EmbeddedDetector
from pentimento.engine.proofs import modules, worn
from pentimento.engine.proofs.arms import ModuleBench, arms, proof
from pentimento.engine.proofs.module_page import EMBEDDED, Proven, page, read, to_json
from pentimento.engine.proofs.modules import main
from pentimento.engine.techniques import IPAdapter
from pentimento.engine.training.image_encoder import Telling
from pentimento.engine.training.repainting import painter
from pentimento.engine.weights import digest_of


def values(plain: float, method: float, shuffled: float, oracle: float, wobble: float = 0.02) -> dict[str, list[float]]:
    means = {"plain": plain, "method": method, "shuffled": shuffled, "oracle": oracle}
    return {arm: [mean + wobble * (-1) ** i for i in range(20)] for arm, mean in means.items()} if wobble else {a: [m] * 4 for a, m in means.items()}


@pytest.mark.parametrize(
    ("figures", "verdict"),
    [
        ((0.1, 0.7, 0.1, 0.9), "holds"),
        ((0.1, 0.7, 0.5, 0.9), "unspecific"),
        ((0.1, 0.3, 0.1, 0.9), "fails"),
        ((0.9, 0.9, 0.9, 0.9), "vacuous"),
    ],
)
def test_verdicts(figures: tuple[float, float, float, float], verdict: str) -> None:
    assert proof(IPAdapter, "", "", "", values(*figures)).verdict == verdict


def test_few_units_decide_nothing() -> None:
    few = {"plain": [0.0, 0.0, 0.0], "method": [1.0, 0.0, 0.0], "shuffled": [0.0] * 3, "oracle": [1.0] * 3}
    assert proof(IPAdapter, "", "", "", few).verdict == "undecided"


def proven(zero: float = 0.0, weights: str = "w") -> Proven:
    one = proof(IPAdapter, "arXiv:2308.06721", "claim", "eyes", values(0.1, 0.7, 0.1, 0.9))
    assert set(arms()) == set(one.means)
    return Proven("m", weights, 4000, 20, 5, {"IPAdapter": zero}, (one,))


def test_a_report_holds_only_if_zero_is_plain() -> None:
    assert proven().holds and not proven(zero=1e-3).holds


def test_the_record_comes_back_and_the_page_says_what_it_holds(tmp_path: Path) -> None:
    file = tmp_path / "modules.json"
    assert read(file) == {}
    record = {"image_prompt": proven(), "control": proven(weights=digest_of(EMBEDDED / "control"))}
    file.write_text(to_json(record))
    assert read(file) == record
    told = page(record)
    assert "| IPAdapter (arXiv:2308.06721) | claim | eyes | 0.10 | 0.70 | 0.10 | 0.90 |" in told
    ours, theirs = (next(line for line in told.splitlines() if line.startswith(f"| `{name}`")) for name in ("control", "image_prompt"))
    assert "others ship now" in theirs and "others ship now" not in ours
    assert "1 of 1" in ours


def test_a_module_that_is_measured_anew_leaves_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page_file = tmp_path / "modules.md"
    (tmp_path / "modules.json").write_text(to_json({"control": proven(), "inpaint": proven()}))
    fresh = replace(proven(), units=99)
    monkeypatch.setattr(modules, "measure_modules", lambda *_, **__: iter([("inpaint", fresh)]))
    assert main(["--only", "inpaint", "--json", "--write", str(page_file)]) == 0
    assert read(tmp_path / "modules.json") == {"control": proven(), "inpaint": fresh}
    assert "## control" in page_file.read_text() and "| 99 |" in page_file.read_text()


def test_proofs_run_and_do_not_praise_what_nobody_trained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worn, "EMBEDDED", tmp_path)
    model = painter()
    tiny_module(model.unet, 4).save(tmp_path / "instruct")
    tiny_module(model.unet, 5).save(tmp_path / "inpaint")
    tiny_image_prompt(model.unet, width=192).save(tmp_path / "image_prompt" / "ip_adapter.safetensors", model.unet)
    torch.manual_seed(0)
    Telling().tower.save_pretrained(tmp_path / "image_prompt" / "image_encoder")
    bench = ModuleBench(model, {"detector": EmbeddedDetector.load()}, units=3, steps=2)
    proven = [one for prove in (worn.prove_instruct, worn.prove_inpainting, worn.prove_image_prompt) for one in prove(bench)]
    assert [one.module for one in proven] == ["InstructPix2Pix", "Inpainting", "IPAdapter", "IPAdapter"]
    assert bench.zero == {"InstructPix2Pix": 0.0, "Inpainting": 0.0, "IPAdapter": 0.0}
    assert not any(one.verdict == "holds" for one in proven)
    assert all(one.means["oracle"] > 0.5 for one in proven if one.eyes == "pixels")


def test_the_command_names_a_module_without_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pentimento.engine.errors import ModelNotFound

    monkeypatch.setattr(worn, "EMBEDDED", tmp_path)
    with pytest.raises(ModelNotFound, match="STAGE=inpaint"):
        main(["--only", "inpaint", "--units", "2", "--steps", "1"])
