"""A line of text for each of many commits, kept so that nothing is collected twice (P8).

The first line of such a file says what it is:

    {"format": "assay revisions", "version": "2 0.1.0", "folder": ""}

`version` is that of the format and of the program, `folder` is where the project is in its Git
repository. Then one line per commit: its id, the CRC-32 of id and text in eight digits, the text.

New lines are appended in one write, so processes need no lock. A line whose sum is wrong counts as
absent, of several lines for one commit the last counts; another first line means another program,
and the file is written anew. It is a hint: deleting it costs time only.
"""

from __future__ import annotations

import os
from zlib import crc32

from assay import __version__, quick_json
from assay.fs.atomic import write_bytes
from assay.fs.reading import read_file
from assay.typed import Collection, Mapping

_MOST_BYTES = 64 << 20
"""A larger file is replaced by what was last asked for."""


class CommitTexts:
    """The file at `path` for the project that is at `folder` of its repository. Never fails.

    `kind` and `version` say what the texts are.
    """

    __slots__ = ("_data", "_header", "_path")

    def __init__(self, path: str, folder: str, *, kind: str, version: int) -> None:
        self._path = path
        about = {"format": f"assay {kind}", "version": f"{version} {__version__}"}
        self._header = quick_json.dumps({**about, "folder": folder}).encode() + b"\n"
        self._data = b""

    def load(self, commits: Collection[str]) -> dict[str, str]:
        """What is known of `commits`."""
        self._data = self._read()
        wanted = {commit.encode() for commit in commits}
        found: dict[str, str] = {}
        for line in self._data.split(b"\n"):
            commit, _, rest = line.partition(b" ")
            if commit in wanted and rest[:8] == _sum(commit, rest[9:]):
                found[commit.decode()] = rest[9:].decode()
        return found

    def add(self, new: Mapping[str, str], used: Mapping[str, str]) -> None:
        """Keep `new`, texts of one line; `used` is what else is worth keeping. After `load`."""
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


def _lines(texts: Mapping[str, str]) -> bytes:
    pairs = ((commit.encode(), text.encode()) for commit, text in texts.items())
    return b"".join(b"%s %s %s\n" % (commit, _sum(commit, text), text) for commit, text in pairs)


def _sum(commit: bytes, text: bytes) -> bytes:
    return b"%08x" % crc32(text, crc32(commit))
