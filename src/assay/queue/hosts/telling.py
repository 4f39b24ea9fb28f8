"""Telling, while an experiment runs on a host, what it holds so far.

A thread looks at the sandbox in the way of `exp show` on the same machine, and writes what has
changed into a file that `run_capsule` passes on. Tasks of a moment pay nothing for it.
"""

from __future__ import annotations

import time
from threading import Event, Thread

from assay.compare.workspace_snapshot import sandbox_snapshot
from assay.contexts import contextmanager
from assay.errors import AssayError
from assay.fs.atomic import write_bytes
from assay.project import Project
from assay.queue.so_far import as_text
from assay.typed import Iterator
from assay.ui.console import Silence

_PAUSE_S = 1.0
_LEAST_SHARE = 20
"""The pause is so many times as long as the look: of a huge project there are fewer."""


@contextmanager
def told(project: Project, path: str) -> Iterator[None]:
    """While the block runs, the file `path` says what the sandbox of `project` holds."""
    is_over = Event()
    thread = Thread(target=_tell, args=(project, path, is_over), daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def _tell(project: Project, path: str, is_over: Event) -> None:
    last, pause_s = b"", _PAUSE_S
    while not is_over.wait(pause_s):
        began = time.monotonic()
        text = _look(project)
        if text and text != last:
            write_bytes(path, text)
            last = text
        pause_s = max(_PAUSE_S, _LEAST_SHARE * (time.monotonic() - began))


def _look(project: Project) -> bytes:
    try:
        return as_text(sandbox_snapshot(project, Silence()).contents())
    except (AssayError, OSError):
        return b""  # a stage file that is being written: what it was like before stays
