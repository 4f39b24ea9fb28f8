"""In which order the experiments of a baseline are shown (spec/experiments.md §5.1)."""

from __future__ import annotations

from assay.compare.records import Experiment
from assay.typed import Iterable

_PLACES = {"running": 0, "success": 1, "queued": 2, "failed": 3}


def in_display_order(experiments: Iterable[Experiment]) -> list[Experiment]:
    """Running ones, finished, queued, failed; the newest first in each group.

    What has no commit time yet counts as newest; equal times are ordered by commit id, descending.
    """
    return sorted(sorted(experiments, key=_age, reverse=True), key=_place)


def _place(experiment: Experiment) -> int:
    executor = experiment.executor
    return _PLACES[executor.state] if executor else _PLACES["success"]


def _age(experiment: Experiment) -> tuple[bool, object, str]:
    rev, _, contents, _ = experiment.revision
    time = contents.committed_at if contents else None
    return time is None, time, rev  # None is compared with nothing but itself
