"""Tasks and their attempts, as the store holds them."""

from __future__ import annotations

from assay.queue.states import ENDED
from assay.typed import NamedTuple


class NewTask(NamedTuple):
    """A task to be stored. `request` is the text of `experiments/run_text.py`."""

    name: str
    baseline: str
    snapshot: str
    batch: str
    request: str
    priority: int
    queued_at: float
    spare_attempts: int


class Task(NamedTuple):
    """One experiment in the queue.

    `id` counts up in the order of queueing. `snapshot` is the commit with its files; its first
    digits are how users name the task. `batch` names the reference that keeps the snapshot.
    `cause` says why it failed. `result` is the experiment's commit. `attempts` is how often it
    was started; it may be started `spare_attempts` more times if its worker is lost. Times are
    seconds since 1970.
    """

    id: int
    name: str
    baseline: str
    snapshot: str
    batch: str
    request: str
    priority: int
    state: str
    cause: str
    result: str
    attempts: int
    spare_attempts: int
    queued_at: float

    @property
    def short_id(self) -> str:
        """The task as tables name it."""
        return self.snapshot[:7]

    @property
    def is_over(self) -> bool:
        """Whether nothing will happen to it by itself."""
        return self.state in ENDED


class Attempt(NamedTuple):
    """One execution of a task. `number` counts from 1.

    `token` marks everything it started (`sandbox.MARK`); `pid` is the process that works on it, on
    `host`, for `worker`. Who is on our host is alive as long as the worker's lock is held; others,
    and those of an `engine`, which knows the attempt as `handle`, until `lease_until`. The task's
    id and `number` are the fence: what is said of an attempt that is not the last one is ignored.
    `made` is the commit of the result, written down before it is announced. `remains` tells what
    it left to go on from, in the text of `experiments/run_text.py`. `outcome` is the state it led
    to, empty while it runs.
    """

    task: int
    number: int
    token: str
    worker: str
    pid: int
    started_at: float
    ended_at: float
    kill_wanted: bool
    made: str
    remains: str
    outcome: str
    host: str = ""
    engine: str = ""
    handle: str = ""
    lease_until: float = 0.0


class Worker(NamedTuple):
    """A worker that has begun and has not ended in order; `lease_until` counts on other hosts."""

    id: str
    pid: int
    host: str
    lease_until: float
