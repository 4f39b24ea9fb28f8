"""Expressions as Python has compiled them once: to use them takes neither `re` nor time.

    recalled(r"[0-9]+").fullmatch("12")

`re` turns an expression into numbers, which the interpreter's own `_sre` goes by. The numbers are
the same whenever Python is, so those of our modules stand in a file here, by `_sre.MAGIC`, which
says how they are meant; `scripts/expressions.py` writes it. They were half of what a command that
reads YAML took to start. What is not there – another Python, a new expression – `re` compiles.
"""

from __future__ import annotations

from importlib import import_module

from assay.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from re import Pattern

Code = tuple[int, str, int, dict[str, int]]
"""Flags, the numbers, how many groups there are, and which of them have a name."""

_CODE_BYTES = 4

_sre: Any
try:
    _sre = import_module("_sre")
    CODES: dict[str, Code] = import_module(f"{__name__}.sre_{_sre.MAGIC}").CODES
    if _sre.CODESIZE != _CODE_BYTES:
        CODES = {}
except ImportError:
    CODES = {}


def recalled(text: str | bytes) -> Pattern[Any] | None:
    """The expression that `re.compile(text)` gives, if its numbers are known."""
    known = CODES.get(text) if isinstance(text, str) else None
    if known is None:
        return None
    flags, numbers, groups, names = known
    by_number = dict(zip(names.values(), names, strict=True))
    order = (None, *(by_number.get(group + 1) for group in range(groups)))
    found: Pattern[Any] = _sre.compile(
        text, flags, [*map(int, numbers.split())], groups, names, order
    )
    return found
