"""Which jobs of a batch system are still there."""

from __future__ import annotations

import os
import subprocess

from assay.fs.processes import exists
from assay.typed import Iterable

LOCAL, SLURM = "local", "slurm"

_SQUEUE = ["squeue", "--noheader", "--array", "--states=all", "--format=%i %T"]
_OVER = frozenset(
    {"BOOT_FAIL", "CANCELLED", "COMPLETED", "DEADLINE", "FAILED", "NODE_FAIL", "OUT_OF_MEMORY"}
    | {"PREEMPTED", "REVOKED", "TIMEOUT"}
)
_PATIENCE_S = 60.0


def going(cluster: str, numbers: Iterable[str]) -> set[str]:
    """Those of the jobs that wait or run, or of which nothing can be said at this moment.

    Slurm is asked once for all of them, and its controller only: accounting is optional, and
    without it `sacct`, which submitit asks, knows of no end.
    """
    wanted = set(numbers)
    if cluster == LOCAL:  # the number of a job is that of its process
        return {number for number in wanted if exists(int(number))}
    if not wanted:
        return set()
    try:
        answer = subprocess.run(
            [*_SQUEUE, f"--user={os.getuid()}"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
            timeout=_PATIENCE_S,
        )
    except (OSError, subprocess.SubprocessError):
        return wanted
    known = (line.split() for line in answer.stdout.decode("ascii", "replace").splitlines())
    return wanted & {fields[0] for fields in known if len(fields) == 2 and fields[1] not in _OVER}
