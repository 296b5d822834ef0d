"""Every example runs without arguments and writes its picture."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

FOLDER = Path(__file__).parent.parent / "examples"
EXAMPLES = sorted(path.name for path in FOLDER.glob("*.py"))


@pytest.mark.parametrize("name", EXAMPLES)
def test_example(name: str, tmp_path: Path) -> None:
    environment = os.environ | {"OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1", "TRANSFORMERS_VERBOSITY": "error"}
    done = subprocess.run(
        [sys.executable, str(FOLDER / name)], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, done.stderr[-2000:]
    with Image.open(tmp_path / "out" / f"{Path(name).stem}.png") as picture:
        assert min(picture.size) >= 256 and picture.getextrema() != ((0, 0),) * 3


def test_an_example_says_first_what_one_will_see() -> None:
    for name in EXAMPLES:
        assert (FOLDER / name).read_text().startswith('"""You will see'), name
