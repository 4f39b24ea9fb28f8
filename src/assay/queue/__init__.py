"""Tasks that outlive a process: experiments that wait, run in the background and are never lost.

    exp run --queue     enqueue.py    snapshots, a reference, one transaction
    queue start         local.py      workers: processes of their own
                        worker.py     claim a task, fork, wait, settle, next
                        attempt.py    one attempt: sandbox, run, publish once
    whoever looks       reap.py       finds attempts and workers that are dead
                        settle.py     what becomes of an attempt whose process is gone

The store (`store.py`, docs/queue.md) knows what is to be done, kernel locks know who is alive.
Nothing in here starts when another command starts: SQLite is imported by `store.py` when needed.
"""
