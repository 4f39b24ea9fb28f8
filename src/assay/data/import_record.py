"""The .dvc file of an import: where the data came from, and what it was (spec/data.md §13)."""

from __future__ import annotations

from assay.fs.atomic import write_text
from assay.pipeline.checksum import file_checksum
from assay.typed import Any

_ORDER = (
    *("md5", "etag", "checksum", "size", "nfiles", "isexec", "version_id"),
    *("hash", "path", "repo", "fs_config", "files", "push"),
)
_CONTENT = ("md5", "etag", "checksum", "size", "nfiles", "isexec", "version_id", "files", "hash")


def ordered(item: dict[str, Any]) -> dict[str, Any]:
    """The keys of a record in the order of .dvc files."""
    return {key: item[key] for key in _ORDER if key in item}


def write_import(
    path: str, dependency: dict[str, Any], output: dict[str, Any], *, done: bool, frozen: bool
) -> None:
    """Write the .dvc file at `path` (absolute): one dependency, one output.

    `frozen` freezes it; otherwise it is, if there already, as free as it was.

    What people wrote into an existing file stays: comments, descriptions, options of the output.
    Only when the import is `done` the file gets a checksum of its own.
    """
    text = _text(path)
    make = _edited if text.strip() else _new
    write_text(path, make(text, dependency, output, done=done, frozen=frozen))


def _text(path: str) -> str:
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return file.read()
    except FileNotFoundError:
        return ""


def _new(
    _: str, dependency: dict[str, Any], output: dict[str, Any], *, done: bool, frozen: bool
) -> str:
    from assay.formats.yaml_write import dump  # only when a file is written

    data: dict[str, Any] = {"frozen": frozen, "deps": [dependency], "outs": [output]}
    return dump({"md5": file_checksum(data), **data} if done else data)


def _edited(
    text: str, dependency: dict[str, Any], output: dict[str, Any], *, done: bool, frozen: bool
) -> str:
    from assay.formats.yaml_round_trip import round_trip  # as above

    def edit(data: Any) -> None:
        known = data.get("deps") or []
        if len(known) == 1:
            _update(known[0], dependency)
        else:
            data["deps"] = [dependency]
        outputs = data.get("outs") or []
        if len(outputs) == 1:
            _update(outputs[0], output)
        else:
            data["outs"] = [output]
        if frozen:
            data.setdefault("frozen", True)
        if done:
            if "md5" not in data:
                data.insert(0, "md5", "")
            data["md5"] = file_checksum(data)
        else:
            data.pop("md5", None)

    return round_trip(text, edit)


def _update(entry: Any, item: dict[str, Any]) -> None:
    """Make `entry` say what `item` says about content and origin; other keys stay."""
    for key in (*_CONTENT, "repo", "fs_config"):
        if key in entry and key not in item:
            del entry[key]
    for key, value in item.items():
        if isinstance(value, dict) and isinstance(entry.get(key), dict):
            for name in [name for name in entry[key] if name not in value]:
                del entry[key][name]
            entry[key].update(value)
        elif entry.get(key) != value:
            entry[key] = value
