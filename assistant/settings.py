"""Settings, read once from the environment (prefix CLAUSEWISE_)."""

from __future__ import annotations

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What can be configured. A command-line option overrides its variable."""

    model_config = SettingsConfigDict(env_prefix="CLAUSEWISE_", frozen=True)

    data: Path = Path("data")
    # A LangChain embedding as "provider:model" (openai:bge-m3); empty: the built-in one.
    embedding_model: str = ""
    embedding_base_url: str | None = None
    embedding_api_key: str | None = None
