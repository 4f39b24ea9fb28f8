"""Changes to a YAML file made as changes to its text.

Only what a change concerns is touched: comments, quotes, spacing, flow style and line ends stay.
Three ways, tried in this order: a scalar on a line of its own in a plain text; surgery at the marks
of a parser; and a round trip through ruamel.yaml, which restyles the file as DVC does. Whatever the
way, the result is read again and must hold exactly the wanted values.
"""

from __future__ import annotations

from assay.errors import AssayError
from assay.formats.changes import Change, Key, Path, Set, same
from assay.formats.yaml_lines import is_unusual
from assay.formats.yaml_portable import inline, is_block
from assay.formats.yaml_read import YamlProblem, parse
from assay.formats.yaml_spelling import Unspellable
from assay.regex import Expression, Match, regex
from assay.typed import Any, Mapping, Sequence

# What a value on the line of its key looks like, and what may stand behind it.
_VALUE_ON_LINE = regex(
    r"""(?m)( *)("[^"\\\n]*"|'[^'\n]*'|[^\s"'#&*!|>\[{{][^#\n]*?|)( +#[^\n]*| *)$"""
)
_NOTHING_ON_LINE = regex(r"(?m) *(?:#[^\n]*)?$")
_FIRST_CONTENT = regex(r"(?m)^( *)[^\s#]")
_TOP_LINE = regex(r"(?m)^[^ \n#]")


class NotEditable(AssayError):
    """A value cannot be changed in the text without changing others."""


def edit(text: str, changes: Sequence[Change]) -> str:
    """`text` with all `changes` made, in their order.

    New values are spelled so that YAML 1.1 and 1.2 readers agree about them. A text without any
    value gets its first. Raises YamlProblem when `text` cannot be read, and NotEditable when
    the values cannot be had, as below a merge key (`<<`).
    """
    return edit_known(text, parse(text), changes) if changes else text


def edit_known(text: str, value: object, changes: Sequence[Change]) -> str:
    """The same for a text that has been parsed, as `value`, before."""
    wanted = _wanted(value, changes)
    for way in (_on_lines, _by_surgery, _by_round_trip):
        edited = way(text, changes, wanted)
        if edited is not None and _holds(edited, wanted):
            return edited
    raise NotEditable(
        f"cannot change '{_shown(changes[0].path)}' in place",
        hint="the value may come from an alias or a merge key: edit the file by hand",
    )


def _wanted(value: object, changes: Sequence[Change]) -> object:
    """What the text is to hold; nothing of `value` itself is changed."""
    for change in changes:
        try:
            value = _with_change(value, change.path, change)
        except (KeyError, IndexError, TypeError):
            message = f"there is no '{_shown(change.path)}' that could be changed"
            raise NotEditable(message) from None
    return value


def _with_change(value: object, path: Path, change: Change) -> object:
    copy: Any = list(value) if isinstance(value, list) else _map_copy(value)
    key, rest = path[0], path[1:]
    if rest:
        copy[key] = _with_change(copy[key], rest, change)
    elif isinstance(change, Set):
        copy[key] = change.value
    else:
        del copy[key]
    return copy


def _map_copy(value: object) -> dict[object, object]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise TypeError("not a container")
    return dict(value)


def _holds(text: str, wanted: object) -> bool:
    try:
        return same(parse(text), wanted)
    except YamlProblem:
        return False


def _on_lines(text: str, changes: Sequence[Change], wanted: object) -> str | None:
    """The usual case without a parser: new scalars for old ones, on the lines of their keys."""
    if is_unusual(text):
        return None
    try:
        for change in changes:
            if not isinstance(change, Set) or is_block(change.value):
                return None
            place = _place_on_line(text, change.path)
            spelling = inline(change.value)
            if place is None or not spelling:
                return None
            text = f"{text[: place[0]]}{spelling}{text[place[1] :]}"
    except Unspellable:
        return None
    return text


def _place_on_line(text: str, path: Path) -> tuple[int, int] | None:
    """Where the value at `path` stands, if it is a word on the line of its key."""
    start, end = 0, len(text)
    for depth, key in enumerate(path):
        indent = _FIRST_CONTENT.search(text, start, end)
        if indent is None or not isinstance(key, str):
            return None
        is_last = depth == len(path) - 1
        tail = _VALUE_ON_LINE if is_last else _NOTHING_ON_LINE
        line = _behind(f"{indent[1]}{key}:", tail, text, start, end)
        if line is None:
            return None
        if is_last:
            return line.span(2) if line[1] and line[2] else None
        start = line.end()
        width = len(indent[1])
        below = regex(rf"(?m)^ {{0,{width}}}[^ \n#]") if width else _TOP_LINE
        following = below.search(text, start, end)
        end = following.start() if following else end
    return None


def _by_surgery(text: str, changes: Sequence[Change], wanted: object) -> str | None:
    # The parser costs tens of milliseconds to import.
    from assay.formats.yaml_surgery import Declined, changed

    try:
        for change in changes:
            text = changed(text, change)
    except (Declined, Unspellable):
        return None
    return text


def _by_round_trip(text: str, changes: Sequence[Change], wanted: object) -> str | None:
    from assay.formats.yaml_round_trip import round_trip  # the last resort

    try:
        return round_trip(text, lambda data: _change_all(data, changes, wanted))
    except (YamlProblem, KeyError, IndexError, TypeError, ValueError, AttributeError):
        return None


def _change_all(data: Any, changes: Sequence[Change], wanted: object) -> None:
    for change in changes:
        container = _own_container(data, change.path[:-1], wanted)
        if isinstance(change, Set):
            container[change.path[-1]] = change.value
        else:
            container.pop(change.path[-1], None)


def _own_container(data: Any, path: Path, wanted: Any) -> Any:
    """The container at `path`, which no alias shares: the first that one does is replaced."""
    for depth, key in enumerate(path):
        child = data[key]
        anchor = getattr(child, "anchor", None)
        if child is None or (anchor is not None and anchor.value is not None):
            for step in path[: depth + 1]:
                wanted = wanted[step]
            data[key] = wanted
            for step in path[depth + 1 :]:
                wanted = wanted[step]
            return wanted
        data = child
    return data


def _shown(path: tuple[Key, ...]) -> str:
    return ".".join(map(str, path))


def _behind(head: str, tail: Expression[str], text: str, start: int, end: int) -> Match[str] | None:
    """What `tail` makes of the first line that begins with `head` and goes on as it wants."""
    at = text.find(head, start, end)
    while at >= 0:
        found = tail.match(text, at + len(head), end)
        if found is not None and text[at - 1 : at] in ("", "\n"):
            return found
        at = text.find(head, at + 1, end)
    return None
