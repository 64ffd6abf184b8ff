"""Settings, read once from the environment (prefix CLAUSEWISE_)."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What can be configured. A command-line option overrides its variable."""

    model_config = SettingsConfigDict(env_prefix="CLAUSEWISE_", frozen=True)

    data: Path = Path("data")
    home: str = ""  # the jurisdiction that 我市 and 我省 start from
    library: bool = True  # an empty catalog is given the starter library
    # A LangChain embedding as "provider:model" (openai:bge-m3); empty: the built-in one.
    embedding_model: str = ""
    embedding_base_url: str | None = None
    embedding_api_key: str | None = None
    embedding_query_prefix: str = ""  # what the model wants before a question
    # A server of the common /rerank protocol; empty: the built-in order. Dialect: cohere or tei.
    rerank_base_url: str = ""
    rerank_model: str = ""
    rerank_api_key: str | None = None
    rerank_dialect: Literal["cohere", "tei"] = "cohere"
    # A LangChain chat model as "provider:model"; a bare name is an OpenAI-compatible one.
    chat_model: str = ""
    chat_base_url: str | None = None
    chat_api_key: str | None = None
    chat_timeout: float = 60.0  # seconds that one answer may take
    chat_pause: float = 0.5  # seconds before a second attempt
    chat_rest: float = 30.0  # seconds that a model which is down is left alone
    chat_context: int = 6000  # tokens of clauses sent
