"""Engines by name. A third party adds one by an entry point:

    [project.entry-points."assay.engines"]
    mine = "my_package.engine:open_cluster"

`open_cluster(project, settings, jobs)` gives a `Cluster` (`assay.queue.engine`).
"""

from __future__ import annotations

from assay.errors import AssayError
from assay.modules import load
from assay.project import Project
from assay.queue.engine import Cluster
from assay.queue.engines.settings import LOCAL, Settings
from assay.typed import Callable, Mapping, NamedTuple

GROUP = "assay.engines"

OpenCluster = Callable[[Project, Settings, int], Cluster]
"""Connects to a cluster, or starts one for so many jobs at once. Raises AssayError."""


class Kind(NamedTuple):
    """An engine: what it is, the module that it needs and what to install for it.

    With `is_batch` nothing of ours lives on: whoever looks at the queue collects.
    """

    name: str
    summary: str
    place: str
    module: str = ""
    extra: str = ""
    is_batch: bool = False


_OWN = (
    Kind(LOCAL, "processes on this machine", ""),
    Kind(
        "dask",
        "Dask: a scheduler by its address, or a cluster that Dask starts",
        "assay.queue.engines.dask_cluster:open_cluster",
        "distributed",
        "assay[dask]",
    ),
    Kind(
        "slurm",
        "Slurm: a job for each task, nothing of ours that lives on",
        "assay.queue.engines.batch:open_cluster",
        "submitit",
        "assay[slurm]",
        is_batch=True,
    ),
)


class UnknownEngine(AssayError):
    """There is no engine of that name."""

    def __init__(self, name: str, known: Mapping[str, Kind]) -> None:
        super().__init__(
            f"there is no engine '{name}'", hint=f"known are: {', '.join(sorted(known))}"
        )


class NotInstalled(AssayError):
    """An engine's library is missing."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(
            f"engine '{kind.name}' needs the package '{kind.module}', which is not installed",
            hint=f"pip install '{kind.extra}'" if kind.extra else "",
        )


def kinds() -> dict[str, Kind]:
    """All engines by name, ours first; ours cannot be replaced."""
    from importlib.metadata import entry_points

    found = {kind.name: kind for kind in _OWN}
    for point in entry_points(group=GROUP):
        summary = f"from the package '{point.dist.name}'" if point.dist else "of another package"
        found.setdefault(point.name, Kind(point.name, summary, point.value))
    return found


def kind_of(name: str) -> Kind:
    """The engine of that name. Raises UnknownEngine."""
    for kind in _OWN:
        if kind.name == name:
            return kind
    known = kinds()
    if name not in known:
        raise UnknownEngine(name, known)
    return known[name]


def is_installed(kind: Kind) -> bool:
    """Whether the library that the engine needs is there. Nothing is imported."""
    from importlib.util import find_spec

    return not kind.module or find_spec(kind.module) is not None


def opener(kind: Kind) -> OpenCluster:
    """What connects to the engine's cluster. Raises NotInstalled, AssayError."""
    if not is_installed(kind):
        raise NotInstalled(kind)
    module, _, function = kind.place.partition(":")
    try:
        found: OpenCluster = getattr(load(module), function)
    except (ImportError, AttributeError) as error:
        raise AssayError(f"engine '{kind.name}' cannot be loaded: {error}") from None
    return found
