"""Who runs in the sandboxes, as those see it who look from outside.

sandboxes/1/lock       a kernel lock, held by the process that leases the sandbox
sandboxes/1/run.json   who runs in it; left behind only by a process that was killed
"""

from __future__ import annotations

import os

from assay import quick_json
from assay.fs.atomic import write_text
from assay.fs.lock import is_held
from assay.fs.processes import exists
from assay.fs.reading import read_file
from assay.project import Project
from assay.typed import NamedTuple

MARK = "ASSAY_RUN"
"""Environment variable of everything that runs in a sandbox: the `token` of its occupant."""

TEMPORARY, QUEUED = "temp", "queue"
"""Kinds of occupants. The queue looks after its snapshots itself."""


class Occupant(NamedTuple):
    """Who runs in a sandbox.

    `token` is unique; `kind` is TEMPORARY or QUEUED; `snapshot` is the commit that the run started
    from; `tree` and `pid` are filled in by `lease`. `request` is the text of a TEMPORARY run.
    """

    token: str
    kind: str
    name: str
    baseline: str
    snapshot: str
    tree: str = ""
    pid: int = 0
    request: str = ""


def new_token() -> str:
    """A value for `Occupant.token`."""
    return os.urandom(12).hex()


def occupants(project: Project) -> list[Occupant]:
    """Who runs in sandboxes right now. Needs no permission to write."""
    found = []
    for folder in folders(project):
        occupant = occupant_of(folder)
        if occupant is None or not exists(occupant.pid):
            continue
        if is_held(lock_file(folder)):
            found.append(occupant)
    return found


def killed(project: Project) -> list[str]:
    """The sandboxes of temporary runs that were killed, of which nobody has taken note yet."""
    return [folder for folder in folders(project) if _is_of_killed(folder)]


def is_of_killed_run(occupant: Occupant | None) -> bool:
    """Whether a note that was left behind tells of a run that can be told of elsewhere."""
    return occupant is not None and occupant.kind == TEMPORARY and bool(occupant.request)


def home(project: Project) -> str:
    """Where all sandboxes of the project are."""
    return os.path.join(project.tmp_dir, "exps", "sandboxes")


def folders(project: Project) -> list[str]:
    """All sandboxes, in use or not."""
    top = home(project)
    try:
        return [os.path.join(top, name) for name in os.listdir(top) if name.isdigit()]
    except (FileNotFoundError, NotADirectoryError):
        return []


def lock_file(folder: str) -> str:
    """What whoever leases the sandbox holds."""
    return os.path.join(folder, "lock")


def note(folder: str, occupant: Occupant) -> None:
    """Tell who runs in the sandbox."""
    write_text(note_file(folder), quick_json.dumps(occupant._asdict()))


def note_file(folder: str) -> str:
    """Where `note` tells it."""
    return os.path.join(folder, "run.json")


def occupant_of(folder: str) -> Occupant | None:
    """Who is noted; None also when a power cut has damaged the note, with all that ran then."""
    try:
        return Occupant(**quick_json.loads(read_file(note_file(folder))))
    except (OSError, ValueError, TypeError, RecursionError):
        return None


def _is_of_killed(folder: str) -> bool:
    if not os.path.exists(note_file(folder)) or is_held(lock_file(folder)):
        return False
    return is_of_killed_run(occupant_of(folder))
