"""`commit`: take the workspace as it is for the result of its stages (spec/data.md §7)."""

from __future__ import annotations

from assay.errors import AssayError
from assay.pipeline.changes import COMMAND, DEPENDENCY, OUTPUT, PARAMS, changes
from assay.pipeline.model import Stage
from assay.pipeline.present import WorkspacePresent
from assay.pipeline.records import Entry, Record
from assay.pipeline.running.recording import Recorder
from assay.pipeline.running.run_cache import RunCache, is_savable
from assay.pipeline.tracking import Tracker
from assay.pipeline.workbench import Workbench
from assay.store.guard import CacheGuard
from assay.typed import Callable, Iterable

Confirm = Callable[[str], bool]


class CommitRefused(AssayError):
    """A stage changed and nobody said that this is fine."""

    exit_code = 1


def commit(
    bench: Workbench, stages: Iterable[Stage], tracker: Tracker, confirm: Confirm | None
) -> dict[str, Entry]:
    """Hash and keep what each stage reads and writes, and rewrite its record; address → entry.

    `confirm` is asked for each stage that changed; with None nobody is asked, and every stage
    counts as a run worth recording. Raises CommitRefused.
    """
    present = _IgnoringCache(bench.workspace, bench.elsewhere)
    recorder = Recorder(bench.workspace, present, bench.console)
    run_cache = RunCache(bench.workspace.cache.top, shared=bench.workspace.cache.shared)
    entries = {}
    try:
        for stage in stages:
            question = None if confirm is None else _question(bench, stage, present)
            if confirm is not None and question and not confirm(question):
                raise CommitRefused(
                    f"unable to commit changed {shown(bench, stage)}. Use `-f|--force` to force."
                )
            old = bench.pipeline.entry(stage)
            is_new_run = (confirm is None or question is not None) and is_savable(stage)
            with CacheGuard(bench.workspace.cache.top, alone=False, tell=bench.console.info):
                entry = recorder.results(stage, old, commit=True, keep_uncached=is_new_run)
                if is_new_run:
                    run_cache.save(entry)
                tracker.write(stage, entry, old)
            entries[bench.addresses.stage(stage)] = entry
    finally:
        bench.workspace.save()
    return entries


class _IgnoringCache(WorkspacePresent):
    """What the cache lacks is no change: `commit` is about to fill it."""

    __slots__ = ()

    def is_cached(self, record: Record, location: str) -> bool:
        """Always."""
        return True


def shown(bench: Workbench, stage: Stage) -> str:
    """How messages of `commit` name a stage."""
    return f"stage: '{bench.addresses.stage(stage)}'"


def _question(bench: Workbench, stage: Stage, present: WorkspacePresent) -> str | None:
    """What to ask before committing `stage`; None if nothing changed."""
    dependencies: list[str] = []
    outputs: list[str] = []
    command = False
    for change in changes(stage, bench.pipeline.entry(stage), present):
        command = command or change.subject == COMMAND
        if change.subject in (DEPENDENCY, PARAMS):
            dependencies.append(bench.addresses.path(change.location))
        elif change.subject == OUTPUT:
            outputs.append(bench.addresses.path(change.location))
    parts = [f"dependencies {dependencies}"] if dependencies else []
    parts += [f"outputs {outputs}"] if outputs else []
    if parts:
        what = " and ".join(parts)
        return f"{what} of {shown(bench, stage)} changed. Are you sure you want to commit it?"
    if command:
        return f"'cmd' of {shown(bench, stage)} has changed. Are you sure you want to commit it?"
    return None
