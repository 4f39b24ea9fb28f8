"""Files that are neither in the workspace nor in a commit, but in the cache, because an output
holds them: a metrics file that Git does not track is found there (spec/experiments.md §5.2).
"""

from __future__ import annotations

import errno
import os

from assay.compare.sections import recorded_outputs
from assay.fs.reading import read_file
from assay.pipeline.load import Pipeline
from assay.pipeline.records import record_of
from assay.store.cache import ObjectCache
from assay.store.hashes import LEGACY_MD5, TREE_SUFFIX, check_object_id
from assay.typed import Any, Callable, Iterator, Mapping, NamedTuple, TypeVar

T = TypeVar("T")
_GONE = "No storage files available"


class _Object(NamedTuple):
    """An object of the cache; `is_legacy` says in which half of it."""

    id: str
    is_legacy: bool


class CachedValues:
    """Parsed files of the cache at `folder` (absolute), by object; each is read once."""

    __slots__ = ("_caches", "_values")

    def __init__(self, folder: str) -> None:
        self._caches = (ObjectCache(folder), ObjectCache(folder, kind=LEGACY_MD5))
        self._values: dict[tuple[str, _Object], object] = {}

    def listing(self, item: _Object) -> Mapping[str, _Object]:
        """Path inside → object, for a directory; empty if it is not in the cache."""
        entries = self._caches[item.is_legacy].read_tree(item.id) or ()
        return {entry.path: _Object(entry.md5, item.is_legacy) for entry in entries}

    def read(self, item: _Object) -> bytes:
        """The bytes of an object that is a file. Raises FileNotFoundError and other OSErrors."""
        return read_file(self._caches[item.is_legacy].path(item.id))

    def values(self, path: str, item: _Object) -> object:
        """The values in an object that is a file called `path`.

        Raises ParametersUnreadable, FileNotFoundError and other OSErrors.
        """
        key = (path, item)
        if key not in self._values:
            from assay.formats.parameters import read_parameters  # parsers, seldom needed here

            self._values[key] = read_parameters(path, self.read(item))
        return self._values[key]


class TrackedFiles:
    """The files that the outputs of one pipeline hold, as recorded.

    `has_gaps` turns true when something is looked for that should be in the cache and is not.
    """

    __slots__ = ("_cached", "_load", "_outputs", "has_gaps")

    def __init__(self, load: Callable[[], Pipeline], cached: CachedValues) -> None:
        self._load = load
        self._cached = cached
        self.has_gaps = False
        self._outputs: Mapping[str, Mapping[str, Any]] | None = None

    def values(self, path: str) -> object:
        """The values in the tracked file at `path`.

        Raises FileNotFoundError, in other words for a path that is tracked than for one that is
        not; ParametersUnreadable; what loading a pipeline raises.
        """
        return self._found(path, lambda item: self._cached.values(path, item))

    def read(self, path: str) -> bytes:
        """The bytes of the tracked file at `path`. Raises as `values`."""
        return self._found(path, self._cached.read)

    def _found(self, path: str, read: Callable[[_Object], T]) -> T:
        output = self._output_around(path)
        if output is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        item = self._object_in(output, path)
        if item is not None:
            try:
                return read(item)
            except FileNotFoundError:
                pass
        self.has_gaps = True
        raise FileNotFoundError(errno.ENOENT, _GONE, path)

    def has(self, path: str) -> bool:
        """Whether `path` is a tracked file, in the cache or not. Raises as `values`."""
        output = self._output_around(path)
        return output is not None and (output == path or self._object_in(output, path) is not None)

    def below(self, folder: str) -> list[str]:
        """Paths of tracked files in a directory, empty if there is none. Raises as `values`."""
        output = self._output_around(folder)
        if output is not None:
            inside = folder[len(output) + 1 :]
            return [f"{output}/{path}" for path in self._listing(output) if _is_in(path, inside)]
        return [path for path in self._files_of_outputs() if path.startswith(f"{folder}/")]

    def _output_around(self, path: str) -> str | None:
        """The output at `path` or above it."""
        outputs = self._known()
        while path and path not in outputs:
            path = path.rpartition("/")[0]
        return path or None

    def _object_in(self, output: str, path: str) -> _Object | None:
        if path == output:
            return _object_of(self._known()[output])
        return self._listing(output).get(path[len(output) + 1 :])

    def _listing(self, output: str) -> Mapping[str, _Object]:
        item = _object_of(self._known()[output])
        if item is None or not item.id.endswith(TREE_SUFFIX):
            return {}
        listing = self._cached.listing(item)
        self.has_gaps |= not listing
        return listing

    def _files_of_outputs(self) -> Iterator[str]:
        for output in self._known():
            listing = self._listing(output)
            yield from (f"{output}/{path}" for path in listing)
            if not listing:
                yield output

    def _known(self) -> Mapping[str, Mapping[str, Any]]:
        if self._outputs is None:
            self._outputs = dict(recorded_outputs(self._load()))
        return self._outputs


def _object_of(item: Mapping[str, Any]) -> _Object | None:
    record = record_of(dict(item))
    if record.md5 is None:
        return None
    return _Object(check_object_id(record.md5), record.is_legacy)


def _is_in(path: str, folder: str) -> bool:
    return not folder or path.startswith(f"{folder}/")
