"""The moment an experiment exists: a tree, a commit on its baseline, a reference (P1, P2).

Built beside the user's index and HEAD; the reference moves by compare-and-swap, so of two runs with
one name exactly one is stored and the other is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from assay.errors import AssayError
from assay.experiments.names import check_name, random_name
from assay.experiments.references import Experiment, experiments_of
from assay.git import refs
from assay.git.commits import commit
from assay.git.refs import RefConflict
from assay.git.repository import Repository
from assay.git.snapshot import snapshot
from assay.pipeline.records import Entry, results_hash


class ExperimentConflict(AssayError):
    """An experiment of that name exists for the baseline."""

    def __init__(self, name: str, command: str = "exp run") -> None:
        super().__init__(
            f"Experiment conflicts with existing experiment '{name}'. "
            f"To overwrite the existing experiment run:\n\n\tdvc {command} -f ...\n"
        )


def choose_name(
    repository: Repository, baseline: str, wanted: str, *, force: bool, command: str = "exp run"
) -> str:
    """`wanted`, checked, or a new random name. Raises InvalidName, ExperimentConflict."""
    taken = {experiment.name for experiment in experiments_of(repository, baseline)}
    if not wanted:
        return random_name(taken)
    check_name(wanted)
    if wanted in taken and not force:
        raise ExperimentConflict(wanted, command)
    return wanted


def publish(
    repository: Repository,
    *,
    name: str,
    baseline: str,
    results: Mapping[str, Entry],
    paths: Iterable[str],
    message: str = "",
    force: bool = False,
    exclude: Iterable[str] = (),
) -> Experiment:
    """Save the workspace as the experiment `name` of `baseline`.

    `paths` (relative to the Git root) are taken although Git does not track them. Without `message`
    the commit names the hash of `results`. Raises ExperimentConflict when another run was quicker.
    """
    tree = snapshot(repository, force_paths=paths, exclude=tuple(exclude))
    text = message or f"dvc: commit experiment {results_hash(results)}"
    made = Experiment(name, commit(repository, tree, [baseline], text), baseline)
    old = refs.read(repository, made.ref) if force else None
    try:
        refs.update(repository, made.ref, made.commit, old=old, message=f"commit: {text}")
    except RefConflict:
        raise ExperimentConflict(name) from None
    return made
