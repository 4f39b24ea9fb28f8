"""Metrics and parameters of the workspace and of commits, for the commands that show and compare.

Paths in the results are relative to the project root. A file that cannot be read is a `Failure` in
its place, a revision that cannot be read is one as a whole; neither is an exception.
"""

from __future__ import annotations

import os

from assay.compare.commit_contents import NO_PROJECT, commit_revisions
from assay.compare.contents import Contents
from assay.compare.failures import failure_of
from assay.compare.metrics_table import failed_revisions
from assay.compare.readings import Failure, Files
from assay.compare.records import WORKSPACE
from assay.compare.revisions import RevisionChoice, chosen, resolve
from assay.errors import AssayError, GitRequired
from assay.project import Project
from assay.typed import (
    TYPE_CHECKING,
    Callable,
    Generic,
    Iterable,
    Mapping,
    NamedTuple,
    Sequence,
    TypeVar,
)
from assay.ui.console import Console

if TYPE_CHECKING:
    from assay.compare.snapshots import Snapshot

__all__ = ["RevisionChoice", "contents_of", "metrics", "metrics_of", "params_of"]

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class _Look(NamedTuple, Generic[T_co]):
    """What is wanted of a state, and of contents that are known; None if those cannot tell."""

    at: Callable[[Snapshot], T_co]
    known: Callable[[Contents], T_co] | None


Sides = tuple[str, str]
"""Two revisions as typed, before and after; `workspace` is one."""


def metrics(
    project: Project | None, choice: RevisionChoice, *, targets: Sequence[str], console: Console
) -> dict[str, Files | Failure]:
    """Label → metrics files: of the workspace alone, called "", or of many revisions.

    Of many, the workspace comes first, unless it equals the current branch; the names of one commit
    are joined by commas. `targets` are absolute paths of files and directories; empty for all
    metrics. Without a project only targets have metrics, by paths from the current directory.
    """
    label = WORKSPACE if any(choice) else ""
    if project is None:
        return {label: _metrics_of_files(targets)}
    look = _metrics_look(project, targets)
    found = {label: _in_workspace(project, look, console)}
    if any(choice) and project.repository is not None:
        names = chosen(project.repository, choice)
        there = _in_commits(project, list(names), look)
        found |= {",".join(names[commit]): outcome for commit, outcome in there.items()}
        _drop_told_workspace(found, project.repository.head_branch())
    _warn("metrics", found, console)
    return found


def metrics_of(
    project: Project | None, sides: Sides, *, targets: Sequence[str], console: Console
) -> tuple[Files | Failure, Files | Failure]:
    """The metrics files of two revisions; `targets` as for `metrics`.

    Both are empty before the first commit. Raises GitRequired, UnknownRevision.
    """
    if project is None:
        raise GitRequired
    found = _of_sides(project, sides, _metrics_look(project, targets), console)
    _warn("metrics", found, console)
    return _pair(found, sides, {})


def params_of(
    project: Project | None,
    sides: Sides,
    *,
    targets: Sequence[str],
    deps_only: bool,
    console: Console,
) -> tuple[Files | Failure, Files | Failure]:
    """The parameter files of two revisions; with `deps_only` what stages depend on.

    Everything else as `metrics_of`.
    """
    if project is None:
        raise GitRequired
    found = _of_sides(project, sides, _params_look(project, targets, deps_only), console)
    _warn("params", found, console)
    return _pair(found, sides, {})


def contents_of(
    project: Project, sides: Sides, *, deps_only: bool, console: Console
) -> tuple[Contents | Failure, Contents | Failure] | None:
    """All that two revisions hold; None before the first commit. Raises as `metrics_of`."""
    if project.git().head_commit() is None:
        return None
    look = _Look(
        lambda state: state.contents(tracked_only=deps_only),
        None if deps_only else lambda contents: contents,
    )
    return _pair(_of_sides(project, sides, look, console), sides, Contents())


