"""From the cache of DVC 2.x to that of DVC 3: objects get the names of their plain bytes.

The old ones stay where they are, as other names of the same files (spec/data.md §7).
"""

from __future__ import annotations

import os

from assay.regex import Expression, regex
from assay.store.cache import ObjectCache
from assay.store.hashes import TREE_SUFFIX, Fingerprint, legacy_md5_file, md5_file
from assay.store.trees import TreeEntry, tree_bytes, tree_id

_FOLDER = regex(r"[0-9a-f]{2}")
_FILE = regex(r"[0-9a-f]{30}(\.dir)?")


class Migration:
    """One migration; every object is read at most once. `new_objects` counts what was linked."""

    __slots__ = ("_cache", "_legacy", "_names", "new_objects")

    def __init__(self, legacy: ObjectCache, cache: ObjectCache) -> None:
        self._legacy = legacy
        self._cache = cache
        self._names: dict[str, str | None] = {}
        self.new_objects = 0

    def objects(self) -> list[str]:
        """The names of all objects of the old cache, sorted."""
        return [
            folder + file
            for folder in _matching(self._legacy.folder, _FOLDER)
            for file in _matching(os.path.join(self._legacy.folder, folder), _FILE)
        ]

    def migrate(self, object_id: str) -> str | None:
        """The new name of an old object, which has it now; None if it is missing or damaged.

        A listing keeps its bytes and so its name: the files in it have their old names there.
        """
        if object_id not in self._names:
            self._names[object_id] = self._migrate(object_id)
        return self._names[object_id]

    def tracked(self, object_id: str) -> Fingerprint | None:
        """What to record instead of an old file or directory; None if the cache lacks part of it.

        A directory gets a new listing, with the new names of its files.
        """
        if object_id.endswith(TREE_SUFFIX):
            return self._tracked_tree(object_id)
        name = self.migrate(object_id)
        if name is None:
            return None
        return Fingerprint(name, os.stat(self._cache.path(name)).st_size)

    def _migrate(self, object_id: str) -> str | None:
        path = self._legacy.path(object_id)
        try:
            name = md5_file(path)
        except OSError:
            return None
        suffix = TREE_SUFFIX if object_id.endswith(TREE_SUFFIX) else ""
        if name + suffix != object_id and legacy_md5_file(path) + suffix != object_id:
            return None
        self.new_objects += self._cache.put_link(path, name + suffix)
        return name + suffix

    def _tracked_tree(self, object_id: str) -> Fingerprint | None:
        old_entries = self._legacy.read_tree(object_id)
        if old_entries is None:
            return None
        entries = []
        for entry in old_entries:
            name = self.migrate(entry.md5)
            if name is None:
                return None
            entries.append(TreeEntry(entry.path, name))
        data = tree_bytes(entries)
        self._cache.put_bytes(tree_id(data), data)
        return Fingerprint(tree_id(data), self._cache.total_size(entries) or 0, len(entries))


def _matching(folder: str, pattern: Expression[str]) -> list[str]:
    try:
        return sorted(name for name in os.listdir(folder) if pattern.fullmatch(name))
    except OSError:
        return []
