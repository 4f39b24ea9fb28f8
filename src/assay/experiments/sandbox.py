"""Sandboxes: work trees below `.dvc/tmp/exps/sandboxes/` in which experiments run undisturbed.

    sandboxes/1/git/       HEAD and index
    sandboxes/1/tree/      the work tree
    sandboxes/1/lock, run.json   who runs in it, see `occupants.py`

A sandbox is used again and again: on the way from one experiment to the next only files that differ
are written, and outputs that the next one needs stay where they are.
"""

from __future__ import annotations

import os
import time
from itertools import count

from assay.config import Config, Level
from assay.contexts import ExitStack, contextmanager
from assay.experiments.occupants import (
    MARK,
    TEMPORARY,
    Occupant,
    folders,
    home,
    is_of_killed_run,
    lock_file,
    note,
    note_file,
    occupant_of,
)
from assay.fs.atomic import write_bytes, write_text
from assay.fs.lock import FileLock, LockHeld
from assay.fs.processes import end_marked
from assay.fs.reading import read_file
from assay.fs.remove import remove
from assay.git import linked_tree, refs
from assay.git.ignore_file import hidden_by_own_lines
from assay.git.process import GitFailed
from assay.git.ref_locks import clear_abandoned_lock
from assay.git.repository import Repository
from assay.pipeline.address import Addresses
from assay.pipeline.build import is_stage_file
from assay.project import DVC_DIR, Project
from assay.store.placed import Placed
from assay.typed import Any, Iterator, NamedTuple

_IDLE_S = 24 * 3600
_README = """\
Work trees in which experiments run (dvc exp run --temp, dvc queue start).
Folders whose lock nobody holds may be deleted.
"""


class Sandbox(NamedTuple):
    """A leased work tree. `project` is the project in it, `parent` the one it works for.

    `stage_files` are the names of all that Git knows in it at first, None if it is to be asked.
    """

    project: Project
    parent: Project
    occupant: Occupant
    folder: str
    stage_files: list[str] | None = None

    @property
    def environ(self) -> dict[str, str]:
        """What commands in it get besides the caller's environment."""
        return {MARK: self.occupant.token, "DVC_ROOT": self.parent.root}

    @property
    def config_file(self) -> str:
        """The file with our settings for it, relative to the Git root."""
        return self.project.git_path(f"{DVC_DIR}/config.local")

    def addresses(self, directory: str) -> Addresses:
        """As seen from `directory`, relative to the project's root; it is made if need be."""
        place = os.path.normpath(os.path.join(self.project.root, directory))
        os.makedirs(place, exist_ok=True)
        return Addresses(self.project.root, place)


@contextmanager
def lease(project: Project, occupant: Occupant) -> Iterator[Sandbox]:
    """A sandbox that holds the files of `occupant.snapshot` and nothing else, for this process.

    1. The first sandbox that nobody holds is locked; if there is none a new one is made.
    2. What a killed predecessor has left running in it is killed.
    3. Tracked files become the snapshot's. What else lies about is removed, but for outputs that
       were placed there by us: `clear_stale` judges those once the pipeline is known.
    4. In the end the lock goes, the files stay for the next one.
    """
    with ExitStack() as stack:
        folder = _take(_home(project), stack)
        tree = os.path.join(folder, "tree")
        occupant = occupant._replace(tree=tree, pid=os.getpid())
        note(folder, occupant)
        try:
            if occupant.kind == TEMPORARY:
                _keep(project.git(), folder, occupant.snapshot)
            inside, stage_files = _furnished(project, folder, occupant)
            yield Sandbox(inside, project, occupant, folder, stage_files)
        finally:
            remove(note_file(folder))


def sweep(project: Project, *, idle_s: float = _IDLE_S) -> None:
    """Delete the files of sandboxes that nobody has leased for `idle_s` seconds."""
    for folder in folders(project):
        if not os.path.exists(os.path.join(folder, "tree")) or _idle_s(folder) < idle_s:
            continue
        if is_of_killed_run(occupant_of(folder)):
            continue  # as above
        try:
            with FileLock(lock_file(folder), patience_s=0):
                if _is_left(folder):
                    _wipe(folder)
                    remove(note_file(folder))
                    refs.delete(project.git(), [_ref(folder)])
        except LockHeld:
            pass


def _home(project: Project) -> str:
    top = home(project)
    if not os.path.isdir(top):
        # What is copied with -C and our copy of config.local may be secret.
        os.makedirs(os.path.dirname(top), exist_ok=True)
        os.makedirs(top, 0o700, exist_ok=True)
        write_text(os.path.join(top, "README"), _README)
    return top


def _take(top: str, stack: ExitStack) -> str:
    """Lock the first folder that nobody holds, until `stack` ends."""
    for number in count(1):
        folder = os.path.join(top, str(number))
        if is_of_killed_run(occupant_of(folder)):
            continue  # or of one that lives; the note is still to be taken over (queue/killed.py)
        try:
            stack.enter_context(FileLock(lock_file(folder), patience_s=0))
        except LockHeld:
            continue
        if _is_left(folder):
            return folder
    raise AssertionError  # there is always a higher number


