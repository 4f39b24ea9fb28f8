"""`metrics show`: every metric of one or many revisions."""

from __future__ import annotations

from assay.compare.cells import DIGITS, MISSING, CellText, rounded
from assay.compare.json_text import failure_as_json, file_as_json
from assay.compare.leaves import leaves
from assay.compare.readings import Failure, Files
from assay.typed import Mapping
from assay.ui.table import Table

RevisionMetrics = Mapping[str, "Files | Failure"]
"""Label of a revision → its metrics files, or why the revision could not be read."""


def metrics_table(
    found: RevisionMetrics, *, digits: int = DIGITS, has_revision: bool = False
) -> Table:
    """One row per revision and file, one column per metric name, sorted.

    A file that could not be read has a row without values; a revision that could not, none.
    """
    text = rounded(digits)
    rows = [
        (label, path, _cells(content, text))
        for label, files in found.items()
        if not isinstance(files, Failure)
        for path, content in files.items()
    ]
    names = sorted({name for _, _, cells in rows for name in cells})
    first = 0 if has_revision else 1
    return Table(
        [
            [label, path, *(cells.get(name, MISSING) for name in names)][first:]
            for label, path, cells in rows
        ],
        ["Revision", "Path", *names][first:],
    )


def metrics_as_json(found: RevisionMetrics) -> dict[str, object]:
    """The form of `metrics show --json`."""
    return {label: _revision_as_json(files) for label, files in found.items()}


def failed_revisions(found: RevisionMetrics) -> list[str]:
    """Labels of the revisions in which something could not be read."""
    return [label for label, files in found.items() if _has_failure(files)]


def _has_failure(files: Files | Failure) -> bool:
    if isinstance(files, Failure):
        return True
    return any(isinstance(content, Failure) for content in files.values())


def _revision_as_json(files: Files | Failure) -> dict[str, object]:
    if isinstance(files, Failure):
        return failure_as_json(files)
    return {"data": {path: file_as_json(content) for path, content in files.items()}}


def _cells(content: object, text: CellText) -> dict[str, str]:
    if isinstance(content, Failure):
        return {}
    flat = leaves(content) if isinstance(content, dict) else {"": content}
    return {name: text(value) for name, value in flat.items()}
