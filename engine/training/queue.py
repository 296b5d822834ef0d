"""The training queue: which stages there are and in which order they build on each other."""

from importlib import import_module

from .stage import Stage

# Stage -> where its class is. The order is the order of training: later stages use earlier ones' weights.
STAGES: dict[str, str] = {
    "autoencoder": "autoencoder:Autoencoder",
    "decoder": "autoencoder:Decoder",
    "painter": "painter:Painter",
    "upscaler": "upscaler:Upscaling",
    "detector": "detector:DetectorStage",
    "segmenter": "segmenter:SegmenterStage",
    "scorer": "scorer:ScorerStage",
    "depth": "depth:DepthStage",
    "control": "control_net:ControlNetStage",
    "gligen": "gligen:GligenStage",
    "adapter": "t2i_adapter:AdapterStage",
    "judge": "judge:JudgeStage",
    "inpaint": "inpaint:InpaintStage",
    "instruct": "instruct:InstructStage",
    "image_encoder": "image_encoder:ImageEncoderStage",
    "image_prompt": "image_prompt:ImagePromptStage",
}

TRIALS: dict[str, str] = {"control_edge": "control_net:EdgesAlone", "control_segmentation": "control_net:SegmentsAlone"}
"""Stages whose weights are only measured (`docs/world/tried.md`); the queue leaves them out."""


def load(name: str) -> Stage:
    """The stage of that name.

    Raises:
        KeyError: there is no such stage.
    """
    module, cls = (STAGES | TRIALS)[name].split(":")
    stage = getattr(import_module(f".{module}", __package__), cls)()
    assert isinstance(stage, Stage)
    return stage
