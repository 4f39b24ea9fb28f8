"""Conditions over what a row of the table of experiments holds.

    metrics.acc > 0.9 and params.lr < 1e-3
    'resnet' in params['model.name'] or state == 'Running'

The language is that of simpleeval without calls, powers and comprehensions: the text is parsed
with Python's grammar and the tree is walked; nothing is compiled or run (P6).

What a row does not have is None: equal to None, neither smaller nor larger than anything. Numbers
and texts do not compare; that is no error either, because a parameter may be `auto` in one
experiment and a number in the next.
"""

from __future__ import annotations

import ast
import operator

from assay.compare.show_rows import Values
from assay.errors import AssayError
from assay.typed import Any, Callable, Iterable, Mapping
from assay.ui.table import one_line

_MOST_LETTERS = 4096
NAMES = ("name", "rev", "state", "executor", "created")
"""What a row is, apart from its values."""
SECTIONS = ("metrics", "params", "deps")
_PARTS = (
    *(ast.Constant, ast.Name, ast.Attribute, ast.Subscript, ast.Tuple, ast.List),
    *(ast.UnaryOp, ast.BinOp, ast.BoolOp, ast.Compare, ast.IfExp),
)

_Keys = Mapping[str, Iterable[str]]
"""File → the keys found in it."""


class BadCondition(AssayError):
    """An expression that cannot be understood. `column` counts from 1."""

    def __init__(self, reason: str, text: str, column: int, *, hint: str = "") -> None:
        where = f"at column {column} of `{one_line(text)}`"
        super().__init__(f"--where: {reason}, {where}", hint=hint)
        self.column = column


class _Misread(Exception):
    """Why a part of an expression makes no sense; where that is becomes known further out."""

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint


class Condition:
    """One expression, ready for any number of rows. `known`: section → the keys that there are.

    Raises BadCondition, also for a name that is not among them.
    """

    def __init__(self, text: str, known: Mapping[str, _Keys]) -> None:
        self._text = text
        self._known = known
        self._evaluator = self._made()
        self._tree = self._parsed()
        self._check()

    def holds(self, plain: Mapping[str, object], sections: Mapping[str, Values]) -> bool:
        """Whether the expression is true of a row: its NAMES, and its values by SECTIONS.

        Raises BadCondition.
        """
        self._look_at(plain, sections)
        return bool(self._value(self._tree))

    def _check(self) -> None:
        """Every part must be of a kind that is known and every name one that some row has."""
        self._look_at(dict.fromkeys(NAMES), {name: {} for name in SECTIONS})
        for node in ast.walk(self._tree):
            if isinstance(node, ast.expr):
                if type(node) not in self._evaluator.nodes:
                    raise self._bad("this is not part of the language", node)
                if isinstance(node, ast.Name | ast.Attribute | ast.Subscript):
                    self._value(node)
        if isinstance(self._value(self._tree), _Place):
            raise self._bad("this alone says nothing about a row", self._tree)

    def _look_at(self, plain: Mapping[str, object], sections: Mapping[str, Values]) -> None:
        places = {name: _Place(name, self._known[name], found) for name, found in sections.items()}
        self._evaluator.names = {**plain, **places}

    def _value(self, node: ast.expr) -> object:
        try:
            return self._evaluator.eval(self._text, previously_parsed=node)
        except RecursionError:
            raise self._bad("this is nested too deeply", node) from None

    def _parsed(self) -> ast.expr:
        import warnings  # only here, as all that only expressions need

        text = self._text.strip()
        skipped = len(self._text) - len(self._text.lstrip())
        if len(text) > _MOST_LETTERS:
            raise BadCondition("this is too long", f"{text[:20]}…", _MOST_LETTERS)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # `'\d'`: Python's opinion on escapes
                return ast.parse(text, mode="eval").body
        except SyntaxError as error:
            column = error.offset or len(text) + 1
            if column > len(text):
                raise BadCondition("something is missing", self._text, column + skipped) from None
            hint = _advice(text)
            raise BadCondition("a mistake", self._text, column + skipped, hint=hint) from None
        except (ValueError, RecursionError, MemoryError):
            raise BadCondition("this is no expression", self._text, 1) from None

    def _made(self) -> Any:
        """The evaluator: every part of the tree knows where it stands."""
        from simpleeval import EvalWithCompoundTypes

        made = EvalWithCompoundTypes(operators=_operators(), functions={})
        made.allowed_attrs = {_Place: _Everything()}
        handlers = {kind: made.nodes[kind] for kind in _PARTS}

        def subscript(node: ast.Subscript) -> object:
            return _item(made._eval(node.value), made._eval(node.slice))

        handlers[ast.Subscript] = subscript
        made.nodes = {kind: self._placed(handler) for kind, handler in handlers.items()}
        return made

    def _placed(self, handler: Callable[[Any], object]) -> Callable[[Any], object]:
        from simpleeval import InvalidExpression, NameNotDefined

        def at_its_place(node: Any) -> object:
            try:
                return handler(node)
            except _Misread as error:
                raise self._bad(error.reason, node, error.hint) from None
            except NameNotDefined as error:
                hint = self._meant(error.name)
                raise self._bad(f"'{error.name}' is not known", node, hint) from None
            except InvalidExpression:
                raise self._bad("this cannot be used here", node) from None
            except (TypeError, ValueError, LookupError, ArithmeticError) as error:
                raise self._bad(str(error) or "this makes no sense", node) from None

        return at_its_place

    def _meant(self, name: str) -> str:
        """What to write in place of a name that is none."""
        found = [
            f"{section}.{name}"
            for section, files in self._known.items()
            if any(f"{key}.".startswith(f"{name}.") for keys in files.values() for key in keys)
        ]
        if found:
            return f"did you mean {' or '.join(found)}?"
        return f"names are {', '.join((*SECTIONS, *NAMES))}; texts stand in quotes"

    def _bad(self, reason: str, node: Any, hint: str = "") -> BadCondition:
        skipped = len(self._text) - len(self._text.lstrip())
        line = self._text.encode()[skipped:][: node.col_offset].decode(errors="replace")
        return BadCondition(reason, self._text, len(line) + skipped + 1, hint=hint)


