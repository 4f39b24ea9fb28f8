"""The stage files of a workspace, and what they name: `ProjectFiles` over the disk."""

from __future__ import annotations

import os

from assay.errors import AssayError
from assay.fs.ignore import IgnoreRules
from assay.fs.reading import read_or_none
from assay.fs.walk import walk_files
from assay.git.ignored import candidates
from assay.pipeline.build import is_plain, is_stage_file
from assay.pipeline.memory import Memory
from assay.project import Project
from assay.typed import Mapping, Sequence


class DiskFiles:
    """Reads the files of a project; all that loading its pipeline needs.

    `drafts` are what files would hold (by location), for those who only ask what would be done.
    `listed` are the stage files that Git would name, from its root, if that is known.
    """

    __slots__ = ("_listed", "_prefix", "drafts", "ignore", "memory", "project")

    def __init__(
        self,
        project: Project,
        drafts: Mapping[str, bytes] | None = None,
        listed: Sequence[str] | None = None,
    ) -> None:
        self.project = project
        self._listed = listed
        self._prefix = os.path.join(project.root, "")
        self.drafts = drafts or {}
        self.ignore = IgnoreRules(project.root)
        self.memory = Memory(project.root, os.path.dirname(project.state_dir))
        self.memory.distrust(self.drafts)

    def read(self, path: str) -> bytes | None:
        """The bytes of a file of the project; None when there is none.

        Raises IsADirectoryError, and AssayError for what cannot be read.
        """
        if path in self.drafts:
            return self.drafts[path]
        self.memory.touch(path)
        try:
            return read_or_none(self.absolute(path))
        except IsADirectoryError:
            raise
        except OSError as error:
            raise AssayError(f"cannot read '{path}': {error.strerror}") from None

    def stage_files(self) -> list[str]:
        """Every dvc.yaml and .dvc file that neither Git nor .dvcignore leaves out.

        Those of a directory come before those of the directories in it.
        """
        project = self.project
        if project.repository is None:
            files = walk_files(project.root, self.ignore, special=True)
            names = [file.path for file in files]
        else:
            skip = len(project.prefix) + 1 if project.prefix else 0
            known = self._listed
            if known is None:
                known = candidates(project.repository, project.prefix)
            names = [name[skip:] for name in known]
        found = [name for name in names if is_stage_file(name) and self._is_ours(name)]
        return sorted(found, key=_top_down)

    def _is_ours(self, name: str) -> bool:
        """Whether a stage file is there, not ignored, and not of a project further down.

        A pipe in its place counts: reading it will say so, before its data is taken for garbage.
        """
        path = self.absolute(name)
        if self.ignore.matches(path, False) or not os.path.exists(path) or os.path.isdir(path):
            return False
        folder = os.path.dirname(name)
        while folder:
            if os.path.isdir(self.absolute(f"{folder}/.dvc")):
                return False
            folder = os.path.dirname(folder)
        return True

    def is_directory(self, path: str) -> bool:
        """Whether there is a directory of that name."""
        return os.path.isdir(self.absolute(path))

    def absolute(self, location: str) -> str:
        """Where a location is on this machine."""
        if is_plain(location):
            return self._prefix + location
        if "://" in location:
            raise AssayError(
                f"'{location}' is not on this machine, and external dependencies of that kind "
                "are not supported",
                hint="import it with `dvc import-url`",
            )
        return os.path.normpath(os.path.join(self.project.root, location))


def _top_down(name: str) -> list[tuple[bool, str]]:
    *folders, base = name.split("/")
    return [*((True, folder) for folder in folders), (False, base)]
