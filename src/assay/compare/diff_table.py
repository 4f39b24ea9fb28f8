"""Changes as a table for people: `metrics diff`, `params diff`, `exp diff`."""

from __future__ import annotations

from assay.compare.cells import MISSING, CellText, exact
from assay.compare.changes import Change, Changes
from assay.typed import NamedTuple
from assay.ui.table import Table


class DiffLayout(NamedTuple):
    """How a table of changes looks."""

    title: str
    """Header of the keys: `Metric` or `Param`."""
    old: str
    """Header of the values before: the revision as the user typed it."""
    new: str
    text: CellText = exact
    """How values and differences are written."""
    no_difference: str | None = MISSING
    """What stands for a difference that cannot be computed; None: there is no such column."""
    has_path: bool = True
    """Whether the file has a column."""


def diff_table(changes: Changes, layout: DiffLayout) -> Table:
    """One row per change: files in the given order, keys sorted within each."""
    headers = ["Path", layout.title, layout.old, layout.new, "Change"]
    rows = [
        [file, key, *_change_cells(values[key], layout)]
        for file, values in changes.items()
        for key in sorted(values)
    ]
    first = 0 if layout.has_path else 1
    last = 4 if layout.no_difference is None else 5
    return Table([row[first:last] for row in rows], headers[first:last])


def _change_cells(change: Change, layout: DiffLayout) -> list[str]:
    difference = change.difference
    return [
        MISSING if change.old is None else layout.text(change.old),
        MISSING if change.new is None else layout.text(change.new),
        layout.no_difference or "" if difference is None else layout.text(difference),
    ]
