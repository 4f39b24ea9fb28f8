"""Regular expressions that are compiled when they are first used.

    _DIGITS = regex(r"[0-9]+")
    _DIGITS.fullmatch(text)

A module's expressions are most of what loading it costs, and a command uses few of them.
"""

from __future__ import annotations

import re
import sys

from assay.typed import TYPE_CHECKING, Any, TypeVar

_Text = TypeVar("_Text", str, bytes)


class _Later:
    """Stands in for a compiled expression, and compiles it when one of its methods is wanted."""

    def __init__(self, text: str | bytes, flags: int = 0) -> None:
        self._text = text
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        # The method stays as an attribute: from now on nothing stands in between.
        method = getattr(self.compile(), name)
        setattr(self, name, method)
        return method

    def compile(self) -> re.Pattern[Any]:
        """The expression; `re` remembers it."""
        return re.compile(self._text, self._flags)


if TYPE_CHECKING:

    def regex(text: _Text, flags: int = 0) -> re.Pattern[_Text]:
        """`re.compile(text, flags)`, but later; for module level."""
        raise NotImplementedError
else:
    regex = _Later


def make_ready() -> None:
    """Compile all that loaded modules of ours have at module level, before a process forks."""
    for name, module in list(sys.modules.items()):
        if name.startswith("assay."):
            for value in list(vars(module).values()):
                if isinstance(value, _Later):
                    value.compile()
