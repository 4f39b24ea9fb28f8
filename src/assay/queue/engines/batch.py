"""Slurm without a process of ours that lives on: each task is a job, tasks submitted together are
one array, and any later command that looks at the queue collects what has ended.

    .dvc/tmp/exps/queue/batch/<handle>/capsule, job, started, log, so-far.json, result

The folder is on a file system that login and compute nodes share; so is the project's cache.
`submitit` writes the scripts and knows Slurm's commands. It pickles, so nothing goes through it but
the name of a folder.
"""

from __future__ import annotations

import math
import os
import sys
from functools import partial

from assay.contexts import contextmanager
from assay.errors import AssayError
from assay.fs.atomic import write_bytes, write_text
from assay.fs.remove import remove
from assay.project import Project
from assay.queue.engine import ENDED, LOST, Event, Facts
from assay.queue.engines.jobs import SLURM, going
from assay.queue.engines.settings import Settings
from assay.queue.places import Places
from assay.typed import Any, Collection, Iterator, Mapping

_MOST = 1000
_SCRIPTS = "submitit"
_PARAMETERS = {"gpu": "gpus_per_node", "cores": "cpus_per_task", "mem_gb": "mem_gb"}


def run_folder(folder: str) -> None:
    """What a job does: run the capsule in the folder, and leave the result there."""
    from assay.queue.hosts.job import LOG, SO_FAR
    from assay.queue.hosts.run import run_capsule

    write_text(os.path.join(folder, "started"), f"{os.uname().nodename}\n")
    with open(os.path.join(folder, "capsule"), "rb") as file:
        capsule = file.read()
    holds = os.path.join(folder, SO_FAR)
    with open(os.path.join(folder, LOG), "ab", buffering=0) as log:
        result = run_capsule(capsule, log.write, partial(write_bytes, holds))
    write_bytes(os.path.join(folder, "result"), result)


def open_cluster(project: Project, settings: Settings, jobs: int) -> BatchCluster:
    """Slurm as submitit finds it; `assay.engine.slurm.cluster` is `local` for trying it out.

    `option` settings are submitit's parameters: `timeout_min=60`, `slurm_partition="gpu"`, …
    """
    import submitit

    del jobs  # Slurm decides; `slurm_array_parallelism` bounds it
    cluster = settings.get("cluster") or SLURM
    folder = Places(project).batch
    os.makedirs(folder, exist_ok=True)
    try:
        executor = submitit.AutoExecutor(folder=os.path.join(folder, _SCRIPTS), cluster=cluster)
        executor.update_parameters(**settings.options())
    except (RuntimeError, ValueError, NameError, TypeError, OSError) as error:
        raise AssayError(
            f"Slurm cannot be used from here: {error}", hint="is `sbatch` on the PATH?"
        ) from None

    return BatchCluster(executor, cluster, folder)


class BatchCluster:
    """Jobs in folders below `folder`."""

    __slots__ = ("_executor", "_folder", "_pending", "_scripts", "_system", "_watched")

    def __init__(self, executor: Any, system: str, folder: str) -> None:
        self._executor = executor
        self._system = system
        self._scripts = os.path.join(folder, _SCRIPTS)
        self._folder = folder
        self._pending: list[tuple[str, tuple[tuple[str, float], ...]]] = []
        self._watched: list[str] = []

    def facts(self) -> Facts:
        """Slurm has a queue of its own: everything may be submitted, for any amount."""
        return Facts(_MOST, {"slurm": dict.fromkeys(_PARAMETERS, math.inf)})

    def is_reachable(self) -> bool:
        """Its commands are here."""
        return True

    def submit(self, handle: str, capsule: bytes, resources: Mapping[str, float]) -> None:
        """Write the capsule down; the job is submitted with all others by `events`."""
        folder = os.path.join(self._folder, handle)
        os.makedirs(folder, 0o700, exist_ok=True)
        write_bytes(os.path.join(folder, "capsule"), capsule)
        self._pending.append((handle, tuple(sorted(resources.items()))))
        self._watched.append(handle)

    def adopt(self, handle: str) -> bool:
        """Jobs are known by their folders."""
        self._watched.append(handle)
        return os.path.exists(os.path.join(self._folder, handle, "job"))

    def events(self, patience_s: float) -> list[Event]:
        """Submit what waits for it; then what has ended. Looks once, without patience."""
        del patience_s
        for needs in sorted({needs for _, needs in self._pending}):
            self._submit_array([one for one, asked in self._pending if asked == needs], needs)
        self._pending = []
        numbers = {handle: self._number(handle) for handle in self._watched}
        alive = going(self._system, filter(None, numbers.values()))
        ends = (self._end_of(handle, numbers[handle], alive) for handle in self._watched)
        found = [event for event in ends if event is not None]
        ended = {event.handle for event in found}
        self._watched = [handle for handle in self._watched if handle not in ended]
        return found

    def folder(self, handle: str) -> str:
        """The job's."""
        return os.path.join(self._folder, handle)

    def cancel(self, handle: str, token: str, *, force: bool) -> None:
        """The word that `run_capsule` looks for, through the shared file system."""
        from assay.queue.hosts.run import cancel

        cancel(token, force)

    def forget(self, handle: str) -> None:
        """Delete the job's folder."""
        number = self._number(handle)
        remove(os.path.join(self._folder, handle))
        if number and os.path.isdir(self._scripts):
            for name in os.listdir(self._scripts):
                if name.startswith(f"{number}_"):
                    remove(os.path.join(self._scripts, name))

    def close(self) -> None:
        """Jobs go on."""

    def _submit_array(self, handles: list[str], needs: tuple[tuple[str, float], ...]) -> None:
        folders = [os.path.join(self._folder, handle) for handle in handles]
        known = {
            _PARAMETERS[name]: math.ceil(amount) for name, amount in needs if name in _PARAMETERS
        }
        self._executor.update_parameters(**known)
        with _streams_kept():
            jobs = self._executor.map_array(run_folder, folders)
        for folder, job in zip(folders, jobs, strict=True):
            write_text(os.path.join(folder, "job"), f"{job.job_id}\n")

    def _number(self, handle: str) -> str:
        try:
            with open(os.path.join(self._folder, handle, "job"), encoding="ascii") as file:
                return file.read().strip()
        except FileNotFoundError:
            return ""

    def _end_of(self, handle: str, number: str, alive: Collection[str]) -> Event | None:
        folder = os.path.join(self._folder, handle)
        try:
            with open(os.path.join(folder, "result"), "rb") as file:
                return Event(handle, ENDED, file.read())
        except FileNotFoundError:
            pass
        if not number:
            return Event(handle, LOST, reason="it was not submitted")
        if number in alive or os.path.exists(os.path.join(folder, "result")):
            return None  # the next look finds the result
        return Event(handle, LOST, reason=f"job {number} has ended without a result")


@contextmanager
def _streams_kept() -> Iterator[None]:
    """What is started meanwhile has none of our streams: whoever reads them sees us end."""
    sys.stdout.flush()
    sys.stderr.flush()
    kept = [os.dup(number) for number in range(3)]
    nothing = os.open(os.devnull, os.O_RDWR)
    try:
        for number in range(3):
            os.dup2(nothing, number)
        yield
    finally:
        for number, own in enumerate(kept):
            os.dup2(own, number)
            os.close(own)
        os.close(nothing)
