"""Whether the cache still holds all files of a directory, without asking for each.

`.dvc/tmp/assay/state/present.json`: listing → when all its files were last seen (ns). Removing an
object changes the time of its folder, and removing that of the folder around it, so only files in
folders that changed since are looked for. That time is `ctime`: who puts an older cache in the
place of this one, or copies one with its times, sets only `mtime` back.
Only a hint: without the file each object is looked for.
"""

from __future__ import annotations

import os
import time

from assay import quick_json
from assay.fs.atomic import write_bytes
from assay.fs.reading import read_hint
from assay.store.cache import ObjectCache
from assay.typed import Any, Callable, Collection, NamedTuple

_RACY_NS = 20_000_000
_FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


class _Scan(NamedTuple):
    """The folders of a cache, by the digits that they are named by, and when each last changed
    (ns); "" is the folder around them. What happened before `began_ns` was seen."""

    began_ns: int
    times: dict[str, int]


class Completeness:
    """What was seen in one cache. Changes are kept in memory until `save`."""

    __slots__ = ("_path", "_scans", "_seen")

    def __init__(self, folder: str) -> None:
        self._path = os.path.join(folder, "present.json")
        self._seen: dict[str, int] = {}
        self._scans: dict[str, _Scan] = {}

    def has_tree(
        self,
        cache: ObjectCache,
        tree: str,
        prefixes: Collection[str],
        hashes: Callable[[Collection[str]], Collection[str] | None],
        *,
        are_all: bool = False,
    ) -> bool:
        """Whether the listing `tree` and the files that it names are in the cache.

        `prefixes` are the first two digits of their hashes, and maybe others. `hashes` gives those
        hashes that start with some of them, if need be; None if nobody can tell. `are_all`: it
        leaves out none that is listed, so that who asks again need not look.
        """
        if not cache.has(tree):
            return False
        scan = self._scan(cache)
        settled = self._since(cache, tree)
        if max(scan.times.values()) <= settled:
            return True
        changed = [one for one in prefixes if scan.times.get(one, scan.began_ns) > settled]
        wanted = hashes(changed) if changed else ()
        if wanted is None:
            return False
        if wanted:
            from assay.store.presence import has_all  # nearly always nothing changed

            if not has_all(cache, wanted):
                return False
        if are_all:
            self.note(cache, tree, scan.began_ns)
        return True

    def begin(self) -> None:
        """Objects are about to be put, and nobody removes any meanwhile: look at folders anew."""
        self._scans.clear()

    def is_untouched(self, cache: ObjectCache, tree: str) -> bool:
        """Whether nothing can have gone since all of `tree` was seen; for who lacks its listing.

        False says nothing.
        """
        settled = self._since(cache, tree)
        return max(self._scan(cache).times.values()) <= settled and cache.has(tree)

    def note(self, cache: ObjectCache, tree: str, when_ns: int) -> None:
        """All of `tree` was in the cache at some time after `when_ns`."""
        self._seen[_key(cache, tree)] = when_ns

    def _since(self, cache: ObjectCache, tree: str) -> int:
        """What happened to the cache later than that (ns) was not seen when all of `tree` was."""
        key = _key(cache, tree)
        seen_ns = self._seen.get(key) or int(_read(self._path).get(key, 0))
        # Seen in the future: the clock was set back, and what went meanwhile went "before" that.
        return seen_ns - _RACY_NS if seen_ns <= time.time_ns() else 0

    def save(self) -> None:
        """Merge what was seen into the file; a full or read-only disk costs only the hint."""
        if not self._seen:
            return
        data = {**_read(self._path), **self._seen}
        try:
            os.makedirs(os.path.dirname(self._path), exist_ok=True)
            write_bytes(self._path, quick_json.dumps(data, separators=(",", ":")).encode("ascii"))
        except OSError:
            pass
        self._seen = {}

    def _scan(self, cache: ObjectCache) -> _Scan:
        """When the folders of the cache changed, asked once."""
        known = self._scans.get(cache.folder)
        if known is None:
            known = self._scans[cache.folder] = _scanned(cache.folder)
        return known


def _scanned(folder: str) -> _Scan:
    began_ns = time.time_ns()
    try:
        descriptor = os.open(folder, _FOLDER_FLAGS)
    except OSError:
        return _Scan(began_ns, {"": began_ns})
    try:
        # An open directory spares the system to look up its whole path for each folder in it.
        with os.scandir(descriptor) as entries:
            times = {entry.name: entry.stat().st_ctime_ns for entry in entries}
        times[""] = os.fstat(descriptor).st_ctime_ns  # last: what went meanwhile is noticed
    except OSError:
        times = {"": began_ns}
    finally:
        os.close(descriptor)
    return _Scan(began_ns, times)


def _key(cache: ObjectCache, tree: str) -> str:
    return f"{cache.top} {tree}"


def _read(path: str) -> dict[str, Any]:
    data = read_hint(path)
    valid = isinstance(data, dict) and all(isinstance(when, int) for when in data.values())
    return data if valid else {}
