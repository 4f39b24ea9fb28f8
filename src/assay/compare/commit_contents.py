"""What commits hold: out of the cache, or read and then put into it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from assay.compare.failures import failure_of
from assay.compare.records import Failure, Revision
from assay.compare.revision_cache import Collected, RevisionCache
from assay.compare.revision_snapshots import RevisionSnapshots
from assay.compare.snapshots import Snapshot
from assay.errors import AssayError
from assay.project import Project

if TYPE_CHECKING:
    from datetime import datetime

_CACHE_NAME = os.path.join("assay", "revisions")
_SHORT = 7

Outcome = Collected | Failure


def commit_revisions(
    project: Project, commits: Iterable[str], *, fresh: bool = False
) -> dict[str, Revision]:
    """Each commit as a nameless revision; `fresh` reads again what the cache knows.

    Raises GitRequired.
    """
    wanted = list(dict.fromkeys(commits))
    cache = RevisionCache(os.path.join(project.tmp_dir, _CACHE_NAME), project.prefix)
    known = cache.load([] if fresh else wanted)
    missing = [commit for commit in wanted if commit not in known]
    read = _read(project, missing, tracked_only=False)
    new = {commit: found for commit, found in read.items() if isinstance(found, Collected)}
    cache.add(new, used=known)
    return _as_revisions(wanted, {**known, **read})


def commit_revisions_of_tracked(project: Project, commits: Iterable[str]) -> dict[str, Revision]:
    """The same with only those parameters that stages depend on; nothing is kept of it."""
    wanted = list(dict.fromkeys(commits))
    return _as_revisions(wanted, _read(project, wanted, tracked_only=True))


def _read(project: Project, commits: Sequence[str], *, tracked_only: bool) -> dict[str, Outcome]:
    if not commits:
        return {}
    found: dict[str, Outcome] = {}
    with RevisionSnapshots(project) as snapshots:
        for commit, snapshot in snapshots.of(commits):
            found[commit.id] = _outcome(
                commit.id, commit.committed_at, snapshot, tracked_only=tracked_only
            )
    return found


def _outcome(commit: str, time: int, snapshot: Snapshot | None, *, tracked_only: bool) -> Outcome:
    if snapshot is None:
        return Failure("NotDvcRepoError", f"Commit '{commit[:_SHORT]}' does not contain a DVC repo")
    try:
        return Collected(time, snapshot.contents(tracked_only=tracked_only))
    except AssayError as error:
        return failure_of(error)


def _as_revisions(commits: Sequence[str], found: dict[str, Outcome]) -> dict[str, Revision]:
    return {commit: _as_revision(commit, found.get(commit)) for commit in commits}


def _as_revision(commit: str, outcome: Outcome | None) -> Revision:
    if isinstance(outcome, Collected):
        contents = outcome.contents._replace(timestamp=_local_time(outcome.time))
        return Revision(commit, contents=contents)
    unknown = Failure("RevError", f"unknown Git revision '{commit}'")
    return Revision(commit, failure=outcome or unknown)


def _local_time(seconds: int) -> datetime | None:
    from datetime import datetime  # a shared library that other commands do not need

    try:
        return datetime.fromtimestamp(seconds)
    except (ValueError, OverflowError, OSError):  # a date that no calendar has
        return None
