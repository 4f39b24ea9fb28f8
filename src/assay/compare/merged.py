"""The values of several files as one mapping, for programs that do not care about files."""

from __future__ import annotations

from collections import Counter

from assay.compare.readings import Failure, Files
from assay.errors import AssayError
from assay.typed import Any, Mapping


class Unreadable(AssayError):
    """A file of parameters or metrics is missing, or is none."""

    def __init__(self, path: str, failure: Failure) -> None:
        super().__init__(f"'{path}' cannot be read: {failure.msg}")
        self.path = path


def merged(files: Files) -> dict[str, Any]:
    """The top-level keys of all files; one that several files have is called `file:key`.

    A file without keys of its own counts as one value under its path. Raises Unreadable. As
    `dvc.api` merges (spec/clients.md §3).
    """
    contents = {path: _mapping(path, content) for path, content in files.items()}
    count = Counter(key for content in contents.values() for key in content)
    return {
        key if count[key] == 1 else f"{path}:{key}": value
        for path, content in contents.items()
        for key, value in content.items()
    }


def merged_readable(files: Files) -> dict[str, Any]:
    """The same of those files that can be read."""
    return merged({p: content for p, content in files.items() if not isinstance(content, Failure)})


def _mapping(path: str, content: object) -> Mapping[str, Any]:
    if isinstance(content, Failure):
        raise Unreadable(path, content)
    return content if isinstance(content, dict) else {path: content}
