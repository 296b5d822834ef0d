"""The same tools for language models and on the command line."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pentimento.tools import CATALOGUE, Studio, profiles
from pentimento.tools.surfaces import cli, llm


def test_every_tool_has_a_schema_and_a_langchain_tool(studio: Studio) -> None:
    assert [s["name"] for s in llm.schemas()] == list(CATALOGUE)
    tools = {t.name: t for t in llm.langchain_tools(studio)}
    assert set(tools) == set(CATALOGUE)
    said = json.loads(tools["plan_layout"].invoke({"prompt": "a red car left of a dog"}))
    assert len(said["layout"]["regions"]) == 2
    refused = json.loads(tools["generate"].invoke({"prompt": "a giraffe"}))
    assert refused["error"] == "unknown_words"
    assert refused["hint"]


def test_schemas_bind_to_chat_models(studio: Studio) -> None:
    from langchain_core.utils.function_calling import convert_to_openai_tool

    for tool in llm.langchain_tools(studio):
        made = convert_to_openai_tool(tool)
        assert made["function"]["name"] == tool.name
        assert made["function"]["parameters"]["properties"]


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_every_field_is_an_option(name: str) -> None:
    commands = cli.parser()._subparsers._group_actions[0].choices  # type: ignore[union-attr]
    options = {o for action in commands[name]._actions for o in action.option_strings}
    assert {f"--{field.replace('_', '-')}" for field in CATALOGUE[name].args_model.model_fields} <= options


def test_the_command_line_paints_and_saves(
    tmp_path: Path, painter_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], png
) -> None:
    import dataclasses

    tiny = dataclasses.replace(profiles.PROFILES["embedded"], painter=str(painter_folder))
    monkeypatch.setitem(profiles.PROFILES, "embedded", tiny)
    monkeypatch.setattr(Studio, "enlarged", lambda self, image: image)
    out = tmp_path / "dog.png"
    assert cli.main(["generate", "--prompt", "a dog", "--seed", "1", "--steps", "2", "--out", str(out)], tmp_path / "home") == 0
    assert "Painted" in capsys.readouterr().out
    assert out.read_bytes().startswith(b"\x89PNG")
    (tmp_path / "given.png").write_bytes(png(100, 80))
    boxes = "[[0.2, 0.2, 0.8, 0.8]]"
    assert cli.main(["segment", "--image", str(tmp_path / "given.png"), "--boxes", boxes, "--json"], tmp_path / "home") == 0
    assert json.loads(capsys.readouterr().out)["found"][0]["mask"].startswith("mask:")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["generate", "--prompt", "a giraffe"], "does not know"),
        (["plan_layout", "--prompt", ""], "nothing to plan"),
        (["look", "--image", "missing.png"], "cannot be opened"),
        (["plan_layout", "--prompt", "a dog", "--out", "x.png"], "makes no picture"),
    ],
)
def test_errors_are_sentences(tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str) -> None:
    assert cli.main(arguments, tmp_path) == 2
    shown = capsys.readouterr().err
    assert said in shown
    assert "what to do" in shown
    assert "Traceback" not in shown


def test_importing_the_tools_is_light() -> None:
    script = "import sys, pentimento.tools; print([m for m in ('torch', 'diffusers', 'transformers', 'langchain_core') if m in sys.modules])"
    began = time.perf_counter()
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=Path(__file__).parent)
    assert found.stdout.strip() == "[]"
    assert time.perf_counter() - began < 5  # half a second on an idle machine
