"""The engine that a command means."""

from __future__ import annotations

from assay.project import Project
from assay.queue.engine import Engine
from assay.queue.engines.registry import NotInstalled, is_installed, kind_of
from assay.queue.engines.settings import LOCAL
from assay.typed import Mapping


def engine(project: Project, name: str, environ: Mapping[str, str]) -> Engine:
    """The engine of that name, loaded when it is asked for. Raises UnknownEngine, NotInstalled."""
    if name == LOCAL:
        from assay.queue.local import LocalEngine

        return LocalEngine(project, environ)
    kind = kind_of(name)
    if not is_installed(kind):
        raise NotInstalled(kind)
    if kind.is_batch:
        from assay.queue.engines.batch_engine import BatchEngine

        return BatchEngine(project, name, environ)
    from assay.queue.engines.remote import RemoteEngine

    return RemoteEngine(project, name, environ)
