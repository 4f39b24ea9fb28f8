"""`exp show`: the columns of its tables, and which of them are shown.

The order and the names are those of the original, CSV readers rely on them: fixed columns, metrics,
parameters, dependencies (spec/experiments.md §5.1).
"""

from __future__ import annotations

import time
from collections import Counter

from assay.compare import show_rows
from assay.compare.cells import CellText
from assay.compare.contents import Contents
from assay.compare.readings import Failure
from assay.compare.records import Baseline
from assay.compare.show_rows import Group, Names, Row, Values
from assay.errors import AssayError
from assay.regex import Expression
from assay.typed import TYPE_CHECKING, Callable, Iterable, Mapping, NamedTuple, Sequence

if TYPE_CHECKING:
    pass

_FIXED = ("Experiment", "rev", "typ", "Created", "parent", "State", "Executor")
_UNREADABLE = "!"
_NOTHING: Mapping[str, object] = {}
_SHORT = 7
_ID_DIGITS = (40, 64)
_HEX = frozenset("0123456789abcdef")

BASELINE, COMMIT, LAST_COMMIT = "baseline", "branch_commit", "branch_base"
"""Values of the column `typ`: the last experiment of a baseline is its `branch_base`."""


class BadPattern(AssayError):
    """`--keep` or `--drop` names columns by something that is no regular expression."""

    def __init__(self, parts: Sequence[str], error: Exception) -> None:
        super().__init__(
            f"{' or '.join(map(repr, parts))} is no regular expression: {error}",
            hint="--keep and --drop take patterns: put a backslash before a sign that is meant",
        )


class Column(NamedTuple):
    """One column. `kind` is `fixed`, `metrics`, `params` or `deps`."""

    header: str
    kind: str
    cells: Sequence[str]
    file: str = ""
    """Where a metric or parameter comes from."""
    key: str = ""
    """Its dotted path there."""


class View(NamedTuple):
    """What the user wants to see of an experiment table."""

    sort_by: str | None = None
    """`[FILE:]KEY` of a metric or parameter; None: as collected."""
    descending: bool = False
    keep: Sequence[str] = ()
    """Patterns of headers that are shown in any case; matched from the start of the header."""
    drop: Sequence[str] = ()
    """Patterns of headers that are not shown."""
    only_changed: bool = False
    """Leave out columns with the same text in all rows."""


class Wording(NamedTuple):
    """How cells are written."""

    value: CellText
    created: Callable[[time.struct_time], str]
    missing: str


def columns(baselines: Iterable[Baseline], view: View, wording: Wording) -> list[Column]:
    """All columns, sorted as `view` says but none left out yet.

    Raises UnknownSortColumn or AmbiguousSortColumn.
    """
    return columns_of(arranged(baselines, view), wording)


class Arranged(NamedTuple):
    """All rows in the order to be shown, and the names of what is in them."""

    groups: Sequence[Group]
    names: Names

    @property
    def rows(self) -> list[Row]:
        """The rows of all groups, as the cells of columns have them."""
        return [row for group in self.groups for row in group.rows]


def arranged(baselines: Iterable[Baseline], view: View) -> Arranged:
    """The rows in the order of `view`. Raises as `columns`."""
    found = show_rows.groups(baselines)
    names = show_rows.names(found)
    if view.sort_by is None or not any(group.experiments for group in found):
        return Arranged(found, names)
    column = show_rows.sort_column(view.sort_by, names)
    turned = view.descending
    return Arranged(
        [show_rows.sorted_group(one, column, descending=turned) for one in found], names
    )


def columns_of(arrangement: Arranged, wording: Wording) -> list[Column]:
    """All columns of these rows."""
    groups, names = arrangement
    rows = arrangement.rows
    headers = Counter([*_FIXED, *_all_keys(names.metrics), *_all_keys(names.params)])
    fixed = zip(_FIXED, _fixed_cells(groups, wording), strict=True)
    return [
        *(Column(header, "fixed", cells) for header, cells in fixed),
        *_value_columns("metrics", names.metrics, [row.metrics for row in rows], headers, wording),
        *_value_columns("params", names.params, [row.params for row in rows], headers, wording),
        *_dependency_columns(rows, wording),
    ]


