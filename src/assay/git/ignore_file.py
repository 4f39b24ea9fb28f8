"""Lines of `.gitignore` files: one per cached output, in the folder of the output.

The text functions are pure; `IgnoreEdits` writes the files and can take back what it added.
Source: spec/pipelines.md §8.1, gitignore(5).
"""

from __future__ import annotations

import os

from assay.errors import UnsafePath
from assay.fs.atomic import write_bytes
from assay.fs.reading import read_or_none
from assay.typed import Iterable

IGNORE_FILE = ".gitignore"

# What gitignore(5) gives a meaning to. DVC leaves the backslash and the trailing blank alone, and
# its line then ignores something else.
_SPECIAL = (b"\\", b"!", b"*", b"?", b"#", b"[", b"]")

# No line can hold these; "?" stands for any one character.
_LINE_ENDS = (b"\r", b"\n")


def line_for(name: str) -> bytes:
    """The rule that ignores `name` in the folder of the rule, and nothing else."""
    escaped = os.fsencode(name)
    for sign in _SPECIAL:
        escaped = escaped.replace(sign, b"\\" + sign)
    for sign in _LINE_ENDS:
        escaped = escaped.replace(sign, b"?")
    return b"/" + (escaped[:-1] + b"\\ " if escaped.endswith(b" ") else escaped)


def with_line(text: bytes, name: str) -> bytes:
    """`text` with the rule for `name` at its end; a missing last line end is added first."""
    separator = b"" if not text or text.endswith(b"\n") else b"\n"
    return text + separator + line_for(name) + b"\n"


def without_line(text: bytes, name: str) -> bytes:
    """`text` without the rules for `name`, also those that lack an escape. Other bytes stay."""
    rules = {line_for(name), b"/" + os.fsencode(name)}
    lines = text.splitlines(keepends=True)
    return b"".join(line for line in lines if line.rstrip(b"\r\n") not in rules)


def hidden_by_own_lines(paths: Iterable[str]) -> set[str]:
    """Those of `paths` (absolute) that the rule for them alone, in the file beside them, ignores.

    Reads each `.gitignore` once and asks nobody. Nothing goes before a rule that is so near, but a
    later line of the same file that takes something back: then Git knows better.
    """
    rules: dict[str, set[bytes]] = {}
    hidden = set()
    for path in paths:
        file, name = _file_and_name(path)
        if file not in rules:
            text = b"" if os.path.islink(file) else read_or_none(file) or b""
            lines = [] if b"!" in text else text.split(b"\n")
            rules[file] = {line.removesuffix(b"\r") for line in lines}
        if line_for(name) in rules[file]:
            hidden.add(path)
    return hidden


class IgnoreEdits:
    """The `.gitignore` lines that one command adds; `roll_back` removes them if it fails.

    Each change is written at once and atomically. Paths are absolute, without a "/" at the end.
    """

    __slots__ = ("_added", "_before", "_written")

    def __init__(self) -> None:
        self._added: dict[str, list[tuple[int, str]]] = {}
        self._before: dict[str, bytes | None] = {}
        self._written: dict[str, bytes] = {}

    def __bool__(self) -> bool:
        """Whether there is anything to take back."""
        return bool(self._added)

    def add(self, path: str, *, rank: int = 0) -> str:
        """Ignore the file or directory at `path`; the `.gitignore` that was written.

        The line goes to the end, but before added lines of a higher `rank`. Does not ask whether
        Git ignores it already (`assay.git.ignored`). Raises FileNotFoundError when the folder of
        `path` does not exist, UnsafePath when its `.gitignore` is a link.
        """
        file, name = _file_and_name(path)
        text = _read(file)
        before = self._before.setdefault(file, text)
        added = self._added.setdefault(file, [])
        untouched = bool(added) and text == self._written[file]
        is_last = not added or added[-1][0] <= rank
        added.append((rank, name))
        if untouched and not is_last:
            added.sort(key=lambda line: line[0])
            names, start = [name for _, name in added], before
        else:
            names, start = [name], text
        text = start or b""
        for name in names:
            text = with_line(text, name)
        self._written[file] = text
        write_bytes(file, text)
        return file

    def roll_back(self) -> list[str]:
        """Remove what `add` added; the files concerned. May be called again, then does nothing.

        A file that nobody else changed becomes what it was, to the byte; one that we made is
        deleted.
        """
        files = list(self._added)
        for file, added in self._added.items():
            text = _read(file)
            if text == self._written[file]:
                _write_or_delete(file, self._before[file])
            elif text is not None:
                for _, name in added:
                    text = without_line(text, name)
                _write_or_delete(file, text)
        self._added.clear()
        self._before.clear()
        self._written.clear()
        return files


def stop_ignoring(path: str) -> str | None:
    """Remove the rules for `path` (absolute) beside it; the file if it changed, None otherwise.

    A `.gitignore` that is empty then is deleted. Raises UnsafePath if it is a link.
    """
    file, name = _file_and_name(path)
    text = _read(file)
    if text is None or (left := without_line(text, name)) == text:
        return None
    _write_or_delete(file, left)
    return file


def _file_and_name(path: str) -> tuple[str, str]:
    folder, name = os.path.split(path)
    return os.path.join(folder, IGNORE_FILE), name


def _read(file: str) -> bytes | None:
    if os.path.islink(file):
        # Git does not read it, and through it a hostile repository could have us write elsewhere.
        raise UnsafePath(
            f"'{file}' is a symbolic link", hint="put a file in its place: Git does not read links"
        )
    return read_or_none(file)


def _write_or_delete(file: str, text: bytes | None) -> None:
    if text:
        write_bytes(file, text)
    elif os.path.lexists(file):
        os.unlink(file)
