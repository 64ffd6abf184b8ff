"""The error of evaluating. Its text names the file and the field, and says what to do.

ClausewiseError
└── EvaluationError      a question file, kept answers or a baseline cannot be used
"""

from __future__ import annotations

from corpus.errors import ClausewiseError


class EvaluationError(ClausewiseError):
    """A question file, kept answers or a baseline cannot be used."""
