"""What was collected of commits, kept so that nothing is collected twice (P8).

`.dvc/tmp/assay/revisions`, text. The first line says what the file is:

    {"format": "assay revisions", "version": 1, "folder": ""}

`folder` is where the project is in its Git repository. Then one line per commit, its id and a JSON
object after a blank (shown in two lines here):

    9f82… {"time": 1700000000, "params": {"params.yaml": {"lr": 0.1}}, "metrics": {…},
           "deps": {"in.txt": ["2094…", 8, null]}, "outs": {"m": ["1fe7…", 8, null, true, false]}}

`time` is the commit's in seconds; a dependency is its hash, size and number of files, an output has
`use_cache` and `is_data_source` besides. Commits in which a file could not be read are not kept:
the reason may be a missing cache object that comes back.

New lines are appended in one write, so processes need no lock. A line that cannot be read counts as
absent, of several lines for one commit the last counts; another first line means another program,
and the file is written anew. It is a hint: deleting it costs time only.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from assay.compare.records import Contents, DependencyContent, Failure, OutputContent
from assay.fs.atomic import write_bytes

_VERSION = 1
_MOST_BYTES = 64 << 20
"""A larger file is replaced by what was last asked for."""


class Collected(NamedTuple):
    """The contents of a commit and its time, in seconds since 1970."""

    time: int
    contents: Contents
    """Without `timestamp`, which depends on the time zone of who looks."""


class RevisionCache:
    """The file at `path` for the project that is at `folder` of its repository. Never fails."""

    __slots__ = ("_data", "_header", "_path")

    def __init__(self, path: str, folder: str) -> None:
        self._path = path
        header = {"format": "assay revisions", "version": _VERSION, "folder": folder}
        self._header = json.dumps(header).encode() + b"\n"
        self._data = b""

    def load(self, commits: Collection[str]) -> dict[str, Collected]:
        """What is known of `commits`."""
        self._data = self._read()
        wanted = {commit.encode() for commit in commits}
        found: dict[str, Collected] = {}
        for line in self._data.split(b"\n"):
            commit, _, text = line.partition(b" ")
            if commit in wanted:
                collected = _from_text(text)
                if collected is not None:
                    found[commit.decode()] = collected
        return found

    def add(self, new: Mapping[str, Collected], used: Mapping[str, Collected]) -> None:
        """Keep what is complete of `new`; `used` is what else is worth keeping. After `load`."""
        lines = b"".join(_line(*item) for item in new.items() if _is_complete(item[1].contents))
        if not lines:
            return
        try:
            if self._data and len(self._data) + len(lines) < _MOST_BYTES:
                _append(self._path, lines if self._data.endswith(b"\n") else b"\n" + lines)
            else:
                kept = b"".join(_line(*item) for item in used.items() if item[0] not in new)
                os.makedirs(os.path.dirname(self._path), exist_ok=True)
                write_bytes(self._path, self._header + kept + lines)
        except OSError:
            pass  # a hint that cannot be written costs time only

    def _read(self) -> bytes:
        try:
            with open(self._path, "rb") as file:
                data = file.read()
        except OSError:
            return b""
        return data if data.startswith(self._header) else b""


def _append(path: str, lines: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
    try:
        os.write(descriptor, lines)
    finally:
        os.close(descriptor)


def _is_complete(contents: Contents) -> bool:
    files = (*contents.params.values(), *contents.metrics.values())
    return not any(isinstance(content, Failure) for content in files)


def _line(commit: str, collected: Collected) -> bytes:
    contents = collected.contents
    item = {
        "time": collected.time,
        "params": contents.params,
        "metrics": contents.metrics,
        "deps": contents.deps,
        "outs": contents.outs,
    }
    return f"{commit} {json.dumps(item, separators=(',', ':'))}\n".encode()


def _from_text(text: bytes) -> Collected | None:
    try:
        item = json.loads(text)
        contents = Contents(
            params=_mapping(item["params"]),
            metrics=_mapping(item["metrics"]),
            deps={path: DependencyContent(*row) for path, row in item["deps"].items()},
            outs={path: OutputContent(*row) for path, row in item["outs"].items()},
        )
        return Collected(int(item["time"]), contents)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _mapping(value: Any) -> dict[str, object]:
    if not isinstance(value, dict):
        raise TypeError
    return value
