"""References as Git's "files" backend stores them, read without a process.

Two places: one loose file per reference, and `packed-refs` for those that `git pack-refs` and
clones put together; a loose file wins. Order matters: loose files are read *before* packed-refs,
because `git pack-refs` writes the packed file first and removes the loose one after.

Source: git's Documentation/gitrepository-layout and refs/files-backend.c. A repository of another
backend (reftable) is refused by `understands`; callers then ask `git`.
"""

from __future__ import annotations

import os

from assay.fs.reading import read_file
from assay.typed import NamedTuple

_HEX_DIGITS = "0123456789abcdef"
_SYMBOLIC = "ref:"
_LONGEST_CHAIN = 5  # as in Git (SYMREF_MAXDEPTH)
_LONGEST_BYTES = 1 << 13  # twice the longest path: an id, or the name of another reference
_READ_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC

# References of one work tree; all others are shared through the common directory.
_PER_WORK_TREE = ("refs/bisect/", "refs/rewritten/", "refs/worktree/")


class RefFiles(NamedTuple):
    """Where the references are: `git_dir` holds HEAD, `common_dir` (often the same) the rest."""

    git_dir: str
    common_dir: str

    def understands(self) -> bool:
        """Whether references are plain files here (not a reftable, not HEAD as a link)."""
        return not os.path.isdir(os.path.join(self.common_dir, "reftable")) and not os.path.islink(
            os.path.join(self.git_dir, "HEAD")
        )

    def value(self, name: str) -> str | None:
        """Object id of reference `name`, through symbolic references; None if there is none."""
        for _ in range(_LONGEST_CHAIN):
            content = self._loose(name)
            if content is None:
                return self._packed(name)
            if not content.startswith(_SYMBOLIC):
                return content if is_object_id(content) else None
            name = content[len(_SYMBOLIC) :].strip()
        return None

    def target(self, name: str) -> str | None:
        """The reference that the symbolic reference `name` points to; None if it is not one."""
        content = self._loose(name)
        if content is None or not content.startswith(_SYMBOLIC):
            return None
        return content[len(_SYMBOLIC) :].strip()

    def is_in_the_way(self, name: str) -> bool:
        """Whether a packed reference is a folder of `name`, or has that name as a folder."""
        text = self._packed_text() + b"\n"
        if b" " + os.fsencode(name) + b"/" in text:
            return True
        while (name := os.path.dirname(name)) != "refs":
            if b" " + os.fsencode(name) + b"\n" in text:
                return True
        return False

    def under(self, prefix: str) -> dict[str, str]:
        """All references below `prefix` ("refs/exps/") by name; broken ones are left out."""
        folder = prefix.rstrip("/")
        loose: dict[str, str] = {}
        self._scan(folder, loose)
        found = self._packed_under(f"{folder}/")
        for name, content in loose.items():
            value = self.value(name) if content.startswith(_SYMBOLIC) else content
            if value is not None and is_object_id(value):
                found[name] = value
        return found

    def path(self, name: str) -> str:
        """Where the loose file of a reference is, or would be."""
        shared = name.startswith("refs/") and not name.startswith(_PER_WORK_TREE)
        return os.path.join(self.common_dir if shared else self.git_dir, name)

    def _loose(self, name: str) -> str | None:
        try:
            return os.fsdecode(read_file(self.path(name))).strip()
        except OSError:
            return None

    def _scan(self, folder: str, found: dict[str, str]) -> None:
        try:
            entries = list(os.scandir(os.path.join(self.common_dir, folder)))
        except OSError:
            return
        for entry in entries:
            name = f"{folder}/{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                self._scan(name, found)
            elif not name.endswith(".lock") and (content := self._listed(entry, name)) is not None:
                found[name] = content

    def _listed(self, entry: os.DirEntry[str], name: str) -> str | None:
        """The content of a loose file that a listing says is plain: of these are thousands."""
        if not entry.is_file(follow_symlinks=False):
            return self._loose(name)
        try:
            descriptor = os.open(entry.path, _READ_FLAGS)
        except OSError:
            return None
        try:
            return os.fsdecode(os.read(descriptor, _LONGEST_BYTES)).strip()
        except OSError:
            return None
        finally:
            os.close(descriptor)

    def _packed_text(self) -> bytes:
        try:
            return read_file(os.path.join(self.common_dir, "packed-refs"))
        except OSError:
            return b""

    def _packed(self, name: str) -> str | None:
        text, wanted = self._packed_text() + b"\n", b" " + os.fsencode(name) + b"\n"
        end = text.find(wanted)
        while end >= 0:
            value = text[text.rfind(b"\n", 0, end) + 1 : end].decode("latin-1")
            if is_object_id(value):
                return value
            end = text.find(wanted, end + 1)
        return None

    def _packed_under(self, prefix: str) -> dict[str, str]:
        text, start = self._packed_text(), os.fsencode(prefix)
        first, last = text.find(b" " + start), text.rfind(b" " + start)
        if first < 0:
            return {}
        # The file is sorted: nearly all lines between these two are wanted, and no other.
        lines = text[text.rfind(b"\n", 0, first) + 1 : text.find(b"\n", last) + 1 or len(text)]
        found = {}
        for line in os.fsdecode(lines).split("\n"):
            value, _, name = line.partition(" ")
            if name.startswith(prefix) and is_object_id(value):
                found[name] = value
        return found


def is_object_id(text: str) -> bool:
    """Whether `text` is the full name of an object. Pure."""
    return len(text) in (40, 64) and not text.strip(_HEX_DIGITS)
