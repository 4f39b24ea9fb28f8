"""One change to a YAML text by cutting at the places that a parser marked.

Nothing but the value, the key or the lines concerned is touched. `Declined` means that the place
cannot be cut safely (an alias, an odd layout). What comes out is to be parsed by the caller and
compared with what was wanted: these functions know the usual layouts, not all of YAML.
"""

from __future__ import annotations

from assay.formats.changes import Change, Key, Set
from assay.formats.yaml_libyaml import MAPPING, SEQUENCE, Unsure, compose
from assay.formats.yaml_portable import BlockStyle, flow, inline, is_block, scalar
from assay.formats.yaml_scalars import Unresolved, resolve
from assay.regex import regex
from assay.typed import Any

_COLON = regex(r"\s*:")
_ALIAS = regex(r"\s*:\s+\*[\w-]+")
_COMMENTS = regex(r"(?: *(?:#[^\n]*)?\n)*(?: *(?:#[^\n]*)?)\Z")


class Declined(ValueError):
    """The change cannot be made by surgery."""


def changed(text: str, change: Change) -> str:
    """`text` with the change made; raises Declined or Unspellable."""
    if text and not text.endswith("\n"):
        return changed(text + "\n", change)
    try:
        document = _Document(text, compose(text))
    except Unsure as error:
        raise Declined(str(error)) from error
    if isinstance(change, Set):
        return document.with_value(change.path, change.value)
    return document.without(change.path)


class _Document:
    """A text, its nodes, and the style in which it is laid out."""

    def __init__(self, text: str, root: Any) -> None:
        self.text = text
        self.root = root
        self.line_end = "\r\n" if "\r\n" in text else "\n"
        self.style = BlockStyle()
        if root is not None:
            self.style = BlockStyle(*_offsets(root))

    def with_value(self, path: tuple[Key, ...], value: object) -> str:
        parent = self.container(path[:-1])
        if parent is None:
            return self.spliced(len(self.text), len(self.text), self.entry(path[-1], value, 0))
        if parent.tag == SEQUENCE:
            return self.with_item(parent, path[-1], value)
        for key_node, value_node in parent.value:
            if _key(key_node) == path[-1]:
                return self.with_entry_value(parent, key_node, value_node, value)
        return self.with_entry(parent, path[-1], value)

    def with_item(self, parent: Any, index: Key, value: object) -> str:
        """The text with another value for an item of a list."""
        if not isinstance(index, int) or not 0 <= index < len(parent.value):
            raise Declined("no such item")
        node = parent.value[index]
        start, end = _start(node), self.end(node)
        if (
            not _start(parent) <= start <= end <= _end(parent)
            or self.text[start : start + 1] == "&"
        ):
            raise Declined("alias")
        if parent.flow_style or not is_block(value) or _is_flow(node):
            spelling = flow(value)
        else:
            column = node.start_mark.column + (1 if start == end else 0)
            spelling = self.joined(self.style.lines(value, column)).strip()
        return self.spliced(start, end, f" {spelling}" if start == end else spelling)

    def with_entry_value(self, parent: Any, key: Any, node: Any, value: object) -> str:
        """The text with another value for an entry of a map."""
        start, end = _start(node), self.end(node)
        if start < _end(key) or self.text[start : start + 1] == "&":
            raise Declined("alias")
        if parent.flow_style or (_is_flow(node) and isinstance(value, dict | list | tuple)):
            return self.spliced(start, end, flow(value))
        if not is_block(value) and not _is_block(node):
            return self.with_scalar(start, end, inline(value))
        return self.with_lines(parent, key, node, value)

    def with_scalar(self, start: int, end: int, spelling: str) -> str:
        """One word for another; nothing at all stands for null, before and after."""
        if start == end:
            return self.spliced(start, end, f" {spelling}" if spelling else "")
        if not spelling:
            start = len(self.text[:start].rstrip(" "))
        return self.spliced(start, end, spelling)

    def with_lines(self, parent: Any, key: Any, node: Any, value: object) -> str:
        """The text with an entry's value that has, or had, lines below the line of the key.

        The line of the key keeps its comment.
        """
        start, end = _start(node), self.end(node)
        line_end = self.text.find("\n", end) + 1 or len(self.text)
        if _is_block(node):
            first = self.text.rfind("\n", 0, start) + 1
            head, tail = self.text[:first], self.text[line_end:]
        else:
            rest = self.text[end:line_end]
            head, tail = self.text[:start].rstrip(" ") + rest, self.text[line_end:]
        if is_block(value):
            column = self.block_column(parent, node, value)
            return head + self.joined(self.style.lines(value, column)) + tail
        colon = _COLON.match(head, _end(key))
        if colon is None:
            raise Declined("no colon")
        return f"{head[: colon.end()]} {inline(value)}".rstrip(" ") + head[colon.end() :] + tail

    def block_column(self, parent: Any, node: Any, value: object) -> int:
        column = int(parent.value[0][0].start_mark.column)
        is_map = isinstance(value, dict)
        if _is_block(node) and (node.tag == MAPPING) == is_map:
            return int(node.start_mark.column)
        return column + (self.style.step if is_map else self.style.dash)

    def with_entry(self, parent: Any, key: Key, value: object) -> str:
        """The text with one more entry at the end of a map."""
        if parent.flow_style:
            spelling = f"{scalar(key, in_flow=True)}: {flow(value)}"
            if not parent.value:
                return self.spliced(_start(parent), _end(parent), f"{{{spelling}}}")
            end = self.entry_end(*parent.value[-1])
            return self.spliced(end, end, f", {spelling}")
        column = parent.value[0][0].start_mark.column
        end = self.end_of_lines(self.entry_end(*parent.value[-1]), column)
        return self.spliced(end, end, self.entry(key, value, column))

    def without(self, path: tuple[Key, ...]) -> str:
        parent = self.container(path[:-1])
        if parent is None or parent.tag != MAPPING:
            raise Declined("not in a map")
        keys = [_key(key_node) for key_node, _ in parent.value]
        if path[-1] not in keys:
            raise Declined("no such key")
        if len(keys) == 1:
            if len(path) > 1:
                return self.with_value(path[:-1], {})
            return self.spliced(_start(parent), self.end(parent), "{}")
        index = keys.index(path[-1])
        start, end = _start(parent.value[index][0]), self.entry_end(*parent.value[index])
        line_start = self.text.rfind("\n", 0, start) + 1
        if parent.flow_style and index + 1 == len(keys):
            return self.spliced(self.entry_end(*parent.value[index - 1]), end, "")
        if parent.flow_style or self.text[line_start:start].strip(" "):
            # In braces, or behind the dash of a list item: the next key moves up.
            return self.spliced(start, _start(parent.value[index + 1][0]), "")
        line_end = self.text.find("\n", end)
        return self.spliced(line_start, line_end + 1 or len(self.text), "")

    def container(self, path: tuple[Key, ...]) -> Any:
        """The map or list at `path`; None for an empty document."""
        node = self.root
        floor = 0
        for key in path:
            floor, node = _child(node, key, floor)
        if node is None and not path:
            return None
        if node is None or node.tag not in (MAPPING, SEQUENCE) or _start(node) < floor:
            raise Declined("no such container")
        return node

    def entry(self, key: Key, value: object, column: int) -> str:
        return self.joined(self.style.entry(key, value, column))

    def joined(self, lines: Any) -> str:
        return "".join(line + self.line_end for line in lines)

    def spliced(self, start: int, end: int, piece: str) -> str:
        return self.text[:start] + piece + self.text[end:]

    def end(self, node: Any) -> int:
        """Where the content of a node ends; a parser's mark may stand behind following comments."""
        if node.tag in (MAPPING, SEQUENCE) and not node.flow_style and node.value:
            last = node.value[-1]
            return self.entry_end(*last) if node.tag == MAPPING else self.end(last)
        if getattr(node, "style", None) in ("|", ">"):
            return _start(node) + len(self.text[_start(node) : _end(node)].rstrip())
        return _end(node)

    def entry_end(self, key: Any, node: Any) -> int:
        if _start(node) >= _end(key):
            return self.end(node)
        alias = _ALIAS.match(self.text, _end(key))
        if alias is None:
            raise Declined("alias")
        return alias.end()

    def end_of_lines(self, at: int, column: int) -> int:
        """The end of the line of `at`, and of comment lines below it that are indented like it."""
        end = self.text.find("\n", at) + 1 or len(self.text)
        if column == 0 and _COMMENTS.match(self.text, end):
            return len(self.text)
        comment = regex(rf" {{{column},}}#[^\n]*(?:\n|\Z)")
        while match := comment.match(self.text, end):
            end = match.end()
        return end


