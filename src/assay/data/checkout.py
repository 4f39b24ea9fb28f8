"""`checkout`: make the workspace hold what was recorded (spec/data.md §7).

Nothing that exists nowhere else is overwritten without `force`: first everything is looked at, then
everything is done. What cannot be brought because the cache lacks it costs no file of which this is
the only copy.
"""

from __future__ import annotations

import os

from assay.errors import AssayError, UnsafePath
from assay.pipeline.model import Output
from assay.pipeline.records import Record, lock_path, records
from assay.pipeline.running.recording import Recorder
from assay.pipeline.targets import Found
from assay.pipeline.workbench import Workbench
from assay.store.restore import Restored, is_at
from assay.store.verified import MissingObject
from assay.typed import Iterable, NamedTuple

MODIFIED, ADDED, DELETED = "M", "A", "D"


class UnsavedFiles(AssayError):
    """Files would be lost whose content is in no cache."""

    def __init__(self, paths: list[str]) -> None:
        super().__init__(
            "Can't remove the following unsaved files without confirmation. "
            "Use `--force` to force.\n" + "\n".join(paths)
        )


class CheckoutFailed(AssayError):
    """Some outputs could not be restored."""

    def __init__(self, paths: list[str]) -> None:
        super().__init__(
            "Checkout failed for following targets:\n" + "\n".join(paths) + "\n"
            "Is your cache up to date?\n<https://error.dvc.org/missing-files>"
        )


class CheckoutOptions(NamedTuple):
    """`force` overwrites, `allow_missing` passes over what the cache lacks, `relink` links anew.

    `clear` removes outputs that we once placed and that no stage names any more.
    """

    force: bool = False
    allow_missing: bool = False
    relink: bool = False
    clear: bool = False


class Report(NamedTuple):
    """What became of the outputs: (letter, path as seen from the directory), and file counts."""

    outputs: list[tuple[str, str]]
    files: Restored
    failed: list[str]


class _Job(NamedTuple):
    output: Output
    record: Record | None
    only: str


def checkout(bench: Workbench, found: Iterable[Found], options: CheckoutOptions) -> Report:
    """Restore the outputs of the stages in `found`. Raises UnsavedFiles before any change."""
    present = bench.present()
    jobs = [job for item in found for job in _jobs(bench, item)]
    wrong = [job for job in jobs if options.relink or not _is_right(bench, job)]
    pending, unsafe = _safe(bench, wrong)
    if not options.force:
        unsaved = [path for job in pending for path in _unsaved(bench, job, options)]
        if unsaved:
            raise UnsavedFiles(unsaved)
    recorder = Recorder(bench.workspace, present, bench.console)
    report = Report([], Restored(), unsafe)
    if options.clear:
        report = _clear_abandoned(bench, report)
    for job in pending:
        report = _restore(bench, recorder, job, options, report)
    bench.workspace.save()
    return report._replace(outputs=sorted(report.outputs, key=_order))


def _jobs(bench: Workbench, found: Found) -> list[_Job]:
    stage = found.stage
    known = records(bench.pipeline.entry(stage), "outs")
    return [
        _Job(
            output,
            known.get(lock_path(stage, output.path, output.location)),
            found.location[len(output.location) + 1 :] if found.location else "",
        )
        for output in stage.outputs
        if output.cache and _is_named(output, found.location)
    ]


def _safe(bench: Workbench, jobs: list[_Job]) -> tuple[list[_Job], list[str]]:
    """Those whose outputs are places for data; the paths of the others, which are not touched."""
    safe, unsafe = [], []
    for job in jobs:
        try:
            bench.workspace.check(job.output.location)
            safe.append(job)
        except UnsafePath as error:
            unsafe.append(bench.addresses.path(job.output.location))
            bench.console.warning(f"'{unsafe[-1]}' was not restored: {error.chain()}")
    return safe, unsafe


def _is_named(output: Output, location: str | None) -> bool:
    if location is None:
        return True
    return output.location == location or location.startswith(output.location + "/")


def _is_right(bench: Workbench, job: _Job) -> bool:
    current = bench.workspace.fingerprint(job.output.location)
    return current is not None and job.record is not None and current.md5 == job.record.md5


def _unsaved(bench: Workbench, job: _Job, options: CheckoutOptions) -> list[str]:
    """Absolute paths of files at the output whose content the cache lacks, and which would go."""
    if job.record is None or job.record.md5 is None:
        return []
    only_here = _only_here(bench, job)
    if options.relink:  # that replaces what is as recorded too
        return list(only_here)
    return [path for path, is_as_recorded in only_here.items() if not is_as_recorded]


