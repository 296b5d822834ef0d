"""The operations that a planner can call: typed arguments, typed results, one definition for every surface."""

from .checks import Check, Evidence, Verdict, judge
from .compare import Compare, Compared, compare
from .control import Control, MaskedRegion, control
from .customize import Customize, Learned, customize
from .edit import Edit, edit
from .errors import ToolError
from .generate import Generate, Painted, generate
from .inpaint import Edited, Inpaint, inpaint
from .look import Look, Sight, look
from .merge import Merge, Merged, merge
from .plan_layout import PlanLayout, Planned, plan_layout
from .scene import Box, Layout, Region
from .segment import Found, Segment, Segmented, segment
from .studio import Studio
from .tool import CATALOGUE, Args, Result, Tool, call
from .upscale import Upscale, Upscaled, upscale

__all__ = [
    "CATALOGUE",
    "Args",
    "Box",
    "Check",
    "Compare",
    "Compared",
    "Control",
    "Customize",
    "Edit",
    "Edited",
    "Evidence",
    "Found",
    "Generate",
    "Inpaint",
    "Layout",
    "Learned",
    "Look",
    "MaskedRegion",
    "Merge",
    "Merged",
    "Painted",
    "PlanLayout",
    "Planned",
    "Region",
    "Result",
    "Segment",
    "Segmented",
    "Sight",
    "Studio",
    "Tool",
    "ToolError",
    "Upscale",
    "Upscaled",
    "Verdict",
    "call",
    "compare",
    "control",
    "customize",
    "edit",
    "generate",
    "inpaint",
    "judge",
    "look",
    "merge",
    "plan_layout",
    "segment",
    "upscale",
]
