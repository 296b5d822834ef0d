"""The catalogue for language models: function schemas, and LangChain tools for those who use its agents."""

import json
from typing import TYPE_CHECKING, Any

from ..errors import ToolError
from ..tool import CATALOGUE, call

if TYPE_CHECKING:
    from langchain_core.tools import StructuredTool

    from ..studio import Studio


def schemas() -> list[dict[str, Any]]:
    """Function schemas (name, description, parameters) of every tool."""
    return [tool.schema() for tool in CATALOGUE.values()]


def answer(name: str, arguments: Any, studio: "Studio") -> str:
    """Uses a tool and gives the JSON that a model reads back; errors are answers too, and say what to do."""
    try:
        result = call(name, arguments, studio)
    except ToolError as error:
        return json.dumps({"error": error.code, "message": error.message, "hint": error.hint})
    return json.dumps({"said": result.sentence, **result.model_dump(mode="json", exclude_defaults=True)})


def langchain_tools(studio: "Studio") -> "list[StructuredTool]":
    """The catalogue as LangChain tools over one studio; LangChain is imported here and not before."""
    from langchain_core.tools import StructuredTool

    def made(name: str) -> StructuredTool:
        def use(**arguments: Any) -> str:
            return answer(name, {key: value for key, value in arguments.items() if value is not None}, studio)

        tool = CATALOGUE[name]
        parameters = tool.schema()["parameters"] | {"title": name}
        return StructuredTool.from_function(use, name=name, description=str(tool.capability), args_schema=parameters)

    return [made(name) for name in CATALOGUE]
