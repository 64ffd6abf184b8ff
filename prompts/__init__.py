"""Prompt templates as files. `render` fills one in; a value that is missing raises."""

from __future__ import annotations

import re
from importlib import resources

_FIELD = re.compile(r"\{\{(\w+)\}\}")


def render(name: str, **values: str) -> str:
    """The template `name`.md with its {{fields}} filled in.

    Values are put in as they are and not looked at again, so a field inside a document stays
    text. Raises KeyError for a field without a value.
    """
    template = resources.files("prompts").joinpath(f"{name}.md").read_text(encoding="utf-8")
    return _FIELD.sub(lambda field: values[field.group(1)], template).strip()


def version(name: str) -> str:
    """A short hash of the template, to tell which one an answer came from."""
    import hashlib

    template = resources.files("prompts").joinpath(f"{name}.md").read_bytes()
    return hashlib.sha256(template).hexdigest()[:8]
