"""The figures of a project over many revisions.

A revision that cannot be read is a `Problem`, and so is each file; neither is an exception.
"""

from __future__ import annotations

import os

from assay.compare.failures import failure_of
from assay.compare.plots.contents import Content, Reader
from assay.compare.plots.definitions import Request, definitions
from assay.compare.plots.figures import Figure, Problem, RevisionPlots, figures, has_header
from assay.compare.readings import Failure
from assay.compare.records import WORKSPACE
from assay.compare.revisions import HEAD, resolve
from assay.compare.snapshots import Snapshot
from assay.compare.workspace_snapshot import WorkspaceSnapshot
from assay.errors import AssayError
from assay.project import Project, open_project
from assay.typed import Iterable, Iterator, NamedTuple, Sequence
from assay.ui.console import Console


class Collected(NamedTuple):
    """All that there is to show."""

    figures: Sequence[Figure]
    problems: Sequence[Problem]
    """Revisions that cannot be read as a whole."""


def compared(project: Project, revisions: Sequence[str]) -> list[str]:
    """The revisions that a comparison is about, the workspace first.

    None given: the workspace, and HEAD if they differ. One given: it and the workspace. Raises
    GitRequired.
    """
    if not revisions:
        dirty = project.git().head_commit() is not None and project.git().is_dirty()
        return [WORKSPACE, HEAD] if dirty else [WORKSPACE]
    named = [name or HEAD for name in revisions]
    if len(named) == 1 or WORKSPACE in named:
        named = [WORKSPACE, *named]
    return list(dict.fromkeys(named))


def collect(
    project: Project, revisions: Sequence[str], request: Request, console: Console
) -> Collected:
    """The plots of `revisions`, which are called as they are here.

    Raises GitRequired, UnknownRevision, AmbiguousName.
    """
    look = _Look(project, request)
    found = dict(_looked_at(project, revisions, look, console))
    there = {rev: found[rev] for rev in revisions if rev in found}
    readable = {rev: plots for rev, plots in there.items() if isinstance(plots, RevisionPlots)}
    problems = [Problem(rev, plots) for rev, plots in there.items() if isinstance(plots, Failure)]
    return Collected(figures(readable, look.shown), problems)


class _Look:
    """What is wanted of each state."""

    __slots__ = ("_folder", "_reader", "_request", "_root")

    def __init__(self, project: Project, request: Request) -> None:
        self._root = project.root
        self._folder = request.folder
        self._request = request
        self._reader = Reader()

    def shown(self, location: str) -> str:
        """A location as it is called in the current directory."""
        return os.path.relpath(location, self._folder) if self._folder else location

    def at(self, state: Snapshot) -> RevisionPlots | Failure:
        try:
            found = definitions(state, self._root, self._request)
        except AssayError as error:
            return failure_of(error)
        contents: dict[tuple[str, bool], Content] = {}
        for definition in found:
            header = has_header(definition)
            for path in definition.sources:
                if (path, header) not in contents:
                    content = self._reader.read(state, path, has_header=header)
                    contents[path, header] = content
        return RevisionPlots(found, contents)


def _looked_at(
    project: Project, revisions: Sequence[str], look: _Look, console: Console
) -> Iterator[tuple[str, RevisionPlots | Failure]]:
    if WORKSPACE in revisions:
        yield WORKSPACE, _as_it_is(project, look, console)
    names = [name for name in revisions if name != WORKSPACE]
    running = _running(project, names)
    for name, sandbox in running.items():
        yield name, _as_it_is(sandbox, look, console)
    names = [name for name in names if name not in running]
    if names:
        yield from _committed(project, names, look)


def _as_it_is(project: Project, look: _Look, console: Console) -> RevisionPlots | Failure:
    with WorkspaceSnapshot(project, console) as state:
        return look.at(state)


def _committed(
    project: Project, names: Sequence[str], look: _Look
) -> Iterator[tuple[str, RevisionPlots | Failure]]:
    commits = resolve(project.git(), names)
    # Parsers, schema and templates, which the workspace alone seldom needs.
    from assay.compare.revision_snapshots import RevisionSnapshots

    with RevisionSnapshots(project) as snapshots:
        found = {
            commit.id: look.at(state)
            for commit, state in snapshots.of(list(dict.fromkeys(commits)))
            if state is not None
        }
    for name, commit in zip(names, commits, strict=True):
        if commit in found:
            yield name, found[commit]


def _running(project: Project, names: Iterable[str]) -> dict[str, Project]:
    """Names of experiments that run → the project in which they do: their points are live."""
    wanted = set(names)
    if not wanted:
        return {}
    from assay.compare.running import running  # most commands need to know only of the workspace

    found: dict[str, Project] = {}
    for run in running(project):
        if name := _called(run.rev, run.name, wanted):
            try:
                found[name] = open_project(run.root, os.environ)
            except AssayError:
                continue  # it has just left its sandbox
    return found


def _called(rev: str, name: str | None, wanted: set[str]) -> str | None:
    """The word by which a running experiment is meant: its name, or digits of its snapshot."""
    if name in wanted:
        return name
    return next((word for word in wanted if len(word) >= 7 and rev.startswith(word)), None)
