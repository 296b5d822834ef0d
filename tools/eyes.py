"""The studio's eyes: detector, segmenter and scorer of a profile, each loaded when it is first needed."""

from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from .errors import NeedsModel
from .profiles import EMBEDDED, Profile


class StudioEyes:
    """What looks at pictures; an eye whose weights are missing raises `NeedsModel` when it is used, and only then.

    Args:
        profile: names the weights.
        offline: never fetch anything.
        device: where hub models run.
        concepts: gives the learned concepts' reference embeddings by name.
    """

    def __init__(
        self,
        profile: Profile,
        *,
        offline: bool = False,
        device: str = "cpu",
        concepts: Callable[[], Mapping[str, np.ndarray]] = dict,
    ) -> None:
        """Remembers what to load."""
        self.profile = profile
        self.name = "embedded" if profile.embedded else "hub"
        self.concepts = concepts
        self._offline, self._device = offline, device

    @cached_property
    def detector(self) -> Any:
        """Finds phrases."""
        return _eye("detector", self.profile.detector, self._offline, self._device)

    @cached_property
    def segmenter(self) -> Any:
        """Outlines boxes and points."""
        return _eye("segmenter", self.profile.segmenter, self._offline, self._device)

    @cached_property
    def scorer(self) -> Any:
        """Weighs words against pictures."""
        return _eye("scorer", self.profile.scorer, self._offline, self._device)


@lru_cache(maxsize=8)
def _eye(kind: str, where: str, offline: bool, device: str) -> Any:
    """Loads an eye once.

    Raises:
        NeedsModel: its weights are not there.
    """
    from ..engine import errors
    from ..engine.perception import detector, scorer, segmenter

    missing: type[Exception] = getattr(errors, "ModelMissing", errors.ModelNotFound)
    problem = ""
    try:
        if Path(where).parent == EMBEDDED or Path(where).is_dir():
            embedded: dict[str, Any] = {
                "detector": detector.EmbeddedDetector,
                "segmenter": segmenter.EmbeddedSegmenter,
                "scorer": scorer.EmbeddedScorer,
            }
            if Path(where).parent == EMBEDDED:
                return embedded[kind].load(Path(where))
        from ..engine.perception import hub

        made: dict[str, Any] = {"detector": hub.HubDetector, "segmenter": hub.HubSegmenter, "scorer": hub.HubScorer}
        return made[kind](where, offline=offline, device=device)
    except (OSError, ValueError, missing) as error:
        problem = str(error).splitlines()[0] if str(error) else type(error).__name__
    raise NeedsModel(f"embedded {kind}" if Path(where).parent == EMBEDDED else where, problem)