def _only_here(bench: Workbench, job: _Job) -> dict[str, bool]:
    """Absolute paths of files at the output whose content the cache lacks; whether that is what was
    recorded for them."""
    location = job.output.location
    path = bench.workspace.absolute(location)
    current = bench.workspace.fingerprint(location)
    recorded = job.record.md5 if job.record is not None else None
    if current is None:
        return {}
    has = bench.workspace.cache.has
    if not current.is_tree:
        return {} if has(current.md5) else {path: current.md5 == recorded}
    is_whole = current.md5 == recorded  # whether or not the listing is there
    target = {} if is_whole or not recorded else _listed(bench, recorded)
    return {
        os.path.join(path, entry.path): is_whole or target.get(entry.path) == entry.md5
        for entry in bench.workspace.entries(location)
        if is_at(entry.path, job.only) and not has(entry.md5)
    }


def _listed(bench: Workbench, object_id: str) -> dict[str, str]:
    """Path → MD5 of the files in a listing; nothing if it is lost or no listing."""
    try:
        return dict(bench.workspace.cache.read_tree(object_id) or ())
    except UnsafePath:  # `restore` says so
        return {}


def _restore(
    bench: Workbench, recorder: Recorder, job: _Job, options: CheckoutOptions, report: Report
) -> Report:
    output = job.output
    path = bench.addresses.path(output.location)
    before = bench.workspace.fingerprint(output.location)
    if job.record is None or job.record.md5 is None:
        place = bench.workspace.absolute(output.location)
        bench.console.warning(f"No file hash info found for '{place}'. It won't be created.")
        if options.allow_missing:
            return report
        return report._replace(failed=[*report.failed, path])
    try:
        if options.relink and before is not None and before.md5 == job.record.md5:
            if not bench.present().is_cached(job.record, output.location):
                raise MissingObject(f"the cache lacks what '{path}' holds")
            bench.workspace.relink(output.location)
            return report
        done = recorder.restore_output(output, job.record, only=job.only)
    except (MissingObject, UnsafePath) as error:
        return _without(bench, job, path, error, options, report)
    if before is not None and done == Restored():
        return report  # only a part was asked for, and that is as recorded
    letter = ADDED if before is None else MODIFIED
    name = f"{path}{os.sep}" if job.record.is_tree else path
    files = Restored(*(a + b for a, b in zip(report.files, done, strict=True)))
    return report._replace(outputs=[*report.outputs, (letter, name)], files=files)


def _without(
    bench: Workbench,
    job: _Job,
    path: str,
    error: AssayError,
    options: CheckoutOptions,
    report: Report,
) -> Report:
    """The cache cannot give what was recorded: the output goes, unless that is allowed, or only a
    part of it was asked for, or it has what nothing could bring again."""
    location = job.output.location
    if isinstance(error, UnsafePath):
        bench.console.warning(f"'{path}' was not restored: {error.chain()}")
    if options.allow_missing:
        return report
    report = report._replace(failed=[*report.failed, path])
    only_here = _only_here(bench, job)
    if only_here and (not options.force or any(only_here.values())):
        bench.console.warning(f"'{path}' stays as it is: it holds what the cache lacks.")
        return report
    if job.only or not bench.workspace.exists(location):
        return report
    bench.workspace.remove(location)
    return report._replace(outputs=[*report.outputs, (DELETED, path)])


def _clear_abandoned(bench: Workbench, report: Report) -> Report:
    """Remove unmodified outputs of stages that are gone."""
    owned = bench.graph.owners
    for location, object_id in bench.workspace.placed.all().items():
        if owned.exact(location) or owned.around(location) or any(owned.inside(location)):
            continue
        found = bench.workspace.fingerprint(location)
        if found is not None and found.md5 == object_id:
            bench.workspace.remove(location)
            count = 1 if found.nfiles is None else found.nfiles
            name = bench.addresses.path(location) + (os.sep if found.is_tree else "")
            report = report._replace(
                outputs=[*report.outputs, (DELETED, name)],
                files=report.files._replace(deleted=report.files.deleted + count),
            )
        else:
            bench.workspace.placed.forget(location)
    return report


def _order(row: tuple[str, str]) -> tuple[int, bool, str]:
    letter, path = row
    return "MAD".index(letter), not path.endswith(os.sep), path
