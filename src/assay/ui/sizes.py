"""Numbers of bytes for people, as `list --size` and `du` show them: 999, 9.76k, 121k, 1.00M."""

from __future__ import annotations

_UNITS = "kMGTPEZ"
_STEP = 1024


def size_text(size_bytes: int) -> str:
    """Three digits and a unit; the number itself below 1024."""
    if size_bytes < _STEP:
        return str(size_bytes)
    value, step = size_bytes / _STEP, 0
    while value >= 999.5 and step < len(_UNITS) - 1:
        value, step = value / _STEP, step + 1
    digits = 2 if value < 9.995 else 1 if value < 99.95 else 0
    return f"{value:.{digits}f}{_UNITS[step]}"
