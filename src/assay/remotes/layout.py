"""Where an object stands: the same tree below a cache and below any remote (spec/data.md §8.1).

    files/md5/xx/yyyy…[.dir]        objects
    xx/yyyy…[.dir]                  objects of DVC 2.x
    runs/kk/<key>/<value>           the run cache

A path in this package is POSIX and relative to that top, unless its name says otherwise.
"""

from __future__ import annotations

from assay.regex import regex
from assay.store.hashes import LEGACY_MD5, MD5, TREE_SUFFIX
from assay.typed import NamedTuple

RUNS = "runs"
_MD5_FOLDER = "files/md5/"
_OBJECT = regex(r"(files/md5/)?([0-9a-f]{2})/([0-9a-f]{30}(?:\.dir)?)")


class ObjectName(NamedTuple):
    """What a path names: the kind of hash, and the hash (`….dir` for a directory)."""

    kind: str
    id: str

    @property
    def md5(self) -> str:
        """The hash of the object's own bytes, without the suffix of a directory."""
        return self.id.removesuffix(TREE_SUFFIX)


def object_path(object_id: str, kind: str = MD5) -> str:
    """Where the object is or would be."""
    folder = _MD5_FOLDER if kind == MD5 else ""
    return f"{folder}{object_id[:2]}/{object_id[2:]}"


def object_name(path: str) -> ObjectName | None:
    """The object that stands at `path`; None for anything else, such as a run-cache entry."""
    match = _OBJECT.fullmatch(path)
    if match is None:
        return None
    return ObjectName(MD5 if match[1] else LEGACY_MD5, match[2] + match[3])


def expected_md5(path: str) -> str | None:
    """The MD5 that the bytes of the object at `path` must have; None if its name does not say."""
    if not path.startswith(_MD5_FOLDER):
        return None
    prefix, _, rest = path[len(_MD5_FOLDER) :].partition("/")
    return prefix + rest.removesuffix(TREE_SUFFIX)


def legacy_md5(path: str) -> str | None:
    """The text-normalising hash that a 2.x object at `path` must have; None for other paths."""
    name = object_name(path)
    return name.md5 if name is not None and name.kind == LEGACY_MD5 else None


def is_run(path: str) -> bool:
    """Whether `path` belongs to the run cache, where files are as anyone's."""
    return path.startswith(RUNS + "/")
