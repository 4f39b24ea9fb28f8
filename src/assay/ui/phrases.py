"""Small pieces of English."""

from __future__ import annotations

from assay.typed import Iterable


def joined(words: Iterable[str]) -> str:
    """`a, b and c`; empty for no words."""
    *first, last = list(words) or [""]
    return f"{', '.join(first)} and {last}" if first else last


def counted(number: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
