"""The index of a directory on the disk: a file that is written as a whole, and a small one beside
it that says what has changed since.

Of thousands of files a few are edited: to write down those takes a hundredth of writing all.
"""

from __future__ import annotations

import os

from assay import quick_json
from assay.fs.atomic import write_bytes
from assay.fs.reading import read_file, read_hint
from assay.fs.walked import COLUMNS, WIDTH, WalkedFile, WalkedFolder
from assay.store.hashes import are_md5s
from assay.store.tree_index import FEW, NO_EDITS, Edit, TreeIndex, with_files
from assay.typed import Any

_VERSION = 6
_EDITS = ".edits"


def read_index(file: str, path: str) -> TreeIndex | None:
    """The index of the directory at `path`; None if the file is no such thing, or damaged."""
    try:
        index = index_from_bytes(read_file(file), path)
    except OSError:
        return None
    if index is None:
        return None
    try:
        told = read_hint(file + _EDITS)
        return edited_index(index, told) if told else index
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        return index


def write_index(file: str, index: TreeIndex, path: str) -> None:
    """Write the index of the directory at `path`, or only what has changed. Raises OSError."""
    if index.mark and 0 < len(index.edits) <= FEW:
        write_bytes(file + _EDITS, _dumped(edits_of(index)))
        return
    mark = os.urandom(8).hex()
    whole = index._replace(written=index.listing(), mark=mark, edits=NO_EDITS)
    write_bytes(file, index_to_bytes(whole, path))
    try:
        os.unlink(file + _EDITS)
    except FileNotFoundError:
        pass


def index_to_bytes(index: TreeIndex, path: str) -> bytes:
    """The index of the directory at `path`, without its edits: a line of JSON, the listing as
    another, and the stats of all files as they are packed: to read them as text would take longer
    than all else that is done with them.
    """
    told = {
        "version": _VERSION,
        "mark": index.mark,
        "path": path,
        "folders": [(folder.prefix, folder.listed) for folder in index.folders],
        **_state(index),
    }
    stats = b"".join([folder.stats for folder in index.folders])
    return b"\n".join([_dumped(told), index.written, stats])


def index_from_bytes(data: bytes, path: str) -> TreeIndex | None:
    """The index of the directory at `path`; None if these bytes are no such thing, or damaged."""
    try:
        end = data.index(b"\n")
        told = quick_json.loads(data[:end])
        if told["version"] != _VERSION or told["path"] != path:
            return None
        end_of_listing = data.index(b"\n", end + 1)
        index = TreeIndex(
            _folders(told["folders"], data, end_of_listing + 1),
            data[end + 1 : end_of_listing],
            *_state_of(told),
            mark=str(told["mark"]),
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return index


def edits_of(index: TreeIndex) -> dict[str, Any]:
    """What has changed since the index was written as a whole."""
    files = [[*edit.file, edit.md5] for edit in index.edits.values()]
    return {"mark": index.mark, "files": files, **_state(index)}


def edited_index(index: TreeIndex, told: dict[str, Any]) -> TreeIndex:
    """The index, as it was just read, with the edits that belong to it.

    Raises ValueError, KeyError, TypeError, AttributeError, OverflowError if these are none.
    """
    if told["mark"] != index.mark:
        return index
    edits = {path: Edit(WalkedFile(path, *stat), md5) for path, *stat, md5 in told["files"]}
    if not are_md5s([edit.md5 for edit in edits.values()]):
        raise ValueError
    folders = with_files(index.folders, [edit.file for edit in edits.values()])
    return TreeIndex(folders, index.written, *_state_of(told), index.mark, edits)


def _state(index: TreeIndex) -> dict[str, Any]:
    return {
        "tree": index.tree,
        "size": index.size,
        "prefixes": sorted(index.prefixes),
        "base": index.base,
        "changed": sorted(index.changed),
    }


def _state_of(told: dict[str, Any]) -> tuple[str, int, frozenset[str], str, frozenset[str]]:
    return (
        str(told["tree"]),
        int(told["size"]),
        frozenset(told["prefixes"]),
        str(told["base"]),
        frozenset(told["changed"]),
    )


def _dumped(told: dict[str, Any]) -> bytes:
    return quick_json.dumps(told, separators=(",", ":")).encode("ascii")


def _folders(texts: list[tuple[str, str]], data: bytes, start: int) -> list[WalkedFolder]:
    """The folders, from the names of their files and what of `data` is their stats. Raises
    ValueError, TypeError."""
    found = []
    for prefix, listed in texts:
        end = start + COLUMNS * WIDTH * (1 + listed.count("/"))
        found.append(WalkedFolder(prefix, listed, data[start:end]))
        start = end
    if start != len(data):
        raise ValueError
    return found
