"""Where the queue keeps its files: `.dvc/tmp/exps/queue/` of the project (docs/queue.md)."""

from __future__ import annotations

import os

from assay.fs.atomic import write_text
from assay.project import Project

BATCHES = "refs/assay/queue/"
"""References that keep the snapshots of tasks, one for each batch."""

_README = """\
The queue of experiments, see `dvc queue status`; tasks.db can be read with sqlite3.
Deleting this folder while no worker runs forgets all queued experiments.
"""


class Places:
    """Paths of one project's queue, all absolute."""

    __slots__ = ("folder",)

    def __init__(self, project: Project) -> None:
        self.folder = os.path.join(project.tmp_dir, "exps", "queue")

    @property
    def database(self) -> str:
        """The store."""
        return os.path.join(self.folder, "tasks.db")

    @property
    def start_lock(self) -> str:
        """Held while workers are counted and started."""
        return os.path.join(self.folder, "start.lock")

    @property
    def enqueue_lock(self) -> str:
        """Held from the first object of a batch to its transaction, and while leftovers go."""
        return os.path.join(self.folder, "enqueue.lock")

    @property
    def idle_lock(self) -> str:
        """Held by the one of the idle workers that looks for work."""
        return os.path.join(self.folder, "idle.lock")

    @property
    def workers(self) -> str:
        """One lock file for each worker."""
        return os.path.join(self.folder, "workers")

    def worker_lock(self, worker: str) -> str:
        """Held as long as the worker or the attempt that it started lives."""
        return os.path.join(self.workers, worker)

    def worker_log(self, worker: str) -> str:
        """What the worker itself had to say: errors nobody foresaw."""
        return os.path.join(self.workers, f"{worker}.log")

    def log(self, task: int, attempt: int) -> str:
        """What an attempt and its stages printed, both streams."""
        return os.path.join(self.folder, "logs", f"{task}.{attempt}.log")

    def so_far(self, task: int, attempt: int) -> str:
        """What the experiment of an attempt on another host holds; there while it runs."""
        return os.path.join(self.so_far_folder, f"{task}.{attempt}.json")

    @property
    def so_far_folder(self) -> str:
        """One file for each attempt that runs on another host."""
        return os.path.join(self.folder, "so-far")

    @property
    def identity_file(self) -> str:
        """What this repository is called on other hosts."""
        return os.path.join(self.folder, "identity")

    @property
    def batch(self) -> str:
        """A folder for each job that a batch system runs."""
        return os.path.join(self.folder, "batch")

    def has_result(self, handle: str) -> bool:
        """Whether a job has left its result and nobody has collected it yet."""
        return bool(handle) and os.path.exists(os.path.join(self.batch, handle, "result"))

    @property
    def batch_look(self) -> str:
        """Its age is how long ago the batch system was asked what became of the jobs."""
        return os.path.join(self.batch, "looked")

    @property
    def exists(self) -> bool:
        """Whether anything was ever queued."""
        return os.path.exists(self.database)

    def make(self) -> None:
        """Make the folders."""
        for folder in (os.path.join(self.folder, "logs"), self.so_far_folder, self.workers):
            os.makedirs(folder, exist_ok=True)
        readme = os.path.join(self.folder, "README")
        if not os.path.exists(readme):
            write_text(readme, _README)
