"""What a task asks for."""

from __future__ import annotations

from assay.experiments.run_text import run_from
from assay.experiments.snapshot_run import SnapshotRun
from assay.queue.records import Task


def run_of(task: Task) -> SnapshotRun:
    """The run that the task asks for. Raises AssayError for a text that is none."""
    return run_from(task.request, task.name, task.baseline)
