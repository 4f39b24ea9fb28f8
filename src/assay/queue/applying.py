"""`exp apply` for whatever has a name: an experiment, a revision, or a task of the queue."""

from __future__ import annotations

from assay.experiments.apply import NotAnExperiment
from assay.experiments.apply import apply as apply_commit
from assay.pipeline.address import Addresses
from assay.project import Project
from assay.queue.places import Places
from assay.queue.store import opened_to_read
from assay.ui.console import Console


def apply(project: Project, name: str, *, addresses: Addresses, console: Console) -> list[str]:
    """As `assay.experiments.apply.apply`; a task means the files that it starts from.

    A queued one would run with them, a failed one has run with them.
    """
    try:
        return apply_commit(project, name, addresses=addresses, console=console)
    except NotAnExperiment:
        snapshot = _snapshot_of(project, name)
        if snapshot is None:
            raise
    return apply_commit(project, snapshot, addresses=addresses, console=console, called=name)


def _snapshot_of(project: Project, name: str) -> str | None:
    """The commit of the last task with this name or id."""
    if not Places(project).exists:
        return None
    with opened_to_read(Places(project)) as store:
        found = store.find(name)
    return found[-1].snapshot if found else None
