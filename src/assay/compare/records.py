"""What there is to compare: the content of a revision, and experiments on their baselines.

Whoever collects fills these (workspace, commits, the queue); everything else here only reads them.
"""

from __future__ import annotations

from assay.typed import TYPE_CHECKING, NamedTuple, Sequence

if TYPE_CHECKING:
    from assay.compare.contents import Contents
    from assay.compare.readings import Failure

WORKSPACE = "workspace"
"""The `rev` of what is in the project now, and of an experiment that runs there."""


class Revision(NamedTuple):
    """One commit, the workspace, or a snapshot that is queued."""

    rev: str
    """40 hex digits, or WORKSPACE."""
    name: str | None = None
    """Branch or tag at a commit, name of an experiment; None if nameless or hidden by `--sha`."""
    contents: Contents | None = None
    """None when the revision as a whole could not be read; then there is a `failure`."""
    failure: Failure | None = None
    """A queued experiment that failed has both contents and failure."""


class LocalProcess(NamedTuple):
    """Where an experiment runs or ran on this machine. Absolute paths; None: not known (yet)."""

    root: str | None = None
    log: str | None = None
    pid: int | None = None
    returncode: int | None = None
    task_id: str | None = None
    """The snapshot commit that identifies the task in the queue."""


class Executor(NamedTuple):
    """Who runs an experiment, or ran it for the queue."""

    state: str
    """`running`, `success`, `queued` or `failed`."""
    name: str | None = None
    """`dvc-task`, `tempdir` or `workspace`; None once it has failed."""
    local: LocalProcess | None = None


class Experiment(NamedTuple):
    """One experiment of a baseline."""

    revision: Revision
    executor: Executor | None = None
    """None for one that is finished and did not come through the queue."""
    name: str | None = None
    """As `revision.name`; None while a queued task or a temporary run is running."""


class Baseline(NamedTuple):
    """A revision and the experiments that start from it, in the order to be shown."""

    revision: Revision
    experiments: Sequence[Experiment] = ()