def _is_left(folder: str) -> bool:
    """Whether nothing of a killed predecessor runs in the folder any more; ends it if need be."""
    before = occupant_of(folder)
    return before is None or end_marked(MARK, before.token)


def _furnished(
    project: Project, folder: str, occupant: Occupant
) -> tuple[Project, list[str] | None]:
    """The project in the sandbox, with the files of the snapshot; made anew if it is damaged.

    Also its stage files, see `Sandbox`.
    """
    try:
        return _moved(project, folder, occupant)
    except GitFailed:
        # An index that a power cut has emptied, a folder that a command has made unreadable, …
        _wipe(folder)
        return _moved(project, folder, occupant)


def _moved(project: Project, folder: str, occupant: Occupant) -> tuple[Project, list[str] | None]:
    repository = linked_tree.link(
        project.git(), occupant.tree, os.path.join(folder, "git"), head=occupant.baseline
    )
    # Marked, because a Git that outlives us must not write beside the next holder.
    linked_tree.fill(repository, occupant.snapshot, environ={MARK: occupant.token})
    inside = _project_in(project, repository)
    keep = {inside.git_path(location) for location in Placed(inside.state_dir).all()}
    keep |= {inside.git_path(f"{DVC_DIR}/{name}") for name in ("tmp", "config.local")}
    tracked = linked_tree.tracked(repository)
    for name in linked_tree.leftovers(repository, tracked):
        _remove_except(repository.root, name.rstrip("/"), keep)
    # Nobody else works in here: who is entered as using a path was killed.
    remove(os.path.join(inside.tmp_dir, "rwlock"))
    _write_config(inside)
    return inside, _stage_files(inside, tracked, keep)


def _stage_files(inside: Project, tracked: list[str] | None, keep: set[str]) -> list[str] | None:
    """What `assay.git.ignored.candidates` would say; None if what was kept may hold others."""
    if tracked is None:
        return None
    kept = [place for path in keep if _may_hold(place := f"{inside.git().root}/{path}")]
    if len(hidden_by_own_lines(kept)) < len(kept):
        return None
    below = f"{inside.prefix}/" if inside.prefix else ""
    return [name for name in tracked if name.startswith(below) and is_stage_file(name)]


def _may_hold(place: str) -> bool:
    """Whether there is a stage file at a place that nobody tracks, or may be one below it."""
    return os.path.isdir(place) or (is_stage_file(place) and os.path.lexists(place))


def _project_in(parent: Project, repository: Repository) -> Project:
    root = os.path.normpath(os.path.join(repository.root, parent.prefix))
    return Project(root, _settings(parent, os.path.join(root, DVC_DIR)), repository)


def _settings(parent: Project, dvc_dir: str) -> Config:
    """The parent's settings as they are now, with absolute paths, all on the strongest level."""
    merged: dict[str, dict[str, Any]] = {}
    levels = []
    for level in parent.config.levels:
        if level.name not in ("project", "local"):
            levels.append(level)
            continue
        for section, options in level.sections.items():
            merged.setdefault(section, {}).update(options)
    merged.setdefault("cache", {})["dir"] = parent.cache_dir
    path = os.path.join(dvc_dir, "config.local")
    return Config((*levels, Level("local", path, merged, merged)), dvc_dir)


def _write_config(inside: Project) -> None:
    """What loggers that use the DVC library inside a stage find (spec/experiments.md §3.3)."""
    from assay.formats.configobj import dump  # only needed here

    level = inside.config.levels[-1]
    content = dump(level.written).encode("utf-8")
    os.makedirs(inside.dvc_dir, exist_ok=True)
    try:
        if read_file(level.path) == content:
            return
    except OSError:
        remove(level.path)
    write_bytes(level.path, content)


def _remove_except(root: str, path: str, keep: set[str]) -> None:
    """Delete `path` below `root`, but for the paths in `keep` and the folders around them."""
    if path in keep:
        return
    whole = os.path.join(root, path)
    inside = path + "/"
    if os.path.islink(whole) or not any(kept.startswith(inside) for kept in keep):
        remove(whole)
        return
    for name in os.listdir(whole):
        _remove_except(root, inside + name, keep)


def _wipe(folder: str) -> None:
    for name in ("git", "tree"):
        remove(os.path.join(folder, name))


def _ref(folder: str) -> str:
    """The reference that keeps what the sandbox holds from Git's garbage collection."""
    return f"refs/assay/sandbox/{os.path.basename(folder)}"


def _keep(repository: Repository, folder: str, snapshot: str) -> None:
    """A run may take longer than Git keeps objects that nothing refers to."""
    # The lease is ours, so a lock on this reference is of a Git that was killed.
    clear_abandoned_lock(repository, _ref(folder), older_than_s=0)
    refs.replace(repository, _ref(folder), snapshot)


def _idle_s(folder: str) -> float:
    """Seconds since the last lease began."""
    try:
        return time.time() - os.stat(lock_file(folder)).st_mtime
    except FileNotFoundError:
        return 0.0
