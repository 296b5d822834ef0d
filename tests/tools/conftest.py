"""A studio over a painter with random weights that reads the world's words, and eyes that know the truth."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from truth import TruthfulEyes

from pentimento.engine.backbones.tiny import build_tiny_sd
from pentimento.engine.world import Scene, Thing, render
from pentimento.engine.world.scene import place
from pentimento.engine.world.vocabulary import OBJECTS
from pentimento.tools import Studio


@pytest.fixture(scope="session")
def painter_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random Stable Diffusion folder whose tokenizer and text encoder read the world's words."""
    import torch
    import transformers

    from pentimento.engine.world.tokenizer import build_tokenizer

    folder = build_tiny_sd(tmp_path_factory.mktemp("painter") / "sd", prediction_type="v_prediction")
    tokenizer = build_tokenizer()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        config = transformers.CLIPTextConfig(
            vocab_size=len(tokenizer),
            hidden_size=32,
            intermediate_size=64,
            num_hidden_layers=2,
            num_attention_heads=2,
            max_position_embeddings=24,
            bos_token_id=tokenizer.bos_token_id,
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id,
        )
        transformers.CLIPTextModel(config).save_pretrained(folder / "text_encoder")
    for old in (folder / "tokenizer").iterdir():
        old.unlink()
    tokenizer.save_pretrained(folder / "tokenizer")
    index = json.loads((folder / "model_index.json").read_text())
    index["tokenizer"] = ["transformers", "PreTrainedTokenizerFast"]
    (folder / "model_index.json").write_text(json.dumps(index))
    (folder / "world.json").write_text(json.dumps({"objects": list(OBJECTS)}))
    return folder


SCENE = Scene((Thing("car", "red", "", place("car", 0.42, (0.3, 0.65))), Thing("dog", None, "", place("dog", 0.36, (0.75, 0.5)))), "meadow", 5)


@pytest.fixture
def scene() -> Scene:
    """A red car left of a dog in a meadow."""
    return SCENE


@pytest.fixture
def studio(tmp_path: Path, painter_folder: Path) -> Studio:
    """A studio that paints noise and sees the truth."""
    made = Studio(tmp_path / "home", models={"painter": painter_folder}, seed=7, offline=True)
    made.eyes = TruthfulEyes(SCENE)  # type: ignore[assignment]
    return made


@pytest.fixture
def picture(studio: Studio) -> str:
    """The scene, as a handle without a recipe."""
    return studio.artifacts.put_image(render(SCENE, 64).image)


@pytest.fixture
def png() -> Callable[..., bytes]:
    """Makes the bytes of a small PNG."""

    def made(width: int = 64, height: int = 64, colour: tuple[int, int, int] = (200, 30, 30)) -> bytes:
        written = io.BytesIO()
        Image.new("RGB", (width, height), colour).save(written, "PNG")
        return written.getvalue()

    return made
