"""Entries of a YAML document put, replaced and removed as blocks of lines.

For dvc.lock: one entry changes, and every other byte – comments, stale entries, the order – stays.
A section is a top-level map of names (`stages`), or a list of maps with a `name` (`datasets`).
No entry is parsed; the cost is one scan for lines of one indentation. `Section` edits one text many
times and scans it once.

Texts in another style than block style (`---`, flow collections, tabs, …) are edited by a full
round trip instead.
"""

from __future__ import annotations

from assay.formats.yaml_quotes import DOUBLE, SINGLE, NotQuoted, unquote
from assay.formats.yaml_write import dump
from assay.regex import Expression, Match, regex
from assay.typed import Any, Callable, Iterator, MutableMapping, NamedTuple

LIST_SECTIONS = frozenset({"datasets"})

_TOP_LINE = regex(r"(?m)^[^\s#].*$")
_HEADER = regex(r"([A-Za-z_][\w.-]*):(?: +(.*))?\r?$")
_EMPTY_FLOW = regex(r": *(?:\{ *\}|\[ *\])")
_EMPTY_VALUE = regex(r"(?:\{ *\}|\[ *\])? *(?:#.*)?\r?$")
_FIRST_CONTENT = regex(r"(?m)^( *)[^\s#]")
_AT_TWO, _BEFORE_TWO = regex(r"(?m)^ {2}[^ \r\n#]"), regex(r"(?m)^ {0,1}[^ \r\n#]")
_PLAIN = r"[^\s\"'?&*!|>%@`{\[\]},#-](?:[^\r\n:#]|:(?![ \r\n])|(?<! )#)*?"
_KEY = regex(rf"(?:({DOUBLE}|{SINGLE})|({_PLAIN})) *:(?=[ \r\n]|$)")
_KEY_LINE = regex(r"[^\n]*:(?: +#[^\n]*)?\n")
_NAME_LINE = regex(r"(?m)^[ -]*name: +(?:('.*'|\".*\")|([^\s#].*?)) *(?:#.*)?\r?$")
_ANCHOR = regex(r"(?:^|[\s:-]) *&\w")


class _NotBlocks(ValueError):
    """The text has a style in which lines do not tell where entries are."""


_Block = tuple[str, tuple[int, int]]


class _Places(NamedTuple):
    """Where a section is: its header line, the end of its last entry, its entries."""

    start: int
    body: int
    end: int
    indent: int
    blocks: dict[str, tuple[int, int]]


def blocks(text: str, section: str) -> dict[str, tuple[int, int]]:
    """Name → offsets of its lines in `text`, for the entries of `section`, in their order.

    Comments and blank lines between two entries belong to neither. Empty without such a section.
    Raises ValueError when the text is not in block style.
    """
    found = _find(text, section)
    return {} if found is None else found.blocks


def replace_block(
    text: str, section: str, name: str, value: dict[str, Any], *, before: str | None = None
) -> str:
    """`text` with `value` as the entry `name` of `section`.

    A new entry comes before the entry `before`; it becomes the last one if there is none of that
    name. A missing section is added at the end. Raises YamlProblem when the text cannot be read.
    """
    edited = Section(text, section)
    edited.put(name, value, before=before)
    return edited.text


