"""Capsules on a Dask cluster: one that runs, one that Dask starts, or workers on this machine.

Dask moves bytes, picks hosts and tells who is gone; it needs to know nothing of experiments. Each
capsule is a Dask task whose key is our handle. A published dataset of the same name keeps the task
when we die, so that the next coordinator finds it.
"""

from __future__ import annotations

import asyncio
import queue
import time

from assay.errors import AssayError, ConfigError
from assay.project import Project
from assay.queue.capsule import MAX_BYTES
from assay.queue.engine import ENDED, HOLDS, LOST, PRINTED, UNABLE, Event, Facts
from assay.queue.engines.dask_host import run_on_dask
from assay.queue.engines.dask_launch import brief, launched
from assay.queue.engines.sender import identity
from assay.queue.engines.settings import Settings
from assay.queue.hosts.run import cancel as cancel_on_host
from assay.typed import Any, Mapping

_CONNECT_S = 20.0
_FACTS_S = 2.0
_ANSWER_S = 60.0


def open_cluster(project: Project, settings: Settings, jobs: int) -> DaskCluster:
    """Connect to `address`, else start a `cluster`, else workers here. Raises AssayError."""
    import dask
    from distributed import Client

    patience_s = _seconds(settings, "connect-timeout", _CONNECT_S)
    dask.config.set(
        {
            "distributed.scheduler.allowed-failures": 0,
            # A scheduler in this process remembers so many of the pieces that hosts have told.
            "distributed.admin.low-level-log-length": 100,
            "distributed.admin.large-graph-warning-threshold": f"{MAX_BYTES}B",  # of a capsule
            "distributed.comm.timeouts.connect": f"{patience_s:g}s",
        }
    )
    owned, target, security = None, settings.get("address"), _security(settings)
    if not target:
        owned = target = launched(settings, jobs)
    elif target.startswith("tls://") and security is None:
        raise ConfigError(
            f"'{target}' wants certificates, and none are set",
            hint="set `assay.engine.dask.tls-ca-file`, `tls-cert` and `tls-key`",
        )
    try:
        client = Client(
            target,
            security=security if owned is None else None,
            timeout=patience_s,
            set_as_default=False,
        )
    except (TimeoutError, OSError, ValueError) as error:
        raise AssayError(
            f"no Dask scheduler answers at '{target}': {brief(error)}",
            hint="start one with `dask scheduler`, or correct `assay.engine.dask.address`",
        ) from None
    is_here = owned is not None and not settings.get("cluster")
    return DaskCluster(client, owned, f"assay-{identity(project)}", jobs, keeps_count=is_here)


