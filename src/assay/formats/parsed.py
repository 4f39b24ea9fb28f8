"""The parsed form of files, kept from one command to the next.

One JSON file per parsed file, in a folder of their own:

    {"version": 1, "stamp": [inode, size, mtime_ns, ctime_ns], "value": …}

named by the MD5 of the parsed file's path. It is written whole after a file has been parsed, if
that was worth it, and believed only while the stamp is that of the file. It is never needed: the
folder may be deleted at any time, be damaged or read-only, or belong to another version.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable

from assay.formats.yaml_read import decode
from assay.formats.yaml_read import parse as parse_yaml
from assay.fs.atomic import write_bytes

_VERSION = 1
# Reading a smaller text again is as fast as reading its parsed form …
_LARGE_BYTES = 8192
# … unless it needs one of the slow parsers.
_SLOW_NS = 5_000_000
# A file may change once more within one tick of the clock that stamps it.
_RACY_NS = 20_000_000

_Stamp = list[int]


class ParsedFiles:
    """Parses files, each version of a file once: in this process, and with `folder` ever after.

    Values are shared between callers, who must not change them.
    """

    __slots__ = ("_folder", "_known")

    def __init__(self, folder: str | None) -> None:
        self._folder = folder
        self._known: dict[str, tuple[_Stamp, object]] = {}

    def load(self, path: str, *, parse: Callable[[str], object] = parse_yaml) -> object:
        """What `parse` gives for the text of the file at the absolute `path`.

        `parse` must be the same for the same path, always. Raises OSError when the file cannot be
        read, Undecodable when it is not text, and what `parse` raises.
        """
        with open(path, "rb", buffering=0) as file:
            stamp = _stamp(file.fileno())
            known = self._known.get(path)
            if known is not None and known[0] == stamp:
                return known[1]
            found, value = self._stored(path, stamp)
            if not found:
                value = self._parse(path, file.readall(), stamp, parse)
        if not _is_racy(stamp):
            self._known[path] = (stamp, value)
        return value

    def _parse(
        self, path: str, data: bytes, stamp: _Stamp, parse: Callable[[str], object]
    ) -> object:
        text = decode(data, os.path.relpath(path))
        started = time.perf_counter_ns()
        value = parse(text)
        was_slow = time.perf_counter_ns() - started >= _SLOW_NS
        if len(data) >= _LARGE_BYTES or was_slow:
            self._store(path, stamp, value)
        return value

    def _stored(self, path: str, stamp: _Stamp) -> tuple[bool, object]:
        """Whether the folder has the value of this version of the file, and the value."""
        if self._folder is None:
            return False, None
        try:
            with open(_entry(self._folder, path), "rb") as file:
                entry = json.loads(file.read())
            if entry["version"] == _VERSION and entry["stamp"] == stamp:
                return True, entry["value"]
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            pass  # no entry, or not one of ours
        return False, None

    def _store(self, path: str, stamp: _Stamp, value: object) -> None:
        if self._folder is None or _is_racy(stamp) or not _survives(value, set()):
            return
        entry = {"version": _VERSION, "stamp": stamp, "value": value}
        try:
            os.makedirs(self._folder, exist_ok=True)
            write_bytes(_entry(self._folder, path), json.dumps(entry).encode("ascii"))
        except OSError:
            pass  # a full disk or a read-only mount must not stop a reader (P4)


def _stamp(descriptor: int) -> _Stamp:
    found = os.fstat(descriptor)
    return [found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns]


def _is_racy(stamp: _Stamp) -> bool:
    """Whether the file is so new that its next version may have the same stamp."""
    return time.time_ns() - max(stamp[2:]) < _RACY_NS


def _entry(folder: str, path: str) -> str:
    name = hashlib.md5(os.fsencode(path), usedforsecurity=False).hexdigest()
    return os.path.join(folder, f"{name}.json")


def _survives(value: object, seen: set[int]) -> bool:
    """Whether JSON gives the very same value back: types, keys, and what is one object twice."""
    kind = type(value)
    if kind is dict or kind is list:
        if id(value) in seen:
            return False  # an alias: writers tell it from a copy
        seen.add(id(value))
        if kind is list:
            return all(_survives(item, seen) for item in value)  # type: ignore[attr-defined]
        pairs = value.items()  # type: ignore[attr-defined]
        return all(type(key) is str and _survives(item, seen) for key, item in pairs)
    return value is None or kind in (str, int, float, bool)
