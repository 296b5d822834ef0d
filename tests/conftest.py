"""Tiny models with random weights, built once a session; nothing here reaches the network."""

import os
from pathlib import Path

import pytest

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ.setdefault("OMP_NUM_THREADS", "1")  # two threads that wait for each other on a busy machine are ten times slower


@pytest.fixture(scope="session")
def tiny_folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Folders of tiny models: sd, sd_v (v-prediction), sd_inpaint (9 channels), sd_boxes (gated) and sdxl."""
    from pentimento.engine.backbones.tiny import build_tiny_sd, build_tiny_sdxl

    root = tmp_path_factory.mktemp("tiny")
    return {
        "sd": build_tiny_sd(root / "sd"),
        "sd_v": build_tiny_sd(root / "sd_v", prediction_type="v_prediction"),
        "sd_inpaint": build_tiny_sd(root / "sd_inpaint", in_channels=9),
        "sd_boxes": build_tiny_sd(root / "sd_boxes", gated=True),
        "sdxl": build_tiny_sdxl(root / "sdxl"),
    }


@pytest.fixture(scope="session")
def tiny_sd(tiny_folders):
    """A tiny Stable Diffusion model."""
    from pentimento.engine import load_model

    return load_model(tiny_folders["sd"])


@pytest.fixture(scope="session")
def tiny_sdxl(tiny_folders):
    """A tiny SDXL model."""
    from pentimento.engine import load_model

    return load_model(tiny_folders["sdxl"])
