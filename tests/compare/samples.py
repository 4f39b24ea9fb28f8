"""One set of experiments with everything a table must cope with; the outputs in the tests that use
it were printed by the original."""

from __future__ import annotations

from datetime import date, datetime

from assay.compare.contents import Contents
from assay.compare.readings import DependencyContent, Failure, Files, OutputContent
from assay.compare.records import Baseline, Executor, Experiment, LocalProcess, Revision

MD5 = "ae11f27ea217f93e8987410ad59e834a"
MOMENT = int(datetime(2025, 3, 4, 5, 6, 7).timestamp())
A_DAY = 24 * 3600
TODAY = date(2025, 3, 5).timetuple()

PARAMS: Files = {
    "params.yaml": {
        "lr": 0.1,
        "net": {"depth": 3, "name": "deep"},
        "sizes": [1, 2.123456789],
        "none": None,
        "empty": {},
    }
}
METRICS: Files = {"m.json": {"acc": 0.123456789, "loss": {"val": 1e-9}, "lr": 3.0}}
DEPS = {"fit.py": DependencyContent(MD5, 281, None)}
OUTS = {"model": OutputContent(f"{MD5}.dir", 8, 2, True, False)}
BROKEN_PARAMS: Files = {"params.yaml": Failure("ValueError", "x")}

WORKSPACE = Baseline(
    Revision("workspace", contents=Contents(None, PARAMS, METRICS, DEPS, OUTS)),
)
ONE = Experiment(Revision("b" * 40, "one", Contents(MOMENT, PARAMS, METRICS)), None, "one")
TWO = Experiment(
    Revision("c" * 40, "two", Contents(MOMENT, BROKEN_PARAMS, METRICS)),
    Executor("failed", None, LocalProcess(returncode=255)),
    "two",
)
MAIN = Baseline(Revision("a" * 40, "main", Contents(MOMENT, PARAMS, METRICS)), [ONE, TWO])
ALL = [WORKSPACE, MAIN]


def experiment(
    name: str, *, lr: object = None, executor: Executor | None = None, day: int = 4
) -> Experiment:
    """A small experiment whose commit id is made of the first letter of `name`."""
    contents = Contents(MOMENT + (day - 4) * A_DAY, {"params.yaml": {"lr": lr}})
    return Experiment(Revision((name[0] * 40), name, contents), executor, name)
