"""The settings that are measured: the same on every machine, whatever is configured there."""

from __future__ import annotations

import os

from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from assistant.settings import Settings


class BenchSettings(Settings):
    """What it is given and defaults; nothing from the environment."""

    library: bool = False  # a corpus is what it was made of, and nothing beside

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003
        init_settings: PydanticBaseSettingsSource,
        *_: PydanticBaseSettingsSource,
        **__: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What the constructor is given, alone."""
        return (init_settings,)


def environment() -> dict[str, str]:
    """What a server that is measured runs in: this environment without what it configures."""
    prefix = Settings.model_config["env_prefix"]
    return {name: text for name, text in os.environ.items() if not name.upper().startswith(prefix)}
