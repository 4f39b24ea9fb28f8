"""`exp diff`: what changed between two revisions, metrics first, then parameters."""

from __future__ import annotations

from assay.compare.cells import DIGITS, significant
from assay.compare.changes import Changes, as_json, changes
from assay.compare.contents import Contents
from assay.compare.diff_table import DiffLayout, diff_table
from assay.typed import NamedTuple
from assay.ui.table import Table

_NOT_SUPPORTED = "diff not supported"


class ExperimentChanges(NamedTuple):
    """What differs between two revisions."""

    metrics: Changes
    params: Changes

    def as_json(self) -> dict[str, object]:
        """The form of `exp diff --json`."""
        return {"metrics": as_json(self.metrics), "params": as_json(self.params)}


def experiment_changes(
    old: Contents, new: Contents, *, unchanged: bool = False
) -> ExperimentChanges:
    """The changes from `old` to `new`, and with `unchanged` also what stayed."""
    return ExperimentChanges(
        changes(old.metrics, new.metrics, unchanged=unchanged),
        changes(old.params, new.params, unchanged=unchanged),
    )


def experiment_tables(
    found: ExperimentChanges, *, old: str, new: str, digits: int = DIGITS, has_path: bool = True
) -> tuple[Table, Table]:
    """A table of metrics, with `digits` significant digits, and one of parameters, exact.

    `old` and `new` are the revisions as typed. They are printed with one blank line between them.
    """
    metrics = DiffLayout("Metric", old, new, significant(digits), _NOT_SUPPORTED, has_path)
    params = DiffLayout("Param", old, new, no_difference=_NOT_SUPPORTED, has_path=has_path)
    return diff_table(found.metrics, metrics), diff_table(found.params, params)
