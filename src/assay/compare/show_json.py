"""`exp show --json`: the contract with IDEs (spec/clients.md §1.3, keys in that order)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from assay.compare.json_text import file_as_json
from assay.compare.records import (
    Baseline,
    Contents,
    DependencyContent,
    Executor,
    Experiment,
    Failure,
    Files,
    OutputContent,
    Revision,
)


def as_json(baselines: Iterable[Baseline]) -> list[dict[str, object]]:
    """One item per baseline, its experiments inside; values are those of the files, unrounded."""
    return [_baseline(baseline) for baseline in baselines]


def contents_as_json(rev: str, contents: Contents) -> dict[str, object]:
    """What one revision holds: the `data` of an item."""
    timestamp = contents.timestamp
    return {
        "rev": rev,
        "timestamp": None if timestamp is None else timestamp.isoformat(),
        "params": _files(contents.params),
        "metrics": _files(contents.metrics),
        "deps": {path: _dependency(item) for path, item in contents.deps.items()},
        "outs": {path: _output(item) for path, item in contents.outs.items()},
        "meta": {},
    }


def _baseline(baseline: Baseline) -> dict[str, object]:
    experiments = [_experiment(item) for item in baseline.experiments]
    return _state(baseline.revision, experiments or None)


def _experiment(experiment: Experiment) -> dict[str, object]:
    return {
        "revs": [_state(experiment.revision, None)],
        "executor": _executor(experiment.executor),
        "name": experiment.name,
    }


def _state(revision: Revision, experiments: object) -> dict[str, object]:
    contents = revision.contents
    return {
        "rev": revision.rev,
        "name": revision.name,
        "data": None if contents is None else contents_as_json(revision.rev, contents),
        "error": _failure(revision.failure),
        "experiments": experiments,
    }


def _failure(failure: Failure | None) -> dict[str, object] | None:
    return None if failure is None else {"msg": failure.msg, "type": failure.type}


def _executor(executor: Executor | None) -> dict[str, object] | None:
    if executor is None:
        return None
    local = executor.local
    return {
        "state": executor.state,
        "name": executor.name,
        "local": None if local is None else local._asdict(),
    }


def _files(files: Files) -> Mapping[str, object]:
    return {path: file_as_json(content) for path, content in files.items()}


def _dependency(item: DependencyContent) -> dict[str, object]:
    return {"hash": item.hash, "size": item.size, "nfiles": item.nfiles}


def _output(item: OutputContent) -> dict[str, object]:
    return item._asdict()
