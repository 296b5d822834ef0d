"""What can go wrong in the engine.

EngineError
├─ Cancelled              the caller asked to stop
├─ OutOfMemory            the device has no room; what the run held is freed
├─ BadInput               a value or a shape that enters the engine is wrong
│  ├─ BadSchedule         steps, strength or direction do not make a run
│  └─ WordNotFound        a phrase does not stand in the prompt, or was cut off
├─ TechniqueError
│  ├─ TechniqueConflict   two techniques claim a thing that cannot be shared
│  └─ TechniqueMisuse     a technique needs a lane, branch or setting that is not there
└─ ModelError
   ├─ ModelNotFound       no such folder, and no such id in reach
   ├─ UnsafeWeights       weights that are not safetensors; they are not opened
   ├─ UnsupportedModel    a class or a part that this engine does not run
   └─ ModelCannot         the loaded model lacks what was asked of it
"""


class EngineError(Exception):
    """Root of every error that the engine raises on purpose."""


class Cancelled(EngineError):
    """The caller asked to stop; nothing was kept."""


class OutOfMemory(EngineError):
    """The device has no room for this run."""


class BadInput(EngineError):
    """A value or a shape that enters the engine is wrong."""


class BadSchedule(BadInput):
    """Steps, strength or direction do not make a run."""


class WordNotFound(BadInput):
    """A phrase does not stand in the prompt, or stands beyond what the text encoder reads."""


class TechniqueError(EngineError):
    """Techniques were combined or configured in a way that cannot work."""


class TechniqueConflict(TechniqueError):
    """Two techniques claim a thing that cannot be shared."""


class TechniqueMisuse(TechniqueError):
    """A technique needs a lane, a branch or a setting that is not there."""


class ModelError(EngineError):
    """A model cannot be loaded or cannot do what was asked."""


class ModelNotFound(ModelError):
    """No such folder, and no such id in reach."""


class UnsafeWeights(ModelError):
    """Weights that are not safetensors; they are refused before they are opened."""


class UnsupportedModel(ModelError):
    """A class or a part that this engine does not run."""


class ModelCannot(ModelError):
    """The loaded model lacks what was asked of it."""
