"""The life of a task, as a table."""

from __future__ import annotations

QUEUED, RUNNING, SUCCESS, FAILED, KILLED = "queued", "running", "success", "failed", "killed"

STATES = (QUEUED, RUNNING, SUCCESS, FAILED, KILLED)

ENDED = (SUCCESS, FAILED, KILLED)

TRANSITIONS = {
    "claim": (QUEUED, RUNNING),
    "succeed": (RUNNING, SUCCESS),
    "fail": (RUNNING, FAILED),
    "kill": (RUNNING, KILLED),
    "requeue": (RUNNING, QUEUED),
    "retry failed": (FAILED, QUEUED),
    "retry killed": (KILLED, QUEUED),
}
"""What happens → (state before, state after). Tasks start as queued and can be removed in any
state but running."""

SHOWN = {
    RUNNING: "Running",
    QUEUED: "Queued",
    FAILED: "Failed",
    KILLED: "Failed",
    SUCCESS: "Success",
}
"""How tables name a state, in the order in which they list tasks. Clients know no killed tasks."""
