"""The terminal chat: commands, progress, files, and that nothing a user types ends it."""

import io
from pathlib import Path

import pytest
from double import PaperStudio, paper_session
from PIL import Image

from pentimento.agent.__main__ import main
from pentimento.agent.chat import Chat
from pentimento.agent.sheet import sheet_of


def chat(folder: Path, *lines: str, studio: PaperStudio | None = None) -> str:
    out = io.StringIO()
    talk = Chat(paper_session(folder, studio or PaperStudio()), out)
    talk.session.watch = talk.watch
    talk.run(io.StringIO("".join(f"{line}\n" for line in lines)))
    return out.getvalue()


def test_a_conversation(tmp_path: Path) -> None:
    lines = ("a red car and a dog", "remove the dog", "/undo", "/branch sunny", "/history", "/show", "/quit")
    said = chat(tmp_path, *lines, studio=PaperStudio(broken_edits={1}))
    assert "repair: redo" in said and "✓ there is a dog" in said
    assert "Picture 1 is current." in said and '→ 1 "sunny": a red car and a dog' in said
    files = sorted((tmp_path / "pictures" / "s").iterdir())
    assert [f.name for f in files] == ["01.png", "02.png"]
    with Image.open(files[1]) as picture:
        assert picture.size == (256, 256) and "remove the dog" in picture.text["pentimento"]  # type: ignore[attr-defined]


def test_the_session_goes_on_in_another_process(tmp_path: Path) -> None:
    chat(tmp_path, "a red car")
    assert "1: a red car" in chat(tmp_path, "/history", studio=PaperStudio())


def test_two_pictures_and_masks_in_the_chat(tmp_path: Path) -> None:
    (tmp_path / "photo.png").write_bytes(b"beach")
    (tmp_path / "mask.png").write_bytes(b"white")
    edits = ("a red car and a dog", "replace the dog with a cat", "/go 1", "change the background to snow", "/merge 2 3", "/compare 4 1")
    said = chat(tmp_path, *edits, "/undo 2", f"/open {tmp_path / 'photo.png'} {tmp_path / 'mask.png'}", f"/mask {tmp_path / 'mask.png'} : help")
    assert "joined" in said and "picture 4:" in said and "✓ there is a cat" in said
    assert "Only in picture 4: @snow, cat. Only in picture 1: dog." in said and (tmp_path / "pictures" / "s" / "compare-05.png").is_file()
    assert "Picture 1 is current." in said and "picture 5:" in said and "You can say" in said
    assert "has the changes of both already" in chat(tmp_path, "/merge 4 2", studio=PaperStudio())


PAIRS = ("/merge", "/merge 1 9", "/merge a b", "/compare 1", "/compare 7 8", "/mask x", "/mask none.png : there", "/open a b c", "/undo 9")
COMMANDS = (*PAIRS, "/fly", "/go 9", "/go nowhere", "/undo", "/redo", "/keep 7", "/keep x", "/show 5", "/with : x", "/open", "/", "\x00", "…")


@pytest.mark.parametrize("line", [*COMMANDS, "/with missing.png : learn this as Mia", '/with "half : x'])
def test_nothing_ends_the_chat(tmp_path: Path, line: str) -> None:
    said = chat(tmp_path, line, "a red car", "/quit")
    assert "picture 1:" in said and "Traceback" not in said


def test_export_and_contact_sheet(tmp_path: Path) -> None:
    studio = PaperStudio()
    assert "Written" in chat(tmp_path, "a red car", f"/export {tmp_path / 'x.yaml'}", studio=studio)
    assert (tmp_path / "x.yaml").exists()
    session = paper_session(tmp_path, studio)
    session.say("a dog")
    session.say("make the dog pink")
    sheet = sheet_of(session)
    assert sheet.width > 500 and sheet.height > 300
    assert len(sheet.getcolors(1 << 20) or []) > 10


def test_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = ["--home", str(tmp_path)]
    chat(tmp_path, "a red car")
    assert main(["show", *home]) == 0 and "1 turns" in capsys.readouterr().out
    assert main(["show", *home, "s"]) == 0 and "a red car" in capsys.readouterr().out
    assert main(["doctor", *home]) == 0 and "sound" in capsys.readouterr().out
    assert main(["show", *home, "nobody"]) == 2 and "no session" in capsys.readouterr().err
    assert main(["run", *home, str(tmp_path / "none.yaml")]) == 2 and "cannot be read" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["dance"])


def test_help_is_fast_and_light() -> None:
    import subprocess
    import sys

    code = "import sys; import pentimento.agent.__main__ as m\ntry: m.main(['--help'])\nexcept SystemExit: pass\n"
    code += "heavy = {'torch', 'diffusers', 'transformers', 'langchain', 'openai', 'numpy', 'PIL'} & set(sys.modules)\nassert not heavy, heavy"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=20)
    assert done.returncode == 0, done.stderr
    assert "chat" in done.stdout


def test_no_tensors_in_the_agent() -> None:
    import re

    import pentimento.agent

    for folder in pentimento.agent.__path__:
        for file in Path(folder).glob("*.py"):
            assert not re.search(r"^\s*(?:import|from) (?:torch|diffusers|transformers|numpy)", file.read_text(), re.M), file.name
