"""An import that is not frozen, in a run: its data is brought anew when it changed over there."""

from __future__ import annotations

from assay.data.import_repo import RepoOrigin
from assay.data.imports import bring, record
from assay.data.update_imports import import_of
from assay.pipeline.model import Stage
from assay.pipeline.records import Entry
from assay.pipeline.tracking import Tracker
from assay.pipeline.workbench import Workbench
from assay.remotes.origin import require
from assay.typed import Mapping


def import_anew(
    bench: Workbench, stage: Stage, tracker: Tracker, environ: Mapping[str, str], *, dry: bool
) -> Entry:
    """Bring the data as it is now and record it; from a repository at the commit on record.

    Only `update` goes to another commit. With `dry` it only says so. Raises MissingOrigin and
    others, after which the file in the workspace is as before.
    """
    repo = stage.dependencies[0].repo or {}
    revision = repo.get("rev_lock") or repo.get("rev")
    job = import_of(bench, stage, environ, revision=revision)
    try:
        shown = bench.addresses.path(job.location)
        bench.console.info(f"Importing '{job.shown}' -> '{shown}'")
        if dry:
            return stage.recorded or {}
        found = require(job.origin)
        output = {**bring(bench, job, jobs=None), "path": stage.outputs[0].path}
        tracker.ignore_outputs(stage)
        return record(bench, job, found, output, tracker, done=True, frozen=False)
    finally:
        if isinstance(job.origin, RepoOrigin):
            job.origin.close()
