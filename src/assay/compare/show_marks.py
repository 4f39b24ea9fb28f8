"""The best and the worst of each metric that somebody has given a direction."""

from __future__ import annotations

from assay.compare.directions import Direction, is_larger_better
from assay.compare.show_rows import Row
from assay.typed import Mapping, Sequence

BEST, WORST = "best", "worst"


def marks(
    rows: Sequence[Row], file: str, key: str, directions: Sequence[Direction]
) -> Mapping[int, str]:
    """Row → BEST or WORST, for one metric; equals share a mark, if all are equal nobody has one."""
    larger = is_larger_better(directions, file, key)
    if larger is None:
        return {}
    found = {place: value for place, row in enumerate(rows) if (value := _number(row, file, key))}
    values = {value[0] for value in found.values()}
    if len(values) < 2:
        return {}
    best, worst = (max(values), min(values)) if larger else (min(values), max(values))
    named = {best: BEST, worst: WORST}
    return {place: named[value[0]] for place, value in found.items() if value[0] in named}


def _number(row: Row, file: str, key: str) -> tuple[float] | None:
    """The metric of a row, in a tuple because 0 is one too; None if it is no number."""
    values = row.metrics.get(file)
    value = values.get(key) if isinstance(values, dict) else None
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        return None
    return (value,)
