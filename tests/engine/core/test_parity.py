"""The loop paints what diffusers' own pipelines paint."""

import json
from pathlib import Path

import pytest
import torch

import pentimento.engine as engine
from pentimento.engine.parity import main, measure_parity

PAINTER = Path(engine.__file__).parent / "embedded" / "painter"

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning")


@pytest.mark.parametrize("kind", ["sd", "sd_v"])
def test_tiny_models_agree_with_diffusers(tiny_folders, kind):
    report = measure_parity(tiny_folders[kind], sdxl_folder=tiny_folders["sdxl"], steps=10, pairs=0, size=2)
    assert report.holds, report.to_json()
    assert {case.family for case in report.cases} == {"sd", "sdxl"}
    assert len(report.cases) == 15


@pytest.mark.skipif(not (PAINTER / "model_index.json").is_file(), reason="the painter is not trained yet")
def test_the_painter_agrees_with_diffusers(tiny_folders):
    report = measure_parity(PAINTER, sdxl_folder=tiny_folders["sdxl"], steps=5, pairs=0)
    assert report.holds, report.to_json()


def test_times_are_paired_and_reported(tiny_folders):
    report = measure_parity(tiny_folders["sd"], sdxl_folder=tiny_folders["sdxl"], steps=2, pairs=2)
    timed = [case for case in json.loads(report.to_json())["cases"] if case["ratio"] is not None]
    assert [case["name"].split(",")[0] for case in timed] == ["text-to-image", "image-to-image", "inpaint", "text-to-image"]
    assert all(case["ratio_low"] <= case["ratio"] <= case["ratio_high"] and case["pairs"] == 2 for case in timed)
    assert report.threads == torch.get_num_threads()


def test_the_command_prints_json_or_a_table(tiny_folders, capsys):
    arguments = ["--folder", str(tiny_folders["sd"]), "--sdxl", str(tiny_folders["sdxl"]), "--steps", "2", "--pairs", "0"]
    assert main([*arguments, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["holds"] is True
    assert main(arguments) == 0
    assert capsys.readouterr().out.count("\nok") == 15
