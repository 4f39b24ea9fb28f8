"""`data status`: how HEAD, what is recorded, and the workspace differ (spec/data.md §12).

*Committed* changes are between HEAD and the records (dvc.lock, .dvc files), *uncommitted* ones
between the records and the workspace. Paths are relative to the project root; directories end in a
slash.
"""

from __future__ import annotations

from assay.data.changes import (
    ADDED,
    DELETED,
    MODIFIED,
    RENAMED,
    UNCHANGED,
    UNKNOWN,
    DataChange,
    with_renames,
)
from assay.data.commit_contents import Contents
from assay.data.compare import Part, find_changes
from assay.data.scope import DataScope
from assay.data.tracked import TrackedOutput, contents_of_outputs, tracked_outputs
from assay.data.view import DataView
from assay.pipeline.load import Pipeline
from assay.typed import Iterable, NamedTuple

Groups = dict[str, list[DataChange]]
"""State → changes, sorted by path; only states that occur, in the order of `ORDER`."""

ORDER = (MODIFIED, ADDED, DELETED, RENAMED, UNKNOWN)


class DataStatus(NamedTuple):
    """What `data status` says about tracked data."""

    not_in_cache: list[str]
    committed: Groups
    uncommitted: Groups
    unchanged: list[str]


def data_status(
    pipeline: Pipeline,
    head: Contents | None,
    view: DataView,
    scope: DataScope,
    *,
    unchanged: bool,
) -> DataStatus:
    """Compare what was recorded with `head` and with the workspace.

    `head` is None without Git: then nothing counts as a committed change. With `unchanged` what
    did not change is named too.
    """
    outputs = meant_outputs(pipeline, scope)
    now = Part(view.contents(outputs), scope)  # first: an unchanged directory is its own listing
    recorded = Part(contents_of_outputs(outputs), scope)
    committed = [] if head is None else _since(head, recorded, view)
    uncommitted = find_changes(recorded, now, view, missing=True, unchanged=unchanged)
    changed = {change.path for change in committed}
    return DataStatus(
        not_in_cache=[item.shown for item in uncommitted.absent],
        committed=_groups(committed),
        uncommitted=_groups(c for c in uncommitted.changes if c.state != UNCHANGED),
        unchanged=[
            change.shown
            for change in uncommitted.changes
            if change.state == UNCHANGED and change.path not in changed
        ],
    )


def meant_outputs(pipeline: Pipeline, scope: DataScope) -> list[TrackedOutput]:
    """The tracked outputs that `scope` touches."""
    return [one for one in tracked_outputs(pipeline) if scope.is_touched(one.location)]


def _since(head: Contents, recorded: Part, view: DataView) -> list[DataChange]:
    """The changes since HEAD."""
    touched = {place: held for place, held in head.items() if recorded.scope.is_touched(place)}
    return find_changes(Part(touched, recorded.scope), recorded, view).changes


def _groups(changes: Iterable[DataChange]) -> Groups:
    groups: Groups = {state: [] for state in ORDER}
    for change in with_renames(changes):
        if change.state != UNKNOWN or change.new is not None:  # else it may be there, or may not
            groups[change.state].append(change)
    return {state: found for state, found in groups.items() if found}
