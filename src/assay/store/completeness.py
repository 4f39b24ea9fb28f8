"""Whether the cache still holds all files of a directory, without asking for each.

`.dvc/tmp/assay/state/present.json`: listing → when all its files were last seen (ns). Removing an
object changes the time of its folder, so only files in folders that changed since are looked for.
Only a hint: without the file each object is looked for.
"""

from __future__ import annotations

import os
import time

from assay import quick_json
from assay.fs.atomic import write_bytes
from assay.fs.reading import read_hint
from assay.store.cache import ObjectCache
from assay.typed import Any, Callable, Collection, Iterable

_RACY_NS = 20_000_000
_PREFIXES = tuple(f"{number:02x}" for number in range(256))


class Completeness:
    """What was seen in one cache. Changes are kept in memory until `save`."""

    __slots__ = ("_folder_times", "_path", "_seen")

    def __init__(self, folder: str) -> None:
        self._path = os.path.join(folder, "present.json")
        self._seen: dict[str, int] = {}
        self._folder_times: dict[str, int] = {}

    def has_tree(
        self,
        cache: ObjectCache,
        tree: str,
        hashes: Callable[[], Collection[str] | None],
        prefixes: Iterable[str] | None = None,
    ) -> bool:
        """Whether the listing `tree` and each file that it names, by its hash, are in the cache.

        Who has the first two digits of all hashes at hand is not asked for `hashes` in most cases.
        Who is, and has none, has an answer: no.
        """
        if not cache.has(tree):
            return False
        now = time.time_ns()
        since = self._since(cache, tree)
        changed = {
            prefix
            for prefix in (prefixes or {md5[:2] for md5 in hashes() or ()})
            if self._changed_at(cache, prefix) > since - _RACY_NS
        }
        if not changed:
            return True
        known = hashes()
        if known is None:
            return False
        wanted = {md5 for md5 in known if md5[:2] in changed}
        if not all(map(cache.has, wanted)):
            return False
        self.note(cache, tree, now)
        return True

    def begin(self) -> None:
        """Objects are about to be put, and nobody removes any meanwhile: look at folders anew."""
        self._folder_times.clear()

    def is_untouched(self, cache: ObjectCache, tree: str) -> bool:
        """Whether nothing can have gone since all of `tree` was seen; for who lacks its listing.

        False says nothing.
        """
        since = self._since(cache, tree) - _RACY_NS
        return cache.has(tree) and all(
            self._changed_at(cache, prefix) <= since for prefix in _PREFIXES
        )

    def note(self, cache: ObjectCache, tree: str, when_ns: int) -> None:
        """All of `tree` was in the cache at some time after `when_ns`."""
        self._seen[_key(cache, tree)] = when_ns

    def _since(self, cache: ObjectCache, tree: str) -> int:
        key = _key(cache, tree)
        return self._seen.get(key) or int(_read(self._path).get(key, 0))

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

    def _changed_at(self, cache: ObjectCache, prefix: str) -> int:
        folder = f"{cache.folder}/{prefix}"
        if folder not in self._folder_times:
            try:
                self._folder_times[folder] = os.stat(folder).st_mtime_ns
            except OSError:
                return time.time_ns()
        return self._folder_times[folder]


def _key(cache: ObjectCache, tree: str) -> str:
    return f"{cache.top} {tree}"


def _read(path: str) -> dict[str, Any]:
    data = read_hint(path)
    valid = isinstance(data, dict) and all(isinstance(when, int) for when in data.values())
    return data if valid else {}
