"""What files of the workspace meant, kept from one command to the next.

One JSON file, `.dvc/tmp/assay/meaning.json`, read with one `read()`:

    {"version": "6 0.1.0",
     "known": {key: {"stamps": {path: [mtime_ns, ctime_ns, size, inode] | md5 | null}, "value": …}}}

A value is believed only while every file it was made from has the same stamp (null: is missing).
`ctime` is in it because nobody can set it: `cp -p` and archives bring files of one size and time.
The stamp of a file that a command has written itself is the MD5 of its bytes.
Only a hint: it may be deleted, damaged or read-only at any time (P4), and of two writers one wins.
"""

from __future__ import annotations

import os
import time

from assay import __version__, quick_json
from assay.fs.atomic import write_bytes
from assay.fs.reading import read_file, read_or_none
from assay.store.hashes import md5_bytes
from assay.typed import Any, Callable, Iterable

_VERSION = f"6 {__version__}"
# A file may change once more within one tick of the clock that stamps it.
_RACY_NS = 20_000_000

_Stamp = list[int] | None
Told = tuple[str, Any]
"""The text of a file, and what it means."""


class Memory:
    """The file for one workspace. Values are plain data and shared: nobody may change them."""

    __slots__ = (
        "_drafts",
        "_first",
        "_fresh",
        "_known",
        "_path",
        "_racy",
        "_root",
        "_stamps",
        "_written",
    )

    def __init__(self, root: str, folder: str) -> None:
        self._root = root
        self._path = os.path.join(folder, "meaning.json")
        self._known: dict[str, Any] | None = None
        self._fresh: dict[str, Any] = {}
        self._stamps: dict[str, _Stamp] = {}
        self._first: dict[str, _Stamp] = {}
        self._drafts: set[str] = set()
        self._racy: set[str] = set()
        self._written: dict[str, tuple[str, Callable[[], Told]]] = {}

    def touch(self, location: str) -> None:
        """Take the stamp of a file before it is read for the first time."""
        if location not in self._stamps:
            self._stamps[location] = stamp = self._stamp(location)
            self._first.setdefault(location, stamp)

    def distrust(self, locations: Iterable[str]) -> None:
        """Neither recall nor keep what is made from these files: they are read as drafts."""
        self._drafts.update(locations)

    def is_unchanged(self, location: str) -> bool:
        """Whether a file is as it was when this command first looked at it."""
        return location in self._first and self._stamp(location) == self._first[location]

    def forget(self) -> None:
        """A command ran: files may have changed."""
        self._stamps.clear()

    def recall(self, key: str) -> Any:
        """The value kept under `key`, if all files that it was made from are unchanged; or None."""
        entry = self._fresh.get(key) or self._load().get(key)
        try:
            if entry and all(self._is(path, stamp) for path, stamp in entry["stamps"].items()):
                return entry["value"]
        except (AttributeError, KeyError, TypeError):
            pass  # damaged, or of a relative of ours
        return None

    def keep(self, key: str, locations: Iterable[str], value: Any, *, shares: bool = False) -> None:
        """Keep `value`, made from these files, unless JSON would not give it back the same.

        `shares`: it may hold one list or dict in several places, and nobody can tell.
        """
        paths = list(locations)
        for path in paths:
            self.touch(path)
        unsure = self._drafts | self._racy
        if not unsure.isdisjoint(paths) or not _survives(value, shares=shares):
            return
        stamps = {path: self._stamps[path] for path in paths}
        self._fresh[key] = {"stamps": stamps, "value": value}

    def keep_written(self, key: str, location: str, tell: Callable[[], Told]) -> None:
        """When this is saved, keep what a file that we write will mean by then."""
        self._written[key] = location, tell

    def save(self) -> None:
        """Write what is new; a full or read-only disk costs only the hint."""
        for key, (location, tell) in self._written.items():
            text, value = tell()
            if location not in self._drafts and _survives(value, shares=True):
                digest = md5_bytes(text.encode("utf-8"))
                self._fresh[key] = {"stamps": {location: digest}, "value": value}
        self._written = {}
        if not self._fresh:
            return
        known = {**self._load(), **self._fresh}
        data = quick_json.dumps({"version": _VERSION, "known": known}, separators=(",", ":"))
        try:
            os.makedirs(os.path.dirname(self._path), exist_ok=True)
            write_bytes(self._path, data.encode("ascii"))
        except OSError:
            pass
        self._fresh = {}

    def _is(self, location: str, stamp: _Stamp | str) -> bool:
        self.touch(location)
        if location in self._drafts:
            return False
        if isinstance(stamp, str):
            return md5_bytes(read_or_none(os.path.join(self._root, location)) or b"") == stamp
        return self._stamps[location] == stamp and location not in self._racy

    def _stamp(self, location: str) -> _Stamp:
        try:
            found = os.stat(os.path.join(self._root, location))
        except (OSError, ValueError):  # a name with a NUL
            return None
        if time.time_ns() - max(found.st_mtime_ns, found.st_ctime_ns) < _RACY_NS:
            self._racy.add(location)
        return [found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino]

    def _load(self) -> dict[str, Any]:
        if self._known is None:
            self._known = {}
            try:
                data = quick_json.loads(read_file(self._path))
                if data["version"] == _VERSION and isinstance(data["known"], dict):
                    self._known = data["known"]
            except (OSError, ValueError, KeyError, TypeError, RecursionError):
                pass  # none yet, damaged, or of another version
        return self._known


def _survives(value: object, *, shares: bool) -> bool:
    try:
        return survives(value, None if shares else set())
    except RecursionError:
        return False


def survives(value: object, seen: set[int] | None) -> bool:
    """Whether JSON gives the very same value back: types, keys, and what is one object twice.

    With None for `seen` it does not matter that an object stands in several places.
    """
    if value is None or isinstance(value, str | bool | int | float):
        return True
    if seen is not None:
        if id(value) in seen:
            return False
        seen.add(id(value))
    if type(value) is list:
        return all(survives(item, seen) for item in value)
    if type(value) is dict:
        return all(type(key) is str and survives(item, seen) for key, item in value.items())
    return False
