"""The operations that a planner can call: typed arguments, typed results, one definition for every surface."""

from .checks import Check, Evidence, Verdict, judge
from .errors import ToolError
from .scene import Box, Layout, Region
from .studio import Studio
from .tool import CATALOGUE, Args, Result, Tool, call

__all__ = ["CATALOGUE", "Args", "Box", "Check", "Evidence", "Layout", "Region", "Result", "Studio", "Tool", "ToolError", "Verdict", "call", "judge"]