def _metrics_look(project: Project, targets: Sequence[str]) -> _Look[Files]:
    wanted = _from_root(project, targets)
    return _Look(
        lambda state: state.metrics(wanted),
        None if wanted else lambda contents: contents.metrics,
    )


def _params_look(project: Project, targets: Sequence[str], deps_only: bool) -> _Look[Files]:
    wanted = _from_root(project, targets)
    return _Look(
        lambda state: state.params(wanted, tracked_only=deps_only),
        None if wanted or deps_only else lambda contents: contents.params,
    )


def _metrics_of_files(targets: Sequence[str]) -> Files:
    from assay.compare.workspace_snapshot import files_snapshot  # outside of a project only

    found = files_snapshot().metrics([target.lstrip("/") for target in targets]) if targets else {}
    return {os.path.relpath(f"/{path}"): content for path, content in found.items()}


def _from_root(project: Project, targets: Iterable[str]) -> list[str]:
    return [os.path.relpath(target, project.root) for target in targets]


def _drop_told_workspace(found: dict[str, Files | Failure], branch: str | None) -> None:
    """Remove the workspace if the row of the current branch says the same, without failures."""
    told = None if branch is None else found.get(branch)
    if told is not None and told == found[WORKSPACE] and not failed_revisions({"": told}):
        del found[WORKSPACE]


def _of_sides(
    project: Project, sides: Sides, look: _Look[T], console: Console
) -> dict[str, T | Failure]:
    """Side → what `look` gives for it; a side where there is no project is left out."""
    repository = project.git()
    if repository.head_commit() is None:
        return {}
    names = [side for side in dict.fromkeys(sides) if side != WORKSPACE]
    commits = dict(zip(names, resolve(repository, names), strict=True))
    there = _in_commits(project, list(dict.fromkeys(commits.values())), look)
    found = {name: there[commit] for name, commit in commits.items() if commit in there}
    if WORKSPACE in sides:
        found[WORKSPACE] = _in_workspace(project, look, console)
    return found


def _in_workspace(project: Project, look: _Look[T], console: Console) -> T | Failure:
    from assay.compare.workspace_snapshot import WorkspaceSnapshot  # two commits do without

    with WorkspaceSnapshot(project, console) as state:
        return _outcome(state, look)


def _in_commits(project: Project, commits: Sequence[str], look: _Look[T]) -> dict[str, T | Failure]:
    """Commit → what `look` gives for it; commits without the project are left out."""
    if not commits:
        return {}
    if look.known is not None:
        return _in_known_commits(project, commits, look.known)
    # Parsers, schema and templates, which the workspace alone seldom needs.
    from assay.compare.revision_snapshots import RevisionSnapshots

    with RevisionSnapshots(project) as snapshots:
        return {
            commit.id: _outcome(state, look)
            for commit, state in snapshots.of(commits)
            if state is not None
        }


def _in_known_commits(
    project: Project, commits: Sequence[str], look: Callable[[Contents], T]
) -> dict[str, T | Failure]:
    found: dict[str, T | Failure] = {}
    for commit, revision in commit_revisions(project, commits).items():
        if revision.contents is not None:
            found[commit] = look(revision.contents)
        elif revision.failure is not None and revision.failure.type != NO_PROJECT:
            found[commit] = revision.failure
    return found


def _outcome(state: Snapshot, look: _Look[T]) -> T | Failure:
    try:
        return look.at(state)
    except AssayError as error:
        return failure_of(error)


def _pair(
    found: Mapping[str, T | Failure], sides: Sides, nothing: T
) -> tuple[T | Failure, T | Failure]:
    old, new = sides
    return found.get(old, nothing), found.get(new, nothing)


def _warn(what: str, found: Mapping[str, object], console: Console) -> None:
    for label, outcome in found.items():
        if isinstance(outcome, Failure):
            console.warning(f"failed to load {what} in revision '{label}', {outcome.msg}")