class _Place:
    """A section of a row, or a group of values in it: `metrics`, `metrics.train`."""

    __slots__ = ("_known", "_path", "_section", "_values")

    def __init__(self, section: str, known: _Keys, values: Values, path: str = "") -> None:
        self._section = section
        self._known = known
        self._values = values
        self._path = path

    def __str__(self) -> str:
        return f"{self._section}.{self._path}" if self._path else self._section

    def __getitem__(self, word: object) -> object:
        key = f"{self._path}.{word}" if self._path else str(word)
        found = [
            (file, name)
            for file, keys in self._known.items()
            for name in keys
            if key in (name, f"{file}:{name}")
        ]
        if len(found) == 1:
            [(file, name)] = found
            values = self._values.get(file)
            return values.get(name) if isinstance(values, dict) else None
        if found:
            choice = " or ".join(f"{self._section}['{file}:{name}']" for file, name in found)
            raise _Misread(f"'{self._section}.{key}' is in several files", f"write {choice}")
        if any(name.startswith(f"{key}.") for keys in self._known.values() for name in keys):
            return _Place(self._section, self._known, self._values, key)
        raise _Misread(f"no row has '{self._section}.{key}'", self._similar(key))

    def _similar(self, key: str) -> str:
        from difflib import get_close_matches

        there = [name for keys in self._known.values() for name in keys]
        close = get_close_matches(key, there, n=3)
        return f"did you mean {' or '.join(map(repr, close))}?" if close else ""


class _Everything:
    """The names of attributes that may be asked for: simpleeval wants a container of them."""

    def __contains__(self, name: object) -> bool:
        return True


def _item(container: object, key: object) -> object:
    """What `container[key]` is: a value of the row, an item of a list, None if there is none."""
    if isinstance(container, _Place):
        return container[key]
    try:
        return container[key]  # type: ignore[index]  # what is no list, says so
    except (TypeError, LookupError):
        return None


def _operators() -> dict[type[ast.AST], Callable[..., object]]:
    """Kind of node → what it does; powers and shifts, which can fill the memory, are not there."""
    return {
        ast.Eq: _safe(operator.eq, False),
        ast.NotEq: _safe(operator.ne, False),
        ast.Lt: _safe(operator.lt, False),
        ast.LtE: _safe(operator.le, False),
        ast.Gt: _safe(operator.gt, False),
        ast.GtE: _safe(operator.ge, False),
        ast.Is: _safe(operator.is_, False),
        ast.IsNot: _safe(operator.is_not, False),
        ast.In: _safe(lambda item, where: item in where, False),
        ast.NotIn: _safe(lambda item, where: item not in where, False),
        ast.Add: _safe(_sum, None),
        ast.Sub: _safe(operator.sub, None),
        ast.Mult: _safe(_product, None),
        ast.Div: _safe(operator.truediv, None),
        ast.FloorDiv: _safe(operator.floordiv, None),
        ast.Mod: _safe(_remainder, None),
        ast.USub: _safe(operator.neg, None),
        ast.UAdd: _safe(operator.pos, None),
        ast.Not: operator.not_,
    }


def _safe(operation: Callable[..., object], otherwise: object) -> Callable[..., object]:
    """`operation`, and `otherwise` for what it does not go with."""

    def result(*operands: object) -> object:
        for operand in operands:
            if isinstance(operand, _Place):
                raise _Misread(f"'{operand}' is a group of values, not a value")
        try:
            return operation(*operands)
        except (TypeError, ValueError, ArithmeticError):
            return otherwise

    return result


def _sum(one: Any, other: Any) -> object:
    return _number(one) + _number(other)


def _product(one: Any, other: Any) -> object:
    return _number(one) * _number(other)


def _remainder(one: Any, other: Any) -> object:
    return _number(one) % _number(other)


def _number(value: object) -> Any:
    """Only numbers are counted with: `'%999999999d' % 1` would fill the memory."""
    if not isinstance(value, int | float):
        raise TypeError
    return value


def _advice(text: str) -> str:
    for wrong, right in (("&&", "`and`"), ("||", "`or`"), ("!", "`not`")):
        if wrong in text.replace("!=", ""):
            return f"write {right} for `{wrong}`"
    if "=" in text and "==" not in text:
        return "write `==` to compare"
    return "names with other letters are written as params['weight-decay']"