class DaskCluster:
    """A client of a Dask scheduler, and the cluster if we have started it."""

    __slots__ = (
        *("_client", "_events", "_facts", "_facts_at", "_futures", "_is_limited", "_jobs"),
        *("_keeps_count", "_owned", "_topic"),
    )

    def __init__(
        self, client: Any, owned: Any, topic: str, jobs: int, *, keeps_count: bool
    ) -> None:
        self._client = client
        self._owned = owned
        self._topic = topic
        self._jobs = jobs
        self._keeps_count = keeps_count
        self._futures: dict[str, Any] = {}
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._facts = Facts(0, {})
        self._facts_at = float("-inf")
        client.subscribe_topic(topic, self._told)

    def facts(self) -> Facts:
        """Threads are slots: at most as many as were asked for."""
        if time.monotonic() >= self._facts_at + _FACTS_S:
            workers = self._client.scheduler_info(n_workers=-1)["workers"]
            slots = sum(int(worker["nthreads"]) for worker in workers.values())
            hosts = {name: dict(worker["resources"]) for name, worker in workers.items()}
            self._facts = Facts(min(slots, self._jobs or slots), hosts, self._keeps_count)
            self._facts_at = time.monotonic()
        return self._facts

    def is_reachable(self) -> bool:
        """Whether the scheduler is connected."""
        return str(self._client.status) == "running"

    def submit(self, handle: str, capsule: bytes, resources: Mapping[str, float]) -> None:
        """Run a capsule once, on a worker with the resources."""
        future = self._client.submit(
            run_on_dask,
            capsule,
            handle,
            self._topic,
            key=handle,
            pure=False,
            retries=0,
            resources=dict(resources) or None,
        )
        self._client.publish_dataset(**{handle: future})
        self._watch(handle, future)

    def adopt(self, handle: str) -> bool:
        """Find the task that an earlier coordinator has published."""
        if handle not in self._client.list_datasets():
            return False
        self._watch(handle, self._client.get_dataset(handle))
        return True

    def events(self, patience_s: float) -> list[Event]:
        """What Dask's threads have put down."""
        found = []
        try:
            found.append(self._events.get(timeout=patience_s))
            while True:
                found.append(self._events.get_nowait())
        except queue.Empty:
            return found

    def folder(self, handle: str) -> str:
        """There is none: `events` tells."""
        return ""

    def cancel(self, handle: str, token: str, *, force: bool) -> None:
        """Tell every host; by force also Dask, for a task that no worker has taken yet."""
        self._client.run(cancel_on_host, token, force, on_error="ignore")
        future = self._futures.get(handle)
        if force and future is not None and not self._is_on_worker(handle):
            future.cancel(force=True)

    def forget(self, handle: str) -> None:
        """Let Dask drop the task and its result."""
        if self._futures.pop(handle, None) is not None and self.is_reachable():
            self._client.unpublish_dataset(handle)

    def close(self) -> None:
        """Leave; a cluster of our own ends."""
        self._client.close()
        if self._owned is not None:
            self._owned.close()

    def _is_on_worker(self, handle: str) -> bool:
        return any(handle in keys for keys in self._client.processing().values())

    def _watch(self, handle: str, future: Any) -> None:
        self._futures[handle] = future
        future.add_done_callback(lambda done: self._ended(handle, done))

    def _ended(self, handle: str, future: Any) -> None:
        """In a thread of Dask's: nothing may be raised here."""
        from distributed import KilledWorker

        try:
            data = future.result(timeout=_ANSWER_S)
            is_bytes = type(data) is bytes
            event = (
                Event(handle, ENDED, data)
                if is_bytes
                else Event(handle, UNABLE, reason="the host's answer is not made of bytes")
            )
        except (KilledWorker, asyncio.CancelledError) as error:
            event = Event(handle, LOST, reason=brief(error))
        except ImportError as error:
            reason = f"Assay cannot be imported on the host, install it there: {error}"
            event = Event(handle, UNABLE, reason=reason)
        except Exception as error:
            lost = future.status in ("lost", "cancelled") or isinstance(error, OSError)
            event = Event(handle, LOST if lost else UNABLE, reason=brief(error))
        self._events.put(event)

    def _told(self, event: tuple[float, Any]) -> None:
        message = event[1]
        if not isinstance(message, dict):
            return
        handle, host = str(message.get("handle")), str(message.get("host"))
        for kind in (PRINTED, HOLDS):
            if type(message.get(kind)) is bytes:
                self._events.put(Event(handle, kind, message[kind], host=host))


def _seconds(settings: Settings, name: str, usual: float) -> float:
    text = settings.get(name)
    try:
        return float(text) if text else usual
    except ValueError:
        raise ConfigError(f"`assay.engine.dask.{name}` is '{text}', and no seconds") from None


def _security(settings: Settings) -> Any:
    """TLS as configured; None without."""
    files = {
        "tls_ca_file": settings.path("tls-ca-file"),
        "tls_client_cert": settings.path("tls-cert"),
        "tls_client_key": settings.path("tls-key"),
    }
    if not any(files.values()):
        return None
    from distributed.security import Security

    return Security(require_encryption=True, **{name: path for name, path in files.items() if path})