class Section:
    """A `text` whose `section` is edited entry by entry: the cost of an edit follows the entry."""

    __slots__ = ("_name", "_places", "text")

    def __init__(self, text: str, section: str) -> None:
        self.text = text
        self._name = section
        self._places: _Places | None = None

    def put(self, name: str, value: dict[str, Any], *, before: str | None = None) -> None:
        """As `replace_block`."""
        if self.text and not self.text.endswith("\n"):
            self.text += "\n"
        try:
            self._put(name, value, before)
        except _NotBlocks:
            self._places = None
            self.text = _round_trip(
                self.text, lambda data: _put(data, self._name, name, value, before)
            )

    def _put(self, name: str, value: dict[str, Any], before: str | None) -> None:
        places = self._places or _find(self.text, self._name)
        written = _written(self.text, self._name, places, name, value)
        self._places = None
        if places is None:
            line_end = "\r\n" if written.endswith("\r\n") else "\n"
            self.text += f"{self._name}:{line_end}{written}"
        elif not places.blocks:
            self.text = _filled(self.text, places, written)
        else:
            self._replace(places, name, written, before)

    def _replace(self, places: _Places, name: str, written: str, before: str | None) -> None:
        text, blocks = self.text, places.blocks
        place = blocks[before][0] if before in blocks else places.end
        first, end = blocks.get(name, (place, place))
        _refuse_anchors(text, first, end)
        kept = None if self._name in LIST_SECTIONS else _KEY_LINE.match(text, first, end)
        start = first
        if kept is not None:
            # The line of the key stays as it is: it may have a comment.
            start, written = kept.end(), written.partition("\n")[2]
        self.text = text[:start] + written + text[end:]
        added = start + len(written) - end
        following = [(key, (a + added, b + added)) for key, (a, b) in _after(blocks, end)]
        if name not in blocks:
            for key, _ in following:
                del blocks[key]
        blocks[name] = (first, end + added)
        blocks.update(reversed(following))
        self._places = places._replace(end=places.end + added)


def remove_block(text: str, section: str, name: str) -> str:
    """`text` without the entry `name` of `section`; unchanged when there is none.

    A section that loses its last entry goes too, but `stages` stays as `stages: {}` for as long as
    there is another section than `schema`, for DVC wants one.
    """
    try:
        return _removed(text, section, name)
    except _NotBlocks:
        return _round_trip(text, lambda data: _drop(data, section, name))


def _after(blocks: dict[str, tuple[int, int]], offset: int) -> Iterator[_Block]:
    """The entries from `offset` on, last first."""
    for item in reversed(blocks.items()):
        if item[1][0] < offset:
            return
        yield item


def _written(
    text: str, section: str, places: _Places | None, name: str, value: dict[str, Any]
) -> str:
    """The lines of an entry, in the style of the text."""
    is_list = section in LIST_SECTIONS
    indent = (0 if is_list else 2) if places is None else places.indent
    written = dump([value] if is_list else {name: value}, indent)
    if "\n" in text and text[text.index("\n") - 1 : text.index("\n")] == "\r":
        written = written.replace("\n", "\r\n")
    if "&id" in written and "&id" in text:
        raise _NotBlocks("anchors have to be numbered anew")
    return written


def _filled(text: str, places: _Places, written: str) -> str:
    """The text with the first entry of an empty section."""
    header = text[places.start : places.body]
    header = _EMPTY_FLOW.sub(":", header, count=1)
    return text[: places.start] + header + written + text[places.body :]


def _removed(text: str, section: str, name: str) -> str:
    found = _find(text, section)
    if found is None or name not in found.blocks:
        return text
    start, end = found.blocks[name]
    _refuse_anchors(text, start, end)
    if len(found.blocks) > 1:
        return text[:start] + text[end:]
    between = text[found.body : start] + text[end : found.end]
    header = "" if section in LIST_SECTIONS or not _has_others(text, section) else "stages: {}\n"
    return text[: found.start] + header + between + text[found.end :]


def _has_others(text: str, section: str) -> bool:
    names = {line[0].partition(":")[0] for line in _TOP_LINE.finditer(text)}
    return bool({name for name in names if name[:1] != "-"} - {"schema", section})


def _refuse_anchors(text: str, start: int, end: int) -> None:
    """An alias elsewhere may need the anchor in the lines that are about to go."""
    if text.find("&", start, end) >= 0 and _ANCHOR.search(text[start:end]):
        raise _NotBlocks("anchor")


