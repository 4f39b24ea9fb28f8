"""`import-url` and `import`: data from elsewhere, tracked together with where it came from.

The order of effects: the data in its place, objects in the cache, the .gitignore line, the .dvc
file. A kill in between leaves data that nobody tracks, never a record of data that is not there.
"""

from __future__ import annotations

import os

from assay.data.add import check_target
from assay.data.import_record import ordered, write_import
from assay.data.incoming import AlreadyThere, receive
from assay.errors import AssayError
from assay.fs.lock import ProjectLock
from assay.pipeline.dvc_file import file_for
from assay.pipeline.records import Entry, path_item
from assay.pipeline.tracking import Tracker, refuse_hidden, refuse_tracked
from assay.pipeline.workbench import Workbench
from assay.remotes.origin import Origin, keeps_versions, require
from assay.store.guard import CacheGuard
from assay.typed import Any, NamedTuple


class CannotImport(AssayError):
    """Data cannot be put where it should go."""

    exit_code = 1


class Mode(NamedTuple):
    """How far to go: `execute` looks at the origin, `download` brings the data.

    `force` replaces what is in the way, `jobs` is how many transfers run at a time.
    """

    execute: bool = True
    download: bool = True
    force: bool = False
    jobs: int | None = None


class Import(NamedTuple):
    """One import: its output as a location, its .dvc file (location), and where data comes from.

    `dependency` is what the .dvc file says about that besides hashes; `shown` names it to people.
    """

    location: str
    file: str
    origin: Origin
    dependency: dict[str, Any]
    shown: str


def output_location(bench: Workbench, out: str | None, name: str) -> str:
    """Where data called `name` goes if `out` was typed: into it, if it is a directory."""
    if out is None:
        return bench.addresses.location(name)
    is_folder = os.path.isdir(os.path.join(bench.addresses.directory, out))
    if is_folder:
        return bench.addresses.location(os.path.join(out, name))
    return bench.addresses.location(out.rstrip(os.sep) or os.sep)


def file_of(location: str) -> str:
    """The .dvc file of an import, as a location."""
    return file_for(location)


def check_import(bench: Workbench, location: str, *, force: bool) -> None:
    """Raise CannotImport, CannotAdd or UnsafePath before anything is written."""
    shown = bench.addresses.path(location)
    path = bench.workspace.absolute(location)
    folder = os.path.dirname(path)
    if not os.path.isdir(folder):
        raise CannotImport(f"stage working dir '{folder}' does not exist")
    if os.path.lexists(path) and not force:
        raise AlreadyThere(shown, is_directory=os.path.isdir(path))
    check_target(bench, shown, location)
    bench.workspace.check(location)
    refuse_tracked(bench.project, location, shown)
    file = file_of(location)
    refuse_hidden(bench.project, file, bench.addresses.path(file))


def run_import(bench: Workbench, job: Import, mode: Mode, tracker: Tracker) -> None:
    """Look at the origin, bring the data, record both. Raises MissingOrigin and others."""
    name = os.path.basename(job.location)
    output: dict[str, Any] = {"hash": "md5", "path": name}
    found: dict[str, Any] = {}
    try:
        if mode.execute:
            bench.console.info(f"Importing '{job.shown}' -> '{bench.addresses.path(job.location)}'")
            found = require(job.origin)
        elif mode.force:
            bench.workspace.remove(job.location)
        if mode.execute and mode.download:
            output = bring(bench, job, mode.jobs)
        tracker.ignore_location(job.location)
        record(bench, job, found, output, tracker, done=mode.execute)
    except BaseException:
        tracker.roll_back()
        raise
    finally:
        bench.workspace.save()


def bring(bench: Workbench, job: Import, jobs: int | None) -> dict[str, Any]:
    """Bring the data into workspace and cache; the record of the output."""
    workspace, location = bench.workspace, job.location
    target = workspace.absolute(location)
    folder = bench.project.incoming_dir
    workspace.forget(location)
    receive(folder, target, lambda place: job.origin.bring(place, bench.console, jobs))
    with CacheGuard(workspace.cache.top, alone=False, tell=bench.console.info):
        found = workspace.gather(location)
    return ordered(path_item(os.path.basename(location), found))


def record(
    bench: Workbench,
    job: Import,
    found: dict[str, Any],
    output: dict[str, Any],
    tracker: Tracker,
    *,
    done: bool,
    frozen: bool = True,
) -> Entry:
    """Write the .dvc file: what the origin was `found` to hold, and the output; what it says."""
    repo = "repo" in job.dependency
    dependency = dict(job.dependency) if repo else {"hash": "md5", **found, **job.dependency}
    if done and keeps_versions(job.origin):
        output = {**output, "push": False}  # it is had from there again
    if repo and "rev_lock" in found:
        dependency["repo"] = {**dependency["repo"], "rev_lock": found["rev_lock"]}
    path = bench.workspace.absolute(job.file)
    with ProjectLock(bench.project.tmp_dir):
        write_import(path, ordered(dependency), output, done=done, frozen=frozen)
    tracker.note(path)
    return {"deps": [ordered(dependency)], "outs": [output]}
