"""`import`: a path of another repository at a commit, tracked here (spec/data.md §13)."""

from __future__ import annotations

import os

from assay.data.download import Download
from assay.data.imports import Import, Mode, check_import, file_of, output_location, run_import
from assay.data.repo_settings import from_record
from assay.pipeline.tracking import Tracker
from assay.pipeline.upstream import resolved_url
from assay.pipeline.workbench import Workbench
from assay.typed import TYPE_CHECKING, Any, NamedTuple
from assay.ui.console import Console

if TYPE_CHECKING:
    from collections.abc import Mapping


class RepoRequest(NamedTuple):
    """What to import: `path` of the repository at `url`, as typed; `extra` goes into `repo`."""

    url: str
    path: str
    out: str | None = None
    revision: str | None = None
    extra: Mapping[str, Any] = {}


class RepoOrigin:
    """A path of another repository. `revision` is what was asked for, HEAD if None."""

    __slots__ = ("_bench", "_environ", "_folder", "_opened", "_path", "_repo", "_revision", "place")

    def __init__(
        self,
        bench: Workbench,
        path: str,
        repo: Mapping[str, Any],
        *,
        revision: str | None,
        folder: str,
        environ: Mapping[str, str],
    ) -> None:
        self.place = f"{path} ({repo['url']})"
        self._bench = bench
        self._path = path
        self._repo = repo
        self._revision = revision
        self._folder = folder
        self._environ = environ
        self._opened: Download | None = None

    def look(self) -> dict[str, Any] | None:
        """The commit that is meant, as `rev_lock`. Raises NotThere for a path that it lacks."""
        source = self._source()
        source.items()
        return {"rev_lock": source.place.commit}

    def bring(self, target_abs: str, console: Console, jobs: int | None) -> None:
        """Download; the copy of the repository goes."""
        try:
            self._source().bring(target_abs, jobs)
        finally:
            self.close()

    def close(self) -> None:
        """May be called twice."""
        if self._opened is not None:
            self._opened.__exit__()
            self._opened = None

    def _source(self) -> Download:
        if self._opened is None:
            bench = self._bench
            self._opened = Download(
                resolved_url(str(self._repo["url"]), self._folder, bench.project.root),
                self._path,
                revision=self._revision,
                directory=self._folder,
                environ=self._environ,
                console=bench.console,
                settings=from_record(self._repo),
                caches=[bench.workspace.cache.top],
                committed=True,
            )
        return self._opened


def import_repo(
    bench: Workbench,
    request: RepoRequest,
    mode: Mode,
    tracker: Tracker,
    environ: Mapping[str, str],
) -> None:
    """Track a path of another repository."""
    path = request.path.strip("/") or "."
    location = output_location(bench, request.out, os.path.basename(path))
    check_import(bench, location, force=mode.force)
    repo: dict[str, Any] = {"url": request.url}
    if request.revision:
        repo["rev"] = request.revision
    repo.update(request.extra)
    origin = RepoOrigin(
        bench,
        path,
        repo,
        revision=request.revision,
        folder=bench.addresses.directory,
        environ=environ,
    )
    job = Import(location, file_of(location), origin, {"path": path, "repo": repo}, origin.place)
    try:
        run_import(bench, job, mode, tracker)
    finally:
        origin.close()
