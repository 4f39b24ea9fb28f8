"""The files that plots are made of: tables of data, and images."""

from __future__ import annotations

import os

from assay.compare.failures import failure_of
from assay.compare.plain_values import plain
from assay.compare.readings import Failure
from assay.compare.snapshots import Snapshot
from assay.errors import AssayError
from assay.typed import Any, Iterator, Mapping, NamedTuple

IMAGES = {
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
}
"""Suffix → media type of the files that are shown as they are."""

_SEPARATORS = {".csv": ",", ".tsv": "\t"}
_STRUCTURED = frozenset({".json", ".yaml", ".yml"})

Row = Mapping[str, Any]


class Image(NamedTuple):
    """A file to be shown as it is."""

    data: bytes


class Table(NamedTuple):
    """The rows of a file. Values of CSV and TSV files are texts, others keep their types."""

    rows: list[Row]


Content = Image | Table | Failure


class Reader:
    """Reads the files of many revisions; equal bytes are parsed once."""

    __slots__ = ("_tables",)

    def __init__(self) -> None:
        self._tables: dict[tuple[str, bool, bytes], Content] = {}

    def read(self, state: Snapshot, path: str, *, has_header: bool = True) -> Content:
        """What is in the file at `path` (a location), or why nobody can tell."""
        suffix = suffix_of(path)
        if suffix not in IMAGES and suffix not in _SEPARATORS and suffix not in _STRUCTURED:
            return _unknown_type(path)
        try:
            data = state.read(path)
        except (AssayError, OSError) as error:
            return failure_of(error, path)
        if suffix in IMAGES:
            return Image(data)
        key = (path, has_header, data)  # the path is in the messages of parsers
        if key not in self._tables:
            self._tables[key] = _parsed(path, data, has_header=has_header)
        return self._tables[key]


def suffix_of(path: str) -> str:
    """What decides how a file is read, such as `.csv`."""
    return os.path.splitext(path)[1].lower()


def _unknown_type(path: str) -> Failure:
    text = f"'{path}' - file type error\nOnly JSON, YAML, CSV and TSV formats are supported."
    return Failure("PlotMetricTypeError", text)


def _parsed(path: str, data: bytes, *, has_header: bool) -> Content:
    separator = _SEPARATORS.get(suffix_of(path))
    try:
        if separator is not None:
            return Table(_separated(path, data, separator, has_header=has_header))
        from assay.formats.parameters import read_parameters  # parsers of formats seldom used here

        return Table(rows_of(plain(read_parameters(path, data))))
    except AssayError as error:
        return failure_of(error, path)


def _separated(path: str, data: bytes, separator: str, *, has_header: bool) -> list[Row]:
    """The lines of a CSV or TSV file. Cells that are missing are null, too many are left out."""
    import csv

    try:
        lines = data.decode("utf-8-sig").splitlines(keepends=True)
    except UnicodeDecodeError:
        raise AssayError(f"unable to read: '{path}', it is not UTF-8 text") from None
    try:
        cells = [row for row in csv.reader(lines, delimiter=separator) if row]
    except csv.Error as error:
        raise AssayError(f"unable to read: '{path}', {error}") from None
    if not cells:
        return []
    names = cells[0] if has_header else [str(index) for index in range(len(cells[0]))]
    missing = [None] * len(names)
    return [
        dict(zip(names, [*row, *missing], strict=False)) for row in cells[1 if has_header else 0 :]
    ]


def rows_of(content: object) -> list[Row]:
    """The rows in a JSON or YAML document: its lists of mappings, wherever they stand.

    Several lists are columns beside each other: the first rows of all of them make the first row.
    """
    rows: list[dict[str, Any]] = []
    for items in _lists(content):
        if all(isinstance(item, dict) for item in items):
            rows.extend({} for _ in range(len(items) - len(rows)))
            for row, item in zip(rows, items, strict=False):
                row.update(item)
    return list(rows)


def _lists(content: object) -> Iterator[list[Any]]:
    if isinstance(content, list):
        yield content
    elif isinstance(content, dict):
        for value in content.values():
            if isinstance(value, dict | list):
                yield from _lists(value)
