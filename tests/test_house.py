"""The house stands: four rooms, one direction of imports, one installable package, a command that answers at once."""

import ast
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from pentimento.engine.proofs.modules import PROOFS  # one name for each control module

ROOT = Path(__file__).parent.parent
ROOMS = ("prompts", "engine", "tools", "agent")
MAY_IMPORT = {"prompts": {"prompts"}, "engine": {"engine", "prompts"}, "tools": {"tools", "engine", "prompts"}, "agent": set(ROOMS)}
HEAVY = {"torch", "diffusers", "transformers", "langchain", "langchain_openai", "langchain_core", "openai", "peft", "scipy"}


def modules(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


def imported(file: Path) -> set[tuple[str, bool]]:
    """Absolute dotted names that a file imports, and whether at its top level."""
    package = ["pentimento", *file.relative_to(ROOT).with_suffix("").parts]
    tree = ast.parse(file.read_text())
    top = {id(n) for n in tree.body}
    names: set[tuple[str, bool]] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {(alias.name, id(node) in top) for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level] if node.level else []
            names.add((".".join([*base, *([node.module] if node.module else [])]), id(node) in top))
    return names


@pytest.mark.parametrize("room", ROOMS)
def test_imports_run_one_way(room: str) -> None:
    for file in modules(room):
        for name, _ in imported(file):
            if name.startswith("pentimento."):
                assert name.split(".")[1] in MAY_IMPORT[room], f"{file.relative_to(ROOT)} imports {name}"


def test_the_grammar_reads_words_and_knows_no_run() -> None:
    for file in modules("agent/grammar"):
        inside = [name.split(".")[2] for name, _ in imported(file) if name.startswith("pentimento.agent")]
        assert set(inside) <= {"grammar"}, f"{file.name} imports {inside}"


def test_the_agent_knows_no_tensors() -> None:
    for file in modules("agent"):
        for name, _ in imported(file):
            assert name.split(".")[0] not in {"torch", "diffusers", "transformers"}, f"{file.name} imports {name}"


def test_nothing_dangerous_is_called() -> None:
    for room in ROOMS:
        for file in modules(room):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Call):
                    called = ast.unparse(node.func)
                    assert called not in {"eval", "exec", "pickle.load", "pickle.loads", "os.system"}, f"{file}: {called}"
                    if called == "torch.load":
                        assert any(k.arg == "weights_only" and ast.unparse(k.value) == "True" for k in node.keywords), file
                    assert not any(k.arg in {"trust_remote_code", "custom_pipeline"} for k in node.keywords), file
                    assert not any(k.arg == "shell" and ast.unparse(k.value) == "True" for k in node.keywords), file


def test_importing_the_rooms_imports_nothing_heavy() -> None:
    code = "import sys, pentimento.agent, pentimento.tools, pentimento.engine, pentimento.prompts, pentimento.engine.perception\n"
    code += f"print(sorted(set(m.split('.')[0] for m in sys.modules) & {HEAVY!r}))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_help_answers_in_under_a_second() -> None:
    fastest = 9.0
    for _ in range(3):
        began = time.perf_counter()
        out = subprocess.run([sys.executable, "-m", "pentimento.agent", "--help"], capture_output=True, text=True, check=True)
        fastest = min(fastest, time.perf_counter() - began)
    assert "chat" in out.stdout and fastest < 1.0


def test_the_wheel_holds_every_module_and_the_weights(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", str(tmp_path), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    there = tmp_path / "there"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(there)
        names = set(archive.namelist())
    for weights in ("painter/unet/diffusion_pytorch_model", "upscaler/model", "detector/model", "segmenter/model", "scorer/model", "judge/model"):
        assert f"pentimento/engine/embedded/{weights}.safetensors" in names
        control = sum(e.compress_size for e in archive.infolist() if any(e.filename.startswith(f"pentimento/engine/embedded/{m}/") for m in PROOFS))
    assert wheel.stat().st_size - control < 60e6
    assert wheel.stat().st_size < 150e6
    wanted = [".".join(["pentimento", *f.relative_to(ROOT).with_suffix("").parts]) for room in ROOMS for f in modules(room)]
    wanted = [name.removesuffix(".__init__") for name in wanted if not name.endswith("__main__")]
    code = f"import importlib, sys\nsys.path.insert(0, {str(there)!r})\n"
    code += f"for name in {wanted!r}:\n    m = importlib.import_module(name); assert {str(there)!r} in m.__file__, m.__file__\n"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path, capture_output=True, text=True)
