"""Writing into records which versions a remote has of outputs; see `file_versions`."""

from __future__ import annotations

import os

from assay.fs.atomic import write_text
from assay.fs.lock import ProjectLock
from assay.fs.reading import read_text
from assay.pipeline.checksum import renew_checksum
from assay.pipeline.dvc_file import edited_text
from assay.pipeline.file_versions import FileVersion
from assay.pipeline.lockfile import LockFile, lock_location
from assay.pipeline.model import Stage
from assay.pipeline.records import record_of
from assay.project import Project
from assay.typed import Any, Iterable, Mapping

_WHOLE_TREE = ("md5", "size", "nfiles", "isexec", "files", "cloud")
"""What `files` say instead, for a directory."""


def write_versions(
    project: Project, stage: Stage, found: Mapping[str, tuple[FileVersion, ...]]
) -> str | None:
    """Record the versions of outputs, by their paths as written, in the stage's file.

    An output whose record has come to name other data meanwhile is left alone. The absolute path
    of the file if it was changed.
    """
    with ProjectLock(project.tmp_dir):
        write = _write_lock if stage.name else _write_dvc_file
        return write(project, stage, found)


def _write_lock(
    project: Project, stage: Stage, found: Mapping[str, tuple[FileVersion, ...]]
) -> str | None:
    from assay.formats.yaml_read import parse  # only after a push to such a remote

    location = lock_location(stage.file)
    path = os.path.join(project.root, location)
    data: Any = parse(read_text(path)) or {}
    old = (data.get("stages") or {}).get(stage.name)
    if not old:
        return None
    entry = {**old, "outs": [_with_versions(item, found) for item in old.get("outs") or ()]}
    written = LockFile(project.root, location).write(stage.name, entry, old)
    return path if written.changed else None


def _write_dvc_file(
    project: Project, stage: Stage, found: Mapping[str, tuple[FileVersion, ...]]
) -> str | None:
    path = os.path.join(project.root, stage.file)
    old = read_text(path)

    def edit(data: Any) -> None:
        for item in data.get("outs") or ():
            new = _with_versions(dict(item), found)
            for key in [key for key in item if key not in new]:
                del item[key]
            for key, value in new.items():
                if item.get(key) != value:
                    item[key] = value
        renew_checksum(data)

    text = edited_text(old, edit)
    if text == old:
        return None
    write_text(path, text)
    return path


def _with_versions(
    item: dict[str, Any], found: Mapping[str, tuple[FileVersion, ...]]
) -> dict[str, Any]:
    files = found.get(item["path"])
    if files is None or record_of(item).md5 != _md5_of(files):
        return item
    if files[0].path == "":
        return {**item, "cloud": _cloud(files[0])}
    before = {str(row["relpath"]): dict(row) for row in item.get("files") or ()}
    kept = {key: value for key, value in item.items() if key not in _WHOLE_TREE}
    rows = [_row(file, before.get(file.path, {})) for file in sorted(files)]
    return {**kept, "files": rows}


def _md5_of(files: Iterable[FileVersion]) -> str | None:
    rows = [{"relpath": file.path, "md5": file.md5} for file in files]
    one = rows[0]
    return one["md5"] if one["relpath"] == "" else record_of({"files": rows}).md5


def _row(file: FileVersion, before: dict[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = {"relpath": file.path, "md5": file.md5}
    if file.size is not None:
        row["size"] = file.size
    if before.get("isexec"):
        row["isexec"] = True
    if file.version_id:
        row["cloud"] = _cloud(file)
    return row


def _cloud(file: FileVersion) -> dict[str, Any]:
    return {file.remote: {"etag": file.etag, "version_id": file.version_id}}
