"""`remove`: stages and tracked data that a project shall know no more (spec/pipelines.md §11).

First the definition goes, then what was recorded for it, its lines in .gitignore, and on request
its outputs: a kill in between leaves a stale record or line, never a stage whose record is gone.
"""

from __future__ import annotations

import os

from assay.fs.lock import ProjectLock
from assay.pipeline.lockfile import lock_location, remove_entries
from assay.pipeline.model import Stage
from assay.pipeline.stage_edit import drop_stages, refuse_parametrized
from assay.pipeline.tracking import Tracker
from assay.pipeline.workbench import Workbench
from assay.typed import Iterable


def remove_stages(
    bench: Workbench, stages: Iterable[Stage], tracker: Tracker, *, outputs: bool
) -> None:
    """Forget `stages`; their outputs stay as files of the user's own, or go too with `outputs`.

    Raises Parametrized, and UnsafePath for an output outside of the project, before any change.
    """
    by_file: dict[str, dict[str, Stage]] = {}
    for stage in stages:
        refuse_parametrized(bench, stage, "remove")
        if outputs:
            _check_outputs(bench, stage)
        by_file.setdefault(stage.file, {})[stage.name] = stage
    for file, members in by_file.items():
        with ProjectLock(bench.project.tmp_dir):
            _forget(bench, file, members)
        for stage in members.values():
            tracker.unignore_outputs(stage)
        for stage in members.values():
            _release_outputs(bench, stage, delete=outputs)
    bench.workspace.save()


def _check_outputs(bench: Workbench, stage: Stage) -> None:
    for output in stage.outputs:
        bench.workspace.check(output.location)


def _forget(bench: Workbench, file: str, members: dict[str, Stage]) -> None:
    path = bench.workspace.absolute(file)
    if "" in members:
        os.unlink(path)
        return
    drop_stages(path, members)
    remove_entries(bench.workspace.absolute(lock_location(file)), members)


def _release_outputs(bench: Workbench, stage: Stage, *, delete: bool) -> None:
    """What was tracked is no link into the cache any more, and no checkout will clear it away."""
    for output in stage.outputs:
        if delete:
            bench.workspace.remove(output.location)
        elif output.cache and bench.workspace.is_safe(output.location):
            bench.workspace.unprotect(output.location)
        bench.workspace.placed.forget(output.location)
