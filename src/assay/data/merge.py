"""Merging two versions of a .dvc file, for Git's merge driver (spec/clients.md §4).

Directories are merged by the paths in their listings, as Git merges trees; no data is needed.
"""

from __future__ import annotations

import os

from assay.errors import AssayError
from assay.fs.atomic import write_text
from assay.fs.reading import read_text
from assay.pipeline.definitions import stage_file_definition
from assay.pipeline.dvc_file import output_item, write_outputs
from assay.pipeline.records import Record, record_of
from assay.pipeline.workspace import Workspace
from assay.store.cache import ObjectCache
from assay.store.guard import CacheGuard
from assay.store.trees import TreeEntry, tree_bytes, tree_id
from assay.typed import Any, Callable, Iterable, Mapping, NamedTuple

_CONTENT_KEYS = frozenset({"md5", "size", "nfiles", "isexec"})


class CannotMerge(AssayError):
    """A conflict, or files that only a person can merge."""


class Conflict(CannotMerge):
    """Both sides changed the same paths in different ways."""

    def __init__(self, paths: Iterable[str]) -> None:
        super().__init__("unable to auto-merge the following paths:\n" + "\n".join(paths))


class _Version(NamedTuple):
    """The one output of a .dvc file, what is recorded for it, and the rest that is said of it."""

    path: str
    record: Record
    options: dict[str, Any]


def merge_files(
    workspace: Workspace, ancestor: str, ours: str, theirs: str, *, tell: Callable[[str], None]
) -> None:
    """Merge the .dvc files at three absolute paths into the one at `ours`.

    A version that is empty tracks nothing. `tell` is called before a wait for `gc`. Raises
    CannotMerge, and then changes nothing.
    """
    our, their, base = (_version(workspace, path) for path in (ours, theirs, ancestor))
    if their is None:
        return
    if our is None:
        write_text(ours, read_text(theirs))
        return
    for other in (base, their):
        if other is not None and other.options != our.options:
            raise CannotMerge("unable to auto-merge outputs with different options")
    with CacheGuard(workspace.cache.top, alone=False, tell=tell):
        item = _merged_item(workspace, base, our, their)
        write_outputs(ours, [output_item(item, our.path)])


def merged(
    base: Mapping[str, str], ours: Mapping[str, str], theirs: Mapping[str, str]
) -> dict[str, str]:
    """Path → hash after a three-way merge of such maps. Raises Conflict."""
    result: dict[str, str] = {}
    conflicts = []
    for path in sorted({*base, *ours, *theirs}):
        before, our, their = base.get(path), ours.get(path), theirs.get(path)
        if our != their and before not in (our, their):
            conflicts.append(path)
        chosen = their if our == before else our
        if chosen is not None:
            result[path] = chosen
    conflicts += [path for path in result if _has_file_above(path, result)]
    if conflicts:
        raise Conflict(conflicts)
    return result


def _has_file_above(path: str, files: Mapping[str, str]) -> bool:
    """Whether one side has a file where the other has a directory with `path` in it."""
    folder = os.path.dirname(path)
    while folder and folder not in files:
        folder = os.path.dirname(folder)
    return bool(folder)


def _version(workspace: Workspace, path: str) -> _Version | None:
    if not os.path.isfile(path):
        raise CannotMerge(f"'{path}' does not exist")
    data = stage_file_definition(workspace, path, shown=os.path.basename(path)).value
    outputs = data.get("outs") or []
    if data.get("deps") or len(outputs) > 1:
        raise CannotMerge("unable to auto-merge DVC files that weren't created by `dvc add`")
    if not outputs:
        return None
    options = {key: value for key, value in outputs[0].items() if key not in _CONTENT_KEYS}
    return _Version(outputs[0]["path"], record_of(outputs[0]), options)


def _merged_item(
    workspace: Workspace, base: _Version | None, our: _Version, their: _Version
) -> dict[str, Any]:
    """What to record: one of the versions, or a new listing, which is put into the cache."""
    before = base.record.md5 if base is not None else None
    if before in (our.record.md5, their.record.md5) or our.record.md5 == their.record.md5:
        return dict(their.record.raw if before == our.record.md5 else our.record.raw)
    cache = workspace.legacy_cache if our.record.is_legacy else workspace.cache
    entries = merged(*(_files(cache, version) for version in (base, our, their)))
    listing = [TreeEntry(path, entries[path]) for path in sorted(entries)]
    data = tree_bytes(listing)
    cache.put_bytes(tree_id(data), data)
    item = {"md5": tree_id(data), "size": cache.total_size(listing), "nfiles": len(listing)}
    if not our.record.is_legacy:
        item["hash"] = "md5"
    return {key: value for key, value in item.items() if value is not None}


def _files(cache: ObjectCache, version: _Version | None) -> dict[str, str]:
    if version is None or version.record.md5 is None:
        return {}
    if not version.record.md5.endswith(".dir"):
        raise CannotMerge("unable to auto-merge outputs that are not directories")
    entries = cache.read_tree(version.record.md5)
    if entries is None:
        raise CannotMerge(
            f"the cache lacks '{version.record.md5}', which lists the files of '{version.path}'",
            hint="fetch both versions with `dvc fetch --all-branches`",
        )
    return {entry.path: entry.md5 for entry in entries}
