"""`exp show --json`: the contract with IDEs (spec/clients.md §1.3, keys in that order).

IDEs ask after every change of a file, so the document is put together from texts: what was kept of
a commit is printed as it is.
"""

from __future__ import annotations

from assay.compare.contents import Contents
from assay.compare.json_text import json_text, text_or_null
from assay.compare.readings import Failure
from assay.compare.records import Baseline, Executor, Experiment, Revision
from assay.typed import Iterable

_NULL = "null"


def as_json_text(baselines: Iterable[Baseline]) -> str:
    """One item per baseline, its experiments inside; values are those of the files, unrounded."""
    return f"[{', '.join(map(_baseline, baselines))}]"


def _baseline(baseline: Baseline) -> str:
    experiments = ", ".join(map(_experiment, baseline.experiments))
    return _state(baseline.revision, f"[{experiments}]" if experiments else _NULL)


def _experiment(experiment: Experiment) -> str:
    state = _state(experiment.revision, _NULL)
    executor = _NULL if experiment.executor is None else _executor(experiment.executor)
    name = text_or_null(experiment.name)
    return f'{{"revs": [{state}], "executor": {executor}, "name": {name}}}'


def _state(revision: Revision, experiments: str) -> str:
    rev, name = text_or_null(revision.rev), text_or_null(revision.name)
    data = _NULL if revision.contents is None else _data(rev, revision.contents)
    error = _NULL if revision.failure is None else _failure(revision.failure)
    return (
        f'{{"rev": {rev}, "name": {name}, "data": {data}, "error": {error}, '
        f'"experiments": {experiments}}}'
    )


def _data(rev: str, contents: Contents) -> str:
    time = text_or_null(contents.iso_time)
    return f'{{"rev": {rev}, "timestamp": {time}, {contents.text[1:]}'


def _failure(failure: Failure) -> str:
    return json_text({"msg": failure.msg, "type": failure.type})


def _executor(executor: Executor) -> str:
    local = None if executor.local is None else executor.local._asdict()
    return json_text({"state": executor.state, "name": executor.name, "local": local})
