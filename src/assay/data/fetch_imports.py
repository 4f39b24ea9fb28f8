"""What `fetch` and `pull` do about imports: their data is in no remote of ours, or was never here.

An import from another repository is brought from there, at the commit that was recorded; a download
that was put off (`--no-download`, `--no-exec`) is made up for.
"""

from __future__ import annotations

import os

from assay.data.import_record import ordered
from assay.data.import_repo import RepoOrigin
from assay.data.imports import Import, record
from assay.data.update_imports import import_of
from assay.errors import AssayError, Interrupted
from assay.fs.remove import remove
from assay.pipeline.model import Stage, is_from_repository
from assay.pipeline.records import path_item, record_of
from assay.pipeline.targets import Found
from assay.pipeline.tracking import Tracker
from assay.pipeline.workbench import Workbench
from assay.remotes.origin import UrlOrigin, require
from assay.store.gather import gather
from assay.store.guard import CacheGuard
from assay.store.hashes import Fingerprint
from assay.store.scan import Scanner
from assay.store.state import State
from assay.typed import Iterable, Mapping


def fetch_imports(
    bench: Workbench,
    found: Iterable[Found],
    environ: Mapping[str, str],
    *,
    jobs: int | None,
) -> int:
    """Bring the data of imports among the stages in `found` that the cache lacks; how many files.

    Trouble with one is told and leaves the others alone: checkout says what is missing then.
    """
    count = 0
    for stage in dict.fromkeys(one.stage.key for one in found if one.stage.is_import):
        try:
            count += _fetch(bench, bench.pipeline.stages[stage], environ, jobs)
        except Interrupted:
            raise
        except (AssayError, OSError) as error:
            words = error.chain() if isinstance(error, AssayError) else str(error)
            bench.console.warning(f"cannot bring the data of '{stage}': {words}")
    if count:
        bench.workspace.save()
    return count


def _fetch(bench: Workbench, stage: Stage, environ: Mapping[str, str], jobs: int | None) -> int:
    if not stage.outputs or not stage.outputs[0].cache:
        return 0
    raw = ((stage.recorded or {}).get("outs") or [{}])[0]
    known = record_of(raw)
    is_partial = known.md5 is None
    is_elsewhere = stage.has_versioned_source or is_from_repository(stage)
    if not is_partial and (not is_elsewhere or _is_here(bench, known.md5 or "")):
        return 0
    repo = stage.dependencies[0].repo or {}
    revision = repo.get("rev_lock") or repo.get("rev")
    job = import_of(bench, stage, environ, revision=None if revision is None else str(revision))
    if isinstance(job.origin, UrlOrigin) and stage.has_versioned_source:
        job.origin.pin((stage.written or {})["deps"][0])
    try:
        origin = require(job.origin) if is_partial else {}
        now = _gathered(bench, job, jobs)
    finally:
        if isinstance(job.origin, RepoOrigin):
            job.origin.close()
    if is_partial:
        item = ordered({**path_item(stage.outputs[0].path, now)})
        tracker = Tracker(bench.project, bench.addresses, bench.console)
        record(bench, job, origin, item, tracker, done=True)
    elif now.md5 != known.md5:
        shown = bench.addresses.path(job.location)
        bench.console.warning(
            f"'{shown}' is not in its source what was recorded: {now.md5} instead of {known.md5}"
        )
    return 1 if now.nfiles is None else now.nfiles


def _is_here(bench: Workbench, object_id: str) -> bool:
    caches = (bench.workspace.cache, bench.workspace.legacy_cache)
    return any(cache.has_all(object_id) for cache in caches)


def _gathered(bench: Workbench, job: Import, jobs: int | None) -> Fingerprint:
    """Bring the data into the cache by way of a temporary place; the workspace is not touched."""
    workspace = bench.workspace
    folder = bench.project.incoming_dir
    os.makedirs(folder, exist_ok=True)
    place = os.path.join(folder, os.urandom(8).hex())
    try:
        job.origin.bring(place, bench.console, jobs)
        with CacheGuard(workspace.cache.top, alone=False, tell=bench.console.info):
            scanner = Scanner(State(os.devnull))  # nothing of a temporary place is remembered
            return gather(place, scanner, workspace.cache, workspace.completeness)
    finally:
        remove(place)
