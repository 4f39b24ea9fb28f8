"""The index of a directory on the disk: a file that is written as a whole, and a small one beside
it that says what has changed since.

Of thousands of files a few are edited: to write down those takes a hundredth of writing all.
"""

from __future__ import annotations

import os

from assay import quick_json
from assay.fs.atomic import write_bytes
from assay.fs.reading import open_file, read_hint
from assay.fs.walked import COLUMNS, WIDTH, WalkedFile, WalkedFolder
from assay.store.hashes import are_md5s
from assay.store.tree_index import FEW, Edit, TreeIndex, with_files
from assay.typed import Any, NamedTuple

_VERSION = 6
_EDITS = ".edits"
_MARK_LENGTH = 16
_LENGTH_DIGITS = 14


class _Listing(NamedTuple):
    """The listing in the file of an index, read when somebody asks: most only look whether anything
    has changed."""

    file: str
    mark: str
    start: int
    length: int

    def read(self) -> bytes:
        """Its bytes; none if the file has become another."""
        try:
            descriptor = open_file(self.file)
        except OSError:
            return b""
        try:
            if os.read(descriptor, _MARK_LENGTH).decode("latin-1") != self.mark:
                return b""
            data = os.pread(descriptor, self.length + 1, self.start)
            return data if len(data) == self.length else b""
        except OSError:
            return b""
        finally:
            os.close(descriptor)


def read_index(file: str, path: str) -> TreeIndex | None:
    """The index of the directory at `path`; None if the file is no such thing, or damaged."""
    try:
        index = _read(file, path)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
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
    write_bytes(file, _whole(index, path))
    try:
        os.unlink(file + _EDITS)
    except FileNotFoundError:
        pass


def _whole(index: TreeIndex, path: str) -> bytes:
    """The index as one file: its mark and how long the next two are; a line of JSON; the stats of
    all files as they are packed, since to read them as text would take longer than all else that is
    done with them; the listing.
    """
    listing = index.listing()
    told = {
        "version": _VERSION,
        "path": path,
        "listing": len(listing),
        "folders": [(folder.prefix, folder.listed) for folder in index.folders],
        **_state(index),
    }
    head = b"".join([_dumped(told), b"\n", *[folder.stats for folder in index.folders]])
    mark = os.urandom(_MARK_LENGTH // 2).hex()
    return b"".join([f"{mark}{len(head):{_LENGTH_DIGITS}}".encode("ascii"), head, listing])


def _read(file: str, path: str) -> TreeIndex:
    """The index without its edits. Raises OSError, ValueError, KeyError, TypeError."""
    descriptor = open_file(file)
    try:
        first = os.read(descriptor, _MARK_LENGTH + _LENGTH_DIGITS)
        mark, length = first[:_MARK_LENGTH].decode("ascii"), int(first[_MARK_LENGTH:])
        size = os.fstat(descriptor).st_size
        head = os.read(descriptor, min(length, size)) if length > 0 else b""
    finally:
        os.close(descriptor)
    end = head.index(b"\n")
    told = quick_json.loads(head[:end])
    start = len(first) + length
    if told["version"] != _VERSION or told["path"] != path or start + told["listing"] != size:
        raise ValueError
    folders = _folders(told["folders"], head, end + 1)
    listing = _Listing(file, mark, start, told["listing"])
    return TreeIndex(folders, listing.read, *_state_of(told), mark=mark)


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
