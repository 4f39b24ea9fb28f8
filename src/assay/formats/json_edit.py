"""Changes to JSON text that keep its layout: indentation, spaces, order, spelling of numbers.

The text has been read by `json.loads` before, so it is known to be well formed (as Python sees it:
NaN and Infinity included; of equal keys the last counts).
"""

from __future__ import annotations

import json

from assay.formats.changes import Change, Key, Path, Set
from assay.regex import regex
from assay.typed import Iterator, NamedTuple, Sequence

_DECODE = json.JSONDecoder().raw_decode
_BLANK = regex(r"[ \t\n\r]*")
_FIRST_INDENT = regex(r"(?m)^([ \t]+)\S")
_LINE_START = regex(r"\n([ \t]*)\Z")


class _Item(NamedTuple):
    """A member of an object or an item of an array; for an item `start` is `value_start`."""

    key: Key
    start: int
    value_start: int
    end: int


class _Container(NamedTuple):
    """An object or array: the offset behind its opening bracket, its items, its closing bracket."""

    first: int
    items: list[_Item]
    last: int


def edit(text: str, changes: Sequence[Change]) -> str:
    """`text` with `changes` made; an empty text is an empty object. Values must fit JSON."""
    text = text or "{}"
    for change in changes:
        text = _with(text, change) if isinstance(change, Set) else _without(text, change.path)
    return text


def _with(text: str, change: Set) -> str:
    container = _container(text, change.path[:-1])
    # The last of equal keys counts.
    found = next((i for i in reversed(container.items) if i.key == change.path[-1]), None)
    if found is None:
        return _with_member(text, container, change)
    new = _dumped(change.value, text, _indent_of(text, found.start))
    return text[: found.value_start] + new + text[found.end :]


def _container(text: str, path: Path) -> _Container:
    """The object or array at `path`."""
    position = _skip_blank(text, 0)
    for key in path:
        items = [item for item in _items(text, position) if item.key == key]
        position = items[-1].value_start
    items = list(_items(text, position))
    last = _skip_blank(text, items[-1].end if items else position + 1)
    return _Container(position + 1, items, last)


def _items(text: str, opening: int) -> Iterator[_Item]:
    """What stands between the bracket at `opening` and the one that closes it, in order."""
    is_object = text[opening] == "{"
    position = _skip_blank(text, opening + 1)
    index = 0
    while text[position] not in "]}":
        start = position
        key: Key = index
        if is_object:
            key, position = _DECODE(text, position)
            position = _skip_blank(text, _skip_blank(text, position) + len(":"))
        _, end = _DECODE(text, position)
        yield _Item(key, start, position, end)
        position = _skip_blank(text, end)
        if text[position] == ",":
            position = _skip_blank(text, position + 1)
        index += 1


def _without(text: str, path: Path) -> str:
    """`text` without the member at `path` (its equals included) and the comma that it needs."""
    while True:
        container = _container(text, path[:-1])
        found = [at for at, item in enumerate(container.items) if item.key == path[-1]]
        if not found:
            return text
        text = _without_item(text, container, found[-1])


def _without_item(text: str, container: _Container, at: int) -> str:
    items = container.items
    if len(items) == 1:
        return text[: container.first] + text[container.last :]
    if at == len(items) - 1:
        return text[: items[at - 1].end] + text[items[at].end :]
    return text[: items[at].start] + text[items[at + 1].start :]


def _with_member(text: str, container: _Container, change: Set) -> str:
    """`text` with a new last member, set like its neighbours."""
    key = _dumped(change.path[-1], text, None)
    if not container.items:
        member = f"{key}: {_dumped(change.value, text, None)}"
        return text[: container.first] + member + text[container.last :]
    first, last = container.items[0], container.items[-1]
    colon = text[first.start : first.value_start].removeprefix(_key_text(text, first))
    comma = _comma(text, container)
    value = _dumped(change.value, text, _indent_of(text, first.start))
    return text[: last.end] + comma + key + colon + value + text[last.end :]


def _comma(text: str, container: _Container) -> str:
    """What separates the last two members, or would do so."""
    *before, last = container.items
    if before:
        return text[before[-1].end : last.start]
    between = text[container.first : last.start]
    return "," + (between if "\n" in between else " ")


def _key_text(text: str, member: _Item) -> str:
    return text[member.start : _DECODE(text, member.start)[1]]


def _indent_of(text: str, position: int) -> str | None:
    """The blanks before `position`, or None when something else shares the line with it."""
    match = _LINE_START.search(text[max(0, text.rfind("\n", 0, position)) : position])
    return match[1] if match else None


def _dumped(value: object, text: str, indent: str | None) -> str:
    """`value` as JSON: on lines of its own below a key at `indent`, else on one line."""
    ascii_only = text.isascii()
    if not indent or not isinstance(value, dict) or not value:
        return json.dumps(value, ensure_ascii=ascii_only)
    unit = _unit(text)
    lines = json.dumps(value, ensure_ascii=ascii_only, indent=unit).split("\n")
    return f"\n{indent}".join(lines)


def _unit(text: str) -> str:
    """One step of indentation: the blanks of the first line that has some."""
    match = _FIRST_INDENT.search(text)
    return match[1] if match else "  "


def _skip_blank(text: str, position: int) -> int:
    match = _BLANK.match(text, position)
    assert match is not None
    return match.end()
