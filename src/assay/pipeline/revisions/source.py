"""The files of a project as one commit has them: `ProjectFiles` over Git objects.

What Git ignores does not matter in a commit; what `.dvcignore` leaves out does. Symbolic links
are followed as far as they stay in the project, like in the workspace.
"""

from __future__ import annotations

import errno
import os

from assay.formats.parameters import read_parameters
from assay.fs.gitignore import Pattern
from assay.fs.ignore import IGNORE_FILE
from assay.git.objects import TreeEntry
from assay.pipeline.revisions.ignore import Rules, is_left_out, read_patterns
from assay.pipeline.revisions.objects import PRIVATE, RevisionObjects
from assay.typed import Iterable, Iterator

_MOST_LINKS = 40  # as Linux (path_resolution(7))


class RevisionSource:
    """Files below the project root in one commit; `tree` is the tree of that root."""

    __slots__ = ("_entries", "_objects", "_rules", "_stage_files", "_tree")

    def __init__(self, objects: RevisionObjects, tree: str) -> None:
        self._objects = objects
        self._tree = tree
        self._entries: dict[str, TreeEntry | None] = {}
        self._rules: Rules | None = None
        self._stage_files: list[str] | None = None

    def object_id(self, path: str) -> str | None:
        """What tells two contents of a path apart: id of its blob or tree, None if not there."""
        entry = self._find(path)
        return None if entry is None else entry.id

    def blob_id(self, path: str) -> str | None:
        """Id of the file at `path`, None when there is none."""
        entry = self._find(path)
        return None if entry is None or entry.is_tree else entry.id

    def read(self, path: str) -> bytes | None:
        """The bytes of a file; None when there is none. Raises IsADirectoryError."""
        entry = self._file(path)
        return None if entry is None else self._objects.blob(entry.id)

    def values(self, path: str) -> object:
        """The values in a parameter or metrics file, parsed once per content.

        Raises ParametersUnreadable, FileNotFoundError, IsADirectoryError.
        """
        blob_id = self._existing(path).id
        return self._objects.once(
            ("values", path, blob_id),
            lambda: read_parameters(path, self._objects.blob(blob_id)),
        )

    def stage_files(self) -> list[str]:
        """Every dvc.yaml and .dvc file that no .dvcignore leaves out, sorted."""
        if self._stage_files is None:
            found = self._objects.stage_files(self._tree)
            self._stage_files = self._not_left_out(path for path in found if not _is_rules(path))
        return self._stage_files

    def mode(self, path: str) -> str | None:
        """Git's mode of what is at `path`, links followed ("100755" can be run)."""
        entry = self._find(path)
        return None if entry is None else entry.mode

    def is_file(self, path: str) -> bool:
        """Whether there is a file of that name."""
        return self.blob_id(path) is not None

    def is_directory(self, path: str) -> bool:
        """Whether there is a directory of that name."""
        entry = self._find(path)
        return entry is not None and entry.is_tree

    def below(self, path: str) -> list[str]:
        """Paths of all files in a directory and below it that no .dvcignore leaves out, sorted."""
        entry = self._find(path)
        if entry is None or not entry.is_tree:
            return []
        prefix = "" if path in ("", ".") else f"{path}/"
        return self._not_left_out(sorted(self._walk(prefix, entry)))

    def _walk(self, prefix: str, folder: TreeEntry) -> Iterator[str]:
        for name, entry in self._objects.tree(folder.id).items():
            if entry.is_tree and name not in PRIVATE and not self._objects.is_project(entry.id):
                yield from self._walk(f"{prefix}{name}/", entry)
            elif not (entry.is_tree or entry.is_submodule):
                yield f"{prefix}{name}"

    def _existing(self, path: str) -> TreeEntry:
        entry = self._file(path)
        if entry is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        return entry

    def _file(self, path: str) -> TreeEntry | None:
        entry = self._find(path)
        if entry is not None and entry.is_tree:
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
        return entry

    def _find(self, path: str) -> TreeEntry | None:
        """The entry that `path` leads to through links; None outside of the project."""
        if path not in self._entries:
            self._entries[path] = None if os.path.isabs(path) else self._follow(path)
        return self._entries[path]

    def _follow(self, path: str) -> TreeEntry | None:
        top = self._objects.tree(self._tree).get(path)
        if top is not None and top.is_plain:
            return top  # where most files are that anybody asks for
        links = 0
        steps = _steps(path)
        passed: list[TreeEntry] = [TreeEntry("40000", self._tree)]
        while steps:
            step = steps.pop()
            if step == "..":
                if len(passed) == 1:
                    return None
                passed.pop()
                continue
            entry = self._objects.tree(passed[-1].id).get(step) if passed[-1].is_tree else None
            if entry is None or entry.is_submodule:
                return None
            if not entry.is_link:
                passed.append(entry)
                continue
            links += 1
            target = os.fsdecode(self._objects.blob(entry.id))
            if links > _MOST_LINKS or os.path.isabs(target):
                return None
            steps += _steps(target)
        return passed[-1]

    def _not_left_out(self, paths: Iterable[str]) -> list[str]:
        if self._rules is None:
            self._rules = self._read_rules()
        rules = self._rules
        return [path for path in paths if not is_left_out(path, rules)] if rules else list(paths)

    def _read_rules(self) -> Rules:
        """The patterns of each `.dvcignore` that has any."""
        found = self._objects.stage_files(self._tree)
        files = [path for path in found if _is_rules(path)]
        rules = {os.path.dirname(path): self._patterns(path) for path in files}
        return {folder: patterns for folder, patterns in rules.items() if patterns}

    def _patterns(self, path: str) -> tuple[Pattern, ...]:
        entry = self._find(path)
        if entry is None:
            return ()
        blob_id = entry.id
        return self._objects.once(
            ("ignore", blob_id), lambda: read_patterns(self._objects.blob(blob_id))
        )


def _is_rules(path: str) -> bool:
    return path == IGNORE_FILE or path.endswith(f"/{IGNORE_FILE}")


def _steps(path: str) -> list[str]:
    """The names in `path`, the last one first, without those that lead nowhere."""
    return [step for step in reversed(path.split("/")) if step not in ("", ".")]
