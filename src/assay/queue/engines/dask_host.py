"""What Dask runs on a worker: importable there, so that nothing of ours is pickled but bytes."""

from __future__ import annotations

from functools import partial

from assay.queue.engine import HOLDS, PRINTED
from assay.queue.hosts.run import run_capsule
from assay.queue.liveness import this_host


def run_on_dask(data: bytes, handle: str, topic: str) -> bytes:
    """`run_capsule` in a worker's thread; what it prints and holds goes to `topic` as it comes."""
    from distributed import get_worker

    worker = get_worker()

    def tell(kind: str, data: bytes) -> None:
        worker.log_event(topic, {"handle": handle, kind: data, "host": this_host()})

    tell(PRINTED, b"")
    return run_capsule(data, partial(tell, PRINTED), partial(tell, HOLDS))
