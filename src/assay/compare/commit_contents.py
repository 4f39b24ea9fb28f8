"""What commits hold: out of the cache, or read and then put into it."""

from __future__ import annotations

import os

from assay.compare.failures import failure_of
from assay.compare.readings import Failure
from assay.compare.records import Revision
from assay.compare.revision_cache import Outcome, RevisionCache
from assay.errors import AssayError
from assay.project import Project
from assay.typed import TYPE_CHECKING, Iterable, Mapping, NamedTuple, Sequence

if TYPE_CHECKING:
    from assay.compare.snapshots import Snapshot
    from assay.git.objects import Commit

NO_PROJECT = "NotDvcRepoError"
"""The kind of failure of a commit that was made before there was a project."""

_CACHE_NAME = os.path.join("assay", "revisions")
_SHORT = 7


class _Read(NamedTuple):
    """A commit that was read; `lasts` if reading it again will give the same."""

    outcome: Outcome
    lasts: bool


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
    cache.add({commit: found.outcome for commit, found in read.items() if found.lasts}, known)
    return _as_revisions(wanted, known | _outcomes(read))


def commit_revisions_of_tracked(project: Project, commits: Iterable[str]) -> dict[str, Revision]:
    """The same with only those parameters that stages depend on; nothing is kept of it."""
    wanted = list(dict.fromkeys(commits))
    return _as_revisions(wanted, _outcomes(_read(project, wanted, tracked_only=True)))


def _read(project: Project, commits: Sequence[str], *, tracked_only: bool) -> dict[str, _Read]:
    if not commits:
        return {}
    # Parsers, schema and templates, which are not needed when the cache knows everything.
    from assay.compare.revision_snapshots import RevisionSnapshots

    with RevisionSnapshots(project) as snapshots:
        return {
            commit.id: _look(commit, snapshot, tracked_only=tracked_only)
            for commit, snapshot in snapshots.of(commits)
        }


def _look(commit: Commit, snapshot: Snapshot | None, *, tracked_only: bool) -> _Read:
    if snapshot is None:
        gone = f"Commit '{commit.id[:_SHORT]}' does not contain a DVC repo"
        return _Read(Failure(NO_PROJECT, gone), True)
    try:
        outcome: Outcome = snapshot.contents(
            committed_at=commit.committed_at, tracked_only=tracked_only
        )
    except AssayError as error:
        outcome = failure_of(error)
    return _Read(outcome, snapshot.is_complete)


def _outcomes(read: Mapping[str, _Read]) -> dict[str, Outcome]:
    return {commit: found.outcome for commit, found in read.items()}


def _as_revisions(commits: Sequence[str], found: Mapping[str, Outcome]) -> dict[str, Revision]:
    return {commit: _as_revision(commit, found.get(commit)) for commit in commits}


def _as_revision(commit: str, outcome: Outcome | None) -> Revision:
    if outcome is None:
        outcome = Failure("RevError", f"unknown Git revision '{commit}'")
    if isinstance(outcome, Failure):
        return Revision(commit, failure=outcome)
    return Revision(commit, contents=outcome)
