"""What is newer where imported data came from: one question per import, to the other repository or
to the bucket."""

from __future__ import annotations

import os

from assay.errors import AssayError
from assay.git.clone import newest, work_tree_at
from assay.pipeline.changes import DEPENDENCY, MODIFIED, UPDATE_AVAILABLE, Change
from assay.pipeline.model import Stage
from assay.pipeline.records import records
from assay.pipeline.workbench import Workbench
from assay.typed import Iterator


def updates(bench: Workbench, stage: Stage) -> Iterator[Change]:
    """The change of an import whose branch, tag or HEAD is at another commit by now.

    Or that names versions of files that are not the latest ones. A place that cannot be reached is
    told, and says nothing about the import.
    """
    (dependency,) = stage.dependencies
    if stage.has_versioned_source:
        yield from _newer_versions(bench, stage)
        return
    repo = dependency.repo or {}
    if "rev_lock" not in repo:
        return
    url, revision = str(repo["url"]), repo.get("rev")
    try:
        now = _commit(bench, stage, url, None if revision is None else str(revision))
    except AssayError as error:
        _tell(bench, stage, error)
        return
    if now is not None and now != repo["rev_lock"]:
        yield Change(DEPENDENCY, f"{dependency.path} ({url})", UPDATE_AVAILABLE)


def _newer_versions(bench: Workbench, stage: Stage) -> Iterator[Change]:
    (dependency,) = stage.dependencies
    known = records(bench.pipeline.entry(stage), "deps").get(dependency.path)
    try:
        state = bench.elsewhere().state(dependency, known)
    except AssayError as error:
        _tell(bench, stage, error)
        return
    if state is not None:
        is_file = known is not None and "version_id" in known.raw
        state = UPDATE_AVAILABLE if is_file and state == MODIFIED else state
        yield Change(DEPENDENCY, dependency.location, state)


def _tell(bench: Workbench, stage: Stage, error: AssayError) -> None:
    address = bench.addresses.stage(stage)
    bench.console.warning(f"cannot tell whether '{address}' is up to date: {error.chain()}")


def resolved_url(url: str, *folders: str) -> str:
    """A relative path in a .dvc file as an absolute one: seen from the first folder where it is."""
    if "://" in url or os.path.isabs(url):
        return url
    for folder in folders:
        place = os.path.normpath(os.path.join(folder, url))
        if os.path.exists(place):
            return place
    return url


def _commit(bench: Workbench, stage: Stage, url: str, revision: str | None) -> str | None:
    root = bench.project.root
    url = resolved_url(url, os.path.join(root, stage.wdir), root)
    place = work_tree_at(url.removeprefix("file://"))
    if place is not None:
        return place.resolve(revision or "HEAD")
    return newest(url, revision, cwd=root)
