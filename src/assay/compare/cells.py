"""Values as the text of a table cell.

Two rules for floats, one per family of commands (spec/experiments.md §10.7): `exp show` and
`exp diff` keep significant digits, `metrics show` and `metrics diff` round to decimals.
"""

from __future__ import annotations

from assay.typed import Callable

CellText = Callable[[object], str]
"""From a value that is not None to its text."""

MISSING = "-"
"""The cell of a value that is not there."""

DIGITS = 5
"""Digits of floats unless the user asks for others."""


def significant(digits: int) -> CellText:
    """Floats with so many (1 to 100) significant digits: 0.1234567 → 0.12346, 3.0 → 3."""
    return _floats_by(f"%.{min(max(digits, 1), 100)}g".__mod__)


def rounded(digits: int) -> CellText:
    """Floats rounded to so many decimals: 0.123456 → 0.12346, 3.0 → 3.0, 1e-9 → 0.0."""
    return _floats_by(lambda value: str(round(value, digits)))


def exact(value: object) -> str:
    """Every digit."""
    return value if type(value) is str else str(value)


def _floats_by(float_text: Callable[[float], str]) -> CellText:
    def text(value: object) -> str:
        if type(value) is str:
            return value
        if type(value) is float:
            return float_text(value)
        if isinstance(value, list | dict):
            return str(_with_float_texts(value, float_text))
        return str(value)

    return text


def _with_float_texts(value: object, float_text: Callable[[float], str]) -> object:
    """Floats inside a list become texts, so that they are shown in quotes: `[1, '2.1235']`."""
    if isinstance(value, float):
        return float_text(value)
    if isinstance(value, list):
        return [_with_float_texts(item, float_text) for item in value]
    if isinstance(value, dict):
        return {key: _with_float_texts(item, float_text) for key, item in value.items()}
    return value
