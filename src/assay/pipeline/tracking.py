"""What a run leaves for Git: lock entries, .dvc files, .gitignore lines, and the word about them.

All writes of shared metadata go through here, each under the project's lock, which is held for
milliseconds and never while a command runs.
"""

from __future__ import annotations

import os

from assay.errors import AssayError
from assay.fs.lock import ProjectLock
from assay.git import ignored as git_ignored
from assay.git.ignore_file import IgnoreEdits, hidden_by_own_lines, stop_ignoring
from assay.git.staging import stage as stage_files
from assay.pipeline.address import Addresses
from assay.pipeline.dvc_file import output_item, write_outputs
from assay.pipeline.lockfile import LockFile, lock_location
from assay.pipeline.memory import Memory
from assay.pipeline.model import Output, Stage
from assay.pipeline.records import Entry
from assay.project import Project
from assay.typed import Iterable
from assay.ui.console import NORMAL, Console


class TrackedByGit(AssayError):
    """A cached output is in Git's index already."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f" output '{path}' is already tracked by SCM (e.g. Git).\n"
            "    You can remove it from Git, then add to DVC.\n"
            "        To stop tracking from Git:\n"
            f"            git rm -r --cached '{path}'\n"
            f'            git commit -m "stop tracking {path}" '
        )


class HiddenFromGit(AssayError):
    """A rule of Git ignores a .dvc file."""

    exit_code = 1

    def __init__(self, path: str) -> None:
        super().__init__(
            f"bad DVC file name '{path}' is git-ignored.",
            hint=f"`git check-ignore -v '{path}'` shows the rule",
        )


def refuse_tracked(project: Project, location: str, shown: str) -> None:
    """Raise TrackedByGit if Git has what is at the location in its index."""
    if project.repository is None:
        return
    if git_ignored.tracked(project.repository, [project.git_path(location)]):
        raise TrackedByGit(shown)


def refuse_hidden(project: Project, file: str, shown: str) -> None:
    """Raise HiddenFromGit if the .dvc file `file` (a location) is to be made where Git would not
    see it: nobody else would ever get it."""
    if project.repository is None or os.path.lexists(os.path.join(project.root, file)):
        return
    if git_ignored.ignored(project.repository, [project.git_path(file)]):
        raise HiddenFromGit(shown)


class Tracker:
    """Writes records of one command; remembers which files Git should hear about."""

    __slots__ = (
        "_added",
        "_addresses",
        "_asked",
        "_changed",
        "_console",
        "_edits",
        "_expected",
        "_hidden",
        "_locks",
        "_memory",
        "_order",
        "_project",
        "_tracked",
    )

    def __init__(
        self,
        project: Project,
        addresses: Addresses,
        console: Console,
        memory: Memory | None = None,
    ) -> None:
        """`memory` is the one that the stages were loaded with, of who saves it in the end."""
        self._project = project
        self._addresses = addresses
        self._console = console
        self._memory = memory
        self._changed: dict[str, None] = {}
        self._edits = IgnoreEdits()
        self._order: dict[str, int] = {}
        self._added: dict[str, list[tuple[int, str]]] = {}
        self._expected: dict[str, None] = {}
        self._asked: set[str] = set()
        self._tracked: set[str] = set()
        self._hidden: set[str] = set()
        self._locks: dict[str, LockFile] = {}

    @property
    def changed(self) -> list[str]:
        """Locations of the metadata files that were written with a change."""
        return list(self._changed)

    def expect(self, stages: Iterable[Stage]) -> None:
        """These stages may be recorded soon: Git is asked about all their outputs at once.

        In whichever order they are recorded then, what is new in a file stands in this order.
        """
        for stage in stages:
            self._order.setdefault(stage.key, len(self._order))
            self._expected.update(dict.fromkeys(self._hideable(stage)))

    def ignore_outputs(self, stage: Stage) -> None:
        """Add the stage's cached outputs to `.gitignore` beside them (spec/pipelines.md §8.1).

        Raises TrackedByGit for an output that Git has in its index.
        """
        unhidden = self._unhidden(stage)
        if unhidden:
            with ProjectLock(self._project.tmp_dir):  # others may add a line to the same file
                self._hide(unhidden, stage)

    def _unhidden(self, stage: Stage) -> list[str]:
        """Cached outputs that Git would show. Raises TrackedByGit."""
        if self._project.repository is None:
            return []
        locations = self._hideable(stage)
        for location in locations:
            if location not in self._asked:
                self._ask_git([location, *self._expected])
            if location in self._tracked:
                raise TrackedByGit(self._addresses.path(location))
        return [location for location in locations if location not in self._hidden]

    def _hide(self, locations: Iterable[str], stage: Stage) -> None:
        for location in locations:
            self._ignore(os.path.join(self._project.root, location), rank=self._rank(stage))
            self._hidden.add(location)

    def _rank(self, stage: Stage) -> int:
        return self._order.get(stage.key, len(self._order))

    def _hideable(self, stage: Stage) -> list[str]:
        return [out.location for out in stage.outputs if self._belongs_in_ignore(out)]

    def _ask_git(self, locations: Iterable[str]) -> None:
        """Which of these does Git track, which does it ignore: two processes for all of them.

        One if their own lines ignore all of them, or if all are files that it ignores: what it
        tracks it never ignores, unless lines came later.
        """
        repository = self._project.git()
        by_path = {self._project.git_path(place): place for place in locations}
        root = repository.root
        by_own = hidden_by_own_lines(f"{root}/{path}" for path in by_path)
        own = {path for path in by_path if f"{root}/{path}" in by_own}
        asked = git_ignored.ignored(repository, [path for path in by_path if path not in own])
        ignored = own | asked
        unsure = [p for p in by_path if p not in asked or not os.path.isfile(f"{root}/{p}")]
        tracked = git_ignored.tracked(repository, unsure)
        self._tracked.update(by_path[path] for path in tracked)
        self._hidden.update(by_path[path] for path in ignored if path not in tracked)
        self._asked.update(by_path.values())
        self._expected.clear()

    def ignore_location(self, location: str) -> None:
        """Add a line for one location unless a rule of Git's hides it already."""
        repository = self._project.repository
        if repository is None:
            return
        place = os.path.join(self._project.root, location)
        if hidden_by_own_lines([place]):
            return
        if not git_ignored.ignored(repository, [self._project.git_path(location)]):
            with ProjectLock(self._project.tmp_dir):
                self._ignore(place)

    def unignore_outputs(self, stage: Stage) -> None:
        """Remove the lines of the stage's outputs: they are the user's own again."""
        for output in stage.outputs:
            if self._belongs_in_ignore(output):
                self.unignore_location(output.location)

    def unignore_location(self, location: str) -> None:
        """Remove the line for one location beside it, if there is one."""
        if self._project.repository is not None:
            with ProjectLock(self._project.tmp_dir):
                file = stop_ignoring(os.path.join(self._project.root, location))
            if file is not None:
                self.note(file)

    def _ignore(self, path: str, *, rank: int = 0) -> None:
        self.note(self._edits.add(path, rank=rank))

    def write(self, stage: Stage, entry: Entry, old: Entry | None) -> None:
        """Record a stage in its dvc.lock or .dvc file; its outputs are hidden from Git before.

        Raises TrackedByGit.
        """
        unhidden = self._unhidden(stage)
        with ProjectLock(self._project.tmp_dir):
            self._hide(unhidden, stage)
            if stage.name:
                self._write_lock(stage, entry, old)
            else:
                self._write_dvc_file(stage, entry)

    def note(self, path: str) -> None:
        """A metadata file (absolute path) was written with a change."""
        self._changed[path] = None

    def roll_back(self) -> None:
        """The command failed: take the new lines of .gitignore files back."""
        if not self._edits:
            return
        with ProjectLock(self._project.tmp_dir):
            files = self._edits.roll_back()
        for file in files:
            self._changed.pop(file, None)

    def finish(self) -> None:
        """Stage the changed files, or say how to (spec/data.md, hint H)."""
        repository = self._project.repository
        changed = self._known_to_git()
        if not changed or repository is None:
            return
        if self._project.config.flag("core", "autostage"):
            stage_files(repository, changed)
            return
        if self._console.level < NORMAL:
            return
        import shlex  # most runs have nothing to say here

        names = (self._addresses.path(self._addresses.location(path)) for path in changed)
        self._console.info("\nTo track the changes with git, run:\n")
        self._console.info(f"\tgit add {shlex.join(sorted(names))}\n")
        self._console.info("To enable auto staging, run:\n")
        self._console.info("\tdvc config core.autostage true")

    def _known_to_git(self) -> list[str]:
        """The changed files without those that are gone and that Git never had."""
        repository = self._project.repository
        gone = [path for path in self._changed if not os.path.lexists(path)]
        if repository is None or not gone:
            return list(self._changed)
        lost = set(gone) - git_ignored.tracked(repository, gone)
        return [path for path in self._changed if path not in lost]

    def _write_lock(self, stage: Stage, entry: Entry, old: Entry | None) -> None:
        from bisect import bisect, insort  # a library of its own, and most runs write nothing

        location = lock_location(stage.file)
        path = os.path.join(self._project.root, location)
        shown = self._addresses.path(location)
        rank, added = self._rank(stage), self._added.setdefault(path, [])
        following = added[bisect(added, (rank, stage.name)) :]
        before = following[0][1] if following else None
        file = self._locks.setdefault(path, LockFile(self._project.root, location, self._memory))
        written = file.write(stage.name, entry, old, before=before)
        if old is None:
            insort(added, (rank, stage.name))
        if written.created:
            self._console.info(f"Generating lock file '{shown}'")
        if written.changed:
            self._console.info(f"Updating lock file '{shown}'")
            self.note(path)

    def _write_dvc_file(self, stage: Stage, entry: Entry) -> None:
        path = os.path.join(self._project.root, stage.file)
        items = [output_item(item, item["path"]) for item in entry.get("outs") or ()]
        if write_outputs(path, items, stage, self._memory):
            self.note(path)

    def _belongs_in_ignore(self, output: Output) -> bool:
        return output.cache and not output.is_outside
