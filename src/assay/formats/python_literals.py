"""Parameters in Python files: the literals that a module, its classes and `__init__` assign.

    RATE = 0.1               RATE
    class Net:
        depth: int = 3       Net.depth
        def __init__(self):
            self.seed = 5    Net.seed

The file is parsed, never run. What is not a literal, or hides in a branch or a loop, is no
parameter; of several assignments to one name the last literal counts (spec/pipelines.md §4).
"""

from __future__ import annotations

import ast
import os
import warnings

from assay.typed import Iterator, NamedTuple, Sequence


class Literal(NamedTuple):
    """A value and the place in the source that spells it."""

    node: ast.expr
    value: object


# Name → literal, or the scope of the class of that name.
Scope = dict[str, "Literal | Scope"]


def read(text: str, name: str) -> dict[str, object]:
    """The parameters in `text`; a class is a dict. Raises what `ast.parse` raises."""
    return _values(module_scope(text, name))


def module_scope(text: str, name: str = "<unknown>") -> Scope:
    """Where the parameters of `text` stand. Raises what `ast.parse` raises."""
    scope: Scope = {}
    with warnings.catch_warnings():
        # Odd escapes in the user's strings are no business of ours.
        warnings.simplefilter("ignore")
        _collect(ast.parse(text, os.path.basename(name)).body, scope)
    return scope


def _values(scope: Scope) -> dict[str, object]:
    return {
        name: _values(found) if isinstance(found, dict) else found.value
        for name, found in scope.items()
    }


def _collect(statements: Sequence[ast.stmt], scope: Scope) -> None:
    for statement in statements:
        if isinstance(statement, ast.ClassDef):
            scope[statement.name] = _class_scope(statement)
        elif (assigned := _assigned(statement)) and isinstance(assigned[0], ast.Name):
            _add(scope, assigned[0].id, assigned[1])


def _class_scope(definition: ast.ClassDef) -> Scope:
    scope: Scope = {}
    for statement in definition.body:
        if isinstance(statement, ast.FunctionDef) and statement.name == "__init__":
            for name, node in _attributes(statement):
                _add(scope, name, node)
        else:
            _collect([statement], scope)
    return scope


def _attributes(constructor: ast.FunctionDef) -> Iterator[tuple[str, ast.expr]]:
    for statement in constructor.body:
        match _assigned(statement):
            case (ast.Attribute(value=ast.Name(id="self"), attr=name), node):
                yield name, node


def _assigned(statement: ast.stmt) -> tuple[ast.expr, ast.expr] | None:
    """Target and value of `x = 1` and `x: int = 1`."""
    match statement:
        case ast.Assign(targets=[target], value=value):
            return target, value
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            return target, value
    return None


def _add(scope: Scope, name: str, node: ast.expr) -> None:
    try:
        scope[name] = Literal(node, ast.literal_eval(node))
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return
