"""A studio over a painter with random weights that reads the world's words, and eyes that know the truth."""

import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from pentimento.engine.backbones.tiny import build_tiny_sd
from pentimento.engine.world import Scene, Thing, render
from pentimento.engine.world.scene import place
from pentimento.engine.world.vocabulary import BACKGROUNDS, OBJECTS
from pentimento.tools import Studio


class Detected:
    def __init__(self, phrase: str, score: float, box: tuple[float, ...]) -> None:
        self.phrase, self.score, self.box = phrase, score, box


class TruthfulEyes:
    """Detector, segmenter and scorer in one, which know what a scene shows; other pictures look empty to them."""

    name = "truth"
    threshold = 0.5

    def __init__(self, *scenes: Scene) -> None:
        self.scenes = {render(scene, 64).image.tobytes(): scene for scene in scenes}
        self.detector = self.segmenter = self.scorer = self

    def concepts(self) -> dict[str, Any]:
        return {}

    def _scene(self, image: Image.Image) -> Scene | None:
        return self.scenes.get(image.tobytes())

    def detect(self, image: Image.Image, phrases: Sequence[str], threshold: float | None = None) -> list[Detected]:
        scene = self._scene(image)
        return [Detected(p, 0.9, t.box) for p in phrases for t in (scene.things if scene else ()) if t.name in p.split()]

    def segment(self, image: Image.Image, boxes: Sequence[tuple[float, ...]] = (), points: Sequence[Any] = ()) -> list[np.ndarray]:
        scene = self._scene(image)
        made = []
        for box in boxes:
            mask = np.zeros((image.height, image.width), bool)
            left, top, right, bottom = (round(v * 64) for v in box)
            mask[top:bottom, left:right] = True
            if scene is not None:
                for thing, outline in zip(scene.things, render(scene, 64).masks, strict=True):
                    if thing.box == tuple(box):
                        mask = outline
            made.append(mask)
        return made

    def score(self, image: Image.Image, texts: Sequence[str]) -> list[float]:
        scene = self._scene(image)
        wanted = BACKGROUNDS[scene.background] if scene else "\x00"
        return [9.0 if wanted in text else 0.0 for text in texts]

    def yes(self, image: Image.Image, text: str) -> float:
        return 0.5

    def embed(self, image: Image.Image) -> np.ndarray:
        small = np.asarray(image.convert("RGB").resize((4, 4)), float).ravel() - 100
        return small / np.linalg.norm(small)


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
