"""A snapshot's tree without a process, where Git would store each file as it is.

Nearly every file is stored byte for byte. What is not – filters, line ends, submodules, files that
are large, a repository of an unusual make – is left to Git's own index (`assay.git.snapshot`): here
is only what is certain to give the same tree.
"""

from __future__ import annotations

import os

from assay.fs.reading import read_file
from assay.git import attributes, work_tree
from assay.git.object_files import ID_BYTES
from assay.git.objects import ObjectReader, TreeEntry, parse_tree
from assay.git.tree_edit import edited_tree
from assay.regex import regex
from assay.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from assay.git.repository import Repository
    from assay.typed import Iterable, Mapping

_LINK, _FILE, _PROGRAM = "120000", "100644", "100755"
_FILES = (_FILE, _PROGRAM)
_KNOWN_MODES = {"40000", "160000", _LINK, *_FILES}
_MOST_BYTES = 1 << 20

# What Git may refuse as part of a path: another spelling of ".git" on some file system.
_REFUSED = regex(r"(?i)(?:^|/)(?:\.git|git~1)(?!ignore|attributes|modules|keep)")


class AskGit(Exception):
    """Only Git knows what the tree is."""


class Edits(NamedTuple):
    """What a tree has otherwise than HEAD, by path from the root; of two the later one counts.

    `staged`: entries as the index has them; `gone`: files that are not there; `present`: changed
    files and their modes; `forced`: files to take from the work tree if nothing is tracked there;
    `contents`: bytes and mode.
    """

    staged: Mapping[str, TreeEntry | None]
    gone: Iterable[str]
    present: Mapping[str, str]
    forced: Iterable[str]
    contents: Mapping[str, tuple[bytes, str]]


class PlainTrees:
    """Makes trees of one repository, and commits of them; each folder is read once.

    Raises AskGit when made where Git itself has to write. With `durable` what is made is on disk
    when a call returns. To be used in a `with`.
    """

    def __init__(self, repository: Repository, *, durable: bool) -> None:
        objects = repository.object_files(durable=durable)
        if objects is None:
            raise AskGit
        self.objects = objects
        self._repository = repository
        self._reader = ObjectReader(repository.root)
        self._known: dict[str, dict[str, TreeEntry]] = {}
        self._has_rules = False
        self._unfiltered: set[str] = set()

    def __enter__(self) -> PlainTrees:
        return self

    def __exit__(self, *_: object) -> None:
        self._reader.close()

    def edited(self, tree: str, edits: Edits) -> str:
        """Id of the tree `tree` with `edits`. Raises AskGit, GitFailed."""
        untracked = [path for path in edits.forced if self._is_new(path, tree, edits)]
        files = _contents(self._repository, edits, untracked)
        self._check_plain(files)
        changes = {**edits.staged, **dict.fromkeys(edits.gone)}
        for path, (data, mode) in files.items():
            changes[path] = TreeEntry(mode, self.objects.write("blob", data))
        return edited_tree(tree, changes, read=self._read, write=self._write)

    def _read(self, tree: str) -> dict[str, TreeEntry]:
        found = self._entries(tree)
        if attributes.FILE in found and not self._has_rules:
            raise AskGit  # it is not in the work tree, where we looked for it, but counts
        return dict(found)

    def _entries(self, tree: str) -> dict[str, TreeEntry]:
        if tree not in self._known:
            stored = self.objects.read(tree) or self._reader.read(tree)
            if stored is None or stored.kind != "tree":
                raise AskGit
            entries = parse_tree(stored.data, ID_BYTES)
            if not _KNOWN_MODES.issuperset(entry.mode for entry in entries.values()):
                raise AskGit  # of a Git of long ago, which today's writes otherwise
            self._known[tree] = entries
        return self._known[tree]

    def _write(self, data: bytes) -> str:
        return self.objects.write("tree", data)

    def _is_new(self, path: str, tree: str, edits: Edits) -> bool:
        """Whether nothing is tracked at `path`: what is and has not changed is in the tree."""
        if path in edits.present:
            return False
        if path in edits.staged:
            return True
        while True:
            name, is_below, path = path.partition("/")
            entry = self._entries(tree).get(name)
            if entry is None or entry.is_tree != bool(is_below):
                return True
            if not is_below:
                return False
            tree = entry.id

    def _check_plain(self, files: Mapping[str, tuple[bytes, str]]) -> None:
        """Raise AskGit if Git would store one of the files otherwise than it is."""
        for path, (data, mode) in files.items():
            if _is_refused(path) or (b"\r" in data and mode != _LINK):
                raise AskGit
        new = files.keys() - self._unfiltered
        if new and attributes.are_there_any(self._repository, new):
            self._has_rules = True
            if attributes.filtered(self._repository, new):
                raise AskGit
        self._unfiltered |= new


def _contents(
    repository: Repository, edits: Edits, untracked: Iterable[str]
) -> dict[str, tuple[bytes, str]]:
    """Path → bytes and mode of all files that are not in the tree yet."""
    root = repository.root
    has_modes = repository.settings().flag("core.fileMode", default=True)
    modes = {path: _mode(root, path, has_modes=has_modes) for path in untracked}
    modes.update(edits.present)
    read = {path: (_bytes(root, path, mode), mode) for path, mode in modes.items()}
    return {**read, **edits.contents}


def _mode(root: str, path: str, *, has_modes: bool) -> str:
    if os.path.islink(os.path.join(root, path)):
        return _LINK
    return work_tree.file_mode(root, path) if has_modes else _FILE


def _bytes(root: str, path: str, mode: str) -> bytes:
    """What Git would store of the file `path`, if it has no filter. Raises AskGit if it may."""
    place = os.path.join(root, path)
    try:
        if mode == _LINK:
            return os.fsencode(os.readlink(place))
        if mode in _FILES and os.lstat(place).st_size <= _MOST_BYTES:
            return read_file(place)
    except OSError:
        pass  # gone in the meantime, or forbidden: Git says what it thinks of it
    raise AskGit


def _is_refused(path: str) -> bool:
    """Whether Git may refuse a file of this name: it looks like a repository's own."""
    folded = path.lower()
    return (".git" in folded or "git~1" in folded) and _REFUSED.search(path) is not None
