"""Which chat model is asked: one configuration, from the environment over one file.

The file is `config.toml` in the user's configuration folder (or where PENTIMENTO_CONFIG says), table `[language]`:

    [language]
    base_url = "http://localhost:8000/v1"   # any server that speaks chat-completions: vLLM, llama.cpp, Ollama, …
    model = "qwen3"
    vision = true

Environment variables PENTIMENTO_LLM_{BASE_URL,MODEL,API_KEY,TIMEOUT,RETRIES,TEMPERATURE,VISION} win over the file;
OPENAI_BASE_URL, OPENAI_MODEL and OPENAI_API_KEY are used where neither says anything.
"""

import json
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from ...prompts import version
from .cached import CachedChat
from .errors import NotConfigured
from .port import Chat

VARIABLES = {
    "base_url": ("PENTIMENTO_LLM_BASE_URL", "OPENAI_BASE_URL"),
    "model": ("PENTIMENTO_LLM_MODEL", "OPENAI_MODEL"),
    "api_key": ("PENTIMENTO_LLM_API_KEY", "OPENAI_API_KEY"),
    "timeout": ("PENTIMENTO_LLM_TIMEOUT",),
    "retries": ("PENTIMENTO_LLM_RETRIES",),
    "temperature": ("PENTIMENTO_LLM_TEMPERATURE",),
    "vision": ("PENTIMENTO_LLM_VISION",),
}


class LanguageConfig(BaseModel):
    """Where a chat model is and how it is asked.

    Attributes:
        base_url: the server's address, ending in `/v1`; None is OpenAI's own.
        model: the model's name at that server.
        api_key: never shown in text or logs.
        timeout: seconds to wait for an answer to begin or go on.
        retries: how often a call that failed on the way is repeated (429, 5xx, connection).
        temperature: 0 is the likeliest answer; None leaves it to the server.
        vision: whether the model accepts pictures.
        most_characters: answers longer than this are cut off with an error.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    base_url: str | None = None
    model: str = ""
    api_key: SecretStr | None = None
    timeout: float = Field(default=60.0, gt=0)
    retries: int = Field(default=2, ge=0, le=5)
    temperature: float | None = Field(default=None, ge=0, le=2)
    vision: bool = False
    most_characters: int = Field(default=200_000, gt=0)

    @classmethod
    def load(cls, environment: Mapping[str, str] | None = None, file: Path | None = None) -> "LanguageConfig":
        """Reads the environment over the file.

        Args:
            environment: where variables come from; the process's own when None.
            file: the configuration file; the user's when None. One that is not there is empty.

        Raises:
            NotConfigured: the file or a variable cannot be understood; the message names it.
        """
        env = os.environ if environment is None else environment
        values: dict[str, Any] = {}
        path = file or _user_file(env)
        if path is not None and path.is_file():
            try:
                values.update(tomllib.loads(path.read_text(encoding="utf-8")).get("language", {}))
            except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
                raise NotConfigured(f"{path} is not valid TOML: {error}", "mend the file or remove it") from error
        for field, names in VARIABLES.items():
            for place, name in enumerate(names):
                if env.get(name) and not (place > 0 and field in values):
                    values[field] = env[name]
                    break
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            field = ".".join(str(p) for p in first["loc"])
            raise NotConfigured(f"language setting {field!r}: {first['msg']}", "mend the setting") from None

    @property
    def named(self) -> bool:
        """Whether a model is named, so that there is something to ask."""
        return bool(self.model)

    @property
    def answering(self) -> str:
        """Everything that answers depend on beside the question, the prompts' version included."""
        return json.dumps([self.base_url, self.model, self.temperature, version()])


def _user_file(env: Mapping[str, str]) -> Path | None:
    if env.get("PENTIMENTO_CONFIG"):
        return Path(env["PENTIMENTO_CONFIG"])
    from platformdirs import user_config_path

    return user_config_path("pentimento") / "config.toml"


def open_chat(config: LanguageConfig | None = None, memory: Path | None = None) -> Chat:
    """Gives the chat model that the configuration names; nothing is sent yet.

    Args:
        config: which one; the configuration of environment and file when None.
        memory: a folder in which answers are remembered, so that equal questions are asked once; None remembers nothing.

    Raises:
        NotConfigured: no model is named.
    """
    config = LanguageConfig.load() if config is None else config
    if not config.named:
        raise NotConfigured("no chat model is configured")
    from .openai_chat import OpenAIChat

    chat = OpenAIChat(config)
    return chat if memory is None else CachedChat(chat, memory, config.answering)
