"""The stages that `foreach` and `matrix` stand for: their keys and what `item` and `key` are.

The data to go through may itself be made of templates. Where each value came from is kept, so that
a use of `item` counts as a use of the parameter behind it.
"""

from __future__ import annotations

from itertools import product

from assay.pipeline.templating.expression import has_opening, take_apart
from assay.pipeline.templating.render import Manner, as_text, compiled
from assay.pipeline.templating.scope import Origin, Path, Scope, usable
from assay.typed import Any, Iterator, NamedTuple


class Member(NamedTuple):
    """One stage of a group: the part of its name behind `@`, and the variables only it sees."""

    key: str
    names: dict[str, Any]
    origins: dict[Path, Origin]


class NotIterable(Exception):
    """The data of a group is a value that nobody can go through; it is the only argument."""


class _Entry(NamedTuple):
    """A value to go through. `origins` tells where it, or a part of it, was taken from."""

    key: Any
    value: Any
    origins: dict[Path, Origin]

    @property
    def is_scalar(self) -> bool:
        return not isinstance(self.value, dict | list)

    def text(self) -> str:
        """The value in a stage's name; what came out of a variable is spelled as Python does."""
        return str(self.value) if () in self.origins else as_text(self.value)


def foreach_members(data: Any, scope: Scope, manner: Manner) -> list[Member]:
    """The members of a `foreach`, in order; a key that comes again replaces the first.

    Raises Mistake for bad templates and NotIterable for data that is no list and no map.
    """
    entries = _entries(data, scope, manner)
    if isinstance(entries, dict):
        members = [_member(as_text(e.key), e, key=as_text(e.key)) for e in entries.values()]
    elif all(entry.is_scalar for entry in entries):
        members = [_member(entry.text(), entry) for entry in entries]
    else:
        members = [_member(str(index), entry) for index, entry in enumerate(entries)]
    return list({member.key: member for member in members}.values())


def matrix_members(axes: dict[str, Any], scope: Scope, manner: Manner) -> list[Member]:
    """The members of a `matrix`: all combinations, the last axis running fastest.

    Raises as `foreach_members` does.
    """
    columns = []
    for written, data in axes.items():
        name = as_text(_key(written, scope, manner))
        columns.append([(name, *value) for value in _axis(name, data, scope, manner)])
    members = [_combined(combination) for combination in product(*columns)]
    return list({member.key: member for member in members}.values())


def _member(name: str, entry: _Entry, *, key: str | None = None) -> Member:
    item = usable(entry.value, "<local>:item")
    origins = {("item", *path): origin for path, origin in entry.origins.items()}
    return Member(name, {"item": item} | ({} if key is None else {"key": key}), origins)


def _axis(name: str, data: Any, scope: Scope, manner: Manner) -> Iterator[tuple[str, _Entry]]:
    """The values of one axis, each with its part of the stage's name."""
    if isinstance(data, str) and not has_opening(data):
        data = list(data)
    entries = _entries(data, scope, manner)
    if isinstance(entries, dict):
        entries = [_Entry(key, key, {}) for key in entries]
    for index, entry in enumerate(entries):
        yield (entry.text() if entry.is_scalar else f"{name}{index}"), entry


def _combined(combination: tuple[tuple[str, str, _Entry], ...]) -> Member:
    """A member from one (axis, part of the name, value) of each axis."""
    key = "-".join(text for _, text, _ in combination)
    item = {axis: usable(entry.value, f"<local>:item.{axis}") for axis, _, entry in combination}
    origins = {
        ("item", axis, *path): origin
        for axis, _, entry in combination
        for path, origin in entry.origins.items()
    }
    return Member(key, {"item": item, "key": key}, origins)


def _entries(data: Any, scope: Scope, manner: Manner) -> list[_Entry] | dict[Any, _Entry]:
    """What to go through, as a list or by key."""
    if isinstance(data, str):
        value, origins = _filled(data, scope, manner)
        base = origins.get(())
        if isinstance(value, list):
            return [_taken(index, item, base) for index, item in enumerate(value)]
        if isinstance(value, dict):
            return {key: _taken(key, item, base) for key, item in value.items()}
        raise NotIterable(value)
    if isinstance(data, list):
        return [_Entry(index, *_filled(item, scope, manner)) for index, item in enumerate(data)]
    entries = {}
    for written, item in data.items():
        key = _key(written, scope, manner)
        entries[key] = _Entry(key, *_filled(item, scope, manner))
    return entries


def _key(written: object, scope: Scope, manner: Manner) -> object:
    """A key of a map, or an axis: a scalar whatever else the data may hold."""
    return _filled(written, scope, Manner(manner.parsing))[0]


def _taken(key: object, value: Any, base: Origin | None) -> _Entry:
    """An entry of a list or map that a variable holds."""
    origins: dict[Path, Origin] = {}
    if base is not None:
        origins[()] = Origin(base.source, (*base.path, str(key)))
    return _Entry(key, value, origins)


def _filled(node: Any, scope: Scope, manner: Manner) -> tuple[Any, dict[Path, Origin]]:
    """`node` with its templates filled in, and the origins of what was taken over whole."""
    fill = compiled(node, manner)
    if fill is None:
        return node, {}
    return fill(scope.find), dict(_origins(node, scope))


def _origins(node: Any, scope: Scope, at: Path = ()) -> Iterator[tuple[Path, Origin]]:
    if isinstance(node, dict):
        for key, item in node.items():
            yield from _origins(item, scope, (*at, str(key)))
    elif isinstance(node, list):
        for index, item in enumerate(node):
            yield from _origins(item, scope, (*at, str(index)))
    elif isinstance(node, str) and has_opening(node):
        template = take_apart(node)
        if template.is_whole:
            yield at, scope.origin(scope.path(template.references[0]))
