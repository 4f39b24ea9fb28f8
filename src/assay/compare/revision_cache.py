"""What was collected of commits, kept so that nothing is collected twice (P8).

`.dvc/tmp/assay/revisions`, text. The first line says what the file is:

    {"format": "assay revisions", "version": "1 0.1.0", "folder": ""}

`version` is that of the format and of the program, `folder` is where the project is in its Git
repository. Then one line per commit, its id and a JSON object after a blank (shown in two lines):

    9f82… {"time": 1700000000, "params": {"params.yaml": {"data": {"lr": 0.1}}}, "metrics": {…},
           "deps": {"in.txt": ["2094…", 8, null]}, "outs": {"m": ["1fe7…", 8, null, true, false]}}

`time` is the commit's in seconds; a dependency is its hash, size and number of files, an output has
`use_cache` and `is_data_source` besides. A file that could not be read has `"error": [type, text]`
in place of `data`, and so has a commit that could not be read in place of everything but `time`.

Commits of which the DVC cache lacks something are not kept: it may come back.

New lines are appended in one write, so processes need no lock. A line that cannot be read counts as
absent, of several lines for one commit the last counts; another first line means another program,
and the file is written anew. It is a hint: deleting it costs time only.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Mapping, Sequence

from assay import __version__
from assay.compare.records import Contents, DependencyContent, Failure, Files, OutputContent
from assay.fs.atomic import write_bytes
from assay.fs.reading import read_file
from assay.typed import Any, NamedTuple

_VERSION = f"1 {__version__}"
_DAMAGE = (ValueError, TypeError, KeyError, AttributeError, RecursionError)
_MOST_BYTES = 64 << 20
"""A larger file is replaced by what was last asked for."""


class Collected(NamedTuple):
    """What a commit holds, or why it cannot be read; the commit's time in seconds since 1970.

    The contents have no `timestamp`, which depends on the time zone of who looks.
    """

    time: int
    outcome: Contents | Failure


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
        lines = [line.partition(b" ") for line in self._data.split(b"\n")]
        names = [name for name, _, _ in lines if name in wanted]
        found = _parsed([text for name, _, text in lines if name in wanted])
        return {
            name.decode(): item for name, item in zip(names, found, strict=True) if item is not None
        }

    def add(self, new: Mapping[str, Collected], used: Mapping[str, Collected]) -> None:
        """Keep `new`; `used` is what else is worth keeping. After `load`."""
        if not new:
            return
        lines = _lines(new)
        try:
            if self._data and len(self._data) + len(lines) < _MOST_BYTES:
                _append(self._path, lines if self._data.endswith(b"\n") else b"\n" + lines)
            else:
                os.makedirs(os.path.dirname(self._path), exist_ok=True)
                write_bytes(self._path, self._header + _lines({**used, **new}))
        except OSError:
            pass  # a hint that cannot be written costs time only

    def _read(self) -> bytes:
        try:
            data = read_file(self._path)
        except OSError:
            return b""
        return data if data.startswith(self._header) else b""


def _append(path: str, lines: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
    try:
        os.write(descriptor, lines)
    finally:
        os.close(descriptor)


def _lines(commits: Mapping[str, Collected]) -> bytes:
    text = json.JSONEncoder(separators=(",", ":")).encode
    rows = (f"{commit} {text(_as_item(item))}\n" for commit, item in commits.items())
    return "".join(rows).encode()


def _as_item(collected: Collected) -> dict[str, object]:
    time, outcome = collected
    if isinstance(outcome, Failure):
        return {"time": time, "error": outcome}
    return {
        "time": time,
        "params": _files_as_item(outcome.params),
        "metrics": _files_as_item(outcome.metrics),
        "deps": outcome.deps,
        "outs": outcome.outs,
    }


def _files_as_item(files: Files) -> dict[str, object]:
    return {
        path: {"error" if isinstance(content, Failure) else "data": content}
        for path, content in files.items()
    }


def _parsed(texts: Sequence[bytes]) -> list[Collected | None]:
    """What each line says, None for one that is damaged. Together they are parsed much faster."""
    try:
        items = json.loads(b"[%s]" % b",".join(texts))
    except _DAMAGE:
        items = []
    if len(items) != len(texts):
        return [_parsed([text])[0] for text in texts] if len(texts) > 1 else [None]
    return [_collected(item) for item in items]


def _collected(item: Any) -> Collected | None:
    try:
        return Collected(int(item["time"]), _outcome(item))
    except _DAMAGE:
        return None


def _outcome(item: Any) -> Contents | Failure:
    if "error" in item:
        return Failure(*item["error"])
    return Contents(
        params=_files(item["params"]),
        metrics=_files(item["metrics"]),
        deps={path: DependencyContent(*row) for path, row in item["deps"].items()},
        outs={path: OutputContent(*row) for path, row in item["outs"].items()},
    )


def _files(item: Any) -> dict[str, object]:
    return {
        path: Failure(*file["error"]) if "error" in file else file["data"]
        for path, file in item.items()
    }
