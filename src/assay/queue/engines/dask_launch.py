"""Clusters that Dask starts: workers on this machine, or whatever class the user has named.

    git config assay.engine.dask.cluster dask_jobqueue.PBSCluster
    git config --add assay.engine.dask.option cores=4

The class comes from the user's own configuration of Git, never from the repository.
"""

from __future__ import annotations

from assay.errors import AssayError, ConfigError
from assay.modules import load
from assay.queue.engines.settings import Settings
from assay.typed import Any

_MOST_WORDS = 500


class CannotLaunch(AssayError):
    """What starts a cluster has failed, in its own words."""

    def __init__(self, place: str, error: BaseException) -> None:
        super().__init__(
            f"'{place}' starts no cluster: {_on_one_line(error)}",
            hint="it is what `assay.engine.dask.cluster` names, with the options set there",
        )


def launched(settings: Settings, jobs: int) -> Any:
    """A cluster with room for `jobs`, at least one, of the class that `cluster` names; else here.

    Raises ConfigError, CannotLaunch.
    """
    place = settings.get("cluster")
    if not place:
        return _here(jobs)
    module, _, name = place.rpartition(".")
    try:
        kind = getattr(load(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise ConfigError(
            f"`assay.engine.dask.cluster` '{place}' cannot be loaded: {brief(error)}"
        ) from None
    options = settings.options()
    try:
        cluster = kind(**options)
        if settings.get("scale").lower() != "false":
            _scale(cluster, max(1, jobs))
    except Exception as error:  # of others' code, which may raise anything
        raise CannotLaunch(place, error) from error
    return cluster


def brief(error: BaseException) -> str:
    """The first line of what an error says."""
    return (str(error) or type(error).__name__).strip().split("\n")[0]


def _here(jobs: int) -> Any:
    from distributed import LocalCluster

    return LocalCluster(
        n_workers=max(1, jobs),
        threads_per_worker=1,
        processes=True,
        dashboard_address=None,
        host="127.0.0.1",
        protocol="tcp://",
        silence_logs=50,
    )


def _scale(cluster: Any, jobs: int) -> None:
    """Ask for workers, and learn whether they could be asked for: Dask itself only logs that."""
    from distributed import SpecCluster

    if not hasattr(cluster, "scale"):
        return
    if not isinstance(cluster, SpecCluster):
        cluster.scale(jobs)
    elif cluster.new_spec is not None:  # else it has the workers that its options name
        cluster.scale(jobs)
        cluster.sync(_asked_for, cluster)


async def _asked_for(cluster: Any) -> None:
    await cluster
    for worker in list(cluster.workers.values()):
        await worker  # again, if it could not be started


def _on_one_line(error: BaseException) -> str:
    words = " ".join(str(error).split()) or type(error).__name__
    return words if len(words) <= _MOST_WORDS else f"{words[:_MOST_WORDS]}…"
