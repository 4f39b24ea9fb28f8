"""`exp list`: experiments by the commit that they started from."""

from __future__ import annotations

import argparse

from assay.cli.session import Session
from assay.experiments.references import Experiment, all_experiments, experiments_of
from assay.git.repository import Repository, UnknownRevision


def list_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add = parser.add_argument
    add("-A", "--all-commits", action="store_true", help="of all commits")
    add("--rev", action="append", default=[], metavar="<commit>", help="of a commit (repeatable)")
    add("-n", "--num", type=int, default=1, metavar="<num>", help="of so many first parents")
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--name-only", "--names-only", action="store_true", help="only names")
    shape.add_argument("--sha-only", action="store_true", help="only commit ids")
    add("--json", action="store_true", help="print JSON")


def list_(arguments: argparse.Namespace, session: Session) -> int:
    """Print, grouped by baseline; nothing if there are none."""
    repository = session.project.git()
    by_baseline: dict[str, list[Experiment]] = {}
    for experiment in _wanted(repository, arguments):
        by_baseline.setdefault(experiment.baseline, []).append(experiment)
    if arguments.json:
        import json

        session.console.result(json.dumps(_as_data(by_baseline)))
        return 0
    for baseline, found in by_baseline.items():
        if not (arguments.name_only or arguments.sha_only):
            session.console.result(f"{_title(repository, baseline)}:")
        for experiment in sorted(found):
            session.console.result(_row(experiment, arguments))
    return 0


def _wanted(repository: Repository, arguments: argparse.Namespace) -> list[Experiment]:
    if arguments.all_commits:
        return all_experiments(repository)
    if repository.head_commit() is None:
        raise UnknownRevision("HEAD")
    commits = [
        commit
        for revision in arguments.rev or ["HEAD"]
        for commit in repository.log(revision, arguments.num)
    ]
    return [e for commit in dict.fromkeys(commits) for e in experiments_of(repository, commit)]


def _title(repository: Repository, baseline: str) -> str:
    """How a baseline is called: branch, tag or short id."""
    branches, tags = repository.names_by_commit()
    current = repository.head_branch()
    names = branches.get(baseline, [])
    if current in names:
        return str(current)
    return next(iter([*tags.get(baseline, []), *names]), baseline[:7])


def _row(experiment: Experiment, arguments: argparse.Namespace) -> str:
    if arguments.name_only:
        return experiment.name
    if arguments.sha_only:
        return experiment.commit
    return f"\t{experiment.commit[:7]} [{experiment.name}]"


def _as_data(by_baseline: dict[str, list[Experiment]]) -> dict[str, list[dict[str, str]]]:
    return {
        baseline: [{"name": e.name, "rev": e.commit} for e in sorted(found)]
        for baseline, found in by_baseline.items()
    }
