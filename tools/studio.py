"""The studio: what tools share. Pictures, weights, concepts, chance, progress, and the wish to stop."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .artifacts import ArtifactStore
from .concepts import ConceptLibrary
from .errors import NeedsModel
from .eyes import StudioEyes
from .profiles import EMBEDDED, PROFILES, Profile, profile_of
from .tool import CATALOGUE

if TYPE_CHECKING:
    from PIL.Image import Image

    from ..engine import Model, Sampled
    from ..engine.backbones.gated import Gates
    from ..engine.backbones.image_prompt import ImageEncoder, ImagePromptWeights
    from ..engine.backbones.module_weights import ModuleWeights
    from ..engine.language import Chat
    from ..engine.schedule import Step
    from ..engine.solvers import Solver


class Studio:
    """Services for tools.

    Args:
        folder: of artifacts and concepts.
        profile: "embedded", "sd15" or "sdxl".
        seed: where chance comes from when a call names no seed.
        language: a chat model for layout planning, or None.
        progress: called after every step of a run with (steps done, steps in all).
        cancelled: asked before every network call; True stops the tool.
        models: other folders or hub ids for "painter", "detector", "segmenter", "scorer".
        device: where the painter runs.
        offline: never fetch weights.

    Attributes:
        engine_calls: rows that went through the U-Net so far: one for each latent, branch and step.
    """

    def __init__(
        self,
        folder: Path | str,
        *,
        profile: str = "embedded",
        seed: int = 0,
        language: "Chat | None" = None,
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
        models: Mapping[str, str | Path] | None = None,
        device: str = "cpu",
        offline: bool = False,
    ) -> None:
        """Opens the artifact folder; weights are loaded when they are first needed."""
        self.settings = _with_models(profile_of(profile), models or {})
        self.profile = self.settings.name
        self.artifacts = ArtifactStore(Path(folder) / "artifacts", fit=self.settings.fit)
        self.concepts = ConceptLibrary(Path(folder) / "concepts")
        self.language = language
        self.progress = progress
        self.cancelled: Callable[[], bool] = cancelled or (lambda: False)
        self.device = device
        self.engine_calls = 0
        self.eyes = StudioEyes(self.settings, offline=offline, device=device, concepts=self.concepts.references)
        self._seed, self._drawn = seed, 0

    # -- chance

    def seed(self) -> int:
        """The next seed; the same studio seed gives the same series."""
        self._drawn += 1
        digest = hashlib.sha256(f"{self._seed}/{self._drawn}".encode()).digest()
        return int.from_bytes(digest[:4], "big") % 2**31

    # -- painting

    @property
    def painter(self) -> "Model":
        """The diffusion model.

        Raises:
            NeedsModel: its weights are not there.
        """
        return _painter(self.settings.painter, self.device)

    @property
    def _taught(self) -> bool:
        """Whether the control modules were trained for this painter."""
        return self.settings.painter == PROFILES["embedded"].painter

    @property
    def inpainting(self) -> "ModuleWeights | None":
        """What teaches this painter to see mask and surroundings; None where no such weights were trained for it."""
        return _module(EMBEDDED / "inpaint") if self._taught else None

    @property
    def instructing(self) -> "ModuleWeights | None":
        """What teaches this painter to read instructions (InstructPix2Pix); None where no such weights were trained for it."""
        return _module(EMBEDDED / "instruct") if self._taught else None

    @property
    def image_prompt(self) -> "tuple[ImageEncoder, ImagePromptWeights] | None":
        """What lets this painter see an example (IP-Adapter): encoder and weights; None where none were trained for it."""
        return _image_prompt(EMBEDDED / "image_prompt", self.settings.painter, self.device) if self._taught else None

    @property
    def gates(self) -> "Gates | None":
        """What teaches this painter to fill boxes (GLIGEN); None where no such weights were trained for it."""
        return _gates(EMBEDDED / "gligen", self.settings.painter, self.device) if self._taught else None

    def sample(self, prompts: str | Sequence[str] | Mapping[str, str], **settings: Any) -> "Sampled":
        """Paints, with this studio's solver unless another is given, its progress and its wish to stop; see `engine.sample`."""
        from ..engine import sample

        settings.setdefault("solver", _solver(self.settings.solver))
        painted = sample(self.painter, prompts, progress=self._progressed, cancelled=self.cancelled, **settings)
        self.engine_calls += painted.cost.rows
        return painted

    def _progressed(self, step: "Step", x0: Any) -> None:
        if self.progress is not None:
            self.progress(step.index + 1, step.count)

    def steps(self, steps: int | None) -> int:
        """Steps of a run: what the call says, or the profile's own."""
        return steps or self.settings.steps

    def objects(self) -> tuple[str, ...]:
        """What the embedded painter has learned to paint."""
        return _objects(self.settings.painter)

    # -- pictures

    def view(self, handle: str) -> "Image":
        """A picture as people see it: enlarged to 256 pixels on the embedded profile, as it is on the others.

        Raises:
            UnknownHandle: there is no such picture.
            NeedsModel: the upscaler's weights are not there.
        """
        return self.enlarged(self.artifacts.get_image(handle))

    def enlarged(self, image: "Image") -> "Image":
        """A picture of the embedded world four times as large; those of other profiles are large already.

        Raises:
            NeedsModel: the weights of upscaler or detector are not there.
        """
        if not self.settings.embedded or image.width > self.settings.side:
            return image
        from ..engine.errors import ModelNotFound
        from ..engine.upscaling import upscale

        problem = ""
        try:
            return upscale(image)
        except FileNotFoundError as error:
            problem = Path(str(error.filename or error)).name
        except ModelNotFound as error:
            problem = str(error)
        raise NeedsModel("embedded upscaler", problem)

    # -- what worked

    def fingerprint_for(self, tool: str, args: Any) -> str:
        """Names the weights that a call would use, and how a run goes: equal arguments and fingerprints give equal results.

        Raises:
            NeedsModel: weights it would use are not there.
        """
        uses = CATALOGUE[tool].used(args) if tool in CATALOGUE else ()
        parts = []
        for part in uses:
            if part == "painter":
                parts += [self.painter_fingerprint, f"{self.settings.solver}×{self.settings.steps}", *self._concept_fingerprints(args)]
            elif part == "language":
                parts.append(self.language.name if self.language is not None else "rules")
            else:
                parts.append(_folder_fingerprint(getattr(self.settings, part, str(EMBEDDED / part))))
        return "+".join(parts)

    @cached_property
    def painter_fingerprint(self) -> str:
        """Names the painter's weights."""
        return self.painter.fingerprint

    def _concept_fingerprints(self, args: Any) -> list[str]:
        values = args.values() if isinstance(args, Mapping) else ()
        words = " ".join(value for value in values if isinstance(value, str))
        return [self.concepts.card(name).fingerprint for name in self.concepts.in_text(words)]


