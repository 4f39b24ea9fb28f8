"""New values for parameters in a Python file: the literal's own characters change, nothing else.

The code belongs to its author: assignments are neither added nor taken away, only what stands on
their right-hand side changes, dict entries included.
"""

from __future__ import annotations

import ast
from math import isfinite

from assay.errors import AssayError
from assay.formats.changes import Change, Path, Set, same
from assay.formats.python_literals import Scope, module_scope
from assay.typed import Iterator, NamedTuple, Sequence


class PythonNotEditable(AssayError):
    """The change would need a decision that only the author of the code can take."""


class _Place(NamedTuple):
    """The innermost literal on a path and what of the path is left below it."""

    node: ast.expr
    value: object
    rest: Path


def edit(text: str, changes: Sequence[Change]) -> str:
    """`text` with the literals at the paths of `changes` replaced.

    Raises PythonNotEditable for a name that is not assigned yet, for the removal of a name and for
    values that no literal spells (NaN, infinity).
    """
    for change in changes:
        place = _place(text, change)
        wanted = _changed(place.value, place.rest, change)
        text = _first_that_reads_back(_candidates(text, place, change, wanted), change, wanted)
    return text


def _place(text: str, change: Change) -> _Place:
    scope: Scope = module_scope(text)
    for depth, key in enumerate(change.path):
        found = scope.get(key) if isinstance(key, str) else None
        if found is None:
            break
        if isinstance(found, dict):
            scope = found
            continue
        rest = change.path[depth + 1 :]
        if not rest and not isinstance(change, Set):
            break
        return _Place(found.node, found.value, rest)
    else:
        raise PythonNotEditable(f"'{_name(change)}' is a class: only values in it can be set")
    raise _refused(change)


def _refused(change: Change) -> PythonNotEditable:
    if isinstance(change, Set):
        return PythonNotEditable(
            f"'{_name(change)}' cannot be added: "
            "only values that a Python file assigns already can be set",
            hint=f"write the assignment of '{change.path[-1]}' into the file yourself",
        )
    return PythonNotEditable(
        f"'{_name(change)}' cannot be removed: only values in a Python file can be set",
        hint="take the assignment out of the file yourself",
    )


def _name(change: Change) -> str:
    return ".".join(map(str, change.path))


def _changed(value: object, rest: Path, change: Change) -> object:
    """The whole literal's value after the change."""
    if not rest:
        assert isinstance(change, Set)
        return _like(value, change.value)
    if isinstance(value, dict):
        copy: dict[object, object] = dict(value)
        if len(rest) == 1 and not isinstance(change, Set):
            del copy[rest[0]]
        else:
            copy[rest[0]] = _changed(value.get(rest[0]), rest[1:], change)
        return copy
    assert isinstance(value, list | tuple)
    index = rest[0]
    assert isinstance(index, int)
    items = [*value[:index], _changed(value[index], rest[1:], change), *value[index + 1 :]]
    return tuple(items) if isinstance(value, tuple) else items


def _like(old: object, new: object) -> object:
    """A tuple stays one: the code may lean on it, and overrides can only spell lists."""
    return tuple(new) if isinstance(old, tuple) and isinstance(new, list) else new


def _candidates(text: str, place: _Place, change: Change, wanted: object) -> Iterator[str]:
    """Texts to try, the one that keeps most of the author's layout first."""
    if isinstance(change, Set):
        node, rest = place.node, place.rest
        while rest and (inner := _child(node, rest[0])) is not None:
            node, rest = inner, rest[1:]
        if not rest:
            new = _like(ast.literal_eval(node), change.value)
            yield _replaced(text, node, _spelled(new, _segment(text, node), change))
        elif isinstance(node, ast.Dict) and node.values:
            entry = f", {rest[0]!r}: {_spelled(change.value, '', change)}"
            yield _inserted_after(text, node.values[-1], entry)
    yield _replaced(text, place.node, _spelled(wanted, "", change))


def _child(node: ast.expr, key: object) -> ast.expr | None:
    if isinstance(node, ast.List | ast.Tuple) and isinstance(key, int):
        return node.elts[key]
    found = None
    if isinstance(node, ast.Dict):
        for name, value in zip(node.keys, node.values, strict=True):
            if name is not None and same(ast.literal_eval(name), key):
                found = value
    return found


def _first_that_reads_back(candidates: Iterator[str], change: Change, wanted: object) -> str:
    for candidate in candidates:
        try:
            place = _place(candidate, change)
        except (SyntaxError, PythonNotEditable):
            continue
        if same(place.value, wanted):
            return candidate
    raise PythonNotEditable(f"'{_name(change)}' cannot be changed safely in this Python file")


def _spelled(value: object, old: str, change: Change) -> str:
    """`value` as a literal, in the quotes of the `old` one."""
    _refuse_unspeakable(value, change)
    text = repr(value)
    if old.startswith('"') and isinstance(value, str) and '"' not in value:
        return f'"{text[1:-1]}"' if text.startswith("'") else text
    return text


def _refuse_unspeakable(value: object, change: Change) -> None:
    if isinstance(value, float) and not isfinite(value):
        raise PythonNotEditable(
            f"'{_name(change)}' cannot be {value}: no Python literal spells that"
        )
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            _refuse_unspeakable(item, change)


def _segment(text: str, node: ast.expr) -> str:
    start, end = _span(text, node)
    return text.encode()[start:end].decode()


def _replaced(text: str, node: ast.expr, new: str) -> str:
    data = text.encode()
    start, end = _span(text, node)
    return (data[:start] + new.encode() + data[end:]).decode()


def _inserted_after(text: str, node: ast.expr, new: str) -> str:
    data = text.encode()
    _, end = _span(text, node)
    return (data[:end] + new.encode() + data[end:]).decode()


def _span(text: str, node: ast.expr) -> tuple[int, int]:
    """Where a node starts and ends, in bytes: the parser counts columns in bytes of UTF-8."""
    assert node.end_lineno is not None and node.end_col_offset is not None
    offsets = [0]
    for line in text.encode().splitlines(keepends=True):
        offsets.append(offsets[-1] + len(line))
    return (
        offsets[node.lineno - 1] + node.col_offset,
        offsets[node.end_lineno - 1] + node.end_col_offset,
    )
