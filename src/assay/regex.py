"""Regular expressions that are compiled when they are first used.

    _DIGITS = regex(r"[0-9]+")
    _DIGITS.fullmatch(text)

A module's expressions are most of what loading it costs, and a command uses few of them; of those
Python has compiled nearly all before (`assay.expressions`). `re` is loaded here alone, with the
first that is new: that takes half as long as Python's whole start. Flags stand in the expression:
`(?m)^a`.
"""

from __future__ import annotations

import sys

from assay.typed import TYPE_CHECKING, Any, AnyStr

if TYPE_CHECKING:
    from re import Match
    from re import Pattern as Expression
    from types import ModuleType
else:
    Match = Expression = object


class _Later:
    """Stands in for a compiled expression, and compiles it when one of its methods is wanted."""

    def __init__(self, text: str | bytes) -> None:
        self._text = text
        self._made: Expression[Any] | None = None

    def __getattr__(self, name: str) -> Any:
        # The method stays as an attribute: from now on nothing stands in between.
        method = getattr(self.compile(), name)
        setattr(self, name, method)
        return method

    def compile(self) -> Expression[Any]:
        """The expression, made the first time."""
        if self._made is None:
            from assay.expressions import recalled  # with the first that is used

            self._made = recalled(self._text) or _compiled(self._text)
        return self._made


def _compiled(text: str | bytes) -> Expression[Any]:
    import re

    return re.compile(text)


if TYPE_CHECKING:

    def regex(text: AnyStr) -> Expression[AnyStr]:
        """`re.compile(text)`, but later."""
        raise NotImplementedError
else:
    regex = _Later


def escape(text: str) -> str:
    """The expression that matches just this text."""
    import re

    return re.escape(text)


def expressions_of(module: ModuleType) -> set[str | bytes]:
    """The texts of the expressions that a module has at its top."""
    return {value._text for value in vars(module).values() if isinstance(value, _Later)}


def make_ready() -> None:
    """Compile all that loaded modules of ours have at module level, before a process forks."""
    for name, module in list(sys.modules.items()):
        if name.startswith("assay."):
            for value in list(vars(module).values()):
                if isinstance(value, _Later):
                    value.compile()


__all__ = ["Expression", "Match", "escape", "expressions_of", "make_ready", "regex"]
