"""Assay for Python: the commands as functions that take and give data and print nothing.

    import assay.api as assay

    best = assay.run(params={"train.lr": 0.1}, name="deeper")
    print(best.metrics["acc"], best.params["train"]["lr"])

    assay.queue(sweep={"train.lr": [0.01, 0.1, 1.0]})
    results = assay.wait(jobs=2)
    assay.apply(max(results, key=lambda one: one.metrics["acc"]).name)

In a stage's script `params_show()`, `read(path)` and `open(path)` give what the running experiment
has. Every function takes `project`, a directory in the project; paths, names of stages and names of
files are as seen from there, as on the command line. Trouble is an AssayError with a `message` and
often a `hint`. What the commands of stages print goes to the process's own output, as ever.
"""

from __future__ import annotations

from assay.api.experiments import apply, queue, run, save, show, undo, wait
from assay.api.records import Experiment
from assay.api.values import get_url, metrics_show, open, params_show, read, read_bytes
from assay.errors import AssayError

__all__ = [
    "AssayError",
    "Experiment",
    "apply",
    "get_url",
    "metrics_show",
    "open",
    "params_show",
    "queue",
    "read",
    "read_bytes",
    "run",
    "save",
    "show",
    "undo",
    "wait",
]
