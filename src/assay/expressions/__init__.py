"""Expressions as Python has compiled them once: to use them takes neither `re` nor time.

    recalled(r"[0-9]+").fullmatch("12")

`re` turns an expression into numbers, which the interpreter's own `_sre` goes by; `_sre.MAGIC` says
how they are meant. Those of our modules stand in `table.py`, which `scripts/expressions.py` writes,
with the Pythons that mean them so. They were half of what a command that reads YAML took to start.
What is not there – another Python, a new expression – `re` compiles.
"""

from __future__ import annotations

from assay.expressions import table
from assay.modules import load
from assay.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from re import Pattern

Code = tuple[int, str, int, dict[str, int]]
"""Flags, the numbers, how many groups there are, and which of them have a name."""

_CODE_BYTES = 4

CODES: dict[str, Code] = {}
_sre: Any
try:
    _sre = load("_sre")
    if _sre.MAGIC in table.MAGICS and _sre.CODESIZE == _CODE_BYTES:
        CODES = table.CODES
except ImportError:
    pass


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
