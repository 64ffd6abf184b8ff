"""The models that OpenAI's clients can name, and what each means here."""

from __future__ import annotations

from fastapi import HTTPException

from assistant.answer import Mode
from assistant.api.openai.shapes import ModelView
from assistant.app import Assistant
from assistant.settings import Settings

_MODES = {
    "clausewise": Mode.AUTO,
    "clausewise-extractive": Mode.EXTRACTIVE,
    "clausewise-generative": Mode.GENERATIVE,
    "clausewise-agent": Mode.AGENT,
}
_WRITTEN = (Mode.GENERATIVE, Mode.AGENT)  # by a chat model


def mode_named(name: str, settings: Settings) -> Mode:
    """The way of answering that a model's name stands for. Raises HTTPException, 404."""
    modes = _modes(settings)
    if name not in modes:
        raise unknown(name, list(modes))
    return modes[name]


def models_of(seen: Assistant, settings: Settings) -> list[ModelView]:
    """Those that there are: the embedder last, once there is anything to search."""
    names = [*_modes(settings), *([seen.embedder.space.name] if seen.search else [])]
    return [ModelView(id=name) for name in names]


def unknown(name: str, known: list[str]) -> HTTPException:
    """That there is no such model, and which there are."""
    return HTTPException(404, f"没有模型 {name}，可用：{'、'.join(known)}")


def _modes(settings: Settings) -> dict[str, Mode]:
    """The ways of answering by their models' names; those of a chat model only where it is."""
    has_model = bool(settings.chat_model)
    return {name: mode for name, mode in _MODES.items() if has_model or mode not in _WRITTEN}
