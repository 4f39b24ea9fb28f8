"""A snapshot's tree without a process, where Git would store each file as it is.

Nearly every file is stored byte for byte. What is not – filters, line ends, submodules, files that
are large, a repository of an unusual make – is left to Git's own index (`assay.git.snapshot`): here
is only what is certain to give the same tree.
"""

from __future__ import annotations

import os
import re

from assay.fs.reading import read_file
from assay.git import attributes, work_tree
from assay.git.object_files import ID_BYTES, ObjectFiles, object_files
from assay.git.objects import ObjectReader, TreeEntry, parse_tree
from assay.git.tree_edit import edited_tree
from assay.regex import regex
from assay.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from assay.git.repository import Repository

_LINK, _FILE, _PROGRAM = "120000", "100644", "100755"
_FILES = (_FILE, _PROGRAM)
_KNOWN_MODES = {"40000", "160000", _LINK, *_FILES}
_MOST_BYTES = 1 << 20

# What Git may refuse as part of a path: another spelling of ".git" on some file system.
_REFUSED = regex(r"(?:^|/)(?:\.git|git~1)(?!ignore|attributes|modules|keep)", re.IGNORECASE)


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


def plain_tree(repository: Repository, head: str, edits: Edits, *, durable: bool) -> str:
    """Id of the tree of the commit `head` with `edits`. Raises AskGit, GitFailed.

    With `durable` the objects are on disk when the call returns.
    """
    objects = object_files(repository, durable=durable)
    if objects is None:
        raise AskGit
    with ObjectReader(repository.root) as reader:
        trees = _Trees(objects, reader)
        top = repository.tree_of(head)
        untracked = [path for path in edits.forced if _is_new(path, top, edits, trees)]
        files = _contents(repository, edits, untracked)
        trees.check_attributes = not _check_plain(repository, files)
        changes = {**edits.staged, **dict.fromkeys(edits.gone)}
        for path, (data, mode) in files.items():
            changes[path] = TreeEntry(mode, objects.write("blob", data))
        return edited_tree(top, changes, read=trees.read, write=trees.write)


class _Trees:
    """The trees of the repository; each is read once.

    With `check_attributes` one that holds rules raises AskGit: they are not in the work tree, where
    they were looked for.
    """

    def __init__(self, objects: ObjectFiles, reader: ObjectReader) -> None:
        self.check_attributes = False
        self._objects = objects
        self._reader = reader
        self._known: dict[str, dict[str, TreeEntry]] = {}

    def read(self, tree: str) -> dict[str, TreeEntry]:
        if tree not in self._known:
            stored = self._objects.read(tree) or self._reader.read(tree)
            if stored is None or stored.kind != "tree":
                raise AskGit
            self._known[tree] = parse_tree(stored.data, ID_BYTES)
        found = self._known[tree]
        if not _KNOWN_MODES.issuperset(entry.mode for entry in found.values()):
            raise AskGit  # of a Git of long ago, which today's writes otherwise
        if self.check_attributes and attributes.FILE in found:
            raise AskGit
        return dict(found)

    def write(self, data: bytes) -> str:
        return self._objects.write("tree", data)


def _is_new(path: str, tree: str, edits: Edits, trees: _Trees) -> bool:
    """Whether nothing is tracked at `path`: what is and has not changed is in the tree already."""
    if path in edits.present:
        return False
    if path in edits.staged:
        return True
    while True:
        name, is_below, path = path.partition("/")
        entry = trees.read(tree).get(name)
        if entry is None or entry.is_tree != bool(is_below):
            return True
        if not is_below:
            return False
        tree = entry.id


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


def _check_plain(repository: Repository, files: Mapping[str, tuple[bytes, str]]) -> bool:
    """Whether there are rules, and Git was asked for them.

    Raises AskGit if it would store one of the files otherwise than it is.
    """
    for path, (data, mode) in files.items():
        if _REFUSED.search(path) or (b"\r" in data and mode != _LINK):
            raise AskGit
    if not attributes.are_there_any(repository, files):
        return False
    if attributes.filtered(repository, files):
        raise AskGit
    return True
