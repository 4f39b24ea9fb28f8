"""The order of a baseline's experiments."""

from __future__ import annotations

from assay.compare.order import in_display_order
from assay.compare.records import Executor, Experiment, Revision
from compare.samples import experiment


def names(*experiments: Experiment) -> list[str | None]:
    return [item.name for item in in_display_order(experiments)]


def test_running_then_finished_then_queued_then_failed() -> None:
    states = ["failed", "queued", "success", "running"]
    assert names(*(experiment(state, executor=Executor(state)) for state in states)) == states[::-1]


def test_what_did_not_come_from_the_queue_stands_among_the_successful() -> None:
    success = experiment("success", executor=Executor("success"), day=1)
    assert names(success, experiment("plain", day=2)) == ["plain", "success"]


def test_newest_first_then_by_commit_id_descending() -> None:
    assert names(experiment("a", day=1), experiment("b", day=2), experiment("c", day=2)) == [
        *("c", "b", "a"),
    ]


def test_without_a_time_is_newest() -> None:
    assert names(experiment("a", day=9), Experiment(Revision("workspace"), name="w")) == ["w", "a"]
