"""Outputs of an earlier experiment in a sandbox: kept if the next one has the same, else gone."""

from __future__ import annotations

import os

from assay.fs.remove import remove
from assay.pipeline.records import lock_path, records
from assay.pipeline.workbench import Workbench
from assay.store.hashes import Fingerprint
from assay.store.scan import NotAFile


def clear_stale(bench: Workbench) -> None:
    """Remove what was placed earlier, unless it is, to the byte, an output recorded now."""
    recorded = _recorded(bench)
    for location in bench.workspace.placed.all():
        if not bench.workspace.exists(location):
            continue
        found = _fingerprint(bench, location)
        if found is None or found.md5 != recorded.get(location):
            bench.workspace.remove(location)
        elif found.is_tree:
            _remove_strays(bench, location)


def _fingerprint(bench: Workbench, location: str) -> Fingerprint | None:
    try:
        return bench.workspace.fingerprint(location)
    except NotAFile:  # a command has put a socket or a broken link there
        return None


def _recorded(bench: Workbench) -> dict[str, str]:
    """Location → object id of each cached output that the stages and .dvc files record."""
    found = {}
    for stage in bench.pipeline.stages.values():
        known = records(bench.pipeline.entry(stage), "outs")
        for output in stage.outputs:
            record = known.get(lock_path(stage, output.path, output.location))
            if output.cache and record is not None and record.md5 and not record.is_legacy:
                found[output.location] = record.md5
    return found


def _remove_strays(bench: Workbench, location: str) -> None:
    """Remove what is in a tracked directory but no part of it: ignored files, empty folders."""
    top = bench.workspace.absolute(location)
    known = {entry.path for entry in bench.workspace.entries(location)}
    needed = known | {folder for path in known for folder in _folders(path)}
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        with os.scandir(os.path.join(top, folder)) as found:
            entries = [
                (f"{folder}{entry.name}", entry.is_dir(follow_symlinks=False)) for entry in found
            ]
        for path, is_folder in entries:
            if path not in needed:
                remove(os.path.join(top, path))
            elif is_folder and path not in known:
                waiting.append(path + "/")


def _folders(path: str) -> list[str]:
    parts = path.split("/")[:-1]
    return ["/".join(parts[: index + 1]) for index in range(len(parts))]
