"""`exp run --queue`: put an experiment, or a sweep, into the queue."""

from __future__ import annotations

from assay.cli.session import Session
from assay.errors import AssayError
from assay.experiments.request import RunRequest
from assay.experiments.start import Start
from assay.queue.enqueue import enqueue


def queue(
    session: Session, request: RunRequest, *, priority: int, start: Start | None = None
) -> int:
    """Queue one experiment or a sweep, and name each."""
    if request.options.dry:
        raise AssayError(
            "a dry run makes no experiment: there is nothing to queue",
            hint="without `--queue` it shows what would run",
        )
    queued = enqueue(
        session.project,
        request,
        addresses=session.addresses,
        console=session.console,
        environ=session.environ,
        priority=priority,
        start=start,
    )
    for task in queued:
        if task.overrides:
            session.console.info(f"Queueing with overrides '{task.overrides}'.")
        session.console.info(f"Queued experiment '{task.name}' for future execution.")
    return 0
