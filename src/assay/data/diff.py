"""`diff`: how tracked data differs between two commits, or a commit and the workspace, file by file
(spec/data.md §11).
"""

from __future__ import annotations

from assay.data.changes import (
    ADDED,
    DELETED,
    MODIFIED,
    RENAMED,
    DataChange,
    Item,
    with_renames,
)
from assay.data.compare import Part, find_changes
from assay.data.view import DataView
from assay.typed import Any

NOT_IN_CACHE = "not in cache"
STATES = (ADDED, DELETED, RENAMED, MODIFIED, NOT_IN_CACHE)
"""In the order of the text for people."""

Report = dict[str, list[dict[str, Any]]]
"""State → rows `{"path": …, "hash": …}`, exactly as `diff --json --show-hash` prints them."""


def data_diff(old: Part, new: Part, view: DataView, *, with_missing: bool) -> Report:
    """What changed from `old` to `new`; empty if nothing did.

    `with_missing`, for a comparison with the workspace: name also what of `old` the cache lacks.
    """
    found = find_changes(old, new, view, missing=with_missing)
    report: Report = {ADDED: [], DELETED: [], MODIFIED: [], RENAMED: [], NOT_IN_CACHE: []}
    for change in with_renames(found.changes):
        if change.state in report:
            report[change.state].append(_row(change))
    report[NOT_IN_CACHE] += [_item_row(item) for item in found.absent]
    for rows in report.values():
        rows.sort(key=_old_path)
    return report if any(report.values()) else {}


def _row(change: DataChange) -> dict[str, Any]:
    old, new = change.old, change.new
    if old is None or new is None:
        item = new or old
        assert item is not None
        return _item_row(item)
    if change.state == RENAMED:
        return {"path": {"old": old.shown, "new": new.shown}, "hash": _hash(old)}
    return {"path": old.shown, "hash": {"old": _hash(old), "new": _hash(new)}}


def _item_row(item: Item) -> dict[str, Any]:
    return {"path": item.shown, "hash": _hash(item)}


def _hash(item: Item) -> str | None:
    return None if item.content is None else item.content.id


def _old_path(row: dict[str, Any]) -> str:
    path = row["path"]
    return str(path["old"] if isinstance(path, dict) else path)
