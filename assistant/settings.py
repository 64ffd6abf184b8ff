"""Settings, read once from the environment (prefix CLAUSEWISE_)."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What can be configured. A command-line option overrides its variable."""

    model_config = SettingsConfigDict(env_prefix="CLAUSEWISE_", frozen=True)

    data: Path = Path("data")
    # Where the tables are, as postgresql+psycopg://user:password@host/name; empty: files in `data`.
    database: str = Field(default="", repr=False)
    home: str = ""  # the jurisdiction that 我市 and 我省 start from
    library: bool = True  # an empty catalog is given the starter library
    # What is searched: files in the data directory, a Chroma server's graphs and these files, or
    # Milvus. The address of the server; of Milvus also a file ending in .db (milvus-lite).
    search: Literal["local", "chroma", "milvus"] = "local"
    search_url: str = ""
    search_token: str | None = None  # "user:password" or a token, of Milvus
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
    # The server. Rates as "120/minute" for each key or account; empty: no limit.
    rate: str = "600/minute"
    running: int = 0  # answers worked on at a time; 0: one, and 32 where a model is waited for
    waiting: int = 512  # answers that may wait behind them; more are turned away with 429
    each: int = 64  # answers that one key or account may have under way
    patience: float = 30.0  # seconds that an answer may wait for its turn
    upload_files: int = 50  # files of one upload
    upload_bytes: int = 256 * 2**20  # bytes of one upload
    cors: str = ""  # origins that may call from a browser, with commas; empty: none
    hosts: str = ""  # further names of this server, with commas, where it is open to its machine
    audit_days: int = 180  # how long the audit log is kept
    session_hours: int = 12  # how long a login to the page holds
    secure_cookies: bool = False  # logins over HTTPS alone: set it behind a TLS proxy
    log_questions: bool = False  # whether the log shows what was asked
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    otel_endpoint: str = ""  # where traces go, as http://127.0.0.1:4318/v1/traces
    # An OpenID Connect provider for the page; empty: none. Groups come from a claim of the token.
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    oidc_groups_claim: str = "groups"
    oidc_contributors: str = ""  # the group whose members may take documents in
    oidc_admins: str = ""  # the group whose members are admins