def _with_models(profile: Profile, models: Mapping[str, str | Path]) -> Profile:
    from dataclasses import replace

    return replace(profile, **{role: str(where) for role, where in models.items()})  # type: ignore[arg-type]


def _solver(name: str) -> "Solver":
    from ..engine.solvers import DDIM, DPMSolverPP2M

    return DPMSolverPP2M() if name == "dpm++" else DDIM()


@lru_cache(maxsize=2)
def _painter(where: str, device: str) -> "Model":
    from ..engine import load_model
    from ..engine.errors import ModelError

    problem = ""
    try:
        return load_model(where, device=device)
    except ModelError as error:
        problem = str(error)
    raise NeedsModel("embedded painter" if Path(where).parent == EMBEDDED else where, problem)


@lru_cache(maxsize=2)
def _module(folder: Path) -> "ModuleWeights | None":
    from ..engine.backbones.module_weights import COLUMNS, ModuleWeights

    return ModuleWeights.load(folder) if (folder / COLUMNS).is_file() else None


@lru_cache(maxsize=1)
def _gates(folder: Path, painter: str, device: str) -> "Gates | None":
    from ..engine.backbones.gated import FILE, Gates

    return Gates.load(folder, _painter(painter, device).unet) if (folder / FILE).is_file() else None


@lru_cache(maxsize=1)
def _image_prompt(folder: Path, painter: str, device: str) -> "tuple[ImageEncoder, ImagePromptWeights] | None":
    from ..engine.backbones.image_prompt import ENCODER, WEIGHTS, ImageEncoder, ImagePromptWeights

    if not (folder / WEIGHTS).is_file():
        return None
    return ImageEncoder.load(folder / ENCODER), ImagePromptWeights.load(folder / WEIGHTS, _painter(painter, device).unet)


@lru_cache(maxsize=8)
def _objects(painter: str) -> tuple[str, ...]:
    import json

    from ..engine.world.vocabulary import OBJECTS

    try:
        known = json.loads((Path(painter) / "world.json").read_text())["objects"]
    except FileNotFoundError:  # a painter without a list knows the whole world
        return tuple(OBJECTS)
    return tuple(name for name in OBJECTS if name in known)


@lru_cache(maxsize=16)
def _folder_fingerprint(where: str) -> str:
    folder = Path(where)
    if not folder.is_dir():
        return folder.name if folder.is_absolute() else where  # a module that is not there, or a hub id
    from ..engine.weights import digest_of

    return digest_of(folder)
