"""The original `segment-anything` package behind the same protocol as the other segmenters (an optional extra)."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from ..errors import ModelNotFound
from .detector import Box
from .segmenter import Mask, Point


class OriginalSegmenter:
    """SAM as its authors ship it.

    Args:
        checkpoint: a state dict in safetensors; the published `.pth` files are pickles and must be converted first.
        kind: "vit_b", "vit_l" or "vit_h".

    Raises:
        ModelNotFound: the package or the checkpoint is not there.
    """

    def __init__(self, checkpoint: Path, kind: str = "vit_b") -> None:
        try:
            from segment_anything import SamPredictor, sam_model_registry
        except ImportError as error:
            raise ModelNotFound("the package segment-anything is not installed; `pip install 'pentimento[original-sam]'`") from error
        from safetensors.torch import load_file

        if checkpoint.suffix != ".safetensors" or not checkpoint.is_file():
            raise ModelNotFound(f"{checkpoint.name} is not a safetensors file that exists; convert the published checkpoint first")
        model = sam_model_registry[kind]()
        model.load_state_dict(load_file(checkpoint))
        self.predictor = SamPredictor(model.eval())

    def segment(self, image: Image.Image, boxes: Sequence[Box] = (), points: Sequence[Point] = ()) -> list[Mask]:
        """Outlines one thing a box, then one a point."""
        self.predictor.set_image(np.asarray(image.convert("RGB")))
        size = np.asarray([image.width, image.height])
        masks = [self.predictor.predict(box=np.asarray(b) * np.tile(size, 2), multimask_output=False)[0][0] for b in boxes]
        for point in points:
            found = self.predictor.predict(np.asarray([point]) * size, np.ones(1), multimask_output=False)[0][0]
            masks.append(found)
        return [np.asarray(m, bool) for m in masks]
