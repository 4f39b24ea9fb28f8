"""Outputs of an earlier experiment in a sandbox: made what the next one records, or removed."""

from __future__ import annotations

import os

from assay.fs.remove import remove
from assay.pipeline.model import Output
from assay.pipeline.records import Record, lock_path, records
from assay.pipeline.running.recording import Recorder
from assay.pipeline.workbench import Workbench
from assay.store.hashes import Fingerprint
from assay.store.scan import NotAFile, Unreadable
from assay.typed import NamedTuple


class _Recorded(NamedTuple):
    output: Output
    record: Record


def clear_stale(bench: Workbench) -> None:
    """Let nothing that was placed earlier be there that is not, to the byte, recorded now.

    Of a directory that changed only the files that differ are written.
    """
    recorded = _recorded(bench)
    present = bench.present()
    recorder = Recorder(bench.workspace, present, bench.console)
    for location in bench.workspace.placed.all():
        if not bench.workspace.exists(location):
            continue
        wanted = recorded.get(location)
        if wanted is None or not present.is_cached(wanted.record, location):
            bench.workspace.remove(location)
            continue
        found = _fingerprint(bench, location)
        if found is None or found.md5 != wanted.record.md5:
            recorder.restore_output(wanted.output, wanted.record)
        if wanted.record.is_tree:
            _remove_strays(bench, location)


def _recorded(bench: Workbench) -> dict[str, _Recorded]:
    """Location → each cached output that a stage or .dvc file records."""
    found = {}
    for stage in bench.pipeline.stages.values():
        known = records(bench.pipeline.entry(stage), "outs")
        for output in stage.outputs:
            record = known.get(lock_path(stage, output.path, output.location))
            if output.cache and record is not None and record.md5 and not record.is_legacy:
                found[output.location] = _Recorded(output, record)
    return found


def _fingerprint(bench: Workbench, location: str) -> Fingerprint | None:
    try:
        return bench.workspace.fingerprint(location)
    except (NotAFile, Unreadable):  # a command has put a socket or a broken link there
        bench.workspace.remove(location)
        return None


def _remove_strays(bench: Workbench, location: str) -> None:
    """Remove what is in a tracked directory but no part of it: ignored files, empty folders."""
    found = bench.workspace.fingerprint(location)
    if found is None or not found.is_tree:
        return
    top = bench.workspace.absolute(location)
    known = {entry.path for entry in bench.workspace.entries(location)}
    needed = known | {folder for path in known for folder in _folders(path)}
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        with os.scandir(os.path.join(top, folder)) as entries:
            names = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
        for name, is_folder in names:
            path = folder + name
            if path not in needed:
                remove(os.path.join(top, path))
            elif is_folder and path not in known:
                waiting.append(path + "/")


def _folders(path: str) -> list[str]:
    parts = path.split("/")[:-1]
    return ["/".join(parts[: index + 1]) for index in range(len(parts))]
