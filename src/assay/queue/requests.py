"""A run as text, for the store: JSON of what `SnapshotRun` holds besides name and baseline."""

from __future__ import annotations

import json
from typing import Any

from assay.errors import AssayError
from assay.experiments.request import RunRequest
from assay.experiments.sandbox_run import SnapshotRun
from assay.pipeline.plan import Selection
from assay.pipeline.reproduce import ReproOptions
from assay.queue.records import Task


def as_text(run: SnapshotRun) -> str:
    """The request as one line of JSON; options that were not given are left out."""
    request = run.request
    return json.dumps(
        {
            "directory": run.directory,
            "copies": list(run.copies),
            "message": request.message,
            "selection": _differing(request.selection, Selection()),
            "options": _differing(request.options, ReproOptions()),
        }
    )


def run_of(task: Task) -> SnapshotRun:
    """The run that the task asks for. Raises AssayError for a text that is none."""
    try:
        data: dict[str, Any] = json.loads(task.request)
        selection = data["selection"]
        request = RunRequest(
            selection=Selection(**{**selection, "targets": tuple(selection.get("targets", ()))}),
            options=ReproOptions(**data["options"]),
            name=task.name,
            message=data["message"],
        )
        return SnapshotRun(
            request, task.name, task.baseline, data["directory"], tuple(data["copies"])
        )
    except (ValueError, TypeError, KeyError) as error:
        raise AssayError(
            f"the request of task '{task.short_id}' cannot be understood: {error}",
            hint="it may be of another version of this program: queue it again",
        ) from None


def _differing(given: Selection | ReproOptions, usual: Selection | ReproOptions) -> dict[str, Any]:
    pairs = zip(given._asdict().items(), usual, strict=True)
    return {name: value for (name, value), default in pairs if value != default}