def _offsets(root: Any) -> tuple[int, int]:
    """How deep the first nested map, and the first list in a map, stand below their keys."""
    step = dash = -1
    todo = [root]
    while todo and (step < 0 or dash < 0):
        node = todo.pop()
        if node.flow_style or node.tag not in (MAPPING, SEQUENCE):
            continue
        if node.tag == SEQUENCE:
            todo += [item for item in node.value if item.tag in (MAPPING, SEQUENCE)]
            continue
        for key, value in reversed(node.value):
            if _is_block(value) and _start(value) > _end(key):
                offset = value.start_mark.column - key.start_mark.column
                step, dash = (offset, dash) if value.tag == MAPPING else (step, offset)
                todo.append(value)
    return (step if step > 0 else 2), max(dash, 0)


def _child(node: Any, key: Key, floor: int) -> tuple[int, Any]:
    """What `key` leads to, and the offset before which only an alias can point."""
    if node is None or _start(node) < floor:
        raise Declined("alias")
    if node.tag == SEQUENCE and isinstance(key, int) and 0 <= key < len(node.value):
        return _start(node), node.value[key]
    if node.tag == MAPPING:
        for key_node, value_node in node.value:
            if _key(key_node) == key:
                return _end(key_node), value_node
    raise Declined("no such path")


def _key(node: Any) -> object:
    """The value of a key; itself for what no path can name."""
    if node.tag in (MAPPING, SEQUENCE):
        return node
    if node.style or node.tag == "str":
        return node.value
    try:
        return resolve(node.value)
    except Unresolved:
        return node


def _is_flow(node: Any) -> bool:
    return node.tag in (MAPPING, SEQUENCE) and bool(node.flow_style)


def _is_block(node: Any) -> bool:
    return node.tag in (MAPPING, SEQUENCE) and not node.flow_style


def _start(node: Any) -> int:
    return int(node.start_mark.index)


def _end(node: Any) -> int:
    return int(node.end_mark.index)