def _find(text: str, section: str) -> _Places | None:
    """The section, or None; raises _NotBlocks."""
    if "\t" in text:
        raise _NotBlocks("tab")
    found = None
    for line in _TOP_LINE.finditer(text):
        if line[0].startswith("- ") or line[0] in ("-", "-\r"):
            continue
        header = _HEADER.match(line[0])
        if header is None:
            raise _NotBlocks(line[0])
        if found is not None:
            return _places(text, found, line.start(), is_list=section in LIST_SECTIONS)
        if header[1] == section:
            if not _EMPTY_VALUE.match(header[2] or ""):
                raise _NotBlocks(line[0])
            found = line
    if found is None:
        return None
    return _places(text, found, len(text), is_list=section in LIST_SECTIONS)


def _places(text: str, header: Match[str], limit: int, *, is_list: bool) -> _Places:
    body = min(header.end() + 1, limit)
    first = _FIRST_CONTENT.search(text, body, limit)
    if first is None:
        return _Places(header.start(), body, body, 0 if is_list else 2, {})
    indent = len(first[1])
    if (indent == 0 and not is_list) or indent % 2 or "{" in header[0] or "[" in header[0]:
        raise _NotBlocks("indentation")
    starts = [match.start() for match in _at_indent(indent).finditer(text, body, limit)]
    if _before_indent(indent).search(text, body, limit):
        raise _NotBlocks("shallow line")
    found: dict[str, tuple[int, int]] = {}
    end = body
    for start, following in zip(starts, [*starts[1:], limit], strict=True):
        end = _content_end(text, start, following, indent)
        name = _item_name(text, start, end, indent) if is_list else _key_name(text, start + indent)
        if name in found:
            raise _NotBlocks("duplicate name")
        found[name] = (start, end)
    return _Places(header.start(), body, end, indent, found)


def _at_indent(indent: int) -> Expression[str]:
    return _AT_TWO if indent == 2 else regex(rf"(?m)^ {{{indent}}}[^ \r\n#]")


def _before_indent(indent: int) -> Expression[str]:
    return _BEFORE_TWO if indent == 2 else regex(rf"(?m)^ {{0,{indent - 1}}}[^ \r\n#]")


def _content_end(text: str, start: int, end: int, indent: int) -> int:
    """Where the lines of an entry end: before the blank lines and comments of its successor."""
    while True:
        line_start = text.rfind("\n", start, end - 1) + 1
        line = text[line_start:end]
        content = line.lstrip(" ")
        is_comment = content[:1] == "#" and len(line) - len(content) <= indent
        if line_start <= start or (content.strip() and not is_comment):
            return end
        end = line_start


def _key_name(text: str, start: int) -> str:
    match = _KEY.match(text, start)
    if match is None:
        raise _NotBlocks("not a key")
    try:
        return unquote(match[1]) if match[1] else match[2]
    except NotQuoted as error:
        raise _NotBlocks("key") from error


def _item_name(text: str, start: int, end: int, indent: int) -> str:
    if not text.startswith("- ", start + indent):
        raise _NotBlocks("not a list")
    for match in _NAME_LINE.finditer(text, start, end):
        if match[0].index("name:") == indent + 2:
            return unquote(match[1]) if match[1] else match[2]
    raise _NotBlocks("item without a name")


def _round_trip(text: str, edit: Callable[[Any], None]) -> str:
    from assay.formats.yaml_round_trip import round_trip

    return round_trip(text, edit)


def _put(
    data: MutableMapping[str, Any],
    section: str,
    name: str,
    value: dict[str, Any],
    before: str | None,
) -> None:
    if section not in LIST_SECTIONS:
        entries = data.get(section)
        if not entries:
            data[section] = {name: value}
        elif before in entries and name not in entries:
            entries.insert(list(entries).index(before), name, value)  # ruamel's map can do that
        else:
            entries[name] = value
        return
    items = data.setdefault(section, [])
    for index, item in enumerate(items):
        if item.get("name") == name:
            items[index] = value
            return
    items.append(value)


def _drop(data: MutableMapping[str, Any], section: str, name: str) -> None:
    if section in LIST_SECTIONS:
        data[section] = [item for item in data.get(section, ()) if item.get("name") != name]
    else:
        data.get(section, {}).pop(name, None)
    if not data.get(section, True) and (
        section in LIST_SECTIONS or not set(data) - {"schema", section}
    ):
        del data[section]
