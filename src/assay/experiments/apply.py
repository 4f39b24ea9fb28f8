"""`exp apply`: the files of an experiment in the workspace (spec/experiments.md §6).

What would be overwritten is kept first, as a commit under `refs/assay/undo/`; HEAD, branch and
index stay as they are.
"""

from __future__ import annotations

import os

from assay.errors import AssayError
from assay.experiments.references import WORKSPACE_REF, remember_workspace, resolve
from assay.git import refs
from assay.git.commits import commit
from assay.git.ignored import untracked
from assay.git.repository import Repository, UnknownRevision
from assay.git.snapshot import snapshot
from assay.git.tree_switch import differing, switch_tree
from assay.pipeline.address import Addresses
from assay.pipeline.checkout import CheckoutOptions, checkout
from assay.pipeline.targets import Found
from assay.pipeline.workbench import open_workbench
from assay.project import Project
from assay.ui.console import Console

UNDO_REF = "refs/assay/undo/apply"
APPLIED_REF = "refs/exps/exec/EXEC_APPLY"


class NotAnExperiment(AssayError):
    """Nothing that could be applied has the name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"'{name}' does not appear to be an experiment commit.")


def apply(project: Project, name: str, *, addresses: Addresses, console: Console) -> None:
    """Make the work tree hold the files of the experiment `name`, then its data.

    Files that the experiment lacks but HEAD has are removed; untracked files that the experiment
    lacks stay. Raises NotAnExperiment.
    """
    repository = project.git()
    try:
        wanted = resolve(repository, name)
    except UnknownRevision as error:
        raise NotAnExperiment(name) from error
    current = _keep_for_undo(repository, wanted)
    switch_tree(repository, current, wanted, keep=_own_edits(repository, current, wanted))
    remember_workspace(repository, wanted)
    refs.replace(repository, APPLIED_REF, wanted)
    bench = open_workbench(project, addresses, console)
    found = [Found(stage) for stage in bench.pipeline.stages.values()]
    checkout(bench, found, CheckoutOptions(force=True, allow_missing=True))


def _own_edits(repository: Repository, current: str, wanted: str) -> set[str]:
    """Uncommitted edits of the user in files that the experiment never touched.

    What an earlier run or `apply` put there is no such edit.
    """
    edits = differing(repository, current, wanted)
    for revision in ("HEAD", WORKSPACE_REF):
        if edits and repository.resolve_many([revision])[0] is not None:
            edits &= differing(repository, current, revision)
    baseline = repository.resolve_many([f"{wanted}^"])[0]
    return edits - differing(repository, baseline, wanted) if edits and baseline else edits


def _keep_for_undo(repository: Repository, wanted: str) -> str:
    """A commit of the work tree as it is, with untracked files in the way; kept by a reference."""
    in_the_way = untracked(repository)
    if in_the_way:
        listing = repository.run(["ls-tree", "-r", "-z", "--name-only", wanted]).stdout
        names = set(os.fsdecode(listing).split("\0"))
        in_the_way = [path for path in in_the_way if path in names]
    tree = snapshot(repository, force_paths=in_the_way)
    head = repository.head_commit()
    kept = commit(repository, tree, [head] if head else [], "assay: before exp apply")
    refs.replace(repository, UNDO_REF, kept)
    return kept
