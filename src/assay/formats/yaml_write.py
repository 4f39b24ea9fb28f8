"""Plain data as YAML, byte for byte as DVC writes it (spec/pipelines.md §6.3).

Written here are the shapes that files of a project have: maps with text keys, lists, scalars.
Whatever else comes (values used twice, dates, keys that are not text, rare characters) goes to
ruamel.yaml with DVC's settings.
"""

from __future__ import annotations

from assay.formats.yaml_spelling import WIDTH, Unspellable, folded, number, one_line
from assay.typed import Any

# Longer keys are written in another form (`? key`); the library counts some more than the text.
_MAX_KEY = 80


class _NotCommon(ValueError):
    """The data has a shape that only the library writes."""


def dump(value: object, indent: int = 0) -> str:
    """The block of lines for `value`, each indented by `indent` blanks (an even number).

    Same bytes as the library gives for the value at that level of a document; a scalar or an empty
    collection can only be a document of its own, so `indent` must be 0.
    """
    try:
        return _Writer().block(value, indent)
    except (_NotCommon, Unspellable):
        return dump_by_ruamel(value, indent)


def undumped(text: str) -> Any:
    """What `dump` makes `text` of, byte for byte; None for a text that it would write in another
    way, with comments, say, or that only the library writes."""
    from assay.formats.yaml_lines import NotPlain, read_plain  # for who changes a file

    try:
        value = read_plain(text)
        return value if _Writer().block(value, 0) == text else None
    except (NotPlain, _NotCommon, Unspellable):
        return None


class _Writer:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.seen: set[int] = set()

    def block(self, value: object, indent: int) -> str:
        if not value or not isinstance(value, dict | list):
            raise _NotCommon("a document without lines")
        self.collection(value, indent, " " * indent)
        return "".join(self.lines)

    def collection(self, value: Any, indent: int, first: str) -> None:
        """Lines for a non-empty map or list at column `indent`; the first line begins with `first`.

        `first` is as wide as the indentation and may have dashes in it.
        """
        if id(value) in self.seen:
            raise _NotCommon("a value used twice is written as an alias")
        self.seen.add(id(value))
        if type(value) is dict:
            self.mapping(value, indent, first)
        elif type(value) is list:
            self.sequence(value, indent, first)
        else:
            raise _NotCommon(type(value).__name__)

    def mapping(self, value: dict[object, object], indent: int, first: str) -> None:
        blanks = " " * indent
        for key, item in value.items():
            head = f"{first}{_key(key, indent)}:"
            if isinstance(item, dict | list) and item:
                self.lines.append(head + "\n")
                below = indent if isinstance(item, list) else indent + 2
                self.collection(item, below, " " * below)
            else:
                spelling = self.scalar(item, len(head) + 1, indent + 2)
                self.lines.append(f"{head} {spelling}\n" if item is not None else f"{head}\n")
            first = blanks

    def sequence(self, value: list[object], indent: int, first: str) -> None:
        blanks = " " * indent
        for item in value:
            head = f"{first}- "
            if isinstance(item, dict | list) and item:
                self.collection(item, indent + 2, head)
            else:
                self.lines.append(f"{head}{self.scalar(item, indent + 2, indent + 2)}\n")
            first = blanks

    def scalar(self, value: object, column: int, indent: int) -> str:
        """The spelling of a scalar or an empty collection that starts at `column`."""
        kind = type(value)
        if kind is str:
            return folded(value, column, indent)  # type: ignore[arg-type]
        if kind is int or kind is float:
            return _fitting(number(value), column)  # type: ignore[arg-type]
        if kind is bool:
            return _fitting("true" if value else "false", column)
        if value is None:
            return ""
        if kind in (dict, list) and id(value) not in self.seen:
            self.seen.add(id(value))
            return _fitting("{}" if kind is dict else "[]", column)
        raise _NotCommon(kind.__name__)


def _key(key: object, indent: int) -> str:
    if type(key) is str and len(key) <= _MAX_KEY and "\n" not in key:
        return _fitting(one_line(key), indent)
    if type(key) is int:
        return _fitting(number(key), indent)
    raise _NotCommon("key")


def _fitting(spelling: str, column: int) -> str:
    if column + len(spelling) > WIDTH:
        raise _NotCommon("behind the width")
    return spelling


def dump_by_ruamel(value: object, indent: int = 0) -> str:
    """`dump` by the library itself."""
    levels = indent // 2 + (1 if isinstance(value, list) and indent else 0)
    for _ in range(levels):
        value = {"k": value}
    text = _ruamel_text(value)
    for _ in range(levels):
        text = text.partition("\n")[2]
    return text


def _ruamel_text(value: object) -> str:
    import io

    from ruamel.yaml import YAML  # tens of milliseconds

    yaml = YAML()
    yaml.default_flow_style = False
    stream = io.StringIO()
    yaml.dump(value, stream)
    return stream.getvalue()