def selected(found: Sequence[Column], view: View, *, missing: str) -> list[Column]:
    """The columns to show: `view.keep` wins over everything.

    State and Executor are left out when no row has one (`missing` is the text of an empty cell).
    Raises BadPattern.
    """
    keep, drop = _pattern(view.keep), _pattern(view.drop)

    def is_surplus(column: Column) -> bool:
        return (
            bool(drop and drop.match(column.header))
            or (view.only_changed and len(set(column.cells)) == 1)
            or (_is_execution(column) and set(column.cells) <= {missing})
        )

    return [
        column for column in found if (keep and keep.match(column.header)) or not is_surplus(column)
    ]


def is_kept(header: str, view: View) -> bool:
    """Whether `--keep` names the column. Raises BadPattern."""
    keep = _pattern(view.keep)
    return bool(keep and keep.match(header))


def _pattern(parts: Sequence[str]) -> Expression[str] | None:
    if not parts:
        return None

    import re  # loads much, and seldom anything is kept or dropped

    try:
        return re.compile("|".join(parts))
    except re.error as error:
        raise BadPattern(parts, error) from None


def _is_execution(column: Column) -> bool:
    return column.kind == "fixed" and column.header in ("State", "Executor")


def _all_keys(files: Mapping[str, Iterable[str]]) -> Iterable[str]:
    return (key for keys in files.values() for key in keys)


def _fixed_cells(groups: Sequence[Group], wording: Wording) -> Iterable[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for group in groups:
        rows.append(_baseline_cells(group.baseline, wording))
        last = len(group.experiments) - 1
        for place, row in enumerate(group.experiments):
            rows.append(_experiment_cells(row, LAST_COMMIT if place == last else COMMIT, wording))
    return zip(*rows, strict=True) if rows else [()] * len(_FIXED)


def _baseline_cells(row: Row, wording: Wording) -> tuple[str, ...]:
    label = row.revision.name or short(row.revision.rev)
    return ("", label, BASELINE, _created(row, wording), "", wording.missing, wording.missing)


def _experiment_cells(row: Row, typ: str, wording: Wording) -> tuple[str, ...]:
    executor = row.executor
    return (
        row.revision.name or "",
        short(row.revision.rev),
        typ,
        _created(row, wording),
        "",
        executor.state.capitalize() if executor else wording.missing,
        executor.name.capitalize() if executor and executor.name else wording.missing,
    )


def short(rev: str) -> str:
    """The first 7 digits of a commit id; `workspace` as it is."""
    return rev[:_SHORT] if len(rev) in _ID_DIGITS and _HEX.issuperset(rev) else rev


def _created(row: Row, wording: Wording) -> str:
    contents = row.revision.contents
    moment = contents.local_time if contents else None
    return wording.missing if moment is None else wording.created(moment)


def _value_columns(
    kind: str,
    names: Mapping[str, Iterable[str]],
    rows: Sequence[Values],
    headers: Counter[str],
    wording: Wording,
) -> Iterable[Column]:
    """A column per key; its header tells the file too when the key alone would be ambiguous."""
    for file, keys in names.items():
        found = [values.get(file, _NOTHING) for values in rows]
        for key in keys:
            header = key if headers[key] == 1 else f"{file}:{key}"
            yield Column(header, kind, _cells(found, key, wording), file, key)


def _cells(
    found: Iterable[Mapping[str, object] | Failure], key: str, wording: Wording
) -> list[str]:
    """What each row has of one key of a file."""
    text, missing = wording.value, wording.missing
    return [
        _UNREADABLE
        if isinstance(values, Failure)
        else missing
        if (value := values.get(key)) is None
        else text(value)
        for values in found
    ]


def _dependency_columns(rows: Sequence[Row], wording: Wording) -> Iterable[Column]:
    tables = [(row.revision.contents or Contents()).deps for row in rows]
    for path in sorted({path for deps in tables for path in deps}):
        found = [deps.get(path) for deps in tables]
        cells = [(item and item.hash) or wording.missing for item in found]
        yield Column(path, "deps", cells)
