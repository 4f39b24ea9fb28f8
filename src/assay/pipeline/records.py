"""What dvc.lock and .dvc files say about a path, and how a stage's record is put together.

A record is a mapping `path, hash, md5, size, nfiles, isexec` in this order; a record without `hash`
was written by DVC 2.x and carries the text-normalising hash (spec/pipelines.md §6.1, data.md §1).
"""

from __future__ import annotations

import os.path

from assay import quick_json
from assay.pipeline.build import DEFAULT_PARAMS
from assay.pipeline.model import Stage
from assay.store.hashes import TREE_SUFFIX, Fingerprint, sha256_text
from assay.typed import TYPE_CHECKING, Any, Iterable, Mapping, NamedTuple

if TYPE_CHECKING:
    from assay.pipeline.file_versions import FileVersion

_TOKENS = ("md5", "etag", "checksum")
_HASH_OF_NOTHING = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"

Entry = dict[str, Any]
"""One stage as dvc.lock holds it: `cmd, deps, params, outs`."""


class Record(NamedTuple):
    """What was recorded for one path. `md5` is None if the hash is of another kind."""

    md5: str | None
    size: int | None
    nfiles: int | None
    is_executable: bool
    is_legacy: bool
    raw: dict[str, Any]

    @property
    def is_tree(self) -> bool:
        """Whether it is of a directory, in either form."""
        return self.md5 is not None and self.md5.endswith(TREE_SUFFIX)


def record_of(raw: dict[str, Any]) -> Record:
    """The record in one item of `deps` or `outs`.

    A directory on a remote that keeps versions is recorded with its `files`: they give its hash.
    """
    md5 = raw.get("md5")
    if md5 is None and raw.get("files"):
        md5 = _hash_of_files(raw["files"])
    return Record(
        md5=None if md5 is None else str(md5).lower(),
        size=raw.get("size"),
        nfiles=raw.get("nfiles"),
        is_executable=bool(raw.get("isexec")),
        is_legacy="md5" in raw and "hash" not in raw,
        raw=raw,
    )


def _hash_of_files(files: list[dict[str, Any]]) -> str | None:
    """What a directory that holds `files` is called; None if they have hashes of another kind."""
    from assay.store.trees import tree_bytes, tree_id  # few projects have such records

    if not all("md5" in file for file in files):
        return None
    return tree_id(tree_bytes(sorted((str(file["relpath"]), str(file["md5"])) for file in files)))


def versions_in(record: Record | None) -> tuple[FileVersion, ...]:
    """The files that the record of an output tells about one by one: it was pushed to a remote that
    keeps versions. None for others."""
    if record is None or ("cloud" not in record.raw and "files" not in record.raw):
        return ()
    from assay.pipeline.file_versions import versions_of  # few projects have such records

    return versions_of(record.raw)


def is_same_source(known: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    """Whether what is elsewhere is what was recorded: by the token of a file, or those of all."""
    if "files" in found:
        return _tokens(known.get("files") or ()) == _tokens(found["files"])
    return any(key in known and known[key] == found.get(key) for key in _TOKENS)


def _tokens(files: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    return {file["relpath"]: file.get("etag") for file in files}


def records(entry: Entry | None, section: str) -> dict[str, Record]:
    """Path as written → record, for the `deps` or `outs` of an entry (None: nothing recorded)."""
    items = (entry or {}).get(section) or ()
    return {item["path"]: record_of(item) for item in items}


def lock_path(stage: Stage, path: str, location: str) -> str:
    """How dvc.lock spells a path: verbatim, but absolute paths inside the project are relative."""
    if path.startswith("/") and not os.path.isabs(location):
        return os.path.relpath(location, stage.wdir or ".")
    return path


def path_item(path: str, found: Fingerprint, *, legacy_md5: str | None = None) -> dict[str, Any]:
    """The item of one path. `legacy_md5` keeps an unchanged 2.x record as it is."""
    item: dict[str, Any] = {"path": path}
    if legacy_md5 is None:
        item["hash"] = "md5"
    item["md5"] = legacy_md5 or found.md5
    item["size"] = found.size
    if found.nfiles is not None:
        item["nfiles"] = found.nfiles
    if found.is_executable:
        item["isexec"] = True
    return item


def stage_entry(
    stage: Stage,
    dependencies: Iterable[dict[str, Any]],
    params: Mapping[str, Mapping[str, Any]],
    outputs: Iterable[dict[str, Any]],
) -> Entry:
    """The entry of a stage from the items of its paths and the values of its parameters."""
    entry: Entry = {"cmd": stage.command}
    deps = sorted(dependencies, key=_by_path)
    outs = sorted(outputs, key=_by_path)
    if deps:
        entry["deps"] = deps
    if any(params.values()):
        entry["params"] = {
            name: {key: params[name][key] for key in sorted(params[name])}
            for name in sorted(params, key=_default_first)
            if params[name]
        }
    if outs:
        entry["outs"] = outs
    return entry


def results_hash(entries: Mapping[str, Entry]) -> str:
    """Hash of stage address → entry, as in the message of an experiment commit.

    Stages of .dvc files do not count. Source: spec/experiments.md §2.
    """
    counted = {name: entry for name, entry in entries.items() if not name.endswith(".dvc")}
    if not counted:
        return _HASH_OF_NOTHING
    return sha256_text(quick_json.dumps(counted, sort_keys=True, default=str))


def _by_path(item: dict[str, Any]) -> str:
    return str(item["path"])


def _default_first(name: str) -> tuple[bool, str]:
    return name != DEFAULT_PARAMS, name
