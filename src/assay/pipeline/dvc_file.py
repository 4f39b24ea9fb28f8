"""Writing .dvc files: a few keys of an existing file, or a new one (spec/pipelines.md §7)."""

from __future__ import annotations

import os

from assay.fs.atomic import write_text
from assay.fs.reading import read_text
from assay.pipeline.checksum import renew_checksum
from assay.pipeline.load import stage_file_key
from assay.pipeline.memory import Memory
from assay.pipeline.model import Stage
from assay.pipeline.records import record_of
from assay.typed import Any, Callable

_OUTPUT_KEYS = ("md5", "size", "nfiles", "isexec", "hash", "path")
_CONTENT_KEYS = ("md5", "size", "nfiles", "isexec")
_VERSION_KEYS = frozenset({"files", "cloud"})
"""What DVC records of the versions in a bucket."""


def output_item(item: dict[str, Any], path: str) -> dict[str, Any]:
    """A record in the order that .dvc files have; `path` is relative to the file's wdir."""
    named = {**item, "path": path}
    return {key: named[key] for key in _OUTPUT_KEYS if key in named}


def new_text(items: list[dict[str, Any]]) -> str:
    """The text of a new .dvc file that tracks `items`."""
    from assay.formats.yaml_write import dump  # writers: only for new files

    return dump({"outs": items})


def write_outputs(
    path: str,
    items: list[dict[str, Any]],
    stage: Stage | None = None,
    memory: Memory | None = None,
) -> bool:
    """Record `items` in the .dvc file at `path` (absolute); whether its text changed.

    Nothing is read or written if `stage`, as it was loaded from the file, says the same. With the
    `memory` that it was loaded with, the next command may not have to read the file.

    Comments, descriptions and the order of an existing file stay. The file's own `md5` follows.
    """
    if stage is not None and stage.checksum is None and _says(stage, items):
        return False
    from assay.pipeline.plain_record import with_record  # only when a file changes

    old = read_text(path)
    text = with_record(old, items[0]) if len(items) == 1 and stage is not None else None
    if text is None:
        text = _with_outputs(old, items)
    elif stage is not None and memory is not None:
        _keep_meaning(memory, stage.file, text, items[0])
    if text == old:
        return False
    write_text(path, text)
    return True


def _keep_meaning(memory: Memory, location: str, text: str, item: dict[str, Any]) -> None:
    """The file is about to hold `text`, in which its one output has become `item`."""
    from assay.pipeline.plain_record import with_meaning  # as above

    key = stage_file_key(location)
    known = memory.recall(key) if memory.is_unchanged(location) else None
    meaning = with_meaning(known, item)
    if meaning is not None:
        memory.keep_written(key, location, lambda: (text, meaning))


def text_with_outputs(path: str, items: list[dict[str, Any]]) -> str:
    """What `write_outputs` would make of the file at `path`."""
    return _with_outputs(read_text(path), items)


def _with_outputs(text: str, items: list[dict[str, Any]]) -> str:
    return _updated(text, items) if text.strip() else new_text(items)


def _says(stage: Stage, items: list[dict[str, Any]]) -> bool:
    recorded = (stage.recorded or {}).get("outs") or []
    return all(item in recorded for item in items)


def _updated(text: str, items: list[dict[str, Any]]) -> str:
    def edit(data: Any) -> None:
        known = {entry["path"]: entry for entry in data.get("outs") or ()}
        for item in items:
            entry = known.get(item["path"])
            if entry is None:
                data.setdefault("outs", []).append(item)
            else:
                _update_entry(entry, item)
        renew_checksum(data)

    return edited_text(text, edit)


def edited_text(text: str, edit: Callable[[Any], None]) -> str:
    """The text of a .dvc file after `edit` has changed its data; comments stay."""
    from assay.formats.yaml_write import dump, undumped  # as above: only when a file changes

    data = undumped(text)
    if data is not None:  # nothing in it but data: no need for the library, which takes 20 ms
        edit(data)
        return dump(data)
    from assay.formats.yaml_round_trip import round_trip  # for comments and all that

    return round_trip(text, edit)


def _update_entry(entry: Any, item: dict[str, Any]) -> None:
    if not _VERSION_KEYS.isdisjoint(entry):
        if record_of(entry).md5 == item.get("md5"):
            return  # the versions that a remote has are still those of this data
        for key in _VERSION_KEYS.intersection(entry):
            del entry[key]
    for key in _CONTENT_KEYS:
        if key in entry and key not in item:
            del entry[key]
    for key, value in item.items():
        if entry.get(key) != value:
            entry[key] = value


def file_for(target: str) -> str:
    """The .dvc file that `add` writes for a path."""
    return target.rstrip(os.sep) + ".dvc"
