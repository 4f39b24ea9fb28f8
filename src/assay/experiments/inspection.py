"""Looks at all experiments: references, commits, and what they recorded. For `fsck`."""

from __future__ import annotations

from assay.data.fsck import Needs, unreadable
from assay.errors import AssayError
from assay.experiments.names import PREFIX, parse_ref
from assay.experiments.references import Experiment, experiments_in
from assay.git import refs
from assay.pipeline.revisions.pipelines import RevisionPipelines
from assay.project import Project
from assay.store.inspection import DAMAGED, NOTE, Problem

EXPERIMENT = "experiment"

_OF_OTHERS = ("apply", "celery", "exec", "stash", "temp")
"""What DVC keeps below `refs/exps/` besides experiments (spec/experiments.md §2)."""


def inspect_experiments(project: Project, needs: Needs) -> tuple[int, list[Problem]]:
    """How many experiments there are, and what is wrong with them.

    What they recorded is added to `needs`.
    """
    repository = project.git()
    values = refs.under(repository, PREFIX)
    problems = [_odd(ref) for ref in values if _is_odd(ref)]
    experiments = experiments_in(values)
    commits = repository.resolve_many([experiment.commit for experiment in experiments])
    baselines = repository.resolve_many([experiment.baseline for experiment in experiments])
    there: list[Experiment] = []
    for experiment, commit, baseline in zip(experiments, commits, baselines, strict=True):
        if baseline is None:
            problems.append(_missing(NOTE, experiment, f"baseline {experiment.baseline}"))
        if commit is None:
            problems.append(_missing(DAMAGED, experiment, f"commit {experiment.commit}"))
        else:
            there.append(experiment)
    with RevisionPipelines(project) as revisions:
        found = revisions.load_many([experiment.commit for experiment in there])
        for experiment, outcome in zip(there, found, strict=True):
            if isinstance(outcome, AssayError):
                problems.append(unreadable(experiment.name, outcome)._replace(kind=EXPERIMENT))
            else:
                needs.add(outcome, f" in experiment '{experiment.name}'")
    return len(experiments), problems


def _is_odd(ref: str) -> bool:
    """Whether DVC would stumble over a reference below `refs/exps/`."""
    return parse_ref(ref) is None and not ref.removeprefix(PREFIX).startswith(_OF_OTHERS)


def _odd(ref: str) -> Problem:
    text = "is no experiment, and DVC cannot list experiments as long as it is there"
    return Problem(DAMAGED, EXPERIMENT, ref, text)


def _missing(severity: str, experiment: Experiment, what: str) -> Problem:
    return Problem(
        severity, EXPERIMENT, experiment.name, f"its {what} is not in the Git repository"
    )
