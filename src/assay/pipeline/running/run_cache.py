"""The run cache: which outputs a command once made from the same inputs (spec/data.md §6).

`runs/<kk>/<key>/<value>` below the cache, each file the YAML of one dvc.lock entry. The key names
command, inputs and output paths; the value the outputs as well. The same files serve DVC.
"""

from __future__ import annotations

import os

from assay import quick_json
from assay.errors import AssayError
from assay.fs.atomic import write_text
from assay.fs.reading import read_file
from assay.pipeline.model import Stage
from assay.pipeline.records import Entry
from assay.store.hashes import sha256_text
from assay.typed import Any, Iterator

_NOT_HASHED = ("size", "nfiles")
_NESTED = (dict, list)


def entry_value(entry: Entry) -> str:
    """The name of an entry's file: SHA-256 of the entry without sizes, 64 hex digits."""
    return _digest(_without_sizes(entry))


def entry_key(entry: Entry) -> str:
    """The name of an entry's folder: SHA-256 of the entry with its outputs' paths only."""
    outputs = [item["path"] for item in entry.get("outs") or ()]
    return _digest(_without_sizes({**entry, "outs": outputs}))


def is_cacheable(stage: Stage) -> bool:
    """Whether runs of `stage` may be looked up: a command with inputs and contained outputs."""
    return (
        stage.command is not None
        and not stage.always_changed
        and bool(stage.dependencies or stage.params)
        and bool(stage.outputs)
        and not stage.uploads
        and not any(_is_remote(item.location) for item in stage.dependencies)
        and not any(output.persist or output.is_outside for output in stage.outputs)
    )


def is_savable(stage: Stage) -> bool:
    """Whether a run of `stage` is recorded: all its plain outputs are in the cache."""
    return is_cacheable(stage) and all(out.cache or not out.is_plain for out in stage.outputs)


class RunCache:
    """The run cache below the cache folder `top` (absolute). `shared`: group-writable folders."""

    __slots__ = ("_folder", "_meetings", "_shared")

    def __init__(self, top: str, *, shared: bool = False) -> None:
        self._folder = os.path.join(top, "runs")
        self._meetings = os.path.join(top, "assay", "running")
        self._shared = shared

    def save(self, entry: Entry) -> None:
        """Record a run; an entry that is there already stays as it is."""
        key = entry_key(entry)
        path = os.path.join(self._folder_of(key), entry_value(entry))
        if not os.path.exists(path):
            from assay.formats.yaml_write import dump  # writers: only when a run is recorded

            self.make_folder(key)
            write_text(path, dump(entry))

    def meeting_place(self, key: str) -> str:
        """A folder to lock while the run with this key is under way. Raises OSError."""
        return self._made(os.path.join(self._meetings, key))

    def make_folder(self, key: str) -> str:
        """The folder of the runs with this key, made if need be. Raises OSError."""
        return self._made(self._folder_of(key))

    def _made(self, folder: str) -> str:
        from assay.fs.folders import make_folders  # who only looks needs none

        make_folders(folder, shared=self._shared)
        return folder

    def entries(self, inputs: Entry) -> Iterator[Entry]:
        """Recorded runs with the command, inputs and output paths of `inputs`, newest first.

        Files that are damaged or do not belong to their folder are passed over. Sizes are not part
        of the key, so parameters of these names are compared here.
        """
        key = entry_key(inputs)
        for path in _newest_first(self._folder_of(key)):
            entry = read_run(path)
            if entry is None or entry_key(entry) != key:
                continue
            if (entry.get("params") or {}) == (inputs.get("params") or {}):
                yield entry

    def _folder_of(self, key: str) -> str:
        return os.path.join(self._folder, key[:2], key)


def _newest_first(folder: str) -> list[str]:
    try:
        with os.scandir(folder) as found:
            files = [(-item.stat().st_mtime_ns, item.path) for item in found if item.is_file()]
    except (FileNotFoundError, NotADirectoryError):
        return []
    return [path for _, path in sorted(files) if not path.endswith(".tmp")]


def read_run(path: str) -> Entry | None:
    """The entry in a file of the run cache; None if it is damaged or gone."""
    from assay.formats.yaml_read import decode, parse  # parsers: only when a run was recorded

    try:
        entry = parse(decode(read_file(path), path))
    except (OSError, AssayError):
        return None
    if not isinstance(entry, dict) or not isinstance(entry.get("outs"), list):
        return None
    return entry if all(_has_path(item) for item in entry["outs"]) else None


def _has_path(item: Any) -> bool:
    return isinstance(item, dict) and isinstance(item.get("path"), str)


def _digest(entry: dict[str, Any]) -> str:
    return sha256_text(quick_json.dumps(entry, sort_keys=True))


def _without_sizes(value: Any) -> Any:  # of a map or a list
    if isinstance(value, list):
        return [_without_sizes(item) if isinstance(item, _NESTED) else item for item in value]
    return {
        key: _without_sizes(item) if isinstance(item, _NESTED) else item
        for key, item in value.items()
        if key not in _NOT_HASHED
    }


def _is_remote(location: str) -> bool:
    return "://" in location
