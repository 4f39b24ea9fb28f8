"""How wide one character is on a terminal."""

from __future__ import annotations

import functools
import unicodedata


@functools.lru_cache(maxsize=4096)
def char_width(char: str) -> int:
    """How many places it takes: none for marks on others, two for most of East Asia."""
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
